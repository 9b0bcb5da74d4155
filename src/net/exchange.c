/* SPDX-License-Identifier: MIT */
#include "net/exchange.h"

#include <string.h>

#include "net/address.h"
#include "net/httpvalue.h"
#include "tocsin/limits.h"

/* Short: libcurl copies these by the byte, a thousand times for a thousand feeds. */
#define ACCEPT_FEED                                                                      \
  "Accept: application/atom+xml,application/rss+xml,application/feed+json,"              \
  "application/xml;q=0.9,*/*;q=0.5"
#define ACCEPT_PAGE                                                                      \
  "Accept: application/atom+xml,application/rss+xml,application/feed+json,"              \
  "text/html;q=0.9,application/xml;q=0.9,*/*;q=0.5"

/* Of one request: once, and once more. */
#define MAX_SENT 2

/* As many as set_headers() names. */
#define N_OUR_HEADERS 6

static void stop_exchange (TcnExchange *exchange, TcnFailure failure, TcnErrorCode code,
                           const char *format, ...) G_GNUC_PRINTF (4, 5);

/* The first reason counts: later ones follow from it. */
static void
stop_exchange (TcnExchange *exchange, TcnFailure failure, TcnErrorCode code,
               const char *format, ...)
{
  va_list args;

  if (exchange->error != NULL)
    return;
  va_start (args, format);
  exchange->error = g_error_new_valist (TCN_ERROR, code, format, args);
  va_end (args);
  exchange->failure = failure;
}

/* --- callbacks of libcurl --- */

/* Every header that anybody asks for, by length: most lines are none of them. */
static const struct {
  const char *name;
  gsize n;
} header_names[TCN_N_HEADERS] = {
  [TCN_HEADER_ETAG] = { "ETag", 4 },
  [TCN_HEADER_LAST_MODIFIED] = { "Last-Modified", 13 },
  [TCN_HEADER_CACHE_CONTROL] = { "Cache-Control", 13 },
  [TCN_HEADER_AGE] = { "Age", 3 },
  [TCN_HEADER_EXPIRES] = { "Expires", 7 },
  [TCN_HEADER_DATE] = { "Date", 4 },
  [TCN_HEADER_RETRY_AFTER] = { "Retry-After", 11 },
  [TCN_HEADER_CONTENT_TYPE] = { "Content-Type", 12 },
  [TCN_HEADER_CONTENT_LOCATION] = { "Content-Location", 16 },
  [TCN_HEADER_CONTENT_ENCODING] = { "Content-Encoding", 16 },
  [TCN_HEADER_CONTENT_LENGTH] = { "Content-Length", 14 },
};

static TcnHeader
find_header (const char *line, gsize n)
{
  const char *colon = memchr (line, ':', n);
  gsize name_n = colon != NULL ? (gsize) (colon - line) : 0;

  for (guint i = 0; i < TCN_N_HEADERS; i++) {
    if (header_names[i].n == name_n &&
        g_ascii_strncasecmp (line, header_names[i].name, name_n) == 0)
      return i;
  }
  return TCN_N_HEADERS;
}

static void
begin_answer (TcnExchange *exchange, const char *line, gsize n)
{
  const char *space = memchr (line, ' ', n);
  guint status = 0;

  for (gsize i = space != NULL ? (gsize) (space - line) + 1 : n;
       i < n && g_ascii_isdigit (line[i]); i++)
    status = (status * 10 + (guint) (line[i] - '0')) % 1000;
  exchange->status = status;
  exchange->is_head_done = FALSE;
  for (guint i = 0; i < TCN_N_HEADERS; i++)
    g_clear_pointer (&exchange->values[i], g_free);
}

/* A chain of codings is how a few kilobytes become gigabytes inside one call of libcurl
 * (CVE-2023-23916): it is refused before the first byte is decoded. Two lengths that differ
 * are an attack on whoever shares the connection (RFC 9112 6.3). */
