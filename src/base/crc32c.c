/* SPDX-License-Identifier: Apache-2.0 */
#include "base/crc32c.h"

#define REFLECTED 0x82F63B78u

void crc32c_init(struct crc32c *c)
{
    for (uint32_t i = 0; i < 256; i++) {
        uint32_t crc = i;
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? REFLECTED : 0);
        c->table[0][i] = crc;
    }
    /* Table k: what a byte does from k places further on. */
    for (int k = 1; k < 8; k++) {
        for (uint32_t i = 0; i < 256; i++) {
            uint32_t crc = c->table[k - 1][i];
            c->table[k][i] = crc >> 8 ^ c->table[0][crc & 255];
        }
    }
}

uint32_t crc32c_add(const struct crc32c *c, uint32_t crc, const void *data,
                    size_t size)
{
    const uint8_t *p = data;
    crc = ~crc;
    for (; size >= 8; size -= 8, p += 8) {
        uint32_t sum = 0;
        for (int i = 0; i < 4; i++)
            sum ^= c->table[7 - i][(crc >> 8 * i & 255) ^ p[i]] ^
                   c->table[3 - i][p[4 + i]];
        crc = sum;
    }
    for (; size > 0; size--, p++)
        crc = crc >> 8 ^ c->table[0][(crc & 255) ^ *p];
    return ~crc;
}
