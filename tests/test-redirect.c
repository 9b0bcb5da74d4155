/* SPDX-License-Identifier: MIT */
/*
 * Where a redirect may lead, and what is sent there. No case connects to anything but the
 * loopback: what must be refused is refused before, and public hosts are had by asking the
 * test server as a proxy.
 */
#include <string.h>

#include "lib/fetching.h"
#include "net/fetcher.h"

typedef struct {
  TestServer *server;
  TcnFetcher *fetcher;
  TcnFetcher *proxied; /* through the server, for every host */
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  TcnFetchSettings settings = test_fetch_settings ();
  g_autofree char *proxy = NULL;
  g_autofree char *entry = NULL;

  fixture->server = test_server_start ();
  fixture->fetcher = tcn_fetcher_new (NULL, &settings);
  entry = g_strdup_printf ("inside.example:%u:127.0.0.1", fixture->server->port);
  tcn_fetcher_add_host (fixture->fetcher, entry);
  proxy = test_server_url (fixture->server, "");
  settings.proxy = proxy;
  fixture->proxied = tcn_fetcher_new (NULL, &settings);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  tcn_fetcher_free (fixture->fetcher);
  tcn_fetcher_free (fixture->proxied);
  test_server_stop (fixture->server);
}

static TcnFetchResult *
fetch_redirect (Fixture *fixture, guint status, const char *to)
{
  g_autofree char *escaped = g_uri_escape_string (to, NULL, FALSE);
  g_autofree char *path = g_strdup_printf ("/redirect?status=%u&to=%s", status, escaped);
  g_autofree char *url = test_server_url (fixture->server, path);

  return test_fetch_url (fixture->fetcher, url);
}

static guint
count_requests (Fixture *fixture)
{
  g_autoptr (GPtrArray) requests = test_server_requests (fixture->server);

  return requests->len;
}

static void
test_redirect_to_private_is_refused (Fixture *fixture, gconstpointer data)
{
  static const char *const targets[] = {
    "http://169.254.169.254/latest/meta-data/",
    "http://10.0.0.1/",
    "http://192.168.1.1/feed",
    "http://172.16.0.1/",
    "http://100.64.0.1/",
    "http://127.0.0.2/",
    "http://0.0.0.0/",
    "http://2130706434/",
    "http://0x7f.2/",
    "http://0177.0.0.2/",
    "http://127.2/",
    "http://[::1]/",
    "http://[::ffff:127.0.0.2]/",
    "http://[::ffff:a9fe:a9fe]/",
    "http://[::127.0.0.2]/",
    "http://[64:ff9b::7f00:2]/",
    "http://[2002:7f00:2::]/",
    "http://[fe80::1]/",
    "http://[fd00::1]/",
    "http://localhost/",
    "http://LOCALHOST./",
    "http://x.localhost/",
  };

  for (guint i = 0; i < G_N_ELEMENTS (targets); i++) {
    g_autoptr (TcnFetchResult) result = fetch_redirect (fixture, 302, targets[i]);

    g_test_message ("%s: %s", targets[i],
                    result->error != NULL ? result->error->message : "");
    g_assert_cmpint (result->failure, ==, TCN_FAILURE_REFUSED);
    g_assert_cmpuint (count_requests (fixture), ==, i + 1);
  }
}

static void
test_redirect_to_name_of_private_is_refused (Fixture *fixture, gconstpointer data)
{
  g_autofree char *inside =
      g_strdup_printf ("http://inside.example:%u/answer", fixture->server->port);
  g_autoptr (TcnFetchResult) refused = fetch_redirect (fixture, 302, inside);
  g_autoptr (TcnFetchResult) named = test_fetch_url (fixture->fetcher, inside);
  g_autoptr (TcnFetchResult) reused = fetch_redirect (fixture, 302, inside);

  g_assert_cmpint (refused->failure, ==, TCN_FAILURE_REFUSED);
  g_assert_cmpint (named->kind, ==, TCN_FETCH_CHANGED);
  g_assert_cmpint (reused->failure, ==, TCN_FAILURE_REFUSED);
  g_assert_cmpuint (count_requests (fixture), ==, 3);
}

