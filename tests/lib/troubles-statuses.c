/* SPDX-License-Identifier: MIT */
/* Statuses: which ones bring a feed, and that none makes us ask twice. */
#include "troubles.h"

#define FAILS(name, answer)                                                              \
  {                                                                                      \
    name, { answer }, .state = "failing"                                                 \
  }

static const Trouble rows[] = {
  { "203", { "203\nETag: \"n\"", "304" }, .etag = { "\"n\"" } },
  { "226-delta",
    { "200\nETag: \"d1\"", "226\nIM: feed\nETag: \"d2\"\n\n@other", "304" },
    .etag = { "\"d1\"", "\"d2\"" } },
  { "226-without-im",
    { "200\nETag: \"d1\"", "226\nETag: \"d2\"\n\n@other", "304" },
    .etag = { "\"d1\"", "\"d2\"" } },
  { "226-empty",
    { "200\nETag: \"d1\"", "226\nIM: feed\nETag: \"d2\"\n\n" },
    .etag = { "\"d1\"" },
    .state = "failing" },

  FAILS ("201", "201\nETag: \"x\""),
  FAILS ("202", "202\nETag: \"x\""),
  FAILS ("204", "204\nETag: \"x\""),
  FAILS ("205", "205\nETag: \"x\""),
  FAILS ("206", "206\nETag: \"x\"\nContent-Range: bytes 0-9/100\n\n@cut"),
  FAILS ("206-unasked-whole", "206\nETag: \"x\"\nContent-Range: bytes 0-499/500"),
  FAILS ("300", "300\nLocation: /to/300"),
  FAILS ("305", "305\nLocation: http://127.0.0.1:%PORT%/to/305"),
  FAILS ("306", "306\nLocation: /to/306"),
  FAILS ("400", "400"),
  FAILS ("401-basic", "401\nWWW-Authenticate: Basic realm=\"x\""),
  FAILS ("401-digest",
         "401\nWWW-Authenticate: Digest realm=\"x\", nonce=\"n\", qop=\"auth\""),
  FAILS ("401-bearer",
         "401\nWWW-Authenticate: Bearer realm=\"x\", error=\"invalid_token\""),
  FAILS ("401-ntlm", "401\nWWW-Authenticate: NTLM\nWWW-Authenticate: Negotiate"),
  FAILS ("401-unknown", "401\nWWW-Authenticate: Moon phase=\"full\""),
  FAILS ("401-without-challenge", "401"),
  FAILS ("402", "402"),
  FAILS ("403", "403"),
  FAILS ("404", "404"),
  FAILS ("405", "405\nAllow: POST"),
  FAILS ("406", "406"),
  FAILS ("407", "407\nProxy-Authenticate: Basic realm=\"x\""),
  FAILS ("408", "408\nConnection: close"),
  FAILS ("409", "409"),
  FAILS ("412", "412"),
  FAILS ("414", "414"),
  FAILS ("416", "416\nContent-Range: bytes */10"),
  FAILS ("417", "417"),
  FAILS ("418", "418"),
  FAILS ("421", "421"),
  FAILS ("425", "425"),
  FAILS ("426", "426\nUpgrade: TLS/1.2, HTTP/2\nConnection: Upgrade"),
  FAILS ("428", "428"),
  FAILS ("431", "431"),
  FAILS ("451", "451\nLink: <https://block.example/>; rel=\"blocked-by\""),
  FAILS ("500-with-a-feed", "500\nETag: \"x\""),
  FAILS ("501", "501"),
  FAILS ("502", "502"),
  FAILS ("504", "504"),
  FAILS ("505", "505"),
  FAILS ("507", "507"),
  FAILS ("511", "511"),
  FAILS ("520", "520"),
  FAILS ("530", "530"),
  FAILS ("599", "599"),
  FAILS ("999", "999"),
  { "404-then-well", { "404", "200\nETag: \"w\"" }, .etag = { NONE, "\"w\"" } },

  /* Gone is believed after a day; until then, and after, it is asked ever more rarely. */
  { "410", { "410" }, .state = "failing", .floor_s = 86400 },
  { "410-with-a-feed", { "410\nETag: \"x\"" }, .state = "failing", .floor_s = 86400 },

  /* A page that wants to be looked at elsewhere is no redirect. */
  FAILS (
      "meta-refresh",
      "200\nContent-Type: text/html\n\n<meta http-equiv=refresh content='0; url=/to/x'>"),
  FAILS ("script-redirect",
         "200\nContent-Type: text/html\n\n<script>location='/to/x'</script>"),
  FAILS ("page-with-feed-links",
         "200\nContent-Type: text/html\n\n<link rel=alternate "
         "type=application/rss+xml href=/to/x><link rel=icon href=/to/y>"),
  { "refresh-header", { "200\nRefresh: 0; url=/to/refresh-header" } },
  { "link-headers",
    { "200\nLink: </to/link-headers>; rel=\"next\"\nLink: </to/link-headers>; "
      "rel=\"self hub preload\"" } },
  { "content-location", { "200\nContent-Location: /to/content-location" } },

  /* Cookies in all forms; none comes back. */
  { "cookies", { "200\nSet-Cookie: a=1\nSet-Cookie: b=2; Path=/; Max-Age=99999" } },
  { "cookie-everywhere",
    { "200\nSet-Cookie: c=1; Domain=127.0.0.1; Path=/t; HttpOnly" } },
  { "cookie-garbage", { "200\nSet-Cookie: =;;;\nSet-Cookie2: d=1\nCookie: e=1" } },
  FAILS ("cookie-wall", "403\nSet-Cookie: pass=1\nRefresh: 1"),
  { "hsts", { "200\nStrict-Transport-Security: max-age=99999; includeSubDomains" } },
  { "alt-svc", { "200\nAlt-Svc: h2=\"127.0.0.2:%PORT%\", h3=\":1\"; ma=99999" } },
  { "upgrade", { "200\nUpgrade: h2c, websocket\nConnection: Upgrade" } },
  { "clear-site-data",
    { "200\nETag: \"k\"\nClear-Site-Data: \"*\"", "304" },
    .etag = { "\"k\"" } },
  { "accept-ranges", { "200\nAccept-Ranges: bytes\nVary: *\nPragma: no-cache" } },
};

const TroubleClass troubles_statuses = { "statuses", rows, G_N_ELEMENTS (rows) };
