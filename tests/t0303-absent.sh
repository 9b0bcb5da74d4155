#!/bin/sh
# SPDX-License-Identifier: MIT
# A desktop that is not there is told of once, by the daemon to everybody and by `once` to
# who sits at a terminal; and once that it is there.
. "$TOP_SRCDIR/tests/lib/lib.sh"
. "$TOP_SRCDIR/tests/lib/desktop.sh"

needs dbus-daemon dbus-send
"$TOCSIN" -c /dev/null test-sink desktop 2>&1 | grep -q 'no sink' &&
  skip_all 'built without libnotify'

cat >tocsin.conf <<'CONF'
[tocsin]
state = state
backlog = all
[feed f]
url = feed.xml
interval = 1s
[rule r]
query = bell
[sink pop]
type = desktop
CONF

# items N: the feed has so many from now on.
items () {
  {
    printf '<rss version="2.0"><channel><title>F</title>'
    for k in $(seq "$1"); do
      printf '<item><title>Bell %s</title><guid>g%s</guid></item>' "$k" "$k"
    done
    printf '</channel></rss>\n'
  } >feed.new
  mv feed.new feed.xml
}
n_pending () {
  "$TOCSIN" -c tocsin.conf alerts --pending --format json | grep -c '"rule":"r"'
}
has_pending () {
  [ "$(n_pending)" = "$1" ]
}

items 1
exits 0 'once without a bus' "$TOCSIN" -c tocsin.conf once
is "$out$err" '' 'is quiet: cron would mail it'
exits 0 'once -v' "$TOCSIN" -v -c tocsin.conf once --all
like "$err" '*sink “pop”: there is no session bus; its alerts are kept*' 'says why the alert waits'
if has_terminal; then
  script -qec "'$TOCSIN' -c tocsin.conf once --all" /dev/null </dev/null >tty.out
  like "$(tr -d '\r' <tty.out)" \
    "*1 alert waits for the sink *pop*; 'tocsin alerts --pending' lists it.*" 'a terminal is told'
  items 2
  script -qec "'$TOCSIN' -c tocsin.conf once --all" /dev/null </dev/null >tty.out
  like "$(tr -d '\r' <tty.out)" "*2 alerts wait for the sink *pop*lists them.*" 'of as many as there are'
  script -qec "'$TOCSIN' -q -c tocsin.conf once --all" /dev/null </dev/null >tty.out
  is "$(tr -d '\r' <tty.out)" '' 'but not with -q'
else
  skip 'what a terminal is told' 'there is no terminal to be had'
fi

spawn "$TOCSIN" -c tocsin.conf daemon 2>daemon.log
daemon=$pid
told () {
  grep -q -- "$1" daemon.log
}
ok 'a daemon without a bus says so' wait_for told 'no session bus; its alerts are kept'
like "$(cat daemon.log)" '*sink “pop”: *tocsin alerts --pending*' 'with where to look'
items 4
ok 'more alerts wait' wait_for has_pending 4
is "$(grep -c 'are kept' daemon.log)" 1 'and are not told one by one'
stop "$daemon"

start_bus
spawn "$TOCSIN" -c tocsin.conf daemon 2>daemon.log
daemon=$pid
ok 'nor is a missing server passed over' wait_for told 'no notification server; its alerts are kept'
start_notifyd
ok 'when it is there, that is told' wait_for told 'sink “pop”: alerts arrive again'
ok 'all have arrived' wait_for has_pending 0
is "$(grep -c . daemon.log)" 2 'and that is all'
stop "$daemon"
is "$status" 0 'the daemon ends in order'
done_testing
