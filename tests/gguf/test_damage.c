/* SPDX-License-Identifier: Apache-2.0 */
/* Files made wrong on purpose, one row each: what has brought down other
 * loaders must be refused by this one, with a reason, and without taking more
 * memory than the file is large. */
#include "check.h"

#include <sys/resource.h>

#include "base/buf.h"
#include "gguf/gguf.h"

/* A file as a list of pieces. */
struct piece {
    char kind;  /* i u32, l u64, b byte, s string with length, r raw text,
                   z zero bytes, p padding to a multiple */
    uint64_t n;
    const char *s;
};

#define I(v) {'i', v, NULL}
#define L(v) {'l', v, NULL}
#define B(v) {'b', v, NULL}
#define S(t) {'s', sizeof(t) - 1, t}
#define R(t) {'r', sizeof(t) - 1, t}
#define Z(n) {'z', n, NULL}
#define PAD {'p', 32, NULL}
#define HEAD(version, tensors, keys) R("GGUF"), I(version), L(tensors), L(keys)
#define U32(key, v) S(key), I(4), I(v)
#define ARRAY(key, type, n) S(key), I(9), I(type), L(n)
#define T1(name, d0, type, offset) S(name), I(1), L(d0), I(type), L(offset)
#define T2(name, d0, d1, type, offset) \
    S(name), I(2), L(d0), L(d1), I(type), L(offset)

#define HUGE61 (UINT64_C(1) << 61)

