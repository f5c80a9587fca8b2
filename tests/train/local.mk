TRAIN_TEST_LDADD = $(TRAIN_LIBS) $(LDADD)

include tests/train/nn/local.mk
include tests/train/rl/local.mk
include tests/train/gen/local.mk
include tests/train/data/local.mk

check_PROGRAMS += %D%/test_trainer
%C%_test_trainer_SOURCES = %D%/test_trainer.c %D%/run_dir.h
%C%_test_trainer_LDADD = $(TRAIN_TEST_LDADD)
TESTS += %D%/test_trainer

check_PROGRAMS += %D%/test_export
%C%_test_export_SOURCES = %D%/test_export.c
%C%_test_export_LDADD = $(TRAIN_TEST_LDADD)
TESTS += %D%/test_export

check_PROGRAMS += %D%/test_import
%C%_test_import_SOURCES = %D%/test_import.c
%C%_test_import_LDADD = $(TRAIN_TEST_LDADD)
TESTS += %D%/test_import

check_PROGRAMS += %D%/test_optim
%C%_test_optim_SOURCES = %D%/test_optim.c
%C%_test_optim_LDADD = $(TRAIN_TEST_LDADD)
TESTS += %D%/test_optim

check_PROGRAMS += %D%/test_checkpoint
%C%_test_checkpoint_SOURCES = %D%/test_checkpoint.c
%C%_test_checkpoint_LDADD = $(TRAIN_TEST_LDADD)
TESTS += %D%/test_checkpoint

check_PROGRAMS += %D%/test_recipe
%C%_test_recipe_SOURCES = %D%/test_recipe.c
%C%_test_recipe_LDADD = $(TRAIN_TEST_LDADD)
TESTS += %D%/test_recipe

TESTS += %D%/docs.sh %D%/tiny.sh
EXTRA_DIST += %D%/docs.sh %D%/tiny.sh %D%/run_dir.h %D%/data/with_tokenizer.h

check_PROGRAMS += %D%/test_wild
%C%_test_wild_SOURCES = %D%/test_wild.c
%C%_test_wild_LDADD = $(TRAIN_TEST_LDADD)
TESTS += %D%/test_wild

check_PROGRAMS += %D%/test_runlog
%C%_test_runlog_SOURCES = %D%/test_runlog.c
%C%_test_runlog_LDADD = $(TRAIN_TEST_LDADD)
TESTS += %D%/test_runlog

check_PROGRAMS += %D%/test_chart
%C%_test_chart_SOURCES = %D%/test_chart.c
%C%_test_chart_LDADD = $(TRAIN_TEST_LDADD)
TESTS += %D%/test_chart

check_PROGRAMS += %D%/test_recall
%C%_test_recall_SOURCES = %D%/test_recall.c
%C%_test_recall_LDADD = $(TRAIN_TEST_LDADD)
TESTS += %D%/test_recall

check_PROGRAMS += %D%/test_stage_mtp
%C%_test_stage_mtp_SOURCES = %D%/test_stage_mtp.c %D%/run_dir.h
%C%_test_stage_mtp_LDADD = $(TRAIN_TEST_LDADD)
TESTS += %D%/test_stage_mtp

check_PROGRAMS += %D%/test_evalfile
%C%_test_evalfile_SOURCES = %D%/test_evalfile.c
%C%_test_evalfile_LDADD = $(TRAIN_TEST_LDADD)
TESTS += %D%/test_evalfile

check_PROGRAMS += %D%/test_draft_tokens
%C%_test_draft_tokens_SOURCES = %D%/test_draft_tokens.c
%C%_test_draft_tokens_LDADD = $(TRAIN_TEST_LDADD)
TESTS += %D%/test_draft_tokens

check_PROGRAMS += %D%/test_expert_use
%C%_test_expert_use_SOURCES = %D%/test_expert_use.c
%C%_test_expert_use_LDADD = $(TRAIN_TEST_LDADD)
TESTS += %D%/test_expert_use

check_PROGRAMS += %D%/test_history
%C%_test_history_SOURCES = %D%/test_history.c
%C%_test_history_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
%C%_test_history_LDADD = $(TRAIN_TEST_LDADD)
TESTS += %D%/test_history

check_PROGRAMS += %D%/test_held_out
%C%_test_held_out_SOURCES = %D%/test_held_out.c %D%/data/with_tokenizer.h
%C%_test_held_out_LDADD = $(TRAIN_TEST_LDADD)
TESTS += %D%/test_held_out

if HAVE_VTERM
check_PROGRAMS += %D%/test_live
%C%_test_live_SOURCES = %D%/test_live.c %D%/run_dir.h tests/ui/pty.c tests/ui/pty.h
%C%_test_live_CFLAGS = $(AM_CFLAGS) $(VTERM_CFLAGS)
%C%_test_live_LDADD = src/train/cmd/liblive.a $(TRAIN_TEST_LDADD) $(NCURSESW_LIBS) $(VTERM_LIBS) -lutil
TESTS += %D%/test_live
endif
