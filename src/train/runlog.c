/* SPDX-License-Identifier: Apache-2.0 */
#include "train/runlog.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "train/nn/net.h"

#define STAGE "{\"stage\":\""
#define STEP "\",\"step\":"

/* Our own lines begin with stage and step. A line cut off in the middle (the
 * power went) is lost as well. */
static bool is_lost(struct str line, const char *stage, uint64_t step)
{
    struct str head = str_of(STAGE), name = str_of(stage), mid = str_of(STEP);
    if (line.len == 0 || line.p[line.len - 1] != '}')
        return true;
    if (!str_starts(line, head))
        return false;
    struct str rest = str_n(line.p + head.len, line.len - head.len);
    if (!str_starts(rest, name))
        return false;
    rest = str_n(rest.p + name.len, rest.len - name.len);
    return str_starts(rest, mid) &&
           strtoull(rest.p + mid.len, NULL, 10) > step;
}

/* Where the first lost line begins; the end of the file when none is. */
static bool find_lost(const char *path, const char *stage, uint64_t step,
                      size_t *at, struct err *err)
{
    struct buf all = {0};
    if (access(path, F_OK) != 0) {
        *at = 0;
        return true;
    }
    if (!file_read(path, SIZE_MAX / 2, &all, err))
        return false;
    struct str s = buf_str(&all);
    for (*at = 0; *at < s.len;) {
        size_t end = str_find(s, str_of("\n"), *at);
        if (is_lost(str_n(s.p + *at, end - *at), stage, step))
            break;
        *at = end < s.len ? end + 1 : end;
    }
    buf_clear(&all);
    return true;
}

bool runlog_open(struct runlog *l, const char *path, const char *stage,
                 uint64_t step, struct err *err)
{
    size_t at = 0;
    *l = (struct runlog){0};
    if (stage && (!find_lost(path, stage, step, &at, err) ||
                  (at > 0 && truncate(path, (off_t)at) != 0 &&
                   err_system(err, errno, "cannot be shortened"))))
        return file_context(err, path);
    /* What is shortened to nothing begins anew. */
    l->file = fopen(path, stage && at == 0 ? "w" : "a");
    if (!l->file) {
        err_system(err, errno, "cannot be written");
        return file_context(err, path);
    }
    setvbuf(l->file, NULL, _IOLBF, 0);
    return true;
}

bool runlog_close(struct runlog *l, struct err *err)
{
    FILE *f = l->file;
    *l = (struct runlog){0};
    if (!f)
        return true;
    bool failed = ferror(f) != 0;
    if (fclose(f) != 0 || failed)
        return err_set(err, ERR_IO, "the log could not be written");
    return true;
}

void runlog_step(struct runlog *l, const struct runlog_step *s,
                 const struct net_report *r)
{
    FILE *f = l->file;
    if (!f)
        return;
    double per_s = s->seconds > 0 ? 1 / s->seconds : 0;
    fprintf(f, STAGE "%s" STEP "%" PRIu64 ",\"tokens\":%" PRIu64, s->stage,
            s->step, s->tokens);
    fprintf(f, ",\"loss\":%.6f,\"mtp_loss\":%.6f,\"right\":%.5f", r->loss,
            r->mtp_loss, r->n_rows ? (double)r->n_right / r->n_rows : 0.0);
    fprintf(f, ",\"mtp_right\":%.5f",
            r->n_mtp_rows ? (double)r->n_mtp_right / r->n_mtp_rows : 0.0);
    fprintf(f, ",\"lr\":%.6g,\"grad_norm\":%.5g,\"batch\":%u,\"rows\":%u",
            s->lr, s->grad_norm, r->n_tokens, r->n_rows);
    fprintf(f, ",\"seconds\":%.4f,\"tok_s\":%.1f,\"gflops\":%.2f", s->seconds,
            r->n_tokens * per_s, r->gflop * per_s);
    fprintf(f, ",\"balance\":%.4f,\"maxvio\":[", r->balance);
    for (uint32_t i = 0; i < r->n_moe; i++)
        fprintf(f, "%s%.3f", i ? "," : "", (double)r->max_vio[i]);
    fprintf(f, "],\"dead\":%u}\n", r->n_dead);
}

void runlog_validation(struct runlog *l, const char *stage, uint64_t step,
                       uint64_t tokens, double loss, double right)
{
    if (l->file)
        fprintf(l->file,
                STAGE "%s" STEP "%" PRIu64 ",\"tokens\":%" PRIu64
                      ",\"validation_loss\":%.6f,\"right\":%.5f}\n",
                stage, step, tokens, loss, right);
}

FILE *runlog_line(struct runlog *l, const char *stage, uint64_t step)
{
    if (l->file)
        fprintf(l->file, STAGE "%s" STEP "%" PRIu64, stage, step);
    return l->file;
}
