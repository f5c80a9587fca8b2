/* chat_parts.h - the pane of the chat from inside: for chat_pane.c and chat_move.c. */
#ifndef UI_CHAT_PARTS_H
#define UI_CHAT_PARTS_H

#include "ui/chat_view.h"
#include "ui/pane.h"
#include "ui/welcome.h"

struct glass;
struct transcript;

struct chat_pane {
    struct pane pane; /* first, so that a pane is a chat_pane */
    struct transcript *t;
    struct glass *glass;     /* borrowed, or NULL */
    struct chat_view view;
    struct welcome welcome;
    struct place cursor;     /* while browsing */
    bool browsing;           /* as of the last draw */
    size_t n_blocks;         /* as of the last draw */
};

#endif
