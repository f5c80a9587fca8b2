#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Plain lines: in pipes, in scripts, and for those who want no screen.
. "$MULL_SOURCE/tests/stories/story_lib.sh"

terminal 100 30
enters "echo 'What is 391 + 2748?' | mull run --think=hide --seed 7 >answer.txt; echo status \$?"
sees "a pipe asks one question" "status 0"
enters "clear; wc -l <answer.txt; tr -cd '\\033' <answer.txt | wc -c"
sees_like "the answer is text without an escape" '^0$'
enters "clear; mull run --json 'Add 25 and 17.' | tail -n 1 | cut -c 1-80"
sees "--json is for scripts" '{'
enters "clear; mull sessions"
sees "pipes leave no chat behind" "no chat yet"

enters "clear; mull --plain --seed 7"
sees_like "plain mode greets" '[a-z]'
until_true shows_like '^> *$|^› *$'
enters "What is 391 + 2748?"
sees "it tells where the thought begins" "[thought"
until_true shows_like 'tokens'
enters "/map text"
sees_like "and has the map as text" 'L[0-9]+ '
enters "/stats"
sees "and the figures" "tok/s"
presses C-d
seen "Ctrl-D ends it" back_in_shell
the_end
