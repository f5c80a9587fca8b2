/* SPDX-License-Identifier: Apache-2.0 */
/* Answers that were written down as they came, piece by piece. */
#include "store/foreign_parts.h"

static struct message *stream_of(struct foreign *f, json_int_t index)
{
    if (f->stream && f->stream_index == index)
        return f->stream;
    foreign_end_stream(f);
    f->stream = conversation_add(f->c, ROLE_ASSISTANT, str_n("", 0));
    f->stream_index = index;
    return f->stream;
}

static void add_thought(struct message *m, const json_t *o)
{
    static const char *const keys[] = {"reasoning_content", "reasoning",
                                       "thinking"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        struct str s = foreign_string(o, keys[i]);
        buf_add_str(&m->thought, s);
        if (s.len)
            return; /* the same under two names is told once */
    }
}

static void add_piece(struct foreign *f, json_int_t index, const json_t *delta)
{
    struct message *m = stream_of(f, index);
    add_thought(m, delta);
    buf_add_str(&m->text, foreign_string(delta, "content"));
}

/* {"choices": [{"index": 0, "delta": {...}}]} */
static bool take_chunk(struct foreign *f, const json_t *o)
{
    const json_t *choices = json_object_get(o, "choices");
    bool chunk = str_is(foreign_string(o, "object"), "chat.completion.chunk");
    for (size_t i = 0; i < json_array_size(choices); i++) {
        const json_t *choice = json_array_get(choices, i);
        const json_t *delta = json_object_get(choice, "delta");
        if (!json_is_object(delta))
            continue;
        chunk = true;
        add_piece(f, json_integer_value(json_object_get(choice, "index")), delta);
    }
    return chunk;
}

/* {"message": {...}, "done": false}, or {"response": "...", "done": false} */
static bool take_done_line(struct foreign *f, const json_t *o)
{
    const json_t *done = json_object_get(o, "done");
    const json_t *m = json_object_get(o, "message");
    if (!json_is_boolean(done))
        return false;
    if (json_is_object(m)) {
        add_piece(f, 0, m);
    } else if (json_is_string(json_object_get(o, "response"))) {
        struct message *to = stream_of(f, 0);
        add_thought(to, o);
        buf_add_str(&to->text, foreign_string(o, "response"));
    }
    if (json_is_true(done))
        foreign_end_stream(f);
    return true;
}

/* {"type": "content_block_delta", "delta": {"type": "thinking_delta", ...}} and
 * {"type": "response.output_text.delta", "delta": "..."} */
static bool take_typed(struct foreign *f, const json_t *o)
{
    struct str type = foreign_string(o, "type");
    const json_t *delta = json_object_get(o, "delta");
    if (str_is(type, "message_start") || str_is(type, "response.created")) {
        foreign_end_stream(f);
        return true;
    }
    if (str_is(type, "content_block_delta")) {
        struct message *m = stream_of(f, 0);
        buf_add_str(&m->thought, foreign_string(delta, "thinking"));
        buf_add_str(&m->text, foreign_string(delta, "text"));
        return true;
    }
    if (str_is(type, "response.output_text.delta")) {
        buf_add_str(&stream_of(f, 0)->text, foreign_string(o, "delta"));
        return true;
    }
    if (str_is(type, "response.reasoning_text.delta") ||
        str_is(type, "response.reasoning_summary_text.delta")) {
        buf_add_str(&stream_of(f, 0)->thought, foreign_string(o, "delta"));
        return true;
    }
    /* All the other events around these. */
    return str_starts(type, str_of("response.")) ||
           str_starts(type, str_of("content_block_")) || str_is(type, "ping") ||
           str_is(type, "message_delta") || str_is(type, "message_stop");
}

/* The lines of mull run --json. */
static bool take_event(struct foreign *f, const json_t *o)
{
    struct str kind = foreign_string(o, "event");
    if (kind.len == 0)
        return false;
    if (str_is(kind, "begin")) {
        foreign_end_stream(f);
    } else if (str_is(kind, "text")) {
        struct message *m = stream_of(f, 0);
        buf_add_str(str_is(foreign_string(o, "part"), "thought") ? &m->thought
                                                                 : &m->text,
                    foreign_string(o, "text"));
    }
    return true;
}

bool foreign_piece(struct foreign *f, const json_t *v)
{
    return json_is_object(v) && (take_chunk(f, v) || take_done_line(f, v) ||
                                 take_typed(f, v) || take_event(f, v));
}
