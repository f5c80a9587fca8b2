/* SPDX-License-Identifier: Apache-2.0 */
/* The side panes with all that the glass box knows: a turn is told, then each
 * view of it is drawn. */
#include "chat/backend.h"
#include "chat/conversation.h"
#include "events.h"
#include "golden.h"
#include "ui/compare_pane.h"
#include "ui/glass.h"
#include "ui/glass_text.h"
#include "ui/panes.h"
#include "ui/transcript.h"

enum { LAYERS = 4, EXPERTS = 16, USED = 2 };

static const float bias[LAYERS * EXPERTS] = {[18] = 0.125f, [21] = -0.03f};

static const struct backend_info moe = {
    .name = "mini", .n_params = 8210000, .n_active_params = 1530000,
    .n_layers = 6, .n_moe_layers = LAYERS, .first_moe_layer = 2,
    .n_experts = EXPERTS, .n_experts_used = USED, .context_max = 512,
    .thinks = true, .router_bias = bias,
};

static const struct backend_info dense = {
    .name = "small", .n_params = 134515008, .n_active_params = 134515008,
    .n_layers = 30, .file_bytes = 98000000, .context_max = 512, .thinks = true,
};

static const struct telemetry busy = {
    .context_used = 140, .context_max = 512, .kv_bytes = 107520,
    .kv_latent_bytes = 71680, .kv_rope_bytes = 35840, .kv_bytes_per_token = 768,
    .kv_layers = 6, .kv_gqa_bytes = 179200, .kv_mha_bytes = 716800,
    .n_turns = 2, .turn_begins = {1, 60},
    .model_mapped = 8800000, .resident = 21000000, .scratch = 2100000,
    .decode_tok_s = 418, .bytes_per_token = 1500000,
};

struct world {
    struct transcript *t;
    struct glass g;
    struct pane *pane;
};

static void tell(struct world *w, struct event ev)
{
    transcript_event(w->t, &ev);
    glass_event(&w->g, &ev);
    if (w->pane && w->pane->ops->event)
        w->pane->ops->event(w->pane, &ev);
}

static void tell_token(struct world *w, int i, enum text_part part,
                       const char *s)
{
    struct expert_pick picks[LAYERS * USED];
    struct event ev = event_token(part, 20);
    struct token_info *t = &ev.token;
    t->id = 100 + i;
    t->pos = 60 + (uint32_t)i;
    t->measured = true;
    t->p = i % 3 ? 0.97f : 0.4f;
    t->entropy = i % 3 ? 0.1f : 1.75f;
    t->draft = i % 4 ? DRAFT_NONE : DRAFT_ACCEPTED;
    t->text_len = (uint8_t)strlen(s);
    memcpy(t->text, s, t->text_len);
    t->n_alts = 3;
    for (int k = 0; k < 3; k++)
        t->alts[k] = (struct token_alt){.id = k ? 900 + k : t->id,
                                        .p = k ? 0.04f / (float)(k * k * k) : t->p,
                                        .text_len = 2, .text = "19"};
    t->alts[2].text[1] = '\n';
    if (w->g.info->n_moe_layers) {
        for (int l = 0; l < LAYERS; l++)
            for (int k = 0; k < USED; k++)
                picks[l * USED + k] = (struct expert_pick){
                    (uint16_t)((l * 5 + (part == PART_ANSWER ? 9 : 2) +
                                k * 3 + i % 2) % EXPERTS),
                    (uint16_t)(k ? 19661 : 45874)};
        t->n_moe_layers = LAYERS;
        t->n_used = USED;
        t->picks = picks;
    }
    tell(w, ev);
    tell(w, event_text(part, str_of(s)));
}

static void a_turn(struct world *w, const struct backend_info *info,
                   struct pane *pane)
{
    static const char *const thought[] = {"17", " is", " odd", ".\n", "Wait",
                                          ",", " so", " 19"};
    static const char *const answer[] = {"No", ": ", "17", "."};
    *w = (struct world){.t = transcript_new(), .pane = pane};
    glass_init(&w->g, info, w->t);
    if (pane && pane->ops->look)
        pane->ops->look(pane, &w->g);
    struct event read = event_of(EVENT_PREFILL);
    read.prefill.total = read.prefill.done = 60;
    tell(w, read);
    tell(w, event_of(EVENT_THINK_BEGIN));
    for (int i = 0; i < 8; i++)
        tell_token(w, i, PART_THOUGHT, thought[i]);
    tell(w, event_of(EVENT_THINK_END));
    for (int i = 0; i < 4; i++)
        tell_token(w, 8 + i, PART_ANSWER, answer[i]);
    glass_telemetry(&w->g, &busy);
    if (pane && pane->ops->telemetry)
        pane->ops->telemetry(pane, &busy);
}

