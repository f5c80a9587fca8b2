noinst_LIBRARIES += %D%/libtrain_nn.a
TRAIN_LIBS += %D%/libtrain_nn.a

# Also built by the tests, with doubles.
NN_SOURCES = \
	%D%/attention.c \
	%D%/attention.h \
	%D%/block.c \
	%D%/block.h \
	%D%/decode.c \
	%D%/decode.h \
	%D%/denormals.h \
	%D%/ffn.c \
	%D%/ffn.h \
	%D%/gemm.c \
	%D%/gemm.h \
	%D%/head.c \
	%D%/head.h \
	%D%/lane.h \
	%D%/mla.c \
	%D%/mla.h \
	%D%/mla_decode.c \
	%D%/mla_decode.h \
	%D%/moe.c \
	%D%/moe.h \
	%D%/mtp.c \
	%D%/mtp.h \
	%D%/net.c \
	%D%/net.h \
	%D%/params.c \
	%D%/params.h \
	%D%/rope.c \
	%D%/rope.h \
	%D%/router.c \
	%D%/router.h \
	%D%/shape.c \
	%D%/shape.h \
	%D%/shard.c \
	%D%/shard.h \
	%D%/vec.c \
	%D%/vec.h \
	%D%/vec_body.h \
	%D%/vec_math.h

%C%_libtrain_nn_a_CFLAGS = $(AM_CFLAGS) $(VEC_CFLAGS)
%C%_libtrain_nn_a_SOURCES = \
	$(NN_SOURCES) \
	%D%/from_gguf.c \
	%D%/from_gguf.h \
	%D%/net_bench.c \
	%D%/net_bench.h

# The same loops for each instruction set; the table is chosen at start.
if HAVE_AVX2
noinst_LIBRARIES += %D%/libtrain_nn_avx2.a
TRAIN_LIBS += %D%/libtrain_nn_avx2.a
%C%_libtrain_nn_avx2_a_CFLAGS = $(AM_CFLAGS) $(VEC_CFLAGS) $(AVX2_CFLAGS)
%C%_libtrain_nn_avx2_a_SOURCES = %D%/vec_avx2.c
endif

if HAVE_AVX512
noinst_LIBRARIES += %D%/libtrain_nn_avx512.a
TRAIN_LIBS += %D%/libtrain_nn_avx512.a
%C%_libtrain_nn_avx512_a_CFLAGS = $(AM_CFLAGS) $(VEC_CFLAGS) $(AVX512_CFLAGS)
%C%_libtrain_nn_avx512_a_SOURCES = %D%/vec_avx512.c
endif
