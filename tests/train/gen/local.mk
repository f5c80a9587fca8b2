check_PROGRAMS += %D%/test_bank
%C%_test_bank_SOURCES = %D%/test_bank.c
%C%_test_bank_LDADD = $(TRAIN_TEST_LDADD)
TESTS += %D%/test_bank
