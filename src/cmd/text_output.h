/* text_output.h - text from outside on standard output: cleaned where a
 * terminal reads it, as it is where a program does. */
#ifndef CMD_TEXT_OUTPUT_H
#define CMD_TEXT_OUTPUT_H

#include "base/str.h"

void text_output(struct str text);

#endif
