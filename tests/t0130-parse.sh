# SPDX-License-Identifier: MIT
# The command parse: inputs, outputs and statuses. What is read in a feed is test-parser's.
. "$TOP_SRCDIR/tests/lib/lib.sh"

cat >a.xml <<'END'
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><title>A</title>
<entry><id>1</id><title>One</title><link href="x/1"/><content type="html">&lt;p&gt;a&lt;/p&gt;&lt;p&gt;"b"&lt;/p&gt;</content></entry>
<entry><id>2</id><title>Two</title><author><name>Own</name></author></entry>
<author><name>The "feed"</name></author></feed>
END
printf '<rss version="2.0"><channel><title>caf\351</title><item><title>\344\344</title></item></channel></rss>' >b.xml
echo '<html><body>no</body></html>' >page.html
echo '<rss><channel><item><title>whole</title></item><item><title>cut' >cut.xml

exits 0 'a feed is printed' "$TOCSIN" parse --base http://base.example/d/ a.xml
is "$out" '{"type":"feed","format":"atom1.0","title":"A","link":null,"description":null,"language":"en","updated":null,"author":"The \"feed\""}
{"type":"item","id":"1","title":"One","link":"http://base.example/d/x/1","author":"The \"feed\"","published":null,"updated":null,"summary":null,"content":"a\n\n\"b\"","categories":[],"enclosures":[],"language":"en"}
{"type":"item","id":"2","title":"Two","link":null,"author":"Own","published":null,"updated":null,"summary":null,"content":null,"categories":[],"enclosures":[],"language":"en"}' \
  'as JSON Lines, and items have what comes behind them'
is "$err" '' 'nothing is said on stderr'

exits 0 'several inputs are read in turn' "$TOCSIN" parse a.xml "file://$PWD/b.xml"
is "$(grep -c '"type":"feed"' run.out)" 2 'each with its feed line'
like "$out" '*"café"*' 'a file URL is read'

exits 0 'standard input is read' sh -c '"$TOCSIN" parse <a.xml'
cp run.out stdin.out
exits 0 'also when it is named' sh -c '"$TOCSIN" parse - <a.xml'
is_file run.out stdin.out 'and is the same'

exits 0 'a content type decides the charset' "$TOCSIN" parse --content-type 'text/xml; charset=koi8-r' b.xml
like "$out" '*"ДД"*' 'of HTTP'

printf '<rss><channel><title>\215\341\215\342\226\203\202\354\203t\203B\201[\203h\202\335</title></channel></rss>' >sjis.xml
exits 0 'one that names none is read' "$TOCSIN" parse sjis.xml
like "$err" "*sjis.xml: no UTF-8, and no charset is named, read as windows-1252; *parse --content-type 'text/xml; charset=NAME'*" \
  'and it is said how, and what to do'
exits 0 'that' "$TOCSIN" parse --content-type 'text/xml; charset=Shift_JIS' sjis.xml
is "$err" '' 'is right'

exits 1 'a page is no feed' "$TOCSIN" parse a.xml page.html b.xml
is "$(grep -c '"type":"feed"' run.out)" 2 'the others are read'
is "$err" 'tocsin: page.html: a web page, no feed' 'and it is said which one is none'
gzip -c a.xml >a.xml.gz
exits 1 'nor is what is compressed' "$TOCSIN" parse a.xml.gz
is "$err" 'tocsin: a.xml.gz: compressed (gzip): unpack it first, as in zcat FILE | tocsin parse -' \
  'and it is said what to do'
exits 1 'a missing file' "$TOCSIN" parse no-such.xml
like "$err" 'tocsin: no-such.xml: *' 'is named'

exits 0 'a damaged feed is read' "$TOCSIN" parse cut.xml
is "$(grep -c '"type":"item"' run.out)" 1 'its whole items count'
like "$err" '*cut.xml: *' 'and a warning says so'
exits 0 'quietly' "$TOCSIN" -q parse cut.xml
is "$err" '' 'without one'

exits 0 'for people' "$TOCSIN" parse --text a.xml
like "$out" 'A*format*atom1.0*\* One*    a*    "b"*\* Two*Own*' 'as text'

# More than is kept in memory: through a temporary file, in order, with what is inherited.
{
  printf '<feed xmlns="http://www.w3.org/2005/Atom"><title>big</title>'
  i=0
  while [ "$i" -lt 300 ]; do
    printf '<entry><id>%d</id><summary>' "$i"
    printf '%8192d' 7
    printf '</summary><content>'
    head -c 8192 /dev/zero | tr '\0' x
    printf '</content></entry>\n'
    i=$((i + 1))
  done
  printf '<author><name>Last</name></author></feed>'
} >big.xml
exits 0 'a big feed is read' "$TOCSIN" parse big.xml
is "$(grep -c '"author":"Last"' run.out)" 301 'and its items inherit'
is "$(sed -n '$p' run.out | cut -c1-26)" '{"type":"item","id":"299",' 'in order'

start_httpd .
exits 0 'a URL is fetched' "$TOCSIN" parse "$HTTPD_URL/a.xml"
like "$out" "*\"$HTTPD_URL/x/1\"*" 'and what it links to is absolute'
exits 1 'one that is not there' "$TOCSIN" parse "$HTTPD_URL/no-such.xml"
like "$err" '*404*' 'is said to be missing'

done_testing
