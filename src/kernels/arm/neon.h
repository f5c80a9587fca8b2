/* neon.h - what the level for AArch64 with dot products puts into the table.
 *
 * Its files are built with -march=armv8.2-a+dotprod and include kernel headers
 * only, as those of x86-64 do (x86/x86.h). They are tested in an emulator
 * (tests/kernels/cross.sh) and nobody has timed them: tiles and unrolling are
 * chosen by counting registers, of which there are 32 of 16 bytes. */
#ifndef KERNELS_ARM_NEON_H
#define KERNELS_ARM_NEON_H

#include "kernels/inline.h"
#include "kernels/kernels.h"

void mul_q8_init_neon(struct kernels *k);
void mul_f32_init_neon(struct kernels *k);
void vector_init_neon(struct kernels *k);

#endif
