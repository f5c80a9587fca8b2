/* welcome.h - what an empty chat shows: the model, prompts to try, two keys. */
#ifndef UI_WELCOME_H
#define UI_WELCOME_H

#include "base/str.h"
#include "ui/canvas.h"

struct backend_info;

#define WELCOME_PROMPTS 3

struct welcome {
    const struct backend_info *info; /* borrowed */
    struct buf lines;                /* owned; cleaned text above the prompts */
    struct buf prompts[WELCOME_PROMPTS]; /* owned; cleaned */
    int n_prompts;
    int chosen;                      /* the prompt the cursor is on, or -1 */
};

/* greeting (may be NULL): lines that begin with "› " or "> " are prompts to
 * try, the others say what the model is good for. Without prompts, ours are
 * used. */
void welcome_init(struct welcome *w, const struct backend_info *info,
                  const char *greeting);
void welcome_clear(struct welcome *w);
void welcome_choose(struct welcome *w, int step); /* -1 up, 1 down */
/* The chosen prompt, terminated, or NULL. */
const char *welcome_chosen(const struct welcome *w);
void welcome_draw(const struct welcome *w, struct canvas *c, struct rect area);

#endif
