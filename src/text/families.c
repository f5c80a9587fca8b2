/* SPDX-License-Identifier: Apache-2.0 */
#include "text/families.h"

#include <stddef.h>
#include <string.h>

#include "text/template.h"

/* DeepSeek writes its tokens with U+FF5C and U+2581. */
#define BAR "\xEF\xBD\x9C"
#define LOW "\xE2\x96\x81"
#define DS_BOS "<" BAR "begin" LOW "of" LOW "sentence" BAR ">"
#define DS_EOS "<" BAR "end" LOW "of" LOW "sentence" BAR ">"
#define DS_USER "<" BAR "User" BAR ">"
#define DS_ASSISTANT "<" BAR "Assistant" BAR ">"

#define DEEPSEEK                                                      \
    .bos = DS_BOS, .before_user = DS_USER,                            \
    .before_assistant = DS_ASSISTANT, .after_assistant = DS_EOS

#define CHATML_SYSTEM                                                 \
    .before_system = "<|im_start|>system\n",                          \
    .after_system = "<|im_end|>\n"

#define CHATML                                                        \
    .before_user = "<|im_start|>user\n", .after_user = "<|im_end|>\n", \
    .before_assistant = "<|im_start|>assistant\n",                    \
    .after_assistant = "<|im_end|>\n",                                \
    .needs = {"<|im_start|>", "<|im_end|>"}

#define KIMI                                                          \
    .before_system = "<|im_system|>system<|im_middle|>",              \
    .after_system = "<|im_end|>",                                     \
    .before_user = "<|im_user|>user<|im_middle|>",                    \
    .after_user = "<|im_end|>",                                       \
    .before_assistant = "<|im_assistant|>assistant<|im_middle|>",     \
    .after_assistant = "<|im_end|>",                                  \
    .needs = {"<|im_system|>", "<|im_user|>", "<|im_assistant|>",     \
              "<|im_middle|>"}

/* The original says today's date as well; without it a saved conversation
 * stays the same tomorrow. */
#define SMOLLM3_SYSTEM(mode)                                          \
    "<|im_start|>system\n## Metadata\n\n"                             \
    "Knowledge Cutoff Date: June 2025\nReasoning Mode: " mode         \
    "\n\n## Custom Instructions\n\n"

#define SMOLLM3_NAME                                                  \
    "You are a helpful AI assistant named SmolLM, trained by Hugging Face."

#define LLAMA3                                                        \
    .bos = "<|begin_of_text|>",                                       \
    .needs = {"<|begin_of_text|>", "<|start_header_id|>",             \
              "<|end_header_id|>", "<|eot_id|>"},                     \
    .after_system = "<|eot_id|>",                                     \
    .before_user = "<|start_header_id|>user<|end_header_id|>\n\n",    \
    .after_user = "<|eot_id|>",                                       \
    .before_assistant =                                               \
        "<|start_header_id|>assistant<|end_header_id|>\n\n",          \
    .after_assistant = "<|eot_id|>", .trims = true

