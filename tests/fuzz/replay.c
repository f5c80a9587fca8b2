/* SPDX-License-Identifier: Apache-2.0 */
/* Runs a fuzz target over the files given, or over its corpus, and says so in
 * TAP. Each file is laid into an allocation of exactly its size, so that
 * valgrind or a sanitizer sees a step outside. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "fuzz/fuzz.h"

static bool replay(const char *path, struct err *err)
{
    struct buf file = {0};
    if (!file_read(path, 1 << 24, &file, err)) {
        buf_clear(&file);
        return false;
    }
    uint8_t *exact = malloc(file.len ? file.len : 1);
    if (!exact)
        abort();
    if (file.len)
        memcpy(exact, file.p, file.len);
    LLVMFuzzerTestOneInput(exact, file.len);
    free(exact);
    buf_clear(&file);
    return true;
}

static int report(int n, const char *path)
{
    struct err err;
    const char *slash = strrchr(path, '/');
    fprintf(stderr, "# %s\n", path); /* the last line, should it crash */
    bool ok = replay(path, &err);
    printf("%sok %d - %s\n", ok ? "" : "not ", n, slash ? slash + 1 : path);
    if (!ok)
        printf("# %s\n", err.msg);
    return !ok;
}

/* corpus/NAME for the program fuzz_NAME. */
static void corpus_of(const char *program, struct buf *dir)
{
    const char *top = getenv("MULL_SOURCE");
    const char *name = strstr(program, "fuzz_");
    for (const char *next; name && (next = strstr(name + 1, "fuzz_"));)
        name = next;
    buf_printf(dir, "%s/tests/fuzz/corpus/%s", top ? top : ".",
               name ? name + strlen("fuzz_") : "");
}

static int no_dots(const struct dirent *e)
{
    return e->d_name[0] != '.';
}

static int replay_corpus(const char *program)
{
    struct buf dir = {0}, path = {0};
    struct dirent **files = NULL;
    int failed = 0;
    corpus_of(program, &dir);
    int n = scandir(dir.p, &files, no_dots, alphasort);
    printf("1..%d\n", n > 0 ? n : 1);
    if (n <= 0) {
        printf("not ok 1 - no corpus in %s\n", dir.p);
        failed = 1;
    }
    for (int i = 0; i < n; i++) {
        buf_reset(&path);
        buf_printf(&path, "%s/%s", dir.p, files[i]->d_name);
        failed |= report(i + 1, path.p);
        free(files[i]);
    }
    free(files);
    buf_clear(&dir);
    buf_clear(&path);
    return failed;
}

int main(int argc, char **argv)
{
    int failed = 0;
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (argc < 2)
        return replay_corpus(argv[0]);
    printf("1..%d\n", argc - 1);
    for (int i = 1; i < argc; i++)
        failed |= report(i, argv[i]);
    return failed;
}
