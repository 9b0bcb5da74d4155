#!/bin/sh
# SPDX-License-Identifier: MIT
# kill -9 at random moments of `once` over twenty growing feeds: no alert is lost, none has
# two ids, and at most one is repeated by each kill (the one between sending and marking).
. "$TOP_SRCDIR/tests/lib/lib.sh"

FEEDS=20
if is_long; then KILLS=60; else KILLS=6; fi

# write_feeds N: every feed with its items 1 to N, the newest first.
write_feeds () {
  awk -v n="$1" -v feeds="$FEEDS" 'BEGIN {
    for (f = 1; f <= feeds; f++) {
      file = "www/f" f ".xml.new"
      print "<rss version=\"2.0\"><channel><title>Feed " f "</title><link>http://x.test/</link>" > file
      for (i = n; i >= 1; i--)
        print "<item><title>Bell " i " of " f "</title><guid>tag:x.test:" f "-" i "</guid></item>" > file
      print "</channel></rss>" > file
      close(file)
    }
  }'
  for file in www/*.new; do mv "$file" "${file%.new}"; done
}

mkdir www
write_feeds 1
start_httpd "$PWD/www"
{
  printf '[tocsin]\nstate = state\nbacklog = all\nhost-gap = 0s\nhost-transfers = 4\n'
  f=0
  while [ "$f" -lt "$FEEDS" ]; do
    f=$((f + 1))
    printf '[feed f%s]\nurl = %s/f%s.xml\ninterval = 1h\n' "$f" "$HTTPD_URL" "$f"
  done
  printf '[rule bell]\nquery = bell\n[sink out]\ntype = stdout\nformat = json\n'
} >tocsin.conf

: >delivered
started=$(date +%s%N)
"$TOCSIN" -c tocsin.conf once >>delivered || bail 'the first run failed'
whole_ms=$((($(date +%s%N) - started) / 1000000 + 5))
diag "a whole run takes $whole_ms ms; $KILLS kills"

killed=0
round=1
while [ "$killed" -lt "$KILLS" ]; do
  round=$((round + 1))
  write_feeds "$round"
  moment=$(awk -v seed="$$$round" -v ms="$whole_ms" 'BEGIN { srand(seed); printf "%.4f", rand() * ms / 1000 + 0.0005 }')
  status=0
  timeout -s KILL "$moment" "$TOCSIN" -q -c tocsin.conf once --all >>delivered || status=$?
  case $status in
  137) killed=$((killed + 1)) ;;
  0) whole_ms=$((whole_ms * 2 / 3 + 2)) ;; # runs have become faster than the first
  *) bail "a run that was not killed ended with $status" ;;
  esac
  [ "$round" -lt $((KILLS * 5)) ] || break
done
is "$killed" "$KILLS" "$KILLS runs were killed"
exits 0 'the last run ends with 0' "$TOCSIN" -c tocsin.conf once --all
cat run.out >>delivered

# A line that a kill cut short is no delivery.
sed -n 's/^{"alert":"\([0-9a-f]*\)".*"feed":"\(f[0-9]*\)".*"title":"\(Bell [0-9]* of [0-9]*\)".*}$/\2 \3	\1/p' \
  delivered >seen
is "$(cut -f 1 seen | sort -u | grep -c .)" $((FEEDS * round)) 'no alert is lost'
is "$(sort -u seen | cut -f 1 | sort | uniq -d)" '' 'none has two ids'
repeated=$(($(grep -c . seen) - $(sort -u seen | grep -c .)))
diag "$repeated repeated"
ok 'at most one is repeated by each kill' test "$repeated" -le "$KILLS"
exits 0 'nothing is pending' "$TOCSIN" -c tocsin.conf alerts --pending
is "$out" '' 'in the end'
done_testing
