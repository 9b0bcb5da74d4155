. "$TOP_SRCDIR/tests/lib/lib.sh"
spawn sleep 60
stop "$pid"
is "$status" 143 x
done_testing
