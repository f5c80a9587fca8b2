/* interrupt.h - Ctrl-C where there is no screen: a flag, and a wait that it ends.
 *
 * The full screen reads Ctrl-C as a key; plain mode and `mull run` get SIGINT.
 * Its handler only sets the one flag that a signal handler may set. A write
 * that hangs (a stopped reader) is ended by it too: it fails with EINTR. */
#ifndef UI_INTERRUPT_H
#define UI_INTERRUPT_H

#include <signal.h>
#include <stdbool.h>

struct interrupt {
    struct sigaction before;
    bool caught; /* false: SIGINT was ignored when we came, and stays so */
};

void interrupt_begin(struct interrupt *i); /* the flag is down */
void interrupt_end(struct interrupt *i);   /* as it was before */

/* Whether SIGINT came since interrupt_begin or the last interrupt_forget. */
bool interrupt_seen(void);
void interrupt_forget(void);

/* Waits until fd is readable or the flag goes up; at once when it is up. A
 * signal between looking and waiting is not lost. True: fd is readable, or
 * at its end. */
bool interrupt_wait(int fd);

#endif
