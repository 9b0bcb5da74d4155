/* SPDX-License-Identifier: MIT */
#include "tocsin/watch.h"

#include "roster.h"
#include "tocsin/kept.h"
#include "tocsin/url.h"

struct TcnWatch {
  TcnStore *store;
  TcnFetcher *fetcher;
  TcnLedger *ledger;
  TcnWatchEvents events;
  gpointer data;

  TcnConfig *config;
  TcnAlerter *alerter;
  GStrv sink_names;
  GHashTable *states; /* name to TcnFeedState */
  GPtrArray *watched; /* of TcnWatched: the enabled feeds, as configured */

  char *state_dir;
  gboolean has_kept; /* `add` had left something when the configuration was read */
  guint n_under_way;
  GPtrArray *parked;     /* of TcnWatched*, borrowed */
  gboolean is_visiting;  /* see tcn_watch_set_visiting() */
  gboolean has_answered; /* some host did, since the polls began */
  gboolean is_offline;
  gboolean has_new_alerts; /* since the last flush */
  guint flush_source;
  guint settle_source;
  TcnWatchTally tally;
};

static void plan_settle (TcnWatch *watch);
static gboolean flush_or_break (TcnWatch *watch, GError **error);

/* --- feeds and configurations ---------------------------------------------------------- */

static void
cancel_poll (TcnWatched *watched)
{
  TcnWatch *watch = watched->watch;

  if (watched->handle != 0)
    tcn_fetcher_cancel (watch->fetcher, watched->handle);
  if (watched->handle != 0 || watched->parked != NULL)
    watch->n_under_way--;
  if (watched->parked != NULL)
    g_ptr_array_remove_fast (watch->parked, watched);
  watched->handle = 0;
  g_clear_pointer (&watched->parked, tcn_fetch_result_free);
}

static void
forget (gpointer watched)
{
  cancel_poll (watched);
  tcn_watched_free (watched);
}

TcnWatch *
tcn_watch_new (TcnStore *store, TcnFetcher *fetcher, const TcnWatchEvents *events,
               gpointer data)
{
  TcnWatch *watch = g_new0 (TcnWatch, 1);

  watch->store = store;
  watch->fetcher = fetcher;
  watch->ledger = tcn_ledger_new (store);
  watch->events = *events;
  watch->data = data;
  watch->parked = g_ptr_array_new ();
  watch->state_dir = g_path_get_dirname (tcn_store_path (store));
  return watch;
}

void
tcn_watch_free (TcnWatch *watch)
{
  if (watch == NULL)
    return;
  g_clear_handle_id (&watch->flush_source, g_source_remove);
  g_clear_handle_id (&watch->settle_source, g_source_remove);
  g_clear_pointer (&watch->watched, g_ptr_array_unref);
  g_clear_pointer (&watch->states, g_hash_table_unref);
  g_ptr_array_unref (watch->parked);
  tcn_ledger_free (watch->ledger);
  tcn_alerter_free (watch->alerter);
  g_strfreev (watch->sink_names);
  g_free (watch->state_dir);
  g_clear_pointer (&watch->config, tcn_config_unref);
  g_free (watch);
}

static GStrv
list_sink_names (const GPtrArray *sinks)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();

  for (guint i = 0; i < sinks->len; i++)
    g_strv_builder_add (names, tcn_sink_config_name (sinks->pdata[i]));
  return g_strv_builder_end (names);
}

static void
adopt (TcnWatch *watch, TcnConfig *config, GHashTable *states, gint64 now_unix)
{
  guint n_before = watch->n_under_way;

  watch->watched =
      tcn_roster_make (watch, config, states, g_steal_pointer (&watch->watched), forget);
  /* The feeds that left may be those that parked ones were waiting for. */
  if (watch->n_under_way < n_before)
    plan_settle (watch);
  g_clear_pointer (&watch->states, g_hash_table_unref);
  watch->states = states;
  if (config != watch->config) {
    tcn_config_ref (config);
    g_clear_pointer (&watch->config, tcn_config_unref);
    watch->config = config;
  }
  watch->has_kept = tcn_kept_is_any (watch->state_dir);
  tcn_roster_replan (watch->watched, watch->fetcher, config->settings.host_gap_s,
                     now_unix);
}

static gboolean
restore_pauses (TcnWatch *watch, gint64 now_unix, GError **error)
{
  GHashTableIter iter;
  const char *host;
  const gint64 *until;
  g_autoptr (GHashTable) pauses = tcn_feeds_load_pauses (watch->store, now_unix, error);

  if (pauses == NULL)
    return FALSE;
  g_hash_table_iter_init (&iter, pauses);
  while (g_hash_table_iter_next (&iter, (gpointer *) &host, (gpointer *) &until))
    tcn_fetcher_pause (watch->fetcher, host, *until - now_unix);
  return TRUE;
}

