# SPDX-License-Identifier: MIT
# bootstrap builds what is distributed, asks no package manager for what is there, and has
# nothing to do the second time.
. "$TOP_SRCDIR/tests/lib/lib.sh"
long_only
needs autoreconf make

# Whoever is called leaves a trace.
mkdir fake
for manager in apt-get dnf pacman apk zypper sudo; do
  printf '#!/bin/sh\necho "$0 $*" >>"%s/called"\nexit 1\n' "$PWD" >"fake/$manager"
  chmod +x "fake/$manager"
done
PATH=$PWD/fake:$PATH
unset MAKEFLAGS MFLAGS MAKELEVEL

ok 'the tree can be packed' make -s -C "$TOP_BUILDDIR" distdir distdir="$PWD/tree"
chmod -R u+w tree
rm -rf tree/configure tree/Makefile.in tree/aclocal.m4
exits 0 'bootstrap builds it' tree/bootstrap </dev/null
like "$out" '*bootstrap: done: ./tocsin' 'and says so'
ok 'the program runs' tree/tocsin --version
exits 0 'a second run' tree/bootstrap </dev/null
is "$out" 'bootstrap: done: ./tocsin' 'has nothing to do'

touch tree/configure.ac
exits 0 'after a change of configure.ac' tree/bootstrap </dev/null
like "$out" '*bootstrap: configure*' 'it configures anew'
ok 'moving the tree' mv tree moved
exits 0 'after a move' moved/bootstrap </dev/null
like "$out" '*bootstrap: configure*' 'it configures anew'

exits 1 'an unknown word' moved/bootstrap frobnicate
like "$err" '*usage*' 'is refused'
fails 'no package manager was called' test -e called
done_testing
