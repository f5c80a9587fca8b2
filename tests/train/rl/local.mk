check_PROGRAMS += %D%/test_reward
%C%_test_reward_SOURCES = %D%/test_reward.c
%C%_test_reward_LDADD = $(TRAIN_TEST_LDADD)
TESTS += %D%/test_reward

check_PROGRAMS += %D%/test_rollout
%C%_test_rollout_SOURCES = %D%/test_rollout.c
%C%_test_rollout_LDADD = $(TRAIN_TEST_LDADD)
TESTS += %D%/test_rollout
