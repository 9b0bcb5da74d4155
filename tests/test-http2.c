/* SPDX-License-Identifier: MIT */
/* HTTP/2: what depends on whose connection it is, and on how many go over one. */
#include <string.h>

#include "lib/fetching.h"
#include "net/fetcher.h"

typedef struct {
  TestServer *server;
  TcnFetcher *fetcher;
  TcnFetchOptions *options;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  const TcnFetchOptionValues values = { .insecure_tls = TRUE };
  TcnFetchSettings settings = test_fetch_settings ();

  settings.host_transfers = 4;
  f->server = test_server_start ();
  f->fetcher = tcn_fetcher_new (NULL, &settings);
  f->options = tcn_fetch_options_new (&values);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  tcn_fetcher_free (f->fetcher);
  tcn_fetch_options_unref (f->options);
  test_server_stop (f->server);
}

static void
count_kind (TcnFetchResult *result, gpointer data)
{
  guint *kinds = data;

  if (result->error != NULL)
    g_test_message ("%s", result->error->message);
  kinds[result->kind]++;
  tcn_fetch_result_free (result);
}

/* `n` requests at once, of the server at that address. */
static void
fetch (const Fixture *f, const char *address, const char *path, guint n, guint *kinds)
{
  g_autofree char *url =
      g_strdup_printf ("https://%s:%u%s", address, f->server->port, path);
  const TcnFetchRequest request = {
    .url = url,
    .options = f->options,
    .timeout_ms = 9000,
    .max_body = 1 << 20,
  };

  for (guint i = 0; i < n; i++)
    tcn_fetcher_start (f->fetcher, &request, count_kind, kinds);
  while (tcn_fetcher_n_pending (f->fetcher) > 0)
    g_main_context_iteration (NULL, TRUE);
}

static guint
count_requests (const Fixture *f, const char *target)
{
  g_autoptr (GPtrArray) requests = test_server_requests (f->server);
  guint n = 0;

  for (guint i = 0; i < requests->len; i++)
    n += g_str_equal (((const TestRequest *) requests->pdata[i])->target, target);
  return n;
}

static guint
last_connection (const Fixture *f)
{
  g_autoptr (GPtrArray) requests = test_server_requests (f->server);

  return ((const TestRequest *) requests->pdata[requests->len - 1])->connection;
}

/* --- refused before it was looked at --- */

static void
test_http2_asks_again_after_goaway (Fixture *f, gconstpointer data)
{
  guint kinds[TCN_FETCH_FAILED + 1] = { 0 };

  fetch (f, "127.0.0.1", "/t/h2-goaway-below-once", 1, kinds);

  g_assert_cmpuint (kinds[TCN_FETCH_CHANGED], ==, 1);
  g_assert_cmpuint (count_requests (f, "/t/h2-goaway-below-once"), ==, 2);
}

/* Of a connection that rested too long to be sure of. */
static void
test_http2_asks_again_after_a_rest (Fixture *f, gconstpointer data)
{
  guint kinds[TCN_FETCH_FAILED + 1] = { 0 };

  tcn_fetcher_set_brisk (f->fetcher, 0);
  fetch (f, "127.0.0.1", "/t/h2-200", 1, kinds);
  fetch (f, "127.0.0.1", "/t/h2-goaway-below-once", 1, kinds);

  g_assert_cmpuint (kinds[TCN_FETCH_CHANGED], ==, 2);
  g_assert_cmpuint (count_requests (f, "/t/h2-goaway-below-once"), ==, 2);
}

static void
test_http2_asks_twice_at_most (Fixture *f, gconstpointer data)
{
  static const char *const paths[] = { "/t/h2-goaway-below", "/t/h2-refused" };

  for (guint i = 0; i < G_N_ELEMENTS (paths); i++) {
    guint kinds[TCN_FETCH_FAILED + 1] = { 0 };

    fetch (f, "127.0.0.1", paths[i], 1, kinds);
    g_assert_cmpuint (kinds[TCN_FETCH_FAILED], ==, 1);
    g_assert_cmpuint (count_requests (f, paths[i]), ==, 2);
  }
}

