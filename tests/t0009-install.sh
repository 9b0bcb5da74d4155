# SPDX-License-Identifier: MIT
# What `make install` puts where.
. "$TOP_SRCDIR/tests/lib/lib.sh"
needs make

# Without the outer make's jobs and variables.
unset MAKEFLAGS MFLAGS MAKELEVEL
prefix=$(sed -n 's/^prefix = //p' "$TOP_BUILDDIR/Makefile")
ok 'make install DESTDIR= works' make -s -C "$TOP_BUILDDIR" install DESTDIR="$PWD/root"
for file in bin/tocsin share/man/man1/tocsin.1 share/man/man5/tocsin.conf.5 \
  share/man/man7/tocsin-rules.7 lib/systemd/user/tocsin.service share/applications/tocsin.desktop \
  share/bash-completion/completions/tocsin share/zsh/site-functions/_tocsin \
  share/fish/vendor_completions.d/tocsin.fish share/doc/tocsin/README share/doc/tocsin/tocsin.conf; do
  ok "$file is installed" test -f "root$prefix/$file"
done
like "$(cat "root$prefix/lib/systemd/user/tocsin.service")" "*ExecStart=$prefix/bin/tocsin daemon*" \
  'the unit starts the installed program'
ok 'the installed program runs' "root$prefix/bin/tocsin" --version
ok 'make uninstall works' make -s -C "$TOP_BUILDDIR" uninstall DESTDIR="$PWD/root"
is "$(find root -type f)" '' 'and leaves nothing behind'
done_testing
