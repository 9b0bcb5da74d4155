# SPDX-License-Identifier: MIT
# bench-archive.sh [ITEMS]: a query, and a thousand rules, tried on an archive of 100,000
# items of 1 KB by `tocsin match --archive`; beside it what else one would reach for, where
# it is installed: SQLite's FTS5, grep, ripgrep, Vectorscan, PostgreSQL (in a cluster of its
# own). Of these only PostgreSQL inflects.
set -u
n=${1:-100000}
n_rules=1000
build=$(cd "${TOP_BUILDDIR:-.}" && pwd)
make -s -C "$build" tests/bench/bench-measure || exit 1
measure=$build/tests/bench/bench-measure
source=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d) || exit 1
stop_cluster () { :; }
trap 'stop_cluster; cd /; rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
cd "$work" || exit 1
mkdir feeds

# Words by Zipf's law over made-up ones; one item in 500 has the phrase. The same items as
# feeds, and a line each.
awk -v n="$n" -v n_rules=$n_rules '
  function word(lowest,   rank) {
    rank = int(lowest * exp(rand() * log(8000 / lowest)))
    return part[rank % 20 + 1] part[int(rank / 20) % 20 + 1] part[int(rank / 400) % 20 + 1] (rank % 3 ? "" : "é") (rank % 7 ? "" : "s")
  }
  BEGIN {
    srand(7)
    split("al ber con du en fra gen hul il jo ka len mor nu or pat qui ru si tra", part, " ")
    for (i = 0; i < n_rules; i++)
      print word(300) " " word(300) >"rules.txt"
    for (i = 0; i < n; i++) {
      if (i % 1000 == 0) {
        if (i > 0)
          print "</channel></rss>" >file
        file = sprintf("feeds/%04d.xml", i / 1000)
        print file >"list"
        print "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<rss version=\"2.0\"><channel><title>Feed</title><language>fr</language><link>http://x.example/</link>" >file
      }
      text = word(1)
      for (k = 1; k < 140; k++)
        text = text " " word(1)
      if (i % 500 == 0)
        text = text " deux patrouilles russes"
      printf "<item><guid isPermaLink=\"false\">%d</guid><title>Une nouvelle</title><description>%s</description></item>\n", i, text >file
      print "Une nouvelle " text >"items.txt"
    }
    print "</channel></rss>" >file
  }' || exit 1

{
  printf '[tocsin]\nstate = state\nbacklog = none\nhost-gap = 0s\n[feeds]\nlist = list\n'
  awk '{ printf "[rule r%d]\nquery = \"%s\"\n", NR, $0 }' rules.txt
  printf '[sink out]\ntype = stdout\n'
} >tocsin.conf
"$build/tocsin" -q -c tocsin.conf once || exit 1
echo "$n items, $(wc -c <items.txt) bytes; load $(cut -d' ' -f1-3 /proc/loadavg)"

match () { # NAME ARGS...
  name=$1
  shift
  "$measure" "$name" "$build/tocsin" -q -c tocsin.conf match --archive --format json "$@"
}
match 'tocsin, a phrase' -- '"patrouille russe"'
match 'tocsin, ten conditions' -- '("patrouille russe" OR convoi OR drone*) (turque OR russe OR char NEAR/5 blindé) -title:sport -"jeu vidéo"'
match "tocsin, $n_rules phrases" --rules

fts5 () {
  cat >make.sql <<'END'
CREATE VIRTUAL TABLE items USING fts5(body, tokenize = 'unicode61 remove_diacritics 2');
CREATE VIRTUAL TABLE one USING fts5(body, tokenize = 'unicode61 remove_diacritics 2');
CREATE TABLE rules(q);
.mode ascii
.separator "\t" "\n"
.import items.txt items
.import rules.txt rules
END
  "$measure" 'FTS5, its index built' sqlite3 fts.db '.read make.sql'
  "$measure" 'FTS5, a phrase in its forms' sqlite3 fts.db \
    "SELECT count(*) FROM items WHERE items MATCH '\"patrouille russe\" OR \"patrouilles russes\"'"
  "$measure" "FTS5, $n_rules phrases" sqlite3 fts.db \
    "SELECT sum((SELECT count(*) FROM items WHERE items MATCH '\"' || q || '\"')) FROM rules"
  i=0
  while [ $i -lt 20 ]; do
    i=$((i + 1))
    echo "DELETE FROM one; INSERT INTO one SELECT body FROM items WHERE rowid = $i;"
    echo "SELECT sum((SELECT count(*) FROM one WHERE one MATCH '\"' || q || '\"')) FROM rules;"
  done >each.sql
  "$measure" "FTS5, $n_rules phrases on each of 20 new items" sqlite3 fts.db '.read each.sql'
}
if sqlite3 :memory: 'CREATE VIRTUAL TABLE t USING fts5(a)' >/dev/null 2>&1; then
  fts5
  found=$("$build/tocsin" -q -c tocsin.conf match --archive --limit 1 -- '"patrouille russe"' |
    sed -n 's/ match.* in .*//p')
  echo "the phrase was found $found times, by FTS5 $(sqlite3 fts.db "SELECT count(*)
    FROM items WHERE items MATCH '\"patrouille russe\" OR \"patrouilles russes\"'") times"
