/* SPDX-License-Identifier: MIT */
#include "net/job.h"

#include <string.h>

#include "net/address.h"
#include "net/answer.h"
#include "net/netrc.h"
#include "net/proxy.h"
#include "tocsin/limits.h"
#include "tocsin/url.h"

#define QUIET_LOOKS 3
#define CROWDED_OUT_S 60

void
tcn_job_free (TcnJob *job)
{
  g_free ((char *) job->request.url);
  g_free ((char *) job->request.named_url);
  g_free ((char *) job->request.validator_url);
  g_clear_pointer (&job->request.etag, g_bytes_unref);
  g_clear_pointer (&job->request.last_modified, g_bytes_unref);
  tcn_fetch_options_unref (job->request.options);
  tcn_fetch_result_free ((TcnFetchResult *) job->request.earlier);
  tcn_target_unref (job->named);
  tcn_target_unref (job->target);
  g_clear_pointer (&job->hops, g_ptr_array_unref);
  g_free (job->permanent_url);
  g_assert (job->exchange == NULL);
  tcn_fetch_result_free (job->result);
  g_free (job);
}

/* --- the end of a job --- */

static void
fill_bytes (GBytes **place, GBytes *value)
{
  if (*place == NULL && value != NULL)
    *place = g_bytes_ref (value);
}

/* What the server says is unchanged is the earlier answer, with what the 304 has in place of
 * it (RFC 9111, 4.3.4). */
static void
take_earlier (TcnFetchResult *result, const TcnFetchResult *earlier)
{
  if (earlier == NULL || result->kind != TCN_FETCH_UNCHANGED)
    return;
  result->kind = earlier->kind;
  fill_bytes (&result->etag, earlier->etag);
  fill_bytes (&result->last_modified, earlier->last_modified);
  fill_bytes (&result->body, earlier->body);
  result->body_hash = earlier->body_hash;
  g_free (result->content_type);
  result->content_type = g_strdup (earlier->content_type);
  g_free (result->content_location);
  result->content_location = g_strdup (earlier->content_location);
  if (result->fresh_for_s < 0)
    result->fresh_for_s = earlier->fresh_for_s;
}

void
tcn_job_hand_over (TcnJob *job, TcnFetchResult *result)
{
  TcnFetchDone done = job->done;
  gpointer data = job->data;

  take_earlier (result, job->request.earlier);
  result->n_requests = job->n_requests;
  result->duration_us = job->spent_us;
  result->wire_bytes += job->wire_bytes;
  result->permanent_url = g_steal_pointer (&job->permanent_url);
  if (result->effective_url == NULL && job->target != NULL)
    result->effective_url =
        g_strdup (job->target->path != NULL ? job->target->path : job->target->url);
  g_hash_table_remove (job->fetcher->jobs, GUINT_TO_POINTER (job->handle));
  done (result, data);
}

/* From where calling back is not yet allowed. */
static void
make_ready (TcnJob *job, TcnFetchResult *result)
{
  job->state = TCN_JOB_READY;
  job->result = result;
  g_queue_push_tail (&job->fetcher->ready, job);
  tcn_fetcher_wake (job->fetcher);
}

static void
fail_job (TcnJob *job, TcnFailure failure, GError *error)
{
  TcnFetchResult *result = tcn_fetch_result_new ();

  tcn_answer_fail (result, failure, error);
  make_ready (job, result);
}

void
tcn_job_postpone (TcnJob *job, gint64 paused_until_us)
{
  TcnFetchResult *result = tcn_fetch_result_new ();
  gint64 left_us = paused_until_us - g_get_monotonic_time ();

  result->kind = TCN_FETCH_POSTPONED;
  result->retry_after_s = MAX (left_us, 0) / G_USEC_PER_SEC + 1;
  make_ready (job, result);
}

/* --- watching --- */

void
tcn_job_drop_exchange (TcnJob *job)
{
  CURL *easy;

  tcn_transport_remove (job->fetcher->transport, job->exchange->easy);
  job->n_requests += job->exchange->n_sent;
  easy = tcn_exchange_finish (g_steal_pointer (&job->exchange));
  if (easy != NULL)
    tcn_transport_recycle (job->fetcher->transport, easy);
  tcn_pace_end (job->fetcher->pace, job->target->key);
  job->spent_us += g_get_monotonic_time () - job->started_us;
}

