/* engine.h - the model in this process, as a struct backend.
 *
 * One engine thread owns session, cache and sampler; the front end's calls only
 * put a request or a flag in front of it and take events from its queue. */
#ifndef ENGINE_ENGINE_H
#define ENGINE_ENGINE_H

#include <stdbool.h>
#include <stdint.h>

#include "model/kv_type.h"

struct backend;
struct err;
struct loaded_model;

struct engine_options {
    uint32_t context;    /* tokens; 0: what the model was trained for, at most
                            what memory holds and 32,768 */
    uint32_t max_batch;  /* of a prompt; 0: 256, less for large models, so that
                            a turn can be cancelled within 100 ms */
    enum kv_type cache_type; /* of the context; KV_AUTO: f16, f32 if exact */
    const char *state;   /* file of a saved cache (state.h): read here if it is
                            there, written by engine_save; NULL: none */
    int draft;           /* tokens guessed ahead: speculate.h. 0: as many as
                            pay, DRAFT_OFF: none */
};

/* The loaded model is borrowed and must outlive the backend. Several engines may
 * share one: their turns run side by side, a batch of one and a batch of the
 * other by turns. */
struct backend *engine_open(struct loaded_model *m,
                            const struct engine_options *o, struct err *err);

/* Ends the turn that runs, for good, and writes the cache into the file of the
 * options; without one, true. Only backend_close may follow. */
bool engine_save(struct backend *b, struct err *err);

#endif
