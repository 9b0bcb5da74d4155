/* SPDX-License-Identifier: MIT */
/* What `add` leaves for a feed's first poll, and what the fetcher makes of it. */
#include "tocsin/kept.h"

#include <glib/gstdio.h>
#include <string.h>

#include "lib/fetching.h"
#include "lib/stores.h"

#define URL "https://a.example/feed"
#define HOUR 3600

typedef struct {
  char *dir;
  TcnFetchResult *answer;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  f->dir = stores_make_dir ();
  f->answer = g_new0 (TcnFetchResult, 1);
  f->answer->kind = TCN_FETCH_CHANGED;
  f->answer->http_status = 200;
  f->answer->effective_url = g_strdup ("https://b.example/feed");
  f->answer->content_type = g_strdup ("text/xml; name=caf\351");
  f->answer->etag = g_bytes_new ("W/\"\351\"", 6);
  f->answer->body = g_bytes_new ("<rss>\0</rss>", 12);
  f->answer->body_hash = G_GUINT64_CONSTANT (0xfedcba9876543210);
  f->answer->fresh_for_s = -1;
  f->answer->retry_after_s = -1;
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  tcn_fetch_result_free (f->answer);
  stores_remove_dir (f->dir);
  g_free (f->dir);
}

static void
leave (const Fixture *f)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (tcn_kept_leave (f->dir, URL, f->answer, T0, &error));
  g_assert_no_error (error);
}

static void
assert_fresh (const Fixture *f, gint64 after_s, gboolean wanted)
{
  gboolean is_fresh = !wanted;
  g_autoptr (TcnFetchResult) taken = tcn_kept_take (f->dir, URL, T0 + after_s, &is_fresh);

  g_assert_nonnull (taken);
  g_assert_cmpint (is_fresh, ==, wanted);
}

static void
assert_nothing (const Fixture *f, const char *url, gint64 now_unix)
{
  gboolean is_fresh = FALSE;

  g_assert_null (tcn_kept_take (f->dir, url, now_unix, &is_fresh));
}

/* (transfer full) (nullable) */
static char *
find_file (const Fixture *f)
{
  g_autoptr (GDir) dir = g_dir_open (f->dir, 0, NULL);
  const char *name = g_dir_read_name (dir);

  return name != NULL ? g_build_filename (f->dir, name, NULL) : NULL;
}

/* --- the file --- */

static void
test_kept_is_what_came (Fixture *f, gconstpointer data)
{
  gboolean is_fresh = FALSE;
  g_autoptr (TcnFetchResult) taken = NULL;

  leave (f);
  taken = tcn_kept_take (f->dir, URL, T0 + 1, &is_fresh);

  g_assert_nonnull (taken);
  g_assert_false (is_fresh);
  g_assert_cmpint (taken->kind, ==, TCN_FETCH_CHANGED);
  g_assert_cmpint (taken->answered_unix, ==, T0);
  g_assert_cmpuint (taken->http_status, ==, 200);
  g_assert_cmpstr (taken->effective_url, ==, f->answer->effective_url);
  g_assert_cmpstr (taken->content_type, ==, f->answer->content_type);
  g_assert_null (taken->content_location);
  g_assert_true (g_bytes_equal (taken->etag, f->answer->etag));
  g_assert_null (taken->last_modified);
  g_assert_true (g_bytes_equal (taken->body, f->answer->body));
  g_assert_cmpuint (taken->body_hash, ==, f->answer->body_hash);
  g_assert_cmpint (taken->fresh_for_s, ==, -1);
  g_assert_cmpint (taken->retry_after_s, ==, -1);
}

static void
test_kept_is_taken_once (Fixture *f, gconstpointer data)
{
  leave (f);
  assert_nothing (f, "https://a.example/other", T0);
  assert_fresh (f, 0, FALSE);

  assert_nothing (f, URL, T0);
}

static void
test_kept_is_fresh_by_the_servers_word (Fixture *f, gconstpointer data)
{
  f->answer->fresh_for_s = HOUR;
  leave (f);
  assert_fresh (f, HOUR - 1, TRUE);
  leave (f);
  assert_fresh (f, HOUR, FALSE);
  f->answer->retry_after_s = 2 * HOUR;
  leave (f);
  assert_fresh (f, 2 * HOUR - 1, TRUE);
}

static void
test_kept_is_nothing_from_another_time (Fixture *f, gconstpointer data)
{
  leave (f);
  assert_nothing (f, URL, T0 - 1);
  leave (f);
  assert_nothing (f, URL, T0 + 2 * DAY);
}

static void
test_kept_is_nothing_when_damaged (Fixture *f, gconstpointer data)
{
  g_autofree char *path = NULL;
  g_autofree char *whole = NULL;
  gsize n;

  leave (f);
  path = find_file (f);
  g_assert_true (g_file_get_contents (path, &whole, &n, NULL));
  for (gsize cut = 0; cut < n; cut++) {
    g_assert_true (g_file_set_contents (path, whole, (gssize) cut, NULL));
    assert_nothing (f, URL, T0);
  }
  whole[0]++; /* of another layout */
  g_assert_true (g_file_set_contents (path, whole, (gssize) n, NULL));
  assert_nothing (f, URL, T0);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
}