static void
keep_failure (TcnFetchResult *result, gpointer data)
{
  *(TcnFailure *) data = result->failure;
  tcn_fetch_result_free (result);
}

static void
start_redirect (Fixture *fixture, const char *host, guint port, TcnFailure *failure)
{
  g_autofree char *url = g_strdup_printf (
      "http://%s:%u/redirect?to=http%%3A%%2F%%2Finside.example%%3A%u%%2Fanswer", host,
      port, fixture->server->port);
  const TcnFetchRequest request = { .url = url,
                                    .timeout_ms = 10000,
                                    .max_body = 1 << 20 };

  tcn_fetcher_start (fixture->fetcher, &request, keep_failure, failure);
}

/* Both redirects are taken and wait when the one that may connects. */
static void
test_redirect_to_kept_private_connection_is_refused (Fixture *fixture, gconstpointer data)
{
  g_autoptr (TestServer) other = test_server_start ();
  g_autofree char *entry = g_strdup_printf ("inside.example:%u:127.0.0.1", other->port);
  g_autofree char *key = g_strdup_printf ("inside.example:%u", fixture->server->port);
  TcnFailure stranger = TCN_FAILURE_NONE;
  TcnFailure named = TCN_FAILURE_FILE;

  tcn_fetcher_add_host (fixture->fetcher, entry);
  tcn_fetcher_hold (fixture->fetcher, key, 300);
  start_redirect (fixture, "127.0.0.1", fixture->server->port, &stranger);
  while (count_requests (fixture) == 0)
    g_main_context_iteration (NULL, TRUE);
  start_redirect (fixture, "inside.example", other->port, &named);
  while (tcn_fetcher_n_pending (fixture->fetcher) > 0)
    g_main_context_iteration (NULL, TRUE);

  g_assert_cmpint (named, ==, TCN_FAILURE_NONE);
  g_assert_cmpint (stranger, ==, TCN_FAILURE_REFUSED);
  g_assert_cmpuint (count_requests (fixture), ==, 2);
}

static void
test_redirect_to_named_host_is_followed (Fixture *fixture, gconstpointer data)
{
  g_autoptr (TcnFetchResult) result = fetch_redirect (fixture, 302, "/answer");

  g_assert_cmpint (result->kind, ==, TCN_FETCH_CHANGED);
  g_assert_cmpuint (result->n_requests, ==, 2);
  g_assert_null (result->permanent_url);
}

static void
test_redirect_private_may_be_allowed (Fixture *fixture, gconstpointer data)
{
  TcnFetchSettings settings = test_fetch_settings ();
  g_autofree char *other =
      g_strdup_printf ("http://127.0.0.2:%u/answer", fixture->server->port);
  g_autoptr (TcnFetchResult) result = NULL;

  settings.private_networks = TRUE;
  tcn_fetcher_configure (fixture->fetcher, &settings);
  result = fetch_redirect (fixture, 302, other);

  g_assert_cmpint (result->kind, ==, TCN_FETCH_CHANGED);
}

/* The configured URL names the host, not the one that it once moved to. */
static void
test_redirect_moved_url_is_judged_by_the_configured_one (Fixture *fixture,
                                                         gconstpointer data)
{
  g_autofree char *url = test_server_url (fixture->server, "/answer");
  const TcnFetchRequest request = {
    .url = url,
    .named_url = "http://feed.example/",
    .timeout_ms = 5000,
    .max_body = 1 << 20,
  };
  g_autoptr (TcnFetchResult) result = tcn_fetcher_fetch (fixture->fetcher, &request);

  g_assert_cmpint (result->failure, ==, TCN_FAILURE_REFUSED);
  g_assert_cmpuint (count_requests (fixture), ==, 0);
}

