/* terminal_ask.h - what a terminal says of itself when it is asked.
 *
 * Only for `mull doctor`: the chat asks nothing, so that no late answer can land
 * in the line one types. */
#ifndef UI_TERMINAL_ASK_H
#define UI_TERMINAL_ASK_H

#include <stdbool.h>

enum terminal_answer { TERMINAL_NO, TERMINAL_YES, TERMINAL_SILENT };

/* Whether it shows whole frames at once (mode 2026). Asks for that mode and, as
 * every terminal answers the second, for its kind; waits at most so long for
 * either. The modes of the terminal are as before in any case. */
enum terminal_answer terminal_synchronized(int in, int out, int timeout_ms);

bool terminal_size(int fd, int *columns, int *rows);

#endif
