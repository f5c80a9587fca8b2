#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# mull logits: the same for any number of threads, and clear about wrong input.
. "$MULL_SOURCE/tests/house/tap_lib.sh"

# Three tokens of the built-in model (of 4096), without logits.
printf '\003\000\000\000\000\007\000\000\001\000\000\000\002\000\000\000\003\000\000\000' >"$work/in"
size_is() { [ "$(wc -c <"$1")" -eq "$2" ]; }

run logits --tokens-from "$work/in" -o "$work/a"
check "logits succeeds with the built-in model" exits 0
check "logits writes all rows" size_is "$work/a" $((8 + 12 + 3 * 4096 * 4))
run logits --threads 3 --tokens-from "$work/a" -o "$work/b"
check "its output is input, too" exits 0
check "three threads write the same bytes" cmp -s "$work/a" "$work/b"

run logits --mtp --tokens-from "$work/in" -o "$work/m"
check "--mtp succeeds with the built-in model" exits 0
check "--mtp writes a row less" size_is "$work/m" $((8 + 8 + 2 * 4096 * 4))

run logits --tokens-from "$work/in"
check "no -o is wrong usage" exits 2
run logits --tokens-from "$work/missing" -o "$work/c"
check "a missing token file is one sentence" one_sentence
head -c 19 "$work/in" >"$work/short"
run logits --tokens-from "$work/short" -o "$work/c"
check "a cut token list fails" exits 1
check "a cut token list is one sentence" one_sentence
head -c 5000 "$work/a" >"$work/short"
run logits --tokens-from "$work/short" -o "$work/c"
check "a cut row of logits fails" exits 1
printf '\377\377\377\377\377\377\377\377' >"$work/huge"
run logits --tokens-from "$work/huge" -o "$work/c"
check "a count beyond the file fails" exits 1
printf '\001\000\000\000\000\007\000\000\377\377\377\377' >"$work/negative"
run logits --tokens-from "$work/negative" -o "$work/c"
check "a token below zero fails" exits 1
check "a token below zero is one sentence" one_sentence
refuse "nothing is left of a failed run" test -e "$work/c"
run logits --tokens-from "$work/in" -o "$work/no/such/folder"
check "a folder that is not there is one sentence" one_sentence
done_testing
