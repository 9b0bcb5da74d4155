#!/bin/sh
# SPDX-License-Identifier: MIT
# The state: where it is, what a first sight is, what belongs to a name, and what happens
# when it is damaged, too new or in use.
. "$TOP_SRCDIR/tests/lib/lib.sh"

# item ID [AGE]: one that the rule asks for, dated so long ago, or undated.
item () {
  printf '<item><title>SOHR %s</title><guid isPermaLink="false">%s</guid>' "$1" "$1"
  [ $# -lt 2 ] || printf '<pubDate>%s</pubDate>' "$(date -u -R -d "$2")"
  printf '</item>'
}

# feed ITEM-XML: what the feed holds from now on.
feed () {
  printf '<rss version="2.0"><channel><title>F</title>%s</channel></rss>' "$1" >feed.xml
}

# configure BACKLOG [FEED [RULE]]
configure () {
  printf '[tocsin]\nbacklog = %s\nstate = state\n[feed %s]\nurl = feed.xml\n' \
    "$1" "${2-f}" >tocsin.conf
  printf '[rule %s]\nquery = SOHR\n[sink out]\ntype = stdout\nformat = tsv\n' \
    "${3-r}" >>tocsin.conf
}

# rings ARGS...: rule and title of what `once` rings for.
rings () {
  run "$TOCSIN" -c tocsin.conf once "$@"
  rung=$(cut -f 3,8 run.out | tr '\t\n' ':,')
}

first=$(item undated && item old '3 days ago' && item young '2 hours ago' &&
  item future '5 days' && item epoch 1970-01-01)
feed "$first"
first_sight () {
  rm -rf state
  configure "$1"
  rings
  is "$rung" "$2" "backlog = $1: what a first sight rings for"
}
first_sight all 'r:SOHR undated,r:SOHR old,r:SOHR young,r:SOHR future,r:SOHR epoch,'
first_sight none ''
first_sight 1d 'r:SOHR young,'
first_sight 1h ''
first_sight 1w 'r:SOHR old,r:SOHR young,'
feed "$first$(item late '3 days ago')"
rings --all
is "$rung" 'r:SOHR late,' 'later than the first sight a new item rings, old or not'

rm -rf state
configure none
printf '<rss version="2.0"><channel><title>F</title>%s' "$(item undated)" >feed.xml
rings
is "$rung" '' 'half a feed is no first sight'
feed "$first"
rings --all
is "$rung" '' 'its first whole parse is'
feed "$first$(item new)"
rings --all
is "$rung" 'r:SOHR new,' 'then what is new rings'

# Names.
printf '[rule second]\nquery = "SOHR"\n' >>tocsin.conf
rings --all
is "$rung" '' 'a new rule sees future items only'
feed "$first$(item new)$(item newer)"
rings --all
is "$rung" 'r:SOHR newer,second:SOHR newer,' 'and these it sees'
configure none f
sed -i 's/^query = SOHR/query = SOHR OR never/' tocsin.conf
rings --all
is "$rung" '' 'an edited query does not ring again'
configure none f renamed
rings --all
is "$rung" '' 'a renamed rule does not ring for the past'
configure none g
rings --all
is "$rung" '' 'a renamed feed takes its state over'
feed "$first$(item new)$(item newer)$(item newest)"
rings --all
is "$rung" 'r:SOHR newest,' 'and goes on'

# Where it is.
is "$(stat -c %a state)" 700 'a state directory that was made is of its owner only'
XDG_STATE_HOME=$PWD/xdg "$TOCSIN" -c tocsin.conf -s named once >named.out
ok '-s beats the configuration' test -f named/state.db
fails 'which beats the default' test -e xdg
sed -i '/^state/d' tocsin.conf
XDG_STATE_HOME=$PWD/xdg "$TOCSIN" -c tocsin.conf once >xdg.out
ok 'without both it is the default one' test -f xdg/tocsin/state.db
exits 0 'a listing of no state' "$TOCSIN" -c tocsin.conf -s none alerts
fails 'makes none' test -e none

# Output that cannot be written.
configure all
for how in '>&-' '>/dev/full' '| :'; do
  rm -rf state
  got=$(sh -c "{ '$TOCSIN' -q -c tocsin.conf once 2>lost.err; echo \$? >&3; } $how" 3>&1)
  is "$got" 1 "output lost ($how): 1"
  like "$(cat lost.err)" 'tocsin: cannot write to standard output: *' "said even when quiet"
done
rings
is "$(printf %s "$rung" | tr -cd , | wc -c)" 8 'and every alert comes with the next run'
rings
is "$rung" '' 'once'

# Damage.
configure all
head -c 4096 /dev/zero | tr '\0' x | dd of=state/state.db conv=notrunc 2>dd.err
exits 1 'a damaged state cannot be listed' "$TOCSIN" -c tocsin.conf alerts
exits 1 'a run over it ends with 1' "$TOCSIN" -c tocsin.conf once
like "$err" '*damaged*moved to*state.db.corrupt*' 'and says where it was moved'
is "$(printf '%s\n' "$err" | wc -l)" 1 'in one line'
ok 'it is there' test -f state/state.db.corrupt-*
rings
is "$status$rung" 0 'the next run rings for nothing, whatever backlog says'
feed "$first$(item after)"
rings --all
is "$rung" 'r:SOHR after,' 'and then goes on'
rm -rf state
rings
: >state/state.lock
dd if=/dev/urandom of=state/state.db bs=8192 seek=2 count=12 conv=notrunc 2>dd.err
exits 1 'damage inside is found' "$TOCSIN" -c tocsin.conf once --all
is "$(printf '%s\n' "$err" | wc -l)" 1 'and said in one line'

if command -v sqlite3 >/dev/null; then
  rm -rf state
  rings
  sqlite3 state/state.db 'PRAGMA user_version = 999'
  cp state/state.db newer.db
  for command in once feeds alerts daemon; do
    exits 1 "$command leaves a newer state alone" "$TOCSIN" -c tocsin.conf $command
    like "$err" '*newer tocsin*' 'and says so'
  done
  is_file state/state.db newer.db 'it is unchanged'
else
  skip 'a newer state' 'sqlite3 is not installed'
fi
done_testing
