/* long_chat.h - a transcript of many lines, as a trace and as a kept chat. */
#ifndef TESTS_BENCH_LONG_CHAT_H
#define TESTS_BENCH_LONG_CHAT_H

/* So many turns, whose thoughts and answers have so many lines in all: "line 1 ..."
 * and so on, prose for the most part, with lists, code and formulas between. The
 * questions are "question 1 of N". */
void long_chat_trace(const char *path, unsigned turns, unsigned lines);
/* The only chat below this folder of data (XDG_DATA_HOME). */
void long_chat_session(const char *data, unsigned turns, unsigned lines);

#endif