static gboolean
check_repeated (TcnExchange *exchange, TcnHeader header, const char *before,
                const char *value)
{
  if (header == TCN_HEADER_CONTENT_ENCODING &&
      tcn_httpvalue_count_codings (value, strlen (value)) +
              (before != NULL ? tcn_httpvalue_count_codings (before, strlen (before))
                              : 0) >
          1)
    stop_exchange (exchange, TCN_FAILURE_PROTOCOL, TCN_ERROR_FETCH_RETRY,
                   "the answer is coded more than once");
  if (header == TCN_HEADER_CONTENT_LENGTH && before != NULL &&
      !g_str_equal (before, value))
    stop_exchange (exchange, TCN_FAILURE_PROTOCOL, TCN_ERROR_FETCH_RETRY,
                   "the answer has two lengths");
  return exchange->error == NULL;
}

/* The last line of a header counts; those of a list count together. */
static gboolean
keep_header (TcnExchange *exchange, TcnHeader header, const char *line, gsize n)
{
  gsize skip = header_names[header].n + 1;
  g_autofree char *value = g_strstrip (g_strndup (line + skip, n - skip));
  g_autofree char *before = g_steal_pointer (&exchange->values[header]);
  gboolean is_list =
      header == TCN_HEADER_CACHE_CONTROL || header == TCN_HEADER_CONTENT_ENCODING;

  if (!check_repeated (exchange, header, before, value))
    return FALSE;
  exchange->values[header] = is_list && before != NULL
                                 ? g_strconcat (before, ", ", value, NULL)
                                 : g_steal_pointer (&value);
  return TRUE;
}

static gboolean
is_blank_line (const char *line, gsize n)
{
  return n == 0 || line[0] == '\r' || line[0] == '\n';
}

/* What comes behind the blank line is a trailer, and says nothing that we believe. */
static size_t
take_header (char *line, size_t size, size_t n, void *data)
{
  TcnExchange *exchange = data;
  TcnHeader header;

  exchange->is_answered = TRUE;
  exchange->n_bytes += n;
  if (n > 5 && memcmp (line, "HTTP/", 5) == 0) {
    begin_answer (exchange, line, n);
    return n;
  }
  exchange->is_head_done |= is_blank_line (line, n);
  if (exchange->is_head_done)
    return n;
  header = find_header (line, n);
  return header == TCN_N_HEADERS || keep_header (exchange, header, line, n) ? n : 0;
}

/* Only the bodies of these are read; an error page is let pass up to a bound that keeps
 * the connection usable. */
static gboolean
is_body_wanted (const TcnExchange *exchange)
{
  return exchange->status == 200 || exchange->status == 203 || exchange->status == 226;
}

static size_t
take_body (char *bytes, size_t size, size_t n, void *data)
{
  TcnExchange *exchange = data;
  const TcnExchangePlan *plan = exchange->plan;
  gsize max_body = plan->request->max_body;

  exchange->n_bytes += n;
  if (!is_body_wanted (exchange)) {
    exchange->is_done = exchange->n_bytes > TCN_MAX_IGNORED_BYTES;
    return exchange->is_done ? 0 : n;
  }
  if (n > max_body - MIN (exchange->body->len, max_body)) {
    stop_exchange (exchange, TCN_FAILURE_LIMIT, TCN_ERROR_LIMIT,
                   "the feed is larger than %" G_GSIZE_FORMAT " bytes", max_body);
    return 0;
  }
  exchange->is_crowded_out =
      *plan->shared_buffered + n > MAX (TCN_MAX_BUFFERED_BYTES, max_body) &&
      exchange->body->len > TCN_MAX_BUFFERED_BYTES / 64;
  if (exchange->is_crowded_out) {
    /* At once, or all that run together would be sent away together. */
    *plan->shared_buffered -= exchange->body->len;
    g_byte_array_set_size (exchange->body, 0);
    return 0;
  }
  g_byte_array_append (exchange->body, (const guint8 *) bytes, (guint) n);
  *plan->shared_buffered += n;
  return n;
}

/* `is_private` of an address that is not the proxy's. */
static gboolean
may_connect (TcnExchange *exchange, gboolean is_private, const char *address)
{
  if (!is_private || exchange->plan->may_be_private)
    return TRUE;
  stop_exchange (exchange, TCN_FAILURE_REFUSED, TCN_ERROR_FETCH_RETRY,
                 "redirected to “%s”, whose address %s is not public",
                 exchange->plan->target->host, address);
  return FALSE;
}

