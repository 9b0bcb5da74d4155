/* SPDX-License-Identifier: MIT */
#include "watched.h"

#include "app/health.h"
#include "tocsin/log.h"
#include "tocsin/text.h"

TcnWatched *
tcn_watched_new (TcnWatch *watch)
{
  TcnWatched *watched = g_new0 (TcnWatched, 1);

  watched->watch = watch;
  return watched;
}

void
tcn_watched_free (TcnWatched *watched)
{
  tcn_fetch_options_unref (watched->options);
  g_clear_pointer (&watched->parked, tcn_fetch_result_free);
  g_free (watched->asked_url);
  g_free (watched);
}

TcnFetchOptions *
tcn_watched_options (const TcnFeedConfig *feed)
{
  const TcnFetchOptionValues values = {
    .user = feed->user,
    .password = feed->password,
    .bearer = feed->bearer,
    .headers = (const char *const *) feed->headers,
    .proxy = feed->proxy,
    .ca_file = feed->tls_ca,
    .client_cert = feed->tls_cert,
    .client_key = feed->tls_key,
    .insecure_tls = feed->insecure_tls,
    .use_netrc = feed->netrc,
  };

  return tcn_fetch_options_new (&values);
}

TcnSchedulePolicy
tcn_watched_policy (const TcnWatched *watched)
{
  return (TcnSchedulePolicy){ .interval_s = (guint) watched->config->interval_s };
}

const char *
tcn_watched_url (const TcnWatched *watched)
{
  const char *moved_url = watched->state->moved_url;

  return moved_url != NULL ? moved_url : watched->config->url;
}

static void
hold_host (TcnFetcher *fetcher, const char *url, gint64 for_s)
{
  g_autofree char *host = url != NULL ? tcn_fetch_host_key (url) : NULL;

  if (host != NULL)
    tcn_fetcher_hold (fetcher, host, (guint) for_s * 1000);
}

void
tcn_watched_keep_gap (const TcnWatched *watched, TcnFetcher *fetcher, gint64 gap_s,
                      gint64 now_unix)
{
  const TcnFeedState *state = watched->state;
  gint64 wait_s = state->schedule.last_poll_unix + 1 + gap_s - now_unix;

  if (gap_s == 0 || wait_s <= 0 || wait_s > 1 + gap_s)
    return;
  hold_host (fetcher, tcn_watched_url (watched), wait_s);
  hold_host (fetcher, state->validator_url, wait_s);
}

static void
tell_details (const char *name, const TcnFeedState *state, const TcnPollSummary *summary)
{
  g_autofree char *alerts = tcn_text_counted (summary->n_alerts, "alert");

  if (summary->outcome == TCN_POLL_FAILED || summary->outcome == TCN_POLL_GONE)
    g_info ("feed “%s”: %s (%u times in a row)", name, state->error,
            state->schedule.failures);
  else if (summary->outcome == TCN_POLL_CHANGED)
    g_info ("feed “%s”: %u new, %s", name, summary->n_new, alerts);
  else if (summary->outcome == TCN_POLL_UNCHANGED)
    g_info ("feed “%s”: unchanged", name);
}

/* A feed whose first failure was told works again; while it is said to be empty, only items
 * are its recovery. */
static gboolean
works_again (const TcnFeedState *state, const TcnPollSummary *summary)
{
  return summary->n_failures_before > 0 && state->schedule.failures == 0 &&
         !state->schedule.is_emptiness_told;
}

void
tcn_watched_tell (const TcnWatched *watched, const TcnPollSummary *summary)
{
  const char *name = watched->config->name;
  const TcnFeedState *state = watched->state;
  TcnScheduleEvents events = summary->events;

  if (works_again (state, summary)) {
    g_autofree char *failures = tcn_text_counted (summary->n_failures_before, "failure");

    g_message ("feed “%s” works again, after %s", name, failures);
    events &= ~(guint) TCN_EVENT_RECOVERED;
  }
  if (summary->is_first_gone)
    g_warning (
        "feed “%s”: %s; it is asked again in a day, and once a week if it is still "
        "gone then",
        name, state->error);
  else if (summary->outcome == TCN_POLL_FAILED && state->schedule.failures == 1)
    g_warning ("feed “%s”: %s", name, state->error);
  else if (summary->has_new_note && summary->is_damaged)
    g_warning ("feed “%s” is damaged, its whole items were read: %s", name, state->error);
  else if (summary->has_new_note)
    g_warning ("feed “%s”: %s", name, state->error);
  else if (tcn_log_shows (G_LOG_LEVEL_INFO))
    tell_details (name, state, summary);

  tcn_health_log (events, watched->config, state);
}
