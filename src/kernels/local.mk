noinst_LIBRARIES += %D%/libkernels.a
MULL_LIBS += %D%/libkernels.a
%C%_libkernels_a_SOURCES = \
	%D%/blas.h \
	%D%/cpu.h \
	%D%/kernels.h
