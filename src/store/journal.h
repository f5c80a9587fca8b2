/* journal.h - a file that only grows: one record a line, each with its checksum.
 *
 *   mull-session 1
 *   9c3e1f07 {"record":"session","at":1795357925000}
 *   41d00a6b {"record":"message","id":1,"role":"user","text":"hi"}
 *
 * A line is the CRC-32C of what follows the blank, in 8 digits, and a JSON
 * object. A line feed ends it and cannot stand inside it, so a damaged line costs
 * itself and nothing else, and a torn one can only be the last.
 *
 * What is added is written by journal_flush, which loses nothing when it fails:
 * it all waits for the next try. A thread of the journal's own brings it to the
 * disk, so that nobody waits for that. One program at a time may write; the lock
 * goes with the process. */
#ifndef STORE_JOURNAL_H
#define STORE_JOURNAL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

struct err;
struct journal;

#define JOURNAL_VERSION 1
#define JOURNAL_LINE_MAX ((size_t)128 << 20)

/* What reading met besides whole records. */
struct journal_found {
    unsigned version;  /* above JOURNAL_VERSION: read what we understand */
    unsigned records;  /* whole ones */
    unsigned damaged;  /* lines left out */
    uint64_t torn;     /* bytes of a last line that was never finished */
};

/* Every whole record, in order. False: it makes no sense, count it as damaged. */
typedef bool (*journal_fn)(void *arg, struct str json);

/* Only reads: any version, locked or not. */
bool journal_read(const char *path, journal_fn fn, void *arg,
                  struct journal_found *found, struct err *err);
/* The same over bytes in memory. */
bool journal_read_bytes(struct str bytes, journal_fn fn, void *arg,
                        struct journal_found *found, struct err *err);

/* A journal that begins. Its file (new, locked, 0600) is made when there is
 * something to write. */
struct journal *journal_new(const char *path);
/* Reads, and goes on behind the last whole record: an unfinished line is cut
 * off. Refused while another program has it open, and for a newer version. */
struct journal *journal_open(const char *path, journal_fn fn, void *arg,
                             struct journal_found *found, struct err *err);

/* json: one object, UTF-8, without line feeds. Is not written yet. */
void journal_add(struct journal *j, struct str json);
/* Write what was added. */
bool journal_flush(struct journal *j, struct err *err);
/* To the disk, soon; does not wait. */
void journal_sync(struct journal *j);
/* Flushes, waits for the disk, frees, also when that fails. NULL is fine. */
bool journal_close(struct journal *j, struct err *err);

#endif
