/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "base/crc32c.h"
#include "base/rng.h"

/* RFC 3720, appendix B.4, and the usual "123456789". */
static void known_sums_come_out(void **state)
{
    (void)state;
    struct crc32c c;
    uint8_t bytes[32] = {0};
    crc32c_init(&c);
    assert_int_equal(crc32c_add(&c, 0, "123456789", 9), 0xE3069283);
    assert_int_equal(crc32c_add(&c, 0, "", 0), 0);
    assert_int_equal(crc32c_add(&c, 0, bytes, 32), 0x8A9136AA);
    memset(bytes, 0xFF, 32);
    assert_int_equal(crc32c_add(&c, 0, bytes, 32), 0x62A8AB43);
    for (int i = 0; i < 32; i++)
        bytes[i] = (uint8_t)i;
    assert_int_equal(crc32c_add(&c, 0, bytes, 32), 0x46DD794E);
}

static void pieces_give_the_sum_of_the_whole(void **state)
{
    (void)state;
    struct crc32c c;
    uint8_t bytes[100];
    struct rng rng = rng_init(2);
    crc32c_init(&c);
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)rng_below(&rng, 256);
    uint32_t whole = crc32c_add(&c, 0, bytes, sizeof bytes);
    for (size_t cut = 0; cut <= sizeof bytes; cut++) {
        uint32_t crc = crc32c_add(&c, 0, bytes, cut);
        crc = crc32c_add(&c, crc, bytes + cut, sizeof bytes - cut);
        assert_int_equal(crc, whole);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_sums_come_out),
        cmocka_unit_test(pieces_give_the_sum_of_the_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
