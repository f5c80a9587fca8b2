/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz.h"

#include "train/gen/gen.h"

/* What a model replies is anybody's bytes: every check takes them and gives a score
 * from 0 to 1, the same twice. The first byte picks the exercise. */
static const struct {
    const char *task, *answer;
    enum lang lang;
} exercises[] = {
    {"add", "405", LANG_EN},
    {"sub", "-455", LANG_ZH},
    {"div", "17 remainder 4", LANG_EN},
    {"sort", "3, 9, 17, 42", LANG_EN},
    {"cmp", "Yes", LANG_EN},
    {"cmp", "9.9", LANG_ZH},
    {"countdown3", "31: 3 7 8", LANG_EN},
    {"countdown3", "none 31: 3 7 9", LANG_ZH},
    {"countdown4", "24: 3 3 8 8", LANG_EN},
    {"facts", "1, 2, 13, 26", LANG_EN},
    {"facts", "不是", LANG_ZH},
    {"units", "3.5 kg", LANG_EN},
    {"units", "5小时4分钟", LANG_ZH},
    {"dates", "April 24", LANG_EN},
    {"dates", "星期四", LANG_ZH},
    {"dates", "1 h 35 min", LANG_EN},
    {"numwords", "forty-five thousand two hundred eight", LANG_EN},
    {"numwords", "四万五千二百零八", LANG_ZH},
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    size_t i = data[0] % (sizeof exercises / sizeof *exercises);
    const struct task *task = task_find(exercises[i].task);
    struct problem p = {.task = task->name, .lang = exercises[i].lang};
    buf_puts(&p.answer, exercises[i].answer);
    struct str reply = str_n((const char *)data + 1, size - 1);
    double score = task->check(&p, reply);
    FUZZ_CHECK(score >= 0 && score <= 1);
    FUZZ_CHECK(score == task->check(&p, reply));
    problem_clear(&p);
    return 0;
}
