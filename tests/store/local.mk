# tests/store: sessions on the disk, traces of other programs.
check_PROGRAMS += %D%/test_journal
%C%_test_journal_SOURCES = %D%/test_journal.c %D%/place.h
TESTS += %D%/test_journal

check_PROGRAMS += %D%/test_keeper
%C%_test_keeper_SOURCES = %D%/test_keeper.c %D%/place.h
TESTS += %D%/test_keeper

check_PROGRAMS += %D%/test_folder
%C%_test_folder_SOURCES = %D%/test_folder.c %D%/place.h
TESTS += %D%/test_folder

check_PROGRAMS += %D%/test_foreign
%C%_test_foreign_SOURCES = %D%/test_foreign.c
%C%_test_foreign_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
TESTS += %D%/test_foreign

check_PROGRAMS += %D%/test_export
%C%_test_export_SOURCES = %D%/test_export.c
TESTS += %D%/test_export

check_PROGRAMS += %D%/test_index
%C%_test_index_SOURCES = %D%/test_index.c %D%/place.h
TESTS += %D%/test_index

EXTRA_DIST += %D%/samples/v1.session
