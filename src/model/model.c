/* SPDX-License-Identifier: Apache-2.0 */
#include "model/model.h"

#include "base/err.h"
#include "gguf/gguf.h"

static bool read_config(struct model *m, const struct gguf *g, struct err *err)
{
    *m = (struct model){0};
    if (!model_config_read(&m->cfg, g, err))
        return false;
    /* No known model has several: the first is used, again and again. */
    m->cfg.n_mtp = weights_have_mtp(g, &m->cfg) ? 1 : 0;
    return true;
}

bool model_open(struct model *m, const struct gguf *g, struct err *err)
{
    return read_config(m, g, err) && weights_bind(&m->w, g, &m->cfg, err);
}

bool model_measure(struct model *m, const struct gguf *g, struct err *err)
{
    return gguf_check_is_model(g, err) && read_config(m, g, err) &&
           weights_measure(&m->w, g, &m->cfg, err);
}

void model_close(struct model *m)
{
    weights_clear(&m->w);
    *m = (struct model){0};
}
