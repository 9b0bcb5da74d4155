# SPDX-License-Identifier: MIT
# `match` tries queries on feeds, texts and the archive; `why` explains.
. "$TOP_SRCDIR/tests/lib/lib.sh"

cat >feed.xml <<'END'
<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0"><channel><title>Le Journal</title><link>http://127.0.0.1/</link><language>fr</language>
<item><guid>1</guid><title>Des patrouilles russes</title><link>http://www.example.org/a</link>
<description><![CDATA[<p class="convoi">Une patrouille&nbsp;<b>russe</b> passe</p><p>américaine, elle</p>]]></description></item>
<item><guid>2</guid><title>Autre chose</title><link>http://www.example.net/b</link><description>rien</description></item>
</channel></rss>
END
printf 'The U.S. army\n\nleft the base.\n' >text.txt

exits 0 'a phrase is found in its forms' "$TOCSIN" match -- '"patrouille russe"' feed.xml
like "$out" '*Des \*\*patrouilles russes\*\**' 'matched words stand between stars'
unlike "$out" '*Autre chose*' 'other items are left out'
exits 1 'a word of the markup is none of the text' "$TOCSIN" match -- convoi feed.xml
is "$out" '' 'and nothing is printed'
exits 1 'a phrase stops at the paragraph' "$TOCSIN" match -- '"russe passe américaine"' feed.xml
exits 0 'two words may stand anywhere' "$TOCSIN" match -q -- 'patrouille américain' feed.xml
is "$err" '' 'warnings are silenced by -q'
exits 0 'the host is searched' "$TOCSIN" match -- 'site:example.net' feed.xml
exits 0 'the language is that of the feed' "$TOCSIN" match -- 'lang:fr chose' feed.xml
exits 1 'unless the command line says otherwise' "$TOCSIN" match --language ru -- '"patrouille russes"' feed.xml
exits 0 'a text is one item' "$TOCSIN" match -- '"US army"' text.txt
exits 1 'whose blank lines end paragraphs' "$TOCSIN" match -- '"army left"' text.txt
printf '<envelope><rss version="2.0"><channel><title>T</title><item><title>U.S. army</title></item></channel></rss></envelope>' >wrapped.xml
printf '<p>The envelope of the U.S. army</p>\n' >page.txt
exits 1 'a feed inside of another element is a feed' "$TOCSIN" match -- envelope wrapped.xml
exits 0 'with its items' "$TOCSIN" match -- 'title:"US army"' wrapped.xml
printf '<text><p>U.S. army</p><list><item>one</item></list><entry>two</entry></text>' >list.xml
exits 0 'an item of something else is text, as is what stands around it' "$TOCSIN" match -- '"US army" one two' list.xml
printf '<item><name>U.S. army</name></item>' >item.xml
exits 0 'nor is it a feed where it is the root' "$TOCSIN" match -- '"US army"' item.xml
printf '<!DOCTYPE html><html><body><p>U.S. army</p><textarea><rss><channel><title>T</title><item><title>one</title></item></channel></rss></textarea></body></html>' >page.html
exits 0 'a web page is text, though a feed stands in it' "$TOCSIN" match -- '"US army"' page.html
exits 0 'a text that begins with a tag is a text' "$TOCSIN" match -- envelope page.txt
is "$err" '' 'without a word about feeds'
cat >saved.html <<'END'
<!-- saved from url=(0021)http://127.0.0.1/page -->
<!DOCTYPE html><html><head><meta charset="utf-8"><!-- <title>Draft</title> -->
<style>p { color: red }</style><script>if (a < 1) document.title = "<title>x</title>";</script>
<title>The D&eacute;p&ecirc;che</title><link rel="alternate" href="nowhere"></head>
<body><p class="envelope">A conv&eacute;oi of <b>tr</b>ucks</p><p>passed</p></body></html>
END
exits 1 'the styles of a web page are no text' "$TOCSIN" match -- color saved.html
exits 1 'nor are its attributes, its scripts and what it has hidden' "$TOCSIN" match -- \
  'envelope OR nowhere OR document OR draft' saved.html
