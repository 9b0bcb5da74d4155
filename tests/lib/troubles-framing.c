/* SPDX-License-Identifier: MIT */
/* How an answer is written: codings, lengths, chunks, heads. */
#include "troubles.h"

/* A coding that is understood, twice the same body. */
#define CODED(name, coding, body)                                                        \
  {                                                                                      \
    name, { "200\nETag: \"c\"\nContent-Encoding: " coding "\n\n" body, "304" },          \
        .etag = {                                                                        \
          "\"c\""                                                                        \
        }                                                                                \
  }
#define MISCODED(name, coding, body)                                                     \
  FAILS (name, "200\nETag: \"x\"\nContent-Encoding: " coding "\n\n" body)
#define FAULT(name, fault)                                                               \
  {                                                                                      \
    name, .path = fault, .state = "failing"                                              \
  }

/* Raw answers with a whole feed of 89 bytes. */
#define RSS                                                                              \
  "<rss version=\"2.0\"><channel><title>T</title><item><title>I</title></item>"          \
  "</channel></rss>"
#define RSS_N "89"
#define RSS_HEX "59"
#define HEAD "HTTP/1.1 200 OK\r\nETag: \"r\"\r\n"
#define RAW(name, text)                                                                  \
  {                                                                                      \
    name, { text }, .etag = { "\"r\"" }                                                  \
  }

