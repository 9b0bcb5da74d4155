# SPDX-License-Identifier: MIT
# `add` finds the feed behind a URL in one or two requests, shows it and appends it.
. "$TOP_SRCDIR/tests/lib/lib.sh"

mkdir site
cat >site/news.xml <<'END'
<?xml version="1.0"?>
<rss version="2.0"><channel><title>The News</title><link>http://x.example/</link>
<item><guid>1</guid><title>Older</title><pubDate>Fri, 20 Nov 2026 10:00:00 GMT</pubDate></item>
<item><guid>2</guid><title>Newest</title><pubDate>Sun, 22 Nov 2026 10:00:00 GMT</pubDate></item>
<item><guid>3</guid><title>Undated</title></item>
</channel></rss>
END
sed 's/The News/Comments/' site/news.xml >site/comments.xml
cat >site/page.html <<'END'
<!doctype html><html><head><title>A page</title>
<link rel="stylesheet" href="/style.css">
<link rel="alternate" type="application/rss+xml" title="News" href="/news.xml">
<link rel="alternate" type="application/rss+xml" title="Comments" href="comments.xml">
</head><body><a href="/feed">not this one</a></body></html>
END
printf '<html><body><p>nothing here</p></body></html>' >site/empty.html
printf '<link rel=alternate type=application/rss+xml href=/empty.html>' >site/liar.html
printf '<a href="broken.rss">one</a> <a href="/news.xml?format=rss">two</a>' >site/linked.html
start_httpd site

gzip -c site/news.xml >site/news.gz

targets () {
  awk -F'\t' '$1 == "REQ" { printf "%s%s", sep, $6; sep = " " }' "$HTTPD_LOG"
}
forget () {
  : >"$HTTPD_LOG"
}

cat >my.conf <<'END'
# my own comment
[tocsin]
host-gap = 1s

[rule r]
query = newest
END
cp my.conf before.conf

ok 'a feed is added' "$TOCSIN" -c my.conf add "$HTTPD_URL/news.xml"
like "$out" "*/news.xml${nl}The News${nl}*" 'its URL and title are shown'
like "$out" "*2026-11-22*Newest${nl}*2026-11-20*Older${nl}*Undated*" 'and its items, newest first'
is "$(targets)" '/news.xml' 'by one request'
is "$(head -n 6 my.conf)" "$(cat before.conf)" 'the configuration keeps all it had'
like "$(cat my.conf)" "*url = $HTTPD_URL/news.xml*" 'and has the feed'
ok 'which is still good' "$TOCSIN" -c my.conf check
exits 2 'a feed that is there already is refused' "$TOCSIN" -c my.conf add "$HTTPD_URL/news.xml"
is "$out" '' 'nothing on standard output'

head -c 150 site/news.xml >site/cut.xml
ok 'a feed that breaks off' "$TOCSIN" -c cut.conf add "$HTTPD_URL/cut.xml"
like "$out" '*(no item is whole)*' 'is not called empty'
like "$err" "*warning: $HTTPD_URL/cut.xml: *" 'and it is said what is wrong with it'
warned=$(printf '%s\n' "$err" | grep warning)
ok 'parsing it' "$TOCSIN" parse "$HTTPD_URL/cut.xml"
is "$err" "$warned" 'says the same'

shouted=$(printf %s "$HTTPD_URL" | sed 's|^http|HTTP|')
exits 2 'however its scheme is written' "$TOCSIN" -c my.conf add "$shouted/news.xml"
ok 'a scheme in capitals' "$TOCSIN" -c capitals.conf add "$shouted/news.xml"
ok 'is no feed that is refused then' "$TOCSIN" -c capitals.conf check
like "$(cat capitals.conf)" "*url = $HTTPD_URL/news.xml*" 'for it is written in lower case'
ok 'the old scheme of readers' "$TOCSIN" -c old.conf add "feed:$HTTPD_URL/news.xml"
like "$(cat old.conf)" "*url = $HTTPD_URL/news.xml*" 'is what it stands for'
ok 'in its other form' "$TOCSIN" -c old2.conf add "feed://${HTTPD_URL#http://}/news.xml"
like "$(cat old2.conf)" "*url = $HTTPD_URL/news.xml*" 'too'

