check_PROGRAMS += %D%/test_err
%C%_test_err_SOURCES = %D%/test_err.c
TESTS += %D%/test_err

check_PROGRAMS += %D%/test_sanitize
%C%_test_sanitize_SOURCES = %D%/test_sanitize.c
%C%_test_sanitize_CFLAGS = $(AM_CFLAGS) $(UTF8PROC_CFLAGS)
TESTS += %D%/test_sanitize

check_PROGRAMS += %D%/test_utf8
%C%_test_utf8_SOURCES = %D%/test_utf8.c
TESTS += %D%/test_utf8
