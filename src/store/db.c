/* SPDX-License-Identifier: MIT */
#include "store/db.h"

#include <sqlite3.h>

#include "tocsin/error.h"

/* Another process can hold the file only for moments (a reader that recovers the log). */
#define BUSY_TIMEOUT_MS 5000

struct TcnDb {
  sqlite3 *handle;
  char *path;
  GHashTable *statements;     /* SQL constant -> TcnDbStatement*, owned */
  TcnDbDurability durability; /* what `synchronous` is set for now */
  gboolean is_damaged;
  TcnDbDamageFunc damage_func;
  gpointer damage_data;
};

struct TcnDbStatement {
  TcnDb *db;
  sqlite3_stmt *handle;
  gboolean is_cached;
  gboolean is_in_use;
  int bind_result; /* the first failure to bind, reported by the next step */
};

/* --- what result codes mean --------------------------------------------------------- */

static const char *
advise (int code)
{
  switch (code & 0xff) {
  case SQLITE_FULL:
    return "the disk is full; free some space";
  case SQLITE_BUSY:
  case SQLITE_LOCKED:
    return "another program holds it; try again when that has ended";
  case SQLITE_READONLY:
    return "it may not be written; check its permissions and those of its directory";
  case SQLITE_PERM:
  case SQLITE_AUTH:
  case SQLITE_CANTOPEN:
    return "it cannot be opened; check its permissions and those of its directory";
  default:
    return NULL;
  }
}

static void
set_damage_error (TcnDb *db, const char *detail, GError **error)
{
  gboolean is_first = !db->is_damaged;
  g_autofree char *done = NULL;

  db->is_damaged = TRUE;
  if (is_first && db->damage_func != NULL)
    done = db->damage_func (db->damage_data);
  g_set_error (error, TCN_ERROR, TCN_ERROR_STORE_CORRUPT,
               "the state “%s” is damaged (%s)%s%s", db->path, detail,
               done != NULL ? ": " : "", done != NULL ? done : "");
}

static gboolean
fail (TcnDb *db, int code, GError **error)
{
  const char *detail = db->handle != NULL ? sqlite3_errmsg (db->handle) : NULL;
  int system_error = db->handle != NULL ? sqlite3_system_errno (db->handle) : 0;
  int base = code & 0xff;

  if (detail == NULL || g_str_equal (detail, "not an error"))
    detail = sqlite3_errstr (code);
  if (base == SQLITE_CORRUPT || base == SQLITE_NOTADB)
    set_damage_error (db, detail, error);
  else if (advise (code) != NULL)
    g_set_error (error, TCN_ERROR, TCN_ERROR_STORE, "cannot use the state “%s”: %s",
                 db->path, advise (code));
  else if (base == SQLITE_IOERR && system_error != 0)
    g_set_error (error, TCN_ERROR, TCN_ERROR_STORE, "cannot use the state “%s”: %s (%s)",
                 db->path, detail, g_strerror (system_error));
  else
    g_set_error (error, TCN_ERROR, TCN_ERROR_STORE, "cannot use the state “%s”: %s",
                 db->path, detail);
  return FALSE;
}

/* --- opening ------------------------------------------------------------------------ */

static gboolean
set_up_connection (TcnDb *db, GError **error)
{
  int is_set = 0;

  sqlite3_extended_result_codes (db->handle, 1);
  sqlite3_busy_timeout (db->handle, BUSY_TIMEOUT_MS);
  if (sqlite3_db_config (db->handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, &is_set) !=
          SQLITE_OK ||
      sqlite3_db_config (db->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, &is_set) !=
          SQLITE_OK) {
    g_set_error (error, TCN_ERROR, TCN_ERROR_INTERNAL, "SQLite %s lacks a needed switch",
                 sqlite3_libversion ());
    return FALSE;
  }
  return tcn_db_exec (db, "PRAGMA cell_size_check = ON; PRAGMA temp_store = MEMORY;",
                      error);
}

static gboolean
is_refused (int code)
{
  return (code & 0xff) == SQLITE_CANTOPEN || (code & 0xff) == SQLITE_READONLY;
}

/* Where the log's index cannot be made (a directory that is not ours to write), a file
 * without a log is read as it lies. */
