/* SPDX-License-Identifier: Apache-2.0 */
#include "train/recipe.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/rng.h"
#include "train/data/tokenizer.h"
#include "train/recipe_keys.h"

enum { MAX_RECIPE = 1 << 20, MAX_LINE = 512 };

const char *stage_name(enum stage_id id)
{
    static const char *const names[N_STAGES] = {
        [STAGE_PRETRAIN] = "pretrain", [STAGE_EXTEND] = "extend",
        [STAGE_SFT] = "sft",           [STAGE_RL] = "rl",
        [STAGE_MTP] = "mtp-tune"};
    return names[id];
}

void recipe_clear(struct recipe *r)
{
    mixture_clear(&r->mixture);
    mem_free(r->texts);
    buf_clear(&r->source);
    *r = (struct recipe){0};
}

/* --- lines ---------------------------------------------------------------- */

static bool add_text(struct recipe *r, const char *name, const char *value,
                     struct err *err)
{
    struct recipe_text text = {0};
    char *end;
    snprintf(text.name, sizeof text.name, "%s", name);
    text.share = strtod(value, &end);
    if (end == value || *end || !(text.share > 0))
        return err_set(err, ERR_USAGE, "\"%s\" is not a share above 0", value);
    r->texts = mem_realloc(r->texts, (r->n_texts + 1) * sizeof *r->texts);
    r->texts[r->n_texts++] = text;
    return true;
}

static struct stage_recipe *stage_named(struct recipe *r, const char *section)
{
    for (int i = 0; i < N_STAGES; i++) {
        if (strcmp(section, stage_name(i)) == 0)
            return &r->stages[i];
    }
    return NULL;
}

static bool set(struct recipe *r, const char *section, const char *name,
                const char *value, struct err *err)
{
    struct stage_recipe *stage = stage_named(r, section);
    if (stage)
        return recipe_set_stage(stage, name, value, err);
    if (strcmp(section, "texts") == 0)
        return add_text(r, name, value, err);
    if (strcmp(section, "tasks") != 0)
        return recipe_set_general(r, section, name, value, err);
    if (strcmp(name, "chinese") != 0)
        return mixture_add(&r->mixture, str_of(name), str_of(value), err);
    char *end;
    r->mixture.chinese = strtod(value, &end);
    return (end != value && !*end && r->mixture.chinese >= 0 &&
            r->mixture.chinese <= 1) ||
           err_set(err, ERR_USAGE, "\"%s\" is not within 0 to 1", value);
}

static bool begin_section(struct recipe *r, char *section, const char *name,
                          struct err *err)
{
    static const char *const known[] = {"model", "tokenizer", "tasks", "texts",
                                        "eval"};
    struct stage_recipe *stage = stage_named(r, name);
    bool found = stage != NULL;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        found = found || strcmp(name, known[i]) == 0;
    if (!found)
        return err_set(err, ERR_USAGE, "there is no section [%s]", name);
    if (stage)
        stage->present = true;
    if (strcmp(name, "eval") == 0)
        r->eval.present = true;
    snprintf(section, 32, "%s", name);
    return true;
}

static char *trim(char *s)
{
    s += strspn(s, " \t\r");
    size_t n = strlen(s);
    while (n > 0 && strchr(" \t\r", s[n - 1]))
        s[--n] = '\0';
    return s;
}

static uint64_t hash_text(uint64_t h, const char *s)
{
    for (; *s; s++)
        h = rng_mix(h + (unsigned char)*s + 1);
    return rng_mix(h);
}

static bool parse_line(struct recipe *r, char *section, char *line,
                       struct err *err)
{
    line[strcspn(line, "#")] = '\0';
    line = trim(line);
    if (!*line)
        return true;
    r->hash = hash_text(r->hash, line);
    size_t n = strlen(line);
    if (line[0] == '[' && line[n - 1] == ']') {
        line[n - 1] = '\0';
        return begin_section(r, section, trim(line + 1), err);
    }
    char *equals = strchr(line, '=');
    if (!equals)
        return err_set(err, ERR_USAGE, "\"%s\" is no name = value", line);
    *equals = '\0';
    char *name = trim(line);
    return set(r, section, name, trim(equals + 1), err) ||
           err_context(err, "%s", name);
}

/* --- the whole ------------------------------------------------------------ */

static bool check(const struct recipe *r, struct err *err)
{
    if (r->shape.n_embd == 0)
        return err_set(err, ERR_USAGE, "[model] names no shape");
    if (!shape_check(&r->shape, err))
        return false;
    if (r->shape.n_vocab < TOKENIZER_LEAST || r->shape.n_vocab > TOKENIZER_MOST)
        return err_set(err, ERR_USAGE, "a vocabulary has %d to %d tokens",
                       TOKENIZER_LEAST, TOKENIZER_MOST);
    if (r->mixture.n == 0)
        return err_set(err, ERR_USAGE, "[tasks] is empty");
    for (int i = 0; i < N_STAGES; i++) {
        const struct stage_recipe *s = &r->stages[i];
        if (s->present && s->tokens == 0)
            return err_set(err, ERR_USAGE, "[%s] says no tokens", stage_name(i));
        if (s->present && s->data.share[0][DOC_TEXT] > 0 && r->n_texts == 0)
            return err_set(err, ERR_USAGE, "[%s] reads texts, [texts] is empty",
                           stage_name(i));
    }
    return true;
}

