#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# mull quantize, from outside.
. "$MULL_SOURCE/tests/house/tap_lib.sh"
model=$MULL_SOURCE/models/default.gguf
out=$work/small.gguf

left() { [ "$(find "$work" -name 'small*' | wc -l)" -eq "$1" ]; }

run quantize "$model" "$out" Q4_0
check "a model is quantized" exits 0
check "its size and types are told" says '107 Q4_0, 1 Q8_0$'
check "progress off a terminal is plain lines" complains '^50 % of '
check "one file is left" left 1
mode_is_that_of_new_files() {
    : >"$work/new"
    [ "$(stat -c %a "$out")" = "$(stat -c %a "$work/new")" ]
}
check "its mode is that of any new file" mode_is_that_of_new_files
run inspect "$out"
check "it is opened again" says '^runs here *yes$'
run run -m "$out" --temp 0 -n 4 "Add 25 and 17."
check "and it runs" exits 0

cp "$out" "$work/first"
run quantize builtin "$out" q4_0 --json
check "a file that is there is replaced" exits 0
check "the built-in model gives the same bytes" cmp -s "$out" "$work/first"
check "--json gives one object" says '"bytes_before": '
check "and nothing else" silent err

run quantize "$model" "$out" Q4_0 --tensor-type 'blk.1.*=Q8_0' \
    --tensor-type 'blk.1.attn_output*=F16'
check "of two patterns that fit the last counts" says ' 1 F16, .* Q8_0$'
run quantize "$model" "$out" Q4_0 --tensor-type 'nonesuch=Q8_0'
check "a pattern that fits nothing is wrong usage" exits 2

rm "$out"
: >"$out.part"
run quantize "$model" "$out" Q4_0
check "a .part file of somebody else is not touched" exits 1
check "and named" complains '\.part'
rm "$out.part"

run quantize "$model"
check "a missing argument is wrong usage" exits 2
check "that says which" complains 'the file to write is missing'
run quantize "$model" "$work/none/small.gguf" Q4_0
check "a folder that is not there is a failure" exits 1
check "and nothing is left" left 0

(
    ulimit -f 2000
    "$MULL" quantize "$model" "$out" Q4_0 >"$work/out" 2>"$work/err"
)
status=$?
check "a file that may not become so large is a failure" exits 1
check "that says why" complains 'too large'
check "and leaves nothing" left 0

if env --default-signal=INT true 2>/dev/null; then
    # The signal is sent when the part file is there; it may come too late.
    env --default-signal=INT "$MULL" quantize -t 1 "$model" "$out" IQ4_NL \
        >"$work/out" 2>"$work/err" &
    pid=$!
    while [ ! -e "$out.part" ] && kill -0 "$pid" 2>/dev/null; do :; done
    kill -INT "$pid" 2>/dev/null
    wait "$pid" && status=0 || status=$?
    no_part() { [ ! -e "$out.part" ]; }
    stopped_or_done() { [ "$status" -eq 130 ] || [ -s "$out" ]; }
    check "Ctrl-C ends it" stopped_or_done
    check "and leaves no part of a file" no_part
    rm -f "$out"
else
    skip "Ctrl-C ends it" "this env cannot reset SIGINT"
fi

if command -v script >/dev/null; then
    TERM=xterm script -qec "$MULL quantize $model $out Q8_0" /dev/null \
        >"$work/out" 2>"$work/err" </dev/null
    check "on a terminal there is a bar" says '\[#*\.*\] *[0-9]* %'
else
    skip "on a terminal there is a bar" "no script(1)"
fi
done_testing
