/* SPDX-License-Identifier: Apache-2.0 */
#include "train/data/warmup.h"

#include <stdbool.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "text/vocab.h"

/* --- sequences of characters ---------------------------------------------- */

enum { MAX_ITEMS = 16 };

static uint32_t between(struct rng *r, uint32_t least, uint32_t most)
{
    return least + rng_below(r, most - least + 1);
}

/* n characters of `alphabet`, each like one of the two before it now and then. */
static void draw_chars(struct rng *r, const char *alphabet, size_t n, char *out)
{
    size_t kinds = strlen(alphabet);
    for (size_t i = 0; i < n; i++) {
        uint32_t repeat = rng_below(r, 5);
        out[i] = repeat < 2 && i > repeat ? out[i - 1 - repeat]
                                          : alphabet[rng_below(r, (uint32_t)kinds)];
    }
    out[n] = '\0';
}

static const char *draw_alphabet(struct rng *r)
{
    static const char *const all[] = {
        "0123456789", "0123456789", "abcdefghijklmnopqrstuvwxyz", "abcd0123"};
    return all[rng_below(r, 4)];
}

static void put_spaced(const char *s, size_t n, bool turned, struct buf *out)
{
    for (size_t i = 0; i < n; i++) {
        if (i > 0)
            buf_putc(out, ' ');
        buf_putc(out, s[turned ? n - 1 - i : i]);
    }
}

static void put_joined(const char *s, size_t n, bool turned, struct buf *out)
{
    for (size_t i = 0; i < n; i++)
        buf_putc(out, s[turned ? n - 1 - i : i]);
}

static void line_of_copy(struct rng *r, bool turned, struct buf *out)
{
    void (*const forms[])(const char *, size_t, bool, struct buf *) = {
        put_joined, put_spaced};
    char s[MAX_ITEMS + 1];
    size_t n = between(r, 2, MAX_ITEMS - 4);
    draw_chars(r, draw_alphabet(r), n, s);
    buf_puts(out, turned ? "rev " : "copy ");
    forms[rng_below(r, 2)](s, n, false, out);
    buf_puts(out, " -> ");
    forms[rng_below(r, 2)](s, n, turned, out);
}

static void line_of_brackets(struct rng *r, struct buf *out)
{
    static const char open[] = "([{<", shut[] = ")]}>";
    char stack[MAX_ITEMS];
    size_t n = 0;
    uint32_t len = between(r, 3, 12);
    buf_puts(out, "close ");
    for (uint32_t i = 0; i < len; i++) {
        if (n > 0 && rng_below(r, 3) == 0) {
            buf_putc(out, stack[--n]);
        } else {
            uint32_t kind = rng_below(r, 4);
            stack[n++] = shut[kind];
            buf_putc(out, open[kind]);
        }
        buf_putc(out, ' ');
    }
    buf_puts(out, "->");
    while (n > 0) {
        buf_putc(out, ' ');
        buf_putc(out, stack[--n]);
    }
}

/* a=4 k=9 z=1 ; k 9 */
static void line_of_pairs(struct rng *r, struct buf *out)
{
    char names[] = "abcdefghijklmnopqrstuvwxyz";
    char values[MAX_ITEMS + 1];
    uint32_t n = between(r, 2, 9);
    draw_chars(r, "0123456789", n, values);
    for (uint32_t i = 0; i < n; i++) {
        uint32_t other = i + rng_below(r, 26 - i);
        char c = names[i];
        names[i] = names[other];
        names[other] = c;
        buf_printf(out, "%c=%c ", names[i], values[i]);
    }
    buf_putc(out, ';');
    for (int ask = 0; ask < 2; ask++) {
        uint32_t i = rng_below(r, n);
        buf_printf(out, " %c %c", names[i], values[i]);
    }
}

static void line_of_sorting(struct rng *r, struct buf *out)
{
    unsigned v[MAX_ITEMS];
    uint32_t n = between(r, 2, 7), most = rng_below(r, 2) ? 9 : 99;
    buf_puts(out, "sort");
    for (uint32_t i = 0; i < n; i++) {
        v[i] = rng_below(r, most + 1);
        buf_printf(out, most > 9 ? " %02u" : " %u", v[i]);
    }
    buf_puts(out, " ->");
    for (uint32_t i = 0; i < n; i++) {
        for (uint32_t j = i + 1; j < n; j++) {
            if (v[j] < v[i]) {
                unsigned t = v[i];
                v[i] = v[j];
                v[j] = t;
            }
        }
        buf_printf(out, most > 9 ? " %02u" : " %u", v[i]);
    }
}

/* --- looking back far ----------------------------------------------------- */

