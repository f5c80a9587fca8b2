/* SPDX-License-Identifier: Apache-2.0 */
#include "train/gen/tasks.h"

static const struct task *const tasks[] = {
    &task_add, &task_sub, &task_mul, &task_div, &task_expr,
    &task_cmp, &task_sort,
    /* word problems */
    &task_cmp_told, &task_sort_told, &task_div_told, &task_short, &task_everyday,
    &task_story,
    /* numbers */
    &task_countdown3,
    &task_countdown4,
    &task_facts,
    &task_numwords,
    &task_units,
    &task_percent,
    &task_dates,
    /* letters of words */
    &task_count_letter, &task_vowels, &task_spell, &task_length,
    &task_nth_letter, &task_reverse, &task_sort_letters, &task_has_letter,
    &task_palindrome, &task_pick_word, &task_repeat,
    /* logic */
    &task_ordering, &task_knaves, &task_truth, &task_truth_table,
    /* talk */
    &task_talk, &task_deepseek, &task_outside, &task_inside,
    NULL,
};

/* Beyond: divisors above 12 that are not round, knaves among three, words of more
 * than seven letters (five where they are sorted), lists of more than five. */
static const struct {
    const struct task *task;
    unsigned usual;
} easier[] = {
    {&task_div, 3}, {&task_div_told, 3}, {&task_knaves, 1}, {&task_sort, 2},
    {&task_sort_told, 2},
    {&task_sort_letters, 1}, {&task_reverse, 2}, {&task_nth_letter, 2},
    {&task_length, 2},
};

unsigned task_usual(const struct task *task)
{
    for (size_t i = 0; i < sizeof easier / sizeof *easier; i++)
        if (easier[i].task == task)
            return easier[i].usual;
    return task->n_levels;
}

const struct task *task_find(const char *name)
{
    for (size_t i = 0; tasks[i]; i++)
        if (!strcmp(tasks[i]->name, name))
            return tasks[i];
    return NULL;
}

const struct task *const *task_all(size_t *n)
{
    *n = sizeof tasks / sizeof *tasks - 1;
    return tasks;
}
