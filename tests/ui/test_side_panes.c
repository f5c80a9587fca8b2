/* SPDX-License-Identifier: Apache-2.0 */
#include "base/rng.h"
#include "chat/backend.h"
#include "events.h"
#include "golden.h"
#include "ui/expert_heat.h"
#include "ui/panes.h"
#include "ui/sparkline.h"

static const struct backend_info pilot = {
    .name = "mini", .quant = "Q8_0", .n_params = 8210000,
    .n_active_params = 1530000, .n_layers = 8, .n_moe_layers = 7,
    .first_moe_layer = 2, .n_experts = 32, .n_experts_used = 4,
    .context_max = 2048, .thinks = true,
};

static const struct backend_info large = {
    .name = "v3", .quant = "Q4_K", .n_params = 671000000000,
    .n_active_params = 37000000000, .n_layers = 61, .n_moe_layers = 58,
    .first_moe_layer = 3, .n_experts = 256, .n_experts_used = 8,
    .context_max = 32768, .thinks = true,
};

static const struct backend_info dense = {
    .name = "SmolLM2 135M Instruct", .quant = "Q4_1", .n_params = 134515008,
    .n_active_params = 134515008, .n_layers = 30, .file_bytes = 98000000,
    .context_max = 2048,
};

static const struct telemetry busy = {
    .context_used = 412, .context_max = 2048,
    .kv_bytes = 316416, .kv_latent_bytes = 210944, .kv_rope_bytes = 105472,
    .kv_bytes_per_token = 768, .kv_gqa_bytes = 527360, .kv_mha_bytes = 2109440,
    .prompt_tok_s = 2950, .decode_tok_s = 418, .first_token_ms = 104,
    .drafted = 100, .accepted = 87,
};

static void tell(struct pane *p, struct event ev)
{
    if (p->ops->event)
        p->ops->event(p, &ev);
}

/* A token that goes to these experts in each layer. */
static void token_to(struct pane *p, const struct backend_info *info,
                     uint32_t (*choose)(uint32_t layer, uint32_t i, void *arg),
                     void *arg)
{
    static struct expert_pick picks[64 * 8];
    struct event ev = event_token(PART_ANSWER, 2.4f);
    ev.token.n_moe_layers = (uint16_t)info->n_moe_layers;
    ev.token.n_used = (uint16_t)info->n_experts_used;
    ev.token.picks = picks;
    for (uint32_t layer = 0; layer < info->n_moe_layers; layer++)
        for (uint32_t i = 0; i < info->n_experts_used; i++)
            picks[layer * info->n_experts_used + i] =
                (struct expert_pick){(uint16_t)choose(layer, i, arg), 16000};
    tell(p, ev);
}

/* Some experts more often than others, in each layer other ones. */
static uint32_t uneven(uint32_t layer, uint32_t i, void *arg)
{
    struct rng *r = arg;
    uint32_t n = 8 + 3 * (layer % 9);
    (void)i;
    return (layer * 7 + rng_below(r, n)) % 32;
}

static uint32_t first_four(uint32_t layer, uint32_t i, void *arg)
{
    (void)layer;
    (void)arg;
    return i;
}

static void tell_tokens(struct pane *p, const struct backend_info *info, int n)
{
    struct rng r = rng_init(3);
    for (int i = 0; i < n; i++)
        token_to(p, info, uneven, &r);
}

static void free_pane(struct pane *p)
{
    p->ops->free(p);
}

static void the_map_shows_a_layer_a_row(void **state)
{
    (void)state;
    struct pane *p = experts_pane_new(&pilot);
    golden_pane("experts-nothing-42", p, 42, 10, false);
    tell_tokens(p, &pilot, 200);
    CHECK(p->dirty);
    golden_pane("experts-42", p, 42, 10, false);
    CHECK(!p->dirty);
    golden_pane("experts-34", p, 34, 10, false);
    golden_pane("experts-78", p, 78, 10, false);
    golden_pane("experts-narrow-20", p, 20, 10, false);
    golden_pane("experts-few-rows-42", p, 42, 6, false);
    free_pane(p);
}

static void many_layers_and_experts_are_gathered(void **state)
{
    (void)state;
    struct pane *p = experts_pane_new(&large);
    int least, want;
    p->ops->measure(p, 42, &least, &want);
    assert_int_equal(want, 61);
    tell_tokens(p, &large, 100);
    golden_pane("experts-large-42", p, 42, 16, false);
    free_pane(p);
}

static void a_dense_model_says_so(void **state)
{
    (void)state;
    struct pane *p = experts_pane_new(&dense);
    tell(p, event_token(PART_ANSWER, 20));
    CHECK(p->dirty); /* as at first: nothing was drawn yet */
    golden_pane("experts-dense-42", p, 42, 4, false);
    tell(p, event_token(PART_ANSWER, 20));
    CHECK(!p->dirty);
    free_pane(p);
}

