/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/stores.h"
#include "store/private.h"
#include "tocsin/archive.h"
#include "tocsin/error.h"

typedef struct {
  char *dir;
  char *path; /* of the state's file */
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  f->dir = stores_make_dir ();
  f->path = g_build_filename (f->dir, "state.db", NULL);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  stores_remove_dir (f->dir);
  g_free (f->dir);
  g_free (f->path);
}

/* Opening fails with `code`; the message. (transfer full) */
static char *
open_failing (Fixture *f, TcnStoreMode mode, TcnErrorCode code)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TcnStore) store = tcn_store_open (f->dir, mode, &error);

  g_assert_null (store);
  g_assert_error (error, TCN_ERROR, (int) code);
  return g_strdup (error->message);
}

/* Names in the state directory that begin so. */
static guint
count_files (Fixture *f, const char *prefix)
{
  g_autoptr (GDir) dir = g_dir_open (f->dir, 0, NULL);
  const char *name = dir != NULL ? g_dir_read_name (dir) : NULL;
  guint n = 0;

  for (; name != NULL; name = g_dir_read_name (dir))
    n += g_str_has_prefix (name, prefix);
  return n;
}

static char *
checksum_of (const char *path)
{
  g_autofree char *contents = NULL;
  gsize n = 0;

  g_assert_true (g_file_get_contents (path, &contents, &n, NULL));
  return g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guchar *) contents, n);
}

/* A state with `n` items of one feed, closed. */
static void
make_state (Fixture *f, guint n)
{
  g_autoptr (TcnStore) store = stores_open (f->dir);
  g_autoptr (TcnLedger) ledger = tcn_ledger_new (store);
  g_autoptr (TcnFeedState) feed = stores_one_feed (store, "a", "https://a.example/");
  GPtrArray *items = g_ptr_array_new_with_free_func ((GDestroyNotify) tcn_item_free);
  g_autoptr (GPtrArray) ids = NULL;

  for (guint i = 0; i < n; i++) {
    g_autofree char *key = g_strdup_printf ("key %u", i);
    TcnItem *item = stores_item ("A title", key, NULL);

    item->content = g_strnfill (1000, 'x');
    g_ptr_array_add (items, item);
  }
  ids = stores_poll (ledger, feed, items, TRUE, T0);
  g_assert_cmpuint (stores_count_new (ids), ==, n);
}

static gboolean
count_item (const TcnArchived *archived, gpointer data)
{
  guint *n = data;

  (*n)++;
  return TRUE;
}

static guint
count_items (TcnStore *store)
{
  TcnArchiveFilter filter = { 0 };
  g_autoptr (GError) error = NULL;
  guint n = 0;

  if (!tcn_archive_each (store, &filter, count_item, &n, &error))
    g_assert_no_error (error);
  return n;
}

static gboolean
count_alert (const TcnAlertRecord *record, gpointer data)
{
  guint *n = data;

  (*n)++;
  return TRUE;
}

static guint
count_alerts (TcnStore *store)
{
  TcnAlertFilter filter = { 0 };
  g_autoptr (GError) error = NULL;
  guint n = 0;

  if (!tcn_outbox_list (store, &filter, count_alert, &n, &error))
    g_assert_no_error (error);
  return n;
}

/* Writes `n` bytes of garbage over the file at `offset`. */
static void
damage (const char *path, long offset, gsize n)
{
  g_autofree char *garbage = g_strnfill (n, 'Z');
  FILE *file = fopen (path, "r+b");

  g_assert_nonnull (file);
  g_assert_cmpint (fseek (file, offset, SEEK_SET), ==, 0);
  g_assert_cmpuint (fwrite (garbage, 1, n, file), ==, n);
  g_assert_cmpint (fclose (file), ==, 0);
}

static void
set_pragma (Fixture *f, const char *script)
{
  g_autoptr (TcnStore) store = stores_open (f->dir);
  g_autoptr (GError) error = NULL;

  if (!tcn_db_exec (tcn_store_db (store), script, &error))
    g_assert_no_error (error);
}

/* --- files and locks ------------------------------------------------------------------ */

static void
test_store_is_private (Fixture *f, gconstpointer data)
{
  struct stat st;
  mode_t old = umask (0);
  TcnStore *store = stores_open (f->dir);

  umask (old);
  g_assert_cmpint (stat (f->dir, &st), ==, 0);
  g_assert_cmpuint (st.st_mode & 0777, ==, 0700);
  g_assert_cmpint (stat (f->path, &st), ==, 0);
  g_assert_cmpuint (st.st_mode & 0777, ==, 0600);
  tcn_store_close (store);
}

