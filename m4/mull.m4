# Macros of our own, one job each. SPDX-License-Identifier: Apache-2.0

# MULL_C11: ask for C11 with GNU extensions on compilers that need asking.
AC_DEFUN([MULL_C11], [
  AS_CASE([$ac_cv_prog_cc_c11], [''|no], [CFLAGS="$CFLAGS -std=gnu11"])
])

# MULL_SWITCH(NAME, HELP): an --enable-NAME option, off by default.
AC_DEFUN([MULL_SWITCH], [
  AC_ARG_ENABLE([$1], [AS_HELP_STRING([--enable-$1], [$2])], [], [enable_$1=no])
])

# MULL_TRY_CFLAG(VARIABLE, FLAG): add FLAG to VARIABLE where the compiler knows it.
AC_DEFUN([MULL_TRY_CFLAG], [
  mull_save=$CFLAGS
  CFLAGS="$CFLAGS -Werror $2"
  AC_MSG_CHECKING([whether $CC takes $2])
  AC_LINK_IFELSE([AC_LANG_PROGRAM([], [])],
    [AC_MSG_RESULT([yes]); $1="$$1 $2"], [AC_MSG_RESULT([no])])
  CFLAGS=$mull_save
])

# snprintf that cuts is what we want of it; gcc warns of it, and only at some
# levels of optimisation.
AC_DEFUN([MULL_WARNING_FLAGS], [
  MULL_WARN_CFLAGS=
  m4_foreach_w([mull_flag], [-Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes
                     -Wpointer-arith -Wvla -Wformat=2 -Wno-format-truncation],
    [MULL_TRY_CFLAG([MULL_WARN_CFLAGS], mull_flag)])
  AS_IF([test "x$enable_werror" = xyes], [MULL_WARN_CFLAGS="$MULL_WARN_CFLAGS -Werror"])
  AC_SUBST([MULL_WARN_CFLAGS])
])

AC_DEFUN([MULL_SANITIZER_FLAGS], [
  MULL_SAN_CFLAGS=
  mull_san=
  FUZZ_ENGINE=
  AS_IF([test "x$enable_fuzz" = xyes], [
    # A crash that no sanitizer sees is half a finding: they come along.
    enable_asan=yes enable_ubsan=yes
    MULL_TRY_CFLAG([FUZZ_ENGINE], [-fsanitize=fuzzer-no-link])
    AS_IF([test -z "$FUZZ_ENGINE"],
      [AC_MSG_ERROR([--enable-fuzz needs clang: configure CC=clang --enable-fuzz])])
    FUZZ_ENGINE=-fsanitize=fuzzer])
  AS_IF([test "x$enable_asan"  = xyes], [mull_san="$mull_san,address"])
  AS_IF([test "x$enable_ubsan" = xyes], [mull_san="$mull_san,undefined"])
  AS_IF([test "x$enable_tsan"  = xyes], [mull_san="$mull_san,thread"])
  AS_IF([test "x$enable_fuzz"  = xyes], [mull_san="$mull_san,fuzzer-no-link"])
  AS_IF([test -n "$mull_san"],
    [MULL_SAN_CFLAGS="-fsanitize=${mull_san#,} -fno-sanitize-recover=all -fno-omit-frame-pointer"])
  AS_IF([test "x$enable_coverage" = xyes], [MULL_SAN_CFLAGS="$MULL_SAN_CFLAGS --coverage"])
  AC_SUBST([MULL_SAN_CFLAGS])
  AC_SUBST([FUZZ_ENGINE])
  AM_CONDITIONAL([FUZZ], [test "x$enable_fuzz" = xyes])
])

