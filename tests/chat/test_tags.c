/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "base/buf.h"
#include "base/rng.h"
#include "chat/tags.h"

/* What was told, written down as "T(...)A(...)": neighbours of one part are
 * one part. */
struct told {
    struct buf text;
    bool any;
    enum text_part part;
};

static void take(void *arg, enum text_part part, struct str text)
{
    struct told *told = arg;
    assert_true(text.len > 0);
    if (!told->any || told->part != part) {
        if (told->any)
            buf_putc(&told->text, ')');
        buf_puts(&told->text, part == PART_THOUGHT ? "T(" : "A(");
    }
    told->any = true;
    told->part = part;
    buf_add_str(&told->text, text);
}

static void told_clear(struct told *told)
{
    buf_clear(&told->text);
    *told = (struct told){0};
}

struct sample {
    const char *in;
    bool inside, several;
    const char *want;
};

static void begin(struct tags *t, const struct sample *s)
{
    tags_begin(t, s->inside);
    if (s->several)
        tags_allow_several(t);
}

static void finish(struct tags *t, struct told *told)
{
    tags_end(t, take, told);
    if (told->any)
        buf_putc(&told->text, ')');
    else
        buf_puts(&told->text, "");
}

#define KIMI_OPEN "\xE2\x97\x81think\xE2\x96\xB7"
#define KIMI_CLOSE "\xE2\x97\x81/think\xE2\x96\xB7"

static const struct sample samples[] = {
    /* every kind of tag */
    {"<think>a\n</think>\n\nb", 0, 0, "T(a\n)A(\n\nb)"},
    {"<thinking>a</thinking>b", 0, 0, "T(a)A(b)"},
    {"<thought>a</thought>b", 0, 0, "T(a)A(b)"},
    {"<reasoning>a</reasoning>b", 0, 0, "T(a)A(b)"},
    {"<seed:think>a</seed:think>b", 0, 0, "T(a)A(b)"},
    {"[THINK]a[/THINK]b", 0, 0, "T(a)A(b)"},
    {KIMI_OPEN "a\xE2\x97\x81 x" KIMI_CLOSE "b", 0, 0, "T(a\xE2\x97\x81 x)A(b)"},
    {"<|channel|>analysis<|message|>a<|end|><|start|>assistant<|channel|>final"
     "<|message|>b<|return|>", 0, 0, "T(a)A(b)"},
    {"<|start|>assistant<|channel|>final<|message|>b", 0, 0, "A(b)"},
    /* white space before the tag, and none of it */
    {" \r\n\t<think>a</think>b", 0, 0, "T(a)A(b)"},
    {"  \n b", 0, 0, "A(  \n b)"},
    {"   ", 0, 0, "A(   )"},
    {"", 0, 0, ""},
    /* the prompt opened the block */
    {"a</think>\n\nb", 1, 0, "T(a)A(\n\nb)"},
    {"a</thinking>b", 1, 0, "T(a)A(b)"},
    {"a", 1, 0, "T(a)"},
    /* opened by nobody */
    {"</think>b", 0, 0, "A(b)"},
    {"\n\n</think>\nb", 0, 0, "A(\nb)"},
    {"a</think>b", 0, 0, "A(a</think>b)"},
    /* empty, unclosed, cut */
    {"<think></think>b", 0, 0, "A(b)"},
    {"<think>\n\n</think>\n\nb", 0, 0, "T(\n\n)A(\n\nb)"},
    {"<think>a", 0, 0, "T(a)"},
    {"<think>a</thin", 0, 0, "T(a</thin)"},
    {"<thin", 0, 0, "A(<thin)"},
    /* what only looks like a tag */
    {"<thinker>a</thinker>", 0, 0, "A(<thinker>a</thinker>)"},
    {"<think>a < b </ c </thinkx> <</think>d", 0, 0,
     "T(a < b </ c </thinkx> <)A(d)"},
    /* blocks do not nest, and close with their own tag */
    {"<think>a<think>b</think>c</think>d", 0, 0, "T(a<think>b)A(c</think>d)"},
    {"<think>a</thinking>b</think>c", 0, 0, "T(a</thinking>b)A(c)"},
    /* tags in the answer are text, in code and out of it */
    {"<think>a</think>x\n<think>b</think>", 0, 0,
     "T(a)A(x\n<think>b</think>)"},
    {"<think>a</think>\n```\n<think>no</think>\n```\nd", 0, 0,
     "T(a)A(\n```\n<think>no</think>\n```\nd)"},
    {"x <think>y</think>", 0, 0, "A(x <think>y</think>)"},
    /* the answer's own tag */
    {"<think> a </think> <answer> b </answer>\n", 0, 0, "T( a )A( b \n)"},
    {"<think>a</think><answer>b\n```\n</answer>\n```\nc</answer>", 0, 0,
     "T(a)A(b\n```\n</answer>\n```\nc)"},
    {"<answer>```x</answer>`\ny</answer>z", 0, 0, "A(```x</answer>`\nyz)"},
    {"<think>a</think>b<answer>c</answer>", 0, 0,
     "T(a)A(b<answer>c</answer>)"},
    /* several blocks, where they are asked for */
    {"<think>a</think>\nb\n<think>c</think>\nd", 0, 1, "T(a)A(\nb\n)T(c)A(\nd)"},
    {"b\n  <thinking>c</thinking>d", 0, 1, "A(b\n)T(c)A(d)"},
    {"b <think>c</think>", 0, 1, "A(b <think>c</think>)"},
    {"b\n```c\n<think>x</think>\n``\n````\n<think>e</think>f", 0, 1,
     "A(b\n```c\n<think>x</think>\n``\n````\n)T(e)A(f)"},
    {"b\n~~~\n```\n<think>x</think>\n~~~ \n<think>e</think>f", 0, 1,
     "A(b\n~~~\n```\n<think>x</think>\n~~~ \n)T(e)A(f)"},
    {"```code```\n<think>e</think>f", 0, 1, "A(```code```\n)T(e)A(f)"},
};

