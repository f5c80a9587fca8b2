/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/input.h"

#include <stdio.h>

#include <readline/history.h>
#include <readline/readline.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/sanitize.h"
#include "base/utf8.h"
#include "ui/history.h"
#include "ui/input_hooks.h"
#include "ui/input_view.h"

enum { HISTORY_MOST = 2000 };

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
    input_hooks_begin(in);
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
    input_hooks_end();
    clear_history();
    if (in->null_in)
        fclose(in->null_in);
    if (in->null_out)
        fclose(in->null_out);
    buf_clear(&in->line);
    mem_free(in->history_path);
    mem_free(in);
}

/* --- keys ----------------------------------------------------------------- */

static void insert_paste(struct input *in, const struct key *key)
{
    struct buf text = {0};
    size_t room = rl_end < INPUT_TEXT_MAX ? (size_t)(INPUT_TEXT_MAX - rl_end) : 0;
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
    in->result = INPUT_SAME;
    if (in->note[0]) {
        in->note[0] = '\0';
        in->result = INPUT_EDITED;
    }
    if (key->code == K_PASTE) {
        insert_paste(in, key);
    } else if (key->code == K_ENTER && key->mods) {
        input_hooks_line_feed(1, 0); /* Alt, Shift or Ctrl, where they are told */
        in->result = INPUT_EDITED;
    } else if (key->code == K_ESC && !input_wants_esc(in)) {
        ; /* emacs mode would take it for the Alt of the next key */
    } else if (key->code != K_CHAR || rl_end < INPUT_TEXT_MAX ||
               (key->mods & MOD_CTRL)) {
        input_hooks_key(in, key);
    }
    return in->result;
}

void input_clear_line(struct input *in)
{
    input_hooks_fresh_line();
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
    return input_now();
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

/* --- drawing -------------------------------------------------------------- */

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
    return view_place_of(input_now(), w, (size_t)rl_end).row + 1 +
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
    view_draw(c, inner, input_now(), (size_t)rl_point, &in->first_row, text);
}

void input_click(struct input *in, int x, int y)
{
    int row = in->first_row + y - in->top, col = x - in->left;
    if (RL_ISSTATE(RL_STATE_ISEARCH | RL_STATE_NSEARCH) || y < in->top)
        return;
    rl_point = (int)view_offset_of(input_now(), in->width, row,
                                   col < 0 ? 0 : col);
}
