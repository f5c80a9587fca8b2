/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/ui_copy.h"

#include <stdio.h>

#include "base/err.h"
#include "base/file.h"
#include "base/i18n.h"
#include "ui/clipboard.h"
#include "ui/copy.h"
#include "ui/screen.h"
#include "ui/transcript.h"
#include "ui/ui_parts.h"
#include "ui/units.h"

enum { NOTE_MAX = 24 };

/* What the cursor is on: code, or (or else) the whole message. */
static bool take_here(struct ui *u, bool whole, struct buf *out)
{
    size_t block, at;
    if (!chat_pane_cursor(u->frame.chat, &block, &at))
        return false;
    const struct block *b = transcript_block(u->transcript, block);
    if (!whole && b->kind == BLOCK_ANSWER && copy_code_at(b, at, out))
        return true;
    buf_add_str(out, block_text(b));
    return true;
}

/* To the terminal when it takes text and the user lets it; and to a file in any
 * case, for terminals that take it and drop it. */
static void to_clipboard(struct ui *u, struct str text, struct buf *said)
{
    struct buf sequence = {0};
    struct err err;
    char size[UNITS_MAX];
    const char *file = u->copied_path;
    const char *why = NULL;
    if (u->no_clipboard)
        why = _("no-clipboard is set");
    else if (!screen_takes_clipboard(u->screen))
        why = _("this terminal takes no text");
    else if (!clipboard_sequence(text, &sequence))
        why = _("too long for a terminal");
    else
        screen_send(u->screen, buf_str(&sequence));
    bool kept = file && file_replace(file, text.p, text.len, &err);
    units_bytes(size, text.len);
    if (!why)
        buf_printf(said, _("%s copied"), size);
    else if (kept)
        buf_printf(said, _("%s: %s copied to %s"), why, size, file);
    else
        buf_printf(said, _("%s: /copy FILE writes a file"), why);
    buf_clear(&sequence);
}

static bool copy(struct ui *u, enum action a, struct str args, struct buf *said,
                 struct err *err)
{
    struct copy_ask ask;
    struct buf text = {0};
    if (!copy_read(args, &ask, err))
        return false;
    bool here = !ask.code && u->frame.browsing &&
                take_here(u, a == ACTION_COPY_MESSAGE, &text);
    bool ok = here || copy_last(u->transcript, ask.code, &text, err);
    if (ok && ask.path.len)
        ok = copy_to_file(&ask, buf_str(&text), said, err);
    else if (ok)
        to_clipboard(u, buf_str(&text), said);
    buf_clear(&text);
    return ok;
}

bool ui_copy_act(struct ui *u, enum action a, struct str args)
{
    struct buf said = {0};
    struct err err;
    if (a != ACTION_COPY && a != ACTION_COPY_MESSAGE)
        return false;
    if (copy(u, a, args, &said, &err) && said.len > NOTE_MAX) {
        ui_say(u, said.p); /* more than the bottom line has room for */
    } else if (said.len) {
        ui_note(u, buf_str(&said));
    } else {
        ui_complain(u, &err);
    }
    buf_clear(&said);
    return true;
}
