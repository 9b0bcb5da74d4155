/* SPDX-License-Identifier: MIT */
#include "app/lane.h"

#include <gio/gio.h>
#include <string.h>

#include "tocsin/error.h"
#include "tocsin/limits.h"
#include "tocsin/outbox.h"

#include "app/bucket.h"
#include "app/waiting.h"

#define FIRST_BACKOFF_S 30
#define MAX_BACKOFF_S (60 * 60)

/* An absent destination is looked for again so often, besides its own waking us. */
#define ABSENT_PAUSE_US (30 * G_USEC_PER_SEC)

/* After so many failures in a row it is the destination that fails, not the alert: the
 * others are not tried on it one by one. */
#define MAX_FAILURES_IN_A_ROW 3
#define FAILING_PAUSE_US (60 * G_USEC_PER_SEC)

/* A timer is not set further ahead: the wall clock may be put forward meanwhile. */
#define MAX_SLEEP_MS (60 * 1000)

struct TcnLane {
  TcnLaneHost *host;
  TcnSink *sink;
  TcnSinkConfig *config;
  gboolean is_held;

  GQueue waiting;     /* of TcnPending*, oldest first */
  GPtrArray *running; /* of TcnPending*; NULL when no delivery runs */
  GPtrArray *alerts;  /* those of `running` */

  gint64 cursor;       /* of a drain: the newest alert that was read */
  gboolean is_drained; /* of a drain: nothing is left to try */
  GHashTable *tried;   /* alerts (gint64*) that failed for now in this process */
  guint timer;

  TcnBucket bucket;  /* of deliveries, if the class knows bursts */
  guint burst_count; /* alerts of the burst so far */
  gint64 burst_at_us;

  gint64 paused_until_us; /* 0: not paused */
  guint n_failures;       /* in a row */
  gboolean is_absent;     /* told so, until something arrives */
  gboolean is_failing;
};

gint64
tcn_lane_backoff_s (guint attempts, double random)
{
  const guint doublings = MIN (MAX (attempts, 1) - 1, 10);
  const gint64 base = MIN ((gint64) FIRST_BACKOFF_S << doublings, MAX_BACKOFF_S);

  return base + (gint64) ((double) base * 0.2 * random);
}

/* --- clocks and dice --- */

static gint64
now_unix (const TcnLaneHost *host)
{
  if (host->options.now_unix != NULL)
    return host->options.now_unix (host->options.data);
  return g_get_real_time () / G_USEC_PER_SEC;
}

static gint64
now_us (const TcnLaneHost *host)
{
  if (host->options.now_us != NULL)
    return host->options.now_us (host->options.data);
  return g_get_monotonic_time ();
}

static double
roll (const TcnLaneHost *host)
{
  if (host->options.random != NULL)
    return host->options.random (host->options.data);
  return g_random_double ();
}

/* --- the lane --- */

TcnLane *
tcn_lane_new (TcnLaneHost *host, TcnSinkConfig *config, TcnSink *sink)
{
  TcnLane *lane = g_new0 (TcnLane, 1);

  lane->host = host;
  lane->sink = sink;
  lane->config = tcn_sink_config_ref (config);
  g_queue_init (&lane->waiting);
  lane->tried = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  if (sink->class->burst_size > 0)
    tcn_bucket_init (&lane->bucket, sink->class->burst_size, sink->class->burst_window_s);
  return lane;
}

static void
forget_waiting (TcnLane *lane)
{
  g_queue_clear_full (&lane->waiting, (GDestroyNotify) tcn_pending_free);
}

void
tcn_lane_free (TcnLane *lane)
{
  g_clear_handle_id (&lane->timer, g_source_remove);
  tcn_sink_close (lane->sink);
  forget_waiting (lane);
  g_hash_table_unref (lane->tried);
  tcn_sink_config_unref (lane->config);
  g_free (lane);
}

const char *
tcn_lane_name (const TcnLane *lane)
{
  return tcn_sink_config_name (lane->config);
}

const TcnSink *
tcn_lane_sink (const TcnLane *lane)
{
  return lane->sink;
}

void
tcn_lane_hold (TcnLane *lane, gboolean is_held)
{
  lane->is_held = is_held;
}

void
tcn_lane_wake (TcnLane *lane)
{
  lane->paused_until_us = 0;
}

void
tcn_lane_begin_drain (TcnLane *lane)
{
  forget_waiting (lane);
  lane->cursor = 0;
  lane->is_drained = FALSE;
}

gboolean
tcn_lane_is_running (const TcnLane *lane)
{
  return lane->running != NULL;
}

