/* SPDX-License-Identifier: Apache-2.0 */
/* tiny_files FOLDER: the tiny deepseek2 model as one file and as two, for tests
 * of the program from outside: whole.gguf, parts-0000N-of-00002.gguf. */
#include <stdio.h>
#include <stdlib.h>

#include "tiny/tiny.h"

static void put(const char *folder, const char *name, struct buf *b)
{
    struct buf path = {0};
    buf_printf(&path, "%s/%s", folder, name);
    FILE *f = fopen(path.p, "wb");
    if (!f || fwrite(b->p, 1, b->len, f) != b->len || fclose(f) != 0) {
        perror(path.p);
        exit(1);
    }
    buf_clear(&path);
    buf_clear(b);
}

int main(int argc, char **argv)
{
    struct tiny_spec spec = tiny_deepseek2();
    struct buf whole = {0}, parts[2] = {{0}};
    if (argc != 2)
        return 2;
    tiny_write(&spec, &whole);
    tiny_write_parts(&spec, parts);
    put(argv[1], "whole.gguf", &whole);
    put(argv[1], "parts-00001-of-00002.gguf", &parts[0]);
    put(argv[1], "parts-00002-of-00002.gguf", &parts[1]);
    return 0;
}
