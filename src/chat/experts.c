/* SPDX-License-Identifier: Apache-2.0 */
#include "chat/experts.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/i18n.h"
#include "chat/backend.h"

bool experts_modified(const struct expert_changes *x)
{
    return x->used || x->n_off;
}

bool experts_same(const struct expert_changes *a,
                  const struct expert_changes *b)
{
    return a->used == b->used && a->n_off == b->n_off &&
           memcmp(a->off, b->off, a->n_off * sizeof *a->off) == 0;
}

/* --- switching ------------------------------------------------------------ */

static bool take_number(struct str *s, uint16_t *n)
{
    size_t i = 0;
    uint32_t value = 0;
    for (; i < s->len && s->p[i] >= '0' && s->p[i] <= '9'; i++) {
        value = value * 10 + (uint32_t)(s->p[i] - '0');
        if (value > UINT16_MAX)
            return false;
    }
    *n = (uint16_t)value;
    *s = str_n(s->p + i, s->len - i);
    return i > 0;
}

static bool take_char(struct str *s, char c)
{
    if (s->len == 0 || s->p[0] != c)
        return false;
    *s = str_n(s->p + 1, s->len - 1);
    return true;
}

static bool take_place(struct str *s, struct expert_place *place)
{
    return take_number(s, &place->layer) && take_char(s, ':') &&
           take_number(s, &place->expert);
}

/* Where it stands, or where it would have to stand. */
static size_t find(const struct expert_changes *x, struct expert_place p,
                   bool *found)
{
    size_t i = 0;
    while (i < x->n_off &&
           (x->off[i].layer < p.layer ||
            (x->off[i].layer == p.layer && x->off[i].expert < p.expert)))
        i++;
    *found = i < x->n_off && x->off[i].layer == p.layer &&
             x->off[i].expert == p.expert;
    return i;
}

static bool switch_one(struct expert_changes *x, struct expert_place p, bool on,
                       struct err *err)
{
    bool found;
    size_t i = find(x, p, &found);
    size_t behind = (x->n_off - i) * sizeof *x->off;
    if (found && on) {
        memmove(x->off + i, x->off + i + 1, behind - sizeof *x->off);
        x->n_off--;
    } else if (!found && !on) {
        if (x->n_off == EXPERTS_OFF_MAX)
            return err_set(err, ERR_USAGE, _("no more than %d experts can be off"),
                           EXPERTS_OFF_MAX);
        memmove(x->off + i + 1, x->off + i, behind);
        x->off[i] = p;
        x->n_off++;
    }
    return true;
}

bool experts_switch(struct expert_changes *x, struct str list, bool on,
                    struct err *err)
{
    struct expert_changes changed = *x;
    struct expert_place p;
    struct str left = list;
    do {
        if (!take_place(&left, &p))
            return err_set(err, ERR_USAGE,
                           _("\"%.*s\" is not LAYER:EXPERT, as in 3:17,4:5"),
                           (int)(list.len < 60 ? list.len : 60), list.p);
        if (!switch_one(&changed, p, on, err))
            return false;
    } while (take_char(&left, ','));
    if (left.len)
        return err_set(err, ERR_USAGE,
                       _("\"%.*s\" is not LAYER:EXPERT, as in 3:17,4:5"),
                       (int)(list.len < 60 ? list.len : 60), list.p);
    *x = changed;
    return true;
}

/* --- judging -------------------------------------------------------------- */

struct expert_shape experts_shape(const struct backend_info *info)
{
    return (struct expert_shape){
        .first_layer = info->first_moe_layer, .n_layers = info->n_moe_layers,
        .n_experts = info->n_experts, .n_used = info->n_experts_used};
}

uint32_t experts_used(const struct expert_changes *x,
                      const struct expert_shape *shape)
{
    return x->used ? x->used : shape->n_used;
}

static bool check_place(struct expert_place p, const struct expert_shape *s,
                        struct err *err)
{
    if (p.layer < s->first_layer || p.layer - s->first_layer >= s->n_layers)
        return err_set(err, ERR_USAGE,
                       _("layer %u has no experts to switch off (layers %u to %u "
                       "have)"), p.layer, s->first_layer,
                       s->first_layer + s->n_layers - 1);
    if (p.expert >= s->n_experts)
        return err_set(err, ERR_USAGE,
                       _("there is no expert %u in layer %u (they are 0 to %u)"),
                       p.expert, p.layer, s->n_experts - 1);
    return true;
}

static bool check_used(const struct expert_changes *x,
                       const struct expert_shape *s, struct err *err)
{
    uint32_t most = s->n_experts < EXPERTS_USED_MAX ? s->n_experts
                                                    : EXPERTS_USED_MAX;
    if (x->used > most)
        return err_set(err, ERR_USAGE,
                       _("a token can use 1 to %u of this model's experts, not "
                       "%u"), most, x->used);
    return true;
}

bool experts_check(const struct expert_changes *x,
                   const struct expert_shape *s, struct err *err)
{
    uint32_t used = experts_used(x, s), off = 0;
    if (!experts_modified(x))
        return true;
    if (s->n_layers == 0)
        return err_set(err, ERR_USAGE, _("this model has no experts"));
    if (!check_used(x, s, err))
        return false;
    for (size_t i = 0; i < x->n_off; i++) {
        if (!check_place(x->off[i], s, err))
            return false;
        bool same = i > 0 && x->off[i - 1].layer == x->off[i].layer;
        off = same ? off + 1 : 1;
        if (s->n_experts - off < used)
            return err_set(err, ERR_USAGE,
                           _("too many experts of layer %u are off: a token "
                           "needs %u of its %u"), x->off[i].layer, used,
                           s->n_experts);
    }
    return true;
}

/* --- telling -------------------------------------------------------------- */

const char *experts_text(const struct expert_changes *x,
                         const struct expert_shape *s,
                         char text[EXPERTS_TEXT_MAX])
{
    size_t n = 0;
    text[0] = '\0';
    if (x->n_off)
        n = (size_t)snprintf(text, EXPERTS_TEXT_MAX,
                             _("modified: %u expert%s off"), x->n_off,
                             x->n_off == 1 ? "" : "s");
    if (x->used)
        snprintf(text + n, EXPERTS_TEXT_MAX - n, _("%s%u of %u used"),
                 n ? ", " : _("modified: "), x->used, s->n_experts);
    return text;
}

void experts_words(const struct expert_changes *x, const struct expert_shape *s,
                   struct buf *out)
{
    enum { NAMED = 4 }; /* more cannot be read beside an answer */
    if (x->n_off > NAMED) {
        buf_printf(out, _("%u experts off"), x->n_off);
    } else if (x->n_off) {
        buf_puts(out, _("without"));
        for (uint32_t i = 0; i < x->n_off; i++)
            buf_printf(out, " %u:%u", (unsigned)x->off[i].layer,
                       (unsigned)x->off[i].expert);
    }
    if (x->used)
        buf_printf(out, _("%s%u of %u used"), x->n_off ? ", " : "", x->used,
                   s->n_experts);
}
