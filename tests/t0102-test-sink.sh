# SPDX-License-Identifier: MIT
# test-sink on standard output: what arrives, and what is said when nothing can.
. "$TOP_SRCDIR/tests/lib/lib.sh"

cat >tocsin.conf <<'CONF'
[sink screen]
type = stdout
[sink lines]
type = stdout
format = json
CONF

exits 0 'a block of text' "$TOCSIN" -c tocsin.conf test-sink screen
like "$out" "*  test-sink  tocsin${nl}A sample alert${nl}If you can read this, \*\*alerts arrive\*\* here.${nl}https://example.org/" \
  'with the matched words marked'
exits 0 'a line of JSON' "$TOCSIN" -c tocsin.conf -q test-sink lines
like "$out" '{"alert":"*","matches":\[{"field":"content","start":22,"end":35,"text":"alerts arrive",*}\]}' \
  'as the sink is configured'
is "$err" '' 'and nothing else with -q'

exits 2 'another name' "$TOCSIN" -c tocsin.conf test-sink scren
like "$err" '*no sink “scren”; did you mean “screen”?' 'is answered with the nearest'
exits 2 'no name' "$TOCSIN" -c tocsin.conf test-sink

printf '' >empty.conf
exits 0 'without sinks there is the implicit one' "$TOCSIN" -c empty.conf test-sink stdout

exits 1 'a full disk is a failure' sh -c '"$TOCSIN" -c tocsin.conf test-sink screen >/dev/full'
like "$err" '*cannot write to standard output: No space left*' 'which is said'
exits 1 'a closed output is a failure' sh -c '"$TOCSIN" -c tocsin.conf test-sink screen >&-'
like "$err" '*cannot write to standard output: Bad file descriptor*' 'which is said'
exits 1 'closed descriptors all are' sh -c '"$TOCSIN" -c tocsin.conf test-sink screen >&- 2>&- <&-'

done_testing
