#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every C file begins with its licence, every header with its manual.
. "$MULL_SOURCE/tests/house/tap_lib.sh"
cd "$MULL_SOURCE" || exit 99

first_line_lacks() { # PATTERN FILE...
    pattern=$1
    shift
    for file; do
        head -n 1 "$file" | grep -q -- "$pattern" || echo "$file"
    done >"$work/out"
    [ -s "$work/out" ]
}

# A header's first line is "/* name.h - what it is".
header_lacks_manual() {
    for file; do
        head -n 1 "$file" | grep -q "^/\* .*$(basename "$file") - " || echo "$file"
    done >"$work/out"
    [ -s "$work/out" ]
}

# shellcheck disable=SC2046 # our file names have no blanks
refuse "every C file begins with its licence" first_line_lacks \
    'SPDX-License-Identifier: Apache-2.0' $(find src ui tests -name '*.c')
# shellcheck disable=SC2046
refuse "every header begins with what it is" header_lacks_manual \
    $(find src ui tests -name '*.h')
done_testing
