#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The command line: help, version, wrong usage, exit status.
. "$MULL_SOURCE/tests/house/tap_lib.sh"

run --version
check "--version says name and version" says '^mull [0-9][0-9.]*$'
check "--version succeeds" exits 0
for help in --help -h help; do
    run $help
    check "mull $help lists the commands" says '^  chat '
    check "mull $help succeeds" exits 0
done
run help chat
check "mull help chat is mull chat --help" says '^Usage: mull chat'

for command in $("$MULL" --help | awk '/^Commands/ { on = 1; next } !NF { on = 0 } on { print $1 }'); do
    run "$command" --help
    check "mull $command --help says how to use it" says "^Usage: mull $command"
    check "mull $command --help succeeds" exits 0
    run "$command" --no-such-option
    check "mull $command refuses an unknown option" exits 2
    check "mull $command names the unknown option" complains '--no-such-option'
done

run chta
check "an unknown command is wrong usage" exits 2
check "an unknown command is told its neighbour" complains 'did you mean chat'
check "an unknown command is one sentence" one_sentence
run "$(printf 'x\033[31my')"
refuse "a name with an escape does not reach the terminal as such" \
    complains "$(printf '\033')"
run run --tmep=0 hi
check "an unknown option is told its neighbour" complains 'did you mean --temp'
run run --temp=hot hi
check "a wrong number is wrong usage" exits 2
check "a wrong number is named" complains '--temp: "hot" is not a number'
run chat surplus
check "chat takes no words" exits 2
run -m none.gguf run hi
check "a command behind options is wrong usage" exits 2
check "and told where it belongs" complains 'the command comes first: mull run'

mkdir -p "$HOME/.config/mull"
printf '[cold]\ntemp = 0\nmax-tokens = 1\n' >"$HOME/.config/mull/presets"
run run --preset=cold "What is 1 + 1?"
check "a preset is taken by its name" exits 0
run run --preset=col hi
check "a preset that is none is wrong usage" exits 2
check "and told its neighbour" complains 'did you mean "cold"'
printf '[cold]\ntemp = icy\n' >"$HOME/.config/mull/presets"
run run --preset=cold hi
check "a wrong preset is named with its place" \
    complains 'presets: line 2, column 8: .*"icy"'
rm "$HOME/.config/mull/presets"
printf '# mine\n\ntmep = 1\n' >"$HOME/.config/mull/mullrc"
run run -n 1 hi
check "a wrong setting is wrong usage" exits 2
check "a wrong setting is named with its place" complains 'mullrc: line 3, column 1: .*"temp"'
run run --help
check "--help works whatever the settings say" exits 0
done_testing
