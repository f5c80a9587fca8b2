/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/speculate.h"

#include <math.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "engine/sampler.h"
#include "text/vocab.h"

#define WEIGHT 0.1          /* of the newest figure in an average */
#define WEIGHT_LESS 0.3     /* where it is below: what was in the way is gone */
#define WEIGHT_STALE 0.5    /* where the others are old, or answers of a question */
#define WEIGHT_KEPT 0.04
#define STALE 64u
#define FORGOTTEN 256u
#define GAIN 1.04           /* what another depth must promise, to be taken, */
#define WORTH 1.01          /* and any must keep, to go on with it */
#define PATIENCE_MIN 64u
#define PATIENCE_MAX 4096u
#define READ_ALONG 24u      /* batches before it asks: guesses need a context */
#define QUESTION 4u         /* batches that it asks for: the first one is slow */
#define FIRST_PLAIN 3u      /* batches without drafts in the beginning, */
#define REMEASURE 32u       /* and one in so many later on; */
#define REMEASURE_CLEAR 128u /* or, where drafts win by more than CLEAR, in so many */
#define CLEAR 1.2
/* Shares of a plain batch, until they are known. */
#define HOPE_ROW 0.15
#define HOPE_DRAFT 0.1

enum { LOOKUP_MIN = 2, LOOKUP_MAX = 8 };

/* --- what it costs, what it gives ----------------------------------------- */

void draft_costs_init(struct draft_costs *c)
{
    *c = (struct draft_costs){.patience = PATIENCE_MIN};
    for (int i = 0; i < SESSION_DRAFTS; i++)
        c->kept[i] = 0.7; /* a fair guess, and worth trying */
}

/* A step that something else on the machine held up says little. */
static void average(double *to, double x, double weight)
{
    if (*to == 0)
        *to = x;
    else if (x < *to)
        *to += (weight > WEIGHT_LESS ? weight : WEIGHT_LESS) * (x - *to);
    else
        *to += weight * ((x < 2 * *to ? x : 2 * *to) - *to);
}

/* Figures of sizes that are not in use grow old; as long as there are drafts at
 * all, what is too old is measured anew. */
static void grow_old(struct draft_costs *c)
{
    for (uint32_t i = 1; i < SESSION_DRAFTS + 2; i++)
        if (++c->age[i] > FORGOTTEN && i > 1 && c->depth > 0)
            c->batch_ms[i] = 0;
}

void draft_costs_note(struct draft_costs *c, uint32_t n, uint32_t kept,
                      double draft_ms, double batch_ms)
{
    grow_old(c);
    if (n > 0 && c->batch_ms[1] > 0) {
        /* Single tokens would be no slower, and a guess is less than a token:
         * more than that was something else, such as the very first time. */
        batch_ms = fmin(batch_ms, (1 + n) * c->batch_ms[1]);
        draft_ms = fmin(draft_ms, n * c->batch_ms[1]);
    }
    bool asks = n > 0 && c->depth == 0;
    double weight = asks || c->age[1 + n] > STALE ? WEIGHT_STALE : WEIGHT;
    average(&c->batch_ms[1 + n], batch_ms, weight);
    c->age[1 + n] = 0;
    if (n == 0) {
        c->n_plain++;
        return;
    }
    /* The first guess of a question makes up for all tokens since the last one. */
    if (!asks || c->asked > 0 || c->draft_ms == 0)
        average(&c->draft_ms, draft_ms / n, weight);
    if (asks && ++c->asked == QUESTION) { /* it is not asked soon again */
        c->idle = c->asked = 0;
        if (c->patience < PATIENCE_MAX)
            c->patience *= 2;
    }
    for (uint32_t i = 0; i < n && i <= kept; i++) {
        double share = 1.0 / (2 + c->n_judged[i]++);
        if (share < WEIGHT_KEPT)
            share = WEIGHT_KEPT;
        c->kept[i] += share * ((i < kept) - c->kept[i]);
    }
}

