/* SPDX-License-Identifier: Apache-2.0 */
#include "option.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/i18n.h"
#include "engine/speculate.h"
#include "kernels/cpu.h"
#include "options.h"

#define AT(field) offsetof(struct options, field)

static const struct option_row rows[] = {
    {'m', 'm', true, "model", "FILE",
     N_("a GGUF file, or \"builtin\" for the model inside the program"),
     OPTION_MODEL, AT(load.path), 0, 0, 0},
    {'c', 'c', true, "ctx", "N",
     N_("tokens of context (default: what fits); inspect shows the cost"),
     OPTION_COUNT, AT(engine.context), 16, 16777216, 0},
    {'k', 0, true, "cache-type", "TYPE",
     N_("how the context is kept: f32, f16 or q8_0 (default: f16)"),
     OPTION_CACHE_TYPE, AT(engine.cache_type), 0, 0, 0},
    {'n', 'n', true, "max-tokens", "N",
     N_("stop an answer after N tokens (default: the context is the limit)"),
     OPTION_COUNT, AT(ui.turn.max_tokens), 1, 16777216, 0},
    {'b', 0, true, "think-budget", "N",
     N_("end a thought after N tokens and go on to the answer"),
     OPTION_COUNT, AT(ui.turn.think_budget), 1, 16777216, 0},
    {'T', 0, true, "temp", "X",
     N_("temperature: 0 always takes the likeliest token"),
     OPTION_NUMBER, AT(ui.turn.sampling.temp), 0, 10, SET_TEMP},
    {'K', 0, true, "top-k", "N",
     N_("choose among the N likeliest tokens; 0: among all"),
     OPTION_COUNT, AT(ui.turn.sampling.top_k), 0, 1000000, SET_TOP_K},
    {'P', 0, true, "top-p", "X",
     N_("choose among the likeliest that together have probability X"),
     OPTION_NUMBER, AT(ui.turn.sampling.top_p), 0.001, 1, SET_TOP_P},
    {'M', 0, true, "min-p", "X",
     N_("leave out tokens X times less likely than the likeliest"),
     OPTION_NUMBER, AT(ui.turn.sampling.min_p), 0, 1, SET_MIN_P},
    {'R', 0, true, "repeat-penalty", "X",
     N_("above 1: make recent tokens less likely"),
     OPTION_NUMBER, AT(ui.turn.sampling.repeat_penalty), 0.1, 10,
     SET_REPEAT_PENALTY},
    {'S', 0, true, "seed", "N",
     N_("the same seed gives the same text (default: a new one each turn)"),
     OPTION_SEED, AT(ui.turn.sampling.seed), 0, 0, SET_SEED},
    {'Z', 0, false, "state", "FILE",
     N_("take what was read from FILE, and write it there at the end"),
     OPTION_TEXT, AT(engine.state), 0, 0, 0},
    {'t', 't', true, "threads", "N",
     N_("threads that compute (default: one for each CPU)"),
     OPTION_COUNT, AT(load.threads), 1, 1024, 0},
    {'C', 0, true, "cpu", "LEVEL",
     N_("instructions: scalar, avx2, avx512, neon (default: the best here)"),
     OPTION_CPU, 0, 0, 0, 0},
    {'D', 0, true, "draft", "HOW",
     N_("guess tokens ahead: auto, off, 1 to 4; the text stays the same"),
     OPTION_DRAFT, 0, 0, 0, 0},
    {'X', 0, true, "exact", NULL,
     N_("compute in float32 throughout: slow, for comparing programs"),
     OPTION_SWITCH, AT(load.exact), 0, 0, 0},
    {'G', 0, true, "compat", NULL,
     N_("V2 groups and YaRN factors as the usual engine has them"),
     OPTION_SWITCH, AT(load.compat), 0, 0, 0},
    {'O', 0, false, "experts-off", "L:E,...",
     N_("let no token use expert E of layer L"),
     OPTION_EXPERTS_OFF, AT(ui.turn.experts), 0, 0, 0},
    {'U', 0, false, "experts-used", "N",
     N_("let every token use N experts of each layer"),
     OPTION_COUNT, AT(ui.turn.experts.used), 1, EXPERTS_USED_MAX, 0},
    {'N', 0, true, "no-telemetry", NULL,
     N_("measure nothing of single tokens: no experts, no alternatives"),
     OPTION_SWITCH, AT(ui.turn.no_telemetry), 0, 0, 0},
    {'H', 0, true, "think", "HOW",
     N_("thoughts: show, hide or only"),
     OPTION_THINK, 0, 0, 0, 0},
    {'L', 0, true, "color", "WHEN",
     N_("auto, always or never; NO_COLOR is heeded for auto"),
     OPTION_COLOR, 0, 0, 0, 0},
    {'E', 0, true, "theme", "NAME",
     N_("colours for: dark, light, 16 (the terminal's own) or mono"),
     OPTION_THEME, AT(ui.theme), 0, 0, 0},
    {'B', 0, true, "mouse", NULL,
     N_("wheel and clicks are ours; F6 changes it"),
     OPTION_SWITCH, AT(ui.mouse), 0, 0, 0},
    {'x', 0, true, "no-clipboard", NULL,
     N_("copy into files only, never through the terminal"),
     OPTION_SWITCH, AT(ui.no_clipboard), 0, 0, 0},
    {'q', 0, true, "raw-answers", NULL,
     N_("show text as it came, without reading its Markdown"),
     OPTION_SWITCH, AT(ui.raw), 0, 0, 0},
    {'I', 0, true, "ascii", NULL,
     N_("draw with ASCII characters only"),
     OPTION_SWITCH, AT(ui.ascii), 0, 0, 0},
    {'Q', 0, true, "plain", NULL,
     N_("chat in plain lines instead of the full screen"),
     OPTION_SWITCH, AT(plain), 0, 0, 0},
    {'_', 0, true, "inline", NULL,
     N_("chat in the terminal's own scrollback, with a status line"),
     OPTION_SWITCH, AT(in_line), 0, 0, 0},
    {'y', 0, false, "system", "TEXT",
     N_("tell the model this before the first message"),
     OPTION_TEXT, AT(ui.system), 0, 0, 0},
    {'r', 0, true, "preset", "NAME",
     N_("settings and system prompt of this name; /preset lists them"),
     OPTION_PRESET, 0, 0, 0, 0},
    {'i', 0, false, "continue", NULL,
     N_("go on with the last chat"),
     OPTION_SWITCH, AT(resume_last), 0, 0, 0},
    {'j', 0, false, "session", "NAME",
     N_("go on with this chat; mull sessions lists them"),
     OPTION_TEXT, AT(session), 0, 0, 0},
    {'g', 0, true, "no-session", NULL,
     N_("keep nothing of the chat"),
     OPTION_SWITCH, AT(no_session), 0, 0, 0},
    {'u', 0, false, "to", "FORM",
     N_("md, json or html (default: md)"),
     OPTION_TEXT, AT(to), 0, 0, 0},
    {'J', 0, false, "json", NULL,
     N_("write JSON"),
     OPTION_SWITCH, AT(json), 0, 0, 0},
    {'1', 0, false, "prompt", "N",
     N_("read a prompt of N tokens (default: 256)"),
     OPTION_COUNT, AT(prompt), 1, 1048576, 0},
    {'2', 0, false, "rounds", "N",
     N_("measure N times, the median counts (default: 5, or 3 if slow)"),
     OPTION_COUNT, AT(rounds), 1, 5, 0},
    {'z', 0, false, "csv", NULL,
     N_("write comma-separated values"),
     OPTION_SWITCH, AT(csv), 0, 0, 0},
    {'A', 0, false, "stats", NULL,
     N_("write the figures of the answer to standard error"),
     OPTION_SWITCH, AT(stats), 0, 0, 0},
    {'W', 0, false, "trace", "FILE",
     N_("write all that is measured to the new FILE, as JSON lines"),
     OPTION_TEXT, AT(trace), 0, 0, 0},
    {'s', 0, false, "special", NULL,
     N_("read texts like <think> as the special tokens they name"),
     OPTION_SWITCH, AT(special), 0, 0, 0},
    {'d', 0, false, "decode", NULL,
     N_("from token ids to text"),
     OPTION_SWITCH, AT(decode), 0, 0, 0},
    {'l', 0, false, "jsonl", NULL,
     N_("read and write one JSON object a line"),
     OPTION_SWITCH, AT(jsonl), 0, 0, 0},
    {'F', 0, false, "family", "NAME",
     N_("the chat family to render for, without a model"),
     OPTION_TEXT, AT(family), 0, 0, 0},
    {'e', 0, false, "tensor", "NAME",
     N_("print this tensor"),
     OPTION_TEXT, AT(tensor), 0, 0, 0},
    {'a', 0, false, "shape", "NAMES",
     N_("compare the caches of published models: v2-236b,llm-67b"),
     OPTION_TEXT, AT(shape), 0, 0, 0},
    {'w', 0, false, "raw", NULL,
     N_("as bytes: decoded to float32"),
     OPTION_SWITCH, AT(raw), 0, 0, 0},
    {'f', 0, false, "tokens-from", "FILE",
     N_("take the tokens of this .logits file"),
     OPTION_TEXT, AT(tokens_from), 0, 0, 0},
    {'p', 0, false, "mtp", NULL,
     N_("what the multi-token-prediction head says, one token further"),
     OPTION_SWITCH, AT(mtp), 0, 0, 0},
    {'o', 'o', false, "output", "FILE",
     N_("write to FILE"),
     OPTION_TEXT, AT(output), 0, 0, 0},
    {'Y', 0, false, "tensor-type", "PATTERN=TYPE",
     N_("another type for tensors that fit, as 'blk.*.ffn_down*=Q6_K'"),
     OPTION_TEXTS, AT(tensor_types), 0, 0, 0},
    {'v', 'v', true, "verbose", NULL,
     N_("log every step, not only every turn"),
     OPTION_SWITCH, AT(verbose), 0, 0, 0},
    {'h', 'h', false, "help", NULL,
     N_("show this and leave"),
     OPTION_SWITCH, AT(help), 0, 0, 0},
    {'$', 0, false, "print-config", NULL,
     N_("write a mullrc with all settings, keys and colours, and leave"),
     OPTION_SWITCH, AT(print_config), 0, 0, 0},
    {'V', 0, false, "version", NULL,
     N_("show the version and leave"),
     OPTION_SWITCH, AT(version), 0, 0, 0},
};

