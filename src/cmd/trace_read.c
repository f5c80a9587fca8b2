/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/trace_read.h"

#include <string.h>

#include <jansson.h>

#include "base/buf.h"
#include "base/err.h"
#include "cmd/expert_counts.h"
#include "cmd/json_lines.h"

/* --- values --------------------------------------------------------------- */

static bool refuse(const char *key, const char *what, struct err *err)
{
    return err_set(err, ERR_FORMAT, "\"%s\" is not %s", key, what);
}

static bool to_number(const json_t *v, uint32_t most, uint32_t *n)
{
    json_int_t i = json_integer_value(v);
    if (!json_is_integer(v) || i < 0 || i > (json_int_t)most)
        return false;
    *n = (uint32_t)i;
    return true;
}

static bool get_number(const json_t *o, const char *key, uint32_t *n,
                       struct err *err)
{
    return to_number(json_object_get(o, key), UINT16_MAX, n) ||
           refuse(key, "a number of a sensible size", err);
}

static bool get_text(const json_t *o, const char *key, const char **text,
                     struct err *err)
{
    *text = json_string_value(json_object_get(o, key));
    return *text || refuse(key, "a text", err);
}

static bool get_part(const json_t *o, enum text_part *part, struct err *err)
{
    const char *name;
    if (!get_text(o, "part", &name, err))
        return false;
    *part = strcmp(name, "thought") == 0 ? PART_THOUGHT : PART_ANSWER;
    return *part == PART_THOUGHT || strcmp(name, "answer") == 0 ||
           refuse("part", "thought or answer", err);
}

/* --- lines ---------------------------------------------------------------- */

static bool take_begin(struct expert_counts *c, const json_t *o,
                       struct err *err)
{
    const json_t *m = json_object_get(o, "model");
    const json_t *modified = json_object_get(o, "modified");
    struct expert_shape s;
    const char *name;
    if (!json_is_object(m))
        return refuse("model", "an object", err);
    if (!get_text(m, "name", &name, err) ||
        !get_number(m, "first_moe_layer", &s.first_layer, err) ||
        !get_number(m, "moe_layers", &s.n_layers, err) ||
        !get_number(m, "n_experts", &s.n_experts, err) ||
        !get_number(m, "n_used", &s.n_used, err) ||
        !expert_counts_model(c, name, &s, err))
        return false;
    c->n_turns++;
    c->n_modified += json_is_true(modified);
    return true;
}

/* Of one token in one layer. */
struct picks {
    uint32_t layer, n;
    uint16_t experts[COUNTS_MAX_EXPERTS];
    double weights[COUNTS_MAX_EXPERTS];
};

static bool get_picks(const json_t *o, struct picks *p, struct err *err)
{
    const json_t *experts = json_object_get(o, "experts");
    const json_t *weights = json_object_get(o, "weights");
    size_t n = json_array_size(experts);
    if (!get_number(o, "layer", &p->layer, err))
        return false;
    if (!json_is_array(experts) || n > COUNTS_MAX_EXPERTS)
        return refuse("experts", "a list of experts", err);
    if (!json_is_array(weights) || json_array_size(weights) != n)
        return refuse("weights", "a list as long as that of the experts", err);
    p->n = (uint32_t)n;
    for (size_t i = 0; i < n; i++) {
        const json_t *w = json_array_get(weights, i);
        uint32_t e;
        if (!to_number(json_array_get(experts, i), UINT16_MAX, &e))
            return refuse("experts", "a list of experts", err);
        if (!json_is_number(w) || !(json_number_value(w) >= 0) ||
            json_number_value(w) > 1)
            return refuse("weights", "a list of shares", err);
        p->experts[i] = (uint16_t)e;
        p->weights[i] = json_number_value(w);
    }
    return true;
}

/* Layers come in order, so none counts twice. */
static bool take_layers(struct expert_counts *c, const json_t *layers,
                        enum text_part part, struct err *err)
{
    uint32_t next = c->shape.first_layer;
    struct picks p;
    for (size_t i = 0; i < json_array_size(layers); i++) {
        if (!get_picks(json_array_get(layers, i), &p, err))
            return false;
        if (p.layer < next)
            return err_set(err, ERR_FORMAT, "layer %u is not in its place",
                           p.layer);
        next = p.layer + 1;
        if (!expert_counts_add(c, part, p.layer - c->shape.first_layer,
                               p.experts, p.weights, p.n, err))
            return false;
    }
    return true;
}

static bool take_token(struct expert_counts *c, const json_t *o,
                       struct err *err)
{
    const json_t *layers = json_object_get(o, "experts");
    enum text_part part;
    if (c->n_turns == 0)
        return err_set(err, ERR_FORMAT, "a token before any line \"begin\": "
                       "this is not the beginning of a trace");
    if (!get_part(o, &part, err))
        return false;
    if (!layers) {
        c->n_unmeasured++;
        return true;
    }
    if (!json_is_array(layers))
        return refuse("experts", "a list of layers", err);
    c->n_tokens[part]++;
    return take_layers(c, layers, part, err);
}

static bool take_line(struct expert_counts *c, const json_t *o,
                      struct err *err)
{
    const char *kind;
    if (!get_text(o, "event", &kind, err))
        return false;
    if (strcmp(kind, "begin") == 0)
        return take_begin(c, o, err);
    if (strcmp(kind, "token") == 0)
        return take_token(c, o, err);
    return true;
}

bool trace_read(FILE *in, struct expert_counts *c, bool *cut, struct err *err)
{
    struct buf line = {0};
    enum line_got got;
    unsigned long n = 0;
    bool ok = true;
    *cut = false;
    do {
        n++;
        got = line_next(in, TRACE_MAX_LINE, &line, err);
        ok = got != LINE_ERROR;
        if (got == LINE_END || got == LINE_ERROR || line_is_empty(&line))
            continue;
        json_t *o = line_object(&line, err);
        *cut = !o && got == LINE_CUT;
        ok = *cut || (o && take_line(c, o, err));
        json_decref(o);
    } while (ok && got == LINE_WHOLE);
    buf_clear(&line);
    return ok || err_context(err, "line %lu", n);
}
