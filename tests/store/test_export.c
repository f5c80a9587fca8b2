/* SPDX-License-Identifier: Apache-2.0 */
#include "store/export.h"

#include "check.h"

#include "base/buf.h"
#include "chat/conversation.h"
#include "store/foreign.h"

/* Two turns; the second was interrupted in its thought. */
static struct conversation chat(void)
{
    struct conversation c = {0};
    conversation_add(&c, ROLE_SYSTEM, str_of("be brief"));
    conversation_add(&c, ROLE_USER, str_of("1 < 2 & \"so\"?"));
    struct message *m = conversation_add(&c, ROLE_ASSISTANT,
                                         str_of("\n\n```\na\n\nb\n```\nyes"));
    buf_puts(&m->thought, "hm\n```\n</DETAILS><b>");
    m->has_stats = true;
    m->stats.think_tokens = 7;
    m->stats.think_ms = 1849;
    buf_puts(&m->experts, "without 1:3");
    conversation_add(&c, ROLE_USER, str_of("\x1b[31mred\xE2\x80\xAE"));
    m = conversation_add(&c, ROLE_ASSISTANT, str_of(""));
    buf_puts(&m->thought, "cut");
    m->interrupted = m->thought_open = true;
    return c;
}

static struct buf exported(enum export_form form)
{
    struct conversation c = chat();
    struct buf out = {0};
    export_conversation(&c, "a <title>\n", form, &out);
    conversation_clear(&c);
    return out;
}

static void markdown_is_as_it_was_said_with_folds(void **state)
{
    (void)state;
    struct buf out = exported(EXPORT_MD);
    assert_string_equal(out.p,
        "# a <title> \n\n**System**\n\nbe brief\n\n**You**\n\n1 < 2 & \"so\"?\n\n"
        "<details><summary>thought 1.8 s \xC2\xB7 7 tokens</summary>\n\n"
        "hm\n```\n&lt;/DETAILS><b>\n\n</details>\n\n```\na\n\nb\n```\nyes\n\n"
        "*modified: without 1:3*\n\n"
        "**You**\n\n\xEF\xBF\xBD[31mred\n\n"
        "<details><summary>thought \xC2\xB7 interrupted</summary>\n\ncut\n\n"
        "</details>\n\n*interrupted*\n");
    buf_clear(&out);
}

static void html_escapes_all_that_was_said(void **state)
{
    (void)state;
    struct buf out = exported(EXPORT_HTML);
    assert_non_null(strstr(out.p, "<title>a &lt;title&gt; </title>"));
    assert_non_null(strstr(out.p, "<div class=\"text user\">1 &lt; 2 &amp; "
                                  "&quot;so&quot;?</div>"));
    assert_non_null(strstr(out.p, "<pre>a\n\nb</pre>\n<div class=\"text answer\">"
                                  "yes</div>"));
    assert_non_null(strstr(out.p, "&lt;/DETAILS&gt;&lt;b&gt;"));
    assert_non_null(strstr(out.p, "<div class=\"note\">modified: without 1:3</div>"));
    assert_null(strstr(out.p, "<script"));
    assert_null(strchr(out.p, '\033'));
    size_t opened = 0, closed = 0;
    for (const char *p = out.p; (p = strstr(p, "<details>")); p++)
        opened++;
    for (const char *p = out.p; (p = strstr(p, "</details>")); p++)
        closed++;
    assert_int_equal(opened, 2);
    assert_int_equal(closed, 2);
    buf_clear(&out);
}

static void json_is_read_back_as_it_was(void **state)
{
    (void)state;
    struct conversation c = chat(), back = {0};
    struct buf out = {0}, note = {0};
    struct err err;
    for (int plain = 0; plain < 2; plain++) {
        buf_reset(&out);
        if (plain)
            export_plain_json(&c, &out);
        else
            export_conversation(&c, "", EXPORT_JSON, &out);
        CHECK_OK(foreign_read(&back, buf_str(&out), &note, &err), &err);
        assert_int_equal(back.n, c.n);
        for (size_t i = 0; i < c.n; i++) {
            assert_int_equal(back.messages[i]->role, c.messages[i]->role);
            assert_true(str_eq(buf_str(&back.messages[i]->text),
                               buf_str(&c.messages[i]->text)));
            assert_true(str_eq(buf_str(&back.messages[i]->thought),
                               buf_str(&c.messages[i]->thought)));
        }
        conversation_clear(&back);
    }
    assert_int_equal(note.len, 0);
    conversation_clear(&c);
    buf_clear(&out);
}

static void forms_are_known_by_their_names(void **state)
{
    (void)state;
    enum export_form form;
    for (int i = EXPORT_MD; i <= EXPORT_HTML; i++) {
        assert_true(export_form_parse(str_of(export_form_name((enum export_form)i)),
                                      &form));
        assert_int_equal(form, i);
    }
    assert_false(export_form_parse(str_of("pdf"), &form));
    assert_false(export_form_parse(str_of(""), &form));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(markdown_is_as_it_was_said_with_folds),
        cmocka_unit_test(html_escapes_all_that_was_said),
        cmocka_unit_test(json_is_read_back_as_it_was),
        cmocka_unit_test(forms_are_known_by_their_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
