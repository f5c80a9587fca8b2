/* SPDX-License-Identifier: Apache-2.0 */
#include "options.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/nearest.h"
#include "base/rng.h"
#include "cmd/cmd.h"
#include "default_model.h"
#include "kernels/cpu.h"
#include "option.h"
#include "rc.h"

#define MAX_OPTIONS 64

void options_init(struct options *o)
{
    *o = (struct options){0};
    default_model(&o->load.builtin, &o->load.builtin_size);
    o->load.cpu = cpu_best();
}

void options_clear(struct options *o)
{
    mem_free(o->rc_model);
    *o = (struct options){0};
}

/* What getopt_long wants, for the options that this command takes. val is the
 * place in the table, above every character. */
struct getopt_tables {
    struct option longs[MAX_OPTIONS];
    char shorts[2 * MAX_OPTIONS + 2];
};

#define ROW_BASE 256

static void fill_tables(struct getopt_tables *t, const char *keys)
{
    const struct option_row *row;
    size_t n = 0, len = 0;

    t->shorts[len++] = ':'; /* tell a missing value from an unknown option */
    for (size_t i = 0; (row = option_row(i)); i++) {
        if (!option_taken(row, keys))
            continue;
        t->longs[n++] = (struct option){
            .name = row->name,
            .has_arg = row->arg ? required_argument : no_argument,
            .val = ROW_BASE + (int)i,
        };
        if (row->letter) {
            t->shorts[len++] = row->letter;
            if (row->arg)
                t->shorts[len++] = ':';
        }
    }
    t->longs[n] = (struct option){0};
    t->shorts[len] = '\0';
}

static const struct option_row *row_by_letter(int letter)
{
    const struct option_row *row;

    for (size_t i = 0; (row = option_row(i)); i++)
        if (row->letter == letter)
            return row;
    return NULL;
}

/* `word` is what stood on the command line: "--tmep=1", "-x". */
static bool refuse_unknown(const struct command *cmd, const char *word,
                           struct err *err)
{
    if (word[0] == '-' && word[1] != '-')
        return err_set(err, ERR_USAGE, _("mull %s has no option %s"), cmd->name,
                       word);

    struct str name = str_n(word + 2, strcspn(word + 2, "="));
    struct nearest near = nearest_to(name);
    const struct option_row *row;
    for (size_t i = 0; (row = option_row(i)); i++)
        if (option_taken(row, cmd->options))
            nearest_offer(&near, row->name);

    const char *meant = nearest_name(&near);
    err_set(err, ERR_USAGE, _("mull %s has no option --%.*s"), cmd->name,
            (int)name.len, name.p);
    if (!meant)
        return false;
    struct err said = *err;
    return err_set(err, ERR_USAGE, _("%s (did you mean --%s?)"), said.msg, meant);
}

static bool refuse_missing_value(const char *word, struct err *err)
{
    return err_set(err, ERR_USAGE, _("%s needs a value"), word);
}

static bool refuse(const struct command *cmd, int c, char **argv,
                   struct err *err)
{
    char letter[] = {'-', (char)optopt, '\0'};
    bool by_letter = optopt > 0 && optopt < ROW_BASE;

    /* getopt has stepped past a long option already, but maybe not past a
     * cluster of letters. */
    const char *word = by_letter ? letter : argv[optind - 1];
    if (c == ':')
        return refuse_missing_value(word, err);
    if (optopt >= ROW_BASE)
        return err_set(err, ERR_USAGE, _("--%s takes no value"),
                       option_row((size_t)(optopt - ROW_BASE))->name);
    return refuse_unknown(cmd, word, err);
}

static bool read_line(struct options *o, const struct command *cmd, int argc,
                      char **argv, struct err *err)
{
    struct getopt_tables t;
    int c;

    fill_tables(&t, cmd->options);
    opterr = 0;
    optind = 0; /* 1 would keep what is left of the last line's letters */
    while ((c = getopt_long(argc, argv, t.shorts, t.longs, NULL)) != -1) {
        if (c == '?' || c == ':')
            return refuse(cmd, c, argv, err);
        const struct option_row *row =
            c >= ROW_BASE ? option_row((size_t)(c - ROW_BASE))
                          : row_by_letter(c);
        if (!option_set(row, o, optarg, err))
            return err_context(err, "--%s", row->name);
        if (o->help || o->version || o->print_config)
            return true;
    }
    o->args = (const char **)(argv + optind);
    o->n_args = argc - optind;
    return true;
}

bool options_read(struct options *o, const struct command *cmd, int argc,
                  char **argv, struct err *err)
{
    /* The line is read twice: --help must work whatever the rc file says, and
     * the rc file must not overwrite what the line says. */
    struct options line = *o;
    if (!read_line(&line, cmd, argc, argv, err))
        return false;
    if (line.help || line.version || line.print_config) {
        o->help = line.help;
        o->version = line.version;
        o->print_config = line.print_config;
        return true;
    }

    if (!rc_read(o, &o->rc_wrong) && !strchr(cmd->options, '!')) {
        *err = o->rc_wrong;
        return false;
    }
    const char *model = getenv("MULL_MODEL");
    if (model && *model)
        o->load.path = strcmp(model, "builtin") == 0 ? NULL : model;
    return read_line(o, cmd, argc, argv, err);
}

bool options_want_args(const struct options *o, int least, int most,
                       const char *what, struct err *err)
{
    if (o->n_args < least)
        return err_set(err, ERR_USAGE, _("%s is missing"), what);
    if (o->n_args > most)
        return err_set(err, ERR_USAGE, _("\"%s\" is one argument too many"),
                       o->args[most]);
    return true;
}

static uint64_t fresh_seed(void)
{
    uint64_t seed;

    if (getrandom(&seed, sizeof seed, GRND_NONBLOCK) != sizeof seed)
        seed = rng_mix(clock_ns());
    return seed;
}

struct sampling options_sampling(const struct options *o,
                                 const struct sampling *recommended)
{
    const struct sampling *mine = &o->ui.turn.sampling;
    struct sampling s = *recommended;

    if (o->sampling_set & SET_TEMP)
        s.temp = mine->temp;
    if (o->sampling_set & SET_TOP_K)
        s.top_k = mine->top_k;
    if (o->sampling_set & SET_TOP_P)
        s.top_p = mine->top_p;
    if (o->sampling_set & SET_MIN_P)
        s.min_p = mine->min_p;
    if (o->sampling_set & SET_REPEAT_PENALTY)
        s.repeat_penalty = mine->repeat_penalty;
    s.seed = o->sampling_set & SET_SEED ? mine->seed : fresh_seed();
    return s;
}
