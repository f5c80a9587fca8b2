/* panes.h - the panes there are. Each is one file and one row of layout.c.
 *
 * Who owns the screen passes every event first to the transcript, then to every
 * pane, and fresh telemetry to every pane; a pane that has something new to
 * draw sets its dirty mark. Changes to the transcript that come from elsewhere
 * (a message of the user) need dirty set on the chat pane. */
#ifndef UI_PANES_H
#define UI_PANES_H

#include "ui/pane.h"

struct expert_changes;
struct transcript;

/* The conversation. Follows the end until it is scrolled. greeting (may be NULL)
 * is what an empty chat says of the model; its lines that begin with "› " or
 * "> " are prompts to try. info and t outlive the pane. */
struct pane *chat_pane_new(struct transcript *t, const struct backend_info *info,
                           const char *greeting);
/* The prompt to try that the cursor of an empty chat is on, or NULL: sent when
 * Enter is pressed on an empty line. */
const char *chat_pane_suggestion(const struct pane *p);
bool chat_pane_offers(const struct pane *p); /* there are such prompts to see */
/* While browsing: the block under the cursor and the byte of its text. False: there
 * is none. */
bool chat_pane_cursor(struct pane *p, size_t *block, size_t *at);
/* A click into its n-th row: the header of a thought folds or unfolds it; while
 * browsing the cursor goes there. False: nothing came of it. */
bool chat_pane_click(struct pane *p, int row);
/* Whether text is shown as it came (/raw). */
bool chat_pane_is_raw(const struct pane *p);
/* Lines wrapped so far: shows what its cache saves. */
size_t chat_pane_wrapped(const struct pane *p);

/* The side panes. */
struct pane *experts_pane_new(const struct backend_info *info);
struct pane *token_pane_new(const struct backend_info *info);
struct pane *memory_pane_new(const struct backend_info *info);
struct pane *speed_pane_new(const struct backend_info *info);

/* One row each: the first and the last line of the screen. */
struct pane *title_bar_new(const struct backend_info *info);
struct pane *status_bar_new(const struct backend_info *info);

/* Experts off, or more or fewer used: in plain sight for as long as it is so. */
void title_bar_modified(struct pane *p, const struct expert_changes *x);

/* What the status bar has to know about the rest of the screen. */
struct status {
    bool browsing;       /* the keys go to the transcript */
    bool running;        /* a turn is on its way */
    bool on_tokens, on_grid; /* while browsing: the keys mean these */
    bool reading;        /* a trace: nobody answers, nothing was measured */
    bool comparing;      /* two answers stand in place of the chat */
    bool thinking;       /* inside a thought, right now */
    bool panes_shown;    /* no: the line carries their figures itself */
    const char *message; /* shown in place of the keys, or NULL; copied */
};
void status_bar_set(struct pane *p, const struct status *s);

#endif
