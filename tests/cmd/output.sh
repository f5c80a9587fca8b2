#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Where output goes wrong or gets colours: full disk, closed pipe, terminal.
. "$MULL_SOURCE/tests/house/tap_lib.sh"
escape=$(printf '\033')

if [ -w /dev/full ]; then
    for command in --help --version 'run -n 4 hi' 'chat --plain -n 4' inspect; do
        case $command in
        inspect) set -- inspect "$MULL_SOURCE/models/default.gguf" ;;
        *) # shellcheck disable=SC2086
            set -- $command ;;
        esac
        : >"$work/out"
        echo hi | "$MULL" "$@" >/dev/full 2>"$work/err" && status=0 || status=$?
        check "$command: a full disk is an error" exits 1
        check "$command: a full disk is named" complains 'No space left'
    done
else
    skip "a full disk is an error" "no /dev/full"
fi

# The reader leaves before anything is written.
mkfifo "$work/pipe"
for command in --help 'run -n 4 hi' 'chat --plain -n 4'; do
    : <"$work/pipe" &
    reader=$!
    # shellcheck disable=SC2086
    {
        wait "$reader" 2>/dev/null
        echo hi | "$MULL" $command 2>"$work/err"
    } >"$work/pipe"
    check "$command: a closed pipe is nothing to complain about" silent err
done

"$MULL" run -n 4 hi >&- 2>"$work/err" </dev/null && status=0 || status=$?
check "a closed standard output is an error" exits 1

# A terminal of util-linux; what it shows is in $work/out.
on_terminal() {
    TERM=xterm-256color script -qec "$1" /dev/null >"$work/out" 2>"$work/err" </dev/null
}
if command -v script >/dev/null; then
    on_terminal "$MULL run --temp 0 -n 12 'Add 25 and 17.'"
    check "a thought on a terminal looks different" says "$escape\[[0-9;]*m"
    on_terminal "env NO_COLOR=1 $MULL run --temp 0 -n 12 'Add 25 and 17.'"
    refuse "NO_COLOR means no colours" says "$escape\[[0-9;]*[34][0-9]"
    on_terminal "$MULL run --color=never --temp 0 -n 12 'Add 25 and 17.'"
    refuse "--color=never means no colours" says "$escape\[[0-9;]*[34][0-9]"
else
    skip "NO_COLOR means no colours" "no script(1)"
fi
run run --temp 0 -n 12 "Add 25 and 17."
refuse "a file gets no escapes" says "$escape"
done_testing