static const struct chat_family families[] = {
    {
        .name = "deepseek-r1",
        DEEPSEEK,
        .needs = {DS_BOS, DS_USER, DS_ASSISTANT, "<think>"},
        .system_place = SYSTEM_LAST_FIRST,
        .history = HISTORY_AFTER_LAST_CLOSE,
        /* The model card: force the tag, or the model may skip its thought. */
        .begin_thinking = "<think>\n",
        .begin_answering = "<think>\n\n</think>\n\n",
        .ends_thought = "\n</think>\n\n",
        .thinks = true, .thinks_unasked = true, .begins_inside = true,
        .temp = 0.6f, .top_p = 0.95f,
    },
    {
        .name = "deepseek-v2",
        .bos = DS_BOS,
        .needs = {DS_BOS, DS_EOS},
        .after_system = "\n\n",
        .before_user = "User: ", .after_user = "\n\n",
        .before_assistant = "Assistant:", .after_assistant = DS_EOS,
        .opens_with_space = true,
        .temp = 0.3f, .top_p = 0.95f,
    },
    {
        .name = "deepseek-coder",
        .bos = DS_BOS,
        .needs = {DS_BOS, "<|EOT|>"},
        .system_place = SYSTEM_JOINED,
        .system_default =
            "You are an AI programming assistant, utilizing the Deepseek Coder "
            "model, developed by Deepseek Company, and you only answer "
            "questions related to computer science. For politically sensitive "
            "questions, security and privacy issues, and other non-computer "
            "science questions, you will refuse to answer\n",
        .before_user = "### Instruction:\n", .after_user = "\n",
        .before_assistant = "### Response:\n",
        .after_assistant = "\n<|EOT|>\n",
        .temp = 0.7f, .top_p = 0.95f,
    },
    {
        .name = "deepseek-v3",
        DEEPSEEK,
        .needs = {DS_BOS, DS_EOS, DS_USER, DS_ASSISTANT},
        .system_place = SYSTEM_JOINED,
        .temp = 0.3f, .top_p = 0.95f,
    },
    {
        .name = "deepseek-v3.1",
        DEEPSEEK,
        .needs = {DS_USER, DS_ASSISTANT, "<think>", "</think>"},
        .system_place = SYSTEM_JOINED,
        .history = HISTORY_AFTER_FIRST_CLOSE,
        .no_thought = "</think>",
        .marks_after_user_only = true,
        .begin_thinking = "<think>", .begin_answering = "</think>",
        .thinks = true, .begins_inside = true,
        .temp = 0.6f, .top_p = 0.95f,
    },
    {
        .name = "deepseek-v3.2",
        DEEPSEEK,
        .needs = {DS_USER, DS_ASSISTANT, "<think>", "</think>"},
        .system_place = SYSTEM_JOINED,
        .history = HISTORY_AFTER_FIRST_CLOSE,
        .no_thought = "</think>",
        .before_thought = "<think>", .after_thought = "</think>",
        .marks_after_user_only = true,
        .begin_thinking = "<think>", .begin_answering = "</think>",
        .thinks = true, .begins_inside = true,
        .temp = 1.0f, .top_p = 0.95f,
    },
    {
        .name = "deepseek-v4",
        DEEPSEEK,
        .needs = {DS_USER, DS_ASSISTANT, "<think>", "</think>"},
        .system_place = SYSTEM_JOINED,
        .history = HISTORY_AFTER_FIRST_CLOSE,
        .no_thought = "</think>",
        .before_thought = "<think>", .after_thought = "</think>",
        .joins_users = true,
        .begin_thinking = "<think>", .begin_answering = "</think>",
        .thinks = true, .begins_inside = true,
        .temp = 1.0f, .top_p = 1.0f,
    },
    {
        .name = "glm-4.7",
        .bos = "",
        .opens = "[gMASK]<sop>",
        .needs = {"[gMASK]", "<|user|>", "<|assistant|>", "</think>"},
        .before_system = "<|system|>",
        .before_user = "<|user|>",
        .before_assistant = "<|assistant|>",
        .history = HISTORY_AFTER_LAST_CLOSE,
        .drops_newlines = true,
        .no_thought = "</think>",
        .before_thought = "<think>", .after_thought = "</think>",
        .begin_thinking = "<think>", .begin_answering = "</think>",
        .thinks = true, .thinks_unasked = true, .begins_inside = true,
        .temp = 1.0f, .top_p = 0.95f,
    },
    {
        .name = "kimi-k2",
        KIMI,
        .system_default = "You are Kimi, an AI assistant created by Moonshot "
                          "AI.",
        .temp = 0.6f, .top_p = 1.0f,
    },
    {
        .name = "llama3",
        LLAMA3,
        .before_system = "<|start_header_id|>system<|end_header_id|>\n\n",
        .temp = 0.6f, .top_p = 0.9f,
    },
    {
        .name = "llama3.1",
        LLAMA3,
        .system_default = "",
        .before_system = "<|start_header_id|>system<|end_header_id|>\n\n"
                         "Cutting Knowledge Date: December 2023\n"
                         "Today Date: 26 Jul 2024\n\n",
        .temp = 0.6f, .top_p = 0.9f,
    },
    {
        /* And the first Kimi-K2. */
        .name = "moonlight",
        KIMI,
        .system_default = "You are a helpful assistant",
        .temp = 0.6f, .top_p = 1.0f,
    },
    {
        .name = "qwen2.5",
        CHATML, CHATML_SYSTEM,
        .bos = "",
        .system_default = "You are Qwen, created by Alibaba Cloud. You are a "
                          "helpful assistant.",
        .temp = 0.7f, .top_p = 0.8f, .top_k = 20,
    },
    {
        .name = "qwen3",
        CHATML, CHATML_SYSTEM,
        .bos = "",
        .history = HISTORY_AFTER_LAST_CLOSE,
        .drops_newlines = true,
        .before_thought = "<think>\n", .after_thought = "\n</think>\n\n",
        .begin_answering = "<think>\n\n</think>\n\n",
        .thinks = true, .thinks_unasked = true,
        .temp = 0.6f, .top_p = 0.95f, .top_k = 20,
    },
    {
        .name = "smollm2",
        CHATML, CHATML_SYSTEM,
        .bos = "",
        .system_default = "You are a helpful AI assistant named SmolLM, "
                          "trained by Hugging Face",
        .temp = 0.2f, .top_p = 0.9f,
    },
    {
        .name = "smollm3",
        CHATML,
        .bos = "",
        .system_place = SYSTEM_JOINED,
        .before_system = SMOLLM3_SYSTEM("/think"),
        .before_system_off = SMOLLM3_SYSTEM("/no_think"),
        .after_system = "\n\n", /* the original does not close it either */
        .system_default = SMOLLM3_NAME
            " Your role as an assistant involves thoroughly exploring "
            "questions through a systematic thinking process before providing "
            "the final precise and accurate solutions. This requires engaging "
            "in a comprehensive cycle of analysis, summarizing, exploration, "
            "reassessment, reflection, backtracking, and iteration to develop "
            "well-considered thinking process. Please structure your response "
            "into two main sections: Thought and Solution using the specified "
            "format: <think> Thought section </think> Solution section. In the "
            "Thought section, detail your reasoning process in steps. Each step "
            "should include detailed considerations such as analysing "
            "questions, summarizing relevant findings, brainstorming new ideas, "
            "verifying the accuracy of the current steps, refining any errors, "
            "and revisiting previous steps. In the Solution section, based on "
            "various attempts, explorations, and reflections from the Thought "
            "section, systematically present the final solution that you deem "
            "correct. The Solution section should be logical, accurate, and "
            "concise and detail necessary steps needed to reach the "
            "conclusion.",
        .system_default_off = SMOLLM3_NAME,
        .system_chooses = true,
        .history = HISTORY_AFTER_LAST_CLOSE,
        .drops_newlines = true,
        .no_thought = "<think>\n\n</think>\n",
        .no_thought_off_only = true,
        .begin_answering = "<think>\n\n</think>\n",
        .thinks = true, .thinks_unasked = true,
        .temp = 0.6f, .top_p = 0.95f,
    },
    {
        .name = "chatml",
        CHATML, CHATML_SYSTEM,
        .temp = 0.7f, .top_p = 0.95f,
    },
    {
        /* For models that were never taught to chat: they go on with the
         * text. */
        .name = "completion",
        .after_system = "\n\n",
        .temp = 0.7f, .top_p = 0.95f,
    },
};

#define N_FAMILIES (sizeof families / sizeof *families)

const struct chat_family *chat_family_named(const char *name)
{
    for (size_t i = 0; i < N_FAMILIES; i++) {
        if (strcmp(families[i].name, name) == 0)
            return &families[i];
    }
    return NULL;
}

const char *chat_family_list(size_t i)
{
    return i < N_FAMILIES ? families[i].name : NULL;
}

const char *chat_family_name(const struct chat_family *f)
{
    return f->name;
}

bool chat_family_thinks(const struct chat_family *f)
{
    return f->thinks;
}

struct sampling chat_family_sampling(const struct chat_family *f)
{
    struct sampling s = sampling_default();
    s.temp = f->temp;
    s.top_p = f->top_p;
    s.top_k = f->top_k;
    return s;
}
