/* dates.h - what questions of the calendar and of the clock have in common.
 *
 * One task, "dates", asks seven kinds of them: dates.c has the table, weekdays and
 * years, calendar.c dates, clock.c times of day. */
#ifndef TRAIN_GEN_DATES_H
#define TRAIN_GEN_DATES_H

#include "train/gen/phrase.h"
#include "train/gen/trace.h"

enum { DATES_LEVELS = 3 };

/* What is asked; the fields that a kind does not need are 0. */
struct date_question {
    int64_t year;         /* 0: it does not matter */
    int64_t month, day;   /* 1..12, 1..31 */
    int64_t month2, day2; /* the later date of two */
    int64_t n;            /* days, or minutes of a clock; below zero: before */
    int64_t weekday;      /* 0 is Monday */
    int64_t clock;        /* minutes since midnight */
    bool half;            /* told with am and pm, 上午 and 下午 */
    bool weeks;           /* n is told in whole weeks: set by tell */
    bool later_first;     /* of two dates the later one is told first: set by tell */
};

struct date_kind {
    const char *name;
    bool (*draw)(struct gen_ctx *, struct date_question *);
    void (*tell)(struct gen_ctx *, struct date_question *, struct slots *,
                 struct buf *);
    void (*think)(struct trace *, const struct date_question *);
    unsigned weight[DATES_LEVELS];
};

/* calendar.c: n days from a date, days between two; clock.c: some time from one time
 * of day, the time between two. */
extern const struct date_kind date_days_on, date_days_between, date_clock,
    date_time_between;

extern const char *const date_months[12];
int64_t date_days_of(int64_t month, int64_t year);

/* "3", or now and then "three" as far as ten. */
const char *date_count(struct gen_ctx *ctx, int64_t n, char out[24]);

/* The last line of a thought, the answer and the reply. */
void date_conclude(struct trace *t, const char *text);

#endif
