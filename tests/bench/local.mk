# `make bench`: speed of the kernels as CSV. Not a test: nothing can fail.
EXTRA_PROGRAMS += %D%/bench_kernels
%C%_bench_kernels_SOURCES = %D%/bench_kernels.c
%C%_bench_kernels_LDADD = $(MULL_LIBS) $(MULL_SYSTEM_LIBS)
CLEANFILES += %D%/bench_kernels$(EXEEXT)

bench: %D%/bench_kernels$(EXEEXT)
	$(AM_V_at)./$<
.PHONY: bench
