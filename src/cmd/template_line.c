/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/template_line.h"

#include "base/err.h"
#include "base/str.h"

#define MAX_MESSAGES 100000

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

bool template_line(json_t *in, struct conversation *c, enum think_mode *think,
                   struct err *err)
{
    return read_messages(json_object_get(in, "messages"), c, err) &&
           read_think(json_object_get(in, "options"), think, err);
}
