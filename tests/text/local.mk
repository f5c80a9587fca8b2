EXTRA_DIST += %D%/with_vocab.h

check_PROGRAMS += %D%/test_encode
%C%_test_encode_SOURCES = %D%/test_encode.c
%C%_test_encode_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
TESTS += %D%/test_encode
