#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# mull run --trace: private, never over something else, no danger to the answer.
. "$MULL_SOURCE/tests/house/tap_lib.sh"
umask 000

run run --temp 0 "What is 391 + 2748?"
cp "$work/out" "$work/answer"
run run --temp 0 --trace "$work/trace" "What is 391 + 2748?"
check "a turn with a trace succeeds" exits 0
check "the answer is the same" cmp -s "$work/out" "$work/answer"
check "the trace begins at the beginning" grep -q '^{"event":"begin","turn":1,' "$work/trace"
check "the trace ends at the end" sh -c 'tail -n 1 "$1" | grep -q "^{\"event\":\"done\""' - "$work/trace"
check "the trace is its owner's alone" test -z "$(find "$work/trace" -perm /077)"

cp "$work/trace" "$work/before"
run run --trace "$work/trace" hi
check "a file that is there is not overwritten" exits 1
check "a file that is there is named" complains 'trace: is there already'
check "a file that is there stays" cmp -s "$work/trace" "$work/before"
ln -s "$work/elsewhere" "$work/link"
run run --trace "$work/link" hi
check "a link is not followed" test ! -e "$work/elsewhere"
run run --experts-off 99:1 --trace "$work/none" hi
check "a wrong layer is wrong usage" exits 2
check "a wrong layer is named" complains 'layer 99'
check "a turn that does not begin leaves no trace" test ! -e "$work/none"

# A limit of the shell stands in for a full disk.
(
    trap '' XFSZ
    ulimit -f 8
    "$MULL" run --temp 0 --trace "$work/cut" "What is 391 + 2748?" 2>"$work/err" </dev/null | cat >"$work/out"
)
check "a trace that fills the disk does not touch the answer" cmp -s "$work/out" "$work/answer"
check "a trace that fills the disk is told" complains 'the trace ends here'
check "a trace that fills the disk is told once" test "$(grep -c trace "$work/err")" = 1
done_testing