static void
test_store_closes_to_one_file (Fixture *f, gconstpointer data)
{
  make_state (f, 3);

  g_assert_cmpuint (count_files (f, "state.db"), ==, 1);
  g_assert_cmpuint (count_files (f, "state.lock"), ==, 1);
}

static void
test_store_lets_one_writer_in (Fixture *f, gconstpointer data)
{
  TcnStore *store = stores_open (f->dir);
  g_autofree char *message = open_failing (f, TCN_STORE_WRITE, TCN_ERROR_LOCKED);
  g_autofree char *pid = g_strdup_printf ("process %ld", (long) getpid ());

  g_assert_nonnull (strstr (message, pid));
  tcn_store_close (store);
  tcn_store_close (stores_open (f->dir));
}

static void
test_store_is_read_beside_its_writer (Fixture *f, gconstpointer data)
{
  g_autoptr (TcnStore) writer = NULL;
  g_autoptr (TcnLedger) ledger = NULL;
  g_autoptr (TcnFeedState) feed = NULL;
  g_autoptr (TcnStore) reader = NULL;
  g_autoptr (GPtrArray) ids = NULL;

  make_state (f, 3);
  writer = stores_open (f->dir);
  ledger = tcn_ledger_new (writer);
  feed = stores_one_feed (writer, "a", "https://a.example/");
  reader = stores_open_read (f->dir);
  g_assert_cmpuint (count_items (reader), ==, 3);
  ids = stores_poll (ledger, feed, stores_items ("New", "new", NULL), TRUE, T0 + 60);
  g_assert_cmpuint (count_items (reader), ==, 4);
}

static void
test_store_reader_changes_nothing (Fixture *f, gconstpointer data)
{
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;

  make_state (f, 3);
  before = checksum_of (f->path);
  for (guint i = 0; i < 3; i++) {
    g_autoptr (TcnStore) reader = stores_open_read (f->dir);

    g_assert_cmpuint (count_items (reader), ==, 3);
  }
  after = checksum_of (f->path);
  g_assert_cmpstr (before, ==, after);
  tcn_store_close (stores_open (f->dir));
}

