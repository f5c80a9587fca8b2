#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What the documents say is what the program does.
. "$MULL_SOURCE/tests/house/tap_lib.sh"
manual=$MULL_SOURCE/man/mull.1

# The names of the commands, from the program itself.
commands() {
    "$MULL" --help | awk '/^Commands/ { on = 1; next } !NF { on = 0 } on { print $1 }'
}

for command in $(commands); do
    "$MULL" "$command" --help
done | grep -o -e '--[a-z][a-z-]*' | sort -u >"$work/in-help"
grep -o -e 'Fl -[a-z][a-z-]*' "$manual" | sed 's/^Fl -/--/' | sort -u >"$work/in-manual"

same_options() { diff "$work/in-help" "$work/in-manual" >"$work/out" 2>&1; }
check "--help names options" test -s "$work/in-help"
check "the options in the manual are those of --help" same_options

commands | sort >"$work/commands"
sed -n '/^\.Ss Commands/,/^\.Sh OPTIONS/s/^\.It Cm \([a-z]*\)$/\1/p' "$manual" |
    grep -v -x help | sort >"$work/commands-in-manual"
same_commands() { diff "$work/commands" "$work/commands-in-manual" >"$work/out" 2>&1; }
check "the commands in the manual are those of --help" same_commands

# The settings that the manual lists, each with a value of its kind.
sed -n '/^\.It Pa ~\/.config/,/^\.It Pa ~\/.local/s/^\.Li \([a-z-]*\) [,;.]$/\1/p' "$manual" >"$work/settings"
check "the manual lists settings" test "$(wc -l <"$work/settings")" -gt 12
mkdir -p "$HOME/.config/mull"
while read -r name; do
    case $name in
    model) value=builtin ;;
    cpu) value=scalar ;;
    think) value=show ;;
    color | theme) value=auto ;;
    preset) value=precise ;;
    mouse | no-clipboard | raw-answers) value=yes ;;
    exact | compat | ascii | plain | no-session | no-telemetry | verbose) value=yes ;;
    ctx) value=256 ;;
    cache-type) value=f16 ;;
    *) value=1 ;;
    esac
    echo "$name = $value"
done <"$work/settings" >"$HOME/.config/mull/mullrc"
run run -n 1 hi
check "every setting in the manual is taken" exits 0
rm "$HOME/.config/mull/mullrc"

if command -v mandoc >/dev/null; then
    # Only installed manuals are found.
    mandoc -T lint "$MULL_SOURCE"/man/*.[157] 2>&1 |
        grep -v -e 'referenced manual not found' -e 'outdated mandoc.db' >"$work/out"
    check "mandoc finds nothing wrong in the manual" silent out
else
    skip "mandoc finds nothing wrong in the manual" "no mandoc"
fi

# The commands in README.md: lines of its sh blocks that call mull. They run in a
# folder of their own that has a model.gguf and a trace.json, with a word on standard input.
awk '/^```sh$/ { on = 1; next } /^```/ { on = 0 } on' "$MULL_SOURCE/README.md" |
    grep -E '(^|\| )mull( |$)' | sed 's/ *#.*//' >"$work/examples"
check "README.md shows commands" test -s "$work/examples"
mkdir "$work/bin"
ln -s "$MULL" "$work/bin/mull"
cp "$MULL_SOURCE/models/default.gguf" "$work/model.gguf"
echo '[{"role": "assistant", "reasoning": "so", "content": "yes"}]' >"$work/trace.json"
cd "$work" || exit 99
while read -r example; do
    echo hello | PATH=$work/bin:$PATH sh -c "$example" >"$work/out" 2>"$work/err" && status=0 || status=$?
    check "README: $example" exits 0
done <"$work/examples"
done_testing
