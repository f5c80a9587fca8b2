/* SPDX-License-Identifier: Apache-2.0 */
/* What a model says, laid out as Markdown while it comes: tables, formulas, code.
 * The first two bytes choose width and pieces; in the end it must be as if it had
 * come at once. */
#include "fuzz/fuzz.h"

#include "base/sanitize.h"
#include "base/utf8.h"
#include "ui/markdown.h"
#include "ui/rows.h"
#include "ui/tex.h"

static void lay(struct rows *r, struct str text, int columns, bool open)
{
    struct md_how how = {.columns = columns, .open = open};
    if (!r->md)
        r->md = md_new();
    md_update(r->md, r, text, &how);
}

static void check_rows(struct rows *r, struct str text)
{
    for (size_t i = 0; i < r->n; i++) {
        struct md_row row;
        FUZZ_CHECK(r->starts[i] <= text.len);
        FUZZ_CHECK(i == 0 || r->starts[i] >= r->starts[i - 1]);
        md_row(r->md, text, i, &row);
        FUZZ_CHECK(row.from <= row.to && row.to <= row.body->text.len);
        FUZZ_CHECK(utf8_valid(str_n(row.body->text.p ? row.body->text.p : "",
                                row.body->text.len)));
        for (uint32_t k = 0; k < row.body->n; k++)
            FUZZ_CHECK(row.body->runs[k].src + row.body->runs[k].src_len <=
                   text.len);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2 || size > 20000)
        return 0;
    int columns = 1 + data[0] % 100;
    size_t piece = 1 + data[1] % 64;
    struct buf text = {0}, formula = {0};
    struct rows grown = {0}, whole = {0};
    sanitize_text(str_n((const char *)data + 2, size - 2), false, &text);
    buf_puts(&text, "");
    for (size_t at = 0; at < text.len; at += piece)
        if (utf8_open_tail(str_n(text.p, at)) == 0)
            lay(&grown, str_n(text.p, at), columns, true);
    lay(&grown, buf_str(&text), columns, false);
    lay(&whole, buf_str(&text), columns, false);
    FUZZ_CHECK(grown.n == whole.n);
    for (size_t i = 0; i < whole.n; i++)
        FUZZ_CHECK(grown.starts[i] == whole.starts[i]);
    check_rows(&grown, buf_str(&text));
    if (tex_text(buf_str(&text), &formula))
        FUZZ_CHECK(utf8_valid(buf_str(&formula)) && formula.len < 20 * TEX_MAX);
    rows_clear(&grown);
    rows_clear(&whole);
    buf_clear(&text);
    buf_clear(&formula);
    return 0;
}
