#!/bin/sh
# cross.sh - the kernels for AArch64 and their tests, built by a cross compiler
# and run in an emulator: `make check-arm`.
# SPDX-License-Identifier: Apache-2.0
#
# On Debian: apt-get install gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user.
# cmocka for arm64 is taken from $ARM_SYSROOT (a folder with usr/include and
# usr/lib), else from where the compiler looks, else two packages are downloaded
# into the build folder: nothing of the system is changed.
#
# Only what the kernels need is compiled, so that no library of the program has to
# be there for arm64. All tests run on a CPU with dot products; on one without, the
# scalar kernels must be chosen. What passes here is right, not fast: nobody has
# timed it. The last line counts: N passed, N failed, N skipped.
set -u
source=$(cd "$(dirname "$0")/../.." && pwd) || exit 99
build=${1:-build-arm}
mkdir -p "$build" && cd "$build" || exit 99
cc=${ARM_CC:-aarch64-linux-gnu-gcc}
qemu=${ARM_QEMU:-qemu-aarch64}
libc=${ARM_LIBC:-/usr/aarch64-linux-gnu}
flags='-std=gnu11 -O2 -Wall -Wextra -Wshadow -Werror -pthread -ffp-contract=off'

skip() {
    echo "skipped: $1"
    echo "0 passed, 0 failed, 1 skipped"
    exit 0
}

fail() {
    echo "$1"
    echo "0 passed, 1 failed, 0 skipped"
    exit 1
}

# --- what has to be there ----------------------------------------------------------

has_cmocka() { # FOLDER
    [ -e "$1/usr/include/cmocka.h" ] &&
        [ -e "$1/usr/lib/aarch64-linux-gnu/libcmocka.so" ]
}

# Debian's packages for another architecture, with lists of our own.
fetch_cmocka() {
    command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null || return 1
    mkdir -p apt/lists/partial apt/cache/archives/partial root || return 1
    set -- -qq -o APT::Architecture=arm64 -o APT::Architectures::=arm64 \
        -o "Dir::State::Lists=$PWD/apt/lists" -o "Dir::Cache=$PWD/apt/cache" \
        -o Dir::State::status=/dev/null -o Acquire::Languages=none \
        -o "APT::Sandbox::User=$(id -un)"
    apt-get "$@" update &&
        (cd apt && apt-get "$@" download libcmocka-dev libcmocka0) || return 1
    for package in apt/*.deb; do
        dpkg-deb -x "$package" root || return 1
    done
}

command -v "$cc" >/dev/null || skip "no $cc (Debian: gcc-aarch64-linux-gnu)"
command -v "$qemu" >/dev/null || skip "no $qemu (Debian: qemu-user)"
[ -e "$libc/lib/ld-linux-aarch64.so.1" ] ||
    skip "no C library in $libc (Debian: libc6-dev-arm64-cross)"
sysroot=${ARM_SYSROOT:-}
if [ -z "$sysroot" ]; then
    sysroot=/
    has_cmocka / || sysroot=$PWD/root
    has_cmocka "$sysroot" || fetch_cmocka >apt.log 2>&1
fi
has_cmocka "$sysroot" || skip "no cmocka for arm64 in $sysroot"
# In a folder of its own: beside it stand headers of other systems.
mkdir -p include lib
cp "$sysroot/usr/include/cmocka.h" include/ &&
    cp -L "$sysroot"/usr/lib/aarch64-linux-gnu/libcmocka.so* lib/ || exit 99

# --- building ----------------------------------------------------------------------

echo '#define HAVE_NEON_KERNELS 1' >config.h
objects=

# compile FILE FLAG...: adds to $objects.
compile() {
    file=$1
    shift
    object=$(echo "$file" | tr / _)
    object=${object%.c}.o
    objects="$objects $object"
    # shellcheck disable=SC2086 # flags are words
    $cc $flags "$@" -I. -Iinclude -I"$source/src" -I"$source/tests" \
        -c "$source/$file" -o "$object" || fail "$file does not build"
}

for file in src/base/err.c src/base/rng.c src/kernels/cpu.c \
    src/kernels/kernels.c src/kernels/codebook.c src/kernels/encode_*.c \
    src/kernels/scalar/*.c; do
    for path in "$source"/$file; do
        compile "${path#"$source"/}"
    done
done
for path in "$source"/src/kernels/arm/*.c; do
    compile "${path#"$source"/}" -march=armv8.2-a+dotprod
done
library=$objects

# --- running -----------------------------------------------------------------------

passed=0 failed=0 skipped=0

# run NAME CPU: TAP, counted.
run() {
    CMOCKA_MESSAGE_OUTPUT=TAP MULL_TEST_EMULATED=1 sh "$source/tests/tap.sh" \
        "$qemu" -cpu "$2" -L "$libc" -E "LD_LIBRARY_PATH=$PWD/lib" "./$1" \
        >"$1-$2.log" 2>&1 </dev/null
    status=$?
    sed "s/^/$2 $1: /" "$1-$2.log" | grep -v ': 1\.\.'
    # shellcheck disable=SC2046 # three words
    set -- "$1" "$2" $(awk '/^ok .*# SKIP/ { s++; next } /^ok / { p++ }
        /^not ok / { f++ } END { print p + 0, f + 0, s + 0 }' "$1-$2.log")
    passed=$((passed + $3)) failed=$((failed + $4)) skipped=$((skipped + $5))
    [ "$status" -eq 0 ] || [ "$4" -gt 0 ] || failed=$((failed + 1))
}

for name in test_cpu test_decode test_encode test_mul test_quantize test_rows \
    test_vector; do
    objects=
    compile "tests/kernels/$name.c"
    # shellcheck disable=SC2086
    $cc $objects $library -Llib -lcmocka -lm -pthread -o "$name" ||
        fail "$name does not link"
    run "$name" max
done
run test_cpu cortex-a57 # without dot products

grep -q ', neon$' test_cpu-max.log && grep -q ', scalar$' test_cpu-cortex-a57.log
result=$?
[ "$result" -eq 0 ] && passed=$((passed + 1)) || failed=$((failed + 1))
[ "$result" -eq 0 ] || echo "not ok - the level is what the CPU has"
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
