#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A crash in the middle of an answer, and going on with what was said.
. "$MULL_SOURCE/tests/stories/story_lib.sh"

terminal 80 24
# The shell waits for nobody: it tells the process's own number first.
enters "sh -c 'echo \$\$ >pid; exec mull --seed 5'"
sees "a chat" "F1 help"
asks "What is 391 + 2748?"
hears_out "with one answer"
asks "Multiply 36 by 47."
until_true grep -rqs "Multiply 36" "$(sessions_folder)"
report $? "and a second question that is written down"
until_true test -s "$HOME/pid"
kill -9 "$(cat "$HOME/pid")"
sees "it is killed" "Killed"

# What helps after such an end; the terminal does not even know Enter any more.
types "reset"
presses C-j
sees_no "reset gives the terminal back" "Ctrl-C"
enters "mull --continue"
sees "the chat is there again" "› What is 391 + 2748?"
sees "with the second question too" "› Multiply 36 by 47."
sees "and it says that it did not end by itself" "ended from outside"
asks "/regen"
hears_out "the second question is answered anew"
leaves "and left in order"

enters "clear; mull --continue"
sees "the next time" "› Multiply 36 by 47."
sees_no "there is nothing to say of an end" "ended from outside"
leaves "it was whole"
the_end