gboolean
tcn_lane_is_drained (const TcnLane *lane)
{
  return lane->is_drained;
}

gboolean
tcn_lane_is_same (const TcnLane *lane, const TcnSinkConfig *config)
{
  return tcn_sink_opens_same (lane->sink->class, lane->config, config);
}

/* The store does not take what became of a delivery: to go on would repeat it. */
static void
stop_for_good (TcnLaneHost *host, const GError *error)
{
  if (host->is_broken)
    return;
  host->is_broken = TRUE;
  if (host->options.on_broken != NULL)
    host->options.on_broken (error, host->options.data);
}

/* --- timers --- */

static gboolean
on_timer (gpointer data)
{
  TcnLane *lane = data;

  lane->timer = 0;
  tcn_lane_advance (lane);
  return G_SOURCE_REMOVE;
}

static void
sleep_for_us (TcnLane *lane, gint64 wait_us)
{
  const gint64 wait_ms = CLAMP (wait_us / 1000 + 1, 1, MAX_SLEEP_MS);

  g_clear_handle_id (&lane->timer, g_source_remove);
  lane->timer = g_timeout_add ((guint) wait_ms, on_timer, lane);
}

/* Nothing can be done in this lane before that time. */
static void
rest (TcnLane *lane, gint64 wait_us)
{
  if (lane->host->mode == TCN_LANES_DRAINING)
    lane->is_drained = TRUE;
  else
    sleep_for_us (lane, wait_us);
}

static void
rest_until_due (TcnLane *lane)
{
  TcnLaneHost *host = lane->host;
  g_autoptr (GError) error = NULL;
  gint64 due_unix = TCN_TIME_NONE;

  if (host->mode == TCN_LANES_DRAINING) {
    lane->is_drained = TRUE;
    return;
  }
  if (!tcn_outbox_next_due (host->store, tcn_lane_name (lane), &due_unix, &error)) {
    stop_for_good (host, error);
    return;
  }
  if (due_unix != TCN_TIME_NONE)
    sleep_for_us (lane, MAX (due_unix - now_unix (host), 1) * G_USEC_PER_SEC);
}

static void
pause_lane (TcnLane *lane, gint64 pause_us)
{
  lane->paused_until_us = now_us (lane->host) + pause_us;
  forget_waiting (lane);
}

/* --- what is next --- */

/* Reads the next page of what is due. `out_is_last`: there was nothing. */
static gboolean
read_page (TcnLane *lane, gboolean *out_is_last)
{
  TcnLaneHost *host = lane->host;
  const TcnSinkClass *class = lane->sink->class;
  const gboolean drains = host->mode == TCN_LANES_DRAINING;
  const guint limit = class->burst_size > 0 ? TCN_MAX_BURST_ALERTS : TCN_MAX_DUE_ALERTS;
  g_autoptr (GError) error = NULL;
  const TcnDueFilter filter = {
    .sink = tcn_lane_name (lane),
    .now_unix = now_unix (host),
    .is_early = drains,
    .after_seq = drains ? lane->cursor : 0,
    .limit = limit,
  };
  g_autoptr (GPtrArray) due = tcn_outbox_due (host->store, &filter, &error);

  if (due == NULL) {
    stop_for_good (host, error);
    return FALSE;
  }
  if (class->groups_items && due->len == limit)
    tcn_waiting_drop_cut_item (due);
  *out_is_last = due->len == 0;
  while (due->len > 0) {
    TcnPending *pending = g_ptr_array_steal_index (due, 0);

    lane->cursor = pending->seq;
    if (drains && g_hash_table_contains (lane->tried, &pending->seq))
      tcn_pending_free (pending);
    else
      g_queue_push_tail (&lane->waiting, pending);
  }
  return TRUE;
}

static gboolean
read_due (TcnLane *lane)
{
  gboolean is_last = FALSE;

  while (g_queue_is_empty (&lane->waiting) && !is_last)
    if (!read_page (lane, &is_last))
      return FALSE;
  return TRUE;
}

/* How many of the burst's alerts the pop-up to come is to take in; and counts it. */
static guint
continue_burst (TcnLane *lane, guint n_alerts)
{
  const gint64 window_us = lane->sink->class->burst_window_s * G_USEC_PER_SEC;
  const gint64 now = now_us (lane->host);
  const guint before = lane->burst_count > 0 && now - lane->burst_at_us < window_us
                           ? lane->burst_count
                           : 0;

  lane->burst_count = before + n_alerts;
  lane->burst_at_us = now;
  return before;
}

/* --- one delivery --- */