static const struct damage {
    const char *name;
    enum err_kind kind;
    const char *says;
    struct piece p[40];
} damages[] = {
    /* not GGUF at all */
    {"an empty file", ERR_FORMAT, "empty", {Z(0)}},
    {"three bytes of the magic", ERR_FORMAT, "cut off", {R("GGU")}},
    {"a header cut off", ERR_FORMAT, "24 bytes", {R("GGUF"), I(3), L(0)}},
    {"random text", ERR_FORMAT, "not a GGUF", {R("Once upon a time, there")}},
    {"an old GGML file", ERR_FORMAT, "before GGUF", {R("lmgg"), Z(60)}},
    {"an old GGJT file", ERR_FORMAT, "GGJT", {R("tjgg"), I(3), Z(60)}},
    {"a Git LFS pointer", ERR_FORMAT, "git lfs pull",
     {R("version https://git-lfs.github.com/spec/v1\noid sha256:00")}},
    {"a ZIP archive", ERR_FORMAT, "ZIP", {R("PK\3\4"), Z(60)}},
    {"a safetensors file", ERR_FORMAT, "safetensors",
     {L(40), R("{\"__metadata__\":{\"format\":\"pt\"}}       ")}},
    {"a web page", ERR_FORMAT, "web page", {R("<!DOCTYPE html><html>")}},

    /* versions */
    {"version 0", ERR_FORMAT, "version 0", {HEAD(0, 0, 0)}},
    {"version 1", ERR_UNSUPPORTED, "obsolete", {HEAD(1, 0, 0)}},
    {"version 4", ERR_UNSUPPORTED, "version 4", {HEAD(4, 0, 0)}},
    {"a big-endian file", ERR_UNSUPPORTED, "big-endian",
     {HEAD(0x03000000, 0, 0)}},

    /* counts */
    {"2^61 keys", ERR_FORMAT, "metadata keys", {HEAD(3, 0, HUGE61)}},
    {"2^64-1 keys", ERR_FORMAT, "metadata keys", {HEAD(3, 0, UINT64_MAX)}},
    {"one key more than there is room for", ERR_FORMAT, "room for 1",
     {HEAD(3, 0, 2), U32("k", 1), Z(10)}},
    {"2^61 tensors", ERR_FORMAT, "tensors", {HEAD(3, HUGE61, 0)}},
    {"2^63 tensors", ERR_FORMAT, "tensors",
     {HEAD(3, UINT64_C(1) << 63, 0)}},
    {"more tensors than there is room for", ERR_FORMAT, "room for",
     {HEAD(3, 1000000, 0), Z(1000)}},
    {"a million keys in a file that has the room", ERR_FORMAT, "limit",
     {HEAD(3, 0, 1000000), Z(1 << 24)}},

    /* strings and keys */
    {"a key of 2^64-1 bytes", ERR_FORMAT, "byte 24",
     {HEAD(3, 0, 1), L(UINT64_MAX), R("general.name"), Z(32)}},
    {"a key without a name", ERR_FORMAT, "without a name",
     {HEAD(3, 0, 1), S(""), I(4), I(1), Z(32)}},
    {"a key of 70000 bytes", ERR_FORMAT, "65535",
     {HEAD(3, 0, 1), L(70000), Z(70000), I(4), I(1)}},
    {"a value string of 2^64-1 bytes", ERR_FORMAT, "general.name",
     {HEAD(3, 0, 1), S("general.name"), I(8), L(UINT64_MAX), Z(32)}},
    {"a value string one byte too long", ERR_FORMAT, "general.name",
     {HEAD(3, 0, 1), S("general.name"), I(8), L(5), R("four")}},
    {"a key twice", ERR_FORMAT, "\"twin\" is there twice",
     {HEAD(3, 0, 3), U32("twin", 1), U32("other", 2), U32("twin", 1)}},
    {"a key with escape sequences", ERR_FORMAT, "\"?[2J?]52\"",
     {HEAD(3, 0, 1), S("\033[2J\233]52"), I(99), Z(32)}},

    /* value types */
    {"value type 13", ERR_FORMAT, "value type 13",
     {HEAD(3, 0, 1), S("k"), I(13), L(0)}},
    {"value type -1", ERR_FORMAT, "value type 4294967295",
     {HEAD(3, 0, 1), S("k"), I(UINT32_MAX), L(0)}},
    {"a bool of 2", ERR_FORMAT, "0 or 1",
     {HEAD(3, 0, 1), S("flag"), I(7), B(2)}},
    {"a bool of 255 inside an array", ERR_FORMAT, "0 or 1",
     {HEAD(3, 0, 1), ARRAY("flags", 7, 2), B(1), B(255)}},

    /* arrays */
    {"an array of arrays", ERR_UNSUPPORTED, "array of arrays",
     {HEAD(3, 0, 1), ARRAY("nested", 9, 1), I(4), L(1), I(1)}},
    {"arrays nested a thousand deep", ERR_UNSUPPORTED, "array of arrays",
     {HEAD(3, 0, 1), ARRAY("deep", 9, 1), {'n', 1000, NULL}}},
    {"an array of type -1", ERR_FORMAT, "value type 4294967295",
     {HEAD(3, 0, 1), ARRAY("k", UINT32_MAX, 1), Z(32)}},
    {"an array of 2^61 U64", ERR_FORMAT, "array elements",
     {HEAD(3, 0, 1), ARRAY("k", 10, HUGE61), Z(32)}},
    {"an array of 2^64-1 U8", ERR_FORMAT, "array elements",
     {HEAD(3, 0, 1), ARRAY("k", 0, UINT64_MAX), Z(32)}},
    {"an array of 2^61 strings", ERR_FORMAT, "array elements",
     {HEAD(3, 0, 1), ARRAY("tokens", 8, HUGE61), Z(32)}},
    {"a token of 2^31 bytes", ERR_FORMAT, "tokens",
     {HEAD(3, 0, 1), ARRAY("tokens", 8, 2), S("a"), L(UINT64_C(1) << 31),
      Z(32)}},
    {"a token of -1 bytes", ERR_FORMAT, "tokens",
     {HEAD(3, 0, 1), ARRAY("tokens", 8, 2), S("a"), L(UINT64_MAX), Z(32)}},

    /* alignment */
    {"alignment 0", ERR_FORMAT, "general.alignment is 0",
     {HEAD(3, 0, 1), U32("general.alignment", 0)}},
    {"alignment 3", ERR_FORMAT, "power of two",
     {HEAD(3, 0, 1), U32("general.alignment", 3)}},
    {"alignment 4", ERR_FORMAT, "from 8",
     {HEAD(3, 0, 1), U32("general.alignment", 4)}},
    {"alignment 2^31", ERR_FORMAT, "power of two",
     {HEAD(3, 0, 1), U32("general.alignment", UINT32_C(1) << 31)}},
    {"alignment as a string", ERR_FORMAT, "must be a U32",
     {HEAD(3, 0, 1), S("general.alignment"), I(8), S("32")}},
    {"alignment as an I32", ERR_FORMAT, "must be a U32",
     {HEAD(3, 0, 1), S("general.alignment"), I(5), I(32)}},
    {"alignment as an array", ERR_FORMAT, "must be a U32",
     {HEAD(3, 0, 1), ARRAY("general.alignment", 4, 1), I(32)}},

    /* tensor names, dimensions, types */
    {"a tensor without a name", ERR_FORMAT, "without a name",
     {HEAD(3, 1, 0), T1("", 8, 0, 0), PAD, Z(32)}},
    {"a tensor name of 64 bytes", ERR_FORMAT, "63",
     {HEAD(3, 1, 0), L(64), Z(64), I(1), L(8), I(0), L(0), PAD, Z(32)}},
    {"a tensor name of 2^64-1 bytes", ERR_FORMAT, "63",
     {HEAD(3, 1, 0), L(UINT64_MAX), Z(64)}},
    {"a tensor twice", ERR_FORMAT, "\"a\" is there twice",
     {HEAD(3, 2, 0), T1("a", 8, 0, 0), T1("a", 8, 0, 32), PAD, Z(64)}},
    {"five dimensions", ERR_FORMAT, "5 dimensions",
     {HEAD(3, 1, 0), S("a"), I(5), L(1), L(1), L(1), L(1), L(1), I(0), L(0),
      PAD, Z(32)}},
    {"-1 dimensions", ERR_FORMAT, "dimensions",
     {HEAD(3, 1, 0), S("a"), I(UINT32_MAX), L(1), I(0), L(0), PAD, Z(32)}},
    {"a dimension of 0", ERR_FORMAT, "is 0",
     {HEAD(3, 1, 0), T1("a", 0, 0, 0), PAD, Z(32)}},
    {"a second dimension of 0", ERR_FORMAT, "is 0",
     {HEAD(3, 1, 0), T2("a", 8, 0, 0, 0), PAD, Z(32)}},
    {"a dimension of 2^63", ERR_FORMAT, "2^40",
     {HEAD(3, 1, 0), T1("a", UINT64_C(1) << 63, 0, 0), PAD, Z(32)}},
    {"a dimension of 2^32+64", ERR_FORMAT, "past the end",
     {HEAD(3, 1, 0), T1("a", (UINT64_C(1) << 32) + 64, 0, 0), PAD, Z(256)}},
    {"dimensions whose product wraps to 0", ERR_FORMAT, "overflows",
     {HEAD(3, 1, 0), T2("a", UINT64_C(1) << 32, UINT64_C(1) << 32, 0, 0), PAD,
      Z(32)}},
    {"four dimensions whose product wraps to 64", ERR_FORMAT, "overflows",
     {HEAD(3, 1, 0), S("a"), I(4), L(UINT64_C(1) << 40), L(UINT64_C(1) << 40),
      L(64), L(1), I(0), L(0), PAD, Z(256)}},
    {"a size in bytes that wraps", ERR_FORMAT, "overflows",
     {HEAD(3, 1, 0), T2("a", UINT64_C(1) << 40, UINT64_C(1) << 22, 0, 0), PAD,
      Z(32)}},
    {"tensor type -1", ERR_UNSUPPORTED, "type 4294967295",
     {HEAD(3, 1, 0), T1("a", 8, UINT32_MAX, 0), PAD, Z(32)}},
    {"a tensor type that was withdrawn", ERR_UNSUPPORTED, "type 4",
     {HEAD(3, 1, 0), T1("a", 32, 4, 0), PAD, Z(32)}},
    {"a tensor type of the future", ERR_UNSUPPORTED, "type 43",
     {HEAD(3, 1, 0), T1("a", 32, 43, 0), PAD, Z(32)}},
    {"rows that do not fit the blocks", ERR_FORMAT, "blocks of 32",
     {HEAD(3, 1, 0), T2("a", 33, 32, 8, 0), PAD, Z(4096)}},

    /* places */
    {"an offset at the end of the file", ERR_FORMAT, "past the end",
     {HEAD(3, 1, 0), T1("a", 8, 0, 32), PAD, Z(32)}},
    {"an offset behind the end of the file", ERR_FORMAT, "past the end",
     {HEAD(3, 1, 0), T1("a", 8, 0, 4096), PAD, Z(32)}},
    {"an offset of 2^64-32", ERR_FORMAT, "past the end",
     {HEAD(3, 1, 0), T1("a", 8, 0, UINT64_MAX - 31), PAD, Z(32)}},
    {"an offset that is not aligned", ERR_FORMAT, "multiple of 32",
     {HEAD(3, 1, 0), T1("a", 8, 0, 16), PAD, Z(64)}},
    {"a tensor one row larger than the file", ERR_FORMAT, "past the end",
     {HEAD(3, 1, 0), T2("a", 8, 2, 0, 0), PAD, Z(32)}},
    {"a file that ends before its tensor data", ERR_FORMAT, "cut off",
     {HEAD(3, 1, 0), T1("a", 8, 0, 0)}},
    {"two tensors in one place", ERR_FORMAT, "overlap",
     {HEAD(3, 2, 0), T1("a", 8, 0, 0), T1("b", 8, 0, 0), PAD, Z(64)}},
    {"tensors that overlap, not in order", ERR_FORMAT, "overlap",
     {HEAD(3, 3, 0), T1("a", 8, 0, 64), T1("b", 8, 0, 0), T1("c", 16, 0, 32),
      PAD, Z(96)}},
    {"tensors near 2^63 bytes in all", ERR_FORMAT, "past the end",
     {HEAD(3, 2, 0), T2("a", UINT64_C(1) << 40, UINT64_C(1) << 20, 0, 0),
      T2("b", UINT64_C(1) << 40, UINT64_C(1) << 20, 0, UINT64_C(1) << 62), PAD,
      Z(32)}},
};

