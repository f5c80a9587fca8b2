#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# mull run, from outside: where the prompt comes from, limits, Ctrl-C.
. "$MULL_SOURCE/tests/house/tap_lib.sh"

read_total() { sed -n 's/.*"event":"prefill".*"total":\([0-9]*\).*/\1/p' "$work/out" | head -n 1; }

run run --json --temp 0 -n 4 "Add 25 and 17." "Quickly."
words=$(read_total)
run run --json --temp 0 -n 4 "Add 25 and 17. Quickly."
check "the words of the command line are one prompt" test "$words" = "$(read_total)"
check "a limit of tokens is the reason to end" says '"event":"done".*"reason":"limit"'
four_tokens() { [ "$(grep -c '"event":"token"' "$work/out")" -eq 4 ]; }
check "exactly as many tokens are told" four_tokens
check "a token tells its experts" says '"experts":\[{"layer":1,"experts":\[[0-9]*,'
check "a token tells its alternatives" says '"alternatives":\[{"id":[0-9]*,"text":'

run run --json --temp 0 -n 1 "Read this:

25 + 17"
whole=$(read_total)
printf '25 + 17\n' | "$MULL" run --json --temp 0 -n 1 "Read this:" >"$work/out" 2>"$work/err"
check "text from a pipe follows the prompt" test "$whole" = "$(read_total)"

run run
check "no prompt at all is wrong usage" exits 2
check "and says what to do" complains 'mull run "'
printf ' \n\n' | "$MULL" run >"$work/out" 2>"$work/err" && status=0 || status=$?
check "blanks are no prompt" exits 2

run run --temp 0 --ctx 24 "What is 391 + 2748?"
check "a full context ends an answer without failing" exits 0
check "and is mentioned" complains 'context of 24 tokens is full'
long=$(awk 'BEGIN { for (i = 0; i < 200; i++) printf "12 + 34 " }')
run run --ctx 64 "$long"
check "a prompt longer than the context is a failure" exits 1
check "that names the context" complains 'context holds 64'

run run --temp 0 --stats --think=hide "Add 25 and 17."
for word in prompt first thought answer context; do
    check "the figures have a line for: $word" complains "^$word "
done

# A reader that reads one line and then waits: the program hangs in a write,
# and Ctrl-C ends that too. (env: a shell's background jobs ignore SIGINT.)
if env --default-signal=INT true 2>/dev/null; then
    mkfifo "$work/pipe"
    env --default-signal=INT "$MULL" run --json --temp 0 "What is 391 + 2748?" \
        >"$work/pipe" 2>"$work/err" </dev/null &
    pid=$!
    exec 3<"$work/pipe"
    read -r line <&3
    kill -INT "$pid"
    cat <&3 >"$work/out"
    wait "$pid" && status=0 || status=$?
    exec 3<&-
    check "Ctrl-C is exit status 130" exits 130
    check "and nothing to complain about" silent err
    case $line in '{"event":"begin"'*) begun=true ;; *) begun=false ;; esac
    check "what was written before is kept" $begun
else
    skip "Ctrl-C is exit status 130" "this env cannot reset SIGINT"
fi
done_testing
