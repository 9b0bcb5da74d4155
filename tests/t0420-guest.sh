# SPDX-License-Identifier: MIT
# How a server sees us over several runs, each a process of its own: files, gaps, and how
# much comes at once. What becomes of troubles is in test-guest.
. "$TOP_SRCDIR/tests/lib/lib.sh"

mkdir site
cat >site/a.xml <<'END'
<rss version="2.0"><channel><title>T</title><item><guid>1</guid><title>one</title></item></channel></rss>
END
start_httpd site --all-loopback
port=${HTTPD_URL##*:}

requests () {
  grep -c '^REQ' "$HTTPD_LOG" || :
}
forget () {
  : >"$HTTPD_LOG"
}

printf '[tocsin]\nstate = state\n[feed a]\nurl = %s/a.xml\n' "$HTTPD_URL" >guest.conf
ok 'the first run' "$TOCSIN" -q -c guest.conf once
is "$(requests)" 1 'asks once'
is "$(grep -c 'If-None-Match\|If-Modified-Since' "$HTTPD_LOG")" 0 'and makes up no validator'
like "$(sent User-Agent)" 'tocsin/*' 'under its own name'

forget
ok 'a run at once' "$TOCSIN" -q -c guest.conf once
is "$(requests)" 0 'asks nobody'

forget
ok 'a run of all' "$TOCSIN" -q -c guest.conf once --all
isnt "$(sent If-None-Match)" - 'sends the ETag back'
isnt "$(sent If-Modified-Since)" - 'and Last-Modified'
like "$(grep '^REQ' "$HTTPD_LOG")" '*	304	GET	/a.xml*' 'so that nothing is sent'

# Starts to one host keep their gap; another host does not wait for it. A loaded machine lets
# one arrive late and the next in time: what is looked for is a gap left out, or one too many.
forget
{
  printf '[tocsin]\nstate = paced\nhost-gap = 1s\n'
  for n in 1 2 3; do
    printf '[feed a%s]\nurl = %s/answer?k=%s\n' "$n" "$HTTPD_URL" "$n"
    printf '[feed b%s]\nurl = http://127.0.0.2:%s/answer?k=%s\n' "$n" "$port" "$n"
  done
} >paced.conf
ok 'many feeds of two hosts' "$TOCSIN" -q -c paced.conf once
is "$(requests)" 6 'all are asked'
is "$(awk -F'\t' '
  $1 == "REQ" {
    host = $7
    if (host in last && $2 - last[host] < 500)
      print host, "after", $2 - last[host], "ms"
    last[host] = $2
    if (first == "")
      first = $2
  }
  END {
    if ($2 - first > 4000)
      print "the hosts waited for each other"
  }' "$HTTPD_LOG")" '' 'a second apart on each host'

# Across processes too: the second run begins where the first one ended.
ok 'all again at once' "$TOCSIN" -q -c paced.conf once --all
is "$(requests)" 12 'asks all again'
is "$(awk -F'\t' '
  $1 == "REQ" {
    if ($7 in last && $2 - last[$7] < 500)
      print $7, "after", $2 - last[$7], "ms"
    last[$7] = $2
  }' "$HTTPD_LOG")" '' 'and keeps the gap to what was before'

# So it is for a host that a redirect led to.
forget
{
  printf '[tocsin]\nstate = led\nhost-gap = 1s\nprivate-networks = yes\n'
  printf '[feed a]\nurl = %s/redirect?to=http://127.0.0.2:%s/a.xml\n' "$HTTPD_URL" "$port"
} >led.conf
ok 'a feed that is on another host' "$TOCSIN" -q -c led.conf once
printf '[feed b]\nurl = http://127.0.0.2:%s/answer\n' "$port" >>led.conf
ok 'and then one of that host' "$TOCSIN" -q -c led.conf once
is "$(awk -F'\t' '$1 == "REQ" { print $6 }' "$HTTPD_LOG" | tail -n 2 | tr '\n' ' ')" '/a.xml /answer ' 'is asked'
is "$(awk -F'\t' '
  $1 == "REQ" {
    if ($7 in last && $2 - last[$7] < 500)
      print $7, "after", $2 - last[$7], "ms"
    last[$7] = $2
  }' "$HTTPD_LOG")" '' 'after the gap'

# most_at_once: how many requests were being answered at one time.
most_at_once () {
  awk -F'\t' '$1 == "REQ" { n++ } $1 == "END" { n-- } n > most { most = n } END { print most }' "$HTTPD_LOG"
}
for n in 1 3; do
  forget
  {
    printf '[tocsin]\nstate = at-once-%s\nhost-gap = 0s\nhost-transfers = %s\n' "$n" "$n"
    for k in 1 2 3 4 5 6; do
      printf '[feed a%s]\nurl = %s/delay?ms=100&k=%s\n' "$k" "$HTTPD_URL" "$k"
    done
  } >at-once.conf
  ok "host-transfers = $n" "$TOCSIN" -q -c at-once.conf once
  is "$(most_at_once)" "$n" "as many at once, no more"
done

# --- a host that wants to be left alone ---

# All of it, and by the next process too. Through the server as a proxy: on a private host
# only the feed itself would wait.
for pause in '429?retry-after=3600' 429; do
  {
    printf '[tocsin]\nstate = pause-%s\nproxy = 127.0.0.1:%s\nhost-gap = 0s\n' "${pause##*[?]}" "$port"
    for feed in a "$pause" b c; do
      printf '[feed %s]\nurl = http://one.example/%s\n' "${feed%[?]*}" "$feed"
    done
    printf '[feed other]\nurl = http://two.example/answer\n'
  } >pause.conf
  forget
  ok "$pause" "$TOCSIN" -q -c pause.conf once
  is "$(awk -F'\t' '$1 == "REQ" { print $6 }' "$HTTPD_LOG" | sort | tr '\n' ' ')" \
    "http://one.example/$pause http://one.example/a http://two.example/answer " 'ends the asking of its host'
  forget
  ok 'so that the next run' "$TOCSIN" -q -c pause.conf once --all
  is "$(awk -F'\t' '$1 == "REQ" { print $6 }' "$HTTPD_LOG")" http://two.example/answer 'asks others only'
done

# --- a hasty user ---

# What the server asks for is a floor for the user's own interval too.
cat >site/ttl.xml <<'END'
<rss version="2.0"><channel><title>T</title><ttl>60</ttl><item><title>one</title></item></channel></rss>
END
fresh='/answer?header=Cache-Control:+max-age=3600'
{
  printf '[tocsin]\nstate = hasty\nhost-gap = 0s\ninterval = 1s\n'
  for path in "$fresh" /ttl.xml /answer; do
    printf '[feed f%s]\nurl = %s%s\n' "${#path}" "$HTTPD_URL" "$path"
  done
} >hasty.conf
asked () {
  grep -cF "	$1	" "$HTTPD_LOG"
}
is_asked_again () {
  "$TOCSIN" -q -c hasty.conf once && [ "$(asked /answer)" -ge 3 ]
}
forget
ok 'an interval of a second' wait_for is_asked_again
is "$(asked "$fresh") $(asked /ttl.xml)" '1 1' 'is no reason to ask before max-age or ttl is over'

# --- cron ---

# An interval that is cron's own: no run is for nothing, and none is early.
if command -v sqlite3 >/dev/null; then
  printf '[tocsin]\nstate = cron\ninterval = 10m\n[feed a]\nurl = %s/a.xml\n' "$HTTPD_URL" >cron.conf
  "$TOCSIN" -q -c cron.conf once
  # polled AGO: as if the last poll had been so many seconds ago, and its plan had some more.
  polled () {
    now=$(date +%s)
    sqlite3 cron/state.db "UPDATE feed SET schedule = '1 d$((now - $1 + 640)) p$((now - $1)) s$((now - $1)) i600 c-1 v1 e1'"
    forget
    "$TOCSIN" -q -c cron.conf once
  }
  for ago in 601 598; do
    polled $ago
    is "$(requests)" 1 "after $ago seconds of 600 the feed is asked"
    ok 'and not too early' [ "$(date +%s)" -ge "$((now - ago + 600))" ]
  done
  polled 500
  is "$(requests)" 0 'long before the end of it, it is not'
fi

# --- a daemon that is started again ---

{
  printf '[tocsin]\nstate = again\nhost-gap = 0s\n[sink out]\ntype = stdout\n'
  printf '[feed once-an-hour]\nurl = %s/a.xml\ninterval = 1h\n' "$HTTPD_URL"
  printf '[feed clock]\nurl = %s/answer\ninterval = 1s\n' "$HTTPD_URL"
} >again.conf
ticks () {
  [ "$(asked /answer)" -ge "$1" ]
}
forget
for run in 1 2 3; do
  spawn "$TOCSIN" -q -c again.conf daemon >daemon.out 2>&1
  wait_for ticks "$((run * 2))" || bail 'the daemon does not poll'
  stop "$pid" TERM
done
is "$(asked /a.xml)" 1 'a start asks for nothing that is not due'

done_testing
