/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/engine.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/file_out.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/queue.h"
#include "base/thread.h"
#include "chat/backend.h"
#include "chat/conversation.h"
#include "chat/event_queue.h"
#include "engine/context.h"
#include "engine/info.h"
#include "engine/load.h"
#include "engine/plan.h"
#include "engine/session.h"
#include "engine/state.h"
#include "engine/telemetry.h"
#include "engine/turn.h"
#include "model/identity.h"

/* One turn on its way to the engine thread, which frees it. */
struct request {
    struct conversation conversation; /* owned copy */
    struct turn_options options;
    int32_t *prefix;                  /* owned; of the options */
    uint32_t turn;
    double began_ms;
};

struct engine {
    struct backend b;             /* first: the ops cast back */
    struct loaded_model *m;       /* borrowed */
    char *state;                  /* owned; file of a saved cache, or NULL */
    float *router_bias;           /* owned; as the info has it */
    struct str *expert_labels;    /* owned; the same */

    /* The engine thread's own. */
    struct turn_parts parts;      /* session, sampler, reply */
    struct telemetry measured;    /* what was published last */

    /* Between the two threads. */
    struct queue *requests;       /* owned; struct request pointers */
    struct event_queue *events;   /* owned */
    atomic_bool cancel, enough;
    pthread_mutex_t lock;         /* guards telemetry */
    struct telemetry telemetry;

    /* The front end's own. */
    pthread_t thread;
    bool thread_runs;
    uint32_t turn;                /* of the last start */
    bool turn_runs;               /* its DONE or ERROR was not taken yet */
};

static struct engine *engine_of(struct backend *b)
{
    return (struct engine *)b;
}

/* --- the engine thread ---------------------------------------------------- */

static void publish(void *arg, const struct turn_rates *rates)
{
    struct engine *e = arg;
    struct telemetry *t = &e->measured;
    telemetry_measure(t, e->m, e->parts.session, e->parts.kv_type);
    if (rates->ended)
        telemetry_memory(t, e->parts.session);
    t->prompt_tok_s = rates->prompt_tok_s;
    t->decode_tok_s = rates->decode_tok_s;
    t->first_token_ms = rates->first_token_ms;
    t->drafted = e->parts.speculate.drafted;
    t->accepted = e->parts.speculate.accepted;
    t->n_turns = e->parts.n_turns;
    memcpy(t->turn_begins, e->parts.turn_begins, sizeof t->turn_begins);
    pthread_mutex_lock(&e->lock);
    e->telemetry = *t;
    pthread_mutex_unlock(&e->lock);
}

static void request_free(struct request *r)
{
    conversation_clear(&r->conversation);
    mem_free(r->prefix);
    mem_free(r);
}

static void *run_engine(void *arg)
{
    struct engine *e = arg;
    struct request *r;
    while (queue_pop_wait(e->requests, &r, sizeof r)) {
        struct turn turn = {
            .conversation = &r->conversation,
            .options = &r->options,
            .number = r->turn,
            .began_ms = r->began_ms,
            .cancel = &e->cancel,
            .enough = &e->enough,
            .publish = publish,
            .publish_arg = e,
        };
        turn_run(&e->parts, &turn);
        request_free(r);
    }
    return NULL;
}

static bool start_thread(struct engine *e, struct err *err)
{
    int failed = thread_begin(&e->thread, run_engine, e);
    if (failed)
        return err_system(err, failed, "cannot start the engine thread");
    e->thread_runs = true;
    return true;
}

/* --- the front end's calls ------------------------------------------------ */

static bool engine_start(struct backend *b, const struct conversation *c,
                         const struct turn_options *o, uint32_t *turn,
                         struct err *err)
{
    struct engine *e = engine_of(b);
    assert(!e->turn_runs);
    struct expert_shape shape = experts_shape(&b->info);
    if (!sampling_check(&o->sampling, err) ||
        !experts_check(&o->experts, &shape, err))
        return false;
    struct request *r = mem_zalloc(sizeof *r);
    conversation_copy(&r->conversation, c);
    if (o->only_read) /* up to where the next question will stand */
        conversation_add(&r->conversation, ROLE_USER, str_n("", 0));
    r->options = *o;
    if (o->n_prefix) {
        r->prefix = mem_array(o->n_prefix, sizeof *r->prefix);
        memcpy(r->prefix, o->prefix, o->n_prefix * sizeof *r->prefix);
        r->options.prefix = r->prefix;
    }
    r->turn = *turn = ++e->turn;
    r->began_ms = clock_ms();
    e->turn_runs = true;
    atomic_store(&e->cancel, false);
    atomic_store(&e->enough, false);
    queue_push(e->requests, &r, sizeof r, NULL, 0);
    return true;
}

static void engine_cancel(struct backend *b)
{
    atomic_store(&engine_of(b)->cancel, true);
}

