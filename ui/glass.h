/* glass.h - what is known of the model at work, and what of it is looked at.
 *
 * The panes and the plain mode have this in common: figures that come with the
 * events (the context by kind, experts counted, the newest telemetry), and the
 * user's choices (a mode of the map, a cell of it, a token, a search). It draws
 * nothing. The transcript with its tokens is borrowed. */
#ifndef UI_GLASS_H
#define UI_GLASS_H

#include <stdbool.h>
#include <stdint.h>

#include "chat/telemetry.h"
#include "ui/context_map.h"
#include "ui/expert_heat.h"
#include "ui/expert_tally.h"
#include "ui/search.h"
#include "ui/token_log.h"

struct backend_info;
struct bindings;
struct buf;
struct event;
struct transcript;

/* What the map of experts shows. */
enum map_mode {
    MAP_LIVE,     /* the last tokens, fading */
    MAP_TURN,     /* the whole turn, counted */
    MAP_LEANING,  /* of thought against answer */
    MAP_LAYER,    /* one layer as bars */
    MAP_COMPANY,  /* who fires with the chosen one */
    MAP_MODES,
};

/* What the colour of a token tells. */
enum token_color {
    COLOR_PLAIN,
    COLOR_PROBABILITY,
    COLOR_ENTROPY,
    COLOR_DRAFTS,
    COLOR_EXPERT, /* the first choice of one layer */
    COLOR_MODES,
};

/* How sure the model was, over the tokens of one part of a turn. */
struct doubt {
    uint32_t tokens, unsure;         /* unsure: less likely than not */
    double p, entropy;               /* sums */
};

struct glass {
    const struct backend_info *info; /* borrowed */
    struct transcript *t;            /* borrowed */
    const struct bindings *bindings; /* borrowed; NULL: the keys of the table */
    struct context_map context;
    struct expert_heat heat;
    struct expert_tally tally;
    struct expert_company company;   /* of the chosen expert */
    uint32_t company_tokens;         /* that were looked at for it */
    struct telemetry now;
    bool known;                      /* telemetry of a conversation was told */
    uint32_t turn;                   /* that runs or ran last */
    struct doubt doubt[2];           /* [enum text_part] of it */
    bool thinking;                   /* inside a thought, right now */
    bool warned;                     /* that the context is nearly full */
    char warning[200];               /* and in which words */

    /* What is looked at. */
    enum map_mode mode;
    uint32_t layer, expert;          /* the chosen expert: MoE layer from 0 */
    bool marking;                    /* the transcript shows its tokens */
    bool on_grid;                    /* keys move in the map */
    enum token_color color;
    uint32_t color_layer;            /* MoE layer from 0 */
    uint32_t token;                  /* the one looked at, or TOKEN_NONE */
    int alt;                         /* of its alternatives; -1: none */
    struct search *search;           /* owned, or NULL */
    enum search_where where;
    uint32_t hit;                    /* the find one is at */
    uint64_t changes;                /* counts up with each choice */
};

void glass_init(struct glass *g, const struct backend_info *info,
                struct transcript *t);
void glass_clear(struct glass *g);
/* A new conversation. What the user chose to see stays. */
void glass_restart(struct glass *g);
/* The transcript is another: tokens and finds are not where they were. */
void glass_look_away(struct glass *g);
void glass_event(struct glass *g, const struct event *ev);
void glass_telemetry(struct glass *g, const struct telemetry *now);

/* " . words; talk": what an expert is for, cleaned; nothing where the model does
 * not say. */
void glass_expert_label(const struct glass *g, uint32_t layer, uint32_t expert,
                        struct buf *out);

/* The company of the chosen expert, counted anew where tokens came. */
const struct expert_company *glass_company(struct glass *g);
/* Tokens of thoughts in the context, and their bytes in the cache. */
uint32_t glass_thought_tokens(const struct glass *g);
uint64_t glass_thought_bytes(const struct glass *g);

/* Names as in "/map turn" and "/color entropy"; NULL past the last. */
const char *map_mode_name(enum map_mode m);
const char *token_color_name(enum token_color c);

#endif