static void
test_redirect_permanent_run_is_reported (Fixture *fixture, gconstpointer data)
{
  g_autoptr (TcnFetchResult) plain = fetch_redirect (fixture, 301, "/answer");
  g_autoptr (TcnFetchResult) run = fetch_redirect (
      fixture, 308, "/redirect?status=301&to=/redirect?status=302%26to=/answer");
  g_autoptr (TcnFetchResult) late =
      fetch_redirect (fixture, 302, "/redirect?status=301&to=/answer");
  g_autoptr (TcnFetchResult) login = NULL;
  g_autofree char *with_login =
      g_strdup_printf ("http://a:b@127.0.0.1:%u/answer", fixture->server->port);

  login = fetch_redirect (fixture, 301, with_login);

  g_assert_true (g_str_has_suffix (plain->permanent_url, "/answer"));
  g_assert_true (g_str_has_suffix (run->permanent_url, "status=302&to=/answer"));
  g_assert_cmpint (run->kind, ==, TCN_FETCH_CHANGED);
  g_assert_null (late->permanent_url);
  g_assert_cmpint (login->kind, ==, TCN_FETCH_CHANGED);
  g_assert_null (login->permanent_url);
  g_assert_null (strstr (login->effective_url, "a:b"));
}

static void
test_redirect_validators_are_the_last_answers (Fixture *fixture, gconstpointer data)
{
  g_autoptr (TcnFetchResult) result = fetch_redirect (fixture, 302, "/answer");
  g_autoptr (GPtrArray) requests = test_server_requests (fixture->server);
  const TestRequest *second = g_ptr_array_index (requests, 1);

  g_assert_null (result->etag);
  g_assert_null (result->last_modified);
  g_assert_null (test_request_header (second, "Cookie"));
  g_assert_null (test_request_header (second, "Referer"));
}

/* --- secrets --- */

static TcnFetchResult *
fetch_with_secrets (Fixture *fixture, const char *url)
{
  static const char *const headers[] = { "X-Key: secret", NULL };
  const TcnFetchOptionValues values = { .user = "me",
                                        .password = "pass",
                                        .headers = headers };
  g_autoptr (TcnFetchOptions) options = tcn_fetch_options_new (&values);
  const TcnFetchRequest request = {
    .url = url, .options = options, .timeout_ms = 5000, .max_body = 1 << 20
  };

  return tcn_fetcher_fetch (fixture->proxied, &request);
}

static void
assert_secrets (const TestRequest *request, gboolean expected)
{
  g_assert_cmpint (test_request_header (request, "X-Key") != NULL, ==, expected);
  g_assert_cmpstr (test_request_header (request, "Authorization"), ==,
                   expected ? "Basic bWU6cGFzcw==" : NULL);
}

static void
test_redirect_secrets_stay_with_their_host (Fixture *fixture, gconstpointer data)
{
  g_autoptr (TcnFetchResult) same = fetch_with_secrets (
      fixture, "http://one.example/redirect?to=http://one.example/answer");
  g_autoptr (TcnFetchResult) other = fetch_with_secrets (
      fixture, "http://one.example/redirect?to=http://two.example/answer");
  g_autoptr (TcnFetchResult) port = fetch_with_secrets (
      fixture, "http://one.example/redirect?to=http://one.example:8080/answer");
  g_autoptr (TcnFetchResult) back = fetch_with_secrets (
      fixture, "http://one.example/redirect?to=http://two.example/redirect?to=http://"
               "one.example/answer");
  g_autoptr (GPtrArray) requests = test_server_requests (fixture->server);
  static const gboolean expected[] = {
    TRUE, TRUE, TRUE, FALSE, TRUE, FALSE, TRUE, FALSE
  };

  g_assert_cmpint (other->kind, ==, TCN_FETCH_CHANGED);
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    assert_secrets (g_ptr_array_index (requests, i), expected[i]);
}