else
  echo 'FTS5: not installed'
fi

# Into a file: with nowhere to write to, grep stops at the first line.
lines () { # NAME COMMAND...
  name=$1
  shift
  "$measure" "$name" sh -c '"$@" >out' sh "$@"
}
lines 'grep -F -i, a phrase in its forms' \
  grep -F -i -c -e 'patrouille russe' -e 'patrouilles russes' items.txt
LC_ALL=C lines "grep -F, $n_rules phrases (which lines, not whose)" \
  grep -F -c -f rules.txt items.txt
if command -v rg >/dev/null; then
  lines 'rg -F -i, a phrase in its forms' \
    rg -F -i -c -e 'patrouille russe' -e 'patrouilles russes' items.txt
  lines "rg -F -i, $n_rules phrases (which lines, not whose)" \
    rg -F -i -c -f rules.txt items.txt
else
  echo 'rg: not installed'
fi

if pkg-config --exists libhs glib-2.0 2>/dev/null; then
  # shellcheck disable=SC2046
  ${CC:-cc} -O2 -std=gnu11 -o scan-literals "$source/scan-literals.c" \
    $(pkg-config --cflags --libs libhs glib-2.0) && ./scan-literals rules.txt items.txt
else
  echo 'Vectorscan: not installed'
fi

postgres () {
  {
    echo "CREATE TEMP TABLE rules(q) AS SELECT phraseto_tsquery('french', word) FROM (VALUES"
    sed "s/.*/('&')/; \$!s/\$/,/" rules.txt
    echo ') AS phrases(word);'
  } >rules.sql
  cat >each.psql <<'END'
CREATE TEMP TABLE items(body text);
\copy items FROM 'items.txt' WITH (FORMAT csv, DELIMITER E'\x01', QUOTE E'\x02')
\i rules.sql
\timing on
SELECT count(*) FROM (SELECT to_tsvector('french', body) v FROM items LIMIT 100) i
  JOIN rules ON v @@ q;
END
  echo "PostgreSQL, $n_rules phrases on each of 100 new items:"
  psql -XqAt -f each.psql
}

# A server refuses to run as root.
as_user () {
  if [ "$(id -u)" = 0 ]; then
    setpriv --reuid=nobody --regid=nogroup --clear-groups "$@"
  else
    "$@"
  fi
}

# Starts a cluster of our own on a socket in the scratch directory.
start_cluster () {
  pg=$(command -v initdb || find /usr/lib/postgresql -name initdb 2>/dev/null | sort -V | tail -n 1)
  [ -n "$pg" ] && command -v psql >/dev/null || return 1
  pg=$(dirname "$pg")
  mkdir cluster
  [ "$(id -u)" != 0 ] || { chmod 711 . && chown nobody:nogroup cluster; }
  stop_cluster () { as_user "$pg/pg_ctl" -D "$work/cluster/db" -m immediate stop >/dev/null 2>&1; }
  as_user "$pg/initdb" -D "$work/cluster/db" -A trust -U bench -E UTF8 >cluster.log 2>&1 &&
    as_user "$pg/pg_ctl" -D "$work/cluster/db" -l "$work/cluster/log" -w \
      -o "-k $work/cluster -c listen_addresses=" start >>cluster.log 2>&1 || return 1
  PGHOST=$work/cluster PGUSER=bench PGDATABASE=postgres
  export PGHOST PGUSER PGDATABASE
}
if start_cluster; then
  postgres
else
  echo 'PostgreSQL: not installed'
fi
