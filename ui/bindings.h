/* bindings.h - which key does what, where the user has chosen otherwise.
 *
 * The table of actions has the defaults; here stand the differences from it, as
 * mullrc says them:
 *
 *   key.F8 = fold          while typing
 *   browse.Ctrl-N = line-down
 *   browse.x = none        a key that shall do nothing
 *
 * Keys that belong to the line one types are refused: nothing takes readline's
 * keys away. A choice that is the default is no difference and takes no room. */
#ifndef UI_BINDINGS_H
#define UI_BINDINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "ui/actions.h"

struct buf;
struct err;

enum { BINDINGS_MAX = 128, BINDING_KEY = 24 };

struct bindings {
    struct {
        char key[BINDING_KEY];
        bool browsing;
        uint8_t action;      /* ACTION_NONE: it does nothing */
    } own[BINDINGS_MAX];
    size_t n;
};

/* ERR_USAGE for what is no key, and for a key that cannot be had. */
bool bindings_set(struct bindings *b, bool browsing, struct str key,
                  enum action action, struct err *err);
/* As the table has it again. */
void bindings_reset(struct bindings *b, bool browsing, struct str key);

/* b may be NULL: the defaults. */
enum action bindings_action(const struct bindings *b, struct str key,
                            bool browsing);
/* While browsing: whether the key is the first of two, as z in "za". */
bool bindings_begins(const struct bindings *b, struct str key);
/* The keys of an action, blank between them, appended; none: nothing. */
void bindings_keys(const struct bindings *b, enum action a, bool browsing,
                   struct buf *out);

/* "fold", "line-up": what an action is called in mullrc. */
const char *bindings_name(enum action a);
/* The action of that name ("none": ACTION_NONE), or ERR_USAGE with the nearest. */
bool bindings_find(struct str name, enum action *out, struct err *err);
/* Whether that is the name of a key, or ERR_USAGE. */
bool bindings_key_known(struct str key, bool browsing, struct err *err);

#endif
