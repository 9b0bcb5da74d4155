# SPDX-License-Identifier: MIT
# What every command has in common: help, options before and after it, and status 2 with a
# message for whatever is wrong with the command line or the configuration.
. "$TOP_SRCDIR/tests/lib/lib.sh"

# wrong NAME CMD...: status 2, something said on standard error, nothing on standard output.
wrong () {
  exits 2 "$@"
  is "$out" '' "$1: nothing on standard output"
  isnt "$err" '' "$1: a message"
}

exits 0 'the help is shown' "$TOCSIN" --help
is "$err" '' 'on standard output'
exits 0 'and by -h' "$TOCSIN" -h
exits 0 'the version is shown' "$TOCSIN" --version
like "$out" 'tocsin [0-9]*' 'with the name'
version=$out
wrong 'no command' "$TOCSIN"
wrong 'an unknown command' "$TOCSIN" frobnicate
like "$err" '*frobnicate*' 'which is named'
wrong 'a slip in a command' "$TOCSIN" alrts
like "$err" '*did you mean alerts*' 'which is seen'
wrong 'an unknown option' "$TOCSIN" --frobnicate
like "$err" '*frobnicate*' 'which is named'
wrong 'an option without its value' "$TOCSIN" -c
wrong 'an empty configuration name' "$TOCSIN" -c '' once
wrong 'an empty state name' "$TOCSIN" once -s ''
wrong 'a missing configuration' "$TOCSIN" -c no-such.conf once
like "$err" 'no-such.conf: No such file or directory*' 'is named once'
like "$err" "*tocsin add URL*" 'with ways to begin one'
wrong 'a directory as configuration' "$TOCSIN" -c . once
like "$err" '.: Is a directory*' 'is said to be one'

# Not built yet, hence unknown like any other word.
wrong 'report' "$TOCSIN" report

printf '[tocsin]\nintervall = 1h\n[feed a]\nurl = nowhere.xml\n' >bad.conf
printf '[feed a]\nurl = nowhere.xml\n[rule r]\nquery = word\n' >good.conf
commands=$("$TOCSIN" --help | awk '/^Commands:/ { on = 1; next } /^$/ { on = 0 } on { print $1 }')
for command in $commands; do
  exits 0 "$command --help" "$TOCSIN" "$command" --help
  like "$out" "Usage: *$command*" "$command: its synopsis"
  is "$err" '' "$command: help on standard output"
  exits 0 "$command --version" "$TOCSIN" "$command" --version
  is "$out" "$version" "$command: the version of the program"
  exits 0 "$command: help, other options before it" "$TOCSIN" -v -s state "$command" -h
  wrong "$command with an unknown option" "$TOCSIN" "$command" --frobnicate
  case $command in
  once | daemon | check | feeds | alerts | export)
    wrong "$command with an argument too many" "$TOCSIN" -c good.conf "$command" surplus
    exits 2 "$command with an error in its configuration" "$TOCSIN" -c bad.conf "$command"
    like "$err" "*bad.conf:2:1: *intervall*" "$command: which is placed"
    exits 2 "$command with the configuration named behind it" "$TOCSIN" "$command" --config=bad.conf
    ;;
  esac
  # A configuration that is named must load; `add` and `import` begin one.
  case $command in
  add | import) ;;
  once | daemon | check | feeds | alerts | export)
    wrong "$command with -c of no file" "$TOCSIN" -c no-such.conf "$command"
    like "$err" '*no-such.conf*' 'which is named'
    ;;
  *)
    wrong "$command with -c of no file" "$TOCSIN" -c no-such.conf "$command" word
    like "$err" '*no-such.conf*' 'which is named'
    ;;
  esac
  case $command in
  once | feeds | alerts | match)
    wrong "$command with an unknown format" "$TOCSIN" -c good.conf "$command" --format xml word
    ;;
  esac
done

# Help fits a terminal, whose lines are not broken at words.
for command in once daemon check add feeds alerts match why parse test-sink import export; do
  run "$TOCSIN" "$command" --help
  is "$(printf '%s\n' "$out" | sed 1d | awk 'length ($0) > 94' | head -n 1)" '' "$command --help has no long lines"
done

done_testing