static const char *const things[] = {
    "door", "box", "lamp", "boat", "garden", "bridge", "tower", "window",
    "bottle", "letter", "ship", "market", "mirror", "river", "engine", "island",
    "cellar", "museum", "station", "harbour", "kitchen", "tunnel", "library",
    "chapel"};
static const char *const colours[] = {"red",   "blue",  "green", "white",
                                      "black", "brown", "grey",  "yellow"};
enum {
    N_THINGS = sizeof things / sizeof *things,
    N_COLOURS = sizeof colours / sizeof *colours,
    N_NAMES = N_THINGS * N_COLOURS,
};

void warmup_recall(struct rng *r, size_t bytes, bool many, struct buf *out)
{
    uint32_t order[N_NAMES], code[N_NAMES], n = 0;
    size_t end = out->len + bytes;
    size_t told = many ? end - bytes / 12 * between(r, 1, 5) : end;
    for (uint32_t i = 0; i < N_NAMES; i++)
        order[i] = i;
    buf_puts(out, "Remember the codes.\n");
    for (; n < N_NAMES && out->len < told; n++) {
        uint32_t other = n + rng_below(r, N_NAMES - n), t = order[n];
        order[n] = order[other];
        order[other] = t;
        code[n] = between(r, 1000, 9999);
        buf_printf(out, "The code of the %s %s is %u.\n",
                   colours[order[n] % N_COLOURS], things[order[n] / N_COLOURS],
                   code[n]);
    }
    for (uint32_t ask = 0; ask < RECALL_FEW || (many && out->len < end); ask++) {
        uint32_t i = rng_below(r, n);
        buf_printf(out, "What is the code of the %s %s? %u\n",
                   colours[order[i] % N_COLOURS], things[order[i] / N_COLOURS],
                   code[i]);
    }
}

/* "the door 42, the lamp 17; the lamp 17": the same by one word and two digits,
 * which comes before finding a code by two words far back. */
static void line_of_things(struct rng *r, struct buf *out)
{
    uint32_t order[N_THINGS], value[N_THINGS], n = between(r, 2, 10);
    for (uint32_t i = 0; i < N_THINGS; i++)
        order[i] = i;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t other = i + rng_below(r, N_THINGS - i), t = order[i];
        order[i] = order[other];
        order[other] = t;
        value[i] = between(r, 10, 99);
        buf_printf(out, "%sthe %s %u", i ? ", " : "", things[order[i]], value[i]);
    }
    for (uint32_t ask = 0; ask < n; ask++) {
        uint32_t i = rng_below(r, n);
        buf_printf(out, "; the %s %u", things[order[i]], value[i]);
    }
}

void warmup_text(struct rng *r, struct buf *out)
{
    enum { N_KINDS = 9, SHORT = 300, LONG = 1100 };
    uint32_t kind = rng_below(r, N_KINDS), lines = between(r, 2, 5);
    if (kind == 8) {
        warmup_recall(r, between(r, SHORT, LONG), true, out);
        return;
    }
    for (uint32_t i = 0; i < lines; i++) {
        if (i > 0)
            buf_putc(out, '\n');
        switch (kind) {
        case 0: line_of_copy(r, false, out); break;
        case 1:
        case 2: line_of_copy(r, true, out); break;
        case 3: line_of_brackets(r, out); break;
        case 4: line_of_pairs(r, out); break;
        case 5: line_of_sorting(r, out); break;
        default: line_of_things(r, out); break;
        }
    }
}

/* --- spelling ------------------------------------------------------------- */

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_word(struct str s)
{
    if (s.len > 0 && s.p[0] == ' ')
        s = str_n(s.p + 1, s.len - 1);
    for (size_t i = 0; i < s.len; i++) {
        if (!is_letter(s.p[i]))
            return false;
    }
    return s.len >= 2;
}

/* Whole characters from U+4E00 to U+9FFF and their neighbours. */
static bool is_han(struct str s)
{
    for (size_t i = 0; i < s.len; i += 3) {
        unsigned char first = (unsigned char)s.p[i];
        if (first < 0xE4 || first > 0xE9 || i + 3 > s.len)
            return false;
    }
    return s.len > 0 && utf8_valid(s);
}

void spell_list_init(struct spell_list *l, const struct vocab *v)
{
    uint32_t n = vocab_size(v);
    *l = (struct spell_list){.ids = mem_array(n, sizeof *l->ids),
                             .han = mem_array(n, sizeof *l->han)};
    for (int32_t id = 0; (uint32_t)id < n; id++) {
        if (vocab_kind(v, id) != TOKEN_NORMAL)
            continue;
        if (is_word(vocab_bytes(v, id)))
            l->ids[l->n++] = id;
        else if (is_han(vocab_bytes(v, id)))
            l->han[l->n_han++] = id;
    }
}

