/* syncer.h - a thread that brings a file to the disk while others go on.
 *
 * fsync may take a tenth of a second; whoever draws a screen cannot wait that
 * long. The thread begins with the first wish and sleeps between them. */
#ifndef STORE_SYNCER_H
#define STORE_SYNCER_H

#include <pthread.h>
#include <stdbool.h>

struct err;

struct syncer {
    int fd;                /* borrowed */
    const char *path;      /* borrowed; its folder is synced once, as well */
    bool started;
    pthread_t thread;
    pthread_mutex_t lock;  /* guards the rest */
    pthread_cond_t wish;
    bool wanted, stop;
    int errnum;            /* of the last try that failed, 0: none */
};

void syncer_init(struct syncer *s, int fd, const char *path);
void syncer_want(struct syncer *s);  /* returns at once */
/* Ends the thread, then syncs once more and says how that went. */
bool syncer_finish(struct syncer *s, struct err *err);

#endif
