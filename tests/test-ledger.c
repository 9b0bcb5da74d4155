/* SPDX-License-Identifier: MIT */
#include "lib/stores.h"
#include "store/private.h"
#include "tocsin/archive.h"
#include "tocsin/limits.h"

static guint
poll_new (StoresFixture *f, GPtrArray *items, gint64 now_unix)
{
  g_autoptr (GPtrArray) ids = stores_poll (f->ledger, f->feed, items, TRUE, now_unix);

  return stores_count_new (ids);
}

static GPtrArray *
list_of (TcnItem *first, TcnItem *second, TcnItem *third)
{
  GPtrArray *items = g_ptr_array_new_with_free_func ((GDestroyNotify) tcn_item_free);
  TcnItem *all[] = { first, second, third };

  for (gsize i = 0; i < G_N_ELEMENTS (all) && all[i] != NULL; i++)
    g_ptr_array_add (items, all[i]);
  return items;
}

/* --- identity ------------------------------------------------------------------------- */

static void
test_ledger_knows_an_item_again (StoresFixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) ids =
      stores_poll (f->ledger, f->feed, stores_items ("A", "a", "B", "b", NULL), TRUE, T0);
  g_autofree char *id_of_b = tcn_item_id ("sohr", "b");

  g_assert_cmpuint (stores_count_new (ids), ==, 2);
  g_assert_cmpstr (g_ptr_array_index (ids, 1), ==, id_of_b);
  g_assert_cmpuint (poll_new (f, stores_items ("B", "b", "A", "a", NULL), T0 + 60), ==,
                    0);
  g_assert_cmpuint (poll_new (f, stores_items ("C", "c", "B", "b", NULL), T0 + 120), ==,
                    1);
  g_assert_cmpint (f->feed->items_seen, ==, 3);
  g_assert_cmpuint (f->feed->window_items, ==, 2);
}

static void
test_ledger_knows_an_item_by_any_key (StoresFixture *f, gconstpointer data)
{
  g_assert_cmpuint (
      poll_new (f, list_of (stores_item ("A", "g1", "link", "h1", NULL), NULL, NULL), T0),
      ==, 1);
  /* Another guid; its keys become names of the same item. */
  g_assert_cmpuint (
      poll_new (f, list_of (stores_item ("A", "g2", "link", "h2", NULL), NULL, NULL),
                T0 + 60),
      ==, 0);
  g_assert_cmpuint (
      poll_new (f, list_of (stores_item ("A", "g2", "elsewhere", NULL), NULL, NULL),
                T0 + 120),
      ==, 0);
  g_assert_cmpuint (poll_new (f,
                              list_of (stores_item ("A", "h1", NULL),
                                       stores_item ("B", "h3", NULL), NULL),
                              T0 + 180),
                    ==, 1);
}

static void
test_ledger_tells_items_with_one_link_apart (StoresFixture *f, gconstpointer data)
{
  g_assert_cmpuint (poll_new (f,
                              list_of (stores_item ("A", "g1", "link", "h1", NULL),
                                       stores_item ("B", "g2", "link", "h2", NULL), NULL),
                              T0),
                    ==, 2);
  g_assert_cmpuint (poll_new (f,
                              list_of (stores_item ("C", "g3", "link", "h3", NULL),
                                       stores_item ("A", "g1", "link", "h1", NULL),
                                       stores_item ("B", "g2", "link", "h2", NULL)),
                              T0 + 60),
                    ==, 1);
  g_assert_cmpuint (poll_new (f,
                              list_of (stores_item ("B", "g2", "link", "h2", NULL),
                                       stores_item ("C", "g3", "link", "h3", NULL), NULL),
                              T0 + 120),
                    ==, 0);
}

static void
test_ledger_takes_twins_for_one (StoresFixture *f, gconstpointer data)
{
  /* By the same first key, and by all keys but the first. */
  g_assert_cmpuint (poll_new (f,
                              list_of (stores_item ("A", "g1", NULL),
                                       stores_item ("A", "g1", NULL), NULL),
                              T0),
                    ==, 1);
  g_assert_cmpuint (poll_new (f,
                              list_of (stores_item ("B", "g2", "link", "h", NULL),
                                       stores_item ("B", "g3", "link", "h", NULL),
                                       stores_item ("B", "g2", "link", "h", NULL)),
                              T0 + 60),
                    ==, 1);
  g_assert_cmpuint (f->feed->window_items, ==, 1);
}

