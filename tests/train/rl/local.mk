check_PROGRAMS += %D%/test_reward
%C%_test_reward_SOURCES = %D%/test_reward.c
%C%_test_reward_LDADD = $(TRAIN_TEST_LDADD)
TESTS += %D%/test_reward

check_PROGRAMS += %D%/test_rollout
%C%_test_rollout_SOURCES = %D%/test_rollout.c
%C%_test_rollout_LDADD = $(TRAIN_TEST_LDADD)
TESTS += %D%/test_rollout

check_PROGRAMS += %D%/test_stage_rl
%C%_test_stage_rl_SOURCES = %D%/test_stage_rl.c tests/train/run_dir.h
%C%_test_stage_rl_LDADD = $(TRAIN_TEST_LDADD)
TESTS += %D%/test_stage_rl

check_PROGRAMS += %D%/test_zero
%C%_test_zero_SOURCES = %D%/test_zero.c tests/train/run_dir.h
%C%_test_zero_LDADD = $(TRAIN_TEST_LDADD)
TESTS += %D%/test_zero
