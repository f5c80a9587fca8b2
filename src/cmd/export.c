/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/cmd.h"

#include <stdio.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "base/file_out.h"
#include "base/i18n.h"
#include "chat/conversation.h"
#include "cmd/trace_open.h"
#include "options.h"
#include "store/export.h"
#include "ui/plain_text.h"

static bool write_file(const char *path, const struct buf *out, struct err *err)
{
    struct file_out f;
    return (file_out_open(&f, path, out->len, err) &&
            (file_out_write(&f, out->p, out->len, err) ||
             (file_out_abandon(&f), false)) &&
            file_out_commit(&f, err)) ||
           file_context(err, path);
}

bool cmd_export(struct options *o, struct err *err)
{
    struct conversation c = {0};
    struct buf title = {0}, note = {0}, out = {0};
    enum export_form form = EXPORT_MD;
    if (!options_want_args(o, 1, 1, _("the chat or file to export"), err))
        return false;
    if (o->to && !export_form_parse(str_of(o->to), &form))
        return err_set(err, ERR_USAGE, _("--to: \"%.40s\" is not one of md, json, "
                       "html"), o->to);
    bool ok = trace_open(o->args[0], &c, &title, &note, err);
    if (ok)
        export_conversation(&c, title.p ? title.p : "", form, &out);
    if (ok && note.len)
        plain_text_line(stderr, "mull: ", note.p);
    if (ok && o->output)
        ok = write_file(o->output, &out, err);
    else if (ok)
        fwrite(out.p, 1, out.len, stdout); /* main sees whether it arrived */
    conversation_clear(&c);
    buf_clear(&title);
    buf_clear(&note);
    buf_clear(&out);
    return ok;
}
