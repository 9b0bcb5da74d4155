# SPDX-License-Identifier: MIT
# Certificates are verified, HTTP/2 is spoken, and nothing falls back to plain text.
. "$TOP_SRCDIR/tests/lib/lib.sh"
PATH=$PATH:/usr/sbin:/sbin
needs nginx openssl curl

mkdir site tls
cat >site/a.xml <<'END'
<rss version="2.0"><channel><title>T</title><item><guid>1</guid><title>one</title></item></channel></rss>
END
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 \
  -subj /CN=localhost -addext subjectAltName=DNS:localhost,IP:127.0.0.1 \
  -keyout tls/key.pem -out tls/cert.pem >/dev/null 2>&1 || skip_all 'openssl makes no certificate'

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
  log_format seen '\$server_protocol \$request_uri \$http_authorization';
  access_log $PWD/seen.log seen;
  client_body_temp_path $PWD/tls; proxy_temp_path $PWD/tls; fastcgi_temp_path $PWD/tls;
  uwsgi_temp_path $PWD/tls; scgi_temp_path $PWD/tls;
  server {
    listen 127.0.0.1:$port ssl http2;
    ssl_certificate $PWD/tls/cert.pem;
    ssl_certificate_key $PWD/tls/key.pem;
    root $PWD/site;
    location /down { return 302 http://127.0.0.1:$plain/a.xml; }
  }
}
END
spawn nginx -p "$PWD" -c "$PWD/nginx.conf" -e "$PWD/nginx.log"
wait_for curl -sko /dev/null "https://127.0.0.1:$port/a.xml" || skip_all 'nginx does not start here'
url=https://127.0.0.1:$port

configure () {
  printf '[tocsin]\nstate = state-%s\n[feed f]\nurl = %s\n%s\n' "$1" "$2" "$3" >"$1.conf"
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

done_testing
