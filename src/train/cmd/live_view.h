/* live_view.h - a training run as a picture: its figures, and the load and the bias
 * of every expert on the grid that the chat draws its experts on.
 *
 * Plain data and a function that draws it; threads and terminal are live.c's. */
#ifndef TRAIN_CMD_LIVE_VIEW_H
#define TRAIN_CMD_LIVE_VIEW_H

#include <stdbool.h>
#include <stdint.h>

#include "ui/sparkline.h"

struct canvas;
struct net_report;
struct params;
struct progress_step;

enum { LIVE_LINES = 32, LIVE_LINE = 200, LIVE_NOTE = 256 };

enum live_map { LIVE_LOAD, LIVE_BIAS, LIVE_MAPS };

struct live_view {
    /* The step. */
    char stage[16];
    uint64_t step, tokens, total;
    uint32_t batch;
    double loss, mtp_loss, right, mtp_right, lr, grad_norm, tok_s, gflops;
    struct sparkline losses;
    /* The experts: [n_layers][n_experts]; owned. */
    uint32_t n_layers, n_experts, n_used, first_layer;
    bool has_mtp;              /* the last of the layers is the MTP block */
    float *load;               /* times an even share, over the last steps */
    float *bias;
    float *vio;                /* [n_layers] of the same */
    /* What happened, and what it is at where there are no steps. */
    char lines[LIVE_LINES][LIVE_LINE];
    unsigned n_lines;          /* ever */
    char note[LIVE_NOTE];
    /* What the viewer chose, and that it is about to end. */
    enum live_map map;
    bool leaving;
};

void live_view_clear(struct live_view *v);
/* After a step. params: for the bias. */
void live_view_step(struct live_view *v, const struct progress_step *s,
                    const struct net_report *r);
/* Lines may hold anything: they are cleaned here. */
void live_view_say(struct live_view *v, const char *line);
void live_view_note(struct live_view *v, const char *line);

/* All of the canvas, at any size. */
void live_view_draw(const struct live_view *v, struct canvas *c);

#endif
