/* spoken.h - numbers in words: English from 0 to 999,999, Chinese from 0 to
 * 99,999,999. */
#ifndef TRAIN_GEN_SPOKEN_H
#define TRAIN_GEN_SPOKEN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

/* "forty-five thousand two hundred eight" */
void spoken_en(int64_t n, struct buf *out);
/* Below 1,000, which is what stands before and behind "thousand". */
void spoken_en_group(int64_t n, struct buf *out);
/* 四万五千二百零八 */
void spoken_zh(int64_t n, struct buf *out);
/* Below 10,000; `inner` behind 万: 零 in front where a thousand is missing, and 10
 * is 一十. */
void spoken_zh_group(int64_t n, bool inner, struct buf *out);

/* The same words however they are written: no "and", hyphens, blanks or commas,
 * lower case, 两 as 二, 一十 as 十. */
void spoken_plain(struct str s, struct buf *out);

#endif
