#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Our speed beside that of other programs, on the same file, by turns.
#
#   PEER_CMD='...' PEER_PROMPT=... PEER_DECODE=... make bench-peer BENCH_MODEL=FILE
#
# in the environment, for make itself would take $BENCH_MODEL for something else.
#
# PEER_CMD      shell commands, one peer a line, that print their figures;
#               $BENCH_MODEL is the file
# PEER_PROMPT   where the tokens per second of a prompt stand in what they print,
# PEER_DECODE   and those of decoding; one of the two may be missing. Either a jq
#               path (it begins with a dot) or an extended regular expression whose
#               first group is the number; the last line that matches counts.
# ROUNDS        how often each has its turn: 5
# MULL_ARGS     for ours, such as "-t 2 --draft off --prompt 32"
# DEEP          set: ours decodes behind as many tokens as `-c N` in MULL_ARGS says
#
# All should read as many tokens and write as many: `mull bench` takes a prompt
# of 256 and decodes 128. Prints each round, then the medians, the ratio to each
# peer, and what share of the memory's speed decoding reached.
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
printf '%s\n' "$PEER_CMD" | grep '[^ ]' >"$work/peers"
n_peers=$(wc -l <"$work/peers")
our_decode=${DEEP:+deep}
our_decode=${our_decode:-decode}

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

# One turn of the peer of line $1; what it reached is kept and printed.
peer_turn() {
    sh -c "$(sed -n "${1}p" "$work/peers")" >"$work/peer" 2>"$work/peer.err" ||
        { cat "$work/peer.err" >&2; fail "peer $1 failed"; }
    prompt=$(figure "${PEER_PROMPT:-}" "$work/peer")
    decode=$(figure "${PEER_DECODE:-}" "$work/peer")
    number "$prompt" PEER_PROMPT
    number "$decode" PEER_DECODE
    echo "$prompt" >>"$work/prompt.$1"
    echo "$decode" >>"$work/decode.$1"
    printf ',%s,%s' "$prompt" "$decode"
}

printf 'round,our prompt,our decode'
for peer in $(seq "$n_peers"); do
    printf ',prompt of peer %d,decode of peer %d' "$peer" "$peer"
done
round=1
while [ "$round" -le "$rounds" ]; do
    # shellcheck disable=SC2086 # arguments are words
    "$MULL" bench --json -m "$BENCH_MODEL" ${MULL_ARGS:-} >"$work/ours"
    ours prompt_tokens_per_s >>"$work/prompt.0"
    ours "${our_decode}_tokens_per_s" >>"$work/decode.0"
    ours decode_share_of_read >>"$work/share"
    printf '\n%d,%s,%s' "$round" "$(tail -n 1 "$work/prompt.0")" \
        "$(tail -n 1 "$work/decode.0")"
    for peer in $(seq "$n_peers"); do
        peer_turn "$peer"
    done
    round=$((round + 1))
done

row() { # what
    for peer in $(seq "$n_peers"); do
        awk -v what="$1" -v a="$(median "$work/$1.0")" -v peer="$peer" \
            -v b="$(median "$work/$1.$peer")" 'BEGIN {
                printf "%s: ours %.1f, ", what, a
                if (b > 0) printf "peer %d %.1f, ratio %.2f\n", peer, b, a / b
                else print "no peer asked for" }'
    done
}

printf '\n# medians of %s rounds, tokens per second\n' "$rounds"
row prompt
row decode
[ -n "${DEEP:-}" ] || echo "decode reads $(median "$work/share" |
    awk '{ printf "%.0f", $1 * 100 }') % of what memory gives"
