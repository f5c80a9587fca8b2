/* SPDX-License-Identifier: Apache-2.0 */
/* The screen in Chinese: wide words stand where narrow ones would. */
#include "config.h"

#include <locale.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/i18n.h"
#include "check.h"
#include "ui/actions.h"
#include "ui/golden.h"
#include "ui/show.h"

#if ENABLE_NLS
/* False: built without catalogs. */
static bool speak_chinese(void)
{
    const char *build = getenv("MULL_BUILD");
    char folder[4096], catalog[4200];
    snprintf(folder, sizeof folder, "%s/locale", build ? build : ".");
    snprintf(catalog, sizeof catalog, "%s/zh_CN/LC_MESSAGES/mull.mo", folder);
    setenv("LANGUAGE", "zh_CN", 1);
    return access(catalog, R_OK) == 0 && setlocale(LC_ALL, "C.UTF-8") &&
           bindtextdomain("mull", folder) && textdomain("mull");
}
#else
static bool speak_chinese(void)
{
    return false;
}
#endif

static void need_chinese(void)
{
    if (!speak_chinese()) {
        print_message("# skipped: no catalog\n");
        skip();
    }
}

static void a_new_chat_greets_in_chinese(void **state)
{
    (void)state;
    need_chinese();
    struct show s = {0};
    open_show(&s, scripted_demo, SHOW(80, 24));
    pty_wait(&s.p, "17 × 23 是多少？");
    pty_wait(&s.p, "F1 帮助");
    expect_golden(&s, "zh-welcome-80x24");
    leave(&s);
    close_show(&s);
}

static void keys_and_commands_are_told_in_chinese(void **state)
{
    (void)state;
    need_chinese();
    struct show s = {0};
    open_show(&s, scripted_demo, SHOW(120, 40));
    pty_wait(&s.p, "F1 帮助");
    pty_send(&s.p, "\033OP"); /* F1 */
    /* A column further on begins where it does beside narrow words. */
    pty_wait(&s.p, "   F2                    折叠或展开最后的思考                 ");
    pty_wait(&s.p, " e                     换个说法重发最后一条消息");
    leave(&s);
    close_show(&s);
}

/* A row that is not marked for translation stays English unseen. */
static void no_key_or_command_is_left_in_english(void **state)
{
    (void)state;
    need_chinese();
    for (size_t i = 0; action_row(i); i++) {
        const char *english = action_row(i)->help;
        if (strcmp(_(english), english) == 0)
            fail_msg("\"%s\" has no Chinese", english);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_chat_greets_in_chinese),
        cmocka_unit_test(no_key_or_command_is_left_in_english),
        cmocka_unit_test(keys_and_commands_are_told_in_chinese),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
