/* SPDX-License-Identifier: MIT */
/*
 * What the state costs: processor and wall time of recording a cold run of 1,000 feeds of
 * 40 items, an unchanged one, one in which a tenth changed; of reading 100,000 items back;
 * of starting with 10,000 feeds; of opening after an unclean end; of marking deliveries.
 */
#include <stdio.h>
#include <sys/resource.h>

#include "lib/stores.h"
#include "tocsin/archive.h"

#define N_FEEDS 1000
#define N_ITEMS 40
#define N_MANY_FEEDS 10000
#define CONTENT_BYTES 900

typedef struct {
  gint64 cpu_us;
  gint64 wall_us;
} Clock;

static gint64
read_cpu_us (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return (gint64) (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * G_USEC_PER_SEC +
         usage.ru_utime.tv_usec + usage.ru_stime.tv_usec;
}

static Clock
start_clock (void)
{
  return (Clock){ read_cpu_us (), g_get_monotonic_time () };
}

static void
print_clock (Clock start, const char *what)
{
  printf ("%-44s %7.1f ms cpu %8.1f ms wall\n", what,
          (double) (read_cpu_us () - start.cpu_us) / 1000.0,
          (double) (g_get_monotonic_time () - start.wall_us) / 1000.0);
  fflush (stdout);
}

static void
must (gboolean is_done, GError *error)
{
  if (!is_done)
    g_error ("%s", error->message);
}

static char *
make_text (GRand *random, gsize n)
{
  GString *text = g_string_sized_new (n + 16);

  while (text->len < n) {
    guint length = (guint) g_rand_int_range (random, 2, 10);

    for (guint i = 0; i < length; i++)
      g_string_append_c (text, (char) g_rand_int_range (random, 'a', 'z' + 1));
    g_string_append_c (text, ' ');
  }
  return g_string_free (text, FALSE);
}

/* The items of one document: `first` numbers the oldest of them. */
static GPtrArray *
make_document (GRand *random, guint feed, guint first)
{
  GPtrArray *items = g_ptr_array_new_with_free_func ((GDestroyNotify) tcn_item_free);

  for (guint i = 0; i < N_ITEMS; i++) {
    guint n = first + N_ITEMS - 1 - i;
    g_autofree char *guid = g_strdup_printf ("guid:tag:example.org,2026:%u/%u", feed, n);
    g_autofree char *link = g_strdup_printf (
        "link:https://www%u.example.org/2026/11/story-number-%u", feed, n);
    g_autofree char *hash = g_strdup_printf ("hash:%08x%08x%08x", feed, n, feed ^ n);
    TcnItem *item = stores_item ("A headline of the usual length, more or less", guid,
                                 link, hash, NULL);

    item->link = g_strdup (link + 5);
    item->published_unix = T0 + n;
    item->summary = make_text (random, 120);
    item->content = make_text (random, CONTENT_BYTES);
    g_ptr_array_add (items, item);
  }
  return items;
}

static GPtrArray *
sync_feeds (TcnStore *store, guint n_feeds, const char *what)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autofree TcnFeedRef *refs = g_new0 (TcnFeedRef, n_feeds);
  GPtrArray *states =
      g_ptr_array_new_with_free_func ((GDestroyNotify) tcn_feed_state_free);
  GHashTable *table;
  Clock clock;

  for (guint i = 0; i < n_feeds; i++) {
    char *url = g_strdup_printf ("https://www%u.example.org/feed.xml", i);

    g_ptr_array_add (names, url);
    refs[i] = (TcnFeedRef){ url + 8, url };
  }
  clock = start_clock ();
  table = tcn_feeds_sync (store, refs, n_feeds, T0, &error);
  must (table != NULL, error);
  print_clock (clock, what);
  for (guint i = 0; i < n_feeds; i++)
    g_ptr_array_add (states,
                     tcn_feed_state_copy (g_hash_table_lookup (table, refs[i].name)));
  g_hash_table_unref (table);
  return states;
}

static void
record (TcnLedger *ledger, TcnFeedState *feed, const GPtrArray *items)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) ids = NULL;

  must (tcn_ledger_begin_feed (ledger, feed, T0, 1, &error), error);
  ids = tcn_ledger_see (ledger, items, TRUE, &error);
  must (ids != NULL, error);
  must (tcn_ledger_end_feed (ledger, feed, &error), error);
  if (tcn_ledger_is_full (ledger))
    must (tcn_ledger_flush (ledger, &error), error);
}

static void
run_changed (TcnLedger *ledger, GPtrArray *states, guint step, guint first,
             const char *what)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GRand) random = g_rand_new_with_seed (first + 1);
  g_autoptr (GPtrArray) documents =
      g_ptr_array_new_with_free_func ((GDestroyNotify) g_ptr_array_unref);
  Clock clock;

  for (guint i = 0; i < states->len; i += step)
    g_ptr_array_add (documents, make_document (random, i, first));
  clock = start_clock ();
  for (guint i = 0; i < documents->len; i++)
    record (ledger, g_ptr_array_index (states, i * step),
            g_ptr_array_index (documents, i));
  must (tcn_ledger_flush (ledger, &error), error);
  print_clock (clock, what);
}

static void
run_unchanged (TcnLedger *ledger, GPtrArray *states)
{
  g_autoptr (GError) error = NULL;
  Clock clock = start_clock ();

  for (guint i = 0; i < states->len; i++) {
    /* Answers do not come in the order of the rows. */
    TcnFeedState *state = g_ptr_array_index (states, i * 383 % states->len);

    state->schedule.next_due_unix += 3600 + i;
    state->schedule.last_poll_unix++;
    must (tcn_ledger_put_feed (ledger, state, 1, &error), error);
    if (tcn_ledger_is_full (ledger))
      must (tcn_ledger_flush (ledger, &error), error);
  }
  must (tcn_ledger_flush (ledger, &error), error);
  print_clock (clock, "1,000 feeds unchanged");
}

