/* sanitize.h - text from outside, made safe for a terminal.
 *
 * Model output, file names, metadata, error bodies, pastes: everything that we
 * did not write passes here before any terminal sees it, in the full screen and
 * in plain mode alike. Kept: printable characters, TAB, LF. Shown as U+FFFD, so
 * that one sees something was there: every other C0 and C1 control, DEL, bytes
 * that are not UTF-8, non-characters, unassigned code points. Dropped, because
 * nobody was meant to see them: bidirectional controls, zero-width and tag
 * characters, joiners and variation selectors that do not belong to an emoji,
 * and combining marks past the fourth on one base. CR LF becomes LF, a lone CR
 * becomes LF, U+2028/9 become LF. The stored text stays raw; this is for
 * showing. */
#ifndef BASE_SANITIZE_H
#define BASE_SANITIZE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

/* What must survive between two pieces of one stream. Zero it to begin. The
 * same text gives the same result however it is cut into pieces. */
struct sanitizer {
    char held[4];          /* beginning of a character not complete yet */
    uint8_t held_len;
    uint8_t marks;         /* combining marks on the current base */
    uint8_t joins;         /* emoji joined to the current one by ZWJ */
    bool base_is_emoji;    /* ZWJ and variation selectors may follow */
    bool after_cr;
    bool zwj_pending;      /* a ZWJ waits for an emoji to join */
    uint32_t removed;      /* how many were dropped or replaced so far */
};

void sanitize_feed(struct sanitizer *s, struct str in, struct buf *out);
void sanitize_end(struct sanitizer *s, struct buf *out); /* flush a cut tail */

/* One piece of text, whole. `one_line`: TAB and LF become spaces as well, for
 * titles, names and status lines. */
void sanitize_text(struct str in, bool one_line, struct buf *out);

#endif
