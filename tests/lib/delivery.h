/* SPDX-License-Identifier: MIT */
/*
 * What every test of a sink needs: alerts to deliver, a delivery that is waited for, and
 * the contract that all sinks keep.
 */
#pragma once

#include "tocsin/sink.h"

G_BEGIN_DECLS

/* Alert `n` of `item` by `rule`, with everything that a sink may show. */
TcnAlert *delivery_alert_new (guint n, const char *item, const char *rule);

/* An array of alerts that owns them. */
GPtrArray *delivery_alerts_new (void);

/* Delivers and waits for the completion, which must come from the main loop, once. NULL or
 * the error. (transfer full) */
GError *delivery_run (TcnSink *sink, const GPtrArray *alerts, guint n_items,
                      guint n_before);

/* The sink of that type with its defaults. */
TcnSink *delivery_open (const char *type, const TcnSinkEnv *env);

/* A delivery that is given up by close() completes within it, as cancelled, once. */
void delivery_check_close_cancels (TcnSink *sink);

G_END_DECLS
