/* SPDX-License-Identifier: Apache-2.0 */
/* play [MILLISECONDS-A-TOKEN [large]] - the full screen with a model that plays a
 * script (large: 58 layers of 256 experts): for the test in a real tmux, and for
 * people who want to look. */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/err.h"
#include "ui/scripted.h"
#include "ui/ui.h"

int main(int argc, char **argv)
{
    struct ui_options o = {
        .greeting = "This model plays a script.\n\n› Is 391 prime?\n"};
    struct err err;

    setlocale(LC_ALL, "");
    struct backend *b = argc > 2 ? scripted_large(scripted_demo)
                                 : scripted_new(scripted_demo, false);
    o.turn.sampling = b->info.sampling;
    if (argc > 1)
        scripted_pace(b, 1000u * (uint32_t)strtoul(argv[1], NULL, 10));
    bool ok = ui_run(b, &o, &err);
    backend_close(b);
    if (!ok)
        fprintf(stderr, "play: %s\n", err.msg);
    return !ok;
}
