# SPDX-License-Identifier: MIT
# The manual pages are correct mdoc, and point to pages that exist.
. "$TOP_SRCDIR/tests/lib/lib.sh"
needs mandoc

for page in "$TOP_SRCDIR"/man/*.[1-9]; do
  name=$(basename "$page")
  # References to other systems' pages are none of mandoc's business here.
  run mandoc -T lint -W warning "$page"
  is "$(printf '%s\n' "$out" | grep -v 'referenced manual not found')" '' "$name is correct"
  run mandoc -T utf8 "$page"
  isnt "$out" '' "$name can be shown"
done

for reference in $(cd "$TOP_SRCDIR/man" && sed -n 's/^\.Xr \(tocsin[^ ]*\) \([0-9]\).*/\1.\2/p' -- *.[1-9] | sort -u); do
  ok "$reference exists" test -f "$TOP_SRCDIR/man/$reference"
done
done_testing
