/* crc32c.h - the checksum of saved files (CRC-32C, polynomial 0x1EDC6F41).
 *
 * Finds every damage of up to 32 bits in a row and all but one in four billion
 * of the others. No protection against people. */
#ifndef BASE_CRC32C_H
#define BASE_CRC32C_H

#include <stddef.h>
#include <stdint.h>

/* Eight bytes a step: one table for each. Made once, then read only. */
struct crc32c {
    uint32_t table[8][256];
};

void crc32c_init(struct crc32c *c);

/* Of the bytes so far and `size` more; begin with crc 0. */
uint32_t crc32c_add(const struct crc32c *c, uint32_t crc, const void *data,
                    size_t size);

#endif
