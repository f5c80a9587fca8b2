/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/scripted.h"

#include <assert.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/rng.h"
#include "chat/conversation.h"
#include "chat/event_queue.h"

enum { MOE_LAYERS = 7, FIRST_MOE = 2, EXPERTS = 32, USED = 4 };
enum { LARGE_LAYERS = 58, LARGE_FIRST = 3, LARGE_EXPERTS = 256, LARGE_USED = 8 };
enum { CONTEXT = 2048, KV_TOKEN = 768, MS_PER_TOKEN = 20 };

struct scripted {
    struct backend b;                /* first: the ops cast back */
    const struct script_step *steps; /* borrowed */
    size_t step;
    struct event_queue *events;      /* owned */
    int gate[2], stop[2];            /* pipes: scripted_go, cancel */
    uint32_t pace_us;

    pthread_t thread;
    bool thread_runs;
    pthread_mutex_t lock;            /* guards the lines below */
    pthread_cond_t changed;
    bool turn_waits, closing, only_read;
    struct telemetry telemetry;

    atomic_bool cancelled, enough;
    uint32_t turn;
    struct buf question;             /* the user's last message */

    /* Of the turn that plays; the thread's own. */
    bool in_thought;
    struct turn_stats stats;
    uint32_t used;                   /* tokens of context */
};

/* --- what it tells -------------------------------------------------------- */

static void tell(struct scripted *s, enum event_kind kind)
{
    struct event ev = {.kind = kind, .turn = s->turn};
    event_queue_push(s->events, &ev);
}

static void tell_notice(struct scripted *s, const char *text)
{
    struct event ev = {.kind = EVENT_NOTICE, .turn = s->turn};
    snprintf(ev.notice.s, sizeof ev.notice.s, "%s", text);
    event_queue_push(s->events, &ev);
}

static void tell_error(struct scripted *s, const char *text)
{
    struct event ev = {.kind = EVENT_ERROR, .turn = s->turn};
    err_set(&ev.error, ERR_MODEL, "%s", text);
    event_queue_push(s->events, &ev);
}

static void tell_done(struct scripted *s, enum done_reason reason)
{
    struct event ev = {.kind = EVENT_DONE, .turn = s->turn};
    s->stats.context_used = s->used;
    s->stats.decode_ms =
        MS_PER_TOKEN * (double)(s->stats.think_tokens + s->stats.answer_tokens);
    s->stats.think_ms = MS_PER_TOKEN * (double)s->stats.think_tokens;
    ev.done.reason = reason;
    ev.done.stats = s->stats;
    event_queue_push(s->events, &ev);
}

/* Different experts in each layer, decided by the token alone. */
static void choose_experts(const struct backend_info *info, uint32_t token,
                           struct expert_pick *picks)
{
    uint32_t experts = info->n_experts;
    for (unsigned layer = 0; layer < info->n_moe_layers; layer++) {
        uint64_t h = rng_mix(token * 131u + layer);
        for (unsigned k = 0; k < info->n_experts_used; k++) {
            struct expert_pick *p = &picks[layer * info->n_experts_used + k];
            p->expert = (uint16_t)((h + k * (2 * (h >> 32) % experts + 1)) %
                                   experts);
            p->weight = (uint16_t)(26214u >> k);
        }
    }
}

static void note_telemetry(struct scripted *s)
{
    pthread_mutex_lock(&s->lock);
    struct telemetry *t = &s->telemetry;
    t->context_used = s->used;
    t->context_max = CONTEXT;
    t->kv_bytes_per_token = KV_TOKEN;
    t->kv_bytes = (uint64_t)s->used * KV_TOKEN;
    t->kv_latent_bytes = t->kv_bytes * 2 / 3;
    t->kv_rope_bytes = t->kv_bytes - t->kv_latent_bytes;
    t->kv_gqa_bytes = (uint64_t)s->used * 1280;
    t->kv_mha_bytes = (uint64_t)s->used * 5120;
    t->model_mapped = s->b.info.file_bytes;
    t->prompt_tok_s = 1000;
    t->decode_tok_s = 1000.0 / MS_PER_TOKEN;
    t->first_token_ms = s->stats.first_token_ms;
    t->bytes_per_token = 1500000;
    pthread_mutex_unlock(&s->lock);
}

