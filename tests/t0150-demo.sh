# SPDX-License-Identifier: MIT
# The demonstration, which is the first that anyone sees of the program.
. "$TOP_SRCDIR/tests/lib/lib.sh"

cp -R "$TOP_SRCDIR/conf/demo.conf" "$TOP_SRCDIR/conf/demo" .
chmod -R u+w demo.conf demo

exits 0 'the configuration has no errors' "$TOCSIN" -c demo.conf check
is "$err" '' 'and no warnings'

exits 0 'the first run ends with status 0' "$TOCSIN" -c demo.conf once
first=$out
is "$(printf '%s\n' "$first" | grep -c 'https://')" 5 'five alerts, each with its link'
like "$first" '*Sur la route du Nord-Est*' 'the French story'
like "$first" '*\*\*patrouilles*russes\*\**' 'with the plural of the phrase marked, over a no-break space'
like "$first" '*Tidemark*' 'the advisory'
like "$first" '*drones*' 'the drones near the port'
like "$first" '*الهُدْنَة*' 'the truce'
unlike "$first" '*withdrawn*' 'not what a rule excludes'
unlike "$first" '*arcades*' 'not words in attributes, nor a phrase over two paragraphs'
unlike "$first" '*<*>*' 'no markup'
unlike "$first" '*&*;*' 'no entities'
ok 'the state is beside the configuration' test -d demo-state

exits 0 'the second run ends with status 0' "$TOCSIN" -c demo.conf once --all
is "$out" '' 'and repeats nothing'

if has_terminal; then
  script -qec "'$TOCSIN' -c demo.conf once" /dev/null </dev/null >tty.out
  like "$(cat tty.out)" 'Nothing new*' 'which is said at a terminal'
  script -qec "'$TOCSIN' -c demo.conf alerts --pending" /dev/null </dev/null >tty.out
  like "$(cat tty.out)" 'No such alerts.*' 'as it is when a list is empty'
fi

"$TOCSIN" -c demo.conf alerts --format json >alerts
is "$(sed 's/.*"rule":"\([a-z]*\)".*"feed":"\([a-z]*\)".*/\1 \2/' alerts | sort)" \
  "advisory harbour${nl}drones harbour${nl}lieu depeches${nl}patrouille depeches${nl}truce nahr" \
  'each rule rang for its own story, once'

# What the README shows is what is printed, but for the time and the length of lines.
squeeze () {
  tr -s '\302\240 \n' ' '
}
shown=$(sed -n '/^  20[0-9-]* .*patrouille/,/^$/p' "$TOP_SRCDIR/README" | sed 1d | squeeze)
ok 'the README shows an alert' test -n "$shown"
like "$(printf '%s\n' "$first" | squeeze)" "*${shown# }*" 'as it is printed'

done_testing
