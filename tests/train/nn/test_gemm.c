/* SPDX-License-Identifier: Apache-2.0 */
/* Which products of training are rounded. */
#include "check.h"
#include "train/nn/gemm.h"

static struct gemm_bf16_room room;

static void the_router_multiplies_what_it_was_given(void **state)
{
    struct gemm_meter m = {.rounded = gemm_bf16_plain, .room = &room};
    const float x = 1 + 0x1p-20f, one = 1;
    float y;
    struct err err;
    (void)state;
    CHECK_OK(gemm_available(&err), &err);
    gemm_nt(&m, GEMM_ROUTER, 1, 1, 1, &x, 1, &one, 1, &y, 1, false);
    CHECK(y == x);
    gemm_nt(&m, GEMM_HEAD, 1, 1, 1, &x, 1, &one, 1, &y, 1, false);
    CHECK(y == 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_router_multiplies_what_it_was_given),
    };
    return cmocka_run_group_tests_name("train/nn/gemm", tests, NULL, NULL);
}
