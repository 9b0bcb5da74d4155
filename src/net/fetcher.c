/* SPDX-License-Identifier: MIT */
#include "net/fetcher.h"

#include <unistd.h>

#include "net/job.h"
#include "net/netrc.h"
#include "net/proxy.h"
#include "tocsin/limits.h"

/* Added to each gap between two starts to one host. */
#define GAP_SLACK_MS 20
#define DEFAULT_LOOK_MS 5000

void
tcn_fetcher_wake (TcnFetcher *fetcher)
{
  g_source_set_ready_time (fetcher->pump, 0);
}

/* --- watching --- */

static gboolean
look_at_all (gpointer data)
{
  TcnFetcher *fetcher = data;
  g_autoptr (GList) jobs = g_hash_table_get_values (fetcher->jobs);

  for (GList *l = jobs; l != NULL; l = l->next) {
    TcnJob *job = l->data;

    if (job->state == TCN_JOB_RUNNING)
      tcn_job_look (job);
  }
  if (tcn_pace_n_running (fetcher->pace) > 0)
    return G_SOURCE_CONTINUE;
  g_clear_pointer (&fetcher->watch, g_source_unref);
  return G_SOURCE_REMOVE;
}

static void
start_watch (TcnFetcher *fetcher)
{
  if (fetcher->watch != NULL)
    return;
  fetcher->watch = g_timeout_source_new (fetcher->look_ms);
  g_source_set_callback (fetcher->watch, look_at_all, fetcher, NULL);
  g_source_attach (fetcher->watch, fetcher->context);
}

/* --- the pump --- */

static void
hand_over_ready (TcnFetcher *fetcher)
{
  while (fetcher->ready.length > 0) {
    TcnJob *job = g_queue_pop_head (&fetcher->ready);

    tcn_job_hand_over (job, g_steal_pointer (&job->result));
  }
}

static gboolean
pump (GSource *source, GSourceFunc callback, gpointer data)
{
  TcnFetcher *fetcher = data;
  gint64 wake_us;
  TcnJob *job;

  g_source_set_ready_time (source, -1);
  hand_over_ready (fetcher);
  for (;;) {
    job = tcn_pace_pop (fetcher->pace, g_get_monotonic_time (), &wake_us);
    if (job == NULL)
      break;
    tcn_job_start (job);
    start_watch (fetcher);
  }
  if (g_source_get_ready_time (source) < 0)
    g_source_set_ready_time (source, wake_us);
  return G_SOURCE_CONTINUE;
}

static gboolean
dispatch_pump (GSource *source, GSourceFunc callback, gpointer data)
{
  return pump (source, callback, data);
}

