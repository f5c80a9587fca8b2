noinst_LIBRARIES += %D%/libtext.a
MULL_LIBS += %D%/libtext.a
%C%_libtext_a_CFLAGS = $(AM_CFLAGS) $(PCRE2_CFLAGS) $(UTF8PROC_CFLAGS)
%C%_libtext_a_SOURCES = \
	%D%/bpe.c \
	%D%/bpe.h \
	%D%/byte_alphabet.c \
	%D%/byte_alphabet.h \
	%D%/detect.c \
	%D%/detok.c \
	%D%/detok.h \
	%D%/encode.c \
	%D%/encode.h \
	%D%/families.c \
	%D%/families.h \
	%D%/merge_queue.c \
	%D%/merge_queue.h \
	%D%/normalize.c \
	%D%/normalize.h \
	%D%/pre_patterns.c \
	%D%/pre_patterns.h \
	%D%/pretokenize.c \
	%D%/pretokenize.h \
	%D%/special.c \
	%D%/special.h \
	%D%/spm.c \
	%D%/spm.h \
	%D%/template.c \
	%D%/template.h \
	%D%/text_table.c \
	%D%/text_table.h \
	%D%/vocab.c \
	%D%/vocab.h \
	%D%/vocab_ranks.c \
	%D%/vocab_special.c \
	%D%/vocab_spm.c \
	%D%/vocab_tables.h