void spell_list_clear(struct spell_list *l)
{
    mem_free(l->ids);
    mem_free(l->han);
    *l = (struct spell_list){0};
}

static void add_piece(const struct spell_list *l, const struct vocab *v,
                      struct rng *r, struct buf *word)
{
    struct str s = vocab_bytes(v, l->ids[rng_below(r, (uint32_t)l->n)]);
    if (s.p[0] == ' ')
        s = str_n(s.p + 1, s.len - 1);
    buf_add_str(word, s);
}

static void put_letters(struct str word, const char *gap, bool turned,
                        struct buf *out)
{
    for (size_t i = 0; i < word.len; i++) {
        if (i > 0)
            buf_puts(out, gap);
        buf_putc(out, word.p[turned ? word.len - 1 - i : i]);
    }
}

/* As the exercises write it (gen/letters.h): " l1 a2 m3 p4". */
static void put_numbered(struct str word, bool turned, struct buf *out)
{
    for (size_t i = 0; i < word.len; i++) {
        size_t at = turned ? word.len - 1 - i : i;
        buf_printf(out, " %c%zu", word.p[at], at + 1);
    }
}

/* "Lamp -> lamp", "LAMP -> lamp": the same word is other pieces. */
static void line_of_case(struct str word, struct rng *r, struct buf *out)
{
    bool all = rng_below(r, 2) == 0;
    for (size_t i = 0; i < word.len; i++)
        buf_putc(out, (char)((all || i == 0) && word.p[i] >= 'a' ? word.p[i] - 32
                                                               : word.p[i]));
    buf_puts(out, " -> ");
    for (size_t i = 0; i < word.len; i++)
        buf_putc(out, (char)(word.p[i] | 0x20));
}

static void line_of_spelling(struct str word, struct rng *r, struct buf *out)
{
    int len = (int)word.len;
    uint32_t kind = rng_below(r, 13);
    switch (kind) {
    case 0:
    case 1: /* a word in a sentence is another piece than one at its beginning */
    case 2:
    case 3:
    case 4:
    case 10:
        buf_printf(out, "%s%.*s:",
                   kind == 0 ? "" : kind == 10 ? "the word " : "spell ", len, word.p);
        put_numbered(word, false, out);
        break;
    case 11:
        buf_printf(out, "length of %.*s:", len, word.p);
        put_numbered(word, false, out);
        buf_printf(out, " -> %d", len);
        break;
    case 12:
        line_of_case(word, r, out);
        break;
    case 5:
        buf_printf(out, "%.*s backwards:", len, word.p);
        put_numbered(word, true, out);
        break;
    case 6:
        buf_printf(out, "%.*s: ", len, word.p);
        put_letters(word, " ", false, out);
        break;
    case 7:
        buf_printf(out, "\"%.*s\" -> ", len, word.p);
        put_letters(word, "-", false, out);
        break;
    case 8:
        buf_printf(out, "%.*s backwards: ", len, word.p);
        put_letters(word, " ", true, out);
        break;
    default:
        put_letters(word, " ", false, out);
        buf_printf(out, " is %.*s, %d letters", len, word.p, len);
        break;
    }
}

/* "found lunar branch = found lunar branch": a copy, of words or Chinese. */
static void line_of_words(const struct spell_list *l, const struct vocab *v,
                          struct rng *r, struct buf *out)
{
    static const char *const signs[] = {" = ", " -> ", " | ", "\n"};
    bool han = l->n_han > 0 && rng_below(r, 3) == 0;
    struct buf words = {0};
    for (uint32_t n = between(r, 1, 6); n > 0; n--) {
        if (han) {
            struct str s = vocab_bytes(v, l->han[rng_below(r, (uint32_t)l->n_han)]);
            buf_add_str(&words, s);
        } else {
            add_piece(l, v, r, &words);
        }
        if (n > 1)
            buf_putc(&words, ' ');
    }
    buf_add_str(out, buf_str(&words));
    buf_puts(out, signs[rng_below(r, 4)]);
    buf_add_str(out, buf_str(&words));
    buf_clear(&words);
}

void spell_text(const struct spell_list *l, const struct vocab *v,
                struct rng *r, struct buf *out)
{
    struct buf word = {0};
    uint32_t lines = between(r, 3, 6);
    bool copies = rng_below(r, 5) < 2;
    for (uint32_t i = 0; i < lines && l->n > 0; i++) {
        if (i > 0)
            buf_putc(out, '\n');
        if (copies) {
            line_of_words(l, v, r, out);
            continue;
        }
        buf_reset(&word);
        for (uint32_t n = 1 + (rng_below(r, 3) == 0); n > 0; n--)
            add_piece(l, v, r, &word);
        line_of_spelling(buf_str(&word), r, out);
    }
    buf_clear(&word);
}
