# The layers once more, with doubles: a difference quotient in float tells
# nothing about a gradient.
check_LIBRARIES += %D%/libnn_double.a
%C%_libnn_double_a_CPPFLAGS = $(AM_CPPFLAGS) -DNN_DOUBLE
%C%_libnn_double_a_CFLAGS = $(AM_CFLAGS) $(VEC_CFLAGS)
%C%_libnn_double_a_SOURCES = $(NN_SOURCES) %D%/check_gradient.c %D%/check_gradient.h

NN_DOUBLE_LDADD = %D%/libnn_double.a $(TRAIN_TEST_LDADD)

# Against the engine and the reference logits.
check_PROGRAMS += %D%/test_from_gguf
%C%_test_from_gguf_SOURCES = %D%/test_from_gguf.c
%C%_test_from_gguf_LDADD = tests/model/libharness.a $(TRAIN_TEST_LDADD)
TESTS += %D%/test_from_gguf

check_PROGRAMS += %D%/test_net
%C%_test_net_SOURCES = %D%/test_net.c
%C%_test_net_LDADD = $(TRAIN_TEST_LDADD)
TESTS += %D%/test_net

check_PROGRAMS += %D%/test_net_gradient
%C%_test_net_gradient_SOURCES = %D%/test_net_gradient.c
%C%_test_net_gradient_CPPFLAGS = $(AM_CPPFLAGS) -DNN_DOUBLE
%C%_test_net_gradient_LDADD = $(NN_DOUBLE_LDADD)
TESTS += %D%/test_net_gradient

check_PROGRAMS += %D%/test_params
%C%_test_params_SOURCES = %D%/test_params.c
%C%_test_params_LDADD = $(TRAIN_TEST_LDADD)
TESTS += %D%/test_params

check_PROGRAMS += %D%/test_decode
%C%_test_decode_SOURCES = %D%/test_decode.c
%C%_test_decode_LDADD = $(TRAIN_TEST_LDADD)
TESTS += %D%/test_decode
