#!/bin/sh
# SPDX-License-Identifier: MIT
# The daemon under valgrind over fifty polls of feeds that change, fail and stay as they
# are, with a reload in between: no error and no leak.
. "$TOP_SRCDIR/tests/lib/lib.sh"
long_only
needs valgrind
grep -q fsanitize "$TOP_BUILDDIR/Makefile" && grep -q '^SANITIZERS_TRUE = $' "$TOP_BUILDDIR/Makefile" &&
  skip_all 'sanitizers and valgrind do not mix'

POLLS=50
mkdir www
printf '<rss version="2.0"><channel><title>Still</title><link>http://x.test/</link></channel></rss>\n' >www/still.xml
start_httpd "$PWD/www"

write_bells () {
  {
    printf '<rss version="2.0"><channel><title>Bells</title><link>http://x.test/</link>\n'
    i=0
    while [ "$i" -lt "$1" ]; do
      i=$((i + 1))
      printf '<item><title>Bell %s</title><guid>tag:x.test:%s</guid><description>&lt;p&gt;Une &lt;b&gt;cloche&lt;/b&gt;&lt;/p&gt;</description></item>\n' "$i" "$i"
    done
    printf '</channel></rss>\n'
  } >www/bells.new
  mv www/bells.new www/bells.xml
}
write_bells 1
cat >tocsin.conf <<EOT
[tocsin]
state = state
backlog = all
host-gap = 0s
[feed bells]
url = $HTTPD_URL/bells.xml
interval = 1s
[feed still]
url = $HTTPD_URL/still.xml
interval = 1s
[feed missing]
url = $HTTPD_URL/missing.xml
interval = 1s
[rule bell]
query = bell cloche
language = fr
[sink out]
type = stdout
format = json
EOT

# SQLite, GLib and fontless libraries keep memory of their own until the end: only what is
# definitely lost counts.
spawn valgrind -q --error-exitcode=9 --leak-check=full --errors-for-leak-kinds=definite \
  --show-leak-kinds=definite --log-file=valgrind.log "$TOCSIN" -c tocsin.conf daemon >alerts 2>log
daemon=$pid
asked () { [ "$(grep -c '^REQ' "$HTTPD_LOG")" -ge "$1" ]; }
n=1
while ! asked "$POLLS"; do
  n=$((n + 1))
  write_bells "$n"
  wait_for -t 30 asked $((n * 3)) || break
  [ "$n" -ne 6 ] || kill -HUP "$daemon"
done
ok "$POLLS polls were made" asked "$POLLS"
stop "$daemon" TERM
is "$status" 0 'the daemon ends with 0'
is "$(cat valgrind.log)" '' 'valgrind has nothing to say'
ok 'alerts came' test "$(grep -c '"rule":"bell"' alerts)" -ge 5
is "$(sed 's/.*"alert":"\([^"]*\)".*/\1/' alerts | sort | uniq -d)" '' 'and none twice'
done_testing
