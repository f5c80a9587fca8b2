/* SPDX-License-Identifier: Apache-2.0 */
#include "kernels/x86/mul_q8_panel_avx512vnni.h"

/* How far lo is behind hi. */
#define LO ((int)(offsetof(struct act_group, lo) - offsetof(struct act_group, hi)))

/* A group of sixteen rows, turned. */
struct panel {
    __m512i code[8][16];  /* [j][i]: 4i..4i+3 of the 64 codes j of each row */
    __m512i scale[2][16]; /* [h][lane], as floats */
    __m512i min[2][16];
};

/* 16 words of 32 bits of each of 16 rows, `step` registers apart: out[i] has the
 * i-th of every row. */
static inline void turn(const __m512i *in, size_t step, __m512i out[16])
{
    __m512i u[16];
    UNROLL for (size_t r = 0; r < 16; r += 4) {
        const __m512i *p = in + r * step;
        __m512i a = _mm512_unpacklo_epi32(p[0], p[step]);
        __m512i b = _mm512_unpackhi_epi32(p[0], p[step]);
        __m512i c = _mm512_unpacklo_epi32(p[2 * step], p[3 * step]);
        __m512i d = _mm512_unpackhi_epi32(p[2 * step], p[3 * step]);
        u[r] = _mm512_unpacklo_epi64(a, c);
        u[r + 1] = _mm512_unpackhi_epi64(a, c);
        u[r + 2] = _mm512_unpacklo_epi64(b, d);
        u[r + 3] = _mm512_unpackhi_epi64(b, d);
    }
    UNROLL for (size_t e = 0; e < 4; e++) { /* quarters of registers */
        __m512i even = _mm512_shuffle_i32x4(u[e], u[4 + e], 0x88);
        __m512i odd = _mm512_shuffle_i32x4(u[e], u[4 + e], 0xDD);
        __m512i even2 = _mm512_shuffle_i32x4(u[8 + e], u[12 + e], 0x88);
        __m512i odd2 = _mm512_shuffle_i32x4(u[8 + e], u[12 + e], 0xDD);
        out[e] = _mm512_shuffle_i32x4(even, even2, 0x88);
        out[8 + e] = _mm512_shuffle_i32x4(even, even2, 0xDD);
        out[4 + e] = _mm512_shuffle_i32x4(odd, odd2, 0x88);
        out[12 + e] = _mm512_shuffle_i32x4(odd, odd2, 0xDD);
    }
}

static inline __m512i times_256(__m512i floats)
{
    return _mm512_castps_si512(
        _mm512_mul_ps(_mm512_castsi512_ps(floats), _mm512_set1_ps(256)));
}

/* Sums of one plane are 256 times too small: the scales make up for it. */
static void turn_group(const struct group *rows, int planes, bool by16,
                       bool has_min, int n_blocks, struct panel *p)
{
    const size_t step = sizeof *rows / sizeof(__m512i);
    for (int j = 0; j < (n_blocks + 3) / 4 * 2; j++)
        turn(&rows->code[j], step, p->code[j]);
    for (int h = 0; h < (by16 && n_blocks > 8 ? 2 : 1); h++) {
        turn((const __m512i *)&rows->scale[h], step, p->scale[h]);
        for (int i = 0; planes == 1 && i < 16; i++)
            p->scale[h][i] = times_256(p->scale[h][i]);
        if (has_min)
            turn((const __m512i *)&rows->min[h], step, p->min[h]);
    }
}

/* --- a tile --------------------------------------------------------------- */

/* Eight sums that do not wait for each other, twice what the CPU needs; with eight
 * columns long rows are a tenth slower, for less of them stays in the first cache. */
#define TILE_COLUMNS 4

/* Four activations for every row. */
INLINE __m512i spread4(const int8_t *p)
{
    int v;
    memcpy(&v, p, 4);
    return _mm512_set1_epi32(v);
}

/* The columns of a tile, a step apart. */
struct columns {
    const struct act_group *x;
    size_t step;
};

INLINE const struct act_group *column(const struct columns *x, int c)
{
    return x->x + (size_t)c * x->step;
}

/* A pointer that a compiler takes as it is: left to itself it keeps one for each
 * plane of each column, for which there are not registers enough. */
INLINE const int8_t *opaque(const int8_t *p)
{
    __asm__("" : "+r"(p));
    return p;
}

