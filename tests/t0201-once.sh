#!/bin/sh
# SPDX-License-Identifier: MIT
# The main job, end to end: feeds on the network, alerts on standard output, each once.
. "$TOP_SRCDIR/tests/lib/lib.sh"

mkdir www
cp "$TOP_SRCDIR"/tests/data/once/*.xml www/
start_httpd "$PWD/www"

write_config () {
  cat >tocsin.conf <<EOT
[tocsin]
backlog = all
state = state
host-gap = 0s
[feed cdata]
url = $HTTPD_URL/cdata.xml
[feed atom]
url = $HTTPD_URL/atom.xml
[feed cp1252]
url = $HTTPD_URL/cp1252.xml
[rule patrouille]
query = "patrouille russe"
[rule sohr]
query = SOHR
[sink out]
type = stdout
format = json
EOT
}
write_config
tocsin () { "$TOCSIN" -c tocsin.conf "$@"; }

exits 0 'a first run ends with 0' tocsin once
is "$err" '' 'and is quiet on standard error'
is "$(grep -c . run.out)" 6 'each of two rules alerts once for each of three feeds'
cp run.out first.json
for rule in patrouille sohr; do
  is "$(grep "\"rule\":\"$rule\"" first.json | sed 's/.*"feed":"\([^"]*\)".*/\1/' | sort | tr '\n' ' ')" \
    'atom cdata cp1252 ' "rule $rule rings in each feed"
done
is "$(grep -c '"title":"Un convoi bloqu' first.json)" 6 \
  'words in attributes or split over paragraphs do not ring'