static bool parse_lines(struct recipe *r, struct str text, const char *name,
                        struct err *err)
{
    char section[32] = "model", line[MAX_LINE];
    unsigned number = 1;
    for (size_t at = 0; at < text.len; number++) {
        size_t end = str_find(text, str_of("\n"), at);
        size_t len = end - at < sizeof line ? end - at : sizeof line - 1;
        memcpy(line, text.p + at, len);
        line[len] = '\0';
        if (!parse_line(r, section, line, err))
            return err_context(err, "%s, line %u", name, number);
        at = end + 1;
    }
    return true;
}

/* Alone, the loss has to be loud enough to be heard. */
static void apply_balancing(struct recipe *r)
{
    static const double AUXILIARY = 1e-2;
    for (int i = 0; i < N_STAGES && r->balancing != BALANCE_BIAS; i++) {
        struct stage_recipe *s = &r->stages[i];
        bool balances = s->bias_speed > 0 || s->balance > 0;
        s->bias_speed = 0;
        s->balance = balances && r->balancing == BALANCE_AUXILIARY ? AUXILIARY : 0;
    }
}

bool recipe_parse(struct recipe *r, struct str text, const char *name,
                  struct err *err)
{
    *r = (struct recipe){.seed = 1, .sample = 8000000, .optimizer = OPTIM_MUON,
                         .mixture = {.chinese = 0.35},
                         .eval = {.n = 100, .max_tokens = 768,
                                  .held_out = 200000, .recall = 50,
                                  .labels = 20}};
    for (int i = 0; i < N_STAGES; i++)
        recipe_stage_defaults(&r->stages[i], (enum stage_id)i);
    snprintf(r->name, sizeof r->name, "%s", name);
    buf_add_str(&r->source, text);
    if (parse_lines(r, text, name, err) &&
        (check(r, err) || err_context(err, "%s", name))) {
        apply_balancing(r);
        return true;
    }
    recipe_clear(r);
    return false;
}

/* "recipes/mini.conf" names a run "mini". */
static void name_of(const char *path, char *name, size_t cap)
{
    const char *slash = strrchr(path, '/');
    snprintf(name, cap, "%s", slash ? slash + 1 : path);
    char *dot = strrchr(name, '.');
    if (dot && dot != name)
        *dot = '\0';
    for (char *c = name; *c; c++) { /* it names a folder, and stands in logs */
        if (!isalnum((unsigned char)*c) && !strchr("._-", *c))
            *c = '_';
    }
}

/* "model.balance=none; sft.lr=1e-3" as lines at the end of a recipe: there they
 * stand in the copy that a run keeps, and count in its hash. */
static bool add_settings(struct buf *text, const char *settings, struct err *err)
{
    buf_puts(text, "\n# --set\n");
    while (*settings) {
        settings += strspn(settings, " ");
        size_t n = strcspn(settings, ";");
        const char *dot = memchr(settings, '.', n);
        if (n > 0 && (!dot || !memchr(dot, '=', n - (size_t)(dot - settings))))
            return err_set(err, ERR_USAGE, "--set wants section.name=value");
        if (n > 0)
            buf_printf(text, "[%.*s]\n%.*s\n", (int)(dot - settings), settings,
                       (int)(settings + n - dot - 1), dot + 1);
        settings += n + (settings[n] == ';');
    }
    return true;
}

bool recipe_read(struct recipe *r, const char *path, struct err *err)
{
    return recipe_read_with(r, path, NULL, err);
}

bool recipe_read_with(struct recipe *r, const char *path, const char *settings,
                      struct err *err)
{
    struct buf text = {0};
    char name[48];
    name_of(path, name, sizeof name);
    bool ok = file_read(path, MAX_RECIPE, &text, err) ||
              file_context(err, path);
    ok = ok && (!settings || add_settings(&text, settings, err)) &&
         recipe_parse(r, buf_str(&text), name, err);
    buf_clear(&text);
    return ok;
}

/* --- what follows from it ------------------------------------------------- */

enum stage_id recipe_first_stage(const struct recipe *r)
{
    int first = -1;
    for (int i = 0; i < N_STAGES; i++) {
        if (r->stages[i].present && (first < 0 || r->stages[i].from[0]))
            first = i;
    }
    return first < 0 ? STAGE_PRETRAIN : (enum stage_id)first;
}

struct shape recipe_shape(const struct recipe *r, enum stage_id stage)
{
    struct shape s = r->shape;
    for (int i = 0; i <= (int)stage; i++) {
        if (!r->stages[i].present || r->stages[i].yarn <= 1)
            continue;
        s.yarn_original_ctx = i > 0 ? recipe_context(r, (enum stage_id)(i - 1))
                                    : r->stages[i].data.context;
        s.yarn_factor = (float)r->stages[i].yarn;
    }
    return s;
}

uint32_t recipe_context(const struct recipe *r, enum stage_id stage)
{
    uint32_t most = 0;
    for (int i = 0; i <= (int)stage; i++) {
        if (r->stages[i].present && r->stages[i].data.context > most)
            most = r->stages[i].data.context;
    }
    return most;
}

uint32_t stage_batch(const struct stage_recipe *s, uint64_t done, uint64_t total)
{
    uint32_t tokens = s->batch[0].tokens;
    for (unsigned i = 1; i < s->n_batches; i++) {
        if ((double)done >= s->batch[i].from * (double)total)
            tokens = s->batch[i].tokens;
    }
    return tokens;
}

uint32_t stage_largest_batch(const struct stage_recipe *s)
{
    uint32_t most = 0;
    for (unsigned i = 0; i < s->n_batches; i++) {
        if (s->batch[i].tokens > most)
            most = s->batch[i].tokens;
    }
    return most;
}
