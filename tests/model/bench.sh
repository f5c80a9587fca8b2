#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# mull bench: figures that belong together, with the built-in model. How large
# they are is nobody's business here.
. "$MULL_SOURCE/tests/house/tap_lib.sh"

value() { sed -n "s/.*\"$1\":\([-0-9.e+]*\).*/\1/p" "$work/out"; }
holds() { awk "BEGIN { exit !($1) }"; }

run bench --json
check "bench --json succeeds" exits 0
check "it is one line" test "$(wc -l <"$work/out")" -eq 1
for figure in ready_ms read_gb_per_s prompt_tokens_per_s decode_tokens_per_s decode_bytes_per_token; do
    check "$figure is positive" holds "0$(value $figure) > 0"
done
check "the share is decode over memory" holds \
    "($(value decode_gb_per_s) / $(value read_gb_per_s) - $(value decode_share_of_read))^2 < 1e-6"
check "bytes times rate is the bandwidth" holds \
    "($(value decode_bytes_per_token) * $(value decode_tokens_per_s) / 1e9 / $(value decode_gb_per_s) - 1)^2 < 1e-6"
check "fewer parameters are active than there are" holds \
    "$(value active_parameters) < $(value parameters)"

run bench --threads 1
check "the table says what was measured" says '^decode .*tokens/s (1'
run bench extra
check "arguments are wrong usage" exits 2
done_testing
