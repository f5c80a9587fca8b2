check_LIBRARIES += %D%/libtiny.a
MULL_TEST_LIBS += %D%/libtiny.a
%C%_libtiny_a_SOURCES = \
	%D%/tiny.c \
	%D%/tiny.h \
	%D%/tiny_vocab.c \
	%D%/tiny_vocab.h
check_PROGRAMS += %D%/test_tiny
%C%_test_tiny_SOURCES = %D%/test_tiny.c
TESTS += %D%/test_tiny

check_PROGRAMS += %D%/tiny_files
%C%_tiny_files_SOURCES = %D%/tiny_files.c