static double batch_ms(const struct draft_costs *c, uint32_t n)
{
    uint32_t known = n;
    while (known > 1 && c->batch_ms[known] == 0)
        known--;
    return c->batch_ms[known] + (n - known) * HOPE_ROW * c->batch_ms[1];
}

static double draft_ms(const struct draft_costs *c)
{
    return c->draft_ms > 0 ? c->draft_ms : HOPE_DRAFT * c->batch_ms[1];
}

/* Tokens per millisecond. */
static double rate(const struct draft_costs *c, uint32_t depth)
{
    double tokens = 1, reached = 1;
    for (uint32_t i = 0; i < depth; i++)
        tokens += reached *= c->kept[i];
    double ms = batch_ms(c, 1 + depth) + depth * draft_ms(c);
    return ms > 0 ? tokens / ms : 0;
}

static uint32_t best_depth(const struct draft_costs *c, uint32_t least)
{
    uint32_t best = least;
    for (uint32_t d = least + 1; d <= SESSION_DRAFTS; d++)
        if (rate(c, d) > rate(c, best))
            best = d;
    return best;
}

uint32_t draft_costs_depth(struct draft_costs *c)
{
    c->idle++;
    if (c->n_plain < FIRST_PLAIN)
        return 0;
    if (rate(c, c->depth) < WORTH * rate(c, 0))
        c->depth = 0;
    uint32_t best = best_depth(c, 0);
    if (rate(c, best) > GAIN * rate(c, c->depth))
        c->depth = best;
    if (c->depth > 0) {
        c->patience = PATIENCE_MIN;
        c->idle = c->asked = 0;
        bool clear = rate(c, c->depth) > CLEAR * rate(c, 0);
        if (c->age[1] < (clear ? REMEASURE_CLEAR : REMEASURE))
            return c->depth;
        return 0; /* once without, to know what that costs by now */
    }
    return c->idle < c->patience ? 0 : best_depth(c, 1);
}

bool draft_costs_rest(const struct draft_costs *c)
{
    return c->depth == 0 && c->patience > PATIENCE_MIN &&
           c->idle + READ_ALONG < c->patience;
}

/* --- guesses -------------------------------------------------------------- */

/* How many tokens that end with ids[at] also end the text, `next` included. */
static uint32_t common_end(const int32_t *ids, uint32_t at, uint32_t len,
                           int32_t next)
{
    uint32_t n = ids[at] == next;
    while (n > 0 && n < LOOKUP_MAX && n <= at && ids[at - n] == ids[len - n])
        n++;
    return n;
}

uint32_t speculate_lookup(const int32_t *ids, uint32_t len, int32_t next,
                          uint32_t n, int32_t *out)
{
    uint32_t best = 0, longest = LOOKUP_MIN - 1;
    for (uint32_t at = len; at-- > 0 && longest < LOOKUP_MAX;) {
        uint32_t same = common_end(ids, at, len, next);
        if (same > longest) {
            longest = same;
            best = at + 1;
        }
    }
    if (best == 0)
        return 0;
    for (uint32_t i = 0; i < n; i++) {
        if (best + i > len)
            return i;
        out[i] = best + i < len ? ids[best + i] : next;
    }
    return n;
}

/* A turn ends without its last token being computed, so that is no draft. */
static bool is_draft(const struct speculate *sp, int32_t id)
{
    return id >= 0 && !vocab_ends_turn(sp->vocab, id);
}

static int32_t choose(void *arg, const float *logits, uint32_t pos,
                      const int32_t *recent, uint32_t n_recent)
{
    const struct speculate *sp = arg;
    int32_t id = sampler_pick(sp->sampler, logits, pos, recent, n_recent);
    return is_draft(sp, id) ? id : -1;
}

static uint32_t guess_from_text(struct speculate *sp, int32_t id, uint32_t n,
                                int32_t *out)
{
    uint32_t found = speculate_lookup(session_ids(sp->session),
                                      session_len(sp->session), id, n, out);
    uint32_t i = 0;
    while (i < found && is_draft(sp, out[i]))
        i++;
    return i;
}

