/* golden.h - what a canvas must look like: tests/ui/golden/NAME.txt.
 *
 * A golden file holds the text of the rows, a line "---", and one letter a cell
 * for its role. MULL_UPDATE_GOLDEN=1 writes the files anew: then look at them. */
#ifndef TESTS_UI_GOLDEN_H
#define TESTS_UI_GOLDEN_H

#include "base/buf.h"
#include "check.h"
#include "ui/pane.h"

static inline void golden_path(const char *name, char path[4096])
{
    const char *source = getenv("MULL_SOURCE");
    snprintf(path, 4096, "%s/tests/ui/golden/%s.txt", source ? source : ".",
             name);
}

static inline void golden_compare(const char *name, const struct buf *got)
{
    char path[4096], want[65536];
    golden_path(name, path);
    if (getenv("MULL_UPDATE_GOLDEN")) {
        FILE *f = fopen(path, "w");
        CHECK(f != NULL);
        fwrite(got->p, 1, got->len, f);
        CHECK(fclose(f) == 0);
        return;
    }
    FILE *f = fopen(path, "r");
    if (!f)
        fail_msg("no %s: make it with MULL_UPDATE_GOLDEN=1 and look at it", path);
    size_t n = fread(want, 1, sizeof want - 1, f);
    fclose(f);
    want[n] = '\0';
    if (n != got->len || memcmp(want, got->p, n) != 0)
        fail_msg("%s: wanted\n%s\ngot\n%s", name, want, got->p);
}

static inline void golden_canvas(const char *name, const struct canvas *c)
{
    struct buf b = {0};
    canvas_dump(c, &b);
    buf_puts(&b, "---\n");
    canvas_dump_styles(c, &b);
    golden_compare(name, &b);
    buf_clear(&b);
}

/* The pane alone on a canvas of its size. */
static inline void golden_pane(const char *name, struct pane *p, int width,
                               int height, bool focused)
{
    struct canvas c;
    canvas_init(&c, width, height);
    p->ops->draw(p, &c, (struct rect){0, 0, width, height}, focused);
    golden_canvas(name, &c);
    canvas_clear(&c);
}

#endif
