/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/talk.h"

#include <assert.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/rng.h"
#include "ui/units.h"

void talk_init(struct talk *t, struct backend *b, const struct turn_options *o)
{
    *t = (struct talk){.b = b, .options = *o};
}

void talk_keep(struct talk *t, const char *folder)
{
    keeping_init(&t->keep, folder, &t->b->info);
}

bool talk_resume(struct talk *t, const char *path, struct buf *note,
                 struct err *err)
{
    if (t->running)
        return err_set(err, ERR_USAGE,
                       _("an answer is on its way: Ctrl-C stops it"));
    if (!keeping_open(&t->keep, path, &t->c, note, err))
        return false;
    t->has_stats = false;
    t->n_turns = 0;
    t->question_waits = false;
    t->skip = t->keep.unseen <= t->c.n ? t->keep.unseen : 0;
    return true;
}

bool talk_system(struct talk *t, struct str text)
{
    buf_reset(&t->system);
    buf_add_str(&t->system, text);
    bool nothing_said = t->c.n == 0 ||
                        (t->c.n == 1 && t->c.messages[0]->role == ROLE_SYSTEM);
    if (nothing_said && !t->running)
        conversation_back(&t->c, 0);
    return nothing_said;
}

void talk_path_changed(struct talk *t)
{
    t->question_waits = false;
    if (t->skip == 0 || t->skip < t->c.n)
        return;
    t->skip = 0; /* all that is left is in sight again */
    keeping_unseen(&t->keep, 0);
}

/* The turn that runs is left alone: what it has said is its answer. */
static void abandon_turn(struct talk *t)
{
    struct message *m = conversation_last(&t->c);
    backend_cancel(t->b);
    if (t->forget || t->only_reads || !m)
        return;
    m->interrupted = true;
    if (m->thought.len || m->text.len)
        keeping_end(&t->keep, m, DONE_CANCELLED);
    else
        keeping_remove(&t->keep, m);
}

bool talk_close(struct talk *t, struct err *err)
{
    if (t->running)
        abandon_turn(t);
    conversation_clear(&t->c);
    buf_clear(&t->system);
    buf_clear(&t->usual_system);
    mem_free(t->turns);
    t->turns = NULL;
    t->n_turns = 0;
    return keeping_close(&t->keep, err);
}

void talk_clear(struct talk *t)
{
    struct err ignored;
    talk_close(t, &ignored);
}

/* --- turns ------------------------------------------------------------------- */

/* The path as the model sees it. */
static bool send(struct talk *t, const struct turn_options *o, struct err *err)
{
    struct conversation sent = {0};
    if (t->skip == 0)
        return backend_start(t->b, &t->c, o, &t->turn, err);
    for (size_t i = 0; i < t->c.n; i++) {
        const struct message *m = t->c.messages[i];
        if (i < t->skip && m->role != ROLE_SYSTEM)
            continue;
        struct message *copy = conversation_add(&sent, m->role,
                                                buf_str(&m->text));
        buf_add_str(&copy->thought, buf_str(&m->thought));
        copy->interrupted = m->interrupted;
        copy->thought_open = m->thought_open;
    }
    bool ok = backend_start(t->b, &sent, o, &t->turn, err);
    conversation_clear(&sent);
    return ok;
}

static void note_answer(struct talk *t, const struct message *answer)
{
    t->turns = mem_realloc(t->turns, (t->n_turns + 1) * sizeof *t->turns);
    t->turns[t->n_turns].turn = t->turn;
    t->turns[t->n_turns++].message = answer->id;
}

struct message *talk_answer_of(const struct talk *t, uint32_t turn)
{
    for (size_t i = t->n_turns; i-- > 0;)
        if (t->turns[i].turn == turn)
            return conversation_find(&t->c, t->turns[i].message);
    return NULL;
}

uint32_t talk_turn_of(const struct talk *t, const struct message *answer)
{
    for (size_t i = t->n_turns; i-- > 0;)
        if (t->turns[i].message == answer->id)
            return t->turns[i].turn;
    return 0;
}

