#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# New instructions stay in the libraries made for them: a program with one AVX
# instruction elsewhere stops on an older CPU before it can say why.
cd "$MULL_BUILD" || exit 99
skip() { echo "1..0 # SKIP $1"; exit 0; }
command -v objdump >/dev/null || skip "no objdump"
[ "$(uname -m)" = x86_64 ] || skip "not x86-64"
grep -q '^CFLAGS = .*-m\(arch\|avx\|cpu\)' Makefile && skip "CFLAGS choose a CPU"

n=0
result() { n=$((n + 1)); echo "$1 $n - $2"; }

# without LIBRARY PATTERN NAME: no instruction in it looks like this.
without() {
    objdump -d --no-show-raw-insn "$1" >isa.$$ 2>/dev/null || { result "not ok" "$1 can be read"; return; }
    found=$(grep -c "$2" isa.$$)
    rm -f isa.$$
    if [ "$found" -eq 0 ]; then result ok "$1 uses no $3"
    else result "not ok" "$1 uses no $3 ($found lines do)"; fi
}

for library in ui/*.a src/*/*.a; do
    case $library in
    *_avx512.a) ;;
    *_avx2.a) without "$library" '%\(zmm\|k[1-7]\|[xy]mm1[6-9]\|[xy]mm[23][0-9]\)' AVX-512 ;;
    *) without "$library" '%[yz]mm\|[[:space:]]v[a-z0-9]* .*%xmm' AVX ;;
    esac
done
# The test must be able to find what it looks for.
if [ -f src/kernels/libkernels_avx512.a ]; then
    if objdump -d --no-show-raw-insn src/kernels/libkernels_avx512.a | grep -q '%zmm'
    then result ok "the AVX-512 library is found out"
    else result "not ok" "the AVX-512 library is found out"; fi
fi
echo "1..$n"
