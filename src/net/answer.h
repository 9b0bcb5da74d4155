/* SPDX-License-Identifier: MIT */
/*
 * How an answer becomes a result: the status is classed, validators and hints are read
 * off the last answer's headers.
 */
#pragma once

#include "net/exchange.h"

G_BEGIN_DECLS

TcnFetchResult *tcn_fetch_result_new (void);

/* Is this status a redirect to be followed, and does it move the feed for good? */
gboolean tcn_answer_is_redirect (guint status);
gboolean tcn_answer_is_permanent (guint status);

/* Fills everything that the last answer says into `result`; takes the body. */
void tcn_answer_read (TcnFetchResult *result, TcnExchange *exchange, gint64 now_unix);

void tcn_answer_fail (TcnFetchResult *result, TcnFailure failure, GError *error);

/* Of a body's bytes, never 0 for some: tells a body from the last one, not from a forged
 * one. */
guint64 tcn_answer_hash (const guint8 *bytes, gsize n);

G_END_DECLS
