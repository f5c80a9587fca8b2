/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/tex_symbols.h"

#include "base/buf.h"
#include "base/utf8.h"

static const struct tex_symbol symbols[] = {
    {"alpha", "α", TEX_LETTER},      {"beta", "β", TEX_LETTER},
    {"gamma", "γ", TEX_LETTER},      {"delta", "δ", TEX_LETTER},
    {"epsilon", "ε", TEX_LETTER},    {"varepsilon", "ε", TEX_LETTER},
    {"zeta", "ζ", TEX_LETTER},       {"eta", "η", TEX_LETTER},
    {"theta", "θ", TEX_LETTER},      {"vartheta", "ϑ", TEX_LETTER},
    {"iota", "ι", TEX_LETTER},       {"kappa", "κ", TEX_LETTER},
    {"lambda", "λ", TEX_LETTER},     {"mu", "μ", TEX_LETTER},
    {"nu", "ν", TEX_LETTER},         {"xi", "ξ", TEX_LETTER},
    {"pi", "π", TEX_LETTER},         {"varpi", "ϖ", TEX_LETTER},
    {"rho", "ρ", TEX_LETTER},        {"varrho", "ϱ", TEX_LETTER},
    {"sigma", "σ", TEX_LETTER},      {"varsigma", "ς", TEX_LETTER},
    {"tau", "τ", TEX_LETTER},        {"upsilon", "υ", TEX_LETTER},
    {"phi", "φ", TEX_LETTER},        {"varphi", "φ", TEX_LETTER},
    {"chi", "χ", TEX_LETTER},        {"psi", "ψ", TEX_LETTER},
    {"omega", "ω", TEX_LETTER},      {"Gamma", "Γ", TEX_LETTER},
    {"Delta", "Δ", TEX_LETTER},      {"Theta", "Θ", TEX_LETTER},
    {"Lambda", "Λ", TEX_LETTER},     {"Xi", "Ξ", TEX_LETTER},
    {"Pi", "Π", TEX_LETTER},         {"Sigma", "Σ", TEX_LETTER},
    {"Upsilon", "Υ", TEX_LETTER},    {"Phi", "Φ", TEX_LETTER},
    {"Psi", "Ψ", TEX_LETTER},        {"Omega", "Ω", TEX_LETTER},
    {"ell", "ℓ", TEX_LETTER},        {"hbar", "ℏ", TEX_LETTER},
    {"Re", "ℜ", TEX_LETTER},         {"Im", "ℑ", TEX_LETTER},
    {"aleph", "ℵ", TEX_LETTER},      {"partial", "∂", TEX_LETTER},
    {"nabla", "∇", TEX_LETTER},      {"infty", "∞", TEX_LETTER},
    {"emptyset", "∅", TEX_LETTER},   {"varnothing", "∅", TEX_LETTER},
    {"forall", "∀", TEX_LETTER},     {"exists", "∃", TEX_LETTER},
    {"nexists", "∄", TEX_LETTER},    {"neg", "¬", TEX_LETTER},
    {"lnot", "¬", TEX_LETTER},       {"prime", "′", TEX_LETTER},
    {"circ", "∘", TEX_LETTER},       {"degree", "°", TEX_LETTER},
    {"angle", "∠", TEX_LETTER},      {"triangle", "△", TEX_LETTER},
    {"square", "□", TEX_LETTER},     {"blacksquare", "■", TEX_LETTER},
    {"star", "⋆", TEX_LETTER},       {"top", "⊤", TEX_LETTER},
    {"bot", "⊥", TEX_LETTER},        {"checkmark", "✓", TEX_LETTER},
    {"ldots", "…", TEX_LETTER},      {"dots", "…", TEX_LETTER},
    {"cdots", "⋯", TEX_LETTER},      {"vdots", "⋮", TEX_LETTER},
    {"ddots", "⋱", TEX_LETTER},      {"sum", "∑", TEX_LETTER},
    {"prod", "∏", TEX_LETTER},       {"int", "∫", TEX_LETTER},
    {"iint", "∬", TEX_LETTER},       {"oint", "∮", TEX_LETTER},
    {"bigcup", "⋃", TEX_LETTER},     {"bigcap", "⋂", TEX_LETTER},
    {"lfloor", "⌊", TEX_LETTER},     {"rfloor", "⌋", TEX_LETTER},
    {"lceil", "⌈", TEX_LETTER},      {"rceil", "⌉", TEX_LETTER},
    {"langle", "⟨", TEX_LETTER},     {"rangle", "⟩", TEX_LETTER},
    {"lvert", "|", TEX_LETTER},      {"rvert", "|", TEX_LETTER},
    {"vert", "|", TEX_LETTER},       {"lVert", "‖", TEX_LETTER},
    {"rVert", "‖", TEX_LETTER},      {"Vert", "‖", TEX_LETTER},
    {"|", "‖", TEX_LETTER},          {"{", "{", TEX_LETTER},
    {"}", "}", TEX_LETTER},          {"%", "%", TEX_LETTER},
    {"$", "$", TEX_LETTER},          {"#", "#", TEX_LETTER},
    {"&", "&", TEX_LETTER},          {"_", "_", TEX_LETTER},
    {"lbrace", "{", TEX_LETTER},     {"rbrace", "}", TEX_LETTER},
    {"backslash", "\\", TEX_LETTER}, {"colon", ":", TEX_LETTER},
    {"times", "×", TEX_OPERATOR},    {"cdot", "·", TEX_OPERATOR},
    {"div", "÷", TEX_OPERATOR},      {"pm", "±", TEX_OPERATOR},
    {"mp", "∓", TEX_OPERATOR},       {"ast", "∗", TEX_OPERATOR},
    {"bullet", "•", TEX_OPERATOR},   {"oplus", "⊕", TEX_OPERATOR},
    {"ominus", "⊖", TEX_OPERATOR},   {"otimes", "⊗", TEX_OPERATOR},
    {"odot", "⊙", TEX_OPERATOR},     {"le", "≤", TEX_OPERATOR},
    {"leq", "≤", TEX_OPERATOR},      {"leqslant", "≤", TEX_OPERATOR},
    {"ge", "≥", TEX_OPERATOR},       {"geq", "≥", TEX_OPERATOR},
    {"geqslant", "≥", TEX_OPERATOR}, {"lt", "<", TEX_OPERATOR},
    {"gt", ">", TEX_OPERATOR},       {"ll", "≪", TEX_OPERATOR},
    {"gg", "≫", TEX_OPERATOR},       {"ne", "≠", TEX_OPERATOR},
    {"neq", "≠", TEX_OPERATOR},      {"approx", "≈", TEX_OPERATOR},
    {"equiv", "≡", TEX_OPERATOR},    {"sim", "∼", TEX_OPERATOR},
    {"simeq", "≃", TEX_OPERATOR},    {"cong", "≅", TEX_OPERATOR},
    {"propto", "∝", TEX_OPERATOR},   {"in", "∈", TEX_OPERATOR},
    {"notin", "∉", TEX_OPERATOR},    {"ni", "∋", TEX_OPERATOR},
    {"subset", "⊂", TEX_OPERATOR},   {"subseteq", "⊆", TEX_OPERATOR},
    {"supset", "⊃", TEX_OPERATOR},   {"supseteq", "⊇", TEX_OPERATOR},
    {"subsetneq", "⊊", TEX_OPERATOR}, {"cup", "∪", TEX_OPERATOR},
    {"cap", "∩", TEX_OPERATOR},      {"setminus", "∖", TEX_OPERATOR},
    {"land", "∧", TEX_OPERATOR},     {"wedge", "∧", TEX_OPERATOR},
    {"lor", "∨", TEX_OPERATOR},      {"vee", "∨", TEX_OPERATOR},
    {"mid", "|", TEX_OPERATOR},      {"nmid", "∤", TEX_OPERATOR},
    {"parallel", "∥", TEX_OPERATOR}, {"perp", "⊥", TEX_OPERATOR},
    {"models", "⊨", TEX_OPERATOR},   {"vdash", "⊢", TEX_OPERATOR},
    {"to", "→", TEX_OPERATOR},       {"rightarrow", "→", TEX_OPERATOR},
    {"longrightarrow", "→", TEX_OPERATOR},
    {"leftarrow", "←", TEX_OPERATOR}, {"gets", "←", TEX_OPERATOR},
    {"leftrightarrow", "↔", TEX_OPERATOR},
    {"uparrow", "↑", TEX_OPERATOR},  {"downarrow", "↓", TEX_OPERATOR},
    {"mapsto", "↦", TEX_OPERATOR},   {"Rightarrow", "⇒", TEX_OPERATOR},
    {"implies", "⇒", TEX_OPERATOR},  {"Longrightarrow", "⇒", TEX_OPERATOR},
    {"Leftarrow", "⇐", TEX_OPERATOR}, {"impliedby", "⇐", TEX_OPERATOR},
    {"Leftrightarrow", "⇔", TEX_OPERATOR}, {"iff", "⇔", TEX_OPERATOR},
    {"therefore", "∴", TEX_OPERATOR}, {"because", "∵", TEX_OPERATOR},
    {"bmod", "mod", TEX_OPERATOR},   {"mod", "mod", TEX_OPERATOR},
    {"sin", "sin", TEX_WORD},        {"cos", "cos", TEX_WORD},
    {"tan", "tan", TEX_WORD},        {"cot", "cot", TEX_WORD},
    {"sec", "sec", TEX_WORD},        {"csc", "csc", TEX_WORD},
    {"arcsin", "arcsin", TEX_WORD},  {"arccos", "arccos", TEX_WORD},
    {"arctan", "arctan", TEX_WORD},  {"sinh", "sinh", TEX_WORD},
    {"cosh", "cosh", TEX_WORD},      {"tanh", "tanh", TEX_WORD},
    {"log", "log", TEX_WORD},        {"ln", "ln", TEX_WORD},
    {"lg", "lg", TEX_WORD},          {"exp", "exp", TEX_WORD},
    {"lim", "lim", TEX_WORD},        {"limsup", "lim sup", TEX_WORD},
    {"liminf", "lim inf", TEX_WORD}, {"max", "max", TEX_WORD},
    {"min", "min", TEX_WORD},        {"sup", "sup", TEX_WORD},
    {"inf", "inf", TEX_WORD},        {"gcd", "gcd", TEX_WORD},
    {"lcm", "lcm", TEX_WORD},        {"det", "det", TEX_WORD},
    {"dim", "dim", TEX_WORD},        {"ker", "ker", TEX_WORD},
    {"deg", "deg", TEX_WORD},        {"arg", "arg", TEX_WORD},
    {"Pr", "Pr", TEX_WORD},
    {",", " ", TEX_SPACE},           {";", " ", TEX_SPACE},
    {":", " ", TEX_SPACE},           {" ", " ", TEX_SPACE},
    {"quad", "  ", TEX_SPACE},       {"qquad", "    ", TEX_SPACE},
    {"thinspace", " ", TEX_SPACE},
    {"!", "", TEX_NOTHING},          {"displaystyle", "", TEX_NOTHING},
    {"textstyle", "", TEX_NOTHING},  {"limits", "", TEX_NOTHING},
    {"nolimits", "", TEX_NOTHING},   {"nonumber", "", TEX_NOTHING},
    {"big", "", TEX_NOTHING},        {"Big", "", TEX_NOTHING},
    {"bigg", "", TEX_NOTHING},       {"Bigg", "", TEX_NOTHING},
    {"bigl", "", TEX_NOTHING},       {"bigr", "", TEX_NOTHING},
    {"Bigl", "", TEX_NOTHING},       {"Bigr", "", TEX_NOTHING},
    {"mathrm", "", TEX_KEEP},        {"mathbf", "", TEX_KEEP},
    {"mathit", "", TEX_KEEP},        {"mathsf", "", TEX_KEEP},
    {"mathcal", "", TEX_KEEP},       {"mathscr", "", TEX_KEEP},
    {"mathfrak", "", TEX_KEEP},      {"boldsymbol", "", TEX_KEEP},
    {"bm", "", TEX_KEEP},            {"operatorname", "", TEX_KEEP},
    {"hat", "\xCC\x82", TEX_ACCENT}, {"widehat", "\xCC\x82", TEX_ACCENT},
    {"bar", "\xCC\x84", TEX_ACCENT}, {"overline", "\xCC\x84", TEX_ACCENT},
    {"tilde", "\xCC\x83", TEX_ACCENT}, {"dot", "\xCC\x87", TEX_ACCENT},
    {"ddot", "\xCC\x88", TEX_ACCENT}, {"vec", "\xE2\x83\x97", TEX_ACCENT},
};

