/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/keymap.h"

#include <string.h>

#include "base/sanitize.h"
#include "base/utf8.h"

void keymap_init(struct keymap *m, key_fn fn, void *arg)
{
    *m = (struct keymap){.fn = fn, .arg = arg};
}

void keymap_clear(struct keymap *m)
{
    buf_clear(&m->paste);
}

/* --- telling -------------------------------------------------------------- */

static void tell(struct keymap *m, enum key_code code, unsigned mods)
{
    m->fn(m->arg, &(struct key){.code = code, .mods = mods});
}

static void tell_char(struct keymap *m, uint32_t cp, unsigned mods)
{
    struct key key = {.code = K_CHAR, .mods = mods};
    utf8_encode(cp, key.text);
    m->fn(m->arg, &key);
}

/* A byte below 0x20, or DEL. */
static void tell_control(struct keymap *m, unsigned char byte, unsigned mods)
{
    switch (byte) {
    case '\r':
        tell(m, K_ENTER, mods);
        break;
    case '\t':
        tell(m, K_TAB, mods);
        break;
    case 0x7F:
    case 0x08:
        tell(m, K_BACKSPACE, mods);
        break;
    case 0x1B:
        tell(m, K_ESC, mods);
        break;
    default:
        tell_char(m, byte + 0x40u, mods | MOD_CTRL);
    }
}

/* --- characters ----------------------------------------------------------- */

static void flush_utf8(struct keymap *m)
{
    if (m->utf8_len > 0) {
        m->utf8_len = 0;
        tell_char(m, UTF8_REPLACEMENT, m->alt ? MOD_ALT : 0);
    }
    m->alt = false;
}

static void take_utf8(struct keymap *m, unsigned char byte)
{
    uint32_t cp;
    bool valid = true;

    m->utf8[m->utf8_len++] = (char)byte;
    if (utf8_open_tail(str_n(m->utf8, m->utf8_len)) == m->utf8_len)
        return;
    size_t n = utf8_decode(m->utf8, m->utf8_len, &cp, &valid);
    if (!valid && m->utf8_len > 1 && n < m->utf8_len) {
        /* The last byte broke the character: it may begin the next one. */
        m->utf8_len = 1;
        flush_utf8(m);
        take_utf8(m, byte);
        return;
    }
    m->utf8_len = 0;
    /* C1 controls are nobody's text. */
    if (!valid || cp < 0x80 || cp >= 0xA0)
        tell_char(m, cp, m->alt ? MOD_ALT : 0);
    m->alt = false;
}

static void take_ground(struct keymap *m, unsigned char byte)
{
    if (byte >= 0x80) {
        take_utf8(m, byte);
        return;
    }
    flush_utf8(m);
    if (byte == 0x1B)
        m->state = KEYS_ESC;
    else if (byte < 0x20 || byte == 0x7F)
        tell_control(m, byte, 0);
    else
        tell_char(m, byte, 0);
}

/* --- a paste -------------------------------------------------------------- */

static const char paste_end[6] = {0x1B, '[', '2', '0', '1', '~'};

static void begin_paste(struct keymap *m)
{
    buf_reset(&m->paste);
    memset(m->paste_tail, 0, sizeof m->paste_tail);
    m->paste_cut = false;
    m->state = KEYS_PASTE;
}

static void end_paste(struct keymap *m)
{
    struct buf clean = {0};
    struct sanitizer s = {0};

    sanitize_feed(&s, buf_str(&m->paste), &clean);
    sanitize_end(&s, &clean);
    m->state = KEYS_GROUND;
    m->fn(m->arg, &(struct key){.code = K_PASTE,
                                .paste = buf_str(&clean),
                                .removed = s.removed,
                                .cut = m->paste_cut});
    buf_clear(&clean);
    buf_clear(&m->paste);
}

static void take_paste(struct keymap *m, unsigned char byte)
{
    memmove(m->paste_tail, m->paste_tail + 1, sizeof m->paste_tail - 1);
    m->paste_tail[sizeof m->paste_tail - 1] = (char)byte;
    if (m->paste.len < PASTE_MAX + sizeof paste_end)
        buf_putc(&m->paste, (char)byte);
    else
        m->paste_cut = true;
    if (memcmp(m->paste_tail, paste_end, sizeof paste_end) != 0)
        return;
    if (!m->paste_cut)
        buf_erase(&m->paste, m->paste.len - sizeof paste_end,
                  sizeof paste_end);
    if (m->paste.len > PASTE_MAX) {
        buf_erase(&m->paste, PASTE_MAX, m->paste.len - PASTE_MAX);
        m->paste_cut = true;
    }
    if (m->paste_cut) {
        size_t open = utf8_open_tail(buf_str(&m->paste));
        buf_erase(&m->paste, m->paste.len - open, open);
    }
    end_paste(m);
}

/* --- sequences ------------------------------------------------------------ */

