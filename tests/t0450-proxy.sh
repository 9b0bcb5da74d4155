# SPDX-License-Identifier: MIT
# Proxies of all kinds, and what is said to whom: names, headers, logins.
. "$TOP_SRCDIR/tests/lib/lib.sh"

mkdir site
start_httpd site --all-loopback
port=${HTTPD_URL##*:}

# poll NAME URL LINES [LINES OF [tocsin]]: one poll of a feed, with its log afresh.
poll () {
  printf '[tocsin]\nstate = state-%s\n%s\n[feed f]\nurl = %s\n%s\n' "$1" "${4-}" "$2" "$3" >"$1.conf"
  chmod 600 "$1.conf"
  : >"$HTTPD_LOG"
  run "$TOCSIN" -v -c "$1.conf" once --all
}
# seen: what was asked for. header NAME: what the last request had of it.
seen () {
  awk -F'\t' '$1 == "REQ" { print $6 }' "$HTTPD_LOG"
}
header () {
  grep '^REQ' "$HTTPD_LOG" | tail -n 1 | tr '\t' '\n' | sed -n "s/^$1: //p"
}
socks () {
  awk -F'\t' '$1 == "SOCKS" { print $2, $3, $4 }' "$HTTPD_LOG"
}

poll plain http://one.example/answer "proxy = http://127.0.0.1:$port"
is "$status $(seen)" '0 http://one.example/answer' 'an HTTP proxy is asked for the whole URL'
poll bare http://one.example/answer "proxy = 127.0.0.1:$port"
is "$status $(seen)" '0 http://one.example/answer' 'it may be written as host and port'
poll global http://one.example/answer '' "proxy = 127.0.0.1:$port"
is "$status $(seen)" '0 http://one.example/answer' 'and stand in [tocsin]'
poll login http://one.example/answer "proxy = http://me:word@127.0.0.1:$port"
is "$(header Proxy-Authorization)" 'Basic bWU6d29yZA==' 'a login for it is sent to it'
unlike "$out$err" '*word*' 'and not shown'
is "$(header Authorization)" '' 'nor taken for one of the host'

poll socks5h http://one.example/answer "proxy = socks5h://127.0.0.1:$port"
is "$status $(socks) $(seen)" '0 5 one.example 80 /answer' 'socks5h is told the name'
poll socks5 "http://localhost:$port/answer" "proxy = socks5://127.0.0.1:$port"
is "$status $(socks) $(seen)" "0 5 127.0.0.1 $port /answer" 'socks5 the address'
poll socks4a http://one.example/answer "proxy = socks4a://127.0.0.1:$port"
is "$status $(socks) $(seen)" '0 4 one.example 80 /answer' 'so is socks4a the name'
poll socks4 "http://localhost:$port/answer" "proxy = socks4://127.0.0.1:$port"
is "$status $(socks) $(seen)" "0 4 127.0.0.1 $port /answer" 'and socks4 the address'
poll inward 'http://one.example/redirect?to=http://10.0.0.1/x' "proxy = socks5h://127.0.0.1:$port"
is "$status $(socks | wc -l)" '1 1' 'through a proxy, too, no redirect leads to a private address'

http_proxy=http://127.0.0.1:$port no_proxy=127.0.0.2,.inside.example
export http_proxy no_proxy
poll environment http://one.example/answer ''
is "$status $(seen)" '0 http://one.example/answer' 'the proxy of the environment is taken'
poll exempt "http://127.0.0.2:$port/answer" ''
is "$status $(seen)" '0 /answer' 'but not for a host in no_proxy'
poll none "http://127.0.0.1:$port/answer" 'proxy = none'
is "$status $(seen)" '0 /answer' 'nor where the feed says none'
unset http_proxy no_proxy

poll named "$HTTPD_URL/answer" 'header = X-A: 1 ;; Accept: text/x-feed ;; Accept-Language: fr' \
  'user-agent = my-watch (+https://example.org/contact)'
is "$(header X-A) $(header Accept) $(header Accept-Language)" '1 text/x-feed fr' 'headers of the feed are sent'
is "$(header User-Agent)" 'my-watch (+https://example.org/contact)' 'and the name that was chosen'

poll refused "$HTTPD_URL/401" 'auth = me:secret-word'
is "$(header Authorization)" 'Basic bWU6c2VjcmV0LXdvcmQ=' 'a login is sent at once'
is "$(seen)" /401 'and only once, refused or not'
unlike "$out$err" '*secret-word*' 'and not shown'
run "$TOCSIN" -c refused.conf feeds --format json
unlike "$out$err" '*secret-word*' 'by no listing either'
poll bearer "$HTTPD_URL/redirect?to=http://127.0.0.2:$port/answer" 'auth = bearer t0ken' 'private-networks = yes'
is "$(awk -F'\t' '$1 == "REQ" { for (i = 7; i <= NF; i++) if ($i ~ /^(Host|Auth)/) print $i }' "$HTTPD_LOG" | tr '\n' ' ')" \
  "Host: 127.0.0.1:$port Authorization: Bearer t0ken Host: 127.0.0.2:$port " 'a token stays with its host'

done_testing
