/* SPDX-License-Identifier: Apache-2.0 */
/* A training run on the full screen: the picture alone, and all of it behind a
 * terminal. */
#include "config.h" /* nftw */

#include "train/cmd/live.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "train/cmd/live_view.h"
#include "train/nn/net.h"
#include "train/progress.h"
#include "train/run_dir.h"
#include "ui/canvas.h"
#include "ui/pty.h"

/* --- the picture ---------------------------------------------------------- */

enum { LAYERS = 4, EXPERTS = 8 };

/* A step of the shape "tiny" in which expert 1 of the first layer got half of all
 * tokens. */
static void tell_step(struct live_view *v, struct params *p)
{
    uint32_t load[LAYERS * EXPERTS];
    float vio[LAYERS] = {0};
    for (int i = 0; i < LAYERS * EXPERTS; i++)
        load[i] = 100;
    load[1] = 700;
    p->values[p->blocks[p->shape.n_dense_layers].ffn.bias + 1] = -0.2f;
    p->values[p->blocks[p->shape.n_dense_layers].ffn.bias + 2] = 0.05f;
    const struct net_report r = {
        .loss = 1.25, .mtp_loss = 1.5, .n_tokens = 4096, .n_rows = 4000,
        .n_right = 3000, .n_mtp_rows = 2000, .n_mtp_right = 1000,
        .n_moe = LAYERS, .n_experts = EXPERTS, .load = load, .max_vio = vio};
    const struct progress_step s = {
        .stage = "sft", .step = 7, .tokens = 250000, .total = 1000000,
        .grad_norm = 0.5, .seconds = 1, .lr = 4e-4, .params = p,
        .tok_s = 5000, .gflops = 80};
    live_view_step(v, &s, &r);
}

static void open_view(struct live_view *v, struct params *p)
{
    struct err err;
    *v = (struct live_view){.step = 0};
    CHECK_OK(params_init(p, shape_recipe("tiny"), &err), &err);
    live_view_say(v, "tokenizer: 512 \033[31mtokens");
    tell_step(v, p);
}

static const char *picture(const struct live_view *v, int width, int height,
                           struct buf *out)
{
    struct canvas c;
    canvas_init(&c, width, height);
    live_view_draw(v, &c);
    buf_reset(out);
    canvas_dump(&c, out);
    canvas_clear(&c);
    return out->p;
}

static void a_step_is_told_with_the_load_and_the_bias_of_every_layer(void **state)
{
    struct live_view v;
    struct params p;
    struct buf out = {0};
    (void)state;
    open_view(&v, &p);
    const char *s = picture(&v, 90, 20, &out);
    CHECK(strstr(s, "sft  25 %") && strstr(s, "3 min left"));
    CHECK(strstr(s, "loss 1.250  right 75.0 %"));
    CHECK(strstr(s, "mtp 1.500  right 50.0 %") && strstr(s, "5000 tok/s"));
    CHECK(strstr(s, "rate 0.0004"));
    CHECK(strstr(s, "MaxVio 3.00")); /* 700 of 1400 where 175 were even */
    CHECK(strstr(s, "\nMTP "));
    CHECK(strstr(s, "tokenizer: 512 ") && !strchr(s, '\033'));
    v.map = LIVE_BIAS;
    s = picture(&v, 90, 20, &out);
    CHECK(strstr(s, "bias of the router") && strstr(s, "-0.20 +0.05"));
    buf_clear(&out);
    params_clear(&p);
    live_view_clear(&v);
}

static void it_is_drawn_at_every_size(void **state)
{
    static const int sizes[][2] = {{1, 1}, {8, 2}, {20, 5}, {40, 10}, {300, 80}};
    struct live_view v, empty = {.step = 0};
    struct params p;
    struct buf out = {0};
    (void)state;
    open_view(&v, &p);
    live_view_note(&v, "eval: test, 5 of 10");
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        picture(&v, sizes[i][0], sizes[i][1], &out);
        picture(&empty, sizes[i][0], sizes[i][1], &out);
    }
    CHECK(strstr(picture(&v, 60, 20, &out), "eval: test, 5 of 10"));
    buf_clear(&out);
    params_clear(&p);
    live_view_clear(&v);
}

/* --- behind a terminal ---------------------------------------------------- */

struct show {
    struct run_dir dir;
    struct pty p;
    char out[96];
};

/* More than any test waits for. */
static const char long_recipe[] =
    "[model]\nshape = tiny\nseed = 3\n"
    "[tokenizer]\nsample = 20k\n"
    "[tasks]\nchinese = 0\nadd = 1 : 0\n"
    "[sft]\ntokens = 900M\ncontext = 128\nbatch = 256\nshares = chat 1\n";

static int run(void *arg)
{
    struct show *s = arg;
    struct err err;
    enum trainer_end end;
    int got;
    struct trainer_options o = {.recipe = s->dir.recipe, .out = s->out,
                                .data = s->dir.data, .threads = 1};
    if (!live_run(&o, &end, &got, &err)) {
        dprintf(STDOUT_FILENO, "refused: %s\n", err.msg);
        return 3;
    }
    return end == TRAINER_STOPPED ? 10 + got : 4;
}

static void open_show(struct show *s)
{
    struct pty_start how = {.width = 80, .height = 24, .term = "xterm-256color",
                            .locale = "C.UTF-8", .run = run, .arg = s};
    run_dir_open(&s->dir, long_recipe);
    snprintf(s->out, sizeof s->out, "%s/run", s->dir.path);
    pty_begin(&s->p, &how);
    pty_wait(&s->p, "MaxVio");
}

static void close_show(struct show *s, int status)
{
    char path[128];
    pty_end(&s->p);
    CHECK(WIFEXITED(s->p.status));
    assert_int_equal(WEXITSTATUS(s->p.status), status);
    pty_check_restored(&s->p);
    pty_check_harmless(&s->p);
    snprintf(path, sizeof path, "%s/last.ckpt", s->out);
    CHECK(access(path, F_OK) == 0); /* nothing learned was lost */
    pty_free(&s->p);
    run_dir_remove(s->dir.path);
}

static void q_saves_and_leaves(void **state)
{
    struct show s;
    (void)state;
    open_show(&s);
    pty_wait(&s.p, "sft ");
    pty_wait(&s.p, "experts  load");
    pty_send(&s.p, "b");
    pty_wait(&s.p, "bias of the router");
    pty_resize(&s.p, 60, 18);
    pty_send(&s.p, "b");
    pty_wait(&s.p, "experts  load");
    pty_send(&s.p, "q");
    close_show(&s, 10);
}

static void so_does_a_signal(void **state)
{
    struct show s;
    (void)state;
    open_show(&s);
    kill(s.p.child, SIGTERM);
    close_show(&s, 10 + SIGTERM);
}

static void and_ctrl_c(void **state)
{
    struct show s;
    (void)state;
    open_show(&s);
    pty_send(&s.p, "\003");
    close_show(&s, 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            a_step_is_told_with_the_load_and_the_bias_of_every_layer),
        cmocka_unit_test(it_is_drawn_at_every_size),
        cmocka_unit_test(q_saves_and_leaves),
        cmocka_unit_test(so_does_a_signal),
        cmocka_unit_test(and_ctrl_c),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
