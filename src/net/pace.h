/* SPDX-License-Identifier: MIT */
/*
 * Who may start now. Jobs queue by host; a host has so many running at most and a least
 * time between two starts, and all hosts together have a ceiling. Pure: the time (in
 * microseconds of one clock) is an argument.
 *
 * Invariant: within a host, jobs start in the order in which they came; between hosts,
 * the one that could start first does.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct {
  guint max_running;  /* in all */
  guint host_running; /* of one host */
  gint64 host_gap_us; /* between two starts */
} TcnPaceLimits;

typedef struct TcnPace TcnPace;

TcnPace *tcn_pace_new (const TcnPaceLimits *limits);
void tcn_pace_free (TcnPace *pace);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcnPace, tcn_pace_free)

void tcn_pace_configure (TcnPace *pace, const TcnPaceLimits *limits);

/* Queues a job, which stays the caller's; `is_urgent` puts it before the others of its
 * host (the next hop of a redirect). */
void tcn_pace_push (TcnPace *pace, const char *name, gpointer job, gboolean is_urgent);

/* Takes out a job that has not started. FALSE if it is not queued. */
gboolean tcn_pace_withdraw (TcnPace *pace, const char *name, gpointer job);

/* The next job that may start at `now_us`; it counts as running until tcn_pace_end().
 * NULL when none may: `*out_wake_us` is then when to ask again, or -1 when only the end
 * of a running job or a push can change that. (transfer none) (nullable) */
gpointer tcn_pace_pop (TcnPace *pace, gint64 now_us, gint64 *out_wake_us);

/* A running job of host `name` ended. */
void tcn_pace_end (TcnPace *pace, const char *name);

/* Lets a host start nothing before `until_us`: what was started by somebody else counts for
 * the gap. */
void tcn_pace_hold (TcnPace *pace, const char *name, gint64 until_us);

/* Pauses a host until `until_us` (never shortened; 0 lifts it). Pausing starts nothing
 * and ends nothing: tcn_pace_drain() gives what is queued. */
void tcn_pace_pause (TcnPace *pace, const char *name, gint64 until_us);
gint64 tcn_pace_paused_until_us (TcnPace *pace, const char *name, gint64 now_us);

/* Takes out every queued job of host `name`. (transfer container) */
GList *tcn_pace_drain (TcnPace *pace, const char *name);

guint tcn_pace_n_running (const TcnPace *pace);
guint tcn_pace_n_queued (const TcnPace *pace);

G_END_DECLS
