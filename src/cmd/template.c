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
#include "cmd/text_output.h"
#include "cmd/vocab_file.h"
#include "options.h"
#include "text/template.h"

#define MAX_MESSAGES 100000

struct job {
    const struct chat_family *family;
    const struct vocab *vocab; /* NULL: text only */
};

/* --- one JSON object a line ---------------------------------------------------- */

static struct str string_of(json_t *s)
{
    return str_n(json_string_value(s), json_string_length(s));
}

static bool read_message(json_t *in, struct conversation *c, struct err *err)
{
    json_t *name = json_object_get(in, "role");
    json_t *content = json_object_get(in, "content");
    json_t *thought = json_object_get(in, "reasoning_content");
    enum role role;
    if (!json_is_string(name))
        return err_set(err, ERR_FORMAT, "it has no \"role\"");
    if (!role_parse(string_of(name), &role))
        return err_set(err, ERR_UNSUPPORTED,
                       "the role \"%.40s\" (system, user and assistant are "
                       "known)", json_string_value(name));
    if (!json_is_string(content))
        return err_set(err, ERR_FORMAT, "its \"content\" is not a string");
    struct message *m = conversation_add(c, role, string_of(content));
    if (json_is_string(thought))
        buf_add_str(&m->thought, string_of(thought));
    return true;
}

static bool read_messages(json_t *list, struct conversation *c, struct err *err)
{
    size_t i;
    json_t *m;
    if (!json_is_array(list))
        return err_set(err, ERR_FORMAT, "it has no list \"messages\"");
    if (json_array_size(list) > MAX_MESSAGES)
        return err_set(err, ERR_LIMIT, "more than %d messages", MAX_MESSAGES);
    json_array_foreach(list, i, m) {
        if (!read_message(m, c, err))
            return err_context(err, "message %zu", i + 1);
    }
    return true;
}

/* Both names are in use; what else stands among the options concerns tools. */
static bool read_think(json_t *options, enum think_mode *think, struct err *err)
{
    json_t *on = json_object_get(options, "thinking");
    if (!on)
        on = json_object_get(options, "enable_thinking");
    *think = THINK_DEFAULT;
    if (!on)
        return true;
    if (!json_is_boolean(on))
        return err_set(err, ERR_FORMAT, "\"thinking\" is not true or false");
    *think = json_is_true(on) ? THINK_ON : THINK_OFF;
    return true;
}

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
    if (read_messages(json_object_get(in, "messages"), &c, err) &&
        read_think(json_object_get(in, "options"), &think, err) &&
        chat_render(job->family, job->vocab, &c, think, &p, err))
        out = pack_prompt(job, &p, err);
    prompt_clear(&p);
    conversation_clear(&c);
    return out;
}

/* --- one message, to be read ------------------------------------------------------ */

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

/* --- the command ------------------------------------------------------------------ */

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
    vocab_file_close(&f);
    return ok;
}
