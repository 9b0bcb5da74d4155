/* SPDX-License-Identifier: MIT */
#include "net/answer.h"

#include <string.h>

#include "net/httpvalue.h"
#include "tocsin/limits.h"

TcnFetchResult *
tcn_fetch_result_new (void)
{
  TcnFetchResult *result = g_new0 (TcnFetchResult, 1);

  result->fresh_for_s = -1;
  result->retry_after_s = -1;
  return result;
}

gboolean
tcn_answer_is_redirect (guint status)
{
  return status == 301 || status == 302 || status == 303 || status == 307 ||
         status == 308;
}

gboolean
tcn_answer_is_permanent (guint status)
{
  return status == 301 || status == 308;
}

void
tcn_answer_fail (TcnFetchResult *result, TcnFailure failure, GError *error)
{
  result->kind = TCN_FETCH_FAILED;
  result->failure = failure;
  result->error = error;
}

static guint64
mix (guint64 hash, guint64 word)
{
  hash = (hash ^ word) * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);
  return hash ^ (hash >> 29);
}

/* Two lanes, so that one multiplication need not wait for the other. */
guint64
tcn_answer_hash (const guint8 *bytes, gsize n)
{
  guint64 hash = mix (G_GUINT64_CONSTANT (0x243f6a8885a308d3), n);
  guint64 other = G_GUINT64_CONSTANT (0x13198a2e03707344);
  guint64 words[2];

  for (; n >= sizeof words; bytes += sizeof words, n -= sizeof words) {
    memcpy (words, bytes, sizeof words);
    hash = mix (hash, words[0]);
    other = mix (other, words[1]);
  }
  words[0] = 0;
  words[1] = 0;
  if (n > 0)
    memcpy (words, bytes, n);
  other = mix (mix (other, n), G_GUINT64_CONSTANT (0xa4093822299f31d0));
  hash = mix (mix (mix (hash, words[0]), words[1]), other);
  hash = mix (hash, 0);
  return hash != 0 ? hash : 1;
}

static void
read_hints (TcnFetchResult *result, const TcnExchange *exchange, gint64 now_unix)
{
  const char *date = tcn_exchange_header (exchange, TCN_HEADER_DATE);

  result->fresh_for_s = tcn_httpvalue_fresh_for_s (
      tcn_exchange_header (exchange, TCN_HEADER_CACHE_CONTROL),
      tcn_exchange_header (exchange, TCN_HEADER_AGE),
      tcn_exchange_header (exchange, TCN_HEADER_EXPIRES), date, now_unix);
  result->retry_after_s = tcn_httpvalue_retry_after_s (
      tcn_exchange_header (exchange, TCN_HEADER_RETRY_AFTER), date, now_unix);
}

/* Mostly the one that was sent. A lone star would come back as If-None-Match: *, which is
 * true of any state at all. */
static GBytes *
read_validator (const TcnExchange *exchange, TcnHeader header, GBytes *sent)
{
  const char *value = tcn_exchange_header (exchange, header);
  gsize n = value != NULL ? strlen (value) : 0;

  if (n == 0 || n > TCN_MAX_VALIDATOR_BYTES || g_str_equal (value, "*"))
    return NULL;
  if (sent != NULL && g_bytes_get_size (sent) == n &&
      memcmp (g_bytes_get_data (sent, NULL), value, n) == 0)
    return g_bytes_ref (sent);
  return g_bytes_new (value, n);
}

static void
take_body (TcnFetchResult *result, TcnExchange *exchange)
{
  gsize n = exchange->body->len;

  result->body_hash = tcn_answer_hash (exchange->body->data, n);
  *exchange->plan->shared_buffered -= n;
  result->body = g_byte_array_free_to_bytes (g_steal_pointer (&exchange->body));
}

static const char *
describe_status (guint status)
{
  switch (status) {
  case 401:
    return "it asks for a login";
  case 403:
    return "access is refused";
  case 404:
    return "not found";
  case 429:
    return "too many requests";
  case 500:
  case 502:
  case 503:
  case 504:
    return "the server is in trouble";
  default:
    return status < 400 ? "an answer that is no feed" : "the server refuses";
  }
}

/* RFC 9110: a 304 answers a condition; to a request without one it says nothing that we
 * could keep. */
static void
class_status (TcnFetchResult *result, TcnExchange *exchange)
{
  const TcnFetchRequest *request = exchange->plan->request;
  gboolean is_conditional = exchange->plan->is_conditional &&
                            (request->etag != NULL || request->last_modified != NULL);
  guint status = result->http_status;

  if (status == 200 || status == 203) {
    result->kind = TCN_FETCH_CHANGED;
  } else if (status == 226) {
    result->kind = TCN_FETCH_DELTA;
  } else if (status == 304 && is_conditional) {
    result->kind = TCN_FETCH_UNCHANGED;
  } else if (status == 304) {
    tcn_answer_fail (
        result, TCN_FAILURE_HTTP,
        g_error_new (TCN_ERROR, TCN_ERROR_FETCH_RETRY,
                     "HTTP 304: \"not modified\" to a request that asked for "
                     "no condition"));
  } else if (status == 410) {
    tcn_answer_fail (result, TCN_FAILURE_HTTP,
                     g_error_new (TCN_ERROR, TCN_ERROR_FETCH_GONE, "HTTP 410: gone"));
  } else {
    tcn_answer_fail (result, TCN_FAILURE_HTTP,
                     g_error_new (TCN_ERROR, TCN_ERROR_FETCH_RETRY, "HTTP %u: %s", status,
                                  describe_status (status)));
  }
}

void
tcn_answer_read (TcnFetchResult *result, TcnExchange *exchange, gint64 now_unix)
{
  const TcnFetchRequest *request = exchange->plan->request;

  result->http_status = exchange->status;
  class_status (result, exchange);
  read_hints (result, exchange, now_unix);
  if (result->kind == TCN_FETCH_FAILED)
    return;
  result->etag = read_validator (exchange, TCN_HEADER_ETAG, request->etag);
  result->last_modified =
      read_validator (exchange, TCN_HEADER_LAST_MODIFIED, request->last_modified);
  result->content_type =
      g_strdup (tcn_exchange_header (exchange, TCN_HEADER_CONTENT_TYPE));
  result->content_location =
      g_strdup (tcn_exchange_header (exchange, TCN_HEADER_CONTENT_LOCATION));
  if (result->kind != TCN_FETCH_UNCHANGED)
    take_body (result, exchange);
}
