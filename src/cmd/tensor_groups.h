/* tensor_groups.h - which part of a model its bytes are spent on.
 *
 * Sorted by name alone, so any GGUF file can be counted, also of an
 * architecture that is not known. What one token reads ("active") follows from
 * expert_count and expert_used_count; of the embedding table it is one row,
 * unless the same table serves as the head. */
#ifndef CMD_TENSOR_GROUPS_H
#define CMD_TENSOR_GROUPS_H

#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "gguf/gguf_type.h"

struct gguf;

enum tensor_group_id {
    GROUP_EMBEDDING, /* token table and output head */
    GROUP_ATTENTION,
    GROUP_EXPERTS,
    GROUP_SHARED,    /* experts that see every token */
    GROUP_DENSE,     /* feed-forward blocks without experts */
    GROUP_ROUTER,
    GROUP_NORMS,
    GROUP_MTP,       /* blocks behind the trunk: multi-token prediction */
    GROUP_OTHER,
    GROUP_COUNT,
};

struct tensor_group {
    uint64_t n_tensors, n_params, bytes;
    uint64_t active_params, active_bytes;
    uint64_t bytes_of[GGUF_TYPE_COUNT];
};

struct tensor_groups {
    struct tensor_group group[GROUP_COUNT];
    struct tensor_group total;
};

const char *tensor_group_name(enum tensor_group_id id);

/* n_trunk: blocks from that number on are MTP blocks. */
enum tensor_group_id tensor_group_of(struct str tensor, uint32_t n_trunk);

struct tensor_groups tensor_groups_count(const struct gguf *g);

/* A metadata key "<architecture>.NAME" for showing: 0 when it is missing or
 * not one whole number. */
uint32_t arch_number(const struct gguf *g, const char *name);

#endif