bool talk_begin_reading(struct talk *t, struct err *err)
{
    struct turn_options o = t->options;
    assert(!t->running);
    o.only_read = true;
    if (!send(t, &o, err))
        return false;
    t->running = t->only_reads = true;
    t->forget = false;
    return true;
}

/* question: said just now, or NULL when one is answered again. */
bool talk_begin(struct talk *t, struct message *question, struct err *err)
{
    assert(!t->running);
    if (!send(t, &t->options, err))
        return false;
    t->running = true;
    t->forget = t->question_waits = false;
    t->experts_before = t->experts;
    t->experts = t->options.experts;
    struct message *answer =
        conversation_add(&t->c, ROLE_ASSISTANT, str_n("", 0));
    answer->at_ms = clock_wall_ms();
    if (question)
        question->at_ms = answer->at_ms;
    note_answer(t, answer);
    keeping_turn(&t->keep, question, answer, &t->options);
    return true;
}

bool talk_say(struct talk *t, struct str text, struct err *err)
{
    size_t n = t->c.n;
    if (n == 0 && t->system.len)
        conversation_add(&t->c, ROLE_SYSTEM, buf_str(&t->system))->at_ms =
            clock_wall_ms();
    struct message *question = conversation_add(&t->c, ROLE_USER, text);
    if (talk_begin(t, question, err))
        return true;
    conversation_truncate(&t->c, n);
    return false;
}

/* The same seed would give the same words again. */
bool talk_again(struct talk *t, struct err *err)
{
    size_t n = t->c.n;
    uint32_t end = n ? conversation_last(&t->c)->id : 0;
    while (n && t->c.messages[n - 1]->role != ROLE_USER)
        n--;
    if (n == 0)
        return err_set(err, ERR_USAGE, _("there is no message to answer again"));
    conversation_back(&t->c, n);
    t->options.sampling.seed = rng_mix(t->options.sampling.seed + 1);
    return talk_begin(t, NULL, err) || (conversation_end_at(&t->c, end), false);
}

void talk_restart(struct talk *t)
{
    if (t->running) {
        abandon_turn(t);
        t->forget = true;
    }
    keeping_next(&t->keep);
    conversation_clear(&t->c);
    t->has_stats = t->question_waits = false;
    t->skip = t->n_turns = 0;
}

/* Message n of the path is gone; an earlier answer to the same question is there
 * again. */
static void remove_message(struct talk *t, size_t n)
{
    keeping_remove(&t->keep, t->c.messages[n]);
    conversation_truncate(&t->c, n);
    struct message *m = conversation_last(&t->c);
    if (m && m->chosen) {
        conversation_choose(&t->c, m->chosen->id);
        keeping_path(&t->keep, &t->c);
    }
}

/* An answer that says nothing is no message: the next prompt does without. And
 * a question that did not fit would keep all later ones from fitting. */
static void settle_message(struct talk *t, const struct event *ev)
{
    struct message *m = conversation_last(&t->c);
    bool said = m->thought.len || m->text.len;
    bool too_long = ev->kind == EVENT_ERROR && ev->error.kind == ERR_LIMIT;
    t->question_waits = too_long && !said;
    m->interrupted = ev->kind == EVENT_ERROR || ev->done.reason != DONE_END;
    m->thought_open = m->thought.len && m->text.len == 0;
    if (ev->kind == EVENT_DONE) {
        m->has_stats = true;
        m->stats = ev->done.stats;
    }
    if (said)
        keeping_end(&t->keep, m, ev->kind == EVENT_DONE ? ev->done.reason
                                                        : DONE_CANCELLED);
    else
        remove_message(t, t->c.n - (too_long ? 2 : 1));
}

static void take_text(struct talk *t, const struct event *ev)
{
    struct message *m = conversation_last(&t->c);
    bool thought = ev->text.part == PART_THOUGHT;
    buf_add(thought ? &m->thought : &m->text, ev->text.s, ev->text.len);
    keeping_text(&t->keep, m, thought ? PART_THOUGHT : PART_ANSWER,
                 str_n(ev->text.s, ev->text.len));
}

