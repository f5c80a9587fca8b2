/* SPDX-License-Identifier: Apache-2.0 */
#include "store/experts_json.h"

#include "base/buf.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/json.h"
#include "chat/experts.h"

json_t *experts_json(const struct expert_changes *x,
                     const struct expert_shape *shape)
{
    json_t *o = json_object();
    struct buf list = {0};
    for (uint32_t i = 0; i < x->n_off; i++)
        buf_printf(&list, "%s%u:%u", i ? "," : "", (unsigned)x->off[i].layer,
                   (unsigned)x->off[i].expert);
    if (list.len)
        json_put_text(o, "off", buf_str(&list));
    if (x->used)
        json_put_count(o, "used", x->used);
    json_put_count(o, "of", shape->n_experts);
    buf_clear(&list);
    return o;
}

/* False: there is a number, and it is out of its range. */
static bool take_count(const json_t *o, const char *key, uint32_t most,
                       uint32_t *n)
{
    const json_t *v = json_object_get(o, key);
    json_int_t said = json_integer_value(v);
    if (!v)
        return true;
    *n = said > 0 && said <= most ? (uint32_t)said : 0;
    return *n > 0;
}

void experts_of_json(const json_t *o, struct buf *out)
{
    struct expert_changes x = {0};
    struct expert_shape shape = {0};
    struct err err;
    const json_t *off = json_object_get(o, "off");
    struct str list = str_n(json_string_value(off), json_string_length(off));
    bool ok = take_count(o, "used", EXPERTS_USED_MAX, &x.used) &&
              take_count(o, "of", UINT16_MAX, &shape.n_experts) &&
              (!off || experts_switch(&x, list, false, &err));
    if (ok && experts_modified(&x) && x.used <= shape.n_experts)
        experts_words(&x, &shape, out);
    else
        buf_puts(out, _("experts changed"));
}
