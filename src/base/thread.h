/* thread.h - threads that leave signals to those who expect them.
 *
 * All are blocked from birth but the ones that tell of a fault of the thread
 * itself: were these blocked, the system would end the program without asking any
 * handler, and the terminal would stay as the screen had it. */
#ifndef BASE_THREAD_H
#define BASE_THREAD_H

#include <pthread.h>

/* As pthread_create: 0, or an errno. */
int thread_begin(pthread_t *t, void *(*run)(void *arg), void *arg);

#endif
