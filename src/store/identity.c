/* SPDX-License-Identifier: MIT */
#include "store/identity.h"

#include <string.h>

struct TcnIdentity {
  TcnDb *db;
  gint64 feed_row;
  gboolean is_fresh;
  const GPtrArray *items;
  gint64 *first_hashes; /* of each item's first key; the tables below point into it */
  gint64 *rows;         /* of each item, 0 while it is not settled */
  gboolean *is_named;   /* of each item: its first key is in the table already */
  GHashTable *firsts;   /* first key's hash -> number and one of an item that has it */
  GHashTable
      *session; /* of a fresh feed: hash (gint64*, owned) -> row of this document */
  GHashTable *claimed; /* rows that an item of this document stands for (as pointers) */
  TcnDbStatement *select;
  TcnDbStatement *insert;
};

/* 64 bits of a key, by FNV-1a with a final mix: some 100 ns for a URL, and nobody gains by
 * a collision within his own feed. */
static gint64
hash_key (const char *key)
{
  guint64 hash = G_GUINT64_CONSTANT (0xcbf29ce484222325);

  for (const guchar *p = (const guchar *) key; *p != '\0'; p++)
    hash = (hash ^ *p) * G_GUINT64_CONSTANT (0x100000001b3);
  hash ^= hash >> 32;
  hash *= G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);
  hash ^= hash >> 29;
  return (gint64) hash;
}

static const char *const *
keys_of (const TcnIdentity *identity, guint i)
{
  const TcnItem *item = g_ptr_array_index (identity->items, i);

  return (const char *const *) item->keys;
}

/* A fresh feed has no keys but those of this document, which are at hand. */
static gboolean
look_up (TcnIdentity *identity, gint64 hash, gint64 *out_row, GError **error)
{
  gboolean has_row = FALSE;

  *out_row = 0;
  if (identity->is_fresh) {
    *out_row = (gint64) GPOINTER_TO_SIZE (g_hash_table_lookup (identity->session, &hash));
    return TRUE;
  }
  tcn_db_bind_int (identity->select, 1, identity->feed_row);
  tcn_db_bind_int (identity->select, 2, hash);
  if (!tcn_db_step (identity->select, &has_row, error))
    return FALSE;
  if (has_row)
    *out_row = tcn_db_int (identity->select, 0);
  tcn_db_reset (identity->select);
  return TRUE;
}

static void
claim (TcnIdentity *identity, guint i, gint64 row)
{
  identity->rows[i] = row;
  g_hash_table_add (identity->claimed, GSIZE_TO_POINTER ((gsize) row));
}

static gboolean
is_claimed (const TcnIdentity *identity, gint64 row)
{
  return g_hash_table_contains (identity->claimed, GSIZE_TO_POINTER ((gsize) row));
}

/* First of all who is known by his own first key: his row is then nobody else's, though
 * another item of the document may share a weaker key (one link for all). */
static gboolean
find_by_first_keys (TcnIdentity *identity, GError **error)
{
  for (guint i = 0; i < identity->items->len; i++) {
    gint64 *hash = &identity->first_hashes[i];
    gint64 row = 0;

    *hash = hash_key (keys_of (identity, i)[0]);
    if (!look_up (identity, *hash, &row, error))
      return FALSE;
    identity->is_named[i] = row != 0;
    if (row != 0)
      claim (identity, i, row);
  }
  return TRUE;
}

