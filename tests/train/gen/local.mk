check_PROGRAMS += %D%/test_bank
%C%_test_bank_SOURCES = %D%/test_bank.c
%C%_test_bank_LDADD = $(TRAIN_TEST_LDADD)
TESTS += %D%/test_bank

check_PROGRAMS += %D%/test_tasks
%C%_test_tasks_SOURCES = %D%/test_tasks.c %D%/open_bank.h
%C%_test_tasks_LDADD = $(TRAIN_TEST_LDADD)
TESTS += %D%/test_tasks

check_PROGRAMS += %D%/test_strings
%C%_test_strings_SOURCES = %D%/test_strings.c %D%/each_task.h
%C%_test_strings_LDADD = $(TRAIN_TEST_LDADD)
TESTS += %D%/test_strings

check_PROGRAMS += %D%/test_talk
%C%_test_talk_SOURCES = %D%/test_talk.c %D%/each_task.h
%C%_test_talk_LDADD = $(TRAIN_TEST_LDADD)
TESTS += %D%/test_talk

check_PROGRAMS += %D%/test_logic
%C%_test_logic_SOURCES = %D%/test_logic.c %D%/each_task.h
%C%_test_logic_LDADD = $(TRAIN_TEST_LDADD)
TESTS += %D%/test_logic

check_PROGRAMS += %D%/test_dates
%C%_test_dates_SOURCES = %D%/test_dates.c %D%/each_task.h
%C%_test_dates_LDADD = $(TRAIN_TEST_LDADD)
TESTS += %D%/test_dates

check_PROGRAMS += %D%/test_knaves
%C%_test_knaves_SOURCES = %D%/test_knaves.c %D%/each_task.h
%C%_test_knaves_LDADD = $(TRAIN_TEST_LDADD)
TESTS += %D%/test_knaves

check_PROGRAMS += %D%/test_wording
%C%_test_wording_SOURCES = %D%/test_wording.c %D%/open_bank.h
%C%_test_wording_LDADD = $(TRAIN_TEST_LDADD)
TESTS += %D%/test_wording

check_PROGRAMS += %D%/test_countdown
%C%_test_countdown_SOURCES = %D%/test_countdown.c
%C%_test_countdown_LDADD = $(TRAIN_TEST_LDADD)
TESTS += %D%/test_countdown

check_PROGRAMS += %D%/test_number
%C%_test_number_SOURCES = %D%/test_number.c
%C%_test_number_LDADD = $(TRAIN_TEST_LDADD)
TESTS += %D%/test_number

check_PROGRAMS += %D%/test_arith
%C%_test_arith_SOURCES = %D%/test_arith.c
%C%_test_arith_LDADD = $(TRAIN_TEST_LDADD)
TESTS += %D%/test_arith

check_PROGRAMS += %D%/test_story
%C%_test_story_SOURCES = %D%/test_story.c
%C%_test_story_LDADD = $(TRAIN_TEST_LDADD)
TESTS += %D%/test_story

check_PROGRAMS += %D%/test_everyday
%C%_test_everyday_SOURCES = %D%/test_everyday.c %D%/each_task.h
%C%_test_everyday_LDADD = $(TRAIN_TEST_LDADD)
TESTS += %D%/test_everyday

check_PROGRAMS += %D%/test_short
%C%_test_short_SOURCES = %D%/test_short.c %D%/each_task.h
%C%_test_short_LDADD = $(TRAIN_TEST_LDADD)
TESTS += %D%/test_short
