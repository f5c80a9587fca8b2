#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Chats that are kept: gone on with, killed, listed, found, renamed, deleted.
. "$MULL_SOURCE/tests/house/tap_lib.sh"
folder=$HOME/.local/share/mull/sessions
name=20261122-140000-v1st
file=$folder/$name.session

run sessions
check "without a chat the list is empty" exits 0
check "and says so" complains 'no chat yet'
run chat --continue
check "there is nothing to go on with" exits 1

mkdir -p "$folder"
cp "$MULL_SOURCE/tests/store/samples/v1.session" "$file"
chmod 600 "$file"
run sessions
check "a chat of the first version is listed" says 'v1st .* 2 messages  pilot-mini    a product'
run sessions --json
check "as JSON too" says '"id": "20261122-140000-v1st"'
run view v1st
check "it can be read" says '^391\.$'
run view --json v1st
check "with its thought" says '17\*20=340'

# Lines through a pipe go on with it, one message each.
talk() {
    "$MULL" chat --session v1st --temp 0 -n 8 >"$work/out" 2>"$work/err" && status=0 || status=$?
}
echo "What is 2+2?" | talk
check "a chat goes on" exits 0
run sessions --json
check "and has two messages more" says '"messages": 4'
check "nobody else may read it" test -z "$(find "$folder" -perm /077)"

# Killed while it writes.
before=$(wc -c <"$file")
mkfifo "$work/in"
"$MULL" chat --session v1st --temp 0 <"$work/in" >/dev/null 2>&1 &
pid=$!
exec 3>"$work/in"
echo "What is 391 + 2748?" >&3
tries=0
until [ "$(wc -c <"$file")" -gt $((before + 1200)) ] || [ $tries -ge 300 ]; do
    tries=$((tries + 1))
    sleep 0.1
done
run chat --session v1st
check "one that is open elsewhere is refused" exits 1
check "with a sentence" complains 'open in another mull'
run sessions delete v1st
check "and not deleted" exits 1
run view v1st
check "but may be read" exits 0
kill -9 "$pid"
wait "$pid" 2>/dev/null
exec 3>&-
run sessions --json
check "after a kill it is listed" says '"messages": 6'
run search 391 + 2748
check "what was said is found" says 'user     What is 391 + 2748?'
printf 'half a record' >>"$file"
echo "/quit" | talk
check "it goes on after the kill" exits 0
check "a torn end is cut off, and told" complains 'never finished'
check "that it was ended from outside is told" complains 'ended from outside'
echo "/quit" | talk
refuse "once" complains 'never finished'

run search 乘积
check "Chinese is found" says 'title    a product'
run search --json product
check "as JSON too" says '"part": "title"'
run search "no such words"
check "nothing found is no success" exits 1
check "and a sentence" one_sentence
run search
check "without words it says so" exits 2
printf 'no database' >"$folder/index.db"
run search product
check "a broken index is made anew" says 'title    a product'

run sessions rename v1st An other title
check "it gets another title" exits 0
run sessions
check "which the list has" says 'An other title'
run sessions delete v1st
check "it is deleted" exits 0
check "and says how it comes back" complains 'undelete'
run sessions
check "then it is not in the list" silent out
run search other
check "nor found" exits 1
run sessions undelete v1st
check "it comes back" exits 0
run sessions
check "as it was" says 'An other title'
run sessions delete none
check "one that is not there is refused" exits 2
run sessions remove v1st
check "so is a word that means nothing" exits 2

run export v1st --to md
check "it is exported" says '^# An other title'
check "with thoughts folded" says '<details><summary>thought 0.0 s · 14 tokens</summary>'

sed 's/^mull-session 1/mull-session 2/' "$file" >"$folder/20270101-000000-newr.session"
chmod 600 "$folder/20270101-000000-newr.session"
cp "$folder/20270101-000000-newr.session" "$work/newer"
run view newr
check "a chat of a newer mull is read" exits 0
check "with a word about that" complains 'newer mull'
run chat --session newr
check "but not gone on with" exits 1
check "and not a byte of it is changed" cmp -s "$work/newer" "$folder/20270101-000000-newr.session"

run chat --no-session --session v1st
check "keeping nothing and going on exclude each other" exits 2
done_testing