/* A server may think as long as the time-out lets it; once it has begun to talk, it must
 * not drip. libcurl's own check does not know the difference. */
void
tcn_job_look (TcnJob *job)
{
  TcnExchange *exchange = job->exchange;
  guint64 expected = TCN_MIN_SPEED_BYTES * (guint64) job->fetcher->look_ms / 1000;

  if (!exchange->is_answered)
    return;
  if (exchange->n_bytes - job->n_bytes_seen >= MAX (expected, 1))
    job->n_quiet_looks = 0;
  else
    job->n_quiet_looks++;
  job->n_bytes_seen = exchange->n_bytes;
  if (job->n_quiet_looks < QUIET_LOOKS)
    return;
  tcn_job_drop_exchange (job);
  fail_job (
      job, TCN_FAILURE_TIMEOUT,
      g_error_new_literal (TCN_ERROR, TCN_ERROR_FETCH_RETRY, "the answer only drips in"));
}

/* --- one hop --- */

static gboolean
may_be_private (const TcnJob *job)
{
  return job->fetcher->private_networks || tcn_target_same_host (job->named, job->target);
}

/* What can be judged without an address. The keys matter because a connection that
 * another feed, which may, has opened is taken up again without any check. */
static gboolean
check_target (const TcnJob *job, GError **error)
{
  const TcnTarget *target = job->target;

  if (may_be_private (job))
    return TRUE;
  if (!tcn_address_host_is_private (target->host) &&
      !g_hash_table_contains (job->fetcher->private_keys, target->key))
    return TRUE;
  g_set_error (error, TCN_ERROR, TCN_ERROR_FETCH_RETRY,
               "redirected to “%s”, which is not a public address (only with "
               "private-networks = yes are such redirects followed)",
               target->host);
  return FALSE;
}

static void
queue_hop (TcnJob *job)
{
  TcnFetcher *fetcher = job->fetcher;
  const char *key = job->target->key;
  gint64 paused_until_us =
      tcn_pace_paused_until_us (fetcher->pace, key, g_get_monotonic_time ());

  if (paused_until_us > 0) {
    tcn_job_postpone (job, paused_until_us);
    return;
  }
  job->state = TCN_JOB_QUEUED;
  tcn_pace_push (fetcher->pace, key, job, job->hops != NULL);
  tcn_fetcher_wake (fetcher);
}

/* A validator means something to the URL that gave it only: to another one it may by chance
 * be the name of a state that we have never seen. */
gboolean
tcn_job_may_validate (const TcnJob *job)
{
  const TcnTarget *target = job->target;

  if (job->request.validator_url == NULL)
    return job->hops == NULL;
  return g_str_equal (job->request.validator_url,
                      target->path != NULL ? target->path : target->url);
}

/* That of the URL, or else what ~/.netrc has for the host. */
static void
set_login (TcnJob *job)
{
  const TcnFetchOptions *options = job->request.options;
  GHashTable *logins = job->fetcher->netrc_logins;
  const TcnLogin *login;

  job->plan.user = job->named->user;
  job->plan.password = job->named->password;
  if (job->named->user != NULL || logins == NULL || options == NULL ||
      !options->use_netrc)
    return;
  login = g_hash_table_lookup (logins, job->target->host);
  if (login == NULL)
    return;
  job->plan.user = login->user;
  job->plan.password = login->password;
}

static void
make_plan (TcnJob *job)
{
  TcnFetcher *fetcher = job->fetcher;
  const TcnFetchOptions *options = job->request.options;
  const char *proxy =
      options != NULL && options->proxy != NULL ? options->proxy : fetcher->proxy;

  job->plan = (TcnExchangePlan){
    .target = job->target,
    .request = &job->request,
    .options = options,
    .user_agent = fetcher->user_agent,
    .proxy = fetcher->proxy,
    .ca_bundle = fetcher->ca_bundle,
    .accept_encoding = fetcher->accept_encoding,
    .may_know = tcn_target_may_know (job->named, job->target),
    .is_conditional = tcn_job_may_validate (job),
    .may_be_private = may_be_private (job),
    .proxy_port = tcn_proxy_port (proxy, job->target->scheme),
    .timeout_ms = (guint) MAX (job->request.timeout_ms - job->spent_us / 1000, 1),
    .closing = fetcher->closing,
    .shared_buffered = &fetcher->buffered,
    .private_keys = fetcher->private_keys,
  };
  set_login (job);
}

