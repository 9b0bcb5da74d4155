# SPDX-License-Identifier: MIT
# Certificates are verified, HTTP/2 is spoken, and nothing falls back to plain text.
. "$TOP_SRCDIR/tests/lib/lib.sh"
PATH=$PATH:/usr/sbin:/sbin
needs nginx openssl curl

mkdir site tls
cat >site/a.xml <<'END'
<rss version="2.0"><channel><title>T</title><item><guid>1</guid><title>one</title></item></channel></rss>
END
# make_certificate NAME SUBJECT [OPTIONS]: signed by itself, so that it is its own authority.
make_certificate () {
  _name=$1 _subject=$2
  shift 2
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -days 2 -subj "$_subject" \
    -keyout "tls/$_name.key" -out "tls/$_name.pem" "$@" >/dev/null 2>&1
}
make_certificate server /CN=localhost -nodes -addext subjectAltName=DNS:localhost,IP:127.0.0.1,IP:127.0.0.2 ||
  skip_all 'openssl makes no certificate'
make_certificate me /CN=me -nodes
make_certificate stranger /CN=stranger -nodes
make_certificate locked /CN=locked -passout pass:word
cat tls/me.pem tls/me.key >tls/both.pem
chmod 600 tls/*

start_httpd site
plain=${HTTPD_URL##*:}
# Whatever port the kernel would give next: asked of the other server, started and ended.
spawn "$TOP_BUILDDIR/tests/lib/httpd" --port-file free.port
wait_for test -s free.port || bail 'no free port'
port=$(cat free.port)
stop "$pid"
cat >nginx.conf <<END
daemon off;
master_process off;
pid $PWD/nginx.pid;
error_log $PWD/nginx.log;
events { worker_connections 64; }
http {
  types { application/rss+xml xml; }
  log_format seen '\$server_protocol \$request_uri \$http_authorization \$ssl_client_s_dn';
  access_log $PWD/seen.log seen;
  client_body_temp_path $PWD/tls; proxy_temp_path $PWD/tls; fastcgi_temp_path $PWD/tls;
  uwsgi_temp_path $PWD/tls; scgi_temp_path $PWD/tls;
  server {
    listen 127.0.0.1:$port ssl http2;
    ssl_certificate $PWD/tls/server.pem;
    ssl_certificate_key $PWD/tls/server.key;
    ssl_client_certificate $PWD/tls/me.pem;
    ssl_verify_client optional;
    root $PWD/site;
    location /down { return 302 http://127.0.0.1:$plain/a.xml; }
    location /away { return 302 https://127.0.0.2:$port/a.xml; }
    location /members/ {
      if (\$ssl_client_verify != SUCCESS) { return 403; }
      alias $PWD/site/;
    }
  }
  server {
    listen 127.0.0.2:$port ssl;
    ssl_certificate $PWD/tls/server.pem;
    ssl_certificate_key $PWD/tls/server.key;
    ssl_client_certificate $PWD/tls/me.pem;
    ssl_verify_client optional;
    root $PWD/site;
  }
}
END
spawn nginx -p "$PWD" -c "$PWD/nginx.conf" -e "$PWD/nginx.log"
wait_for curl -sko /dev/null "https://127.0.0.1:$port/a.xml" || skip_all 'nginx does not start here'
url=https://127.0.0.1:$port

# configure NAME URL LINES [LINES OF [tocsin]]
configure () {
  printf '[tocsin]\nstate = state-%s\nhost-gap = 0s\n%s\n[feed f]\nurl = %s\n%s\n' "$1" "${4-}" "$2" "$3" >"$1.conf"
}

configure strict "$url/a.xml"
exits 1 'an unknown certificate is refused' "$TOCSIN" -c strict.conf once
like "$err" '*certificate*' 'and it is said why'

: >seen.log
configure lax "$url/a.xml" 'insecure-tls = yes'
exits 0 'unless the feed says that it may be' "$TOCSIN" -c lax.conf once
like "$(cat seen.log)" 'HTTP/2.0 /a.xml*' 'by HTTP/2'

: >"$HTTPD_LOG"
configure down "$url/down" 'insecure-tls = yes'
exits 1 'a redirect from https to http is refused' "$TOCSIN" -c down.conf once
like "$err" '*from https to http*' 'and it is said why'
is "$(cat "$HTTPD_LOG")" '' 'before it is asked'

: >seen.log
configure login "https://me:pass@127.0.0.1:$port/a.xml" 'insecure-tls = yes'
exits 0 'a login of the URL' "$TOCSIN" -v -c login.conf once
like "$(cat seen.log)" '*Basic bWU6cGFzcw==*' 'is sent'
unlike "$out$err" '*me:pass*' 'and not shown'

# --- an authority of one's own ---

configure own "$url/a.xml" 'tls-ca = tls/server.pem'
exits 0 'a certificate of an authority that the feed names' "$TOCSIN" -c own.conf once
configure other "$url/a.xml" 'tls-ca = tls/stranger.pem'
exits 1 'is refused when it is another one' "$TOCSIN" -c other.conf once
like "$err" '*certificate*' 'and it is said why'
# The certificate of the other host would do, and it would take that of the feed.
: >seen.log
configure away "$url/away" "tls-ca = tls/server.pem${nl}tls-cert = tls/me.pem${nl}tls-key = tls/me.key" \
  'private-networks = yes'
exits 1 'it counts for its own host only' "$TOCSIN" -c away.conf once
like "$err" '*certificate*' 'and it is said why'
like "$(cat seen.log)" '*/away - CN=me' 'which alone is shown the certificate of the feed'
unlike "$(cat seen.log)" '*/a.xml*' 'while the other host is asked for nothing'
: >seen.log
configure trusting "$url/away" 'insecure-tls = yes' 'private-networks = yes'
exits 1 'nor is another host trusted blindly' "$TOCSIN" -c trusting.conf once
unlike "$(cat seen.log)" '*/a.xml*' 'or asked'