static void tell_prefill(struct scripted *s, uint32_t total)
{
    struct event ev = {.kind = EVENT_PREFILL, .turn = s->turn};
    note_telemetry(s); /* who hears of it may ask at once how fast it is */
    /* It forgets nothing: what it has is the beginning of every prompt. */
    ev.prefill.total = s->used + total;
    ev.prefill.done = s->used;
    event_queue_push(s->events, &ev);
    for (uint32_t done = 0; done < total;) {
        done = total - done > 64 ? done + 64 : total;
        ev.prefill.done = s->used + done;
        event_queue_push(s->events, &ev);
    }
    s->used += total;
    s->stats.prompt_tokens = total;
    s->stats.prompt_ms = total;
    s->stats.first_token_ms = total + MS_PER_TOKEN;
}

static void tell_token(struct scripted *s, struct str word)
{
    struct expert_pick picks[LARGE_LAYERS * LARGE_USED];
    struct event ev = {.kind = EVENT_TOKEN, .turn = s->turn};
    struct token_info *t = &ev.token;

    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < word.len; i++)
        hash = (hash ^ (unsigned char)word.p[i]) * 16777619u;
    t->id = (int32_t)(hash % 4096);
    t->pos = s->used++;
    t->part = s->in_thought ? PART_THOUGHT : PART_ANSWER;
    t->measured = true;
    t->p = 0.5f + (float)(hash % 50) / 100.0f;
    t->entropy = (float)(hash % 300) / 100.0f;
    t->ms = MS_PER_TOKEN;
    t->n_alts = 2;
    t->alts[0] = (struct token_alt){.id = t->id, .p = t->p};
    t->alts[1] = (struct token_alt){.id = 4096, .p = (1 - t->p) / 2,
                                    .text_len = 4, .text = "else"};
    t->text_len = (uint8_t)(word.len < TOKEN_BYTES ? word.len : TOKEN_BYTES);
    memcpy(t->text, word.p, t->text_len);
    if (s->b.info.n_moe_layers) {
        choose_experts(&s->b.info, (uint32_t)t->id, picks);
        t->n_moe_layers = (uint16_t)s->b.info.n_moe_layers;
        t->n_used = (uint16_t)s->b.info.n_experts_used;
        t->picks = picks;
    }
    if (s->in_thought)
        s->stats.think_tokens++;
    else
        s->stats.answer_tokens++;
    note_telemetry(s);
    event_queue_push(s->events, &ev);
    event_queue_push_text(s->events, s->turn, t->part, word);
}

/* --- how it plays --------------------------------------------------------- */

/* A byte for us, or false when the turn is stopped or the time is over. */
static bool wait_for(struct scripted *s, int fd, int timeout_ms)
{
    struct pollfd p[2] = {{.fd = s->stop[0], .events = POLLIN},
                          {.fd = fd, .events = POLLIN}};
    while (!atomic_load(&s->cancelled)) {
        int n = poll(p, fd < 0 ? 1 : 2, timeout_ms);
        if (n == 0 || (p[0].revents & POLLIN))
            return false;
        char c;
        if (n > 0 && (p[1].revents & POLLIN))
            return read(fd, &c, 1) == 1;
    }
    return false;
}

static void set_part(struct scripted *s, bool thought)
{
    if (s->in_thought != thought)
        tell(s, thought ? EVENT_THINK_BEGIN : EVENT_THINK_END);
    s->in_thought = thought;
}

/* A word and the blank before it are a token; so are a run of line feeds. */
static void speak(struct scripted *s, struct str text)
{
    for (size_t i = 0; i < text.len && !atomic_load(&s->cancelled);) {
        if (s->in_thought && atomic_load(&s->enough))
            return;
        size_t end = i + 1;
        while (end < text.len && text.p[end] != ' ' &&
               (text.p[end] == '\n') == (text.p[i] == '\n'))
            end++;
        if (s->pace_us)
            wait_for(s, -1, (int)(s->pace_us / 1000));
        tell_token(s, str_n(text.p + i, end - i));
        i = end;
    }
}

