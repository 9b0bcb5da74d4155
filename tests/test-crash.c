/* SPDX-License-Identifier: MIT */
/*
 * A writer that is killed at random moments. It is this program again: it records polls of
 * five feeds that grow, sends what is pending by writing the alert's id to a file, and
 * says a byte at each step; the test lets it take some steps and kills it.
 */
#include <fcntl.h>
#include <gio/gio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/stores.h"
#include "store/private.h"
#include "tocsin/archive.h"

#define N_FEEDS 5
#define WINDOW 10
#define GROWTH 2 /* new items of a poll */

/* --- the writer ----------------------------------------------------------------------- */

static void
must (gboolean is_done, const GError *error)
{
  if (!is_done)
    g_error ("%s", error != NULL ? error->message : "failed");
}

/* How many polls the feed's validator speaks of: -1 for none. */
static int
polls_of (const TcnFeedState *feed)
{
  g_autofree char *text = NULL;
  gsize n = 0;
  const char *data = feed->etag != NULL ? g_bytes_get_data (feed->etag, &n) : NULL;

  text = g_strndup (data, n);
  return data != NULL ? (int) g_ascii_strtoll (text, NULL, 10) : -1;
}

static GHashTable *
sync_feeds (TcnStore *store)
{
  static const TcnFeedRef refs[N_FEEDS] = {
    { "feed0", "http://a/0" }, { "feed1", "http://a/1" }, { "feed2", "http://a/2" },
    { "feed3", "http://a/3" }, { "feed4", "http://a/4" },
  };
  g_autoptr (GError) error = NULL;
  GHashTable *states = tcn_feeds_sync (store, refs, N_FEEDS, T0, &error);

  must (states != NULL, error);
  return states;
}

static void
add_alerts (TcnLedger *ledger, const char *feed, const GPtrArray *ids)
{
  static const char *const sinks[] = { "a", "b", NULL };
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < ids->len; i++) {
    const char *id = g_ptr_array_index (ids, i);
    g_autoptr (TcnAlert) alert = id != NULL ? stores_alert (feed, id, "rule", T0) : NULL;

    if (alert != NULL)
      must (tcn_ledger_add_alert (ledger, alert, sinks, 0, &error), error);
  }
}

static void
record_next_poll (TcnLedger *ledger, TcnFeedState *feed)
{
  int poll = polls_of (feed) + 1;
  g_autofree char *etag = g_strdup_printf ("%d", poll);
  g_autoptr (GPtrArray) items =
      g_ptr_array_new_with_free_func ((GDestroyNotify) tcn_item_free);
  g_autoptr (GPtrArray) ids = NULL;
  g_autoptr (GError) error = NULL;

  for (int i = 0; i < WINDOW; i++) {
    g_autofree char *key = g_strdup_printf ("item %d", poll * GROWTH + i);
    TcnItem *item = stores_item ("T", key, NULL);

    item->content = g_strnfill (500, 'x');
    g_ptr_array_add (items, item);
  }
  must (tcn_ledger_begin_feed (ledger, feed, T0, 1, &error), error);
  ids = tcn_ledger_see (ledger, items, TRUE, &error);
  must (ids != NULL, error);
  add_alerts (ledger, feed->name, ids);
  g_clear_pointer (&feed->etag, g_bytes_unref);
  feed->etag = g_bytes_new (etag, strlen (etag));
  must (tcn_ledger_end_feed (ledger, feed, &error), error);
}

/* Sends, then marks, one by one: a kill between the two repeats one alert. */
static void
deliver (TcnStore *store, int log_fd)
{
  const TcnDueFilter filter = { .sink = "a", .now_unix = G_MAXINT64, .limit = 20 };
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) due = tcn_outbox_due (store, &filter, &error);

  must (due != NULL, error);
  for (guint i = 0; i < due->len; i++) {
    const TcnPending *pending = g_ptr_array_index (due, i);
    g_autofree char *line = g_strconcat (pending->alert->id, "\n", NULL);

    must (write (log_fd, line, strlen (line)) == (ssize_t) strlen (line), NULL);
    must (tcn_outbox_mark_sent (store, "a", &pending->seq, 1, T0, &error), error);
  }
}

static int
open_log (const char *path)
{
  int fd = open (path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);

  must (fd >= 0, NULL);
  return fd;
}

static int
run_writer (const char *dir, const char *log_path)
{
  g_autoptr (TcnStore) store = stores_open (dir);
  g_autoptr (TcnLedger) ledger = tcn_ledger_new (store);
  g_autoptr (GHashTable) states = sync_feeds (store);
  g_autoptr (GError) error = NULL;
  int log_fd = open_log (log_path);

  for (guint step = 0; TRUE; step++) {
    g_autofree char *name = g_strdup_printf ("feed%u", step % N_FEEDS);

    record_next_poll (ledger, g_hash_table_lookup (states, name));
    if (step % 3 == 2) {
      must (tcn_ledger_flush (ledger, &error), error);
      deliver (store, log_fd);
    }
    must (write (STDOUT_FILENO, ".", 1) == 1, NULL);
  }
  return 0;
}

/* --- the test ------------------------------------------------------------------------- */