/* Unusual, yet allowed. */
static const struct damage fine[] = {
    {"no keys and no tensors", ERR_NONE, "", {HEAD(3, 0, 0)}},
    {"version 2", ERR_NONE, "", {HEAD(2, 0, 1), U32("k", 1)}},
    {"bytes behind the last tensor", ERR_NONE, "",
     {HEAD(3, 1, 0), T1("a", 8, 0, 0), PAD, Z(1000)}},
    {"no padding behind the last tensor", ERR_NONE, "",
     {HEAD(3, 1, 0), T1("a", 3, 0, 0), PAD, Z(12)}},
    {"a tensor of no dimensions", ERR_NONE, "",
     {HEAD(3, 1, 0), S("a"), I(0), I(0), L(0), PAD, Z(4)}},
    {"tensors in another order with a hole", ERR_NONE, "",
     {HEAD(3, 2, 0), T1("a", 8, 0, 96), T1("b", 16, 0, 0), PAD, Z(128)}},
    {"an empty array", ERR_NONE, "", {HEAD(3, 0, 1), ARRAY("k", 8, 0)}},
    {"a key of raw bytes", ERR_NONE, "", {HEAD(3, 0, 1), U32("\0\xFF", 1)}},
};

static void add_number(struct buf *b, uint64_t v, int bytes)
{
    for (int i = 0; i < bytes; i++)
        buf_putc(b, (char)(v >> 8 * i));
}

