#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A long thought, unfolded, read by steps, searched and folded again.
. "$MULL_SOURCE/tests/stories/story_lib.sh"

terminal 100 36
enters "mull --seed 7"
sees "a chat" "F1 help"
asks "Multiply 347 by 52."
hears_out "the model thinks and answers"
sees_like "its thought is folded to a line" '▸ thought .* tokens'

presses F2
sees_like "F2 unfolds it" '▾ thought .* tokens'
sees "and its lines stand behind a bar" "▏ "
enters "/steps"
sees_like "its steps are listed" '1 '

# A word of the model's own, whatever it was.
word=$(screen | grep -o '▏ .*' | grep -oE '[0-9a-zA-Z]{2,}' | head -n 1)
asks "/search $word"
sees_like "a word of it is found and counted" '[0-9]+ found, [0-9]+ of them in thoughts'
presses n
presses s
sees_like "s searches the thoughts alone" '[0-9]+ in thoughts'
presses z M
sees_no "zM folds what is open" "▾ thought"
presses q
leaves "and that was it"
the_end