static void
test_ledger_takes_twins_for_one_at_first_sight (StoresFixture *f, gconstpointer data)
{
  g_assert_cmpuint (poll_new (f,
                              list_of (stores_item ("B", "g2", "link", "h", NULL),
                                       stores_item ("B", "g3", "link", "h", NULL),
                                       stores_item ("C", "g4", "link", "i", NULL)),
                              T0),
                    ==, 2);
}

static void
test_ledger_keeps_feeds_apart (StoresFixture *f, gconstpointer data)
{
  TcnFeedRef refs[] = { { "sohr", "https://example.org/feed" },
                        { "b", "https://b.example/" } };
  g_autoptr (GError) error = NULL;
  g_autoptr (GHashTable) states = tcn_feeds_sync (f->store, refs, 2, T0, &error);
  g_autoptr (GPtrArray) ids = NULL;

  g_assert_no_error (error);
  g_assert_cmpuint (poll_new (f, stores_items ("A", "a", NULL), T0), ==, 1);
  ids = stores_poll (f->ledger, g_hash_table_lookup (states, "b"),
                     stores_items ("A", "a", NULL), TRUE, T0);
  g_assert_cmpuint (stores_count_new (ids), ==, 1);
}

static void
test_ledger_survives_an_empty_document (StoresFixture *f, gconstpointer data)
{
  g_assert_cmpuint (poll_new (f, stores_items ("A", "a", NULL), T0), ==, 1);
  g_assert_cmpuint (poll_new (f, stores_items (NULL, NULL), T0 + 60), ==, 0);
  g_assert_cmpuint (f->feed->window_items, ==, 0);
  g_assert_cmpuint (poll_new (f, stores_items ("A", "a", NULL), T0 + 120), ==, 0);
  g_assert_cmpuint (f->feed->window_items, ==, 1);
}

static void
test_ledger_joins_a_partial_document (StoresFixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) ids = NULL;

  poll_new (f, stores_items ("A", "a", "B", "b", NULL), T0);
  ids = stores_poll (f->ledger, f->feed, stores_items ("C", "c", NULL), FALSE, T0 + 60);
  g_assert_cmpuint (stores_count_new (ids), ==, 1);
  g_assert_cmpuint (f->feed->window_items, ==, 3);
}

/* --- alerts and transactions ---------------------------------------------------------- */

static void
begin (StoresFixture *f, gint64 now_us)
{
  g_autoptr (GError) error = NULL;

  if (!tcn_ledger_begin_feed (f->ledger, f->feed, T0, now_us, &error))
    g_assert_no_error (error);
}

static void
add_alert (StoresFixture *f, const char *item_id, const char *rule,
           const char *const *sinks)
{
  g_autoptr (TcnAlert) alert = stores_alert ("sohr", item_id, rule, T0);
  g_autoptr (GError) error = NULL;

  if (!tcn_ledger_add_alert (f->ledger, alert, sinks, 0, &error))
    g_assert_no_error (error);
}

static void
end (StoresFixture *f)
{
  g_autoptr (GError) error = NULL;

  if (!tcn_ledger_end_feed (f->ledger, f->feed, &error))
    g_assert_no_error (error);
}

static void
flush (StoresFixture *f)
{
  g_autoptr (GError) error = NULL;

  if (!tcn_ledger_flush (f->ledger, &error))
    g_assert_no_error (error);
}

static guint
count_due (TcnStore *store, const char *sink)
{
  g_autoptr (GError) error = NULL;
  const TcnDueFilter filter = { .sink = sink, .now_unix = G_MAXINT64, .limit = 100 };
  g_autoptr (GPtrArray) due = tcn_outbox_due (store, &filter, &error);

  g_assert_no_error (error);
  return due->len;
}

static void
test_ledger_writes_one_row_a_sink (StoresFixture *f, gconstpointer data)
{
  static const char *const sinks[] = { "screen", "desktop", NULL };
  g_autofree char *id = tcn_item_id ("sohr", "a");

  begin (f, 1);
  add_alert (f, id, "one", sinks);
  add_alert (f, id, "two", sinks + 1);
  add_alert (f, id, "one", sinks);
  end (f);
  flush (f);

  g_assert_cmpuint (count_due (f->store, "screen"), ==, 1);
  g_assert_cmpuint (count_due (f->store, "desktop"), ==, 2);
  g_assert_cmpuint (count_due (f->store, "other"), ==, 0);
}