/* True while the turn goes on. */
static bool play_step(struct scripted *s, const struct script_step *step)
{
    switch (step->what) {
    case SCRIPT_READ:
        tell_prefill(s, step->n);
        break;
    case SCRIPT_THINK:
    case SCRIPT_SAY:
        set_part(s, step->what == SCRIPT_THINK);
        speak(s, str_of(step->text));
        break;
    case SCRIPT_ECHO:
        set_part(s, false);
        speak(s, buf_str(&s->question));
        break;
    case SCRIPT_NOTICE:
        tell_notice(s, step->text);
        break;
    case SCRIPT_FAIL:
        tell_error(s, step->text);
        return false;
    case SCRIPT_NOISE:
        if (write(STDERR_FILENO, step->text, strlen(step->text)) < 0)
            return true;
        break;
    case SCRIPT_WAIT:
        wait_for(s, s->gate[0], -1);
        break;
    case SCRIPT_DONE:
    case SCRIPT_END:
        set_part(s, false);
        tell_done(s, (enum done_reason)step->n);
        return false;
    }
    return true;
}

static void play_turn(struct scripted *s)
{
    s->stats = (struct turn_stats){0};
    s->in_thought = false;
    if (s->only_read) { /* the script goes on with the next real turn */
        tell_done(s, DONE_END);
        return;
    }
    if (s->steps[s->step].what == SCRIPT_END)
        s->step = 0;
    for (;;) {
        if (atomic_load(&s->cancelled)) {
            tell_done(s, DONE_CANCELLED);
            break;
        }
        const struct script_step *step = &s->steps[s->step];
        if (step->what != SCRIPT_END)
            s->step++;
        if (!play_step(s, step))
            return;
    }
    /* The rest of a turn that was stopped is not said later. */
    while (s->steps[s->step].what != SCRIPT_END)
        if (s->steps[s->step++].what == SCRIPT_DONE)
            break;
}

static void *player(void *arg)
{
    struct scripted *s = arg;
    pthread_mutex_lock(&s->lock);
    while (!s->closing) {
        if (!s->turn_waits) {
            pthread_cond_wait(&s->changed, &s->lock);
            continue;
        }
        s->turn_waits = false;
        pthread_mutex_unlock(&s->lock);
        play_turn(s);
        pthread_mutex_lock(&s->lock);
    }
    pthread_mutex_unlock(&s->lock);
    return NULL;
}

/* --- the backend ---------------------------------------------------------- */

static struct scripted *of(struct backend *b)
{
    return (struct scripted *)b;
}

static void start_thread(struct scripted *s)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int failed = pthread_create(&s->thread, NULL, player, s);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    assert(failed == 0);
    s->thread_runs = failed == 0;
}

static void drain(int fd)
{
    char some[64];
    while (read(fd, some, sizeof some) > 0)
        ;
}

static bool scripted_start(struct backend *b, const struct conversation *c,
                           const struct turn_options *o, uint32_t *turn,
                           struct err *err)
{
    struct scripted *s = of(b);
    if (c->n == 0)
        return err_set(err, ERR_USAGE, "there is nothing to answer");
    drain(s->stop[0]);
    atomic_store(&s->cancelled, false);
    atomic_store(&s->enough, false);
    buf_reset(&s->question);
    buf_add_str(&s->question, buf_str(&c->messages[c->n - 1]->text));
    pthread_mutex_lock(&s->lock);
    *turn = ++s->turn;
    s->turn_waits = true;
    s->only_read = o->only_read;
    pthread_cond_signal(&s->changed);
    pthread_mutex_unlock(&s->lock);
    if (!s->thread_runs)
        start_thread(s);
    return true;
}

static void scripted_cancel(struct backend *b)
{
    struct scripted *s = of(b);
    atomic_store(&s->cancelled, true);
    ssize_t n = write(s->stop[1], "", 1);
    (void)n; /* a full pipe wakes just as well */
}

