/* SPDX-License-Identifier: MIT */
#include "store/schema.h"

#include "tocsin/error.h"

/* "tcsn"; `file` and SQLite's own tools show it. */
#define APPLICATION_ID 0x7463736e

/* Times are Unix seconds, NULL for unknown.
 *
 * feed_window holds the items of a feed's last document: an item in it is present and has
 * no `gone`, so that an unchanged poll touches no item. `gone_seq` is feed.items_seen at
 * that moment: how many items came since tells how many windows have passed.
 * item_key makes an item known by any of its keys (64 bits of a hash each); it lies in
 * the order of the feeds, since a poll asks for one feed's keys together. item.has_text
 * says that title to content are still kept. What a scan needs comes first in a row,
 * before the text. */
static const char *const steps[] = {
  "CREATE TABLE meta ("
  "  key TEXT PRIMARY KEY,"
  "  value INTEGER NOT NULL"
  ") WITHOUT ROWID;"

  "CREATE TABLE feed ("
  "  id INTEGER PRIMARY KEY AUTOINCREMENT,"
  "  name TEXT NOT NULL UNIQUE,"
  "  url TEXT NOT NULL,"
  "  title TEXT,"
  "  language TEXT,"
  "  validator_url TEXT,"
  "  etag BLOB,"
  "  last_modified BLOB,"
  "  body_hash BLOB,"
  "  first_parse INTEGER,"
  "  schedule TEXT NOT NULL,"
  "  http_status INTEGER NOT NULL,"
  "  error TEXT,"
  "  moved_url TEXT,"
  "  added INTEGER NOT NULL,"
  "  removed INTEGER,"
  "  is_silent INTEGER NOT NULL,"
  "  window_items INTEGER NOT NULL,"
  "  window_max INTEGER NOT NULL,"
  "  items_seen INTEGER NOT NULL"
  ");"

  "CREATE TABLE feed_window ("
  "  feed INTEGER PRIMARY KEY,"
  "  items BLOB NOT NULL"
  ");"

  "CREATE TABLE item ("
  "  id INTEGER PRIMARY KEY,"
  "  feed INTEGER NOT NULL,"
  "  first_seen INTEGER NOT NULL,"
  "  gone INTEGER,"
  "  gone_seq INTEGER,"
  "  has_text INTEGER NOT NULL,"
  "  public_id BLOB NOT NULL,"
  "  published INTEGER,"
  "  updated INTEGER,"
  "  title TEXT,"
  "  link TEXT,"
  "  author TEXT,"
  "  language TEXT,"
  "  categories BLOB,"
  "  summary TEXT,"
  "  content TEXT"
  ");"

  "CREATE TABLE item_key ("
  "  feed INTEGER NOT NULL,"
  "  hash INTEGER NOT NULL,"
  "  item INTEGER NOT NULL,"
  "  PRIMARY KEY (feed, hash)"
  ") WITHOUT ROWID;"

  "CREATE TABLE alert ("
  "  seq INTEGER PRIMARY KEY,"
  "  id TEXT NOT NULL UNIQUE,"
  "  time INTEGER NOT NULL,"
  "  rule TEXT NOT NULL,"
  "  urgency INTEGER NOT NULL,"
  "  feed TEXT NOT NULL,"
  "  feed_title TEXT,"
  "  item TEXT NOT NULL,"
  "  title TEXT,"
  "  link TEXT,"
  "  author TEXT,"
  "  published INTEGER,"
  "  language TEXT,"
  "  excerpt TEXT,"
  "  matches BLOB"
  ");"
  "CREATE INDEX alert_by_time ON alert (time);"

  "CREATE TABLE outbox ("
  "  alert INTEGER NOT NULL,"
  "  sink TEXT NOT NULL,"
  "  state INTEGER NOT NULL,"
  "  attempts INTEGER NOT NULL,"
  "  next_try INTEGER NOT NULL,"
  "  time INTEGER,"
  "  error TEXT,"
  "  PRIMARY KEY (alert, sink)"
  ") WITHOUT ROWID;"
  "CREATE INDEX outbox_pending ON outbox (sink, alert, next_try) WHERE state = 0;"

  "CREATE TABLE host_pause ("
  "  host TEXT PRIMARY KEY,"
  "  until INTEGER NOT NULL"
  ") WITHOUT ROWID;",

  /* 2: rules have titles. */
  "ALTER TABLE alert ADD COLUMN rule_title TEXT;",

  /* 3: rules have cooldowns. A row of the outbox is not for sending before `not_before`,
   * whatever next_try says. With `state` among its columns the index answers alone,
   * however many rows are held. */
  "ALTER TABLE outbox ADD COLUMN not_before INTEGER NOT NULL DEFAULT 0;"
  "DROP INDEX outbox_pending;"
  "CREATE INDEX outbox_pending ON outbox (sink, alert, next_try, not_before, state)"
  "  WHERE state = 0;"
  "CREATE TABLE rule_cooldown ("
  "  rule TEXT PRIMARY KEY,"
  "  until INTEGER NOT NULL,"
  "  is_holding INTEGER NOT NULL"
  ") WITHOUT ROWID;",
};

