/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "base/pool.h"

#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static unsigned cpus_allowed(void)
{
#if HAVE_SCHED_GETAFFINITY && defined CPU_COUNT
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) == 0)
        return (unsigned)CPU_COUNT(&set);
#endif
    long n = sysconf(_SC_NPROCESSORS_ONLN);
    return n > 0 ? (unsigned)n : 1;
}

/* One level of cgroup v2 limits: "quota period" in microseconds, or "max". */
static unsigned cpus_of_quota(const char *folder)
{
    char path[PATH_MAX];
    long quota, period;
    unsigned cpus = UINT_MAX;
    int len = snprintf(path, sizeof path, "/sys/fs/cgroup%s/cpu.max", folder);
    FILE *f = len < (int)sizeof path ? fopen(path, "re") : NULL;
    if (!f)
        return cpus;
    if (fscanf(f, "%ld %ld", &quota, &period) == 2 && quota > 0 && period > 0)
        cpus = (unsigned)((quota + period - 1) / period);
    fclose(f);
    return cpus;
}

/* A container is often given the time of two CPUs but the sight of all: more
 * threads than that only wait for each other. Every level above ours counts. */
static unsigned cpus_paid_for(void)
{
    char line[PATH_MAX] = "";
    unsigned least = cpus_of_quota("");
    FILE *f = fopen("/proc/self/cgroup", "re");
    if (!f)
        return least;
    while (fgets(line, sizeof line, f) && strncmp(line, "0::/", 4))
        line[0] = '\0';
    fclose(f);
    line[strcspn(line, "\n")] = '\0';
    char *folder = line[0] ? line + 3 : line;
    for (char *end; (end = strrchr(folder, '/')); *end = '\0') {
        unsigned n = cpus_of_quota(folder);
        least = n < least ? n : least;
    }
    return least;
}

unsigned pool_default_threads(void)
{
    unsigned cpus = cpus_allowed(), paid = cpus_paid_for();
    unsigned n = cpus < paid ? cpus : paid;
    return n ? n : 1;
}
