/* SPDX-License-Identifier: MIT */
/*
 * Writes and syncs that fail: the n-th one, for every n that a run of the store's work
 * has. Whatever fails, the file holds whole polls, and works again once the disk does.
 */
#include <sqlite3.h>
#include <string.h>

#include "lib/stores.h"
#include "store/private.h"
#include "tocsin/archive.h"
#include "tocsin/error.h"

#define N_FEEDS 2
#define WINDOW 10
#define GROWTH 4

/* --- a file system that fails --------------------------------------------------------- */

/* SQLite hands the methods of a file no data of ours, hence this one. */
static struct {
  int countdown; /* operations until the first that fails; negative: none fails */
  int result;    /* SQLite's code for it */
  const char *until_gone; /* all fail while there is a file of that name */
  int (*open) (sqlite3_vfs *, const char *, sqlite3_file *, int, int *);
} faults;

/* The methods of a file with ours among them; the first member is what the file sees. */
typedef struct {
  sqlite3_io_methods methods;
  const sqlite3_io_methods *real;
} Methods;

static gboolean
is_failing (void)
{
  if (faults.until_gone != NULL)
    return g_file_test (faults.until_gone, G_FILE_TEST_EXISTS);
  if (faults.countdown < 0)
    return FALSE;
  if (faults.countdown > 0)
    faults.countdown--;
  return faults.countdown == 0;
}

static const sqlite3_io_methods *
real_methods (sqlite3_file *file)
{
  return ((const Methods *) file->pMethods)->real;
}

static int
write_or_fail (sqlite3_file *file, const void *data, int n, sqlite3_int64 offset)
{
  if (is_failing ())
    return faults.result;
  return real_methods (file)->xWrite (file, data, n, offset);
}

static int
sync_or_fail (sqlite3_file *file, int flags)
{
  if (is_failing ())
    return faults.result == SQLITE_FULL ? SQLITE_IOERR_FSYNC : faults.result;
  return real_methods (file)->xSync (file, flags);
}

/* Frees what open_faulty() made; the file itself is the real method's to close. */
static int
close_faulty (sqlite3_file *file)
{
  g_autofree Methods *ours = (Methods *) file->pMethods;

  file->pMethods = ours->real;
  return ours->real->xClose (file);
}

static int
open_faulty (sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags,
             int *out_flags)
{
  int code = faults.open (vfs, name, file, flags, out_flags);
  Methods *ours;

  if (code != SQLITE_OK || file->pMethods == NULL)
    return code;
  ours = g_new0 (Methods, 1);
  ours->methods = *file->pMethods;
  ours->real = file->pMethods;
  ours->methods.xWrite = write_or_fail;
  ours->methods.xSync = sync_or_fail;
  ours->methods.xClose = close_faulty;
  file->pMethods = &ours->methods;
  return SQLITE_OK;
}

static void
install_faults (sqlite3_vfs *vfs)
{
  sqlite3_vfs *real = sqlite3_vfs_find (NULL);

  faults.countdown = -1;
  faults.open = real->xOpen;
  *vfs = *real;
  vfs->zName = "faulty";
  vfs->pNext = NULL;
  vfs->xOpen = open_faulty;
  g_assert_cmpint (sqlite3_vfs_register (vfs, 1), ==, SQLITE_OK);
}

/* --- the work ------------------------------------------------------------------------- */

static GHashTable *
sync_feeds (TcnStore *store)
{
  static const TcnFeedRef refs[N_FEEDS] = { { "a", "http://a/" }, { "b", "http://b/" } };
  g_autoptr (GError) error = NULL;
  GHashTable *states = tcn_feeds_sync (store, refs, N_FEEDS, T0, &error);

  g_assert_no_error (error);
  return states;
}

static int
polls_of (const TcnFeedState *feed)
{
  return feed->etag != NULL ? (int) g_bytes_get_size (feed->etag) : 0;
}

static gboolean
add_alerts (TcnLedger *ledger, const char *feed, const GPtrArray *ids, GError **error)
{
  static const char *const sinks[] = { "a", "b", NULL };

  for (guint i = 0; i < ids->len; i++) {
    const char *id = g_ptr_array_index (ids, i);
    g_autoptr (TcnAlert) alert = id != NULL ? stores_alert (feed, id, "rule", T0) : NULL;

    if (alert != NULL && !tcn_ledger_add_alert (ledger, alert, sinks, 0, error))
      return FALSE;
  }
  return TRUE;
}