/* PRAGMA takes no parameters, hence one constant a version; the n-th ends the n-th step.
 */
static const char *const mark_version[] = {
  "PRAGMA user_version = 1",
  "PRAGMA user_version = 2",
  "PRAGMA user_version = 3",
};
G_STATIC_ASSERT (G_N_ELEMENTS (steps) == G_N_ELEMENTS (mark_version));

static gboolean
read_identity (TcnDb *db, gint64 *out_application, gint64 *out_version,
               gint64 *out_tables, GError **error)
{
  return tcn_db_get_int (db, "PRAGMA application_id", out_application, error) &&
         tcn_db_get_int (db, "PRAGMA user_version", out_version, error) &&
         tcn_db_get_int (db, "SELECT count(*) FROM sqlite_master", out_tables, error);
}

gboolean
tcn_schema_inspect (TcnDb *db, TcnSchemaAge *out_age, GError **error)
{
  gint64 application = 0;
  gint64 version = 0;
  gint64 n_tables = 0;
  const gint64 known = G_N_ELEMENTS (steps);

  if (!read_identity (db, &application, &version, &n_tables, error))
    return FALSE;
  if (application == 0 && version == 0 && n_tables == 0) {
    *out_age = TCN_SCHEMA_EMPTY;
    return TRUE;
  }
  if (application != APPLICATION_ID) {
    g_set_error (error, TCN_ERROR, TCN_ERROR_STORE,
                 "cannot use the state “%s”: it is a database of another program",
                 tcn_db_path (db));
    return FALSE;
  }
  if (version > known) {
    g_set_error (error, TCN_ERROR, TCN_ERROR_STORE,
                 "cannot use the state “%s”: it was written by a newer tocsin (schema "
                 "%" G_GINT64_FORMAT ", this one knows %" G_GINT64_FORMAT ")",
                 tcn_db_path (db), version, known);
    return FALSE;
  }
  *out_age = version < known ? TCN_SCHEMA_OLDER : TCN_SCHEMA_CURRENT;
  return TRUE;
}

static gboolean
take_step (TcnDb *db, gsize i, gboolean is_silent, GError **error)
{
  g_auto (TcnDbTxn) txn = { NULL };

  if (!tcn_db_begin (&txn, db, TCN_DB_DURABLE, error))
    return FALSE;
  if (!tcn_db_exec (db, steps[i], error) || !tcn_db_exec (db, mark_version[i], error))
    return FALSE;
  if (i == 0 &&
      !tcn_db_exec (db, "PRAGMA application_id = " G_STRINGIFY (APPLICATION_ID), error))
    return FALSE;
  if (i == 0 && is_silent &&
      !tcn_db_exec (db, "INSERT INTO meta (key, value) VALUES ('is_silent', 1)", error))
    return FALSE;
  return tcn_db_commit (&txn, error);
}

gboolean
tcn_schema_migrate (TcnDb *db, gboolean is_silent, GError **error)
{
  gint64 version = 0;

  if (!tcn_db_get_int (db, "PRAGMA user_version", &version, error))
    return FALSE;
  for (gsize i = (gsize) version; i < G_N_ELEMENTS (steps); i++)
    if (!take_step (db, i, is_silent, error))
      return FALSE;
  return TRUE;
}
