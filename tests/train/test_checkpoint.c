/* SPDX-License-Identifier: Apache-2.0 */
#include "train/checkpoint.h"

#include <unistd.h>

#include "base/crc32c.h"
#include "base/pool.h"
#include "check.h"
#include "train/nn/params.h"
#include "train/optim.h"

struct world {
    struct params p;
    struct optim o;
    struct pool *pool;
    char path[64];
    struct train_state at;
};

static void open_world(struct world *w)
{
    struct err err;
    int fd;
    snprintf(w->path, sizeof w->path, "/tmp/mull-ckpt-XXXXXX");
    fd = mkstemp(w->path);
    CHECK(fd >= 0);
    close(fd);
    CHECK_OK(params_init(&w->p, shape_recipe("tiny"), &err), &err);
    params_randomize(&w->p, 4);
    w->pool = pool_new(1, &err);
    CHECK_OK(optim_init(&w->o, OPTIM_MUON, &w->p, PRODUCTS_F32, w->pool,
                        &err), &err);
    for (size_t i = 0; i < w->p.len; i++) {
        w->o.m[i] = (float)i;
        w->o.v[i] = -(float)i;
    }
    w->at = (struct train_state){
        .recipe = "tiny", .recipe_hash = 0xFEDCBA9876543210u, .seed = 7,
        .stage = "pretrain", .step = 12, .tokens = 3456, .decay_from = 1000,
        .total = 2000, .optim_step = 12, .seconds = 1.5, .best_loss = 0.25};
}

static void close_world(struct world *w)
{
    unlink(w->path);
    optim_clear(&w->o);
    pool_free(w->pool);
    params_clear(&w->p);
}

static void what_was_saved_is_read(void **state)
{
    struct world w;
    struct err err;
    struct checkpoint c;
    struct params back;
    (void)state;
    open_world(&w);
    CHECK_OK(checkpoint_write(w.path, &w.at, &w.p, &w.o, str_of("GGUF"), &err),
             &err);
    CHECK_OK(checkpoint_open(&c, w.path, &err), &err);
    assert_string_equal(c.state.recipe, "tiny");
    assert_string_equal(c.state.stage, "pretrain");
    CHECK(c.state.recipe_hash == w.at.recipe_hash);
    CHECK(c.state.step == 12 && c.state.tokens == 3456 && c.state.seed == 7);
    CHECK(c.state.seconds == 1.5 && c.state.best_loss == 0.25 && !c.state.done);
    CHECK(str_is(checkpoint_tokenizer(&c), "GGUF"));
    CHECK(c.shape.n_embd == w.p.shape.n_embd && c.shape.norm_eps == 1e-6f);
    CHECK_OK(checkpoint_params(&c, &back, &err), &err);
    assert_memory_equal(back.values, w.p.values, w.p.len * sizeof *back.values);
    optim_forget(&w.o);
    CHECK_OK(checkpoint_moments(&c, &w.o, &err), &err);
    CHECK(w.o.step == 12 && w.o.m[100] == 100 && w.o.v[200] == -200);
    params_clear(&back);
    checkpoint_close(&c);
    close_world(&w);
}

static void weights_alone_cannot_be_gone_on_with(void **state)
{
    struct world w;
    struct err err;
    struct checkpoint c;
    (void)state;
    open_world(&w);
    CHECK_OK(checkpoint_write(w.path, &w.at, &w.p, NULL, str_of("x"), &err),
             &err);
    CHECK_OK(checkpoint_open(&c, w.path, &err), &err);
    CHECK_REFUSED(checkpoint_moments(&c, &w.o, &err), &err, ERR_FORMAT);
    checkpoint_close(&c);
    close_world(&w);
}

static void read_back(const struct world *w, struct buf *bytes)
{
    struct err err;
    CHECK_OK(file_read(w->path, 1 << 28, bytes, &err), &err);
}

