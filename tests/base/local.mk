check_PROGRAMS += %D%/test_err
%C%_test_err_SOURCES = %D%/test_err.c
TESTS += %D%/test_err

check_PROGRAMS += %D%/test_crc32c
%C%_test_crc32c_SOURCES = %D%/test_crc32c.c
TESTS += %D%/test_crc32c

check_PROGRAMS += %D%/test_map_guard
%C%_test_map_guard_SOURCES = %D%/test_map_guard.c
TESTS += %D%/test_map_guard

check_PROGRAMS += %D%/test_reserve
%C%_test_reserve_SOURCES = %D%/test_reserve.c
%C%_test_reserve_LDFLAGS = $(AM_LDFLAGS) \
	-Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=mmap
TESTS += %D%/test_reserve

check_PROGRAMS += %D%/test_sanitize
%C%_test_sanitize_SOURCES = %D%/test_sanitize.c
%C%_test_sanitize_CFLAGS = $(AM_CFLAGS) $(UTF8PROC_CFLAGS)
TESTS += %D%/test_sanitize

check_PROGRAMS += %D%/test_utf8
%C%_test_utf8_SOURCES = %D%/test_utf8.c
TESTS += %D%/test_utf8

check_PROGRAMS += %D%/test_queue
%C%_test_queue_SOURCES = %D%/test_queue.c
TESTS += %D%/test_queue

# The same tests on systems without eventfd.
check_PROGRAMS += %D%/test_queue_pipe
%C%_test_queue_pipe_SOURCES = %D%/test_queue.c src/base/queue.c
%C%_test_queue_pipe_CPPFLAGS = $(AM_CPPFLAGS) -DQUEUE_USE_PIPE
TESTS += %D%/test_queue_pipe

check_PROGRAMS += %D%/test_file_out
%C%_test_file_out_SOURCES = %D%/test_file_out.c
TESTS += %D%/test_file_out

check_PROGRAMS += %D%/test_log
%C%_test_log_SOURCES = %D%/test_log.c
TESTS += %D%/test_log

check_PROGRAMS += %D%/test_nearest
%C%_test_nearest_SOURCES = %D%/test_nearest.c
TESTS += %D%/test_nearest

check_PROGRAMS += %D%/test_pool
%C%_test_pool_SOURCES = %D%/test_pool.c
TESTS += %D%/test_pool

check_PROGRAMS += %D%/test_file
%C%_test_file_SOURCES = %D%/test_file.c
TESTS += %D%/test_file

check_PROGRAMS += %D%/test_sha256
%C%_test_sha256_SOURCES = %D%/test_sha256.c
TESTS += %D%/test_sha256

check_PROGRAMS += %D%/test_str
%C%_test_str_SOURCES = %D%/test_str.c
TESTS += %D%/test_str

check_PROGRAMS += %D%/test_json
%C%_test_json_SOURCES = %D%/test_json.c
%C%_test_json_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
TESTS += %D%/test_json