static void
test_redirect_login_of_the_url_is_sent_and_hidden (Fixture *fixture, gconstpointer data)
{
  g_autofree char *url =
      g_strdup_printf ("http://me:p%%40ss@127.0.0.1:%u/answer", fixture->server->port);
  g_autoptr (TcnFetchResult) result = test_fetch_url (fixture->fetcher, url);
  g_autoptr (GPtrArray) requests = test_server_requests (fixture->server);
  const TestRequest *request = g_ptr_array_index (requests, 0);

  g_assert_cmpstr (test_request_header (request, "Authorization"), ==,
                   "Basic bWU6cEBzcw==");
  g_assert_null (strstr (result->effective_url, "me"));
}

static void
test_redirect_bearer_is_sent_for_its_feed (Fixture *fixture, gconstpointer data)
{
  const TcnFetchOptionValues values = { .bearer = "t0ken" };
  g_autoptr (TcnFetchOptions) options = tcn_fetch_options_new (&values);
  const TcnFetchRequest request = { .url = "http://one.example/answer",
                                    .options = options,
                                    .timeout_ms = 5000,
                                    .max_body = 1 << 20 };
  g_autoptr (TcnFetchResult) result = tcn_fetcher_fetch (fixture->proxied, &request);
  g_autoptr (TcnFetchResult) next = test_fetch_url (fixture->proxied, request.url);
  g_autoptr (GPtrArray) requests = test_server_requests (fixture->server);

  g_assert_cmpint (result->kind, ==, TCN_FETCH_CHANGED);
  g_assert_cmpint (next->kind, ==, TCN_FETCH_CHANGED);
  g_assert_cmpstr (test_request_header (g_ptr_array_index (requests, 0), "Authorization"),
                   ==, "Bearer t0ken");
  g_assert_null (test_request_header (g_ptr_array_index (requests, 1), "Authorization"));
}

/* Through a proxy no address is seen; what the URL itself says still counts. */
static void
test_redirect_private_is_refused_behind_a_proxy (Fixture *fixture, gconstpointer data)
{
  g_autoptr (TcnFetchResult) refused = test_fetch_url (
      fixture->proxied, "http://one.example/redirect?to=http://192.168.0.1/");
  g_autoptr (TcnFetchResult) local = test_fetch_url (
      fixture->proxied, "http://one.example/redirect?to=http://localhost:80/");

  g_assert_cmpint (refused->failure, ==, TCN_FAILURE_REFUSED);
  g_assert_cmpint (local->failure, ==, TCN_FAILURE_REFUSED);
  g_assert_cmpuint (count_requests (fixture), ==, 2);
}

/* A host that the environment exempts from the proxy would be connected to directly, and at
 * the proxy's port its address would pass for the proxy's. */
static void
test_redirect_cannot_leave_the_proxy (Fixture *fixture, gconstpointer data)
{
  g_autofree char *inside =
      g_strdup_printf ("http://inside.example:%u/answer", fixture->server->port);
  g_autofree char *url = g_strdup_printf ("http://one.example/redirect?to=%s", inside);
  g_autofree char *entry =
      g_strdup_printf ("inside.example:%u:127.0.0.1", fixture->server->port);
  g_autoptr (TcnFetchResult) result = NULL;
  g_autoptr (GPtrArray) requests = NULL;

  tcn_fetcher_add_host (fixture->proxied, entry);
  g_setenv ("no_proxy", "inside.example", TRUE);
  result = test_fetch_url (fixture->proxied, url);
  g_unsetenv ("no_proxy");
  requests = test_server_requests (fixture->server);

  g_assert_cmpint (result->kind, ==, TCN_FETCH_CHANGED);
  g_assert_cmpuint (requests->len, ==, 2);
  g_assert_cmpstr (((TestRequest *) g_ptr_array_index (requests, 1))->target, ==, inside);
}

/* --- hosts that ask for a pause --- */

