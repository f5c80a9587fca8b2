noinst_LIBRARIES += %D%/libtext.a
MULL_LIBS += %D%/libtext.a
%C%_libtext_a_CFLAGS = $(AM_CFLAGS) $(PCRE2_CFLAGS) $(UTF8PROC_CFLAGS)
%C%_libtext_a_SOURCES = \
	%D%/detok.h \
	%D%/encode.h \
	%D%/template.h \
	%D%/vocab.h
