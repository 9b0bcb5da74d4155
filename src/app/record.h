/* SPDX-License-Identifier: MIT */
/*
 * What one poll of one feed brought, from the answer to the ledger: parse, match, record.
 */
#pragma once

#include "tocsin/alerter.h"
#include "tocsin/feeds.h"
#include "tocsin/fetch.h"
#include "tocsin/ledger.h"

/* One poll, to be recorded. */
typedef struct {
  TcnLedger *ledger;
  TcnAlerter *alerter;
  const TcnConfig *config;
  const char *const *every_sink; /* names of all sinks, NULL-terminated */
  const TcnFeedConfig *feed;
  TcnFeedState *state; /* is brought up to date */
  const TcnFetchResult *result;
  gboolean is_offline; /* the failure is the network's, not the feed's */
  gint64 now_unix;
  gint64 now_us; /* monotonic */
  double dice;
} TcnPoll;

typedef struct {
  TcnPollOutcome outcome;
  TcnScheduleEvents events;
  guint n_new; /* items */
  guint n_old; /* of them, too old to ring at first sight */
  guint n_alerts;
  guint n_failures_before; /* in a row, up to this poll */
  gboolean is_first_gone;  /* the first 410 since it worked */
  gboolean is_damaged;     /* what came; else state->error is a mere doubt */
  gboolean has_new_note;   /* state->error says so, and has not been told yet */
} TcnPollSummary;

/* Enters it into the ledger. FALSE only when the state failed; a feed that failed is a
 * poll like any other, with the reason in state->error. */
gboolean tcn_record_poll (const TcnPoll *poll, TcnPollSummary *out_summary,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;
