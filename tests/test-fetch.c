/* SPDX-License-Identifier: MIT */
#include "tocsin/fetch.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/fetching.h"
#include "net/answer.h"
#include "net/fetcher.h"

typedef struct {
  TestServer *server;
  TcnFetcher *fetcher;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  TcnFetchSettings settings = test_fetch_settings ();

  fixture->server = test_server_start ();
  fixture->fetcher = tcn_fetcher_new (NULL, &settings);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  tcn_fetcher_free (fixture->fetcher);
  test_server_stop (fixture->server);
}

static TcnFetchResult *
fetch_path (Fixture *fixture, const char *path)
{
  g_autofree char *url = test_server_url (fixture->server, path);

  return test_fetch_url (fixture->fetcher, url);
}

/* Asks again with what the last answer gave. */
static TcnFetchResult *
fetch_again (Fixture *fixture, const char *path, const TcnFetchResult *last)
{
  g_autofree char *url = test_server_url (fixture->server, path);
  const TcnFetchRequest request = {
    .url = url,
    .etag = last->etag,
    .last_modified = last->last_modified,
    .timeout_ms = 10000,
    .max_body = 1 << 20,
    .wants_delta = TRUE,
  };

  return tcn_fetcher_fetch (fixture->fetcher, &request);
}

static void
assert_bytes (GBytes *bytes, const char *expected)
{
  g_autofree char *text = NULL;

  g_assert_nonnull (bytes);
  text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  g_assert_cmpstr (text, ==, expected);
}

/* --- the good path --- */

static void
test_fetch_brings_a_file (Fixture *fixture, gconstpointer data)
{
  g_autoptr (TcnFetchResult) result = NULL;

  test_server_put (fixture->server, "a.xml", "<rss/>");
  result = fetch_path (fixture, "/a.xml");

  g_assert_no_error (result->error);
  g_assert_cmpint (result->kind, ==, TCN_FETCH_CHANGED);
  g_assert_cmpuint (result->http_status, ==, 200);
  assert_bytes (result->body, "<rss/>");
  g_assert_cmpuint (result->body_hash, !=, 0);
  g_assert_nonnull (result->etag);
  g_assert_nonnull (result->last_modified);
  g_assert_cmpstr (result->content_type, ==, "application/xml");
  g_assert_true (g_str_has_suffix (result->effective_url, "/a.xml"));
  g_assert_null (result->permanent_url);
  g_assert_cmpint (result->fresh_for_s, ==, -1);
  g_assert_cmpint (result->retry_after_s, ==, -1);
}

static void
test_fetch_unchanged_is_a_304 (Fixture *fixture, gconstpointer data)
{
  g_autoptr (TcnFetchResult) first = NULL;
  g_autoptr (TcnFetchResult) second = NULL;

  test_server_put (fixture->server, "a.xml", "<rss/>");
  first = fetch_path (fixture, "/a.xml");
  second = fetch_again (fixture, "/a.xml", first);

  g_assert_cmpint (second->kind, ==, TCN_FETCH_UNCHANGED);
  g_assert_null (second->body);
}

static void
test_fetch_echoes_odd_validators (Fixture *fixture, gconstpointer data)
{
  static const char *const paths[] = {
    "/etag-odd",
    "/validators?etag=no-quotes",
    "/validators?etag=W/%22weak%22",
    "/validators?etag=%22a%22,%22b%22",
    "/validators?date=Thu,+01+Jan+1970+00:00:00+GMT",
    "/validators?date=2026-11-22T10:00:00Z",
    "/validators?etag=%22x%22&date=Sunday,+22-Nov-26+10:00:00+GMT",
  };

  for (guint i = 0; i < G_N_ELEMENTS (paths); i++) {
    g_autoptr (TcnFetchResult) first = fetch_path (fixture, paths[i]);
    g_autoptr (TcnFetchResult) second = fetch_again (fixture, paths[i], first);

    g_test_message ("%s", paths[i]);
    g_assert_cmpint (first->kind, ==, TCN_FETCH_CHANGED);
    g_assert_cmpint (second->kind, ==, TCN_FETCH_UNCHANGED);
  }
}

