/* SPDX-License-Identifier: Apache-2.0 */
#include "store/stats_json.h"

#include <stdbool.h>
#include <stddef.h>

#include "base/json.h"
#include "chat/event.h"

#define COUNT(kept, told, field) \
    {{kept, told}, false, offsetof(struct turn_stats, field)}
#define TIME(name, field) {{name, name}, true, offsetof(struct turn_stats, field)}

static const struct row {
    const char *name[2]; /* [enum stats_names] */
    bool is_time;        /* a double of milliseconds, else a uint32_t */
    size_t offset;
} rows[] = {
    COUNT("prompt_tokens", "prompt_tokens", prompt_tokens),
    COUNT("reused_tokens", "reused_tokens", reused_tokens),
    COUNT("think_tokens", "think_tokens", think_tokens),
    COUNT("answer_tokens", "answer_tokens", answer_tokens),
    COUNT("context_used", "context_used", context_used),
    COUNT("drafted", "drafted_tokens", drafted),
    COUNT("accepted", "accepted_tokens", accepted),
    TIME("prompt_ms", prompt_ms),
    TIME("first_token_ms", first_token_ms),
    TIME("decode_ms", decode_ms),
    TIME("think_ms", think_ms),
};
enum { N_ROWS = sizeof rows / sizeof *rows };

json_t *stats_json(const struct turn_stats *s, enum stats_names names)
{
    json_t *o = json_object();
    for (size_t i = 0; i < N_ROWS; i++) {
        const void *at = (const char *)s + rows[i].offset;
        if (rows[i].is_time)
            json_put_real(o, rows[i].name[names], *(const double *)at);
        else
            json_put_count(o, rows[i].name[names], *(const uint32_t *)at);
    }
    return o;
}

static uint32_t count_of(const json_t *v)
{
    json_int_t n = json_integer_value(v);
    return n > 0 && n <= UINT32_MAX ? (uint32_t)n : 0;
}

static double time_of(const json_t *v)
{
    double x = json_number_value(v);
    return x > 0 && x < 1e15 ? x : 0;
}

void stats_of_json(const json_t *o, struct turn_stats *s)
{
    for (size_t i = 0; i < N_ROWS; i++) {
        const json_t *v = json_object_get(o, rows[i].name[STATS_KEPT]);
        void *at = (char *)s + rows[i].offset;
        if (rows[i].is_time)
            *(double *)at = time_of(v);
        else
            *(uint32_t *)at = count_of(v);
    }
    if (s->accepted > s->drafted)
        s->accepted = s->drafted;
    if (s->reused_tokens > s->prompt_tokens)
        s->reused_tokens = s->prompt_tokens;
}
