/* SPDX-License-Identifier: Apache-2.0 */
#include "store/keeper.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/json.h"
#include "base/mem.h"
#include "chat/backend.h"
#include "chat/message.h"
#include "store/experts_json.h"
#include "store/folder.h"
#include "store/journal.h"
#include "store/saved.h"
#include "store/stats_json.h"

#define FLUSH_NS 50000000u    /* what a kill may cost, at most */
#define SYNC_NS 1000000000u   /* what a power loss may */
#define RETRY_NS 1000000000u  /* a full disk is not asked all the time */

struct keeper {
    struct journal *journal;   /* owned; NULL before the first message */
    struct buf path, id;       /* owned */
    struct buf model;          /* owned; the record of what answers, JSON */
    struct expert_shape shape; /* of it */
    struct buf early;          /* owned; a title given before there is a file */
    struct buf piece[2];       /* owned; [enum text_part] not made a record yet */
    uint32_t piece_id;
    bool added;                /* something was, in this run */
    bool dirty;                /* something waits */
    bool failing;              /* and could not be written last time */
    uint64_t flushed_ns, synced_ns;
};

/* --- records -------------------------------------------------------------- */

static void print(json_t *o, struct buf *out)
{
    if (!json_print(o, JSON_COMPACT, out))
        abort(); /* no memory: as when any small allocation fails */
}

static json_t *record(const char *kind)
{
    json_t *o = json_object();
    json_put_name(o, "record", kind);
    return o;
}

static void write_record(struct keeper *s, json_t *o)
{
    struct buf line = {0};
    print(o, &line);
    journal_add(s->journal, buf_str(&line));
    s->dirty = true;
    buf_clear(&line);
}

/* The text that came since the last record becomes one. */
static void write_piece(struct keeper *s)
{
    static const char *const keys[] = {[PART_THOUGHT] = "thought",
                                       [PART_ANSWER] = "answer"};
    if (s->piece[0].len + s->piece[1].len == 0)
        return;
    json_t *o = record("text");
    json_put_count(o, "id", s->piece_id);
    for (int part = 0; part < 2; part++) {
        if (s->piece[part].len)
            json_put_text(o, keys[part], buf_str(&s->piece[part]));
        buf_reset(&s->piece[part]);
    }
    write_record(s, o);
}

/* --- beginning ------------------------------------------------------------ */

static void note_model(struct keeper *s, const struct backend_info *info)
{
    if (!info)
        return;
    s->shape = experts_shape(info);
    json_t *o = record("session"), *m = json_object();
    json_put_count(o, "at", (uint64_t)clock_wall_ms());
    json_put_text(m, "name", str_of(info->name));
    json_put_text(m, "arch", str_of(info->arch));
    json_put_text(m, "quant", str_of(info->quant));
    json_put_text(m, "family", str_of(info->family));
    json_put_count(m, "file_bytes", info->file_bytes);
    if (info->model_hash) {
        char hash[24]; /* for the numbers of any reader it is too long */
        snprintf(hash, sizeof hash, "%016llx",
                 (unsigned long long)info->model_hash);
        json_put_name(m, "hash", hash);
    }
    json_put_count(m, "parameters", info->n_params);
    json_object_set_new(o, "model", m);
    buf_reset(&s->model);
    print(o, &s->model);
}

struct keeper *keeper_new(const char *folder, const struct backend_info *info)
{
    struct keeper *s = mem_zalloc(sizeof *s);
    folder_new_id(&s->id);
    buf_printf(&s->path, "%s/%s" FOLDER_SUFFIX, folder, s->id.p);
    note_model(s, info);
    return s;
}

static void free_keeper(struct keeper *s)
{
    buf_clear(&s->path);
    buf_clear(&s->id);
    buf_clear(&s->model);
    buf_clear(&s->early);
    buf_clear(&s->piece[0]);
    buf_clear(&s->piece[1]);
    mem_free(s);
}

struct keeper *keeper_open(const char *path, const struct backend_info *info,
                             struct saved *saved, struct err *err)
{
    struct keeper *s = mem_zalloc(sizeof *s);
    buf_puts(&s->path, path);
    folder_id_of(path, &s->id);
    s->journal = saved_open(saved, path, err);
    if (!s->journal) {
        free_keeper(s);
        return NULL;
    }
    note_model(s, info);
    return s;
}

const char *keeper_path(const struct keeper *s)
{
    return s->path.p;
}

const char *keeper_id(const struct keeper *s)
{
    return s->id.p;
}

bool keeper_begun(const struct keeper *s)
{
    return s->journal;
}

/* --- what is told --------------------------------------------------------- */

/* Before the first record of this run: with which model. */
static void begin(struct keeper *s)
{
    s->added = true;
    if (!s->journal)
        s->journal = journal_new(s->path.p);
    if (s->model.len) {
        journal_add(s->journal, buf_str(&s->model));
        buf_clear(&s->model);
    }
    if (s->early.len) {
        json_t *o = record("title");
        json_put_text(o, "text", buf_str(&s->early));
        buf_clear(&s->early);
        write_record(s, o);
    }
}