static void
test_fetch_sends_an_honest_request (Fixture *fixture, gconstpointer data)
{
  g_autoptr (TcnFetchResult) first = fetch_path (fixture, "/cookies");
  g_autoptr (TcnFetchResult) second = fetch_path (fixture, "/cookies");
  g_autoptr (GPtrArray) requests = test_server_requests (fixture->server);

  g_assert_cmpuint (requests->len, ==, 2);
  for (guint i = 0; i < requests->len; i++) {
    const TestRequest *request = g_ptr_array_index (requests, i);

    g_assert_true (
        g_str_has_prefix (test_request_header (request, "User-Agent"), "tocsin/"));
    g_assert_nonnull (strstr (test_request_header (request, "Accept"), "atom+xml"));
    g_assert_nonnull (strstr (test_request_header (request, "Accept-Encoding"), "gzip"));
    g_assert_null (test_request_header (request, "Cookie"));
    g_assert_null (test_request_header (request, "Referer"));
    g_assert_null (test_request_header (request, "If-None-Match"));
    g_assert_null (test_request_header (request, "If-Modified-Since"));
    g_assert_null (test_request_header (request, "A-IM"));
  }
}

static guint
count_headers (const TestRequest *request, const char *prefix)
{
  guint n = 0;

  for (guint i = 0; request->headers[i] != NULL; i++)
    n += g_str_has_prefix (request->headers[i], prefix);
  return n;
}

static void
test_fetch_takes_headers_in_place_of_its_own (Fixture *fixture, gconstpointer data)
{
  static const char *const headers[] = { "User-Agent: me", "Accept: x/y",
                                         "Accept-Encoding: gzip", NULL };
  const TcnFetchOptionValues values = { .headers = headers };
  g_autoptr (TcnFetchOptions) options = tcn_fetch_options_new (&values);
  g_autofree char *url = test_server_url (fixture->server, "/answer");
  const TcnFetchRequest request = {
    .url = url, .options = options, .timeout_ms = 9000, .max_body = 1 << 20
  };
  g_autoptr (TcnFetchResult) result = tcn_fetcher_fetch (fixture->fetcher, &request);
  g_autoptr (GPtrArray) requests = test_server_requests (fixture->server);
  const TestRequest *seen = g_ptr_array_index (requests, 0);

  g_assert_no_error (result->error);
  for (guint i = 0; headers[i] != NULL; i++) {
    g_autofree char *name = g_strndup (headers[i], strcspn (headers[i], ":") + 1);

    g_assert_cmpuint (count_headers (seen, headers[i]), ==, 1);
    g_assert_cmpuint (count_headers (seen, name), ==, 1);
  }
}

static void
test_fetch_keeps_the_connection (Fixture *fixture, gconstpointer data)
{
  g_autoptr (TcnFetchResult) first = fetch_path (fixture, "/answer");
  g_autoptr (TcnFetchResult) second = fetch_path (fixture, "/404");
  g_autoptr (TcnFetchResult) third = fetch_path (fixture, "/answer");
  g_autoptr (GPtrArray) requests = test_server_requests (fixture->server);

  for (guint i = 0; i < 3; i++) {
    const TestRequest *request = g_ptr_array_index (requests, i);

    g_assert_cmpuint (request->connection, ==, 1);
  }
}

static gboolean
set_flag (gpointer data)
{
  *(gboolean *) data = TRUE;
  return G_SOURCE_REMOVE;
}

static void
test_fetch_closes_idle_connections (Fixture *fixture, gconstpointer data)
{
  g_autoptr (TcnFetchResult) first = NULL;
  g_autoptr (TcnFetchResult) second = NULL;
  g_autoptr (GPtrArray) requests = NULL;
  gboolean is_over = FALSE;

  tcn_fetcher_set_idle_close (fixture->fetcher, 10);
  first = fetch_path (fixture, "/answer");
  g_timeout_add (60, set_flag, &is_over);
  while (!is_over)
    g_main_context_iteration (NULL, TRUE);
  second = fetch_path (fixture, "/answer");
  requests = test_server_requests (fixture->server);

  g_assert_cmpint (second->kind, ==, TCN_FETCH_CHANGED);
  g_assert_cmpuint (((TestRequest *) g_ptr_array_index (requests, 1))->connection, ==, 2);
}

