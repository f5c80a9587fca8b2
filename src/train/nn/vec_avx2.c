/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#define VEC vec_avx2
#include "train/nn/vec_body.h"
