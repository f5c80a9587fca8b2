/* SPDX-License-Identifier: Apache-2.0 */
#include "train/gen/tasks.h"

static const struct task *const tasks[] = {
    &task_add, &task_sub, &task_mul, &task_div, &task_expr,
    &task_cmp, &task_sort,
    NULL,
};

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
