noinst_LIBRARIES += %D%/libkernels.a
MULL_LIBS += %D%/libkernels.a
%C%_libkernels_a_SOURCES = \
	%D%/act_group.h \
	%D%/bandwidth.c \
	%D%/bandwidth.h \
	%D%/blas.c \
	%D%/blas.h \
	%D%/block.h \
	%D%/block_rare.h \
	%D%/codebook.c \
	%D%/codebook.h \
	%D%/cpu.c \
	%D%/cpu.h \
	%D%/encode.h \
	%D%/encode_block.h \
	%D%/encode_iq4_nl.c \
	%D%/encode_k.c \
	%D%/encode_search.c \
	%D%/encode_search.h \
	%D%/encode_simple.c \
	%D%/flat.h \
	%D%/gemm_bf16.c \
	%D%/gemm_bf16.h \
	%D%/inline.h \
	%D%/kernels.c \
	%D%/kernels.h \
	%D%/real.h \
	%D%/rows_loops.h \
	%D%/scalar/decode.c \
	%D%/scalar/flat.c \
	%D%/scalar/flat_codebook.c \
	%D%/scalar/flat_k.c \
	%D%/scalar/mul_f32.c \
	%D%/scalar/mul_q8.c \
	%D%/scalar/rows.c \
	%D%/scalar/scalar.h \
	%D%/scalar/vector.c \
	%D%/vector_loops.h
%C%_libkernels_a_CFLAGS = $(AM_CFLAGS) $(KERNEL_CFLAGS)

# One library per instruction set: its flags reach its own files and no others.
# Without sanitizers: compilers take minutes to a file with them. The tests put
# every operand against a page that cannot be touched instead.
SIMD_CFLAGS = $(MULL_WARN_CFLAGS) $(MULL_HARD_CFLAGS) -pthread $(KERNEL_CFLAGS)
if HAVE_AVX2
noinst_LIBRARIES += %D%/libkernels_avx2.a
MULL_LIBS += %D%/libkernels_avx2.a
%C%_libkernels_avx2_a_CFLAGS = $(SIMD_CFLAGS) $(AVX2_CFLAGS)
%C%_libkernels_avx2_a_SOURCES = \
	%D%/x86/mul_f32_avx2.c \
	%D%/x86/mul_flat_avx2.c \
	%D%/x86/mul_q8_avx2.h \
	%D%/x86/mul_q8_k_avx2.c \
	%D%/x86/mul_q8_plain_avx2.c \
	%D%/x86/mul_q8_table_avx2.c \
	%D%/x86/quantize_x86.h \
	%D%/x86/unpack_avx2.h \
	%D%/x86/unpack_k_avx2.h \
	%D%/x86/unpack_table_avx2.h \
	%D%/x86/vector_avx2.c \
	%D%/x86/x86.h
endif

if HAVE_AVX512
noinst_LIBRARIES += %D%/libkernels_avx512.a
MULL_LIBS += %D%/libkernels_avx512.a
%C%_libkernels_avx512_a_CFLAGS = $(SIMD_CFLAGS) $(AVX512_CFLAGS)
%C%_libkernels_avx512_a_SOURCES = \
	%D%/x86/mul_q8_avx512vnni.h \
	%D%/x86/mul_q8_k_avx512vnni.c \
	%D%/x86/mul_q8_panel_avx512vnni.c \
	%D%/x86/mul_q8_panel_avx512vnni.h \
	%D%/x86/mul_q8_plain_avx512vnni.c \
	%D%/x86/mul_q8_short_avx512vnni.h \
	%D%/x86/mul_q8_table_avx512vnni.c \
	%D%/x86/unpack_avx512vnni.h \
	%D%/x86/unpack_k_avx512vnni.h \
	%D%/x86/unpack_table_avx512vnni.h \
	%D%/x86/vector_avx512vnni.c
endif

if HAVE_BF16
noinst_LIBRARIES += %D%/libkernels_bf16_avx512.a
MULL_LIBS += %D%/libkernels_bf16_avx512.a
%C%_libkernels_bf16_avx512_a_CFLAGS = $(SIMD_CFLAGS) $(BF16_CFLAGS)
%C%_libkernels_bf16_avx512_a_SOURCES = %D%/x86/gemm_bf16_avx512.c
endif

if HAVE_NEON
noinst_LIBRARIES += %D%/libkernels_neon.a
MULL_LIBS += %D%/libkernels_neon.a
%C%_libkernels_neon_a_CFLAGS = $(SIMD_CFLAGS) $(NEON_CFLAGS)
%C%_libkernels_neon_a_SOURCES = \
	%D%/arm/mul_f32_neon.c \
	%D%/arm/mul_q8_neon.c \
	%D%/arm/neon.h \
	%D%/arm/unpack_neon.h \
	%D%/arm/vector_neon.c
endif
