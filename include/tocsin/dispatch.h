/* SPDX-License-Identifier: MIT */
/*
 * The outbox is drained: alerts that wait in the store are given to their sinks, oldest
 * first, one delivery at a time in each sink, and what became of them is marked in the
 * store before the next one of that sink starts. Grouping, bursts, back-off and waiting
 * for an absent destination are decided here. Invariant: an alert leaves the outbox only
 * by arriving or by being refused for good.
 *
 * Everything happens on the main loop's default context; no call blocks it.
 */
#pragma once

#include "tocsin/sink.h"
#include "tocsin/store.h"

G_BEGIN_DECLS

typedef struct TcnDispatch TcnDispatch;

/* What the dispatcher is told and asks; filled by its owner. */
typedef struct {
  const TcnSinkEnv *env; /* for opening sinks; borrowed for the dispatcher's life */

  /* The store cannot be read or marked: the dispatcher has stopped for good. Called at
   * most once, from the main loop. */
  void (*on_broken) (const GError *error, gpointer data);

  /* Standard output is closed or full; its alerts wait. Called when that begins. Nullable:
   * see tcn_dispatch_output_error(). */
  void (*on_output_error) (const GError *error, gpointer data);
  gpointer data;

  /* How sinks are opened, the clocks and the dice; NULL: tcn_sink_open, the system's. */
  TcnSink *(*open_sink) (const TcnSinkConfig *config, const TcnSinkEnv *env,
                         GError **error);
  gint64 (*now_unix) (gpointer data);
  gint64 (*now_us) (gpointer data); /* monotonic */
  double (*random) (gpointer data); /* in [0, 1) */
} TcnDispatchOptions;

/* `store` is borrowed, opened to write. Nothing is sent before there are sinks. */
TcnDispatch *tcn_dispatch_new (TcnStore *store, const TcnDispatchOptions *options);

/* Gives up what is running and closes the sinks: call when tcn_dispatch_stop() has
 * reported, or when there is no more time to wait for that. */
void tcn_dispatch_free (TcnDispatch *dispatch);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcnDispatch, tcn_dispatch_free)

/* The sinks (TcnSinkConfig*) that are active in this process from now on; alerts for
 * others stay pending. May be called again: a sink whose configuration is the same stays
 * open, a delivery that runs in another one ends before that is closed. TCN_ERROR_CONFIG
 * and nothing changed when one of them cannot be opened. */
gboolean tcn_dispatch_set_sinks (TcnDispatch *dispatch, const GPtrArray *sinks,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* There may be new alerts in the store: looks soon, from the main loop. */
void tcn_dispatch_kick (TcnDispatch *dispatch);

/* Called once, from the main loop, never before the call that took it has returned. */
typedef void (*TcnDispatchDone) (gpointer data);

/* Tries everything pending in every active sink once, due or not (but for what this
 * dispatcher has tried already, and failed, and for what a cooldown holds), and reports
 * when that is over. A destination that turned out to be absent or failing is not waited
 * for. */
void tcn_dispatch_drain (TcnDispatch *dispatch, TcnDispatchDone done, gpointer data);

/* Starts no more deliveries and reports when none is running. */
void tcn_dispatch_stop (TcnDispatch *dispatch, TcnDispatchDone done, gpointer data);

/* The last failure of standard output, if a sink of this process met one; it has not been
 * logged. (transfer none) (nullable) */
const GError *tcn_dispatch_output_error (const TcnDispatch *dispatch);

G_END_DECLS
