/* SPDX-License-Identifier: Apache-2.0 */
/* mull template: the prompt that a conversation becomes, for looking at a chat
 * format and for comparing it with the original. */
#include "cmd/cmd.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "chat/conversation.h"
#include "cmd/json_lines.h"
#include "cmd/template_line.h"
#include "cmd/text_output.h"
#include "cmd/vocab_file.h"
#include "options.h"
#include "text/template.h"

struct job {
    const struct chat_family *family;
    const struct vocab *vocab; /* NULL: text only */
};

/* --- one JSON object a line ----------------------------------------------- */

static json_t *pack_prompt(const struct job *job, const struct prompt *p,
                           struct err *err)
{
    struct str text = buf_str(&p->text);
    json_t *out = json_pack("{s:s%}", "text", text.p, text.len);
    if (!out) {
        err_set(err, ERR_FORMAT, "the text is not UTF-8");
        return NULL;
    }
    if (job->vocab) {
        json_t *list = json_array();
        for (size_t i = 0; i < p->ids.n; i++)
            json_array_append_new(list, json_integer(p->ids.p[i]));
        json_object_set_new(out, "ids", list);
    }
    return out;
}

static json_t *render_line(void *arg, json_t *in, struct err *err)
{
    const struct job *job = arg;
    struct conversation c = {0};
    struct prompt p = {0};
    enum think_mode think;
    json_t *out = NULL;
    if (template_line(in, &c, &think, err) &&
        chat_render(job->family, job->vocab, &c, think, &p, err))
        out = pack_prompt(job, &p, err);
    prompt_clear(&p);
    conversation_clear(&c);
    return out;
}

/* --- one message, to be read ---------------------------------------------- */

static bool print_message(const struct options *o, const struct job *job,
                          struct err *err)
{
    struct conversation c = {0};
    struct prompt p = {0};
    struct buf text = {0};
    for (int i = 0; i < o->n_args; i++)
        buf_printf(&text, "%s%s", i ? " " : "", o->args[i]);
    conversation_add(&c, ROLE_USER, buf_str(&text));
    bool ok = chat_render(job->family, job->vocab, &c, THINK_DEFAULT, &p, err);
    if (ok) {
        printf("%s\n\n", chat_family_name(job->family));
        text_output(buf_str(&p.text));
        printf("\n");
        if (job->vocab)
            printf("\n%zu tokens:", p.ids.n);
        for (size_t i = 0; i < p.ids.n; i++)
            printf(" %" PRId32, p.ids.p[i]);
        if (job->vocab)
            printf("\n");
    }
    buf_clear(&text);
    prompt_clear(&p);
    conversation_clear(&c);
    return ok;
}

/* --- the command ---------------------------------------------------------- */

static bool find_family(const struct options *o, const struct chat_family **f,
                        struct err *err)
{
    struct buf all = {0};
    *f = o->family ? chat_family_named(o->family) : NULL;
    if (*f || !o->family)
        return true;
    for (size_t i = 0; chat_family_list(i); i++)
        buf_printf(&all, "%s%s", i ? ", " : "", chat_family_list(i));
    err_set(err, ERR_USAGE, "there is no chat family \"%.40s\"; these are: %s",
            o->family, all.p);
    buf_clear(&all);
    return false;
}

static bool render(const struct options *o, const struct job *job,
                   struct err *err)
{
    return o->jsonl ? json_lines(render_line, (void *)job, err)
                    : print_message(o, job, err);
}

bool cmd_template(struct options *o, struct err *err)
{
    struct job job = {0};
    struct vocab_file f;
    char notice[192];
    if (o->jsonl && o->n_args > 0)
        return err_set(err, ERR_USAGE, "with --jsonl the messages come from "
                       "standard input");
    if (!o->jsonl && o->n_args == 0)
        return err_set(err, ERR_USAGE, "template needs --jsonl or a message");
    if (!find_family(o, &job.family, err))
        return false;
    /* A family alone needs no model; a model alone names its family. */
    if (job.family && !o->load.path)
        return render(o, &job, err);
    if (!vocab_file_open(&f, &o->load, err))
        return false;
    job.vocab = f.vocab;
    if (!job.family) {
        job.family = chat_family_detect(&f.gguf, f.vocab, notice,
                                        sizeof notice);
        if (notice[0])
            fprintf(stderr, "mull: %s\n", notice);
    }
    bool ok = render(o, &job, err);
    ok = vocab_file_intact(&f, err) && ok;
    vocab_file_close(&f);
    return ok;
}
