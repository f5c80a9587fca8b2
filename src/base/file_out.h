/* file_out.h - a large file, written beside its place and renamed when whole.
 *
 * Until file_out_commit there is only PATH.part; when anything fails, or the
 * user says stop, file_out_abandon removes it and PATH is as it was. The mode
 * is that of ordinary files (umask), or 0600. Messages do not name the file. */
#ifndef BASE_FILE_OUT_H
#define BASE_FILE_OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct err;

struct file_out {
    int fd;
    char *path, *part; /* owned; NULL when there is nothing to abandon */
};

/* Refuses a place that something other than a file has, a PATH.part that is
 * there already, and a disk with less than `bytes` free. */
bool file_out_open(struct file_out *f, const char *path, uint64_t bytes,
                   struct err *err);
/* For what only its owner may read. The new file lies beside `path` under a name
 * of its own, so what a killed run left behind is in nobody's way. */
bool file_out_open_private(struct file_out *f, const char *path, uint64_t bytes,
                           struct err *err);
bool file_out_write(struct file_out *f, const void *data, size_t size,
                    struct err *err);
/* To the disk and into its place; f is closed whatever happens. */
bool file_out_commit(struct file_out *f, struct err *err);
void file_out_abandon(struct file_out *f); /* fine after any of the others */

#endif
