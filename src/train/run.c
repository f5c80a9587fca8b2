/* SPDX-License-Identifier: Apache-2.0 */
#include "train/run.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "train/checkpoint.h"

const char *run_path(const struct run *r, const char *name, struct buf *buf)
{
    buf_reset(buf);
    buf_printf(buf, "%s/%s", r->dir.p, name);
    return buf->p;
}

bool run_has(const struct run *r, const char *name)
{
    struct buf path = {0};
    bool has = access(run_path(r, name, &path), F_OK) == 0;
    buf_clear(&path);
    return has;
}

/* --- the folder ----------------------------------------------------------- */

/* With those above it. */
static bool make_folder(const char *path, struct err *err)
{
    struct buf part = {0};
    bool ok = true;
    for (const char *at = path; ok && *at;) {
        at += strspn(at, "/");
        at += strcspn(at, "/");
        buf_reset(&part);
        buf_add(&part, path, (size_t)(at - path));
        ok = mkdir(part.p, 0777) == 0 || errno == EEXIST;
    }
    if (!ok)
        err_system(err, errno, "cannot be made");
    buf_clear(&part);
    return ok;
}

static bool lock_folder(struct run *r, struct err *err)
{
    struct buf path = {0};
    r->lock = open(run_path(r, "lock", &path), O_RDWR | O_CREAT | O_CLOEXEC,
                   0666);
    buf_clear(&path);
    if (r->lock < 0)
        return err_system(err, errno, "cannot be written to");
    if (flock(r->lock, LOCK_EX | LOCK_NB) == 0)
        return true;
    return err_set(err, ERR_IO, "another run is at work in it");
}

/* NAME.ckpt.XXXXXX, NAME.gguf.part: never whole, and nobody else writes here. */
static bool is_leftover(const char *name)
{
    const char *at = strstr(name, ".ckpt.");
    if (at && strlen(at) == strlen(".ckpt.XXXXXX"))
        return true;
    at = strstr(name, ".gguf.part");
    return at && !at[strlen(".gguf.part")];
}

static void remove_leftovers(struct run *r)
{
    struct buf path = {0};
    DIR *d = opendir(r->dir.p);
    for (struct dirent *e; d && (e = readdir(d));) {
        if (is_leftover(e->d_name))
            unlink(run_path(r, e->d_name, &path));
    }
    if (d)
        closedir(d);
    buf_clear(&path);
}

static bool open_folder(struct run *r, struct err *err)
{
    struct buf path = {0};
    if (!make_folder(r->dir.p, err) || !lock_folder(r, err))
        return file_context(err, r->dir.p);
    remove_leftovers(r);
    bool ok = file_replace(run_path(r, "recipe.conf", &path), r->recipe.source.p,
                           r->recipe.source.len, err) ||
              file_context(err, path.p);
    buf_clear(&path);
    return ok;
}

bool run_open(struct run *r, const struct trainer_options *o, struct err *err)
{
    *r = (struct run){.o = o, .lock = -1};
    progress_init(&r->progress, o->screen, o->plain);
    r->progress.sink = o->sink;
    if (!recipe_read_with(&r->recipe, o->recipe, o->settings, err))
        return false;
    if (o->out)
        buf_puts(&r->dir, o->out);
    else
        buf_printf(&r->dir, "run/%s", r->recipe.name);
    while (r->dir.len > 1 && r->dir.p[r->dir.len - 1] == '/')
        buf_erase(&r->dir, r->dir.len - 1, 1);
    if (o->max_minutes > 0)
        r->deadline_ms = clock_ms() + 60e3 * o->max_minutes;
    if (open_folder(r, err))
        return true;
    run_close(r);
    return false;
}

void run_close(struct run *r)
{
    progress_end(&r->progress);
    if (r->has_params)
        params_clear(&r->params);
    corpus_close(&r->corpus);
    tokenizer_close(&r->tokenizer);
    recipe_clear(&r->recipe);
    buf_clear(&r->dir);
    if (r->lock >= 0)
        close(r->lock);
    *r = (struct run){.lock = -1};
}

/* --- stamps --------------------------------------------------------------- */

bool run_is_stamped(const struct run *r, const char *stage)
{
    struct buf name = {0};
    buf_printf(&name, "%s.done", stage);
    bool is = run_has(r, name.p);
    buf_clear(&name);
    return is;
}

bool run_stamp(const struct run *r, const char *stage, const char *facts,
               struct err *err)
{
    struct buf name = {0}, path = {0}, text = {0};
    buf_printf(&name, "%s.done", stage);
    buf_printf(&text, "{\"stage\":\"%s\",\"recipe_hash\":\"%016llx\"%s%s}\n",
               stage, (unsigned long long)r->recipe.hash, *facts ? "," : "",
               facts);
    bool ok = file_replace(run_path(r, name.p, &path), text.p, text.len, err) ||
              file_context(err, path.p);
    buf_clear(&name);
    buf_clear(&path);
    buf_clear(&text);
    return ok;
}

enum stage_id run_last_stage(const struct run *r)
{
    int last = STAGE_PRETRAIN;
    for (int i = 0; i < N_STAGES; i++) {
        if (r->recipe.stages[i].present)
            last = i;
    }
    return (enum stage_id)last;
}

bool run_take_weights(struct run *r, const char *name, struct err *err)
{
    struct buf path = {0};
    struct checkpoint c;
    bool ok = checkpoint_open(&c, run_path(r, name, &path), err);
    buf_clear(&path);
    if (!ok)
        return false;
    if (r->has_params)
        params_clear(&r->params);
    r->has_params = checkpoint_params(&c, &r->params, err);
    checkpoint_close(&c);
    return r->has_params;
}

bool run_must_stop(struct run *r)
{
    if (r->o->stop && *r->o->stop)
        r->end = TRAINER_STOPPED;
    else if (r->deadline_ms > 0 && clock_ms() >= r->deadline_ms)
        r->end = TRAINER_OUT_OF_TIME;
    return r->end != TRAINER_DONE;
}
