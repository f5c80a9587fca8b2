/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/input.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <readline/history.h>
#include <readline/readline.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/sanitize.h"
#include "base/utf8.h"
#include "ui/history.h"
#include "ui/input_view.h"

enum { HISTORY_MOST = 2000, TEXT_MAX = PASTE_MAX };

struct input {
    FILE *null_in, *null_out; /* owned */
    char queue[16];           /* the key that readline is reading */
    size_t queue_at, queue_len;
    bool starved;             /* readline asked for more than there was */
    enum input_result result;
    struct buf line;          /* owned; as given up */
    char *history_path;       /* owned, or NULL */
    input_words_fn words;
    char note[256];
    int width;                /* of the area it was drawn into */
    int first_row;            /* scrolled by this many rows */
    int left, top;            /* where its text began, drawn last */
};

/* Readline's hooks carry no context. */
static struct input *the_input;

/* --- what readline reads --------------------------------------------------- */

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

/* --- what Enter does ------------------------------------------------------- */

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

static int insert_line_feed(int count, int key)
{
    (void)count;
    (void)key;
    if (rl_end < TEXT_MAX)
        rl_insert_text("\n");
    return 0;
}

static int enter(int count, int key)
{
    if (quotes_open(str_n(rl_line_buffer, (size_t)rl_end)))
        return insert_line_feed(count, key);
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

/* --- up and down ----------------------------------------------------------- */

static struct str current(void)
{
    return str_n(rl_line_buffer, (size_t)rl_end);
}

static int move_row(int by, int count, int key)
{
    struct view_place here =
        view_place_of(current(), the_input->width, (size_t)rl_point);
    struct view_place last =
        view_place_of(current(), the_input->width, (size_t)rl_end);
    int row = here.row + by;
    if (row < 0)
        return rl_get_previous_history(count, key);
    if (row > last.row)
        return rl_get_next_history(count, key);
    rl_point = (int)view_offset_of(current(), the_input->width, row, here.col);
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

/* --- completion ------------------------------------------------------------ */

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

/* --- set-up ---------------------------------------------------------------- */

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
    rl_bind_key_in_map('\n', insert_line_feed, map);
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

static void set_up_readline(struct input *in)
{
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
    rl_bind_keyseq_in_map("\\e\\C-m", insert_line_feed, emacs_standard_keymap);
    rl_bind_keyseq_in_map("\\e\\C-j", insert_line_feed, emacs_standard_keymap);
}

static void recall(void *arg, const char *entry)
{
    (void)arg;
    add_history(entry);
}

struct input *input_new(const char *history_path, input_words_fn words)
{
    struct input *in = mem_zalloc(sizeof *in);
    in->null_in = fopen("/dev/null", "re");
    in->null_out = fopen("/dev/null", "we");
    in->words = words;
    in->width = 80;
    the_input = in;
    set_up_readline(in);
    clear_history();
    stifle_history(HISTORY_MOST);
    if (history_path) {
        in->history_path = mem_strdup(history_path);
        history_load(history_path, recall, NULL);
        using_history();
    }
    return in;
}

void input_free(struct input *in)
{
    if (!in)
        return;
    input_clear_line(in);
    rl_callback_handler_remove();
    clear_history();
    rl_instream = rl_outstream = NULL;
    if (in->null_in)
        fclose(in->null_in);
    if (in->null_out)
        fclose(in->null_out);
    buf_clear(&in->line);
    mem_free(in->history_path);
    mem_free(in);
    the_input = NULL;
}

/* --- keys ------------------------------------------------------------------ */

static void insert_paste(struct input *in, const struct key *key)
{
    struct buf text = {0};
    size_t room = rl_end < TEXT_MAX ? (size_t)(TEXT_MAX - rl_end) : 0;
    bool cut = key->cut || key->paste.len > room;
    buf_add_str(&text, key->paste);
    if (text.len > room) {
        buf_erase(&text, room, text.len - room);
        size_t open = utf8_open_tail(buf_str(&text));
        buf_erase(&text, text.len - open, open);
    }
    if (text.len > 0) {
        rl_begin_undo_group();
        rl_insert_text(text.p);
        rl_end_undo_group();
    }
    if (cut)
        snprintf(in->note, sizeof in->note, _("the paste was cut at 1 MB"));
    else if (key->removed)
        snprintf(in->note, sizeof in->note, _("%u hidden character%s removed"),
                 key->removed, key->removed == 1 ? "" : "s");
    in->result = INPUT_EDITED;
    buf_clear(&text);
}

enum input_result input_key(struct input *in, const struct key *key)
{
    char bytes[KEY_BYTES_MAX];

    in->result = INPUT_SAME;
    if (in->note[0]) {
        in->note[0] = '\0';
        in->result = INPUT_EDITED;
    }
    if (key->code == K_PASTE) {
        insert_paste(in, key);
    } else if (key->code == K_ENTER && key->mods) {
        insert_line_feed(1, 0); /* Alt, Shift or Ctrl, where they are told */
        in->result = INPUT_EDITED;
    } else if (key->code == K_ESC && !input_wants_esc(in)) {
        ; /* emacs mode would take it for the Alt of the next key */
    } else if (key->code != K_CHAR || rl_end < TEXT_MAX ||
               (key->mods & MOD_CTRL)) {
        size_t n = key_bytes(key, bytes);
        if (n > 0) {
            end_search(in, key);
            feed(in, bytes, n);
        }
    }
    return in->result;
}

void input_clear_line(struct input *in)
{
    rl_callback_sigcleanup();
    rl_free_line_state(); /* also what the history holds of its changes */
    rl_callback_handler_remove();
    rl_callback_handler_install("", on_line); /* begins a fresh line */
    in->first_row = 0;
    in->note[0] = '\0';
}

void input_put(struct input *in, struct str text)
{
    struct buf clean = {0};
    sanitize_text(text, false, &clean); /* as a paste is */
    input_clear_line(in);
    rl_insert_text(clean.p ? clean.p : "");
    buf_clear(&clean);
}

struct str input_line(const struct input *in)
{
    return buf_str(&in->line);
}

void input_remember(struct input *in, struct str line)
{
    if (line.len == 0 || line.p[0] == ' ')
        return;
    HIST_ENTRY *last =
        history_length > 0 ? history_get(history_base + history_length - 1)
                           : NULL;
    if (last && str_is(line, last->line))
        return;
    char *copy = mem_strndup(line.p, line.len);
    add_history(copy);
    using_history(); /* Up begins behind the newest entry */
    mem_free(copy);
    if (in->history_path)
        history_append(in->history_path, line);
}

struct str input_text(const struct input *in)
{
    (void)in;
    return current();
}

bool input_empty(const struct input *in)
{
    (void)in;
    return rl_end == 0 && !RL_ISSTATE(RL_STATE_ISEARCH);
}

bool input_wants_esc(const struct input *in)
{
    (void)in;
    return rl_editing_mode == 0 ||
           RL_ISSTATE(RL_STATE_ISEARCH | RL_STATE_NSEARCH);
}

const char *input_note(const struct input *in)
{
    if (in->note[0])
        return in->note;
    if (rl_editing_mode == 0)
        return rl_insert_mode ? _("vi: insert") : _("vi: overwrite");
    return NULL;
}

/* --- drawing --------------------------------------------------------------- */

/* While readline searches, its prompt stands before the text. */
static struct str search_prompt(void)
{
    const char *p = rl_display_prompt;
    return str_of(p && RL_ISSTATE(RL_STATE_ISEARCH | RL_STATE_NSEARCH) ? p
                                                                       : "");
}

/* The mark and the margins: " > text ". */
enum { LEFT = 3, RIGHT = 1 };

static int text_width(int area_width)
{
    int w = area_width - LEFT - RIGHT;
    return w < 1 ? 1 : w;
}

int input_rows(const struct input *in, int width)
{
    (void)in;
    int w = text_width(width);
    return view_place_of(current(), w, (size_t)rl_end).row + 1 +
           (search_prompt().len > 0);
}

void input_set_size(struct input *in, int width, int height)
{
    in->width = text_width(width);
    rl_set_screen_size(height < 1 ? 1 : height, width < 1 ? 1 : width);
}

void input_draw(struct input *in, struct canvas *c, struct rect area,
                bool focused)
{
    static const struct style accent = {.role = STYLE_ACCENT};
    static const struct style dim = {.role = STYLE_DIM};
    static const struct style text = {.role = STYLE_TEXT};
    struct str prompt = search_prompt();

    canvas_fill(c, area, text);
    if (prompt.len > 0 && area.height > 1) {
        canvas_text(c, area.x + LEFT, area.y, text_width(area.width), prompt,
                    dim);
        area.y++;
        area.height--;
    }
    /* Too narrow for the mark: the text takes all there is. */
    int left = area.width > LEFT + RIGHT ? LEFT : 0;
    if (left)
        canvas_puts(c, area.x + 1, area.y, 1, "›", focused ? accent : dim);
    in->width = left ? text_width(area.width) : area.width;
    in->left = area.x + left;
    in->top = area.y;
    struct rect inner = {area.x + left, area.y, in->width, area.height};
    view_draw(c, inner, current(), (size_t)rl_point, &in->first_row, text);
}

void input_click(struct input *in, int x, int y)
{
    int row = in->first_row + y - in->top, col = x - in->left;
    if (RL_ISSTATE(RL_STATE_ISEARCH | RL_STATE_NSEARCH) || y < in->top)
        return;
    rl_point = (int)view_offset_of(current(), in->width, row,
                                   col < 0 ? 0 : col);
}