exits 0 'its words are those that a person reads' "$TOCSIN" match -- '=convéoi trucks' saved.html
exits 1 'its blocks end paragraphs' "$TOCSIN" match -- '"trucks passed"' saved.html
exits 0 'its title is one' "$TOCSIN" match --format json -- 'title:dépêche' saved.html
like "$out" '*"title":"The Dépêche"*' 'without markup'
exits 1 'and no part of its text' "$TOCSIN" match -- 'content:dépêche' saved.html
printf '<!-- <html lang="de"> --><html dir="ltr" lang="fr-FR"><title>La garde<body><p>Les patrouilles' >french.html
exits 0 'it is in the language that it names' "$TOCSIN" match -- 'patrouille lang:fr' french.html
exits 0 'a title without an end' "$TOCSIN" match -- 'title:garde -title:patrouilles' french.html
printf '<html><script>x = "</b><title>no</title>"</script><title>yes</title>' >script.html
exits 0 'what a script writes' "$TOCSIN" match -- 'title:yes' script.html
printf '<html><meta charset="utf-8"><h1>Headline</h1><p>lead <svg><title>icon</title></svg>' >bare.html
exits 0 'a picture in the text gives a page no title' "$TOCSIN" match -- \
  'content:"headline" content:lead -title:icon' bare.html
{
  printf '<html><head><meta http-equiv="Content-Type" content="text/html; charset=windows-1251">'
  printf '<title>\315\356\342\356\361\362\350</title><p>\317\340\362\360\363\353\374'
} >cyrillic.html
exits 0 'it is in the charset that it names' "$TOCSIN" match -- 'title:новости патруль' cyrillic.html
{
  printf '\377\376'
  printf '<html><title>wide</title><p>open</html>' | sed 's/./&\n/g' | tr '\n' '\000'
} >wide.html
exits 0 'or that its first bytes show' "$TOCSIN" match -- 'title:wide =open' wide.html
printf 'How to write <html> and <title>in</title> it\n' >about.txt
exits 0 'a text about pages is a text' "$TOCSIN" match -- '"html and title"' about.txt
gzip -c feed.xml >feed.xml.gz
exits 2 'a compressed feed is an error' "$TOCSIN" match -- patrouille feed.xml.gz
is "$err" 'tocsin: feed.xml.gz: compressed (gzip): unpack it first, as in zcat FILE | tocsin match QUERY -' \
  'that says what to do'
exits 2 'a picture is one' sh -c 'printf "\211PNG\r\n\032\n<rss" | "$TOCSIN" match rss - text.txt'
is "$err" 'tocsin: -: a picture (PNG), neither a feed nor text' 'that says what it is'
printf '\000patrouille\000 russe\n' >zeros.txt
exits 0 'a text with stray zeros is a text' "$TOCSIN" match -- '"patrouille russe"' zeros.txt
run sh -c 'echo "une patrouille" | "$TOCSIN" match --language fr patrouilles'
is "$status" 0 'standard input is read without a file'
like "$out" '-
une \*\*patrouille\*\**' 'under the name -'
exits 0 'records are objects' "$TOCSIN" match --format json -- '"patrouille russe"' feed.xml
is "$out" '{"query":"\"patrouille russe\"","file":"feed.xml","title":"Des patrouilles russes","link":"http://www.example.org/a","matches":[{"field":"title","start":4,"end":22,"text":"patrouilles russes","term":"patrouille russe","why":"inflected"},{"field":"summary","start":4,"end":20,"text":"patrouille russe","term":"patrouille russe","why":"same"}]}' \
  'with offsets in characters'
exits 0 'tsv has the same columns' "$TOCSIN" match --format tsv -- chose feed.xml
like "$out" "chose	feed.xml	Autre chose	http://www.example.net/b	\[*" 'in the order of the keys'

exits 2 'a fault refuses the query' "$TOCSIN" match -- 'syrie patrouille OR convoi' feed.xml
is "$err" 'query:1:18: AND and OR are mixed without parentheses
    syrie patrouille OR convoi
                     ^~
  write (syrie patrouille) OR convoi, or syrie (patrouille OR convoi)' 'with line, caret and remedy'
