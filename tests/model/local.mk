check_LIBRARIES += %D%/libharness.a
%C%_libharness_a_SOURCES = %D%/harness.c %D%/harness.h

MODEL_TEST_LDADD = %D%/libharness.a $(LDADD)

check_PROGRAMS += %D%/test_attn
%C%_test_attn_SOURCES = %D%/test_attn.c
%C%_test_attn_LDADD = $(MODEL_TEST_LDADD)
TESTS += %D%/test_attn

check_PROGRAMS += %D%/test_fixtures
%C%_test_fixtures_SOURCES = %D%/test_fixtures.c
%C%_test_fixtures_LDADD = $(MODEL_TEST_LDADD)
TESTS += %D%/test_fixtures

# Counts allocations; what the C library allocates for itself passes by.
check_PROGRAMS += %D%/test_forward
%C%_test_forward_SOURCES = %D%/test_forward.c
%C%_test_forward_LDADD = $(MODEL_TEST_LDADD)
%C%_test_forward_LDFLAGS = $(AM_LDFLAGS) \
	-Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=mmap
TESTS += %D%/test_forward

check_PROGRAMS += %D%/test_config
%C%_test_config_SOURCES = %D%/test_config.c
TESTS += %D%/test_config

check_PROGRAMS += %D%/test_indexer
%C%_test_indexer_SOURCES = %D%/test_indexer.c
%C%_test_indexer_LDADD = $(MODEL_TEST_LDADD)
TESTS += %D%/test_indexer

check_PROGRAMS += %D%/test_matmul
%C%_test_matmul_SOURCES = %D%/test_matmul.c
TESTS += %D%/test_matmul

check_PROGRAMS += %D%/test_kv_cache
%C%_test_kv_cache_SOURCES = %D%/test_kv_cache.c
TESTS += %D%/test_kv_cache

check_PROGRAMS += %D%/test_mtp
%C%_test_mtp_SOURCES = %D%/test_mtp.c
%C%_test_mtp_LDADD = $(MODEL_TEST_LDADD)
TESTS += %D%/test_mtp

check_PROGRAMS += %D%/test_rope
%C%_test_rope_SOURCES = %D%/test_rope.c
TESTS += %D%/test_rope

check_PROGRAMS += %D%/test_router
%C%_test_router_SOURCES = %D%/test_router.c
TESTS += %D%/test_router

check_PROGRAMS += %D%/test_weights
%C%_test_weights_SOURCES = %D%/test_weights.c
TESTS += %D%/test_weights

EXTRA_DIST += %D%/bench.sh %D%/logits.sh
TESTS += %D%/bench.sh %D%/logits.sh
