/* SPDX-License-Identifier: Apache-2.0 */
/* Any keys, into readline and out on a canvas: it keeps standing, and the
 * cursor stays inside. The byte 0xFE is Ctrl-C, which clears the line. */
#include "fuzz/fuzz.h"

#include <locale.h>

#include "ui/input.h"

/* Readline forgets a search string or a macro when a line is given up in the
 * middle of one. Read by LeakSanitizer. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libreadline\n";
}

static struct input *in;

static const char *words(size_t i)
{
    static const char *const all[] = {"/help", "/quit", "/exit"};
    return i < 3 ? all[i] : NULL;
}

static void on_key(void *arg, const struct key *key)
{
    struct canvas *c = arg;
    if (input_key(in, key) == INPUT_LINE)
        input_remember(in, input_line(in));
    int rows = input_rows(in, c->width);
    FUZZ_CHECK(rows >= 1);
    if (rows > c->height)
        rows = c->height;
    input_draw(in, c, (struct rect){0, 0, c->width, rows}, true);
    FUZZ_CHECK(c->cursor_x >= 0 && c->cursor_x < c->width);
    FUZZ_CHECK(c->cursor_y >= 0 && c->cursor_y < rows);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct keymap m;
    struct canvas c;

    setenv("INPUTRC", "/dev/null", 1); /* not the habits of whoever fuzzes */
    setlocale(LC_ALL, "C.UTF-8");
    if (size > 400) /* each key draws: long inputs only repeat */
        size = 400;
    in = input_new(NULL, words);
    canvas_init(&c, size ? 1 + data[0] % 40 : 10, 4);
    input_set_size(in, c.width, c.height);
    keymap_init(&m, on_key, &c);
    for (size_t i = 0; i < size; i++) {
        if (data[i] == 0xFE)
            input_clear_line(in);
        else
            keymap_byte(&m, data[i]);
    }
    keymap_timeout(&m);
    keymap_clear(&m);
    canvas_clear(&c);
    input_free(in);
    return 0;
}