forget
rm my.conf
ok 'a page names its feed' "$TOCSIN" -c my.conf add "$HTTPD_URL/page.html"
is "$(targets)" '/page.html /news.xml' 'two requests are enough'
like "$out" '*The News*' 'the first one is taken'
like "$err" '*comments.xml (Comments)*' 'the others are told'
like "$(cat my.conf)" "*url = $HTTPD_URL/news.xml*" 'a configuration is begun where there was none'
is "$(stat -c %a my.conf)" 600 'for its owner only'

forget
ok 'links of the text will do' "$TOCSIN" -c other.conf add "$HTTPD_URL/linked.html"
is "$(targets)" '/linked.html /broken.rss /news.xml?format=rss' 'each is tried in turn'

forget
exits 1 'a page without feeds' "$TOCSIN" -c none.conf add "$HTTPD_URL/empty.html"
like "$err" '*--guess*' 'the way on is named'
is "$(targets)" '/empty.html' 'no URL was made up'
fails 'nothing was written' test -e none.conf
exits 1 'a page whose feed is none' "$TOCSIN" -c none.conf add "$HTTPD_URL/liar.html"

mv site/news.xml site/rss.xml
printf '[tocsin]\nhost-gap = 10s\n' >gap.conf
sed -i 's/10s/0s/' gap.conf
forget
ok 'usual places are tried when asked' "$TOCSIN" -c gap.conf add --guess "$HTTPD_URL/empty.html"
is "$(targets)" '/empty.html /feed /rss /rss.xml' 'in order, until one is a feed'

login=$(printf %s "$HTTPD_URL" | sed 's|://|://me:word@|')
ok 'a URL may have a login' "$TOCSIN" -v -c login.conf add "$login/rss.xml"
unlike "$out$err" '*word*' 'which is not shown'
like "$(cat login.conf)" "*url = $login/rss.xml*" 'but written'
for path in missing empty.html; do
  exits 1 "with a login, $path" "$TOCSIN" -v -c none.conf add "$login/$path"
  unlike "$out$err" '*word*' 'is refused without it'
  exits 1 "parsing $path" "$TOCSIN" -v parse "$login/$path"
  unlike "$out$err" '*word*' 'neither tells it'
done

printf '<link rel=alternate type=application/rss+xml href=/gone.xml><link rel=feed href=/empty.html>' >site/faulty.html
exits 1 'a page whose feeds all fail' "$TOCSIN" -c none.conf add "$HTTPD_URL/faulty.html"
like "$err" "*none of those that the page names*($HTTPD_URL/gone.xml: *404*)*--guess*" 'names the first, and why'
forget
ok 'guesses' "$TOCSIN" -c guessed.conf add --guess "$HTTPD_URL/faulty.html"
is "$(targets)" '/faulty.html /gone.xml /empty.html /feed /rss /rss.xml' 'come last'
like "$err" "*$HTTPD_URL/rss.xml was guessed*" 'and are told'
printf '<a href="/main.php">RSS</a>' >site/button.html
cp site/rss.xml site/main.php
forget
ok 'a link called RSS' "$TOCSIN" -c button.conf add --guess "$HTTPD_URL/button.html"
is "$(targets)" '/button.html /main.php' 'comes before guesses'
unlike "$err" '*guessed*' 'and is none'
printf '<?xml version="1.0"?>\n<opml version="2.0"><body><outline xmlUrl="http://a.example/"/></body></opml>' >site/subs.opml
exits 1 'a list of feeds' "$TOCSIN" -c none.conf add "$HTTPD_URL/subs.opml"
like "$err" "*OPML*tocsin import*" 'is for another command'
{
  printf '<opml version="2.0"><body>'
  seq -f '<outline xmlUrl="http://a.example/%g"/>' 3000
  printf '</body></opml>'
} >site/long.opml
exits 1 'a long one' "$TOCSIN" -c none.conf add "$HTTPD_URL/long.opml"
like "$err" "*OPML*tocsin import*" 'is known by its beginning'
: >site/nothing.xml
exits 1 'an empty answer' "$TOCSIN" -c none.conf add "$HTTPD_URL/nothing.xml"
like "$err" "*$HTTPD_URL/nothing.xml: it is empty" 'is called so'
exits 1 'http without its scheme' "$TOCSIN" -c none.conf add 127.0.0.1:1/rss.xml
like "$err" '*https was tried*http://*' 'is explained'
exits 2 'nothing' "$TOCSIN" -c none.conf add ' '

# A file is a feed as any other.
mkdir local
cp site/rss.xml local/mine.xml
cp site/subs.opml local/
for location in local/mine.xml ./local/mine.xml "$PWD/local/mine.xml" "file://$PWD/local/mine.xml"; do
  rm -f local.conf
  ok "added from a file: $location" "$TOCSIN" -c local.conf add "$location"
  like "$(cat local.conf)" "*[[]feed local/mine.xml]${nl}url = *$PWD/local/mine.xml" 'its whole path is written'
