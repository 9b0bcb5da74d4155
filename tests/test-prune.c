/* SPDX-License-Identifier: MIT */
#include "lib/stores.h"
#include "store/private.h"
#include "tocsin/archive.h"
#include "tocsin/limits.h"

#define RETAIN (30 * DAY)

static guint
poll_new (StoresFixture *f, GPtrArray *items, gint64 now_unix)
{
  g_autoptr (GPtrArray) ids = stores_poll (f->ledger, f->feed, items, TRUE, now_unix);

  return stores_count_new (ids);
}

/* A whole round; how many slices it took. */
static guint
prune (StoresFixture *f, gint64 now_unix)
{
  g_autoptr (GError) error = NULL;
  gboolean is_done = FALSE;
  guint n = 0;

  for (; !is_done; n++) {
    g_assert_cmpuint (n, <, 1000);
    if (!tcn_store_prune (f->store, now_unix, RETAIN, &is_done, &error))
      g_assert_no_error (error);
  }
  return n;
}

static gint64
count (StoresFixture *f, const char *sql)
{
  g_autoptr (GError) error = NULL;
  gint64 n = -1;

  if (!tcn_db_get_int (tcn_store_db (f->store), sql, &n, &error))
    g_assert_no_error (error);
  return n;
}

#define N_ITEMS "SELECT count(*) FROM item"
#define N_TEXTS "SELECT count(*) FROM item WHERE has_text"
#define N_CONTENTS "SELECT count(title) FROM item"
#define N_KEYS "SELECT count(*) FROM item_key"
#define N_FEEDS "SELECT count(*) FROM feed"
#define N_ALERTS "SELECT count(*) FROM alert"

/* `n` items with keys from `first` on. */
static GPtrArray *
numbered (guint first, guint n)
{
  GPtrArray *items = g_ptr_array_new_with_free_func ((GDestroyNotify) tcn_item_free);

  for (guint i = first; i < first + n; i++) {
    g_autofree char *key = g_strdup_printf ("key %u", i);

    g_ptr_array_add (items, stores_item ("T", key, NULL));
  }
  return items;
}

static void
test_prune_drops_old_text_and_keeps_identity (StoresFixture *f, gconstpointer data)
{
  poll_new (f, numbered (0, 2), T0);
  poll_new (f, numbered (1, 2), T0 + DAY);
  /* The feed goes on; what is in its window is seen with each success. */
  poll_new (f, numbered (1, 2), T0 + DAY + RETAIN);
  prune (f, T0 + DAY + RETAIN);
  g_assert_cmpint (count (f, N_TEXTS), ==, 3);
  prune (f, T0 + 2 * DAY + RETAIN + 1);

  g_assert_cmpint (count (f, N_TEXTS), ==, 2);
  g_assert_cmpint (count (f, N_CONTENTS), ==, 2);
  g_assert_cmpint (count (f, N_ITEMS), ==, 3);
  g_assert_cmpuint (poll_new (f, numbered (0, 1), T0 + 3 * DAY + RETAIN), ==, 0);
}

static void
test_prune_drops_the_text_of_a_dead_feed (StoresFixture *f, gconstpointer data)
{
  poll_new (f, numbered (0, 2), T0);
  prune (f, T0 + RETAIN + 1);

  g_assert_cmpint (count (f, N_TEXTS), ==, 0);
  g_assert_cmpint (count (f, N_KEYS), ==, 2);
}

static void
test_prune_keeps_ids_for_four_windows (StoresFixture *f, gconstpointer data)
{
  poll_new (f, numbered (0, 10), T0);
  poll_new (f, numbered (10, 10), T0 + 1);
  /* Long gone, but only three windows have passed since. */
  poll_new (f, numbered (20, 10), T0 + 2);
  poll_new (f, numbered (30, 10), T0 + 3);
  poll_new (f, numbered (40, 10), T0 + 4);
  prune (f, T0 + 200 * DAY);
  g_assert_cmpint (count (f, N_ITEMS), ==, 50);

  poll_new (f, numbered (50, 10), T0 + 201 * DAY);
  prune (f, T0 + 202 * DAY);
  g_assert_cmpint (count (f, N_ITEMS), ==, 50);
  g_assert_cmpint (count (f, N_KEYS), ==, 50);
  g_assert_cmpuint (poll_new (f, numbered (10, 10), T0 + 203 * DAY), ==, 0);
}

static void
test_prune_keeps_ids_for_ninety_days (StoresFixture *f, gconstpointer data)
{
  for (guint i = 0; i < 10; i++)
    poll_new (f, numbered (i, 1), T0 + i);
  prune (f, T0 + 89 * DAY);
  g_assert_cmpint (count (f, N_ITEMS), ==, 10);
  prune (f, T0 + 91 * DAY);

  /* The last four to leave and the one that is there. */
  g_assert_cmpint (count (f, N_ITEMS), ==, 5);
  g_assert_cmpint (count (f, N_KEYS), ==, 5);
}

