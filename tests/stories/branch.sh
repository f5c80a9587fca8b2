#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A branch: another token in one place of an answer, and the way back.
. "$MULL_SOURCE/tests/stories/story_lib.sh"

terminal 120 40
enters "mull --seed 7"
sees "a chat" "F1 help"
asks "What is 391 + 2748?"
hears_out "with an answer"

presses Tab t
sees "the tokens of the answer" "instead"
presses Tab
presses Enter
sees "another token is put in place" "branched: "
hears_out "and the model goes on from there"

asks "/variant"
sees "both answers are kept" "this is variant 2 of 2"
asks "/variant 1"
sees "the first one is there again" "variant 1 of 2"
asks "/edit What is 25 + 17?"
hears_out "the question said otherwise is answered"
asks "/undo"
sees "what was said can be taken back" "/redo brings them again"
asks "/redo"
sees "and said again" "› What is 25 + 17?"
leaves "and that was it"

enters "clear; mull --continue"
sees "the next time the same branch is talked on" "› What is 25 + 17?"
asks "/variant 1"
sees "and the other one is kept as well" "› What is 391 + 2748?"
leaves "all of it"
the_end
