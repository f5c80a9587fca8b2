/* SPDX-License-Identifier: Apache-2.0 */
#include "store/foreign_parts.h"

#include "base/err.h"

/* The names that thoughts go by. */
static const char *const thought_keys[] = {
    "reasoning_content", "reasoning", "thinking", "thought", "thoughts",
    "reasoning_text"};

static struct str thought_of(const json_t *o)
{
    for (size_t i = 0; i < sizeof thought_keys / sizeof *thought_keys; i++) {
        struct str s = foreign_string(o, thought_keys[i]);
        if (s.len)
            return s;
    }
    return str_n("", 0);
}

static bool is_text(const json_t *o, const char *key)
{
    return json_is_string(json_object_get(o, key));
}

/* --- contents ------------------------------------------------------------- */

static bool names_thought(struct str type)
{
    return str_is(type, "thinking") || str_is(type, "reasoning") ||
           str_is(type, "reasoning_text") || str_is(type, "summary_text") ||
           str_is(type, "reasoning.text") || str_is(type, "reasoning.summary");
}

/* One after the other, parted by a blank line. */
static void add_apart(struct buf *to, struct str s)
{
    if (s.len && to->len)
        buf_puts(to, "\n\n");
    buf_add_str(to, s);
}

/* A part of a content: {"type": "text", "text": ...}, a thought, or a string. */
static void take_part(const json_t *part, struct buf *thought, struct buf *text)
{
    if (json_is_string(part)) {
        add_apart(text, str_n(json_string_value(part), json_string_length(part)));
        return;
    }
    struct str type = foreign_string(part, "type");
    struct str s = foreign_string(part, "text");
    if (names_thought(type) || json_is_true(json_object_get(part, "thought")))
        add_apart(thought, s.len ? s : thought_of(part));
    else
        add_apart(text, s);
}

static void take_content(const json_t *v, struct buf *thought, struct buf *text)
{
    if (json_is_string(v)) {
        buf_add(text, json_string_value(v), json_string_length(v));
        return;
    }
    for (size_t i = 0; i < json_array_size(v); i++)
        take_part(json_array_get(v, i), thought, text);
}

/* --- messages ------------------------------------------------------------- */

static const json_t *content_of(const json_t *o)
{
    static const char *const keys[] = {"content", "value", "parts", "text"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        const json_t *v = json_object_get(o, keys[i]);
        if (json_is_string(v) || json_is_array(v))
            return v;
    }
    return NULL;
}

static bool take_message(struct foreign *f, const json_t *o, enum role role)
{
    struct buf thought = {0}, text = {0};
    const json_t *details = json_object_get(o, "reasoning_details");
    buf_add_str(&thought, thought_of(o));
    if (thought.len == 0)
        take_content(details, &thought, &thought);
    take_content(content_of(o), &thought, &text);
    foreign_message(f, role, buf_str(&thought), buf_str(&text));
    buf_clear(&thought);
    buf_clear(&text);
    return true;
}

static bool has_role(const json_t *o, enum role *role)
{
    struct str name = foreign_string(o, "role");
    if (name.len == 0)
        name = foreign_string(o, "from");
    return foreign_role(name, role);
}

/* Of the lists that an interface with items answers with: a thought stands
 * before the message it belongs to. */
static bool take_item(struct foreign *f, const json_t *o)
{
    struct buf unused = {0};
    enum role role;
    if (!str_is(foreign_string(o, "type"), "reasoning"))
        return has_role(o, &role) && take_message(f, o, role);
    size_t before = f->reasoning.len;
    take_content(json_object_get(o, "content"), &f->reasoning, &unused);
    if (f->reasoning.len == before)
        take_content(json_object_get(o, "summary"), &f->reasoning, &unused);
    buf_clear(&unused);
    return true;
}

static bool take_list(struct foreign *f, const json_t *list)
{
    bool any = false;
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *v = json_array_get(list, i);
        if (foreign_piece(f, v) || (json_is_object(v) && foreign_object(f, v)))
            any = true;
        else
            f->skipped++;
    }
    return any;
}

