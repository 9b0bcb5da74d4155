#!/bin/sh
# SPDX-License-Identifier: MIT
# popup-picture.sh FILE.png: a picture of a real pop-up, as man/tocsin-popup.png: an alert
# of the demonstration, shown by dunst on a display of its own. No test; run it from the
# top of a built tree when pop-ups look different:
#
#     TOCSIN=$PWD/tocsin TOP_SRCDIR=$PWD TOP_BUILDDIR=$PWD \
#       tests/lib/run-test tests/lib/popup-picture.sh "$PWD/man/tocsin-popup.png"
. "$TOP_SRCDIR/tests/lib/lib.sh"
. "$TOP_SRCDIR/tests/lib/desktop.sh"

needs dbus-daemon dbus-send Xvfb dunst dunstctl import convert

cat >tocsin.conf <<CONF
[tocsin]
state = state
backlog = all
[feed depeches]
url = $TOP_SRCDIR/conf/demo/depeches.xml
[rule patrouille]
query = "patrouille russe" OR SOHR
language = fr
urgency = critical
[sink desktop]
type = desktop
CONF

start_bus
start_display
start_dunst
ok 'an alert is shown' "$TOCSIN" -c tocsin.conf once
is_shown () {
  [ "$(count_popups)" = 1 ]
}
ok 'by dunst' wait_for is_shown
is_painted () {
  import -window root screen.png && [ "$(identify -format %k screen.png)" -gt 8 ]
}
ok 'on the screen' wait_for is_painted
# The pop-up without the black around it, on a margin of its own.
ok 'and kept' convert screen.png -trim +repage -bordercolor '#8a939c' -border 14 \
  -colors 64 -strip -define png:compression-level=9 "$1"
done_testing