/* v[c] += the codes of 16 weights of every row, or of 32 (`halves`), of which the
 * second half is one code[] further on, times those that begin `at` bytes into the
 * activations of C columns, of one plane or two. */
INLINE void tile_dot(int C, int planes, int halves, const __m512i *code,
                     const struct columns *x, size_t at, __m512i *v)
{
    __m512i hi[TILE_COLUMNS];
    const int8_t *p[TILE_COLUMNS];
    UNROLL for (int c = 0; c < C; c++) {
        hi[c] = _mm512_setzero_si512();
        p[c] = opaque(column(x, c)->hi + at);
    }
    UNROLL for (int e = 0; e < 4 * halves; e++) {
        const __m512i w = code[e % 4 + e / 4 * 16];
        const int from = e % 4 * 4 + e / 4 * ACT_SECOND;
        UNROLL for (int c = 0; c < C; c++) {
            if (planes == 2)
                v[c] = _mm512_dpbusd_epi32(v[c], w, spread4(p[c] + LO + from));
            hi[c] = _mm512_dpbusd_epi32(hi[c], w, spread4(p[c] + from));
        }
    }
    UNROLL for (int c = 0; c < C; c++)
        v[c] = _mm512_add_epi32(v[c], planes == 2 ? _mm512_slli_epi32(hi[c], 8)
                                                  : hi[c]);
}

INLINE void fetch(uintptr_t at)
{
    _mm_prefetch((const char *)at, _MM_HINT_T0);
}

/* The b-th sixteenth of what the tile behind this one will read; if there is none,
 * of whatever lies there: asking for a line does no harm. */
INLINE void fetch_next(int C, const struct columns *x, __m512 (*sum)[16], int b)
{
    const size_t line = 64 * (size_t)b, column_bytes = x->step * sizeof *x->x;
    UNROLL for (int c = C; c < 2 * C; c++) {
        const uintptr_t p = (uintptr_t)x->x + (size_t)c * column_bytes + line;
        fetch(p);
        if (line + 1024 < sizeof *x->x)
            fetch(p + 1024);
        fetch((uintptr_t)sum + (size_t)c * sizeof *sum + line);
    }
}

/* What the offset of the codes takes away, for every lane. With one plane all is
 * counted in 256ths of it. */
INLINE void put_less(int planes, int offset, const int32_t *all, int32_t less[16])
{
    __m512i v = _mm512_load_si512(all);
    v = _mm512_mullo_epi32(v, _mm512_set1_epi32(-offset));
    _mm512_store_si512(less, planes == 1 ? _mm512_srai_epi32(v, 8) : v);
}

INLINE void tile_by32(int C, int planes, bool has_min, int offset,
                      const struct panel *p, int n_blocks,
                      const struct columns *x, __m512 (*sum)[16])
{
    _Alignas(64) int32_t less[TILE_COLUMNS][16];
    UNROLL for (int c = 0; c < C; c++)
        put_less(planes, offset, column(x, c)->sum, less[c]);
    for (int b = 0; b < n_blocks; b++) {
        const int u = b / 4, q = b % 4, lane = 4 * q + u;
        __m512i v[TILE_COLUMNS];
        if (C == TILE_COLUMNS)
            fetch_next(C, x, sum, b);
        UNROLL for (int c = 0; c < C; c++)
            v[c] = _mm512_set1_epi32(less[c][lane]);
        tile_dot(C, planes, 2, &p->code[2 * u][4 * q], x, act_at((unsigned)b), v);
        const __m512 scale = _mm512_castsi512_ps(p->scale[0][lane]);
        const __m512 min = _mm512_castsi512_ps(p->min[0][has_min ? lane : 0]);
        UNROLL for (int c = 0; c < C; c++) {
            const struct act_group *g = column(x, c);
            __m512 f = _mm512_mul_ps(scale, _mm512_set1_ps(g->d[lane]));
            __m512 s = _mm512_fmadd_ps(_mm512_cvtepi32_ps(v[c]), f, sum[c][lane]);
            if (has_min)
                s = _mm512_fmadd_ps(min, _mm512_set1_ps(g->s[lane]), s);
            sum[c][lane] = s;
        }
    }
}

