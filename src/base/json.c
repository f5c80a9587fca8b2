/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json.h"

#include "base/buf.h"
#include "base/utf8.h"

json_t *json_text(struct str s)
{
    struct buf repaired = {0};
    if (!utf8_valid(s)) {
        utf8_repair(s, &repaired);
        s = buf_str(&repaired);
    }
    json_t *v = json_stringn_nocheck(s.p ? s.p : "", s.len);
    buf_clear(&repaired);
    return v;
}

json_t *json_count(uint64_t n)
{
    return json_integer((json_int_t)n);
}

void json_put_text(json_t *o, const char *key, struct str s)
{
    json_object_set_new(o, key, json_text(s));
}

void json_put_name(json_t *o, const char *key, const char *name)
{
    json_object_set_new(o, key, json_string(name));
}

void json_put_count(json_t *o, const char *key, uint64_t n)
{
    json_object_set_new(o, key, json_count(n));
}

void json_put_real(json_t *o, const char *key, double x)
{
    json_object_set_new(o, key, json_real(x));
}

void json_put_bool(json_t *o, const char *key, bool yes)
{
    json_object_set_new(o, key, json_boolean(yes));
}

static int add_to_buf(const char *p, size_t len, void *out)
{
    buf_add(out, p, len);
    return 0;
}

bool json_print(json_t *o, size_t flags, struct buf *out)
{
    bool ok = o && json_dump_callback(o, add_to_buf, out, flags) == 0;
    json_decref(o);
    return ok;
}
