/* SPDX-License-Identifier: MIT */
/* Redirects: which are followed, how far, and what is sent along. */
#include "troubles.h"

/* Followed once each time; the validators are those of the end, and go there alone. */
#define FOLLOWED(name, status, location)                                                 \
  {                                                                                      \
    name, { status "\nETag: \"hop\"\nLocation: " location }, .etag = { "\"to\"" },       \
                                                             .asked = ASKED_TWICE        \
  }
#define REFUSED(name, status, location)                                                  \
  {                                                                                      \
    name, { status "\nETag: \"hop\"\nLocation: " location }, .state = "failing"          \
  }

static const Trouble rows[] = {
  FOLLOWED ("to-301", "301", "/to/to-301"),
  FOLLOWED ("to-302", "302", "/to/to-302"),
  FOLLOWED ("to-303", "303", "/to/to-303"),
  FOLLOWED ("to-307", "307", "/to/to-307"),
  FOLLOWED ("to-308", "308", "/to/to-308"),
  FOLLOWED ("to-whole-url", "302", "http://127.0.0.1:%PORT%/to/to-whole-url"),
  FOLLOWED ("to-capitals", "302", "HTTP://127.0.0.1:%PORT%/to/to-capitals"),
  FOLLOWED ("to-same-scheme", "302", "//127.0.0.1:%PORT%/to/to-same-scheme"),
  FOLLOWED ("to-relative", "302", "../to/to-relative"),
  FOLLOWED ("to-dots", "302", "/x/./../to/y/../to-dots"),
  FOLLOWED ("to-fragment", "302", "/to/to-fragment#top"),
  FOLLOWED ("to-userinfo", "301", "http://a:b@127.0.0.1:%PORT%/to/to-userinfo"),
  FOLLOWED ("to-decimal-self", "302", "http://2130706433:%PORT%/to/to-decimal-self"),
  FOLLOWED ("to-blanks-around", "302", "  /to/to-blanks-around \t"),
  FOLLOWED ("to-blank-inside", "302", "/to/to-blank-inside?q=a b"),
  FOLLOWED ("to-query-utf8", "302", "/to/to-query-utf8?q=caf\303\251"),
  FOLLOWED ("to-query-latin1", "302", "/to/to-query-latin1?q=caf\351"),
  FOLLOWED ("to-escapes", "302", "/to/to-escapes?q=%2f%C3%A9%zz"),
  { "to-query-only",
    { "302\nLocation: ?x=1", "200\nETag: \"q\"" },
    .etag = { NONE, "\"q\"" },
    .asked = { 2, 0, 1, 1 } },

  { "to-nothing", { "302\nETag: \"hop\"" }, .state = "failing" },
  { "to-empty", { "302\nLocation:" }, .state = "failing" },
  REFUSED ("to-long", "302", "/to/to-long?@long"),
  REFUSED ("to-ftp", "302", "ftp://127.0.0.1/to-ftp"),
  REFUSED ("to-file", "302", "file:///etc/passwd"),
  REFUSED ("to-gopher", "301", "gopher://127.0.0.1:%PORT%/_GET%20/to/to-gopher"),
  REFUSED ("to-data", "302", "data:application/rss+xml,<rss/>"),
  REFUSED ("to-javascript", "302", "javascript:alert(1)"),
  REFUSED ("to-dict", "307", "dict://127.0.0.1:%PORT%/d:x"),
  REFUSED ("to-ldap", "302", "ldap://127.0.0.1/x"),
  REFUSED ("to-smtp", "302", "smtp://127.0.0.1:25/x"),
  REFUSED ("to-view-source", "302", "view-source:http://127.0.0.1:%PORT%/to/x"),
  REFUSED ("to-no-host", "302", "http:///to/x"),
  REFUSED ("to-port-0", "302", "http://127.0.0.1:0/to/x"),
  REFUSED ("to-port-many", "302", "http://127.0.0.1:99999/to/x"),
  REFUSED ("to-other-loopback", "302", "http://127.0.0.2:%PORT%/to/to-other-loopback"),
  REFUSED ("to-localhost", "302", "http://localhost:%PORT%/to/to-localhost"),
  REFUSED ("to-decimal-other", "302", "http://2130706434:%PORT%/to/to-decimal-other"),
  REFUSED ("to-octal", "302", "http://0177.0.0.2:%PORT%/to/to-octal"),
  REFUSED ("to-hex", "302", "http://0x7f000002:%PORT%/to/to-hex"),
  REFUSED ("to-short", "302", "http://127.2:%PORT%/to/to-short"),
  REFUSED ("to-zero", "302", "http://0.0.0.0:%PORT%/to/to-zero"),
  REFUSED ("to-ipv6-loopback", "302", "http://[::1]:%PORT%/to/to-ipv6-loopback"),
  REFUSED ("to-ipv6-mapped", "302", "http://[::ffff:127.0.0.1]:%PORT%/to/to-ipv6-mapped"),
  REFUSED ("to-ipv6-nat64", "302", "http://[64:ff9b::7f00:1]:%PORT%/to/x"),
  REFUSED ("to-dot-local", "302", "http://127.0.0.2.:%PORT%/to/to-dot-local"),
  REFUSED ("to-full-width", "302",
           "http://\357\274\221\357\274\222\357\274\227.0.0.2:%PORT%/to/to-full-width"),

  /* Circles end where they close. */
  REFUSED ("to-itself", "302", "/t/to-itself"),
  REFUSED ("to-itself-fragment", "301", "/t/to-itself-fragment#again"),
  { "to-itself-with-cookie",
    { "302\nSet-Cookie: seen=1\nLocation: /t/to-itself-with-cookie" },
    .state = "failing" },
  { "to-and-back",
    { "302\nLocation: /to/to-and-back" },
    .target_answers = { "302\nLocation: /t/to-and-back" },
    .asked = ASKED_TWICE,
    .state = "failing" },

  /* The end decides. */
  { "to-missing",
    { "302\nLocation: /to/to-missing" },
    .target_answers = { "404" },
    .asked = ASKED_TWICE,
    .state = "failing" },
  { "to-page",
    { "302\nLocation: /to/to-page" },
    .target_answers = { "200\nETag: \"page\"\nContent-Type: text/html\n\n@html" },
    .asked = ASKED_TWICE,
    .state = "failing" },
  { "to-unchanged",
    { "302\nETag: \"hop\"\nLast-Modified: x\nLocation: /to/to-unchanged" },
    .target_answers = { "200\nETag: \"end\"", "304" },
    .etag = { "\"end\"" },
    .asked = ASKED_TWICE },
  { "to-without-validators",
    { "302\nETag: \"hop\"\nLast-Modified: x\nLocation: /to/to-without-validators" },
    .target_answers = { "200" },
    .asked = ASKED_TWICE },
  { "to-elsewhere-later",
    { "302\nLocation: /to/to-elsewhere-later?1",
      "302\nLocation: /to/to-elsewhere-later?2" },
    .target_answers = { "200\nETag: \"one\"", "200\nETag: \"two\"\n\n@other" },
    .etag = { NONE, "\"two\"" },
    .asked = ASKED_TWICE },
  { "to-then-not",
    { "302\nLocation: /to/to-then-not", "200\nETag: \"own\"" },
    .etag = { NONE, "\"own\"" },
    .asked = { 2, 0, 1, 1 } },
  { "to-chain-10", .path = "/redirect-count?n=10", .asked = { 11, 0, 11, 11 } },
  { "to-chain-11", .path = "/redirect-count?n=11", .asked = { 11, 0, 11, 11 },
    .state = "failing" },
};

const TroubleClass troubles_redirects = { "redirects", rows, G_N_ELEMENTS (rows) };
