/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/cmd.h"

#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/log.h"
#include "cmd/session_place.h"
#include "engine/engine.h"
#include "engine/load.h"
#include "options.h"
#include "paths.h"
#include "preset_file.h"
#include "ui/inline.h"
#include "ui/presets.h"
#include "ui/ui.h"

#define TURNS_MAX (256u << 10) /* bytes of the list of turns */

/* An empty chat teaches: what this model is, and what to ask it. Lines that
 * begin with the prompt mark are there to be tried. */
static const char builtin_greeting[] =
    N_("This is mull's own model: 8 million parameters, trained by this package "
    "on two CPU cores. It thinks aloud about sums, puzzles, words, units and "
    "dates, in English and Chinese; it is often right, not always, and says so "
    "when something is beyond it. mull -m FILE opens another model.\n"
    "\n"
    "› What is 391 + 2748?\n"
    "› Make 31 from 3, 7 and 8.\n"
    "› Which is larger, 9.9 or 9.11?\n");

static const char file_greeting[] =
    N_("Ask it anything. It runs on this machine alone.\n"
    "\n"
    "› Explain in two sentences why the sky is blue.\n"
    "› Write three lines about a lighthouse at night.\n"
    "› What is the difference between a list and a set?\n");

/* Log and history of the input, in a folder of our own. Where none can be made
 * (no home, a full disk) the chat goes on without. */
struct state_files {
    struct buf log, history, copied;
    struct buf sessions, resume, unkept;
};

static void state_files_open(struct state_files *s, struct options *o)
{
    struct err ignored;

    if (path_make(PATH_STATE, "history", &s->history, &ignored))
        o->ui.history_path = s->history.p;
    if (path_make(PATH_STATE, "copied", &s->copied, &ignored))
        o->ui.copied_path = s->copied.p;
    if (path_make(PATH_STATE, "mull.log", &s->log, &ignored) &&
        log_open(s->log.p, o->verbose ? LOG_DEBUG : LOG_INFO, &ignored))
        o->ui.log_path = s->log.p;
}

static void state_files_close(struct state_files *s)
{
    log_close();
    buf_clear(&s->log);
    buf_clear(&s->history);
    buf_clear(&s->copied);
    buf_clear(&s->sessions);
    buf_clear(&s->resume);
    buf_clear(&s->unkept);
}

/* Where the chat is kept. That it cannot be is no reason not to chat, but worth a
 * word; that the one asked for is not there is a reason. */
static bool find_session(struct state_files *s, struct options *o,
                         struct err *err)
{
    struct err why;
    bool named = o->session || o->resume_last;
    if (named && o->no_session)
        return err_set(err, ERR_USAGE, _("--no-session keeps nothing: there is "
                       "nothing to go on with"));
    if (named && !session_named(o->session, &s->resume, err))
        return false;
    o->ui.resume = named ? s->resume.p : NULL;
    if (o->no_session)
        return true;
    if (session_folder(true, &s->sessions, &why)) {
        o->ui.sessions = s->sessions.p;
    } else {
        buf_printf(&s->unkept, _("this chat is not kept: %s"), why.msg);
        o->ui.news = s->unkept.p;
    }
    return true;
}

/* The user's own list of words that turn a thought, where there is one. */
static bool read_turns(struct buf *out, struct options *o, struct err *err)
{
    struct buf path = {0};
    bool ok = true;
    if (path_find(PATH_CONFIG, "turns", &path) && access(path.p, F_OK) == 0) {
        ok = file_read(path.p, TURNS_MAX, out, err) || file_context(err, path.p);
        buf_puts(out, ""); /* an empty list is one too */
        o->ui.turns = out->p;
    }
    buf_clear(&path);
    return ok;
}

/* Before the model, which may take long to open. */
static bool read_presets(struct presets *p, const struct options *o,
                         struct err *err)
{
    return preset_files_read(p, err) &&
           (!o->preset[0] || presets_find(p, str_of(o->preset), err));
}

enum face { FACE_LINES, FACE_INLINE, FACE_SCREEN };

/* Where there is no terminal for it, lines do. */
static enum face choose_face(const struct options *o)
{
    if (o->plain || !ui_possible())
        return FACE_LINES;
    return o->in_line ? FACE_INLINE : FACE_SCREEN;
}

static bool talk(struct backend *b, struct options *o,
                 const struct presets *presets, enum face face, struct err *err)
{
    struct expert_shape shape = experts_shape(&b->info);
    if (!experts_check(&o->ui.turn.experts, &shape, err))
        return false;
    if (!preset_options(o, presets, &b->info.sampling, err))
        return false;
    o->ui.greeting = o->load.path ? _(file_greeting) : _(builtin_greeting);
    switch (face) {
    case FACE_SCREEN:
        return ui_run(b, &o->ui, err);
    case FACE_INLINE:
        return inline_run(b, &o->ui, err);
    case FACE_LINES:
        break;
    }
    return plain_run(b, &o->ui, stdin, stdout, stderr, err);
}

/* mull -m FILE run: without a command before them options are those of chat, which
 * takes no words. */
static bool no_words(const struct options *o, struct err *err)
{
    if (o->n_args > 0 && cmd_find(o->args[0]))
        return err_set(err, ERR_USAGE, _("the command comes first: mull %s, then its "
                       "options"), o->args[0]);
    return options_want_args(o, 0, 0, "", err);
}

bool cmd_chat(struct options *o, struct err *err)
{
    struct state_files state = {0};
    struct buf turns = {0};
    struct presets presets = {0};
    struct loaded_model m;
    enum face face = choose_face(o);
    bool ok = false;

    if (!no_words(o, err))
        return false;
    /* A pipe asks one question and leaves no trace, unless it wants one. */
    if (face != FACE_LINES || o->verbose)
        state_files_open(&state, o);
    if ((face != FACE_LINES || isatty(STDIN_FILENO) || o->session || o->resume_last) &&
        !find_session(&state, o, err)) {
        state_files_close(&state);
        return false;
    }
    if (read_turns(&turns, o, err) && read_presets(&presets, o, err) &&
        loaded_model_open(&m, &o->load, err)) {
        struct backend *b = engine_open(&m, &o->engine, err);
        if (b)
            ok = talk(b, o, &presets, face, err);
        struct err unsaved;
        if (b && !engine_save(b, ok ? err : &unsaved))
            ok = false;
        backend_close(b);
        loaded_model_close(&m);
    }
    buf_clear(&turns);
    presets_clear(&presets);
    state_files_close(&state);
    return ok;
}
