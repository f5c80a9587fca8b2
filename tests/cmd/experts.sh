#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# mull experts: traces in, a summary out.
. "$MULL_SOURCE/tests/house/tap_lib.sh"

run run --temp 0 --trace "$work/one" "What is 391 + 2748?"
run run --temp 0 --trace "$work/two" --experts-off 3:17,3:4 "Add 25 and 17."

run experts "$work/one"
check "a trace is summarised" exits 0
check "the summary names the model" says 'model .*32 experts'
check "every layer has its line" test "$(grep -c '^    [1-7]  ' "$work/out")" = 7
run experts "$work/one" "$work/two"
check "two traces are two turns" says 'in 2 turns'
check "a modified turn is named" says '^modified  in 1 turn'
"$MULL" experts - <"$work/two" >"$work/out" 2>"$work/err" && status=0 || status=$?
check "standard input is read for -" exits 0

run experts --csv "$work/two"
check "CSV has a row for every expert" test "$(wc -l <"$work/out")" = 225
check "experts that were off have no tokens" test "$(grep -c '^3,\(17\|4\),0,0.000000,' "$work/out")" = 2
# A token uses four experts of a layer, so their shares add up to four.
shares() { awk -F, 'NR > 1 { s[$1] += $4 } END { for (l in s) if (s[l] < 3.999 || s[l] > 4.001) exit 1 }' "$work/out"; }
check "the shares of a layer add up" shares
run experts --json "$work/one"
check "JSON is one object" sh -c 'test "$(wc -l <"$1")" = 1 && grep -q "^{.*}$" "$1"' - "$work/out"
run experts --json --csv "$work/one"
check "JSON and CSV at once is wrong usage" exits 2

run experts
check "no trace is wrong usage" exits 2
run experts "$work/none"
check "a missing file is named" complains 'none: cannot be opened'
cat "$work/one" >"$work/bad"
echo '{"event":"token","part":"dream"}' >>"$work/bad"
run experts "$work/bad"
check "a bad line is an error" exits 1
check "a bad line is named with file and number" complains "bad: line $(wc -l <"$work/bad"): \"part\""
check "a bad line is one sentence" one_sentence
head -c 5000 "$work/one" >"$work/cut"
run experts "$work/cut"
check "a trace that was cut is summarised" exits 0
check "a trace that was cut is told" complains 'cut: the last line is cut off'
run run --no-telemetry --trace "$work/quiet" -n 5 hi
run experts "$work/quiet"
check "a trace without experts is told" complains 'nothing was measured'
done_testing
