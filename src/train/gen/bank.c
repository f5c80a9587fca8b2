/* SPDX-License-Identifier: Apache-2.0 */
#include "train/gen/bank.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "train/gen/words.h"

enum { MAX_FILE = 1 << 22, MAX_SLOTS = 32, MAX_DEPTH = 24 };

static const char *const lang_name[] = {"en", "zh"};

/* One file while it is read. */
struct parser {
    struct bank *bank;
    const char *file;
    struct str slots[MAX_SLOTS];
    size_t n_slots;
    uint32_t rule, number;
    struct str line;
    size_t at;
    unsigned depth;
    struct err *err;
};

static bool refuse(struct parser *in, const char *why)
{
    return err_set(in->err, ERR_FORMAT, "%s.txt:%u: %s", in->file,
                   (unsigned)in->number, why);
}

/* Room for one more; the arrays double. */
static void *grown(void *array, uint32_t n, size_t item)
{
    if (n & (n - 1))
        return array;
    return mem_realloc(array, (n ? (size_t)n * 2 : 1) * item);
}

static uint32_t new_piece(struct bank *b, struct bank_piece piece)
{
    b->pieces = grown(b->pieces, b->n_pieces, sizeof *b->pieces);
    b->pieces[b->n_pieces] = piece;
    return b->n_pieces++;
}

static uint32_t new_line(struct bank *b, struct bank_line line)
{
    b->lines = grown(b->lines, b->n_lines, sizeof *b->lines);
    b->lines[b->n_lines] = line;
    return b->n_lines++;
}

static bool is_name(struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (!((s.p[i] >= 'a' && s.p[i] <= 'z') || s.p[i] == '_' ||
              (s.p[i] >= '0' && s.p[i] <= '9')))
            return false;
    return s.len > 0 && s.len < sizeof((struct bank_rule *)0)->name;
}

static bool parse_choice(struct parser *in, uint32_t *piece);

/* {name}: which rule it is, only bank_ready can say. */
static bool parse_name(struct parser *in, uint32_t *piece)
{
    size_t close = str_find(in->line, str_of("}"), in->at);
    struct str name = str_n(in->line.p + in->at + 1, close - in->at - 1);
    if (close >= in->line.len || !is_name(name))
        return refuse(in, "{ without a name and }");
    in->at = close + 1;
    *piece = new_piece(in->bank, (struct bank_piece){
        .kind = PIECE_RULE, .from = (uint32_t)in->bank->text.len,
        .len = (uint32_t)name.len, .to = BANK_NONE, .next = BANK_NONE});
    for (size_t i = 0; i < in->n_slots; i++)
        if (str_eq(in->slots[i], name))
            in->bank->pieces[*piece].kind = PIECE_SLOT;
    buf_add_str(&in->bank->text, name);
    return true;
}

static void parse_text(struct parser *in, uint32_t *piece)
{
    size_t from = in->bank->text.len;
    while (in->at < in->line.len && !strchr("{}<|>", in->line.p[in->at])) {
        if (in->line.p[in->at] == '\\' && in->at + 1 < in->line.len)
            in->at++;
        buf_putc(&in->bank->text, in->line.p[in->at++]);
    }
    *piece = new_piece(in->bank, (struct bank_piece){
        .kind = PIECE_TEXT, .from = (uint32_t)from,
        .len = (uint32_t)(in->bank->text.len - from), .to = BANK_NONE,
        .next = BANK_NONE});
}

/* Pieces up to the end of the line, or in a choice up to | or >. */
static bool parse_pieces(struct parser *in, uint32_t *first)
{
    uint32_t last = BANK_NONE;
    *first = BANK_NONE;
    while (in->at < in->line.len) {
        char c = in->line.p[in->at];
        uint32_t piece = BANK_NONE;
        if (c == '|' || c == '>') {
            if (in->depth == 0)
                return refuse(in, "| or > outside of < >");
            return true;
        }
        if (c == '}')
            return refuse(in, "} without {");
        if (c == '{' ? !parse_name(in, &piece)
                     : c == '<' && !parse_choice(in, &piece))
            return false;
        if (c != '{' && c != '<')
            parse_text(in, &piece);
        if (last == BANK_NONE)
            *first = piece;
        else
            in->bank->pieces[last].next = piece;
        last = piece;
    }
    return true;
}

