/* levels.h - what the kernel tests share: every level there is, guarded memory
 * and hostile weights. */
#ifndef TESTS_KERNELS_LEVELS_H
#define TESTS_KERNELS_LEVELS_H

#include "check.h"

#include <math.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/rng.h"
#include "kernels/block.h"
#include "kernels/kernels.h"

/* The levels above scalar that run here: the tests compare each with scalar. */
static inline int fast_levels(enum cpu_level level[4])
{
    int n = 0;
    for (int l = CPU_AVX2; l <= CPU_NEON; l++)
        if (cpu_can((enum cpu_level)l))
            level[n++] = (enum cpu_level)l;
    if (n == 0)
        print_message("# only scalar kernels run here\n");
    return n;
}

/* n rounds; a quarter of them where an emulator takes fifty times as long
 * (cross.sh). */
static inline int rounds(int n)
{
    return getenv("MULL_TEST_EMULATED") ? (n + 3) / 4 : n;
}

/* n bytes that end where a page without access begins (or, with `gap`, that
 * many bytes before): reading on past them stops the program. */
struct guarded {
    void *p;
    void *map;
    size_t map_bytes;
};

static inline struct guarded guarded_new(size_t bytes, size_t gap)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    size_t data = (bytes + gap + page - 1) / page * page;
    struct guarded g = {.map_bytes = data + page};
    g.map = mmap(NULL, g.map_bytes, PROT_READ | PROT_WRITE,
                 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_true(g.map != MAP_FAILED);
    assert_int_equal(mprotect((char *)g.map + data, page, PROT_NONE), 0);
    g.p = (char *)g.map + data - bytes - gap;
    return g;
}

static inline void guarded_free(struct guarded *g)
{
    munmap(g->map, g->map_bytes);
}

#endif
