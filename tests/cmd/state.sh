#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# --state: what was read is kept, and nothing else is taken for it.
. "$MULL_SOURCE/tests/house/tap_lib.sh"
saved=$work/saved

ask() { run run --temp 0 --stats "$@"; }

ask --state="$saved" "Calculate 347+582."
check "a first run succeeds" exits 0
check "a first run reuses nothing" complains '(0 reused)'
check "it leaves a file" test -s "$saved"
check "for its owner alone" test "$(stat -c %a "$saved")" = 600
cp "$work/out" "$work/first"

ask --state="$saved" "Calculate 347+582."
check "a second run succeeds" exits 0
check "a second run computes one token of the prompt" \
    complains 'prompt *\([0-9]*\)[0-9] tokens (\1[0-9] reused)'
check "and gives the same answer" cmp "$work/out" "$work/first"

ask --state="$saved" --exact "Calculate 347+582."
check "another type of cache is exit status 1" exits 1
check "another type of cache is one sentence" one_sentence
check "another type of cache is named" complains 'saved: .*type f16'

head -c 100 "$saved" >"$work/cut"
ask --state="$work/cut" hi
check "a file that is cut off is exit status 1" exits 1
check "a file that is cut off is named" complains 'cut: .*cut off'
check "and stays as it was" test "$(wc -c <"$work/cut")" -eq 100

ask --state="$work/no/such/folder" hi
check "a folder that is not there is known at once" complains 'folder: '
check "before anything is said" test ! -s "$work/out"

printf 'Add 12 and 30.\n' >"$work/in"
"$MULL" chat --plain --temp 0 --state="$saved" <"$work/in" >"$work/out" \
    2>"$work/err" && status=0 || status=$?
check "a chat takes it too" exits 0
ask --state="$saved" "Add 12 and 30."
check "and leaves what it read" complains 'prompt *\([0-9]*\) tokens ([1-9]'

done_testing
