/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/token_log.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "ui/token_texts.h"

enum { CORES = 1024, DETAILS = 128 }; /* tokens in one piece of memory */

enum core_flag { CORE_ANSWER = 1, CORE_GIVEN = 2, CORE_MEASURED = 4,
                 CORE_DRAFT = 8 /* times enum draft_state */ };

struct core {
    int32_t id;
    uint32_t pos, at;
    uint16_t surprise;  /* -log2 p, in 1/2048 */
    uint16_t entropy;   /* bits, in 1/2048 */
    uint16_t ms;        /* in 1/10 */
    uint16_t flags;
};

struct alt {
    int32_t id;
    uint16_t surprise;
};

/* Details of tokens that follow one another and are of one form. The bytes hold
 * for each its picks, then its alternatives. */
struct details {
    uint32_t first, n;
    uint16_t n_layers, n_used;
    size_t stride;
    unsigned char *bytes;   /* owned; [DETAILS][stride] */
};

/* A turn's first token: turns are few, so they stand apart. */
struct turn_mark {
    uint32_t first, turn;
};

struct token_log {
    struct core **cores;        /* owned; pieces, NULL where forgotten */
    uint32_t n, n_forgotten;
    uint32_t cap_cores;
    struct details *details;    /* owned, oldest first */
    uint32_t n_details, cap_details;
    size_t detail_bytes;
    struct turn_mark *turns;    /* owned */
    uint32_t n_turns, cap_turns;
    struct token_texts texts;
};

struct token_log *token_log_new(void)
{
    return mem_zalloc(sizeof(struct token_log));
}

void token_log_clear(struct token_log *l)
{
    for (uint32_t i = 0; i * CORES < l->n; i++)
        mem_free(l->cores[i]);
    for (uint32_t i = 0; i < l->n_details; i++)
        mem_free(l->details[i].bytes);
    mem_free(l->cores);
    mem_free(l->details);
    mem_free(l->turns);
    token_texts_clear(&l->texts);
    *l = (struct token_log){0};
}

void token_log_free(struct token_log *l)
{
    if (!l)
        return;
    token_log_clear(l);
    mem_free(l);
}

/* --- small numbers -------------------------------------------------------- */

static uint16_t in_16_bits(double x, double scale)
{
    double n = x * scale + 0.5;
    return n >= 65535 ? 65535 : n > 0 ? (uint16_t)n : 0; /* NaN gives 0 */
}

static uint16_t surprise_of(float p)
{
    return p > 0 ? in_16_bits(-log2((double)p), 2048) : 65535;
}

static float p_of(uint16_t surprise)
{
    return surprise == 65535 ? 0 : exp2f(-(float)surprise / 2048);
}

/* --- adding --------------------------------------------------------------- */

static void forget_oldest_cores(struct token_log *l)
{
    uint32_t piece = l->n_forgotten / CORES;
    mem_free(l->cores[piece]);
    l->cores[piece] = NULL;
    l->n_forgotten += CORES;
}

static struct core *new_core(struct token_log *l)
{
    uint32_t piece = l->n / CORES;
    if (l->n % CORES == 0) {
        if (piece == l->cap_cores) {
            l->cap_cores = l->cap_cores ? 2 * l->cap_cores : 8;
            l->cores = mem_realloc(l->cores,
                                   l->cap_cores * sizeof *l->cores);
        }
        l->cores[piece] = mem_alloc(CORES * sizeof(struct core));
        if (l->n - l->n_forgotten >= TOKEN_LOG_MAX)
            forget_oldest_cores(l);
    }
    return &l->cores[piece][l->n % CORES];
}

static void note_turn(struct token_log *l, uint32_t turn)
{
    if (l->n_turns && l->turns[l->n_turns - 1].turn == turn)
        return;
    if (l->n_turns == l->cap_turns) {
        l->cap_turns = l->cap_turns ? 2 * l->cap_turns : 8;
        l->turns = mem_realloc(l->turns, l->cap_turns * sizeof *l->turns);
    }
    l->turns[l->n_turns++] = (struct turn_mark){l->n, turn};
}

static void forget_oldest_details(struct token_log *l)
{
    l->detail_bytes -= DETAILS * l->details[0].stride;
    mem_free(l->details[0].bytes);
    l->n_details--;
    memmove(l->details, l->details + 1, l->n_details * sizeof *l->details);
}