static bool parse_choice(struct parser *in, uint32_t *piece)
{
    /* Each alternative is a line, as those of a rule are. */
    uint32_t first = BANK_NONE, last = BANK_NONE;
    if (++in->depth > MAX_DEPTH)
        return refuse(in, "< > too deep");
    do {
        struct bank_line line = {.next = BANK_NONE, .weight = 1,
                                 .number = in->number};
        in->at++; /* < or | */
        if (!parse_pieces(in, &line.first))
            return false;
        uint32_t one = new_line(in->bank, line);
        if (last == BANK_NONE)
            first = one;
        else
            in->bank->lines[last].next = one;
        last = one;
    } while (in->at < in->line.len && in->line.p[in->at] == '|');
    if (in->at >= in->line.len)
        return refuse(in, "< without >");
    in->at++;
    in->depth--;
    *piece = new_piece(in->bank, (struct bank_piece){
        .kind = PIECE_CHOICE, .to = first, .next = BANK_NONE});
    return true;
}

static struct str next_word(struct str *rest)
{
    while (rest->len && *rest->p == ' ')
        *rest = str_n(rest->p + 1, rest->len - 1);
    size_t end = str_find(*rest, str_of(" "), 0);
    struct str word = str_n(rest->p, end);
    *rest = str_n(rest->p + end, rest->len - end);
    return word;
}

static bool parse_slots(struct parser *in, struct str rest)
{
    for (struct str word = next_word(&rest); word.len; word = next_word(&rest)) {
        if (!is_name(word))
            return refuse(in, "a slot's name is of a-z, 0-9 and _");
        if (in->n_slots == MAX_SLOTS)
            return refuse(in, "too many slots");
        in->slots[in->n_slots++] = word;
    }
    return true;
}

static bool same_rule(const struct bank_rule *r, const char *file,
                      enum lang lang, struct str name)
{
    return r->lang == lang && str_is(name, r->name) && !strcmp(r->file, file);
}

static bool parse_head(struct parser *in)
{
    struct bank *b = in->bank;
    struct str rest = str_n(in->line.p + 1, in->line.len - 1);
    struct str lang = next_word(&rest);
    if (str_is(lang, "slots"))
        return parse_slots(in, rest);
    struct str name = next_word(&rest);
    bool en = str_is(lang, "en");
    if ((!en && !str_is(lang, "zh")) || !is_name(name) || next_word(&rest).len)
        return refuse(in, "@ wants \"slots NAME...\", \"en RULE\" or \"zh RULE\"");
    for (uint32_t i = 0; i < b->n_rules; i++)
        if (same_rule(&b->rules[i], in->file, en ? LANG_EN : LANG_ZH, name))
            return refuse(in, "a rule of this name is there already");
    b->rules = grown(b->rules, b->n_rules, sizeof *b->rules);
    struct bank_rule *r = &b->rules[b->n_rules];
    *r = (struct bank_rule){.lang = en ? LANG_EN : LANG_ZH,
                            .first = BANK_NONE, .last = BANK_NONE};
    snprintf(r->file, sizeof r->file, "%s", in->file);
    snprintf(r->name, sizeof r->name, "%.*s", (int)name.len, name.p);
    in->rule = b->n_rules++;
    return true;
}

/* The marks before a line: ~ and ^N, in this order. */
static bool parse_marks(struct parser *in, struct bank_line *line)
{
    struct str s = in->line;
    if (s.p[0] == '~') {
        line->unseen = true;
        in->at = s.len > 1 && s.p[1] == ' ' ? 2 : 1;
    }
    if (in->at < s.len && s.p[in->at] == '^') {
        uint32_t n = 0;
        for (in->at++; in->at < s.len && s.p[in->at] >= '0' &&
                       s.p[in->at] <= '9' && n < 100; in->at++)
            n = n * 10 + (uint32_t)(s.p[in->at] - '0');
        if (n == 0 || n > 100 || in->at >= s.len || s.p[in->at] != ' ')
            return refuse(in, "^ wants a weight from 1 to 100 and a blank");
        line->weight = n;
        in->at++;
    }
    return true;
}

