/* SPDX-License-Identifier: MIT */
#include "record.h"

#include <string.h>

#include "app/health.h"
#include "tocsin/error.h"
#include "tocsin/limits.h"
#include "tocsin/parser.h"

/* Dates of the first year are the epoch in disguise, not dates. */
#define FIRST_HONEST_UNIX (365 * 24 * 3600)

/* Further ahead a date is one of the future, and not of a clock that is faster than ours. */
#define CLOCK_SLACK_S (5 * 60)

static void
replace_string (char **place, const char *value)
{
  if (g_strcmp0 (*place, value) == 0)
    return;
  g_free (*place);
  *place = g_strdup (value);
}

static void
replace_bytes (GBytes **place, GBytes *value)
{
  GBytes *kept = value != NULL ? g_bytes_ref (value) : NULL;

  g_clear_pointer (place, g_bytes_unref);
  *place = kept;
}

static GBytes *
hash_bytes (guint64 hash)
{
  guint64 portable = GUINT64_TO_LE (hash);

  return g_bytes_new (&portable, sizeof portable);
}

static gboolean
is_same_body (const TcnFeedState *state, const TcnFetchResult *result)
{
  g_autoptr (GBytes) hash = hash_bytes (result->body_hash);

  return result->kind == TCN_FETCH_CHANGED && state->body_hash != NULL &&
         g_bytes_equal (state->body_hash, hash);
}

/* The validators of a body that was a whole feed: both are the new ones, or gone. */
static void
take_validators (TcnFeedState *state, const TcnFetchResult *result)
{
  replace_string (&state->validator_url, result->effective_url);
  replace_bytes (&state->etag, result->etag);
  replace_bytes (&state->last_modified, result->last_modified);
}

/* A 304 replaces what it carries and confirms what it leaves out (RFC 9111, 4.3.4). */
static void
refresh_validators (TcnFeedState *state, const TcnFetchResult *result)
{
  if (result->etag != NULL)
    replace_bytes (&state->etag, result->etag);
  if (result->last_modified != NULL)
    replace_bytes (&state->last_modified, result->last_modified);
}

/* The next poll asks without condition: what came was not the whole feed. */
static void
drop_validators (TcnFeedState *state)
{
  g_clear_pointer (&state->validator_url, g_free);
  g_clear_pointer (&state->etag, g_bytes_unref);
  g_clear_pointer (&state->last_modified, g_bytes_unref);
  g_clear_pointer (&state->body_hash, g_bytes_unref);
}

/* Where it moved to does not work: maybe the old address does. That alone can be gone. */
static void
go_back (const TcnPoll *poll, TcnPollSummary *summary)
{
  replace_string (&poll->state->moved_url, NULL);
  tcn_schedule_change_address (&poll->state->schedule, poll->now_unix, poll->dice);
  summary->events &= ~(guint) TCN_EVENT_GONE;
}

/* A whole answer that says nothing of freshness takes back what an earlier one said, be its
 * body the same or not; a 304 leaves it (RFC 9111, 4.3.4). */
static gint64
fresh_for_s (const TcnFetchResult *result)
{
  return result->kind == TCN_FETCH_CHANGED ? MAX (result->fresh_for_s, 0)
                                           : result->fresh_for_s;
}

static void
schedule (const TcnPoll *poll, const TcnFeed *document, TcnPollItems items,
          TcnPollSummary *summary)
{
  const TcnSchedulePolicy policy = { .interval_s = (guint) poll->feed->interval_s };
  const TcnPollReport report = {
    .outcome = summary->outcome,
    .n_new = summary->n_new,
    .fresh_for_s = fresh_for_s (poll->result),
    .retry_after_s = poll->result->retry_after_s,
    .has_validators = poll->state->etag != NULL || poll->state->last_modified != NULL,
    .items = items,
    .is_certificate = poll->result->failure == TCN_FAILURE_CERTIFICATE,
    .document = document,
    .permanent_url = poll->result->permanent_url,
  };
  gint64 answered_unix = poll->result->answered_unix;

  summary->events = tcn_schedule_update (
      &poll->state->schedule, &report, &policy,
      answered_unix > 0 ? answered_unix : poll->now_unix, poll->dice);
  if (poll->state->moved_url != NULL &&
      summary->events & (TCN_EVENT_FAILING | TCN_EVENT_CERTIFICATE | TCN_EVENT_GONE))
    go_back (poll, summary);
  if (summary->events & TCN_EVENT_MOVED)
    replace_string (&poll->state->moved_url, poll->result->permanent_url);
  if (summary->events & TCN_EVENT_STALE)
    drop_validators (poll->state);
}

