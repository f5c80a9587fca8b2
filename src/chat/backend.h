/* backend.h - what a model looks like from outside.
 *
 * The engine in this process, a remote server and the scripted model of the
 * tests are all a struct backend. A front end starts a turn, polls the fd,
 * takes events until DONE or ERROR, and may cancel at any moment. All calls
 * come from one thread (the front end's); none of them waits for the model,
 * except close. */
#ifndef CHAT_BACKEND_H
#define CHAT_BACKEND_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "chat/event.h"
#include "chat/experts.h"
#include "chat/sampling.h"
#include "chat/telemetry.h"

struct conversation;
struct err;
struct backend;

/* What the screen may say about the model. Names come from a file: clean them
 * before showing (base/sanitize.h). */
struct backend_info {
    char name[96];
    char arch[32];              /* "deepseek2", "llama" */
    char quant[16];             /* the type of most weights: "Q8_0" */
    char family[32];            /* chat family: "deepseek-r1" */
    char notice[EVENT_TEXT_MAX];/* a warning to show once, or empty */
    uint64_t n_params, n_active_params;
    uint64_t file_bytes;
    uint64_t model_hash;        /* of the file (model/identity.h); 0: not known */
    uint32_t n_layers;
    uint32_t n_moe_layers, first_moe_layer; /* 0 layers: no experts */
    uint32_t n_experts, n_experts_used;
    uint32_t context_max;       /* tokens this backend was opened for */
    bool compat;                /* computes like the usual engine where that
                                   differs from the authors: outputs say so */
    bool thinks;                /* the family has thoughts */
    struct sampling sampling;   /* recommended for this model */
    /* What the router adds to each expert's score when it chooses (it does not
     * change the weights); [n_moe_layers][n_experts], the backend's; NULL:
     * nothing, or not known. */
    const float *router_bias;
    /* What each expert is for, as the file says: measured by whoever trained it;
     * [n_moe_layers][n_experts], the backend's; NULL: it does not say. */
    const struct str *expert_labels;
};

enum think_mode { THINK_DEFAULT, THINK_ON, THINK_OFF };

struct turn_options {
    struct sampling sampling;
    enum think_mode think;
    uint32_t max_tokens;        /* 0: as many as the context holds */
    struct expert_changes experts;
    bool no_telemetry;          /* tell of each token no more than its text */
    uint32_t think_budget;      /* tokens of thought, then `enough`; 0: any */
    /* The reply begins with these tokens, as told by an earlier turn: they are
     * told again (given, not measured) and the model goes on behind them.
     * Copied before start returns. */
    const int32_t *prefix;
    uint32_t n_prefix;
    /* Say nothing: only bring the cache to what the next prompt will have in
     * common with this conversation, thoughts dropped. Ends with DONE_END. */
    bool only_read;
};

struct backend_ops {
    /* Begin to answer the last message. The conversation is copied or used up
     * before this returns. *turn numbers the events to come. One turn at a
     * time: starting while one runs is a bug of the caller (assert). */
    bool (*start)(struct backend *b, const struct conversation *c,
                  const struct turn_options *o, uint32_t *turn,
                  struct err *err);
    /* Stop the running turn: DONE with DONE_CANCELLED comes within 100 ms. Safe
     * at any time, also when nothing runs, also from a signal handler. */
    void (*cancel)(struct backend *b);
    /* End the thinking of the running turn, now or as soon as it begins, as if
     * the model had closed its thought itself: the answer follows. Safe at any
     * time. NULL: this backend cannot. */
    void (*enough)(struct backend *b);
    /* Readable while events wait; -1 is never returned. */
    int (*fd)(struct backend *b);
    /* The next event, or false when none waits. */
    bool (*next)(struct backend *b, struct event *ev);
    void (*telemetry)(struct backend *b, struct telemetry *out);
    void (*close)(struct backend *b); /* cancels, waits, frees */
};

struct backend {
    const struct backend_ops *ops;
    struct backend_info info;
};

static inline bool backend_start(struct backend *b, const struct conversation *c,
                                 const struct turn_options *o, uint32_t *turn,
                                 struct err *err)
{
    return b->ops->start(b, c, o, turn, err);
}

static inline void backend_cancel(struct backend *b) { b->ops->cancel(b); }
/* False: it cannot. */
static inline bool backend_enough(struct backend *b)
{
    if (b->ops->enough)
        b->ops->enough(b);
    return b->ops->enough != NULL;
}

static inline int backend_fd(struct backend *b) { return b->ops->fd(b); }

static inline bool backend_next(struct backend *b, struct event *ev)
{
    return b->ops->next(b, ev);
}

static inline void backend_telemetry(struct backend *b, struct telemetry *out)
{
    b->ops->telemetry(b, out);
}

static inline void backend_close(struct backend *b)
{
    if (b)
        b->ops->close(b);
}

#endif