static const Trouble rows[] = {
  /* --- codings --- */
  CODED ("coded-gzip", "gzip", "@gzip"),
  CODED ("coded-x-gzip", "x-gzip", "@gzip"),
  CODED ("coded-capitals", "GZIP", "@gzip"),
  CODED ("coded-deflate", "deflate", "@zlib"),
  CODED ("coded-deflate-raw", "deflate", "@raw"),
  CODED ("coded-brotli", "br", "@brotli"),
  CODED ("coded-zstd", "zstd", "@zstd"),
  CODED ("coded-identity", "identity", "@feed"),
  CODED ("coded-identity-gzip", "identity, gzip", "@gzip"),
  CODED ("coded-empty", "", "@feed"),
  MISCODED ("coded-unknown", "rot13", "@feed"),
  MISCODED ("coded-compress", "compress", "@feed"),
  MISCODED ("coded-lie", "gzip", "@feed"),
  MISCODED ("coded-lie-brotli", "br", "@feed"),
  MISCODED ("coded-lie-zstd", "zstd", "@feed"),
  { "coded-truncated",
    { "200\nETag: \"x\"\nContent-Encoding: gzip\n\n@gzip-cut" },
    .etag = { NONE, "\"x\"" } },
  MISCODED ("coded-nothing", "gzip", ""),
  MISCODED ("coded-twice", "gzip, gzip", "@gzip-gzip"),
  MISCODED ("coded-twice-lines", "gzip\nContent-Encoding: gzip", "@gzip-gzip"),
  MISCODED ("coded-mixed", "deflate, gzip", "@gzip-gzip"),
  MISCODED ("coded-ten-times", "gzip,gzip,gzip,gzip,gzip,gzip,gzip,gzip,gzip,gzip",
            "@gzip"),
  { "coded-error-page",
    { "200\nETag: \"k\"", "404\nContent-Encoding: gzip\n\n@html" },
    .etag = { "\"k\"" },
    .state = "failing" },
  FAULT ("bomb-gzip", "/gzip-bomb?mib=16"),
  FAULT ("bomb-double", "/gzip-double?mib=16"),

  /* --- lengths and chunks --- */
  RAW ("until-close", HEAD "\r\n" RSS),
  RAW ("until-close-1.0", "HTTP/1.0 200 OK\r\nETag: \"r\"\r\n\r\n" RSS),
  RAW ("length-twice-same",
       HEAD "Content-Length: " RSS_N "\r\nContent-Length: " RSS_N "\r\n\r\n" RSS),
  RAW ("length-and-more", HEAD "Content-Length: " RSS_N "\r\n\r\n" RSS "<more/>"),
  RAW ("chunked",
       HEAD "Transfer-Encoding: chunked\r\n\r\n" RSS_HEX "\r\n" RSS "\r\n0\r\n\r\n"),
  RAW ("chunk-extension", HEAD "Transfer-Encoding: chunked\r\n\r\n" RSS_HEX ";a=b\r\n" RSS
                               "\r\n0;c\r\n\r\n"),
  RAW ("chunk-zeros", HEAD "Transfer-Encoding: chunked\r\n\r\n0000" RSS_HEX "\r\n" RSS
                           "\r\n000\r\n\r\n"),
  RAW ("trailers",
       HEAD "Transfer-Encoding: chunked\r\nTrailer: ETag\r\n\r\n" RSS_HEX "\r\n" RSS
            "\r\n0\r\nETag: \"trailer\"\r\nSet-Cookie: t=1\r\n\r\n"),
  RAW ("chunked-and-length",
       HEAD "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n" RSS_HEX "\r\n" RSS
            "\r\n0\r\n\r\n"),
  { "length-short",
    { HEAD "Content-Length: 40\r\n\r\n" RSS },
    .etag = { NONE, "\"r\"" } },
  FAILS ("length-long", HEAD "Content-Length: 4000\r\n\r\n" RSS),
  FAILS ("length-conflict",
         HEAD "Content-Length: " RSS_N "\r\nContent-Length: 40\r\n\r\n" RSS),
  FAILS ("length-negative", HEAD "Content-Length: -5\r\n\r\n" RSS),
  FAILS ("length-huge", HEAD "Content-Length: 99999999999999999999\r\n\r\n" RSS),
  FAILS ("length-above-ceiling", HEAD "Content-Length: 999999999\r\n\r\n" RSS),
  FAILS ("chunk-bad",
         HEAD "Transfer-Encoding: chunked\r\n\r\nzz\r\n" RSS "\r\n0\r\n\r\n"),
  FAILS ("chunk-cut", HEAD "Transfer-Encoding: chunked\r\n\r\n" RSS_HEX "\r\n<rss "),
  FAILS ("chunk-last-missing",
         HEAD "Transfer-Encoding: chunked\r\n\r\n" RSS_HEX "\r\n" RSS "\r\n"),
  FAILS ("chunk-huge",
         HEAD "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n" RSS),
  FAILS ("transfer-unknown", HEAD "Transfer-Encoding: cipher\r\n\r\n" RSS),
  FAULT ("endless-chunks", "/endless-chunked"),
  FAULT ("endless-body", "/endless-close"),
  FAULT ("reset-mid-body", "/rst-mid"),

  /* --- heads --- */
  RAW ("reason-missing",
       "HTTP/1.1 200\r\nETag: \"r\"\r\nContent-Length: " RSS_N "\r\n\r\n" RSS),
  RAW ("reason-long", "HTTP/1.1 200 OK, HTTP/1.1 404 it is\r\nETag: \"r\"\r\n\r\n" RSS),
  RAW ("line-feeds-only",
       "HTTP/1.1 200 OK\nETag: \"r\"\nContent-Length: " RSS_N "\n\n" RSS),
  RAW ("many-headers-one-name", HEAD "X-A: 1\r\nX-A: 2\r\nX-A: 3\r\nX-A: 4\r\n\r\n" RSS),
  RAW ("header-without-value", HEAD "X-Nothing:\r\nX-Blank:   \r\n\r\n" RSS),
  RAW ("header-utf8", HEAD "X-Caf\303\251: \342\202\254\r\n\r\n" RSS),
  RAW ("100-continue", "HTTP/1.1 100 Continue\r\n\r\n" HEAD "\r\n" RSS),
  RAW ("103-early-hints", "HTTP/1.1 103 Early Hints\r\nETag: \"early\"\r\n"
                          "Last-Modified: early\r\nCache-Control: max-age=99999\r\n"
                          "Link: </to/103>; rel=preload\r\n\r\n" HEAD "\r\n" RSS),
  RAW ("102-many", "HTTP/1.1 102 P\r\n\r\nHTTP/1.1 102 P\r\n\r\nHTTP/1.1 102 P\r\n\r\n"
                   "HTTP/1.1 100 C\r\nETag: \"1xx\"\r\n\r\n" HEAD "\r\n" RSS),
  RAW ("connection-close", HEAD "Connection: close\r\nKeep-Alive: timeout=0\r\n\r\n" RSS),
  FAILS ("101-switching", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n"),
  FAILS ("100-and-nothing", "HTTP/1.1 100 Continue\r\n\r\n"),
  FAILS ("header-space-before-colon", "HTTP/1.1 200 OK\r\nETag : \"x\"\r\n"),
  FAILS ("head-cut", "HTTP/1.1 200 OK\r\nETag: \"x\"\r\nContent-Le"),
  FAILS ("http-0.9", RSS),
  FAILS ("http-binary", "\026\003\001\002\001\001\r\n\r\n"),
  FAILS ("icy", "ICY 200 OK\r\nicy-name: radio\r\n\r\n" RSS),
  FAILS ("status-word", "HTTP/1.1 OK\r\nETag: \"x\"\r\n\r\n" RSS),
  FAILS ("status-long", "HTTP/1.1 2000 OK\r\nETag: \"x\"\r\n\r\n" RSS),
  FAULT ("nothing-at-all", "/close"),
  FAULT ("garbage", "/garbage"),
  FAULT ("header-1mb", "/header-1mb"),
  FAULT ("headers-endless", "/headers-endless"),
  FAULT ("hints-endless", "/hints-endless"),

  /* --- what the type says --- */
  { "type-html", { "200\nContent-Type: text/html" } },
  { "type-binary", { "200\nContent-Type: application/octet-stream" } },
  { "type-none", { "200\nContent-Type:" } },
  { "type-senseless", { "200\nContent-Type: ;;=\"" } },
  { "type-charset-unknown", { "200\nContent-Type: text/xml; charset=x-none" } },
  { "disposition", { "200\nContent-Disposition: attachment; filename=../../x.xml" } },

  /* What comes behind an answer is not the answer to the next request. */
  RAW ("smuggled-behind",
       "+" HEAD "Content-Length: " RSS_N "\r\n\r\n" RSS
       "HTTP/1.1 200 OK\r\nETag: \"s\"\r\nContent-Length: " RSS_N "\r\n\r\n" RSS),
  { "after-smuggled", { "200\nETag: \"own\"", "304" }, .etag = { "\"own\"" } },
  { "smuggled-behind-304",
    { "200\nETag: \"k\"", "+HTTP/1.1 304 Not Modified\r\nContent-Length: 38\r\n\r\n"
                          "HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n" },
    .etag = { "\"k\"" } },
  { "after-smuggled-304", { "200\nETag: \"own\"", "304" }, .etag = { "\"own\"" } },

  /* On a connection that has served before, and is closed at once: asked again? */
  FAULT ("nothing-this-time", "/close"),
};

const TroubleClass troubles_framing = { "framing", rows, G_N_ELEMENTS (rows) };