/* What there is to tell of the feed itself goes out as alerts do. */
static gboolean
ring_health (const TcnPoll *poll, TcnPollSummary *summary, GError **error)
{
  const char *const *sinks = (const char *const *) poll->config->settings.health;
  g_autoptr (GPtrArray) alerts = NULL;

  if (sinks == NULL || summary->events == TCN_EVENT_NONE)
    return TRUE;
  alerts = tcn_health_alerts (summary->events, poll->feed, poll->state, poll->now_unix);
  for (guint i = 0; i < alerts->len; i++)
    if (!tcn_ledger_add_alert (poll->ledger, alerts->pdata[i], sinks, 0, error))
      return FALSE;
  summary->n_alerts += alerts->len;
  return TRUE;
}

static gboolean
put_without_document (const TcnPoll *poll, TcnPollSummary *summary, GError **error)
{
  schedule (poll, NULL, TCN_ITEMS_UNKNOWN, summary);
  if (summary->outcome == TCN_POLL_UNCHANGED && summary->events == TCN_EVENT_NONE)
    return tcn_ledger_put_unchanged (poll->ledger, poll->state, poll->now_us, error);
  return tcn_ledger_put_feed (poll->ledger, poll->state, poll->now_us, error) &&
         ring_health (poll, summary, error);
}

static gboolean
record_failure (const TcnPoll *poll, const GError *failure, TcnPollSummary *summary,
                GError **error)
{
  replace_string (&poll->state->error, failure->message);
  if (poll->is_offline)
    summary->outcome = TCN_POLL_OFFLINE;
  else if (g_error_matches (failure, TCN_ERROR, TCN_ERROR_FETCH_GONE))
    summary->outcome = TCN_POLL_GONE;
  else
    summary->outcome = TCN_POLL_FAILED;
  summary->is_first_gone =
      summary->outcome == TCN_POLL_GONE && poll->state->schedule.gone_first_unix == 0;
  return put_without_document (poll, summary, error);
}

/* Does the error speak of the last document, rather than of a poll that failed? */
static gboolean
is_note (const TcnFeedState *state)
{
  return state->error != NULL &&
         state->schedule.last_poll_unix == state->schedule.last_success_unix;
}

static gboolean
record_unchanged (const TcnPoll *poll, TcnPollSummary *summary, GError **error)
{
  TcnFeedState *state = poll->state;

  summary->outcome = TCN_POLL_UNCHANGED;
  if (!is_note (state))
    replace_string (&state->error, NULL);
  if (poll->result->kind == TCN_FETCH_UNCHANGED) {
    refresh_validators (state, poll->result);
  } else {
    take_validators (state, poll->result);
    /* One that is damaged whenever it comes would never be seen for the first time. */
    if (state->first_parse_unix == TCN_TIME_NONE)
      state->first_parse_unix = poll->now_unix;
  }
  return put_without_document (poll, summary, error);
}

/* At first sight of a feed, what is old or undated is recorded and stays silent. */
static gboolean
may_ring (const TcnPoll *poll, const TcnItem *item)
{
  const TcnFeedState *state = poll->state;
  gint64 backlog_s = poll->config->settings.backlog_s;
  gint64 date =
      item->published_unix != TCN_TIME_NONE ? item->published_unix : item->updated_unix;

  if (state->first_parse_unix != TCN_TIME_NONE)
    return TRUE;
  if (state->is_silent || backlog_s == TCN_BACKLOG_NONE)
    return FALSE;
  if (backlog_s == TCN_BACKLOG_ALL)
    return TRUE;
  return date >= FIRST_HONEST_UNIX && date <= poll->now_unix + CLOCK_SLACK_S &&
         date >= poll->now_unix - backlog_s;
}

/* The alerts of one document on their way into the ledger. */
typedef struct {
  const TcnPoll *poll;
  const char *const *every_sink;
  guint n_alerts;
  GError *error; /* the first; the callback cannot return one */
} Ringing;

static void
on_alert (const TcnAlert *alert, const TcnRuleConfig *rule, gpointer data)
{
  Ringing *ringing = data;
  const char *const *sinks = (const char *const *) rule->sinks;

  if (ringing->error != NULL)
    return;
  if (sinks == NULL)
    sinks = ringing->every_sink;
  if (tcn_ledger_add_alert (ringing->poll->ledger, alert, sinks, rule->cooldown_s,
                            &ringing->error))
    ringing->n_alerts++;
}

static gboolean
ring_new_items (const TcnPoll *poll, const GPtrArray *items, const GPtrArray *ids,
                TcnPollSummary *summary, GError **error)
{
  Ringing ringing = { .poll = poll, .every_sink = poll->every_sink };

  for (guint i = 0; i < items->len && ringing.error == NULL; i++) {
    const TcnSighting sighting = {
      .item = items->pdata[i],
      .item_id = ids->pdata[i],
      .feed = poll->feed,
      .feed_title = poll->state->title,
      .feed_language = poll->state->language,
      .now_unix = poll->now_unix,
    };

    if (sighting.item_id == NULL)
      continue;
    summary->n_new++;
    if (may_ring (poll, sighting.item))
      tcn_alerter_run (poll->alerter, &sighting, on_alert, &ringing);
    else
      summary->n_old++;
  }
  summary->n_alerts = ringing.n_alerts;
  if (ringing.error == NULL)
    return TRUE;
  g_propagate_error (error, ringing.error);
  return FALSE;
}