const struct option_row *option_row(size_t i)
{
    return i < sizeof rows / sizeof *rows ? &rows[i] : NULL;
}

bool option_taken(const struct option_row *row, const char *keys)
{
    return row->key == 'h' || row->key == 'V' || strchr(keys, row->key);
}

const char *option_words(const struct option_row *row)
{
    switch (row->kind) {
    case OPTION_CPU:
        return "scalar avx2 avx512 neon";
    case OPTION_CACHE_TYPE:
        return "f32 f16 q8_0";
    case OPTION_THINK:
        return "show hide only";
    case OPTION_COLOR:
        return "auto always never";
    case OPTION_THEME:
        return "auto dark light 16 mono";
    case OPTION_DRAFT:
        return "auto off 1 2 3 4";
    case OPTION_TEXT:
        return strcmp(row->name, "to") == 0 ? "md json html" : NULL;
    default:
        return NULL;
    }
}

static bool set_switch(bool *to, const char *value, struct err *err)
{
    if (value && strcmp(value, "yes") != 0 && strcmp(value, "no") != 0)
        return err_set(err, ERR_USAGE, _("\"%s\" is not yes or no"), value);
    *to = !value || value[0] == 'y';
    return true;
}

static bool out_of_range(const struct option_row *row, const char *value,
                         struct err *err)
{
    return err_set(err, ERR_USAGE, _("%s is outside %.10g to %.10g"), value,
                   row->least, row->most);
}

