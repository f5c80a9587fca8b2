#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A model in several files, from outside: naming any of them opens them all.
. "$MULL_SOURCE/tests/house/tap_lib.sh"

"$MULL_BUILD/tests/tiny/tiny_files" "$work" || exit 99
ask() { run run --temp 0 -n 12 -m "$1" "the thing in there"; }

ask "$work/whole.gguf"
check "the model answers from one file" exits 0
check "with some text" test -s "$work/out"
cp "$work/out" "$work/answer"
for part in 1 2; do
    ask "$work/parts-0000$part-of-00002.gguf"
    check "naming part $part opens it" exits 0
    check "and gives the same answer" cmp "$work/out" "$work/answer"
done

run inspect "$work/parts-00001-of-00002.gguf"
check "inspect reads all parts" exits 0
tensors() { sed -n 's/^file .*, \([0-9]*\) tensors.*/\1/p' "$work/out"; }
parts=$(tensors)
check "and counts their tensors" test -n "$parts"
run inspect "$work/whole.gguf"
check "which are as many as in one file" test "$parts" = "$(tensors)"

rm "$work/parts-00002-of-00002.gguf"
ask "$work/parts-00001-of-00002.gguf"
check "a part that is missing is exit status 1" exits 1
check "and named" complains 'parts-00002-of-00002.gguf'
check "in one sentence" one_sentence
done_testing
