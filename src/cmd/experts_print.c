/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/experts_print.h"

#include <inttypes.h>

#include <jansson.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/sanitize.h"
#include "base/utf8.h"
#include "cmd/expert_counts.h"

enum { BUSIEST = 5 };

static uint64_t all_tokens(const struct expert_counts *c)
{
    return c->n_tokens[0] + c->n_tokens[1];
}

static double share(uint64_t n, uint64_t of)
{
    return of ? (double)n / (double)of : 0;
}

/* Of the tokens of one part. */
static double part_share(const struct expert_counts *c, enum text_part part,
                         uint32_t layer, uint32_t expert)
{
    size_t i = (size_t)layer * c->shape.n_experts + expert;
    return share(c->tokens[part][i], c->n_tokens[part]);
}

/* Of this expert's tokens, those that went to its partner as well. */
static double partner_share(const struct expert_counts *c, uint32_t layer,
                            uint32_t expert, uint32_t partner)
{
    return share(expert_counts_together(c, layer, expert, partner),
                 expert_counts_tokens(c, layer, expert));
}

static double mean_weight(const struct expert_counts *c, uint32_t layer,
                          uint32_t expert)
{
    uint64_t n = expert_counts_tokens(c, layer, expert);
    return n ? c->weight[(size_t)layer * c->shape.n_experts + expert] /
                   (double)n : 0;
}

/* Of all tokens, if every layer treated its experts alike. */
static double even_share(const struct expert_counts *c)
{
    uint64_t choices = 0, n = (uint64_t)c->shape.n_layers * c->shape.n_experts;
    for (uint32_t layer = 0; layer < c->shape.n_layers; layer++)
        for (uint32_t e = 0; e < c->shape.n_experts; e++)
            choices += expert_counts_tokens(c, layer, e);
    return share(choices, n * all_tokens(c));
}

/* --- text ----------------------------------------------------------------- */

static const char *plural(uint64_t n)
{
    return n == 1 ? "" : "s";
}

static void print_heading(const struct expert_counts *c, FILE *out)
{
    const struct expert_shape *s = &c->shape;
    struct buf name = {0};
    sanitize_text(str_of(c->model), true, &name);
    fprintf(out, "model     %s: %u layer%s with %u experts, of which a token "
            "uses %u\n", name.p ? name.p : "", s->n_layers,
            plural(s->n_layers), s->n_experts, s->n_used);
    buf_clear(&name);
    fprintf(out, "tokens    %" PRIu64 ": %" PRIu64 " of thought, %" PRIu64
            " of answer, in %" PRIu64 " turn%s\n", all_tokens(c),
            c->n_tokens[PART_THOUGHT], c->n_tokens[PART_ANSWER], c->n_turns,
            plural(c->n_turns));
    if (c->n_unmeasured)
        fprintf(out, "          and %" PRIu64 " that nothing was measured of\n",
                c->n_unmeasured);
    if (c->n_modified)
        fprintf(out, "modified  in %" PRIu64 " turn%s: experts off, or another "
                "number used\n", c->n_modified, plural(c->n_modified));
    fprintf(out, "even      each expert would have %.1f %% of the tokens, and "
            "MaxVio be 0\n", 100 * even_share(c));
}

static void print_expert(const struct expert_counts *c, uint32_t layer,
                         uint32_t e, FILE *out)
{
    uint32_t partner;
    fprintf(out, " %7u %7.1f %8.1f %7.1f", e,
            100 * share(expert_counts_tokens(c, layer, e), all_tokens(c)),
            100 * part_share(c, PART_THOUGHT, layer, e),
            100 * part_share(c, PART_ANSWER, layer, e));
    if (expert_counts_partner(c, layer, e, &partner))
        fprintf(out, "  %4u in %3.0f %%", partner,
                100 * partner_share(c, layer, e, partner));
    putc('\n', out);
}

static void print_layer(const struct expert_counts *c, uint32_t layer,
                        FILE *out)
{
    uint16_t busiest[BUSIEST];
    uint32_t n = expert_counts_busiest(c, layer, busiest, BUSIEST);
    fprintf(out, "%5u %7.2f %7u", layer + c->shape.first_layer,
            expert_counts_imbalance(c, layer), expert_counts_unused(c, layer));
    if (n == 0)
        putc('\n', out);
    for (uint32_t i = 0; i < n; i++) {
        if (i > 0)
            fprintf(out, "%21s", "");
        print_expert(c, layer, busiest[i], out);
    }
}

