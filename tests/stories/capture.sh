#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Captures for README.md, of a real run: capture.sh README.md FOLDER writes
# chat.svg, token.svg, expert.svg and answers.svg into the folder, and the first of
# them as text between the marks of README.md.
readme=$1 folder=$2
. "$MULL_SOURCE/tests/stories/story_lib.sh"

# The screen is steady when it looks the same a while: mull draws nothing unasked.
steady() {
    before=$(screen)
    sleep 0.5
    [ "$before" = "$(screen)" ]
}
picture() {
    until_true steady || lost "a steady screen"
    tm capture-pane -p -e | LC_ALL=C awk -f "$MULL_SOURCE/tests/stories/svg.awk" \
        >"$folder/$1.svg"
    report $? "$folder/$1.svg is written"
}

terminal 104 22
enters "mull --seed 3"
sees "a chat" "F1 help"
asks "What is 391 + 2748?"
hears_out "with an answer"
presses F2
sees "its thought is unfolded" "▾ thought"
picture chat
screen | sed 's/ *$//' >"$work/chat.txt"
awk -v text="$work/chat.txt" '
    /<!-- end of capture -->/ { inside = 0 }
    !inside { print }
    /<!-- capture/ {
        inside = 1
        print "```"
        while ((getline line <text) > 0)
            print line
        print "```"
    }' "$readme" >"$work/readme" && cat "$work/readme" >"$readme"
report $? "$readme has it as text"

resizes 104 34
presses Tab t l l l l
sees "a token is looked at" "instead"
picture token
presses Escape
sees_no "and left" "instead"
presses x l l l l l l l Enter
sees "an expert is chosen and its tokens are marked" "L1:7 "
picture expert
presses Enter Escape
sees_no "and left" "L1:7 "
presses q
asks "/clear"
asks "Which day is 10 days after March 25?"
hears_out "a second answer"
asks "/expert off 1:5"
sees "an expert is off" "modified"
asks "/regen"
hears_out "the answer is given again"
asks "/compare"
sees "both stand side by side" "answer 2 of 2"
picture answers
presses Escape
the_end
