check_LIBRARIES += %D%/libharness.a
%C%_libharness_a_SOURCES = %D%/harness.c %D%/harness.h

MODEL_TEST_LDADD = %D%/libharness.a $(LDADD)

check_PROGRAMS += %D%/test_fixtures
%C%_test_fixtures_SOURCES = %D%/test_fixtures.c
%C%_test_fixtures_LDADD = $(MODEL_TEST_LDADD)
TESTS += %D%/test_fixtures

EXTRA_DIST += %D%/logits.sh
TESTS += %D%/logits.sh
