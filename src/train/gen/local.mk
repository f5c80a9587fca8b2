EXTRA_DIST += data/bank
noinst_LIBRARIES += %D%/libtrain_gen.a
TRAIN_LIBS += %D%/libtrain_gen.a
%C%_libtrain_gen_a_SOURCES = \
	%D%/add.c \
	%D%/arith.c \
	%D%/arith.h \
	%D%/bank.c \
	%D%/bank.h \
	%D%/cmp.c \
	%D%/div.c \
	%D%/expr.c \
	%D%/gen.h \
	%D%/mul.c \
	%D%/noise.c \
	%D%/noise.h \
	%D%/number.c \
	%D%/number.h \
	%D%/phrase.c \
	%D%/phrase.h \
	%D%/problem.c \
	%D%/sort.c \
	%D%/sub.c \
	%D%/tasks.c \
	%D%/tasks.h \
	%D%/trace.c \
	%D%/trace.h
