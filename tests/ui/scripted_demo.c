/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/scripted.h"

#include "chat/event.h"

const struct script_step scripted_demo[] = {
    {SCRIPT_READ, NULL, 96},
    {SCRIPT_THINK,
     "391 is odd, 3+9+1 = 13 so not by 3, and it does not end in 0 or 5.\n"
     "7: 7 × 55 = 385, 6 left.   11: 3-9+1 = -5, no.   13: 13 × 30 = 390, no.\n"
     "So it may be prime, √391 is below 20.\n"
     "wait 17 and 19 are left. 17 × 23 = 340 + 51 = 391.\n"
     "It factors.",
     0},
    {SCRIPT_SAY,
     "No. **391 = 17 × 23**, so it has divisors besides 1 and itself.", 0},
    {SCRIPT_DONE, NULL, DONE_END},
    {SCRIPT_READ, NULL, 32},
    {SCRIPT_THINK,
     "3 boxes of 12 apples are 3 × 12 = 36 apples.\n"
     "5 are bad, 36 - 5 = 31.",
     0},
    {SCRIPT_SAY,
     "There are **31** good apples: 3 × 12 = 36, and 36 − 5 = 31.", 0},
    {SCRIPT_DONE, NULL, DONE_END},
    {SCRIPT_READ, NULL, 32},
    {SCRIPT_THINK,
     "8 * 9 = 72, 72 / 3 = 24, and 8 is left over.\n"
     "again 8 * 3 = 24, then 9 - 8 = 1, 24 * 1 = 24.\n"
     "uses 3 8 8 9 once each.",
     0},
    {SCRIPT_WAIT, NULL, 0},
    {SCRIPT_SAY, "(9 − 8) × 8 × 3 = 24.", 0},
    {SCRIPT_DONE, NULL, DONE_END},
    {SCRIPT_END, NULL, 0},
};
