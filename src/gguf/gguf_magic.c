/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/err.h"
#include "base/str.h"
#include "gguf/gguf.h"
#include "gguf/gguf_parse.h"

/* What people download by mistake, by the first bytes. */
static const struct foreign {
    const char *magic;
    size_t len, at;
    const char *is;
} foreign[] = {
    {"lmgg", 4, 0, "a model in the GGML format from before GGUF; look for a GGUF file of it"},
    {"fmgg", 4, 0, "a model in the GGMF format from before GGUF; look for a GGUF file of it"},
    {"tjgg", 4, 0, "a model in the GGJT format from before GGUF; look for a GGUF file of it"},
    {"algg", 4, 0, "an adapter in the GGLA format from before GGUF"},
    {"ggml", 4, 0, "a byte-swapped model in the GGML format from before GGUF"},
    {"FUGG", 4, 0, "a byte-swapped GGUF file; only little-endian files can be read"},
    {"version https://git-lfs", 23, 0,
     "a Git LFS pointer, not the model; run \"git lfs pull\" where it was cloned"},
    {"PK\3\4", 4, 0, "a ZIP archive or PyTorch checkpoint, not a GGUF file"},
    {"\x80\2", 2, 0, "a Python pickle, not a GGUF file"},
    {"\x1F\x8B", 2, 0, "compressed with gzip; unpack it first"},
    {"\xFD" "7zXZ", 5, 0, "compressed with xz; unpack it first"},
    {"\x28\xB5\x2F\xFD", 4, 0, "compressed with zstd; unpack it first"},
    {"{\"", 2, 8, "a safetensors file, not a GGUF file"},
    {"<!DOCTYPE", 9, 0, "a web page, not a GGUF file; the download went wrong"},
    {"<!doctype", 9, 0, "a web page, not a GGUF file; the download went wrong"},
    {"<html", 5, 0, "a web page, not a GGUF file; the download went wrong"},
};

bool gguf_refuse_foreign(const struct gguf *g, struct err *err)
{
    struct str all = str_n((const char *)g->file.data, g->file.size);
    for (size_t i = 0; i < sizeof foreign / sizeof foreign[0]; i++) {
        const struct foreign *f = &foreign[i];
        if (all.len >= f->at &&
            str_starts(str_n(all.p + f->at, all.len - f->at),
                       str_n(f->magic, f->len)))
            return err_set(err, ERR_FORMAT, "this is %s", f->is);
    }
    return err_set(err, ERR_FORMAT, "this is not a GGUF model file");
}