# It is told by its name, not as a failure like any other.
if command -v sqlite3 >/dev/null; then
  configure told "$url/a.xml" 'tls-ca = tls/stranger.pem' "health = out${nl}[sink out]${nl}type = stdout"
  for _k in 1 2 3; do
    run "$TOCSIN" -q -c told.conf once --all
  done
  is "$out" '' 'a wrong certificate is not told of at once'
  line=$(sqlite3 state-told/state.db 'SELECT schedule FROM feed')
  since=$(printf '%s\n' "$line" | sed -n 's/.* F\([0-9]*\).*/\1/p')
  line=$(printf '%s\n' "$line" | sed "s/ F$since/ F$((since - 18000))/")
  sqlite3 state-told/state.db "UPDATE feed SET schedule = '$line'"
  run "$TOCSIN" -q -c told.conf once --all
  like "$out" '*Feed f has a certificate that cannot be trusted*' 'but when it stays so'
  run "$TOCSIN" -q -c told.conf once --all
  is "$out" '' 'once'
  sed 's/stranger/server/' told.conf >mended.conf
  run "$TOCSIN" -q -c mended.conf once --all
  like "$out" '*Feed f works again*' 'and so is that it is mended'
fi

# --- a certificate of one's own ---

member () {
  configure "$1" "$url/members/a.xml" "tls-ca = tls/server.pem$nl$2"
}
member nobody ''
exits 1 'whoever has no certificate is refused' "$TOCSIN" -c nobody.conf once
member me "tls-cert = tls/me.pem${nl}tls-key = tls/me.key"
: >seen.log
exits 0 'one who shows his certificate is not' "$TOCSIN" -c me.conf once
like "$(cat seen.log)" '*/members/a.xml - CN=me' 'by that name'
member both 'tls-cert = tls/both.pem'
exits 0 'certificate and key may be one file' "$TOCSIN" -c both.conf once
member stranger "tls-cert = tls/stranger.pem${nl}tls-key = tls/stranger.key"
exits 1 'one of a stranger is refused' "$TOCSIN" -c stranger.conf once

member keyless 'tls-cert = tls/me.pem'
exits 2 'a certificate without its key' "$TOCSIN" -c keyless.conf check
like "$err" 'keyless.conf:8:12: there is no private key in that file*' 'is an error of the configuration'
member locked "tls-cert = tls/locked.pem${nl}tls-key = tls/locked.key"
exits 2 'so is a key that is locked' "$TOCSIN" -c locked.conf check
like "$err" '*:9:11: the private key is locked with a pass phrase*' 'where it stands'
member absent 'tls-cert = tls/absent.pem'
exits 2 'and a file that is not there' "$TOCSIN" -c absent.conf check
member swapped "tls-cert = tls/me.key${nl}tls-key = tls/me.pem"
exits 2 'or another one' "$TOCSIN" -c swapped.conf check
like "$err" '*there is no certificate in that file*there is no private key in that file*' 'each of them'
chmod 644 tls/me.key
exits 0 'a key that others can read' "$TOCSIN" -c me.conf check
like "$err" '*warning: a secret in *me.key”, which others can read*' 'is warned of'
chmod 600 tls/me.key

# --- what one feed says does not stay for the next ---

# follows NAME PATH LINES LINES WHAT WHY: what the second feed lacks it does not get, at once after
# the first, which has it.
follows () {
  configure "$1" "$url/$2" "$3${nl}[feed next]${nl}url = $url/$2?next$nl$4" 'max-transfers = 1'
  ok "after a feed with $5" "$TOCSIN" -v -c "$1.conf" once
  like "$err" '*“f”: 1 new*“next”: *'"$6*" 'one without it goes without it'
}
follows leave-ca a.xml 'tls-ca = tls/server.pem' '' 'an authority' certificate
follows leave-trust a.xml 'insecure-tls = yes' '' 'blind trust' certificate
follows leave-cert members/a.xml "tls-ca = tls/server.pem${nl}tls-cert = tls/both.pem" 'tls-ca = tls/server.pem' \
  'a certificate' 403

# --- logins of ~/.netrc ---

printf '%s\n' '# machine localhost' 'machine 127.0.0.1' '  login net password rc' 'macdef init' 'machine localhost' '' \
  'default login anonymous password leak' >"$HOME/.netrc"
: >seen.log
configure netrc "$url/a.xml" 'tls-ca = tls/server.pem'
ok 'a login of ~/.netrc' "$TOCSIN" -c netrc.conf once
like "$(cat seen.log)" '*Basic bmV0OnJj*' 'is sent to its host'
: >seen.log
configure nonetrc "$url/a.xml" "tls-ca = tls/server.pem${nl}netrc = no"
ok 'but not' "$TOCSIN" -c nonetrc.conf once
unlike "$(cat seen.log)" '*Basic*' 'where the feed says no'
: >seen.log
configure auth "$url/a.xml" "tls-ca = tls/server.pem${nl}auth = bearer t0ken"
ok 'nor where' "$TOCSIN" -q -c auth.conf once
like "$(cat seen.log)" '*Bearer t0ken*' 'it has a login of its own'
: >seen.log
configure unnamed "https://localhost:$port/a.xml" 'tls-ca = tls/server.pem'
ok 'nor is that of everybody' "$TOCSIN" -c unnamed.conf once
unlike "$(cat seen.log)" '*Basic*' 'sent to a host that is not named'

done_testing
