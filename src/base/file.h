/* file.h - files as bytes: mapped for reading, or written beside and renamed.
 *
 * Messages say what happened, not to which file: the caller knows best how to
 * name it, and file_context does it for a path. */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/buf.h"

struct err;

/* A regular file mapped read only. A directory, a FIFO or a missing permission
 * is one clear sentence. Empty files map to size 0 and data NULL. */
struct file_map {
    const uint8_t *data; /* owned by the map; NULL when size is 0 */
    size_t size;
    bool mapped;         /* false: the bytes belong to somebody else, and what
                            follows is not there */
    uint64_t device, inode;
    int64_t changed_ns;
    int fd;              /* owned; to see whether somebody changes the file */
    struct map_guard *guard; /* or NULL */
};

bool file_map_open(struct file_map *f, const char *path, struct err *err);
/* The same view over bytes that stay the caller's (the built-in model). */
struct file_map file_map_over(const void *data, size_t size);
void file_map_close(struct file_map *f);
/* From now on the program survives when the file is cut (map_guard.h). Who does so
 * has to ask file_map_intact before it believes what it computed. */
void file_map_survive(struct file_map *f);
/* Nobody has changed the file since it was opened. What else lies in its place now
 * (a rename) does not matter. ERR_IO: "was cut short while it was in use". */
bool file_map_intact(const struct file_map *f, struct err *err);
/* Whether the path leads to this very file, by whatever name. */
bool file_map_is(const struct file_map *f, const char *path);

/* Read a whole file, or everything behind an open descriptor, into `out`.
 * More than max_bytes is ERR_LIMIT. */
bool file_read(const char *path, size_t max_bytes, struct buf *out,
               struct err *err);
bool file_read_fd(int fd, size_t max_bytes, struct buf *out, struct err *err);

/* All of it, through signals and short writes. */
bool file_write_fd(int fd, const void *data, size_t size, struct err *err);
/* A rename lasts through a power loss once its folder is on the disk. Some file
 * systems refuse to sync folders: the file itself is safe by then, so that is no
 * failure. */
void file_sync_folder_of(const char *path);

/* A new file of our own (0600) to write, NULL when there is anything of that
 * name already: nothing is overwritten, no link is followed. */
FILE *file_create(const char *path, struct err *err);

/* The same with all that it shall hold; when that fails there is no file. */
bool file_write_new(const char *path, const void *data, size_t size,
                    struct err *err);

/* Write to a new file beside `path` (0600), sync it, rename it over. When any
 * step fails the old file is as it was. */
bool file_replace(const char *path, const void *data, size_t size,
                  struct err *err);

/* A regular file read from its beginning on. Unlike a mapping it cannot kill
 * the program when somebody cuts the file meanwhile. */
struct file_in {
    int fd;
    uint64_t size; /* when it was opened */
};

bool file_in_open(struct file_in *f, const char *path, struct err *err);
/* Exactly `size` bytes; a file that ends before is ERR_FORMAT. */
bool file_in_read(struct file_in *f, void *to, size_t size, struct err *err);
void file_in_close(struct file_in *f);

/* err_context with the path in front; of a long one only its end, so that the
 * reason behind it is not cut off. Returns false. */
bool file_context(struct err *err, const char *path);

#endif
