/* index_task.h - a question to the index that nobody waits for.
 *
 * A thread opens the index, which takes seconds where many chats were never read
 * before, asks the question and ends. A screen polls a descriptor meanwhile. */
#ifndef STORE_INDEX_TASK_H
#define STORE_INDEX_TASK_H

#include <stdbool.h>
#include <stddef.h>

struct err;
struct index;
struct index_task;

/* Called in the thread, with all of `arg` to itself until index_task_end. */
typedef bool (*index_ask_fn)(void *arg, struct index *ix, struct err *err);

struct index_task *index_task_begin(const char *folder, index_ask_fn ask,
                                    void *arg);
/* Readable (at its end) as soon as the answer is there. */
int index_task_fd(const struct index_task *t);
/* The same, waited for; negative: however long it takes. */
bool index_task_wait(const struct index_task *t, int ms);
/* Chats read, of those that are to be read before the question is asked. */
void index_task_progress(const struct index_task *t, size_t *done,
                         size_t *total);
/* Ask now, of what was read so far. */
void index_task_stop(struct index_task *t);
/* Waits, frees, and says how it went; *left: chats that were not read. */
bool index_task_end(struct index_task *t, size_t *left, struct err *err);

#endif
