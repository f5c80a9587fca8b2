noinst_LIBRARIES += %D%/libstore.a
MULL_LIBS += %D%/libstore.a
%C%_libstore_a_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
%C%_libstore_a_SOURCES = \
	%D%/folder.c \
	%D%/folder.h \
	%D%/journal.c \
	%D%/journal.h \
	%D%/keeper.c \
	%D%/keeper.h \
	%D%/saved.c \
	%D%/saved.h \
	%D%/syncer.c \
	%D%/syncer.h
