#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Our speed beside another program's, on the same file, by turns.
#
#   PEER_CMD='...' PEER_PROMPT=... PEER_DECODE=... make bench-peer BENCH_MODEL=FILE
#
# in the environment, for make itself would take $BENCH_MODEL for something else.
#
# PEER_CMD      a shell command that prints its figures; $BENCH_MODEL is the file
# PEER_PROMPT   where the tokens per second of a prompt stand in its output, and
# PEER_DECODE   those of decoding; one of the two may be missing. Either a jq path
#               (it begins with a dot) or an extended regular expression whose
#               first group is the number; the last line that matches counts.
# ROUNDS        how often each has its turn: 5
# MULL_ARGS     for ours, such as "-t 2 --draft off"
#
# Both should read as many tokens and write as many: `mull bench` takes a prompt
# of 256 and decodes 128 (with -c N also behind N tokens). Prints each round, then
# the medians, the ratio, and what share of the memory's speed decoding reached.
set -eu

fail() { echo "bench-peer: $*" >&2; exit 2; }

[ -n "${PEER_CMD:-}" ] || fail "say what to run: PEER_CMD='...'"
[ -n "${PEER_PROMPT:-}${PEER_DECODE:-}" ] ||
    fail "say how its figures are read: PEER_PROMPT=... or PEER_DECODE=..."
BENCH_MODEL=${BENCH_MODEL:-builtin}
export BENCH_MODEL
rounds=${ROUNDS:-5}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# figure HOW FILE: the number that HOW finds there.
figure() {
    case $1 in
    '') echo 0 ;;
    .*) jq -r "$1" "$2" ;;
    *) sed -nE "s/.*$(printf %s "$1" | sed 's,/,\\/,g').*/\\1/p" "$2" |
           tail -n 1 ;;
    esac
}

number() {
    case $1 in
    ''|*[!0-9.eE+-]*) fail "no number where $2 points: '$1'" ;;
    esac
}

ours() { sed -n "s/.*\"$1\":\([-0-9.e+]*\).*/\1/p" "$work/ours"; }

median() {
    sort -g "$1" | awk '{ x[NR] = $1 }
        END { printf "%.6g\n", NR % 2 ? x[(NR + 1) / 2] \
                                      : (x[NR / 2] + x[NR / 2 + 1]) / 2 }'
}

echo "round,ours prompt,ours decode,peer prompt,peer decode"
round=1
while [ "$round" -le "$rounds" ]; do
    # shellcheck disable=SC2086 # arguments are words
    "$MULL" bench --json -m "$BENCH_MODEL" ${MULL_ARGS:-} >"$work/ours"
    sh -c "$PEER_CMD" >"$work/peer" 2>"$work/peer.err" ||
        { cat "$work/peer.err" >&2; fail "PEER_CMD failed"; }
    prompt=$(figure "${PEER_PROMPT:-}" "$work/peer")
    decode=$(figure "${PEER_DECODE:-}" "$work/peer")
    number "$prompt" PEER_PROMPT
    number "$decode" PEER_DECODE
    echo "$prompt" >>"$work/peer.prompt"
    echo "$decode" >>"$work/peer.decode"
    ours prompt_tokens_per_s >>"$work/ours.prompt"
    ours decode_tokens_per_s >>"$work/ours.decode"
    ours decode_share_of_read >>"$work/ours.share"
    echo "$round,$(ours prompt_tokens_per_s),$(ours decode_tokens_per_s),$prompt,$decode"
    round=$((round + 1))
done

row() { # what
    awk -v what="$1" -v a="$(median "$work/ours.$1")" \
        -v b="$(median "$work/peer.$1")" 'BEGIN {
            printf "%s: ours %.1f, ", what, a
            if (b > 0) printf "peer %.1f, ratio %.2f\n", b, a / b
            else print "peer not asked for" }'
}

echo "# medians of $rounds rounds, tokens per second"
row prompt
row decode
echo "decode reads $(median "$work/ours.share" |
    awk '{ printf "%.0f", $1 * 100 }') % of what memory gives"
