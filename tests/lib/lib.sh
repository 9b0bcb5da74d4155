# SPDX-License-Identifier: MIT
#
# Verbs for shell tests, which print TAP. A script begins with
#
#   . "$TOP_SRCDIR/tests/lib/lib.sh"
#
# and ends with `done_testing` (or begins with `plan N`, when N is known). The wrapper
# run-test has already put it into a scratch directory with a home of its own, and TOCSIN
# holds the path of the program. Whatever `spawn` and `start_httpd` started is ended when
# the script exits, however it exits.
#
#   run CMD...                run; then $status, $out and $err hold what came (strings
#                             without trailing line feeds; files: run.out and run.err)
#   exits N NAME CMD...       run, and the status must be N
#   ok NAME CMD...            the command must succeed        fails NAME CMD...  must not
#   is GOT WANT NAME          equal strings                   isnt GOT NOT NAME  different
#   like GOT PATTERN NAME     shell pattern, e.g. '*word*'    unlike             the reverse
#   is_file FILE WANT NAME    file contents (WANT is a file too)
#   pass NAME, fail NAME, diag TEXT, bail REASON
#   skip NAME REASON, skip_all REASON, todo NAME REASON CMD... (a known failure)
#   long_only                 skips the whole script outside `make check-long`
#   is_long                   true within it
#   has_terminal              true when script(1) can give a command a terminal
#   needs PROGRAM...          skips the whole script when one of them is missing
#   wait_for [-t SECONDS] CMD...   until the command succeeds (default 10 s)
#   spawn CMD...              in the background; its id is $pid; ends with the script
#   stop PID [SIGNAL]         ends a spawned process; its exit status is $status
#   start_httpd DIR [ARGS]    the HTTP server over DIR; sets HTTPD_URL (no final slash),
#                             HTTPD_LOG (requests) and HTTPD_PID; stop_httpd ends it
#   sent HEADER               prints what the last request carried of it, or "-"

_n=0
_failed=0
_plan=
_pids=
# A line feed, and the patterns' quotes, for scripts that build strings.
nl='
'

diag () {
  printf '%s\n' "$*" | sed 's/^/# /'
}

bail () {
  echo "Bail out! $*"
  exit 99
}

plan () {
  _plan=$1
  echo "1..$1"
}

done_testing () {
  [ -n "$_plan" ] || echo "1..$_n"
  _finished=yes
  [ "$_failed" -eq 0 ]
  exit
}

skip_all () {
  [ "$_n" -eq 0 ] || bail "skip_all after the first case"
  echo "1..0 # SKIP $*"
  _finished=yes
  exit 0
}

is_long () {
  [ -n "${TOCSIN_TEST_LONG-}" ]
}

long_only () {
  is_long || skip_all 'part of make check-long'
}

# A terminal of our own can be had: not in a chroot without /dev/pts.
has_terminal () {
  command -v script >/dev/null && script -qec true /dev/null </dev/null >/dev/null 2>&1
}

needs () {
  for _program; do
    command -v "$_program" >/dev/null 2>&1 || skip_all "$_program is not installed"
  done
}

pass () {
  _n=$((_n + 1))
  echo "ok $_n - $(_tap_name "$1")"
}

fail () {
  _n=$((_n + 1))
  _failed=$((_failed + 1))
  echo "not ok $_n - $(_tap_name "$1")"
  return 0
}

# A "#" in a name would be read as a directive.
_tap_name () {
  printf '%s' "$1" | tr '#\n' 'N '
}

skip () {
  _n=$((_n + 1))
  echo "ok $_n - $(_tap_name "$1") # SKIP $2"
}

todo () {
  _n=$((_n + 1))
  _name=$(_tap_name "$1") _reason=$2
  shift 2
  if "$@" >run.out 2>run.err; then
    echo "ok $_n - $_name # TODO $_reason"
  else
    echo "not ok $_n - $_name # TODO $_reason"
  fi
}

run () {
  status=0
  "$@" >run.out 2>run.err || status=$?
  out=$(cat run.out)
  err=$(cat run.err)
}

_show_run () {
  diag "command: $*"
  diag "status: $status"
  [ -z "$out" ] || diag "stdout: $(printf '%s' "$out" | head -c 4000)"
  [ -z "$err" ] || diag "stderr: $(printf '%s' "$err" | head -c 4000)"
}