static void
test_redirect_429_pauses_the_host (Fixture *fixture, gconstpointer data)
{
  g_autoptr (TcnFetchResult) first =
      test_fetch_url (fixture->proxied, "http://one.example/429?retry-after=600");
  g_autoptr (TcnFetchResult) same =
      test_fetch_url (fixture->proxied, "http://one.example/answer");
  g_autoptr (TcnFetchResult) other =
      test_fetch_url (fixture->proxied, "http://two.example/answer");
  g_autoptr (TcnFetchResult) hop = test_fetch_url (
      fixture->proxied, "http://two.example/redirect?to=http://one.example/answer");
  g_autoptr (TcnFetchResult) lifted = NULL;

  g_assert_cmpstr (first->paused_host, ==, "one.example:80");
  g_assert_cmpint (first->paused_for_s, ==, 600);
  g_assert_cmpint (same->kind, ==, TCN_FETCH_POSTPONED);
  g_assert_cmpint (same->retry_after_s, >, 590);
  g_assert_cmpint (other->kind, ==, TCN_FETCH_CHANGED);
  g_assert_cmpint (hop->kind, ==, TCN_FETCH_POSTPONED);
  g_assert_cmpuint (count_requests (fixture), ==, 3);
  tcn_fetcher_pause (fixture->proxied, "one.example:80", 0);
  lifted = test_fetch_url (fixture->proxied, "http://one.example/answer");
  g_assert_cmpint (lifted->kind, ==, TCN_FETCH_CHANGED);
}

static void
test_redirect_429_without_a_time_pauses_a_while (Fixture *fixture, gconstpointer data)
{
  g_autoptr (TcnFetchResult) bare =
      test_fetch_url (fixture->proxied, "http://one.example/429");
  g_autoptr (TcnFetchResult) absurd =
      test_fetch_url (fixture->proxied, "http://two.example/429?retry-after=99999999999");

  g_assert_cmpint (bare->paused_for_s, >, 0);
  g_assert_cmpint (bare->paused_for_s, <=, 3600);
  g_assert_cmpint (absurd->paused_for_s, ==, 7 * 86400);
}

static void
test_redirect_503_and_private_hosts_pause_nobody (Fixture *fixture, gconstpointer data)
{
  g_autoptr (TcnFetchResult) busy =
      test_fetch_url (fixture->proxied, "http://one.example/503?retry-after=600");
  g_autoptr (TcnFetchResult) after =
      test_fetch_url (fixture->proxied, "http://one.example/answer");
  g_autofree char *url = test_server_url (fixture->server, "/429?retry-after=600");
  g_autofree char *next = test_server_url (fixture->server, "/answer");
  g_autoptr (TcnFetchResult) private = test_fetch_url (fixture->fetcher, url);
  g_autoptr (TcnFetchResult) private_after = test_fetch_url (fixture->fetcher, next);

  g_assert_null (busy->paused_host);
  g_assert_cmpint (busy->retry_after_s, ==, 600);
  g_assert_cmpint (after->kind, ==, TCN_FETCH_CHANGED);
  g_assert_null (private->paused_host);
  g_assert_cmpint (private->retry_after_s, ==, 600);
  g_assert_cmpint (private_after->kind, ==, TCN_FETCH_CHANGED);
}

static void
count_kind (TcnFetchResult *result, gpointer data)
{
  ((guint *) data)[result->kind]++;
  tcn_fetch_result_free (result);
}

/* What is queued when the 429 comes is not asked any more. */
static void
test_redirect_429_postpones_the_queue (Fixture *fixture, gconstpointer data)
{
  guint kinds[TCN_FETCH_FAILED + 1] = { 0 };

  for (guint i = 0; i < 10; i++) {
    g_autofree char *url = g_strdup_printf (
        "http://one.example/%s&k=%u", i == 2 ? "429?retry-after=60" : "answer?n=1", i);
    const TcnFetchRequest request = { .url = url,
                                      .timeout_ms = 5000,
                                      .max_body = 1 << 20 };

    tcn_fetcher_start (fixture->proxied, &request, count_kind, kinds);
  }
  while (tcn_fetcher_n_pending (fixture->proxied) > 0)
    g_main_context_iteration (NULL, TRUE);

  g_assert_cmpuint (kinds[TCN_FETCH_CHANGED], ==, 2);
  g_assert_cmpuint (kinds[TCN_FETCH_FAILED], ==, 1);
  g_assert_cmpuint (kinds[TCN_FETCH_POSTPONED], ==, 7);
  g_assert_cmpuint (count_requests (fixture), ==, 3);
}