static void
test_fetch_decodes_gzip (Fixture *fixture, gconstpointer data)
{
  g_autoptr (TcnFetchResult) result = fetch_path (fixture, "/gzip");

  g_assert_cmpint (result->kind, ==, TCN_FETCH_CHANGED);
  g_assert_nonnull (g_strstr_len (g_bytes_get_data (result->body, NULL),
                                  (gssize) g_bytes_get_size (result->body), "</rss>"));
}

static void
test_fetch_takes_a_delta (Fixture *fixture, gconstpointer data)
{
  g_autoptr (TcnFetchResult) first = fetch_path (fixture, "/delta-226");
  g_autoptr (TcnFetchResult) second = fetch_again (fixture, "/delta-226", first);

  g_assert_cmpint (first->kind, ==, TCN_FETCH_CHANGED);
  g_assert_cmpint (second->kind, ==, TCN_FETCH_DELTA);
  assert_bytes (second->etag, "\"d2\"");
}

static void
test_fetch_reports_rotated_validators_of_a_304 (Fixture *fixture, gconstpointer data)
{
  g_autoptr (TcnFetchResult) first = fetch_path (fixture, "/304-rotating");
  g_autoptr (TcnFetchResult) second = fetch_again (fixture, "/304-rotating", first);

  assert_bytes (first->etag, "\"r0\"");
  g_assert_cmpint (second->kind, ==, TCN_FETCH_UNCHANGED);
  assert_bytes (second->etag, "\"r1\"");
}

static void
test_fetch_reports_dropped_validators (Fixture *fixture, gconstpointer data)
{
  g_autoptr (TcnFetchResult) first = fetch_path (fixture, "/etag-drop");
  g_autoptr (TcnFetchResult) second = fetch_again (fixture, "/etag-drop", first);

  assert_bytes (first->etag, "\"once\"");
  g_assert_null (second->etag);
}

static void
test_fetch_reads_hints (Fixture *fixture, gconstpointer data)
{
  g_autoptr (TcnFetchResult) aged = fetch_path (
      fixture, "/answer?header=Cache-Control:+public,+max-age=3600&header2=Age:+600");
  g_autoptr (TcnFetchResult) two_lines = fetch_path (
      fixture, "/answer?header=Cache-Control:+public&header2=Cache-Control:+max-age=60");
  g_autoptr (TcnFetchResult) expiring = fetch_path (
      fixture, "/answer?header=Expires:+Sun,+22+Nov+2020+11:00:00+GMT&header2=Date:+Sun,+"
               "22+Nov+2020+10:30:00+GMT");

  g_assert_cmpint (aged->fresh_for_s, ==, 3000);
  g_assert_cmpint (two_lines->fresh_for_s, ==, 60);
  g_assert_cmpint (expiring->fresh_for_s, ==, 1800);
}

static void
test_fetch_takes_an_empty_body (Fixture *fixture, gconstpointer data)
{
  g_autoptr (TcnFetchResult) result = fetch_path (fixture, "/empty");

  g_assert_cmpint (result->kind, ==, TCN_FETCH_CHANGED);
  g_assert_cmpuint (g_bytes_get_size (result->body), ==, 0);
  g_assert_cmpuint (result->body_hash, !=, 0);
}

/* One bit anywhere makes another hash, whatever the length. */
static void
test_fetch_hashes_every_byte (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GHashTable) seen =
      g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  guint8 bytes[40] = { 0 };

  for (guint n = 0; n <= sizeof bytes; n++) {
    for (guint bit = 0; bit < 8 * n + 1; bit++) {
      guint64 *hash = g_new (guint64, 1);

      if (bit < 8 * n)
        bytes[bit / 8] ^= (guint8) (1 << bit % 8);
      *hash = tcn_answer_hash (bytes, n);
      if (bit < 8 * n)
        bytes[bit / 8] ^= (guint8) (1 << bit % 8);
      g_assert_true (g_hash_table_add (seen, hash));
    }
  }
}