static gboolean
never_called (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

static GSourceFuncs pump_funcs = { NULL, NULL, dispatch_pump, NULL, NULL, NULL };

/* --- public --- */

static const char *
find_ca_bundle (void)
{
  const curl_version_info_data *info = curl_version_info (CURLVERSION_NOW);

  if (info->age < CURLVERSION_SEVENTH || info->cainfo == NULL ||
      access (info->cainfo, R_OK) != 0)
    return NULL;
  return info->cainfo;
}

/* The two that serve a feed best, of all that this libcurl can decode. */
static const char *
accept_encoding (void)
{
  const int features = curl_version_info (CURLVERSION_NOW)->features;

  if (!(features & CURL_VERSION_LIBZ))
    return "Accept-Encoding: identity";
  return features & CURL_VERSION_BROTLI ? "Accept-Encoding: gzip, br"
                                        : "Accept-Encoding: gzip";
}

/* A server measures between arrivals: one that comes late makes the next one early. */
static gint64
gap_us (guint gap_ms)
{
  return gap_ms > 0 ? ((gint64) gap_ms + GAP_SLACK_MS) * 1000 : 0;
}

void
tcn_fetcher_configure (TcnFetcher *fetcher, const TcnFetchSettings *settings)
{
  g_autofree char *user_agent = NULL;
  const TcnPaceLimits limits = {
    .max_running = MAX (settings->max_transfers, 1),
    .host_running = MAX (settings->host_transfers, 1),
    .host_gap_us = gap_us (settings->host_gap_ms),
  };

  if (fetcher->pace == NULL)
    fetcher->pace = tcn_pace_new (&limits);
  else
    tcn_pace_configure (fetcher->pace, &limits);
  tcn_transport_set_max_connections (fetcher->transport, 4 * limits.max_running);
  fetcher->private_networks = settings->private_networks;
  user_agent = g_strconcat (TCN_USER_AGENT,
                            settings->user_agent != NULL ? settings->user_agent
                                                         : "tocsin/" PACKAGE_VERSION,
                            NULL);
  fetcher->user_agent = g_intern_string (user_agent);
  g_free (fetcher->proxy);
  /* Without any in the environment, libcurl need not look there for each transfer. */
  fetcher->proxy = g_strdup (
      settings->proxy == NULL && !tcn_proxy_in_environment () ? "" : settings->proxy);
  g_clear_pointer (&fetcher->netrc_logins, g_hash_table_unref);
  fetcher->netrc_logins = tcn_netrc_read ();
  tcn_fetcher_wake (fetcher);
}

TcnFetcher *
tcn_fetcher_new (GMainContext *context, const TcnFetchSettings *settings)
{
  TcnFetcher *fetcher = g_new0 (TcnFetcher, 1);

  curl_global_init (CURL_GLOBAL_DEFAULT);
  fetcher->context =
      g_main_context_ref (context != NULL ? context : g_main_context_default ());
  fetcher->closing = tcn_closing_new ();
  fetcher->transport =
      tcn_transport_new (fetcher->context, tcn_job_transfer_done, fetcher);
  fetcher->pump = g_source_new (&pump_funcs, sizeof (GSource));
  g_source_set_callback (fetcher->pump, never_called, fetcher, NULL);
  g_source_set_static_name (fetcher->pump, "fetches");
  g_source_attach (fetcher->pump, fetcher->context);
  fetcher->jobs = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) tcn_job_free);
  g_queue_init (&fetcher->ready);
  fetcher->private_keys = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  fetcher->gate = g_atomic_rc_box_new0 (TcnFetcherGate);
  fetcher->gate->fetcher = fetcher;
  fetcher->look_ms = DEFAULT_LOOK_MS;
  fetcher->ca_bundle = find_ca_bundle ();
  fetcher->accept_encoding = accept_encoding ();
  tcn_fetcher_configure (fetcher, settings);
  return fetcher;
}

static void
destroy_source (GSource *source)
{
  if (source == NULL)
    return;
  g_source_destroy (source);
  g_source_unref (source);
}

void
tcn_fetcher_free (TcnFetcher *fetcher)
{
  GHashTableIter iter;
  gpointer value;

  if (fetcher == NULL)
    return;
  fetcher->gate->fetcher = NULL;
  g_atomic_rc_box_release (fetcher->gate);
  g_hash_table_iter_init (&iter, fetcher->jobs);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    if (((TcnJob *) value)->state == TCN_JOB_RUNNING)
      tcn_job_drop_exchange (value);
  }
  g_queue_clear (&fetcher->ready);
  tcn_pace_free (fetcher->pace);
  g_hash_table_unref (fetcher->jobs);
  tcn_transport_free (fetcher->transport);
  tcn_closing_free (fetcher->closing);
  destroy_source (fetcher->pump);
  destroy_source (fetcher->watch);
  g_hash_table_unref (fetcher->private_keys);
  g_clear_pointer (&fetcher->netrc_logins, g_hash_table_unref);
  g_free (fetcher->proxy);
  curl_slist_free_all (fetcher->hosts);
  g_main_context_unref (fetcher->context);
  g_free (fetcher);
  curl_global_cleanup ();
}

/* NULL says the same as `url` once more, as it mostly is. */
static char *
copy_other (const char *text, const char *url)
{
  return g_strcmp0 (text, url) != 0 ? g_strdup (text) : NULL;
}