static bool parse_line(struct parser *in)
{
    struct bank *b = in->bank;
    if (in->line.len == 0 || in->line.p[0] == '#')
        return true;
    if (in->line.p[0] == '@')
        return parse_head(in);
    if (in->rule == BANK_NONE)
        return refuse(in, "a line before the first rule");
    struct bank_line line = {.next = BANK_NONE, .weight = 1,
                             .number = in->number};
    in->at = in->depth = 0;
    if (!parse_marks(in, &line) || !parse_pieces(in, &line.first))
        return false;
    struct bank_rule *r = &b->rules[in->rule];
    uint32_t one = new_line(b, line);
    if (r->first == BANK_NONE)
        r->first = one;
    else
        b->lines[r->last].next = one;
    r->last = one;
    r->weight[line.unseen] += line.weight;
    return true;
}

static bool plain_text(struct str text)
{
    for (size_t i = 0; i < text.len; i++)
        if (((unsigned char)text.p[i] < ' ' && text.p[i] != '\n') ||
            text.p[i] == 0x7f)
            return false;
    return utf8_valid(text);
}

bool bank_add(struct bank *bank, const char *file, struct str text,
              struct err *err)
{
    struct parser in = {.bank = bank, .file = file, .rule = BANK_NONE,
                        .err = err};
    if (!is_name(str_of(file)))
        return err_set(err, ERR_FORMAT, "a bank's name is of a-z, 0-9 and _");
    if (text.len > MAX_FILE)
        return err_set(err, ERR_LIMIT, "%s.txt: more than %d bytes", file,
                       MAX_FILE);
    for (size_t from = 0; from < text.len;) {
        size_t end = str_find(text, str_of("\n"), from);
        in.number++;
        in.line = str_n(text.p + from, end - from);
        if (!plain_text(in.line))
            return refuse(&in, "not UTF-8, or a control character");
        if (!parse_line(&in))
            return false;
        from = end + 1;
    }
    return true;
}

static int by_name(const void *x, const void *y)
{
    const struct bank_rule *a = x, *b = y;
    int d = strcmp(a->file, b->file);
    if (d == 0)
        d = (int)a->lang - (int)b->lang;
    return d ? d : strcmp(a->name, b->name);
}

static const struct bank_rule *find_in(const struct bank *bank,
                                       const char *file, enum lang lang,
                                       const char *name)
{
    struct bank_rule key = {.lang = lang};
    snprintf(key.file, sizeof key.file, "%s", file);
    snprintf(key.name, sizeof key.name, "%s", name);
    return bank->n_rules ? bsearch(&key, bank->rules, bank->n_rules,
                                   sizeof key, by_name)
                         : NULL;
}

const struct bank_rule *bank_find(const struct bank *bank, const char *file,
                                  enum lang lang, const char *name)
{
    const struct bank_rule *r = find_in(bank, file, lang, name);
    return r ? r : find_in(bank, "common", lang, name);
}

/* Below, at or above the names that begin with the prefix. */
static int side(const struct bank_rule *r, const struct bank_rule *prefix)
{
    int d = strcmp(r->file, prefix->file);
    if (d == 0)
        d = (int)r->lang - (int)prefix->lang;
    return d ? d : strncmp(r->name, prefix->name, strlen(prefix->name));
}

size_t bank_group(const struct bank *bank, const char *file, enum lang lang,
                  const char *prefix, const struct bank_rule **first)
{
    struct bank_rule key = {.lang = lang};
    snprintf(key.file, sizeof key.file, "%s", file);
    snprintf(key.name, sizeof key.name, "%s", prefix);
    size_t from = 0, to = bank->n_rules;
    while (from < to) {
        size_t mid = from + (to - from) / 2;
        if (side(&bank->rules[mid], &key) < 0)
            from = mid + 1;
        else
            to = mid;
    }
    for (to = from; to < bank->n_rules && side(&bank->rules[to], &key) == 0;)
        to++;
    *first = bank->rules + from;
    return to - from;
}

/* How rules lead to others: `seen` is 1 on the way down, 2 when done. */
struct walk {
    struct bank *bank;
    unsigned char *seen;
    struct err *err;
};

static bool resolve_rule(struct walk *w, uint32_t rule, unsigned depth);

