/* SPDX-License-Identifier: MIT */
#include "tocsin/archive.h"

#include "lib/stores.h"

static void
poll_items (StoresFixture *f, GPtrArray *items, gint64 now_unix)
{
  g_autoptr (GPtrArray) ids = stores_poll (f->ledger, f->feed, items, FALSE, now_unix);

  g_assert_cmpuint (stores_count_new (ids), ==, ids->len);
}

static gboolean
append_title (const TcnArchived *archived, gpointer data)
{
  g_string_append_printf (data, "%s ", archived->item->title);
  return TRUE;
}

static char *
titles (StoresFixture *f, TcnArchiveFilter filter)
{
  g_autoptr (GError) error = NULL;
  GString *out = g_string_new (NULL);

  if (!tcn_archive_each (f->store, &filter, append_title, out, &error))
    g_assert_no_error (error);
  return g_string_free (out, FALSE);
}

static void
test_archive_goes_by_time_and_feed (StoresFixture *f, gconstpointer data)
{
  g_autofree char *all = NULL;
  g_autofree char *late = NULL;
  g_autofree char *backward = NULL;
  g_autofree char *known = NULL;
  g_autofree char *unknown = NULL;

  poll_items (f, stores_items ("A", "a", "B", "b", NULL), T0);
  poll_items (f, stores_items ("C", "c", NULL), T0 + DAY);
  all = titles (f, (TcnArchiveFilter){ 0 });
  late = titles (f, (TcnArchiveFilter){ .since_unix = T0 + 1 });
  backward = titles (f, (TcnArchiveFilter){ .is_newest_first = TRUE });
  known = titles (f, (TcnArchiveFilter){ .feed = "sohr", .since_unix = TCN_TIME_NONE });
  unknown = titles (f, (TcnArchiveFilter){ .feed = "other" });

  g_assert_cmpstr (all, ==, "A B C ");
  g_assert_cmpstr (late, ==, "C ");
  g_assert_cmpstr (backward, ==, "C B A ");
  g_assert_cmpstr (known, ==, "A B C ");
  g_assert_cmpstr (unknown, ==, "");
}

static TcnItem *
make_full_item (void)
{
  TcnItem *item = stores_item ("Une «patrouille»", "key", NULL);

  item->link = g_strdup ("https://example.org/1");
  item->author = g_strdup ("A. B.");
  item->published_unix = T0 - 60;
  item->summary = g_strdup ("Une ligne\n\nune autre");
  item->content = g_strdup ("الشمال");
  item->language = g_strdup ("fr-FR");
  g_ptr_array_add (item->categories, g_strdup ("monde"));
  g_ptr_array_add (item->categories, g_strdup ("syrie"));
  return item;
}

static gboolean
check_full_item (const TcnArchived *archived, gpointer data)
{
  gboolean *is_seen = data;
  g_autofree char *id = tcn_item_id ("sohr", "key");
  const TcnItem *item = archived->item;

  g_assert_cmpstr (archived->id, ==, id);
  g_assert_cmpstr (archived->feed, ==, "sohr");
  g_assert_cmpstr (archived->feed_title, ==, "SOHR");
  g_assert_cmpstr (archived->feed_language, ==, "en");
  g_assert_cmpint (archived->first_seen_unix, ==, T0);
  g_assert_cmpstr (item->title, ==, "Une «patrouille»");
  g_assert_cmpstr (item->link, ==, "https://example.org/1");
  g_assert_cmpstr (item->author, ==, "A. B.");
  g_assert_cmpint (item->published_unix, ==, T0 - 60);
  g_assert_cmpint (item->updated_unix, ==, TCN_TIME_NONE);
  g_assert_cmpstr (item->summary, ==, "Une ligne\n\nune autre");
  g_assert_cmpstr (item->content, ==, "الشمال");
  g_assert_cmpstr (item->language, ==, "fr-FR");
  g_assert_cmpuint (item->categories->len, ==, 2);
  g_assert_cmpstr (g_ptr_array_index (item->categories, 1), ==, "syrie");
  *is_seen = TRUE;
  return TRUE;
}

static void
test_archive_gives_back_the_item (StoresFixture *f, gconstpointer data)
{
  GPtrArray *items = g_ptr_array_new_with_free_func ((GDestroyNotify) tcn_item_free);
  g_autofree char *id = tcn_item_id ("sohr", "key");
  g_autofree char *other_id = tcn_item_id ("sohr", "other");
  g_autoptr (GError) error = NULL;
  gboolean is_seen = FALSE;
  gboolean is_found = FALSE;

  g_ptr_array_add (items, make_full_item ());
  f->feed->title = g_strdup ("SOHR");
  f->feed->language = g_strdup ("en");
  poll_items (f, items, T0);
  poll_items (f, stores_items ("B", "b", NULL), T0);

  g_assert_true (
      tcn_archive_find (f->store, id, check_full_item, &is_seen, &is_found, &error));
  g_assert_true (is_found && is_seen);
  g_assert_true (tcn_archive_find (f->store, other_id, check_full_item, &is_seen,
                                   &is_found, &error));
  g_assert_false (is_found);
  g_assert_true (
      tcn_archive_find (f->store, "no id", check_full_item, &is_seen, &is_found, &error));
  g_assert_false (is_found);
}

static gboolean
stop_at_once (const TcnArchived *archived, gpointer data)
{
  guint *n = data;

  (*n)++;
  return FALSE;
}

static void
test_archive_stops (StoresFixture *f, gconstpointer data)
{
  TcnArchiveFilter filter = { 0 };
  guint n = 0;

  poll_items (f, stores_items ("A", "a", "B", "b", NULL), T0);

  g_assert_true (tcn_archive_each (f->store, &filter, stop_at_once, &n, NULL));
  g_assert_cmpuint (n, ==, 1);
}

/* Reading within a reading, as one who explains an item of a listing does. */
static gboolean
count_inside (const TcnArchived *archived, gpointer data)
{
  StoresFixture *f = data;
  TcnArchiveFilter filter = { 0 };
  g_autofree char *title = g_strdup (archived->item->title);
  guint n = 0;

  g_assert_true (tcn_archive_each (f->store, &filter, stop_at_once, &n, NULL));
  g_assert_cmpuint (n, ==, 1);
  g_assert_cmpstr (archived->item->title, ==, title);
  return TRUE;
}

static void
test_archive_is_read_within_a_reading (StoresFixture *f, gconstpointer data)
{
  TcnArchiveFilter filter = { 0 };
  g_autoptr (GError) error = NULL;

  poll_items (f, stores_items ("A", "a", "B", "b", NULL), T0);

  g_assert_true (tcn_archive_each (f->store, &filter, count_inside, f, &error));
}

int
main (int argc, char **argv)
{
#define ADD(path, func)                                                                  \
  g_test_add ("/archive/" path, StoresFixture, NULL, stores_set_up, func,                \
              stores_tear_down)

  g_test_init (&argc, &argv, NULL);
  ADD ("goes-by-time-and-feed", test_archive_goes_by_time_and_feed);
  ADD ("gives-back-the-item", test_archive_gives_back_the_item);
  ADD ("stops", test_archive_stops);
  ADD ("is-read-within-a-reading", test_archive_is_read_within_a_reading);
  return g_test_run ();
}
