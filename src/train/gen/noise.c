/* SPDX-License-Identifier: Apache-2.0 */
#include "train/gen/noise.h"

#include <strings.h>

#include "train/gen/phrase.h"

bool gen_chance(struct gen_ctx *ctx, uint32_t percent)
{
    return rng_below(&ctx->rng, 100) < percent;
}

int64_t gen_between(struct gen_ctx *ctx, int64_t from, int64_t to)
{
    uint64_t n = (uint64_t)(to - from) + 1;
    return from + (int64_t)(rng_next(&ctx->rng) % n);
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_lower(char c)
{
    return c >= 'a' && c <= 'z';
}

static bool is_letter(char c)
{
    return is_lower(c) || (c >= 'A' && c <= 'Z');
}

/* A lone i, or that of i'm; not a letter among letters, "t a x i n g". */
static bool is_me(const struct buf *b, size_t i)
{
    if (b->p[i] != 'i' || (i > 0 && !strchr(" \"", b->p[i - 1])) ||
        i + 3 >= b->len)
        return false;
    return b->p[i + 1] == '\'' ||
           (b->p[i + 1] == ' ' && is_letter(b->p[i + 2]) && is_letter(b->p[i + 3]));
}

void gen_capitals(struct buf *b)
{
    bool start = true;
    for (size_t i = 0; i < b->len; i++) {
        char c = b->p[i];
        bool lone = i + 1 == b->len || !is_letter(b->p[i + 1]);
        if ((start && is_lower(c) && (!lone || c == 'i' || c == 'a')) ||
            is_me(b, i))
            b->p[i] = (char)(c - 32); /* p and q keep their case */
        /* "... ." Next, but "... ?" asked somebody */
        size_t end = i > 1 && b->p[i - 1] == '"' && b->p[i - 2] == '.' ? i - 1 : i;
        if (c == ' ' && end > 0 && strchr(".?!", b->p[end - 1]))
            start = true;
        else if (c != ' ' && c != '"' && c != '(' && c != '*')
            start = false;
    }
}

static void lower_case(struct buf *b)
{
    for (size_t i = 0; i < b->len; i++)
        if (b->p[i] >= 'A' && b->p[i] <= 'Z')
            b->p[i] = (char)(b->p[i] + 32);
}

static void upper_case(struct buf *b)
{
    for (size_t i = 0; i < b->len; i++)
        if (is_lower(b->p[i]))
            b->p[i] = (char)(b->p[i] - 32);
}

static void insert(struct buf *b, size_t at, const char *p, size_t len)
{
    size_t tail = b->len - at;
    buf_reserve(b, len + 1);
    memmove(b->p + at + len, b->p + at, tail + 1);
    memcpy(b->p + at, p, len);
    b->len += len;
}

/* Whether the letters around `at` say what is to be done with which number: "for" is
 * not what "four" was, and "pls" might be please. */
static bool in_plain_word(const struct buf *b, size_t at)
{
    static const char *const words[] = {
        "three", "four", "five", "seven", "eight", "nine", "eleven", "twelve",
        "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
        "hundred", "thousand", "half", "third", "quarter", "fifth", "fourth", "sixth",
        "ninth", "first", "second", "twice", "double", "dozen", "zero",
        "plus", "minus", "times"};
    size_t from = at, to = at;
    while (from > 0 && is_letter(b->p[from - 1]))
        from--;
    while (to < b->len && is_letter(b->p[to]))
        to++;
    struct str word = str_n(b->p + from, to - from);
    if (str_ends(word, str_of("teen")))
        return true;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (word.len == strlen(words[i]) &&
            !strncasecmp(word.p, words[i], word.len))
            return true;
    return false;
}

/* One slip within a word of four letters or more, never on its first letter:
 * two letters change places, one is missing, one comes twice. Words for numbers and
 * signs are spared. */
static void typo(struct gen_ctx *ctx, struct buf *b)
{
    if (b->len < 6)
        return;
    for (int tries = 0; tries < 8; tries++) {
        size_t at = rng_below(&ctx->rng, (uint32_t)b->len - 3);
        char *p = b->p + at;
        if (!is_letter(p[0]) || !is_letter(p[1]) || !is_lower(p[2]) ||
            !is_letter(p[3]) || in_plain_word(b, at))
            continue;
        switch (rng_below(&ctx->rng, 3)) {
        case 0: {
            char c = p[1];
            p[1] = p[2];
            p[2] = c;
            return;
        }
        case 1:
            buf_erase(b, at + 2, 1);
            return;
        default:
            insert(b, at + 2, &(char){p[1]}, 1);
            return;
        }
    }
}

/* The mark at the end goes, or comes twice. */
static void last_mark(struct gen_ctx *ctx, struct buf *b)
{
    static const char *const wide[] = {"？", "。", "！"};
    size_t cut = 0;
    if (b->len && strchr(".?!", b->p[b->len - 1]))
        cut = 1;
    for (size_t i = 0; i < 3; i++)
        if (str_ends(buf_str(b), str_of(wide[i])))
            cut = strlen(wide[i]);
    if (cut == 0)
        return;
    if (gen_chance(ctx, 12) && b->p[b->len - 1] != '.') {
        char mark[4];
        memcpy(mark, b->p + b->len - cut, cut);
        buf_add(b, mark, cut);
    } else {
        buf_erase(b, b->len - cut, cut);
    }
}

/* whats, lets, dont */
static void drop_apostrophes(struct buf *b)
{
    for (size_t i = b->len; i-- > 0;)
        if (b->p[i] == '\'')
            buf_erase(b, i, 1);
}

/* Replaces `word` where it stands between blanks or before a mark. */
static void replace_word(struct buf *b, const char *word, const char *by)
{
    struct str w = str_of(word);
    for (size_t at = str_find(buf_str(b), w, 0); at < b->len;
         at = str_find(buf_str(b), w, at + 1)) {
        size_t end = at + w.len;
        if ((at > 0 && b->p[at - 1] != ' ') ||
            (end < b->len && !strchr(" ,.?!", b->p[end])))
            continue;
        buf_erase(b, at, w.len);
        insert(b, at, by, strlen(by));
    }
}

/* How people shorten what they type. */
static void short_words(struct gen_ctx *ctx, struct buf *b)
{
    static const char *const words[][2] = {
        {"you", "u"}, {"are", "r"}, {"please", "plz"}, {"thanks", "thx"},
        {"your", "ur"}, {"and", "n"}, {"and", "&"}, {"want to", "wanna"},
        {"have to", "gotta"}, {"with", "w/"}, {"because", "cuz"}, {"number", "nr"}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (gen_chance(ctx, 45))
            replace_word(b, words[i][0], words[i][1]);
}

/* Who learns English leaves the articles out. */
static void drop_articles(struct buf *b)
{
    static const char *const words[] = {"the ", "a ", "an "};
    for (size_t i = b->len; i-- > 1;) {
        struct str rest = str_n(b->p + i, b->len - i);
        for (size_t k = 0; k < 3; k++)
            if (b->p[i - 1] == ' ' && str_starts(rest, str_of(words[k]))) {
                buf_erase(b, i, strlen(words[k]));
                break;
            }
    }
}

/* um, like, uh: between two words. */
static void filler(struct gen_ctx *ctx, struct buf *b)
{
    static const char *const words[] = {" um", " uh", " like", " er", " well", ", um,",
                                        " you know", " so"};
    for (int tries = 0; tries < 6 && b->len > 4; tries++) {
        size_t at = rng_below(&ctx->rng, (uint32_t)b->len - 3) + 1;
        if (b->p[at] != ' ' || !is_letter(b->p[at - 1]) || !is_letter(b->p[at + 1]))
            continue;
        const char *word = words[rng_below(&ctx->rng, 8)];
        insert(b, at, word, strlen(word));
        return;
    }
}

static bool is_sign(char c)
{
    return is_digit(c) || is_letter(c);
}

/* Whether a mark of `len` bytes at `at` is all that keeps two numbers or two
 * English words apart. */
static bool parts_words(const struct buf *b, size_t at, size_t len)
{
    return at > 0 && is_sign(b->p[at - 1]) && at + len < b->len &&
           is_sign(b->p[at + len]);
}

/* Chinese typed with the keyboard of another language: its marks become ASCII. A
 * blank keeps "993, 480" from being one number. */
static void ascii_marks(struct buf *b)
{
    static const char *const marks[][2] = {
        {"，", ","}, {"？", "?"}, {"。", "."}, {"：", ":"}, {"、", ","}};
    struct buf out = {0};
    for (size_t i = 0; i < b->len;) {
        struct str rest = str_n(b->p + i, b->len - i);
        size_t m = 0;
        while (m < 5 && !str_starts(rest, str_of(marks[m][0])))
            m++;
        size_t len = m < 5 ? strlen(marks[m][0]) : 1;
        buf_add(&out, m < 5 ? marks[m][1] : rest.p, 1);
        if (m < 5 && parts_words(b, i, len))
            buf_putc(&out, ' ');
        i += len;
    }
    buf_clear(b);
    *b = out;
}

static void wide_digits(struct buf *b)
{
    struct buf out = {0};
    for (size_t i = 0; i < b->len; i++) {
        char c = b->p[i];
        if (is_digit(c)) /* U+FF10 and up */
            buf_add(&out, (char[]){(char)0xEF, (char)0xBC,
                                   (char)(0x90 + (c - '0'))}, 3);
        else
            buf_putc(&out, c);
    }
    buf_clear(b);
    *b = out;
}

/* "有 12 个" for "有12个", as many type it: a blank between Chinese and what is
 * not. */
static void space_out(struct buf *b)
{
    struct buf out = {0};
    for (size_t i = 0; i < b->len; i++) {
        unsigned char c = (unsigned char)b->p[i];
        unsigned char last = i ? (unsigned char)b->p[i - 1] : 0;
        /* The bytes of Han begin with E4 to E9; marks and wide digits do not. */
        bool han = c >= 0xE4 && c <= 0xE9, after_han = last >= 0x80 && i >= 3 &&
                   (unsigned char)b->p[i - 3] >= 0xE4 &&
                   (unsigned char)b->p[i - 3] <= 0xE9;
        if ((han && (is_digit((char)last) || is_letter((char)last))) ||
            (after_han && (is_digit((char)c) || is_letter((char)c))))
            buf_putc(&out, ' ');
        buf_putc(&out, (char)c);
    }
    buf_clear(b);
    *b = out;
}

/* Commas are what is left out first when typing. "1,000" keeps its own, and between
 * two numbers or English words a blank stays. */
static void drop_commas(struct buf *b)
{
    for (size_t i = b->len; i-- > 0;) {
        struct str rest = str_n(b->p + i, b->len - i);
        if (str_starts(rest, str_of(", ")))
            buf_erase(b, i, 1);
        else if (str_starts(rest, str_of("，"))) {
            bool blank = parts_words(b, i, strlen("，"));
            buf_erase(b, i, strlen("，"));
            if (blank)
                insert(b, i, " ", 1);
        }
    }
}

/* A blank too many beside another one, or behind the end. */
static void blanks(struct gen_ctx *ctx, struct buf *b)
{
    size_t blank = str_find(buf_str(b), str_of(" "),
                            rng_below(&ctx->rng, (uint32_t)b->len + 1));
    insert(b, blank, " ", 1);
}

static void greeting(struct gen_ctx *ctx, struct buf *b)
{
    struct buf lead = {0};
    phrase(ctx, "common", "lead", NULL, &lead);
    if (lead.len == 0) {
        buf_clear(&lead);
        return;
    }
    /* After a comma or a colon the sentence goes on: "please, what is". A word
     * of capitals or a lone letter ("I") keeps them, and so do names. */
    char end = lead.len > 1 ? lead.p[lead.len - 2] : '.';
    if ((end == ',' || end == ':') && b->len > 1 && is_lower(b->p[1]) &&
        gen_chance(ctx, 80))
        b->p[0] = (char)(b->p[0] | (is_letter(b->p[0]) ? 0x20 : 0));
    insert(b, 0, lead.p, lead.len);
    buf_clear(&lead);
}

/* A sentence that has nothing to do with it, before what is asked or behind. */
static void aside(struct gen_ctx *ctx, struct buf *b)
{
    struct buf text = {0};
    bool zh = ctx->lang == LANG_ZH, before = gen_chance(ctx, 70);
    phrase(ctx, "common", "aside", NULL, &text);
    if (text.len && before) {
        if (!zh)
            buf_putc(&text, ' ');
        insert(b, 0, text.p, text.len);
    } else if (text.len) {
        struct str asked = buf_str(b);
        bool ended = (b->len && strchr(".?!", b->p[b->len - 1])) ||
                     str_ends(asked, str_of("？")) || str_ends(asked, str_of("。"));
        buf_puts(b, zh ? (ended ? "" : "。") : ended ? " " : ". ");
        buf_add(b, text.p, text.len);
    }
    buf_clear(&text);
}

static void typing(struct gen_ctx *ctx, struct buf *b, unsigned flags)
{
    bool letters = !(flags & NOISE_KEEP_LETTERS);
    if (gen_chance(ctx, 30))
        last_mark(ctx, b);
    if (letters && !(flags & NOISE_NO_TYPOS) && ctx->lang == LANG_EN &&
        gen_chance(ctx, 13))
        typo(ctx, b);
    if (letters && !(flags & NOISE_NO_TYPOS) && ctx->lang == LANG_EN) {
        if (gen_chance(ctx, 6))
            short_words(ctx, b);
        if (gen_chance(ctx, 4))
            drop_articles(b);
        if (gen_chance(ctx, 4))
            filler(ctx, b);
    }
    if (letters && gen_chance(ctx, 25))
        drop_apostrophes(b);
    if (letters && gen_chance(ctx, 34))
        lower_case(b);
    else if (letters && !(flags & NOISE_NO_TYPOS) && gen_chance(ctx, 3))
        upper_case(b);
    if (!(flags & NOISE_KEEP_BLANKS)) {
        if (gen_chance(ctx, 8))
            drop_commas(b);
        if (b->len && gen_chance(ctx, 4))
            blanks(ctx, b);
        if (ctx->lang == LANG_ZH && gen_chance(ctx, 12))
            ascii_marks(b);
        if (ctx->lang == LANG_ZH && gen_chance(ctx, 9))
            space_out(b);
    }
    if (letters && ctx->lang == LANG_ZH && gen_chance(ctx, 3))
        wide_digits(b);
}

bool gen_done(struct gen_ctx *ctx, struct problem *p, unsigned flags)
{
    if (!ctx->plain && !(flags & NOISE_KEEP_ENDS) && gen_chance(ctx, 8))
        aside(ctx, &p->prompt);
    if (!(flags & NOISE_KEEP_CASE))
        gen_capitals(&p->prompt);
    if (ctx->plain)
        return !ctx->lacks[0];
    if (!(flags & NOISE_KEEP_ENDS)) {
        if (gen_chance(ctx, 14))
            greeting(ctx, &p->prompt);
        if (gen_chance(ctx, 9))
            phrase(ctx, "common", "tail", NULL, &p->prompt);
    }
    typing(ctx, &p->prompt, flags);
    return !ctx->lacks[0];
}
