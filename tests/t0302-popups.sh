# SPDX-License-Identifier: MIT
# From a feed to the desktop: pop-ups of `once` and `daemon`, and what becomes of alerts
# while nobody is there to show them.
. "$TOP_SRCDIR/tests/lib/lib.sh"
. "$TOP_SRCDIR/tests/lib/desktop.sh"

needs dbus-daemon dbus-send Xvfb dunst dunstctl jq
"$TOCSIN" -c /dev/null test-sink desktop 2>&1 | grep -q 'no sink' &&
  skip_all 'built without libnotify'

cat >tocsin.conf <<'CONF'
[tocsin]
state = state
backlog = all
[feed depeches]
url = feed.xml
interval = 1s
[rule patrouille]
query = "patrouille russe"
urgency = critical
[rule lieu]
query = "Tall Tamr"
[rule veille]
query = veille
cooldown = 2s
[sink pop]
type = desktop
CONF

# add_item N TITLE HTML: the feed is written anew with all items so far.
add_item () {
  printf '<item><title>%s</title><guid>g%s</guid><link>https://example.org/%s</link><description><![CDATA[%s]]></description></item>\n' \
    "$2" "$1" "$1" "$3" >>items
  {
    echo '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>Dépêches</title>'
    cat items
    echo '</channel></rss>'
  } >feed.new
  mv feed.new feed.xml
}

once () {
  begin=$(date +%s)
  exits 0 "$1" "$TOCSIN" -c tocsin.conf once --all
  is "$out" '' 'nothing on standard output'
  ok 'within 10 s' test $(($(date +%s) - begin)) -lt 10
}

pending () {
  "$TOCSIN" -c tocsin.conf alerts --pending --format json |
    jq -r '.rule + " " + (.deliveries[] | .sink + " " + .state + " " + (.attempts | tostring))'
}

add_item 1 'Route coupée au nord-est' \
  '<p class="patrouille russe">Une <b>patrouille</b>&nbsp;<i>russe</i> de six blindés &amp; deux camions a fait demi-tour, dit un habitant.</p>'

once 'once without a bus'
is "$(pending)" 'patrouille pop pending 0' 'the alert waits, and this was no attempt'
start_bus
once 'once without a server'
is "$(pending)" 'patrouille pop pending 0' 'the alert still waits'
start_notifyd --silent
once 'once with a silent server'
is "$(pending)" 'patrouille pop pending 1' 'the alert waits for the next try'
stop_notifyd

start_display
start_dunst
once 'once with a server'
is "$(count_popups)" 1 'one pop-up'
is "$(popups)" '{"summary":"Route coupée au nord-est","body":"Une patrouille russe de six blindés &amp; deux camions a fait demi-tour, dit un habitant.\ndepeches · patrouille"}' \
  'with the text that a person reads'
is "$(pending)" '' 'nothing waits any more'
once 'once again'
is "$(count_popups)" 0 'no second pop-up'

add_item 2 'Tall Tamr &amp;lt;b&amp;gt; &amp;amp; alentours' 'Une patrouille russe à Tall Tamr.'
once 'an item that two rules match'
is "$(count_popups)" 1 'is one pop-up'
like "$(popups | head -n 1)" '*"summary":"Tall Tamr <b> & alentours"*"body":"*\\ndepeches · *patrouille*' 'whose title is no markup'
like "$(popups | head -n 1)" '*\\ndepeches · *lieu*' 'and which names both rules'

for n in 11 12 13 14 15 16 17 18; do
  add_item "$n" "Dépêche $n" "Encore une patrouille russe."
done
once 'a burst'
is "$(count_popups)" 1 'is one pop-up'
like "$(popups | head -n 1)" '{"summary":"8 alerts","body":"Dépêche 11\\nDépêche 12\\n*"}' 'that counts'

for n in 21 22 23; do
  add_item "$n" "Note $n" "Une veille."
done
is_sent () {
  "$TOCSIN" -c tocsin.conf once --all && [ -z "$(pending)" ]
}
ok 'what a cooldown held is sent when it is over' wait_for is_sent
popups | head -n 2 | jq -r .summary >summaries
is "$(cat summaries)" "2 alerts${nl}Note 21" 'as one pop-up that counts, after the first'

stop_dunst
spawn "$TOCSIN" -c tocsin.conf daemon 2>daemon.log
daemon=$pid
add_item 30 'Pendant la nuit' 'Une patrouille russe.'
is_pending () {
  [ "$(pending)" = 'patrouille pop pending 0' ]
}
ok 'a daemon without a server records' wait_for is_pending
start_dunst
is_shown () {
  [ "$(count_popups)" = 1 ]
}
ok 'and shows it when the server comes' wait_for is_shown
stop_dunst
start_dunst
add_item 31 'Au matin' 'Une patrouille russe.'
ok 'and goes on when the server was restarted' wait_for is_shown
is "$(popups | head -n 1 | jq -r .summary)" 'Au matin' 'with the new alert alone'
stop "$daemon"
is "$status" 0 'the daemon ends in order'

done_testing
