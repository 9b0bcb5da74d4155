# SPDX-License-Identifier: MIT
# Functions stay below 80 lines and files below 600.
. "$TOP_SRCDIR/tests/lib/lib.sh"

cd "$TOP_SRCDIR" || bail 'no source tree'
sources=$(find src -name '*.c' | LC_ALL=C sort)
# shellcheck disable=SC2086 # a list of files
awk -f tests/lint/strip.awk $sources >"$SCRATCH/stripped"
awk -f tests/lint/functions.awk "$SCRATCH/stripped" >"$SCRATCH/functions"
cd "$SCRATCH" || bail 'no scratch directory'

count=$(wc -l <functions)
ok "functions are found ($count)" test "$count" -gt 20

is "$(awk '$3 > 80 { print $1 ":" $2 ": " $5 " has " $3 " lines" }' functions)" '' 'no function is longer than 80 lines'

long=$(cd "$TOP_SRCDIR" && find src include -name '*.[ch]' -exec awk 'END { if (FNR > 600) print FILENAME ": " FNR " lines" }' {} \;)
is "$long" '' 'no file is longer than 600 lines'

cat >planted.c <<'END'
static int
one (int a)
{
  return a;
}

char *
tcn_two (const char *b,
         int c)
{
  return NULL;
}
END
awk -f "$TOP_SRCDIR/tests/lint/strip.awk" planted.c | awk -f "$TOP_SRCDIR/tests/lint/functions.awk" >found
is "$(cat found)" "planted.c 2 3 static one${nl}planted.c 8 3 public tcn_two" 'names, lengths and scopes are read'

done_testing
