/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/context.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/i18n.h"
#include "model/config.h"

static bool read_number(const char *path, uint64_t *out)
{
    FILE *f = fopen(path, "re");
    if (!f)
        return false;
    bool ok = fscanf(f, "%" SCNu64, out) == 1; /* "max" is no number */
    fclose(f);
    return ok;
}

static bool read_available(uint64_t *out)
{
    FILE *f = fopen("/proc/meminfo", "re");
    char line[128];
    uint64_t kib;
    bool found = false;
    while (f && !found && fgets(line, sizeof line, f))
        found = sscanf(line, "MemAvailable: %" SCNu64, &kib) == 1;
    if (f)
        fclose(f);
    if (found)
        *out = kib * 1024;
    return found;
}

/* What a container may use, version 2 and 1 of control groups. */
static bool read_group(uint64_t *out)
{
    static const char *const paths[][2] = {
        {"/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current"},
        {"/sys/fs/cgroup/memory/memory.limit_in_bytes",
         "/sys/fs/cgroup/memory/memory.usage_in_bytes"},
    };
    for (size_t i = 0; i < 2; i++) {
        uint64_t limit, used;
        if (read_number(paths[i][0], &limit) &&
            read_number(paths[i][1], &used)) {
            *out = limit > used ? limit - used : 0;
            return true;
        }
    }
    return false;
}

uint64_t context_memory_free(void)
{
    uint64_t free_bytes = UINT64_MAX, group;
    if (!read_available(&free_bytes)) {
#ifdef _SC_PHYS_PAGES
        long pages = sysconf(_SC_PHYS_PAGES), size = sysconf(_SC_PAGESIZE);
        if (pages > 0 && size > 0)
            free_bytes = (uint64_t)pages * (uint64_t)size;
#endif
    }
    if (read_group(&group) && group < free_bytes)
        free_bytes = group;
    return free_bytes;
}

uint64_t context_room(uint64_t memory, uint64_t weights)
{
    if (memory == UINT64_MAX)
        return memory;
    uint64_t room = memory - memory / 8, least = room / 4;
    return room > weights && room - weights > least ? room - weights : least;
}

uint32_t context_fits(const struct model_config *cfg, enum kv_type type,
                      uint64_t room)
{
    uint32_t fits = 0;
    for (uint32_t step = 1u << 31; step; step >>= 1) {
        uint32_t tokens = fits | step;
        if (kv_cache_bytes(cfg, type, tokens) <= room)
            fits = tokens;
    }
    return fits;
}

/* Large figures are offered round: nobody types 13,107. */
static uint32_t round_down(uint32_t tokens)
{
    uint32_t grain = tokens >= 4096 ? 1024 : tokens >= 256 ? 64 : 1;
    return tokens / grain * grain;
}

bool context_choose(const struct model_config *cfg, enum kv_type type,
                    uint32_t asked, uint64_t room, uint32_t *tokens,
                    struct err *err)
{
    uint32_t fits = context_fits(cfg, type, room);
    uint32_t want = asked;
    if (!asked) {
        want = cfg->n_ctx_train < CONTEXT_DEFAULT_MAX ? cfg->n_ctx_train
                                                      : CONTEXT_DEFAULT_MAX;
        if (want > fits)
            want = round_down(fits);
    }
    if (want < CONTEXT_MIN)
        return asked ? err_set(err, ERR_USAGE,
                               _("a context of %u tokens is too short: at least "
                               "%u"), asked, CONTEXT_MIN)
                     : err_set(err, ERR_MEMORY,
                               _("there is no memory left for this model's "
                               "context"));
    if (want > fits)
        return err_set(err, ERR_MEMORY,
                       _("a context of %u tokens needs %.1f GB of memory; the "
                       "largest that fits now is %u"), want,
                       (double)kv_cache_bytes(cfg, type, want) / 1e9,
                       round_down(fits));
    *tokens = want;
    return true;
}
