/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/text_output.h"

#include <stdio.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/sanitize.h"

void text_output(struct str text)
{
    struct buf clean = {0};
    if (isatty(STDOUT_FILENO)) {
        sanitize_text(text, false, &clean);
        text = buf_str(&clean);
    }
    if (text.len > 0)
        fwrite(text.p, 1, text.len, stdout);
    buf_clear(&clean);
}
