/* act_group.h - activations as integers: what every product with quantized
 * weights reads.
 *
 * 512 values (ACT_GROUP) of one column lie together with all that is known about
 * them; behind the end of a column its unit is filled up with zeros, and every scale
 * and sum of a block that is not there is 0. Value i is d * v with
 * v = 256 * hi + lo, both from -127 to 127, and one d for a block of 32: it is
 * off by no more than one 32512th of the largest in its block. Two planes of
 * int8, because bytes are what CPUs multiply fast.
 *
 * With one plane lo is 0 throughout, products can leave it out, and a value is off
 * by up to one 254th of that largest. Decoding reads weights for longer than it
 * multiplies, so two planes cost nothing there; a prompt only multiplies. The price:
 * a rounding of 1e-7 flips an int8 here and there, later layers flip more, and two
 * ways of computing a prompt differ by as much as either does from exact arithmetic.
 *
 * The order is made for registers of 64 bytes. Blocks of 32 count b0..b15; four
 * of them are a unit. In a unit, all first halves come before all second ones:
 *
 *     hi, lo   | b0 first | b1 first | b2 first | b3 first |     64 bytes
 *              | b0 second| b1 second| b2 second| b3 second|     64 bytes
 *              | b4 first | ...                                   unit 1
 *
 * so both products of a block land in the same quarter of a register of sums,
 * and 4-bit weights, which keep weight j and j + 16 of a block in one byte, are
 * unpacked by one shift. Adding up the four sums of every block of four units
 * brings them into the order of d, s and sum:
 *
 *     d, s, sum   | b0 b4 b8 b12 | b1 b5 b9 b13 | b2 ... | b3 b7 b11 b15 |
 *
 * s is d * (sum of v), which is what a minimum multiplies; sum is the sum of v,
 * which is what an offset of the codes multiplies; half_sum is that for every 16
 * values, for each half of the group in the same kind of order:
 *
 *     half_sum[0] | b0 first, b0 second, b4 first, b4 second | b1 ... | b2 | b3 |
 *
 * The sum over a block of v times a code (-128..127 or 0..255) fits 32 bits, and
 * so does that over 16 with a scale of 8 bits, barely. A block with a value that
 * is not finite has v = 0 and a d that is not finite: every product with it
 * shows. */
#ifndef KERNELS_ACT_GROUP_H
#define KERNELS_ACT_GROUP_H

#include <stddef.h>
#include <stdint.h>

#define ACT_BLOCK 32
#define ACT_GROUP 512
#define ACT_GROUP_BLOCKS (ACT_GROUP / ACT_BLOCK)

struct act_group {
    _Alignas(64) int8_t hi[ACT_GROUP];
    int8_t lo[ACT_GROUP];
    float d[ACT_GROUP_BLOCKS], s[ACT_GROUP_BLOCKS];
    int32_t sum[ACT_GROUP_BLOCKS];
    int32_t half_sum[2][ACT_GROUP_BLOCKS];
};

/* Groups in a column of k values. */
static inline size_t act_groups(size_t k)
{
    return (k + ACT_GROUP - 1) / ACT_GROUP;
}

/* Where block b of a group begins in hi and lo: 16 values here, 16 of them 64
 * further on. */
static inline unsigned act_at(unsigned b)
{
    return b / 4 * 128 + b % 4 * 16;
}

#define ACT_SECOND 64

/* Where block b stands in d, s and sum. */
static inline unsigned act_block_at(unsigned b)
{
    return b % 4 * 4 + b / 4;
}

/* Where the first half of block b stands in half_sum[b / 8]; its second half is
 * the next one. */
static inline unsigned act_half_at(unsigned b)
{
    return b % 4 * 4 + b / 4 % 2 * 2;
}

#endif