/* --- refusals and failures --- */

typedef struct {
  const char *path;
  TcnFailure failure;
  guint status;
} FailureRow;

static void
test_fetch_classes_failures (Fixture *fixture, gconstpointer data)
{
  static const FailureRow rows[] = {
    { "/404", TCN_FAILURE_HTTP, 404 },
    { "/500", TCN_FAILURE_HTTP, 500 },
    { "/503?retry-after=120", TCN_FAILURE_HTTP, 503 },
    { "/410", TCN_FAILURE_HTTP, 410 },
    { "/401", TCN_FAILURE_HTTP, 401 },
    { "/304-always", TCN_FAILURE_HTTP, 304 },
    { "/answer?status=204", TCN_FAILURE_HTTP, 204 },
    { "/answer?status=206", TCN_FAILURE_HTTP, 206 },
    { "/answer?status=300", TCN_FAILURE_HTTP, 300 },
    { "/answer?status=302", TCN_FAILURE_HTTP, 302 },
    { "/gzip-lie", TCN_FAILURE_PROTOCOL, 200 },
    { "/gzip-twice", TCN_FAILURE_PROTOCOL, 200 },
    { "/gzip-double", TCN_FAILURE_PROTOCOL, 200 },
    { "/bad-chunk", TCN_FAILURE_PROTOCOL, 200 },
    { "/chunk-truncated", TCN_FAILURE_PROTOCOL, 200 },
    { "/cl-long", TCN_FAILURE_PROTOCOL, 200 },
    { "/cl-conflict", TCN_FAILURE_PROTOCOL, 200 },
    { "/rst-mid", TCN_FAILURE_PROTOCOL, 200 },
    { "/garbage", TCN_FAILURE_PROTOCOL, 0 },
    { "/close", TCN_FAILURE_PROTOCOL, 0 },
    { "/header-1mb", TCN_FAILURE_PROTOCOL, 200 },
    { "/headers-endless", TCN_FAILURE_PROTOCOL, 200 },
    { "/gzip-bomb?mib=16", TCN_FAILURE_LIMIT, 200 },
    { "/endless-chunked", TCN_FAILURE_LIMIT, 200 },
    { "/endless-close", TCN_FAILURE_LIMIT, 200 },
    { "/redirect-loop", TCN_FAILURE_REFUSED, 302 },
    { "/redirect-count?n=11", TCN_FAILURE_REFUSED, 301 },
    { "/redirect?to=file:///etc/passwd", TCN_FAILURE_REFUSED, 302 },
    { "/redirect?to=ftp://127.0.0.1/x", TCN_FAILURE_REFUSED, 302 },
    { "/redirect?to=gopher://127.0.0.1:70/x", TCN_FAILURE_REFUSED, 302 },
    { "/redirect?to=javascript:alert(1)", TCN_FAILURE_REFUSED, 302 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (TcnFetchResult) result = fetch_path (fixture, rows[i].path);

    g_test_message ("%s: %s", rows[i].path,
                    result->error != NULL ? result->error->message : "no error");
    g_assert_cmpint (result->kind, ==, TCN_FETCH_FAILED);
    g_assert_nonnull (result->error);
    g_assert_cmpstr (tcn_failure_name (result->failure), ==,
                     tcn_failure_name (rows[i].failure));
    g_assert_cmpuint (result->http_status, ==, rows[i].status);
    g_assert_null (result->body);
    g_assert_null (result->etag);
  }
}

static void
test_fetch_names_gone (Fixture *fixture, gconstpointer data)
{
  g_autoptr (TcnFetchResult) result = fetch_path (fixture, "/410");

  g_assert_error (result->error, TCN_ERROR, TCN_ERROR_FETCH_GONE);
}

static void
test_fetch_gives_up_on_silence (Fixture *fixture, gconstpointer data)
{
  g_autofree char *url = test_server_url (fixture->server, "/silent");
  const TcnFetchRequest request = { .url = url, .timeout_ms = 300, .max_body = 1 << 20 };
  g_autoptr (TcnFetchResult) result = tcn_fetcher_fetch (fixture->fetcher, &request);

  g_assert_cmpint (result->failure, ==, TCN_FAILURE_TIMEOUT);
  g_assert_cmpint (result->duration_us, <, 5 * G_USEC_PER_SEC);
}

static void
test_fetch_gives_up_on_a_drip (Fixture *fixture, gconstpointer data)
{
  static const char *const paths[] = { "/slow-drip?ms=50", "/slow-headers?ms=50" };

  tcn_fetcher_set_patience (fixture->fetcher, 60);
  for (guint i = 0; i < G_N_ELEMENTS (paths); i++) {
    g_autoptr (TcnFetchResult) result = fetch_path (fixture, paths[i]);

    g_assert_cmpint (result->failure, ==, TCN_FAILURE_TIMEOUT);
    g_assert_cmpint (result->duration_us, <, 5 * G_USEC_PER_SEC);
  }
}

static void
test_fetch_lets_a_server_think (Fixture *fixture, gconstpointer data)
{
  g_autoptr (TcnFetchResult) result = NULL;

  tcn_fetcher_set_patience (fixture->fetcher, 20);
  result = fetch_path (fixture, "/delay?ms=300");

  g_assert_cmpint (result->kind, ==, TCN_FETCH_CHANGED);
}

static void
test_fetch_tells_nobody_there (Fixture *fixture, gconstpointer data)
{
  g_autoptr (TcnFetchResult) closed =
      test_fetch_url (fixture->fetcher, "http://127.0.0.1:1/feed");
  g_autoptr (TcnFetchResult) unknown =
      test_fetch_url (fixture->fetcher, "http://no-such-host.invalid/feed");

  g_assert_cmpint (closed->failure, ==, TCN_FAILURE_CONNECT);
  g_assert_cmpint (unknown->failure, ==, TCN_FAILURE_RESOLVE);
}

static void
test_fetch_refuses_other_urls (Fixture *fixture, gconstpointer data)
{
  static const char *const urls[] = { "ftp://127.0.0.1/x", "http://", "http://a b/",
                                      "https://[::1", "gopher://127.0.0.1/" };

  for (guint i = 0; i < G_N_ELEMENTS (urls); i++) {
    g_autoptr (TcnFetchResult) result = test_fetch_url (fixture->fetcher, urls[i]);

    g_assert_cmpint (result->failure, ==, TCN_FAILURE_REFUSED);
    g_assert_nonnull (result->error);
  }
}

/* --- files --- */

static void
test_fetch_reads_a_file (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->server->dir, "b c.xml", NULL);
  g_autofree char *url = g_filename_to_uri (path, NULL, NULL);
  g_autoptr (TcnFetchResult) by_path = NULL;
  g_autoptr (TcnFetchResult) by_url = NULL;

  test_server_put (fixture->server, "b c.xml", "<rss/>");
  by_path = test_fetch_url (fixture->fetcher, path);
  by_url = test_fetch_url (fixture->fetcher, url);

  g_assert_cmpint (by_path->kind, ==, TCN_FETCH_CHANGED);
  assert_bytes (by_path->body, "<rss/>");
  assert_bytes (by_url->body, "<rss/>");
  g_assert_null (by_path->etag); /* too fresh to be told from its next state */
}