static bool resolve_lines(struct walk *w, const struct bank_rule *r,
                          uint32_t line, unsigned depth)
{
    struct bank *b = w->bank;
    for (; line != BANK_NONE; line = b->lines[line].next) {
        unsigned number = b->lines[line].number;
        for (uint32_t i = b->lines[line].first; i != BANK_NONE;
             i = b->pieces[i].next) {
            struct bank_piece *piece = &b->pieces[i];
            if (piece->kind == PIECE_CHOICE &&
                !resolve_lines(w, r, piece->to, depth))
                return false;
            if (piece->kind != PIECE_RULE)
                continue;
            char name[32];
            snprintf(name, sizeof name, "%.*s", (int)piece->len,
                     b->text.p + piece->from);
            const struct bank_rule *to = bank_find(b, r->file, r->lang, name);
            if (!to)
                return err_set(w->err, ERR_FORMAT,
                               "%s.txt:%u: {%s} is neither a rule nor a slot",
                               r->file, number, name);
            piece->to = (uint32_t)(to - b->rules);
            if (w->seen[piece->to] == 1 || depth == MAX_DEPTH)
                return err_set(w->err, ERR_FORMAT,
                               "%s.txt:%u: {%s} goes in circles", r->file,
                               number, name);
            if (!resolve_rule(w, piece->to, depth + 1))
                return false;
        }
    }
    return true;
}

static bool resolve_rule(struct walk *w, uint32_t rule, unsigned depth)
{
    const struct bank_rule *r = &w->bank->rules[rule];
    if (w->seen[rule] == 2)
        return true;
    w->seen[rule] = 1;
    if (r->weight[0] == 0)
        return err_set(w->err, ERR_FORMAT,
                       "%s.txt: rule \"%s %s\" has no line to train with",
                       r->file, lang_name[r->lang], r->name);
    if (!resolve_lines(w, r, r->first, depth))
        return false;
    w->seen[rule] = 2;
    return true;
}

bool bank_ready(struct bank *bank, struct err *err)
{
    struct walk w = {.bank = bank, .err = err,
                     .seen = mem_zalloc((size_t)bank->n_rules + 1)};
    bool ok = true;
    if (bank->n_rules)
        qsort(bank->rules, bank->n_rules, sizeof *bank->rules, by_name);
    for (uint32_t i = 0; i < bank->n_rules && ok; i++)
        ok = resolve_rule(&w, i, 0);
    mem_free(w.seen);
    return ok;
}

struct bank *bank_new(void)
{
    return mem_zalloc(sizeof(struct bank));
}

void bank_free(struct bank *bank)
{
    if (!bank)
        return;
    buf_clear(&bank->text);
    mem_free(bank->pieces);
    mem_free(bank->lines);
    mem_free(bank->rules);
    words_free(bank->words);
    mem_free(bank);
}

static bool add_file(struct bank *bank, const char *folder, const char *entry,
                     struct err *err)
{
    char path[4096], name[64];
    struct buf text = {0};
    size_t len = strlen(entry) - 4; /* .txt */
    snprintf(name, sizeof name, "%.*s", (int)len, entry);
    int n = snprintf(path, sizeof path, "%s/%s", folder, entry);
    if (n < 0 || (size_t)n >= sizeof path)
        return err_set(err, ERR_LIMIT, "the name of the folder is too long");
    if (!file_read(path, MAX_FILE, &text, err))
        return file_context(err, path);
    bool ok = bank_add(bank, name, buf_str(&text), err);
    buf_clear(&text);
    return ok;
}

static int is_bank_file(const struct dirent *entry)
{
    struct str name = str_of(entry->d_name);
    return name.p[0] != '.' && str_ends(name, str_of(".txt"));
}

struct bank *bank_open(const char *folder, struct err *err)
{
    struct dirent **entries;
    int n = scandir(folder, &entries, is_bank_file, alphasort);
    if (n < 0) {
        err_set(err, ERR_IO, "no folder of phrases that can be read (--data names "
                             "the one that has bank/)");
        return NULL;
    }
    struct bank *bank = bank_new();
    bool ok = n > 0 || err_set(err, ERR_IO, "no *.txt there");
    for (int i = 0; i < n; i++) {
        ok = ok && add_file(bank, folder, entries[i]->d_name, err);
        free(entries[i]);
    }
    free(entries);
    if (ok && bank_ready(bank, err)) {
        struct err none; /* who needs the words says so: task.needs */
        bank->words = words_open(NULL, &none);
        return bank;
    }
    bank_free(bank);
    return NULL;
}
