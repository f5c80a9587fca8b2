/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/interrupt.h"

#include <stddef.h>
#include <sys/select.h>

static volatile sig_atomic_t seen;

static void on_interrupt(int sig)
{
    (void)sig;
    seen = 1;
}

void interrupt_begin(struct interrupt *i)
{
    seen = 0;
    sigaction(SIGINT, NULL, &i->before);
    /* A shell starts background jobs with SIGINT ignored: keep it so. */
    i->caught = i->before.sa_handler != SIG_IGN;
    if (!i->caught)
        return;
    struct sigaction ours = {.sa_handler = on_interrupt}; /* no SA_RESTART */
    sigemptyset(&ours.sa_mask);
    sigaction(SIGINT, &ours, NULL);
}

void interrupt_end(struct interrupt *i)
{
    if (i->caught)
        sigaction(SIGINT, &i->before, NULL);
    seen = 0;
}

bool interrupt_seen(void)
{
    return seen;
}

void interrupt_forget(void)
{
    seen = 0;
}

bool interrupt_wait(int fd)
{
    fd_set readable;
    sigset_t closed, open;
    FD_ZERO(&readable);
    FD_SET(fd, &readable);
    sigemptyset(&closed);
    sigaddset(&closed, SIGINT);
    pthread_sigmask(SIG_BLOCK, &closed, &open);
    sigdelset(&open, SIGINT);
    int n = seen ? 0 : pselect(fd + 1, &readable, NULL, NULL, NULL, &open);
    pthread_sigmask(SIG_UNBLOCK, &closed, NULL);
    return n > 0;
}