/* xterm's modifier parameter: 1 + shift 1, alt 2, ctrl 4 (and meta 8). */
static unsigned mods_of(unsigned parameter)
{
    return parameter > 1 && parameter <= 16 ? (parameter - 1) & 7 : 0;
}

static enum key_code tilde_key(unsigned n)
{
    static const enum key_code keys[] = {
        [1] = K_HOME,     [2] = K_INSERT,   [3] = K_DELETE,
        [4] = K_END,      [5] = K_PGUP,     [6] = K_PGDN,
        [7] = K_HOME,     [8] = K_END,      [11] = K_F0 + 1,
        [12] = K_F0 + 2,  [13] = K_F0 + 3,  [14] = K_F0 + 4,
        [15] = K_F0 + 5,  [17] = K_F0 + 6,  [18] = K_F0 + 7,
        [19] = K_F0 + 8,  [20] = K_F0 + 9,  [21] = K_F0 + 10,
        [23] = K_F0 + 11, [24] = K_F0 + 12,
    };
    return n < sizeof keys / sizeof *keys ? keys[n] : K_NONE;
}

static enum key_code letter_key(unsigned char final)
{
    switch (final) {
    case 'A': return K_UP;
    case 'B': return K_DOWN;
    case 'C': return K_RIGHT;
    case 'D': return K_LEFT;
    case 'F': return K_END;
    case 'H': return K_HOME;
    case 'M': return K_ENTER; /* of the keypad, behind SS3 */
    case 'P': return K_F0 + 1;
    case 'Q': return K_F0 + 2;
    case 'R': return K_F0 + 3;
    case 'S': return K_F0 + 4;
    default: return K_NONE;
    }
}

/* A key told by its code point: kitty's protocol, modifyOtherKeys. */
static void tell_code_point(struct keymap *m, unsigned cp, unsigned mods)
{
    if (cp < 0x20 || cp == 0x7F) {
        tell_control(m, (unsigned char)cp, mods);
    } else if (cp < 0xD800 || (cp >= 0xF900 && cp <= 0x10FFFF)) {
        if ((mods & MOD_CTRL) && cp >= 'a' && cp <= 'z')
            cp -= 0x20; /* Ctrl-C has one name */
        if (cp < 0x80 || cp >= 0xA0)
            tell_char(m, cp, cp < 0x80 ? mods & ~(unsigned)MOD_SHIFT : mods);
    } /* between: kitty's own numbers for keys we have no use for */
}

/* x and y count from 1. */
static void tell_mouse(struct keymap *m, unsigned button, unsigned x, unsigned y)
{
    if (button == 0 && x >= 1 && y >= 1 && x <= 10000 && y <= 10000)
        m->fn(m->arg, &(struct key){.code = K_CLICK, .x = (int)x - 1,
                                    .y = (int)y - 1});
    if (button == 64)
        tell(m, K_WHEEL_UP, 0);
    else if (button == 65)
        tell(m, K_WHEEL_DOWN, 0);
}

struct parameters {
    unsigned value[3];
    unsigned n;
};

static struct parameters parse_parameters(const char *seq, size_t len)
{
    struct parameters p = {.n = len > 0};
    unsigned i = 0;
    bool sub = false; /* behind a colon: finer points we do not need */
    for (size_t at = 0; at < len; at++) {
        if (seq[at] == ';') {
            i++;
            p.n = i + 1;
            sub = false;
        } else if (seq[at] == ':') {
            sub = true;
        } else if (!sub && i < 3 && seq[at] >= '0' && seq[at] <= '9' &&
                   p.value[i] < 100000000) {
            p.value[i] = p.value[i] * 10 + (unsigned)(seq[at] - '0');
        }
    }
    return p;
}

static void tell_csi(struct keymap *m, unsigned char final)
{
    bool private = m->seq_len > 0 && m->seq[0] >= '<' && m->seq[0] <= '?';
    struct parameters p = parse_parameters(m->seq + private,
                                           m->seq_len - (size_t)private);
    unsigned mods = mods_of(p.value[1]);

    m->state = KEYS_GROUND;
    if (private) {
        if (m->seq[0] == '<' && final == 'M')
            tell_mouse(m, p.value[0], p.value[1], p.value[2]);
        return; /* the answers to questions that we did not ask */
    }
    switch (final) {
    case '~':
        if (p.value[0] == 200)
            begin_paste(m);
        else if (p.value[0] == 27 && p.n == 3)
            tell_code_point(m, p.value[2], mods);
        else if (tilde_key(p.value[0]) != K_NONE)
            tell(m, tilde_key(p.value[0]), mods);
        break;
    case 'u':
        tell_code_point(m, p.value[0], mods);
        break;
    case 'Z':
        tell(m, K_TAB, MOD_SHIFT);
        break;
    case 'M': /* an old mouse report: three bytes follow */
        if (p.n == 0) {
            m->state = KEYS_X10;
            m->skip = 3;
        }
        break;
    case '[':
        if (p.n == 0)
            m->state = KEYS_LINUX_F;
        break;
    default:
        if (letter_key(final) != K_NONE)
            tell(m, letter_key(final), mods);
    }
}

