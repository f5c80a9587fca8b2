#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A chat of yesterday, found among others by a word, and gone on with.
. "$MULL_SOURCE/tests/stories/story_lib.sh"

# Yesterday is made by dating chats back, not by waiting: a chat of long ago as
# mull keeps it, under other names.
mkdir -p "$(sessions_folder)"
chmod -R go= "$HOME/.local"
old=$MULL_SOURCE/tests/store/samples/v1.session
for name in aaaa bbbb cccc; do
    cp "$old" "$(sessions_folder)/20251121-1000$((${#name}))0-$name.session"
done
chmod 600 "$(sessions_folder)"/*.session

terminal 100 30
enters "mull --seed 7"
sees "a chat" "F1 help"
asks "What is 391 + 2748?"
hears_out "about one thing"
asks "/rename the lighthouse sums"
sees "it gets a title" "another title"
leaves "and is left"

enters "clear; mull sessions | cat"
sees "a day later there are several" "aaaa"
enters "clear; mull search lighthouse"
sees_like "a word finds it" '[a-z0-9]{4} .*the lighthouse sums'
name=$(screen | grep -oE '^[a-z0-9]{4} ' | head -n 1)
enters "clear; mull --session $name"
sees "it goes on" "› What is 391 + 2748?"
asks "/find product"
sees "others are found from inside" "pilot-mini"
asks "/load bbbb"
sees_like "and gone over to" 'thought .* tokens|thought'
leaves "and that was it"
the_end