#define N_SAMPLES (sizeof samples / sizeof *samples)

static void feed(struct tags *t, const char *p, size_t len, struct told *told)
{
    tags_feed(t, str_n(p, len), take, told);
}

static void every_sample_splits_as_the_rules_say(void **state)
{
    (void)state;
    struct tags *t = tags_new();
    for (size_t i = 0; i < N_SAMPLES; i++) {
        struct told told = {0};
        begin(t, &samples[i]);
        feed(t, samples[i].in, strlen(samples[i].in), &told);
        finish(t, &told);
        assert_string_equal(told.text.p, samples[i].want);
        told_clear(&told);
    }
    tags_free(t);
}

/* Cut at one place, at two places, and after every byte. */
static void every_cut_gives_the_same_parts(void **state)
{
    (void)state;
    struct tags *t = tags_new();
    for (size_t i = 0; i < N_SAMPLES; i++) {
        const struct sample *s = &samples[i];
        size_t len = strlen(s->in);
        for (size_t a = 0; a <= len; a++) {
            for (size_t b = a; b <= len; b++) {
                struct told told = {0};
                begin(t, s);
                feed(t, s->in, a, &told);
                feed(t, s->in + a, b - a, &told);
                feed(t, s->in + b, len - b, &told);
                finish(t, &told);
                assert_string_equal(told.text.p, s->want);
                told_clear(&told);
            }
        }
        struct told told = {0};
        begin(t, s);
        for (size_t a = 0; a < len; a++)
            feed(t, s->in + a, 1, &told);
        finish(t, &told);
        assert_string_equal(told.text.p, s->want);
        told_clear(&told);
    }
    tags_free(t);
}

static const char *const bits[] = {
    "<think>", "</think>", "<thinking>", "</thinking>", "<answer>", "</answer>",
    "```", "~~~~", "\n", " ", "a", "<", "</", "`", "\r\n", "<|end|>",
    "<|channel|>analysis<|message|>", "<|channel|>final<|message|>",
    KIMI_OPEN, KIMI_CLOSE, "[THINK]", "[/THINK]", "\xE2\x97", "<thi",
};

static void random_mixtures_do_not_depend_on_the_cut(void **state)
{
    (void)state;
    struct rng rng = rng_init(5);
    struct tags *t = tags_new();
    for (int round = 0; round < 5000; round++) {
        struct buf in = {0};
        for (uint32_t n = rng_below(&rng, 14); n > 0; n--)
            buf_puts(&in, bits[rng_below(&rng, sizeof bits / sizeof *bits)]);
        struct str text = buf_str(&in);
        struct sample s = {text.p, rng_below(&rng, 3) == 0,
                           rng_below(&rng, 2) == 0, ""};
        struct told whole = {0}, cut = {0};
        begin(t, &s);
        feed(t, text.p, text.len, &whole);
        finish(t, &whole);
        begin(t, &s);
        for (size_t at = 0; at < text.len;) {
            size_t n = 1 + rng_below(&rng, 6);
            n = n < text.len - at ? n : text.len - at;
            feed(t, text.p + at, n, &cut);
            at += n;
        }
        finish(t, &cut);
        assert_string_equal(whole.text.p, cut.text.p);
        told_clear(&whole);
        told_clear(&cut);
        buf_clear(&in);
    }
    tags_free(t);
}

static void little_is_held_back(void **state)
{
    (void)state;
    struct tags *t = tags_new();
    struct told told = {0};
    tags_begin(t, false);
    for (int i = 0; i < 1000; i++)
        feed(t, " ", 1, &told);
    CHECK(told.text.len > 900);
    feed(t, "text", 4, &told);
    CHECK(told.text.len == 2 + 1004);
    told_clear(&told);
    tags_free(t);
}

static void tokens_can_set_the_part_without_any_tag(void **state)
{
    (void)state;
    struct tags *t = tags_new();
    struct told told = {0};
    tags_begin(t, false);
    feed(t, "\n", 1, &told);
    tags_set_part(t, PART_THOUGHT, take, &told);
    assert_int_equal(tags_part(t), PART_THOUGHT);
    feed(t, "a</th", 5, &told);
    tags_set_part(t, PART_ANSWER, take, &told);
    assert_int_equal(tags_part(t), PART_ANSWER);
    feed(t, "b</think>", 9, &told);
    finish(t, &told);
    assert_string_equal(told.text.p, "T(a</th)A(b</think>)");
    told_clear(&told);
    tags_free(t);
}

static void a_lost_opening_tag_is_noticed_in_whole_texts(void **state)
{
    (void)state;
    struct tags *t = tags_new();
    CHECK(tags_begins_inside(t, str_of("a\n</think>\nb")));
    CHECK(!tags_begins_inside(t, str_of("\n<think>a\n</think>\nb")));
    CHECK(!tags_begins_inside(t, str_of("a < b")));
    CHECK(!tags_begins_inside(t, str_n(NULL, 0)));
    tags_free(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_sample_splits_as_the_rules_say),
        cmocka_unit_test(every_cut_gives_the_same_parts),
        cmocka_unit_test(random_mixtures_do_not_depend_on_the_cut),
        cmocka_unit_test(little_is_held_back),
        cmocka_unit_test(tokens_can_set_the_part_without_any_tag),
        cmocka_unit_test(a_lost_opening_tag_is_noticed_in_whole_texts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
