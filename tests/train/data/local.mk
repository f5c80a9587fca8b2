check_PROGRAMS += %D%/test_tokenizer
%C%_test_tokenizer_SOURCES = %D%/test_tokenizer.c %D%/with_tokenizer.h
%C%_test_tokenizer_LDADD = $(TRAIN_TEST_LDADD)
TESTS += %D%/test_tokenizer

check_PROGRAMS += %D%/test_document
%C%_test_document_SOURCES = %D%/test_document.c %D%/with_tokenizer.h
%C%_test_document_LDADD = $(TRAIN_TEST_LDADD)
TESTS += %D%/test_document

check_PROGRAMS += %D%/test_dataset
%C%_test_dataset_SOURCES = %D%/test_dataset.c
%C%_test_dataset_LDADD = $(TRAIN_TEST_LDADD)
TESTS += %D%/test_dataset

check_PROGRAMS += %D%/test_warmup
%C%_test_warmup_SOURCES = %D%/test_warmup.c
%C%_test_warmup_LDADD = $(TRAIN_TEST_LDADD)
TESTS += %D%/test_warmup

check_PROGRAMS += %D%/test_text_source
%C%_test_text_source_SOURCES = %D%/test_text_source.c
%C%_test_text_source_LDADD = $(TRAIN_TEST_LDADD)
TESTS += %D%/test_text_source

check_PROGRAMS += %D%/test_clean
%C%_test_clean_SOURCES = %D%/test_clean.c
%C%_test_clean_LDADD = $(TRAIN_TEST_LDADD)
TESTS += %D%/test_clean

check_PROGRAMS += %D%/test_minhash
%C%_test_minhash_SOURCES = %D%/test_minhash.c
%C%_test_minhash_LDADD = $(TRAIN_TEST_LDADD)
TESTS += %D%/test_minhash
