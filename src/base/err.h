/* err.h - why something failed, for code and for people.
 *
 * A function that can fail returns false (or NULL) and fills the struct err
 * that its caller owns. The bottom says what happened, the level above says to
 * which thing; whoever shows the message makes it safe for a terminal
 * (sanitize.h), because names from files may stand in it. */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include <stdarg.h>
#include <stdbool.h>

enum err_kind {
    ERR_NONE,
    ERR_IO,          /* the system refused: open, read, write, map */
    ERR_FORMAT,      /* the bytes are not what they claim to be */
    ERR_UNSUPPORTED, /* well formed, but not something we can run */
    ERR_MEMORY,      /* a large allocation failed; the user can choose less */
    ERR_LIMIT,       /* the request does not fit: context full, text too long */
    ERR_CANCELLED,   /* the user said stop */
    ERR_MODEL,       /* the model computed nonsense (NaN) */
    ERR_USAGE,       /* the command line or a setting is wrong */
};

struct err {
    enum err_kind kind;
    char msg[240]; /* no allocation, so failing cannot fail */
};

/* Both return false, so that a refusal is one line. The message is cut, never
 * overrun, and cut on a character. */
bool err_set(struct err *err, enum err_kind kind, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
bool err_setv(struct err *err, enum err_kind kind, const char *fmt, va_list ap)
    __attribute__((format(printf, 3, 0)));

/* "context: cause". The kind stays. */
bool err_context(struct err *err, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* err_set with the system's words for `errnum` behind the message. */
bool err_system(struct err *err, int errnum, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

#endif