/* Whole numbers are read as such: a double would round a large seed. */
static bool parse_whole(const char *value, uint64_t *n, struct err *err)
{
    char *end;

    errno = 0;
    *n = strtoull(value, &end, 10);
    if (value[0] < '0' || value[0] > '9' || *end)
        return err_set(err, ERR_USAGE, _("\"%s\" is not a whole number"), value);
    if (errno)
        return err_set(err, ERR_USAGE, _("%s is too large"), value);
    return true;
}

static bool set_count(const struct option_row *row, uint32_t *to,
                      const char *value, struct err *err)
{
    uint64_t n;

    if (!parse_whole(value, &n, err))
        return false;
    if ((double)n < row->least || (double)n > row->most)
        return out_of_range(row, value, err);
    *to = (uint32_t)n;
    return true;
}

static bool set_number(const struct option_row *row, float *to,
                       const char *value, struct err *err)
{
    char *end;
    double x = strtod(value, &end);

    /* strtod also knows "inf", "nan" and hexadecimal; nobody means those. */
    if (end == value || *end || strspn(value, "+-.0123456789eE") != strlen(value))
        return err_set(err, ERR_USAGE, _("\"%s\" is not a number"), value);
    if (!(x >= row->least && x <= row->most))
        return out_of_range(row, value, err);
    *to = (float)x;
    return true;
}

static bool set_cpu(enum cpu_level *to, const char *value, struct err *err)
{
    enum cpu_level level;

    if (!cpu_level_parse(value, &level))
        return err_set(err, ERR_USAGE,
                       _("\"%s\" is not one of scalar, avx2, avx512, neon"), value);
    if (!cpu_can(level))
        return err_set(err, ERR_UNSUPPORTED,
                       _("%s does not run here (the best that does: %s)"), value,
                       cpu_level_name(cpu_best()));
    *to = level;
    return true;
}

