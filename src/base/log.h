/* log.h - what happened, for later: a file, never the terminal.
 *
 * Off until log_open. Per turn: info. Per token: debug. Thread safe. Text that
 * came from outside is cleaned on its way in. */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdbool.h>

struct err;

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };
enum log_area { LOG_MAIN, LOG_MODEL, LOG_ENGINE, LOG_UI };

bool log_open(const char *path, enum log_level least, struct err *err); /* 0600 */
void log_close(void);
void log_write(enum log_level level, enum log_area area, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

#define log_debug(area, ...) log_write(LOG_DEBUG, area, __VA_ARGS__)
#define log_info(area, ...) log_write(LOG_INFO, area, __VA_ARGS__)
#define log_warn(area, ...) log_write(LOG_WARN, area, __VA_ARGS__)
#define log_error(area, ...) log_write(LOG_ERROR, area, __VA_ARGS__)

#endif
