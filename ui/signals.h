/* signals.h - what happens when the system interrupts the full screen.
 *
 * Three kinds. Those that ask something of us (a new size, stop, go on, end)
 * become a byte in a pipe that the loop polls. Those that kill a broken program
 * first bring the terminal back, with nothing but write and tcsetattr, and then
 * take their course. exit, from wherever, brings it back as well. */
#ifndef UI_SIGNALS_H
#define UI_SIGNALS_H

#include <stdbool.h>
#include <stddef.h>

struct err;
struct termios;

/* tty: where `bytes` go when it must be restored, and whose modes are set back
 * to `modes`. One user at a time. */
bool signals_begin(int tty, const struct termios *modes, struct err *err);
/* What brings the terminal back; copied. May be called again as modes change.
 * "" while somebody else has the terminal (suspended). */
void signals_set_restore(const char *bytes, size_t len);
void signals_end(void); /* the handlers are as they were before */

int signals_fd(void);   /* readable when signals_next has something */
/* The next signal that came: SIGWINCH, SIGTSTP, SIGCONT, or one that asks us to
 * end. 0: none. The same one, several times, counts once. */
int signals_next(void);

/* Stop this process as SIGTSTP does by itself; returns when it goes on. */
void signals_stop_here(void);
/* While another program has the terminal, keys that interrupt or stop are for it:
 * they no longer become ours. A child that ends or stops wakes signals_fd. */
void signals_lend(bool lent);
/* End by this signal, so that the exit status tells. */
void signals_die(int signal);

#endif
