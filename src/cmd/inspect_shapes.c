/* SPDX-License-Identifier: Apache-2.0 */
/* Published shapes against each other. The saving is given in two conventions:
 * by values, each of the same size; and as DeepSeek-V2's paper (2405.04434)
 * counts it against DeepSeek 67B: its own cache quantized to about 6 bits a
 * value, the other one kept in 16. */
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"
#include "cmd/inspect_cache.h"
#include "model/cache_cost.h"
#include "model/shapes.h"
#include "ui/units.h"

enum { MAX_SHAPES = 16 };
static const double BITS = 6, OTHER_BITS = 16;

struct chosen {
    const struct shape *shape[MAX_SHAPES];
    size_t n;
};

static bool parse(const char *names, struct chosen *c, struct err *err)
{
    for (const char *p = names; ; p++) {
        size_t len = strcspn(p, ",");
        if (c->n == MAX_SHAPES)
            return err_set(err, ERR_USAGE, "more than %d shapes", MAX_SHAPES);
        c->shape[c->n] = shape_find(str_n(p, len), err);
        if (!c->shape[c->n])
            return false;
        c->n++;
        p += len;
        if (!*p)
            return true;
    }
}

static uint64_t values_of(const struct shape *s)
{
    return model_config_token_values(&s->cfg);
}

struct saving {
    double by_values, as_published;
};

static struct saving saving_of(const struct shape *a, const struct shape *b)
{
    double va = (double)values_of(a), vb = (double)values_of(b);
    return (struct saving){cache_saving(va, vb),
                           cache_saving(va * BITS, vb * OTHER_BITS)};
}

static void show_text(const struct chosen *c, struct buf *out)
{
    for (size_t i = 0; i < c->n; i++) {
        const struct shape *s = c->shape[i];
        char values[UNITS_MAX];
        buf_printf(out, "%s%s: %s, %s values a token\n", i ? "\n" : "", s->name,
                   s->title, units_count(values, values_of(s)));
        inspect_cache_text(&s->cfg, out);
    }
    for (size_t i = 1; i < c->n; i++) {
        struct saving s = saving_of(c->shape[0], c->shape[i]);
        buf_printf(out,
                   "\n%s needs less than %s:\n"
                   "  %.1f %%  counted in values\n"
                   "  %.1f %%  at %g bits a value against %g, as the DeepSeek-V2 "
                   "paper counts\n",
                   c->shape[0]->name, c->shape[i]->name, 100 * s.by_values,
                   100 * s.as_published, BITS, OTHER_BITS);
    }
}

static json_t *all_json(const struct chosen *c)
{
    json_t *shapes = json_array(), *savings = json_array();
    for (size_t i = 0; i < c->n; i++) {
        const struct shape *s = c->shape[i];
        json_array_append_new(
            shapes, json_pack("{s:s, s:s, s:I, s:o}", "shape", s->name, "model",
                              s->title, "values_per_token",
                              (json_int_t)values_of(s), "kv_cache",
                              inspect_cache_json(&s->cfg)));
        if (i == 0)
            continue;
        struct saving v = saving_of(c->shape[0], s);
        json_array_append_new(
            savings, json_pack("{s:s, s:s, s:f, s:f}", "shape",
                               c->shape[0]->name, "against", s->name,
                               "by_values", v.by_values,
                               "at_6_bits_against_16", v.as_published));
    }
    return json_pack("{s:o, s:o}", "shapes", shapes, "savings", savings);
}

bool inspect_shapes(const char *names, bool json, struct buf *out,
                    struct err *err)
{
    struct chosen c = {0};
    if (!parse(names, &c, err))
        return false;
    if (!json) {
        show_text(&c, out);
        return true;
    }
    if (!json_print(all_json(&c), JSON_INDENT(2), out))
        return err_set(err, ERR_MEMORY, "no room for the JSON text");
    buf_putc(out, '\n');
    return true;
}
