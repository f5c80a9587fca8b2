#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What man/mull-train.1 says is what mull-train takes.
. "$MULL_SOURCE/tests/house/tap_lib.sh"
train=$MULL_BUILD/mull-train
manual=$MULL_SOURCE/man/mull-train.1

commands() {
    "$train" --help | awk '/^Commands/ { on = 1; next } !NF { on = 0 } on { print $1 }'
}
for command in $(commands); do
    "$train" "$command" --help
done | sed -n 's/^  \(--[a-z-]*\).*/\1/p' | sort -u >"$work/in-help"
sed -n 's/^\.It Fl -\([a-z-]*\).*/--\1/p' "$manual" | sort -u >"$work/in-manual"
commands | sort >"$work/commands"
sed -n '/^\.Ss Commands/,/^\.Sh OPTIONS/s/^\.It Cm \([a-z]*\).*/\1/p' "$manual" | sort >"$work/commands-in-manual"

same() { diff "$work/$1" "$work/$2" >"$work/out" 2>&1; }
check "--help names options" test -s "$work/in-help"
check "the options in the manual are those of --help" same in-help in-manual
check "the commands in the manual are those of --help" same commands commands-in-manual
check "without a command it says how to use it" test "$("$train" --help | head -c 6)" = Usage:
"$train" dance >"$work/out" 2>"$work/err" && status=0 || status=$?
check "a command that is not there is refused" exits 2
"$train" run --fast >"$work/out" 2>"$work/err" && status=0 || status=$?
check "so is an option" complains 'there is no option --fast'
done_testing