/* --- answers and requests ------------------------------------------------- */

static bool take_choice(struct foreign *f, const json_t *o)
{
    const json_t *m = json_object_get(o, "message");
    if (!json_is_object(m))
        m = json_object_get(o, "content");
    if (json_is_object(m))
        return take_message(f, m, ROLE_ASSISTANT);
    if (!is_text(o, "text"))
        return false;
    foreign_message(f, ROLE_ASSISTANT, thought_of(o), foreign_string(o, "text"));
    return true;
}

static bool take_choices(struct foreign *f, const json_t *list)
{
    bool any = false;
    for (size_t i = 0; i < json_array_size(list); i++)
        any |= take_choice(f, json_array_get(list, i));
    return any;
}

/* --- training sets -------------------------------------------------------- */

static struct str first_text(const json_t *o, const char *const *keys, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (is_text(o, keys[i]))
            return foreign_string(o, keys[i]);
    return str_n(NULL, 0);
}

static bool take_generations(struct foreign *f, const json_t *list)
{
    bool any = false;
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *v = json_array_get(list, i);
        if (!json_is_string(v))
            continue;
        foreign_message(f, ROLE_ASSISTANT, str_n("", 0),
                        str_n(json_string_value(v), json_string_length(v)));
        any = true;
    }
    return any;
}

/* {"problem": ..., "generations": [...]}, {"question": ..., "answer": ...} and
 * their kin. What the model wrote goes before what it should have written. */
static bool take_example(struct foreign *f, const json_t *o)
{
    static const char *const asks[] = {"problem", "question", "prompt",
                                       "instruction", "input", "query"};
    static const char *const answers[] = {"response", "generation", "output",
                                          "completion", "answer", "solution"};
    struct str ask = first_text(o, asks, sizeof asks / sizeof *asks);
    struct str answer = first_text(o, answers, sizeof answers / sizeof *answers);
    const json_t *list = json_object_get(o, "generations");
    if (!json_is_array(list))
        list = json_object_get(o, "responses");
    if (!answer.p && !json_array_size(list))
        return false;
    if (ask.p)
        foreign_message(f, ROLE_USER, str_n("", 0), ask);
    if (take_generations(f, list))
        return true;
    if (!answer.p)
        return ask.p;
    foreign_message(f, ROLE_ASSISTANT, thought_of(o), answer);
    return true;
}

/* --- any value ------------------------------------------------------------ */

static const char *const list_keys[] = {"messages", "conversations",
                                        "conversation", "contents", "items"};

bool foreign_object(struct foreign *f, const json_t *o)
{
    enum role role;
    bool any = false;
    if (str_is(foreign_string(o, "type"), "reasoning"))
        return take_item(f, o);
    if (has_role(o, &role))
        return take_message(f, o, role);
    for (size_t i = 0; i < sizeof list_keys / sizeof *list_keys; i++)
        if (json_is_array(json_object_get(o, list_keys[i])))
            return take_list(f, json_object_get(o, list_keys[i]));
    if (json_is_array(json_object_get(o, "input"))) /* a request with items */
        any = take_list(f, json_object_get(o, "input"));
    if (json_is_array(json_object_get(o, "output")))
        return take_list(f, json_object_get(o, "output")) || any;
    if (json_is_array(json_object_get(o, "choices")))
        return take_choices(f, json_object_get(o, "choices"));
    if (json_is_array(json_object_get(o, "candidates")))
        return take_choices(f, json_object_get(o, "candidates"));
    if (json_is_object(json_object_get(o, "message")))
        return take_choice(f, o);
    return any || take_example(f, o);
}

bool foreign_value(struct foreign *f, const json_t *v)
{
    if (json_is_array(v))
        return take_list(f, v);
    return json_is_object(v) && foreign_object(f, v);
}