static void
test_fetch_file_unchanged_is_not_read (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->server->dir, "old.xml", NULL);
  const struct timespec times[] = { { .tv_sec = 1000000 }, { .tv_sec = 1000000 } };
  TcnFetchRequest request = { .url = path, .timeout_ms = 1000, .max_body = 100 };
  g_autoptr (TcnFetchResult) first = NULL;
  g_autoptr (TcnFetchResult) second = NULL;
  g_autoptr (TcnFetchResult) third = NULL;

  test_server_put (fixture->server, "old.xml", "<rss/>");
  g_assert_cmpint (utimensat (AT_FDCWD, path, times, 0), ==, 0);
  first = tcn_fetcher_fetch (fixture->fetcher, &request);
  request.etag = first->etag;
  second = tcn_fetcher_fetch (fixture->fetcher, &request);
  test_server_put (fixture->server, "old.xml", "<rss></rss>");
  third = tcn_fetcher_fetch (fixture->fetcher, &request);

  g_assert_nonnull (first->etag);
  g_assert_cmpint (second->kind, ==, TCN_FETCH_UNCHANGED);
  g_assert_cmpint (third->kind, ==, TCN_FETCH_CHANGED);
}

static void
test_fetch_refuses_odd_files (Fixture *fixture, gconstpointer data)
{
  static const char *const paths[] = { "/dev/zero", "/", "/no/such/file" };

  for (guint i = 0; i < G_N_ELEMENTS (paths); i++) {
    g_autoptr (TcnFetchResult) result = test_fetch_url (fixture->fetcher, paths[i]);

    g_assert_cmpint (result->failure, ==, TCN_FAILURE_FILE);
  }
}