/* The next poll: GROWTH items are new; the validator grows by a byte. */
static gboolean
record (TcnLedger *ledger, TcnFeedState *feed, GError **error)
{
  int polls = polls_of (feed);
  g_autoptr (GPtrArray) items =
      g_ptr_array_new_with_free_func ((GDestroyNotify) tcn_item_free);
  g_autoptr (GPtrArray) ids = NULL;

  for (int i = 0; i < WINDOW; i++) {
    g_autofree char *key = g_strdup_printf ("item %d", polls * GROWTH + i);
    TcnItem *item = stores_item ("T", key, NULL);

    item->content = g_strnfill (5000, 'x');
    g_ptr_array_add (items, item);
  }
  if (!tcn_ledger_begin_feed (ledger, feed, T0, 1, error))
    return FALSE;
  ids = tcn_ledger_see (ledger, items, TRUE, error);
  if (ids == NULL || !add_alerts (ledger, feed->name, ids, error))
    return FALSE;
  g_clear_pointer (&feed->etag, g_bytes_unref);
  feed->etag = g_bytes_new ("xxxxxxxxxxxxxxxx", (gsize) polls + 1);
  return tcn_ledger_end_feed (ledger, feed, error);
}

static gboolean
record_all (TcnLedger *ledger, GHashTable *states, GError **error)
{
  return record (ledger, g_hash_table_lookup (states, "a"), error) &&
         record (ledger, g_hash_table_lookup (states, "b"), error) &&
         tcn_ledger_flush (ledger, error);
}

static gboolean
work (TcnStore *store, TcnLedger *ledger, GHashTable *states, GError **error)
{
  gint64 seq = 1;
  gboolean is_done = FALSE;

  return record_all (ledger, states, error) &&
         tcn_outbox_mark_sent (store, "a", &seq, 1, T0, error) &&
         tcn_store_prune (store, T0 + 1, 90 * DAY, &is_done, error);
}

/* --- what must hold ------------------------------------------------------------------- */

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

/* As many items and alerts as the validators speak of. */
static void
check (TcnStore *store)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GHashTable) states = tcn_feeds_load (store, &error);
  TcnArchiveFilter items = { 0 };
  TcnAlertFilter alerts = { 0 };
  guint expected = 0;
  guint n_items = 0;
  guint n_alerts = 0;
  GHashTableIter iter;
  gpointer state;

  g_assert_no_error (error);
  g_hash_table_iter_init (&iter, states);
  while (g_hash_table_iter_next (&iter, NULL, &state)) {
    int polls = polls_of (state);

    expected += polls > 0 ? WINDOW + GROWTH * (guint) (polls - 1) : 0;
  }
  g_assert_true (tcn_archive_each (store, &items, count_item, &n_items, &error));
  g_assert_true (tcn_outbox_list (store, &alerts, count_alert, &n_alerts, &error));
  g_assert_cmpuint (n_items, ==, expected);
  g_assert_cmpuint (n_alerts, ==, expected);
}

/* On the same connection, once the disk works again. */
static void
work_again (TcnStore *store, TcnLedger *ledger)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GHashTable) states = tcn_feeds_load (store, &error);

  g_assert_no_error (error);
  if (!work (store, ledger, states, &error))
    g_assert_no_error (error);
  check (store);
}

/* One run in which the `n`-th operation fails and, if `is_lasting`, all after it. FALSE
 * when there are fewer. */
static gboolean
run_with_fault (int n, int result, gboolean is_lasting)
{
  g_autofree char *dir = stores_make_dir ();
  TcnStore *store = stores_open (dir);
  TcnLedger *ledger = tcn_ledger_new (store);
  g_autoptr (GHashTable) states = sync_feeds (store);
  g_autoptr (GError) error = NULL;
  gboolean is_hit;

  if (!record_all (ledger, states, &error))
    g_assert_no_error (error);
  faults.countdown = n;
  faults.result = result;
  is_hit = !work (store, ledger, states, &error);
  if (!is_lasting)
    faults.countdown = -1;
  if (is_hit) {
    g_assert_error (error, TCN_ERROR, TCN_ERROR_STORE);
    g_assert_cmpint (tcn_ledger_due_us (ledger), ==, 0);
    check (store);
  }
  if (!is_lasting)
    work_again (store, ledger);
  tcn_ledger_free (ledger);
  tcn_store_close (store);
  faults.countdown = -1;
  store = stores_open (dir);
  check (store);
  tcn_store_close (store);
  stores_remove_dir (dir);
  return is_hit;
}