static void add_piece(struct buf *b, const struct piece *p)
{
    switch (p->kind) {
    case 'i':
        add_number(b, p->n, 4);
        break;
    case 'l':
        add_number(b, p->n, 8);
        break;
    case 'b':
        add_number(b, p->n, 1);
        break;
    case 's':
        add_number(b, p->n, 8);
        buf_add(b, p->s, p->n);
        break;
    case 'r':
        buf_add(b, p->s, p->n);
        break;
    case 'z':
        for (uint64_t i = 0; i < p->n; i++)
            buf_putc(b, 0);
        break;
    case 'p':
        while (b->len % p->n)
            buf_putc(b, 0);
        break;
    case 'n': /* heads of arrays of one array */
        for (uint64_t i = 0; i < p->n; i++) {
            add_number(b, 9, 4);
            add_number(b, 1, 8);
        }
        break;
    }
}

static struct buf built(const struct damage *d)
{
    struct buf b = {0};
    for (size_t i = 0; i < sizeof d->p / sizeof d->p[0] && d->p[i].kind; i++)
        add_piece(&b, &d->p[i]);
    return b;
}

static void is_refused(void **state)
{
    const struct damage *d = *state;
    struct buf b = built(d);
    struct gguf g;
    struct err err = {0};
    if (gguf_open_memory(&g, b.p, b.len, &err))
        fail_msg("it should have been refused");
    if (err.kind != d->kind || !strstr(err.msg, d->says))
        fail_msg("kind %d, expected %d with \"%s\": %s", err.kind, d->kind,
                 d->says, err.msg);
    for (const char *c = err.msg; *c; c++)
        CHECK(*c >= ' ' && *c <= '~');
    assert_null(g.kv);
    assert_null(g.tensors);
    buf_clear(&b);
}

