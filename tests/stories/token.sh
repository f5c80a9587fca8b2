#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# One token, inspected: how sure it was, what else could have stood there, and
# which experts made it.
. "$MULL_SOURCE/tests/stories/story_lib.sh"

terminal 120 40
enters "mull --seed 7"
sees "a chat" "F1 help"
asks "What is 391 + 2748?"
hears_out "with an answer"

presses Tab t
sees_like "t shows a token with its probability" 'token .* p [0-9.]+'
sees "what could have stood there" "instead"
sees_like "and its experts, layer by layer" 'L1 +[0-9]+ ━'
place=$(screen | grep -oE 'place [0-9]+')
presses h
sees_no "h goes to the token before" "$place "
presses c
sees "c colours the text by what was measured" "probability"
presses Escape
sees_no "Esc leaves the tokens" "instead"
presses q
enters "/map text"
sees_like "the map is there as text too" 'L[0-9]+ .*[0-9]'
leaves "and that was it"
the_end
