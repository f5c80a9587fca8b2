/* experts_print.h - what mull experts says, for people and for programs. */
#ifndef CMD_EXPERTS_PRINT_H
#define CMD_EXPERTS_PRINT_H

#include <stdbool.h>
#include <stdio.h>

struct err;
struct expert_counts;

/* The busiest experts of each layer. */
void experts_print_text(const struct expert_counts *c, FILE *out);
/* A row for every expert. */
void experts_print_csv(const struct expert_counts *c, FILE *out);
/* All of it as one object. */
bool experts_print_json(const struct expert_counts *c, FILE *out,
                        struct err *err);

#endif
