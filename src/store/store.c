/* SPDX-License-Identifier: MIT */
#include "tocsin/store.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/lock.h"
#include "store/private.h"
#include "store/schema.h"
#include "tocsin/error.h"

struct TcnStore {
  char *dir;
  char *path;
  TcnLock *lock; /* NULL when open to read */
  TcnDb *db;
  gboolean is_ours; /* open to write, and sound when it was opened */
  TcnRecording recording;
};

/* --- moving a damaged state aside --------------------------------------------------- */

static gboolean
move_with_suffix (const char *from, const char *to, const char *suffix)
{
  g_autofree char *old_name = g_strconcat (from, suffix, NULL);
  g_autofree char *new_name = g_strconcat (to, suffix, NULL);

  return rename (old_name, new_name) == 0 || errno == ENOENT;
}

static char *
pick_aside_name (const char *path)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *stamp = g_date_time_format (now, "%Y%m%dT%H%M%SZ");
  g_autofree char *name = g_strconcat (path, ".corrupt-", stamp, NULL);

  for (guint i = 2; g_file_test (name, G_FILE_TEST_EXISTS); i++) {
    g_free (name);
    name = g_strdup_printf ("%s.corrupt-%s-%u", path, stamp, i);
  }
  return g_steal_pointer (&name);
}

/* The note comes first: a process that ends between the two leaves a damaged file and a
 * lock that says so, and the next one comes here again. */
static char *
move_aside (gpointer data)
{
  TcnStore *store = data;
  g_autofree char *aside = pick_aside_name (store->path);

  tcn_lock_write_note (store->lock, TCN_NOTE_DAMAGED, store->path);
  if (!move_with_suffix (store->path, aside, "") ||
      !move_with_suffix (store->path, aside, "-wal") ||
      !move_with_suffix (store->path, aside, "-shm"))
    return g_strdup_printf ("it could not be moved to “%s” (%s); move it away yourself",
                            aside, g_strerror (errno));
  return g_strdup_printf (
      "moved to “%s”; the next run starts a new one and does not alert for what it finds",
      aside);
}

/* A file that is empty though its last holder left it otherwise. */
static gboolean
refuse_emptied (TcnStore *store, GError **error)
{
  g_autofree char *done = move_aside (store);

  g_set_error (error, TCN_ERROR, TCN_ERROR_STORE_CORRUPT,
               "the state “%s” is damaged (somebody emptied it): %s", store->path, done);
  return FALSE;
}

/* --- opening ------------------------------------------------------------------------ */

static gboolean
make_dir (const char *dir, GError **error)
{
  if (g_mkdir_with_parents (dir, 0700) == 0)
    return TRUE;
  g_set_error (error, TCN_ERROR, TCN_ERROR_STORE,
               "cannot make the state directory “%s”: %s", dir, g_strerror (errno));
  return FALSE;
}

/* SQLite gives the log and its index the permissions of the file itself. */
static gboolean
make_file (const char *path, gint64 *out_size, GError **error)
{
  struct stat st;
  int fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

  if (fd < 0 || fstat (fd, &st) != 0) {
    g_set_error (error, TCN_ERROR, TCN_ERROR_STORE, "cannot open the state “%s”: %s",
                 path, g_strerror (errno));
    if (fd >= 0)
      close (fd);
    return FALSE;
  }
  close (fd);
  *out_size = st.st_size;
  return TRUE;
}

/* A stray log beside a new file would be taken for its own. */
static void
remove_stray_log (const char *path)
{
  g_autofree char *log_path = g_strconcat (path, "-wal", NULL);
  g_autofree char *index_path = g_strconcat (path, "-shm", NULL);

  g_unlink (log_path);
  g_unlink (index_path);
}

static gboolean
open_file (TcnStore *store, TcnLockNote note, gboolean is_new, GError **error)
{
  TcnSchemaAge age = TCN_SCHEMA_EMPTY;

  store->db = tcn_db_open (store->path, TCN_DB_WRITE, move_aside, store, error);
  if (store->db == NULL)
    return FALSE;
  if (!is_new && note != TCN_NOTE_CLOSED && !tcn_db_quick_check (store->db, error))
    return FALSE;
  return tcn_schema_inspect (store->db, &age, error) &&
         tcn_db_prepare_to_write (store->db, error) &&
         (age == TCN_SCHEMA_CURRENT ||
          tcn_schema_migrate (store->db, note == TCN_NOTE_DAMAGED, error));
}

