/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/world.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/crc32c.h"
#include "base/err.h"
#include "base/file.h"
#include "chat/experts.h"
#include "engine/ask.h"
#include "engine/state.h"
#include "model/identity.h"

enum { HEADER = 72 };

static char dir[64], path[128], other_path[128];

static int make_dir(void **state)
{
    (void)state;
    snprintf(dir, sizeof dir, "/tmp/test_state-XXXXXX");
    if (!mkdtemp(dir))
        return -1;
    snprintf(path, sizeof path, "%s/state", dir);
    snprintf(other_path, sizeof other_path, "%s/other", dir);
    return 0;
}

static int remove_dir(void **state)
{
    (void)state;
    unlink(path);
    unlink(other_path);
    return rmdir(dir);
}

static void save(struct world *w, struct session *s, const char *to)
{
    struct err err;
    struct model_identity model = model_identify(&w->g);
    CHECK_OK(state_save(to, &model, s, &err), &err);
}

static uint32_t load(struct world *w, struct session *s, const char *from)
{
    struct err err;
    uint32_t n = 999;
    struct model_identity model = model_identify(&w->g);
    CHECK_OK(state_load(from, &model, s, &n, &err), &err);
    assert_int_equal(session_len(s), n);
    return n;
}

static void check_refusal(struct world *w, struct session *s, const char *says)
{
    struct err err = {0};
    uint32_t n;
    struct model_identity model = model_identify(&w->g);
    CHECK_REFUSED(state_load(path, &model, s, &n, &err), &err, ERR_FORMAT);
    if (!strstr(err.msg, says))
        fail_msg("\"%s\" does not say \"%s\"", err.msg, says);
    assert_int_equal(session_len(s), 0);
}

static void check_refused(struct world *w, const char *says)
{
    struct session *s = new_session(w, BATCH);
    read_ids(s, w->ids, 5);
    check_refusal(w, s, says);
    assert_int_equal(read_ids(s, w->ids, 7), 0); /* as if nothing had been */
    session_free(s);
}

static void read_file(const char *from, struct buf *out)
{
    struct err err;
    buf_reset(out);
    CHECK_OK(file_read(from, 1 << 24, out, &err), &err);
}

/* Thousands of times, so not by file_replace, which waits for the disk. */
static void write_file(const struct buf *bytes)
{
    FILE *f = fopen(path, "wb");
    CHECK(f && fwrite(bytes->p, 1, bytes->len, f) == bytes->len);
    CHECK(fclose(f) == 0);
}

static void each_kind(void (*test)(struct world *))
{
    struct tiny_spec specs[] = {tiny_llama(), tiny_deepseek2()};
    for (size_t i = 0; i < 2; i++) {
        struct world w;
        world_open(&w, specs[i]);
        test(&w);
        world_close(&w);
    }
}

/* --- there and back ------------------------------------------------------- */

static struct session *session_of(struct world *w, enum kv_type type)
{
    struct err err;
    struct session *s = session_new(&w->m, &w->c, type, CONTEXT, BATCH, true,
                                    &err);
    if (!s)
        fail_msg("%s", err.msg);
    return s;
}

static void there_and_back(struct world *w, enum kv_type type)
{
    struct session *kept = session_of(w, type);
    struct session *back = session_of(w, type);
    struct buf a = {0}, b = {0};
    read_ids(kept, w->ids, 30);
    save(w, kept, path);
    assert_int_equal(load(w, back, path), 30);
    assert_memory_equal(session_ids(back), w->ids, 30 * sizeof *w->ids);
    save(w, back, other_path);
    read_file(path, &a);
    read_file(other_path, &b);
    CHECK(str_eq(buf_str(&a), buf_str(&b)));

    /* Both go on alike, and only what is new is computed. */
    assert_int_equal(read_ids(back, w->ids, N), 30);
    assert_int_equal(read_ids(kept, w->ids, N), 30);
    assert_memory_equal(session_logits(back), session_logits(kept),
                        TINY_VOCAB * sizeof(float));
    buf_clear(&a);
    buf_clear(&b);
    session_free(kept);
    session_free(back);
}

