#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# mull-json(5) names every key that mull run --json writes, and no other; its
# examples run.
. "$MULL_SOURCE/tests/house/tap_lib.sh"
manual=$MULL_SOURCE/man/mull-json.5

# Quotes inside of texts are escaped, so these are keys and nothing else.
run run --json --temp 0 --experts-off 3:17 "What is 391 + 2748?"
check "a turn succeeds" exits 0
cp "$work/out" "$work/lines"
run run --json -c 16 "A question that is longer than sixteen tokens of context."
check "a turn that fails tells an error" says '"event":"error"'
cat "$work/out" >>"$work/lines"
grep -o '"[a-z_]*":' "$work/lines" | tr -d '":' | sort -u >"$work/keys"

# ".It Va id , pos" names two.
sed -n 's/^\.\(It \)\{0,1\}Va //p' "$manual" | tr ' ' '\n' |
    grep -x '[a-z_]*' | sort -u >"$work/named"
check "the manual names keys" test "$(wc -l <"$work/named")" -gt 50
same_keys() { diff "$work/keys" "$work/named" >"$work/out" 2>&1; }
check "the keys in the manual are those that occur" same_keys

kinds() { grep -o '^{"event":"[a-z_]*"' "$work/lines" | cut -d '"' -f 4 | sort -u; }
# The built-in model never gives a notice.
{ kinds; echo notice; } | sort -u >"$work/kinds"
sed -n '/^\.Sh DESCRIPTION/,/^\.Sh EXAMPLES/s/^\.Ss //p' "$manual" | tr -d ' ' |
    tr ',' '\n' | sort -u >"$work/headings"
same_kinds() { diff "$work/kinds" "$work/headings" >"$work/out" 2>&1; }
check "the kinds of lines in the manual are those that occur" same_kinds

run run --json --no-telemetry -n 5 hi
refuse "--no-telemetry tells of no experts" says '"experts":'
refuse "--no-telemetry tells of no alternatives" says '"alternatives":'
check "--no-telemetry tells the tokens" says '"event":"token"'

if command -v jq >/dev/null; then
    mkdir "$work/bin"
    ln -s "$MULL" "$work/bin/mull"
    # An example is a literal block; each is a command of its own.
    awk -v dir="$work" '/^\.Bd -literal/ { n++; on = 1; next } /^\.Ed/ { on = 0 }
        on { print > (dir "/example" n) }' "$manual"
    for example in "$work"/example*; do
        PATH=$work/bin:$PATH sh "$example" >"$work/out" 2>"$work/err" </dev/null && status=0 || status=$?
        check "the example $(basename "$example") says something" test -s "$work/out"
        check "the example $(basename "$example") has no complaint" silent err
    done
else
    skip "the examples run" "no jq"
fi
done_testing
