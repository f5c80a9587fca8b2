noinst_LIBRARIES += %D%/libtrain_rl.a
TRAIN_LIBS += %D%/libtrain_rl.a
%C%_libtrain_rl_a_SOURCES = \
	%D%/measure.c \
	%D%/measure.h \
	%D%/quiz.c \
	%D%/quiz.h \
	%D%/reward.c \
	%D%/reward.h \
	%D%/rollout.c \
	%D%/rollout.h
