/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <strings.h>

#include "base/err.h"
#include "gguf/gguf.h"
#include "text/families.h"
#include "text/template.h"
#include "text/vocab_tables.h"

#define BAR "\xEF\xBD\x9C"
#define USER "<" BAR "User" BAR ">"
#define ASSISTANT "<" BAR "Assistant" BAR ">"

static bool has(struct str text, const char *part)
{
    return str_find(text, str_of(part), 0) < text.len;
}

/* A file's template is a program in a language we do not run; what it writes
 * tells which format it is. Edited copies keep these marks. NULL
 * with *known_as: a format that we know of, but cannot write. */
static const char *family_of_template(struct str t, const char **known_as)
{
    *known_as = "unknown";
    if (has(t, "<|im_assistant|>") && has(t, "<|im_middle|>"))
        return has(t, "You are Kimi") ? "kimi-k2" : "moonlight";
    if (has(t, BAR "DSML" BAR))
        return has(t, "<tool_result>") ? "deepseek-v4" : "deepseek-v3.2";
    if (has(t, ASSISTANT) && has(t, USER)) {
        if (has(t, "<think>\\n"))
            return "deepseek-r1";
        if (!has(t, "</think>"))
            return "deepseek-v3";
        return has(t, "thinking") ? "deepseek-v3.1" : "deepseek-r1";
    }
    if (has(t, "User: ") && has(t, "Assistant:"))
        return "deepseek-v2";
    if (has(t, "### Instruction:") && has(t, "<|EOT|>"))
        return "deepseek-coder";
    if (has(t, "<|im_start|>")) {
        if (has(t, "Custom Instructions"))
            return "smollm3";
        if (has(t, "enable_thinking"))
            return "qwen3";
        if (has(t, "named SmolLM"))
            return "smollm2";
        return has(t, "Qwen, created by") ? "qwen2.5" : "chatml";
    }
    if (has(t, "<|start_header_id|>") && has(t, "<|end_header_id|>"))
        return has(t, "Cutting Knowledge Date") ? "llama3.1" : "llama3";
    if (has(t, "[gMASK]<sop>")) /* GLM-4.5 and 4.6 write line ends between */
        return has(t, "/nothink") ? (*known_as = "GLM-4.5", NULL) : "glm-4.7";
    if (has(t, "<|start|>") && has(t, "<|channel|>"))
        return *known_as = "harmony", NULL;
    return NULL;
}

static bool has_token(const struct vocab *v, const char *text)
{
    return special_named(&v->special[ENCODE_SPECIAL], str_of(text)) !=
           TOKEN_NONE;
}

static const char *family_of_tokens(const struct vocab *v)
{
    if (has_token(v, USER) && has_token(v, ASSISTANT))
        return has_token(v, "<think>") ? "deepseek-r1" : "deepseek-v3";
    if (has_token(v, "<|im_assistant|>") && has_token(v, "<|im_middle|>"))
        return "moonlight";
    if (has_token(v, "[gMASK]") && has_token(v, "</think>"))
        return "glm-4.7";
    if (has_token(v, "<|im_start|>") && has_token(v, "<|im_end|>"))
        return "chatml";
    if (has_token(v, "<|start_header_id|>") && has_token(v, "<|eot_id|>"))
        return "llama3";
    return "completion";
}

static bool is_base_model(const struct gguf *g)
{
    struct str name = {"", 0};
    struct err ignored;
    if (!gguf_get_str(g, "general.name", &name, &ignored))
        return false;
    for (size_t i = 0; i + 4 <= name.len; i++) {
        if (strncasecmp(name.p + i, "base", 4) == 0)
            return true;
    }
    return false;
}

/* Every token of the format must be one token here, or the model will not see
 * what it was trained on. */
static const char *missing_token(const struct chat_family *f,
                                 const struct vocab *v)
{
    for (size_t i = 0; i < sizeof f->needs / sizeof *f->needs; i++) {
        if (f->needs[i] && !has_token(v, f->needs[i]))
            return f->needs[i];
    }
    return NULL;
}

const struct chat_family *chat_family_detect(const struct gguf *g,
                                             const struct vocab *v,
                                             char *notice, size_t notice_cap)
{
    struct str template = {"", 0};
    struct err ignored;
    const char *known_as = "unknown", *name = NULL;
    notice[0] = '\0';
    if (gguf_get_str(g, "tokenizer.chat_template", &template, &ignored) &&
        template.len > 0) {
        name = family_of_template(template, &known_as);
        if (!name) {
            name = family_of_tokens(v);
            snprintf(notice, notice_cap,
                     "the chat format of this model (%s) is not supported; "
                     "using %s, its answers may be poor", known_as, name);
        }
    } else if (is_base_model(g)) {
        name = "completion";
        snprintf(notice, notice_cap, "this is a base model: it continues your "
                 "text instead of answering");
    } else {
        name = family_of_tokens(v);
        snprintf(notice, notice_cap, "this model names no chat format; guessed "
                 "from its tokens: %s", name);
    }
    const struct chat_family *f = chat_family_named(name);
    const char *missing = missing_token(f, v);
    if (missing)
        snprintf(notice, notice_cap, "the chat format %s does not fit this "
                 "model: it has no token %s", name, missing);
    return f;
}
