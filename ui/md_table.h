/* md_table.h - a table: cells, the widths of its columns, one row of it drawn. */
#ifndef UI_MD_TABLE_H
#define UI_MD_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "ui/markdown.h"

enum md_align { MD_LEFT, MD_CENTER, MD_RIGHT };

struct md_table {
    uint8_t n;                          /* columns */
    uint8_t align[MD_TABLE_COLUMNS];
    uint16_t wanted[MD_TABLE_COLUMNS];  /* the widest cell so far */
    uint16_t width[MD_TABLE_COLUMNS];   /* as fitted */
};

/* Whether the line may be a row of a table: it has a | that counts. */
bool md_is_row(struct str line);
/* Whether head and rule begin a table; fills in columns and alignment. */
bool md_table_begin(struct md_table *t, struct str head, struct str rule);
/* Its cells want room; then all widths are fitted into `columns`. False: there
 * is not enough for so many columns. */
void md_table_measure(struct md_table *t, struct str line, bool ascii);
bool md_table_fit(struct md_table *t, int columns);

/* How many rows on the screen a row of the table takes, and the i-th of them. */
size_t md_table_height(const struct md_table *t, struct str line, bool ascii);
void md_table_row(const struct md_table *t, struct str line, size_t src,
                  size_t i, bool head, bool ascii, struct rich *out);
void md_table_rule(const struct md_table *t, size_t src, size_t len,
                   struct rich *out);

#endif