typedef struct {
  gint64 *seqs;
  gsize n;
  guint attempts; /* with this one */
} Outcome;

static void
pause_absent (TcnLane *lane, const GError *error, const Outcome *outcome)
{
  TcnLaneHost *host = lane->host;
  g_autoptr (GError) mark_error = NULL;

  pause_lane (lane, ABSENT_PAUSE_US);
  if (lane->is_absent)
    return;
  lane->is_absent = TRUE;
  if (!tcn_outbox_mark_absent (host->store, tcn_lane_name (lane), outcome->seqs,
                               outcome->n, now_unix (host), error->message, &mark_error))
    stop_for_good (host, mark_error);
}

/* A daemon says so to everybody; a single run, whose words cron mails, to who asks for it. */
static GLogLevelFlags
absence_level (const TcnLane *lane)
{
  return lane->host->options.env->is_lasting ? G_LOG_LEVEL_MESSAGE : G_LOG_LEVEL_INFO;
}

static void
wait_for_absent (TcnLane *lane, const GError *error, const Outcome *outcome)
{
  if (!lane->is_absent)
    g_log_structured (G_LOG_DOMAIN, absence_level (lane), "MESSAGE",
                      "sink “%s”: %s; its alerts are kept until it is there "
                      "('tocsin alerts --pending' lists them)",
                      tcn_lane_name (lane), error->message);
  pause_absent (lane, error, outcome);
}

static void
lose_output (TcnLane *lane, const GError *error, const Outcome *outcome)
{
  TcnLaneHost *host = lane->host;
  const gboolean is_new = !lane->is_absent;

  g_clear_error (&host->output_error);
  host->output_error = g_error_copy (error);
  pause_absent (lane, error, outcome);
  if (is_new && host->options.on_output_error != NULL)
    host->options.on_output_error (error, host->options.data);
}

static void
try_later (TcnLane *lane, const GError *error, const Outcome *outcome)
{
  TcnLaneHost *host = lane->host;
  const gint64 now = now_unix (host);
  const gint64 next = now + tcn_lane_backoff_s (outcome->attempts, roll (host));
  g_autoptr (GError) mark_error = NULL;

  for (gsize i = 0; i < outcome->n; i++)
    g_hash_table_add (lane->tried, g_memdup2 (&outcome->seqs[i], sizeof (gint64)));
  if (!lane->is_failing)
    g_warning ("sink “%s”: %s; it will be tried again", tcn_lane_name (lane),
               error->message);
  lane->is_failing = TRUE;
  if (!tcn_outbox_mark_retry (host->store, tcn_lane_name (lane), outcome->seqs,
                              outcome->n, now, next, error->message, &mark_error))
    stop_for_good (host, mark_error);
  if (++lane->n_failures >= MAX_FAILURES_IN_A_ROW)
    pause_lane (lane, FAILING_PAUSE_US);
}

static void
give_up (TcnLane *lane, const GError *error, const Outcome *outcome)
{
  TcnLaneHost *host = lane->host;
  g_autoptr (GError) mark_error = NULL;

  g_warning ("sink “%s”: %s; see 'tocsin alerts --failed'", tcn_lane_name (lane),
             error->message);
  if (!tcn_outbox_mark_failed (host->store, tcn_lane_name (lane), outcome->seqs,
                               outcome->n, now_unix (host), error->message, &mark_error))
    stop_for_good (host, mark_error);
}

static void
note_arrival (TcnLane *lane, const Outcome *outcome)
{
  TcnLaneHost *host = lane->host;
  g_autoptr (GError) mark_error = NULL;

  if (lane->is_failing || lane->is_absent)
    g_log_structured (G_LOG_DOMAIN,
                      lane->is_failing ? G_LOG_LEVEL_MESSAGE : absence_level (lane),
                      "MESSAGE", "sink “%s”: alerts arrive again", tcn_lane_name (lane));
  lane->is_failing = FALSE;
  lane->is_absent = FALSE;
  lane->n_failures = 0;
  for (gsize i = 0; i < outcome->n; i++)
    g_hash_table_remove (lane->tried, &outcome->seqs[i]);
  if (!tcn_outbox_mark_sent (host->store, tcn_lane_name (lane), outcome->seqs, outcome->n,
                             now_unix (host), &mark_error))
    stop_for_good (host, mark_error);
}

static void
mark (TcnLane *lane, const GError *error, const Outcome *outcome)
{
  if (error == NULL)
    note_arrival (lane, outcome);
  else if (g_error_matches (error, TCN_ERROR, TCN_ERROR_SINK_ABSENT))
    wait_for_absent (lane, error, outcome);
  else if (g_error_matches (error, TCN_ERROR, TCN_ERROR_OUTPUT))
    lose_output (lane, error, outcome);
  else if (g_error_matches (error, TCN_ERROR, TCN_ERROR_SINK_REFUSED))
    give_up (lane, error, outcome);
  else
    try_later (lane, error, outcome);
}

