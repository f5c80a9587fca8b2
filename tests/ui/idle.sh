#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A chat in which nothing happens sleeps: ten seconds under strace, in a real
# terminal, with the real engine behind an answer.
. "$MULL_SOURCE/tests/house/tap_lib.sh"

skip_all() {
    echo "1..0 # SKIP $1"
    exit 0
}
for program in tmux strace; do
    command -v $program >/dev/null 2>&1 || skip_all "$program is not installed"
done
strace -o /dev/null true 2>/dev/null || skip_all "strace may not look at processes"

socket=mull-idle-$$
tm() { tmux -L "$socket" -f /dev/null "$@"; }
trap 'kill $tracer 2>/dev/null; tm kill-server 2>/dev/null; rm -rf "$work"' EXIT
tracer=

until_true() {
    looks=0
    until "$@"; do
        looks=$((looks + 1))
        [ $looks -lt 600 ] || return 1
        sleep 0.1
    done
}
shows() { tm capture-pane -p | grep -qF -- "$1"; }
at_rest() { shows "first token" && ! shows "Ctrl-C stop"; }
calls() { wc -l <"$work/calls"; }
more_than() { [ "$(calls)" -gt "$1" ]; }
# All threads are waited for: no news for a while.
steady() {
    before=$(calls)
    sleep 1
    [ "$before" -gt 0 ] && [ "$before" = "$(calls)" ]
}

env -i LC_ALL=C.UTF-8 HOME="$work" PATH="$PATH" TERM=screen-256color \
    tmux -L "$socket" -f /dev/null new-session -d -x 120 -y 36 \
    "exec '$MULL' chat --no-session --seed 1"
until_true shows "F1 help" && tm send-keys "What is 12 + 34?" Enter
check "an answer is given" until_true at_rest

# A returned call of any thread is a line with " = ". Who stops all processes of a
# busy machine for a while wakes them too: then it is tried again.
: >"$work/calls"
strace -f -o "$work/calls" -p "$(tm list-panes -F '#{pane_pid}')" 2>"$work/err" &
tracer=$!
check "strace looks at it" until_true steady
# shellcheck disable=SC2034 # counted, not used
for try in 1 2 3 4 5; do
    before=$(calls)
    sleep 10
    after=$(calls)
    sed "1,${before}d" "$work/calls" | grep -q 'SIG\(STOP\|CONT\)' || break
    until_true steady
done
sed "1,${before}d" "$work/calls" >"$work/out"
check "ten seconds pass without one call returning" [ "$before" = "$after" ]
tm send-keys x
check "and a key is seen by the same means" until_true more_than "$after"
tm send-keys C-u C-d
done_testing
