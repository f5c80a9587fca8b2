check_PROGRAMS += %D%/test_params
%C%_test_params_SOURCES = %D%/test_params.c
%C%_test_params_LDADD = $(TRAIN_TEST_LDADD)
TESTS += %D%/test_params
