/* md_parts.h - Markdown from inside: for markdown.c and the files beside it.
 *
 * A line of the source is found and told what it is (md_kind.c), turned into rich
 * text with what stands before it (md_render.c), and broken into rows
 * (markdown.c). */
#ifndef UI_MD_PARTS_H
#define UI_MD_PARTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ui/markdown.h"

struct language;
struct md_table;

enum md_kind {
    K_TEXT,   /* paragraph, heading, item of a list */
    K_REST,   /* of a line that was too long for one */
    K_BLANK, K_RULE,
    K_FENCE,  /* opens code */
    K_CODE,
    K_FENCE_END,
    K_MATH,
    K_HEAD, K_HEAD_RULE, K_ROW, /* of a table */
    K_GONE,   /* takes no row */
};

/* One line of the source. */
struct md_line {
    uint32_t from, to;        /* its bytes */
    uint32_t row;             /* the first of its rows */
    uint32_t table;           /* K_HEAD .. K_ROW */
    const struct language *language; /* K_CODE, or NULL */
    uint8_t kind, open;       /* K_CODE: what highlight_line begins with */
    uint8_t quotes, indent;   /* of the fence */
    bool cut;                 /* the next line is the rest of this one */
};

/* What the lines before have left open. */
struct md_state {
    enum { IN_TEXT, IN_CODE, IN_MATH, IN_TABLE } in;
    char fence;
    size_t fence_len;
    uint8_t quotes, indent;
    const struct language *language;
    uint8_t open;
    const char *math_end;       /* somewhere on the last line of a formula */
    uint32_t table, table_line; /* the table, and how many lines it has */
    bool rest;                  /* in the middle of a long line */
    bool blank;                 /* the line before was blank */
};

struct md {
    struct md_how how;
    struct md_line *lines;       /* owned; [n] */
    size_t n, cap;
    uint32_t *at;             /* owned; [rows]: in the text of their line, or
                                 which row of a row of a table */
    size_t at_cap;
    struct md_table *tables;  /* owned; [n_tables] */
    size_t n_tables;
    size_t len;               /* of the text */
    /* Up to here nothing will change. */
    size_t final_at, final_lines, final_rows, final_tables;
    struct md_state final;
    bool table_closed;        /* the one that is read will not widen */
    /* The line that was rendered last. */
    struct rich body;
    struct buf lead;
    struct style lead_style;
    size_t shown_line, shown_part;
};

#define MD_NOTHING SIZE_MAX

static inline struct str md_line_text(const struct md_line *l, struct str text)
{
    return str_n(text.p + l->from, l->to - l->from);
}

/* Without what its fence stood behind. */
struct str md_code_text(const struct md_line *l, struct str text);
/* The word behind a fence. */
struct str md_fence_word(struct str s);

/* The line at `at`: its end without the line feed, and where the next begins.
 * Very long ones are cut at a blank. */
size_t md_find_end(struct str text, size_t at, size_t *next, bool *cut);
/* What a line is. *pending: that hangs on the next, which is not whole. */
void md_find_kind(struct md *m, struct md_state *st, struct md_line *l,
                  struct str text, size_t next, bool *pending);

/* The line as rich text in m->body: whole, or of a table's row the part-th. */
void md_render(struct md *m, size_t line, size_t part, struct str text);
/* What stands before its first row, or before the others; in m->lead. */
void md_lead_of(struct md *m, const struct md_line *l, struct str text,
                bool first);

#endif