static gboolean
count_item (const TcnArchived *archived, gpointer data)
{
  guint *n = data;

  (*n)++;
  return archived->item->content != NULL;
}

static void
run_archive (TcnStore *store)
{
  g_autoptr (GError) error = NULL;
  TcnArchiveFilter filter = { 0 };
  guint n = 0;
  Clock clock = start_clock ();
  g_autofree char *what = NULL;

  must (tcn_archive_each (store, &filter, count_item, &n, &error), error);
  what = g_strdup_printf ("%u archived items read", n);
  print_clock (clock, what);
}

static void
run_prune (TcnStore *store, gint64 now_unix, const char *what)
{
  g_autoptr (GError) error = NULL;
  gboolean is_done = FALSE;
  gint64 longest_us = 0;
  Clock clock = start_clock ();
  guint n = 0;

  for (; !is_done; n++) {
    gint64 start_us = g_get_monotonic_time ();

    must (tcn_store_prune (store, now_unix, 90 * DAY, &is_done, &error), error);
    longest_us = MAX (longest_us, g_get_monotonic_time () - start_us);
  }
  print_clock (clock, what);
  printf ("  in %u slices, the longest of %.1f ms\n", n, (double) longest_us / 1000.0);
}

static void
run_marks (TcnStore *store, TcnLedger *ledger, TcnFeedState *feed)
{
  static const char *const sinks[] = { "screen", "desktop", NULL };
  const TcnDueFilter all_of_screen = {
    .sink = "screen",
    .now_unix = G_MAXINT64,
    .limit = 1000,
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) due = NULL;
  Clock clock = start_clock ();

  must (tcn_ledger_begin_feed (ledger, feed, T0, 1, &error), error);
  for (guint i = 0; i < 1000; i++) {
    g_autofree char *id = g_strdup_printf ("%020u", i);
    g_autoptr (TcnAlert) alert = stores_alert (feed->name, id, "rule", T0);

    must (tcn_ledger_add_alert (ledger, alert, sinks, 0, &error), error);
  }
  must (tcn_ledger_end_feed (ledger, feed, &error), error);
  must (tcn_ledger_flush (ledger, &error), error);
  print_clock (clock, "1,000 alerts for two sinks");
  clock = start_clock ();
  due = tcn_outbox_due (store, &all_of_screen, &error);
  must (due != NULL, error);
  print_clock (clock, "1,000 pending alerts read");
  clock = start_clock ();
  for (guint i = 0; i < due->len; i++) {
    const TcnPending *pending = g_ptr_array_index (due, i);

    must (tcn_outbox_mark_sent (store, "screen", &pending->seq, 1, T0, &error), error);
  }
  print_clock (clock, "1,000 deliveries marked one by one");
}

static void
run_reopen (const char *dir)
{
  g_autofree char *lock = g_build_filename (dir, "state.lock", NULL);
  Clock clock = start_clock ();
  TcnStore *store = stores_open (dir);

  print_clock (clock, "opened after a clean end");
  clock = start_clock ();
  tcn_store_close (store);
  print_clock (clock, "closed");
  must (g_file_set_contents (lock, "running\n", -1, NULL), NULL);
  clock = start_clock ();
  store = stores_open (dir);
  print_clock (clock, "opened after an unclean end");
  tcn_store_close (store);
}

static void
run_many_feeds (void)
{
  g_autofree char *dir = stores_make_dir ();
  TcnStore *store = stores_open (dir);

  g_ptr_array_unref (sync_feeds (store, N_MANY_FEEDS, "10,000 feeds made"));
  tcn_store_close (store);
  store = stores_open (dir);
  g_ptr_array_unref (sync_feeds (store, N_MANY_FEEDS, "10,000 feeds loaded"));
  tcn_store_close (store);
  stores_remove_dir (dir);
}

int
main (void)
{
  g_autofree char *dir = stores_make_dir ();
  TcnStore *store = stores_open (dir);
  TcnLedger *ledger = tcn_ledger_new (store);
  g_autoptr (GPtrArray) states = sync_feeds (store, N_FEEDS, "1,000 feeds made");
  struct rusage usage;

  run_changed (ledger, states, 1, 0, "1,000 feeds cold, 40,000 items");
  tcn_ledger_free (ledger);
  tcn_store_close (store);
  store = stores_open (dir);
  ledger = tcn_ledger_new (store);
  run_unchanged (ledger, states);
  run_changed (ledger, states, 10, 4, "100 feeds with 4 new items of 40");
  run_changed (ledger, states, 1, 30, "1,000 feeds with 30 new items of 40");
  run_changed (ledger, states, 1, 60, "1,000 feeds with 30 new items of 40");
  run_archive (store);
  run_prune (store, T0 + DAY, "nothing pruned");
  run_prune (store, T0 + 91 * DAY, "60,000 texts pruned");
  run_marks (store, ledger, g_ptr_array_index (states, 0));
  tcn_ledger_free (ledger);
  tcn_store_close (store);
  run_reopen (dir);
  stores_remove_dir (dir);
  run_many_feeds ();
  getrusage (RUSAGE_SELF, &usage);
  printf ("%-44s %7.1f MB (documents included)\n", "peak memory",
          (double) usage.ru_maxrss / 1024);
  return 0;
}
