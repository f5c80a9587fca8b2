# The layers once more, with doubles: a difference quotient in float tells
# nothing about a gradient.
check_LIBRARIES += %D%/libnn_double.a
%C%_libnn_double_a_CPPFLAGS = $(AM_CPPFLAGS) -DNN_DOUBLE
%C%_libnn_double_a_CFLAGS = $(AM_CFLAGS) $(VEC_CFLAGS)
%C%_libnn_double_a_SOURCES = \
	$(NN_SOURCES) \
	%D%/check_gradient.c \
	%D%/check_gradient.h \
	%D%/layers.c \
	%D%/layers.h

NN_DOUBLE_LDADD = %D%/libnn_double.a $(TRAIN_TEST_LDADD)

check_PROGRAMS += %D%/test_decode
%C%_test_decode_SOURCES = %D%/test_decode.c
%C%_test_decode_LDADD = $(TRAIN_TEST_LDADD)
TESTS += %D%/test_decode

check_PROGRAMS += %D%/test_ffn
%C%_test_ffn_SOURCES = %D%/test_ffn.c
%C%_test_ffn_CPPFLAGS = $(AM_CPPFLAGS) -DNN_DOUBLE
%C%_test_ffn_LDADD = $(NN_DOUBLE_LDADD)
TESTS += %D%/test_ffn

# Against the engine and the reference logits.
check_PROGRAMS += %D%/test_from_gguf
%C%_test_from_gguf_SOURCES = %D%/test_from_gguf.c
%C%_test_from_gguf_LDADD = tests/model/libharness.a $(TRAIN_TEST_LDADD)
TESTS += %D%/test_from_gguf

check_PROGRAMS += %D%/test_gemm
%C%_test_gemm_SOURCES = %D%/test_gemm.c
%C%_test_gemm_LDADD = $(TRAIN_TEST_LDADD)
TESTS += %D%/test_gemm

check_PROGRAMS += %D%/test_head
%C%_test_head_SOURCES = %D%/test_head.c
%C%_test_head_CPPFLAGS = $(AM_CPPFLAGS) -DNN_DOUBLE
%C%_test_head_LDADD = $(NN_DOUBLE_LDADD)
TESTS += %D%/test_head

check_PROGRAMS += %D%/test_mla
%C%_test_mla_SOURCES = %D%/test_mla.c
%C%_test_mla_CPPFLAGS = $(AM_CPPFLAGS) -DNN_DOUBLE
%C%_test_mla_LDADD = $(NN_DOUBLE_LDADD)
TESTS += %D%/test_mla

check_PROGRAMS += %D%/test_moe
%C%_test_moe_SOURCES = %D%/test_moe.c
%C%_test_moe_CPPFLAGS = $(AM_CPPFLAGS) -DNN_DOUBLE
%C%_test_moe_LDADD = $(NN_DOUBLE_LDADD)
TESTS += %D%/test_moe

# Counts allocations.
check_PROGRAMS += %D%/test_net
%C%_test_net_SOURCES = %D%/test_net.c
%C%_test_net_LDADD = $(TRAIN_TEST_LDADD)
%C%_test_net_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc
TESTS += %D%/test_net

check_PROGRAMS += %D%/test_net_gradient
%C%_test_net_gradient_SOURCES = %D%/test_net_gradient.c
%C%_test_net_gradient_CPPFLAGS = $(AM_CPPFLAGS) -DNN_DOUBLE
%C%_test_net_gradient_LDADD = $(NN_DOUBLE_LDADD)
TESTS += %D%/test_net_gradient

check_PROGRAMS += %D%/test_norm
%C%_test_norm_SOURCES = %D%/test_norm.c
%C%_test_norm_CPPFLAGS = $(AM_CPPFLAGS) -DNN_DOUBLE
%C%_test_norm_LDADD = $(NN_DOUBLE_LDADD)
TESTS += %D%/test_norm

check_PROGRAMS += %D%/test_params
%C%_test_params_SOURCES = %D%/test_params.c
%C%_test_params_LDADD = $(TRAIN_TEST_LDADD)
TESTS += %D%/test_params

check_PROGRAMS += %D%/test_rope
%C%_test_rope_SOURCES = %D%/test_rope.c
%C%_test_rope_LDADD = $(TRAIN_TEST_LDADD)
TESTS += %D%/test_rope

check_PROGRAMS += %D%/test_router
%C%_test_router_SOURCES = %D%/test_router.c
%C%_test_router_CPPFLAGS = $(AM_CPPFLAGS) -DNN_DOUBLE
%C%_test_router_LDADD = $(NN_DOUBLE_LDADD)
TESTS += %D%/test_router

check_PROGRAMS += %D%/test_vec
%C%_test_vec_SOURCES = %D%/test_vec.c
%C%_test_vec_LDADD = $(TRAIN_TEST_LDADD)
TESTS += %D%/test_vec
