# SPDX-License-Identifier: MIT
# The commands about the configuration: check, import, export.
. "$TOP_SRCDIR/tests/lib/lib.sh"

cat >good.conf <<'END'
# mine
[feed f]
url = https://f.example/
auth = me:word
tags = syria
[rule r]
query = sohr
feeds = tag:syria
[sink screen]
type = stdout
END
chmod 600 good.conf

exits 0 'a good configuration passes' "$TOCSIN" -c good.conf check
is "$out" 'good.conf: 1 feed, 1 rule, 1 sink' 'what it holds is counted'
is "$err" '' 'nothing is said on stderr'
exits 0 'quiet works' "$TOCSIN" -q -c good.conf check
is "$out$err" '' 'and prints nothing'

exits 0 'the effective configuration is printed' "$TOCSIN" check --print -c good.conf
like "$out" '*max-transfers = 64*' 'defaults are in it'
unlike "$out" '*word*' 'secrets are not'

chmod 644 good.conf
exits 0 'a secret that others can read is warned of' "$TOCSIN" -c good.conf check
like "$err" 'good.conf:4:8: warning: *' 'with its place'
unlike "$err" '*word*' 'and not printed'
chmod 600 good.conf

# U+202E turns the rest of a line round.
printf '[feed f]\nurl = https://f.example/\nk\342\200\256ey = 1\n' >bidi.conf
exits 2 'a key with a bidirectional override is unknown' "$TOCSIN" -c bidi.conf check
unlike "$err" "*$(printf '\342\200\256')*" 'and said without it'

cat >bad.conf <<'END'
[tocsin]
intervall = 1h
[rule r]
query = (sohr
feeds = nobody
END
exits 2 'errors end with status 2' "$TOCSIN" -c bad.conf check
is "$out" '' 'nothing is said on stdout'
like "$err" '*bad.conf:2:1: unknown key*bad.conf:4:9: rule r: *bad.conf:5:9: there is no feed*' \
  'all of them are reported, in the order of the file'
like "$err" '*did you mean “interval”*' 'with what to write'
exits 2 'quiet does not hide them' "$TOCSIN" -q -c bad.conf check
like "$err" '*bad.conf:2:1: *' 'they are still there'
exits 2 'a missing file ends with status 2' "$TOCSIN" -c none.conf check
like "$err" '*none.conf*' 'and is named'
exits 2 'an argument too many is a mistake' "$TOCSIN" -c good.conf check x

# Every key at once, in the order in which the manual has them.
cat >feeds.txt <<'END'
# comment
https://l.example/feed syria  # and tags
feeds/local.xml
END
echo '<opml version="2.0"><body/></opml>' >subscriptions.opml
printf '\357\273\277' >whole.conf
sed 's/$/\r/' >>whole.conf <<'END'
; The values shown here are the defaults.
[tocsin]
interval = auto
backlog = 1d
max-transfers = 64
host-transfers = 1
host-gap = 1s
timeout = 60s
max-body = 8MiB
retain = 90d
[feed sohr]
url = https://www.syriahr.com/en/feed/
tags = syria; ngo
[feeds]
opml = subscriptions.opml
list = feeds.txt
[rule patrouille]
query = "patrouille russe" OR SOHR
language = fr
feeds = tag:syria
urgency = critical
sinks = screen; log
[sink screen]
type = stdout
format = text
[sink log]
type = stdout
format = json
END
exits 0 'a mark and carriage returns are accepted' "$TOCSIN" -c whole.conf check
is "$out$err" 'whole.conf: 3 feeds, 1 rule, 2 sinks' 'and lists are read'
exits 0 'it is printed as it is in effect' "$TOCSIN" -c whole.conf check --print
like "$out" "*url = $PWD/feeds/local.xml*" 'with the paths of a list relative to the list'

# --- rules that ring at everything

{
  echo '<rss version="2.0"><channel><title>c</title>'
  awk 'BEGIN { for (i = 1; i <= 150; i++)
    print "<item><guid>g" i "</guid><title>Patrol " i (i % 3 ? " seen" : "") "</title></item>" }'
  echo '</channel></rss>'
} >many.xml
cat >noisy.conf <<'END'
[tocsin]
state = noisy-state
[feed many]
url = many.xml
[feed other]
url = other.xml
[rule common]
query = seen
[rule rare]
query = "patrol 7"
[rule elsewhere]
query = seen
feeds = other
[sink screen]
type = stdout
END
echo '<rss version="2.0"><channel><title>o</title></channel></rss>' >other.xml
exits 0 'no item, no warning' "$TOCSIN" -c noisy.conf check
is "$err" '' 'as nothing was seen yet'
fails 'no state is made' test -e noisy-state
exits 0 'items are recorded' "$TOCSIN" -c noisy.conf once
exits 0 'a noisy rule is no error' "$TOCSIN" -c noisy.conf check
like "$err" '*noisy.conf:7:1: warning: *66 % of the last 150 items*' 'but warned of'
unlike "$err" '*rare*' 'others are not'
unlike "$err" '*elsewhere*' 'nor those that watch other feeds'

# --- rules that are over

cat >over.conf <<'END'
[feed other]
url = other.xml
[rule over]
query = patrol
until = 2020-02-29
[rule over-and-off]
query = convoy
until = 2020-02-29
enabled = no
[rule lasting]
query = harbour
until = 2999-12-31
END
exits 0 'a rule that is over is no error' "$TOCSIN" -c over.conf -s over-state check
like "$err" '*over.conf:3:1: warning: *last day is over*' 'but warned of'
unlike "$err" '*over-and-off*' 'not one that is switched off'
unlike "$err" '*lasting*' 'nor one with days to come'

# --- import

