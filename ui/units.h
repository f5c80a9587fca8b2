/* units.h - figures with their units, the same everywhere on the screen.
 *
 * One decimal below 10, none from there on; bytes in units of 1000, as memory
 * and files are sold; times in steps of 0.1 s up to a minute; of a probability what
 * tells it from none, however small.
 * Each writes into out[UNITS_MAX] and returns it. */
#ifndef UI_UNITS_H
#define UI_UNITS_H

#include <stddef.h>
#include <stdint.h>

#define UNITS_MAX 32

char *units_bytes(char out[UNITS_MAX], uint64_t bytes);  /* "2.1 MB" "316 KB" */
char *units_rate(char out[UNITS_MAX], double per_s);     /* "418" "7.3" */
char *units_time(char out[UNITS_MAX], double ms);        /* "1.8 s" "2 min 5 s" */
char *units_count(char out[UNITS_MAX], uint64_t n);      /* "2,048" */
char *units_share(char out[UNITS_MAX], double p);        /* "0.93" "0.004" "4e-5" */
char *units_params(char out[UNITS_MAX], uint64_t n);     /* "8.2 M" "1.5 B" */

#endif
