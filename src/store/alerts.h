/* SPDX-License-Identifier: MIT */
/*
 * Rows of alerts read back, for the outbox and the listing.
 */
#pragma once

#include "store/db.h"

G_BEGIN_DECLS

/* The columns that tcn_alerts_read() takes, from the row's first. */
#define TCN_ALERTS_COLUMNS                                                               \
  "alert.seq, alert.id, alert.time, alert.rule, alert.urgency, alert.feed, "             \
  "alert.feed_title, alert.item, alert.title, alert.link, alert.author, "                \
  "alert.published, alert.language, alert.excerpt, alert.matches, alert.rule_title"
#define TCN_ALERTS_N_COLUMNS 16

/* (transfer full) */
TcnAlert *tcn_alerts_read (TcnDbStatement *row, gint64 *out_seq);

G_END_DECLS