static void end(struct world *w)
{
    if (w->pane)
        w->pane->ops->free(w->pane);
    glass_clear(&w->g);
    transcript_free(w->t);
}

static void every_mode_of_the_map_has_its_picture(void **state)
{
    (void)state;
    struct world w;
    a_turn(&w, &moe, experts_pane_new(&moe));
    for (int m = 0; m < MAP_MODES; m++) {
        char name[48];
        w.g.mode = (enum map_mode)m;
        w.g.layer = 1;
        w.g.expert = 8;
        snprintf(name, sizeof name, "map-%s-40", map_mode_name(w.g.mode));
        golden_pane(name, w.pane, 40, 8, false);
    }
    w.g.mode = MAP_TURN;
    w.g.on_grid = true;
    golden_pane("map-cursor-40", w.pane, 40, 8, false);
    end(&w);
}

static void an_expert_is_introduced_by_its_label(void **state)
{
    (void)state;
    struct world w;
    struct str labels[LAYERS * EXPERTS] = {{"", 0}};
    struct backend_info named = moe;
    struct buf b = {0};
    labels[EXPERTS + 8] = str_of("digits; \x1b[31mmultiply");
    labels[EXPERTS + 2] = str_of("words");
    named.expert_labels = labels;
    a_turn(&w, &named, experts_pane_new(&named));
    w.g.layer = 1;
    w.g.expert = 8;
    w.g.mode = MAP_TURN;
    w.g.on_grid = true;
    golden_pane("map-label-60", w.pane, 60, 8, false);
    w.g.mode = MAP_LAYER;
    golden_pane("map-layer-label-60", w.pane, 60, 8, false);
    glass_map_text(&w.g, MAP_LAYER, &b);
    assert_non_null(strstr(b.p, " \xC2\xB7 digits; "));
    assert_null(strchr(b.p, '\x1b'));
    buf_clear(&b);
    end(&w);
}

static void without_colour_leanings_are_letters(void **state)
{
    (void)state;
    struct world w;
    a_turn(&w, &moe, experts_pane_new(&moe));
    struct canvas c;
    w.g.mode = MAP_LEANING;
    canvas_init(&c, 40, 8);
    c.ascii = c.mono = true;
    w.pane->ops->draw(w.pane, &c, (struct rect){0, 0, 40, 8}, false);
    golden_canvas("map-leaning-ascii-40", &c);
    canvas_clear(&c);
    end(&w);
}

static void a_model_without_experts_tells_how_sure_it_is(void **state)
{
    (void)state;
    struct world w;
    a_turn(&w, &dense, experts_pane_new(&dense));
    golden_pane("map-dense-40", w.pane, 40, 7, false);
    end(&w);
}

static void a_token_is_told_whole(void **state)
{
    (void)state;
    int least, want;
    struct world w;
    a_turn(&w, &moe, token_pane_new(&moe));
    w.pane->ops->measure(w.pane, 40, &least, &want);
    assert_int_equal(least + want, 0); /* nothing is looked at */
    w.g.token = 0;
    w.g.alt = 1;
    w.pane->ops->measure(w.pane, 40, &least, &want);
    assert_true(least >= 1 && want >= 7);
    golden_pane("token-40", w.pane, 40, 9, false);
    golden_pane("token-40x5", w.pane, 40, 5, false);
    golden_pane("token-18", w.pane, 18, 9, false);
    end(&w);
}

static void memory_tells_what_fills_the_context(void **state)
{
    (void)state;
    struct world w;
    a_turn(&w, &moe, memory_pane_new(&moe));
    golden_pane("memory-filled-42", w.pane, 42, 11, false);
    golden_pane("memory-filled-24", w.pane, 24, 11, false);
    end(&w);
}