static struct details *details_for(struct token_log *l,
                                   const struct token_info *t)
{
    struct details *last = l->n_details ? &l->details[l->n_details - 1] : NULL;
    if (last && last->n < DETAILS && last->first + last->n == l->n &&
        last->n_layers == t->n_moe_layers && last->n_used == t->n_used)
        return last;
    if (l->n_details == l->cap_details) {
        l->cap_details = l->cap_details ? 2 * l->cap_details : 8;
        l->details = mem_realloc(l->details,
                                 l->cap_details * sizeof *l->details);
    }
    struct details d = {.first = l->n, .n_layers = t->n_moe_layers,
                        .n_used = t->n_used};
    d.stride = (size_t)d.n_layers * d.n_used * sizeof(struct expert_pick) +
               TOKEN_ALTS * sizeof(struct alt);
    d.bytes = mem_alloc(DETAILS * d.stride);
    l->detail_bytes += DETAILS * d.stride;
    l->details[l->n_details++] = d;
    while (l->detail_bytes > TOKEN_LOG_DETAIL_BYTES && l->n_details > 1)
        forget_oldest_details(l);
    return &l->details[l->n_details - 1];
}

static void add_details(struct token_log *l, const struct token_info *t)
{
    struct token_info form = *t;
    if (!t->picks)
        form.n_moe_layers = form.n_used = 0;
    struct details *d = details_for(l, &form);
    unsigned char *to = d->bytes + d->n++ * d->stride;
    size_t picks = (size_t)d->n_layers * d->n_used * sizeof *t->picks;
    if (picks)
        memcpy(to, t->picks, picks);
    struct alt alts[TOKEN_ALTS] = {{0}};
    for (int i = 0; i < TOKEN_ALTS; i++) {
        alts[i].id = i < t->n_alts ? t->alts[i].id : -1;
        alts[i].surprise = i < t->n_alts ? surprise_of(t->alts[i].p) : 65535;
    }
    memcpy(to + picks, alts, sizeof alts);
}

uint32_t token_log_add(struct token_log *l, const struct token_info *t,
                       uint32_t turn, uint32_t at)
{
    struct core *c = new_core(l);
    note_turn(l, turn);
    *c = (struct core){.id = t->id, .pos = t->pos, .at = at,
                       .ms = in_16_bits((double)t->ms, 10)};
    c->flags = (uint16_t)((t->part == PART_ANSWER ? CORE_ANSWER : 0) |
                          (t->given ? CORE_GIVEN : 0) |
                          (t->measured ? CORE_MEASURED : 0) |
                          ((unsigned)t->draft & 3) * CORE_DRAFT);
    token_texts_add(&l->texts, t->id, str_n(t->text, t->text_len));
    if (t->measured) {
        c->surprise = surprise_of(t->p);
        c->entropy = in_16_bits((double)t->entropy, 2048);
        add_details(l, t);
        for (int i = 0; i < t->n_alts && i < TOKEN_ALTS; i++)
            token_texts_add(&l->texts, t->alts[i].id,
                            str_n(t->alts[i].text, t->alts[i].text_len));
    }
    return l->n++;
}

uint32_t token_log_add_again(struct token_log *l, const struct token_info *t,
                             uint32_t turn, uint32_t at, uint32_t from)
{
    struct token_record old;
    struct token_info now = *t;
    struct expert_pick *picks = NULL;
    if (!token_log_get(l, from, &old) || !old.measured || old.n_alts == 0)
        return token_log_add(l, t, turn, at);
    now.measured = true;
    now.p = old.id == t->id ? old.p : 0;
    now.entropy = old.entropy;
    now.n_alts = old.n_alts;
    for (int i = 0; i < old.n_alts; i++) {
        now.alts[i] = (struct token_alt){.id = old.alts[i].id,
                                         .p = old.alts[i].p};
        if (old.alts[i].id == t->id)
            now.p = old.alts[i].p;
    }
    now.n_moe_layers = old.n_layers;
    now.n_used = old.n_used;
    size_t n = (size_t)old.n_layers * old.n_used;
    if (n) { /* a copy: adding may forget where they stand */
        picks = mem_alloc(n * sizeof *picks);
        memcpy(picks, old.picks, n * sizeof *picks);
    }
    now.picks = picks;
    uint32_t number = token_log_add(l, &now, turn, at);
    mem_free(picks);
    return number;
}

/* --- looking -------------------------------------------------------------- */

