/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/units.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* value below 1000 with unit; a value that would round up to 1000 has been
 * handed to the next unit by scaled(). */
static char *scaled(char *out, double value, const char *const *units, bool gap)
{
    while (units[1] && value >= 999.5) {
        value /= 1000;
        units++;
    }
    snprintf(out, UNITS_MAX, value < 9.95 ? "%.1f%s%s" : "%.0f%s%s", value,
             gap && **units ? " " : "", *units);
    return out;
}

char *units_bytes(char out[UNITS_MAX], uint64_t bytes)
{
    static const char *const units[] = {"KB", "MB", "GB", "TB", NULL};
    if (bytes < 1000)
        snprintf(out, UNITS_MAX, "%u B", (unsigned)bytes);
    else
        scaled(out, (double)bytes / 1000, units, true);
    return out;
}

char *units_params(char out[UNITS_MAX], uint64_t n)
{
    static const char *const units[] = {"K", "M", "B", "T", NULL};
    if (n < 1000)
        snprintf(out, UNITS_MAX, "%u", (unsigned)n);
    else
        scaled(out, (double)n / 1000, units, true);
    return out;
}

char *units_rate(char out[UNITS_MAX], double per_s)
{
    char digits[UNITS_MAX];
    if (!(per_s >= 0)) /* NaN too */
        per_s = 0;
    if (per_s < 9.95)
        snprintf(out, UNITS_MAX, "%.1f", per_s);
    else if (per_s < 1e15)
        snprintf(out, UNITS_MAX, "%s", units_count(digits, (uint64_t)(per_s + 0.5)));
    else
        snprintf(out, UNITS_MAX, "?");
    return out;
}

char *units_time(char out[UNITS_MAX], double ms)
{
    if (!(ms >= 0) || ms > 1e15)
        ms = 0;
    if (ms > 0 && ms < 50) {
        snprintf(out, UNITS_MAX, "<0.1 s"); /* 0.0 would say: nothing */
        return out;
    }
    if (ms < 59950) {
        snprintf(out, UNITS_MAX, "%.1f s", ms / 1000);
        return out;
    }
    unsigned long long s = (unsigned long long)(ms / 1000 + 0.5);
    if (s < 3600)
        snprintf(out, UNITS_MAX, "%llu min %llu s", s / 60, s % 60);
    else
        snprintf(out, UNITS_MAX, "%llu h %llu min", s / 3600, s / 60 % 60);
    return out;
}

char *units_share(char out[UNITS_MAX], double p)
{
    if (!(p > 0)) {
        snprintf(out, UNITS_MAX, "0");
    } else if (p >= 0.00095) {
        snprintf(out, UNITS_MAX, p < 0.0095 ? "%.3f" : "%.2f", p);
    } else {
        snprintf(out, UNITS_MAX, "%.0e", p);
        char *e = strchr(out, '-'); /* "4e-05" */
        if (e && e[1] == '0')
            memmove(e + 1, e + 2, strlen(e + 2) + 1);
    }
    return out;
}

char *units_count(char out[UNITS_MAX], uint64_t n)
{
    char digits[UNITS_MAX];
    int len = snprintf(digits, sizeof digits, "%llu", (unsigned long long)n);
    char *p = out;
    for (int i = 0; i < len; i++) {
        if (i && (len - i) % 3 == 0)
            *p++ = ',';
        *p++ = digits[i];
    }
    *p = '\0';
    return out;
}
