# SPDX-License-Identifier: MIT
#
# A desktop for shell tests: a session bus, an X server without a screen, a notification
# server. Read after lib.sh; everything ends with the script.
#
#   start_bus       a session bus at $XDG_RUNTIME_DIR/bus, where one is looked for when the
#                   environment names none. It starts no services by itself.
#   stop_bus
#   start_display   Xvfb; sets DISPLAY
#   start_dunst     dunst on both; $DUNST_PID.  stop_dunst
#   start_notifyd [OPTIONS]   the server that misbehaves (notifyd.c); pop-ups in notifyd.log
#   stop_notifyd
#   popups          what dunst has shown so far, newest first, as JSON Lines with summary
#                   and body; takes them off the screen
#   count_popups    how many are on the screen

BUS=unix:path=$XDG_RUNTIME_DIR/bus

start_bus () {
  cat >bus.conf <<CONF
<busconfig>
  <type>session</type>
  <listen>$BUS</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
CONF
  spawn dbus-daemon --nofork --config-file="$PWD/bus.conf"
  BUS_PID=$pid
  wait_for test -S "$XDG_RUNTIME_DIR/bus" || bail 'the bus did not start'
}

stop_bus () {
  stop "$BUS_PID"
  rm -f "$XDG_RUNTIME_DIR/bus"
}

start_display () {
  rm -f display
  spawn sh -c 'exec Xvfb -displayfd 3 -screen 0 800x600x24 -nolisten tcp 3>display 2>xvfb.log'
  wait_for test -s display || bail 'Xvfb did not start'
  DISPLAY=:$(cat display)
  export DISPLAY
}

_has_name () {
  DBUS_SESSION_BUS_ADDRESS=$BUS dbus-send --session --print-reply --dest=org.freedesktop.DBus \
    / org.freedesktop.DBus.NameHasOwner string:org.freedesktop.Notifications | grep -q 'boolean true'
}

_has_no_name () {
  ! _has_name
}

# Nothing of the user's: no scripts, no browser, no icons, history for ever.
start_dunst () {
  cat >dunstrc <<CONF
[global]
    width = 460
    height = 300
    origin = top-right
    offset = 16x16
    font = DejaVu Sans 11
    markup = full
    format = "<b>%s</b>\\n%b"
    word_wrap = yes
    ellipsize = end
    alignment = left
    frame_width = 2
    corner_radius = 0
    padding = 12
    horizontal_padding = 14
    idle_threshold = 0
    sticky_history = yes
    history_length = 100
    icon_position = off
    show_indicators = no
    dmenu = /bin/true
    browser = /bin/true
[urgency_low]
    background = "#202428"
    foreground = "#c8ccd0"
    frame_color = "#4a5058"
    timeout = 0
[urgency_normal]
    background = "#202428"
    foreground = "#f0f2f4"
    frame_color = "#5b8db8"
    timeout = 0
[urgency_critical]
    background = "#26201f"
    foreground = "#fbf6f4"
    frame_color = "#d0503c"
    timeout = 0
CONF
  spawn env DBUS_SESSION_BUS_ADDRESS="$BUS" dunst -config "$PWD/dunstrc"
  DUNST_PID=$pid
  wait_for _has_name || bail 'dunst did not start'
}

stop_dunst () {
  stop "$DUNST_PID"
  wait_for _has_no_name
}

start_notifyd () {
  rm -f notifyd.log
  spawn env DBUS_SESSION_BUS_ADDRESS="$BUS" "$TOP_BUILDDIR/tests/lib/notifyd" "$@" notifyd.log
  NOTIFYD_PID=$pid
  wait_for grep -q ready notifyd.log || bail 'notifyd did not start'
}

stop_notifyd () {
  stop "$NOTIFYD_PID"
  wait_for _has_no_name
}

_dunstctl () {
  DBUS_SESSION_BUS_ADDRESS=$BUS dunstctl "$@"
}

popups () {
  _dunstctl close-all
  _dunstctl history |
    jq -c '.data[0][] | {summary: .summary.data, body: .body.data}'
}

count_popups () {
  _dunstctl count displayed
}
