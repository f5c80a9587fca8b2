/* SPDX-License-Identifier: Apache-2.0 */
#include "train/data/zero.h"

static const struct {
    const char *before, *after;
} templates[] = {
    [LANG_EN] = {"A conversation between User and Assistant. The user asks a "
                 "question, and the Assistant solves it. The assistant first "
                 "thinks about the reasoning process in the mind and then "
                 "provides the user with the answer. The reasoning process and "
                 "answer are enclosed within <think> </think> and <answer> "
                 "</answer> tags, respectively, i.e., <think> reasoning process "
                 "here </think> <answer> answer here </answer>. User: ",
                 ". Assistant:"},
    [LANG_ZH] = {"这是用户和助手的对话。用户提问，助手解答。助手先在心里思考推理过程，"
                 "再告诉用户答案。推理过程放在 <think> </think> 里，答案放在 <answer> "
                 "</answer> 里，也就是：<think> 推理过程 </think> <answer> 答案 "
                 "</answer>。用户：",
                 "。助手："},
};

void zero_prompt(struct str question, enum lang lang, struct buf *out)
{
    buf_puts(out, templates[lang].before);
    buf_add_str(out, question);
    buf_puts(out, templates[lang].after);
}

void zero_document(const struct problem *p, const struct problem *told,
                   bool tags, struct buf *out)
{
    struct str bold = gen_bold(buf_str(&told->reply));
    zero_prompt(buf_str(&p->prompt), p->lang, out);
    buf_puts(out, tags ? " <think> " : " ");
    buf_add_str(out, buf_str(&told->think));
    buf_puts(out, tags ? " </think> <answer> " : "\n");
    buf_add_str(out, tags && bold.len ? bold : buf_str(&told->reply));
    buf_puts(out, tags ? " </answer>" : "");
}