static void
copy_request (TcnFetchRequest *copy, const TcnFetchRequest *request)
{
  *copy = *request;
  copy->url = g_strdup (request->url);
  copy->named_url = copy_other (request->named_url, request->url);
  copy->validator_url = copy_other (request->validator_url, request->url);
  if (copy->earlier != NULL)
    copy->earlier = tcn_fetch_result_copy (copy->earlier);
  if (copy->etag != NULL)
    g_bytes_ref (copy->etag);
  if (copy->last_modified != NULL)
    g_bytes_ref (copy->last_modified);
  if (copy->options != NULL)
    tcn_fetch_options_ref (copy->options);
}

guint
tcn_fetcher_start (TcnFetcher *fetcher, const TcnFetchRequest *request, TcnFetchDone done,
                   gpointer data)
{
  TcnJob *job = g_new0 (TcnJob, 1);

  job->fetcher = fetcher;
  job->handle = ++fetcher->next_handle;
  if (job->handle == 0)
    job->handle = ++fetcher->next_handle;
  job->done = done;
  job->data = data;
  copy_request (&job->request, request);
  g_hash_table_insert (fetcher->jobs, GUINT_TO_POINTER (job->handle), job);
  tcn_job_begin (job);
  return job->handle;
}

static void
keep_result (TcnFetchResult *result, gpointer data)
{
  *(TcnFetchResult **) data = result;
}

TcnFetchResult *
tcn_fetcher_fetch (TcnFetcher *fetcher, const TcnFetchRequest *request)
{
  TcnFetchResult *result = NULL;

  tcn_fetcher_start (fetcher, request, keep_result, &result);
  while (result == NULL)
    g_main_context_iteration (fetcher->context, TRUE);
  return result;
}

void
tcn_fetcher_cancel (TcnFetcher *fetcher, guint handle)
{
  TcnJob *job = g_hash_table_lookup (fetcher->jobs, GUINT_TO_POINTER (handle));

  if (job == NULL)
    return;
  switch (job->state) {
  case TCN_JOB_QUEUED:
    tcn_pace_withdraw (fetcher->pace, job->target->key, job);
    break;
  case TCN_JOB_RUNNING:
    tcn_job_drop_exchange (job);
    tcn_fetcher_wake (fetcher);
    break;
  case TCN_JOB_READY:
    g_queue_remove (&fetcher->ready, job);
    break;
  case TCN_JOB_READING:
    break;
  }
  g_hash_table_remove (fetcher->jobs, GUINT_TO_POINTER (handle));
}

guint
tcn_fetcher_n_pending (const TcnFetcher *fetcher)
{
  return g_hash_table_size (fetcher->jobs);
}

void
tcn_fetcher_hold (TcnFetcher *fetcher, const char *host_key, guint for_ms)
{
  tcn_pace_hold (fetcher->pace, host_key,
                 g_get_monotonic_time () + (gint64) for_ms * 1000);
}

void
tcn_fetcher_pause (TcnFetcher *fetcher, const char *host_key, gint64 for_s)
{
  gint64 until_us = for_s > 0 ? g_get_monotonic_time () +
                                    MIN (for_s, TCN_MAX_HOST_PAUSE_S) * G_USEC_PER_SEC
                              : 0;
  g_autoptr (GList) jobs = NULL;

  tcn_pace_pause (fetcher->pace, host_key, until_us);
  if (until_us > 0)
    jobs = tcn_pace_drain (fetcher->pace, host_key);
  for (GList *l = jobs; l != NULL; l = l->next)
    tcn_job_postpone (l->data, until_us);
}

void
tcn_fetcher_add_host (TcnFetcher *fetcher, const char *entry)
{
  fetcher->hosts = curl_slist_append (fetcher->hosts, entry);
}

void
tcn_fetcher_set_idle_close (TcnFetcher *fetcher, guint ms)
{
  tcn_transport_set_idle_close (fetcher->transport, ms);
}

void
tcn_fetcher_set_patience (TcnFetcher *fetcher, guint look_ms)
{
  fetcher->look_ms = look_ms;
}

void
tcn_fetcher_set_brisk (TcnFetcher *fetcher, guint ms)
{
  tcn_closing_set_brisk (fetcher->closing, ms);
}