exits () {
  _want=$1 _name=$2
  shift 2
  run "$@"
  if [ "$status" -eq "$_want" ]; then
    pass "$_name"
  else
    fail "$_name"
    diag "wanted status $_want"
    _show_run "$@"
  fi
}

ok () {
  _name=$1
  shift
  run "$@"
  if [ "$status" -eq 0 ]; then
    pass "$_name"
  else
    fail "$_name"
    _show_run "$@"
  fi
}

fails () {
  _name=$1
  shift
  run "$@"
  if [ "$status" -ne 0 ]; then
    pass "$_name"
  else
    fail "$_name"
    _show_run "$@"
  fi
}

_compare () {
  if [ "$1" = yes ]; then
    pass "$4"
  else
    fail "$4"
    diag "got: $2"
    diag "$5: $3"
  fi
}

is () {
  if [ "$1" = "$2" ]; then _same=yes; else _same=no; fi
  _compare "$_same" "$1" "$2" "$3" wanted
}

isnt () {
  if [ "$1" != "$2" ]; then _same=yes; else _same=no; fi
  _compare "$_same" "$1" "$2" "$3" 'wanted anything but'
}

like () {
  # shellcheck disable=SC2254 # a pattern is what is wanted
  case $1 in
  $2) _same=yes ;;
  *) _same=no ;;
  esac
  _compare "$_same" "$1" "$2" "$3" 'wanted like'
}

unlike () {
  # shellcheck disable=SC2254
  case $1 in
  $2) _same=no ;;
  *) _same=yes ;;
  esac
  _compare "$_same" "$1" "$2" "$3" 'wanted unlike'
}

is_file () {
  if diff -u "$2" "$1" >run.diff 2>&1; then
    pass "$3"
  else
    fail "$3"
    head -n 60 run.diff | sed 's/^/# /'
  fi
}

# The one place that may sleep: 20 ms between two looks, and never past the limit.
wait_for () {
  _limit=10
  if [ "$1" = -t ]; then
    _limit=$2
    shift 2
  fi
  _looks=$((_limit * 50))
  while ! "$@" >/dev/null 2>&1; do
    _looks=$((_looks - 1))
    [ "$_looks" -gt 0 ] || return 1
    sleep 0.02
  done
}

# Without traps: a signal that reached the child before its exec would run ours there.
spawn () {
  trap - EXIT HUP INT TERM
  "$@" &
  pid=$!
  _pids="$_pids $pid"
  _set_traps
}

stop () {
  kill "-${2:-TERM}" "$1" 2>/dev/null || :
  status=0
  wait "$1" 2>/dev/null || status=$?
  _kept=
  for _pid in $_pids; do
    [ "$_pid" = "$1" ] || _kept="$_kept $_pid"
  done
  _pids=$_kept
}

start_httpd () {
  _root=$1
  shift
  HTTPD_LOG=$PWD/httpd.log
  rm -f httpd.port
  : >"$HTTPD_LOG"
  spawn "$TOP_BUILDDIR/tests/lib/httpd" --root "$_root" --log "$HTTPD_LOG" --port-file httpd.port "$@"
  HTTPD_PID=$pid
  wait_for test -s httpd.port || bail "the HTTP server did not start"
  HTTPD_URL=http://127.0.0.1:$(cat httpd.port)
}

stop_httpd () {
  stop "$HTTPD_PID"
}

sent () {
  awk -F'\t' -v name="$1: " '
    $1 == "REQ" {
      value = "-"
      for (i = 7; i <= NF; i++)
        if (index($i, name) == 1)
          value = substr($i, length(name) + 1)
    }
    END { print value }' "$HTTPD_LOG"
}

_leave () {
  _status=$?
  trap - EXIT
  for _pid in $_pids; do
    kill "$_pid" 2>/dev/null || :
  done
  for _pid in $_pids; do
    wait "$_pid" 2>/dev/null || :
  done
  if [ -z "${_finished-}" ] && [ -z "$_plan" ] && [ "$_status" -ne 99 ]; then
    echo "Bail out! the script ended before done_testing (status $_status)"
    _status=99
  fi
  exit "$_status"
}

_set_traps () {
  trap _leave EXIT
  trap 'exit 99' HUP INT TERM
}
_set_traps
