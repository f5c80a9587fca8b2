/* SPDX-License-Identifier: Apache-2.0 */
#include "base/mem.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/err.h"
#include "base/reserve.h"

#ifndef MAP_NORESERVE
#define MAP_NORESERVE 0
#endif

/* Once more with what is kept for this (or has just been given back by another
 * thread), then the end: there is nothing else left to do. */
static void *again(void *p, size_t bytes)
{
    reserve_spend();
    void *q = realloc(p, bytes);
    if (!q)
        reserve_exit();
    return q;
}

void *mem_alloc(size_t bytes)
{
    void *p = malloc(bytes ? bytes : 1);
    return p ? p : again(NULL, bytes ? bytes : 1);
}

void *mem_zalloc(size_t bytes)
{
    return mem_array(1, bytes);
}

void *mem_array(size_t n, size_t item)
{
    void *p = calloc(n ? n : 1, item ? item : 1);
    size_t bytes;
    if (p)
        return p;
    if (__builtin_mul_overflow(n ? n : 1, item ? item : 1, &bytes))
        reserve_exit();
    return memset(again(NULL, bytes), 0, bytes);
}

void *mem_realloc(void *p, size_t bytes)
{
    void *q = realloc(p, bytes ? bytes : 1);
    return q ? q : again(p, bytes ? bytes : 1);
}

char *mem_strndup(const char *s, size_t len)
{
    char *p = mem_alloc(len + 1);
    if (len)
        memcpy(p, s, len);
    p[len] = '\0';
    return p;
}

char *mem_strdup(const char *s)
{
    return mem_strndup(s, strlen(s));
}

void mem_free(void *p)
{
    free(p);
}

void *mem_big(size_t bytes, const char *what, struct err *err)
{
    size_t size;
    void *p = MAP_FAILED;
    if (!__builtin_add_overflow(bytes ? bytes : 1, (size_t)63, &size) &&
        size < SIZE_MAX / 2)
        p = mmap(NULL, size & ~(size_t)63, PROT_READ | PROT_WRITE,
                 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (p == MAP_FAILED) {
        err_set(err, ERR_MEMORY, "no room for %s (%.1f MB)", what,
                (double)bytes / 1e6);
        return NULL;
    }
    return p;
}

void mem_big_free(void *p, size_t bytes)
{
    if (p)
        munmap(p, ((bytes ? bytes : 1) + 63) & ~(size_t)63);
}

void mem_big_in_use(void *p, size_t bytes)
{
#ifdef MADV_HUGEPAGE
    if (p)
        (void)!madvise(p, bytes, MADV_HUGEPAGE);
#else
    (void)p;
    (void)bytes;
#endif
}

size_t mem_big_touched(const void *p, size_t bytes)
{
    enum { PAGES = 4096 };
    unsigned char there[PAGES];
    size_t page = (size_t)sysconf(_SC_PAGESIZE), touched = 0;
    for (size_t at = 0; p && at < bytes; at += PAGES * page) {
        size_t n = bytes - at < PAGES * page ? bytes - at : PAGES * page;
        if (mincore((char *)(uintptr_t)p + at, n, there) != 0)
            return bytes; /* cannot happen to memory of our own */
        for (size_t i = 0; i * page < n; i++)
            touched += (there[i] & 1) * page;
    }
    return touched < bytes ? touched : bytes;
}
