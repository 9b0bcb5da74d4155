# SPDX-License-Identifier: MIT
# How a server sees us: judged by its log over several runs, each a process of its own.
. "$TOP_SRCDIR/tests/lib/lib.sh"

mkdir site
cat >site/a.xml <<'END'
<rss version="2.0"><channel><title>T</title><item><guid>1</guid><title>one</title></item></channel></rss>
END
start_httpd site --all-loopback
port=${HTTPD_URL##*:}

# requests: how many there were. asked TARGET: how often. sent TARGET HEADER: what its last
# request carried, or "-".
requests () {
  grep -c '^REQ' "$HTTPD_LOG" || :
}
asked () {
  awk -F'\t' -v target="$1" '$1 == "REQ" && $6 == target { n++ } END { print n + 0 }' "$HTTPD_LOG"
}
sent () {
  awk -F'\t' -v target="$1" -v name="$2: " '
    $1 == "REQ" && $6 == target {
      value = "-"
      for (i = 7; i <= NF; i++)
        if (index($i, name) == 1)
          value = substr($i, length(name) + 1)
    }
    END { print value }' "$HTTPD_LOG"
}
forget () {
  : >"$HTTPD_LOG"
}

paths='a.xml etag-odd etag-rotating 304-rotating etag-drop delta-226 cookies gzip gzip-lie
gzip-truncated html-error empty bad-chunk rst-mid redirect 404 410 500
503?retry-after=1000 429?retry-after=1000'
{
  printf '[tocsin]\nstate = state\nbacklog = all\nhost-transfers = 4\nhost-gap = 0s\n'
  n=0
  for path in $paths; do
    n=$((n + 1))
    printf '[feed f%s]\nurl = %s/%s\n' "$n" "$HTTPD_URL" "$path"
  done
  printf '[feed inward]\nurl = %s/redirect?to=http://127.0.0.2:%s/answer\n' "$HTTPD_URL" "$port"
  printf '[rule r]\nquery = alarm\n[sink out]\ntype = stdout\nformat = json\n'
} >guest.conf

ok 'the first run' "$TOCSIN" -q -c guest.conf once --all
for path in $paths; do
  is "$(asked "/$path")" 1 "/$path is asked once"
done
is "$(grep -c 'If-None-Match\|If-Modified-Since' "$HTTPD_LOG")" 0 'no validator is made up'
is "$(asked /answer)" 1 'a redirect is followed on its host only'
first=$(requests)

forget
ok 'a run at once' "$TOCSIN" -q -c guest.conf once
is "$(requests)" 0 'asks nobody'

forget
ok 'a run of all' "$TOCSIN" -q -c guest.conf once --all
is "$(requests)" "$((first - 2))" 'asks all but those that said when to come back'
is "$(asked '/429?retry-after=1000')" 0 'not after a 429'
is "$(asked '/503?retry-after=1000')" 0 'not after a 503'
isnt "$(sent /a.xml If-None-Match)" - 'the ETag is sent back'
isnt "$(sent /a.xml If-Modified-Since)" - 'and Last-Modified'
is "$(sent /etag-odd If-None-Match)" "$(printf 'W/"a, b\\\\"  c" ; caf\351 '"'x'")" 'byte for byte'
is "$(sent /etag-odd If-Modified-Since)" 'tuesday 2026-02-30T99:61 (about noon)' 'however odd'
is "$(sent /etag-rotating If-None-Match)" '"r0"' 'the one of the last answer'
is "$(sent /delta-226 A-IM)" feed 'deltas are welcome'
is "$(sent /redirect If-None-Match)" - 'those of a redirect are not kept'
is "$(sent /answer If-None-Match)" - 'nor sent on'
for path in gzip-lie gzip-truncated html-error empty bad-chunk rst-mid 500; do
  is "$(sent "/$path" If-None-Match)" - "/$path: what was no whole feed leaves no validator"
done

forget
ok 'another run of all' "$TOCSIN" -q -c guest.conf once --all
is "$(sent /etag-rotating If-None-Match)" '"r1"' 'a rotating ETag is followed'
is "$(sent /304-rotating If-None-Match)" '"r1"' 'through a 304 too'
is "$(sent /etag-drop If-None-Match)" - 'one that was dropped is forgotten'
is "$(sent /delta-226 If-None-Match)" '"d2"' 'a delta has its own'
is "$(grep -ci 'cookie:\|referer:' "$HTTPD_LOG")" 0 'neither cookies nor referrers'
is "$(awk -F'\t' '$1 == "REQ" { print $5 }' "$HTTPD_LOG" | sort -u)" GET 'nothing but GET'
is "$(awk -F'\t' '$1 == "REQ" && $6 ~ /favicon|robots/' "$HTTPD_LOG")" '' 'no URL of our own making'

# Starts to one host keep their gap; another host does not wait for it.
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
    if (host in last && $2 - last[host] < 1000)
      print host, "after", $2 - last[host], "ms"
    last[host] = $2
    if (first == "")
      first = $2
  }
  END {
    if ($2 - first > 2900)
      print "the hosts waited for each other"
  }' "$HTTPD_LOG")" '' 'a second apart on each host'

done_testing