/* Rows of every type, and widths that blocks of 32 fit into. */
static void what_was_saved_comes_back_the_same(void **state)
{
    (void)state;
    struct tiny_spec specs[] = {tiny_llama(), tiny_deepseek2(),
                                tiny_deepseek32()};
    static const enum kv_type types[] = {KV_F32, KV_F16, KV_Q8_0};
    specs[0].head_dim = 32;
    specs[1].kv_lora_rank = 64;
    specs[1].rope_dim = specs[2].rope_dim = 32;
    for (size_t i = 0; i < 3; i++) {
        struct world w;
        world_open(&w, specs[i]);
        for (size_t k = 0; k < sizeof types / sizeof *types; k++)
            there_and_back(&w, types[k]);
        world_close(&w);
    }
}

static void prefix(struct world *w)
{
    struct session *s = new_session(w, BATCH), *back = new_session(w, BATCH);
    int32_t other[N];
    memcpy(other, w->ids, sizeof other);
    other[12] ^= 1;
    read_ids(s, w->ids, N);
    save(w, s, path);
    load(w, back, path);
    assert_int_equal(read_ids(back, other, 25), 12);
    session_restore(s, NULL, 0);
    assert_int_equal(read_ids(s, other, 25), 0);
    assert_memory_equal(session_logits(back), session_logits(s),
                        TINY_VOCAB * sizeof(float));
    session_free(s);
    session_free(back);
}

static void another_prompt_uses_what_it_has_in_common(void **state)
{
    (void)state;
    each_kind(prefix);
}

/* More than one block of 256 tokens, into the same and a shorter context. */
static void long_conversations_go_block_by_block(void **state)
{
    (void)state;
    struct err err;
    struct world w;
    int32_t ids[700];
    struct rng rng = rng_init(3);
    world_open(&w, tiny_deepseek2());
    for (int i = 0; i < 700; i++)
        ids[i] = (int32_t)rng_below(&rng, TINY_VOCAB);
    struct session *kept = session_new(&w.m, &w.c, KV_F16, 720, 64, true, &err);
    struct session *back = session_new(&w.m, &w.c, KV_F16, 720, 64, true, &err);
    struct session *small = session_new(&w.m, &w.c, KV_F16, 300, 64, true, &err);
    CHECK(kept && back && small);
    read_ids(kept, ids, 690);
    save(&w, kept, path);
    assert_int_equal(load(&w, back, path), 690);
    assert_int_equal(load(&w, small, path), 300);
    assert_int_equal(read_ids(small, ids, 290), 289);
    assert_int_equal(read_ids(back, ids, 290), 289);
    assert_memory_equal(session_logits(back), session_logits(small),
                        TINY_VOCAB * sizeof(float));
    session_free(kept);
    session_free(back);
    session_free(small);
    world_close(&w);
}

static void an_empty_session_is_a_small_file(void **state)
{
    (void)state;
    struct world w;
    struct buf file = {0};
    world_open(&w, tiny_llama());
    struct session *s = new_session(&w, BATCH);
    save(&w, s, path);
    read_file(path, &file);
    assert_int_equal(file.len, HEADER);
    assert_int_equal(load(&w, s, path), 0);
    buf_clear(&file);
    session_free(s);
    world_close(&w);
}

static void the_file_is_private_and_nothing_lies_beside_it(void **state)
{
    (void)state;
    struct world w;
    struct stat st;
    world_open(&w, tiny_llama());
    struct session *s = new_session(&w, BATCH);
    mode_t before = umask(0);
    save(&w, s, path);
    save(&w, s, path);
    umask(before);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    unlink(path);
    unlink(other_path);
    assert_int_equal(rmdir(dir), 0); /* it was alone there */
    assert_int_equal(mkdir(dir, 0700), 0);
    session_free(s);
    world_close(&w);
}

/* --- refusals ------------------------------------------------------------- */

/* The header's own checksum put right, so that the field itself is judged. */
static void seal(struct buf *file)
{
    struct crc32c c;
    crc32c_init(&c);
    uint32_t crc = crc32c_add(&c, 0, file->p, 68);
    for (int i = 0; i < 4; i++)
        file->p[68 + i] = (char)(crc >> 8 * i);
}

static void another_model_is_refused(void **state)
{
    (void)state;
    struct world a, b;
    struct tiny_spec spec = tiny_llama();
    world_open(&a, spec);
    spec.seed++; /* the same but for the weights */
    world_open(&b, spec);
    struct session *s = new_session(&a, BATCH);
    read_ids(s, a.ids, 9);
    save(&a, s, path);
    check_refused(&b, "another model");
    session_free(s);
    world_close(&a);
    world_close(&b);
}

