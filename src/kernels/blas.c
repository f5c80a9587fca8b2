/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "kernels/blas.h"

#include <assert.h>
#include <dlfcn.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "kernels/cpu.h"

/* Of CBLAS only what is called: its header need not be there to build. */
enum { ROW_MAJOR = 101, NO_TRANS = 111, TRANS = 112 };
typedef void (*sgemm_fn)(int order, int trans_a, int trans_b, int m, int n,
                         int k, float alpha, const float *a, int lda,
                         const float *b, int ldb, float beta, float *c,
                         int ldc);
typedef char *(*text_fn)(void);
typedef void (*set_threads_fn)(int n);

/* Once loaded it stays: the library cannot be unloaded while in use. */
static struct {
    bool tried;
    sgemm_fn sgemm;
    char description[160];
} blas;

/* A variable set for as long as the library is being loaded. */
struct variable {
    const char *name;
    char *before; /* owned; NULL: was not set */
};

static struct variable set_variable(const char *name, const char *value,
                                    bool keep_user_choice)
{
    const char *before = getenv(name);
    struct variable v = {name, before ? mem_strdup(before) : NULL};
    if (value && !(before && keep_user_choice))
        setenv(name, value, 1);
    return v;
}

static void restore_variable(struct variable *v)
{
    if (v->before)
        setenv(v->name, v->before, 1);
    else
        unsetenv(v->name);
    mem_free(v->before);
}

/* The kernels that OpenBLAS has had for years under these names. */
static const char *core_type(void)
{
    switch (cpu_best()) {
    case CPU_AVX512:
        return "SkylakeX";
    case CPU_AVX2:
        return "Haswell";
    default:
        return NULL; /* its own choice */
    }
}

static void *load(void)
{
    struct variable core = set_variable("OPENBLAS_CORETYPE", core_type(), true);
    struct variable threads = set_variable("OPENBLAS_NUM_THREADS", "1", false);
    void *library = dlopen(OPENBLAS_SONAME, RTLD_NOW | RTLD_LOCAL);
    restore_variable(&threads);
    restore_variable(&core);
    return library;
}

/* ISO C has no cast from an object to a function. */
static bool find(void *library, const char *name, void *fn)
{
    void *symbol = dlsym(library, name);
    memcpy(fn, &symbol, sizeof symbol);
    return symbol != NULL;
}

/* "OpenBLAS 0.3.21 SkylakeX" of "OpenBLAS 0.3.21 DYNAMIC_ARCH ...". */
static void describe(void *library)
{
    text_fn config, core;
    char version[64] = "";
    if (find(library, "openblas_get_config", &config))
        sscanf(config(), "OpenBLAS %63s", version);
    snprintf(blas.description, sizeof blas.description, "OpenBLAS %s%s%s",
             version, version[0] ? " " : "",
             find(library, "openblas_get_corename", &core) ? core() : "");
}

bool blas_available(void)
{
    set_threads_fn set_threads;
    if (blas.tried)
        return blas.sgemm != NULL;
    blas.tried = true;
    void *library = load();
    if (!library) {
        const char *why = dlerror();
        snprintf(blas.description, sizeof blas.description, "no OpenBLAS (%s)",
                 why ? why : OPENBLAS_SONAME);
        return false;
    }
    if (!find(library, "cblas_sgemm", &blas.sgemm)) {
        snprintf(blas.description, sizeof blas.description,
                 "no OpenBLAS (%s has no cblas_sgemm)", OPENBLAS_SONAME);
        return false;
    }
    if (find(library, "openblas_set_num_threads", &set_threads))
        set_threads(1);
    describe(library);
    return true;
}

const char *blas_description(void)
{
    return blas.tried ? blas.description : "OpenBLAS, not loaded";
}

void blas_sgemm_nt(size_t m, size_t n, size_t k, const float *a, size_t lda,
                   const float *b, size_t ldb, float *c, size_t ldc,
                   bool accumulate)
{
    blas_sgemm(false, true, m, n, k, a, lda, b, ldb, c, ldc, accumulate);
}

void blas_sgemm(bool ta, bool tb, size_t m, size_t n, size_t k, const float *a,
                size_t lda, const float *b, size_t ldb, float *c, size_t ldc,
                bool accumulate)
{
    assert(blas.sgemm);
    assert(m <= INT_MAX && n <= INT_MAX && k <= INT_MAX);
    assert(lda <= INT_MAX && ldb <= INT_MAX && ldc <= INT_MAX);
    blas.sgemm(ROW_MAJOR, ta ? TRANS : NO_TRANS, tb ? TRANS : NO_TRANS, (int)m,
               (int)n, (int)k, 1, a, (int)lda, b, (int)ldb, accumulate ? 1 : 0,
               c, (int)ldc);
}