static void
test_store_reader_of_nothing_sees_nothing (Fixture *f, gconstpointer data)
{
  g_autoptr (TcnStore) reader = stores_open_read (f->dir);
  g_autoptr (GError) error = NULL;
  g_autoptr (GHashTable) states = tcn_feeds_load (reader, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (g_hash_table_size (states), ==, 0);
  g_assert_cmpuint (count_items (reader), ==, 0);
  g_assert_false (g_file_test (f->dir, G_FILE_TEST_EXISTS));
}

/* Root may write everywhere, and so becomes somebody else. */
static void
test_store_is_read_where_nothing_may_be_written (Fixture *f, gconstpointer data)
{
  g_autofree char *parent = g_path_get_dirname (f->dir);
  gboolean is_root = geteuid () == 0;

  make_state (f, 3);
  g_assert_cmpint (chmod (parent, 0755), ==, 0);
  g_assert_cmpint (chmod (f->path, 0444), ==, 0);
  g_assert_cmpint (chmod (f->dir, 0555), ==, 0);
  g_assert_true (!is_root || seteuid (65534) == 0);
  {
    g_autoptr (TcnStore) reader = stores_open_read (f->dir);

    g_assert_cmpuint (count_items (reader), ==, 3);
  }
  g_assert_true (!is_root || seteuid (0) == 0);
  g_assert_cmpint (chmod (f->dir, 0700), ==, 0);
}

/* --- whose file it is ----------------------------------------------------------------- */

static void
test_store_refuses_a_newer_schema (Fixture *f, gconstpointer data)
{
  g_autofree char *message = NULL;
  g_autofree char *reader_message = NULL;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;

  set_pragma (f, "PRAGMA user_version = 999");
  before = checksum_of (f->path);
  message = open_failing (f, TCN_STORE_WRITE, TCN_ERROR_STORE);
  reader_message = open_failing (f, TCN_STORE_READ, TCN_ERROR_STORE);
  after = checksum_of (f->path);

  g_assert_nonnull (strstr (message, "newer"));
  g_assert_nonnull (strstr (reader_message, "newer"));
  g_assert_cmpstr (before, ==, after);
}

/* What the first version had, brought up to date with all that is in it. */
static void
test_store_migrates_an_older_schema (Fixture *f, gconstpointer data)
{
  g_autofree char *reader_message = NULL;
  g_autoptr (TcnStore) store = NULL;

  make_state (f, 3);
  set_pragma (f, "DROP TABLE rule_cooldown; DROP INDEX outbox_pending;"
                 "ALTER TABLE outbox DROP COLUMN not_before;"
                 "CREATE INDEX outbox_pending ON outbox (sink, alert, next_try)"
                 " WHERE state = 0;"
                 "ALTER TABLE alert DROP COLUMN rule_title; PRAGMA user_version = 1");
  reader_message = open_failing (f, TCN_STORE_READ, TCN_ERROR_STORE);
  store = stores_open (f->dir);

  g_assert_nonnull (strstr (reader_message, "older"));
  g_assert_cmpuint (count_items (store), ==, 3);
  g_assert_cmpuint (count_alerts (store), ==, 0);
}

static void
test_store_refuses_a_database_of_another_program (Fixture *f, gconstpointer data)
{
  g_autofree char *message = NULL;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;

  set_pragma (f, "PRAGMA application_id = 5");
  before = checksum_of (f->path);
  message = open_failing (f, TCN_STORE_WRITE, TCN_ERROR_STORE);
  after = checksum_of (f->path);

  g_assert_nonnull (strstr (message, "another program"));
  g_assert_cmpstr (before, ==, after);
}

static void
test_store_takes_up_an_interrupted_start (Fixture *f, gconstpointer data)
{
  g_assert_cmpint (g_mkdir_with_parents (f->dir, 0700), ==, 0);
  g_assert_true (g_file_set_contents (f->path, "", 0, NULL));

  tcn_store_close (stores_open (f->dir));
  make_state (f, 2);
}

/* --- damage --------------------------------------------------------------------------- */

/* The next opening starts anew and is silent for the feeds it then has, and for no other
 * one. */
static void
assert_starts_anew (Fixture *f)
{
  TcnFeedRef refs[] = { { "a", "https://a.example/" }, { "b", "https://b.example/" } };
  g_autoptr (TcnStore) store = stores_open (f->dir);
  g_autoptr (TcnFeedState) feed = stores_one_feed (store, "a", "https://a.example/");
  g_autoptr (GError) error = NULL;
  g_autoptr (GHashTable) states = tcn_feeds_sync (store, refs, 2, T0, &error);
  const TcnFeedState *second = g_hash_table_lookup (states, "b");

  g_assert_no_error (error);
  g_assert_cmpuint (count_items (store), ==, 0);
  g_assert_true (feed->is_silent);
  g_assert_false (second->is_silent);
}

static void
assert_moved_aside (Fixture *f, const char *message)
{
  g_autofree char *aside = g_strconcat (f->path, ".corrupt-", NULL);

  g_assert_nonnull (strstr (message, aside));
  g_assert_false (g_file_test (f->path, G_FILE_TEST_EXISTS));
  g_assert_cmpuint (count_files (f, "state.db.corrupt-"), >=, 1);
  assert_starts_anew (f);
}

static void
test_store_moves_garbage_aside (Fixture *f, gconstpointer data)
{
  g_autofree char *message = NULL;
  g_autofree char *garbage = g_strnfill (20000, 'g');

  g_assert_cmpint (g_mkdir_with_parents (f->dir, 0700), ==, 0);
  g_assert_true (g_file_set_contents (f->path, garbage, 20000, NULL));
  message = open_failing (f, TCN_STORE_WRITE, TCN_ERROR_STORE_CORRUPT);

  assert_moved_aside (f, message);
}

static void
test_store_finds_changed_pages (Fixture *f, gconstpointer data)
{
  g_autofree char *message = NULL;

  make_state (f, 100);
  damage (f->path, 10 * 8192, 8192);
  message = open_failing (f, TCN_STORE_WRITE, TCN_ERROR_STORE_CORRUPT);

  assert_moved_aside (f, message);
}

static void
test_store_finds_a_cut_file (Fixture *f, gconstpointer data)
{
  g_autofree char *message = NULL;

  make_state (f, 100);
  g_assert_cmpint (truncate (f->path, 5 * 8192 + 100), ==, 0);
  message = open_failing (f, TCN_STORE_WRITE, TCN_ERROR_STORE_CORRUPT);

  assert_moved_aside (f, message);
}

static void
test_store_finds_an_emptied_file (Fixture *f, gconstpointer data)
{
  g_autofree char *message = NULL;

  make_state (f, 3);
  g_assert_cmpint (truncate (f->path, 0), ==, 0);
  message = open_failing (f, TCN_STORE_WRITE, TCN_ERROR_STORE_CORRUPT);

  assert_moved_aside (f, message);
}

static void
test_store_keeps_two_damaged_files (Fixture *f, gconstpointer data)
{
  for (guint i = 0; i < 2; i++) {
    g_autofree char *message = NULL;

    g_assert_cmpint (g_mkdir_with_parents (f->dir, 0700), ==, 0);
    g_assert_true (g_file_set_contents (f->path, "no database at all", -1, NULL));
    message = open_failing (f, TCN_STORE_WRITE, TCN_ERROR_STORE_CORRUPT);
  }
  g_assert_cmpuint (count_files (f, "state.db.corrupt-"), ==, 2);
}

static void
test_store_reader_leaves_damage_where_it_is (Fixture *f, gconstpointer data)
{
  g_autofree char *message = NULL;

  g_assert_cmpint (g_mkdir_with_parents (f->dir, 0700), ==, 0);
  g_assert_true (g_file_set_contents (f->path, "no database at all", -1, NULL));
  message = open_failing (f, TCN_STORE_READ, TCN_ERROR_STORE_CORRUPT);

  g_assert_true (g_file_test (f->path, G_FILE_TEST_EXISTS));
  g_assert_cmpuint (count_files (f, "state.db.corrupt-"), ==, 0);
}

static void
test_store_moves_aside_what_is_damaged_later (Fixture *f, gconstpointer data)
{
  TcnArchiveFilter filter = { 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) again = NULL;
  g_autofree char *message = NULL;
  guint n = 0;
  TcnStore *store;

  make_state (f, 100);
  store = stores_open (f->dir);
  damage (f->path, 18 * 8192, 4 * 8192);

  g_assert_false (tcn_archive_each (store, &filter, count_item, &n, &error));
  g_assert_error (error, TCN_ERROR, TCN_ERROR_STORE_CORRUPT);
  g_assert_null (tcn_feeds_load (store, &again));
  g_assert_error (again, TCN_ERROR, TCN_ERROR_STORE_CORRUPT);
  message = g_strdup (error->message);
  tcn_store_close (store);
  assert_moved_aside (f, message);
}

static void
test_store_starts_afresh_when_the_file_was_removed (Fixture *f, gconstpointer data)
{
  make_state (f, 3);
  g_unlink (f->path);
  {
    g_autoptr (TcnStore) store = stores_open (f->dir);
    g_autoptr (TcnFeedState) feed = stores_one_feed (store, "a", "https://a.example/");

    g_assert_false (feed->is_silent);
  }
}

/* --- a full disk ---------------------------------------------------------------------- */

/* Records until it fails; the rows of what failed are not there afterwards. */
static void
fill_up (TcnStore *store, TcnErrorCode code)
{
  g_autoptr (TcnLedger) ledger = tcn_ledger_new (store);
  g_autoptr (TcnFeedState) feed = stores_one_feed (store, "a", "https://a.example/");
  g_autoptr (GError) error = NULL;
  guint n_kept = 0;

  for (guint i = 0; error == NULL && i < 1000; i++) {
    g_autofree char *key = g_strdup_printf ("big %u", i);
    g_autoptr (GPtrArray) items = stores_items ("Big", key, NULL);
    g_autoptr (GPtrArray) ids = NULL;
    TcnItem *item = g_ptr_array_index (items, 0);

    item->content = g_strnfill (50000, 'x');
    if (tcn_ledger_begin_feed (ledger, feed, T0, 1, &error))
      ids = tcn_ledger_see (ledger, items, TRUE, &error);
    if (ids != NULL && tcn_ledger_end_feed (ledger, feed, &error) &&
        tcn_ledger_flush (ledger, &error))
      n_kept++;
  }
  g_assert_error (error, TCN_ERROR, (int) code);
  g_assert_cmpint (tcn_ledger_due_us (ledger), ==, 0);
  g_assert_cmpuint (n_kept, >, 0);
  g_assert_cmpuint (count_items (store), ==, n_kept);
}

static void
assert_works_again (TcnStore *store)
{
  g_autoptr (TcnLedger) ledger = tcn_ledger_new (store);
  g_autoptr (TcnFeedState) feed = stores_one_feed (store, "a", "https://a.example/");
  g_autoptr (GPtrArray) ids =
      stores_poll (ledger, feed, stores_items ("New", "new", NULL), TRUE, T0 + 60);

  g_assert_cmpuint (stores_count_new (ids), ==, 1);
}

static void
test_store_says_that_the_disk_is_full (Fixture *f, gconstpointer data)
{
  g_autoptr (TcnStore) store = stores_open (f->dir);
  g_autoptr (GError) error = NULL;

  g_assert_true (tcn_db_exec (tcn_store_db (store), "PRAGMA max_page_count = 60", NULL));
  fill_up (store, TCN_ERROR_STORE);
  g_assert_true (
      tcn_db_exec (tcn_store_db (store), "PRAGMA max_page_count = 9999", NULL));
  assert_works_again (store);
}

static void
test_store_survives_a_failing_write (Fixture *f, gconstpointer data)
{
  g_autoptr (TcnStore) store = stores_open (f->dir);
  struct rlimit old;
  struct rlimit tight;

  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &old), ==, 0);
  tight = old;
  tight.rlim_cur = 1024 * 1024;
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &tight), ==, 0);
  fill_up (store, TCN_ERROR_STORE);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &old), ==, 0);
  assert_works_again (store);
}