/* A block that computes nonsense is no reason to stop an answer. */
static void give_up(struct speculate *sp, const struct err *why)
{
    log_warn(LOG_ENGINE, "no drafts any more: %s", why->msg);
    sp->mode = DRAFT_OFF;
}

static bool guess_by_mtp(struct speculate *sp, int32_t id, uint32_t n,
                         int32_t *out, uint32_t *n_out, struct err *err)
{
    struct err why;
    if (session_draft(sp->session, id, n, choose, sp, out, n_out, &why))
        return true;
    if (why.kind != ERR_MODEL) {
        *err = why;
        return false;
    }
    give_up(sp, &why);
    *n_out = 0;
    return true;
}

static bool guess(struct speculate *sp, int32_t id, uint32_t n, int32_t *out,
                  uint32_t *n_out, struct err *err)
{
    *n_out = 0;
    if (n > session_draft_room(sp->session))
        n = session_draft_room(sp->session);
    if (n == 0)
        return true;
    if (session_has_mtp(sp->session))
        return guess_by_mtp(sp, id, n, out, n_out, err);
    *n_out = guess_from_text(sp, id, n, out);
    return true;
}

/* --- rounds --------------------------------------------------------------- */

void speculate_init(struct speculate *sp, int mode, struct session *s,
                    struct sampler *sampler, const struct vocab *v)
{
    *sp = (struct speculate){.mode = mode, .session = s, .sampler = sampler,
                             .vocab = v};
    draft_costs_init(&sp->costs);
}

enum draft_state speculate_judge(struct speculate *sp, int32_t id)
{
    int32_t drafted = session_drafted(sp->session);
    if (drafted < 0)
        return DRAFT_NONE;
    if (drafted != id)
        return DRAFT_REFUSED;
    sp->kept++;
    sp->accepted++;
    return DRAFT_ACCEPTED;
}

static void end_round(struct speculate *sp)
{
    if (sp->batch_ms > 0)
        draft_costs_note(&sp->costs, sp->n, sp->kept, sp->draft_ms,
                         sp->batch_ms);
    sp->batch_ms = 0;
}

static uint32_t depth(struct speculate *sp)
{
    if (sp->mode != DRAFT_AUTO)
        return sp->mode == DRAFT_OFF ? 0 : (uint32_t)sp->mode;
    uint32_t n = draft_costs_depth(&sp->costs);
    session_rest_mtp(sp->session, n == 0 && draft_costs_rest(&sp->costs));
    return n;
}

static void begin_round(struct speculate *sp, uint32_t n, double draft_ms, double batch_ms)
{
    sp->draft_ms = draft_ms;
    sp->batch_ms = batch_ms;
    sp->n = n;
    sp->kept = 0;
    sp->drafted += n;
}

/* What the guess took was not all lost: less is left for the batch. */
static bool append_beside(struct speculate *sp, int32_t id, const atomic_bool *cancel,
                          struct err *err)
{
    struct session_guess g = {.choose = choose, .arg = sp};
    double began = clock_ms();
    if (!session_append_guess(sp->session, id, &g, cancel, err))
        return false;
    if (!g.ok)
        give_up(sp, &g.why);
    begin_round(sp, g.n, g.ms, clock_ms() - began - g.ms);
    return true;
}

bool speculate_append(struct speculate *sp, int32_t id,
                      const atomic_bool *cancel, struct err *err)
{
    int32_t drafts[SESSION_DRAFTS];
    uint32_t n;
    if (session_take(sp->session, id))
        return true;
    end_round(sp);
    uint32_t wanted = depth(sp);
    if (wanted == 1 && session_guesses_beside(sp->session))
        return append_beside(sp, id, cancel, err);
    double began = clock_ms();
    if (!guess(sp, id, wanted, drafts, &n, err))
        return false;
    double drafted = clock_ms();
    if (!session_append(sp->session, id, drafts, n, cancel, err))
        return false;
    begin_round(sp, n, drafted - began, clock_ms() - drafted);
    return true;
}
