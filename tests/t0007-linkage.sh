# SPDX-License-Identifier: MIT
# What only one file uses is static.
. "$TOP_SRCDIR/tests/lib/lib.sh"

(
  cd "$TOP_SRCDIR" || exit 1
  find src -name '*.c' | LC_ALL=C sort | xargs awk -f tests/lint/strip.awk | awk -f tests/lint/functions.awk
) >functions

# A public function is used in a file other than its own: another layer's, a neighbour's or
# a test's.
# What a macro or an inline function of a header names is used wherever that is.
find "$TOP_SRCDIR/include" "$TOP_SRCDIR/src" -name '*.h' -exec grep -h -A1 'G_DEFINE_AUTO\|#define' {} + >headers
find "$TOP_SRCDIR/include" "$TOP_SRCDIR/src" -name '*.h' -exec sed -n '/^static inline/,/^}/p' {} + >>headers

awk '$4 == "public" && $5 != "main" { print $5, $1 }' functions >public
# shellcheck disable=SC2046 # a list of files
unused=$(cd "$TOP_SRCDIR" && awk '
  FNR == NR { own[$1] = $2; next }
  { while (match ($0, /[a-z_][a-z0-9_]*/)) {
      word = substr ($0, RSTART, RLENGTH)
      if (word in own && own[word] != FILENAME)
        delete own[word]
      $0 = substr ($0, RSTART + RLENGTH)
    } }
  END { for (f in own) print own[f] ": " f " is used in this file only: make it static" }
' "$SCRATCH/public" "$SCRATCH/headers" $(find src tests -name '*.c') | LC_ALL=C sort)
is "$unused" '' 'no function is public for one file only'

done_testing
