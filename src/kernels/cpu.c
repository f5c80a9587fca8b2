/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "kernels/cpu.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

static const char *const level_names[] = {
    [CPU_SCALAR] = "scalar",
    [CPU_AVX2] = "avx2",
    [CPU_AVX512] = "avx512",
    [CPU_NEON] = "neon",
};

#if defined __x86_64__
#include <cpuid.h>

/* What the system saves when it switches threads. Without that an instruction
 * the CPU knows is still not ours to use. */
static uint32_t saved_registers(void)
{
    uint32_t lo, hi;
    __asm__ volatile("xgetbv" : "=a"(lo), "=d"(hi) : "c"(0));
    return lo;
}

static bool all(uint32_t set, uint32_t wanted)
{
    return (set & wanted) == wanted;
}

static enum cpu_level detect(void)
{
    const uint32_t xsave_fma_avx_f16c =
        1u << 27 | 1u << 12 | 1u << 28 | 1u << 29;
    const uint32_t ymm = 0x06, zmm = 0xE6; /* bits of XCR0 */
    const uint32_t avx2 = 1u << 5,
                   f_dq_bw_vl = 1u << 16 | 1u << 17 | 1u << 30 | 1u << 31;
    const uint32_t vbmi_vnni = 1u << 1 | 1u << 11;
    uint32_t a, b, c, d;

    if (!__get_cpuid(1, &a, &b, &c, &d) || !all(c, xsave_fma_avx_f16c))
        return CPU_SCALAR;
    uint32_t saved = saved_registers();
    if (!__get_cpuid_count(7, 0, &a, &b, &c, &d) || !all(b, avx2) ||
        !all(saved, ymm))
        return CPU_SCALAR;
    if (!all(b, f_dq_bw_vl) || !all(c, vbmi_vnni) || !all(saved, zmm))
        return CPU_AVX2;
    return CPU_AVX512;
}

static bool detect_bf16(void)
{
    uint32_t a, b, c, d;
    return detect() >= CPU_AVX512 && __get_cpuid_count(7, 1, &a, &b, &c, &d) &&
           all(a, 1u << 5);
}

static void read_name(char name[49])
{
    uint32_t part[12];
    for (uint32_t i = 0; i < 3; i++)
        if (!__get_cpuid(0x80000002 + i, part + 4 * i, part + 4 * i + 1,
                         part + 4 * i + 2, part + 4 * i + 3))
            return;
    memcpy(name, part, 48);
}

#elif defined __aarch64__ && defined __linux__
#include <sys/auxv.h>

#define DOT_PRODUCTS (1ul << 20) /* HWCAP_ASIMDDP */
#define IDENTITY (1ul << 11)     /* HWCAP_CPUID: the system lets us read it */

static enum cpu_level detect(void)
{
    return getauxval(AT_HWCAP) & DOT_PRODUCTS ? CPU_NEON : CPU_SCALAR;
}

/* These CPUs have numbers only: of a maker and of a part. */
static void read_name(char name[49])
{
    uint64_t id;
    if (!(getauxval(AT_HWCAP) & IDENTITY))
        return;
    __asm__("mrs %0, midr_el1" : "=r"(id));
    snprintf(name, 49, "AArch64 maker 0x%02x part 0x%03x",
             (unsigned)(id >> 24 & 0xFF), (unsigned)(id >> 4 & 0xFFF));
}

#else

static enum cpu_level detect(void)
{
    return CPU_SCALAR;
}

static void read_name(char name[49])
{
    (void)name;
}

#endif

bool cpu_can(enum cpu_level level)
{
    switch (level) {
    case CPU_SCALAR:
        return true;
    case CPU_AVX2:
#if HAVE_AVX2_KERNELS
        return detect() >= CPU_AVX2;
#else
        return false;
#endif
    case CPU_AVX512:
#if HAVE_AVX512_KERNELS
        return detect() >= CPU_AVX512;
#else
        return false;
#endif
    case CPU_NEON:
#if HAVE_NEON_KERNELS
        return detect() == CPU_NEON;
#else
        return false;
#endif
    }
    return false;
}

bool cpu_has_bf16(void)
{
#if defined __x86_64__
    return detect_bf16();
#else
    return false;
#endif
}

enum cpu_level cpu_best(void)
{
    if (cpu_can(CPU_NEON))
        return CPU_NEON;
    if (cpu_can(CPU_AVX512))
        return CPU_AVX512;
    return cpu_can(CPU_AVX2) ? CPU_AVX2 : CPU_SCALAR;
}

const char *cpu_level_name(enum cpu_level level)
{
    return level_names[level];
}

bool cpu_level_parse(const char *name, enum cpu_level *level)
{
    for (int i = 0; i < (int)(sizeof level_names / sizeof *level_names); i++) {
        if (!strcmp(name, level_names[i])) {
            *level = (enum cpu_level)i;
            return true;
        }
    }
    return false;
}

/* Vendors pad the name with blanks on either side and inside. */
const char *cpu_name(void)
{
    static char name[49];
    char raw[49] = "";
    size_t len = 0;
    if (name[0])
        return name;
    read_name(raw);
    for (const char *p = raw; *p; p++)
        if (*p > ' ' && *p < 127)
            name[len++] = *p;
        else if (len && name[len - 1] != ' ')
            name[len++] = ' ';
    while (len && name[len - 1] == ' ')
        len--;
    name[len] = '\0';
    return len ? name : "unknown CPU";
}
