#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The full screen in a real tmux: what its capture shows is what a person sees.
if ! command -v tmux >/dev/null 2>&1; then
    echo "1..0 # SKIP tmux is not installed"
    exit 0
fi
play=$MULL_BUILD/tests/ui/play
socket=mull-test-$$
n=0
echo 1..6

tm() { tmux -L "$socket" -f /dev/null "$@"; }
trap 'tm kill-server 2>/dev/null' EXIT

screen() { tm capture-pane -p 2>/dev/null; }

# Until the screen holds the text, for at most 30 seconds.
wait_for() {
    tries=0
    until screen | grep -qF -- "$1"; do
        tries=$((tries + 1))
        [ $tries -lt 300 ] || return 1
        sleep 0.1
    done
}

wait_gone() {
    tries=0
    while screen | grep -qF -- "$1" && [ $tries -lt 300 ]; do
        tries=$((tries + 1))
        sleep 0.1
    done
}

check() {
    n=$((n + 1))
    if wait_for "$2"; then
        echo "ok $n - $1"
    else
        echo "not ok $n - $1"
        screen | sed 's/^/# /'
    fi
}

tm new-session -d -x 80 -y 24 \
    "LC_ALL=C.UTF-8 TERM=screen-256color '$play'; echo left with \$?; cat"
check "the screen comes up" "mull  mini"
tm send-keys "Is 391 prime?" Enter
check "a turn is shown" "so it has divisors besides 1 and itself."
tm resize-window -x 120 -y 36
check "a wider window gets its panes" "experts  last"
tm send-keys F1
check "F1 shows the help" "while browsing"
tm send-keys Escape
wait_gone "while browsing" # a key right behind Esc would be Alt and that key
tm send-keys "draft 你好"
check "wide text is typed" "› draft 你好"
tm send-keys C-u C-d
check "Ctrl-D leaves it, and the shell's screen is back" "left with 0"