/* After the name was resolved and before anything is connected: a name that resolves to
 * something else the second time gains nothing. */
static curl_socket_t
open_checked_socket (void *data, curlsocktype purpose, struct curl_sockaddr *address)
{
  TcnExchange *exchange = data;
  g_autofree char *text = tcn_address_to_string (&address->addr);
  gboolean is_private = tcn_address_is_private (&address->addr) &&
                        tcn_address_port (&address->addr) != exchange->plan->proxy_port;

  if (!may_connect (exchange, is_private, text))
    return CURL_SOCKET_BAD;
  if (is_private)
    g_hash_table_add (exchange->plan->private_keys,
                      g_strdup (exchange->plan->target->key));
  return tcn_closing_open (exchange->plan->closing, address);
}

/* A kept connection has been opened for another feed, which may have been let to. */
static gboolean
may_use (TcnExchange *exchange, const char *remote, int remote_port)
{
  gboolean is_private = !exchange->plan->may_be_private &&
                        (guint) remote_port != exchange->plan->proxy_port &&
                        tcn_address_host_is_private (remote);

  return may_connect (exchange, is_private, remote);
}

/* On a connection that served before and is closed without an answer, libcurl asks again by
 * itself, at once and whatever the gap, and on each kept connection in turn. That is right
 * only where the server has not seen the request: where it closed just then, for having been
 * idle. Of one that closes the second as well, that cannot be thought. */
static gboolean
may_send (TcnExchange *exchange)
{
  if (exchange->n_sent < MAX_SENT && !(exchange->is_brisk && exchange->sent_on->is_taken))
    return TRUE;
  stop_exchange (exchange, TCN_FAILURE_PROTOCOL, TCN_ERROR_FETCH_RETRY,
                 "the server closed the connection without an answer");
  return FALSE;
}

static int
note_sending (void *data, char *remote, char *local, int remote_port, int local_port)
{
  TcnExchange *exchange = data;

  exchange->is_repeated = exchange->n_sent > 0;
  if (!may_use (exchange, remote, remote_port) || !may_send (exchange))
    return CURL_PREREQFUNC_ABORT;
  exchange->n_sent++;
  g_clear_pointer (&exchange->sent_on, tcn_connection_unref);
  exchange->sent_on = tcn_closing_note_sent (exchange->plan->closing, remote, remote_port,
                                             local_port, &exchange->is_brisk);
  return CURL_PREREQFUNC_OK;
}

/* --- headers --- */

/* The list is ours: libcurl only reads it, and would copy what we have already. It also puts
 * lines of its own together twice, byte by byte, where it puts those of a list once: hence
 * User-Agent and Accept-Encoding are here. */
static void
add_header (TcnExchange *exchange, const char *line)
{
  struct curl_slist *node = &exchange->headers[exchange->n_headers++];

  node->data = (char *) line;
  node->next = NULL;
  if (node != exchange->headers)
    node[-1].next = node;
}

/* The bytes as they came. Bytes that cannot stand in a header cannot have come from one.
 * `*out_line` is the owner of the line. */
static void
add_validator (TcnExchange *exchange, const char *name, GBytes *validator,
               char **out_line)
{
  gsize name_n = strlen (name);
  const char *bytes;
  char *line;
  gsize n;

  if (validator == NULL)
    return;
  bytes = g_bytes_get_data (validator, &n);
  if (n == 0 || memchr (bytes, '\0', n) != NULL || memchr (bytes, '\r', n) != NULL ||
      memchr (bytes, '\n', n) != NULL)
    return;
  line = g_malloc (name_n + n + 1);
  memcpy (line, name, name_n);
  memcpy (line + name_n, bytes, n);
  line[name_n + n] = '\0';
  *out_line = line;
  add_header (exchange, line);
}

/* A header of the feed's own takes the place of ours. */
static void
add_unless_own (TcnExchange *exchange, const char *const *own, const char *line)
{
  gsize n = strcspn (line, ":") + 1;

  for (guint i = 0; own != NULL && own[i] != NULL; i++)
    if (g_ascii_strncasecmp (own[i], line, n) == 0)
      return;
  add_header (exchange, line);
}

