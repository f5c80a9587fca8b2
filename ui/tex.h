/* tex.h - formulas as TeX writes them, as text that a terminal can show.
 *
 *   \frac{a+1}{2}  (a+1)/2      x^2 + \alpha_i  x² + αᵢ     \sqrt{2}  √2
 *   17 \times 23   17 × 23      \boxed{42}      [42]        \le       ≤
 *
 * One line of what stands between $ and $; no layout over several rows. A
 * command that is not in the table stays as it is, with what it is given. What
 * comes out holds no control characters that did not go in. */
#ifndef UI_TEX_H
#define UI_TEX_H

#include <stdbool.h>

#include "base/str.h"

struct buf;

#define TEX_MAX 400 /* bytes of a formula; longer ones stay as they are */

/* Out may be given nothing: \begin{aligned} alone. False: it is no formula we can
 * read (braces that do not match, too deep, too long); out is as it was. */
bool tex_text(struct str formula, struct buf *out);

#endif