static void
test_fetch_file_has_a_ceiling (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->server->dir, "big.xml", NULL);
  const TcnFetchRequest request = { .url = path, .timeout_ms = 1000, .max_body = 5 };
  g_autoptr (TcnFetchResult) result = NULL;

  test_server_put (fixture->server, "big.xml", "<rss/>");
  result = tcn_fetcher_fetch (fixture->fetcher, &request);

  g_assert_cmpint (result->failure, ==, TCN_FAILURE_LIMIT);
  g_assert_error (result->error, TCN_ERROR, TCN_ERROR_LIMIT);
}

/* --- all together --- */

static void
count_kind (TcnFetchResult *result, gpointer data)
{
  ((guint *) data)[result->kind]++;
  tcn_fetch_result_free (result);
}

/* Bodies that are too much together are nobody's failure. */
static void
test_fetch_large_bodies_wait_for_room (Fixture *fixture, gconstpointer data)
{
  guint kinds[TCN_FETCH_FAILED + 1] = { 0 };

  for (guint i = 1; i <= 5; i++) {
    g_autofree char *url =
        g_strdup_printf ("http://127.0.0.%u:%u/large?mib=20", i, fixture->server->port);
    const TcnFetchRequest request = { .url = url,
                                      .timeout_ms = 20000,
                                      .max_body = 24 << 20 };

    tcn_fetcher_start (fixture->fetcher, &request, count_kind, kinds);
  }
  while (tcn_fetcher_n_pending (fixture->fetcher) > 0)
    g_main_context_iteration (NULL, TRUE);

  g_assert_cmpuint (kinds[TCN_FETCH_FAILED], ==, 0);
  g_assert_cmpuint (kinds[TCN_FETCH_CHANGED], >=, 1);
  g_assert_cmpuint (kinds[TCN_FETCH_CHANGED] + kinds[TCN_FETCH_POSTPONED], ==, 5);
}

/* --- a server that reads and closes --- */

static guint
count_target (Fixture *fixture, const char *target)
{
  g_autoptr (GPtrArray) requests = test_server_requests (fixture->server);
  guint n = 0;

  for (guint i = 0; i < requests->len; i++)
    n += g_str_equal (((TestRequest *) requests->pdata[i])->target, target);
  return n;
}

static void
test_fetch_asks_again_after_an_idle_end (Fixture *fixture, gconstpointer data)
{
  g_autoptr (TcnFetchResult) first = NULL;
  g_autoptr (TcnFetchResult) second = NULL;

  tcn_fetcher_set_brisk (fixture->fetcher, 0);
  first = fetch_path (fixture, "/answer");
  second = fetch_path (fixture, "/close");

  g_assert_cmpint (second->failure, ==, TCN_FAILURE_PROTOCOL);
  g_assert_cmpuint (second->n_requests, ==, 2);
  g_assert_cmpuint (count_target (fixture, "/close"), ==, 2);
}