gboolean
tcn_watch_configure (TcnWatch *watch, TcnConfig *config, TcnAlerter *alerter,
                     const GPtrArray *sinks, GError **error)
{
  gint64 now_unix = g_get_real_time () / G_USEC_PER_SEC;
  g_autoptr (TcnAlerter) owned = alerter;

  if (!flush_or_break (watch, error))
    return FALSE;

  g_autoptr (GHashTable) states = tcn_roster_sync (watch->store, config, now_unix, error);
  if (states == NULL || !restore_pauses (watch, now_unix, error))
    return FALSE;
  tcn_alerter_free (watch->alerter);
  watch->alerter = g_steal_pointer (&owned);
  g_strfreev (watch->sink_names);
  watch->sink_names = list_sink_names (sinks);
  adopt (watch, config, g_steal_pointer (&states), now_unix);
  return TRUE;
}

gboolean
tcn_watch_resync (TcnWatch *watch, GError **error)
{
  gint64 now_unix = g_get_real_time () / G_USEC_PER_SEC;
  GHashTable *states = tcn_roster_sync (watch->store, watch->config, now_unix, error);

  if (states == NULL)
    return FALSE;
  adopt (watch, watch->config, states, now_unix);
  return TRUE;
}

/* --- committing ------------------------------------------------------------------------- */

void
tcn_watch_cancel (TcnWatch *watch)
{
  g_clear_handle_id (&watch->settle_source, g_source_remove);
  for (guint i = 0; i < watch->watched->len; i++)
    cancel_poll (watch->watched->pdata[i]);
}

/* The state failed: everything under way is given up, to be polled again later. */
static void
break_off (TcnWatch *watch, const GError *error)
{
  g_clear_handle_id (&watch->flush_source, g_source_remove);
  watch->has_new_alerts = FALSE;
  tcn_watch_cancel (watch);
  if (watch->events.broken != NULL)
    watch->events.broken (error, watch->data);
}

gboolean
tcn_watch_flush (TcnWatch *watch, GError **error)
{
  g_clear_handle_id (&watch->flush_source, g_source_remove);
  if (!tcn_ledger_flush (watch->ledger, error))
    return FALSE;
  if (watch->has_new_alerts && watch->events.recorded != NULL) {
    watch->has_new_alerts = FALSE;
    watch->events.recorded (watch->data);
  }
  return TRUE;
}

/* What was rolled back is in the states in memory: nobody may go on with those. */
static gboolean
flush_or_break (TcnWatch *watch, GError **error)
{
  GError *failure = NULL;

  if (tcn_watch_flush (watch, &failure))
    return TRUE;
  break_off (watch, failure);
  g_propagate_error (error, failure);
  return FALSE;
}

static gboolean
on_flush_due (gpointer data)
{
  TcnWatch *watch = data;

  watch->flush_source = 0;
  flush_or_break (watch, NULL);
  return G_SOURCE_REMOVE;
}

static void
plan_flush (TcnWatch *watch)
{
  gint64 due_us = tcn_ledger_due_us (watch->ledger);

  if (tcn_ledger_is_full (watch->ledger)) {
    flush_or_break (watch, NULL);
  } else if (due_us != 0 && watch->flush_source == 0) {
    gint64 wait_us = MAX (0, due_us - g_get_monotonic_time ());

    watch->flush_source = g_timeout_add ((guint) (wait_us / 1000), on_flush_due, watch);
  }
}

/* --- recording --------------------------------------------------------------------------- */

static void
count (TcnWatchTally *tally, const TcnPollSummary *summary)
{
  tally->n_done++;
  tally->n_new_items += summary->n_new;
  tally->n_old_items += summary->n_old;
  tally->n_alerts += summary->n_alerts;
  switch (summary->outcome) {
  case TCN_POLL_FAILED:
  case TCN_POLL_GONE:
  case TCN_POLL_OFFLINE:
    tally->n_failed++;
    break;
  case TCN_POLL_UNCHANGED:
    tally->n_unchanged++;
    break;
  case TCN_POLL_POSTPONED:
    tally->n_postponed++;
    break;
  case TCN_POLL_CHANGED:
    break;
  }
}

static void
record (TcnWatched *watched, const TcnFetchResult *result, gboolean is_offline)
{
  TcnWatch *watch = watched->watch;
  TcnPollSummary summary;
  g_autoptr (GError) error = NULL;
  const TcnPoll poll = {
    .ledger = watch->ledger,
    .alerter = watch->alerter,
    .config = watch->config,
    .every_sink = (const char *const *) watch->sink_names,
    .feed = watched->config,
    .state = watched->state,
    .result = result,
    .is_offline = is_offline,
    .now_unix = g_get_real_time () / G_USEC_PER_SEC,
    .now_us = g_get_monotonic_time (),
    .dice = g_random_double (),
  };

