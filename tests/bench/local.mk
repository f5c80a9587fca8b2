# `make bench`: kernels, a whole model (BENCH_MODEL=FILE, else the built-in one),
# facts found again in a long context, and what start and memory cost beyond that. Figures, not tests; but a lost fact
# fails. `make bench-peer`: beside another program, see peer.sh.
EXTRA_DIST += %D%/peer.sh
EXTRA_PROGRAMS += %D%/bench_kernels %D%/needle %D%/thrift
%C%_bench_kernels_SOURCES = %D%/bench_kernels.c %D%/peak.c %D%/peak.h
%C%_bench_kernels_LDADD = $(MULL_LIBS) $(MULL_SYSTEM_LIBS)
%C%_needle_SOURCES = %D%/needle.c
%C%_needle_LDADD = $(MULL_TEST_LIBS) $(MULL_LIBS) $(MULL_SYSTEM_LIBS)
%C%_thrift_SOURCES = %D%/thrift.c
%C%_thrift_LDADD = $(MULL_LIBS) $(MULL_SYSTEM_LIBS) -lutil
CLEANFILES += %D%/bench_kernels$(EXEEXT) %D%/needle$(EXEEXT) %D%/thrift$(EXEEXT)

BENCH_MODEL = builtin
bench: %D%/bench_kernels$(EXEEXT) %D%/needle$(EXEEXT) mull$(EXEEXT)
	$(AM_V_at)./%D%/bench_kernels$(EXEEXT)
	$(AM_V_at)./mull$(EXEEXT) bench -m "$(BENCH_MODEL)"
	$(AM_V_at)./%D%/needle$(EXEEXT)
	$(AM_V_at)MULL=./mull$(EXEEXT) ./%D%/thrift$(EXEEXT) -m "$(BENCH_MODEL)"

bench-peer: mull$(EXEEXT)
	$(AM_V_at)MULL=./mull$(EXEEXT) BENCH_MODEL="$(BENCH_MODEL)" \
		$(SHELL) $(srcdir)/%D%/peer.sh
PHONY += bench bench-peer bench-screen

# `make bench-screen`: what the screen costs (latency, share of a core, long
# transcripts, idling); PARTS="keys open" names some of it.
if HAVE_CMOCKA
if HAVE_VTERM
EXTRA_PROGRAMS += %D%/screen
%C%_screen_SOURCES = \
	%D%/long_chat.c \
	%D%/long_chat.h \
	%D%/screen.c \
	tests/ui/pty.c \
	tests/ui/pty.h \
	tests/ui/show.h
%C%_screen_CFLAGS = $(AM_CFLAGS) $(VTERM_CFLAGS)
%C%_screen_LDADD = tests/ui/libuitest.a $(LDADD) $(NCURSESW_LIBS) $(READLINE_LIBS) $(VTERM_LIBS) -lutil
CLEANFILES += %D%/screen$(EXEEXT)
bench-screen: %D%/screen$(EXEEXT) mull$(EXEEXT)
	$(AM_V_at)MULL=./mull$(EXEEXT) BENCH_MODEL="$(BENCH_MODEL)" ./%D%/screen$(EXEEXT) $(PARTS)
endif
endif
