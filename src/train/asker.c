/* SPDX-License-Identifier: Apache-2.0 */
#include "train/asker.h"

#include <poll.h>
#include <string.h>

#include "base/err.h"
#include "base/file.h"
#include "base/mem.h"
#include "chat/backend.h"
#include "chat/conversation.h"
#include "engine/engine.h"
#include "engine/load.h"
#include "engine/speculate.h"
#include "text/template.h"
#include "train/checkpoint.h"
#include "train/data/tokenizer.h"
#include "train/export.h"
#include "train/nn/params.h"

/* --- bytes of a model ----------------------------------------------------- */

static bool export_checkpoint(const struct checkpoint *c, enum gguf_type type,
                              struct buf *out, struct err *err)
{
    struct params p;
    struct tokenizer t;
    struct buf file = {0};
    const struct shape *s = &c->shape;
    struct export_options o = {
        .type = type, .mtp = true, .name = c->state.recipe,
        .recipe_hash = c->state.recipe_hash,
        /* What it was trained with is not in the file: what it may need. */
        .context = s->yarn_factor > 1
                       ? (uint32_t)(s->yarn_factor * (float)s->yarn_original_ctx)
                       : 1024};
    if (!checkpoint_params(c, &p, err))
        return false;
    buf_add_str(&file, checkpoint_tokenizer(c));
    bool ok = tokenizer_over(&t, &file, err);
    if (ok) {
        ok = export_gguf(&p, &t, &o, out, err);
        tokenizer_close(&t);
    }
    params_clear(&p);
    return ok;
}

bool model_bytes(const char *path, enum gguf_type type, struct buf *out,
                 struct err *err)
{
    struct checkpoint c;
    struct buf head = {0};
    if (!file_read(path, (size_t)8 << 30, &head, err))
        return file_context(err, path);
    if (head.len < 8 || memcmp(head.p, "MULLCKPT", 8) != 0) {
        *out = head;
        return true;
    }
    bool ok = checkpoint_over(&c, head.p, head.len, err) &&
              export_checkpoint(&c, type, out, err);
    buf_clear(&head);
    return ok || file_context(err, path);
}

/* --- asking --------------------------------------------------------------- */

struct asker {
    struct loaded_model model;
    struct backend *backend;
    struct asker_options o;
};

struct asker *asker_open(struct str model, const struct asker_options *o,
                         struct err *err)
{
    struct asker *a = mem_zalloc(sizeof *a);
    struct load_options load = {.builtin = model.p, .builtin_size = model.len,
                                .threads = o->threads, .cpu = cpu_best()};
    struct engine_options engine = {.context = o->context,
                                    .draft = o->drafts ? 0 : DRAFT_OFF};
    a->o = *o;
    if (!loaded_model_open(&a->model, &load, err)) {
        mem_free(a);
        return NULL;
    }
    if (o->plain)
        a->model.family = chat_family_named("completion");
    a->backend = engine_open(&a->model, &engine, err);
    if (a->backend)
        return a;
    loaded_model_close(&a->model);
    mem_free(a);
    return NULL;
}

void asker_close(struct asker *a)
{
    if (!a)
        return;
    backend_close(a->backend);
    loaded_model_close(&a->model);
    mem_free(a);
}

struct cache_cost asker_cache_cost(const struct asker *a)
{
    return cache_cost(&a->model.model.cfg, KV_F16);
}

void answer_clear(struct answer *a)
{
    buf_clear(&a->think);
    buf_clear(&a->reply);
    *a = (struct answer){0};
}

struct listening {
    asker_tell_fn tell;
    void *arg;
    struct answer *out;
    const struct asker_options *o;
    bool over, ok;
    struct err *err;
};

static void hear_text(struct listening *l, enum text_part part, struct str text)
{
    buf_add_str(part == PART_THOUGHT ? &l->out->think : &l->out->reply, text);
    if (l->tell)
        l->tell(l->arg, part, text);
}

static void hear(struct listening *l, const struct event *e)
{
    switch (e->kind) {
    case EVENT_TEXT:
        hear_text(l, e->text.part, str_n(e->text.s, e->text.len));
        break;
    case EVENT_TOKEN:
        if (l->o->token)
            l->o->token(l->o->arg, &e->token);
        break;
    case EVENT_THINK_END:
        l->out->thought_closed = true;
        break;
    case EVENT_DONE:
        l->out->stats = e->done.stats;
        l->out->ended = e->done.reason == DONE_END;
        l->over = l->ok = true;
        break;
    case EVENT_ERROR:
        *l->err = e->error;
        l->over = true;
        break;
    default:
        break;
    }
}

static bool listen_to(struct backend *b, struct listening *l)
{
    while (!l->over) {
        struct pollfd p = {.fd = backend_fd(b), .events = POLLIN};
        struct event e;
        poll(&p, 1, -1);
        while (!l->over && backend_next(b, &e))
            hear(l, &e);
    }
    return l->ok;
}

bool asker_ask(struct asker *a, struct str system, struct str prompt,
               uint32_t max_tokens, asker_tell_fn tell, void *arg,
               struct answer *out, struct err *err)
{
    struct conversation c = {0};
    struct turn_options o = {.sampling = sampling_default(),
                             .think = THINK_DEFAULT, .max_tokens = max_tokens,
                             .no_telemetry = !a->o.token};
    struct listening l = {.tell = tell, .arg = arg, .out = out, .o = &a->o,
                          .err = err};
    uint32_t turn;
    o.sampling.temp = (float)a->o.temp;
    o.sampling.seed = a->o.seed;
    buf_reset(&out->think);
    buf_reset(&out->reply);
    out->thought_closed = out->ended = false;
    if (system.len > 0)
        conversation_add(&c, ROLE_SYSTEM, system);
    conversation_add(&c, ROLE_USER, prompt);
    bool ok = backend_start(a->backend, &c, &o, &turn, err) &&
              listen_to(a->backend, &l);
    conversation_clear(&c);
    return ok;
}
