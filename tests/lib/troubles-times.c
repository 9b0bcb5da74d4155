/* SPDX-License-Identifier: MIT */
/* When to come back: freshness, Retry-After, and what the document itself asks for. */
#include "troubles.h"

#define HOUR 3600
#define DAY (24 * HOUR)
/* The plan adds at most a tenth, and at most ten minutes. */
#define SLACK 600

/* Such an answer asks for at least that long, or says nothing (the rhythm alone counts). */
#define FRESH(name, headers, for_s)                                                      \
  {                                                                                      \
    name, { "200\nETag: \"f\"\n" headers, "304\n" headers },                             \
        .etag = { "\"f\"" }, .floor_s = for_s, .ceiling_s = (for_s) + SLACK              \
  }
#define STALE(name, headers)                                                             \
  {                                                                                      \
    name, { "200\nETag: \"f\"\n" headers, "304\n" headers }, .etag = { "\"f\"" },        \
                                                             .ceiling_s = HOUR           \
  }

#define NOW "Date: Sun, 22 Nov 2026 10:00:00 GMT\n"
#define LONG_AGO "Date: Sun, 06 Nov 1994 08:00:00 GMT\n"

/* Asked once; then left alone for so long. */
#define HELD(name, status, headers, for_s)                                               \
  {                                                                                      \
    name, { status "\n" headers }, .asked = ASKED_ONCE, .state = "paused",               \
                                   .floor_s = for_s, .ceiling_s = (for_s) + SLACK        \
  }

#define DOCUMENT(name, elements, for_s)                                                       \
  {                                                                                           \
    name,                                                                                     \
        { "200\nETag: \"d\"\n\n<rss version='2.0' xmlns:sy="                                  \
          "'http://purl.org/rss/1.0/modules/syndication/'><channel><title>T</title>" elements \
          "<item><title>I</title></item></channel></rss>",                                    \
          "304" },                                                                            \
        .etag = { "\"d\"" }, .floor_s = for_s, .ceiling_s = (for_s) + SLACK                   \
  }

