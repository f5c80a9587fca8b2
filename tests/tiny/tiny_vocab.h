/* tiny_vocab.h - the tokenizer keys of every tiny model. */
#ifndef TESTS_TINY_TINY_VOCAB_H
#define TESTS_TINY_TINY_VOCAB_H

struct gguf_writer;

void tiny_put_vocab(struct gguf_writer *w);

#endif