static void is_opened(void **state)
{
    const struct damage *d = *state;
    struct buf b = built(d);
    struct gguf g;
    struct err err;
    CHECK_OK(gguf_open_memory(&g, b.p, b.len, &err), &err);
    gguf_close(&g);
    buf_clear(&b);
}

/* No claim of a file may cost memory: 64 MB above what the program has now
 * must do. Sanitizers reserve terabytes, so not there. */
static void limit_memory(void)
{
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
    return;
#endif
#endif
    unsigned long pages = 0;
    FILE *f = fopen("/proc/self/statm", "r");
    if (!f)
        return;
    if (fscanf(f, "%lu", &pages) == 1) {
        rlim_t most = (rlim_t)pages * 4096 + (64u << 20);
        struct rlimit lim;
        getrlimit(RLIMIT_AS, &lim);
        lim.rlim_cur = most;
        setrlimit(RLIMIT_AS, &lim);
    }
    fclose(f);
#endif
}

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

/* The same files as seeds for the fuzz target: test_damage FOLDER. */
static void write_seed(const char *folder, const struct damage *d)
{
    struct buf b = built(d), path = {0};
    buf_printf(&path, "%s/%s", folder, d->name);
    for (char *c = strrchr(path.p, '/') + 1; *c; c++)
        *c = strchr(" ^", *c) ? '-' : *c;
    FILE *f = b.len < 5000 ? fopen(path.p, "wb") : NULL;
    if (f) {
        fwrite(b.p ? b.p : "", 1, b.len, f);
        fclose(f);
    }
    buf_clear(&b);
    buf_clear(&path);
}

int main(int argc, char **argv)
{
    for (size_t i = 0; argc > 1 && i < COUNT(damages); i++)
        write_seed(argv[1], &damages[i]);
    for (size_t i = 0; argc > 1 && i < COUNT(fine); i++)
        write_seed(argv[1], &fine[i]);
    if (argc > 1)
        return 0;
    static struct CMUnitTest tests[COUNT(damages) + COUNT(fine)];
    for (size_t i = 0; i < COUNT(damages); i++)
        tests[i] = (struct CMUnitTest){.name = damages[i].name,
                                       .test_func = is_refused,
                                       .initial_state = (void *)&damages[i]};
    for (size_t i = 0; i < COUNT(fine); i++)
        tests[COUNT(damages) + i] =
            (struct CMUnitTest){.name = fine[i].name,
                                .test_func = is_opened,
                                .initial_state = (void *)&fine[i]};
    limit_memory();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