is "$(sed 's/.*"alert":"\([^"]*\)".*/\1/' first.json | sort -u | grep -c .)" 6 'alert ids are unique'
like "$(grep '"feed":"cp1252"' first.json | grep patrouille)" '*"text":"patrouille russe"*' \
  'no-break spaces between the words are spaces'
like "$(grep '"feed":"atom"' first.json)" '*"link":"https://exemple.test/atom/convoi"*' 'links are absolute'

exits 0 'a second run finds nothing due' tocsin once
is "$out" '' 'and prints nothing'
exits 0 'polling all again ends with 0' tocsin once --all
is "$out$err" '' 'and prints nothing'
is "$(grep -c '^REQ.*If-None-Match' "$HTTPD_LOG")" 3 'each feed was asked conditionally'

sed 's|<item><title>Un convoi bloqu|<item><title>Nouvelle patrouille russe</title><link>https://exemple.test/n2</link><guid isPermaLink="false">n2</guid></item>\n&|' \
  "$TOP_SRCDIR/tests/data/once/cdata.xml" >www/cdata.xml.new
mv www/cdata.xml.new www/cdata.xml
exits 0 'one new item' tocsin once --all
is "$(grep -c . run.out)" 1 'gives one alert'
like "$out" '*"rule":"patrouille"*"title":"Nouvelle patrouille russe"*' 'of the rule that it matches'

exits 0 'alerts lists the past' tocsin alerts --format json
is "$(grep -c '"deliveries":\[{"sink":"out","state":"sent","attempts":1' run.out)" 7 'all seven as sent'
exits 0 'a rule that rang is listed' tocsin alerts --rule patrouille --format json
is "$err" '' 'without a word'
exits 0 'a rule that is none has none' tocsin alerts --rule patruille
like "$err" '*no rule “patruille” in *' 'but a slip in the name is told'
exits 0 'nor has a feed that is none' tocsin alerts --feed cdatta
like "$err" '*no feed “cdatta” in *' 'as is one in its name'
exits 0 'feeds lists their health' tocsin feeds --format tsv
is "$(cut -f 1,4,5 run.out | tr '\t\n' ' ,')" 'cdata ok 200,atom ok 304,cp1252 ok 304,' 'as ok'

exits 0 'feeds has a table for people' tocsin feeds
is "$(awk '{ print index($0, $2) }' run.out | sort -u)" '9' 'with its columns one below the other'

# Formats, and what they speak of.
rm -r state
exits 0 'text is for people' tocsin once --format text
like "$out" '*  patrouille  cdata*' 'with rule and feed'
like "$out" '*\*\*patrouille russe\*\**' 'and the words marked'
exits 2 'an unknown format is refused' tocsin once --format xml
if grep -q HAVE_LIBNOTIFY=1 "$TOP_BUILDDIR/Makefile"; then
  sed '/^\[sink/,$d' tocsin.conf >popups.conf
  printf '[sink pop]\ntype = desktop\n' >>popups.conf
  exits 2 '--format needs a stdout sink' "$TOCSIN" -c popups.conf once --format json
else
  skip '--format needs a stdout sink' 'built without libnotify'
fi
exits 2 'an unexpected argument is refused' tocsin once again

# A sink that is not there any more.
sed 's/^state = .*/state = state2/; s/^\[sink out\]/[sink old]/' tocsin.conf >old.conf
exits 1 'alerts that cannot be printed' sh -c '"$TOCSIN" -c old.conf once >/dev/full'
exits 0 'wait' "$TOCSIN" -c old.conf alerts --pending
like "$out" '*old: pending: cannot write to standard output*' 'for their sink'
sed '/^\[sink/,$d' old.conf >sinkless.conf
exits 0 'and without it' "$TOCSIN" -c sinkless.conf alerts --pending
like "$out" '*old: pending: waits: no such sink is configured*' 'say so, even if there is none at all'

# What is kept only for so long. A run that ends badly does not tidy up.
sed 's/^state = .*/state = state3/' tocsin.conf >long.conf
printf '[feed missing]\nurl = %s/missing.xml\n' "$HTTPD_URL" >>long.conf
exits 3 'a feed that has rung' "$TOCSIN" -c long.conf once --strict
sed '/^\[feed atom\]/,/^url/d; s/^state = .*/&\nretain = 0s/' long.conf >short.conf
exits 3 'and leaves' "$TOCSIN" -c short.conf once --all --strict
exits 0 'keeps its alerts' "$TOCSIN" -c short.conf alerts --format json
like "$out" '*"feed":"atom"*' 'for a while'
later=$(($(date +%s) + 1))
is_later () { [ "$(date +%s)" -gt "$later" ]; }
wait_for is_later
exits 0 'and then' "$TOCSIN" -c short.conf once --all
exits 0 'it is forgotten' "$TOCSIN" -c short.conf alerts --format json
unlike "$out" '*"feed":"atom"*' 'with them'
like "$out" '*"feed":"cdata"*' 'unlike the others'

exits 0 'alerts -v tells' tocsin -v alerts
item=$(printf '%s\n' "$out" | sed -n 's/^item: //p' | head -n 1)
exits 0 'the ids of items, which why takes' tocsin why "$item"
like "$out" '*: yes*' 'and tells of the rule'

# What a person at a terminal is told.
if has_terminal; then
  at_terminal () {
    script -qec "'$TOCSIN' -c paused.conf $*" /dev/null </dev/null >tty.out
    out=$(tr -d '\r' <tty.out)
  }
  cat >paused.conf <<EOT
[tocsin]
state = paused
[feed f]
url = $HTTPD_URL/429?retry-after=60
EOT
  at_terminal once
  like "$out" '*HTTP 429*' 'a feed fails'
  at_terminal once
  is "$out" "Nothing new: no feed is due. --all polls them all." 'that nothing is new'
  at_terminal once --all
  is "$out" "No feed may be polled now; see 'tocsin feeds'." 'or that nothing may be polled'
  cat >www/years.xml <<'EOT'
<rss version="2.0"><channel><title>Years</title>
<item><guid>1</guid><title>Old</title><pubDate>Mon, 05 Mar 2012 10:00:00 GMT</pubDate></item>
<item><guid>2</guid><title>Undated</title></item>
</channel></rss>
EOT
  printf '[tocsin]\nstate = years\n[feed f]\nurl = www/years.xml\n[rule r]\nquery = old\n' >years.conf
  script -qec "'$TOCSIN' -c years.conf once" /dev/null </dev/null >tty.out
  like "$(tr -d '\r' <tty.out)" \
    "*2 new items in 1 feed, none that rings; 2 are too old or undated*'backlog'*" 'why what is old does not ring'
  at_terminal -q once --all
  is "$out" '' 'or nothing, when quiet'
else
  skip 'what a terminal is told' 'there is no terminal to be had'
fi

# What a server asks for is the interval that is in effect.
echo '<rss version="2.0"><channel><title>T</title><ttl>120</ttl></channel></rss>' >ttl.xml
printf '[tocsin]\nstate = ttl\n[feed f]\nurl = ttl.xml\ninterval = 1h\n[rule r]\nquery = old\n' >ttl.conf
exits 0 'a feed that asks for two hours' "$TOCSIN" -c ttl.conf once
exits 0 'is listed' "$TOCSIN" -c ttl.conf feeds --format json
like "$out" '*"interval":7200,*' 'with them'

# What fails.
sed '/<\/item>/,$d' "$TOP_SRCDIR/tests/data/once/cdata.xml" >www/cdata.xml
exits 0 'a damaged feed is no failure' tocsin once --all
exits 0 'feeds tells of it' tocsin feeds
like "$out" "*${nl}  *" 'below its line'
unlike "$out" '*in a row*' 'and not as of a poll that failed'
cp "$TOP_SRCDIR/tests/data/once/cdata.xml" www/cdata.xml
exits 0 'the next run' tocsin once --all
iconv -f UTF-8 -t CP1251 >www/cp1252.xml <<'EOT'
<rss version="2.0"><channel><title>Новости нашего края</title><item><guid>k</guid>
<title>Патруль вышел на дорогу</title><description>Жители видели, как он вернулся.</description></item></channel></rss>
EOT
exits 0 'a feed in a charset that had to be guessed is no failure' tocsin once --all
like "$err" '*feed “cp1252”: no UTF-8*read as windows-1251*' 'and it is said, not as damage'
exits 0 'feeds tells of it' tocsin feeds
like "$out" '*Новости нашего края*no UTF-8*' 'and has its title'
exits 0 'while it is the same' tocsin once --all
is "$err" '' 'it is not said again'
exits 0 'feeds still tells of it' tocsin feeds
like "$out" '*no UTF-8*' 'as long as it is so'
iconv -f UTF-8 -t CP1251 >www/cp1252.xml <<'EOT'
<rss version="2.0"><channel><title>Новости нашего края</title><item><guid>l</guid>
<title>Ещё одна новость</title><description>Жители видели, как он вернулся ещё раз.</description></item></channel></rss>
EOT
exits 0 'when there is more in the same charset' tocsin once --all
is "$err" '' 'that is not said again either'
mv www/atom.xml www/atom.off
exits 0 'one failing feed of three is no failure of the run' tocsin once --all
like "$err" '*feed “atom”*404*' 'but it is said'
exits 3 'unless --strict asks' tocsin once --all --strict
unlike "$err" '*feed “atom”*' 'and it is not said again'
mv www/atom.off www/atom.xml
stop_httpd
exits 1 'all failing is one' tocsin once --all
like "$err" '*all 3 feeds failed*' 'and it is said'
exits 1 'even when quiet' tocsin -q once --all
like "$err" '*all 3 feeds failed*' 'it is said'
exits 0 'feeds tells why' tocsin feeds
like "$out" '*127.0.0.1*' 'in its text'

exits 2 'a missing configuration is said' "$TOCSIN" -c none.conf once
like "$err" '*none.conf*' 'with its name'
chmod 500 .
exits 0 'help needs nothing' "$TOCSIN" once --help
chmod 700 .
done_testing
