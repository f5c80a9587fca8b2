/* SPDX-License-Identifier: Apache-2.0 */
#include "train/progress.h"

#include <inttypes.h>
#include <stdarg.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "train/nn/net.h"

enum { TERMINAL_MS = 250, PLAIN_MS = 10000 };

void progress_init(struct progress *p, FILE *out, bool plain)
{
    *p = (struct progress){.out = out};
    p->terminal = out && !plain && isatty(fileno(out));
}

void progress_end(struct progress *p)
{
    if (p->open)
        fputc('\n', p->out);
    p->open = false;
}

static void show(struct progress *p, const struct buf *line)
{
    if (p->terminal)
        fprintf(p->out, "\r%s\033[K", line->p);
    else
        fprintf(p->out, "%s\n", line->p);
    p->open = p->terminal;
    fflush(p->out);
}

void progress_say(struct progress *p, const char *fmt, ...)
{
    char text[512];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    if (p->sink)
        p->sink->line(p->sink->arg, text, true);
    if (!p->out)
        return;
    progress_end(p);
    fprintf(p->out, "%s\n", text);
    fflush(p->out);
}

/* Whether it is time to write again. */
static bool due(struct progress *p)
{
    double now = clock_ms();
    if (!p->out || now < p->next_ms)
        return false;
    p->next_ms = now + (p->terminal ? TERMINAL_MS : PLAIN_MS);
    return true;
}

void progress_note(struct progress *p, const char *fmt, ...)
{
    char text[256];
    struct buf line = {0};
    va_list ap;
    if (!p->sink && !due(p))
        return;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    if (p->sink) {
        p->sink->line(p->sink->arg, text, false);
        return;
    }
    buf_puts(&line, text);
    show(p, &line);
    buf_clear(&line);
}

static void put_duration(struct buf *b, double s)
{
    unsigned minutes = (unsigned)(s / 60 + 0.5);
    if (s < 90)
        buf_printf(b, "%.0fs", s);
    else if (minutes < 60)
        buf_printf(b, "%um", minutes);
    else
        buf_printf(b, "%uh%02u", minutes / 60, minutes % 60);
}

static double mean_vio(const struct net_report *r)
{
    double sum = 0;
    for (uint32_t i = 0; i < r->n_moe; i++)
        sum += (double)r->max_vio[i];
    return r->n_moe ? sum / r->n_moe : 0;
}

static void smooth(double *mean, double now)
{
    *mean = *mean > 0 ? 0.9 * *mean + 0.1 * now : now;
}

void progress_step(struct progress *p, const struct progress_step *s,
                   const struct net_report *r)
{
    struct buf line = {0};
    if (s->seconds > 0) {
        smooth(&p->tok_s, r->n_tokens / s->seconds);
        smooth(&p->gflops, r->gflop / s->seconds);
    }
    if (p->sink) {
        struct progress_step told = *s;
        told.tok_s = p->tok_s;
        told.gflops = p->gflops;
        p->sink->step(p->sink->arg, &told, r);
        return;
    }
    if (!due(p))
        return;
    double part = s->total ? (double)s->tokens / (double)s->total : 1;
    buf_printf(&line, "%s %" PRIu64 "  %.0f %%  loss %.3f", s->stage, s->step,
               100 * (part < 1 ? part : 1), r->loss);
    if (r->mtp_loss > 0)
        buf_printf(&line, "  mtp %.3f", r->mtp_loss);
    buf_printf(&line, "  %.0f tok/s  %.0f GF/s  MaxVio %.2f  |g| %.2f", p->tok_s,
               p->gflops, mean_vio(r), s->grad_norm);
    if (p->tok_s > 0 && s->tokens < s->total) {
        buf_puts(&line, "  eta ");
        put_duration(&line, (double)(s->total - s->tokens) / p->tok_s);
    }
    show(p, &line);
    buf_clear(&line);
}
