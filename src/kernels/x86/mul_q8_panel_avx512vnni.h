/* mul_q8_panel_avx512vnni.h - products of sixteen rows with many columns.
 *
 * What mul_q8_avx512vnni.h does for a row and a column costs as many instructions
 * around the multiplying as for it: sums of a block lie in four lanes and must be
 * brought together. With many columns it pays to turn the codes of sixteen rows,
 * once they are unpacked, so that a lane is a row. Then sums are in place as they
 * come, and of four activations one load spreads them over all rows:
 *
 *     code[j][i]   | row 0: 4 codes | row 1: 4 codes | ... | row 15: 4 codes |
 *     activations  | the same four  | the same four  | ... | the same four   |
 *     hi, lo       | row 0          | row 1          | ... | row 15          |
 *
 * A tile is a block of the sixteen rows and four columns.
 *
 * What a row and a column come to is the same, bit for bit, as in the other loops:
 * sums within a block are exact, and the floats they become are added up in the
 * lanes, and by the tree of `totals`, that a row alone has; only that a lane is now
 * a register, sum[c][lane], in memory between blocks. */
#ifndef KERNELS_X86_MUL_Q8_PANEL_AVX512VNNI_H
#define KERNELS_X86_MUL_Q8_PANEL_AVX512VNNI_H

#include "kernels/x86/unpack_avx512vnni.h"

#define PANEL_ROWS 16
/* That share what is unpacked. Their sums, 1 KB each, stay in the second cache. */
#define PANEL_COLS 64

typedef __m512 panel_sums[PANEL_COLS][16];

/* sum += the first n_blocks blocks of a group of PANEL_ROWS rows, times a group of
 * each of n_cols columns of one plane or two, x_step groups apart. */
void panel_add_avx512(const struct group rows[PANEL_ROWS], int planes, int offset,
                      bool by16, bool has_min, int n_blocks,
                      const struct act_group *x, size_t x_step, size_t n_cols,
                      panel_sums sum);
/* y[c * ldy + r]: all lanes of column c, for row r. */
void panel_store_avx512(panel_sums sum, size_t n_cols, float *y, size_t ldy);

#endif
