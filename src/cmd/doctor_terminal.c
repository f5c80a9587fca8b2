/* SPDX-License-Identifier: Apache-2.0 */
/* The terminal and the locale: what the full screen can show. */
#include "cmd/doctor.h"

#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/i18n.h"
#include "ui/screen.h"
#include "ui/terminal_ask.h"

static const char *said_by_environment(const char *const names[], const char **name)
{
    for (size_t i = 0; names[i]; i++) {
        const char *value = getenv(names[i]);
        if (value && *value) {
            *name = names[i];
            return value;
        }
    }
    return NULL;
}

static void kind(struct doctor *d, const struct screen_facts *f)
{
    const char *term = getenv("TERM");
    if (!term || !*term) {
        doctor_say(d, DOCTOR_WARN, "terminal", _("TERM is not set: plain lines only"));
        doctor_next(d, _("export TERM=xterm-256color, or what your terminal is called"));
    } else if (!f->known) {
        doctor_say(d, DOCTOR_WARN, "terminal",
                   _("%s is not in the terminfo database: plain lines only"), term);
        doctor_next(d, _("install ncurses-term, or export TERM=xterm-256color"));
    } else if (!f->moves) {
        doctor_say(d, DOCTOR_WARN, "terminal",
                   _("%s cannot move the cursor: plain lines only"), term);
        doctor_next(d, _("export TERM=xterm-256color where the terminal can do more"));
    } else {
        doctor_say(d, DOCTOR_OK, "terminal", _("%s: the full screen works"), term);
    }
}

static void colours(struct doctor *d, const struct screen_facts *f)
{
    const char *no = getenv("NO_COLOR");
    if (no && *no)
        doctor_say(d, DOCTOR_OK, "colours", _("none: NO_COLOR is set"));
    else if (f->colors >= 256)
        doctor_say(d, DOCTOR_OK, "colours", _("%d"), f->colors);
    else if (f->colors >= 8)
        doctor_say(d, DOCTOR_OK, "colours",
                   _("%d: the map of experts has fewer shades"), f->colors);
    else
        doctor_say(d, DOCTOR_OK, "colours", _("none: attributes stand for them"));
}

static void size(struct doctor *d)
{
    int columns, rows;
    if (!terminal_size(STDOUT_FILENO, &columns, &rows))
        return;
    if (columns >= 60 && rows >= 12) {
        doctor_say(d, DOCTOR_OK, "size", _("%d columns, %d lines"), columns, rows);
    } else {
        doctor_say(d, DOCTOR_WARN, "size",
                   _("%d columns, %d lines: too small for the gauges"), columns, rows);
        doctor_next(d, _("from 60 x 12 on there is a status line, from 100 columns on "
                         "there are panes"));
    }
}

static void synchronized(struct doctor *d)
{
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
        doctor_say(d, DOCTOR_OK, "synchronized",
                   _("not asked: this is no terminal"));
        return;
    }
    switch (terminal_synchronized(STDIN_FILENO, STDOUT_FILENO, 400)) {
    case TERMINAL_YES:
        doctor_say(d, DOCTOR_OK, "synchronized", _("whole frames at once"));
        break;
    case TERMINAL_NO:
        doctor_say(d, DOCTOR_OK, "synchronized",
                   _("no: a frame may be seen while it is drawn"));
        break;
    case TERMINAL_SILENT:
        doctor_say(d, DOCTOR_OK, "synchronized",
                   _("not known: the terminal does not answer"));
        break;
    }
}

static void locale(struct doctor *d)
{
    static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG", NULL};
    const char *name = "LANG", *value = said_by_environment(names, &name);
    const char *code = nl_langinfo(CODESET);
    if (value && !setlocale(LC_CTYPE, "")) {
        doctor_say(d, DOCTOR_WARN, "locale",
                   _("%s=%s is not installed: ASCII only"), name, value);
        doctor_next(d, _("export LC_ALL=C.UTF-8, or install that locale"));
    } else if (strcmp(code, "UTF-8") != 0) {
        doctor_say(d, DOCTOR_WARN, "locale", _("%s, characters in %s: ASCII only"),
                   value ? value : "C", code);
        doctor_next(d, _("export LC_ALL=C.UTF-8"));
    } else {
        doctor_say(d, DOCTOR_OK, "locale", _("%s, characters in UTF-8"),
                   value ? value : "C");
    }
}

void doctor_terminal(struct doctor *d)
{
    struct screen_facts facts;
    screen_facts_read(&facts);
    kind(d, &facts);
    colours(d, &facts);
    size(d);
    synchronized(d);
    locale(d);
}