static json_t *sampling_of(const struct keeper *s,
                           const struct turn_options *how)
{
    const struct sampling *x = &how->sampling;
    static const char *const think[] = {[THINK_DEFAULT] = "default",
                                        [THINK_ON] = "on", [THINK_OFF] = "off"};
    json_t *o = json_object();
    json_put_real(o, "temp", (double)x->temp);
    json_put_count(o, "top_k", x->top_k);
    json_put_real(o, "top_p", (double)x->top_p);
    json_put_real(o, "min_p", (double)x->min_p);
    json_put_real(o, "repeat_penalty", (double)x->repeat_penalty);
    /* 64 bits do not fit into the numbers of every reader. */
    char seed[24];
    snprintf(seed, sizeof seed, "%llu", (unsigned long long)x->seed);
    json_put_name(o, "seed", seed);
    json_put_count(o, "max_tokens", how->max_tokens);
    json_put_name(o, "think", think[how->think]);
    json_put_bool(o, "modified", experts_modified(&how->experts));
    if (experts_modified(&how->experts))
        json_object_set_new(o, "experts", experts_json(&how->experts, &s->shape));
    return o;
}

void keeper_message(struct keeper *s, const struct message *m,
                     const struct turn_options *how)
{
    begin(s);
    write_piece(s);
    json_t *o = record("message");
    json_put_count(o, "id", m->id);
    json_put_count(o, "parent", m->parent ? m->parent->id : 0);
    json_put_name(o, "role", role_name(m->role));
    json_put_count(o, "at", (uint64_t)m->at_ms);
    if (how)
        json_object_set_new(o, "sampling", sampling_of(s, how));
    json_put_text(o, "text", buf_str(&m->text));
    write_record(s, o);
    if (m->thought.len)
        keeper_text(s, m->id, PART_THOUGHT, buf_str(&m->thought));
}

void keeper_text(struct keeper *s, uint32_t id, enum text_part part,
                  struct str text)
{
    /* One record holds thought and answer, in this order. */
    bool back = part == PART_THOUGHT && s->piece[PART_ANSWER].len;
    if (id != s->piece_id || back)
        write_piece(s);
    s->piece_id = id;
    buf_add_str(&s->piece[part], text);
    s->dirty = true;
}

void keeper_end(struct keeper *s, const struct message *m,
                 enum done_reason reason)
{
    static const char *const reasons[] = {
        [DONE_END] = "end", [DONE_LIMIT] = "limit", [DONE_CONTEXT] = "context",
        [DONE_CANCELLED] = "cancelled"};
    begin(s);
    write_piece(s);
    json_t *o = record("end");
    json_put_count(o, "id", m->id);
    json_put_count(o, "at", (uint64_t)clock_wall_ms());
    json_put_name(o, "reason", reasons[reason]);
    json_put_bool(o, "interrupted", m->interrupted);
    if (m->has_stats)
        json_object_set_new(o, "stats", stats_json(&m->stats, STATS_KEPT));
    write_record(s, o);
    s->synced_ns = 0; /* the end of a message goes to the disk at once */
}

void keeper_active(struct keeper *s, uint32_t end)
{
    begin(s);
    write_piece(s);
    json_t *o = record("path");
    json_put_count(o, "end", end);
    write_record(s, o);
}

void keeper_remove(struct keeper *s, uint32_t id)
{
    begin(s);
    write_piece(s);
    json_t *o = record("remove");
    json_put_count(o, "id", id);
    write_record(s, o);
}

void keeper_unseen(struct keeper *s, uint32_t messages)
{
    begin(s);
    write_piece(s);
    json_t *o = record("unseen");
    json_put_count(o, "messages", messages);
    write_record(s, o);
}

void keeper_title(struct keeper *s, struct str title)
{
    buf_reset(&s->early);
    buf_add_str(&s->early, title);
    if (s->journal) {
        write_piece(s);
        begin(s);
    }
}

/* --- writing -------------------------------------------------------------- */

bool keeper_flush(struct keeper *s, bool *recovered, struct err *err)
{
    uint64_t now = clock_ns();
    *recovered = false;
    if (!s->dirty || (s->failing && now - s->flushed_ns < RETRY_NS))
        return true;
    write_piece(s);
    bool failed_before = s->failing;
    s->flushed_ns = now;
    s->failing = !journal_flush(s->journal, err);
    if (s->failing)
        return failed_before || file_context(err, s->path.p);
    s->dirty = false;
    *recovered = failed_before;
    if (now - s->synced_ns >= SYNC_NS) {
        journal_sync(s->journal);
        s->synced_ns = now;
    }
    return true;
}

bool keeper_flush_due(struct keeper *s, uint64_t *due_ns, bool *recovered,
                       struct err *err)
{
    uint64_t now = clock_ns(), wait = s->failing ? RETRY_NS : FLUSH_NS;
    *due_ns = 0;
    *recovered = false;
    if (!s->dirty)
        return true;
    if (now - s->flushed_ns < wait) {
        *due_ns = s->flushed_ns + wait;
        return true;
    }
    bool ok = keeper_flush(s, recovered, err);
    if (s->dirty)
        *due_ns = s->flushed_ns + RETRY_NS;
    return ok;
}

bool keeper_close(struct keeper *s, struct err *err)
{
    bool ok = true;
    if (!s)
        return true;
    if (s->journal) {
        write_piece(s);
        if (s->added)
            write_record(s, record("close"));
        ok = journal_close(s->journal, err) || file_context(err, s->path.p);
    }
    free_keeper(s);
    return ok;
}