static int
open_to_read (TcnDb *db)
{
  int flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX;
  int code = sqlite3_open_v2 (db->path, &db->handle, flags, NULL);
  g_autofree char *log_path = g_strconcat (db->path, "-wal", NULL);
  g_autofree char *uri = NULL;
  g_autofree char *escaped = NULL;

  if (code == SQLITE_OK)
    code = sqlite3_exec (db->handle, "SELECT 1 FROM sqlite_master", NULL, NULL, NULL);
  /* What else is wrong with it shows when it is asked in earnest. */
  if (!is_refused (code))
    return SQLITE_OK;
  if (g_file_test (log_path, G_FILE_TEST_EXISTS))
    return code;
  sqlite3_close (db->handle);
  db->handle = NULL;
  escaped = g_uri_escape_string (db->path, "/", FALSE);
  uri = g_strconcat ("file:", escaped, "?immutable=1", NULL);
  return sqlite3_open_v2 (uri, &db->handle, flags | SQLITE_OPEN_URI, NULL);
}

TcnDb *
tcn_db_open (const char *path, TcnDbMode mode, TcnDbDamageFunc on_damage, gpointer data,
             GError **error)
{
  g_autoptr (TcnDb) db = g_new0 (TcnDb, 1);
  int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX;
  int code;

  db->path = g_strdup (path);
  db->damage_func = on_damage;
  db->damage_data = data;
  db->statements = g_hash_table_new (NULL, NULL);
  if (mode == TCN_DB_MEMORY)
    code = sqlite3_open_v2 (":memory:", &db->handle, flags | SQLITE_OPEN_CREATE, NULL);
  else if (mode == TCN_DB_READ)
    code = open_to_read (db);
  else
    code = sqlite3_open_v2 (path, &db->handle, flags, NULL);
  if (code != SQLITE_OK) {
    fail (db, code, error);
    return NULL;
  }
  if (!set_up_connection (db, error))
    return NULL;
  if (mode == TCN_DB_READ)
    sqlite3_db_config (db->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
  return g_steal_pointer (&db);
}

static void
free_statement (TcnDbStatement *statement)
{
  sqlite3_finalize (statement->handle);
  g_free (statement);
}

void
tcn_db_free (TcnDb *db)
{
  GHashTableIter iter;
  gpointer statement;

  if (db == NULL)
    return;
  g_hash_table_iter_init (&iter, db->statements);
  while (g_hash_table_iter_next (&iter, NULL, &statement))
    free_statement (statement);
  g_hash_table_unref (db->statements);
  if (db->is_damaged && db->handle != NULL)
    sqlite3_db_config (db->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
  sqlite3_close (db->handle);
  g_free (db->path);
  g_free (db);
}

const char *
tcn_db_path (const TcnDb *db)
{
  return db->path;
}

gboolean
tcn_db_is_damaged (const TcnDb *db)
{
  return db->is_damaged;
}

gboolean
tcn_db_quick_check (TcnDb *db, GError **error)
{
  g_autoptr (TcnDbStatement) check =
      tcn_db_statement (db, "PRAGMA quick_check(1)", error);
  gboolean has_row = FALSE;

  if (check == NULL || !tcn_db_step (check, &has_row, error))
    return FALSE;
  if (has_row && g_strcmp0 (tcn_db_text (check, 0), "ok") == 0)
    return TRUE;
  /* SQLite's findings come with a heading on a line of its own. */
  g_autofree char *finding = g_strdup (has_row ? tcn_db_text (check, 0) : NULL);
  set_damage_error (db, finding != NULL ? g_strdelimit (finding, "\n", ' ') : "no answer",
                    error);
  return FALSE;
}

gboolean
tcn_db_exec (TcnDb *db, const char *script, GError **error)
{
  int code = SQLITE_CORRUPT;

  if (!db->is_damaged)
    code = sqlite3_exec (db->handle, script, NULL, NULL, NULL);
  return code == SQLITE_OK || fail (db, code, error);
}

/* Pages of 8 KiB hold seven usual items, and cost a tenth less than those of 4. The log
 * is written on for 8 MiB before it is copied back: a page that many transactions touch
 * is then copied once, and the copy is no pause. */
gboolean
tcn_db_prepare_to_write (TcnDb *db, GError **error)
{
  g_autoptr (TcnDbStatement) mode = NULL;
  gboolean has_row = FALSE;

  if (!tcn_db_exec (db, "PRAGMA page_size = 8192;", error))
    return FALSE;
  mode = tcn_db_statement (db, "PRAGMA journal_mode = WAL", error);
  if (mode == NULL || !tcn_db_step (mode, &has_row, error))
    return FALSE;
  if (!has_row || g_strcmp0 (tcn_db_text (mode, 0), "wal") != 0) {
    g_set_error (
        error, TCN_ERROR, TCN_ERROR_STORE,
        "cannot use the state “%s”: its file system has no write-ahead log; use a "
        "local directory",
        db->path);
    return FALSE;
  }
  tcn_db_reset (mode);
  return tcn_db_exec (db,
                      "PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 1000;"
                      "PRAGMA journal_size_limit = 8388608; PRAGMA cache_size = -4096;",
                      error);
}

/* --- statements --------------------------------------------------------------------- */

TcnDbStatement *
tcn_db_statement (TcnDb *db, const char *sql, GError **error)
{
  TcnDbStatement *known = g_hash_table_lookup (db->statements, sql);
  sqlite3_stmt *handle = NULL;
  TcnDbStatement *statement;
  int code = SQLITE_CORRUPT;

  if (known != NULL && !known->is_in_use && !db->is_damaged) {
    known->is_in_use = TRUE;
    return known;
  }
  if (!db->is_damaged)
    code = sqlite3_prepare_v3 (db->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &handle,
                               NULL);
  if (code != SQLITE_OK) {
    fail (db, code, error);
    return NULL;
  }
  statement = g_new0 (TcnDbStatement, 1);
  statement->db = db;
  statement->handle = handle;
  statement->is_in_use = TRUE;
  statement->is_cached = known == NULL;
  if (statement->is_cached)
    g_hash_table_insert (db->statements, (gpointer) sql, statement);
  return statement;
}

void
tcn_db_statement_release (TcnDbStatement *statement)
{
  if (statement == NULL)
    return;
  if (!statement->is_cached) {
    free_statement (statement);
    return;
  }
  tcn_db_reset (statement);
  sqlite3_clear_bindings (statement->handle);
  statement->is_in_use = FALSE;
}

static void
note_bind (TcnDbStatement *statement, int code)
{
  if (statement->bind_result == SQLITE_OK)
    statement->bind_result = code;
}

void
tcn_db_bind_int (TcnDbStatement *statement, int index, gint64 value)
{
  note_bind (statement, sqlite3_bind_int64 (statement->handle, index, value));
}

void
tcn_db_bind_time (TcnDbStatement *statement, int index, gint64 unix_time)
{
  if (unix_time == TCN_TIME_NONE)
    note_bind (statement, sqlite3_bind_null (statement->handle, index));
  else
    tcn_db_bind_int (statement, index, unix_time);
}

void
tcn_db_bind_text (TcnDbStatement *statement, int index, const char *text)
{
  note_bind (statement,
             sqlite3_bind_text (statement->handle, index, text, -1, SQLITE_STATIC));
}

void
tcn_db_bind_blob (TcnDbStatement *statement, int index, gconstpointer data, gsize n)
{
  note_bind (statement,
             sqlite3_bind_blob64 (statement->handle, index, data, n, SQLITE_STATIC));
}

void
tcn_db_bind_bytes (TcnDbStatement *statement, int index, GBytes *bytes)
{
  gsize n = 0;
  gconstpointer data = bytes != NULL ? g_bytes_get_data (bytes, &n) : NULL;

  /* Present but empty is not absent: SQLite takes NULL data for SQL's NULL. */
  tcn_db_bind_blob (statement, index, bytes != NULL && data == NULL ? "" : data, n);
}

gboolean
tcn_db_step (TcnDbStatement *statement, gboolean *out_has_row, GError **error)
{
  TcnDb *db = statement->db;
  int code = statement->bind_result;

  if (db->is_damaged)
    code = SQLITE_CORRUPT;
  if (code == SQLITE_OK)
    code = sqlite3_step (statement->handle);
  if (code != SQLITE_ROW && code != SQLITE_DONE) {
    fail (db, code, error);
    tcn_db_reset (statement);
    return FALSE;
  }
  *out_has_row = code == SQLITE_ROW;
  if (code == SQLITE_DONE)
    sqlite3_reset (statement->handle);
  return TRUE;
}

gboolean
tcn_db_run (TcnDbStatement *statement, GError **error)
{
  gboolean has_row = FALSE;

  if (!tcn_db_step (statement, &has_row, error))
    return FALSE;
  if (has_row)
    sqlite3_reset (statement->handle);
  return TRUE;
}

void
tcn_db_reset (TcnDbStatement *statement)
{
  statement->bind_result = SQLITE_OK;
  sqlite3_reset (statement->handle);
}

gint64
tcn_db_int (TcnDbStatement *statement, int column)
{
  return sqlite3_column_int64 (statement->handle, column);
}

gint64
tcn_db_time (TcnDbStatement *statement, int column)
{
  if (sqlite3_column_type (statement->handle, column) == SQLITE_NULL)
    return TCN_TIME_NONE;
  return tcn_db_int (statement, column);
}

const char *
tcn_db_text (TcnDbStatement *statement, int column)
{
  return (const char *) sqlite3_column_text (statement->handle, column);
}

gconstpointer
tcn_db_blob (TcnDbStatement *statement, int column, gsize *out_n)
{
  gconstpointer data = sqlite3_column_blob (statement->handle, column);

  *out_n = (gsize) sqlite3_column_bytes (statement->handle, column);
  return data;
}

GBytes *
tcn_db_bytes (TcnDbStatement *statement, int column)
{
  gsize n = 0;
  gconstpointer data = NULL;

  if (sqlite3_column_type (statement->handle, column) == SQLITE_NULL)
    return NULL;
  data = tcn_db_blob (statement, column, &n);
  return g_bytes_new (data, n);
}

gint64
tcn_db_last_row (TcnDb *db)
{
  return sqlite3_last_insert_rowid (db->handle);
}

guint
tcn_db_changes (TcnDb *db)
{
  return (guint) sqlite3_changes (db->handle);
}

gboolean
tcn_db_get_int (TcnDb *db, const char *sql, gint64 *out_value, GError **error)
{
  g_autoptr (TcnDbStatement) statement = tcn_db_statement (db, sql, error);
  gboolean has_row = FALSE;

  if (statement == NULL || !tcn_db_step (statement, &has_row, error))
    return FALSE;
  *out_value = has_row ? tcn_db_int (statement, 0) : 0;
  return TRUE;
}

/* --- transactions ------------------------------------------------------------------- */

/* SQLite refuses to change this inside a transaction, hence before it. */
static gboolean
set_durability (TcnDb *db, TcnDbDurability durability, GError **error)
{
  const char *sql = durability == TCN_DB_DURABLE ? "PRAGMA synchronous = FULL"
                                                 : "PRAGMA synchronous = NORMAL";

  if (db->durability == durability)
    return TRUE;
  if (!tcn_db_exec (db, sql, error))
    return FALSE;
  db->durability = durability;
  return TRUE;
}

static gboolean
run_sql (TcnDb *db, const char *sql, GError **error)
{
  g_autoptr (TcnDbStatement) statement = tcn_db_statement (db, sql, error);

  return statement != NULL && tcn_db_run (statement, error);
}

gboolean
tcn_db_begin (TcnDbTxn *txn, TcnDb *db, TcnDbDurability durability, GError **error)
{
  g_assert (txn->db == NULL);

  if (!set_durability (db, durability, error) || !run_sql (db, "BEGIN IMMEDIATE", error))
    return FALSE;
  txn->db = db;
  return TRUE;
}

gboolean
tcn_db_commit (TcnDbTxn *txn, GError **error)
{
  g_assert (txn->db != NULL);

  if (!run_sql (txn->db, "COMMIT", error)) {
    tcn_db_rollback (txn);
    return FALSE;
  }
  txn->db = NULL;
  return TRUE;
}

void
tcn_db_rollback (TcnDbTxn *txn)
{
  TcnDb *db = g_steal_pointer (&txn->db);

  /* A full disk or a failing one has made SQLite roll back by itself already. */
  if (db != NULL && !sqlite3_get_autocommit (db->handle))
    sqlite3_exec (db->handle, "ROLLBACK", NULL, NULL, NULL);
}