/* Every time: libcurl counts how often, and after five times gives up. */
static void
test_fetch_asks_again_as_often_as_ever (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < 13; i++) {
    gboolean may_ask_again = i >= 5;
    g_autoptr (TcnFetchResult) first = NULL;
    g_autoptr (TcnFetchResult) second = NULL;

    tcn_fetcher_set_brisk (fixture->fetcher, may_ask_again ? 0 : 60000);
    first = fetch_path (fixture, "/answer");
    second = fetch_path (fixture, "/close");
    g_assert_cmpuint (second->n_requests, ==, may_ask_again ? 2 : 1);
  }
}

static void
test_fetch_asks_once_right_after_an_answer (Fixture *fixture, gconstpointer data)
{
  g_autoptr (TcnFetchResult) first = NULL;
  g_autoptr (TcnFetchResult) second = NULL;

  tcn_fetcher_set_brisk (fixture->fetcher, 60000);
  first = fetch_path (fixture, "/answer");
  second = fetch_path (fixture, "/close");

  g_assert_cmpint (second->failure, ==, TCN_FAILURE_PROTOCOL);
  g_assert_cmpuint (second->n_requests, ==, 1);
  g_assert_cmpuint (count_target (fixture, "/close"), ==, 1);
}

/* However many connections to it are kept. */
static void
test_fetch_asks_twice_at_most (Fixture *fixture, gconstpointer data)
{
  TcnFetchSettings settings = test_fetch_settings ();
  g_autofree char *url = test_server_url (fixture->server, "/delay?ms=100");
  const TcnFetchRequest request = { .url = url, .timeout_ms = 9000, .max_body = 1 << 20 };
  guint kinds[TCN_FETCH_FAILED + 1] = { 0 };
  g_autoptr (TcnFetchResult) last = NULL;

  settings.host_transfers = 4;
  tcn_fetcher_configure (fixture->fetcher, &settings);
  tcn_fetcher_set_brisk (fixture->fetcher, 0);
  for (guint i = 0; i < settings.host_transfers; i++)
    tcn_fetcher_start (fixture->fetcher, &request, count_kind, kinds);
  while (tcn_fetcher_n_pending (fixture->fetcher) > 0)
    g_main_context_iteration (NULL, TRUE);
  last = fetch_path (fixture, "/close");

  g_assert_cmpuint (kinds[TCN_FETCH_CHANGED], ==, 4);
  g_assert_cmpint (last->failure, ==, TCN_FAILURE_PROTOCOL);
  g_assert_cmpuint (count_target (fixture, "/close"), ==, 2);
}

/* --- life --- */

static void
count_result (TcnFetchResult *result, gpointer data)
{
  tcn_fetch_result_free (result);
  (*(guint *) data)++;
}

static void
test_fetch_cancel_calls_nobody (Fixture *fixture, gconstpointer data)
{
  static const char *const paths[] = { "/silent", "/silent", "/answer" };
  guint handles[G_N_ELEMENTS (paths) + 1];
  guint n_called = 0;
  g_autoptr (TcnFetchResult) last = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (paths); i++) {
    g_autofree char *url = test_server_url (fixture->server, paths[i]);
    const TcnFetchRequest request = { .url = url,
                                      .timeout_ms = 9000,
                                      .max_body = 1 << 20 };

    handles[i] = tcn_fetcher_start (fixture->fetcher, &request, count_result, &n_called);
  }
  handles[3] = tcn_fetcher_start (fixture->fetcher,
                                  &(TcnFetchRequest){ .url = "/dev/null", .max_body = 1 },
                                  count_result, &n_called);
  for (guint i = 0; i < 20; i++)
    g_main_context_iteration (NULL, FALSE);
  for (guint i = 0; i < G_N_ELEMENTS (handles); i++)
    tcn_fetcher_cancel (fixture->fetcher, handles[i]);
  g_assert_cmpuint (tcn_fetcher_n_pending (fixture->fetcher), ==, 0);
  last = fetch_path (fixture, "/answer");

  g_assert_cmpint (last->kind, ==, TCN_FETCH_CHANGED);
  g_assert_cmpuint (n_called, <=, 1); /* the file may have been read in those turns */
}

