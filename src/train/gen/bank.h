/* bank.h - phrases: grammars in text files, read once, drawn from for ever.
 *
 * A bank is a folder of NAME.txt. A file holds rules, a rule one alternative a
 * line:
 *
 *   # a comment
 *   @slots a b                what the task fills in, besides rules
 *   @en ask                   a rule: language and name
 *   what is {a} plus {b}?
 *   ^3 {a}{plus}{b}           three times as likely
 *   ~ <take|get> the total of {a} and {b}<|, please>
 *   \# sold                   a backslash takes the meaning of the next character
 *
 * {name} is a rule of the same file and language, else one of common.txt, else a
 * slot. <x|y> is a choice on the spot, and may hold others; <> at the end of a
 * line keeps the blank before it. Lines with ~ are kept
 * for SPLIT_UNSEEN: a rule that has any draws there among these alone and
 * elsewhere never.
 *
 * A file that is not like that is refused with its line: an unknown name, an open
 * bracket, a rule without a line to train with, rules that go in circles. */
#ifndef TRAIN_GEN_BANK_H
#define TRAIN_GEN_BANK_H

#include "train/gen/gen.h"

struct err;
struct words;

enum { BANK_NONE = UINT32_MAX };

/* One piece of a line; pieces are chained by `next`. */
struct bank_piece {
    enum { PIECE_TEXT, PIECE_RULE, PIECE_SLOT, PIECE_CHOICE } kind;
    uint32_t from, len; /* TEXT, SLOT: in bank.text */
    uint32_t to;        /* RULE: which; CHOICE: its first line */
    uint32_t next;
};

struct bank_line {
    uint32_t first;     /* piece, or BANK_NONE: the empty line */
    uint32_t next;      /* line of the same rule or choice */
    uint32_t weight;
    uint32_t number;    /* in its file, for messages */
    bool unseen;
};

struct bank_rule {
    char file[32], name[32];
    enum lang lang;
    uint32_t first, last;
    uint32_t weight[2]; /* sum of the weights: for training, unseen */
};

/* All by index, so that growing moves nothing. */
struct bank {
    struct buf text;
    struct bank_piece *pieces; /* owned */
    struct bank_line *lines;   /* owned */
    struct bank_rule *rules;   /* owned; sorted by file, language, name once ready */
    uint32_t n_pieces, n_lines, n_rules;
    struct words *words;       /* owned; NULL where no word list is installed */
};

/* Every *.txt of a folder, and the word list where there is one (words.h). NULL
 * with the reason, "add.txt:12: ...". */
struct bank *bank_open(const char *folder, struct err *err);
void bank_free(struct bank *bank); /* NULL is fine */

/* The same by hand: files added one by one, then made ready. */
struct bank *bank_new(void);
bool bank_add(struct bank *bank, const char *file, struct str text,
              struct err *err);
bool bank_ready(struct bank *bank, struct err *err);

/* NULL where there is none. `common` is searched as well. */
const struct bank_rule *bank_find(const struct bank *bank, const char *file,
                                  enum lang lang, const char *name);

/* The rules of a file whose names begin with `prefix`: how many, *first of them. */
size_t bank_group(const struct bank *bank, const char *file, enum lang lang,
                  const char *prefix, const struct bank_rule **first);

#endif
