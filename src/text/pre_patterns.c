/* SPDX-License-Identifier: Apache-2.0 */
#include "text/pre_patterns.h"

#include <stdint.h>

#include "base/utf8.h"

/* The 25 characters of white space in Unicode. PCRE2's \s has one more, U+180E,
 * which the original tokenizers do not know. For use inside a class. */
#define S                                                             \
    "\\x09-\\x0D\\x20\\x85\\xA0\\x{1680}\\x{2000}-\\x{200A}\\x{2028}" \
    "\\x{2029}\\x{202F}\\x{205F}\\x{3000}"
#define BLANKS_KEEPING_ONE "[" S "]+(?![^" S "])"
#define LINE_ENDS "[" S "]*[\\r\\n]+"

/* Scripts written without spaces, as DeepSeek's first tokenizers cut them. */
#define CJK_OF_2023 \
    "[\\x{4E00}-\\x{9FA5}\\x{800}-\\x{4E00}\\x{AC00}-\\x{D7FF}]+"

#define ENGLISH_SHORT_FORMS "'s|'t|'re|'ve|'m|'ll|'d"
/* The same, whatever the case, but without U+017F for s. */
#define ENGLISH_SHORT_FORMS_ANY_CASE \
    "(?:'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD])"

#define GPT2 \
    ENGLISH_SHORT_FORMS "| ?\\p{L}+| ?\\p{N}+| ?[^" S "\\p{L}\\p{N}]+|" \
                        BLANKS_KEEPING_ONE

/* The GPT-4 line: letters with one character before them, numbers by `number`,
 * everything else with line ends attached. */
#define GPT4(letter, number)                                              \
    ENGLISH_SHORT_FORMS_ANY_CASE "|[^\\r\\n\\p{L}\\p{N}]?" letter         \
    "|" number "| ?[^" S "\\p{L}\\p{N}]+[\\r\\n]*|" LINE_ENDS             \
    "|" BLANKS_KEEPING_ONE "|[" S "]+"

/* Letters with case, listed by the tokenizer's author: Latin, Greek, Cyrillic,
 * Armenian, Georgian and a few more. */
#define LETTERS_OF_2023 \
    "A-Za-z\\x{B5}\\x{C0}-\\x{D6}\\x{D8}-\\x{F6}\\x{F8}-\\x{1BA}" \
    "\\x{1BC}-\\x{1BF}\\x{1C4}-\\x{293}\\x{295}-\\x{2AF}\\x{370}-\\x{373}" \
    "\\x{376}\\x{377}\\x{37B}-\\x{37D}\\x{37F}\\x{386}\\x{388}-\\x{38A}" \
    "\\x{38C}\\x{38E}-\\x{3A1}\\x{3A3}-\\x{3F5}\\x{3F7}-\\x{481}" \
    "\\x{48A}-\\x{52F}\\x{531}-\\x{556}\\x{10A0}-\\x{10C5}" \
    "\\x{13A0}-\\x{13F5}\\x{13F8}-\\x{13FD}\\x{1C90}-\\x{1CBA}" \
    "\\x{1CBD}-\\x{1CBF}\\x{1D00}-\\x{1D2B}\\x{1D6B}-\\x{1D77}" \
    "\\x{1D79}-\\x{1D9A}\\x{1E00}-\\x{1F15}\\x{1F18}-\\x{1F1D}" \
    "\\x{1F20}-\\x{1F45}\\x{1F48}-\\x{1F4D}\\x{1F50}-\\x{1F57}\\x{1F59}" \
    "\\x{1F5B}\\x{1F5D}\\x{1F5F}-\\x{1F7D}\\x{1F80}-\\x{1FB4}" \
    "\\x{1FB6}-\\x{1FBC}\\x{1FBE}\\x{1FC2}-\\x{1FC4}\\x{1FC6}-\\x{1FCC}" \
    "\\x{1FD0}-\\x{1FD3}\\x{1FD6}-\\x{1FDB}\\x{1FE0}-\\x{1FEC}" \
    "\\x{1FF2}-\\x{1FF4}\\x{1FF6}-\\x{1FFC}\\x{2102}\\x{2107}" \
    "\\x{210A}-\\x{2113}\\x{2115}\\x{2119}-\\x{211D}\\x{2124}\\x{2126}" \
    "\\x{2128}\\x{212A}-\\x{212D}\\x{212F}-\\x{2134}\\x{2139}" \
    "\\x{213C}-\\x{213F}\\x{2145}-\\x{2149}\\x{214E}\\x{2183}\\x{2184}" \
    "\\x{2C00}-\\x{2C7B}\\x{2C7E}-\\x{2CE4}\\x{2CEB}-\\x{2CEE}\\x{2CF2}" \
    "\\x{2CF3}\\x{A640}-\\x{A66D}\\x{A680}-\\x{A69B}\\x{A722}-\\x{A76F}" \
    "\\x{A771}-\\x{A787}\\x{A78B}-\\x{A78E}\\x{AB70}-\\x{ABBF}" \
    "\\x{FB00}-\\x{FB06}\\x{FB13}-\\x{FB17}\\x{FF21}-\\x{FF3A}" \
    "\\x{FF41}-\\x{FF5A}\\x{10400}-\\x{1044F}\\x{104B0}-\\x{104D3}" \
    "\\x{104D8}-\\x{104FB}\\x{10C80}-\\x{10CB2}\\x{10CC0}-\\x{10CF2}" \
    "\\x{118A0}-\\x{118DF}\\x{1E900}-\\x{1E943}"

