noinst_LIBRARIES += %D%/libtrain_nn.a
TRAIN_LIBS += %D%/libtrain_nn.a
%C%_libtrain_nn_a_SOURCES = \
	%D%/from_gguf.h \
	%D%/net.h \
	%D%/net_bench.h \
	%D%/params.c \
	%D%/params.h \
	%D%/real.h \
	%D%/shape.c \
	%D%/shape.h