TcnIdentity *
tcn_identity_new (TcnDb *db, gint64 feed_row, gboolean is_fresh, const GPtrArray *items,
                  GError **error)
{
  static const char select_sql[] =
      "SELECT item FROM item_key WHERE feed = ?1 AND hash = ?2";
  static const char insert_sql[] =
      "INSERT OR IGNORE INTO item_key (feed, hash, item) VALUES (?1, ?2, ?3)";
  g_autoptr (TcnIdentity) identity = g_new0 (TcnIdentity, 1);

  identity->db = db;
  identity->feed_row = feed_row;
  identity->is_fresh = is_fresh;
  identity->items = items;
  identity->first_hashes = g_new0 (gint64, items->len);
  identity->rows = g_new0 (gint64, items->len);
  identity->is_named = g_new0 (gboolean, items->len);
  identity->firsts = g_hash_table_new (g_int64_hash, g_int64_equal);
  identity->claimed = g_hash_table_new (NULL, NULL);
  if (is_fresh)
    identity->session = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  identity->select = tcn_db_statement (db, select_sql, error);
  if (identity->select == NULL)
    return NULL;
  identity->insert = tcn_db_statement (db, insert_sql, error);
  if (identity->insert == NULL || !find_by_first_keys (identity, error))
    return NULL;
  return g_steal_pointer (&identity);
}

void
tcn_identity_free (TcnIdentity *identity)
{
  if (identity == NULL)
    return;
  tcn_db_statement_release (identity->select);
  tcn_db_statement_release (identity->insert);
  g_clear_pointer (&identity->firsts, g_hash_table_unref);
  g_clear_pointer (&identity->session, g_hash_table_unref);
  g_clear_pointer (&identity->claimed, g_hash_table_unref);
  g_free (identity->first_hashes);
  g_free (identity->rows);
  g_free (identity->is_named);
  g_free (identity);
}

/* By one of the weaker keys: a new guid for an old item (guids that churn). A row that
 * another item of the document stands for is not meant by one of them (a link that all
 * items share), but by all of them together it is (an item listed twice). */
static gboolean
find_by_other_keys (TcnIdentity *identity, guint i, GError **error)
{
  const char *const *keys = keys_of (identity, i);
  gint64 shared_row = 0;
  gboolean is_shared = keys[1] != NULL && keys[2] != NULL;

  for (guint k = 1; keys[k] != NULL; k++) {
    gint64 row = 0;

    if (!look_up (identity, hash_key (keys[k]), &row, error))
      return FALSE;
    if (row != 0 && !is_claimed (identity, row)) {
      claim (identity, i, row);
      return TRUE;
    }
    is_shared = is_shared && row != 0 && (k == 1 || row == shared_row);
    shared_row = row;
  }
  if (is_shared)
    identity->rows[i] = shared_row;
  return TRUE;
}

gboolean
tcn_identity_find (TcnIdentity *identity, guint i, gint64 *out_row, GError **error)
{
  gint64 *hash = &identity->first_hashes[i];

  if (identity->rows[i] == 0) {
    /* The same item twice in one document. */
    guint twin = GPOINTER_TO_UINT (g_hash_table_lookup (identity->firsts, hash));

    if (twin != 0)
      identity->rows[i] = identity->rows[twin - 1];
    else if (!find_by_other_keys (identity, i, error))
      return FALSE;
  }
  *out_row = identity->rows[i];
  return TRUE;
}

gboolean
tcn_identity_record (TcnIdentity *identity, guint i, gint64 row, GError **error)
{
  const char *const *keys = keys_of (identity, i);

  claim (identity, i, row);
  g_hash_table_insert (identity->firsts, &identity->first_hashes[i],
                       GUINT_TO_POINTER (i + 1));
  tcn_db_bind_int (identity->insert, 1, identity->feed_row);
  tcn_db_bind_int (identity->insert, 3, row);
  for (guint k = identity->is_named[i] ? 1 : 0; keys[k] != NULL; k++) {
    gint64 hash = k == 0 ? identity->first_hashes[i] : hash_key (keys[k]);

    tcn_db_bind_int (identity->insert, 2, hash);
    if (!tcn_db_run (identity->insert, error))
      return FALSE;
    if (identity->is_fresh && tcn_db_changes (identity->db) == 1)
      g_hash_table_insert (identity->session, g_memdup2 (&hash, sizeof hash),
                           GSIZE_TO_POINTER ((gsize) row));
  }
  return TRUE;
}
