# shellcheck shell=sh
# tap_lib.sh - TAP from shell scripts, for `. "$MULL_SOURCE/tests/house/tap_lib.sh"`.
# SPDX-License-Identifier: Apache-2.0
#
#   check "a sentence" command...     ok when the command succeeds
#   refuse "a sentence" command...    ok when it fails
#   skip "a sentence" "why"
#   done_testing                      the plan; call it last
#
# run ARGUMENTS... calls mull; its output is in $work/out and $work/err, its exit
# status in $status. $work is a folder of this script alone, removed at the end.
set -u
: "${MULL:?the program to test}" "${MULL_SOURCE:?where the sources are}"

tests=0
status=0
work=$(mktemp -d "${TMPDIR:-/tmp}/mull-test.XXXXXX") || exit 99
trap 'rm -rf "$work"' EXIT
trap 'exit 99' HUP INT TERM

# Nobody's own settings may change what is tested.
HOME=$work/home
mkdir "$HOME"
unset XDG_CONFIG_HOME XDG_DATA_HOME XDG_STATE_HOME MULL_MODEL NO_COLOR
export HOME

# What was seen goes behind the failing line, as TAP comments.
report() {
    tests=$((tests + 1))
    if [ "$1" = 0 ]; then
        echo "ok $tests - $2"
        return
    fi
    echo "not ok $tests - $2"
    [ ! -s "$work/out" ] || sed 's/^/# out: /' "$work/out" | head -n 20
    [ ! -s "$work/err" ] || sed 's/^/# err: /' "$work/err" | head -n 20
    echo "# status: $status"
}

check() {
    sentence=$1
    shift
    if "$@"; then report 0 "$sentence"; else report 1 "$sentence"; fi
}

refuse() {
    sentence=$1
    shift
    if "$@"; then report 1 "$sentence"; else report 0 "$sentence"; fi
}

skip() {
    tests=$((tests + 1))
    echo "ok $tests - $1 # SKIP $2"
}

done_testing() { echo "1..$tests"; }

run() {
    "$MULL" "$@" >"$work/out" 2>"$work/err" </dev/null && status=0 || status=$?
}

# --- what a command's words and exit status should be ---------------------------
exits() { [ "$status" -eq "$1" ]; }
says() { grep -q -- "$1" "$work/out"; }
complains() { grep -q -- "$1" "$work/err"; }
silent() { [ ! -s "$work/$1" ]; }
# One sentence of ours, then at most a line that says what to do next.
one_sentence() {
    [ "$(head -n 1 "$work/err" | cut -c 1-6)" = "mull: " ] &&
        [ "$(wc -l <"$work/err")" -le 2 ] && [ ! -s "$work/out" ]
}
