#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# mull doctor: every line is ok, warn or fail, and what is wrong has a way out.
. "$MULL_SOURCE/tests/house/tap_lib.sh"
LC_ALL=C.UTF-8 TERM=xterm-256color
export LC_ALL TERM
data=$HOME/.local/share/mull

state_of() { sed -n "s/^\\([a-z]*\\) *$1  .*/\\1/p" "$work/out" | head -n 1; }
is() { [ "$(state_of "$1")" = "$2" ]; }
has_next() { grep -A 1 "^[a-z]* *$1  " "$work/out" | grep -q '^ *-> .'; }

run doctor
check "in an empty home nothing has failed" exits 0
check "the model inside runs" is model ok
check "the terminal is told" is terminal ok
check "so are CPU, memory and bandwidth" says '^[a-z]* *bandwidth .* GB/s'
run doctor -t 1
check "one thread has one bandwidth" says ' bandwidth  *[0-9.]* GB/s with 1 thread$'
lines_are_known() { ! grep -v -E '^(ok  |warn|fail)  [a-z]|^ +-> ' "$work/out"; }
check "every line is ok, warn or fail, or what to do next" lines_are_known
advised() {
    [ "$(grep -c -E '^(warn|fail)' "$work/out")" -eq "$(grep -c '^ *-> ' "$work/out")" ]
}
check "whatever is not ok says what to do next" advised
refuse "nothing was made by looking" test -e "$HOME/.config"

TERM=dumb run doctor
check "a terminal that moves no cursor is a warning" is terminal warn
TERM=nonesuch run doctor
check "one that nobody knows is a warning" is terminal warn
LC_ALL=xx_XX.UTF-8 run doctor
check "a locale that is not installed is a warning" is locale warn
check "with advice" has_next locale
LC_ALL=C run doctor
check "ASCII is a warning" is locale warn

mkdir -p "$HOME/.config/mull"
printf 'temp = 0.5\ntmep = 1\n' >"$HOME/.config/mull/mullrc"
run doctor
check "a wrong line in mullrc has failed" is settings fail
check "and is named" says 'line 2'
check "which is exit status 1" exits 1
rm "$HOME/.config/mull/mullrc"

mkdir -p "$data/sessions"
chmod 755 "$data"
run doctor
check "a folder that others may read is a warning" is data warn
chmod 700 "$data" "$data/sessions"
echo rubbish >"$data/sessions/20260101-000000-abcd.session"
run doctor
check "a chat that cannot be read is a warning" is chats warn
rm "$data/sessions"/*.session
run doctor
check "none is fine" is chats ok

run doctor -m "$work/none.gguf"
check "a model that is not there has failed" is model fail
check "with exit status 1" exits 1
run doctor -m "$MULL_SOURCE/README.md"
check "so has a file that is no model" is model fail

run doctor --json
check "--json says that all is well" says '"well": true'
check "with every check by name" says '"name": "blas"'
run doctor --json -m "$work/none.gguf"
check "and what has failed" says '"failures": 1'
run doctor x
check "an argument is wrong usage" exits 2
done_testing