static bool set_cache_type(enum kv_type *to, const char *value,
                           struct err *err)
{
    return kv_type_parse(value, to) ||
           err_set(err, ERR_USAGE, _("\"%s\" is not one of f32, f16, q8_0"),
                   value);
}

static bool set_choice(const char *const names[3], const char *value, int *to,
                       struct err *err)
{
    for (int i = 0; i < 3; i++)
        if (strcmp(value, names[i]) == 0) {
            *to = i;
            return true;
        }
    return err_set(err, ERR_USAGE, _("\"%s\" is not one of %s, %s, %s"), value,
                   names[0], names[1], names[2]);
}

static bool set_think(enum think_display *to, const char *value,
                      struct err *err)
{
    static const char *const names[3] = {
        [SHOW_THOUGHTS] = "show", [HIDE_THOUGHTS] = "hide",
        [ONLY_THOUGHTS] = "only"};
    int i;

    if (!set_choice(names, value, &i, err))
        return false;
    *to = (enum think_display)i;
    return true;
}

static bool set_draft(int *to, const char *value, struct err *err)
{
    if (strcmp(value, "auto") == 0)
        *to = DRAFT_AUTO;
    else if (strcmp(value, "off") == 0)
        *to = DRAFT_OFF;
    else if (value[0] >= '1' && value[0] <= '0' + SESSION_DRAFTS && !value[1])
        *to = value[0] - '0';
    else
        return err_set(err, ERR_USAGE, _("\"%s\" is not auto, off or 1 to %d"),
                       value, SESSION_DRAFTS);
    return true;
}

static bool set_color(enum color_mode *to, const char *value, struct err *err)
{
    static const char *const names[3] = {
        [COLOR_AUTO] = "auto", [COLOR_ALWAYS] = "always",
        [COLOR_NEVER] = "never"};
    int i;

    if (!set_choice(names, value, &i, err))
        return false;
    *to = (enum color_mode)i;
    return true;
}

/* Copied, since it may come from the rc file. Whether there is one of that name
 * is seen when they have been read. */
static bool set_preset(struct options *o, const char *value, struct err *err)
{
    if (!*value || strlen(value) >= sizeof o->preset)
        return err_set(err, ERR_USAGE, _("\"%.50s\" is not the name of a preset"),
                       value);
    memcpy(o->preset, value, strlen(value) + 1);
    return true;
}

static bool add_text(struct text_list *to, const char *value, struct err *err)
{
    size_t most = sizeof to->text / sizeof *to->text;

    if ((size_t)to->n == most)
        return err_set(err, ERR_USAGE, _("%zu times are the limit"), most);
    to->text[to->n++] = value;
    return true;
}

static bool set_value(const struct option_row *row, struct options *o,
                      const char *value, struct err *err)
{
    void *at = (char *)o + row->at;

    switch (row->kind) {
    case OPTION_SWITCH:
        return set_switch(at, value, err);
    case OPTION_TEXT:
        *(const char **)at = value;
        return true;
    case OPTION_TEXTS:
        return add_text(at, value, err);
    case OPTION_MODEL:
        if (!*value)
            return err_set(err, ERR_USAGE, _("the name of a file is missing"));
        *(const char **)at = strcmp(value, "builtin") == 0 ? NULL : value;
        return true;
    case OPTION_COUNT:
        return set_count(row, at, value, err);
    case OPTION_NUMBER:
        return set_number(row, at, value, err);
    case OPTION_SEED:
        return parse_whole(value, at, err);
    case OPTION_CPU:
        return set_cpu(&o->load.cpu, value, err);
    case OPTION_CACHE_TYPE:
        return set_cache_type(at, value, err);
    case OPTION_THINK:
        return set_think(&o->ui.think, value, err);
    case OPTION_EXPERTS_OFF:
        return experts_switch(at, str_of(value), false, err);
    case OPTION_DRAFT:
        return set_draft(&o->engine.draft, value, err);
    case OPTION_PRESET:
        return set_preset(o, value, err);
    case OPTION_THEME:
        return theme_find(str_of(value), &((struct theme *)at)->kind, err);
    case OPTION_COLOR:
        return set_color(&o->ui.color, value, err);
    }
    return false;
}

bool option_set(const struct option_row *row, struct options *o,
                const char *value, struct err *err)
{
    if (!set_value(row, o, value, err))
        return false;
    o->sampling_set |= row->sets;
    return true;
}
