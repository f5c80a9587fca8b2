/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/long_chat.h"

#include <stdio.h>
#include <sys/stat.h>

#include "chat/backend.h"
#include "chat/conversation.h"
#include "check.h"
#include "store/keeper.h"

/* The lines from `from` up to `to`, as a model would write them. */
static void add_lines(struct buf *b, unsigned from, unsigned to)
{
    static const char *const kinds[][2] = {
        {"line ", " of what is said here, long enough that it is broken once "
                  "where the screen is as wide as most of them are\n"},
        {"- line ", ", **an item**\n"},
        {"line ", " with `code` and $x^2 + y_1 \\le 3$\n"},
        {"    line ", " = indented();\n"},
    };
    for (unsigned i = from; i < to; i++) {
        const char *const *kind = kinds[i % 5 % 4];
        buf_printf(b, "%s%u%s", kind[0], i, kind[1]);
    }
}

/* What is said in turn i of n. */
static void one_turn(unsigned i, unsigned turns, unsigned lines,
                     struct buf *question, struct buf *thought,
                     struct buf *answer)
{
    unsigned each = lines / turns, from = i * each + 1, middle = from + each / 2;
    buf_reset(question);
    buf_reset(thought);
    buf_reset(answer);
    buf_printf(question, "question %u of %u", i + 1, turns);
    add_lines(thought, from, middle);
    add_lines(answer, middle, from + each);
}

static void write_text(FILE *f, const char *key, const struct buf *b)
{
    fprintf(f, ", \"%s\": \"", key);
    for (size_t i = 0; i < b->len; i++)
        if (b->p[i] == '\n')
            fputs("\\n", f);
        else if (b->p[i] == '\\')
            fputs("\\\\", f);
        else
            putc(b->p[i], f);
    putc('"', f);
}

void long_chat_trace(const char *path, unsigned turns, unsigned lines)
{
    struct buf question = {0}, thought = {0}, answer = {0};
    FILE *f = fopen(path, "w");
    CHECK(f != NULL);
    for (unsigned i = 0; i < turns; i++) {
        one_turn(i, turns, lines, &question, &thought, &answer);
        fprintf(f, "%s{\"role\": \"user\"", i ? ",\n" : "[");
        write_text(f, "content", &question);
        fprintf(f, "}, {\"role\": \"assistant\"");
        write_text(f, "reasoning_content", &thought);
        write_text(f, "content", &answer);
        putc('}', f);
    }
    fputs("]\n", f);
    CHECK(fclose(f) == 0);
    buf_clear(&question);
    buf_clear(&thought);
    buf_clear(&answer);
}

static void keep_turn(struct keeper *k, struct conversation *c,
                      const struct buf *question, const struct buf *thought,
                      const struct buf *answer)
{
    struct message *m = conversation_add(c, ROLE_USER, buf_str(question));
    keeper_message(k, m, NULL);
    m = conversation_add(c, ROLE_ASSISTANT, str_of(""));
    keeper_message(k, m, NULL);
    keeper_text(k, m->id, PART_THOUGHT, buf_str(thought));
    keeper_text(k, m->id, PART_ANSWER, buf_str(answer));
    keeper_end(k, m, DONE_END);
}

void long_chat_session(const char *data, unsigned turns, unsigned lines)
{
    struct buf question = {0}, thought = {0}, answer = {0};
    struct conversation c = {0};
    struct backend_info info = {.name = "mini"};
    struct err err;
    bool recovered;
    char path[256];
    snprintf(path, sizeof path, "%s/mull", data);
    mkdir(path, 0700);
    snprintf(path, sizeof path, "%s/mull/sessions", data);
    mkdir(path, 0700);
    struct keeper *k = keeper_new(path, &info);
    for (unsigned i = 0; i < turns; i++) {
        one_turn(i, turns, lines, &question, &thought, &answer);
        keep_turn(k, &c, &question, &thought, &answer);
        CHECK_OK(keeper_flush(k, &recovered, &err), &err);
    }
    CHECK_OK(keeper_close(k, &err), &err);
    conversation_clear(&c);
    buf_clear(&question);
    buf_clear(&thought);
    buf_clear(&answer);
}