/* A file's time is the system's: this one is years older than the next. */
static void
test_kept_does_not_pile_up (Fixture *f, gconstpointer data)
{
  gint64 now_unix = g_get_real_time () / G_USEC_PER_SEC;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;

  leave (f);
  path = find_file (f);
  g_assert_true (
      tcn_kept_leave (f->dir, "https://c.example/", f->answer, now_unix, &error));
  g_assert_true (g_file_test (path, G_FILE_TEST_EXISTS));
  g_assert_true (tcn_kept_leave (f->dir, "https://c.example/", f->answer,
                                 now_unix + 2 * DAY, &error));
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
}

/* --- the fetcher --- */

static void
keep_result (TcnFetchResult *result, gpointer data)
{
  *(TcnFetchResult **) data = result;
}

/* Asks for `path` with the fixture's answer as the earlier one. (transfer full) */
static TcnFetchResult *
fetch (const Fixture *f, const TestServer *server, const char *path, gboolean is_fresh)
{
  TcnFetchSettings settings = test_fetch_settings ();
  g_autoptr (TcnFetcher) fetcher = tcn_fetcher_new (NULL, &settings);
  g_autofree char *url = test_server_url (server, path);
  TcnFetchResult *result = NULL;
  const TcnFetchRequest request = {
    .url = url,
    .etag = f->answer->etag,
    .validator_url = url,
    .timeout_ms = 9000,
    .max_body = 1 << 20,
    .earlier = f->answer,
    .is_fresh = is_fresh,
  };

  tcn_fetcher_start (fetcher, &request, keep_result, &result);
  g_assert_null (result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return result;
}

static void
test_kept_fresh_asks_nobody (Fixture *f, gconstpointer data)
{
  g_autoptr (TestServer) server = test_server_start ();
  g_autoptr (TcnFetchResult) result = fetch (f, server, "/answer", TRUE);
  g_autoptr (GPtrArray) requests = test_server_requests (server);

  g_assert_cmpuint (requests->len, ==, 0);
  g_assert_cmpuint (result->n_requests, ==, 0);
  g_assert_true (g_bytes_equal (result->body, f->answer->body));
  g_assert_cmpstr (result->effective_url, ==, f->answer->effective_url);
}

static void
test_kept_stands_for_a_304 (Fixture *f, gconstpointer data)
{
  g_autoptr (TestServer) server = test_server_start ();
  g_autoptr (TcnFetchResult) result = NULL;

  f->answer->fresh_for_s = HOUR;
  f->answer->content_location = g_strdup ("/elsewhere");
  result = fetch (f, server, "/answer?status=304&header=Last-Modified:+now", FALSE);

  g_assert_cmpint (result->kind, ==, TCN_FETCH_CHANGED);
  g_assert_cmpuint (result->n_requests, ==, 1);
  g_assert_true (g_bytes_equal (result->body, f->answer->body));
  g_assert_cmpuint (result->body_hash, ==, f->answer->body_hash);
  g_assert_cmpstr (result->content_type, ==, f->answer->content_type);
  g_assert_cmpstr (result->content_location, ==, f->answer->content_location);
  g_assert_true (g_bytes_equal (result->etag, f->answer->etag));
  g_assert_cmpuint (g_bytes_get_size (result->last_modified), ==, strlen ("now"));
  g_assert_cmpint (result->fresh_for_s, ==, HOUR);
  g_assert_cmpint (result->answered_unix, ==, 0);
}

static void
test_kept_gives_way_to_what_came (Fixture *f, gconstpointer data)
{
  g_autoptr (TestServer) server = test_server_start ();
  g_autoptr (TcnFetchResult) result = fetch (f, server, "/answer?body=new", FALSE);

  g_assert_cmpuint (g_bytes_get_size (result->body), ==, strlen ("new"));
  g_assert_null (result->etag);
}

static void
test_kept_is_no_answer_for_a_failure (Fixture *f, gconstpointer data)
{
  g_autoptr (TestServer) server = test_server_start ();
  g_autoptr (TcnFetchResult) result = fetch (f, server, "/answer?status=500", FALSE);

  g_assert_cmpint (result->kind, ==, TCN_FETCH_FAILED);
  g_assert_null (result->body);
}

#define ADD(name, function)                                                              \
  g_test_add ("/kept/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("is-what-came", test_kept_is_what_came);
  ADD ("is-taken-once", test_kept_is_taken_once);
  ADD ("is-fresh-by-the-servers-word", test_kept_is_fresh_by_the_servers_word);
  ADD ("is-nothing-from-another-time", test_kept_is_nothing_from_another_time);
  ADD ("is-nothing-when-damaged", test_kept_is_nothing_when_damaged);
  ADD ("does-not-pile-up", test_kept_does_not_pile_up);
  ADD ("fresh-asks-nobody", test_kept_fresh_asks_nobody);
  ADD ("stands-for-a-304", test_kept_stands_for_a_304);
  ADD ("gives-way-to-what-came", test_kept_gives_way_to_what_came);
  ADD ("is-no-answer-for-a-failure", test_kept_is_no_answer_for_a_failure);
  return g_test_run ();
}
