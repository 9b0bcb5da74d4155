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

exits 2 'no URL' "$TOCSIN" add
exits 2 'two URLs' "$TOCSIN" add a b

done_testing