static void engine_enough(struct backend *b)
{
    atomic_store(&engine_of(b)->enough, true);
}

static int engine_fd(struct backend *b)
{
    return event_queue_fd(engine_of(b)->events);
}

static bool engine_next(struct backend *b, struct event *ev)
{
    struct engine *e = engine_of(b);
    if (!event_queue_pop(e->events, ev))
        return false;
    if (ev->kind == EVENT_DONE || ev->kind == EVENT_ERROR)
        e->turn_runs = false;
    return true;
}

static void engine_telemetry(struct backend *b, struct telemetry *out)
{
    struct engine *e = engine_of(b);
    pthread_mutex_lock(&e->lock);
    *out = e->telemetry;
    pthread_mutex_unlock(&e->lock);
}

static void stop_thread(struct engine *e)
{
    if (!e->thread_runs)
        return;
    atomic_store(&e->cancel, true);
    queue_close(e->requests);
    event_queue_close(e->events);
    pthread_join(e->thread, NULL);
    e->thread_runs = false;
}

static void engine_close(struct backend *b)
{
    struct engine *e = engine_of(b);
    stop_thread(e);
    turn_parts_clear(&e->parts);
    event_queue_free(e->events);
    queue_free(e->requests);
    pthread_mutex_destroy(&e->lock);
    mem_free(e->state);
    mem_free(e->router_bias);
    mem_free(e->expert_labels);
    mem_free(e);
}

static const struct backend_ops engine_ops = {
    .start = engine_start,
    .cancel = engine_cancel,
    .enough = engine_enough,
    .fd = engine_fd,
    .next = engine_next,
    .telemetry = engine_telemetry,
    .close = engine_close,
};

/* --- opening -------------------------------------------------------------- */

static bool open_parts(struct engine *e, const struct engine_options *o,
                       struct err *err)
{
    enum kv_type type = kv_type_choose(o->cache_type, e->m->compute.exact);
    uint64_t room = context_room(context_memory_free(), e->m->model.w.bytes);
    uint32_t context;
    if (!context_choose(&e->m->model.cfg, type, o->context, room, &context,
                        err))
        return false;
    info_fill(&e->b.info, e->m, context);
    e->b.info.router_bias = e->router_bias = info_router_bias(e->m);
    e->b.info.expert_labels = e->expert_labels = info_expert_labels(e->m);

    e->requests = queue_new(256, err);
    if (e->requests)
        e->events = event_queue_new(
            e->b.info.n_moe_layers * EXPERTS_USED_MAX, err);
    return e->events &&
           turn_parts_init(&e->parts, e->m, e->events, type, context,
                           o->max_batch ? o->max_batch
                                        : plan_batch(&e->m->model),
                           o->draft, err);
}

/* A folder that cannot be written should be known before an hour of reading. */
static bool can_write(const char *path, struct err *err)
{
    struct file_out f;
    if (!file_out_open_private(&f, path, 0, err))
        return false;
    file_out_abandon(&f);
    return true;
}

/* With --compat the same file gives other numbers. */
static struct model_identity identity_of(const struct engine *e)
{
    struct model_identity model = model_identify(&e->m->gguf);
    model.hash += e->m->model.cfg.compat;
    return model;
}

static bool open_state(struct engine *e, const char *path, struct err *err)
{
    struct model_identity model = identity_of(e);
    uint32_t n = 0;
    double began = clock_ms();
    e->state = mem_strdup(path);
    if (!can_write(path, err))
        return false;
    if (access(path, F_OK) != 0 && errno == ENOENT)
        return true;
    if (!state_load(path, &model, e->parts.session, &n, err))
        return false;
    log_info(LOG_ENGINE, "%u tokens from %s in %.1f ms", n, path,
             clock_ms() - began);
    return true;
}

bool engine_save(struct backend *b, struct err *err)
{
    struct engine *e = engine_of(b);
    stop_thread(e);
    if (!e->state)
        return true;
    struct model_identity model = identity_of(e);
    if (!loaded_model_intact(e->m, err))
        return false; /* who knows since when */
    return state_save(e->state, &model, e->parts.session, err) ||
           file_context(err, e->state);
}

struct backend *engine_open(struct loaded_model *m,
                            const struct engine_options *o, struct err *err)
{
    struct engine *e = mem_zalloc(sizeof *e);
    e->b.ops = &engine_ops;
    e->m = m;
    pthread_mutex_init(&e->lock, NULL);
    if (!open_parts(e, o, err)) {
        engine_close(&e->b);
        return NULL;
    }
    if (o->state && !open_state(e, o->state, err)) {
        file_context(err, o->state);
        engine_close(&e->b);
        return NULL;
    }
    publish(e, &(struct turn_rates){.ended = true});
    if (!start_thread(e, err)) {
        engine_close(&e->b);
        return NULL;
    }
    return &e->b;
}
