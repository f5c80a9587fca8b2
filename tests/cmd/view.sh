#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Anybody's trace, read and exported.
. "$MULL_SOURCE/tests/house/tap_lib.sh"

cat >"$work/t.json" <<'END'
[{"role": "user", "content": "Is 391 prime?\u001b[31m"},
 {"role": "assistant", "reasoning_content": "17*23 </details> <script>alert(1)</script>",
  "content": "No & never:\n```c\nx < y;\n```\n"}]
END

run view "$work/t.json"
check "a trace is read as text" exits 0
check "with its thought" says '17\*23'
check "with its answer" says 'No & never:'
refuse "nothing in it reaches the terminal raw" grep -q "$(printf '\033')" "$work/out"
run view --think=hide "$work/t.json"
refuse "thoughts may be hidden" says '17\*23'

run view --json "$work/t.json"
check "--json says what was read" says '"reasoning": "17\*23'
check "raw, as JSON has it" says '391 prime?\\u001B\[31m'
cp "$work/out" "$work/again.json"
run view --json "$work/again.json"
check "and is read again" cmp -s "$work/out" "$work/again.json"

"$MULL" view - <"$work/t.json" >"$work/out" 2>"$work/err" && status=0 || status=$?
check "standard input is read" exits 0
check "as the file is" says '17\*23'

run view "$work/none"
check "a file that is not there is one sentence" one_sentence
check "and fails" exits 1
printf 'GGUF\0\0\0' >"$work/binary"
run view "$work/binary"
check "a file that is no text is one sentence" one_sentence
run view
check "without a file it says so" exits 2
printf '{"messages": [' >"$work/cut.json"
run view "$work/cut.json"
check "JSON that is cut off is one sentence" one_sentence
printf '{"role":"user","content":"a"}\n{"role' >"$work/cut.jsonl"
run view "$work/cut.jsonl"
check "a last line that is cut off is left out" exits 0
check "and that is said" complains 'left out'

run export "$work/t.json" --to json
check "JSON is what the usual interfaces take" says '"reasoning_content": "17\*23'
run export "$work/t.json" --to md
check "Markdown folds the thought" says '<details><summary>thought</summary>'
check "which cannot close its fold itself" says '17\*23 &lt;/details> <script>'
run export "$work/t.json" --to html
check "HTML folds the thought" says '<details><summary>thought</summary>'
check "and escapes what was said" says '&lt;/details&gt; &lt;script&gt;alert(1)&lt;/script&gt;'
refuse "so that nothing in it runs" says '<script'
check "code keeps its look" says '<pre>x &lt; y;</pre>'
run export "$work/t.json" --to html -o "$work/t.html"
check "it may go to a file" test -s "$work/t.html"
run export "$work/t.json" --to pdf
check "another form is refused" exits 2
run export none
check "a chat that is not there is one sentence" one_sentence

if [ -n "${MULL_FIXTURES:-}" ] && [ -d "$MULL_FIXTURES/traces" ]; then
    all_view() {
        for file in "$MULL_FIXTURES"/traces/*; do
            [ "${file##*/}" = expected.json ] || "$MULL" view "$file" >"$work/out" 2>"$work/err" </dev/null || return 1
            if grep -q "$(printf '\033')" "$work/out"; then return 1; fi
        done
    }
    check "every trace of the fixtures is shown" all_view
else
    skip "every trace of the fixtures is shown" "MULL_FIXTURES is not set"
fi
done_testing
