# shellcheck shell=sh
# story_lib.sh - somebody before a real terminal, for the stories of this folder.
# SPDX-License-Identifier: Apache-2.0
#
#   . "$MULL_SOURCE/tests/stories/story_lib.sh"
#   terminal 120 36               a shell in a terminal of this size
#   enters "mull"                 a line is typed, and Enter
#   types TEXT; presses KEY...    keys by the names of tmux: Tab Enter F2 C-d
#   sees "a sentence" TEXT        ok when the screen shows TEXT
#   sees_like "..." PATTERN       the same for an extended regular expression
#   sees_no "..." TEXT            ok when it does not show it any more
#   asks "a question"             sent, and the turn has begun
#   hears_out "a sentence"        ok when that turn is over
#   leaves "a sentence"           Ctrl-D; ok when the shell has the terminal again
#   the_end                       the plan
#
# All waiting is for what the screen shows. What never comes within DEADLINE ends
# the story: it could not go on. The words of the model are never looked for, only
# what mull says of them, and words that the story has read from the screen.
. "$MULL_SOURCE/tests/house/tap_lib.sh"

if ! command -v tmux >/dev/null 2>&1; then
    echo "1..0 # SKIP tmux is not installed"
    exit 0
fi

DEADLINE=600 # looks at the screen, at least a tenth of a second apart
prompt='at home $'
socket=mull-story-$$
mkdir "$work/bin"
ln -s "$MULL" "$work/bin/mull"
# Without job control: who stops the processes of a busy machine for a while must
# not find the shell taking the terminal from mull.
echo "PS1='$prompt '; set +m" >"$work/shellrc"
trap 'tm kill-server 2>/dev/null; rm -rf "$work"' EXIT

# Nobody's settings: neither of the shell, nor of readline, nor of tmux.
tm() {
    env -i LC_ALL=C.UTF-8 PATH="$work/bin:$PATH" HOME="$HOME" ENV="$work/shellrc" \
        INPUTRC=/dev/null TMPDIR="$work" tmux -u -L "$socket" -f /dev/null "$@"
}

terminal() {
    tm new-session -d -x "$1" -y "$2" 'cd; exec sh -i' &&
        wait_for "$prompt" || lost "no terminal"
}

resizes() { tm resize-window -x "$1" -y "$2"; }

screen() { tm capture-pane -p 2>/dev/null; }
types() { tm send-keys -l -- "$1"; }
presses() { tm send-keys -- "$@"; }
enters() {
    types "$1"
    presses Enter
}

# --- waiting ---------------------------------------------------------------------
# until_true COMMAND...: looks again and again.
until_true() {
    looks=0
    until "$@"; do
        looks=$((looks + 1))
        [ $looks -lt $DEADLINE ] || return 1
        sleep 0.1
    done
}

shows() { screen | grep -qF -- "$1"; }
shows_like() { screen | grep -qE -- "$1"; }
shows_no() { ! shows "$1"; }
wait_for() { until_true shows "$1"; }

# The rest of the story needs what did not come.
lost() {
    screen | sed 's/^/# screen: /'
    report 1 "$1"
    done_testing
    exit 1
}

seen() {
    sentence=$1
    shift
    if until_true "$@"; then report 0 "$sentence"; else lost "$sentence"; fi
}

sees() { seen "$1" shows "$2"; }
sees_like() { seen "$1" shows_like "$2"; }
sees_no() { seen "$1" shows_no "$2"; }

# --- chatting --------------------------------------------------------------------
# The input line, empty, stands alone above the bar at the bottom.
input_is_empty() { screen | grep -v '^$' | tail -n 2 | head -n 1 | grep -qx ' ›'; }
turn_is_over() { input_is_empty && shows_no 'Ctrl-C stop'; }

# Ready for a line; typed and echoed; sent. The turn begins with the frame that
# empties the line.
asks() {
    until_true input_is_empty || lost "an empty line to type into"
    types "$1"
    wait_for "› $1" || lost "\"$1\" is echoed"
    presses Enter
    until_true input_is_empty || lost "\"$1\" is sent"
}

hears_out() { seen "$1" turn_is_over; }

leaves() {
    presses C-d
    seen "$1" back_in_shell
}
back_in_shell() { [ "$(screen | grep -v '^$' | tail -n 1)" = "$prompt" ]; }

# --- the chats that were kept -------------------------------------------------------
sessions_folder() { echo "$HOME/.local/share/mull/sessions"; }
the_end() { done_testing; }
