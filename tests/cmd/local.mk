# tests/cmd

# The program's own files are in no library: the tests compile them again.
check_PROGRAMS += %D%/test_options
%C%_test_options_SOURCES = %D%/test_options.c src/option.c src/options.c \
	src/paths.c src/rc.c
%C%_test_options_LDADD = src/mull-default_model.$(OBJEXT) $(LDADD)
TESTS += %D%/test_options

check_PROGRAMS += %D%/test_paths
%C%_test_paths_SOURCES = %D%/test_paths.c src/paths.c
TESTS += %D%/test_paths

check_PROGRAMS += %D%/test_rc
%C%_test_rc_SOURCES = %D%/test_rc.c src/option.c src/options.c src/paths.c \
	src/rc.c
%C%_test_rc_LDADD = src/mull-default_model.$(OBJEXT) $(LDADD)
TESTS += %D%/test_rc