/* Kimi's: Chinese apart from all other letters, words with their short forms.
 * Checked against its description only, not against its original. */
#define NOT_HAN(categories) "(?:(?!\\p{sc:Han})[" categories "])"
#define KIMI_UPPER NOT_HAN("\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}")
#define KIMI_LOWER NOT_HAN("\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}")
#define KIMI_FRONT "[^\\r\\n\\p{L}\\p{N}]?"
#define KIMI                                                              \
    "\\p{sc:Han}+|" KIMI_FRONT KIMI_UPPER "*" KIMI_LOWER "+"             \
    ENGLISH_SHORT_FORMS_ANY_CASE "?|" KIMI_FRONT KIMI_UPPER "+" KIMI_LOWER \
    "*" ENGLISH_SHORT_FORMS_ANY_CASE "?|\\p{N}{1,3}| ?[^" S              \
    "\\p{L}\\p{N}]+[\\r\\n]*|" LINE_ENDS "|" BLANKS_KEEPING_ONE "|[" S "]+"

static const struct pre_set sets[] = {
    {
        .name = "deepseek-llm",
        .stages = {"[\\r\\n]", "[" S "]?[" LETTERS_OF_2023 "]+",
                   "[" S "]?[!-/:-~\\x{FF01}-\\x{FF0F}\\x{FF1A}-\\x{FF5E}"
                   "\\x{2018}-\\x{201F}\\x{3000}-\\x{3002}]+",
                   PRE_TRAILING_BLANKS, CJK_OF_2023, "\\p{N}+"},
    },
    {
        .name = "deepseek-coder",
        .stages = {"[\\r\\n]", "[" S "]?\\p{L}+", "[" S "]?\\p{P}+",
                   CJK_OF_2023, "\\p{N}"},
    },
    {
        .name = "deepseek-v3",
        .stages = {"\\p{N}{1,3}",
                   "[\\x{4E00}-\\x{9FA5}\\x{3040}-\\x{309F}\\x{30A0}-"
                   "\\x{30FF}]+",
                   "[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+|"
                   "[^\\r\\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+|"
                   " ?[\\p{P}\\p{S}]+[\\r\\n]*|" LINE_ENDS
                   "|" BLANKS_KEEPING_ONE "|[" S "]+"},
    },
    {
        .name = "qwen2",
        .stages = {GPT4("\\p{L}+", "\\p{N}")},
        .nfc = true,
    },
    {
        .name = "deepseek-r1-qwen",
        .stages = {GPT4("\\p{L}+", "\\p{N}")},
        .nfc = true,
    },
    {
        .name = "qwen35",
        .stages = {ENGLISH_SHORT_FORMS_ANY_CASE
                   "|[^\\r\\n\\p{L}\\p{N}]?[\\p{L}\\p{M}]+|\\p{N}"
                   "| ?[^" S "\\p{L}\\p{M}\\p{N}]+[\\r\\n]*|" LINE_ENDS
                   "|" BLANKS_KEEPING_ONE "|[" S "]+"},
        .nfc = true,
    },
    {
        .name = "llama-bpe",
        .aliases = {"llama3", "llama-v3"},
        .stages = {GPT4("\\p{L}+", "\\p{N}{1,3}")},
        .ignore_merges = true,
        .add_bos = true,
    },
    {
        .name = "glm4",
        .aliases = {"chatglm-bpe"},
        .stages = {GPT4("\\p{L}+", "\\p{N}{1,3}")},
    },
    {
        .name = "kimi-k2",
        .stages = {KIMI},
        .ids_rank = true,
    },
    {
        .name = "smollm",
        .aliases = {"starcoder", "refact", "command-r"},
        .stages = {"\\p{N}", GPT2},
    },
    {
        .name = "gpt-2",
        .aliases = {"gigachat"},
        .stages = {GPT2},
    },
    {
        .name = "default",
        .stages = {"[\\p{P}\\$\\+<=>\\^~\\|]+", GPT2, "\\p{N}+",
                   "[0-9][0-9][0-9]"},
    },
};

const struct pre_set *pre_set_named(struct str name)
{
    for (size_t i = 0; i < sizeof sets / sizeof *sets; i++) {
        if (str_is(name, sets[i].name))
            return &sets[i];
        for (size_t k = 0; k < 4 && sets[i].aliases[k]; k++) {
            if (str_is(name, sets[i].aliases[k]))
                return &sets[i];
        }
    }
    return NULL;
}

static bool is_blank(uint32_t cp)
{
    return (cp >= 0x09 && cp <= 0x0D) || cp == 0x20 || cp == 0x85 ||
           cp == 0xA0 || cp == 0x1680 || (cp >= 0x2000 && cp <= 0x200A) ||
           cp == 0x2028 || cp == 0x2029 || cp == 0x202F || cp == 0x205F ||
           cp == 0x3000;
}

size_t pre_trailing_blanks(struct str s)
{
    size_t blank = 0;
    for (size_t i = s.len; i > 0;) {
        do
            i--;
        while (i > 0 && ((uint8_t)s.p[i] & 0xC0) == 0x80);
        uint32_t cp;
        utf8_decode(s.p + i, s.len - i, &cp, NULL);
        if (!is_blank(cp))
            break;
        blank = s.len - i;
    }
    return blank;
}

size_t pre_leading_blanks(struct str s)
{
    size_t i = 0;
    while (i < s.len) {
        uint32_t cp;
        size_t n = utf8_decode(s.p + i, s.len - i, &cp, NULL);
        if (!is_blank(cp))
            break;
        i += n;
    }
    return i;
}
