/* SPDX-License-Identifier: MIT */
/*
 * SQLite, in one place: opening with the pragmas that the state relies on, statements,
 * transactions, and what its result codes mean to the caller. Nothing else includes
 * sqlite3.h. Every statement is a constant: values are bound, never pasted in.
 */
#pragma once

#include <glib.h>

#include "tocsin/item.h"

G_BEGIN_DECLS

typedef struct TcnDb TcnDb;
typedef struct TcnDbStatement TcnDbStatement;

typedef enum {
  TCN_DB_READ, /* read only; never checkpoints */
  TCN_DB_WRITE,
  TCN_DB_MEMORY, /* an empty one that nobody else sees */
} TcnDbMode;

/* What is done when the first statement finds the file damaged; called at most once. The
 * result (transfer full) ends the error's message. */
typedef char *(*TcnDbDamageFunc) (gpointer data);

/* Opens `path`; the file exists, possibly empty. `on_damage` is nullable. (transfer full)
 */
TcnDb *tcn_db_open (const char *path, TcnDbMode mode, TcnDbDamageFunc on_damage,
                    gpointer data, GError **error);

/* Turns the write-ahead log on: changes the file, so look first whose it is. */
gboolean tcn_db_prepare_to_write (TcnDb *db, GError **error);

/* Closes it; every statement has been released. After damage nothing is written. */
void tcn_db_free (TcnDb *db);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcnDb, tcn_db_free)

/* As given to tcn_db_open(). (transfer none) */
const char *tcn_db_path (const TcnDb *db);

/* Whether damage was found; statements fail from then on. */
gboolean tcn_db_is_damaged (const TcnDb *db);

/* Looks through the whole file: time in proportion to its size. */
gboolean tcn_db_quick_check (TcnDb *db, GError **error);

/* Runs a script without values or results. */
gboolean tcn_db_exec (TcnDb *db, const char *script, GError **error);

/* --- statements -----------------------------------------------------------------------
 */

/* The statement `sql`, a string constant: prepared once and kept under its address. Used
 * again before its release, a second one is made. NULL on failure. (transfer full) */
TcnDbStatement *tcn_db_statement (TcnDb *db, const char *sql, GError **error);
void tcn_db_statement_release (TcnDbStatement *statement);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcnDbStatement, tcn_db_statement_release)

/* Values of the parameters, from 1. Strings and bytes are borrowed until the statement is
 * reset; NULL and TCN_TIME_NONE are SQL's NULL. */
void tcn_db_bind_int (TcnDbStatement *statement, int index, gint64 value);
void tcn_db_bind_time (TcnDbStatement *statement, int index, gint64 unix_time);
void tcn_db_bind_text (TcnDbStatement *statement, int index, const char *text);
void tcn_db_bind_blob (TcnDbStatement *statement, int index, gconstpointer data, gsize n);
void tcn_db_bind_bytes (TcnDbStatement *statement, int index, GBytes *bytes);

/* One step of a statement that gives rows; resets it at their end. */
gboolean tcn_db_step (TcnDbStatement *statement, gboolean *out_has_row, GError **error);

/* Runs a statement that gives no rows, and resets it, ready for the next values. */
gboolean tcn_db_run (TcnDbStatement *statement, GError **error);

/* Ready for the next values, rows left unread. */
void tcn_db_reset (TcnDbStatement *statement);

/* Columns of the current row, from 0. Text and bytes are borrowed until the next step. */
gint64 tcn_db_int (TcnDbStatement *statement, int column);
gint64 tcn_db_time (TcnDbStatement *statement, int column);
const char *tcn_db_text (TcnDbStatement *statement, int column);
gconstpointer tcn_db_blob (TcnDbStatement *statement, int column, gsize *out_n);
GBytes *tcn_db_bytes (TcnDbStatement *statement, int column); /* (transfer full) */

gint64 tcn_db_last_row (TcnDb *db); /* key of the last row inserted */
guint tcn_db_changes (TcnDb *db);   /* rows changed by the last statement */

/* A number that a pragma or query gives in its first column. */
gboolean tcn_db_get_int (TcnDb *db, const char *sql, gint64 *out_value, GError **error);

/* --- transactions ---------------------------------------------------------------------
 */

typedef enum {
  TCN_DB_DURABLE, /* on the disk when the commit returns */
  TCN_DB_RELAXED, /* safe from the process's end, on the disk with the next durable one */
} TcnDbDurability;

/* A guard: rolls back when it goes out of scope, unless committed. `db` is NULL while no
 * transaction is open. */
typedef struct {
  TcnDb *db;
} TcnDbTxn;

gboolean tcn_db_begin (TcnDbTxn *txn, TcnDb *db, TcnDbDurability durability,
                       GError **error);
gboolean tcn_db_commit (TcnDbTxn *txn, GError **error);
void tcn_db_rollback (TcnDbTxn *txn);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TcnDbTxn, tcn_db_rollback)

G_END_DECLS
