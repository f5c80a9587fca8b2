/* tasks.h - the tasks, each in a file of its own: a declaration here and a row in
 * tasks.c is all it takes to be trained, tested and listed. */
#ifndef TRAIN_GEN_TASKS_H
#define TRAIN_GEN_TASKS_H

#include "train/gen/gen.h"

extern const struct task task_add, task_sub, task_mul, task_div, task_expr,
    task_cmp, task_sort, task_cmp_told, task_sort_told, task_div_told, task_short, task_everyday, task_story, task_countdown3,
    task_countdown4, task_facts, task_numwords, task_units, task_percent, task_dates;

/* Letters of words. */
extern const struct task task_count_letter, task_vowels, task_spell, task_length,
    task_nth_letter, task_reverse, task_sort_letters, task_has_letter,
    task_palindrome, task_pick_word, task_repeat;

/* Logic. */
extern const struct task task_ordering, task_knaves, task_truth,
    task_truth_table;

/* Talk, knowledge, what is beyond the domain. */
extern const struct task task_talk, task_deepseek, task_outside, task_inside;

#endif
