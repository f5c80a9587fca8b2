#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# An expert is switched off, and the answer given again without it.
. "$MULL_SOURCE/tests/stories/story_lib.sh"

terminal 120 40
enters "mull --seed 7"
sees "a chat" "F1 help"
asks "What is 391 + 2748?"
hears_out "with an answer"

presses Tab x j
sees_like "x moves in the map" 'L[0-9]+:[0-9]+ '
presses o
sees_like "o switches the expert there off" 'expert [0-9]+:[0-9]+ is off from the next'
sees "and every screen says that this is not the model's own" "modified: 1 expert off"
presses r
hears_out "r answers again without it"
presses v
sees "v shows both answers" "answer 1 of 2"
sees "side by side" "answer 2 of 2"
presses Escape
sees_no "Esc goes back to the chat" "answer 2 of 2"
presses Escape
sees_no "and out of the map" ":0 · "
presses q
sees "to the input" "F1 help"
enters "/expert on"
sees_no "and /expert on gives the model back" "modified: 1 expert off"
leaves "as it was"
the_end
