EXTRA_DIST += %D%/tiny_text.h %D%/with_vocab.h

check_PROGRAMS += %D%/test_encode
%C%_test_encode_SOURCES = %D%/test_encode.c
%C%_test_encode_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
TESTS += %D%/test_encode

check_PROGRAMS += %D%/test_template
%C%_test_template_SOURCES = %D%/test_template.c
%C%_test_template_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
TESTS += %D%/test_template