void experts_print_text(const struct expert_counts *c, FILE *out)
{
    print_heading(c, out);
    fputs("\nlayer  MaxVio  unused  expert   all %  thought  answer  together "
          "with\n", out);
    for (uint32_t layer = 0; layer < c->shape.n_layers; layer++)
        print_layer(c, layer, out);
}

/* --- CSV ------------------------------------------------------------------ */

void experts_print_csv(const struct expert_counts *c, FILE *out)
{
    uint32_t n = c->shape.n_experts, partner;
    fputs("layer,expert,tokens,share,thought_share,answer_share,weight,partner,"
          "partner_share\n", out);
    for (uint32_t layer = 0; layer < c->shape.n_layers; layer++)
        for (uint32_t e = 0; e < n; e++) {
            uint64_t tokens = expert_counts_tokens(c, layer, e);
            fprintf(out, "%u,%u,%" PRIu64 ",%.6f,%.6f,%.6f,%.6f,",
                    layer + c->shape.first_layer, e, tokens,
                    share(tokens, all_tokens(c)),
                    part_share(c, PART_THOUGHT, layer, e),
                    part_share(c, PART_ANSWER, layer, e),
                    mean_weight(c, layer, e));
            if (expert_counts_partner(c, layer, e, &partner))
                fprintf(out, "%u,%.6f\n", partner,
                        partner_share(c, layer, e, partner));
            else
                fputs(",\n", out);
        }
}

/* --- JSON ----------------------------------------------------------------- */

static json_t *expert_object(const struct expert_counts *c, uint32_t layer,
                             uint32_t e)
{
    uint32_t partner;
    uint64_t tokens = expert_counts_tokens(c, layer, e);
    json_t *o = json_pack(
        "{s:i, s:I, s:f, s:f, s:f, s:f}", "expert", (int)e,
        "tokens", (json_int_t)tokens, "share", share(tokens, all_tokens(c)),
        "thought_share", part_share(c, PART_THOUGHT, layer, e),
        "answer_share", part_share(c, PART_ANSWER, layer, e),
        "weight", mean_weight(c, layer, e));
    if (expert_counts_partner(c, layer, e, &partner)) {
        json_object_set_new(o, "partner", json_integer(partner));
        json_object_set_new(o, "partner_share",
                            json_real(partner_share(c, layer, e, partner)));
    }
    return o;
}

/* Every expert that was used, busiest first. */
static json_t *layer_object(const struct expert_counts *c, uint32_t layer)
{
    uint16_t order[COUNTS_MAX_EXPERTS];
    uint32_t n = expert_counts_busiest(c, layer, order, COUNTS_MAX_EXPERTS);
    json_t *experts = json_array();
    for (uint32_t i = 0; i < n; i++)
        json_array_append_new(experts, expert_object(c, layer, order[i]));
    return json_pack("{s:i, s:f, s:i, s:o}",
                     "layer", (int)(layer + c->shape.first_layer),
                     "max_violation", expert_counts_imbalance(c, layer),
                     "unused", (int)expert_counts_unused(c, layer),
                     "experts", experts);
}

bool experts_print_json(const struct expert_counts *c, FILE *out,
                        struct err *err)
{
    struct buf name = {0};
    json_t *layers = json_array();
    for (uint32_t layer = 0; layer < c->shape.n_layers; layer++)
        json_array_append_new(layers, layer_object(c, layer));
    utf8_repair(str_of(c->model), &name); /* it was cut */
    json_t *o = json_pack(
        "{s:s, s:i, s:i, s:I, s:I, s:I, s:I, s:I, s:I, s:o}",
        "model", name.p ? name.p : "", "n_experts", (int)c->shape.n_experts,
        "n_used", (int)c->shape.n_used, "files", (json_int_t)c->n_files,
        "turns", (json_int_t)c->n_turns,
        "modified_turns", (json_int_t)c->n_modified,
        "thought_tokens", (json_int_t)c->n_tokens[PART_THOUGHT],
        "answer_tokens", (json_int_t)c->n_tokens[PART_ANSWER],
        "unmeasured_tokens", (json_int_t)c->n_unmeasured, "layers", layers);
    buf_clear(&name);
    bool ok = o && json_dumpf(o, out, JSON_COMPACT | JSON_REAL_PRECISION(6)) == 0;
    json_decref(o);
    return (ok && putc('\n', out) != EOF) ||
           err_set(err, ERR_IO, "the summary could not be written");
}
