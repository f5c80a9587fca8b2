/* talk.h - the conversation behind a front end: messages, settings, the turn.
 *
 * What the full screen and plain mode have in common apart from how it looks:
 * starts turns and keeps what the model says as messages. Its settings are changed
 * by talk_settings.h, its path by talk_sessions.h, the turn under way by
 * talk_steer.h. */
#ifndef UI_TALK_H
#define UI_TALK_H

#include <stdbool.h>

#include "chat/backend.h"
#include "chat/conversation.h"
#include "ui/keeping.h"

struct err;
struct lookup;
struct preset;
struct presets;

struct talk {
    struct backend *b;          /* borrowed */
    struct conversation c;      /* owned */
    struct turn_options options;/* of the turns to come */
    bool running;               /* DONE or ERROR is still to come */
    bool forget;                /* cleared meanwhile: say nothing of this turn */
    uint32_t turn;
    struct turn_stats stats;    /* of the last turn that ended */
    struct expert_changes experts; /* of the last turn that began */
    struct expert_changes experts_before; /* and of the one before */
    bool only_reads;            /* the turn that runs says nothing */
    uint32_t context_before;    /* tokens in the cache when it began */
    size_t skip;                /* messages of the path that are not sent */
    bool question_waits;        /* one more that did not fit */
    struct talk_turn {          /* which answer came of which turn */
        uint32_t turn, message;
    } *turns;                   /* owned; [n_turns] */
    size_t n_turns;
    uint32_t answer_before;     /* message that was answered otherwise since; 0 */
    bool has_stats;
    const struct presets *presets; /* borrowed, or NULL */
    const struct preset *preset;   /* one of them, or NULL */
    struct turn_options usual;  /* without any */
    struct buf usual_system;    /* owned */
    struct buf system;          /* owned; told before the first message */
    struct keeping keep;        /* where it is kept, if it is */
    struct lookup *lookup;      /* owned, or NULL: a list of chats to come */
};

void talk_init(struct talk *t, struct backend *b, const struct turn_options *o);
/* What is said from now on goes to a session in this folder; or goes on with the
 * session `path`, whose messages are then here (*note: what to say of it). */
void talk_keep(struct talk *t, const char *folder);
/* What the model is told before the first message of each chat; empty: nothing.
 * False: something was said already, so it is for the next chat. */
bool talk_system(struct talk *t, struct str text);
/* What /preset chooses from, which one is in use, and what is without it. */
void talk_presets(struct talk *t, const struct presets *all,
                  const struct preset *now, const struct turn_options *usual,
                  struct str system);
/* The path was changed by other hands: what is known by places on it is not. */
void talk_path_changed(struct talk *t);
bool talk_resume(struct talk *t, const char *path, struct buf *note,
                 struct err *err);
void talk_clear(struct talk *t); /* cancels; frees */
/* The same; false: the end of the chat could not be kept. */
bool talk_close(struct talk *t, struct err *err);

/* Add a message of the user and start the turn. When that fails the message is
 * gone again. Not while a turn runs. */
bool talk_say(struct talk *t, struct str text, struct err *err);
/* For talk_steer.c: start a turn that answers the end of the path, or one that
 * only reads it; the answer that came of a turn, or NULL. */
bool talk_begin(struct talk *t, struct message *question, struct err *err);
bool talk_begin_reading(struct talk *t, struct err *err);
struct message *talk_answer_of(const struct talk *t, uint32_t turn);
/* And the other way: 0 when it came of none. */
uint32_t talk_turn_of(const struct talk *t, const struct message *answer);
/* The path is about to lead to another answer than now. */
void talk_leaves_answer(struct talk *t);

/* Nobody waits for that list any more. */
void talk_forget_lookup(struct talk *t);

/* Answer the last message again, with another seed. */
bool talk_again(struct talk *t, struct err *err);
/* A new, empty conversation; cancels the turn that runs. */
void talk_restart(struct talk *t);

/* Every event, in order. False: it belongs to a conversation that is gone, show
 * nothing of it. */
bool talk_event(struct talk *t, const struct event *ev);

#endif