static gboolean
open_to_write (TcnStore *store, GError **error)
{
  g_autofree char *lock_path = g_build_filename (store->dir, TCN_STORE_LOCK, NULL);
  TcnLockNote note;
  gboolean is_there;
  gint64 size = 0;

  if (!make_dir (store->dir, error))
    return FALSE;
  store->lock = tcn_lock_take (lock_path, error);
  if (store->lock == NULL)
    return FALSE;
  note = tcn_lock_read_note (store->lock, store->path);
  is_there = g_file_test (store->path, G_FILE_TEST_EXISTS);
  if (!make_file (store->path, &size, error))
    return FALSE;
  if (is_there && size == 0 && note == TCN_NOTE_CHANGED)
    return refuse_emptied (store, error);
  if (!is_there)
    remove_stray_log (store->path);
  if (!open_file (store, note, size == 0, error))
    return FALSE;
  tcn_lock_write_note (store->lock, TCN_NOTE_RUNNING, store->path);
  store->is_ours = TRUE;
  return TRUE;
}

static char *
advise_reader (gpointer data)
{
  return g_strdup ("the next “once” or daemon moves it aside");
}

/* A state that cannot be looked at is not an absent one. */
static gboolean
look_for (const char *path, gboolean *out_is_there, GError **error)
{
  struct stat st;

  *out_is_there = stat (path, &st) == 0;
  if (*out_is_there || errno == ENOENT)
    return TRUE;
  g_set_error (error, TCN_ERROR, TCN_ERROR_STORE, "cannot open the state “%s”: %s", path,
               g_strerror (errno));
  return FALSE;
}

/* A reader does not migrate; and where nothing is yet, there is nothing to show. */
static gboolean
open_to_read (TcnStore *store, GError **error)
{
  gboolean is_there = FALSE;
  TcnSchemaAge age = TCN_SCHEMA_EMPTY;

  if (!look_for (store->path, &is_there, error))
    return FALSE;
  if (is_there) {
    store->db = tcn_db_open (store->path, TCN_DB_READ, advise_reader, NULL, error);
    if (store->db == NULL || !tcn_schema_inspect (store->db, &age, error))
      return FALSE;
  }
  if (age == TCN_SCHEMA_OLDER) {
    g_set_error (
        error, TCN_ERROR, TCN_ERROR_STORE,
        "the state “%s” is of an older tocsin; “once” or the daemon brings it up to "
        "date",
        store->path);
    return FALSE;
  }
  if (age == TCN_SCHEMA_CURRENT)
    return TRUE;
  g_clear_pointer (&store->db, tcn_db_free);
  store->db = tcn_db_open (store->path, TCN_DB_MEMORY, NULL, NULL, error);
  return store->db != NULL && tcn_schema_migrate (store->db, FALSE, error);
}

TcnStore *
tcn_store_open (const char *dir, TcnStoreMode mode, GError **error)
{
  g_autoptr (TcnStore) store = g_new0 (TcnStore, 1);
  gboolean is_open;

  store->dir = g_canonicalize_filename (dir, NULL);
  store->path = g_build_filename (store->dir, TCN_STORE_FILE, NULL);
  is_open = mode == TCN_STORE_WRITE ? open_to_write (store, error)
                                    : open_to_read (store, error);
  return is_open ? g_steal_pointer (&store) : NULL;
}

gboolean
tcn_store_is_held (const char *dir)
{
  g_autofree char *path = g_build_filename (dir, TCN_STORE_LOCK, NULL);

  return tcn_lock_is_held (path);
}

void
tcn_store_close (TcnStore *store)
{
  gboolean is_whole;

  if (store == NULL)
    return;
  tcn_store_drop_recording (store);
  g_clear_error (&store->recording.lost);
  is_whole = store->is_ours && !tcn_db_is_damaged (store->db);
  g_clear_pointer (&store->db, tcn_db_free);
  if (is_whole)
    tcn_lock_write_note (store->lock, TCN_NOTE_CLOSED, store->path);
  tcn_lock_free (store->lock);
  g_free (store->dir);
  g_free (store->path);
  g_free (store);
}

const char *
tcn_store_path (const TcnStore *store)
{
  return store->path;
}

const char *
tcn_store_dir (const TcnStore *store)
{
  return store->dir;
}

TcnDb *
tcn_store_db (TcnStore *store)
{
  return store->db;
}

/* --- the recording ------------------------------------------------------------------ */

TcnRecording *
tcn_store_recording (TcnStore *store)
{
  return &store->recording;
}

static void
forget_recording (TcnRecording *recording)
{
  recording->n_feeds = 0;
  recording->opened_us = 0;
}

gboolean
tcn_store_commit_recording (TcnStore *store, GError **error)
{
  TcnRecording *recording = &store->recording;
  GError *failure = NULL;

  if (recording->txn.db == NULL)
    return TRUE;
  forget_recording (recording);
  if (tcn_db_commit (&recording->txn, &failure))
    return TRUE;
  g_clear_error (&recording->lost);
  recording->lost = g_error_copy (failure);
  g_propagate_error (error, failure);
  return FALSE;
}

void
tcn_store_drop_recording (TcnStore *store)
{
  tcn_db_rollback (&store->recording.txn);
  forget_recording (&store->recording);
}