/* Skips to the next step that is no thought. */
static void scripted_enough(struct backend *b)
{
    atomic_store(&of(b)->enough, true);
}

static int scripted_fd(struct backend *b)
{
    return event_queue_fd(of(b)->events);
}

static bool scripted_next(struct backend *b, struct event *ev)
{
    return event_queue_pop(of(b)->events, ev);
}

static void scripted_telemetry(struct backend *b, struct telemetry *out)
{
    struct scripted *s = of(b);
    pthread_mutex_lock(&s->lock);
    *out = s->telemetry;
    pthread_mutex_unlock(&s->lock);
}

static void scripted_close(struct backend *b)
{
    struct scripted *s = of(b);
    scripted_cancel(b);
    event_queue_close(s->events);
    if (s->thread_runs) {
        pthread_mutex_lock(&s->lock);
        s->closing = true;
        pthread_cond_signal(&s->changed);
        pthread_mutex_unlock(&s->lock);
        pthread_join(s->thread, NULL);
    }
    event_queue_free(s->events);
    for (int i = 0; i < 2; i++) {
        close(s->gate[i]);
        close(s->stop[i]);
    }
    pthread_cond_destroy(&s->changed);
    pthread_mutex_destroy(&s->lock);
    buf_clear(&s->question);
    mem_free(s);
}

void scripted_go(struct backend *b)
{
    ssize_t n = write(of(b)->gate[1], "", 1);
    assert(n == 1);
    (void)n;
}

void scripted_pace(struct backend *b, uint32_t us)
{
    of(b)->pace_us = us;
}

static const struct backend_info pilot = {
    .name = "mini",
    .arch = "deepseek2",
    .quant = "Q8_0",
    .family = "deepseek-r1",
    .n_params = 8200000,
    .n_active_params = 1500000,
    .file_bytes = 8800000,
    .n_layers = FIRST_MOE + MOE_LAYERS,
    .n_moe_layers = MOE_LAYERS,
    .first_moe_layer = FIRST_MOE,
    .n_experts = EXPERTS,
    .n_experts_used = USED,
    .context_max = CONTEXT,
    .thinks = true,
    .sampling = {.temp = 0.6f, .top_p = 0.95f, .repeat_penalty = 1},
};

static struct backend *open_shape(const struct script_step *steps,
                                  const struct backend_info *info)
{
    static const struct backend_ops ops = {
        .start = scripted_start,         .cancel = scripted_cancel,
        .enough = scripted_enough,       .fd = scripted_fd,
        .next = scripted_next,           .telemetry = scripted_telemetry,
        .close = scripted_close,
    };
    struct scripted *s = mem_zalloc(sizeof *s);
    struct err err;
    s->b = (struct backend){.ops = &ops, .info = *info};
    s->steps = steps;
    s->events = event_queue_new(LARGE_LAYERS * LARGE_USED, &err);
    bool ok = s->events && pipe(s->gate) == 0 && pipe(s->stop) == 0;
    assert(ok);
    (void)ok;
    fcntl(s->stop[0], F_SETFL, O_NONBLOCK);
    fcntl(s->stop[1], F_SETFL, O_NONBLOCK);
    pthread_mutex_init(&s->lock, NULL);
    pthread_cond_init(&s->changed, NULL);
    s->telemetry.context_max = CONTEXT;
    return &s->b;
}

struct backend *scripted_new(const struct script_step *steps, bool dense)
{
    struct backend_info info = pilot;
    if (dense) {
        info.n_moe_layers = info.n_experts = 0;
        info.n_experts_used = info.first_moe_layer = 0;
        info.n_active_params = info.n_params;
    }
    return open_shape(steps, &info);
}

struct backend *scripted_large(const struct script_step *steps)
{
    struct backend_info info = pilot;
    info.n_params = 671000000000;
    info.n_active_params = 37000000000;
    info.n_layers = LARGE_FIRST + LARGE_LAYERS;
    info.n_moe_layers = LARGE_LAYERS;
    info.first_moe_layer = LARGE_FIRST;
    info.n_experts = LARGE_EXPERTS;
    info.n_experts_used = LARGE_USED;
    return open_shape(steps, &info);
}
