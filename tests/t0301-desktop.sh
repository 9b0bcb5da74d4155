# SPDX-License-Identifier: MIT
# Alerts as pop-ups of a real dunst on a bus and a display of our own.
. "$TOP_SRCDIR/tests/lib/lib.sh"
. "$TOP_SRCDIR/tests/lib/desktop.sh"

needs dbus-daemon dbus-send Xvfb dunst dunstctl jq
"$TOCSIN" -c /dev/null test-sink desktop 2>&1 | grep -q 'no sink' &&
  skip_all 'built without libnotify'

cat >tocsin.conf <<'CONF'
[sink pop]
type = desktop
CONF

begin=$(date +%s)
exits 1 'without a bus there is no desktop' "$TOCSIN" -c tocsin.conf test-sink pop
is "$err" 'tocsin: sink “pop”: there is no session bus' 'which is said'

start_bus
exits 1 'without a server there is no desktop' "$TOCSIN" -c tocsin.conf test-sink pop
is "$err" 'tocsin: sink “pop”: there is no notification server' 'which is said'

start_notifyd --silent
exits 1 'a silent server is not waited for' "$TOCSIN" -c tocsin.conf test-sink pop
is "$err" 'tocsin: sink “pop”: the notification server does not answer' 'which is said'
stop_notifyd
ok 'all that within 10 s' test $(($(date +%s) - begin)) -lt 10

start_display
start_dunst
exits 0 'a pop-up is shown' "$TOCSIN" -c tocsin.conf test-sink pop
is "$(count_popups)" 1 'one'
if command -v import >/dev/null 2>&1 && command -v identify >/dev/null 2>&1; then
  is_painted () {
    import -window root screen.png && [ "$(identify -format %k screen.png)" -gt 8 ]
  }
  ok 'which can be seen on the screen' wait_for is_painted
else
  skip 'which can be seen on the screen' 'ImageMagick is not installed'
fi
is "$(popups)" '{"summary":"A sample alert","body":"If you can read this, alerts arrive here.\ntocsin · test-sink"}' \
  'with title, excerpt, feed and rule'

exits 0 'the same alert again' "$TOCSIN" -c tocsin.conf test-sink pop
exits 0 'and again' "$TOCSIN" -c tocsin.conf test-sink pop
is "$(count_popups)" 1 'takes the place of the first'

done_testing
