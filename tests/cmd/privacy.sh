#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What mull writes of its own is its owner's alone, whatever the umask.
. "$MULL_SOURCE/tests/house/tap_lib.sh"

umask 000
XDG_STATE_HOME=$work/state
export XDG_STATE_HOME
chat() {
    echo hi | "$MULL" chat --plain --verbose -n 4 >"$work/out" 2>"$work/err" && status=0 || status=$?
}
chat
check "a chat with a log succeeds" exits 0
check "there is a log" test -s "$work/state/mull/mull.log"
open_to_others() { find "$work/state" \( -type f -o -type d \) -perm /077 | grep . >"$work/out"; }
refuse "no file or folder is open to others" open_to_others

rm -r "$work/state"
run run -n 4 hi
check "a run without a log leaves nothing behind" test ! -e "$work/state"

check "and no chat" test ! -e "$HOME/.local/share/mull"

# A chat that goes on: its journal, the index, the trash.
XDG_DATA_HOME=$work/data
export XDG_DATA_HOME
mkdir -p "$work/data/mull/sessions"
cp "$MULL_SOURCE/tests/store/samples/v1.session" "$work/data/mull/sessions/1-v1st.session"
echo hi | "$MULL" chat --session v1st -n 4 >"$work/out" 2>"$work/err" && status=0 || status=$?
check "a kept chat goes on" exits 0
run search hi
run sessions delete v1st
check "and is deleted" exits 0
open_data() { find "$work/data/mull" \( -type f -o -type d \) -perm /077 | grep . >"$work/out"; }
refuse "nothing of it is open to others" open_data
check "nothing else lies there" test "$(find "$work/data/mull" -type f | wc -l)" = 2
rm -r "$work/data"
echo hi | "$MULL" chat --no-session -n 4 >"$work/out" 2>"$work/err"
run sessions
run view "$MULL_SOURCE/tests/store/samples/v1.session"
check "looking on makes nothing" test ! -e "$work/data"
mkdir -p "$work/data" "$work/away"
ln -s "$work/away" "$work/data/mull"
run chat --continue
check "a link in place of the folder of chats is not followed" test -z "$(ls -A "$work/away")"

mkdir -p "$work/state" "$work/elsewhere"
ln -s "$work/elsewhere" "$work/state/mull"
chat
check "a chat goes on without a log" exits 0
check "a link in place of the folder is not followed" test -z "$(ls -A "$work/elsewhere")"

if command -v strace >/dev/null; then
    strace -f -o "$work/calls" -e trace=network "$MULL" run -n 4 hi >/dev/null 2>&1 </dev/null
    used_network() { grep -E 'socket|connect|bind' "$work/calls" >"$work/out"; }
    refuse "no connection is opened" used_network
else
    skip "no connection is opened" "no strace"
fi
done_testing
