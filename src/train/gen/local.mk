noinst_LIBRARIES += %D%/libtrain_gen.a
TRAIN_LIBS += %D%/libtrain_gen.a
%C%_libtrain_gen_a_SOURCES = \
	%D%/problem.c \
	%D%/gen.h