void
tcn_job_start (TcnJob *job)
{
  TcnFetcher *fetcher = job->fetcher;
  CURL *easy;

  make_plan (job);
  job->state = TCN_JOB_RUNNING;
  job->started_us = g_get_monotonic_time ();
  job->n_bytes_seen = 0;
  job->n_quiet_looks = 0;
  job->exchange = tcn_exchange_new (&job->plan, tcn_transport_take (fetcher->transport));
  easy = job->exchange->easy;
  /* A new configuration frees them. */
  job->plan.proxy = NULL;
  job->plan.user = NULL;
  job->plan.password = NULL;
  TCN_SETOPT (easy, CURLOPT_PRIVATE, job);
  TCN_SETOPT (easy, CURLOPT_RESOLVE, fetcher->hosts);
  tcn_transport_add (fetcher->transport, easy);
}

/* --- redirects --- */

static gboolean
refuse (GError **error, const char *why, const char *url)
{
  g_autofree char *shown = tcn_url_redacted (url);

  g_set_error (error, TCN_ERROR, TCN_ERROR_FETCH_RETRY, "redirected %s: \"%.200s\"", why,
               shown);
  return FALSE;
}

/* Without cookies, a page that was seen before in the chain can only lead here again. */
static gboolean
was_visited (const TcnJob *job, const char *url)
{
  for (guint i = 0; i < job->hops->len; i++) {
    if (g_str_equal (g_ptr_array_index (job->hops, i), url))
      return TRUE;
  }
  return FALSE;
}

static gboolean
take_next_target (TcnJob *job, const char *location, GError **error)
{
  g_autoptr (TcnTarget) next = NULL;

  if (job->hops == NULL)
    job->hops = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (job->hops, g_strdup (job->target->url));
  if (job->hops->len > TCN_MAX_REDIRECTS)
    return refuse (error, "too many times", location);
  if (tcn_fetch_is_local (location))
    return refuse (error, "to what is no http or https URL", location);
  next = tcn_target_new (location, error);
  if (next == NULL) {
    g_prefix_error (error, "redirected: ");
    return FALSE;
  }
  if (tcn_target_is_secure (job->target) && !tcn_target_is_secure (next))
    return refuse (error, "from https to http", next->url);
  if (was_visited (job, next->url))
    return refuse (error, "in a circle", next->url);
  tcn_target_unref (job->target);
  job->target = g_steal_pointer (&next);
  return check_target (job, error);
}

/* Only over the leading run of permanent hops has the feed's own URL moved; and never to
 * a URL with somebody's name and password in it. */
static void
note_permanence (TcnJob *job, guint status, const char *location)
{
  const char *authority = strstr (location, "://");
  gsize n = authority != NULL ? strcspn (authority + 3, "/?#") : 0;

  if (!tcn_answer_is_permanent (status) ||
      (n > 0 && memchr (authority + 3, '@', n) != NULL))
    job->has_left_permanent = TRUE;
  if (job->has_left_permanent)
    return;
  g_free (job->permanent_url);
  job->permanent_url = g_strdup (job->target->url);
}

/* TRUE when the job goes on elsewhere. */
static gboolean
follow_redirect (TcnJob *job, guint status, const char *location, GError **error)
{
  if (!take_next_target (job, location, error))
    return FALSE;
  note_permanence (job, status, location);
  if (job->spent_us / 1000 < job->request.timeout_ms)
    return TRUE;
  g_set_error (error, TCN_ERROR, TCN_ERROR_FETCH_RETRY, "the answer took too long");
  return FALSE;
}

/* --- an answer --- */

/* A 429 speaks for the host. On a private one, feeds of many kinds share one address and
 * are not punished together. */
