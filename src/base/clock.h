/* clock.h - time that only goes forward, and the time of day. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>

uint64_t clock_ns(void);   /* monotonic, nanoseconds since some start */
double clock_ms(void);     /* the same in milliseconds */
int64_t clock_wall_ms(void); /* since 1970; may be set back */

#endif
