bin_PROGRAMS += mull
mull_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
mull_SOURCES = \
	%D%/cmd/cmd.h \
	%D%/main.c \
	%D%/options.h
mull_LDADD = $(MULL_LIBS) $(MULL_SYSTEM_LIBS) $(NCURSESW_LIBS) $(READLINE_LIBS)
