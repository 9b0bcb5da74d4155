#!/bin/sh
# SPDX-License-Identifier: MIT
# Reloads under load: feeds grow and the daemon polls while its rules are read again and
# again, each time others around the one that counts. Every item rings exactly once.
. "$TOP_SRCDIR/tests/lib/lib.sh"

FEEDS=8
FILLERS=1500
if is_long; then ROUNDS=60; else ROUNDS=8; fi

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

# write_config N: the rule stands behind N fillers, and others follow.
write_config () {
  awk -v n="$1" -v feeds="$FEEDS" -v fillers="$FILLERS" -v url="$HTTPD_URL" 'BEGIN {
    print "[tocsin]\nstate = state\nbacklog = all\nhost-gap = 0s\nhost-transfers = 4"
    for (f = 1; f <= feeds; f++)
      print "[feed f" f "]\nurl = " url "/f" f ".xml\ninterval = 1s"
    for (i = 1; i <= fillers; i++) {
      if (i == n)
        print "[rule bell]\nquery = bell"
      print "[rule r" n "-" i "]\nquery = \"bell filler" n * i "\" OR other" i
    }
    print "[sink out]\ntype = stdout\nformat = json"
  }' >tocsin.conf.new
  mv tocsin.conf.new tocsin.conf
}

reloads () { grep -c 'was read again' log || :; }
has_reloaded () { [ "$(reloads)" -gt "$1" ]; }
n_alerts () { wc -l <alerts; }
has_all () { [ "$(n_alerts)" -ge $((FEEDS * ROUNDS)) ]; }

mkdir www
write_feeds 1
start_httpd "$PWD/www"
write_config 1
spawn "$TOCSIN" -c tocsin.conf daemon >alerts 2>log
daemon=$pid
wait_for test -s alerts || bail 'the daemon does not ring'

round=1
while [ "$round" -lt "$ROUNDS" ]; do
  round=$((round + 1))
  before=$(reloads)
  write_config "$round"
  kill -HUP "$daemon"
  write_feeds "$round"
  kill -USR1 "$daemon"
  kill -HUP "$daemon"
  # Every third round goes on while the reload is still under way.
  [ $((round % 3)) -eq 0 ] || wait_for has_reloaded "$before" || break
done

ok 'every item has rung' wait_for -t 30 has_all
ok 'the rules were read again many times' has_reloaded $((ROUNDS / 2))
write_feeds "$((ROUNDS + 1))"
ROUNDS=$((ROUNDS + 1))
kill -USR1 "$daemon"
ok 'and the next one rings, too' wait_for has_all
stop "$daemon" TERM
is "$status" 0 'the daemon ends with 0'
is "$(n_alerts | tr -d ' ')" $((FEEDS * ROUNDS)) 'no item rang twice'
is "$(sed 's/.*"title":"\([^"]*\)".*/\1/' alerts | sort -u | wc -l | tr -d ' ')" \
  $((FEEDS * ROUNDS)) 'none was another'
is "$(sed 's/.*"alert":"\([^"]*\)".*/\1/' alerts | sort | uniq -d)" '' 'no id came twice'
is "$(grep -v '^tocsin.conf:\|^  ' log | grep -v 'was read again')" '' 'and no reload failed'
exits 0 'nothing is left to do' "$TOCSIN" -q -c tocsin.conf once --all
is "$out" '' 'at the end'
done_testing
