# SPDX-License-Identifier: MIT
# The example configuration loads as it is, and with all that is commented out in it; what it
# calls defaults are the defaults.
. "$TOP_SRCDIR/tests/lib/lib.sh"

example=$TOP_SRCDIR/conf/tocsin.conf

exits 0 'the example loads' "$TOCSIN" -c "$example" check
is "$err" '' 'without a warning'
like "$out" '*: 6 feeds, 4 rules, no sink (once prints, *' 'with its feeds and rules'

# "# key = value" and "# [group]", but no prose.
uncomment () {
  sed -E 's/^# ([a-z-]+ = |\[)/\1/'
}

sed -n '/^\[tocsin\]/,/^# No defaults/p' "$example" | uncomment >defaults.conf
: >empty.conf
ok 'defaults are shown' grep -q '^interval = auto' defaults.conf
"$TOCSIN" -c empty.conf check --print >wanted
"$TOCSIN" -c defaults.conf check --print >got
is_file got wanted 'and are the defaults'

uncomment <"$example" >all.conf
printf '[sink x]\ntype = desktop\n' >desktop.conf
if ! "$TOCSIN" -q -c desktop.conf check 2>/dev/null; then
  # This build has no pop-ups.
  sed '/^\[sink desktop\]/,$d' all.conf >some.conf
  mv some.conf all.conf
fi
echo 'https://listed.example/feed tag' >feeds.txt
echo '<opml version="2.0"><body><outline xmlUrl="https://o.example/"/></body></opml>' >subscriptions.opml
echo 'SOHR' >names.txt
echo 'me:word' >intranet.secret
echo '-----BEGIN CERTIFICATE-----' | tee me.pem >intranet-ca.pem
echo '-----BEGIN PRIVATE KEY-----' >me.key
chmod 600 all.conf intranet.secret me.key
MEMBERS_USER=me MEMBERS_PASSWORD=word
export MEMBERS_USER MEMBERS_PASSWORD
exits 0 'it loads with all that is commented out' "$TOCSIN" -c all.conf check
is "$err" '' 'without a warning'
like "$out" '*: 10 feeds, 6 rules, *' 'and all of it counts'

done_testing
