/* place.h - a folder of its own for each test of the store, and its files. */
#ifndef TESTS_STORE_PLACE_H
#define TESTS_STORE_PLACE_H

#include "check.h"

#include <dirent.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"

static char place[64];

static inline int place_begin(void **state)
{
    (void)state;
    snprintf(place, sizeof place, "/tmp/mull-store.XXXXXX");
    return mkdtemp(place) ? 0 : -1;
}

static inline void place_empty(const char *folder)
{
    DIR *d = opendir(folder);
    struct dirent *e;
    while (d && (e = readdir(d)) != NULL) {
        char path[512];
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
            continue;
        snprintf(path, sizeof path, "%s/%s", folder, e->d_name);
        if (unlink(path) != 0) {
            place_empty(path);
            rmdir(path);
        }
    }
    if (d)
        closedir(d);
}

static inline int place_end(void **state)
{
    (void)state;
    place_empty(place);
    return rmdir(place);
}

/* "name" in the folder; good until the sixteenth call after. */
static inline const char *at(const char *name)
{
    static char paths[16][512];
    static int turn;
    char *p = paths[turn++ & 15];
    snprintf(p, 512, "%s/%s", place, name);
    return p;
}

static inline struct buf bytes_of(const char *path)
{
    struct buf b = {0};
    struct err err;
    CHECK_OK(file_read(path, (size_t)1 << 30, &b, &err), &err);
    return b;
}

static inline void put_bytes(const char *path, const void *p, size_t n)
{
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(p, 1, n, f), n);
    assert_int_equal(fclose(f), 0);
}

#endif
