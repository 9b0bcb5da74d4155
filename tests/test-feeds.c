/* SPDX-License-Identifier: MIT */
#include "lib/stores.h"
#include "tocsin/feeds.h"

typedef struct {
  char *dir;
  TcnStore *store;
  TcnLedger *ledger;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  f->dir = stores_make_dir ();
  f->store = stores_open (f->dir);
  f->ledger = tcn_ledger_new (f->store);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  tcn_ledger_free (f->ledger);
  tcn_store_close (f->store);
  stores_remove_dir (f->dir);
  g_free (f->dir);
}

/* Syncs with the feeds given, `n` of them, at `now_unix`. (transfer full) */
static GHashTable *
agree (Fixture *f, const TcnFeedRef *refs, gsize n, gint64 now_unix)
{
  g_autoptr (GError) error = NULL;
  GHashTable *states = tcn_feeds_sync (f->store, refs, n, now_unix, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (g_hash_table_size (states), ==, n);
  return states;
}

/* A feed that was polled: one item, validators. */
static void
poll_once (Fixture *f, const char *name, const char *url, const char *moved_url)
{
  g_autoptr (TcnFeedState) feed = stores_one_feed (f->store, name, url);
  g_autoptr (GPtrArray) ids = NULL;

  feed->etag = g_bytes_new ("\"1\"", 3);
  feed->validator_url = g_strdup (url);
  feed->moved_url = g_strdup (moved_url);
  feed->first_parse_unix = T0;
  feed->schedule.last_poll_unix = T0;
  feed->schedule.next_due_unix = T0 + 3600;
  ids = stores_poll (f->ledger, feed, stores_items ("A", "a", NULL), TRUE, T0);
  g_assert_cmpuint (stores_count_new (ids), ==, 1);
}

static guint
poll_new (Fixture *f, TcnFeedState *feed)
{
  g_autoptr (GPtrArray) ids =
      stores_poll (f->ledger, feed, stores_items ("A", "a", NULL), TRUE, T0 + 60);

  return stores_count_new (ids);
}

static void
test_feeds_are_made_once (Fixture *f, gconstpointer data)
{
  TcnFeedRef refs[] = { { "a", "https://a.example/" }, { "b", "https://b.example/" } };
  g_autoptr (GHashTable) first = agree (f, refs, 2, T0);
  g_autoptr (GHashTable) second = agree (f, refs, 2, T0 + 60);
  const TcnFeedState *a = g_hash_table_lookup (first, "a");
  const TcnFeedState *again = g_hash_table_lookup (second, "a");

  g_assert_cmpint (a->row, !=, 0);
  g_assert_cmpint (again->row, ==, a->row);
  g_assert_cmpint (again->added_unix, ==, T0);
  g_assert_cmpint (a->first_parse_unix, ==, TCN_TIME_NONE);
  g_assert_cmpint (a->schedule.next_due_unix, ==, 0);
  g_assert_false (a->is_silent);
}

static void
test_feeds_are_taken_over_by_url (Fixture *f, gconstpointer data)
{
  g_autoptr (TcnFeedState) feed = NULL;

  poll_once (f, "old", "https://a.example/", NULL);
  feed = stores_one_feed (f->store, "new", "https://a.example/");

  g_assert_cmpint (feed->first_parse_unix, ==, T0);
  g_assert_nonnull (feed->etag);
  g_assert_cmpint (feed->schedule.next_due_unix, ==, T0 + 3600);
  g_assert_cmpuint (poll_new (f, feed), ==, 0);
}

static void
test_feeds_are_taken_over_where_they_moved (Fixture *f, gconstpointer data)
{
  g_autoptr (TcnFeedState) feed = NULL;

  poll_once (f, "old", "http://a.example/", "https://a.example/");
  feed = stores_one_feed (f->store, "new", "https://a.example/");

  g_assert_cmpstr (feed->url, ==, "https://a.example/");
  g_assert_null (feed->moved_url);
  g_assert_nonnull (feed->etag);
  g_assert_cmpuint (poll_new (f, feed), ==, 0);
}

static void
test_feeds_configured_are_not_taken_over (Fixture *f, gconstpointer data)
{
  TcnFeedRef refs[] = { { "a", "https://a.example/" }, { "b", "https://a.example/" } };
  g_autoptr (GHashTable) states = NULL;

  poll_once (f, "a", "https://a.example/", NULL);
  states = agree (f, refs, 2, T0 + 60);

  g_assert_cmpuint (poll_new (f, g_hash_table_lookup (states, "a")), ==, 0);
  g_assert_cmpuint (poll_new (f, g_hash_table_lookup (states, "b")), ==, 1);
}

static void
test_feeds_are_taken_over_once (Fixture *f, gconstpointer data)
{
  TcnFeedRef refs[] = { { "b", "https://a.example/" }, { "c", "https://a.example/" } };
  g_autoptr (GHashTable) states = NULL;
  const TcnFeedState *b;
  const TcnFeedState *c;

  poll_once (f, "a", "https://a.example/", NULL);
  states = agree (f, refs, 2, T0 + 60);
  b = g_hash_table_lookup (states, "b");
  c = g_hash_table_lookup (states, "c");

  g_assert_cmpint (b->first_parse_unix, ==, T0);
  g_assert_cmpint (c->first_parse_unix, ==, TCN_TIME_NONE);
  g_assert_cmpint (b->row, !=, c->row);
}

static void
test_feeds_forget_an_edited_url (Fixture *f, gconstpointer data)
{
  g_autoptr (TcnFeedState) feed = NULL;

  poll_once (f, "a", "https://a.example/old", "https://moved.example/");
  feed = stores_one_feed (f->store, "a", "https://a.example/new");

  g_assert_cmpstr (feed->url, ==, "https://a.example/new");
  g_assert_null (feed->etag);
  g_assert_null (feed->validator_url);
  g_assert_null (feed->moved_url);
  g_assert_cmpint (feed->schedule.next_due_unix, ==, 0);
  /* The state belongs to the name: its items are known still. */
  g_assert_cmpint (feed->first_parse_unix, ==, T0);
  g_assert_cmpuint (poll_new (f, feed), ==, 0);
}

static void
test_feeds_that_left_come_back (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GHashTable) loaded = NULL;
  g_autoptr (TcnFeedState) feed = NULL;

  poll_once (f, "a", "https://a.example/", NULL);
  g_hash_table_unref (agree (f, NULL, 0, T0 + 60));
  loaded = tcn_feeds_load (f->store, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_hash_table_size (loaded), ==, 0);

  feed = stores_one_feed (f->store, "a", "https://a.example/");
  g_assert_cmpint (feed->removed_unix, ==, TCN_TIME_NONE);
  g_assert_cmpuint (poll_new (f, feed), ==, 0);
}

