/* sampling.h - how the next token is chosen from the model's probabilities.
 * Plain numbers; engine/sampler.h does the choosing. */
#ifndef CHAT_SAMPLING_H
#define CHAT_SAMPLING_H

#include <stdbool.h>
#include <stdint.h>

struct err;

struct sampling {
    float temp;           /* 0: greedy */
    uint32_t top_k;       /* 0: off */
    float top_p;          /* 1: off */
    float min_p;          /* 0: off */
    float repeat_penalty; /* 1: off */
    uint32_t repeat_last; /* how many tokens back the penalty looks */
    uint64_t seed;        /* the same seed gives the same text */
};

/* temp 0.6, top-p 0.95, nothing else (DeepSeek-R1 card). */
struct sampling sampling_default(void);

/* Every value in its range, or ERR_USAGE naming the one that is not. */
bool sampling_check(const struct sampling *s, struct err *err);

#endif