static void
set_headers (TcnExchange *exchange)
{
  const TcnExchangePlan *plan = exchange->plan;
  const TcnFetchRequest *request = plan->request;
  const char *const *own = plan->may_know && plan->options != NULL
                               ? (const char *const *) plan->options->headers
                               : NULL;
  guint n_own = own != NULL ? g_strv_length ((char **) own) : 0;

  exchange->headers = g_new (struct curl_slist, N_OUR_HEADERS + n_own);
  add_unless_own (exchange, own, plan->user_agent);
  add_unless_own (exchange, own, request->wants_page ? ACCEPT_PAGE : ACCEPT_FEED);
  add_unless_own (exchange, own, plan->accept_encoding);
  if (plan->is_conditional) {
    add_validator (exchange, "If-None-Match: ", request->etag, &exchange->etag_line);
    add_validator (exchange, "If-Modified-Since: ", request->last_modified,
                   &exchange->date_line);
  }
  if (plan->is_conditional && request->wants_delta && request->etag != NULL)
    add_header (exchange, "A-IM: feed");
  for (guint i = 0; i < n_own; i++)
    add_header (exchange, own[i]);
  TCN_SETOPT (exchange->easy, CURLOPT_HTTPHEADER, exchange->headers);
}

/* --- options --- */

/* Those that every exchange has, set once for a handle: to set all of them anew would be
 * a tenth of an unchanged poll. The bundle goes without a directory: with both, OpenSSL's
 * store is filled anew for every connection, 30 ms of CPU each. */
static CURL *
make_handle (const TcnExchangePlan *plan)
{
  CURL *easy = curl_easy_init ();

  g_assert (easy != NULL);
  TCN_SETOPT (easy, CURLOPT_NOSIGNAL, 1L);
  TCN_SETOPT (easy, CURLOPT_PROTOCOLS_STR, "http,https");
  TCN_SETOPT (easy, CURLOPT_FOLLOWLOCATION, 0L);
  TCN_SETOPT (easy, CURLOPT_ACCEPT_ENCODING, "");
  TCN_SETOPT (easy, CURLOPT_HEADERFUNCTION, take_header);
  TCN_SETOPT (easy, CURLOPT_WRITEFUNCTION, take_body);
  TCN_SETOPT (easy, CURLOPT_OPENSOCKETFUNCTION, open_checked_socket);
  TCN_SETOPT (easy, CURLOPT_CLOSESOCKETFUNCTION, tcn_closing_close);
  TCN_SETOPT (easy, CURLOPT_CLOSESOCKETDATA, plan->closing);
  TCN_SETOPT (easy, CURLOPT_PREREQFUNCTION, note_sending);
  TCN_SETOPT (easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  TCN_SETOPT (easy, CURLOPT_SSLVERSION, (long) CURL_SSLVERSION_TLSv1_2);
  if (plan->ca_bundle != NULL) {
    TCN_SETOPT (easy, CURLOPT_CAINFO, plan->ca_bundle);
    TCN_SETOPT (easy, CURLOPT_CAPATH, NULL);
  }
  return easy;
}

/* Those that every exchange sets anew. */
static void
set_options (TcnExchange *exchange)
{
  const TcnExchangePlan *plan = exchange->plan;
  CURL *easy = exchange->easy;

  TCN_SETOPT (easy, CURLOPT_ERRORBUFFER, exchange->curl_error);
  TCN_SETOPT (easy, CURLOPT_URL, plan->target->url);
  /* For the CONNECT, which has none of the headers. */
  TCN_SETOPT (easy, CURLOPT_USERAGENT,
              plan->proxy_port != 0 ? plan->user_agent + strlen (TCN_USER_AGENT) : NULL);
  TCN_SETOPT (easy, CURLOPT_HEADERDATA, exchange);
  TCN_SETOPT (easy, CURLOPT_WRITEDATA, exchange);
  TCN_SETOPT (easy, CURLOPT_OPENSOCKETDATA, exchange);
  TCN_SETOPT (easy, CURLOPT_PREREQDATA, exchange);
  TCN_SETOPT (easy, CURLOPT_PROXY, plan->proxy);
  /* Whoever redirects us must not choose, by a host that the environment exempts from the
   * proxy, a direct connection to that port of it. */
  TCN_SETOPT (easy, CURLOPT_NOPROXY,
              plan->proxy_port != 0 && !plan->may_be_private ? "" : NULL);
  TCN_SETOPT (easy, CURLOPT_TIMEOUT_MS, (long) plan->timeout_ms);
  TCN_SETOPT (easy, CURLOPT_CONNECTTIMEOUT_MS,
              (long) MIN (plan->timeout_ms, TCN_CONNECT_TIMEOUT_MS));
  TCN_SETOPT (easy, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t) plan->request->max_body);
}

