noinst_LIBRARIES += %D%/libtrain_rl.a
TRAIN_LIBS += %D%/libtrain_rl.a
%C%_libtrain_rl_a_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
%C%_libtrain_rl_a_SOURCES = \
	%D%/arms.c \
	%D%/arms.h \
	%D%/grpo.c \
	%D%/grpo.h \
	%D%/measure.c \
	%D%/measure.h \
	%D%/measure_log.c \
	%D%/measure_log.h \
	%D%/quiz.c \
	%D%/quiz.h \
	%D%/reward.c \
	%D%/reward.h \
	%D%/rollout.c \
	%D%/rollout.h
