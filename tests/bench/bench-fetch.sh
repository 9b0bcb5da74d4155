# SPDX-License-Identifier: MIT
# bench-fetch.sh [FEEDS]: a thousand feeds of about 40 KB on 64 hosts of the loopback, from
# nginx: cold, unchanged and with a tenth changed, by tocsin (matching and recording
# included, the polite limits set aside) beside libcurl alone and what else is installed.
set -u
PATH=$PATH:/usr/sbin:/sbin
n=${1:-1000}
hosts=64
here=$(cd "${TOP_SRCDIR:-.}" && pwd)
build=$(cd "${TOP_BUILDDIR:-.}" && pwd)
command -v nginx >/dev/null || { echo "nginx is not installed: skipped"; exit 0; }
make -s -C "$build" tests/bench/bench-fetch tests/bench/bench-measure || exit 1
measure=$build/tests/bench/bench-measure
work=$(mktemp -d) || exit 1
trap 'kill "$nginx" 2>/dev/null; rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
nginx=

# make_feeds FIRST STEP ROUND: every STEPth feed anew, with one more item a ROUND. The words
# follow a sequence of their own, so that a feed is the same in every run.
make_feeds () {
  awk -v n="$n" -v first="$1" -v step="$2" -v round="$3" -v dir="$work/site" '
    function next_word() {
      seed = (seed * 16807) % 2147483647
      return word[seed % 400]
    }
    function sentence(count,   i, s) {
      s = next_word()
      for (i = 1; i < count; i++)
        s = s " " next_word()
      return s "."
    }
    BEGIN {
      seed = 7
      split("al ber con du en fra gen hul il jo ka len mor nu or pat qui ru si tra", part, " ")
      for (i = 0; i < 400; i++)
        word[i] = part[i % 20 + 1] part[int(i / 20) + 1] (i % 3 ? "" : "é")
      for (f = first; f < n; f += step) {
        file = sprintf("%s/%05d.xml", dir, f)
        seed = f + 1
        items = 20 + f % 30
        printf "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<rss version=\"2.0\"><channel><title>Feed %d</title><link>http://feed%d.example/</link>\n", f, f >file
        for (i = items + round; i > round; i--) {
          printf "<item><guid isPermaLink=\"false\">%d-%d</guid><title>%s</title><link>http://feed%d.example/%d</link><pubDate>Fri, 20 Nov 2026 10:%02d:00 GMT</pubDate>\n<description><![CDATA[", f, i, sentence(8), f, i, i % 60 >file
          for (p = 0; p < 3; p++)
            printf "<p>%s <a href=\"http://feed%d.example/\">%s</a></p>\n", sentence(30), f, sentence(12) >file
          print "]]></description></item>" >file
        }
        print "</channel></rss>" >file
        close(file)
      }
    }'
  find "$work/site" -name '*.xml' -newer "$work/stamp" -exec gzip -kf {} +
  touch "$work/stamp"
}

mkdir "$work/site" "$work/tmp"
touch -d '1 hour ago' "$work/stamp"
echo "making $n feeds"
make_feeds 0 1 0
port=18088
cat >"$work/nginx.conf" <<END
daemon off;
worker_processes 1;
pid $work/nginx.pid;
error_log $work/error.log;
events { worker_connections 8192; }
http {
  access_log off;
  sendfile on;
  gzip_static on;
  keepalive_requests 100000;
  client_body_temp_path $work/tmp; proxy_temp_path $work/tmp; fastcgi_temp_path $work/tmp;
  uwsgi_temp_path $work/tmp; scgi_temp_path $work/tmp;
  types { application/rss+xml xml; }
  server { listen 0.0.0.0:$port backlog=4096; allow 127.0.0.0/8; deny all; root $work/site; }
}
END
[ "$(id -u)" -ne 0 ] || sed -i '1i user root;' "$work/nginx.conf"
nginx -p "$work" -c "$work/nginx.conf" -e "$work/error.log" &
nginx=$!
awk -v n="$n" -v hosts=$hosts -v port=$port 'BEGIN {
  for (i = 0; i < n; i++)
    printf "http://127.0.1.%d:%d/%05d.xml\n", i % hosts + 1, port, i }' >"$work/urls"
i=0
until [ -s "$work/nginx.pid" ] || [ $i -ge 100000 ]; do i=$((i + 1)); done

{
  printf '[tocsin]\nstate = state\nhost-gap = 0s\nhost-transfers = 64\nmax-transfers = 64\n'
  printf '[feeds]\nlist = urls\n[sink out]\ntype = stdout\n'
  for i in 1 2 3 4 5 6 7 8 9 10; do
    printf '[rule r%s]\nquery = "patrouille russe" OR SOHR%s OR (drone NEAR/5 strike%s)\n' $i $i $i
  done
} >"$work/tocsin.conf"

curl_parallel () {
  awk '{ printf "url = \"%s\"\noutput = \"/dev/null\"\n", $0 }' "$work/urls" >"$work/curl.conf"
  "$measure" "curl --parallel, $1" curl -s --parallel --parallel-max 64 --compressed -K "$work/curl.conf"
}

newsboat_reload () {
  touch "$work/newsboat.conf"
  "$measure" "newsboat, $1" newsboat -u "$work/urls" -c "$work/newsboat.db" -C "$work/newsboat.conf" -x reload
}

for run in cold unchanged changed; do
  [ $run != changed ] || make_feeds 0 10 1
  "$measure" "tocsin, $run" "$build/tocsin" -q -c "$work/tocsin.conf" once --all
  ! command -v curl >/dev/null || curl_parallel $run
  [ -z "${PEERS-}" ] || ! command -v newsboat >/dev/null || newsboat_reload $run
done
"$build/tests/bench/bench-fetch" -r 3 "$work/urls"
"$build/tests/bench/bench-fetch" --bare -r 3 "$work/urls"
"$measure" 'libcurl alone, cold' "$build/tests/bench/bench-fetch" --bare -r 1 "$work/urls"
