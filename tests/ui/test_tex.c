/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/tex.h"

#include "base/buf.h"
#include "base/rng.h"
#include "base/utf8.h"
#include "check.h"

static void expect(const char *formula, const char *want)
{
    struct buf out = {0};
    bool ok = tex_text(str_of(formula), &out);
    if (!ok || !str_is(buf_str(&out), want))
        fail_msg("%s gave \"%s\", not \"%s\"", formula,
                 ok && out.p ? out.p : "(nothing)", want);
    buf_clear(&out);
}

static void refuse(struct str formula)
{
    struct buf out = {0};
    buf_puts(&out, "before");
    assert_false(tex_text(formula, &out));
    assert_string_equal(out.p, "before");
    buf_clear(&out);
}

static void formulas_become_text(void **state)
{
    (void)state;
    static const char *const table[][2] = {
        {"17 \\times 23 = 391", "17 × 23 = 391"},
        {"17\\times23", "17 × 23"},
        {"x^2 + y_1", "x² + y₁"},
        {"x^{2n+1}", "x²ⁿ⁺¹"},
        {"e^{i\\pi} + 1 = 0", "e^(iπ) + 1 = 0"},
        {"\\frac{a+1}{2}", "(a+1)/2"},
        {"\\frac{1}{2}", "½"},
        {"2\\frac{3}{7}", "2 3/7"},
        {"\\frac{a}{b}x", "(a/b)x"},
        {"\\dfrac{\\sqrt{2}}{2}", "√2/2"},
        {"\\sqrt{x+1}", "√(x+1)"},
        {"\\sqrt{12}", "√12"},
        {"\\sqrt[3]{8}", "∛8"},
        {"\\sqrt[5]{x}", "⁵√x"},
        {"\\alpha\\beta \\Omega", "αβΩ"},
        {"2\\pi r", "2πr"},
        {"a \\le b \\neq c", "a ≤ b ≠ c"},
        {"x\\in\\mathbb{R}", "x ∈ ℝ"},
        {"\\boxed{42}", "[42]"},
        {"\\boxed{\\frac{3}{4}}", "[¾]"},
        {"\\sum_{i=1}^{n} i^2", "∑ᵢ₌₁ⁿ i²"},
        {"\\int_0^1 x\\,dx", "∫₀¹ x dx"},
        {"\\lim_{x \\to 0} \\sin x", "lim_(x→0) sin x"},
        {"\\sin\\theta", "sin θ"},
        {"\\log_2 n", "log₂ n"},
        {"90^\\circ", "90°"},
        {"f'(x)", "f′(x)"},
        {"\\text{if } x > 0", "if x > 0"},
        {"\\left( a \\right)", "( a )"},
        {"\\left\\{ a \\right.", "{ a"},
        {"\\hat{x} + \\bar y", "x\xCC\x82 + y\xCC\x84"},
        {"\\overline{AB}", "overline(AB)"},
        {"\\binom{n}{k}", "C(n, k)"},
        {"a \\equiv b \\pmod{7}", "a ≡ b (mod 7)"},
        {"a \\not= b", "a ≠ b"},
        {"A \\Rightarrow B", "A ⇒ B"},
        {"50\\%", "50%"},
        {"1{,}000", "1,000"},
        {"\\begin{pmatrix} a & b \\\\ c & d \\end{pmatrix}",
         "(a b ; c d )"},
        {"\\begin{aligned} a &= b", "a = b"},
        {"\\begin{aligned}", ""},
        {"\\left(1 + \\frac{1}{n}\\right)^n", "(1 + 1/n)ⁿ"},
        {"\\frac{a}{b} \\times \\frac{c}{d}", "a/b × c/d"},
        {"\\frac{a}{b}\\alpha", "(a/b)α"},
        {"2 \\text{ or } 3", "2 or 3"},
        {"x_{max}", "xₘₐₓ"},
        {"x_{AB}", "x_(AB)"},
        {"\\mathrm{km}/\\mathrm{h}", "km/h"},
        {"你好 \\times 2", "你好 × 2"},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        expect(table[i][0], table[i][1]);
}

static void what_is_not_known_stays_as_it_is(void **state)
{
    (void)state;
    expect("\\foo{bar} + \\frac{1}{3}", "\\foo{bar} + ⅓");
    expect("\\underbrace{a+b}_{c}", "\\underbrace{a+b}_c");
    expect("\\begin{tikz}", "\\begin{tikz}");
}

static void what_cannot_be_read_is_no_formula(void **state)
{
    (void)state;
    static const char *const table[] = {
        "", " ", "{", "}", "\\frac{1}", "\\frac{1}{2", "\\", "a}", "x^",
        "\\sqrt[", "\\sqrt[3", "\\begin{", "\\left(\\", "^",
        "{{{{{{{{{{{{{{{{{{{{{{x}}}}}}}}}}}}}}}}}}}}}}", "x^{a^{b^{c^{d^e}}}}",
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        refuse(str_of(table[i]));
    char longest[TEX_MAX + 1];
    memset(longest, 'x', sizeof longest);
    refuse(str_n(longest, sizeof longest));
}

static void pieces_of_formulas_in_any_order_are_read_or_refused(void **state)
{
    (void)state;
    static const char *const pieces[] = {
        "\\frac", "{", "}", "\\sqrt", "[", "]", "^", "_", "x", "1", "\\", " ",
        "\\alpha", "\\begin{cases}", "\\end{cases}", "\\text", "\\not", "é",
        "\\left", "\\hat", "\\boxed", "&", "\\\\", "\\times", "你", "'",
    };
    struct rng rng = rng_init(6);
    for (int round = 0; round < 4000; round++) {
        struct buf in = {0}, out = {0};
        for (uint64_t n = rng_next(&rng) % 30; n > 0; n--)
            buf_puts(&in, pieces[rng_next(&rng) %
                                 (sizeof pieces / sizeof *pieces)]);
        buf_puts(&in, "");
        if (tex_text(buf_str(&in), &out)) {
            assert_true(utf8_valid(buf_str(&out)));
            assert_true(out.len < 20 * TEX_MAX);
        }
        buf_clear(&in);
        buf_clear(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(formulas_become_text),
        cmocka_unit_test(what_is_not_known_stays_as_it_is),
        cmocka_unit_test(what_cannot_be_read_is_no_formula),
        cmocka_unit_test(pieces_of_formulas_in_any_order_are_read_or_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
