/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/input_hooks.h"

#include <stdlib.h>
#include <string.h>

#include <readline/history.h>
#include <readline/readline.h>

#include "ui/input_view.h"

struct str input_now(void)
{
    return str_n(rl_line_buffer, (size_t)rl_end);
}

/* Readline's hooks carry no context. */
static struct input *the_input;

/* --- what readline reads -------------------------------------------------- */

static int next_byte(FILE *unused)
{
    (void)unused;
    struct input *in = the_input;
    if (in->queue_at < in->queue_len)
        return (unsigned char)in->queue[in->queue_at++];
    in->starved = true;
    return EOF;
}

static int byte_waits(void)
{
    return the_input->queue_at < the_input->queue_len;
}

/* Alt-9 nine times over would have readline insert the next letter a thousand
 * million times, one by one, before it listens again. */
#define MOST_REPEATS 1000

static void feed(struct input *in, const char *bytes, size_t n)
{
    memcpy(in->queue, bytes, n);
    in->queue_at = 0;
    in->queue_len = n;
    in->starved = false;
    while (in->queue_at < in->queue_len) {
        if (rl_numeric_arg > MOST_REPEATS)
            rl_numeric_arg = MOST_REPEATS;
        rl_callback_read_char();
    }
}

/* Keys that a search takes for itself. */
static bool key_of_search(const struct key *key)
{
    if (key->code == K_CHAR && key->mods == 0)
        return true;
    if (key->code == K_CHAR && key->mods == MOD_CTRL)
        return strchr("GJRSWY_", key->text[0]) != NULL;
    return key->mods == 0 && (key->code == K_BACKSPACE || key->code == K_ESC ||
                              key->code == K_ENTER);
}

/* Any other key ends the search and does what it does. Readline would do the
 * same, but 8.2 crashes when that key begins a sequence (Ctrl-R Ctrl-X Enter:
 * the search has freed what the rest of the sequence looks for). */
static void end_search(struct input *in, const struct key *key)
{
    if (RL_ISSTATE(RL_STATE_ISEARCH) && !key_of_search(key))
        feed(in, "\033", 1);
}

static void redisplay(void)
{
    if (the_input->result == INPUT_SAME)
        the_input->result = INPUT_EDITED;
}

/* --- what Enter does ------------------------------------------------------ */

static bool quotes_open(struct str s)
{
    unsigned n = 0;
    struct str mark = str_of("\"\"\"");
    for (size_t at = str_find(s, mark, 0); at < s.len;
         at = str_find(s, mark, at + mark.len))
        n++;
    return n % 2 == 1;
}

/* Three quotes around all of it were only there to hold the lines together. */
static struct str without_quotes(struct str s)
{
    struct str mark = str_of("\"\"\"");
    if (s.len >= 6 && str_starts(s, mark) &&
        memcmp(s.p + s.len - 3, mark.p, 3) == 0) {
        s = str_n(s.p + 3, s.len - 6);
        if (s.len > 0 && s.p[0] == '\n')
            s = str_n(s.p + 1, s.len - 1);
        if (s.len > 0 && s.p[s.len - 1] == '\n')
            s.len--;
    }
    return s;
}

int input_hooks_line_feed(int count, int key)
{
    (void)count;
    (void)key;
    if (rl_end < INPUT_TEXT_MAX)
        rl_insert_text("\n");
    return 0;
}

static int enter(int count, int key)
{
    if (quotes_open(str_n(rl_line_buffer, (size_t)rl_end)))
        return input_hooks_line_feed(count, key);
    return rl_newline(count, key);
}

static void on_line(char *line)
{
    struct input *in = the_input;
    if (!line) {
        /* Running out of bytes in the middle of a key looks the same. */
        if (!in->starved)
            in->result = INPUT_END;
        return;
    }
    buf_reset(&in->line);
    buf_add_str(&in->line, without_quotes(str_of(line)));
    in->result = INPUT_LINE;
    in->first_row = 0;
    free(line);
}

static int ask_editor(int count, int key)
{
    (void)count;
    (void)key;
    the_input->result = INPUT_EDITOR;
    return 0;
}

/* --- up and down ---------------------------------------------------------- */

static int move_row(int by, int count, int key)
{
    struct view_place here =
        view_place_of(input_now(), the_input->width, (size_t)rl_point);
    struct view_place last =
        view_place_of(input_now(), the_input->width, (size_t)rl_end);
    int row = here.row + by;
    if (row < 0)
        return rl_get_previous_history(count, key);
    if (row > last.row)
        return rl_get_next_history(count, key);
    rl_point = (int)view_offset_of(input_now(), the_input->width, row, here.col);
    return 0;
}

static int move_up(int count, int key)
{
    return move_row(-1, count, key);
}

static int move_down(int count, int key)
{
    return move_row(1, count, key);
}

/* --- completion ----------------------------------------------------------- */