static void
test_fetch_free_ends_everything (Fixture *fixture, gconstpointer data)
{
  TcnFetchSettings settings = test_fetch_settings ();
  TcnFetcher *fetcher = tcn_fetcher_new (NULL, &settings);
  g_autofree char *url = test_server_url (fixture->server, "/silent");
  const TcnFetchRequest silent = { .url = url, .timeout_ms = 9000, .max_body = 1 };
  const TcnFetchRequest file = { .url = "/etc/services", .timeout_ms = 9, .max_body = 1 };
  guint n_called = 0;

  tcn_fetcher_start (fetcher, &silent, count_result, &n_called);
  tcn_fetcher_start (fetcher, &silent, count_result, &n_called);
  for (guint i = 0; i < 20; i++)
    g_main_context_iteration (NULL, FALSE);
  tcn_fetcher_start (fetcher, &file, count_result, &n_called);
  tcn_fetcher_free (fetcher);
  for (guint i = 0; i < 20; i++)
    g_main_context_iteration (NULL, FALSE);

  g_assert_cmpuint (n_called, ==, 0);
}

#define ADD(name, function)                                                              \
  g_test_add ("/fetch/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("brings-a-file", test_fetch_brings_a_file);
  ADD ("unchanged-is-a-304", test_fetch_unchanged_is_a_304);
  ADD ("echoes-odd-validators", test_fetch_echoes_odd_validators);
  ADD ("sends-an-honest-request", test_fetch_sends_an_honest_request);
  ADD ("takes-headers-in-place-of-its-own", test_fetch_takes_headers_in_place_of_its_own);
  ADD ("keeps-the-connection", test_fetch_keeps_the_connection);
  ADD ("closes-idle-connections", test_fetch_closes_idle_connections);
  ADD ("decodes-gzip", test_fetch_decodes_gzip);
  ADD ("takes-a-delta", test_fetch_takes_a_delta);
  ADD ("reports-rotated-validators-of-a-304",
       test_fetch_reports_rotated_validators_of_a_304);
  ADD ("reports-dropped-validators", test_fetch_reports_dropped_validators);
  ADD ("reads-hints", test_fetch_reads_hints);
  ADD ("takes-an-empty-body", test_fetch_takes_an_empty_body);
  ADD ("hashes-every-byte", test_fetch_hashes_every_byte);
  ADD ("classes-failures", test_fetch_classes_failures);
  ADD ("names-gone", test_fetch_names_gone);
  ADD ("gives-up-on-silence", test_fetch_gives_up_on_silence);
  ADD ("gives-up-on-a-drip", test_fetch_gives_up_on_a_drip);
  ADD ("lets-a-server-think", test_fetch_lets_a_server_think);
  ADD ("tells-nobody-there", test_fetch_tells_nobody_there);
  ADD ("refuses-other-urls", test_fetch_refuses_other_urls);
  ADD ("reads-a-file", test_fetch_reads_a_file);
  ADD ("file-unchanged-is-not-read", test_fetch_file_unchanged_is_not_read);
  ADD ("refuses-odd-files", test_fetch_refuses_odd_files);
  ADD ("file-has-a-ceiling", test_fetch_file_has_a_ceiling);
  ADD ("large-bodies-wait-for-room", test_fetch_large_bodies_wait_for_room);
  ADD ("asks-again-after-an-idle-end", test_fetch_asks_again_after_an_idle_end);
  ADD ("asks-again-as-often-as-ever", test_fetch_asks_again_as_often_as_ever);
  ADD ("asks-once-right-after-an-answer", test_fetch_asks_once_right_after_an_answer);
  ADD ("asks-twice-at-most", test_fetch_asks_twice_at_most);
  ADD ("cancel-calls-nobody", test_fetch_cancel_calls_nobody);
  ADD ("free-ends-everything", test_fetch_free_ends_everything);
  return g_test_run ();
}