static void
run_all (int result, gboolean is_lasting)
{
  int n = 1;

  while (run_with_fault (n, result, is_lasting))
    n++;
  g_test_message ("%d operations were made to fail", n - 1);
  g_assert_cmpint (n, >, 10);
}

static void
test_fault_of_one_write (void)
{
  run_all (SQLITE_IOERR_WRITE, FALSE);
}

static void
test_fault_of_a_full_disk (void)
{
  run_all (SQLITE_FULL, TRUE);
}

/* Dispatch commits what is open before it reads; when that fails, whoever recorded it has
 * to hear of it. */
static void
test_fault_is_told_to_who_recorded (void)
{
  g_autofree char *dir = stores_make_dir ();
  TcnStore *store = stores_open (dir);
  TcnLedger *ledger = tcn_ledger_new (store);
  g_autoptr (GHashTable) states = sync_feeds (store);
  TcnFeedState *feed = g_hash_table_lookup (states, "a");
  const TcnDueFilter filter = { .sink = "a", .now_unix = T0, .limit = 10 };
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) told = NULL;
  g_autoptr (GError) again = NULL;

  if (!record (ledger, feed, &error))
    g_assert_no_error (error);
  faults.countdown = 1;
  faults.result = SQLITE_FULL;
  g_assert_null (tcn_outbox_due (store, &filter, &error));
  faults.countdown = -1;

  g_assert_error (error, TCN_ERROR, TCN_ERROR_STORE);
  g_assert_cmpint (tcn_ledger_due_us (ledger), ==, 1);
  g_assert_false (tcn_ledger_flush (ledger, &told));
  g_assert_error (told, TCN_ERROR, TCN_ERROR_STORE);
  g_assert_true (tcn_ledger_flush (ledger, &again));
  work_again (store, ledger);
  tcn_ledger_free (ledger);
  tcn_store_close (store);
  stores_remove_dir (dir);
}

/* What was sent must not be sent again: on a full disk its mark has room of its own. */
static void
test_fault_spares_room_for_a_mark (void)
{
  g_autofree char *dir = stores_make_dir ();
  g_autofree char *reserve = g_build_filename (dir, TCN_STORE_RESERVE, NULL);
  TcnStore *store = stores_open (dir);
  TcnLedger *ledger = tcn_ledger_new (store);
  g_autoptr (GHashTable) states = sync_feeds (store);
  const TcnDueFilter filter = { .sink = "a", .now_unix = T0, .limit = 1 };
  g_autoptr (GPtrArray) due = NULL;
  g_autoptr (GError) error = NULL;
  gint64 seq;

  g_assert_true (record_all (ledger, states, &error));
  due = tcn_outbox_due (store, &filter, &error);
  g_assert_cmpuint (due->len, ==, 1);
  seq = ((TcnPending *) due->pdata[0])->seq;
  g_assert_true (tcn_outbox_prepare (store, &error));
  g_assert_true (g_file_test (reserve, G_FILE_TEST_EXISTS));
  faults.result = SQLITE_FULL;
  faults.until_gone = reserve;
  g_assert_true (tcn_outbox_mark_sent (store, "a", &seq, 1, T0, &error));
  faults.until_gone = NULL;
  g_assert_false (g_file_test (reserve, G_FILE_TEST_EXISTS));
  g_assert_no_error (error);

  g_clear_pointer (&due, g_ptr_array_unref);
  due = tcn_outbox_due (store, &filter, &error);
  g_assert_cmpint (((TcnPending *) due->pdata[0])->seq, !=, seq);
  tcn_ledger_free (ledger);
  tcn_store_close (store);
  stores_remove_dir (dir);
}

int
main (int argc, char **argv)
{
  sqlite3_vfs vfs;

  g_test_init (&argc, &argv, NULL);
  install_faults (&vfs);
  g_test_add_func ("/fault/of-one-write", test_fault_of_one_write);
  g_test_add_func ("/fault/of-a-full-disk", test_fault_of_a_full_disk);
  g_test_add_func ("/fault/spares-room-for-a-mark", test_fault_spares_room_for_a_mark);
  g_test_add_func ("/fault/is-told-to-who-recorded", test_fault_is_told_to_who_recorded);
  return g_test_run ();
}