done
printf '[rule r]\nquery = newest\n[tocsin]\nbacklog = all\nstate = state-local\n' >>local.conf
ok 'and polled' "$TOCSIN" -c local.conf once
like "$out" '*Newest*' 'it rings'
exits 1 'a file that is a list of feeds' "$TOCSIN" -c none.conf add local/subs.opml
like "$err" "*OPML*tocsin import*" 'is for another command'
exits 1 'a file that is none' "$TOCSIN" -c none.conf add ./local/none.xml
like "$err" '*none.xml*' 'is named'

exits 1 'nobody there' "$TOCSIN" -c none.conf add http://127.0.0.1:1/feed
like "$err" '*http://127.0.0.1:1/feed*' 'it is said who'
exits 1 'a missing page' "$TOCSIN" -c none.conf add "$HTTPD_URL/missing"
like "$err" '*404*' 'the status is said'

forget
printf '<link rel=alternate type=application/rss+xml href=http://127.0.0.2:%s/rss.xml>' "${HTTPD_URL##*:}" >site/inward.html
exits 1 'a page does not lead to another private host' "$TOCSIN" -c none.conf add "$HTTPD_URL/inward.html"
is "$(targets)" '/inward.html' 'nothing is asked there'

ok 'a permanent redirect is where the feed is' "$TOCSIN" -c moved.conf add "$HTTPD_URL/redirect?status=301&to=/rss.xml"
like "$(cat moved.conf)" "*url = $HTTPD_URL/rss.xml*" 'so that URL is written'

# --- what it fetched is the first poll ---

# write_feed TITLE: of now, and so within the backlog.
write_feed () {
  printf '<rss version="2.0"><channel><title>T</title><item><guid>%s</guid><title>%s</title><pubDate>%s</pubDate></item></channel></rss>' \
    "$1" "$1" "$(LC_ALL=C date -u '+%a, %d %b %Y %H:%M:%S GMT')" >site/live.xml
}
# begin NAME [LINES OF [tocsin]]: a configuration without feeds, and the feed added to it.
begin () {
  printf '[tocsin]\nstate = state-%s\nhost-gap = 0s\n%s\n[sink out]\ntype = stdout\nformat = tsv\n' "$1" "${2-}" >"$1.conf"
  forget
  ok "a feed is added ($1)" "$TOCSIN" -q -c "$1.conf" add "$HTTPD_URL/live.xml"
  is "$(targets)" '/live.xml' 'by one request'
  login_sent=$(sent Authorization)
  forget
}
rule () {
  printf '[rule r]\nquery = siren\n' >>"$1.conf"
}

write_feed siren
begin soon
rule soon
ok 'the next run' "$TOCSIN" -c soon.conf once
is "$(targets)" '/live.xml' 'asks once'
isnt "$(sent If-None-Match)" - 'whether it changed'
is "$(sent A-IM)" - 'and not for what is new alone'
like "$out" '*siren*' 'and rings though it did not, by rules that came after'
forget
ok 'and the one after it' "$TOCSIN" -c soon.conf once
is "$(targets)$out" '' 'neither asks nor rings'
like "$("$TOCSIN" -c soon.conf feeds --format tsv)" '*	ok	304	*' 'the feed is known to be well'
ok 'a run of all' "$TOCSIN" -c soon.conf once --all
is "$(targets)$out" '/live.xml' 'asks, and does not ring again'
isnt "$(sent If-None-Match)" - 'with the validators of then'
is "$(find state-soon -name '*.answer')" '' 'nothing is left behind'

printf 'Cache-Control: max-age=3600\n' >site/live.xml.http
begin fresh
rm site/live.xml.http
rule fresh
ok 'while the server said that it will not change' "$TOCSIN" -c fresh.conf once
is "$(targets)" '' 'nobody is asked'
like "$out" '*siren*' 'and what is known rings'

printf 'Cache-Control: max-age=3600\n' >site/live.xml.http
begin eager
rm site/live.xml.http
ok 'who wants all to be polled' "$TOCSIN" -c eager.conf once --all
is "$(targets)" '/live.xml' 'has it asked all the same'
isnt "$(sent If-None-Match)" - 'whether it changed'

