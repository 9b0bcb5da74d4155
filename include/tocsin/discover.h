/* SPDX-License-Identifier: MIT */
/*
 * Where a web page's feeds are: what it declares, what its text links to, and, only when
 * asked, the paths where feeds usually are. Pure: the page is bytes, nothing is fetched.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum {
  TCN_CANDIDATE_DECLARED, /* <link rel="alternate"> */
  TCN_CANDIDATE_LINKED,   /* <a href> that looks like a feed's */
  TCN_CANDIDATE_LABELLED, /* <a> that is called RSS, or so: may be anything */
  TCN_CANDIDATE_GUESSED,
  TCN_N_CANDIDATE_SOURCES,
} TcnCandidateSource;

typedef struct {
  TcnCandidateSource source;
  char *url;   /* absolute, http or https */
  char *title; /* nullable: one line, as the page calls it */
} TcnCandidate;

void tcn_candidate_free (TcnCandidate *candidate);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcnCandidate, tcn_candidate_free)

/* The feeds that a page names, each once: declared ones first, then linked and labelled ones,
 * each in the order of the page; of each at most TCN_MAX_CANDIDATES. `page_url` is where the
 * page came from.
 * (transfer full) (element-type TcnCandidate) */
GPtrArray *tcn_discover_links (const char *html, gsize n, const char *page_url);

/* Usual places near `page_url`, likeliest first. (transfer full)
 * (element-type TcnCandidate) */
GPtrArray *tcn_discover_guesses (const char *page_url);

G_END_DECLS