static void take_csi(struct keymap *m, unsigned char byte)
{
    if (byte >= 0x40 && byte <= 0x7E) {
        tell_csi(m, byte);
    } else if (byte >= 0x20 && byte < 0x40) {
        if (m->seq_len < sizeof m->seq)
            m->seq[m->seq_len++] = (char)byte;
    } else { /* not part of any sequence: it was cut short */
        m->state = KEYS_GROUND;
        take_ground(m, byte);
    }
}

static void take_ss3(struct keymap *m, unsigned char byte)
{
    if (byte >= '0' && byte <= '9' && m->seq_len < sizeof m->seq) {
        m->seq[m->seq_len++] = (char)byte;
        return;
    }
    m->state = KEYS_GROUND;
    if (byte < 0x20 || byte >= 0x7F) {
        take_ground(m, byte);
    } else if (letter_key(byte) != K_NONE) {
        struct parameters p = parse_parameters(m->seq, m->seq_len);
        tell(m, letter_key(byte), mods_of(p.value[0]));
    }
}

static void take_escape(struct keymap *m, unsigned char byte)
{
    m->seq_len = 0;
    m->string_began = false;
    m->state = KEYS_GROUND;
    switch (byte) {
    case '[':
        m->state = KEYS_CSI;
        break;
    case 'O':
        m->state = KEYS_SS3;
        break;
    case ']': case 'P': case '_': case '^': case 'X':
        m->state = KEYS_STRING;
        m->string_kind = (char)byte;
        break;
    case 0x1B: /* twice: the first was alone */
        tell(m, K_ESC, 0);
        m->state = KEYS_ESC;
        break;
    default:
        if (byte >= 0x80) {
            m->alt = true;
            take_utf8(m, byte);
        } else if (byte < 0x20 || byte == 0x7F) {
            tell_control(m, byte, MOD_ALT);
        } else {
            tell_char(m, byte, MOD_ALT);
        }
    }
}

void keymap_byte(struct keymap *m, unsigned char byte)
{
    switch (m->state) {
    case KEYS_GROUND:
        take_ground(m, byte);
        break;
    case KEYS_ESC:
        take_escape(m, byte);
        break;
    case KEYS_CSI:
        take_csi(m, byte);
        break;
    case KEYS_SS3:
        take_ss3(m, byte);
        break;
    case KEYS_STRING:
        m->string_began = true;
        if (byte == 0x07)
            m->state = KEYS_GROUND;
        else if (byte == 0x1B)
            m->state = KEYS_STRING_ESC;
        break;
    case KEYS_STRING_ESC:
        m->state = KEYS_STRING;
        if (byte == '\\')
            m->state = KEYS_GROUND;
        break;
    case KEYS_LINUX_F:
        m->state = KEYS_GROUND;
        if (byte >= 'A' && byte <= 'E')
            tell(m, K_F0 + 1 + (byte - 'A'), 0);
        break;
    case KEYS_X10:
        m->mouse[--m->skip] = byte;
        if (m->skip > 0)
            break;
        m->state = KEYS_GROUND;
        if (m->mouse[0] > 0x20 && m->mouse[1] > 0x20 && m->mouse[2] >= 0x20)
            tell_mouse(m, m->mouse[2] - 0x20u, m->mouse[1] - 0x20u,
                       m->mouse[0] - 0x20u);
        break;
    case KEYS_PASTE:
        take_paste(m, byte);
        break;
    }
}

void keymap_bytes(struct keymap *m, const void *bytes, size_t len)
{
    const unsigned char *p = bytes;
    for (size_t i = 0; i < len; i++)
        keymap_byte(m, p[i]);
}

void keymap_code(struct keymap *m, enum key_code code, unsigned mods)
{
    /* Curses looks for keys inside a paste as well; text has none. */
    if (m->state == KEYS_PASTE)
        return;
    keymap_timeout(m);
    flush_utf8(m);
    tell(m, code, mods);
}

bool keymap_waits(const struct keymap *m)
{
    /* A paste has an end mark; its sender may be slow. */
    return m->state != KEYS_GROUND && m->state != KEYS_PASTE;
}

void keymap_timeout(struct keymap *m)
{
    enum key_state was = m->state;
    if (was == KEYS_PASTE)
        return;
    m->state = KEYS_GROUND;
    /* What looked like the beginning of a sequence was a key with Alt. */
    if (was == KEYS_ESC)
        tell(m, K_ESC, 0);
    else if (was == KEYS_CSI && m->seq_len == 0)
        tell_char(m, '[', MOD_ALT);
    else if (was == KEYS_SS3 && m->seq_len == 0)
        tell_char(m, 'O', MOD_ALT);
    else if (was == KEYS_STRING && !m->string_began)
        tell_char(m, (unsigned char)m->string_kind, MOD_ALT);
}
