noinst_LIBRARIES += %D%/libbase.a
MULL_LIBS += %D%/libbase.a
%C%_libbase_a_CFLAGS = $(AM_CFLAGS) $(UTF8PROC_CFLAGS) $(JANSSON_CFLAGS)
%C%_libbase_a_SOURCES = \
	%D%/arena.c \
	%D%/arena.h \
	%D%/buf.c \
	%D%/buf.h \
	%D%/clock.c \
	%D%/clock.h \
	%D%/crc32c.c \
	%D%/crc32c.h \
	%D%/err.c \
	%D%/err.h \
	%D%/file.c \
	%D%/file.h \
	%D%/file_out.c \
	%D%/file_out.h \
	%D%/i18n.h \
	%D%/json.c \
	%D%/json.h \
	%D%/log.c \
	%D%/log.h \
	%D%/map_guard.c \
	%D%/map_guard.h \
	%D%/mem.c \
	%D%/mem.h \
	%D%/nearest.c \
	%D%/nearest.h \
	%D%/pool.c \
	%D%/pool.h \
	%D%/pool_threads.c \
	%D%/queue.c \
	%D%/queue.h \
	%D%/reserve.c \
	%D%/reserve.h \
	%D%/rng.c \
	%D%/rng.h \
	%D%/sanitize.c \
	%D%/sanitize.h \
	%D%/sha256.c \
	%D%/sha256.h \
	%D%/str.h \
	%D%/thread.c \
	%D%/thread.h \
	%D%/utf8.c \
	%D%/utf8.h
