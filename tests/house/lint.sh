#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Calls that we do without, because a slip in them is a hole; slips in scripts.
. "$MULL_SOURCE/tests/house/tap_lib.sh"
cd "$MULL_SOURCE" || exit 99

# Comments and strings may speak of them: both are taken out first. Strings
# before comments, so that a "/*" in a string opens nothing.
code_of() {
    awk -v file="$1" '
        { line = $0
          gsub(/\\\\/, "", line); gsub(/\\"/, "", line)
          gsub(/"[^"]*"/, "\"\"", line)
          if (inside) {
              if (!sub(/^.*\*\//, "", line)) next
              inside = 0
          }
          gsub(/\/\*[^*]*\*+([^\/*][^*]*\*+)*\//, "", line)
          if (sub(/\/\*.*$/, "", line)) inside = 1
          sub(/\/\/.*$/, "", line)
          print file ":" NR ": " line }' "$1"
}

banned() { # PATTERN FILE...
    pattern=$1
    shift
    for file; do
        code_of "$file"
    done | grep -E "(^|[^A-Za-z0-9_.>])($pattern)[[:space:]]*\(" >"$work/out"
}

# shellcheck disable=SC2046 # our file names have no blanks
set -- $(find src ui tests -name '*.c' -o -name '*.h' | sort)
for call in sprintf vsprintf strcpy strcat gets alloca system popen; do
    refuse "nobody calls $call" banned "$call" "$@"
done

# shellcheck disable=SC2046
set -- $(find src ui -name '*.c' | sort)
refuse "numbers are read with strtod and strtoul, never with atoi" \
    banned 'atoi|atol|atoll|atof' "$@"

if command -v shellcheck >/dev/null; then
    # shellcheck disable=SC2046
    set -- $(find tests -name '*.sh') po/update
    for script in quickstart .ci/run; do # not in a release
        [ ! -e "$script" ] || set -- "$@" "$script"
    done
    check "shellcheck finds nothing wrong in scripts" shellcheck -S warning "$@"
else
    skip "shellcheck finds nothing wrong in scripts" "no shellcheck"
fi

printf 'void f(void)\n{\n    /* not system( */ "strcpy(";\n    system("x");\n}\n' >"$work/bad.c"
check "the check itself sees a banned call" banned system "$work/bad.c"
refuse "the check itself reads no strings" banned strcpy "$work/bad.c"
done_testing