INLINE void tile_by16(int C, int planes, bool has_min, int offset,
                      const struct panel *p, int n_blocks,
                      const struct columns *x, __m512 (*sum)[16])
{
    _Alignas(64) int32_t less[TILE_COLUMNS][2][16];
    UNROLL for (int c = 0; c < C; c++)
        UNROLL for (int h = 0; h < 2; h++)
            put_less(planes, offset, column(x, c)->half_sum[h], less[c][h]);
    for (int b = 0; b < n_blocks; b++) {
        const int u = b / 4, q = b % 4, h = b / 8;
        if (C == TILE_COLUMNS)
            fetch_next(C, x, sum, b);
        for (int second = 0; second < 2; second++) {
            const int j = 2 * u + second, lane = 4 * q + j % 4;
            __m512i v[TILE_COLUMNS];
            UNROLL for (int c = 0; c < C; c++)
                v[c] = _mm512_set1_epi32(less[c][h][lane]);
            tile_dot(C, planes, 1, &p->code[j][4 * q], x,
                     (size_t)(64 * j + 16 * q), v);
            const __m512 scale = _mm512_castsi512_ps(p->scale[h][lane]);
            const __m512 min = _mm512_castsi512_ps(p->min[h][has_min ? lane : 0]);
            UNROLL for (int c = 0; c < C; c++) {
                const struct act_group *g = column(x, c);
                const __m512 d = _mm512_set1_ps(g->d[4 * q + u]);
                __m512 s = _mm512_fmadd_ps(_mm512_cvtepi32_ps(v[c]),
                                           _mm512_mul_ps(scale, d), sum[c][lane]);
                if (has_min)
                    s = _mm512_fmadd_ps(
                        _mm512_cvtepi32_ps(
                            _mm512_set1_epi32(g->half_sum[h][lane])),
                        _mm512_mul_ps(min, d), s);
                sum[c][lane] = s;
            }
        }
    }
}

/* --- all columns ---------------------------------------------------------- */

/* One function for each number of columns that a tile may have. */
#define TILE_OF(C, PLANES)                                                    \
    static void tile##C##_##PLANES(int offset, bool by16, bool has_min,       \
                                   const struct panel *p, int n_blocks,       \
                                   const struct columns *x, __m512 (*sum)[16]) \
    {                                                                         \
        if (by16 && has_min)                                                  \
            tile_by16(C, PLANES, true, offset, p, n_blocks, x, sum);          \
        else if (by16)                                                        \
            tile_by16(C, PLANES, false, offset, p, n_blocks, x, sum);         \
        else if (has_min)                                                     \
            tile_by32(C, PLANES, true, offset, p, n_blocks, x, sum);          \
        else                                                                  \
            tile_by32(C, PLANES, false, offset, p, n_blocks, x, sum);         \
    }
#define TILE(C) TILE_OF(C, 1) TILE_OF(C, 2)
TILE(1)
TILE(2)
TILE(3)
TILE(4)

typedef void (*tile_fn)(int offset, bool by16, bool has_min,
                        const struct panel *p, int n_blocks,
                        const struct columns *x, __m512 (*sum)[16]);
static const tile_fn tiles[2][TILE_COLUMNS] = {
    {tile1_1, tile2_1, tile3_1, tile4_1},
    {tile1_2, tile2_2, tile3_2, tile4_2},
};

void panel_add_avx512(const struct group rows[PANEL_ROWS], int planes, int offset,
                      bool by16, bool has_min, int n_blocks,
                      const struct act_group *x, size_t x_step, size_t n_cols,
                      panel_sums sum)
{
    struct panel p;
    turn_group(rows, planes, by16, has_min, n_blocks, &p);
    for (size_t c = 0, take; c < n_cols; c += take) {
        const size_t left = n_cols - c;
        const struct columns at = {x + c * x_step, x_step};
        take = left < TILE_COLUMNS ? left : TILE_COLUMNS;
        tiles[planes - 1][take - 1](offset, by16, has_min, &p, n_blocks, &at,
                                    sum + c);
    }
}

void panel_store_avx512(panel_sums sum, size_t n_cols, float *y, size_t ldy)
{
    for (size_t c = 0; c < n_cols; c++) {
        const __m512 *v = sum[c];
        __m512 q[4];
        UNROLL for (int i = 0; i < 4; i++)
            q[i] = _mm512_add_ps(_mm512_add_ps(v[4 * i], v[4 * i + 2]),
                                 _mm512_add_ps(v[4 * i + 1], v[4 * i + 3]));
        _mm512_storeu_ps(y + c * ldy,
                         _mm512_add_ps(_mm512_add_ps(q[0], q[1]),
                                       _mm512_add_ps(q[2], q[3])));
    }
}
