/* SPDX-License-Identifier: MIT */
/*
 * One active sink and the alerts that wait for it: what is delivered next, and what
 * becomes of it. dispatch.c owns the lanes and what they share.
 */
#pragma once

#include "tocsin/dispatch.h"

G_BEGIN_DECLS

typedef struct TcnLane TcnLane;
typedef struct TcnLaneHost TcnLaneHost;

typedef enum {
  TCN_LANES_KEEPING,  /* what is due, when it is due */
  TCN_LANES_DRAINING, /* everything once */
  TCN_LANES_STOPPING, /* what is running, and no more */
} TcnLaneMode;

/* What all lanes share. */
struct TcnLaneHost {
  TcnStore *store;
  TcnDispatchOptions options;
  TcnLaneMode mode;
  gboolean is_broken;
  GError *output_error;

  /* A delivery has ended; may free the lane. The last thing that the lane does. */
  void (*on_ended) (TcnLaneHost *host, TcnLane *lane);
};

/* Takes over `sink`. Does nothing before it is told to advance. */
TcnLane *tcn_lane_new (TcnLaneHost *host, TcnSinkConfig *config, TcnSink *sink);
void tcn_lane_free (TcnLane *lane);

const char *tcn_lane_name (const TcnLane *lane);
const TcnSink *tcn_lane_sink (const TcnLane *lane);

/* Would `config` open just what is open here? */
gboolean tcn_lane_is_same (const TcnLane *lane, const TcnSinkConfig *config);

/* Does the next thing, if there is one and nothing is in its way. */
void tcn_lane_advance (TcnLane *lane);

/* A held lane starts nothing. */
void tcn_lane_hold (TcnLane *lane, gboolean is_held);

/* Ends a pause: the destination has come up. */
void tcn_lane_wake (TcnLane *lane);

/* Forgets what was read from the outbox; a drain begins at the first alert again. */
void tcn_lane_begin_drain (TcnLane *lane);

/* How long to wait after the `attempts`th attempt (from 1) failed; `random` in [0, 1)
 * adds up to a fifth. */
gint64 tcn_lane_backoff_s (guint attempts, double random);

gboolean tcn_lane_is_running (const TcnLane *lane);
gboolean tcn_lane_is_drained (const TcnLane *lane);

G_END_DECLS