cat >subs.opml <<'END'
<?xml version="1.0"?>
<opml version="2.0"><head><title>s</title></head><body>
<outline text="ngo"><outline text="G &amp; g" xmlUrl="https://g.example/feed?a=1&amp;b=2"/></outline>
<outline text="F" xmlUrl="https://f.example/"/>
<outline text="bad" xmlUrl="exec:touch /tmp/x"/>
<outline text="H" xmlUrl="http://h.example/"/>
</body></opml>
END
cp good.conf before.conf
exits 0 'feeds are imported' "$TOCSIN" -c good.conf import subs.opml
is "$out" "$(printf 'g.example/feed\thttps://g.example/feed?a=1&b=2\nh.example\thttp://h.example/')" \
  'those that are new are printed'
like "$err" '*subs.opml:5:*only http and https*' 'what is no web address is left out'
like "$err" '*already the feed “f”*' 'what is there already too'
{
  cat before.conf
  printf '\n[feed g.example/feed]\nurl = https://g.example/feed?a=1&b=2\ntitle = G & g\ntags = ngo\n'
  printf '\n[feed h.example]\nurl = http://h.example/\ntitle = H\n'
} >wanted.conf
is_file good.conf wanted.conf 'what was there stays as it was'
is "$(stat -c %a good.conf)" 600 'the mode stays'
exits 0 'the result loads' "$TOCSIN" -c good.conf check
exits 0 'a second import is fine' "$TOCSIN" -c good.conf import subs.opml
is "$out" '' 'and adds nothing'
is_file good.conf wanted.conf 'nor changes anything'

printf '<opml version="2.0"><body><outline xmlUrl="http://me:word@p.example/f"/></body></opml>' >login.opml
exits 0 'a feed with a login is imported' "$TOCSIN" -c login.conf import login.opml
is "$out" "$(printf 'p.example/f\thttp://p.example/f')" 'its password is not printed'
like "$(cat login.conf)" '*url = http://me:word@p.example/f*' 'but kept'
for format in text json tsv; do
  exits 0 "feeds as $format" "$TOCSIN" -c login.conf -s none feeds --format $format
  like "$out" '*http://p.example/f*' 'shows its URL'
  unlike "$out$err" '*word*' 'without the password'
done

cat >twice.opml <<'END'
<opml version="2.0"><body>
<outline text="ports"><outline text="A" xmlUrl="http://a.example/f"/></outline>
<outline text="ships"><outline text="A" xmlUrl="http://a.example/f"/></outline>
</body></opml>
END
exits 0 'a feed in two folders' "$TOCSIN" -c twice.conf import twice.opml
like "$err" '*1 of 1 feed added*' 'is one'
like "$(cat twice.conf)" '*tags = ports; ships' 'with the tags of both'

cat >odd.opml <<'END'
<opml version="2.0"><body>
<outline text="A" xmlUrl="http://tag:81/x"/>
<outline text="B" xmlUrl="http://b.example/${HOME}"/>
<outline text="C" xmlUrl="HTTP://c.example/"/>
</body></opml>
END
exits 0 'odd feeds' "$TOCSIN" -c odd.conf import odd.opml
is "$out" "$(printf 'c.example\thttp://c.example/')" 'are left out'
like "$err" '*http://tag:81/x*' 'each is named'
like "$err" '*http://b.example/*' 'and the other'
exits 0 'so that what was written loads' "$TOCSIN" -c odd.conf check

ln -s good.conf link.conf
sed 's/h\.example/i.example/' subs.opml >more.opml
exits 0 'a link can be imported to' "$TOCSIN" -c link.conf import - <more.opml
ok 'it stays a link' test -L link.conf
ok 'and its target has the feed' grep -q '^\[feed i.example\]' good.conf

exits 0 'a configuration is made where there is none' "$TOCSIN" import subs.opml
made=$XDG_CONFIG_HOME/tocsin/tocsin.conf
is "$(stat -c %a "$made")" 600 'for its owner only'
exits 0 'and loads' "$TOCSIN" check

printf '<opml><body>\n<outline text="a"' >broken.opml
cp good.conf before.conf
exits 1 'a broken file is not imported' "$TOCSIN" -c good.conf import broken.opml
like "$err" '*broken.opml:2:*' 'and says where it breaks'
exits 1 'nor one that is not there' "$TOCSIN" -c good.conf import none.opml
exits 2 'nor anything into a broken configuration' "$TOCSIN" -c bad.conf import subs.opml
exits 2 'a file must be named' "$TOCSIN" -c good.conf import
is_file good.conf before.conf 'nothing was changed by all that'

# --- export

exits 0 'feeds are exported' "$TOCSIN" -c good.conf export
printf '%s\n' "$out" >out.opml
unlike "$out" '*word*' 'without secrets'
: >empty.conf
exits 0 'what was exported can be imported' "$TOCSIN" -c empty.conf import out.opml
"$TOCSIN" -c good.conf export >first.opml
"$TOCSIN" -c empty.conf export >second.opml
is "$(grep -c xmlUrl first.opml)" 4 'every feed is in it'
is "$(sed 's/ title="[^"]*"//' second.opml)" "$(sed 's/ title="[^"]*"//' first.opml)" 'a round trip changes no URL, text or tag'
printf '[feed a.example/f]\nurl = http://a.example/f\n[feed b.example]\nurl = http://b.example/\ntitle = B\n' >plain.conf
: >again.conf
"$TOCSIN" -c plain.conf export >first.opml
exits 0 'nor does it make titles' "$TOCSIN" -c again.conf import first.opml
is "$(grep title again.conf)" 'title = B' 'of names'
"$TOCSIN" -c again.conf export >second.opml
is_file second.opml first.opml 'so that nothing changes'
exits 2 'a broken configuration is not exported' "$TOCSIN" -c bad.conf export

done_testing