bool talk_event(struct talk *t, const struct event *ev)
{
    if (!t->running || ev->turn != t->turn)
        return false;
    bool ends = ev->kind == EVENT_DONE || ev->kind == EVENT_ERROR;
    bool reads = t->only_reads;
    t->running = !ends;
    t->only_reads = reads && !ends;
    if (t->forget || reads)
        return !t->forget;
    if (ev->kind == EVENT_TEXT)
        take_text(t, ev);
    if (ends)
        settle_message(t, ev);
    if (ev->kind == EVENT_DONE) {
        t->stats = ev->done.stats;
        t->has_stats = true;
    }
    return true;
}

/* --- settings ---------------------------------------------------------------- */

enum setting_kind { SETTING_FLOAT, SETTING_COUNT, SETTING_SEED };

struct setting {
    const char *name;
    enum setting_kind kind;
    size_t offset; /* in struct turn_options */
};

#define IN_OPTIONS(field) offsetof(struct turn_options, field)

static const struct setting settings[] = {
    {"temp", SETTING_FLOAT, IN_OPTIONS(sampling.temp)},
    {"top-k", SETTING_COUNT, IN_OPTIONS(sampling.top_k)},
    {"top-p", SETTING_FLOAT, IN_OPTIONS(sampling.top_p)},
    {"min-p", SETTING_FLOAT, IN_OPTIONS(sampling.min_p)},
    {"repeat-penalty", SETTING_FLOAT, IN_OPTIONS(sampling.repeat_penalty)},
    {"seed", SETTING_SEED, IN_OPTIONS(sampling.seed)},
    {"max-tokens", SETTING_COUNT, IN_OPTIONS(max_tokens)},
    {"think-budget", SETTING_COUNT, IN_OPTIONS(think_budget)},
};

static const struct setting *find_setting(struct str name)
{
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
        if (str_is(name, settings[i].name))
            return &settings[i];
    return NULL;
}

static void tell_setting(const struct turn_options *o, const struct setting *s,
                         struct buf *out)
{
    const char *at = (const char *)o + s->offset;
    if (s->kind == SETTING_FLOAT)
        buf_printf(out, "%s is %g\n", s->name, (double)*(const float *)at);
    else if (s->kind == SETTING_COUNT)
        buf_printf(out, "%s is %u\n", s->name,
                   (unsigned)*(const uint32_t *)at);
    else
        buf_printf(out, "%s is %llu\n", s->name,
                   (unsigned long long)*(const uint64_t *)at);
}

static bool parse_value(struct turn_options *o, const struct setting *s,
                        const char *value, struct err *err)
{
    char *at = (char *)o + s->offset, *end = NULL;
    errno = 0;
    if (s->kind == SETTING_FLOAT) {
        double x = strtod(value, &end);
        if (end == value || *end || !isfinite(x))
            return err_set(err, ERR_USAGE, _("%s: \"%s\" is not a number"),
                           s->name, value);
        *(float *)at = (float)x;
        return true;
    }
    unsigned long long n = strtoull(value, &end, 10);
    if (*value < '0' || *value > '9' || *end || errno ||
        (s->kind == SETTING_COUNT && n > UINT32_MAX))
        return err_set(err, ERR_USAGE, _("%s: \"%s\" is not a whole number"),
                       s->name, value);
    if (s->kind == SETTING_COUNT)
        *(uint32_t *)at = (uint32_t)n;
    else
        *(uint64_t *)at = n;
    return true;
}

/* The first word of s, which then begins behind it and its blanks. */
static struct str take_word(struct str *s)
{
    size_t n = 0, next;
    while (n < s->len && s->p[n] != ' ')
        n++;
    for (next = n; next < s->len && s->p[next] == ' ';)
        next++;
    struct str word = str_n(s->p, n);
    *s = str_n(s->p + next, s->len - next);
    return word;
}

