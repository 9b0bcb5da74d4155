# SPDX-License-Identifier: MIT
# bench-fetch.sh [FEEDS...]: a thousand feeds of about 40 KB on 64 hosts of the loopback, from
# nginx: cold, unchanged and with a tenth changed, by tocsin (ten rules, matching and recording
# included, the polite limits set aside), libcurl alone, curl --parallel and the readers that
# PEERS names, where they are installed (these take some minutes); then 5,000 feeds by the first
# three. The cost is that of whole processes with their children.
set -u
PATH=$PATH:/usr/sbin:/sbin
PEERS=${PEERS-newsboat sfeed rss2email}
counts=${*:-1000 5000}
hosts=64
port=18088
build=$(cd "${TOP_BUILDDIR:-.}" && pwd)
command -v nginx >/dev/null || { echo "nginx is not installed: skipped"; exit 0; }
make -s -C "$build" tests/bench/bench-libcurl tests/bench/bench-measure || exit 1
measure=$build/tests/bench/bench-measure
work=$(mktemp -d) || exit 1
trap 'kill "$nginx" 2>/dev/null; rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
nginx=
HOME=$work # whatever the readers keep there
export HOME

# make_feeds N STEP ROUND: every STEPth of N feeds anew, with one more item a ROUND. The words
# follow a sequence of their own, so that a feed is the same in every run.
make_feeds () {
  awk -v n="$1" -v step="$2" -v round="$3" -v dir="$work/site" '
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
      for (f = 0; f < n; f += step) {
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

start_nginx () {
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
  i=0
  until [ -s "$work/nginx.pid" ] || [ $i -ge 500 ]; do
    i=$((i + 1))
    sleep 0.02
  done
}

# --- the tools: each is prepared once in a directory of its own, and then run three times ---

prepare_tocsin () {
  printf '[tocsin]\nstate = state\nhost-gap = 0s\nhost-transfers = 64\nmax-transfers = 64\n'
  printf '[feeds]\nlist = ../urls\n[sink out]\ntype = stdout\n'
  for i in 1 2 3 4 5 6 7 8 9 10; do
    printf '[rule r%s]\nquery = "patrouille russe" OR SOHR%s OR (drone NEAR/5 strike%s)\n' $i $i $i
  done
}
run_tocsin () { measure "$build/tocsin" -q -c conf once --all; }

prepare_libcurl () { :; }
run_libcurl () { measure "$build/tests/bench/bench-libcurl" -e etags ../urls; }

prepare_curl () { awk '{ printf "url = \"%s\"\noutput = \"/dev/null\"\n", $0 }' ../urls; }
run_curl () { measure curl -s --parallel --parallel-max 64 --compressed -K conf; }

prepare_newsboat () { printf 'reload-threads 50\ndownload-retries 1\n'; }
run_newsboat () { measure newsboat -u ../urls -c cache.db -C conf -x reload; }

prepare_sfeed () {
  mkdir etags
  cat <<'END'
sfeedpath=$PWD/feeds
maxjobs=16
fetch () {
  curl -s -f -m 30 --compressed --etag-save "etags/$1" --etag-compare "etags/$1" "$2"
}
END
  awk 'BEGIN { print "feeds () {" } { printf "feed f%d \"%s\"\n", NR, $0 } END { print "}" }' ../urls
}
run_sfeed () { measure sfeed_update "$PWD/conf"; }

prepare_rss2email () {
  printf '[DEFAULT]\nfrom = a@b.example\nto = a@b.example\n'
  awk '{ printf "[feed.f%d]\nurl = %s\n", NR, $0 }' ../urls
}
run_rss2email () { measure r2e -c conf -d data.json run --no-send; }

program_of () {
  case $1 in
  sfeed) echo sfeed_update ;;
  rss2email) echo r2e ;;
  tocsin | libcurl) echo "$measure" ;;
  *) echo "$1" ;;
  esac
}

measure () { "$measure" "$n $tool, $run" "$@"; }

# bench N TOOLS
bench () {
  n=$1
  tools=
  mkdir "$work/$n"
  head -n "$n" "$work/urls" >"$work/$n/urls"
  for tool in $2; do
    command -v "$(program_of "$tool")" >/dev/null || { echo "$tool is not installed: skipped"; continue; }
    tools="$tools $tool"
    mkdir "$work/$n/$tool"
    cd "$work/$n/$tool" && "prepare_$tool" >conf || exit 1
  done
  for run in cold unchanged changed; do
    [ $run != changed ] || { round=$((round + 1)) && make_feeds "$n" 10 $round; }
    for tool in $tools; do
      cd "$work/$n/$tool" && "run_$tool" || exit 1
    done
  done
}

mkdir "$work/site" "$work/tmp"
touch -d '1 hour ago' "$work/stamp"
most=$(printf '%s\n' $counts | sort -n | tail -n 1)
echo "making $most feeds; load $(cut -d' ' -f1-3 /proc/loadavg)"
make_feeds "$most" 1 0
awk -v n="$most" -v hosts=$hosts -v port=$port 'BEGIN {
  for (i = 0; i < n; i++)
    printf "http://127.0.1.%d:%d/%05d.xml\n", i % hosts + 1, port, i }' >"$work/urls"
start_nginx
round=0
for count in $counts; do
  bench "$count" "tocsin libcurl curl $PEERS"
  PEERS=
done
