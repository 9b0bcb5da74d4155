#!/bin/sh
# SPDX-License-Identifier: MIT
# A rule's cooldown: once and the daemon hold what comes within it, and send it afterwards.
. "$TOP_SRCDIR/tests/lib/lib.sh"

write_feed () { # TITLE...
  {
    printf '<rss version="2.0"><channel><title>f</title><link>http://x.test/</link>\n'
    for title; do
      printf '<item><title>%s</title><guid>tag:x.test:%s</guid></item>\n' "$title" "$title"
    done
    printf '</channel></rss>\n'
  } >feed.new
  mv feed.new feed.xml
}
write_config () { # COOLDOWN
  cat >tocsin.conf <<EOT
[tocsin]
state = state
backlog = all
[feed f]
url = feed.xml
interval = 1s
[rule bells]
query = bell
cooldown = $1
[rule other]
query = sparrow
[sink out]
type = stdout
format = json
EOT
}
tocsin () {
  "$TOCSIN" -c tocsin.conf "$@"
}
titles () { sed 's/.*"title":"\([^"]*\)".*/\1/' "$1" | tr '\n' ','; }
has_all () { [ "$(titles alerts)" = "$1" ]; }

# once: what is held waits, whatever is asked for.
write_config 1h
write_feed 'Bell 1' 'Bell 2' 'Sparrow 1' 'Sparrow 2'
exits 0 'the first alert of a rule rings' tocsin once --all
is "$(titles run.out)" 'Bell 1,Sparrow 1,Sparrow 2,' 'the next is held, and no other rule'
write_feed 'Bell 3' 'Bell 2' 'Bell 1'
exits 0 'another poll within the cooldown' tocsin once --all
is "$out" '' 'prints nothing'
exits 0 'alerts --retry' tocsin alerts --retry
like "$err" '*0 deliveries*' 'has nothing to do with it'
exits 0 'and once' tocsin once
is "$out" '' 'sends nothing either'
exits 0 'the held ones are recorded' tocsin alerts --pending --format json
is "$(titles run.out)" 'Bell 2,Bell 3,' 'each with an id of its own'
is "$(grep -c '"deliveries":\[{"sink":"out","state":"pending","attempts":0,"time":null,"error":null}\]}$' run.out)" \
  2 'as pending deliveries'
exits 0 'and told of' tocsin alerts --pending
is "$(grep -c '^out: pending, held until [0-9-]* [0-9:]* [+-][0-9]*$' run.out)" 2 'with their time'

# The daemon: they come by themselves when it is over.
rm -r state
write_config 2s
write_feed 'Bell 1' 'Bell 2' 'Bell 3'
spawn "$TOCSIN" -c tocsin.conf daemon >alerts 2>log
daemon=$pid
ok 'the daemon rings, and sends what it held by itself' wait_for has_all 'Bell 1,Bell 2,Bell 3,'
all_marked () { [ -z "$(tocsin alerts --pending --format json)" ]; }
ok 'nothing waits then' wait_for all_marked
exits 0 'alerts knows when they came' tocsin alerts --format json
cp run.out sent.json
# delay N: the seconds between the Nth alert's record and its delivery.
delay () {
  recorded=$(sed -n "$1"'s/^{"alert":"[^"]*","time":"\([^"]*\)".*/\1/p' sent.json)
  delivered=$(sed -n "$1"'s/.*"state":"sent","attempts":1,"time":"\([^"]*\)".*/\1/p' sent.json)
  echo $(($(date -d "$delivered" +%s) - $(date -d "$recorded" +%s)))
}
ok 'the second one when the cooldown was over' test "$(delay 2)" -ge 2
ok 'and with it the third' test "$(delay 3)" -ge 2
write_feed 'Bell 4' 'Bell 3'
ok 'what comes next comes too' wait_for has_all 'Bell 1,Bell 2,Bell 3,Bell 4,'
stop "$daemon" TERM
is "$status" 0 'the daemon ends well'
exits 0 'nothing is left' tocsin alerts --pending --format json
is "$out" '' 'at the end'
is "$(sed 's/.*"alert":"\([^"]*\)".*/\1/' alerts | sort | uniq -d)" '' 'no alert came twice'

# A held alert outlives the process, and the rule.
write_feed 'Bell 5' 'Bell 6'
exits 0 'once holds' tocsin once --all
sed -i 's/^\[rule bells\]/[rule swans]/; s/^query = bell/query = swan/' tocsin.conf
cp run.out more.json
sent () {
  tocsin once >run.more
  cat run.more >>more.json
  [ "$(titles more.json)" = 'Bell 5,Bell 6,' ]
}
ok 'and sends it later, whatever became of the rule' wait_for sent
done_testing