static void another_type_of_cache_is_refused(void **state)
{
    (void)state;
    struct err err;
    struct world w;
    world_open(&w, tiny_llama());
    struct session *s = session_new(&w.m, &w.c, KV_F16, CONTEXT, BATCH, true, &err);
    CHECK(s);
    read_ids(s, w.ids, 9);
    save(&w, s, path);
    check_refused(&w, "type f16, this one has type f32");
    session_free(s);
    world_close(&w);
}

static void saved(struct world *w, struct buf *file)
{
    world_open(w, tiny_llama());
    struct session *s = new_session(w, BATCH);
    read_ids(s, w->ids, 3);
    save(w, s, path);
    read_file(path, file);
    session_free(s);
}

static void every_truncation_is_refused(void **state)
{
    (void)state;
    struct world w;
    struct buf file = {0};
    saved(&w, &file);
    struct session *s = new_session(&w, BATCH);
    size_t whole = file.len;
    for (file.len = 0; file.len < whole; file.len++) {
        write_file(&file);
        check_refusal(&w, s,
                      file.len < HEADER ? "not a saved cache" : "cut off");
    }
    file.len = whole;
    buf_putc(&file, 0);
    write_file(&file);
    check_refused(&w, "changed");
    session_free(s);
    buf_clear(&file);
    world_close(&w);
}

static void every_changed_byte_is_refused(void **state)
{
    (void)state;
    static const uint8_t masks[] = {0x01, 0x80, 0xFF};
    struct world w;
    struct buf file = {0};
    saved(&w, &file);
    struct session *s = new_session(&w, BATCH);
    for (size_t i = 0; i < file.len; i++) {
        for (size_t k = 0; k < sizeof masks; k++) {
            file.p[i] = (char)(file.p[i] ^ masks[k]);
            write_file(&file);
            check_refusal(&w, s, i < 8        ? "not a saved cache"
                                 : i < 12     ? "version"
                                 : i < HEADER ? "damaged at its beginning"
                                              : "damaged");
            file.p[i] = (char)(file.p[i] ^ masks[k]);
        }
    }
    session_free(s);
    buf_clear(&file);
    world_close(&w);
}

/* Numbers that a file of this size cannot mean, under a checksum that is
 * right: nothing may be allocated or believed. */
static void numbers_past_the_file_are_refused(void **state)
{
    (void)state;
    static const struct {
        size_t at, n;
        const char *says;
    } fields[] = {
        {12, 4, "damaged"}, {16, 8, "another model"}, {24, 8, "another model"},
        {32, 4, "damaged"}, {36, 4, "list of tokens"}, {40, 8, "bytes for each"},
        {48, 8, "damaged"}, {56, 8, "type unknown"},
    };
    struct world w;
    struct buf file = {0};
    saved(&w, &file);
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        char before[8];
        memcpy(before, file.p + fields[i].at, fields[i].n);
        for (int fill = 0; fill < 2; fill++) {
            memset(file.p + fields[i].at, fill ? 0xFF : 0x7E, fields[i].n);
            seal(&file);
            write_file(&file);
            check_refused(&w, fields[i].says);
        }
        memcpy(file.p + fields[i].at, before, fields[i].n);
    }
    buf_clear(&file);
    world_close(&w);
}

static void tokens_that_the_model_lacks_are_refused(void **state)
{
    (void)state;
    struct crc32c c;
    struct world w;
    struct buf file = {0};
    crc32c_init(&c);
    saved(&w, &file);
    memset(file.p + HEADER, 0xFF, 4);
    uint32_t crc = crc32c_add(&c, 0, file.p + HEADER, 3 * 4);
    for (int i = 0; i < 4; i++)
        file.p[36 + i] = (char)(crc >> 8 * i);
    seal(&file);
    write_file(&file);
    check_refused(&w, "names token 4294967295");
    buf_clear(&file);
    world_close(&w);
}

static void rows_of_modified_experts_are_not_saved(void **state)
{
    (void)state;
    struct err err;
    struct world w;
    world_open(&w, tiny_deepseek2());
    struct session *s = new_session(&w, BATCH);
    struct expert_changes x = {.used = 1};
    struct model_identity model = model_identify(&w.g);
    CHECK_OK(session_set_experts(s, &x, &err), &err);
    read_ids(s, w.ids, 9);
    unlink(path);
    CHECK_REFUSED(state_save(path, &model, s, &err), &err, ERR_UNSUPPORTED);
    assert_int_equal(access(path, F_OK), -1);
    session_free(s);
    world_close(&w);
}

