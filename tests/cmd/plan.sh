#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# mull plan, from outside.
. "$MULL_SOURCE/tests/house/tap_lib.sh"
model=$MULL_SOURCE/models/default.gguf

run plan
check "the built-in model is planned when no file is named" exits 0
check "its weights are told" says '^weights .* mapped from the file$'
check "each size of context has a row" says '^ *512 '
check "and the one that mull would take is marked" says ' <$'
check "it fits" says '^fits *yes: '
check "nothing is complained about" silent err
run plan "$model" -c 300
check "an odd size that was asked for has its row" says '^ *300 .* <$'

run plan --json "$model"
check "--json is an object" says '^{$'
number() { sed -n "s/^  \"$1\": \([0-9]*\),*\$/\1/p" "$work/out"; }
check "the weights are those that inspect counts" \
    test "$(number active_bytes)" = "$("$MULL" inspect --json | sed -n 's/^  "active_bytes": \([0-9]*\),$/\1/p')"
check "it says that it is in memory" says '"fits": true'
refuse "no estimate is called a measurement" says '"tokens_per_s"'

# Whether that fits is the machine's secret: the two answers must agree.
run plan -c 16777216
agrees() {
    if says '^fits *no$'; then
        exits 1 && complains 'the largest that fits now is'
    else
        exits 0 && silent err
    fi
}
check "the exit status says what the plan says" agrees
check "which is there in either case" says '^16,777,216 '

"$MULL_BUILD/tests/tiny/tiny_files" "$work" || exit 99
run plan --json "$work/whole.gguf"
check "a model in one file is planned" exits 0
weights=$(number weight_bytes)
check "it has weights" test "$weights" -gt 0
run plan --json "$work/parts-00002-of-00002.gguf"
check "a model in two files is planned by naming one" exits 0
check "and has the same weights" test "$(number weight_bytes)" = "$weights"

head -c 100000 "$model" >"$work/cut.gguf"
run plan "$work/cut.gguf"
check "a file that is cut off is exit status 1" exits 1
check "in one sentence" one_sentence
run plan "$work/none.gguf"
check "a missing file is named" complains 'none.gguf: there is no such file'
run plan a b
check "two files are wrong usage" exits 2
done_testing
