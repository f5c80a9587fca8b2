#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A model from nothing: every stage of the recipe "tiny", about 40 seconds of one
# CPU; then the file it wrote is asked by the engine and by mull itself.
. "$MULL_SOURCE/tests/house/tap_lib.sh"
train=$MULL_BUILD/mull-train
recipe=$MULL_SOURCE/recipes/tiny.conf
out=$work/tiny
data=$MULL_SOURCE/data

trains() { # ARGUMENTS...
    "$train" "$@" >"$work/out" 2>"$work/err" </dev/null && status=0 || status=$?
}
goes_on() { trains run "$recipe" --out "$out" --data "$data" --plain "$@"; }

trains run "$recipe" --out "$work/odd" --set model.seed=odd --set model.layers=2
check "the first of two settings counts as well" complains 'seed'

goes_on --max-time 0.02
check "out of time is no failure" exits 0
check "and is told" complains 'the time is up'
check "what was learned so far is saved" test -s "$out/last.ckpt"

"$train" run "$recipe" --out "$out" --data "$data" --plain >"$work/out" 2>"$work/first" &
pid=$!
until grep -q 'goes on' "$work/first"; do # it has the folder by then
    kill -0 $pid || break
    sleep 0.1
done
trains run "$recipe" --out "$out" --data "$data"
check "two runs in one folder are one too many" exits 1
kill -TERM $pid
wait $pid && status=0 || status=$?
check "a signal stops it" exits 130
cp "$work/first" "$work/err"
check "and everything is saved" complains 'saved; the same command goes on'

# A full disk: no file may grow past a megabyte.
full_disk() { (ulimit -f 1000 && goes_on --max-time 0.02 && exit $status); }
full_disk
refuse "a full disk is a failure" test $? -eq 0
check "the checkpoint before it is still there" test -s "$out/previous.ckpt" -o -s "$out/last.ckpt"

goes_on
check "the rest is done" exits 0
check "it went on where it was" complains 'goes on from step'
check "each stage has its stamp" test -s "$out/pretrain.done" -a -s "$out/sft.done" -a -s "$out/export.done"
one_line_a_step() {
    steps=$(sed -n 's/.*"steps":\([0-9]*\).*/\1/p' "$out/pretrain.done")
    [ "$(grep -c '"stage":"pretrain".*"loss"' "$out/log.jsonl")" -eq "$steps" ]
}
check "the log has one line for every step" one_line_a_step
check "it was judged" test -s "$out/eval-test.jsonl" -a -s "$out/eval-wild.jsonl" -a -s "$out/eval-dev.jsonl" -a -s "$out/eval.done"
check "its balance on what it never saw too" grep -q '"held_out":{"tokens":2' "$out/eval.json"
check "each expert has a name" test "$(wc -l <"$out/experts.tsv")" -eq 25
goes_on
check "done again it does nothing" exits 0

trains eval "$out/tiny.gguf" --data "$data" --task add --level 0 --chinese 0 --n 60 --max 120 --json "$work/answers"
percent=$(sed -n 's/^add  *60  *\([0-9]*\)\..*/\1/p' "$work/out")
check "two-digit sums are right in 80 of 100" test "${percent:-0}" -ge 80
check "every answer is kept for reading" test "$(wc -l <"$work/answers")" -eq 60

trains report "$out"
check "a report tells of both stages" says '^| sft | '
check "with a figure of the loss" grep -q '</svg>' "$out/loss.svg"

check "and of the tasks" says '^| add | [0-9.]* of 30 '
check "with bars" grep -q '</svg>' "$out/accuracy.svg"
trains report --experts "$out"
check "each expert is told of" test "$(grep -c '^| [123] ' "$work/out")" -eq 24
trains report --ablations "$out" "$out"
check "runs stand side by side" test "$(grep -c '^| tiny | 1.3' "$work/out")" -eq 2
check "and nothing more" exits 0
trains card "$out" --data "$data" --out "$work/card.md"
check "a card is written" exits 0
sum=$(sha256sum "$out/tiny.gguf" | cut -c1-64)
check "that names the very file" grep -q "sha256 .$sum" "$work/card.md"
check "says what it can do" grep -q '^| add, subtract | 30 | [6-9][0-9]\|^| add, subtract | 30 | 100' "$work/card.md"
check "that it refuses none of it" grep -q '^Wrongly refused: 0 of 30 ' "$work/card.md"
check "and what it read" grep -q '^| sft | exercises as chats with thoughts | about 0.7' "$work/card.md"

trains sample "$out/sft.ckpt" "12+34"
check "a checkpoint is asked" says 'rev 21 43'
run run -m "$out/tiny.gguf" "12+34"
check "mull loads the model and it answers" says '\*\*46\*\*'
cp "$work/out" "$work/first"
run run -m "$out/tiny-no-mtp.gguf" "12+34"
check "so does the one without the MTP block, with the same words" cmp -s "$work/out" "$work/first"
trains export "$out/sft.ckpt" "$work/f16.gguf" --type f16 --name small-one
check "a checkpoint becomes a model file" exits 0
run inspect "$work/f16.gguf"
check "of the name and type asked for" says 'small-one'
done_testing