static void
test_ledger_hides_what_is_not_flushed (StoresFixture *f, gconstpointer data)
{
  static const char *const sinks[] = { "screen", NULL };
  g_autofree char *id = tcn_item_id ("sohr", "a");
  g_autoptr (TcnStore) reader = stores_open_read (f->dir);

  begin (f, 1);
  add_alert (f, id, "one", sinks);
  end (f);
  g_assert_cmpuint (count_due (reader, "screen"), ==, 0);
  flush (f);
  g_assert_cmpuint (count_due (reader, "screen"), ==, 1);
}

static void
test_ledger_drops_what_is_not_flushed (StoresFixture *f, gconstpointer data)
{
  static const char *const sinks[] = { "screen", NULL };
  g_autofree char *id = tcn_item_id ("sohr", "a");

  begin (f, 1);
  add_alert (f, id, "one", sinks);
  end (f);
  tcn_ledger_free (f->ledger);
  f->ledger = tcn_ledger_new (f->store);

  g_assert_cmpuint (count_due (f->store, "screen"), ==, 0);
}

static void
test_ledger_says_when_to_flush (StoresFixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (tcn_ledger_due_us (f->ledger), ==, 0);
  for (guint i = 0; i < TCN_MAX_TXN_FEEDS; i++) {
    g_assert_false (tcn_ledger_is_full (f->ledger));
    if (!tcn_ledger_put_feed (f->ledger, f->feed, 5000 + i, &error))
      g_assert_no_error (error);
  }
  g_assert_true (tcn_ledger_is_full (f->ledger));
  g_assert_cmpint (tcn_ledger_due_us (f->ledger), ==, 5000 + TCN_MAX_TXN_AGE_MS * 1000);
  flush (f);
  g_assert_false (tcn_ledger_is_full (f->ledger));
  g_assert_cmpint (tcn_ledger_due_us (f->ledger), ==, 0);
}

static void
test_ledger_takes_any_number_of_unchanged (StoresFixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i <= TCN_MAX_TXN_FEEDS; i++)
    if (!tcn_ledger_put_unchanged (f->ledger, f->feed, 5000 + i, &error))
      g_assert_no_error (error);
  g_assert_false (tcn_ledger_is_full (f->ledger));
  g_assert_cmpint (tcn_ledger_due_us (f->ledger), ==, 5000 + TCN_MAX_TXN_AGE_MS * 1000);
}

static gint64
count_polled (const char *dir)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TcnStore) reader = stores_open_read (dir);
  gint64 n = -1;

  g_assert_true (tcn_db_get_int (tcn_store_db (reader),
                                 "SELECT count(*) FROM feed WHERE http_status = 304", &n,
                                 &error));
  return n;
}

static gint64
ask_synchronous (StoresFixture *f)
{
  g_autoptr (GError) error = NULL;
  gint64 value = -1;

  g_assert_true (
      tcn_db_get_int (tcn_store_db (f->store), "PRAGMA synchronous", &value, &error));
  return value;
}

static void
test_ledger_waits_for_the_disk_only_for_news (StoresFixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  f->feed->http_status = 304;
  g_assert_true (tcn_ledger_put_unchanged (f->ledger, f->feed, 1000, &error));
  g_assert_cmpint (ask_synchronous (f), ==, 1);
  g_assert_cmpint (count_polled (f->dir), ==, 0);

  g_assert_true (tcn_ledger_begin_feed (f->ledger, f->feed, T0, 2000, &error));
  g_assert_cmpint (ask_synchronous (f), ==, 2);
  g_assert_cmpint (count_polled (f->dir), ==, 1);
  g_assert_true (tcn_ledger_end_feed (f->ledger, f->feed, &error));

  /* Nothing is gained by a transaction of its own where one is open that waits. */
  g_assert_true (tcn_ledger_put_unchanged (f->ledger, f->feed, 3000, &error));
  g_assert_cmpint (ask_synchronous (f), ==, 2);
  g_assert_cmpint (tcn_ledger_due_us (f->ledger), ==, 2000 + TCN_MAX_TXN_AGE_MS * 1000);
  flush (f);
}

