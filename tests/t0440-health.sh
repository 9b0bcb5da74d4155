# SPDX-License-Identifier: MIT
# What becomes of a feed is told, once, where `health` says: through a real server, with the
# hours that it takes put into the state by hand.
. "$TOP_SRCDIR/tests/lib/lib.sh"
needs sqlite3

mkdir site
feed () {
  printf '<rss version="2.0"><channel><title>T</title>%s</channel></rss>\n' "$1"
}
item='<item><guid>1</guid><title>one</title></item>'
start_httpd site

configure () {
  printf '[tocsin]\nstate = state\nhealth = out\nhost-gap = 0s\n[sink out]\ntype = stdout\n'
  printf '[feed f]\nurl = %s/f.xml\n' "$HTTPD_URL"
}
configure >health.conf

# poll N: so many times; what was told is left in $told.
poll () {
  told=
  for _k in $(seq "$1"); do
    run "$TOCSIN" -q -c health.conf once --all --format json
    told="$told$(printf '%s' "$out" | sed 's/.*"title":"\([^"]*\)".*/\1/')"
  done
}
# age TAG...: those times of the feed's schedule are put five hours back.
age () {
  _line=$(sqlite3 state/state.db 'SELECT schedule FROM feed')
  for _tag; do
    _time=$(printf '%s\n' "$_line" | sed -n "s/.* $_tag\([0-9]*\).*/\1/p")
    [ -n "$_time" ] || bail "the schedule has no time $_tag: $_line"
    _line=$(printf '%s\n' "$_line" | sed "s/ $_tag$_time/ $_tag$((_time - 18000))/")
  done
  sqlite3 state/state.db "UPDATE feed SET schedule = '$_line'"
}

# mend: the feed is well again. Two alerts of that, of one second, would be one.
is_past () {
  [ "$(date +%s)" -gt "$1" ]
}
mend () {
  wait_for is_past "$(date +%s)"
  rm site/f.xml.http
}

feed "$item" >site/f.xml
poll 2
is "$told" '' 'of a feed that works nothing is told'

# --- empty ---

feed '' >site/f.xml
poll 3
is "$told" '' 'nor of one that is empty for a moment'
age x
poll 1
is "$told" 'Feed f has had no items for hours' 'but when it stays so'
poll 3
is "$told" '' 'once'
is "$("$TOCSIN" -c health.conf feeds --format tsv | cut -f4)" ok 'it is not called failing'
feed "$item" >site/f.xml
poll 1
is "$told" 'Feed f works again' 'its items are told of when they are back'
feed "$item<item><guid>2</guid><title>two</title></item>" >site/f.xml
poll 2
is "$told" '' 'also once'

# --- failing ---

echo 'Status: 500' >site/f.xml.http
poll 3
is "$told" '' 'a few failures are not told'
age F
poll 1
is "$told" 'Feed f keeps failing' 'but when they last'
poll 2
is "$told" '' 'once'
mend
poll 2
is "$told" 'Feed f works again' 'and that it works again'

# --- gone ---

echo 'Status: 410' >site/f.xml.http
poll 2
is "$told" '' 'one 410 is not believed'
for _day in 1 2 3 4 5; do
  age g
done
poll 1
is "$told" 'Feed f is gone' 'but a second one a day later'
is "$("$TOCSIN" -c health.conf feeds --format tsv | cut -f4)" gone 'it is listed so'
poll 1
is "$told" '' 'once'
mend
poll 1
is "$told" 'Feed f works again' 'and when it is back'

# --- moved ---

feed "$item" >site/new.xml
printf 'Status: 301\nLocation: /new.xml\n' >site/f.xml.http
poll 6
is "$told" '' 'a redirect for good is not believed at once'
for _day in $(seq 10); do
  age m
done
poll 1
is "$told" 'Feed f has moved for good' 'but after two days'
: >"$HTTPD_LOG"
poll 1
is "$told" '' 'told once'
is "$(awk -F'\t' '$1 == "REQ" { print $6 }' "$HTTPD_LOG")" /new.xml 'the new address is asked, and no other'

# Where it moved to may be a mistake too.
rm site/new.xml site/f.xml.http
poll 3
age F
poll 1
is "$told" 'Feed f keeps failing' 'when that fails for hours'
: >"$HTTPD_LOG"
wait_for is_past "$(date +%s)"
poll 1
is "$(awk -F'\t' '$1 == "REQ" { print $6 }' "$HTTPD_LOG")" /f.xml 'the old address is tried again'
is "$told" 'Feed f works again' 'and may be good'

# --- silent ---

items=
for k in 1 2 3 4 5 6 7; do
  items="$items<item><guid>s$k</guid><title>$k</title></item>"
  feed "$items" >site/f.xml
  poll 1
done
poll 1
is "$told" '' 'a feed that had news a moment ago is not silent'
for _hours in $(seq 20); do
  age n
done
poll 1
is "$told" 'Feed f has been silent for several times its rhythm' 'but after days without'
is "$("$TOCSIN" -c health.conf feeds --format tsv | cut -f4)" silent 'it is listed so'
poll 2
is "$told" '' 'it is told once'
feed "$items<item><guid>new</guid><title>new</title></item>" >site/f.xml
poll 2
is "$told" 'Feed f has new items again' 'and that it speaks'

# --- nobody can be reached ---

# Nobody listens at port 1.
{
  printf '[tocsin]\nstate = dead\nhealth = out\n[sink out]\ntype = stdout\n'
  for k in 1 2 3; do
    printf '[feed f%s]\nurl = http://127.0.0.%s:1/f.xml\n' "$k" "$k"
  done
} >dead.conf
states () {
  "$TOCSIN" -c "$1.conf" feeds --format tsv | cut -f4,10 | tr '\t\n' ': '
}
run "$TOCSIN" -c dead.conf once --all
is "$status" 1 'when no host can be reached'
is "$(printf '%s\n' "$err" | grep -c 'network seems to be down')" 1 'that is said once'
unlike "$err" '*f1*f2*' 'and nothing of the feeds'
for _k in 2 3 4; do
  run "$TOCSIN" -q -c dead.conf once --all
done
is "$(states dead)" 'new:0 new:0 new:0 ' 'which are not blamed'
sed 's/state = dead/state = alive/' dead.conf >alive.conf
printf '[feed g]\nurl = %s/f.xml\n' "$HTTPD_URL" >>alive.conf
run "$TOCSIN" -q -c alive.conf once --all
is "$(states alive)" 'failing:1 failing:1 failing:1 ok:0 ' 'but when another host can'

# --- on standard error, without the hours ---

sed 's/state = state/state = told/; /^health/d' health.conf >told.conf
err_of () { # ARGS...: what a run says, without the line of a run that failed as a whole
  run "$TOCSIN" -c told.conf "$@" once --all
  err=$(printf '%s\n' "$err" | grep -v 'the feed failed' || :)
}
feed "$item" >site/f.xml
err_of
echo 'Status: 503' >site/f.xml.http
err_of
like "$err" '*warning: feed “f”: HTTP 503*' 'a first failure is told'
err_of
is "$err" '' 'a second one is not'
rm site/f.xml.http
err_of
is "$err" 'tocsin: feed “f” works again, after 2 failures' 'its end is'
err_of
is "$err" '' 'once'
echo 'Status: 410' >site/f.xml.http
err_of
like "$err" '*warning: feed “f”: HTTP 410: gone; it is asked again in a day*once a week*' \
  'nor is a first 410 passed over'
err_of
is "$err" '' 'a second one is'
err_of -v
like "$err" '*feed “f”: HTTP 410: gone (3 times in a row)*' 'but with -v each is seen'
rm site/f.xml.http
err_of
is "$err" 'tocsin: feed “f” works again, after 3 failures' 'and that it is back'
echo 'Status: 503' >site/f.xml.http
err_of
echo 'Status: 410' >site/f.xml.http
err_of
like "$err" '*warning: feed “f”: HTTP 410: gone; *' 'one that failed before is told of as well'

done_testing