bool turn_option_known(struct str name)
{
    return find_setting(name) != NULL;
}

bool turn_option_set(struct turn_options *o, struct str name, struct str value,
                     struct err *err)
{
    char text[64];
    const struct setting *s = find_setting(name);
    struct turn_options changed = *o;
    if (!s)
        return err_set(err, ERR_USAGE, _("no setting \"%.*s\": /set lists them"),
                       (int)(name.len < 40 ? name.len : 40), name.p);
    snprintf(text, sizeof text, "%.*s",
             (int)(value.len < 60 ? value.len : 60), value.p);
    if (!parse_value(&changed, s, text, err) ||
        !sampling_check(&changed.sampling, err))
        return false;
    *o = changed;
    return true;
}

void talk_presets(struct talk *t, const struct presets *all,
                  const struct preset *now, const struct turn_options *usual,
                  struct str system)
{
    t->presets = all;
    t->preset = now;
    t->usual = *usual;
    buf_reset(&t->usual_system);
    buf_add_str(&t->usual_system, system);
}

bool talk_set(struct talk *t, struct str args, struct buf *answer,
              struct err *err)
{
    struct str name = take_word(&args);
    if (name.len == 0) {
        for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
            tell_setting(&t->options, &settings[i], answer);
        return true;
    }
    const struct setting *s = find_setting(name);
    if (!s)
        return err_set(err, ERR_USAGE, _("no setting \"%.*s\": /set lists them"),
                       (int)(name.len < 40 ? name.len : 40), name.p);
    if (args.len && !turn_option_set(&t->options, name, args, err))
        return false;
    tell_setting(&t->options, s, answer);
    return true;
}

bool talk_think(struct talk *t, struct str arg, struct buf *answer,
                struct err *err)
{
    if (!t->b->info.thinks)
        return err_set(err, ERR_USAGE, _("this model has no thoughts"));
    if (str_is(arg, "on"))
        t->options.think = THINK_ON;
    else if (str_is(arg, "off"))
        t->options.think = THINK_OFF;
    else if (arg.len)
        return err_set(err, ERR_USAGE, _("/think takes on or off: this family has "
                       "no levels of effort"));
    buf_puts(answer, t->options.think == THINK_OFF
                         ? _("it answers without thinking\n")
                         : _("it thinks before it answers\n"));
    return true;
}

/* --- experts ----------------------------------------------------------------- */

static bool set_used(struct expert_changes *x, struct str value,
                     struct err *err)
{
    uint32_t n = 0;
    for (size_t i = 0; i < value.len && n <= EXPERTS_USED_MAX; i++) {
        if (value.p[i] < '0' || value.p[i] > '9')
            return err_set(err, ERR_USAGE, _("/expert used takes a number"));
        n = n * 10 + (uint32_t)(value.p[i] - '0');
    }
    if (n == 0)
        return err_set(err, ERR_USAGE, _("/expert used takes a number above 0"));
    x->used = n;
    return true;
}

static bool change_experts(struct expert_changes *x, struct str args,
                           struct err *err)
{
    struct str what = take_word(&args);
    if (str_is(what, "off") && args.len)
        return experts_switch(x, args, false, err);
    if (str_is(what, "on") && args.len)
        return experts_switch(x, args, true, err);
    if (str_is(what, "used") && args.len)
        return set_used(x, args, err);
    if (!str_is(what, "on") || args.len)
        return err_set(err, ERR_USAGE, _("/expert takes off L:E, on L:E, on "
                       "(all as the model has it) or used N"));
    *x = (struct expert_changes){0};
    return true;
}

static void tell_experts(const struct expert_changes *x,
                         const struct expert_shape *shape, struct buf *answer)
{
    char text[EXPERTS_TEXT_MAX];
    if (!experts_modified(x)) {
        buf_puts(answer, _("experts are as the model has them\n"));
        return;
    }
    buf_puts(answer, experts_text(x, shape, text));
    for (uint32_t i = 0; i < x->n_off; i++)
        buf_printf(answer, "%s%u:%u", i ? "," : "\noff: ", x->off[i].layer,
                   x->off[i].expert);
    buf_putc(answer, '\n');
}

