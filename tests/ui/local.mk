check_PROGRAMS += %D%/test_wrap
%C%_test_wrap_SOURCES = %D%/test_wrap.c
TESTS += %D%/test_wrap
