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

# mullrc(5) has two generated parts: from the comments of --print-config.
"$MULL" --print-config >"$work/config"
settings_part() {
    awk '/^# ---/ { exit }
         /^#/ { help = substr($0, 3); next }
         / = / { print ".It Li " $1; print toupper(substr(help, 1, 1)) substr(help, 2) "." }
        ' "$work/config"
}
actions_part() {
    awk '/^# --- keys/ { on = 1; skip = 3 }
         !on || !NF { next }
         skip > 0 && /^#/ && !/^# [a-z-]+   / { next }
         /^# [a-z-]+ +[a-z]/ { sub(/^# /, ""); name = $1; sub(/^[^ ]+ +/, ""); help = $0 }
         /^(key|browse)\./ { name = $3; help = $0; sub(/.*  *# /, "", help) }
         name != "" { print name " " toupper(substr(help, 1, 1)) substr(help, 2); name = "" }' "$work/config" |
        LC_ALL=C sort -u |
        while read -r name help; do
            printf '.It Li %s\n%s.\n' "$name" "$help"
        done
}
part_in_manual() { # NAME
    awk -v name="$1" '$0 == ".\\\" --- " name { on = 1; next } $0 == ".\\\" ---" { on = 0 } on' \
        "$MULL_SOURCE/man/mullrc.5"
}
colors_part() { sed -n 's/^color\.\([a-z0-9-]*\) = .*/.It Li \1/p' "$work/config"; }
for part in settings actions colors; do
    "${part}_part" >"$work/$part"
    part_in_manual "$part" >"$work/$part-in-manual"
    same_part() { diff "$work/$part" "$work/$part-in-manual" >"$work/out" 2>&1; }
    check "mullrc(5) has the $part of --print-config" same_part
done

# Each setting with a value of its kind.
sed -n 's/^\.It Li //p' "$work/settings" >"$work/names"
check "there are settings" test "$(wc -l <"$work/names")" -gt 12
mkdir -p "$HOME/.config/mull"
while read -r name; do
    value=$(sed -n "s/^$name = //p" "$work/config")
    case $name:$value in
    *:no) value=yes ;;
    ctx:*) value=256 ;;
    preset:*) value=precise ;;
    cpu:*) value=scalar ;;
    cache-type:*) value=f16 ;;
    *:default) value=1 ;;
    esac
    echo "$name = $value"
done <"$work/names" >"$HOME/.config/mull/mullrc"
run run -n 1 hi
check "every setting in the manual is taken" exits 0
cp "$work/config" "$HOME/.config/mull/mullrc"
run run -n 1 hi
check "and what --print-config writes" exits 0
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