static void
test_http2_asks_once_where_it_may_have_been_read (Fixture *f, gconstpointer data)
{
  static const char *const paths[] = { "/t/h2-closed", "/t/h2-goaway-silent",
                                       "/t/h2-closed-head", "/t/h2-cancelled" };

  for (guint i = 0; i < G_N_ELEMENTS (paths); i++) {
    guint kinds[TCN_FETCH_FAILED + 1] = { 0 };

    fetch (f, "127.0.0.1", paths[i], 1, kinds);
    g_assert_cmpuint (kinds[TCN_FETCH_FAILED], ==, 1);
    g_assert_cmpuint (count_requests (f, paths[i]), ==, 1);
  }
}

/* --- several over one connection --- */

static void
test_http2_shares_a_connection (Fixture *f, gconstpointer data)
{
  guint kinds[TCN_FETCH_FAILED + 1] = { 0 };
  guint first;

  fetch (f, "127.0.0.1", "/t/h2-200", 1, kinds);
  first = last_connection (f);
  fetch (f, "127.0.0.1", "/t/h2-200", 4, kinds);

  g_assert_cmpuint (kinds[TCN_FETCH_CHANGED], ==, 5);
  g_assert_cmpuint (last_connection (f), ==, first);
}

/* One that ends takes all that went over it along; none is asked for twice. */
static void
test_http2_ends_with_its_connection (Fixture *f, gconstpointer data)
{
  guint kinds[TCN_FETCH_FAILED + 1] = { 0 };

  fetch (f, "127.0.0.1", "/t/h2-200", 1, kinds);
  fetch (f, "127.0.0.1", "/t/h2-closed-body", 4, kinds);

  g_assert_cmpuint (kinds[TCN_FETCH_FAILED], ==, 4);
  g_assert_cmpuint (count_requests (f, "/t/h2-closed-body"), <=, 4);
}

/* The server of that address allows one at a time, and tells of more. */
static void
test_http2_keeps_to_the_streams_allowed (Fixture *f, gconstpointer data)
{
  guint kinds[TCN_FETCH_FAILED + 1] = { 0 };
  g_autofree char *log = NULL;

  fetch (f, "127.0.0.3", "/t/h2-200", 1, kinds);
  fetch (f, "127.0.0.3", "/t/h2-200", 8, kinds);

  g_assert_cmpuint (kinds[TCN_FETCH_CHANGED], ==, 9);
  g_assert_cmpuint (count_requests (f, "/t/h2-200"), ==, 9);
  g_assert_true (g_file_get_contents (f->server->log, &log, NULL, NULL));
  g_assert_null (strstr (log, "CROWD"));
}

/* --- where it is not spoken --- */

static void
test_http2_falls_back (Fixture *f, gconstpointer data)
{
  guint kinds[TCN_FETCH_FAILED + 1] = { 0 };
  g_autoptr (GPtrArray) requests = NULL;
  const TestRequest *last;

  fetch (f, "127.0.0.2", "/t/h2-200", 2, kinds);
  requests = test_server_requests (f->server);
  last = requests->pdata[requests->len - 1];

  g_assert_cmpuint (kinds[TCN_FETCH_CHANGED], ==, 2);
  g_assert_cmpuint (requests->len, ==, 2);
  /* Names of HTTP/2 have no capitals. */
  g_assert_true (g_strv_contains ((const char *const *) last->headers,
                                  "User-Agent: tocsin/" PACKAGE_VERSION));
}

#define ADD(name, function)                                                              \
  g_test_add ("/http2/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_set_nonfatal_assertions ();
  ADD ("asks-again-after-goaway", test_http2_asks_again_after_goaway);
  ADD ("asks-again-after-a-rest", test_http2_asks_again_after_a_rest);
  ADD ("asks-twice-at-most", test_http2_asks_twice_at_most);
  ADD ("asks-once-where-it-may-have-been-read",
       test_http2_asks_once_where_it_may_have_been_read);
  ADD ("shares-a-connection", test_http2_shares_a_connection);
  ADD ("ends-with-its-connection", test_http2_ends_with_its_connection);
  ADD ("keeps-to-the-streams-allowed", test_http2_keeps_to_the_streams_allowed);
  ADD ("falls-back", test_http2_falls_back);
  return g_test_run ();
}
