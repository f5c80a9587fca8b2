noinst_LIBRARIES += %D%/libstore.a
MULL_LIBS += %D%/libstore.a
%C%_libstore_a_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS) $(SQLITE3_CFLAGS)
%C%_libstore_a_SOURCES = \
	%D%/experts_json.c \
	%D%/experts_json.h \
	%D%/export.c \
	%D%/export.h \
	%D%/folder.c \
	%D%/folder.h \
	%D%/foreign.c \
	%D%/foreign.h \
	%D%/foreign_json.c \
	%D%/foreign_parts.h \
	%D%/foreign_stream.c \
	%D%/foreign_text.c \
	%D%/index.c \
	%D%/index.h \
	%D%/index_parts.h \
	%D%/index_refresh.c \
	%D%/index_search.c \
	%D%/index_task.c \
	%D%/index_task.h \
	%D%/index_words.c \
	%D%/index_words.h \
	%D%/journal.c \
	%D%/journal.h \
	%D%/keeper.c \
	%D%/keeper.h \
	%D%/saved.c \
	%D%/saved.h \
	%D%/stats_json.c \
	%D%/stats_json.h \
	%D%/syncer.c \
	%D%/syncer.h
