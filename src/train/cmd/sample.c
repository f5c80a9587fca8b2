/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "base/err.h"
#include "base/sanitize.h"
#include "train/asker.h"
#include "train/cmd/cmd.h"
#include "train/export.h"

struct printing {
    struct sanitizer clean;
    enum text_part part;
    struct buf line;
};

static void print(void *arg, enum text_part part, struct str text)
{
    struct printing *p = arg;
    if (part != p->part)
        fputs("---", stdout);
    p->part = part;
    buf_reset(&p->line);
    sanitize_feed(&p->clean, text, &p->line);
    if (p->line.len > 0)
        fwrite(p->line.p, 1, p->line.len, stdout);
    fflush(stdout);
}

static bool ask(struct asker *a, char **prompts, unsigned max, struct err *err)
{
    struct answer answer = {0};
    bool ok = true;
    for (; *prompts && ok; prompts++) {
        struct printing p = {.part = PART_THOUGHT};
        printf("> %s\n", *prompts);
        ok = asker_ask(a, str_n("", 0), str_of(*prompts), max, print, &p,
                       &answer, err);
        puts(answer.ended ? "" : " [cut off]");
        buf_clear(&p.line);
    }
    answer_clear(&answer);
    return ok;
}

bool cmd_train_sample(int argc, char **argv, struct err *err)
{
    struct asker_options o = {.drafts = false};
    const char *type_name = "q8_0";
    unsigned max = 512;
    const struct flag flags[] = {
        {"max", FLAG_COUNT, &max, "N", "tokens of an answer [512]", 1, 1 << 20},
        {"temp", FLAG_NUMBER, &o.temp, "T", "temperature [0: greedy]", 0, 10},
        {"threads", FLAG_COUNT, &o.threads, "N", "[as many as there are CPUs]",
         0, 256},
        {"type", FLAG_TEXT, &type_name, "TYPE",
         "a checkpoint as q8_0, f16 or f32 [q8_0]", 0, 0},
        {NULL, FLAG_SWITCH, NULL, NULL, NULL, 0, 0},
    };
    struct buf model = {0};
    enum gguf_type type;
    int first;
    bool done;
    if (!flags_read(flags, argc, argv, &first, &done, err) || done)
        return done;
    char **args = argv + first;
    if (!args[0] || !args[1])
        return err_set(err, ERR_USAGE, "sample needs a model and a prompt");
    if (!export_type_parse(type_name, &type, err) ||
        !model_bytes(args[0], type, &model, err))
        return false;
    struct asker *a = asker_open(buf_str(&model), &o, err);
    bool ok = a && ask(a, args + 1, max, err);
    asker_close(a);
    buf_clear(&model);
    return ok;
}