uint32_t token_log_count(const struct token_log *l)
{
    return l->n;
}

static const struct core *core_of(const struct token_log *l, uint32_t i)
{
    bool there = i < l->n && i >= l->n_forgotten;
    return there ? &l->cores[i / CORES][i % CORES] : NULL;
}

static const struct details *find_details(const struct token_log *l, uint32_t i)
{
    uint32_t low = 0, high = l->n_details;
    while (low < high) {
        uint32_t mid = low + (high - low) / 2;
        if (l->details[mid].first + l->details[mid].n <= i)
            low = mid + 1;
        else
            high = mid;
    }
    const struct details *d = &l->details[low];
    return low < l->n_details && d->first <= i ? d : NULL;
}

static uint32_t turn_of(const struct token_log *l, uint32_t i)
{
    uint32_t low = 0, high = l->n_turns;
    while (low < high) {
        uint32_t mid = low + (high - low) / 2;
        if (l->turns[mid].first <= i)
            low = mid + 1;
        else
            high = mid;
    }
    return low ? l->turns[low - 1].turn : 0;
}

static void get_details(const struct details *d, uint32_t i,
                        struct token_record *out)
{
    const unsigned char *from = d->bytes + (i - d->first) * d->stride;
    struct alt alts[TOKEN_ALTS];
    size_t picks = (size_t)d->n_layers * d->n_used * sizeof *out->picks;
    out->n_layers = d->n_layers;
    out->n_used = d->n_used;
    out->picks = picks ? (const struct expert_pick *)(const void *)from : NULL;
    memcpy(alts, from + picks, sizeof alts);
    for (; out->n_alts < TOKEN_ALTS && alts[out->n_alts].id >= 0; out->n_alts++) {
        out->alts[out->n_alts].id = alts[out->n_alts].id;
        out->alts[out->n_alts].p = p_of(alts[out->n_alts].surprise);
    }
}

bool token_log_get(const struct token_log *l, uint32_t i,
                   struct token_record *out)
{
    const struct core *c = core_of(l, i);
    if (!c)
        return false;
    *out = (struct token_record){
        .id = c->id, .pos = c->pos, .at = c->at, .turn = turn_of(l, i),
        .part = c->flags & CORE_ANSWER ? PART_ANSWER : PART_THOUGHT,
        .draft = (enum draft_state)(c->flags / CORE_DRAFT & 3),
        .given = (c->flags & CORE_GIVEN) != 0,
        .measured = (c->flags & CORE_MEASURED) != 0,
        .ms = (float)c->ms / 10};
    if (!out->measured)
        return true;
    out->p = p_of(c->surprise);
    out->entropy = (float)c->entropy / 2048;
    const struct details *d = find_details(l, i);
    if (d)
        get_details(d, i, out);
    return true;
}

uint32_t token_log_at(const struct token_log *l, uint32_t i)
{
    const struct core *c = core_of(l, i);
    return c ? c->at : 0;
}

struct str token_log_text(const struct token_log *l, int32_t id)
{
    return token_texts_find(&l->texts, id);
}

float token_log_share(const struct token_log *l, uint32_t i, uint32_t layer,
                      uint32_t expert)
{
    const struct details *d = find_details(l, i);
    if (!d || layer >= d->n_layers)
        return 0;
    const struct expert_pick *p =
        (const struct expert_pick *)(const void *)(d->bytes +
                                                   (i - d->first) * d->stride);
    p += (size_t)layer * d->n_used;
    for (uint16_t k = 0; k < d->n_used; k++)
        if (p[k].expert == expert)
            return p[k].weight ? (float)p[k].weight / 65535 : 1e-6f;
    return 0;
}

void token_log_turn(const struct token_log *l, uint32_t turn, uint32_t *from,
                    uint32_t *to)
{
    uint32_t low = 0, high = l->n, end = high;
    struct token_record r;
    while (low < high) { /* turns rise; what is forgotten counts as before */
        uint32_t mid = low + (high - low) / 2;
        if (!token_log_get(l, mid, &r) || r.turn < turn)
            low = mid + 1;
        else
            high = mid;
    }
    *from = *to = low;
    while (*to < end && token_log_get(l, *to, &r) && r.turn == turn)
        ++*to;
}

size_t token_log_bytes(const struct token_log *l)
{
    return (size_t)(l->n - l->n_forgotten) * sizeof(struct core) +
           l->detail_bytes + token_texts_bytes(&l->texts);
}
