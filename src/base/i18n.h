/* i18n.h - sentences in the user's language.
 *
 *   fputs(_("stopped"), out);          translated here and now
 *   {"F2", N_("fold the last thought")}  marked in a table, translated by _()
 *                                        where it is shown
 *
 * English stands in the source and is what a build or a system without gettext
 * shows. po/ has the other languages, po/README.md how they are made. What
 * programs read (JSON, logs, names of settings) is not translated. */
#ifndef BASE_I18N_H
#define BASE_I18N_H

#include "config.h"

#if ENABLE_NLS
#include <libintl.h>
#define _(text) gettext(text)
#else
#define _(text) (text)
#endif
#define N_(text) text

#endif
