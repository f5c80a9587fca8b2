#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Somebody sends a trace of another program: read, searched, taken along.
. "$MULL_SOURCE/tests/stories/story_lib.sh"

cat >"$HOME/trace.json" <<'END'
{"model": "elsewhere-7b", "messages": [
 {"role": "user", "content": "Is 91 prime?"},
 {"role": "assistant",
  "reasoning_content": "91 is odd.\nWait, 7 times 13 is 91.\nSo it factors.",
  "content": "No: **91 = 7 × 13**.\u001b[31m\u001b]0;taken over\u0007"}]}
END

terminal 80 24
enters "mull view trace.json"
sees "the question" "› Is 91 prime?"
sees "the answer" "91 = 7 × 13"
sees_no "and no byte of it reaches the terminal" "taken over$(printf '\007')"
presses Tab Enter
sees "its thought unfolds as that of our own" "7 times 13 is 91"
presses /
sees "a search is asked for" "/search"
enters "factors"
sees_like "and finds" '1 found, 1 of them in thoughts'
presses q
seen "q leaves it, as a pager" back_in_shell

enters "clear; mull export trace.json --to md | grep details"
sees "it becomes Markdown with a fold" "<details><summary>thought"
enters "clear; mull view - <trace.json | grep prime"
sees_like "and is read from standard input" '^.*Is 91 prime\?$'
the_end
