/* SPDX-License-Identifier: Apache-2.0 */
#include "train/chart.h"

#include <math.h>
#include <stdio.h>

#include "base/mem.h"

enum { WIDTH = 720, HEIGHT = 400, LEFT = 64, RIGHT = 16, TOP = 40, BOTTOM = 48,
       STRETCHES = 300 };

void series_add(struct series *s, double x, double y)
{
    if (!isfinite(x) || !isfinite(y))
        return;
    if (s->n == s->cap) {
        s->cap = s->cap ? 2 * s->cap : 256;
        s->x = mem_realloc(s->x, s->cap * sizeof *s->x);
        s->y = mem_realloc(s->y, s->cap * sizeof *s->y);
    }
    s->x[s->n] = x;
    s->y[s->n++] = y;
}

void series_clear(struct series *s)
{
    mem_free(s->x);
    mem_free(s->y);
    s->x = s->y = NULL;
    s->n = s->cap = 0;
}

/* --- axes ----------------------------------------------------------------- */

struct axis {
    double low, high, step;
};

/* 1, 2 or 5 times a power of ten, so that about `marks` fit. */
static double round_step(double range, int marks)
{
    double raw = range / marks, power = pow(10, floor(log10(raw)));
    double part = raw / power;
    return power * (part <= 1 ? 1 : part <= 2 ? 2 : part <= 5 ? 5 : 10);
}

static struct axis axis_of(double low, double high, int marks)
{
    if (!(high > low))
        high = low + (low == 0 ? 1 : fabs(low));
    double step = round_step(high - low, marks);
    return (struct axis){floor(low / step) * step, ceil(high / step) * step,
                         step};
}

struct frame {
    struct axis x, y;
    struct buf *out;
};

static double place_x(const struct frame *f, double x)
{
    return LEFT + (x - f->x.low) / (f->x.high - f->x.low) *
                      (WIDTH - LEFT - RIGHT);
}

static double place_y(const struct frame *f, double y)
{
    return HEIGHT - BOTTOM - (y - f->y.low) / (f->y.high - f->y.low) *
                                 (HEIGHT - TOP - BOTTOM);
}

static bool find_frame(const struct chart *c, struct frame *f)
{
    double x[2] = {INFINITY, -INFINITY}, y[2] = {INFINITY, -INFINITY};
    for (size_t i = 0; i < c->n_series; i++) {
        for (size_t k = 0; k < c->series[i].n; k++) {
            x[0] = fmin(x[0], c->series[i].x[k]);
            x[1] = fmax(x[1], c->series[i].x[k]);
            y[0] = fmin(y[0], c->series[i].y[k]);
            y[1] = fmax(y[1], c->series[i].y[k]);
        }
    }
    if (!(x[0] <= x[1]))
        return false;
    f->x = axis_of(x[0], x[1], 8);
    f->y = axis_of(c->from_zero ? fmin(0, y[0]) : y[0], y[1], 6);
    return true;
}

/* --- drawing -------------------------------------------------------------- */

/* Names are ours, but they may hold a letter that SVG wants escaped. */
static void put_text(struct buf *out, double x, double y, const char *anchor,
                     int size, const char *colour, const char *text)
{
    buf_printf(out, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" "
               "font-size=\"%d\" fill=\"%s\">", x, y, anchor, size, colour);
    for (; *text; text++) {
        if (*text == '<')
            buf_puts(out, "&lt;");
        else if (*text == '&')
            buf_puts(out, "&amp;");
        else
            buf_putc(out, *text);
    }
    buf_puts(out, "</text>\n");
}

static void put_line(struct buf *out, double x1, double y1, double x2, double y2,
                     const char *colour)
{
    buf_printf(out, "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" "
               "stroke=\"%s\"/>\n", x1, y1, x2, y2, colour);
}

static void put_axes(const struct frame *f, const struct chart *c)
{
    struct buf label = {0};
    for (int i = 0; f->x.low + i * f->x.step < f->x.high + f->x.step / 2; i++) {
        double v = f->x.low + i * f->x.step, x = place_x(f, v);
        put_line(f->out, x, TOP, x, HEIGHT - BOTTOM, "#e4e4e4");
        buf_reset(&label);
        buf_printf(&label, "%g", v);
        put_text(f->out, x, HEIGHT - BOTTOM + 16, "middle", 11, "#444", label.p);
    }
    for (int i = 0; f->y.low + i * f->y.step < f->y.high + f->y.step / 2; i++) {
        double v = f->y.low + i * f->y.step, y = place_y(f, v);
        put_line(f->out, LEFT, y, WIDTH - RIGHT, y, "#e4e4e4");
        buf_reset(&label);
        buf_printf(&label, "%g", fabs(v) < f->y.step / 1e6 ? 0 : v);
        put_text(f->out, LEFT - 6, y + 4, "end", 11, "#444", label.p);
    }
    buf_clear(&label);
    put_text(f->out, WIDTH / 2.0, 20, "middle", 14, "#000", c->title);
    put_text(f->out, (WIDTH + LEFT) / 2.0, HEIGHT - 10, "middle", 12, "#444",
             c->x_name);
    put_text(f->out, 8, TOP - 8, "start", 12, "#444", c->y_name);
}