const struct tex_symbol *tex_symbol(struct str name)
{
    for (size_t i = 0; i < sizeof symbols / sizeof *symbols; i++)
        if (str_is(name, symbols[i].name))
            return &symbols[i];
    return NULL;
}

/* Pairs: the character, and the one that stands for it. */
static const char *const up_signs[][2] = {
    {"0", "⁰"}, {"1", "¹"}, {"2", "²"}, {"3", "³"}, {"4", "⁴"}, {"5", "⁵"},
    {"6", "⁶"}, {"7", "⁷"}, {"8", "⁸"}, {"9", "⁹"}, {"+", "⁺"}, {"-", "⁻"},
    {"=", "⁼"}, {"(", "⁽"}, {")", "⁾"}, {"a", "ᵃ"}, {"b", "ᵇ"}, {"c", "ᶜ"},
    {"d", "ᵈ"}, {"e", "ᵉ"}, {"f", "ᶠ"}, {"g", "ᵍ"}, {"h", "ʰ"}, {"i", "ⁱ"},
    {"j", "ʲ"}, {"k", "ᵏ"}, {"l", "ˡ"}, {"m", "ᵐ"}, {"n", "ⁿ"}, {"o", "ᵒ"},
    {"p", "ᵖ"}, {"r", "ʳ"}, {"s", "ˢ"}, {"t", "ᵗ"}, {"u", "ᵘ"}, {"v", "ᵛ"},
    {"w", "ʷ"}, {"x", "ˣ"}, {"y", "ʸ"}, {"z", "ᶻ"}, {"A", "ᴬ"}, {"B", "ᴮ"},
    {"D", "ᴰ"}, {"E", "ᴱ"}, {"H", "ᴴ"}, {"K", "ᴷ"}, {"L", "ᴸ"}, {"M", "ᴹ"},
    {"N", "ᴺ"}, {"P", "ᴾ"}, {"R", "ᴿ"}, {"T", "ᵀ"}, {"∘", "°"}, {"′", "′"},
};