static const Trouble rows[] = {
  FRESH ("max-age", "Cache-Control: max-age=7200", 2 * HOUR),
  FRESH ("max-age-capitals", "CACHE-CONTROL: MAX-AGE=7200", 2 * HOUR),
  FRESH ("max-age-quoted", "Cache-Control: max-age=\"7200\"", 2 * HOUR),
  FRESH ("max-age-blanks", "Cache-Control: max-age = 7200 , public", 2 * HOUR),
  FRESH ("max-age-semicolons", "Cache-Control: public; max-age=7200; x", 2 * HOUR),
  FRESH ("max-age-leading-zeros", "Cache-Control: max-age=007200", 2 * HOUR),
  FRESH ("max-age-among-others",
         "Cache-Control: private, stale-while-revalidate=9, must-revalidate, "
         "max-age=7200, immutable",
         2 * HOUR),
  FRESH ("max-age-in-two-lines", "Cache-Control: public\nCache-Control: max-age=7200",
         2 * HOUR),
  FRESH ("max-age-less-age", "Cache-Control: max-age=10800\nAge: 3600", 2 * HOUR),
  FRESH ("max-age-age-negative", "Cache-Control: max-age=7200\nAge: -99", 2 * HOUR),
  FRESH ("max-age-age-senseless", "Cache-Control: max-age=7200\nAge: old", 2 * HOUR),
  FRESH ("max-age-beats-expires",
         NOW "Cache-Control: max-age=7200\nExpires: Sun, 22 Nov 2026 20:00:00 GMT",
         2 * HOUR),
  FRESH ("max-age-beats-expires-0", "Cache-Control: max-age=7200\nExpires: 0", 2 * HOUR),
  FRESH ("max-age-of-years", "Cache-Control: max-age=31536000", DAY),
  FRESH ("max-age-overflow", "Cache-Control: max-age=99999999999999999999999", DAY),
  STALE ("max-age-0", "Cache-Control: max-age=0, must-revalidate"),
  STALE ("max-age-negative", "Cache-Control: max-age=-1"),
  STALE ("max-age-empty", "Cache-Control: max-age="),
  STALE ("max-age-word", "Cache-Control: max-age=soon"),
  STALE ("max-age-old", "Cache-Control: max-age=7200\nAge: 999999"),
  STALE ("max-age-of-shared", "Cache-Control: s-maxage=7200"),
  STALE ("max-age-lookalike", "Cache-Control: x-max-age=7200, max-ageing=7200"),
  STALE ("no-cache", "Cache-Control: no-cache, max-age=7200"),
  STALE ("no-store", "Cache-Control: no-store\nPragma: no-cache"),
  STALE ("cache-control-garbage", "Cache-Control: ,,;=\"=,"),
  FRESH ("expires", NOW "Expires: Sun, 22 Nov 2026 12:00:00 GMT", 2 * HOUR),
  FRESH ("expires-rfc850", NOW "Expires: Sunday, 22-Nov-26 12:00:00 GMT", 2 * HOUR),
  FRESH ("expires-wrong-clock", LONG_AGO "Expires: Sun, 06 Nov 1994 10:00:00 GMT",
         2 * HOUR),
  FRESH ("expires-far", NOW "Expires: Thu, 22 Nov 2096 10:00:00 GMT", DAY),
  STALE ("expires-past", NOW "Expires: Sat, 21 Nov 2026 10:00:00 GMT"),
  STALE ("expires-0", "Expires: 0"),
  STALE ("expires-minus-1", "Expires: -1"),
  STALE ("expires-senseless", NOW "Expires: whenever"),
  STALE ("expires-epoch", "Expires: Thu, 01 Jan 1970 00:00:00 GMT"),
  { "fresh-on-304-only",
    { "200\nETag: \"f\"", "304\nCache-Control: max-age=7200" },
    .etag = { "\"f\"" },
    .floor_s = 2 * HOUR },
  { "fresh-kept-through-304",
    { "200\nETag: \"f\"\nCache-Control: max-age=7200", "304" },
    .etag = { "\"f\"" },
    .floor_s = 2 * HOUR },
  { "fresh-taken-back",
    { "200\nETag: \"f\"\nCache-Control: max-age=7200", "304\nCache-Control: no-cache" },
    .etag = { "\"f\"" },
    .ceiling_s = HOUR },
  { "fresh-taken-back-by-same",
    { "200\nETag: \"f\"\nCache-Control: max-age=7200", "200\nETag: \"f\"" },
    .etag = { "\"f\"" },
    .ceiling_s = HOUR },
  { "fresh-error",
    { "404\nCache-Control: max-age=7200" },
    .state = "failing",
    .floor_s = 2 * HOUR },

  HELD ("429-seconds", "429", "Retry-After: 7200", 2 * HOUR),
  HELD ("429-date", "429", NOW "Retry-After: Sun, 22 Nov 2026 12:00:00 GMT", 2 * HOUR),
  HELD ("429-date-wrong-clock", "429",
        LONG_AGO "Retry-After: Sunday, 06-Nov-94 10:00:00 GMT", 2 * HOUR),
  HELD ("429-blanks", "429", "Retry-After:   7200  ", 2 * HOUR),
  HELD ("429-absurd", "429", "Retry-After: 99999999999999999999", 7 * DAY),
  HELD ("429-with-page", "429", "Retry-After: 7200\nContent-Type: text/html\n\n@html",
        2 * HOUR),
  HELD ("503-seconds", "503", "Retry-After: 7200", 2 * HOUR),
  HELD ("503-date", "503", NOW "Retry-After: Sun, 22 Nov 2026 12:00:00 GMT", 2 * HOUR),
  HELD ("403-seconds", "403", "Retry-After: 7200", 2 * HOUR),
  HELD ("404-seconds", "404", "Retry-After: 7200", 2 * HOUR),
  HELD ("500-seconds", "500", "Retry-After: 7200", 2 * HOUR),
  HELD ("200-seconds", "200", "ETag: \"r\"\nRetry-After: 7200", 2 * HOUR),
  { "301-seconds",
    { "301\nRetry-After: 7200\nLocation: /to/301-seconds" },
    .etag = { "\"to\"" },
    .asked = ASKED_TWICE },
  HELD ("429-max-age", "429", "Retry-After: 7200\nCache-Control: max-age=10800",
        3 * HOUR),
  FAILS ("429-bare", "429"),
  FAILS ("429-negative", "429\nRetry-After: -7200"),
  FAILS ("429-zero", "429\nRetry-After: 0"),
  FAILS ("429-senseless", "429\nRetry-After: when you like"),
  FAILS ("429-past", "429\n" NOW "Retry-After: Sat, 21 Nov 2026 10:00:00 GMT"),
  FAILS ("503-bare", "503"),

  DOCUMENT ("ttl", "<ttl>120</ttl>", 2 * HOUR),
  DOCUMENT ("ttl-of-years", "<ttl>9999999</ttl>", DAY),
  DOCUMENT ("sy-daily", "<sy:updatePeriod>daily</sy:updatePeriod>", DAY),
  DOCUMENT ("sy-four-a-day",
            "<sy:updatePeriod>daily</sy:updatePeriod>"
            "<sy:updateFrequency>4</sy:updateFrequency>",
            6 * HOUR),
  { "ttl-senseless",
    { "200\nETag: \"d\"\n\n<rss version='2.0'><channel><ttl>-5</ttl><item>"
      "<title>I</title></item></channel></rss>",
      "304" },
    .etag = { "\"d\"" },
    .ceiling_s = HOUR },
};

/* Each takes its time-out: only in the long form. */
static const Trouble slow_rows[] = {
  { "slow-to-begin", .path = "/delay?ms=500" },
  { "silent", .path = "/silent", .state = "failing" },
  { "dripping-body", .path = "/slow-drip?ms=200", .state = "failing" },
  { "dripping-head", .path = "/slow-headers?ms=200", .state = "failing" },
};

const TroubleClass troubles_slow = { "slow", slow_rows, G_N_ELEMENTS (slow_rows) };

const TroubleClass troubles_times = { "times", rows, G_N_ELEMENTS (rows) };
