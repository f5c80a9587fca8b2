/* SPDX-License-Identifier: Apache-2.0 */
/* The model that a chat would open: is it there, does it run, does it fit? */
#include "cmd/doctor.h"

#include "base/err.h"
#include "base/i18n.h"
#include "engine/context.h"
#include "engine/plan.h"
#include "gguf/gguf.h"
#include "options.h"
#include "text/vocab.h"
#include "ui/units.h"

static void fit(struct doctor *d, const struct options *o, const struct gguf *g,
                const char *name)
{
    struct plan p;
    struct err err;
    char tokens[UNITS_MAX], all[UNITS_MAX];
    struct vocab *v = NULL;
    bool read = plan_make(&p, g, &o->load, &o->engine, context_memory_free(),
                          &err) &&
                (v = vocab_open(g, &err)) != NULL;
    if (!gguf_intact(g, &err) || !read) {
        doctor_say(d, DOCTOR_FAIL, "model", "%s: %s", name, err.msg);
        doctor_next(d, _("mull inspect says what is in the file; choose another one"));
    } else if (p.context == 0) {
        doctor_say(d, DOCTOR_FAIL, "model", "%s: %s", name, p.why_not.msg);
        doctor_next(d, _("mull plan says which context fits"));
    } else {
        bool in_memory = plan_in_memory(&p, p.context);
        doctor_say(d, in_memory ? DOCTOR_OK : DOCTOR_WARN, "model",
                   _("%s: runs with %s tokens of context, %s of memory"), name,
                   units_count(tokens, p.context),
                   units_bytes(all, plan_total(&p, p.context)));
        if (!in_memory)
            doctor_next(d, _("that is more than is free: it runs at the speed of the "
                             "disk"));
    }
    vocab_free(v);
}

void doctor_model(struct doctor *d, const struct options *o)
{
    struct gguf g;
    struct err err;
    const char *name = o->load.path ? o->load.path : _("the built-in one");
    bool ok = o->load.path
                  ? gguf_open(&g, o->load.path, &err)
                  : gguf_open_memory(&g, o->load.builtin, o->load.builtin_size,
                                     &err);
    if (!ok) {
        doctor_say(d, DOCTOR_FAIL, "model", "%s", err.msg);
        doctor_next(d, _("-m, MULL_MODEL or \"model =\" name it; builtin is the one "
                         "inside mull"));
        return;
    }
    fit(d, o, &g, name);
    gguf_close(&g);
}