static void
ring (StoresFixture *f, const char *sink_a, const char *sink_b)
{
  const char *const sinks[] = { sink_a, sink_b, NULL };
  g_autoptr (TcnAlert) alert = stores_alert ("sohr", "0123", sink_a, T0);
  g_autoptr (GError) error = NULL;

  if (!tcn_ledger_begin_feed (f->ledger, f->feed, T0, 1, &error) ||
      !tcn_ledger_add_alert (f->ledger, alert, sinks, 0, &error) ||
      !tcn_ledger_end_feed (f->ledger, f->feed, &error) ||
      !tcn_ledger_flush (f->ledger, &error))
    g_assert_no_error (error);
}

static void
test_prune_drops_a_feed_that_left (StoresFixture *f, gconstpointer data)
{
  TcnFeedRef other = { "other", "https://other.example/" };
  g_autoptr (GError) error = NULL;
  g_autoptr (GHashTable) states = NULL;
  gint64 seq = 1;

  poll_new (f, numbered (0, 5), T0);
  ring (f, "sent", NULL);
  ring (f, "pending", "waiting");
  g_assert_true (tcn_outbox_mark_sent (f->store, "sent", &seq, 1, T0, &error));
  states = tcn_feeds_sync (f->store, &other, 1, T0 + DAY, &error);
  g_assert_no_error (error);
  prune (f, T0 + RETAIN);
  g_assert_cmpint (count (f, N_FEEDS), ==, 2);
  prune (f, T0 + 2 * DAY + RETAIN);

  g_assert_cmpint (count (f, N_FEEDS), ==, 1);
  g_assert_cmpint (count (f, N_ITEMS), ==, 0);
  g_assert_cmpint (count (f, N_KEYS), ==, 0);
  g_assert_cmpint (count (f, "SELECT count(*) FROM feed_window"), ==, 0);
  /* What is still to be sent stays. */
  g_assert_cmpint (count (f, N_ALERTS), ==, 1);
  g_assert_cmpint (count (f, "SELECT count(*) FROM outbox"), ==, 2);
}

static void
test_prune_goes_in_slices_once_a_day (StoresFixture *f, gconstpointer data)
{
  poll_new (f, numbered (0, 2500), T0);

  g_assert_cmpuint (prune (f, T0 + 1), ==, 2);
  g_assert_cmpuint (prune (f, T0 + RETAIN + 2), ==, 13);
  g_assert_cmpint (count (f, N_TEXTS), ==, 0);
  poll_new (f, numbered (5000, 1), T0 - RETAIN);
  g_assert_cmpuint (prune (f, T0 + RETAIN + 3), ==, 1);
  g_assert_cmpint (count (f, N_TEXTS), ==, 1);
}

static void
test_prune_forgets_pauses (StoresFixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  if (!tcn_ledger_put_pause (f->ledger, "a.example:443", T0, 1, &error) ||
      !tcn_ledger_flush (f->ledger, &error))
    g_assert_no_error (error);
  prune (f, T0 + 1);

  g_assert_cmpint (count (f, "SELECT count(*) FROM host_pause"), ==, 0);
}

static void
test_prune_forgets_cooldowns (StoresFixture *f, gconstpointer data)
{
  g_autoptr (TcnAlert) old = stores_alert ("sohr", "0123", "old", T0);
  g_autoptr (TcnAlert) young = stores_alert ("sohr", "0123", "young", T0 + 2 * DAY);
  const char *const sinks[] = { "screen", NULL };
  g_autoptr (GError) error = NULL;

  if (!tcn_ledger_begin_feed (f->ledger, f->feed, T0, 1, &error) ||
      !tcn_ledger_add_alert (f->ledger, old, sinks, DAY, &error) ||
      !tcn_ledger_add_alert (f->ledger, young, sinks, DAY, &error) ||
      !tcn_ledger_end_feed (f->ledger, f->feed, &error) ||
      !tcn_ledger_flush (f->ledger, &error))
    g_assert_no_error (error);
  prune (f, T0 + 2 * DAY + TCN_MAX_COOLDOWN_S);

  g_assert_cmpint (count (f, "SELECT count(*) FROM rule_cooldown"), ==, 1);
  g_assert_cmpint (count (f, "SELECT count(*) FROM rule_cooldown WHERE rule = 'young'"),
                   ==, 1);
}

int
main (int argc, char **argv)
{
#define ADD(path, func)                                                                  \
  g_test_add ("/prune/" path, StoresFixture, NULL, stores_set_up, func, stores_tear_down)

  g_test_init (&argc, &argv, NULL);
  ADD ("drops-old-text-and-keeps-identity", test_prune_drops_old_text_and_keeps_identity);
  ADD ("drops-the-text-of-a-dead-feed", test_prune_drops_the_text_of_a_dead_feed);
  ADD ("keeps-ids-for-four-windows", test_prune_keeps_ids_for_four_windows);
  ADD ("keeps-ids-for-ninety-days", test_prune_keeps_ids_for_ninety_days);
  ADD ("drops-a-feed-that-left", test_prune_drops_a_feed_that_left);
  ADD ("goes-in-slices-once-a-day", test_prune_goes_in_slices_once_a_day);
  ADD ("forgets-pauses", test_prune_forgets_pauses);
  ADD ("forgets-cooldowns", test_prune_forgets_cooldowns);
  return g_test_run ();
}
