/* context_map.h - what the context is filled with, from the events alone.
 *
 * The tokens in the cache, in order, as stretches of one kind: prompt (the
 * questions, and earlier answers read again), thought, answer. A new turn keeps
 * the beginning that it has in common with the turn before; what lay behind it
 * is gone, thoughts of earlier turns for example. */
#ifndef UI_CONTEXT_MAP_H
#define UI_CONTEXT_MAP_H

#include <stdint.h>

struct event;

enum context_kind { CONTEXT_PROMPT, CONTEXT_THOUGHT, CONTEXT_ANSWER,
                    CONTEXT_KINDS };

struct stretch {
    enum context_kind kind;
    uint32_t to;      /* the position behind its last token */
};

struct context_map {
    struct stretch *list; /* owned; [n] */
    uint32_t n, cap;
    uint32_t turn;        /* whose prompt was seen to begin */
};

void context_map_clear(struct context_map *m); /* frees; empty again */
void context_map_event(struct context_map *m, const struct event *ev);

uint32_t context_map_used(const struct context_map *m);
uint32_t context_map_tokens(const struct context_map *m, enum context_kind k);
/* What stands at a position below used. */
enum context_kind context_map_at(const struct context_map *m, uint32_t pos);

#endif
