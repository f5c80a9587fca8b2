/* SPDX-License-Identifier: Apache-2.0 */
/* The machine: what mull computes with, and how fast memory is. */
#include "cmd/doctor.h"

#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/i18n.h"
#include "base/pool.h"
#include "engine/context.h"
#include "kernels/bandwidth.h"
#include "kernels/blas.h"
#include "kernels/cpu.h"
#include "options.h"
#include "ui/units.h"

enum { READ_BYTES = 256 << 20 };

static void cpu(struct doctor *d, const struct options *o)
{
    enum cpu_level level = o->load.cpu;
    if (level == CPU_SCALAR) {
        doctor_say(d, DOCTOR_WARN, "cpu", _("%s: portable code, many times slower"),
                   cpu_name());
        doctor_next(d, cpu_best() == CPU_SCALAR
                           ? _("fast kernels need AVX2, or a build that has them")
                           : _("leave --cpu and \"cpu =\" away: more runs here"));
    } else {
        doctor_say(d, DOCTOR_OK, "cpu", _("%s, %s kernels"), cpu_name(),
                   cpu_level_name(level));
    }
    unsigned mine = pool_default_threads();
    unsigned used = o->load.threads ? o->load.threads : mine;
    if (used > mine) {
        doctor_say(d, DOCTOR_WARN, "threads",
                   _("%u, but there are CPUs for %u: they wait for each other"), used,
                   mine);
        doctor_next(d, _("leave -t and \"threads =\" away"));
    } else {
        doctor_say(d, DOCTOR_OK, "threads", _("%u of %u that may be used"), used, mine);
    }
}

static void blas(struct doctor *d)
{
    if (!blas_available()) {
        doctor_say(d, DOCTOR_WARN, "blas", "%s", blas_description());
        doctor_next(d, _("install OpenBLAS (Debian: libopenblas0): float models read "
                         "prompts slower without"));
        return;
    }
    const char *what = blas_description();
    /* Kernels for any CPU: OpenBLAS did not know this one. */
    bool slow = strstr(what, "Prescott") || strstr(what, "Generic") ||
                strstr(what, "GENERIC");
    doctor_say(d, slow ? DOCTOR_WARN : DOCTOR_OK, "blas", "%s", what);
    if (slow)
        doctor_next(d, _("a newer OpenBLAS, or OPENBLAS_CORETYPE=Haswell, is faster"));
}

static void memory(struct doctor *d)
{
    uint64_t free_bytes = context_memory_free();
    char text[UNITS_MAX];
    if (free_bytes == UINT64_MAX) {
        doctor_say(d, DOCTOR_OK, "memory", _("how much is free is not known here"));
        return;
    }
    bool little = free_bytes < 500000000;
    doctor_say(d, little ? DOCTOR_WARN : DOCTOR_OK, "memory",
               _("%s may be taken now"), units_bytes(text, free_bytes));
    if (little)
        doctor_next(d, _("end other programs; mull plan FILE says what a model takes"));
}

static double measure(unsigned threads)
{
    struct err ignored;
    struct pool *pool = pool_new(threads, &ignored);
    double gbs = pool ? bandwidth_measure(pool, READ_BYTES, &ignored) : 0;
    pool_free(pool);
    return gbs;
}

static void bandwidth(struct doctor *d, const struct options *o)
{
    unsigned n = o->load.threads ? o->load.threads : pool_default_threads();
    double one = measure(1), all = n > 1 ? measure(n) : one;
    if (one <= 0 || all <= 0) {
        doctor_say(d, DOCTOR_WARN, "bandwidth", _("no room to measure in"));
        doctor_next(d, _("end other programs: 256 MB are wanted for a moment"));
        return;
    }
    bool slow = all < 3;
    if (n > 1)
        doctor_say(d, slow ? DOCTOR_WARN : DOCTOR_OK, "bandwidth",
                   _("%.1f GB/s with 1 thread, %.1f GB/s with %u"), one, all, n);
    else
        doctor_say(d, slow ? DOCTOR_WARN : DOCTOR_OK, "bandwidth",
                   _("%.1f GB/s with 1 thread"), one);
    if (slow)
        doctor_next(d, _("something else reads memory now, or the machine is slow: "
                         "choose small models"));
}

static void huge_pages(struct doctor *d)
{
    char line[80] = "";
    FILE *f = fopen("/sys/kernel/mm/transparent_hugepage/enabled", "re");
    if (f && !fgets(line, sizeof line, f))
        line[0] = '\0';
    if (f)
        fclose(f);
    if (strstr(line, "[never]")) {
        doctor_say(d, DOCTOR_WARN, "huge pages", _("never: a few per cent slower"));
        doctor_next(d, _("as root: echo madvise > "
                         "/sys/kernel/mm/transparent_hugepage/enabled"));
    } else if (strstr(line, "[madvise]") || strstr(line, "[always]")) {
        doctor_say(d, DOCTOR_OK, "huge pages", "%s",
                   strstr(line, "[always]") ? "always" : "madvise");
    } else {
        doctor_say(d, DOCTOR_OK, "huge pages", _("the system does not say"));
    }
}

void doctor_machine(struct doctor *d, const struct options *o)
{
    cpu(d, o);
    blas(d);
    memory(d);
    bandwidth(d, o);
    huge_pages(d);
}