/* What a note says, wherever in the document. */
static const char *
skip_line_number (const char *note)
{
  const char *after = g_str_has_prefix (note, "line ") ? strchr (note, ':') : NULL;

  return after != NULL ? after : note;
}

static gboolean
is_known_note (const TcnFeedState *state, const char *note)
{
  return is_note (state) &&
         strcmp (skip_line_number (state->error), skip_line_number (note)) == 0;
}

/* What the document is told to be, if it has not been told of the last one already. */
static void
take_note (TcnFeedState *state, const TcnFeed *document, TcnPollSummary *summary)
{
  const char *note = document->warnings->len > 0 ? document->warnings->pdata[0]
                     : document->is_damaged      ? "the document is damaged"
                                                 : NULL;

  summary->is_damaged = document->is_damaged;
  summary->has_new_note = note != NULL && !is_known_note (state, note);
  replace_string (&state->error, note);
}

/* A damaged document may have been cut off on its way: the next poll asks for the whole of
 * it. When that is the same, it is how its publisher writes it, and has its validators. */
static void
take_document (const TcnPoll *poll, const TcnFeed *document)
{
  TcnFeedState *state = poll->state;

  replace_string (&state->title, document->title);
  replace_string (&state->language, document->language);
  if (document->is_damaged)
    drop_validators (state);
  else
    take_validators (state, poll->result);
  g_clear_pointer (&state->body_hash, g_bytes_unref);
  if (poll->result->kind == TCN_FETCH_CHANGED)
    state->body_hash = hash_bytes (poll->result->body_hash);
}

static gboolean
record_document (const TcnPoll *poll, const GPtrArray *items, const TcnFeed *document,
                 TcnPollSummary *summary, GError **error)
{
  TcnFeedState *state = poll->state;
  gboolean is_whole = poll->result->kind == TCN_FETCH_CHANGED && !document->is_damaged;
  TcnPollItems known = items->len > 0 ? TCN_ITEMS_SOME : TCN_ITEMS_NONE;

  summary->outcome = TCN_POLL_CHANGED;
  take_note (state, document, summary);
  take_document (poll, document);
  if (!tcn_ledger_begin_feed (poll->ledger, state, poll->now_unix, poll->now_us, error))
    return FALSE;

  g_autoptr (GPtrArray) ids = tcn_ledger_see (poll->ledger, items, is_whole, error);
  if (ids == NULL || !ring_new_items (poll, items, ids, summary, error))
    return FALSE;

  if (is_whole && state->first_parse_unix == TCN_TIME_NONE)
    state->first_parse_unix = poll->now_unix;
  schedule (poll, document, is_whole ? known : TCN_ITEMS_UNKNOWN, summary);
  return ring_health (poll, summary, error) &&
         tcn_ledger_end_feed (poll->ledger, state, error);
}

static gboolean
record_body (const TcnPoll *poll, TcnPollSummary *summary, GError **error)
{
  gsize size;
  const char *bytes = g_bytes_get_data (poll->result->body, &size);
  const TcnParseOptions options = {
    .base_url = poll->result->effective_url,
    .content_type = poll->result->content_type,
    .content_location = poll->result->content_location,
    .max_items = TCN_MAX_FEED_ITEMS,
  };
  g_autoptr (TcnFeed) document = NULL;
  g_autoptr (GError) failure = NULL;
  g_autoptr (GPtrArray) items =
      tcn_parse_bytes (bytes, size, &options, &document, &failure);

  if (items == NULL)
    return record_failure (poll, failure, summary, error);
  return record_document (poll, items, document, summary, error);
}

gboolean
tcn_record_poll (const TcnPoll *poll, TcnPollSummary *out_summary, GError **error)
{
  const TcnFetchResult *result = poll->result;
  TcnPollSummary *summary = out_summary;

  *summary = (TcnPollSummary){ .n_failures_before = poll->state->schedule.failures };
  if (result->kind != TCN_FETCH_POSTPONED)
    poll->state->http_status = result->http_status;
  if (result->paused_host != NULL &&
      !tcn_ledger_put_pause (poll->ledger, result->paused_host,
                             poll->now_unix + result->paused_for_s, poll->now_us, error))
    return FALSE;

  switch (result->kind) {
  case TCN_FETCH_POSTPONED:
    summary->outcome = TCN_POLL_POSTPONED;
    return put_without_document (poll, summary, error);
  case TCN_FETCH_FAILED:
    return record_failure (poll, result->error, summary, error);
  case TCN_FETCH_UNCHANGED:
    return record_unchanged (poll, summary, error);
  case TCN_FETCH_CHANGED:
  case TCN_FETCH_DELTA:
    break;
  }
  return is_same_body (poll->state, result) ? record_unchanged (poll, summary, error)
                                            : record_body (poll, summary, error);
}