static void all_of_it_is_there_as_text(void **state)
{
    (void)state;
    struct world w;
    a_turn(&w, &moe, NULL);
    struct buf b = {0};
    w.g.layer = 1;
    w.g.expert = 8;
    for (int m = 0; m < MAP_MODES; m++)
        glass_map_text(&w.g, (enum map_mode)m, &b);
    transcript_set_turns(w.t, NULL);
    glass_steps_text(&w.g, &b);
    glass_tokens_text(&w.g, &b);
    glass_token_text(&w.g, 9, 10, &b);
    glass_memory_text(&w.g, &b);
    golden_compare("glass-text", &b);
    buf_clear(&b);
    end(&w);
    a_turn(&w, &dense, NULL);
    glass_map_text(&w.g, MAP_LIVE, &b);
    assert_non_null(strstr(b.p, "no experts in this model"));
    buf_clear(&b);
    end(&w);
}

static void answers_stand_side_by_side(void **state)
{
    (void)state;
    struct pane *p = compare_pane_new();
    struct conversation c = {0};
    struct buf b = {0};
    conversation_add(&c, ROLE_USER, str_of("391?"));
    struct message *m = conversation_add(&c, ROLE_ASSISTANT,
                                         str_of("No: 17 \xC3\x97 23."));
    buf_puts(&m->thought, "It is odd.\nWait, 17 is left.");
    assert_false(compare_pane_set(p, &c, 0));
    conversation_back(&c, 1);
    m = conversation_add(&c, ROLE_ASSISTANT, str_of("Yes,\033[31m it is."));
    buf_puts(&m->thought, "It is odd.\nSo it is prime, I would say.");
    assert_true(compare_pane_set(p, &c, 0));
    golden_pane("compare-60", p, 60, 9, true);
    assert_true(compare_text(&c, 0, &b));
    assert_non_null(strstr(b.p, "[answer 1 of 2]\nIt is odd."));
    assert_null(memchr(b.p, 0x1B, b.len));
    buf_clear(&b);
    conversation_clear(&c);
    p->ops->free(p);
}

/* Beside the answer that one came from, not beside its neighbour; laid out, and
 * each says what was changed for it. */
static void an_answer_stands_beside_the_one_that_was_left_for_it(void **state)
{
    (void)state;
    struct pane *p = compare_pane_new();
    struct conversation c = {0};
    uint32_t ids[3];
    conversation_add(&c, ROLE_USER, str_of("2*3?"));
    static const char *const answers[] = {"It is **6**.", "7", "It is **5**."};
    for (int i = 0; i < 3; i++) {
        conversation_back(&c, 1);
        ids[i] = conversation_add(&c, ROLE_ASSISTANT, str_of(answers[i]))->id;
    }
    buf_puts(&conversation_last(&c)->experts, "without 3:1 3:5");
    assert_true(compare_pane_set(p, &c, ids[0]));
    golden_pane("compare-changed-76", p, 76, 5, true);
    assert_true(compare_pane_set(p, &c, ids[2])); /* itself: the one before */
    golden_pane("compare-neighbour-76", p, 76, 5, true);
    conversation_clear(&c);
    p->ops->free(p);
}

static void every_view_draws_at_every_size(void **state)
{
    (void)state;
    struct pane *(*const made[])(const struct backend_info *) = {
        experts_pane_new, token_pane_new, memory_pane_new};
    for (int i = 0; i < 3; i++) {
        struct world w;
        a_turn(&w, &moe, made[i](&moe));
        struct canvas c;
        canvas_init(&c, 1, 1);
        w.g.token = 3;
        for (int m = 0; m < 2 * MAP_MODES; m++) {
            w.g.mode = (enum map_mode)(m % MAP_MODES);
            w.g.on_grid = m >= MAP_MODES;
            for (int width = 1; width < 60; width += 3)
                for (int height = 1; height < 14; height += 2) {
                    canvas_resize(&c, width, height);
                    w.pane->ops->draw(w.pane, &c,
                                      (struct rect){0, 0, width, height}, false);
                }
        }
        canvas_clear(&c);
        end(&w);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_mode_of_the_map_has_its_picture),
        cmocka_unit_test(an_expert_is_introduced_by_its_label),
        cmocka_unit_test(without_colour_leanings_are_letters),
        cmocka_unit_test(a_model_without_experts_tells_how_sure_it_is),
        cmocka_unit_test(a_token_is_told_whole),
        cmocka_unit_test(memory_tells_what_fills_the_context),
        cmocka_unit_test(all_of_it_is_there_as_text),
        cmocka_unit_test(answers_stand_side_by_side),
        cmocka_unit_test(an_answer_stands_beside_the_one_that_was_left_for_it),
        cmocka_unit_test(every_view_draws_at_every_size),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