static void
on_delivered (TcnSink *sink, const GError *error, gpointer data)
{
  TcnLane *lane = data;
  TcnLaneHost *host = lane->host;
  g_autoptr (GPtrArray) running = g_steal_pointer (&lane->running);
  g_autofree gint64 *seqs = g_new (gint64, running->len);
  Outcome outcome = { .seqs = seqs, .n = running->len };

  g_clear_pointer (&lane->alerts, g_ptr_array_unref);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  for (guint i = 0; i < running->len; i++) {
    const TcnPending *pending = g_ptr_array_index (running, i);

    seqs[i] = pending->seq;
    outcome.attempts = MAX (outcome.attempts, pending->attempts + 1);
  }
  mark (lane, error, &outcome);

  tcn_lane_advance (lane);
  host->on_ended (host, lane);
}

static void
start (TcnLane *lane, GPtrArray *group, guint n_items, guint n_before)
{
  TcnBatch batch = { .n_items = n_items, .n_before = n_before };

  lane->running = group;
  lane->alerts = g_ptr_array_new ();
  for (guint i = 0; i < group->len; i++) {
    const TcnPending *pending = g_ptr_array_index (group, i);

    g_ptr_array_add (lane->alerts, pending->alert);
  }
  batch.alerts = lane->alerts;
  tcn_sink_deliver (lane->sink, &batch, on_delivered, lane);
}

/* The next delivery of a sink to which each pop-up costs a token: single ones as long as
 * there are tokens for all that wait, else one that counts. What a cooldown held is a
 * single one that counts. */
static void
start_paced (TcnLane *lane)
{
  const gboolean groups_items = lane->sink->class->groups_items;
  const gint64 now = now_us (lane->host);
  const guint tokens = tcn_bucket_tokens (&lane->bucket, now);
  GPtrArray *group = NULL;
  guint n_items = 0;

  if (tokens == 0 && lane->host->mode != TCN_LANES_DRAINING) {
    sleep_for_us (lane, tcn_bucket_wait_us (&lane->bucket, now));
    forget_waiting (lane); /* more may have come by then: all of it makes one pop-up */
    return;
  }
  group = g_ptr_array_new_with_free_func ((GDestroyNotify) tcn_pending_free);
  tcn_bucket_take (&lane->bucket, now);
  if (!tcn_waiting_has_more_groups_than (&lane->waiting, MAX (tokens, 1))) {
    n_items = tcn_waiting_take_held (&lane->waiting, groups_items, group);
    start (lane, group, n_items, n_items > 1 ? continue_burst (lane, group->len) : 0);
    return;
  }
  while (!g_queue_is_empty (&lane->waiting)) {
    tcn_waiting_take (&lane->waiting, groups_items, group);
    n_items++;
  }
  start (lane, group, n_items, continue_burst (lane, group->len));
}

static gboolean
is_blocked (const TcnLane *lane)
{
  const TcnLaneHost *host = lane->host;

  return lane->running != NULL || lane->is_held || host->is_broken ||
         host->mode == TCN_LANES_STOPPING ||
         (host->mode == TCN_LANES_DRAINING && lane->is_drained);
}

void
tcn_lane_advance (TcnLane *lane)
{
  const TcnSinkClass *class = lane->sink->class;
  const gint64 pause_us = lane->paused_until_us - now_us (lane->host);
  g_autoptr (GError) error = NULL;
  GPtrArray *group = NULL;

  if (is_blocked (lane))
    return;
  g_clear_handle_id (&lane->timer, g_source_remove);
  if (lane->paused_until_us != 0 && pause_us > 0) {
    rest (lane, pause_us);
    return;
  }
  lane->paused_until_us = 0;
  if (g_queue_is_empty (&lane->waiting) && !read_due (lane))
    return;
  if (g_queue_is_empty (&lane->waiting)) {
    rest_until_due (lane);
  } else if (!tcn_outbox_prepare (lane->host->store, &error)) {
    stop_for_good (lane->host, error);
  } else if (class->burst_size > 0) {
    start_paced (lane);
  } else {
    group = g_ptr_array_new_with_free_func ((GDestroyNotify) tcn_pending_free);
    tcn_waiting_take (&lane->waiting, class->groups_items, group);
    start (lane, group, 1, 0);
  }
}
