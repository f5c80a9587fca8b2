/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as what a model, a server or a user says, with scrolling, folding
 * and resizing in between: no cell of the screen and no byte of plain mode
 * holds anything that a terminal would act upon. */
#include "fuzz/fuzz.h"

#include <stdio.h>

#include "base/utf8.h"
#include "chat/backend.h"
#include "ui/events.h"
#include "ui/panes.h"
#include "ui/plain_text.h"
#include "ui/transcript.h"

#define MAX_STEPS 200

static bool forbidden(uint32_t cp)
{
    return cp < 0x20 || (cp >= 0x7F && cp <= 0x9F) || cp == 0x61C ||
           (cp >= 0x200B && cp <= 0x200F) || (cp >= 0x2028 && cp <= 0x202E) ||
           (cp >= 0x2060 && cp <= 0x206F) || cp == 0xFEFF ||
           (cp >= 0xFFF0 && cp <= 0xFFFB) || (cp >= 0xFDD0 && cp <= 0xFDEF) ||
           (cp & 0xFFFE) == 0xFFFE || (cp >= 0xE0000 && cp <= 0xE0FFF);
}

static void check_cell(const struct cell *cell)
{
    struct str s = str_of(cell->s);
    FUZZ_CHECK(s.len < CELL_BYTES && utf8_valid(s));
    FUZZ_CHECK(cell->width == 0 ? s.len == 0 : s.len > 0);
    for (size_t i = 0; i < s.len;) {
        uint32_t cp;
        i += utf8_decode(s.p + i, s.len - i, &cp, NULL);
        /* Emoji sequences are shown by their base alone. */
        FUZZ_CHECK(!forbidden(cp) && cp != 0xFE0E && cp != 0xFE0F);
    }
}

static void check_row(const struct canvas *c, int y)
{
    for (int x = 0; x < c->width;) {
        const struct cell *cell = canvas_at(c, x, y);
        check_cell(cell);
        FUZZ_CHECK(cell->width == 1 || cell->width == 2);
        FUZZ_CHECK(cell->width == 1 || x + 1 < c->width);
        x += cell->width;
    }
}

static void draw_and_check(struct pane *p, int width, int height, bool focused)
{
    struct canvas c;
    canvas_init(&c, width, height);
    p->ops->draw(p, &c, (struct rect){0, 0, width, height}, focused);
    for (int y = 0; y < height; y++)
        check_row(&c, y);
    canvas_clear(&c);
}

static void check_plain(const char *s, size_t len)
{
    FUZZ_CHECK(utf8_valid(str_n(s, len)));
    for (size_t i = 0; i < len;) {
        uint32_t cp;
        i += utf8_decode(s + i, len - i, &cp, NULL);
        FUZZ_CHECK(cp == '\n' || cp == '\t' || cp == 0x200D || !forbidden(cp));
    }
}

struct input {
    const uint8_t *p;
    size_t left;
};

static uint8_t take(struct input *in)
{
    if (in->left == 0)
        return 0;
    in->left--;
    return *in->p++;
}

static struct str take_text(struct input *in)
{
    size_t n = take(in) % 64;
    n = n < in->left ? n : in->left;
    struct str s = str_n((const char *)in->p, n);
    in->p += n;
    in->left -= n;
    return s;
}

static struct event take_event(struct input *in, uint8_t op)
{
    switch (op % 8) {
    case 0:
        return event_of(EVENT_THINK_BEGIN);
    case 1:
        return event_of(EVENT_THINK_END);
    case 2: {
        struct event ev = event_of(EVENT_NOTICE);
        struct str s = take_text(in);
        memcpy(ev.notice.s, s.p, s.len);
        return ev;
    }
    case 3: {
        struct event ev = event_of(EVENT_ERROR);
        struct str s = take_text(in);
        memcpy(ev.error.msg, s.p, s.len);
        return ev;
    }
    case 4:
        return event_done((enum done_reason)(take(in) % 4));
    case 5:
        return event_token((enum text_part)(take(in) % 2), 20);
    default:
        return event_text((enum text_part)(op % 2), take_text(in));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct backend_info info = {.name = "fuzz", .n_params = 1000};
    struct input in = {data, size};
    struct transcript *t = transcript_new();
    struct pane *p = chat_pane_new(t, &info, NULL);
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);
    struct plain_text plain =
        plain_text_init(out, (enum think_display)(take(&in) % 3), false,
                        take(&in) % 2);
    int width = take(&in) % 90 + 1, height = take(&in) % 30 + 1;

    for (int step = 0; in.left && step < MAX_STEPS; step++) {
        uint8_t op = take(&in);
        if (op >= 0xF0) {
            width = take(&in) % 90 + 1;
        } else if (op >= 0xE0) {
            transcript_user(t, take_text(&in));
        } else if (op >= 0xC0) {
            p->ops->action(p, (enum action)(op % ACTION_COUNT));
        } else {
            struct event ev = take_event(&in, op);
            transcript_event(t, &ev);
            p->ops->event(p, &ev);
            plain_text_event(&plain, &ev);
        }
        if (step % 4 == 0)
            draw_and_check(p, width, height, op & 1);
    }
    draw_and_check(p, width, height, false);
    struct event done = event_done(DONE_END);
    plain_text_event(&plain, &done);
    fclose(out);
    check_plain(text, len);
    free(text);
    plain_text_clear(&plain);
    p->ops->free(p);
    transcript_free(t);
    return 0;
}
