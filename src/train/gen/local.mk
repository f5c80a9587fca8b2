EXTRA_DIST += data/bank
noinst_LIBRARIES += %D%/libtrain_gen.a
TRAIN_LIBS += %D%/libtrain_gen.a
%C%_libtrain_gen_a_SOURCES = \
	%D%/bank.c \
	%D%/bank.h \
	%D%/noise.c \
	%D%/noise.h \
	%D%/phrase.c \
	%D%/phrase.h \
	%D%/problem.c \
	%D%/tasks.c \
	%D%/tasks.h \
	%D%/gen.h