static char *next_command(const char *text, int state)
{
    static size_t i;
    if (state == 0)
        i = 0;
    const char *word;
    while ((word = the_input->words(i)) != NULL) {
        i++;
        if (strncmp(word, text, strlen(text)) == 0)
            return strdup(word);
    }
    return NULL;
}

static char **complete(const char *text, int start, int end)
{
    (void)end;
    rl_attempted_completion_over = 1; /* never file names */
    if (start != 0 || text[0] != '/' || !the_input->words)
        return NULL;
    return rl_completion_matches(text, next_command);
}

/* The built-in lister would page and ask questions on the terminal. */
static void show_matches(char **matches, int n, int longest)
{
    (void)longest;
    struct input *in = the_input;
    size_t at = 0;
    in->note[0] = '\0';
    for (int i = 1; i <= n && at + 1 < sizeof in->note; i++) {
        int len = snprintf(in->note + at, sizeof in->note - at, "%s%s",
                           i > 1 ? "  " : "", matches[i]);
        at += len > 0 ? (size_t)len : 0;
    }
    redisplay();
}

/* --- set-up --------------------------------------------------------------- */

/* Its search with a prompt of its own leaves readline 8.2 with undo entries
 * that were freed (Alt-P Ctrl-G, then Up, Enter, Up, undo). Ctrl-R and Ctrl-S
 * search as well. */
static void unbind_old_search(Keymap map)
{
    rl_unbind_function_in_map(rl_noninc_forward_search, map);
    rl_unbind_function_in_map(rl_noninc_reverse_search, map);
    rl_unbind_function_in_map(rl_vi_search, map);
    rl_unbind_function_in_map(rl_vi_search_again, map);
}

static void bind_keys(Keymap map)
{
    unbind_old_search(map);
    rl_bind_key_in_map('\r', enter, map);
    rl_bind_key_in_map('\n', input_hooks_line_feed, map);
    rl_bind_keyseq_in_map("\\C-x\\C-e", ask_editor, map);
    rl_bind_keyseq_in_map("\\e[A", move_up, map);
    rl_bind_keyseq_in_map("\\e[B", move_down, map);
    /* What terminfo or an inputrc often binds; our keys always look so. */
    static const struct {
        const char *seq;
        rl_command_func_t *fn;
    } usual[] = {
        {"\\e[3~", rl_delete},           {"\\e[H", rl_beg_of_line},
        {"\\e[F", rl_end_of_line},       {"\\e[C", rl_forward_char},
        {"\\e[D", rl_backward_char},     {"\\e[1;5C", rl_forward_word},
        {"\\e[1;5D", rl_backward_word},  {"\\e[1;3C", rl_forward_word},
        {"\\e[1;3D", rl_backward_word},  {"\\e[3;5~", rl_kill_word},
        {"\\e[2~", rl_overwrite_mode},
    };
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
        rl_bind_keyseq_if_unbound_in_map(usual[i].seq, usual[i].fn, map);
}

void input_hooks_begin(struct input *in)
{
    the_input = in;
    rl_instream = in->null_in;
    rl_outstream = in->null_out;
    rl_getc_function = next_byte;
    rl_input_available_hook = byte_waits;
    rl_redisplay_function = redisplay;
    rl_prep_term_function = NULL; /* curses owns the terminal's modes */
    rl_deprep_term_function = NULL;
    rl_catch_signals = 0;
    rl_catch_sigwinch = 0;
    rl_change_environment = 0; /* LINES and COLUMNS would freeze curses */
    rl_completion_display_matches_hook = show_matches;
    rl_attempted_completion_function = complete;
    rl_readline_name = "mull";
    rl_callback_handler_install("", on_line);
    rl_tty_set_echoing(0);
    rl_variable_bind("enable-bracketed-paste", "off"); /* keymap.c collects */
    rl_variable_bind("isearch-terminators", "\033\012"); /* end_search */
    bind_keys(emacs_standard_keymap);
    unbind_old_search(emacs_meta_keymap);
    bind_keys(vi_insertion_keymap);
    bind_keys(vi_movement_keymap);
    rl_bind_key_in_map('v', ask_editor, vi_movement_keymap);
    rl_bind_keyseq_in_map("\\e\\C-m", input_hooks_line_feed, emacs_standard_keymap);
    rl_bind_keyseq_in_map("\\e\\C-j", input_hooks_line_feed, emacs_standard_keymap);
}

void input_hooks_end(void)
{
    rl_callback_handler_remove();
    rl_instream = rl_outstream = NULL;
    the_input = NULL;
}

void input_hooks_fresh_line(void)
{
    rl_callback_sigcleanup();
    rl_free_line_state(); /* also what the history holds of its changes */
    rl_callback_handler_remove();
    rl_callback_handler_install("", on_line);
}

void input_hooks_key(struct input *in, const struct key *key)
{
    char bytes[KEY_BYTES_MAX];
    size_t n = key_bytes(key, bytes);
    if (n == 0)
        return;
    end_search(in, key);
    feed(in, bytes, n);
}
