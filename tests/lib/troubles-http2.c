/* SPDX-License-Identifier: MIT */
/*
 * HTTP/2: the frames of an answer and what can be wrong with them. An answer that begins
 * with no digit is one of httpd-h2.c's. All rows share a connection as long as it lasts, so
 * that each also meets what the one before has left of it.
 */
#include "troubles.h"

#define HOUR 3600

/* Each answer is a feed with that ETag. */
#define WHOLE(name)                                                                      \
  {                                                                                      \
    "h2-" name, { name }, .etag = { "\"h2\"" }                                           \
  }
#define BROKEN(name)                                                                     \
  {                                                                                      \
    "h2-" name, { name }, .state = "failing"                                             \
  }

static const Trouble rows[] = {
  { "h2-200", { "200\nETag: \"a\"" }, .etag = { "\"a\"" } },
  { "h2-304",
    { "200\nETag: W/\"odd , one\"\nLast-Modified: yesterday, about noon", "304" },
    .etag = { "W/\"odd , one\"" },
    .date = { "yesterday, about noon" } },
  { "h2-304-rotated",
    { "200\nETag: \"1\"", "304\nETag: \"2\"" },
    .etag = { "\"1\"", "\"2\"" } },
  { "h2-many-headers",
    { "200\nETag: \"a\"\nX-Long: @long\nSet-Cookie: a=b\nAlt-Svc: h3=\":1\"" },
    .etag = { "\"a\"" } },
  { "h2-gzip",
    { "200\nETag: \"a\"\nContent-Encoding: gzip\n\n@gzip" },
    .etag = { "\"a\"" } },
  { "h2-redirect",
    { "301\nETag: \"hop\"\nLocation: /to/h2-redirect" },
    .etag = { "\"to\"" },
    .asked = ASKED_TWICE },
  { "h2-redirect-to-plain",
    { "302\nLocation: http://127.0.0.1:%PORT%/to/h2-redirect-to-plain" },
    .state = "failing" },
  { "h2-429",
    { "429\nRetry-After: 7200" },
    .asked = ASKED_ONCE,
    .state = "paused",
    .floor_s = 2 * HOUR,
    .ceiling_s = 2 * HOUR + 600 },
  { "h2-fresh",
    { "200\nETag: \"a\"\nCache-Control: max-age=7200", "304" },
    .etag = { "\"a\"" },
    .floor_s = 2 * HOUR },
  FAILS ("h2-421", "421"),
  FAILS ("h2-500", "500"),
  FAILS ("h2-304-unasked", "304"),

  WHOLE ("pinged"),
  WHOLE ("early-hints"),
  WHOLE ("trailers"),
  WHOLE ("in-pieces"),
  WHOLE ("padded"),
  WHOLE ("reset-after"),
  WHOLE ("unknown-frame"),
  WHOLE ("goaway-above"),

  /* What came is not all of it, or may have been read by the server: once, and no more. */
  BROKEN ("cancelled"),
  BROKEN ("cancelled-body"),
  BROKEN ("closed-head"),
  BROKEN ("closed-body"),
  BROKEN ("short-body"),
  BROKEN ("no-body"),
  BROKEN ("no-status"),
  BROKEN ("closed"),
  BROKEN ("garbage"), /* over a new connection, since the last one ended */
  BROKEN ("goaway-silent"),

  /* The server says that it has not looked at it: once more, and no more. */
  { "h2-refused", { "refused" }, .asked = ASKED_TWICE, .state = "failing" },
  { "h2-refused-once",
    { "refused", "200\nETag: \"a\"" },
    .etag = { "\"a\"" },
    .asked = { 2, 0, 1, 1 } },
  { "h2-goaway-below", { "goaway-below" }, .asked = ASKED_TWICE, .state = "failing" },
  { "h2-goaway-below-once",
    { "goaway-below", "200\nETag: \"a\"" },
    .etag = { "\"a\"" },
    .asked = { 2, 0, 1, 1 } },

  /* A feed that was there, and then is not. */
  { "h2-closed-later",
    { "200\nETag: \"a\"", "closed-body" },
    .etag = { "\"a\"" },
    .state = "failing" },
  { "h2-cancelled-later",
    { "200\nETag: \"a\"", "cancelled-body", "304" },
    .etag = { "\"a\"", "\"a\"" } },
};

const TroubleClass troubles_http2 = { "http2", rows, G_N_ELEMENTS (rows), TRUE };

static const Trouble slow_rows[] = {
  BROKEN ("stalled"),
  BROKEN ("silent"),
};

const TroubleClass troubles_slow_http2 = { "slow-http2", slow_rows,
                                           G_N_ELEMENTS (slow_rows), TRUE };