/* TRUE when the handle has been given what is for one feed alone. */
static gboolean
set_credentials (const TcnExchangePlan *plan, CURL *easy)
{
  const TcnFetchOptions *options = plan->options;

  if (options != NULL && options->bearer != NULL) {
    TCN_SETOPT (easy, CURLOPT_HTTPAUTH, (long) CURLAUTH_BEARER);
    TCN_SETOPT (easy, CURLOPT_XOAUTH2_BEARER, options->bearer);
  } else if (options != NULL && options->user != NULL) {
    TCN_SETOPT (easy, CURLOPT_USERNAME, options->user);
    TCN_SETOPT (easy, CURLOPT_PASSWORD,
                options->password != NULL ? options->password : "");
  } else if (plan->user != NULL) {
    TCN_SETOPT (easy, CURLOPT_USERNAME, plan->user);
    TCN_SETOPT (easy, CURLOPT_PASSWORD, plan->password != NULL ? plan->password : "");
  } else {
    return FALSE;
  }
  return TRUE;
}

/* An empty pass phrase, or OpenSSL would ask for one on the terminal. */
static void
set_client_certificate (CURL *easy, const TcnFetchOptions *options)
{
  TCN_SETOPT (easy, CURLOPT_SSLCERT, options->client_cert);
  TCN_SETOPT (easy, CURLOPT_SSLKEY,
              options->client_key != NULL ? options->client_key : options->client_cert);
  TCN_SETOPT (easy, CURLOPT_KEYPASSWD, "");
}

/* The same of what a feed says of certificates, which counts for its own host. */
static gboolean
set_certificates (const TcnFetchOptions *options, CURL *easy)
{
  if (options->ca_file != NULL) {
    TCN_SETOPT (easy, CURLOPT_CAINFO, options->ca_file);
    TCN_SETOPT (easy, CURLOPT_CAPATH, NULL);
  }
  if (options->insecure_tls) {
    TCN_SETOPT (easy, CURLOPT_SSL_VERIFYPEER, 0L);
    TCN_SETOPT (easy, CURLOPT_SSL_VERIFYHOST, 0L);
  }
  if (options->client_cert != NULL)
    set_client_certificate (easy, options);
  return options->ca_file != NULL || options->insecure_tls ||
         options->client_cert != NULL;
}

/* The same of a feed's own way to connect. */
static gboolean
set_own_ways (const TcnExchangePlan *plan, CURL *easy)
{
  const TcnFetchOptions *options = plan->options;
  gboolean is_personal = FALSE;

  if (options == NULL)
    return FALSE;
  if (options->proxy != NULL && g_strcmp0 (options->proxy, plan->proxy) != 0) {
    TCN_SETOPT (easy, CURLOPT_PROXY, options->proxy);
    is_personal = TRUE;
  }
  if (plan->may_know)
    is_personal |= set_certificates (options, easy);
  return is_personal;
}

TcnExchange *
tcn_exchange_new (const TcnExchangePlan *plan, CURL *easy)
{
  TcnExchange *exchange = g_new0 (TcnExchange, 1);

  exchange->plan = plan;
  exchange->easy = easy != NULL ? easy : make_handle (plan);
  exchange->body = g_byte_array_new ();
  set_options (exchange);
  set_headers (exchange);
  exchange->is_personal = plan->may_know && set_credentials (plan, exchange->easy);
  exchange->is_personal |= set_own_ways (plan, exchange->easy);
  return exchange;
}