exits 2 'an exclusion alone is refused' "$TOCSIN" match -- -russe feed.xml
escape=$(printf '\033')
cp feed.xml "${escape}[31mfeed.xml"
exits 0 'a file whose name a terminal would obey' "$TOCSIN" match chose "${escape}[31mfeed.xml"
unlike "$out" "*$escape*" 'is named without that'
exits 2 'a message about one' "$TOCSIN" match chose "${escape}[31mabsent.xml"
unlike "$err" "*$escape*" 'too'
exits 2 'an unreadable file is an error' "$TOCSIN" match -- chose absent.xml feed.xml
like "$out" '*Autre*' 'although another one matched'
exits 2 'no query is an error' "$TOCSIN" match
exits 2 'an unknown format is an error' "$TOCSIN" match --format xml chose feed.xml
exits 0 'the reading is told with -v' "$TOCSIN" match -v -- '"une patrouille" -convoi' feed.xml
like "$out" 'all of:
  une patrouille *
  none of:
    convoi *' 'as a tree'

# The configuration's rules, and its archive.
cat >tocsin.conf <<END
[tocsin]
state = state
backlog = all
[define arme]
query = patrouille OR convoi
[feed journal]
url = feed.xml
[rule russes]
query = @arme russe
[rule turcs]
query = @arme turc
[sink out]
type = stdout
END
exits 0 'a configured rule is tried' "$TOCSIN" -c tocsin.conf match --rule russes --format json feed.xml
like "$out" '{"rule":"russes","file":"feed.xml",*' 'under its name'
exits 1 'another one does not match' "$TOCSIN" -c tocsin.conf match --rule turcs feed.xml
exits 0 'all rules are tried' "$TOCSIN" -c tocsin.conf match --rules feed.xml
exits 2 'an unknown rule is an error' "$TOCSIN" -c tocsin.conf match --rule x feed.xml
exits 0 'a definition works in a query' "$TOCSIN" -c tocsin.conf match -- '@arme russe' feed.xml
exits 2 'a named configuration must load' "$TOCSIN" -c absent.conf match -- chose feed.xml

exits 0 'the feed is polled' "$TOCSIN" -c tocsin.conf once --format json
item=$(printf '%s\n' "$out" | sed -n 's/.*"item":"\([^"]*\)".*/\1/p')
exits 0 'the archive is searched' "$TOCSIN" -c tocsin.conf match --archive --format json -- chose
like "$out" '{"query":"chose","item":"*","title":"Autre chose",*' 'item by item'
exits 0 'and added up' "$TOCSIN" -c tocsin.conf match --archive --since 1d --rule russes
like "$out" '*1 match in 2 items of 1 day: 1.0 a day
       1  journal' 'by feed'
exits 0 'the limit shows less' "$TOCSIN" -c tocsin.conf match --archive --limit 1 -- 'russe OR chose'
like "$out" '*2 matches in 2 items*' 'and counts all'
exits 1 'nothing in the archive is a 1' "$TOCSIN" -c tocsin.conf match --archive -- absent
exits 0 'a stored item is explained' "$TOCSIN" -c tocsin.conf why "$item"
like "$out" '*russes: yes
  title 4-15: patrouilles (inflected, by patrouille)*' 'where a rule matched'
like "$out" '*turcs: no: turc is not found in the title or the text' 'and why another did not'
printf 'absent\nparti\n' >many.txt
cat >>tocsin.conf <<END
[feed other]
url = other.xml
[rule past]
query = absent
until = 2020-01-01
[rule off]
query = absent
enabled = no
[rule many]
query-file = many.txt
[rule elsewhere]
query = patrouille absent
feeds = other
END
exits 0 'what else keeps a rule from it' "$TOCSIN" -c tocsin.conf why "$item"
like "$out" '*past: no: is over: its until is past
off: no: is not enabled
many: no: none of its 2 queries holds
elsewhere: no: does not watch this feed' 'is told before its query'
exits 0 'as records' "$TOCSIN" -c tocsin.conf why --format json "$item"
like "$out" '*{"rule":"elsewhere","reason":"does not watch this feed","matches":null}' 'too'
exits 1 'an unknown item is said so' "$TOCSIN" -c tocsin.conf why 0123

echo 'rien' >text.txt
exits 1 'a language without other forms is tried' "$TOCSIN" match --language xx -- absent text.txt
like "$err" '*no other forms of words*xx*' 'and said so'
mkdir -p "$XDG_CONFIG_HOME/tocsin"
printf '[tocsin]\nbogus = 1\n' >"$XDG_CONFIG_HOME/tocsin/tocsin.conf"
exits 1 'a broken configuration stops no query' "$TOCSIN" match -- '@zone' text.txt
like "$err" '*has errors*@name*' 'but its definitions are missed aloud'
done_testing