static void without_colour_the_map_is_a_ramp(void **state)
{
    (void)state;
    struct pane *p = experts_pane_new(&pilot);
    struct canvas c;
    tell_tokens(p, &pilot, 200);
    canvas_init(&c, 42, 10);
    c.ascii = true;
    p->ops->draw(p, &c, (struct rect){0, 0, 42, 10}, false);
    golden_canvas("experts-ascii-42", &c);
    canvas_clear(&c);
    free_pane(p);
}

static void levels_are_measured_against_an_even_share(void **state)
{
    (void)state;
    struct expert_heat h;
    struct expert_pick picks[7 * 4];
    struct token_info token = {.n_moe_layers = 7, .n_used = 4, .picks = picks};
    expert_heat_init(&h, &pilot);
    for (int t = 0; t < 320; t++) {
        for (uint32_t i = 0; i < 28; i++) /* each expert one time in eight */
            picks[i].expert = (uint16_t)((t * 4 + (int)(i % 4)) % 32);
        CHECK(expert_heat_token(&h, &token));
    }
    for (uint32_t e = 0; e < 32; e++)
        assert_int_equal(expert_heat_level(&h, 0, e, 1), 4);
    CHECK(expert_heat_unevenness(&h, 0) < 1.01f);
    for (int t = 0; t < 400; t++) {
        for (uint32_t i = 0; i < 28; i++)
            picks[i].expert = (uint16_t)(i % 4);
        expert_heat_token(&h, &token);
    }
    assert_int_equal(expert_heat_level(&h, 0, 0, 1), 7);
    assert_int_equal(expert_heat_level(&h, 0, 9, 1), 0); /* long ago */
    assert_int_equal(expert_heat_level(&h, 0, 0, 32), 7);
    CHECK(expert_heat_now(&h, 6, 3, 1) && !expert_heat_now(&h, 6, 4, 28));
    CHECK(expert_heat_unevenness(&h, 0) > 7);
    expert_heat_clear(&h);
}

static void picks_outside_the_model_are_passed_over(void **state)
{
    (void)state;
    struct expert_heat h;
    struct expert_pick picks[9 * 4] = {{.expert = 32}, {.expert = 65535}};
    struct token_info token = {.n_moe_layers = 9, .n_used = 4, .picks = picks};
    expert_heat_init(&h, &pilot);
    CHECK(expert_heat_token(&h, &token));
    assert_int_equal(expert_heat_level(&h, 0, 0, 1), 7);
    token.picks = NULL;
    CHECK(!expert_heat_token(&h, &token));
    expert_heat_clear(&h);
}

static void memory_has_its_figures_beside_it(void **state)
{
    (void)state;
    struct pane *p = memory_pane_new(&pilot);
    golden_pane("memory-nothing-42", p, 42, 5, false);
    p->ops->telemetry(p, &busy);
    CHECK(p->dirty);
    golden_pane("memory-42", p, 42, 5, false);
    p->ops->telemetry(p, &busy);
    CHECK(!p->dirty);
    golden_pane("memory-34", p, 34, 5, false);
    golden_pane("memory-78", p, 78, 5, false);
    golden_pane("memory-12", p, 12, 5, false);

    struct telemetry gqa = busy;
    gqa.kv_latent_bytes = gqa.kv_rope_bytes = 0;
    gqa.kv_gqa_bytes = 0;
    p->ops->telemetry(p, &gqa);
    golden_pane("memory-without-latent-42", p, 42, 5, false);
    free_pane(p);
}

static void speed_has_a_graph(void **state)
{
    (void)state;
    struct pane *p = speed_pane_new(&pilot);
    golden_pane("speed-nothing-42", p, 42, 2, false);
    for (int i = 0; i < 200; i++)
        tell(p, event_token(PART_ANSWER, 2.4f + (float)(i % 24) / 8));
    p->ops->telemetry(p, &busy);
    golden_pane("speed-42", p, 42, 2, false);
    golden_pane("speed-34", p, 34, 2, false);
    golden_pane("speed-78", p, 78, 2, false);
    free_pane(p);
}

static void a_sparkline_keeps_the_latest(void **state)
{
    (void)state;
    struct sparkline s = {0};
    struct canvas c;
    struct buf b = {0};
    for (int i = 0; i < 1000; i++)
        sparkline_add(&s, (float)(i % 8));
    canvas_init(&c, 10, 1);
    sparkline_draw(&s, &c, 0, 0, 8, (struct style){0});
    canvas_dump(&c, &b);
    assert_string_equal(b.p, "\xE2\x96\x81\xE2\x96\x82\xE2\x96\x83\xE2\x96\x84"
                             "\xE2\x96\x85\xE2\x96\x86\xE2\x96\x87\xE2\x96\x88\n");
    buf_clear(&b);
    canvas_clear(&c);
}

