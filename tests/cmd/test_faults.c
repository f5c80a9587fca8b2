/* SPDX-License-Identifier: Apache-2.0 */
/* The model's file is cut, or somebody presses Ctrl-C, in the middle of a command.
 * What makes the middle last: a pipe that is full, or kernels that take long. */
#include "store/place.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/wait.h>

static const char *copy; /* of the model */

static void copy_model(void)
{
    struct buf path = {0};
    buf_printf(&path, "%s/models/default.gguf", getenv("MULL_SOURCE"));
    struct buf bytes = bytes_of(path.p);
    copy = at("copy.gguf");
    put_bytes(copy, bytes.p, bytes.len);
    buf_clear(&bytes);
    buf_clear(&path);
}

struct child {
    pid_t pid;
    int in, out, err; /* our ends */
    struct buf said;  /* owned; on standard error */
};

/* So that who writes there waits until somebody reads. */
static size_t fill(int fd)
{
    char x[4096];
    size_t filled = 0;
    ssize_t n;
    int flags = fcntl(fd, F_GETFL);
    memset(x, '.', sizeof x);
    fcntl(fd, F_SETFL, flags | O_NONBLOCK);
    for (size_t size = sizeof x; size > 0; size /= 2)
        while ((n = write(fd, x, size)) > 0)
            filled += (size_t)n;
    fcntl(fd, F_SETFL, flags);
    return filled;
}

/* "mull" and these arguments, up to a NULL. */
static struct child start(bool full_err, ...)
{
    const char *args[16] = {getenv("MULL")};
    int n = 1, in[2], out[2], err[2];
    struct child c = {0};
    va_list ap;
    va_start(ap, full_err);
    while (n < 15 && (args[n] = va_arg(ap, const char *)))
        n++;
    va_end(ap);
    assert_int_equal(pipe(in) | pipe(out) | pipe(err), 0);
    if (full_err)
        fill(err[1]);
    fflush(NULL);
    c.pid = fork();
    if (c.pid == 0) {
        signal(SIGINT, SIG_DFL); /* ignored where the tests run in the background */
        dup2(in[0], 0);
        dup2(out[1], 1);
        dup2(err[1], 2);
        for (int fd = 3; fd < 64; fd++)
            close(fd);
        execv(args[0], (char **)args);
        _exit(127);
    }
    close(in[0]);
    close(out[1]);
    close(err[1]);
    c.in = in[1];
    c.out = out[0];
    c.err = err[0];
    return c;
}

static void wait_for_file(const char *path)
{
    for (int i = 0; access(path, F_OK) != 0; i++) {
        assert_true(i < 60000);
        poll(NULL, 0, 1);
    }
}

/* Reads both to their ends; the exit status. */
static int end(struct child *c)
{
    struct pollfd p[2] = {{.fd = c->out, .events = POLLIN},
                          {.fd = c->err, .events = POLLIN}};
    char some[4096];
    int status;
    close(c->in);
    while (p[0].fd >= 0 || p[1].fd >= 0) {
        poll(p, 2, -1);
        for (int i = 0; i < 2; i++) {
            if (p[i].fd < 0 || !p[i].revents)
                continue;
            ssize_t n = read(p[i].fd, some, sizeof some);
            if (i == 1 && n > 0)
                buf_add(&c->said, some, (size_t)n);
            if (n <= 0)
                p[i].fd = -1;
        }
    }
    close(c->out);
    close(c->err);
    assert_int_equal(waitpid(c->pid, &status, 0), c->pid);
    assert_true(WIFEXITED(status)); /* and of no signal */
    return WEXITSTATUS(status);
}

static void ends_saying(struct child *c, int code, const char *sentence)
{
    int got = end(c);
    if (got != code || (sentence && !strstr(c->said.p, sentence)))
        print_message("exit status %d, %s\n", got, c->said.p ? c->said.p : "");
    assert_int_equal(got, code);
    if (sentence)
        assert_non_null(strstr(c->said.p, sentence));
    buf_clear(&c->said);
}