static void
test_feeds_exchange_their_urls (Fixture *f, gconstpointer data)
{
  TcnFeedRef before[] = { { "a", "https://a.example/" }, { "b", "https://b.example/" } };
  TcnFeedRef after[] = { { "a", "https://b.example/" }, { "b", "https://a.example/" } };
  g_autoptr (GHashTable) first = agree (f, before, 2, T0);
  g_autoptr (GHashTable) second = agree (f, after, 2, T0);
  const TcnFeedState *a = g_hash_table_lookup (first, "a");
  const TcnFeedState *again = g_hash_table_lookup (second, "a");

  g_assert_cmpint (a->row, ==, again->row);
  g_assert_cmpstr (again->url, ==, "https://b.example/");
}

static void
test_feeds_are_copied_whole (Fixture *f, gconstpointer data)
{
  g_autoptr (TcnFeedState) feed = tcn_feed_state_new ("a", "https://a.example/");
  g_autoptr (TcnFeedState) copy = NULL;

  feed->etag = g_bytes_new ("x", 1);
  feed->error = g_strdup ("broken");
  feed->schedule.failures = 7;
  copy = tcn_feed_state_copy (feed);

  g_assert_cmpstr (copy->name, ==, "a");
  g_assert_true (copy->name != feed->name);
  g_assert_true (g_bytes_equal (copy->etag, feed->etag));
  g_assert_cmpstr (copy->error, ==, "broken");
  g_assert_cmpuint (copy->schedule.failures, ==, 7);
  g_assert_null (copy->title);
}

int
main (int argc, char **argv)
{
#define ADD(path, func)                                                                  \
  g_test_add ("/feeds/" path, Fixture, NULL, set_up, func, tear_down)

  g_test_init (&argc, &argv, NULL);
  ADD ("are-made-once", test_feeds_are_made_once);
  ADD ("are-taken-over-by-url", test_feeds_are_taken_over_by_url);
  ADD ("are-taken-over-where-they-moved", test_feeds_are_taken_over_where_they_moved);
  ADD ("configured-are-not-taken-over", test_feeds_configured_are_not_taken_over);
  ADD ("are-taken-over-once", test_feeds_are_taken_over_once);
  ADD ("forget-an-edited-url", test_feeds_forget_an_edited_url);
  ADD ("that-left-come-back", test_feeds_that_left_come_back);
  ADD ("exchange-their-urls", test_feeds_exchange_their_urls);
  ADD ("are-copied-whole", test_feeds_are_copied_whole);
  return g_test_run ();
}
