#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Who may include whom (HACKING.md, "Layers"): down is fine, up and sideways are
# not. The arrows are the table below; everything may use its own folder and base.
. "$MULL_SOURCE/tests/house/tap_lib.sh"
cd "$MULL_SOURCE" || exit 99

allowed() {
    case $1 in
    base) echo ;;
    gguf | kernels | chat) echo ;;
    text) echo gguf chat ;;
    model) echo gguf kernels ;;
    engine) echo model text chat ;;
    store) echo chat ;;
    ui) echo store chat ;;
    train) echo gguf kernels text model engine chat ;;
    # The top wires the parts: options and commands see all of them.
    top) echo gguf kernels chat text model engine train store ui ;;
    *) echo "no such layer" ;;
    esac
}

# What the table cannot say in general, file by file.
exception() { # FILE LAYER
    case $1:$2 in
    # Opening everything in order is the engine's; the file and the kernels
    # pass through its hands as plain structs.
    src/engine/load.[ch]:gguf | src/engine/load.[ch]:kernels) return 0 ;;
    # Sums over a row of logits are the one thing that the engine computes.
    src/engine/distribution.c:kernels) return 0 ;;
    esac
    return 1
}

layer_of() { # a path below the top, or an include as written
    case $1 in
    src/cmd/* | src/train/cmd/*) echo top ;;
    src/*/*) path=${1#src/} && echo "${path%%/*}" ;;
    src/*) echo top ;;
    ui/*) echo ui ;;
    cmd/* | options.h | option.h | paths.h | preset_file.h | rc.h | default_model.h) echo top ;;
    base/* | gguf/* | kernels/* | chat/* | text/* | model/* | engine/* | train/* | store/*)
        echo "${1%%/*}" ;;
    config.h) echo base ;;
    *) echo strange ;;
    esac
}

wrong_arrows() { # FILE...
    for file; do
        from=$(layer_of "$file")
        sed -n 's/^[[:space:]]*#[[:space:]]*include[[:space:]]*"\(.*\)".*/\1/p' "$file" |
            while read -r include; do
                to=$(layer_of "$include")
                case " $from base $(allowed "$from") " in
                *" $to "*) continue ;;
                esac
                exception "$file" "$to" || echo "$file ($from) includes $include ($to)"
            done
    done >"$work/out"
    [ -s "$work/out" ]
}

only_in() { # PATTERN FILE: does any other file include it?
    # shellcheck disable=SC2046
    grep -lE "^[[:space:]]*#[[:space:]]*include[[:space:]]*[<\"]$1" \
        $(find src ui -name '*.[ch]') | grep -v -x -E "$2" >"$work/out"
    [ -s "$work/out" ]
}

# shellcheck disable=SC2046 # our file names have no blanks
refuse "no include points up or sideways" wrong_arrows $(find src ui -name '*.[ch]' | sort)
refuse "only ui/screen*.c includes curses" only_in '(n?curses|term)\.h' \
    'ui/screen(_parts\.h|\.c)'
refuse "only ui/screen*.c sees what it is made of" only_in 'ui/screen_parts\.h' \
    'ui/screen(_[a-z]*)?\.c'
refuse "only ui/input*.c includes readline" only_in 'readline/' \
    'ui/input(_hooks)?\.c'

mkdir -p "$work/ui" "$work/src/model"
printf '#include "engine/engine.h"\n' >"$work/ui/bad.c"
printf '#include "text/vocab.h"\n' >"$work/src/model/bad.c"
cd "$work" || exit 99
check "the check itself sees an arrow up" wrong_arrows ui/bad.c
check "the check itself sees an arrow sideways" wrong_arrows src/model/bad.c
done_testing
