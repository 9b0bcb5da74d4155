/* SPDX-License-Identifier: MIT */
/*
 * One feed that is being watched: its configuration, its state, the poll under way; how it
 * is asked for, and what people are told of it.
 */
#pragma once

#include "record.h"
#include "tocsin/watch.h"

/* One feed of the configuration. Lives for as long as its name is configured. */
typedef struct {
  TcnWatch *watch;
  const TcnFeedConfig *config; /* of watch->config */
  TcnFeedState *state;         /* of watch->states */
  TcnFetchOptions *options;
  guint handle;           /* of the fetch under way, else 0 */
  char *asked_url;        /* what it asks for */
  gint64 not_before_unix; /* delayed so that many do not burst */
  TcnFetchResult *parked; /* unreachable: recorded once it is known whose fault that is */
} TcnWatched;

TcnWatched *tcn_watched_new (TcnWatch *watch);
void tcn_watched_free (TcnWatched *watched);

/* What its configuration adds to each request. (transfer full) */
TcnFetchOptions *tcn_watched_options (const TcnFeedConfig *feed);

/* What the user wants for it. */
TcnSchedulePolicy tcn_watched_policy (const TcnWatched *watched);

/* Where it is asked for. */
const char *tcn_watched_url (const TcnWatched *watched);

/* Has its host, and the one that redirects led to, left alone until the gap after its last
 * poll, whose time is known to the second, is over. */
void tcn_watched_keep_gap (const TcnWatched *watched, TcnFetcher *fetcher, gint64 gap_s,
                           gint64 now_unix);

/* Logs what a poll brought, each change once. */
void tcn_watched_tell (const TcnWatched *watched, const TcnPollSummary *summary);
