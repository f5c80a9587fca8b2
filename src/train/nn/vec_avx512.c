/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#define VEC vec_avx512
#include "train/nn/vec_body.h"
