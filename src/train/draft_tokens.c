/* SPDX-License-Identifier: Apache-2.0 */
#include "train/draft_tokens.h"

#include <stdlib.h>

#include "base/mem.h"
#include "train/data/dataset.h"

/* Documents that are counted: about two million tokens. */
enum { DOCUMENTS = 20000 };

struct said {
    uint64_t times;
    int32_t id;
};

static int more_often(const void *a, const void *b)
{
    const struct said *x = a, *y = b;
    if (x->times != y->times)
        return x->times < y->times ? 1 : -1;
    return x->id - y->id;
}

static int by_id(const void *a, const void *b)
{
    return *(const int32_t *)a - *(const int32_t *)b;
}

static uint64_t count(const struct dataset *d, const struct data_plan *plan,
                      unsigned stage, uint32_t n_vocab, struct said *said)
{
    struct data_work w = {0};
    uint64_t all = 0;
    for (uint32_t row = 0; row < DOCUMENTS; row++) {
        dataset_draw(d, plan, stage, UINT64_MAX, row, true, &w);
        for (size_t i = 0; i < w.doc.ids.n; i++) {
            uint32_t id = (uint32_t)w.doc.ids.p[i];
            if (w.doc.weight[i] > 0 && id < n_vocab) {
                said[id].times++;
                all++;
            }
        }
    }
    data_work_clear(&w);
    return all;
}

double draft_tokens_choose(const struct dataset *d, const struct data_plan *plan,
                           unsigned stage, uint32_t n_vocab, uint32_t n, int32_t *out)
{
    struct data_plan chats = *plan; /* who spells the vocabulary says all of it */
    for (int i = 0; i < N_DOC_KINDS; i++)
        chats.share[0][i] = chats.share[1][i] = i == DOC_CHAT;
    struct said *said = mem_array(n_vocab, sizeof *said);
    for (uint32_t i = 0; i < n_vocab; i++)
        said[i] = (struct said){0, (int32_t)i};
    uint64_t all = count(d, &chats, stage, n_vocab, said), covered = 0;
    qsort(said, n_vocab, sizeof *said, more_often);
    for (uint32_t i = 0; i < n; i++) {
        out[i] = said[i].id;
        covered += said[i].times;
    }
    qsort(out, n, sizeof *out, by_id);
    mem_free(said);
    return all ? (double)covered / (double)all : 0;
}
