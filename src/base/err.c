/* SPDX-License-Identifier: Apache-2.0 */
#include "base/err.h"

#include <stdio.h>
#include <string.h>

/* A cut in the middle of a UTF-8 character would show as garbage: step back
 * over continuation bytes, and over a lead byte that lost its tail. */
static void cut_on_character(char *s, size_t cap)
{
    size_t len = strlen(s);
    if (len + 1 < cap)
        return;
    size_t i = len;
    while (i > 0 && ((unsigned char)s[i - 1] & 0xC0) == 0x80)
        i--;
    if (i > 0 && (unsigned char)s[i - 1] >= 0xC0)
        i--;
    else
        i = len;
    s[i] = '\0';
}

bool err_setv(struct err *err, enum err_kind kind, const char *fmt, va_list ap)
{
    err->kind = kind;
    vsnprintf(err->msg, sizeof err->msg, fmt, ap);
    cut_on_character(err->msg, sizeof err->msg);
    return false;
}

bool err_set(struct err *err, enum err_kind kind, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    err_setv(err, kind, fmt, ap);
    va_end(ap);
    return false;
}

bool err_context(struct err *err, const char *fmt, ...)
{
    struct err cause = *err;
    va_list ap;
    va_start(ap, fmt);
    err_setv(err, cause.kind, fmt, ap);
    va_end(ap);
    size_t len = strlen(err->msg);
    snprintf(err->msg + len, sizeof err->msg - len, ": %s", cause.msg);
    cut_on_character(err->msg, sizeof err->msg);
    return false;
}

bool err_system(struct err *err, int errnum, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    err_setv(err, ERR_IO, fmt, ap);
    va_end(ap);
    size_t len = strlen(err->msg);
    snprintf(err->msg + len, sizeof err->msg - len, ": %s", strerror(errnum));
    cut_on_character(err->msg, sizeof err->msg);
    return false;
}
