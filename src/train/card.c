/* SPDX-License-Identifier: Apache-2.0 */
#include "train/card.h"

#include <math.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/sha256.h"
#include "train/card_parts.h"
#include "train/checkpoint.h"

/* --- what lies in the folder ---------------------------------------------- */

static const char *path_of(const struct card *c, const char *name,
                           struct buf *path)
{
    buf_reset(path);
    buf_printf(path, "%s/%s", c->dir, name);
    return path->p;
}

/* The recipe as it was when the run last began, under the name that the run had:
 * it stands in the weights. */
static bool open_recipe(struct card *c, struct err *err)
{
    struct buf path = {0}, text = {0};
    struct checkpoint last;
    char name[32];
    bool ok = file_read(path_of(c, "recipe.conf", &path), 1 << 20, &text, err) ||
              file_context(err, path.p);
    ok = ok && recipe_parse(&c->recipe, buf_str(&text), "recipe.conf", err);
    for (int i = 0; ok && i < N_STAGES; i++) {
        if (c->recipe.stages[i].present)
            c->last = (enum stage_id)i;
    }
    snprintf(name, sizeof name, "%s.ckpt", stage_name(c->last));
    ok = ok && checkpoint_open(&last, path_of(c, name, &path), err);
    if (ok) {
        memcpy(c->name, last.state.recipe, sizeof c->name);
        ok = params_init(&c->layout, &last.shape, err);
        checkpoint_close(&last);
    }
    buf_clear(&path);
    buf_clear(&text);
    return ok;
}

static void take_measure(void *arg, const struct history_stage *s,
                         const json_t *line)
{
    struct card *c = arg;
    struct card_measure m = {.step = s->steps, .countdown3 = -1,
                             .countdown4 = -1};
    if (strcmp(s->name, "rl") != 0 || !history_number(line, "macro", &m.macro))
        return;
    history_number(line, "formed", &m.formed);
    history_number(line, "think_bytes", &m.think);
    if (!history_number(line, "measure:countdown3", &m.countdown3))
        m.countdown3 = -1;
    if (!history_number(line, "measure:countdown4", &m.countdown4))
        m.countdown4 = -1;
    if (c->n_measures++ == 0)
        c->first = c->best = m;
    else if (m.macro > c->best.macro) /* as the stage itself chooses */
        c->best = m;
}

static bool open_evaluation(struct card *c, struct err *err)
{
    static const char *const names[CARD_SPLITS] = {
        "eval-test.jsonl", "eval-unseen.jsonl", "eval-wild.jsonl",
        "eval-dev.jsonl"};
    struct buf path = {0};
    bool ok = true;
    for (int i = 0; ok && i < CARD_SPLITS; i++) {
        c->there[i] = access(path_of(c, names[i], &path), F_OK) == 0;
        ok = !c->there[i] || evalfile_read(&c->sums[i], path.p, err);
    }
    c->figures = json_load_file(path_of(c, "eval.json", &path), 0, NULL);
    buf_clear(&path);
    return ok;
}

static bool open_data(struct card *c, const char *data, struct err *err)
{
    struct buf path = {0};
    bool ok = tokenizer_open(&c->tokenizer, path_of(c, "tokenizer.gguf", &path),
                             err) &&
              corpus_open(&c->corpus, &c->recipe, data, err);
    if (ok)
        dataset_set_tokenizer(&c->corpus.dataset, &c->tokenizer);
    buf_clear(&path);
    return ok;
}

static void card_close(struct card *c)
{
    for (int i = 0; i < CARD_SPLITS; i++)
        eval_sum_clear(&c->sums[i]);
    json_decref(c->figures);
    corpus_close(&c->corpus);
    tokenizer_close(&c->tokenizer);
    params_clear(&c->layout);
    recipe_clear(&c->recipe);
}

double card_figure(const struct card *c, const char *group, const char *key)
{
    const json_t *v = json_object_get(json_object_get(c->figures, group), key);
    return json_is_number(v) ? json_number_value(v) : NAN;
}

/* --- the model ------------------------------------------------------------ */

