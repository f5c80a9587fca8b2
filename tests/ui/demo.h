/* demo.h - scripts for the full screen, and how one gets to the middle of the demo. */
#ifndef TESTS_UI_DEMO_H
#define TESTS_UI_DEMO_H

#include "ui/show.h"

/* A turn that waits in its thought, one that echoes, one that fails, one more. */
static const struct script_step turns[] = {
    {SCRIPT_READ, NULL, 10}, {SCRIPT_THINK, "first I think", 0},
    {SCRIPT_WAIT, NULL, 0},  {SCRIPT_SAY, "answer one", 0},
    {SCRIPT_DONE, NULL, 0},  {SCRIPT_ECHO, NULL, 0},
    {SCRIPT_DONE, NULL, 0},  {SCRIPT_SAY, "before it broke", 0},
    {SCRIPT_FAIL, "the model computed nonsense", 0},
    {SCRIPT_ECHO, NULL, 0},  {SCRIPT_DONE, NULL, 0},
    {SCRIPT_END, NULL, 0},
};

static const char *const asked[] = {"Is 391 prime?",
                                    "3 boxes of 12 apples, 5 are bad.",
                                    "Make 24 from 3, 8, 8 and 9."};
static const char *const answered[] = {"so it has divisors", "36 − 5 = 31",
                                       "once each."};

/* The demo up to the middle of its third thought, where it waits. Every turn is
 * waited for, or the next question would be queued. */
static inline void play_demo(struct show *s, int width, int height)
{
    s->o = (struct ui_options){.greeting = "This model plays a script.\n"};
    open_show(s, scripted_demo, SHOW(width, height));
    for (int i = 0; i < 3; i++) {
        pty_wait(&s->p, i == 0 ? " ›" : answered[i - 1]);
        pty_send(&s->p, asked[i]);
        pty_send(&s->p, "\r");
    }
    pty_wait(&s->p, answered[2]);
}

#endif
