/* load.h - everything that one model file becomes, opened in the right order.
 *
 * File, kernels, threads, weights, vocabulary and chat family, owned together.
 * Sessions share it; commands that need only a part (tokenize, inspect) open
 * that part themselves. */
#ifndef ENGINE_LOAD_H
#define ENGINE_LOAD_H

#include <stdbool.h>
#include <stddef.h>

#include "gguf/gguf.h"
#include "kernels/cpu.h"
#include "model/matmul.h"
#include "model/model.h"

struct chat_family;
struct err;
struct pool;
struct vocab;

struct load_options {
    const char *path;        /* NULL: the bytes below, the built-in model */
    const void *builtin;
    size_t builtin_size;
    unsigned threads;        /* 0: as many as there are CPUs for us */
    enum cpu_level cpu;
    bool exact;
    bool compat;             /* model_config_compat */
};

struct loaded_model {
    struct gguf gguf;
    struct pool *pool;
    struct compute compute;
    struct model model;
    struct vocab *vocab;
    const struct chat_family *family;
    char notice[192];        /* about the family, or empty */
};

bool loaded_model_open(struct loaded_model *m, const struct load_options *o,
                       struct err *err);
void loaded_model_close(struct loaded_model *m);
/* The file may be cut or written over while it is in use: the program survives it,
 * and here it is seen. ERR_IO; costs a system call for each part. */
bool loaded_model_intact(const struct loaded_model *m, struct err *err);

#endif
