#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The built-in model answers: from a pipe, as an argument, as JSON.
. "$MULL_SOURCE/tests/house/tap_lib.sh"

piped() { # WORDS ARGUMENTS...
    words=$1
    shift
    printf '%s\n' "$words" | "$MULL" "$@" >"$work/out" 2>"$work/err" && status=0 || status=$?
}

piped hello --temp 0 -n 32
check "echo hello | mull succeeds" exits 0
check "echo hello | mull says something" test -s "$work/out"
refuse "nothing in it drives a terminal" says "$(printf '\033')"

run run --temp 0 "What is 391 + 2748?"
check "a sum succeeds" exits 0
check "a sum is right" says 3139
run run --temp 0 --think=hide "What is 391 + 2748?"
check "an answer without its thought is there" says 3139
cp "$work/out" "$work/answer"
run run --temp 0 --think=only "What is 391 + 2748?"
check "the thought alone is something else" test -s "$work/out"
refuse "the thought alone is not the answer" cmp -s "$work/out" "$work/answer"
piped "What is 391 + 2748?" run --temp 0 --think=hide
check "a prompt from a pipe gets the same answer" cmp -s "$work/out" "$work/answer"
run run --temp 0 --think=hide -m "$MULL_SOURCE/models/default.gguf" "What is 391 + 2748?"
check "the same model from its file gives the same answer" cmp -s "$work/out" "$work/answer"

run run --temp 1 --seed 5 -n 40 "Add 25 and 17."
cp "$work/out" "$work/answer"
run run --temp 1 --seed 5 -n 40 --threads 1 "Add 25 and 17."
check "the same seed gives the same text, whatever the threads" cmp -s "$work/out" "$work/answer"

run run --temp 0 --stats "Add 25 and 17."
check "--stats speaks on standard error" complains 'tok'
run run --temp 0 --json "Add 25 and 17."
check "--json succeeds" exits 0
not_json_lines() { grep -v '^{.*}$' "$work/out" | grep -q .; }
refuse "--json writes one object a line" not_json_lines
done_testing
