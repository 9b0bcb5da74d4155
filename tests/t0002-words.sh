# SPDX-License-Identifier: MIT
# What the style guide bans is nowhere in the code (HACKING, "Banned").
. "$TOP_SRCDIR/tests/lib/lib.sh"

words () (
  cd "$1" && find include src tests -name '*.[ch]' | LC_ALL=C sort |
    xargs awk -f "$TOP_SRCDIR/tests/lint/strip.awk" | awk -f "$TOP_SRCDIR/tests/lint/words.awk"
)

is "$(words "$TOP_SRCDIR")" '' 'no banned word in the code'

# Scripts wait for conditions; only lib.sh sleeps, between two looks.
is "$(cd "$TOP_SRCDIR/tests" && grep -nE '(^|[;&|(]) *sleep ' -- t*.sh)" '' 'no script sleeps'

# SQL is never put together from strings, nor a shell line.
is "$(cd "$TOP_SRCDIR" && grep -rnE 'printf \([^;]*"(SELECT|INSERT|UPDATE|DELETE|CREATE|ALTER|DROP|PRAGMA|/bin/sh)' src)" '' \
  'no SQL or shell is printed together'

is "$(cd "$TOP_SRCDIR" && grep -rnE '\b(TODO|FIXME|XXX)\b' include src man conf)" '' 'nothing is left to do later'

missing=
for file in $(cd "$TOP_SRCDIR" && find include src tests -name '*.[ch]' -o -name '*.sh' -path 'tests/*'); do
  head -n 3 "$TOP_SRCDIR/$file" | grep -q 'SPDX-License-Identifier: MIT' || missing="$missing $file"
done
is "$missing" '' 'every file names its licence'

missing=
for file in $(cd "$TOP_SRCDIR" && find include src tests -name '*.h'); do
  grep -q '^#pragma once' "$TOP_SRCDIR/$file" || missing="$missing $file"
done
is "$missing" '' 'every header is guarded'

# sees LINE WHAT: a planted line is reported.
sees () {
  rm -rf planted
  mkdir -p planted/src planted/include planted/tests
  printf '%s\n' "$1" >planted/src/planted.c
  like "$(words planted)" "*planted.c:1: $2*" "seen: $1"
}
sees '  n = atoi (s);' 'atoi is banned'
sees '  p = malloc (3);' 'malloc is banned'
sees '  n = strtol (s, NULL, 10);' 'a number is read'
sees '  if ((c = next ()) != 0)' 'assignment'
sees '  while (c = 1)' 'assignment'
sees '  goto out;' 'goto'
sees '  xmlCtxtUseOptions (c, XML_PARSE_NOENT);' 'this parser option'

# passes LINE: a line that only looks like it is not.
passes () {
  printf '%s\n' "$1" >planted/src/planted.c
  is "$(words planted)" '' "not seen: $1"
}
passes '  if (a == b && c <= d && e >= f && g != h)'
passes '  say ("atoi (s) and goto x; if (a = b)"); /* malloc (3) */'
passes '  g_free (p), source->free (p), tcn_free (p);'
passes '  n = strtol (s, &end, 10);'

done_testing
