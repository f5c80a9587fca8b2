/* folder.h - the folder of the sessions: their names, and the trash beside them.
 *
 *   sessions/20261122-143205-k7qz.session
 *   sessions/trash/...                      deleted, for a month
 *   sessions/index.db                       made anew whenever it is missing
 *
 * An id is the moment of beginning and four letters by chance. Whoever names a
 * session may give any part of its id that no other has. */
#ifndef STORE_FOLDER_H
#define STORE_FOLDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

struct err;

#define FOLDER_SUFFIX ".session"
#define FOLDER_TRASH "trash"
#define FOLDER_KEEP_DAYS 30

struct folder_entry {
    char *id;            /* owned */
    uint64_t size;
    int64_t changed_ns;  /* of the file, since 1970 */
};

struct folder_list {
    struct folder_entry *entries; /* owned; newest first */
    size_t n, cap;
};

/* Made for its owner alone (0700) where it is missing; a link or a folder of
 * somebody else in its place is refused. */
bool folder_make(const char *folder, struct err *err);

void folder_new_id(struct buf *id);
void folder_id_of(const char *path, struct buf *id);
void folder_path(const char *folder, const char *id, struct buf *path);

/* The sessions in a folder; one that is not there has none. */
void folder_read(const char *folder, struct folder_list *list);
void folder_list_clear(struct folder_list *list);

/* The one session whose id has this part, as an id. ERR_USAGE: none, or more. */
bool folder_find(const char *folder, const char *part, struct buf *id,
                 struct err *err);

/* Into the trash and back. Refused while another program has it open, unless
 * `ours` says that this one does. What lies there for long goes for good. */
bool folder_delete(const char *folder, const char *id, bool ours,
                   struct err *err);
bool folder_undelete(const char *folder, const char *id, struct err *err);

#endif