# Hardening: for the ordinary build only; sanitizers and FORTIFY do not mix.
AC_DEFUN([MULL_HARDENING_FLAGS], [
  MULL_HARD_CFLAGS= MULL_HARD_LDFLAGS=
  AS_IF([test -z "$MULL_SAN_CFLAGS"], [
    MULL_TRY_CFLAG([MULL_HARD_CFLAGS], [-fstack-protector-strong])
    AS_CASE([$host_cpu], [x86_64|i?86], [MULL_TRY_CFLAG([MULL_HARD_CFLAGS], [-fcf-protection])])
    AS_CASE([$CFLAGS], [*-O0*], [],
      [MULL_HARD_CPPFLAGS="-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3"
       AC_COMPILE_IFELSE([AC_LANG_PROGRAM([[#include <string.h>]], [])], [], [MULL_HARD_CPPFLAGS=])])
    MULL_TRY_CFLAG([MULL_HARD_CFLAGS], [-fPIE])
    MULL_TRY_CFLAG([MULL_HARD_LDFLAGS], [-pie])
    MULL_TRY_CFLAG([MULL_HARD_LDFLAGS], [-Wl,-z,relro,-z,now])
  ])
  AC_SUBST([MULL_HARD_CFLAGS])
  AC_SUBST([MULL_HARD_CPPFLAGS])
  AC_SUBST([MULL_HARD_LDFLAGS])
])

# MULL_BUILTIN_MODEL(FILE): src/default_model.gguf in the build folder becomes a
# link to FILE, so that FILE may have any name (see src/default_model.c).
AC_DEFUN([MULL_BUILTIN_MODEL], [
  AC_MSG_CHECKING([for the built-in model])
  AS_CASE(["$1"], [yes|no|''], [AC_MSG_ERROR([--with-model needs the name of a GGUF file])])
  AS_IF([test "x`dd if="$1" bs=4 count=1 2>/dev/null`" != xGGUF],
    [AC_MSG_ERROR(["$1" is not a GGUF file that can be read (--with-model=FILE)])])
  AS_CASE(["$1"], [/*], [mull_model=$1], [mull_model=`pwd`/$1])
  AC_MSG_RESULT([$1])
  mull_model_quoted=`AS_ECHO(["$mull_model"]) | sed "s/'/'\\\\\\\\''/g"`
  AC_CONFIG_COMMANDS([src/default_model.gguf],
    [rm -f src/default_model.gguf
     ln -s "$mull_model" src/default_model.gguf 2>/dev/null ||
       cp -p "$mull_model" src/default_model.gguf],
    [mull_model='$mull_model_quoted'])
])

# Which instruction sets the compiler can target. Which of them run is chosen
# at start, by src/kernels/cpu.c.
AC_DEFUN([MULL_CPU_LEVELS], [
  # A multiplication and an addition stay two roundings unless the code says
  # fma: decoded weights are compared bit for bit.
  KERNEL_CFLAGS= AVX2_CFLAGS= AVX512_CFLAGS= BF16_CFLAGS= NEON_CFLAGS= mull_levels=
  MULL_TRY_CFLAG([KERNEL_CFLAGS], [-ffp-contract=off])
  # Loops marked "omp simd" become vector code at any level of optimisation;
  # nothing of OpenMP is linked. No flag changes a value. clang says when a
  # sanitizer keeps it from doing so.
  VEC_CFLAGS=
  m4_foreach_w([mull_flag], [-fopenmp-simd -fno-math-errno -fno-trapping-math -Wno-pass-failed],
    [MULL_TRY_CFLAG([VEC_CFLAGS], mull_flag)])
  AS_CASE([$host_cpu], [x86_64], [
    MULL_TRY_CFLAG([AVX2_CFLAGS], [-mavx2 -mfma -mf16c])
    MULL_TRY_CFLAG([AVX512_CFLAGS],
      [-mavx2 -mfma -mf16c -mavx512f -mavx512bw -mavx512dq -mavx512vl -mavx512vnni -mavx512vbmi])
    AS_IF([test -n "$AVX512_CFLAGS"], [
      MULL_TRY_CFLAG([BF16_CFLAGS], [$AVX512_CFLAGS -mavx512bf16])])
  ], [aarch64], [
    MULL_TRY_CFLAG([NEON_CFLAGS], [-march=armv8.2-a+dotprod])
  ])
  AS_IF([test -n "$AVX2_CFLAGS"], [
    mull_levels="$mull_levels avx2"
    AC_DEFINE([HAVE_AVX2_KERNELS], [1], [The compiler can build the AVX2 kernels.])])
  AS_IF([test -n "$AVX512_CFLAGS"], [
    mull_levels="$mull_levels avx512"
    AC_DEFINE([HAVE_AVX512_KERNELS], [1], [The compiler can build the AVX-512 VNNI kernels.])])
  AS_IF([test -n "$BF16_CFLAGS"], [
    AC_DEFINE([HAVE_AVX512BF16_KERNELS], [1], [The compiler can build the AVX-512 BF16 products.])])
  AS_IF([test -n "$NEON_CFLAGS"], [
    mull_levels="$mull_levels neon"
    AC_DEFINE([HAVE_NEON_KERNELS], [1], [The compiler can build the NEON kernels.])])
  AM_CONDITIONAL([HAVE_AVX2],   [test -n "$AVX2_CFLAGS"])
  AM_CONDITIONAL([HAVE_AVX512], [test -n "$AVX512_CFLAGS"])
  AM_CONDITIONAL([HAVE_BF16],   [test -n "$BF16_CFLAGS"])
  AM_CONDITIONAL([HAVE_NEON],   [test -n "$NEON_CFLAGS"])
  AC_SUBST([KERNEL_CFLAGS])
  AC_SUBST([VEC_CFLAGS])
  AC_SUBST([AVX2_CFLAGS])
  AC_SUBST([AVX512_CFLAGS])
  AC_SUBST([BF16_CFLAGS])
  AC_SUBST([NEON_CFLAGS])
])

# MULL_LIBRARY(VARIABLE, PC-NAME, DEBIAN, FEDORA): needed to build. All that is
# missing is collected, so that one message names it all.
AC_DEFUN([MULL_LIBRARY], [
  PKG_CHECK_MODULES([$1], [$2], [], [
    mull_missing="$mull_missing
    $2: Debian $3, Fedora $4"
    mull_debian="$mull_debian $3"
    mull_fedora="$mull_fedora $4"])
])

# The name under which src/kernels/blas.c loads OpenBLAS at run time.
AC_DEFUN([MULL_OPENBLAS_SONAME], [
  AC_CHECK_TOOL([READELF], [readelf], [:])
  mull_save=$LIBS
  LIBS="$OPENBLAS_LIBS $LIBS"
  AC_MSG_CHECKING([for the file name of OpenBLAS])
  AC_LINK_IFELSE([AC_LANG_PROGRAM([char cblas_sgemm (void);], [return cblas_sgemm ();])],
    [mull_soname=`$READELF -d conftest$EXEEXT | sed -n 's/.*NEEDED.*\@<:@\(.*blas.*\)\@:>@.*/\1/p'`])
  LIBS=$mull_save
  AS_IF([test -z "$mull_soname"], [mull_soname=libopenblas.so.0])
  AC_MSG_RESULT([$mull_soname])
  AC_DEFINE_UNQUOTED([OPENBLAS_SONAME], ["$mull_soname"], [OpenBLAS, loaded when it is needed.])
])

# MULL_TEST_LIBRARY(...): the same, but only `make check` needs it.
AC_DEFUN([MULL_TEST_LIBRARY], [
  PKG_CHECK_MODULES([$1], [$2], [mull_have_$1=yes], [
    mull_have_$1=no
    mull_tests_missing="$mull_tests_missing $3"])
  AM_CONDITIONAL([HAVE_$1], [test "x$mull_have_$1" = xyes])
])

AC_DEFUN([MULL_REPORT_MISSING], [
  AS_IF([test -n "$mull_missing"], [AC_MSG_ERROR([these libraries are missing:$mull_missing
  On Debian:  apt-get install$mull_debian
  On Fedora:  dnf install$mull_fedora])])
  AS_IF([test -n "$mull_tests_missing"],
    [mull_tests_summary="not all: missing$mull_tests_missing (Debian package names)"],
    [mull_tests_summary="all (make check)"])
])

# Completion for shells is written by the program itself, so it must run here.
AC_DEFUN([MULL_COMPLETIONS], [
  AC_ARG_WITH([completions],
    [AS_HELP_STRING([--without-completions], [do not install completion for bash, zsh and fish])],
    [], [with_completions=yes])
  AS_IF([test "x$cross_compiling" = xyes], [with_completions=no])
  AM_CONDITIONAL([COMPLETIONS], [test "x$with_completions" != xno])
])

# Sentences in other languages: gettext of the C library, or libintl; msgfmt makes
# the catalogs. Without either the program speaks English.
AC_DEFUN([MULL_NLS], [
  AC_ARG_ENABLE([nls], [AS_HELP_STRING([--disable-nls], [speak English only])],
    [], [enable_nls=yes])
  mull_languages=en
  AS_IF([test "x$enable_nls" != xno], [
    AC_PATH_PROG([MSGFMT], [msgfmt])
    AC_CHECK_HEADER([libintl.h],
      [AC_SEARCH_LIBS([bindtextdomain], [intl], [], [MSGFMT=])], [MSGFMT=])
  ])
  AS_IF([test -n "$MSGFMT"], [
    mull_languages="en zh_CN"
    AC_DEFINE([ENABLE_NLS], [1], [Sentences are looked up in catalogs.])])
  AM_CONDITIONAL([NLS], [test -n "$MSGFMT"])
])
