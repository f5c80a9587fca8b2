/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/inspect.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/nearest.h"
#include "base/sanitize.h"
#include "base/utf8.h"
#include "gguf/gguf.h"
#include "model/weights.h"
#include "ui/units.h"

/* Whole blocks of every type. */
enum { CHUNK = 1 << 16, SHOWN = 8 };

struct tensor_stats {
    double min, max, sum, squares; /* of the finite values */
    uint64_t n_finite, n_nan, n_inf;
    float first[SHOWN];
    size_t n_first;
};

static const struct gguf_tensor *find(const struct gguf *g, const char *name,
                                      struct err *err)
{
    const struct gguf_tensor *t = gguf_find_tensor(g, name);
    if (t)
        return t;
    struct nearest near = nearest_to(str_of(name));
    struct buf known = {0}; /* the names, each with a NUL behind it */
    for (size_t i = 0; i < g->n_tensors && i < 10000; i++) {
        buf_add_str(&known, g->tensors[i].name);
        buf_putc(&known, '\0');
    }
    for (size_t at = 0; at < known.len; at += strlen(known.p + at) + 1)
        nearest_offer(&near, known.p + at);
    const char *meant = nearest_name(&near);
    if (meant)
        err_set(err, ERR_FORMAT,
                "there is no tensor \"%.64s\" (did you mean %.64s?)", name,
                meant);
    else
        err_set(err, ERR_FORMAT,
                "there is no tensor \"%.64s\"; inspect --json lists them all",
                name);
    buf_clear(&known);
    return NULL;
}

typedef bool (*take_fn)(void *to, const float *v, size_t n, struct err *err);

/* All values in order, a chunk at a time: a tensor may be larger than memory. */
static bool decode_all(const struct gguf_tensor *t, take_fn take, void *to,
                       struct err *err)
{
    float *v = mem_array(CHUNK, sizeof *v);
    bool ok = true;
    for (uint64_t at = 0; ok && at < t->n_elements; at += CHUNK) {
        uint64_t left = t->n_elements - at;
        size_t n = left < CHUNK ? (size_t)left : CHUNK;
        ok = weights_decode(t, at, n, v, err) && take(to, v, n, err);
    }
    mem_free(v);
    return ok;
}

static bool add_stats(void *to, const float *v, size_t n, struct err *err)
{
    struct tensor_stats *s = to;
    (void)err;
    for (size_t i = 0; i < n; i++) {
        double x = (double)v[i];
        if (s->n_first < SHOWN)
            s->first[s->n_first++] = v[i];
        if (isnan(x)) {
            s->n_nan++;
        } else if (isinf(x)) {
            s->n_inf++;
        } else {
            s->min = s->n_finite ? fmin(s->min, x) : x;
            s->max = s->n_finite ? fmax(s->max, x) : x;
            s->sum += x;
            s->squares += x * x;
            s->n_finite++;
        }
    }
    return true;
}

static double mean(const struct tensor_stats *s)
{
    return s->n_finite ? s->sum / (double)s->n_finite : 0;
}

static double rms(const struct tensor_stats *s)
{
    return s->n_finite ? sqrt(s->squares / (double)s->n_finite) : 0;
}

static void show_values(const struct tensor_stats *s, struct buf *out)
{
    buf_puts(out, "begins with   ");
    for (size_t i = 0; i < s->n_first; i++)
        buf_printf(out, " %.6g", (double)s->first[i]);
    buf_printf(out, "\nleast          %.6g\nlargest        %.6g\n", s->min,
               s->max);
    buf_printf(out, "mean           %.6g\nrms            %.6g\n", mean(s),
               rms(s));
    if (s->n_nan || s->n_inf)
        buf_printf(out, "not numbers    %" PRIu64 " NaN, %" PRIu64
                   " infinite\n", s->n_nan, s->n_inf);
}

static void show_shape(const struct gguf_tensor *t, struct buf *out)
{
    char n[UNITS_MAX];
    buf_puts(out, "name           ");
    sanitize_text(t->name, true, out);
    buf_printf(out, "\ntype           %s\nshape          ",
               gguf_type_info(t->type)->name);
    for (uint32_t i = 0; i < t->n_dims; i++)
        buf_printf(out, "%s%s", i ? " x " : "", units_count(n, t->dims[i]));
    if (t->n_dims == 0)
        buf_puts(out, "one value");
    buf_printf(out, "\nvalues         %s\n", units_count(n, t->n_elements));
    buf_printf(out, "bytes          %s\n", units_count(n, t->bytes));
}

/* NaN and the infinities have no place in JSON. */
static json_t *real(double x)
{
    return isfinite(x) ? json_real(x) : json_null();
}

static void tensor_json(const struct gguf_tensor *t,
                        const struct tensor_stats *s, bool decoded,
                        struct buf *out)
{
    struct buf name = {0};
    utf8_repair(t->name, &name);
    json_t *dims = json_array(), *first = json_array();
    for (uint32_t i = 0; i < t->n_dims; i++)
        json_array_append_new(dims, json_integer((json_int_t)t->dims[i]));
    for (size_t i = 0; i < s->n_first; i++)
        json_array_append_new(first, real((double)s->first[i]));
    json_t *j = json_pack(
        "{s:s, s:s, s:o, s:I, s:I}", "name", name.p ? name.p : "", "type",
        gguf_type_info(t->type)->name, "dims", dims, "values",
        (json_int_t)t->n_elements, "bytes", (json_int_t)t->bytes);
    if (decoded) {
        json_t *v = json_pack("{s:o, s:o, s:o, s:o, s:I, s:I}", "min",
                              real(s->min), "max", real(s->max), "mean",
                              real(mean(s)), "rms", real(rms(s)), "nan",
                              (json_int_t)s->n_nan, "infinite",
                              (json_int_t)s->n_inf);
        json_object_update(j, v);
        json_object_set(j, "first", first);
        json_decref(v);
    }
    char *text = json_dumps(j, JSON_ENSURE_ASCII);
    buf_puts(out, text ? text : "{}");
    buf_putc(out, '\n');
    free(text);
    json_decref(first);
    json_decref(j);
    buf_clear(&name);
}

bool inspect_tensor(const struct gguf *g, const char *name, bool json,
                    struct buf *out, struct err *err)
{
    struct tensor_stats s = {0};
    struct err why;
    const struct gguf_tensor *t = find(g, name, err);
    if (!t)
        return false;
    bool decoded = decode_all(t, add_stats, &s, &why);
    if (json) {
        tensor_json(t, &s, decoded, out);
        return true;
    }
    show_shape(t, out);
    if (decoded)
        show_values(&s, out);
    else
        buf_printf(out, "values         not shown: %s cannot be decoded yet\n",
                   gguf_type_info(t->type)->name);
    return true;
}

static bool write_floats(void *to, const float *v, size_t n, struct err *err)
{
    int fd = *(const int *)to;
    const char *p = (const char *)v;
    for (size_t left = n * sizeof *v; left > 0;) {
        ssize_t done = write(fd, p, left);
        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0)
            return err_system(err, errno, "standard output");
        p += done;
        left -= (size_t)done;
    }
    return true;
}

bool inspect_tensor_raw(const struct gguf *g, const char *name, int fd,
                        struct err *err)
{
    const struct gguf_tensor *t = find(g, name, err);
    if (!t)
        return false;
    if (isatty(fd))
        return err_set(err, ERR_USAGE, "--raw writes bytes that a terminal "
                       "cannot show: send them to a file with > FILE");
    return decode_all(t, write_floats, &fd, err);
}
