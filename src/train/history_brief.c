/* SPDX-License-Identifier: Apache-2.0 */
#include "train/history_brief.h"

#include <inttypes.h>
#include <string.h>

#include "train/recipe.h"

static const char *const keys[BRIEF_SUMS] = {"loss", "mtp_loss", "right",
                                             "mtp_right", "maxvio"};

static bool reads_documents(const char *stage)
{
    return strcmp(stage, stage_name(STAGE_PRETRAIN)) == 0 ||
           strcmp(stage, stage_name(STAGE_EXTEND)) == 0 ||
           strcmp(stage, stage_name(STAGE_SFT)) == 0;
}

static void put_head(struct history_brief *b, const struct history_stage *s)
{
    buf_printf(&b->lines,
               "{\"stage\":\"%s\",\"step\":%" PRIu64 ",\"tokens\":%" PRIu64,
               s->name, s->steps, s->tokens);
}

void history_brief_end(struct history_brief *b)
{
    if (b->n == 0)
        return;
    put_head(b, &b->last);
    for (int i = 0; i < BRIEF_SUMS; i++) {
        if (b->sums[i] > 0)
            buf_printf(&b->lines, ",\"%s\":%.4f", keys[i],
                       b->sums[i] / (double)b->n);
    }
    double tokens = (double)(b->last.tokens - b->from);
    buf_printf(&b->lines, ",\"seconds\":%.2f,\"tok_s\":%.0f}\n", b->seconds,
               b->seconds > 0 ? tokens / b->seconds : 0);
    memset(b->sums, 0, sizeof b->sums);
    b->from = b->last.tokens;
    b->seconds = 0;
    b->n = 0;
}

/* A line that is brief already stands for more steps than one, and stays. */
static void take_step(struct history_brief *b, const struct history_stage *s,
                      const json_t *line)
{
    double x;
    uint64_t steps = s->steps - b->last.steps;
    for (int i = 0; i < BRIEF_SUMS; i++)
        b->sums[i] += history_number(line, keys[i], &x) ? x : 0;
    b->seconds += history_number(line, "seconds", &x) ? x : 0;
    b->n++;
    b->last = *s;
    if (b->n == BRIEF_STEPS || steps > 1)
        history_brief_end(b);
}

void history_brief_take(struct history_brief *b, const struct history_stage *s,
                        const json_t *line)
{
    double loss;
    if (!reads_documents(s->name))
        return;
    if (strcmp(s->name, b->last.name) != 0) {
        history_brief_end(b);
        b->last = *s;
        b->last.steps = 0;
        b->from = 0;
    }
    if (history_number(line, "validation_loss", &loss)) {
        history_brief_end(b);
        put_head(b, s);
        buf_printf(&b->lines, ",\"validation_loss\":%.5f}\n", loss);
    } else if (history_number(line, "loss", &loss)) {
        take_step(b, s, line);
    }
}

void history_brief_clear(struct history_brief *b)
{
    buf_clear(&b->lines);
    *b = (struct history_brief){.n = 0};
}