  watch->n_under_way--;
  if (!tcn_record_poll (&poll, &summary, &error)) {
    break_off (watch, error);
    return;
  }
  count (&watch->tally, &summary);
  tcn_watched_tell (watched, &summary);
  watch->has_new_alerts |= summary.n_alerts > 0;
  plan_flush (watch);
  if (watch->events.polled != NULL)
    watch->events.polled (&watch->tally, watch->data);
}

/* --- whose fault it is ------------------------------------------------------------------- */

static gboolean
is_unreachable (const TcnFetchResult *result)
{
  return result->kind == TCN_FETCH_FAILED && (result->failure == TCN_FAILURE_RESOLVE ||
                                              result->failure == TCN_FAILURE_CONNECT);
}

/* A host that answered, or refused to, proves that there is a network. */
static gboolean
is_answer (const TcnFetchResult *result)
{
  return result->http_status != 0 && result->n_requests > 0;
}

static guint
count_parked_hosts (const TcnWatch *watch)
{
  g_autoptr (GHashTable) hosts =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < watch->parked->len; i++) {
    const TcnWatched *watched = watch->parked->pdata[i];
    char *host = tcn_url_host (watched->asked_url);

    if (host != NULL)
      g_hash_table_add (hosts, host);
  }
  return g_hash_table_size (hosts);
}

static void
release_parked (TcnWatch *watch, gboolean is_offline)
{
  while (watch->parked->len > 0) {
    TcnWatched *watched = g_ptr_array_steal_index_fast (watch->parked, 0);
    g_autoptr (TcnFetchResult) result = g_steal_pointer (&watched->parked);

    record (watched, result, is_offline);
  }
}

/* When all that is left are hosts that nobody could reach, it is the network that is down
 * if they are several and none has answered; otherwise they are. */
static void
settle (TcnWatch *watch)
{
  if (watch->parked->len < watch->n_under_way)
    return;
  if (watch->parked->len > 0) {
    gboolean is_offline = !watch->has_answered && count_parked_hosts (watch) > 1;

    if (is_offline && !watch->is_offline)
      g_warning ("no host can be reached: the network seems to be down; feeds are not "
                 "blamed");
    watch->is_offline = is_offline;
    release_parked (watch, is_offline);
  }
  if (watch->n_under_way > 0)
    return;
  watch->has_answered = FALSE;
  flush_or_break (watch, NULL);
  if (watch->n_under_way == 0 && watch->events.idle != NULL)
    watch->events.idle (watch->data);
}

static gboolean
on_settle (gpointer data)
{
  TcnWatch *watch = data;

  watch->settle_source = 0;
  settle (watch);
  return G_SOURCE_REMOVE;
}

static void
plan_settle (TcnWatch *watch)
{
  if (watch->settle_source == 0 && watch->parked->len >= watch->n_under_way)
    watch->settle_source = g_idle_add (on_settle, watch);
}

/* --- polling ----------------------------------------------------------------------------- */

static void
on_fetched (TcnFetchResult *fetched, gpointer data)
{
  TcnWatched *watched = data;
  TcnWatch *watch = watched->watch;
  g_autoptr (TcnFetchResult) result = fetched;

  watched->handle = 0;
  if (is_unreachable (result) && !watch->has_answered) {
    watched->parked = g_steal_pointer (&result);
    g_ptr_array_add (watch->parked, watched);
  } else {
    if (is_answer (result)) {
      watch->has_answered = TRUE;
      watch->is_offline = FALSE;
      release_parked (watch, FALSE);
    }
    record (watched, result, FALSE);
  }
  /* Callers are told from the loop: they may free the watch, but not under the fetcher. */
  plan_settle (watch);
}

/* What `add` left of a feed that was never polled. `all` passes over the plan, not over
 * Retry-After: then it is asked whether it is still so. */
static TcnFetchResult *
take_kept (const TcnWatched *watched, gboolean all, gboolean *out_is_fresh)
{
  const TcnWatch *watch = watched->watch;
  gint64 now_unix = g_get_real_time () / G_USEC_PER_SEC;
  TcnFetchResult *kept;

  if (!watch->has_kept || watched->state->schedule.last_poll_unix != 0)
    return NULL;
  kept = tcn_kept_take (watch->state_dir, watched->config->url, now_unix, out_is_fresh);
  if (kept != NULL && all && kept->retry_after_s <= now_unix - kept->answered_unix)
    *out_is_fresh = FALSE;
  return kept;
}

