/* cmd.h - one file per command, one row each in cmd.c.
 *
 * A command writes its results to standard output and returns false with a
 * reason; main.c alone says the reason and exits: 0, 1 (failed), 2 (usage),
 * 130 (interrupted). */
#ifndef CMD_CMD_H
#define CMD_CMD_H

#include <stdbool.h>
#include <stddef.h>

struct err;
struct options;

typedef bool (*cmd_fn)(struct options *o, struct err *err);

struct command {
    const char *name;
    const char *args;     /* for the usage line: "[-m FILE] PROMPT" */
    const char *summary;  /* one line for --help */
    const char *options;  /* which option letters it takes, see option.c; '!':
                             it runs although the rc file is wrong */
    cmd_fn run;
};

const struct command *cmd_find(const char *name);
const struct command *cmd_row(size_t i); /* NULL past the last */

bool cmd_chat(struct options *o, struct err *err);
bool cmd_run(struct options *o, struct err *err);
bool cmd_tokenize(struct options *o, struct err *err);
bool cmd_logits(struct options *o, struct err *err);
bool cmd_template(struct options *o, struct err *err);
bool cmd_quantize(struct options *o, struct err *err);
bool cmd_inspect(struct options *o, struct err *err);
bool cmd_completion(struct options *o, struct err *err);
bool cmd_doctor(struct options *o, struct err *err);
bool cmd_plan(struct options *o, struct err *err);
bool cmd_bench(struct options *o, struct err *err);
bool cmd_experts(struct options *o, struct err *err);
bool cmd_sessions(struct options *o, struct err *err);
bool cmd_search(struct options *o, struct err *err);
bool cmd_view(struct options *o, struct err *err);
bool cmd_export(struct options *o, struct err *err);

#endif