/* --- pacing on the wire --- */

static void
test_redirect_hops_keep_the_gap (Fixture *fixture, gconstpointer data)
{
  TcnFetchSettings settings = test_fetch_settings ();
  g_autoptr (TcnFetchResult) result = NULL;
  g_autoptr (GPtrArray) requests = NULL;
  guint kinds[TCN_FETCH_FAILED + 1] = { 0 };
  const TestRequest *first, *last;

  settings.host_gap_ms = 60;
  tcn_fetcher_configure (fixture->fetcher, &settings);
  for (guint i = 0; i < 5; i++) {
    g_autofree char *url = test_server_url (fixture->server, "/redirect?to=/answer");
    const TcnFetchRequest request = { .url = url,
                                      .timeout_ms = 5000,
                                      .max_body = 1 << 20 };

    tcn_fetcher_start (fixture->fetcher, &request, count_kind, kinds);
  }
  while (tcn_fetcher_n_pending (fixture->fetcher) > 0)
    g_main_context_iteration (NULL, TRUE);
  requests = test_server_requests (fixture->server);

  g_assert_cmpuint (kinds[TCN_FETCH_CHANGED], ==, 5);
  g_assert_cmpuint (requests->len, ==, 10);
  first = g_ptr_array_index (requests, 0);
  last = g_ptr_array_index (requests, 9);
  /* Nine gaps; a busy machine may be late with the first. */
  g_assert_cmpint (last->ms - first->ms, >=, 9 * 60 - 200);
}

#define ADD(name, function)                                                              \
  g_test_add ("/redirect/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("to-private-is-refused", test_redirect_to_private_is_refused);
  ADD ("to-name-of-private-is-refused", test_redirect_to_name_of_private_is_refused);
  ADD ("to-kept-private-connection-is-refused",
       test_redirect_to_kept_private_connection_is_refused);
  ADD ("to-named-host-is-followed", test_redirect_to_named_host_is_followed);
  ADD ("private-may-be-allowed", test_redirect_private_may_be_allowed);
  ADD ("moved-url-is-judged-by-the-configured-one",
       test_redirect_moved_url_is_judged_by_the_configured_one);
  ADD ("permanent-run-is-reported", test_redirect_permanent_run_is_reported);
  ADD ("validators-are-the-last-answers", test_redirect_validators_are_the_last_answers);
  ADD ("secrets-stay-with-their-host", test_redirect_secrets_stay_with_their_host);
  ADD ("login-of-the-url-is-sent-and-hidden",
       test_redirect_login_of_the_url_is_sent_and_hidden);
  ADD ("bearer-is-sent-for-its-feed", test_redirect_bearer_is_sent_for_its_feed);
  ADD ("cannot-leave-the-proxy", test_redirect_cannot_leave_the_proxy);
  ADD ("private-is-refused-behind-a-proxy",
       test_redirect_private_is_refused_behind_a_proxy);
  ADD ("429-pauses-the-host", test_redirect_429_pauses_the_host);
  ADD ("429-without-a-time-pauses-a-while",
       test_redirect_429_without_a_time_pauses_a_while);
  ADD ("503-and-private-hosts-pause-nobody",
       test_redirect_503_and_private_hosts_pause_nobody);
  ADD ("429-postpones-the-queue", test_redirect_429_postpones_the_queue);
  ADD ("hops-keep-the-gap", test_redirect_hops_keep_the_gap);
  return g_test_run ();
}
