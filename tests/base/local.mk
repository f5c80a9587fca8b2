check_PROGRAMS += %D%/test_err
%C%_test_err_SOURCES = %D%/test_err.c
TESTS += %D%/test_err
