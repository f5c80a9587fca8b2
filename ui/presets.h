/* presets.h - named bundles of what the model is told and how it answers.
 *
 *   # a comment, on a line of its own
 *   [coder]
 *   system = You write C11.
 *   system = Answer with code first.     another line of the same
 *   thinking = off
 *   temp = 0.2
 *
 * Keys: system, thinking (on or off), and those of /set: temp, top-k, top-p,
 * min-p, repeat-penalty, seed, max-tokens, think-budget. A preset of a later text
 * takes the place of one of the same name in an earlier. */
#ifndef UI_PRESETS_H
#define UI_PRESETS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/str.h"

struct err;

enum { PRESET_NAME_MAX = 40, PRESETS_MAX = 200 };

struct preset_value {
    char *key, *value;     /* owned; of /set, known to be good */
};

struct preset {
    char *name;            /* owned */
    struct buf system;     /* owned */
    bool has_system;       /* an empty one tells the model nothing */
    enum { PRESET_AS_IT_IS, PRESET_THINKS, PRESET_ANSWERS } thinking;
    struct preset_value *values; /* owned; [n] */
    size_t n;
    size_t text;           /* which of the texts it came from */
};

struct presets {
    struct preset *list;   /* owned; [n] */
    size_t n;
    size_t texts;          /* read so far */
};

/* Errors begin with line and column; what was read until then is there. */
bool presets_read(struct presets *p, struct str text, struct err *err);
void presets_clear(struct presets *p);

/* ERR_USAGE with the nearest name when there is none of it. p may be NULL. */
const struct preset *presets_find(const struct presets *p, struct str name,
                                  struct err *err);
bool preset_names(const struct preset *p, const char *key); /* one of /set */
/* "temp 0.2, answers without thinking, system: You write C11." */
void preset_text(const struct preset *p, struct buf *out);

/* Some that are always there. */
extern const char presets_builtin[];

#endif
