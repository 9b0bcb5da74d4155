/* SPDX-License-Identifier: MIT */
#include "stores.h"

#include <glib/gstdio.h>
#include <stdarg.h>

char *
stores_make_dir (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *parent = g_dir_make_tmp ("tocsin-store-XXXXXX", &error);

  g_assert_no_error (error);
  return g_build_filename (parent, "state", NULL);
}

static void
empty_dir (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name = NULL;

  if (dir == NULL)
    return;
  for (name = g_dir_read_name (dir); name != NULL; name = g_dir_read_name (dir)) {
    g_autofree char *file = g_build_filename (path, name, NULL);

    g_unlink (file);
  }
  g_rmdir (path);
}

void
stores_remove_dir (const char *dir)
{
  g_autofree char *parent = g_path_get_dirname (dir);

  empty_dir (dir);
  g_rmdir (parent);
}

static TcnStore *
open_in (const char *dir, TcnStoreMode mode)
{
  g_autoptr (GError) error = NULL;
  TcnStore *store = tcn_store_open (dir, mode, &error);

  g_assert_no_error (error);
  g_assert_nonnull (store);
  return store;
}

TcnStore *
stores_open (const char *dir)
{
  return open_in (dir, TCN_STORE_WRITE);
}

TcnStore *
stores_open_read (const char *dir)
{
  return open_in (dir, TCN_STORE_READ);
}

TcnFeedState *
stores_one_feed (TcnStore *store, const char *name, const char *url)
{
  TcnFeedRef ref = { name, url };
  g_autoptr (GError) error = NULL;
  g_autoptr (GHashTable) states = tcn_feeds_sync (store, &ref, 1, T0, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (g_hash_table_size (states), ==, 1);
  return tcn_feed_state_copy (g_hash_table_lookup (states, name));
}

void
stores_set_up (StoresFixture *fixture, gconstpointer data)
{
  fixture->dir = stores_make_dir ();
  fixture->store = stores_open (fixture->dir);
  fixture->ledger = tcn_ledger_new (fixture->store);
  fixture->feed = stores_one_feed (fixture->store, "sohr", "https://example.org/feed");
}

void
stores_tear_down (StoresFixture *fixture, gconstpointer data)
{
  tcn_feed_state_free (fixture->feed);
  tcn_ledger_free (fixture->ledger);
  tcn_store_close (fixture->store);
  stores_remove_dir (fixture->dir);
  g_free (fixture->dir);
}

TcnItem *
stores_item (const char *title, const char *key, ...)
{
  g_autoptr (GPtrArray) keys = g_ptr_array_new ();
  TcnItem *item = tcn_item_new ();
  va_list args;

  va_start (args, key);
  for (; key != NULL; key = va_arg (args, const char *))
    g_ptr_array_add (keys, g_strdup (key));
  va_end (args);
  g_ptr_array_add (keys, NULL);
  item->title = g_strdup (title);
  item->keys = (GStrv) g_ptr_array_free (g_steal_pointer (&keys), FALSE);
  return item;
}

GPtrArray *
stores_items (const char *title, ...)
{
  GPtrArray *items = g_ptr_array_new_with_free_func ((GDestroyNotify) tcn_item_free);
  va_list args;

  va_start (args, title);
  for (; title != NULL; title = va_arg (args, const char *))
    g_ptr_array_add (items, stores_item (title, va_arg (args, const char *), NULL));
  va_end (args);
  return items;
}

GPtrArray *
stores_poll (TcnLedger *ledger, TcnFeedState *feed, GPtrArray *items, gboolean is_whole,
             gint64 now_unix)
{
  g_autoptr (GPtrArray) owned = items;
  g_autoptr (GError) error = NULL;
  GPtrArray *ids;

  if (!tcn_ledger_begin_feed (ledger, feed, now_unix, 1, &error))
    g_assert_no_error (error);
  ids = tcn_ledger_see (ledger, owned, is_whole, &error);
  g_assert_no_error (error);
  feed->schedule.last_success_unix = now_unix;
  if (!tcn_ledger_end_feed (ledger, feed, &error))
    g_assert_no_error (error);
  if (!tcn_ledger_flush (ledger, &error))
    g_assert_no_error (error);
  g_assert_cmpuint (ids->len, ==, owned->len);
  return ids;
}

guint
stores_count_new (const GPtrArray *ids)
{
  guint n = 0;

  for (guint i = 0; i < ids->len; i++)
    n += g_ptr_array_index (ids, i) != NULL;
  return n;
}

TcnAlert *
stores_alert (const char *feed, const char *item_id, const char *rule, gint64 now_unix)
{
  TcnAlert *alert = tcn_alert_new ();
  TcnMatch match = {
    .field = TCN_FIELD_CONTENT,
    .start = 12,
    .end = 30,
    .start_char = 11,
    .end_char = 27,
    .text = (char *) "patrouille russe",
    .term = (char *) "\"patrouille russe\"",
    .why = TCN_WHY_FOLDED,
  };

  alert->id = tcn_alert_id (item_id, rule);
  alert->time_unix = now_unix;
  alert->rule = g_strdup (rule);
  alert->urgency = TCN_URGENCY_CRITICAL;
  alert->feed = g_strdup (feed);
  alert->item = g_strdup (item_id);
  alert->title = g_strdup ("Une patrouille");
  alert->link = g_strdup ("https://example.org/1");
  alert->published_unix = now_unix - 60;
  alert->excerpt = g_strdup ("… une patrouille russe …");
  g_ptr_array_add (alert->matches, tcn_match_copy (&match));
  return alert;
}