typedef struct {
  char *dir;
  char *log_path;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autofree char *parent = NULL;

  f->dir = stores_make_dir ();
  parent = g_path_get_dirname (f->dir);
  f->log_path = g_build_filename (parent, "sent", NULL);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  unlink (f->log_path);
  stores_remove_dir (f->dir);
  g_free (f->log_path);
  g_free (f->dir);
}

static void
run_and_kill (Fixture *f)
{
  guint n_steps = (guint) g_test_rand_int_range (0, 40);
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) writer =
      g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, "/proc/self/exe",
                        "--writer", f->dir, f->log_path, NULL);
  GInputStream *steps;

  g_assert_no_error (error);
  steps = g_subprocess_get_stdout_pipe (writer);
  for (guint i = 0; i < n_steps; i++) {
    char byte;

    g_assert_cmpint (g_input_stream_read (steps, &byte, 1, NULL, &error), ==, 1);
    g_assert_no_error (error);
  }
  g_subprocess_force_exit (writer);
  g_assert_true (g_subprocess_wait (writer, NULL, &error));
  g_assert_cmpint (g_subprocess_get_term_sig (writer), ==, SIGKILL);
}

static gboolean
count_item (const TcnArchived *archived, gpointer data)
{
  guint *n = data;

  (*n)++;
  return TRUE;
}

static gboolean
count_alert (const TcnAlertRecord *record, gpointer data)
{
  guint *n = data;

  g_assert_cmpuint (record->deliveries->len, ==, 2);
  (*n)++;
  return TRUE;
}

/* As many items as the validator speaks of, each with its alert. */
static void
check_feed (TcnStore *store, const TcnFeedState *feed)
{
  TcnArchiveFilter items = { .feed = feed->name };
  TcnAlertFilter alerts = { .feed = feed->name };
  int polls = polls_of (feed);
  guint expected = polls >= 0 ? WINDOW + GROWTH * (guint) polls : 0;
  g_autoptr (GError) error = NULL;
  guint n_items = 0;
  guint n_alerts = 0;

  if (!tcn_archive_each (store, &items, count_item, &n_items, &error) ||
      !tcn_outbox_list (store, &alerts, count_alert, &n_alerts, &error))
    g_assert_no_error (error);
  g_assert_cmpuint (n_items, ==, expected);
  g_assert_cmpuint (n_alerts, ==, expected);
  g_assert_cmpint (feed->items_seen, ==, expected);
  g_assert_cmpuint (feed->window_items, ==, polls >= 0 ? WINDOW : 0);
}

static void
check (TcnStore *store)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GHashTable) states = tcn_feeds_load (store, &error);
  GHashTableIter iter;
  gpointer state;

  g_assert_no_error (error);
  g_hash_table_iter_init (&iter, states);
  while (g_hash_table_iter_next (&iter, NULL, &state))
    check_feed (store, state);
}

/* By a reader, which finds what the writer left, or by the next writer, which looks
 * through the file. */
static void
check_after_kill (Fixture *f)
{
  g_autoptr (TcnStore) store =
      g_test_rand_bit () ? stores_open_read (f->dir) : stores_open (f->dir);
  g_autoptr (GError) error = NULL;

  if (!tcn_db_quick_check (tcn_store_db (store), &error))
    g_assert_no_error (error);
  check (store);
}

static void
deliver_rest (Fixture *f)
{
  g_autoptr (TcnStore) store = stores_open (f->dir);
  g_autoptr (GError) error = NULL;
  int log_fd = open_log (f->log_path);
  gint64 next_unix = 0;

  for (; next_unix != TCN_TIME_NONE; deliver (store, log_fd))
    if (!tcn_outbox_next_due (store, "a", &next_unix, &error))
      g_assert_no_error (error);
  close (log_fd);
}

static gboolean
find_sent (const TcnAlertRecord *record, gpointer data)
{
  g_assert_true (g_hash_table_contains (data, record->alert->id));
  return TRUE;
}

/* Each alert was sent; at most one a kill was sent twice. */
static void
check_sent (Fixture *f, guint n_kills)
{
  g_autofree char *contents = NULL;
  g_auto (GStrv) lines = NULL;
  g_autoptr (GHashTable) sent = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (TcnStore) store = stores_open_read (f->dir);
  TcnAlertFilter all = { 0 };
  guint n_repeated = 0;

  g_assert_true (g_file_get_contents (f->log_path, &contents, NULL, NULL));
  lines = g_strsplit (contents, "\n", -1);
  for (guint i = 0; lines[i] != NULL && *lines[i] != '\0'; i++)
    n_repeated += !g_hash_table_add (sent, lines[i]);
  g_assert_true (tcn_outbox_list (store, &all, find_sent, sent, NULL));
  g_assert_cmpuint (n_repeated, <=, n_kills);
}

static void
test_crash_loses_and_repeats_nothing (Fixture *f, gconstpointer data)
{
  guint n_kills = g_getenv ("TOCSIN_TEST_LONG") != NULL ? 60 : 6;

  for (guint i = 0; i < n_kills; i++) {
    run_and_kill (f);
    check_after_kill (f);
  }
  deliver_rest (f);
  check_sent (f, n_kills);
}

int
main (int argc, char **argv)
{
  if (argc == 4 && g_str_equal (argv[1], "--writer"))
    return run_writer (argv[2], argv[3]);
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/crash/loses-and-repeats-nothing", Fixture, NULL, set_up,
              test_crash_loses_and_repeats_nothing, tear_down);
  return g_test_run ();
}
