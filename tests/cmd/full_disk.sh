#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A disk that is full in the middle of a file: a sentence, and nothing half-written.
# A limit on the size of files is one that anybody may set.
. "$MULL_SOURCE/tests/house/tap_lib.sh"

# limited ARGUMENTS...: with files of 512 bytes at most (dash counts so; 1,024 in
# other shells).
limited() {
    (ulimit -f 1 && exec "$MULL" "$@") >"$work/out" 2>"$work/err" </dev/null && status=0 || status=$?
}
nothing_left() {
    for left in "$work/made"*; do
        [ ! -e "$left" ] || return 1
    done
}

limited quantize builtin "$work/made.gguf" q4_0
check "quantize says so" exits 1
check "in a sentence" complains 'made.gguf: .*too large'
check "and leaves nothing" nothing_left

{ printf '\100\0\0\0\0\0\0\0'; head -c 256 /dev/zero; } >"$work/tokens"
limited logits --tokens-from "$work/tokens" -o "$work/made.logits"
check "logits say so" exits 1
check "with their name" complains 'made.logits: .*too large'
check "and leave nothing" nothing_left

"$MULL" run --state "$work/kept" --temp 0 -n 4 hello >/dev/null 2>&1 </dev/null
before=$(cksum <"$work/kept")
limited run --state "$work/kept" --temp 0 -n 4 something else
check "a cache that cannot be saved says so" exits 1
check "with its file" complains 'kept: .*too large'
check "and the one before is whole" test "$before" = "$(cksum <"$work/kept")"
limited run --trace "$work/made.trace" --temp 0 -n 40 hello
check "a trace that ends does not end the answer" exits 0
check "but is worth a word" complains 'the trace ends here'
rm -f "$work/made.trace"

printf '{"messages":[{"role":"user","content":"%03000d"}]}' 7 >"$work/long.json"
limited export "$work/long.json" --to md -o "$work/made.md"
check "an export says so" exits 1
check "with its name" complains 'made.md: .*too large'
check "and leaves nothing" nothing_left

done_testing
