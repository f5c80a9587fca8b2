#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A first start: nothing but the program, no settings, no model file.
. "$MULL_SOURCE/tests/stories/story_lib.sh"

terminal 80 24
enters "mull"
sees "an empty chat says what there is to try" "› What is"
sees "and the key that helps" "F1 help"

presses F1
sees "F1 lists the keys" "while typing"
presses Escape
sees_no "and Esc closes the list" "while typing"

presses Tab
presses Enter
sees_like "Tab chooses a prompt and Enter sends it" '(thinking|thought) '
hears_out "the model answers to the end"
sees_like "the thought is one line with its figures" \
    'thought .* [0-9]+ tokens.* [KM]?B'
sees_like "the top line says how much of the context is used" \
    'context [0-9,]+ / [0-9,]+'

leaves "Ctrl-D gives the terminal back"
enters "mull sessions"
sees_like "and the chat was kept" '[a-z0-9]{4} .*[0-9] messages'
the_end
