# tests/kernels
EXTRA_DIST += %D%/levels.h %D%/weights.h

check_PROGRAMS += %D%/test_blas
%C%_test_blas_SOURCES = %D%/test_blas.c
TESTS += %D%/test_blas

check_PROGRAMS += %D%/test_cpu
%C%_test_cpu_SOURCES = %D%/test_cpu.c
TESTS += %D%/test_cpu

check_PROGRAMS += %D%/test_decode
%C%_test_decode_SOURCES = %D%/test_decode.c
TESTS += %D%/test_decode

check_PROGRAMS += %D%/test_encode
%C%_test_encode_SOURCES = %D%/test_encode.c
TESTS += %D%/test_encode

check_PROGRAMS += %D%/test_gemm_bf16
%C%_test_gemm_bf16_SOURCES = %D%/test_gemm_bf16.c
TESTS += %D%/test_gemm_bf16

check_PROGRAMS += %D%/test_mul
%C%_test_mul_SOURCES = %D%/test_mul.c
TESTS += %D%/test_mul

check_PROGRAMS += %D%/test_quantize
%C%_test_quantize_SOURCES = %D%/test_quantize.c
TESTS += %D%/test_quantize

check_PROGRAMS += %D%/test_rows
%C%_test_rows_SOURCES = %D%/test_rows.c
TESTS += %D%/test_rows

check_PROGRAMS += %D%/test_vector
%C%_test_vector_SOURCES = %D%/test_vector.c
TESTS += %D%/test_vector

EXTRA_DIST += %D%/test_isa.sh
TESTS += %D%/test_isa.sh

# NEON, by a cross compiler and in an emulator.
EXTRA_DIST += %D%/cross.sh
PHONY += check-arm
check-arm:
	$(SHELL) $(srcdir)/%D%/cross.sh build-arm
