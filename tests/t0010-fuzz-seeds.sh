# SPDX-License-Identifier: MIT
# Every fuzz target runs over its own seeds (and each seed cut short) without a fault.
. "$TOP_SRCDIR/tests/lib/lib.sh"

found=
for source in "$TOP_SRCDIR"/tests/fuzz/fuzz-*.c; do
  [ -e "$source" ] || continue
  name=$(basename "$source" .c)
  name=${name#fuzz-}
  seeds=$TOP_SRCDIR/tests/fuzz/seeds/$name
  found=yes
  if [ ! -d "$seeds" ]; then
    fail "$name has seeds"
    continue
  fi
  mkdir -p "$name"
  for seed in "$seeds"/*; do
    cp "$seed" "$name/"
    size=$(wc -c <"$seed")
    head -c $((size / 2)) "$seed" >"$name/$(basename "$seed").half"
  done
  ok "$name runs over its seeds" "$TOP_BUILDDIR/tests/fuzz/fuzz-$name" "$name"/*
done
[ -n "$found" ] || skip_all 'no fuzz target yet'
done_testing
