# Upper layers first, as above; then what the trainer shares with the engine.
TRAIN_LIBS =

noinst_LIBRARIES += %D%/libtrain.a
TRAIN_LIBS += %D%/libtrain.a
%C%_libtrain_a_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
%C%_libtrain_a_SOURCES = \
	%D%/adamw.c \
	%D%/adamw.h \
	%D%/asker.c \
	%D%/asker.h \
	%D%/checkpoint.c \
	%D%/checkpoint.h \
	%D%/checkpoint_shape.c \
	%D%/checkpoint_shape.h \
	%D%/corpus.c \
	%D%/corpus.h \
	%D%/export.c \
	%D%/export.h \
	%D%/muon.c \
	%D%/muon.h \
	%D%/optim.c \
	%D%/optim.h \
	%D%/progress.c \
	%D%/progress.h \
	%D%/recipe.c \
	%D%/recipe.h \
	%D%/recipe_keys.c \
	%D%/recipe_keys.h \
	%D%/run.c \
	%D%/run.h \
	%D%/runlog.c \
	%D%/runlog.h \
	%D%/schedule.c \
	%D%/schedule.h \
	%D%/stage_export.c \
	%D%/stage_tokenizer.c \
	%D%/stage_train.c \
	%D%/stage_watch.c \
	%D%/stage_watch.h \
	%D%/trainer.c \
	%D%/trainer.h

include src/train/nn/local.mk
include src/train/data/local.mk
include src/train/gen/local.mk