static void
start_poll (TcnWatched *watched, gboolean all)
{
  TcnWatch *watch = watched->watch;
  const TcnFeedState *state = watched->state;
  const TcnSettings *settings = &watch->config->settings;
  const char *url = tcn_watched_url (watched);
  gboolean is_fresh = FALSE;
  g_autoptr (TcnFetchResult) kept = take_kept (watched, all, &is_fresh);
  const TcnFetchRequest request = {
    .url = url,
    .named_url = watched->config->url,
    .etag = kept != NULL ? kept->etag : state->etag,
    .last_modified = kept != NULL ? kept->last_modified : state->last_modified,
    .validator_url = kept != NULL ? kept->effective_url : state->validator_url,
    .options = watched->options,
    .timeout_ms = (guint) MIN (settings->timeout_s * 1000, G_MAXUINT),
    .max_body = (gsize) settings->max_body,
    .wants_delta = state->etag != NULL,
    .earlier = kept,
    .is_fresh = is_fresh,
  };

  g_free (watched->asked_url);
  watched->asked_url = g_strdup (url);
  watch->n_under_way++;
  watch->tally.n_started++;
  watched->handle = tcn_fetcher_start (watch->fetcher, &request, on_fetched, watched);
}

static gboolean
is_under_way (const TcnWatched *watched)
{
  return watched->handle != 0 || watched->parked != NULL;
}

static gint64
due_unix (const TcnWatched *watched, gint64 now_unix)
{
  const TcnSchedule *schedule = &watched->state->schedule;
  const TcnSchedulePolicy policy = tcn_watched_policy (watched);
  gint64 planned_unix = watched->watch->is_visiting
                            ? tcn_schedule_visit_unix (schedule, &policy, now_unix)
                            : tcn_schedule_due_unix (schedule, now_unix);

  return MAX (planned_unix, watched->not_before_unix);
}

static gboolean
is_due (const TcnWatched *watched, gint64 now_unix, gboolean all)
{
  if (is_under_way (watched))
    return FALSE;
  return all ? tcn_schedule_is_due (&watched->state->schedule, now_unix, TRUE)
             : due_unix (watched, now_unix) <= now_unix;
}

void
tcn_watch_set_visiting (TcnWatch *watch)
{
  watch->is_visiting = TRUE;
}

guint
tcn_watch_poll_due (TcnWatch *watch, gboolean all)
{
  guint n_started = 0;
  gint64 now_unix = g_get_real_time () / G_USEC_PER_SEC;

  for (guint i = 0; i < watch->watched->len; i++) {
    TcnWatched *watched = watch->watched->pdata[i];

    if (!is_due (watched, now_unix, all))
      continue;
    start_poll (watched, all);
    n_started++;
  }
  return n_started;
}

void
tcn_watch_spread_due (TcnWatch *watch)
{
  guint n_due = 0;
  gint64 now_unix = g_get_real_time () / G_USEC_PER_SEC;

  for (guint i = 0; i < watch->watched->len; i++)
    n_due += is_due (watch->watched->pdata[i], now_unix, FALSE);
  for (guint i = 0; i < watch->watched->len; i++) {
    TcnWatched *watched = watch->watched->pdata[i];

    if (is_due (watched, now_unix, FALSE))
      watched->not_before_unix =
          now_unix + tcn_schedule_spread_s (n_due, g_random_double ());
  }
}

gint64
tcn_watch_next_due_unix (const TcnWatch *watch)
{
  gint64 now_unix = g_get_real_time () / G_USEC_PER_SEC;
  gint64 next_unix = TCN_TIME_NONE;

  for (guint i = 0; i < watch->watched->len; i++) {
    const TcnWatched *watched = watch->watched->pdata[i];
    gint64 this_unix = due_unix (watched, now_unix);

    if (!is_under_way (watched) && (next_unix == TCN_TIME_NONE || this_unix < next_unix))
      next_unix = this_unix;
  }
  return next_unix;
}

gint64
tcn_watch_soon_due_unix (const TcnWatch *watch, gint64 came_unix, gint64 polled_unix)
{
  gint64 soon_unix = TCN_TIME_NONE;

  for (guint i = 0; i < watch->watched->len; i++) {
    const TcnWatched *watched = watch->watched->pdata[i];
    const TcnSchedulePolicy policy = tcn_watched_policy (watched);
    gint64 this_unix = due_unix (watched, polled_unix);

    if (this_unix > polled_unix &&
        this_unix <= came_unix + tcn_schedule_patience_s (&policy) &&
        (soon_unix == TCN_TIME_NONE || this_unix < soon_unix))
      soon_unix = this_unix;
  }
  return soon_unix;
}

guint
tcn_watch_n_under_way (const TcnWatch *watch)
{
  return watch->n_under_way;
}

const TcnWatchTally *
tcn_watch_tally (const TcnWatch *watch)
{
  return &watch->tally;
}
