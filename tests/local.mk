# Every test program speaks TAP: one line per test function, so that the count
# at the end is a count of tests. Folders mirror the tree; each has its own
# local.mk. A test is three lines there:
#
#   check_PROGRAMS += %D%/test_err
#   %C%_test_err_SOURCES = %D%/test_err.c
#   TESTS += %D%/test_err
TEST_EXTENSIONS = .sh
LOG_DRIVER    = env AM_TAP_AWK='$(AWK)' $(SHELL) $(top_srcdir)/build-aux/tap-driver.sh
LOG_COMPILER  = $(SHELL) $(top_srcdir)/tests/tap.sh
SH_LOG_DRIVER = $(LOG_DRIVER)
SH_LOG_COMPILER = $(SHELL)
AM_TESTS_ENVIRONMENT = \
	CMOCKA_MESSAGE_OUTPUT=TAP; export CMOCKA_MESSAGE_OUTPUT; \
	LANGUAGE=en; export LANGUAGE; \
	MULL=$(abs_top_builddir)/mull; export MULL; \
	MULL_SOURCE=$(abs_top_srcdir); export MULL_SOURCE; \
	MULL_BUILD=$(abs_top_builddir); export MULL_BUILD;

# What every test links with unless it says otherwise.
EXTRA_DIST += tests/tap.sh tests/totals.sh tests/check.h tests/resident.h

LDADD = $(MULL_TEST_LIBS) $(MULL_LIBS) $(MULL_SYSTEM_LIBS) $(CMOCKA_LIBS)
MULL_TEST_LIBS =

if HAVE_CMOCKA
include tests/tiny/local.mk
include tests/base/local.mk
include tests/gguf/local.mk
include tests/kernels/local.mk
include tests/chat/local.mk
include tests/text/local.mk
include tests/model/local.mk
include tests/engine/local.mk
include tests/train/local.mk
include tests/store/local.mk
include tests/ui/local.mk
include tests/cmd/local.mk
endif
include tests/house/local.mk
include tests/fuzz/local.mk
include tests/bench/local.mk
include tests/stories/local.mk