static const char *colour_of(size_t i)
{
    static const char *const colours[] = {"#1f5fbf", "#d1602a", "#2e8b57",
                                          "#8a4fbf", "#b8860b", "#c03060",
                                          "#20868c", "#707070"};
    return colours[i % (sizeof colours / sizeof *colours)];
}

static void put_series(const struct frame *f, const struct series *s, size_t i)
{
    size_t stretch = s->n / STRETCHES + 1;
    buf_printf(f->out, "<polyline fill=\"none\" stroke=\"%s\" "
               "stroke-width=\"1.5\" points=\"", colour_of(i));
    for (size_t at = 0; at < s->n; at += stretch) {
        double x = 0, y = 0;
        size_t n = s->n - at < stretch ? s->n - at : stretch;
        for (size_t k = at; k < at + n; k++) {
            x += s->x[k] / (double)n;
            y += s->y[k] / (double)n;
        }
        buf_printf(f->out, "%.1f,%.1f ", place_x(f, x), place_y(f, y));
    }
    buf_puts(f->out, "\"/>\n");
    put_text(f->out, WIDTH - RIGHT - 6, TOP + 16 + 15.0 * (double)i, "end", 12,
             colour_of(i), s->name);
}

bool chart_svg(const struct chart *c, struct buf *out)
{
    struct frame f = {.out = out};
    if (!find_frame(c, &f))
        return false;
    buf_printf(out, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" "
               "height=\"%d\" font-family=\"sans-serif\">\n"
               "<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>\n",
               WIDTH, HEIGHT);
    put_axes(&f, c);
    for (size_t i = 0; i < c->n_series; i++) {
        if (c->series[i].n > 0)
            put_series(&f, &c->series[i], i);
    }
    buf_puts(out, "</svg>\n");
    return true;
}

/* --- bars ----------------------------------------------------------------- */

enum { BAR_LEFT = 130, BAR_HIGH = 18, BAR_BOTTOM = 56 };

static double bar_x(double share)
{
    return BAR_LEFT + share * (WIDTH - BAR_LEFT - RIGHT - 40);
}

static void put_bar(struct buf *out, const struct bar *bar, double y,
                    unsigned n_series)
{
    struct buf label = {0};
    double high = (BAR_HIGH - 4.0) / n_series;
    put_text(out, BAR_LEFT - 6, y + 12, "end", 11, "#444", bar->name);
    for (unsigned i = 0; i < n_series; i++) {
        double v = bar->value[i];
        if (!(v >= 0 && v <= 1))
            continue;
        buf_printf(out, "<rect x=\"%d\" y=\"%.1f\" width=\"%.1f\" "
                   "height=\"%.1f\" fill=\"%s\"/>\n", BAR_LEFT,
                   y + i * high, bar_x(v) - BAR_LEFT, high - 1, colour_of(i));
    }
    if (bar->value[0] >= 0) {
        buf_printf(&label, "%.0f", 100 * bar->value[0]);
        put_text(out, bar_x(bar->value[0]) + 4, y + 10, "start", 10, "#444",
                 label.p);
    }
    buf_clear(&label);
}

bool bars_svg(const struct bars *b, struct buf *out)
{
    unsigned n_series = b->names[1] ? 2 : 1;
    int bottom = TOP + BAR_HIGH * (int)b->n;
    if (b->n == 0)
        return false;
    buf_printf(out, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" "
               "height=\"%d\" font-family=\"sans-serif\">\n"
               "<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>\n",
               WIDTH, bottom + BAR_BOTTOM);
    put_text(out, WIDTH / 2.0, 20, "middle", 14, "#000", b->title);
    for (int i = 0; i <= 4; i++) {
        char mark[8];
        snprintf(mark, sizeof mark, "%d %%", 25 * i);
        put_line(out, bar_x(0.25 * i), TOP, bar_x(0.25 * i), bottom, "#e4e4e4");
        put_text(out, bar_x(0.25 * i), bottom + 16, "middle", 11, "#444", mark);
    }
    for (size_t i = 0; i < b->n; i++)
        put_bar(out, &b->bars[i], TOP + BAR_HIGH * (double)i + 2, n_series);
    for (unsigned i = 0; i < n_series; i++)
        put_text(out, BAR_LEFT + 220.0 * i, bottom + 40, "start", 12,
                 colour_of(i), b->names[i]);
    buf_puts(out, "</svg>\n");
    return true;
}
