/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/cmd.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "base/i18n.h"
#include "options.h"
#include "preset_file.h"
#include "ui/plain_text.h"
#include "ui/presets.h"
#include "ui/units.h"

#define PROMPT_MAX ((size_t)16 << 20)

static bool is_blank(const struct buf *b)
{
    for (size_t i = 0; i < b->len; i++)
        if (!strchr(" \t\r\n", b->p[i]) || !b->p[i])
            return false;
    return true;
}

/* The words of the command line, then what comes through a pipe: "sum this up:"
 * and a file. */
static bool read_prompt(const struct options *o, struct buf *prompt,
                        struct err *err)
{
    for (int i = 0; i < o->n_args; i++) {
        if (i)
            buf_putc(prompt, ' ');
        buf_puts(prompt, o->args[i]);
    }
    if (!isatty(STDIN_FILENO)) {
        struct buf piped = {0};
        if (!file_read_fd(STDIN_FILENO, PROMPT_MAX, &piped, err)) {
            buf_clear(&piped);
            return err_context(err, _("standard input"));
        }
        while (piped.len && piped.p[piped.len - 1] == '\n')
            buf_erase(&piped, piped.len - 1, 1);
        if (prompt->len && piped.len)
            buf_puts(prompt, "\n\n");
        buf_add_str(prompt, buf_str(&piped));
        buf_clear(&piped);
    }
    if (is_blank(prompt))
        return err_set(err, ERR_USAGE,
                       _("there is no prompt: mull run \"What is 2+2?\", or text "
                       "through a pipe"));
    return true;
}

static double rate(uint32_t n, double ms)
{
    return ms > 0 ? 1000.0 * n / ms : 0;
}

static void print_stats(const struct turn_stats *s, const char *modified,
                        FILE *out)
{
    char a[UNITS_MAX], b[UNITS_MAX], c[UNITS_MAX];
    uint32_t computed = s->prompt_tokens - s->reused_tokens;
    uint32_t tokens = s->think_tokens + s->answer_tokens;

    fprintf(out, _("prompt   %s tokens (%s reused) in %.3f s, %s tok/s\n"),
            units_count(a, s->prompt_tokens), units_count(b, s->reused_tokens),
            s->prompt_ms / 1000, units_rate(c, rate(computed, s->prompt_ms)));
    fprintf(out, _("first    token after %.3f s\n"), s->first_token_ms / 1000);
    if (s->think_tokens)
        fprintf(out, _("thought  %s tokens in %.3f s\n"),
                units_count(a, s->think_tokens), s->think_ms / 1000);
    /* The first token came with the prompt, the rest took time of their own. */
    fprintf(out, _("answer   %s tokens, decoded at %s tok/s\n"),
            units_count(a, s->answer_tokens),
            units_rate(b, rate(tokens ? tokens - 1 : 0, s->decode_ms)));
    if (s->drafted)
        fprintf(out, _("drafts   %s of %s kept\n"), units_count(a, s->accepted),
                units_count(b, s->drafted));
    fprintf(out, _("context  %s tokens\n"), units_count(a, s->context_used));
    if (*modified)
        fprintf(out, _("experts  %s\n"), modified);
}

static bool begin_trace(struct options *o, struct err *err)
{
    o->ui.trace = o->trace ? file_create(o->trace, err) : NULL;
    return o->ui.trace || !o->trace;
}

static bool answer(struct options *o, struct backend *b,
                   const struct presets *presets, struct str prompt,
                   struct err *err)
{
    struct turn_stats stats = {0};
    struct expert_shape shape = experts_shape(&b->info);
    char text[EXPERTS_TEXT_MAX];
    /* Before there is a trace, so that no empty one is left behind. */
    if (!experts_check(&o->ui.turn.experts, &shape, err) ||
        !preset_options(o, presets, &b->info.sampling, err) ||
        !begin_trace(o, err))
        return false;
    if (b->info.notice[0])
        plain_text_line(stderr, "mull: ", b->info.notice);
    bool ok = answer_run(b, &o->ui, prompt, o->json, stdout, stderr, &stats,
                         err);
    if (o->ui.trace)
        fclose(o->ui.trace); /* answer_run has written all of it */
    if (o->stats)
        print_stats(&stats, experts_text(&o->ui.turn.experts, &shape, text),
                    stderr);
    return ok;
}

bool cmd_run(struct options *o, struct err *err)
{
    struct buf prompt = {0};
    struct presets presets = {0};
    struct loaded_model m;
    struct backend *b;
    bool ok = false;

    /* A name that is none is said before the model opens. */
    if (o->preset[0] &&
        (!preset_files_read(&presets, err) ||
         !presets_find(&presets, str_of(o->preset), err)))
        goto out;
    if (!read_prompt(o, &prompt, err))
        goto out;
    if (!loaded_model_open(&m, &o->load, err))
        goto out;
    b = engine_open(&m, &o->engine, err);
    if (b)
        ok = answer(o, b, &presets, buf_str(&prompt), err);
    /* What was read is worth keeping also when the answer failed. */
    struct err unsaved;
    if (b && !engine_save(b, ok ? err : &unsaved))
        ok = false;
    backend_close(b);
    loaded_model_close(&m);
out:
    presets_clear(&presets);
    buf_clear(&prompt);
    return ok;
}