static void the_title_says_what_and_how_full(void **state)
{
    (void)state;
    struct pane *p = title_bar_new(&pilot);
    golden_pane("title-nothing-80", p, 80, 1, false);
    p->ops->telemetry(p, &busy);
    golden_pane("title-80", p, 80, 1, false);
    golden_pane("title-120", p, 120, 1, false);
    golden_pane("title-40", p, 40, 1, false);
    golden_pane("title-18", p, 18, 1, false);
    struct telemetry full = busy;
    full.context_used = 1700;
    p->ops->telemetry(p, &full);
    golden_pane("title-nearly-full-80", p, 80, 1, false);
    struct expert_changes x = {.used = 2, .n_off = 1, .off = {{3, 17}}};
    title_bar_modified(p, &x);
    golden_pane("title-modified-80", p, 80, 1, false);
    free_pane(p);
}

static void a_hostile_name_stays_on_its_line(void **state)
{
    (void)state;
    struct backend_info bad = pilot;
    struct canvas c;
    struct buf b = {0};
    snprintf(bad.name, sizeof bad.name, "a\033[31mb\nc\xE2\x80\xAE" "d\x9B");
    struct pane *p = title_bar_new(&bad);
    canvas_init(&c, 80, 1);
    p->ops->draw(p, &c, (struct rect){0, 0, 80, 1}, false);
    canvas_dump(&c, &b);
    for (size_t i = 0; i + 1 < b.len; i++)
        CHECK((unsigned char)b.p[i] >= 0x20 && b.p[i] != 0x7F);
    buf_clear(&b);
    canvas_clear(&c);
    free_pane(p);
}

static void the_status_line_fits_its_focus(void **state)
{
    (void)state;
    struct pane *p = status_bar_new(&pilot);
    golden_pane("status-nothing-80", p, 80, 1, false);
    struct event ev = event_of(EVENT_PREFILL);
    ev.prefill.done = 64;
    ev.prefill.total = 1412;
    tell(p, ev);
    status_bar_set(p, &(struct status){.running = true, .panes_shown = true});
    golden_pane("status-reading-120", p, 120, 1, false);
    for (int i = 0; i < 64; i++)
        token_to(p, &pilot, first_four, NULL);
    tell_tokens(p, &pilot, 100);
    p->ops->telemetry(p, &busy);
    golden_pane("status-running-120", p, 120, 1, false);
    status_bar_set(p, &(struct status){.running = false});
    golden_pane("status-80", p, 80, 1, false);
    golden_pane("status-60", p, 60, 1, false);
    golden_pane("status-34", p, 34, 1, false);
    status_bar_set(p, &(struct status){.browsing = true, .panes_shown = true});
    golden_pane("status-browsing-120", p, 120, 1, false);
    status_bar_set(p, &(struct status){.message = "Ctrl-C again quits"});
    golden_pane("status-message-80", p, 80, 1, false);
    /* Whole, if need be in place of all figures. */
    golden_pane("status-message-34", p, 34, 1, false);
    golden_pane("status-message-16", p, 16, 1, false);
    free_pane(p);
}

static void every_pane_draws_at_every_size(void **state)
{
    (void)state;
    struct pane *panes[] = {experts_pane_new(&pilot), experts_pane_new(&large),
                            experts_pane_new(&dense), memory_pane_new(&pilot),
                            speed_pane_new(&pilot), title_bar_new(&pilot),
                            status_bar_new(&large)};
    for (size_t i = 0; i < sizeof panes / sizeof *panes; i++) {
        struct pane *p = panes[i];
        tell_tokens(p, &pilot, 10);
        if (p->ops->telemetry)
            p->ops->telemetry(p, &busy);
        for (int width = 1; width < 200; width += 3)
            for (int height = 1; height < 70; height += 7) {
                struct canvas c;
                int least, want;
                p->ops->measure(p, width, &least, &want);
                CHECK(least >= 1 && want >= least);
                canvas_init(&c, width, height);
                p->ops->draw(p, &c, (struct rect){0, 0, width, height}, false);
                canvas_clear(&c);
            }
        free_pane(p);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_map_shows_a_layer_a_row),
        cmocka_unit_test(many_layers_and_experts_are_gathered),
        cmocka_unit_test(a_dense_model_says_so),
        cmocka_unit_test(without_colour_the_map_is_a_ramp),
        cmocka_unit_test(levels_are_measured_against_an_even_share),
        cmocka_unit_test(picks_outside_the_model_are_passed_over),
        cmocka_unit_test(memory_has_its_figures_beside_it),
        cmocka_unit_test(speed_has_a_graph),
        cmocka_unit_test(a_sparkline_keeps_the_latest),
        cmocka_unit_test(the_title_says_what_and_how_full),
        cmocka_unit_test(a_hostile_name_stays_on_its_line),
        cmocka_unit_test(the_status_line_fits_its_focus),
        cmocka_unit_test(every_pane_draws_at_every_size),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