static void
set_state (TcnFeedState *state)
{
  state->title = g_strdup ("SOHR — «news»");
  state->language = g_strdup ("fr-FR");
  state->validator_url = g_strdup (state->url);
  state->etag = g_bytes_new ("\"a\0b\"", 5);
  state->last_modified = g_bytes_new ("", 0);
  state->body_hash = g_bytes_new ("0123456789abcdef", 16);
  state->first_parse_unix = T0;
  state->schedule.next_due_unix = T0 + 3600;
  state->schedule.failures = 2;
  state->http_status = 200;
  state->error = g_strdup ("timed out");
  state->moved_url = g_strdup ("https://example.org/new");
}

static void
test_ledger_keeps_the_feed_row (StoresFixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GHashTable) states = NULL;
  const TcnFeedState *back;

  set_state (f->feed);
  begin (f, 1);
  end (f);
  flush (f);

  states = tcn_feeds_load (f->store, &error);
  g_assert_no_error (error);
  back = g_hash_table_lookup (states, "sohr");
  g_assert_cmpstr (back->title, ==, f->feed->title);
  g_assert_cmpstr (back->language, ==, "fr-FR");
  g_assert_true (g_bytes_equal (back->etag, f->feed->etag));
  g_assert_cmpuint (g_bytes_get_size (back->last_modified), ==, 0);
  g_assert_true (g_bytes_equal (back->body_hash, f->feed->body_hash));
  g_assert_cmpint (back->first_parse_unix, ==, T0);
  g_assert_cmpint (back->schedule.next_due_unix, ==, T0 + 3600);
  g_assert_cmpuint (back->schedule.failures, ==, 2);
  g_assert_cmpuint (back->http_status, ==, 200);
  g_assert_cmpstr (back->error, ==, "timed out");
  g_assert_cmpstr (back->moved_url, ==, "https://example.org/new");
  g_assert_cmpint (back->added_unix, ==, T0);
}

static void
test_ledger_keeps_pauses (StoresFixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GHashTable) pauses = NULL;

  if (!tcn_ledger_put_pause (f->ledger, "a.example:443", T0 + 60, 1, &error) ||
      !tcn_ledger_put_pause (f->ledger, "b.example:443", T0 - 60, 1, &error))
    g_assert_no_error (error);
  flush (f);

  pauses = tcn_feeds_load_pauses (f->store, T0, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_hash_table_size (pauses), ==, 1);
  g_assert_cmpint (*(gint64 *) g_hash_table_lookup (pauses, "a.example:443"), ==,
                   T0 + 60);
}

int
main (int argc, char **argv)
{
#define ADD(path, func)                                                                  \
  g_test_add ("/ledger/" path, StoresFixture, NULL, stores_set_up, func, stores_tear_down)

  g_test_init (&argc, &argv, NULL);
  ADD ("waits-for-the-disk-only-for-news", test_ledger_waits_for_the_disk_only_for_news);
  ADD ("knows-an-item-again", test_ledger_knows_an_item_again);
  ADD ("knows-an-item-by-any-key", test_ledger_knows_an_item_by_any_key);
  ADD ("tells-items-with-one-link-apart", test_ledger_tells_items_with_one_link_apart);
  ADD ("takes-twins-for-one", test_ledger_takes_twins_for_one);
  ADD ("takes-twins-for-one-at-first-sight",
       test_ledger_takes_twins_for_one_at_first_sight);
  ADD ("keeps-feeds-apart", test_ledger_keeps_feeds_apart);
  ADD ("survives-an-empty-document", test_ledger_survives_an_empty_document);
  ADD ("joins-a-partial-document", test_ledger_joins_a_partial_document);
  ADD ("writes-one-row-a-sink", test_ledger_writes_one_row_a_sink);
  ADD ("hides-what-is-not-flushed", test_ledger_hides_what_is_not_flushed);
  ADD ("drops-what-is-not-flushed", test_ledger_drops_what_is_not_flushed);
  ADD ("says-when-to-flush", test_ledger_says_when_to_flush);
  ADD ("takes-any-number-of-unchanged", test_ledger_takes_any_number_of_unchanged);
  ADD ("keeps-the-feed-row", test_ledger_keeps_the_feed_row);
  ADD ("keeps-pauses", test_ledger_keeps_pauses);
  return g_test_run ();
}