static const char *const down_signs[][2] = {
    {"0", "₀"}, {"1", "₁"}, {"2", "₂"}, {"3", "₃"}, {"4", "₄"}, {"5", "₅"},
    {"6", "₆"}, {"7", "₇"}, {"8", "₈"}, {"9", "₉"}, {"+", "₊"}, {"-", "₋"},
    {"=", "₌"}, {"(", "₍"}, {")", "₎"}, {"a", "ₐ"}, {"e", "ₑ"}, {"h", "ₕ"},
    {"i", "ᵢ"}, {"j", "ⱼ"}, {"k", "ₖ"}, {"l", "ₗ"}, {"m", "ₘ"}, {"n", "ₙ"},
    {"o", "ₒ"}, {"p", "ₚ"}, {"r", "ᵣ"}, {"s", "ₛ"}, {"t", "ₜ"}, {"u", "ᵤ"},
    {"v", "ᵥ"}, {"x", "ₓ"},
};

static const char *script_of(struct str c, bool up)
{
    const char *const(*table)[2] = up ? up_signs : down_signs;
    size_t n = up ? sizeof up_signs / sizeof *up_signs
                  : sizeof down_signs / sizeof *down_signs;
    for (size_t i = 0; i < n; i++)
        if (str_is(c, table[i][0]))
            return table[i][1];
    return NULL;
}