static void cut(void)
{
    assert_int_equal(truncate(copy, 100000), 0);
}

static void nothing_is_left(const char *name)
{
    struct buf part = {0};
    buf_printf(&part, "%s.part", at(name));
    assert_int_not_equal(access(at(name), F_OK), 0);
    assert_int_not_equal(access(part.p, F_OK), 0);
    buf_clear(&part);
}

#define CUT "was cut short while it was in use"

static void a_model_cut_while_it_is_quantized_makes_no_other(void **state)
{
    (void)state;
    copy_model();
    struct child c = start(true, "quantize", copy, at("q.gguf"), "q4_0", NULL);
    wait_for_file(at("q.gguf.part"));
    cut();
    ends_saying(&c, 1, CUT);
    nothing_is_left("q.gguf");
}

static void ctrl_c_leaves_no_half_model(void **state)
{
    (void)state;
    copy_model();
    struct child c = start(true, "quantize", copy, at("q.gguf"), "q4_0", NULL);
    wait_for_file(at("q.gguf.part"));
    kill(c.pid, SIGINT);
    ends_saying(&c, 130, NULL);
    nothing_is_left("q.gguf");
}

/* A list of so many tokens, without logits. */
static void put_tokens(const char *path, uint32_t n)
{
    uint32_t *x = calloc(n + 2, 4);
    x[0] = n;
    for (uint32_t i = 0; i < n; i++)
        x[2 + i] = 5 + i % 50;
    put_bytes(path, (const char *)x, 4 * ((size_t)n + 2));
    free(x);
}

static struct child start_logits(void)
{
    copy_model();
    put_tokens(at("tokens"), 2000);
    struct child c = start(false, "logits", "-m", copy, "--cpu=scalar", "-t", "1",
                           "--tokens-from", at("tokens"), "-o", at("logits"), NULL);
    wait_for_file(at("logits.part"));
    return c;
}

static void logits_of_a_model_that_was_cut_are_not_written(void **state)
{
    (void)state;
    struct child c = start_logits();
    cut();
    ends_saying(&c, 1, CUT);
    nothing_is_left("logits");
}

static void ctrl_c_leaves_no_half_logits(void **state)
{
    (void)state;
    struct child c = start_logits();
    kill(c.pid, SIGINT);
    ends_saying(&c, 130, NULL);
    nothing_is_left("logits");
}

static void tokens_of_a_vocabulary_that_was_cut_are_an_error(void **state)
{
    (void)state;
    char one;
    copy_model();
    struct child c = start(false, "tokenize", "-m", copy, "--jsonl", NULL);
    assert_int_equal(write(c.in, "{\"text\":\"one\"}\n", 15), 15);
    assert_int_equal(read(c.out, &one, 1), 1); /* it has answered */
    cut();
    assert_int_equal(write(c.in, "{\"text\":\"two\"}\n", 15), 15);
    ends_saying(&c, 1, CUT);
}

static void a_tensor_that_was_cut_while_it_is_written_is_an_error(void **state)
{
    (void)state;
    char one;
    copy_model();
    struct child c = start(false, "inspect", copy, "--tensor",
                           "token_embd.weight", "--raw", NULL);
    assert_int_equal(read(c.out, &one, 1), 1); /* more than the pipe holds */
    cut();
    ends_saying(&c, 1, CUT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_model_cut_while_it_is_quantized_makes_no_other),
        cmocka_unit_test(ctrl_c_leaves_no_half_model),
        cmocka_unit_test(logits_of_a_model_that_was_cut_are_not_written),
        cmocka_unit_test(ctrl_c_leaves_no_half_logits),
        cmocka_unit_test(tokens_of_a_vocabulary_that_was_cut_are_an_error),
        cmocka_unit_test(a_tensor_that_was_cut_while_it_is_written_is_an_error),
    };
    if (!getenv("MULL") || !getenv("MULL_SOURCE")) {
        print_message("skipped: there is no program to run\n");
        return 77;
    }
    return cmocka_run_group_tests(tests, place_begin, place_end);
}
