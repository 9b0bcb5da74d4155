#!/bin/sh
# SPDX-License-Identifier: MIT
# The daemon: readiness, schedule, reload, a broken edit, signals, a second one beside it.
. "$TOP_SRCDIR/tests/lib/lib.sh"

mkdir www
write_feed () { # FILE TITLE...
  file=$1
  shift
  {
    printf '<rss version="2.0"><channel><title>%s</title><link>http://x.test/</link>\n' "$file"
    for title; do
      printf '<item><title>%s</title><guid>tag:x.test:%s</guid></item>\n' "$title" "$title"
    done
    printf '</channel></rss>\n'
  } >"www/$file.new"
  mv "www/$file.new" "www/$file"
}
write_feed a.xml 'First bell'
write_feed b.xml 'Silence'
start_httpd "$PWD/www"

write_config () { # RULE-QUERY [EXTRA]
  cat >tocsin.conf.new <<EOT
[tocsin]
state = state
backlog = all
host-gap = 0s
[feed a]
url = $HTTPD_URL/a.xml
interval = 1s
[feed b]
url = $HTTPD_URL/b.xml
interval = 1h
[rule one]
query = $1
[sink out]
type = stdout
format = json
$2
EOT
  mv tocsin.conf.new tocsin.conf
}
write_config bell

spawn "$TOP_BUILDDIR/tests/lib/sd-listen" notify.sock >messages
wait_for test -S notify.sock || bail 'the notify socket did not appear'
NOTIFY_SOCKET=$PWD/notify.sock
WATCHDOG_USEC=200000
export NOTIFY_SOCKET WATCHDOG_USEC
spawn "$TOCSIN" -c tocsin.conf daemon >alerts 2>log
daemon=$pid

has () { grep -q -- "$1" "$2"; }
count () { grep -c -- "$1" "$2" || :; }
has_n () { [ "$(count "$1" "$2")" -ge "$3" ]; }

ok 'READY comes after the configuration is loaded' wait_for has READY=1 messages
like "$(cat messages)" '*STATUS=watching 2 feeds with 1 rule*' 'with a status'
ok 'and then signs of life' wait_for has WATCHDOG=1 messages
ok 'the first alert arrives' wait_for has 'First bell' alerts
write_feed a.xml 'Second bell' 'First bell'
ok 'the schedule brings the next' wait_for has 'Second bell' alerts
is "$(count 'First bell' alerts)" 1 'and repeats none'

run "$TOCSIN" -c tocsin.conf daemon
is "$status" 1 'a second daemon is refused'
like "$err" '*another*' 'and told why'
exits 0 'once beside it is no failure' "$TOCSIN" -c tocsin.conf once
is "$out$err" '' 'and says nothing'
exits 0 'with -v it says why' "$TOCSIN" -v -c tocsin.conf once
like "$err" '*another*' 'in a line'
exits 0 'feeds reads beside it' "$TOCSIN" -c tocsin.conf feeds --format tsv
exits 0 'alerts reads beside it' "$TOCSIN" -c tocsin.conf alerts --format json
like "$out" '*Second bell*' 'what was recorded'

write_config 'bell OR' ''
kill -HUP "$daemon"
ok 'a broken edit is reported' wait_for has 'not taken over' log
like "$(cat log)" '*tocsin.conf:12:14: rule one: *' 'with its place'
write_feed a.xml 'Third bell' 'Second bell' 'First bell'
ok 'and the last good configuration goes on' wait_for has 'Third bell' alerts

write_config 'silence OR fourth' "[feed c]
url = $HTTPD_URL/c.xml"
write_feed c.xml 'Silence too'
kill -HUP "$daemon"
ok 'a good edit is taken over' wait_for has 'was read again' log
ok 'with its new feed' wait_for has 'Silence too' alerts
write_feed a.xml 'Fourth' 'Third bell'
ok 'and its new query' wait_for has 'Fourth' alerts
is "$(count 'Third bell' alerts)" 1 'which rings for future items only'
ok 'systemd was told of both' has_n RELOADING=1 messages 2

before=$(count '/b.xml' "$HTTPD_LOG")
is "$before" 1 'no reload asks for what is not due'
kill -USR1 "$daemon"
ok 'SIGUSR1 polls every feed' wait_for has_n '/b.xml' "$HTTPD_LOG" $((before + 1))

started=$(date +%s)
stop "$daemon" TERM
is "$status" 0 'SIGTERM ends it with 0'
ok 'within five seconds' test $(($(date +%s) - started)) -le 5
exits 0 'nothing is half-stored' "$TOCSIN" -c tocsin.conf once --all
exits 0 'nothing is pending' "$TOCSIN" -c tocsin.conf alerts --pending --format json
is "$out" '' 'at the end'
NOTIFY_SOCKET=$PWD/nowhere.sock
spawn "$TOCSIN" -v -c tocsin.conf daemon >/dev/null 2>untold
ok 'a service manager that is not there is said' wait_for has 'the service manager cannot be told' untold
stop "$pid" TERM
is "$status" 0 'and is no failure'
is "$(sed 's/.*"alert":"\([^"]*\)".*/\1/' alerts | sort | uniq -d)" '' 'no alert came twice'
done_testing