printf '[tocsin]\nstate = state-led\nhost-gap = 0s\n' >led.conf
ok 'a feed that a redirect leads to' "$TOCSIN" -q -c led.conf add "$HTTPD_URL/redirect?to=/live.xml"
forget
ok 'is polled' "$TOCSIN" -q -c led.conf once
is "$(targets)" '/redirect?to=/live.xml /live.xml' 'by its own URL'
is "$(awk -F'\t' '$1 == "REQ" { print /If-None-Match/ ? "asked" : "-" }' "$HTTPD_LOG" | xargs)" '- asked' 'and whether it changed is asked where it came from'

printf 'Retry-After: 3600\n' >site/live.xml.http
begin held
rm site/live.xml.http
rule held
ok 'when it asked for a pause' "$TOCSIN" -c held.conf once --all
is "$(targets)" '' 'it is left alone'
like "$out" '*siren*' 'and what is known rings'

begin changed
rule changed
write_feed 'second siren'
ok 'when it changed' "$TOCSIN" -c changed.conf once
like "$out" '*second siren*' 'it rings for what came'
is "$(printf '%s\n' "$out" | wc -l)" 1 'alone, as without the first answer'

begin silent 'backlog = none'
rule silent
ok 'without a backlog' "$TOCSIN" -c silent.conf once
is "$out" '' 'it is as silent as any first poll'

begin other
printf '[feed x]\nurl = %s/rss.xml\n' "$HTTPD_URL" >>other.conf
sed -i 's/live.xml/news.xml/' other.conf
ok 'an answer' "$TOCSIN" -q -c other.conf once --all
is "$(targets)" '/news.xml /rss.xml' 'counts for its own URL only'

# It asks as the polls will.
printf 'machine 127.0.0.1 login me password rc\n' >"$HOME/.netrc"
chmod 600 "$HOME/.netrc"
begin netrc
rm "$HOME/.netrc"
is "$login_sent" 'Basic bWU6cmM=' 'with a login of ~/.netrc'

# A running daemon has the state; the configuration is changed, and the daemon has to know.
printf '[tocsin]\nstate = state-daemon\nhost-gap = 0s\n[sink out]\ntype = stdout\n' >daemon.conf
printf '[feed x]\nurl = %s/rss.xml\n' "$HTTPD_URL" >>daemon.conf
spawn "$TOCSIN" -c daemon.conf daemon >daemon.out 2>&1
daemon=$pid
is_polled () {
  "$TOCSIN" -c daemon.conf feeds --format tsv | grep -q '	ok	'
}
wait_for is_polled || bail 'the daemon does not poll'
rule daemon
forget
ok 'while a daemon runs' "$TOCSIN" -c daemon.conf add "$HTTPD_URL/live.xml"
like "$err" '*SIGHUP*' 'it is said how it gets to know'
printf '<opml version="2.0"><head/><body><outline type="rss" xmlUrl="http://127.0.0.1:1/"/></body></opml>' >one.opml
ok 'and so' "$TOCSIN" -c daemon.conf import one.opml
like "$err" '*SIGHUP*' 'for an import'
sed -i '/127.0.0.1:1/,$d' daemon.conf
sed -i '$d' daemon.conf
kill -HUP "$daemon"
has_rung () {
  grep -q 'second siren' daemon.out
}
ok 'then it rings' wait_for has_rung
is "$(targets)" '/live.xml /live.xml' 'after a poll of its own'
is "$(find state-daemon -name '*.answer')" '' 'and nothing but the configuration was touched'
stop "$daemon" TERM
# One that was killed has left its note in the lock.
printf 'running as process 1\n' >state-daemon/state.lock
ok 'when it was killed' "$TOCSIN" -c daemon.conf add "$HTTPD_URL/rss.xml?after"
unlike "$err" '*SIGHUP*' 'nobody is said to run'

exits 2 'no URL' "$TOCSIN" add
exits 2 'two URLs' "$TOCSIN" add a b

printf '<rss version="2.0"><channel><title>\351\350\352\340\347\351\350\352\340\347\351</title></channel></rss>' >site/accents.xml
ok 'a feed in a charset that had to be guessed' "$TOCSIN" -c my.conf add "$HTTPD_URL/accents.xml"
like "$err" '*accents*: no UTF-8, and no charset is named*' 'is added with a word'
exits 1 'what is compressed names no feed' "$TOCSIN" -c my.conf add "$HTTPD_URL/news.gz"
like "$err" '*news.gz: compressed (gzip): unpack it first*' 'and is said to be that'

done_testing
