#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# mull inspect, from outside.
. "$MULL_SOURCE/tests/house/tap_lib.sh"
model=$MULL_SOURCE/models/default.gguf

run inspect
check "the built-in model is inspected when no file is named" exits 0
check "its architecture is named" says '^architecture *deepseek2$'
check "the memory of a token is given" says 'bytes a token as float16'
cp "$work/out" "$work/builtin"

run inspect "$model"
same_as_builtin() { cmp -s "$work/out" "$work/builtin"; }
check "a file as argument is inspected" exits 0
check "the same file, inside and outside the program, gives the same" same_as_builtin
run inspect -m "$model"
check "-m names the file as well" same_as_builtin

run inspect --json
check "--json gives one object" says '^{$'
check "it has the groups" says '"attention": {'

name=output_norm.weight
run inspect --tensor "$name"
check "a tensor is shown" says '^type *F32$'
run inspect --tensor "$name" --raw
raw_size() { [ "$(wc -c <"$work/out")" -eq "$1" ]; }
check "its raw values are float32" raw_size 512
run inspect --tensor token_embd.weight --raw
check "a quantized tensor comes out decoded" raw_size $((4096 * 128 * 4))

run inspect --tensor nonesuch.weight
check "a tensor that is not there is a failure" exits 1
check "said in one sentence" one_sentence
run inspect --raw
check "--raw alone is wrong usage" exits 2
run inspect "$model" "$model"
check "two files are wrong usage" exits 2
run inspect "$work/none.gguf"
check "a missing file is a failure" exits 1
check "and named" complains 'none.gguf: there is no such file'
run inspect "$work"
check "a directory is a failure" complains 'a directory'
head -c 1000000 "$model" >"$work/cut.gguf"
run inspect "$work/cut.gguf"
check "a file cut off is a failure" exits 1
check "and says so" complains 'cut off'

"$MULL" inspect --json >/dev/full 2>"$work/err"
status=$?
check "a full disk is a failure" exits 1
check "that is complained about" complains 'standard output'
done_testing
