/* help_pane.h - the list of keys and commands, made from the table of actions. */
#ifndef UI_HELP_PANE_H
#define UI_HELP_PANE_H

#include "ui/pane.h"

struct pane *help_pane_new(void);

#endif