CURL *
tcn_exchange_finish (TcnExchange *exchange)
{
  CURL *easy = exchange->easy;
  /* libcurl counts for a handle how often it asked again, not for a request, and gives up at
   * the sixth time: years later, maybe. */
  gboolean is_used_up = exchange->is_personal || exchange->is_repeated;

  if (exchange->body != NULL) {
    *exchange->plan->shared_buffered -= exchange->body->len;
    g_byte_array_unref (exchange->body);
  }
  g_free (exchange->headers);
  g_free (exchange->etag_line);
  g_free (exchange->date_line);
  for (guint i = 0; i < TCN_N_HEADERS; i++)
    g_free (exchange->values[i]);
  g_clear_error (&exchange->error);
  g_clear_pointer (&exchange->sent_on, tcn_connection_unref);
  g_free (exchange);
  TCN_SETOPT (easy, CURLOPT_ERRORBUFFER, NULL);
  if (!is_used_up)
    return easy;
  curl_easy_cleanup (easy);
  return NULL;
}

/* --- the end --- */

static TcnFailure
class_code (const TcnExchange *exchange, CURLcode code)
{
  curl_off_t connected_us = 0;

  switch (code) {
  case CURLE_COULDNT_RESOLVE_HOST:
  case CURLE_COULDNT_RESOLVE_PROXY:
    return TCN_FAILURE_RESOLVE;
  case CURLE_COULDNT_CONNECT:
  case CURLE_PROXY:
    return TCN_FAILURE_CONNECT;
  case CURLE_OPERATION_TIMEDOUT:
    curl_easy_getinfo (exchange->easy, CURLINFO_CONNECT_TIME_T, &connected_us);
    return connected_us == 0 && !exchange->is_answered ? TCN_FAILURE_CONNECT
                                                       : TCN_FAILURE_TIMEOUT;
  case CURLE_PEER_FAILED_VERIFICATION:
  case CURLE_SSL_ISSUER_ERROR:
    return TCN_FAILURE_CERTIFICATE;
  case CURLE_SSL_CONNECT_ERROR:
  case CURLE_SSL_CERTPROBLEM:
  case CURLE_SSL_CIPHER:
  case CURLE_SSL_CACERT_BADFILE:
    return TCN_FAILURE_TLS;
  case CURLE_FILESIZE_EXCEEDED:
    return TCN_FAILURE_LIMIT;
  default:
    return TCN_FAILURE_PROTOCOL;
  }
}

static void
set_curl_error (const TcnExchange *exchange, CURLcode code, TcnFailure failure,
                GError **error)
{
  const char *reason =
      exchange->curl_error[0] != '\0' ? exchange->curl_error : curl_easy_strerror (code);

  if (code == CURLE_FILESIZE_EXCEEDED)
    g_set_error (error, TCN_ERROR, TCN_ERROR_LIMIT,
                 "the feed is larger than %" G_GSIZE_FORMAT " bytes",
                 exchange->plan->request->max_body);
  else if (code == CURLE_OUT_OF_MEMORY) /* what libcurl says of a header of a megabyte */
    g_set_error (error, TCN_ERROR, TCN_ERROR_FETCH_RETRY, "the headers are too large");
  else if (failure == TCN_FAILURE_TIMEOUT)
    g_set_error (error, TCN_ERROR, TCN_ERROR_FETCH_RETRY,
                 exchange->is_answered ? "the answer took too long"
                                       : "no answer in time");
  else
    g_set_error (error, TCN_ERROR, TCN_ERROR_FETCH_RETRY, "%c%s",
                 g_ascii_isupper (reason[0]) && g_ascii_islower (reason[1])
                     ? g_ascii_tolower (reason[0])
                     : reason[0],
                 reason + 1);
}

TcnFailure
tcn_exchange_judge (TcnExchange *exchange, CURLcode code, GError **error)
{
  TcnFailure failure;

  if (code == CURLE_OK || (exchange->is_done && exchange->error == NULL))
    return TCN_FAILURE_NONE;
  if (exchange->error != NULL) {
    g_propagate_error (error, g_steal_pointer (&exchange->error));
    return exchange->failure;
  }
  failure = class_code (exchange, code);
  set_curl_error (exchange, code, failure, error);
  return failure;
}

const char *
tcn_exchange_header (const TcnExchange *exchange, TcnHeader header)
{
  const char *value = exchange->values[header];

  return value != NULL && *value != '\0' ? value : NULL;
}
