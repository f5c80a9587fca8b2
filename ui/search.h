/* search.h - a pattern of the user's, looked for in the transcript.
 *
 * PCRE2 over the text as it is shown. Smart case: a pattern without capitals
 * finds either. A pattern may take long (nested repetitions do): limits of the
 * matcher and of the clock end it with a sentence instead of a frozen screen. */
#ifndef UI_SEARCH_H
#define UI_SEARCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct err;
struct search;
struct transcript;

enum search_where { SEARCH_ALL, SEARCH_THOUGHTS, SEARCH_ANSWERS };

#define SEARCH_HITS_MAX 20000

struct hit {
    uint32_t block, at, len;
};

/* ERR_USAGE says what is wrong with the pattern, and where. */
struct search *search_new(struct str pattern, struct err *err);
void search_free(struct search *s); /* NULL is fine */

/* Looks through all of it, where nothing was looked through since it changed.
 * ERR_LIMIT: "pattern too complex"; what was found until then is there. */
bool search_run(struct search *s, const struct transcript *t,
                enum search_where where, struct err *err);

uint32_t search_count(const struct search *s);
bool search_is_cut(const struct search *s); /* there are more than these */
const struct hit *search_hit(const struct search *s, uint32_t i);
/* The first hit at or after a place; search_count when there is none. */
uint32_t search_from(const struct search *s, uint32_t block, uint32_t at);
/* "12 in thoughts, 3 in answers" */
#define SEARCH_TEXT_MAX 96
const char *search_text(const struct search *s, char text[SEARCH_TEXT_MAX]);

#endif
