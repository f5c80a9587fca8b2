/* open_bank.h - the phrases of data/bank, open for all tests of a program. */
#ifndef TESTS_TRAIN_GEN_OPEN_BANK_H
#define TESTS_TRAIN_GEN_OPEN_BANK_H

#include "check.h"
#include "train/gen/bank.h"

static struct bank *bank;

static inline int open_bank(void **state)
{
    (void)state;
    struct err err = {0};
    char path[4096];
    snprintf(path, sizeof path, "%s/data/bank", getenv("MULL_SOURCE"));
    bank = bank_open(path, &err);
    if (!bank)
        print_error("%s\n", err.msg);
    return bank ? 0 : -1;
}

static inline int close_bank(void **state)
{
    (void)state;
    bank_free(bank);
    return 0;
}

#endif