static void
test_store_says_where_it_cannot_be (Fixture *f, gconstpointer data)
{
  g_autofree char *message = NULL;
  g_autofree char *reader_message = NULL;

  g_assert_true (g_file_set_contents (f->dir, "a file", -1, NULL));
  message = open_failing (f, TCN_STORE_WRITE, TCN_ERROR_STORE);
  reader_message = open_failing (f, TCN_STORE_READ, TCN_ERROR_STORE);
  g_assert_nonnull (strstr (message, f->dir));
  g_assert_nonnull (strstr (reader_message, f->dir));
  g_unlink (f->dir);
}

int
main (int argc, char **argv)
{
#define ADD(path, func)                                                                  \
  g_test_add ("/store/" path, Fixture, NULL, set_up, func, tear_down)

  g_test_init (&argc, &argv, NULL);
  ADD ("is-private", test_store_is_private);
  ADD ("closes-to-one-file", test_store_closes_to_one_file);
  ADD ("lets-one-writer-in", test_store_lets_one_writer_in);
  ADD ("is-read-beside-its-writer", test_store_is_read_beside_its_writer);
  ADD ("reader-changes-nothing", test_store_reader_changes_nothing);
  ADD ("reader-of-nothing-sees-nothing", test_store_reader_of_nothing_sees_nothing);
  ADD ("is-read-where-nothing-may-be-written",
       test_store_is_read_where_nothing_may_be_written);
  ADD ("refuses-a-newer-schema", test_store_refuses_a_newer_schema);
  ADD ("migrates-an-older-schema", test_store_migrates_an_older_schema);
  ADD ("refuses-a-database-of-another-program",
       test_store_refuses_a_database_of_another_program);
  ADD ("takes-up-an-interrupted-start", test_store_takes_up_an_interrupted_start);
  ADD ("moves-garbage-aside", test_store_moves_garbage_aside);
  ADD ("finds-changed-pages", test_store_finds_changed_pages);
  ADD ("finds-a-cut-file", test_store_finds_a_cut_file);
  ADD ("finds-an-emptied-file", test_store_finds_an_emptied_file);
  ADD ("keeps-two-damaged-files", test_store_keeps_two_damaged_files);
  ADD ("reader-leaves-damage-where-it-is", test_store_reader_leaves_damage_where_it_is);
  ADD ("moves-aside-what-is-damaged-later", test_store_moves_aside_what_is_damaged_later);
  ADD ("starts-afresh-when-the-file-was-removed",
       test_store_starts_afresh_when_the_file_was_removed);
  ADD ("says-that-the-disk-is-full", test_store_says_that_the_disk_is_full);
  ADD ("survives-a-failing-write", test_store_survives_a_failing_write);
  ADD ("says-where-it-cannot-be", test_store_says_where_it_cannot_be);
  return g_test_run ();
}
