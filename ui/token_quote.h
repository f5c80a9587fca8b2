/* token_quote.h - a token's bytes as they may be shown: "17", " the", "\n". */
#ifndef UI_TOKEN_QUOTE_H
#define UI_TOKEN_QUOTE_H

#include "base/str.h"

#define TOKEN_QUOTE_MAX 80

/* In quotes, on one line, safe for a terminal; half a character as \xE4. */
const char *token_quote(struct str bytes, char out[TOKEN_QUOTE_MAX]);

#endif
