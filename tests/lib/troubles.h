/* SPDX-License-Identifier: MIT */
/*
 * The ways in which a server can be odd, wrong or hostile, one row each: what it serves,
 * and what a perfect guest is then seen to do. The test server serves the rows, test-guest
 * judges its log; both read the same tables (troubles-*.c).
 */
#pragma once

#include <glib.h>

/* The judge's runs, each a process of its own: everything is new in the first, nothing is
 * due in the second, all is polled in the third and the fourth. */
#define TROUBLE_RUNS 4

typedef struct {
  const char *name; /* of the feed, and its path: /t/NAME */

  /* Answers to the first request of the path, the second, and all later ones; NULL: as
   * the one before. "STATUS\nName: value\n...\n\nBODY", the headers and the body left out
   * at will: a feed is the body of what may have one. A body "@gzip" and the like is the
   * feed in that form. An answer that begins otherwise than with a digit is sent as it
   * stands, and the connection closed, or kept after one that begins with "+"; by HTTP/2
   * it is the name of a fault of httpd-h2.c. %PORT% is the server's port, @long a long
   * text. */
  const char *answers[3];
  /* Answers of /to/NAME, where redirects lead; a feed with the ETag "to" when left out. */
  const char *target_answers[3];
  const char *path; /* in place of /t/NAME: one of the faults of httpd-faults.c */

  /* What is seen of it. */
  const char *etag[2]; /* If-None-Match in the third and fourth run; NULL in the second */
  const char *date[2]; /* place: as in the first. NONE: not sent. If-Modified-Since */
  guint asked[TROUBLE_RUNS]; /* how often; all 0: once in all but the second run */
  const char *state;         /* in the end, as `feeds` lists it; NULL: ok */
  gint64 floor_s;            /* in the end it is due in so many seconds at least, */
  gint64 ceiling_s;          /* and at most; 0: anything */
} Trouble;

#define NONE ""
#define ASKED_ONCE                                                                       \
  {                                                                                      \
    1, 0, 0, 0                                                                           \
  } /* and told when to come back */
#define ASKED_TWICE                                                                      \
  {                                                                                      \
    2, 0, 2, 2                                                                           \
  } /* a redirect, and where it leads */

/* A row: an answer that brings no feed. */
#define FAILS(name, answer)                                                              \
  {                                                                                      \
    name, { answer }, .state = "failing"                                                 \
  }

typedef struct {
  const char *title;
  const Trouble *rows;
  gsize n_rows;
  gboolean is_tls; /* asked for by https, and so by HTTP/2 */
} TroubleClass;

extern const TroubleClass troubles_validators, troubles_statuses, troubles_redirects,
    troubles_framing, troubles_times, troubles_http2, troubles_slow, troubles_slow_http2;

/* All classes, ended by NULL; the slow ones only in the long form of the tests, those over
 * TLS only where the server was built with it. */
const TroubleClass *const *troubles_classes (void);

/* NULL when there is none of that name. */
const Trouble *troubles_find (const char *name);
