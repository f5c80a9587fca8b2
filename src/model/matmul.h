/* matmul.h - weight matrices times activations, on all threads.
 *
 * The one place that decides how a product is computed: int8 or float32
 * activations, our kernels or OpenBLAS, which thread takes which rows. Results
 * do not depend on the number of threads: each output row is computed whole by
 * one of them, in the same order. */
#ifndef MODEL_MATMUL_H
#define MODEL_MATMUL_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/pool.h"
#include "kernels/kernels.h"

struct arena;
struct err;

/* A borrowed view of one matrix in the mapped file: n_rows rows of n_cols
 * weights (out x in). A stack of experts is one matrix per expert. */
struct matrix {
    enum weight_type type;
    uint32_t n_rows, n_cols;
    size_t row_bytes;
    const void *data;   /* borrowed from the mapping; NULL: not there */
};

/* How to compute. One per model: the sessions that share it compute by turns,
 * since the pool serves one at a time. */
struct compute {
    struct kernels kernels;
    struct pool *pool;  /* borrowed */
    bool exact;         /* float32 activations, no BLAS: for comparing */
    bool blas;          /* found and loaded, on the first large product */
    bool blas_tried;
    float *panels;      /* owned: decoded weights for BLAS, one per thread */
    size_t panel_floats;
    pthread_mutex_t lock;      /* guards the rest */
    pthread_cond_t served;
    uint64_t tickets, serving; /* handed out; whose turn it is */
};

void compute_init(struct compute *c, enum cpu_level level, struct pool *pool,
                  bool exact);
/* Room for products with up to max_k columns; forward_new asks for it. */
bool compute_reserve(struct compute *c, uint32_t max_k, struct err *err);
void compute_clear(struct compute *c);

/* Around a stretch of products, such as a layer: waits until everybody who
 * asked before is through. Whatever runs on the pool or uses the panels stands
 * between the two, once more than one session may run. */
void compute_enter(struct compute *c);
void compute_leave(struct compute *c);

/* Run fn over the parts of the pool; or, when `work` (multiply-adds, roughly)
 * is not worth waking anybody, as one part on this thread. Which of the two
 * never changes a result. */
void compute_run(struct compute *c, uint64_t work, pool_fn fn, void *arg);

/* Activations that several products read: n columns of k floats, made integers
 * (kernels/act_group.h) at most once. */
struct act {
    const float *x;     /* [n] columns of k, ldx apart; borrowed until the next
                           act_set */
    uint32_t k, n;
    size_t ldx;
    bool coarse;        /* act_set asks for one plane (forward_one_plane_from) */
    bool quantized;
    int planes;         /* of the integers */
    struct act_group *groups; /* room for max_n columns of max_k */
    uint32_t max_k, max_n;
};

void act_layout(struct act *a, uint32_t max_k, uint32_t max_n,
                struct arena *mem);
void act_set(struct act *a, const float *x, size_t ldx, uint32_t k, uint32_t n);
/* Two planes even if coarse: for values among which a few are far larger than the
 * others, as behind SwiGLU. */
void act_set_fine(struct act *a, const float *x, size_t ldx, uint32_t k,
                  uint32_t n);
/* Columns [first, first + n), on this thread. */
void act_quantize(struct act *a, const struct kernels *k, uint32_t first,
                  uint32_t n);
/* The integers of column c. */
struct act_group *act_column(const struct act *a, uint32_t c);

/* y[n][w.n_rows] = x[first .. first + n)[w.n_cols] * w^T, ldy floats between
 * the columns of y. */
struct product {
    struct matrix w;
    struct act *x;
    uint32_t first, n;
    float *y;
    size_t ldy;
    bool float32;       /* as in exact mode: for routers */
};

/* All in one go of the pool; they must not read each other's results. */
void matmul_many(struct compute *c, const struct product *p, size_t n);
/* One matrix, all columns of x. */
void matmul(struct compute *c, const struct matrix *w, struct act *x, float *y,
            size_t ldy);
/* The same on the calling thread alone, which may be one of the pool's; with
 * an act that no other thread uses. */
void matmul_here(const struct compute *c, const struct matrix *w, struct act *x,
                 float *y, size_t ldy);

/* The same again, with the help of other parts of the job that are through with
 * theirs: each takes the next rows that nobody has. Whoever owns it says in the end
 * that it is open, by computing it or by open_nothing; helpers wait for that. */
struct open_product {
    struct product p;
    _Atomic size_t next;  /* the first row that nobody has taken */
    atomic_uint opened;   /* 0 or 1 */
    atomic_uint done;     /* rows */
};

void open_product_init(struct open_product *o);
void open_nothing(struct open_product *o);
/* Returns when all rows are there. */
void matmul_helped(const struct compute *c, struct open_product *o, const struct matrix *w,
                   struct act *x, float *y, size_t ldy);
void matmul_help(const struct compute *c, struct open_product *o);

#endif
