/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "ui/editor.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "base/i18n.h"
#include "ui/signals.h"

extern char **environ;

static const char *non_empty(const char *name)
{
    const char *value = getenv(name);
    return value && *value ? value : NULL;
}

static const char *editor_name(void)
{
    const char *name = non_empty("VISUAL");
    name = name ? name : non_empty("EDITOR");
    return name ? name : "vi";
}

/* A new file with the text: what it holds is nobody else's business. */
static bool write_file(struct str text, struct buf *path, struct err *err)
{
    const char *folder = non_empty("XDG_RUNTIME_DIR");
    if (!folder || access(folder, W_OK) != 0)
        folder = non_empty("TMPDIR");
    if (!folder || access(folder, W_OK) != 0)
        folder = "/tmp";
    buf_printf(path, "%s/mull-message-XXXXXX.md", folder);
    int fd = mkstemps(path->p, 3); /* 0600 */
    if (fd < 0)
        return err_system(err, errno, _("no file for the editor in %s"), folder);
    bool ok = file_write_fd(fd, text.p, text.len, err) &&
              (text.len == 0 || text.p[text.len - 1] == '\n' ||
               file_write_fd(fd, "\n", 1, err));
    close(fd);
    if (!ok)
        unlink(path->p);
    return ok;
}

/* The shell runs it, since $EDITOR may be several words. Stray output of ours
 * goes to a log meanwhile; the editor's belongs on the terminal. */
static bool start(const char *name, const char *path, pid_t *child,
                  struct err *err)
{
    struct buf command = {0};
    posix_spawn_file_actions_t files;
    posix_spawnattr_t how;
    sigset_t none, usual;
    buf_printf(&command, "%s \"$@\"", name);
    char *const argv[] = {(char *)(uintptr_t)"sh", (char *)(uintptr_t)"-c",
                          command.p, (char *)(uintptr_t)"mull",
                          (char *)(uintptr_t)path, NULL};
    sigemptyset(&none);
    sigemptyset(&usual);
    sigaddset(&usual, SIGINT);
    sigaddset(&usual, SIGQUIT);
    sigaddset(&usual, SIGTSTP);
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_adddup2(&files, STDOUT_FILENO, STDERR_FILENO);
    posix_spawnattr_init(&how);
    posix_spawnattr_setsigmask(&how, &none);
    posix_spawnattr_setsigdefault(&how, &usual);
    posix_spawnattr_setflags(&how, POSIX_SPAWN_SETSIGMASK |
                                       POSIX_SPAWN_SETSIGDEF);
    int failed = posix_spawn(child, "/bin/sh", &files, &how, argv, environ);
    posix_spawnattr_destroy(&how);
    posix_spawn_file_actions_destroy(&files);
    buf_clear(&command);
    return failed == 0 || err_system(err, failed, _("no shell for the editor"));
}

/* Until it has ended. Who asks us to end asks the editor as well; when it alone
 * was stopped we stop too, or the shell would wait for us. */
static int wait_for(pid_t child, int *died)
{
    struct pollfd p = {.fd = signals_fd(), .events = POLLIN};
    int status = 0, signal;
    for (;;) {
        pid_t got = waitpid(child, &status, WNOHANG | WUNTRACED);
        if (got == child && !WIFSTOPPED(status))
            return status;
        if (got < 0 && errno != EINTR)
            return -1;
        if (got == child) {
            raise(SIGSTOP);
            kill(child, SIGCONT);
            continue;
        }
        poll(&p, 1, -1);
        while ((signal = signals_next()) != 0)
            if (signal == SIGTERM || signal == SIGHUP) {
                *died = signal;
                kill(child, signal);
            }
    }
}

static bool take_back(const char *path, struct buf *out, struct err *err)
{
    struct buf text = {0};
    if (!file_read(path, EDITOR_MAX, &text, err)) {
        buf_clear(&text);
        return err_context(err, _("what was written"));
    }
    while (text.len > 0 && text.p[text.len - 1] == '\n')
        text.len--;
    buf_add_str(out, buf_str(&text));
    buf_clear(&text);
    return true;
}

static bool ended_well(const char *name, int status, struct err *err)
{
    if (status >= 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return true;
    if (status >= 0 && WIFEXITED(status) && (WEXITSTATUS(status) == 127 ||
                                             WEXITSTATUS(status) == 126))
        return err_set(err, ERR_UNSUPPORTED, _("the editor \"%.60s\" cannot be "
                       "run: set VISUAL or EDITOR"), name);
    if (status >= 0 && WIFEXITED(status))
        return err_set(err, ERR_CANCELLED, _("the editor \"%.60s\" ended with "
                       "error %d: the message is as it was"), name,
                       WEXITSTATUS(status));
    return err_set(err, ERR_CANCELLED, _("the editor \"%.60s\" was ended: the "
                   "message is as it was"), name);
}

bool editor_run(struct str text, struct buf *out, int *died, struct err *err)
{
    const char *name = editor_name();
    struct buf path = {0};
    pid_t child = 0;
    *died = 0;
    if (!write_file(text, &path, err)) {
        buf_clear(&path);
        return false;
    }
    signals_lend(true);
    bool ok = start(name, path.p, &child, err);
    if (ok)
        ok = ended_well(name, wait_for(child, died), err);
    signals_lend(false);
    ok = ok && take_back(path.p, out, err);
    unlink(path.p);
    buf_clear(&path);
    return ok;
}
