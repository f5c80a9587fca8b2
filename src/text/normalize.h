/* normalize.h - the composed form of Unicode (NFC), for vocabularies that were
 * trained on it. */
#ifndef TEXT_NORMALIZE_H
#define TEXT_NORMALIZE_H

#include "base/buf.h"
#include "base/str.h"

/* The same text in NFC: itself where it already is, else in `room`. Valid UTF-8
 * in, valid UTF-8 out. */
struct str normalize_nfc(struct str text, struct buf *room);

#endif
