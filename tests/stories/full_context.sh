#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The context is full: it is said before, asked then, and nothing is lost silently.
. "$MULL_SOURCE/tests/stories/story_lib.sh"

terminal 100 34
enters "mull -c 160 --seed 7"
sees "a chat with little room" "/ 160"
asks "What is 391 + 2748?"
hears_out "the first question fits"

# However long the answers are: one of these does not.
full() { shows "context full"; }
over_or_full() { turn_is_over || full; }
n=0
while [ $n -lt 6 ] && ! full; do
    n=$((n + 1))
    until_true input_is_empty || lost "an empty line"
    enters "Add $n and 17 and 26 and 35 and 44 and 53 and 62 and 71 and 80 and 89."
    wait_for "› Add $n and 17 and" || lost "question $n is sent"
    until_true over_or_full || lost "question $n is over"
done
sees "at the end it asks what to do" "context full"
presses o
sees_no "o drops the oldest question" "context full"
sees "and says that it stays here" "no longer sees the oldest question"
sees "as it does" "› What is 391 + 2748?"
# The question is sent again without it, and may fill what is left once more.
until_true over_or_full || lost "an end of that turn"
# Esc and the next key, sent at once, would be one key with Alt: wait between.
if full; then
    presses Escape
    sees_no "Esc leaves it at that" "context full"
fi
leaves "and one may leave"

enters "mull sessions"
sees "the chat was kept whole" "What is 391 + 2748?"
the_end
