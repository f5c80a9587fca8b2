/* SPDX-License-Identifier: Apache-2.0 */
/* What is planned is what happens. */
#include "engine/world.h"

#include <unistd.h>

#include "engine/context.h"
#include "engine/engine.h"
#include "engine/load.h"
#include "resident.h"
#include "engine/plan.h"
#include "engine/speculate.h"

#define LOTS ((uint64_t)1 << 40)

static struct plan planned(const struct gguf *g, uint32_t context,
                           uint64_t memory)
{
    struct plan p;
    struct err err;
    struct load_options l = {.threads = 2};
    struct engine_options o = {.context = context, .max_batch = BATCH};
    CHECK_OK(plan_make(&p, g, &l, &o, memory, &err), &err);
    return p;
}

static void check_same(struct tiny_spec spec)
{
    struct world w;
    world_open(&w, spec);
    struct session *s = new_session(&w, BATCH);
    struct plan p = planned(&w.g, CONTEXT, LOTS);
    assert_int_equal(p.weights, w.m.w.bytes);
    assert_int_equal(p.decoded, w.m.w.decoded_bytes);
    assert_int_equal(p.active_bytes, w.m.w.active_bytes);
    assert_int_equal(plan_scratch(&p, CONTEXT), session_scratch_bytes(s));
    assert_int_equal(plan_cache(&p, KV_F32, CONTEXT),
                     kv_cache_bytes(&w.m.cfg, KV_F32, CONTEXT));
    assert_int_equal(p.context, CONTEXT);
    session_free(s);
    world_close(&w);
}

static void a_plan_is_what_a_session_takes(void **state)
{
    (void)state;
    struct tiny_spec with_mtp = tiny_deepseek2();
    with_mtp.mtp = true;
    check_same(tiny_llama());
    check_same(tiny_deepseek2());
    check_same(tiny_deepseek32());
    check_same(with_mtp);
}

static void without_drafts_no_hidden_states_wait(void **state)
{
    (void)state;
    struct tiny_spec spec = tiny_deepseek2();
    struct world w;
    struct err err;
    spec.mtp = true;
    world_open(&w, spec);
    struct session *s = session_new(&w.m, &w.c, KV_F16, CONTEXT, BATCH, false,
                                    &err);
    assert_non_null(s);
    struct plan p;
    struct load_options l = {.threads = 2};
    struct engine_options o = {.max_batch = BATCH, .draft = DRAFT_OFF};
    CHECK_OK(plan_make(&p, &w.g, &l, &o, LOTS, &err), &err);
    assert_int_equal(plan_scratch(&p, CONTEXT), session_scratch_bytes(s));
    session_free(s);
    world_close(&w);
}

static void the_context_is_the_one_a_start_would_have(void **state)
{
    (void)state;
    struct world w;
    world_open(&w, tiny_llama());
    struct plan p = planned(&w.g, 0, LOTS);
    assert_int_equal(p.context, p.cfg.n_ctx_train);
    assert_true(plan_in_memory(&p, p.context));
    /* With memory for the weights and little else. */
    uint64_t little = p.weights + p.weights / 4;
    p = planned(&w.g, 0, little);
    assert_int_equal(p.room, context_room(little, p.weights));
    assert_true(plan_accepts(&p, p.type, p.largest));
    assert_false(plan_accepts(&p, p.type, p.largest + 1));
    world_close(&w);
}

static void what_does_not_fit_is_told_with_the_reason_of_a_start(void **state)
{
    (void)state;
    struct world w;
    struct err err;
    uint32_t n;
    world_open(&w, tiny_llama());
    struct plan p = planned(&w.g, 1u << 30, (uint64_t)1 << 20);
    assert_int_equal(p.context, 0);
    CHECK_REFUSED(context_choose(&p.cfg, p.type, 1u << 30, p.room, &n, &err),
                  &err, ERR_MEMORY);
    assert_string_equal(p.why_not.msg, err.msg);
    world_close(&w);
}

static void rows_that_cannot_be_cut_have_no_q8_0(void **state)
{
    (void)state;
    struct world w;
    world_open(&w, tiny_llama()); /* heads of 16: no block of 32 */
    struct plan p = planned(&w.g, 0, LOTS);
    struct err err;
    assert_int_equal(p.has_type[KV_Q8_0], kv_type_check(KV_Q8_0, &p.cfg, &err));
    assert_true(p.has_type[KV_F16]);
    world_close(&w);
}

/* A file with a hole where a hundred gigabytes of weights are. */
static void a_file_larger_than_memory_is_planned_without_reading_it(void **state)
{
    (void)state;
    struct tiny_spec spec = tiny_llama();
    struct buf b = {0};
    struct gguf g;
    struct err err;
    char path[] = "/tmp/mull-plan-XXXXXX";
    spec.n_embd = 8192;
    spec.n_ff = 262144; /* 25.8 GB a layer */
    spec.n_layers = 4;
    uint64_t bytes = tiny_write_header(&spec, &b);
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    bool there = ftruncate(fd, (off_t)(b.len + bytes)) == 0 &&
                 write(fd, b.p, b.len) == (ssize_t)b.len;
    close(fd);
    buf_clear(&b);
    if (!there) {
        unlink(path);
        print_message("# skipped: no file of %.0f GB here\n",
                      (double)bytes / 1e9);
        skip();
    }
    uint64_t before = resident_bytes();
    CHECK_OK(gguf_open(&g, path, &err), &err);
    struct plan p = planned(&g, 0, (uint64_t)16 << 30);
    assert_true(resident_bytes() - before < (uint64_t)16 << 20);
    assert_true(p.weights > (uint64_t)100000000000);
    assert_true(p.context > 0); /* it runs, from the disk */
    assert_false(plan_in_memory(&p, p.context));
    gguf_close(&g);
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_plan_is_what_a_session_takes),
        cmocka_unit_test(without_drafts_no_hidden_states_wait),
        cmocka_unit_test(the_context_is_the_one_a_start_would_have),
        cmocka_unit_test(what_does_not_fit_is_told_with_the_reason_of_a_start),
        cmocka_unit_test(rows_that_cannot_be_cut_have_no_q8_0),
        cmocka_unit_test(a_file_larger_than_memory_is_planned_without_reading_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
