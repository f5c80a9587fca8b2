/* reserve.h - memory put aside for the moment when there is none.
 *
 * A small allocation that fails (mem.h) in the middle of a turn should cost the
 * turn, not the program. So addresses for a few megabytes are kept, untouched: the
 * first allocation that the system refuses gives them back and is tried again.
 * From then on reserve_is_spent says so, and whoever has time to do so ends what it
 * does with a sentence. Only when that is used up as well does the program end. */
#ifndef BASE_RESERVE_H
#define BASE_RESERVE_H

#include <stdbool.h>

/* At the start of a program and of each piece of work; where it was spent it is
 * put aside anew. False: there is no room for that, so better not begin. */
bool reserve_keep(void);
/* Somebody needed it since. */
bool reserve_is_spent(void);

/* For mem.c: before it tries again. */
void reserve_spend(void);
/* For mem.c, and the last: a sentence behind what exit does to the terminal. */
_Noreturn void reserve_exit(void);

#endif