static void
pause_host (TcnJob *job, TcnFetchResult *result)
{
  TcnFetcher *fetcher = job->fetcher;
  const TcnTarget *target = job->target;

  if (result->http_status != 429 || tcn_address_host_is_private (target->host) ||
      g_hash_table_contains (fetcher->private_keys, target->key))
    return;
  result->paused_for_s = result->retry_after_s > 0
                             ? MIN (result->retry_after_s, TCN_MAX_HOST_PAUSE_S)
                             : TCN_DEFAULT_HOST_PAUSE_S;
  result->paused_host = g_strdup (target->key);
  tcn_fetcher_pause (fetcher, target->key, result->paused_for_s);
}

static void
count_bytes (TcnJob *job)
{
  curl_off_t body = 0;
  long headers = 0;

  curl_easy_getinfo (job->exchange->easy, CURLINFO_SIZE_DOWNLOAD_T, &body);
  curl_easy_getinfo (job->exchange->easy, CURLINFO_HEADER_SIZE, &headers);
  job->wire_bytes += body + headers;
}

/* The result, or NULL when a redirect leads on: its URL is then in `*out_location`. */
static TcnFetchResult *
read_answer (TcnJob *job, CURLcode code, char **out_location)
{
  TcnFetchResult *result = tcn_fetch_result_new ();
  TcnExchange *exchange = job->exchange;
  GError *error = NULL;
  TcnFailure failure = tcn_exchange_judge (exchange, code, &error);
  const char *location = NULL;

  if (exchange->is_crowded_out) {
    g_clear_error (&error);
    result->kind = TCN_FETCH_POSTPONED;
    result->retry_after_s = CROWDED_OUT_S;
    return result;
  }
  if (failure != TCN_FAILURE_NONE) {
    result->http_status = exchange->status;
    tcn_answer_fail (result, failure, error);
    return result;
  }
  if (tcn_answer_is_redirect (exchange->status))
    curl_easy_getinfo (exchange->easy, CURLINFO_REDIRECT_URL, &location);
  *out_location = g_strdup (location);
  tcn_answer_read (result, exchange, g_get_real_time () / G_USEC_PER_SEC);
  return result;
}

/* A server that leaves (GOAWAY) says which requests it has not looked at (RFC 9113, 6.8):
 * those are asked once more, in their turn. libcurl does so by itself where the one stream is
 * refused, but then ends with this code; as it does with one whose frames are wrong. */
static gboolean
was_left_unread (const TcnJob *job, CURLcode code)
{
  return code == CURLE_HTTP2 && !job->exchange->is_answered && !job->was_refused &&
         job->exchange->error == NULL;
}

void
tcn_job_transfer_done (CURL *easy, CURLcode code, gpointer data)
{
  TcnFetcher *fetcher = data;
  g_autoptr (TcnFetchResult) result = NULL;
  g_autofree char *location = NULL;
  GError *error = NULL;
  TcnJob *job = NULL;

  curl_easy_getinfo (easy, CURLINFO_PRIVATE, &job);
  count_bytes (job);
  if (was_left_unread (job, code)) {
    job->was_refused = TRUE;
    tcn_job_drop_exchange (job);
    queue_hop (job);
    return;
  }
  result = read_answer (job, code, &location);
  tcn_job_drop_exchange (job);
  tcn_fetcher_wake (fetcher);
  if (location != NULL) {
    if (follow_redirect (job, result->http_status, location, &error)) {
      queue_hop (job);
      return;
    }
    g_clear_error (&result->error);
    tcn_answer_fail (result, TCN_FAILURE_REFUSED, error);
  }
  pause_host (job, result);
  tcn_job_hand_over (job, g_steal_pointer (&result));
}

/* --- the beginning --- */

static gboolean
resolve_targets (TcnJob *job, GError **error)
{
  job->target = tcn_target_new (job->request.url, error);
  if (job->target == NULL)
    return FALSE;
  job->named = job->request.named_url == NULL
                   ? tcn_target_ref (job->target)
                   : tcn_target_new (job->request.named_url, error);
  if (job->named == NULL)
    return FALSE;
  return job->target->path != NULL || check_target (job, error);
}

void
tcn_job_begin (TcnJob *job)
{
  GError *error = NULL;

  if (!resolve_targets (job, &error))
    fail_job (job, TCN_FAILURE_REFUSED, error);
  else if (job->request.is_fresh)
    make_ready (job, (TcnFetchResult *) g_steal_pointer (&job->request.earlier));
  else if (job->target->path != NULL)
    tcn_job_read_file (job);
  else
    queue_hop (job);
}