static void a_flipped_bit_anywhere_is_noticed(void **state)
{
    struct world w;
    struct err err;
    struct checkpoint c;
    struct buf bytes = {0};
    (void)state;
    open_world(&w);
    CHECK_OK(checkpoint_write(w.path, &w.at, &w.p, NULL, str_of("x"), &err),
             &err);
    read_back(&w, &bytes);
    for (size_t at = 3; at < bytes.len; at += bytes.len / 40) {
        bytes.p[at] ^= 4;
        CHECK(!checkpoint_over(&c, bytes.p, bytes.len, &err));
        bytes.p[at] ^= 4;
    }
    for (size_t len = 0; len < bytes.len; len += bytes.len / 20)
        CHECK(!checkpoint_over(&c, bytes.p, len, &err));
    CHECK_OK(checkpoint_over(&c, bytes.p, bytes.len, &err), &err);
    buf_clear(&bytes);
    close_world(&w);
}

/* A file that lies and has the checksum to prove it. */
static void seal(struct buf *bytes)
{
    struct crc32c crc;
    crc32c_init(&crc);
    uint32_t sum = crc32c_add(&crc, 0, bytes->p, bytes->len - 4);
    memcpy(bytes->p + bytes->len - 4, &sum, sizeof sum);
}

static void replace(struct buf *bytes, const char *from, const char *to)
{
    size_t at = str_find(buf_str(bytes), str_of(from), 0);
    CHECK(at < bytes->len && strlen(from) == strlen(to));
    memcpy(bytes->p + at, to, strlen(to));
    seal(bytes);
}

static void a_lying_header_is_refused(void **state)
{
    static const char *const lies[][2] = {
        {"\"n_embd\":64", "\"n_embd\":63"},
        {"\"n_embd\":64", "\"n_embd\":-4"},
        {"\"values\":[0,", "\"values\":[7,"},
        {"\"n_values\":4", "\"n_values\":9"},
        {"\"step\":12", "\"step\":\"\""},
        {"\"stage\":\"pretrain\"", "\"stage\":[\"retrain\""},
        {"token_embd.weight", "token_emad.weight"},
    };
    struct world w;
    struct err err;
    struct checkpoint c;
    struct params p;
    struct buf bytes = {0};
    (void)state;
    open_world(&w);
    CHECK_OK(checkpoint_write(w.path, &w.at, &w.p, NULL, str_of("x"), &err),
             &err);
    for (size_t i = 0; i < sizeof lies / sizeof *lies; i++) {
        buf_reset(&bytes);
        read_back(&w, &bytes);
        replace(&bytes, lies[i][0], lies[i][1]);
        bool taken = checkpoint_over(&c, bytes.p, bytes.len, &err) &&
                     checkpoint_params(&c, &p, &err);
        if (taken)
            fail_msg("%s was believed", lies[i][1]);
    }
    buf_clear(&bytes);
    close_world(&w);
}

static void a_compact_one_rounds_the_moments_alone(void **state)
{
    struct world w;
    struct err err;
    struct checkpoint c;
    struct params back;
    struct optim o;
    (void)state;
    open_world(&w);
    CHECK_OK(checkpoint_write_compact(w.path, &w.at, &w.p, &w.o, str_of("GGUF"),
                                      &err), &err);
    CHECK_OK(checkpoint_open(&c, w.path, &err), &err);
    CHECK(c.file.size < w.p.len * 8 + 64000);
    CHECK_OK(checkpoint_params(&c, &back, &err), &err);
    assert_memory_equal(back.values, w.p.values, w.p.len * sizeof *back.values);
    CHECK_OK(optim_init(&o, OPTIM_MUON, &w.p, PRODUCTS_F32, w.pool, &err), &err);
    CHECK_OK(checkpoint_moments(&c, &o, &err), &err);
    for (size_t i = 0; i < w.p.len; i++) {
        float most = (float)i / 256;
        CHECK(o.m[i] >= (float)i - most && o.m[i] <= (float)i + most);
        CHECK(o.v[i] == -o.m[i]);
    }
    assert_int_equal(o.step, 12);
    w.o.m[3] = 1.0f / 0.0f;
    CHECK_REFUSED(checkpoint_write_compact(w.path, &w.at, &w.p, &w.o,
                                           str_of("GGUF"), &err),
                  &err, ERR_MODEL);
    optim_clear(&o);
    params_clear(&back);
    checkpoint_close(&c);
    close_world(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_saved_is_read),
        cmocka_unit_test(a_compact_one_rounds_the_moments_alone),
        cmocka_unit_test(weights_alone_cannot_be_gone_on_with),
        cmocka_unit_test(a_flipped_bit_anywhere_is_noticed),
        cmocka_unit_test(a_lying_header_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
