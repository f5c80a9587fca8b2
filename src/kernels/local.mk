noinst_LIBRARIES += %D%/libkernels.a
MULL_LIBS += %D%/libkernels.a
%C%_libkernels_a_SOURCES = \
	%D%/blas.h \
	%D%/block.h \
	%D%/cpu.c \
	%D%/cpu.h \
	%D%/kernels.c \
	%D%/kernels.h \
	%D%/scalar/decode.c \
	%D%/scalar/mul_f32.c \
	%D%/scalar/mul_q8.c \
	%D%/scalar/scalar.h \
	%D%/scalar/vector.c
%C%_libkernels_a_CFLAGS = $(AM_CFLAGS) $(KERNEL_CFLAGS)