bool tex_script(struct str s, bool up, struct buf *out)
{
    size_t before = out->len;
    for (size_t at = 0; at < s.len;) {
        uint32_t cp;
        bool valid;
        size_t n = utf8_decode(s.p + at, s.len - at, &cp, &valid);
        const char *c = script_of(str_n(s.p + at, n), up);
        if (!c) {
            buf_erase(out, before, out->len - before);
            return false;
        }
        buf_puts(out, c);
        at += n;
    }
    return s.len > 0;
}

/* --- signs of two things -------------------------------------------------- */

const char *tex_fraction(struct str a, struct str b)
{
    static const char *const table[][3] = {
        {"1", "2", "½"}, {"1", "3", "⅓"}, {"2", "3", "⅔"}, {"1", "4", "¼"},
        {"3", "4", "¾"}, {"1", "5", "⅕"}, {"1", "6", "⅙"}, {"1", "8", "⅛"},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (str_is(a, table[i][0]) && str_is(b, table[i][1]))
            return table[i][2];
    return NULL;
}

const char *tex_blackboard(struct str letter)
{
    static const char *const table[][2] = {
        {"C", "ℂ"}, {"H", "ℍ"}, {"N", "ℕ"}, {"P", "ℙ"},
        {"Q", "ℚ"}, {"R", "ℝ"}, {"Z", "ℤ"},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (str_is(letter, table[i][0]))
            return table[i][1];
    return NULL;
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

const char *tex_not(struct str rest, size_t *len)
{
    static const char *const table[][2] = {
        {"=", "≠"}, {"\\in", "∉"}, {"\\subset", "⊄"}, {"\\equiv", "≢"},
        {"\\mid", "∤"}, {"\\exists", "∄"},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        *len = strlen(table[i][0]);
        if (str_starts(rest, str_of(table[i][0])) &&
            (*len == 1 || *len >= rest.len || !is_letter(rest.p[*len])))
            return table[i][1];
    }
    return NULL;
}
