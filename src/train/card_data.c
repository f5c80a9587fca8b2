/* SPDX-License-Identifier: Apache-2.0 */
#include "train/card_parts.h"

#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/err.h"
#include "train/data/clean.h"
#include "train/data/text_source.h"
#include "train/report.h"

/* Documents drawn to see what a stage reads. */
enum { DRAWN = 600 };

/* --- where it comes from -------------------------------------------------- */

static const struct origin {
    const char *name, *what, *licence;
} origins[] = {
    {"exercises", "drawn by the generators in `src/train/gen/`, told with the "
                  "phrases in `data/bank/`, both written for this project",
     "Apache-2.0"},
    {"stories", "written for this project", "Apache-2.0"},
    {"explain", "explanations written for this project", "Apache-2.0"},
    {"tales", "drawn: people who get, give and lose things", "Apache-2.0"},
    {"describe", "drawn: numbers, words, months, days, units", "Apache-2.0"},
    {"glosses", "definitions of WordNet 3, Debian package `wordnet-base`",
     "WordNet licence"},
    {"words", "words to spell and count, Debian package `wamerican`",
     "SCOWL: permissive, public domain in parts"},
};

static void put_origin(struct card *c, const char *name)
{
    for (size_t i = 0; i < sizeof origins / sizeof *origins; i++) {
        if (strcmp(origins[i].name, name) == 0)
            fprintf(c->out, "| %s | %s | %s |\n", name, origins[i].what,
                    origins[i].licence);
    }
}

static bool needs_words(const struct card *c)
{
    const struct mixture *m = &c->corpus.dataset.mixture;
    for (size_t i = 0; i < m->n; i++) {
        if (m->rows[i].task->needs)
            return true;
    }
    return false;
}

/* --- how much of what ----------------------------------------------------- */

struct drawn {
    uint64_t tokens[N_DOC_KINDS], all;
};

static void draw(const struct card *c, enum stage_id id, bool decay,
                 struct drawn *d)
{
    struct data_work w = {0};
    *d = (struct drawn){.all = 0};
    for (uint32_t row = 0; row < DRAWN; row++) {
        enum doc_kind kind =
            dataset_draw(&c->corpus.dataset, &c->recipe.stages[id].data,
                         (unsigned)id, 0, row, decay, &w);
        d->tokens[kind] += w.doc.ids.n;
        d->all += w.doc.ids.n;
    }
    data_work_clear(&w);
}

static const char *kind_is(enum doc_kind kind)
{
    switch (kind) {
    case DOC_WARMUP: return "copying, reversing, recalling";
    case DOC_SPELL: return "spelling of the vocabulary";
    case DOC_TEXT: return "text";
    case DOC_WORKED: return "exercises as worked text";
    case DOC_UNTAGGED: return "exercises as chats without tags";
    case DOC_CHAT: return "exercises as chats with thoughts";
    case DOC_LONG: return "codes to recall, long dialogues";
    case DOC_ZERO: return "exercises in the template of the Zero arm";
    default: return "";
    }
}

static void put_stage_data(struct card *c, const struct history_stage *s,
                           enum stage_id id)
{
    const struct stage_recipe *plan = &c->recipe.stages[id];
    double late = plan->schedule == SCHEDULE_WSD ? plan->decay_part : 0;
    struct drawn d[2];
    draw(c, id, false, &d[0]);
    draw(c, id, true, &d[1]);
    for (int k = 0; k < N_DOC_KINDS; k++) {
        double part = (1 - late) * (double)d[0].tokens[k] / (double)d[0].all +
                      late * (double)d[1].tokens[k] / (double)d[1].all;
        if (part > 0)
            fprintf(c->out, "| %s | %s | about %.2f M |\n", s->name, kind_is(k),
                    part * (double)s->tokens / 1e6);
    }
}

static void put_filters(struct card *c)
{
    struct clean_report sum = {{0}, {0}, {0}};
    uint64_t all = 0;
    for (size_t i = 0; i < c->corpus.n_texts; i++) {
        if (text_source_count(c->corpus.texts[i]) == 0)
            continue;
        const struct clean_report *r = text_source_report(c->corpus.texts[i]);
        for (int k = 0; k < N_CLEAN_RESULTS; k++) {
            sum.docs[k] += r->docs[k];
            all += r->docs[k];
        }
    }
    if (all == 0)
        return;
    fprintf(c->out, "\nWritten text passed filters: of %llu documents %llu were "
                    "kept.", (unsigned long long)all,
            (unsigned long long)sum.docs[CLEAN_KEPT]);
    for (int k = CLEAN_KEPT + 1; k < N_CLEAN_RESULTS; k++) {
        if (sum.docs[k] > 0)
            fprintf(c->out, " %s: %llu.", clean_name(k),
                    (unsigned long long)sum.docs[k]);
    }
    fputc('\n', c->out);
}

void card_put_data(struct card *c)
{
    fputs("\n## Data\n\n| source | what | licence |\n|---|---|---|\n", c->out);
    put_origin(c, "exercises");
    for (size_t i = 0; i < c->recipe.n_texts; i++)
        put_origin(c, c->recipe.texts[i].name);
    if (needs_words(c))
        put_origin(c, "words");
    fputs("\nThe tokens that each stage read, by kind (from a sample of its "
          "documents):\n\n| stage | documents | tokens |\n|---|---|---|\n",
          c->out);
    for (int i = 0; i < N_STAGES; i++) {
        const struct history_stage *s = history_find(&c->history, stage_name(i));
        if (s && i != STAGE_RL && i != STAGE_MTP)
            put_stage_data(c, s, (enum stage_id)i);
        else if (s)
            fprintf(c->out, "| %s | the model's own answers | %.2f M |\n",
                    s->name, (double)s->tokens / 1e6);
    }
    fputs("\nExercises are split by what they are about (the numbers, the word), "
          "not by how they are told: 2 % are for validation, 3 % for testing, "
          "and no key of these is ever trained on. One phrase in twelve is for "
          "testing only.\n", c->out);
    put_filters(c);
}

/* --- how it was trained --------------------------------------------------- */

/* The stamp of a stage may tell the machine. */
static void put_machine(struct card *c)
{
    for (int i = 0; i < N_STAGES; i++) {
        struct buf path = {0};
        buf_printf(&path, "%s/%s.done", c->dir, stage_name(i));
        json_t *stamp = json_load_file(path.p, 0, NULL);
        const char *cpu = json_string_value(json_object_get(stamp, "cpu"));
        json_int_t threads = json_integer_value(json_object_get(stamp, "threads"));
        if (cpu)
            fprintf(c->out, "\nTrained on %s, %d threads.\n", cpu, (int)threads);
        json_decref(stamp);
        buf_clear(&path);
        if (cpu)
            return;
    }
}

void card_put_stages(struct card *c)
{
    double seconds = 0;
    fputs("\n## Training\n\n", c->out);
    report_stages(&c->history, c->out);
    for (size_t i = 0; i < c->history.n; i++)
        seconds += c->history.stages[i].seconds;
    fprintf(c->out, "\nTogether %.1f hours of computing. Optimizer: %s.\n",
            seconds / 3600,
            c->recipe.optimizer == OPTIM_MUON
                ? "Muon for hidden matrices, AdamW for the rest" : "AdamW");
    put_machine(c);
}