bool talk_experts(struct talk *t, struct str args, struct buf *answer,
                  struct err *err)
{
    struct expert_shape shape = experts_shape(&t->b->info);
    struct expert_changes changed = t->options.experts;
    if (shape.n_layers == 0)
        return err_set(err, ERR_USAGE, _("this model has no experts"));
    if (args.len && (!change_experts(&changed, args, err) ||
                     !experts_check(&changed, &shape, err)))
        return false;
    t->options.experts = changed;
    tell_experts(&changed, &shape, answer);
    return true;
}

/* --- figures ----------------------------------------------------------------- */

static unsigned per_cent(double part, double whole)
{
    return whole > 0 ? (unsigned)(100 * part / whole + 0.5) : 0;
}

static void tell_share(const char *of, const struct turn_stats *s,
                       struct buf *answer)
{
    char n[UNITS_MAX], time[UNITS_MAX];
    uint32_t tokens = s->think_tokens + s->answer_tokens;
    double ms = s->first_token_ms + s->decode_ms;
    if (s->think_tokens)
        buf_printf(answer, _("%s thoughts are %u %% of %s tokens and their cache, "
                   "%u %% of %s\n"), of, per_cent(s->think_tokens, tokens),
                   units_count(n, tokens), per_cent(s->think_ms, ms),
                   units_time(time, ms));
}

/* Of all answers that came, variants too. */
static void tell_shares(const struct talk *t, struct buf *answer)
{
    struct turn_stats all = {0};
    size_t n = 0;
    for (size_t i = 0; i < t->c.n_all; i++) {
        const struct message *m = t->c.all[i];
        if (!m->has_stats)
            continue;
        n++;
        all.think_tokens += m->stats.think_tokens;
        all.answer_tokens += m->stats.answer_tokens;
        all.think_ms += m->stats.think_ms;
        all.first_token_ms += m->stats.first_token_ms;
        all.decode_ms += m->stats.decode_ms;
    }
    tell_share("turn    ", &t->stats, answer);
    if (n > 1)
        tell_share("chat    ", &all, answer);
}

static double per_second(uint32_t n, double ms)
{
    return ms > 0 ? 1000.0 * n / ms : 0;
}

void talk_stats(const struct talk *t, struct buf *answer)
{
    const struct turn_stats *s = &t->stats;
    char a[UNITS_MAX], b[UNITS_MAX], c[UNITS_MAX];
    if (!t->has_stats) {
        buf_puts(answer, _("no turn has ended yet\n"));
        return;
    }
    uint32_t computed = s->prompt_tokens - s->reused_tokens;
    buf_printf(answer, _("prompt   %s tokens, %s of them from the cache, %s tok/s\n"),
               units_count(a, s->prompt_tokens), units_count(b, s->reused_tokens),
               units_rate(c, per_second(computed, s->prompt_ms)));
    buf_printf(answer, _("thought  %s tokens in %s\n"),
               units_count(a, s->think_tokens), units_time(b, s->think_ms));
    buf_printf(answer, _("answer   %s tokens, %s tok/s in all, first after %s\n"),
               units_count(a, s->answer_tokens),
               units_rate(b, per_second(s->think_tokens + s->answer_tokens,
                                        s->decode_ms)),
               units_time(c, s->first_token_ms));
    buf_printf(answer, _("context  %s of %s tokens\n"),
               units_count(a, s->context_used),
               units_count(b, t->b->info.context_max));
    struct expert_shape shape = experts_shape(&t->b->info);
    char text[EXPERTS_TEXT_MAX];
    if (experts_modified(&t->experts))
        buf_printf(answer, "experts  %s\n",
                   experts_text(&t->experts, &shape, text));
    if (s->drafted)
        buf_printf(answer, _("drafts   %u of %u kept\n"), (unsigned)s->accepted,
                   (unsigned)s->drafted);
    tell_shares(t, answer);
}
