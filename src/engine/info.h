/* info.h - what the screen may say about a loaded model. */
#ifndef ENGINE_INFO_H
#define ENGINE_INFO_H

#include <stdint.h>

struct backend_info;
struct loaded_model;

/* As struct backend_info has it; the caller's. NULL: no layer has any. */
float *info_router_bias(const struct loaded_model *m);
/* mull.expert_labels, where there is one for each expert of each layer; the texts
 * stay the file's. */
struct str *info_expert_labels(const struct loaded_model *m);
void info_fill(struct backend_info *info, const struct loaded_model *m,
               uint32_t context);

#endif
