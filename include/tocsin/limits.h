/* SPDX-License-Identifier: MIT */
/*
 * Every ceiling of the program. Nothing that grows from data of the network lacks one;
 * each line says why the number is what it is. Memory exhaustion aborts (GLib), hence
 * these.
 */
#pragma once

/* Feeds, as bytes and as items (polling only: `parse` and `match` read what they are
 * given) */
#define TCN_MAX_BODY_BYTES                                                               \
  (8 * 1024 * 1024) /* default of max-body; the largest honest feeds seen are 5 MB */
#define TCN_MAX_FEED_ITEMS                                                               \
  5000 /* the first so many of a document; real windows hold 10 to 200 */
#define TCN_MAX_XML_DEPTH 256 /* feeds need eight; each level is looked through */
#define TCN_MAX_START_TAG_BYTES                                                          \
  (64 * 1024) /* kept until its end is seen; a longer one is left out */
#define TCN_MAX_TITLE_BYTES (8 * 1024) /* a title longer than this is text */
#define TCN_MAX_TEXT_BYTES                                                               \
  (1024 * 1024)                      /* one text field; matching stops at 1 MB an item */
#define TCN_MAX_URL_BYTES (8 * 1024) /* servers refuse longer ones */
#define TCN_MAX_CATEGORIES 256       /* an item's */
#define TCN_MAX_ENCLOSURES 256       /* an item's */
#define TCN_MAX_WARNINGS 20          /* kept of one document: more say nothing new */

/* Rules (S7 of the rule language) */
#define TCN_MAX_QUERY_CHARS 4096
#define TCN_MAX_QUERY_DEPTH 32
#define TCN_MAX_QUERY_WORDS 1000
#define TCN_MAX_NEAR 100
#define TCN_MAX_RULE_STEPS                                                               \
  100000 /* work of one rule on one item; hitting it is reported */
#define TCN_MAX_ALWAYS_QUERIES                                                           \
  200 /* tried on every item, a microsecond each: beyond, they cost more than all else */
#define TCN_MAX_MATCHES 100 /* reported of one alert */

/* Network */
#define TCN_MAX_REDIRECTS 10
#define TCN_MAX_VALIDATOR_BYTES                                                          \
  (8 * 1024) /* ETag and Last-Modified; libcurl bounds a header line at 100 KiB */
#define TCN_MAX_BUFFERED_BYTES                                                           \
  (64 * 1024 * 1024) /* held by all transfers together: 64 hostile feeds are no more */
#define TCN_MAX_IGNORED_BYTES                                                            \
  (128 * 1024) /* of an error page: reading it keeps the connection, more costs more */
#define TCN_CONNECT_TIMEOUT_MS                                                           \
  10000                         /* a server that is there answers the SYN in 3 tries */
#define TCN_MIN_SPEED_BYTES 100 /* a second, over three looks: below it is a drip */
#define TCN_MAX_CANDIDATES 50   /* feeds of one page: more are a directory of feeds */
#define TCN_MAX_HOST_PAUSE_S (7 * 86400) /* whatever Retry-After says */
#define TCN_DEFAULT_HOST_PAUSE_S 300     /* a 429 that says nothing */

/* State */
#define TCN_MAX_TXN_FEEDS 64   /* feeds of one transaction, */
#define TCN_MAX_TXN_AGE_MS 100 /* and its age when it must be committed */

/* Delivery */
#define TCN_MAX_RETRY_WAIT_S                                                             \
  7200 /* more than any back-off: a time further ahead is of a clock put back since */
#define TCN_MAX_DUE_ALERTS                                                               \
  64 /* read from the outbox at a time: each may hold 100 matches */
#define TCN_MAX_BURST_ALERTS                                                             \
  500 /* in one pop-up that counts: what is due beyond makes the next one */
#define TCN_MAX_COOLDOWN_S                                                               \
  (365 * 86400) /* as the longest interval; its record is forgotten after that long */
