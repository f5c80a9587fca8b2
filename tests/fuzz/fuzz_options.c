/* SPDX-License-Identifier: Apache-2.0 */
/* Settings from the command line (one word a line) and from a mullrc (the same
 * bytes), then a sampler with whatever they say, over logits that are those
 * bytes once more: it picks a token that is there, or says that none is. */
#include "fuzz/fuzz.h"

#include <math.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "chat/event.h"
#include "cmd/cmd.h"
#include "engine/sampler.h"
#include "kernels/kernels.h"
#include "options.h"
#include "rc.h"

enum { VOCAB = 64, WORDS = 32 };

/* Every option but those that end the program. */
static const struct command command = {
    .name = "all", .args = "", .summary = "",
    .options = "mtCXkGcDZnTKPMRSOUNHLIQvJ"};

static void check_sampling(const struct sampling *p)
{
    FUZZ_CHECK(isfinite(p->temp) && p->temp >= 0);
    FUZZ_CHECK(p->top_p >= 0 && p->top_p <= 1);
    FUZZ_CHECK(p->min_p >= 0 && p->min_p <= 1);
    FUZZ_CHECK(isfinite(p->repeat_penalty) && p->repeat_penalty > 0);
}

/* Every difference is one, of a key that has a name, and is found again. */
static void check_bindings(const struct bindings *b)
{
    FUZZ_CHECK(b->n <= BINDINGS_MAX);
    for (size_t i = 0; i < b->n; i++) {
        struct err err;
        struct str key = str_of(b->own[i].key);
        FUZZ_CHECK(bindings_key_known(key, b->own[i].browsing, &err));
        FUZZ_CHECK(b->own[i].action < ACTION_COUNT);
        FUZZ_CHECK(bindings_action(b, key, b->own[i].browsing) ==
                   (enum action)b->own[i].action);
        FUZZ_CHECK(action_for_key(key, b->own[i].browsing) !=
                   (enum action)b->own[i].action);
    }
}

static void sample(const struct options *o, const uint8_t *data, size_t size)
{
    static struct sampler *s;
    static struct kernels k;
    float logits[VOCAB] = {0};
    int32_t recent[8] = {0};
    struct token_info info = {0};
    struct err err;
    struct sampling usual = sampling_default();
    struct sampling p = options_sampling(o, &usual);
    check_sampling(&p);
    if (!s) {
        kernels_init(&k, cpu_best());
        s = sampler_new(&k, VOCAB, &err);
    }
    FUZZ_CHECK(s);
    memcpy(logits, data, size < sizeof logits ? size : sizeof logits);
    memcpy(recent, data, size < sizeof recent ? size : sizeof recent);
    sampler_set(s, &p);
    int32_t id = sampler_pick(s, logits, (uint32_t)size, recent, 8);
    FUZZ_CHECK(id >= -1 && id < VOCAB);
    if (id < 0) {
        for (int i = 0; i < VOCAB; i++)
            FUZZ_CHECK(isnan(logits[i]) || logits[i] == -INFINITY);
        return;
    }
    FUZZ_CHECK(!isnan(logits[id]) && logits[id] != -INFINITY);
    sampler_observe(s, logits, id, &info);
    FUZZ_CHECK(info.p >= 0 && info.p <= 1.0001f);
}

/* Words end at a line's end; argv[0] is the command's name. */
static int split(char *text, char *words[WORDS])
{
    int n = 0;
    words[n++] = (char *)"all";
    for (char *p = text; p && n < WORDS - 1;) {
        char *end = strchr(p, '\n');
        if (end)
            *end++ = '\0';
        words[n++] = p;
        p = end;
    }
    words[n] = NULL;
    return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct options o;
    struct err err = {0};
    char *words[WORDS], *text = mem_strndup((const char *)data, size);
    options_init(&o);
    if (options_read(&o, &command, split(text, words), words, &err))
        sample(&o, data, size);
    else
        FUZZ_CHECK(err.msg[0]);
    options_clear(&o);
    mem_free(text);

    err = (struct err){0};
    options_init(&o);
    if (rc_parse(&o, str_n((const char *)data, size), "/etc/mull", &err)) {
        sample(&o, data, size);
        check_bindings(&o.ui.bindings);
    } else {
        FUZZ_CHECK(err.msg[0]);
    }
    options_clear(&o);
    return 0;
}