static void put_head(struct card *c)
{
    const struct shape *s = &c->layout.shape;
    fprintf(c->out, "# %s: a small model that reasons\n\n", c->name);
    fprintf(c->out,
            "%.1f million parameters, of which %.1f million work on a token. "
            "Trained from random numbers by `mull-train` on one machine without "
            "a GPU; the recipe, the exercises and the trainer are all in this "
            "package.\n\n",
            (double)c->layout.n_params / 1e6, (double)c->layout.n_active / 1e6);
    fputs("**What it is.** A model of the DeepSeek-V3 architecture that thinks "
          "before it answers, in English and Chinese, inside a small domain "
          "(below): short calculations, comparing, word problems, letters, "
          "dates, logic, a little talk. Every thought is written out step by "
          "step and can be checked.\n\n"
          "**What it is not.** A general assistant. It knows next to nothing of "
          "the world, cannot write code or translate, and is wrong about numbers "
          "larger than those it was trained on. Do not rely on it for anything "
          "that matters.\n\n", c->out);
    fprintf(c->out, "| | |\n|---|---|\n");
    fprintf(c->out, "| architecture | `deepseek2`: latent attention, a mixture of "
                    "experts, %s |\n",
            s->n_mtp ? "one block for multi-token prediction"
                     : "no multi-token prediction");
    fprintf(c->out, "| layers | %u (the first %u dense), width %u |\n",
            s->n_layers, s->n_dense_layers, s->n_embd);
    fprintf(c->out, "| attention | %u heads, %u + %u (rotated) wide; latent of "
                    "%u, queries of %u |\n",
            s->n_heads, s->nope_dim, s->rope_dim, s->kv_lora_rank,
            s->q_lora_rank);
    fprintf(c->out, "| experts | %u a layer in %u groups, %u chosen from %u "
                    "groups, %u shared; width %u |\n",
            s->n_experts, s->n_groups, s->n_used, s->n_groups_used, s->n_shared,
            s->expert_ff);
    fprintf(c->out, "| vocabulary | %u byte-level tokens, digits one by one |\n",
            s->n_vocab);
    fprintf(c->out, "| context | %u tokens%s |\n",
            recipe_context(&c->recipe, c->last),
            s->yarn_factor > 1 ? ", stretched with YaRN" : "");
}

static bool put_file(struct card *c, const char *suffix, const char *what,
                     struct err *err)
{
    struct buf path = {0}, bytes = {0};
    char name[96], sum[SHA256_TEXT];
    snprintf(name, sizeof name, "%s%s.gguf", c->name, suffix);
    bool ok = file_read(path_of(c, name, &path), (size_t)4 << 30, &bytes, err) ||
              file_context(err, path.p);
    if (ok) {
        sha256_text(bytes.p, bytes.len, sum);
        fprintf(c->out, "| `%s` | %.1f MB, %s; sha256 `%s` |\n", name,
                (double)bytes.len / 1e6, what, sum);
    }
    buf_clear(&path);
    buf_clear(&bytes);
    return ok;
}

static void put_rebuild(struct card *c)
{
    fprintf(c->out,
            "\n## How to rebuild it\n\n"
            "    make weights RECIPE=%s\n\n"
            "carries out `recipes/%s.conf` (hash %016llx) from random numbers to "
            "this card. It can be stopped at any moment and goes on. The same "
            "machine and build give the same bytes; others the same figures "
            "within about two points.\n",
            c->name, c->name, (unsigned long long)c->recipe.hash);
}

static bool put_all(struct card *c, struct err *err)
{
    put_head(c);
    if (!put_file(c, "", "Q8_0", err) ||
        !put_file(c, "-no-mtp", "the same for programs that do not know the "
                                "prediction block", err))
        return false;
    card_put_domain(c);
    card_put_accuracy(c);
    card_put_figures(c);
    card_put_stages(c);
    card_put_reinforcement(c);
    card_put_data(c);
    card_put_failures(c);
    put_rebuild(c);
    return true;
}

bool card_write(const char *dir, const char *data, FILE *out, struct err *err)
{
    struct card c = {.dir = dir, .out = out};
    bool ok = open_recipe(&c, err) &&
              history_read(&c.history, dir, take_measure, &c, err) &&
              open_evaluation(&c, err) && open_data(&c, data, err) &&
              put_all(&c, err);
    card_close(&c);
    return ok;
}