static void a_failed_save_leaves_the_old_file(void **state)
{
    (void)state;
    struct err err;
    struct world w;
    struct buf before = {0}, after = {0};
    char nowhere[160];
    saved(&w, &before);
    struct session *s = new_session(&w, BATCH);
    struct model_identity model = model_identify(&w.g);
    snprintf(nowhere, sizeof nowhere, "%s/no/such/folder", dir);
    CHECK_REFUSED(state_save(nowhere, &model, s, &err), &err, ERR_IO);
    read_file(path, &after);
    CHECK(str_eq(buf_str(&before), buf_str(&after)));
    buf_clear(&before);
    buf_clear(&after);
    session_free(s);
    world_close(&w);
}

/* --- through the engine, with a real model -------------------------------- */

static void a_conversation_goes_on_in_a_new_process(void **state)
{
    (void)state;
    struct err err;
    struct conversation c = {0};
    struct subject kept, back;
    struct subject_options so = {.state = path};
    unlink(path);
    subject_open(&kept, so);
    conversation_add(&c, ROLE_USER, str_of("Calculate 347+582."));
    struct reply_heard one = ask(&kept, &c, greedy(120), STOP_NEVER);
    struct message *m =
        conversation_add(&c, ROLE_ASSISTANT, buf_str(&one.text));
    buf_add_str(&m->thought, buf_str(&one.thought));
    conversation_add(&c, ROLE_USER, str_of("Add 12 and 30."));
    struct reply_heard two = ask(&kept, &c, greedy(120), STOP_NEVER);

    /* The second turn again, after a first one and a restart between. */
    struct conversation first = {0};
    subject_close(&kept);
    subject_open(&kept, so);
    conversation_add(&first, ROLE_USER, str_of("Calculate 347+582."));
    struct reply_heard again = ask(&kept, &first, greedy(120), STOP_NEVER);
    CHECK_OK(engine_save(kept.b, &err), &err);
    subject_close(&kept);
    subject_open(&back, so);
    struct reply_heard three = ask(&back, &c, greedy(120), STOP_NEVER);

    assert_string_equal(three.text.p, two.text.p);
    assert_string_equal(three.thought.p, two.thought.p);
    assert_int_equal(three.stats.reused_tokens, two.stats.reused_tokens);
    assert_true(three.stats.reused_tokens > 5);
    forget(&one);
    forget(&two);
    forget(&again);
    forget(&three);
    conversation_clear(&c);
    conversation_clear(&first);
    subject_close(&back);
}

static void the_same_prompt_costs_one_token_after_a_restart(void **state)
{
    (void)state;
    struct err err;
    struct subject s;
    struct subject_options so = {.state = path};
    unlink(path);
    subject_open(&s, so);
    struct reply_heard a = ask_text(&s, "Calculate 12+13.", greedy(80),
                                    STOP_NEVER);
    assert_int_equal(a.stats.reused_tokens, 0);
    CHECK_OK(engine_save(s.b, &err), &err);
    subject_close(&s);
    subject_open(&s, so);
    struct reply_heard b = ask_text(&s, "Calculate 12+13.", greedy(80),
                                    STOP_NEVER);
    assert_int_equal(b.stats.prompt_tokens, a.stats.prompt_tokens);
    assert_int_equal(b.stats.reused_tokens, b.stats.prompt_tokens - 1);
    assert_string_equal(a.text.p, b.text.p);
    forget(&a);
    forget(&b);
    subject_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_saved_comes_back_the_same),
        cmocka_unit_test(another_prompt_uses_what_it_has_in_common),
        cmocka_unit_test(long_conversations_go_block_by_block),
        cmocka_unit_test(an_empty_session_is_a_small_file),
        cmocka_unit_test(the_file_is_private_and_nothing_lies_beside_it),
        cmocka_unit_test(another_model_is_refused),
        cmocka_unit_test(another_type_of_cache_is_refused),
        cmocka_unit_test(every_truncation_is_refused),
        cmocka_unit_test(every_changed_byte_is_refused),
        cmocka_unit_test(numbers_past_the_file_are_refused),
        cmocka_unit_test(tokens_that_the_model_lacks_are_refused),
        cmocka_unit_test(rows_of_modified_experts_are_not_saved),
        cmocka_unit_test(a_failed_save_leaves_the_old_file),
        cmocka_unit_test(a_conversation_goes_on_in_a_new_process),
        cmocka_unit_test(the_same_prompt_costs_one_token_after_a_restart),
    };
    return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
