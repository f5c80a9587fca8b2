EXTRA_DIST += %D%/tiny_spm.h %D%/tiny_text.h %D%/with_vocab.h

check_PROGRAMS += %D%/test_encode
%C%_test_encode_SOURCES = %D%/test_encode.c
%C%_test_encode_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
TESTS += %D%/test_encode

check_PROGRAMS += %D%/test_template
%C%_test_template_SOURCES = %D%/test_template.c
%C%_test_template_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
TESTS += %D%/test_template

check_PROGRAMS += %D%/test_bpe
%C%_test_bpe_SOURCES = %D%/test_bpe.c
TESTS += %D%/test_bpe

check_PROGRAMS += %D%/test_detok
%C%_test_detok_SOURCES = %D%/test_detok.c
TESTS += %D%/test_detok

check_PROGRAMS += %D%/test_merge_queue
%C%_test_merge_queue_SOURCES = %D%/test_merge_queue.c
TESTS += %D%/test_merge_queue

check_PROGRAMS += %D%/test_normalize
%C%_test_normalize_SOURCES = %D%/test_normalize.c
TESTS += %D%/test_normalize

check_PROGRAMS += %D%/test_pretokenize
%C%_test_pretokenize_SOURCES = %D%/test_pretokenize.c
TESTS += %D%/test_pretokenize

check_PROGRAMS += %D%/test_special
%C%_test_special_SOURCES = %D%/test_special.c
TESTS += %D%/test_special

check_PROGRAMS += %D%/test_spm
%C%_test_spm_SOURCES = %D%/test_spm.c
TESTS += %D%/test_spm

check_PROGRAMS += %D%/test_vocab
%C%_test_vocab_SOURCES = %D%/test_vocab.c
TESTS += %D%/test_vocab
