/* SPDX-License-Identifier: Apache-2.0 */
#include "base/sha256.h"

#include <string.h>

#include "check.h"

static void check_sum(const char *text, size_t n, const char *sum)
{
    char got[SHA256_TEXT];
    sha256_text(text, n, got);
    assert_string_equal(got, sum);
}

/* The examples of the standard, and both sides of a block's end. */
static void known_sums_come_out(void **state)
{
    char many[1000];
    (void)state;
    memset(many, 'a', sizeof many);
    check_sum("", 0,
              "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    check_sum("abc", 3,
              "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    check_sum("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 56,
              "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    check_sum(many, 55,
              "9f4390f8d30c2dd92ec9f095b65e2b9ae9b0a925a5258e241c9f1e910f734318");
    check_sum(many, 64,
              "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb");
    check_sum(many, 1000,
              "41edece42d63e8d9bf515a9ba6932e1c20cbc9f5a5d134645adb5db1b9737ea3");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_sums_come_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
