# SPDX-License-Identifier: MIT
# The verbs of lib.sh themselves: a verb that cannot fail would make every script lie.
. "$TOP_SRCDIR/tests/lib/lib.sh"

# Runs a script of its own with the library and keeps what it prints.
inner () {
  printf '%s\n' '. "$TOP_SRCDIR/tests/lib/lib.sh"' "$@" >inner.sh
  run sh inner.sh
}

inner 'is a a same' 'like abc "a*" pattern' 'ok true true' 'fails false false' \
  'exits 3 status sh -c "exit 3"' 'unlike abc "b*" other' done_testing
is "$status" 0 'verbs that hold end with status 0'
like "$out" '*ok 6 - other*1..6' 'and print a plan'

for verb in 'is a b x' 'isnt a a x' 'like abc "b*" x' 'unlike abc "a*" x' 'ok x false' \
  'fails x true' 'exits 0 x false' 'is_file /dev/null /etc/passwd x' 'fail x'; do
  inner "$verb" done_testing
  isnt "$status" 0 "can fail: $verb"
  like "$out" '*not ok 1 - x*' "says so: $verb"
done

inner 'pass x' 'exit 0'
isnt "$status" 0 'a script that ends without a plan fails'

inner 'skip_all reason'
is "$out" '1..0 # SKIP reason' 'a skipped script says why'

inner 'wait_for -t 1 false || pass "gave up"' done_testing
like "$out" 'ok 1 - gave up*' 'wait_for gives up'

inner 'spawn sleep 60' 'echo "$pid" >spawned' 'pass x' done_testing
fails 'what was spawned ends with the script' kill -0 "$(cat spawned)"

inner 'spawn sleep 60' 'stop "$pid"' 'is "$status" 143 x' done_testing
like "$out" 'ok 1*' 'stop gives the exit status'

done_testing
