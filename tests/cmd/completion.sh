#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What the shells complete, by asking those that are here.
. "$MULL_SOURCE/tests/house/tap_lib.sh"
mkdir "$work/bin" "$work/files"
ln -s "$MULL" "$work/bin/mull"
: >"$work/files/a b.gguf"
: >"$work/files/other.txt"

for shell in bash zsh fish; do
    run completion "$shell"
    check "a completion for $shell is written" exits 0
    cp "$work/out" "$work/mull.$shell"
done
run completion tcsh
check "another shell is wrong usage" exits 2
run completion
check "so is none" exits 2

offers() { grep -qx -e "$1" "$work/out"; }
all_commands() {
    "$MULL" --help | awk '/^Commands/ { on = 1; next } !NF { on = 0 } on { print $1 }' >"$work/names"
    while read -r name; do offers "$name" || return 1; done <"$work/names"
}
options_of() { # COMMAND: every option of its help is offered
    "$MULL" "$1" --help | grep -o -e '--[a-z][a-z-]*' | sort -u >"$work/names"
    while read -r name; do grep -q -e "^$name=*\$" "$work/out" || return 1; done <"$work/names"
}

# ask_bash WORD...: the last one is completed.
# shellcheck disable=SC2016 # for bash, not for us
ask_bash() {
    bash --norc --noprofile -c 'source "$1"; cd "$2" || exit 9; shift 2
        COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
        complete -p mull >/dev/null || exit 9
        _mull; printf "%s\n" "${COMPREPLY[@]}"' \
        ask "$work/mull.bash" "$work/files" "$@" >"$work/out" 2>"$work/err" &&
        status=0 || status=$?
}

if command -v bash >/dev/null; then
    ask_bash mull ''
    check "bash offers every command" all_commands
    ask_bash mull ins
    check "and completes one" offers inspect
    refuse "with no other" offers bench
    ask_bash mull run -
    check "bash offers every option of a command" options_of run
    refuse "and none that it does not take" offers --tensor=
    ask_bash mull -
    check "without a command they are those of chat" options_of chat
    ask_bash mull run --think = h
    check "bash completes a value behind =" offers hide
    ask_bash mull run --cache-type q
    check "and behind a blank" offers q8_0
    ask_bash mull run -m a
    check "file names with blanks stay whole" offers 'a b.gguf'
    ask_bash mull inspect ''
    check "files are offered where a command takes them" offers other.txt
    ask_bash mull run --temp ''
    refuse "where a number stands no file is" offers other.txt
    ask_bash mull completion f
    check "arguments that are words are offered" offers fish
    check "bash complains about nothing" silent err
else
    skip "bash completes" "no bash"
fi

# In a home of its own, with the usual set-up of nobody.
ask_fish() {
    HOME=$work/home XDG_CONFIG_HOME=$work/home PATH=$work/bin:$PATH \
        fish --no-config -c "source '$work/mull.fish'; cd '$work/files'; complete -C '$1'" \
        >"$work/said" 2>"$work/err" && status=0 || status=$?
    cut -f 1 "$work/said" >"$work/out"
}

if command -v fish >/dev/null; then
    ask_fish 'mull '
    check "fish offers every command" all_commands
    ask_fish 'mull run --'
    check "fish offers every option of a command" options_of run
    refuse "and none that it does not take" offers --tensor
    ask_fish 'mull run --think='
    check "fish completes values" offers --think=hide
    ask_fish 'mull inspect o'
    check "fish offers files" offers other.txt
    ask_fish 'mull completion '
    check "fish offers arguments that are words" offers zsh
else
    skip "fish completes" "no fish"
fi

# zsh completes in an interactive shell only. Here its two helpers say what they
# were given: the rest is zsh's own.
# shellcheck disable=SC2016 # for zsh, not for us
ask_zsh() { # WORD...
    zsh -f -c 'compdef() { [[ "$*" = "_mull mull" ]] || exit 9 }
        _arguments() { print -rl -- "$@" }
        _describe() { print -rl -- "${(@)commands%%:*}" }
        source "$1"; shift
        words=("$@"); CURRENT=$#; _mull' \
        ask "$work/mull.zsh" "$@" >"$work/out" 2>"$work/err" && status=0 || status=$?
}

if command -v zsh >/dev/null; then
    check "zsh reads it" zsh -n "$work/mull.zsh"
    ask_zsh mull ''
    check "zsh offers every command" all_commands
    ask_zsh mull run --
    check "zsh offers the options of a command" says '^--seed=\[.*\]:N: $'
    check "with their letters" says '^(-m --model)--model=\['
    check "and their values" says '^--think=\[.*\]:HOW:(show hide only)$'
    refuse "and none that it does not take" says '^--tensor='
    ask_zsh mull inspect ''
    check "zsh offers files" says '^\*:argument:_files$'
    ask_zsh mull -
    check "without a command the options are those of chat" says '^--continue\['
    check "zsh complains about nothing" silent err
else
    skip "zsh completes" "no zsh"
fi
done_testing
