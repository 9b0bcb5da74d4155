/* SPDX-License-Identifier: MIT */
#include "store/feeds.h"

#include <string.h>

#include "store/private.h"
#include "tocsin/error.h"

/* --- the record --------------------------------------------------------------------- */

TcnFeedState *
tcn_feed_state_new (const char *name, const char *url)
{
  TcnFeedState *state = g_new0 (TcnFeedState, 1);

  state->name = g_strdup (name);
  state->url = g_strdup (url);
  state->first_parse_unix = TCN_TIME_NONE;
  state->added_unix = TCN_TIME_NONE;
  state->removed_unix = TCN_TIME_NONE;
  return state;
}

static GBytes *
ref_bytes (GBytes *bytes)
{
  return bytes != NULL ? g_bytes_ref (bytes) : NULL;
}

TcnFeedState *
tcn_feed_state_copy (const TcnFeedState *state)
{
  TcnFeedState *copy = g_memdup2 (state, sizeof *state);

  copy->name = g_strdup (state->name);
  copy->url = g_strdup (state->url);
  copy->title = g_strdup (state->title);
  copy->language = g_strdup (state->language);
  copy->validator_url = g_strdup (state->validator_url);
  copy->etag = ref_bytes (state->etag);
  copy->last_modified = ref_bytes (state->last_modified);
  copy->body_hash = ref_bytes (state->body_hash);
  copy->error = g_strdup (state->error);
  copy->moved_url = g_strdup (state->moved_url);
  return copy;
}

void
tcn_feed_state_free (TcnFeedState *state)
{
  if (state == NULL)
    return;
  g_free (state->name);
  g_free (state->url);
  g_free (state->title);
  g_free (state->language);
  g_free (state->validator_url);
  g_clear_pointer (&state->etag, g_bytes_unref);
  g_clear_pointer (&state->last_modified, g_bytes_unref);
  g_clear_pointer (&state->body_hash, g_bytes_unref);
  g_free (state->error);
  g_free (state->moved_url);
  g_free (state);
}

/* --- rows --------------------------------------------------------------------------- */

#define FEED_COLUMNS                                                                     \
  "id, name, url, title, language, validator_url, etag, last_modified, body_hash, "      \
  "first_parse, schedule, http_status, error, moved_url, added, removed, is_silent, "    \
  "window_items, window_max, items_seen"

static TcnFeedState *
read_state (TcnDbStatement *row)
{
  TcnFeedState *state = tcn_feed_state_new (tcn_db_text (row, 1), tcn_db_text (row, 2));

  state->row = tcn_db_int (row, 0);
  state->title = g_strdup (tcn_db_text (row, 3));
  state->language = g_strdup (tcn_db_text (row, 4));
  state->validator_url = g_strdup (tcn_db_text (row, 5));
  state->etag = tcn_db_bytes (row, 6);
  state->last_modified = tcn_db_bytes (row, 7);
  state->body_hash = tcn_db_bytes (row, 8);
  state->first_parse_unix = tcn_db_time (row, 9);
  tcn_schedule_unpack (&state->schedule, tcn_db_text (row, 10));
  state->http_status = (guint) tcn_db_int (row, 11);
  state->error = g_strdup (tcn_db_text (row, 12));
  state->moved_url = g_strdup (tcn_db_text (row, 13));
  state->added_unix = tcn_db_time (row, 14);
  state->removed_unix = tcn_db_time (row, 15);
  state->is_silent = tcn_db_int (row, 16) != 0;
  state->window_items = (guint) tcn_db_int (row, 17);
  state->window_max = (guint) tcn_db_int (row, 18);
  state->items_seen = tcn_db_int (row, 19);
  return state;
}

static gboolean
read_states (TcnDb *db, const char *sql, GPtrArray *states, GError **error)
{
  g_autoptr (TcnDbStatement) select = tcn_db_statement (db, sql, error);
  gboolean has_row = FALSE;

  if (select == NULL || !tcn_db_step (select, &has_row, error))
    return FALSE;
  while (has_row) {
    g_ptr_array_add (states, read_state (select));
    if (!tcn_db_step (select, &has_row, error))
      return FALSE;
  }
  return TRUE;
}

static void
bind_poll (TcnDbStatement *update, const TcnFeedState *state, const char *schedule)
{
  tcn_db_bind_int (update, 1, state->row);
  tcn_db_bind_text (update, 2, state->title);
  tcn_db_bind_text (update, 3, state->language);
  tcn_db_bind_text (update, 4, state->validator_url);
  tcn_db_bind_bytes (update, 5, state->etag);
  tcn_db_bind_bytes (update, 6, state->last_modified);
  tcn_db_bind_bytes (update, 7, state->body_hash);
  tcn_db_bind_time (update, 8, state->first_parse_unix);
  tcn_db_bind_text (update, 9, schedule);
  tcn_db_bind_int (update, 10, state->http_status);
  tcn_db_bind_text (update, 11, state->error);
  tcn_db_bind_text (update, 12, state->moved_url);
}

gboolean
tcn_feeds_write (TcnDb *db, const TcnFeedState *state, GError **error)
{
  static const char sql[] =
      "UPDATE feed SET title = ?2, language = ?3, validator_url = ?4, etag = ?5,"
      " last_modified = ?6, body_hash = ?7, first_parse = ?8, schedule = ?9,"
      " http_status = ?10, error = ?11, moved_url = ?12 WHERE id = ?1";
  g_autofree char *schedule = tcn_schedule_pack (&state->schedule);
  g_autoptr (TcnDbStatement) update = tcn_db_statement (db, sql, error);

  if (update == NULL)
    return FALSE;
  bind_poll (update, state, schedule);
  if (!tcn_db_run (update, error))
    return FALSE;
  if (tcn_db_changes (db) == 1)
    return TRUE;
  g_set_error (error, TCN_ERROR, TCN_ERROR_INTERNAL,
               "the feed “%s” has no row in the state", state->name);
  return FALSE;
}

/* --- agreeing with the configuration ------------------------------------------------ */

/* The rows as they are, while they are made to agree. */
typedef struct {
  TcnDb *db;
  gint64 now_unix;
  gint64 is_silent;
  GHashTable *by_name; /* name -> TcnFeedState*, owned */
  GHashTable *by_url;  /* URL -> TcnFeedState* of a name no longer configured, borrowed */
  GHashTable *configured; /* set of TcnFeedState* of by_name, borrowed */
  TcnDbTxn txn;           /* open once something differs */
} Sync;

static void
clear_sync (Sync *sync)
{
  tcn_db_rollback (&sync->txn);
  g_clear_pointer (&sync->by_url, g_hash_table_unref);
  g_clear_pointer (&sync->configured, g_hash_table_unref);
  g_clear_pointer (&sync->by_name, g_hash_table_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Sync, clear_sync)

static gboolean
begin_change (Sync *sync, GError **error)
{
  return sync->txn.db != NULL ||
         tcn_db_begin (&sync->txn, sync->db, TCN_DB_DURABLE, error);
}

/* Of several orphans with one URL the one polled last is taken over. */
static void
offer_orphan (Sync *sync, const char *url, TcnFeedState *state)
{
  const TcnFeedState *other =
      url != NULL ? g_hash_table_lookup (sync->by_url, url) : NULL;

  if (url != NULL &&
      (other == NULL || other->schedule.last_poll_unix < state->schedule.last_poll_unix))
    g_hash_table_insert (sync->by_url, (gpointer) url, state);
}

static void
mark_configured (Sync *sync, const TcnFeedRef *feeds, gsize n_feeds)
{
  for (gsize i = 0; i < n_feeds; i++) {
    TcnFeedState *state = g_hash_table_lookup (sync->by_name, feeds[i].name);

    if (state != NULL)
      g_hash_table_add (sync->configured, state);
  }
}

static gboolean
load_sync (Sync *sync, const TcnFeedRef *feeds, gsize n_feeds, GError **error)
{
  g_autoptr (GPtrArray) states =
      g_ptr_array_new_with_free_func ((GDestroyNotify) tcn_feed_state_free);

  if (!tcn_db_get_int (sync->db, "SELECT value FROM meta WHERE key = 'is_silent'",
                       &sync->is_silent, error) ||
      !read_states (sync->db, "SELECT " FEED_COLUMNS " FROM feed", states, error))
    return FALSE;
  g_ptr_array_set_free_func (states, NULL);
  for (guint i = 0; i < states->len; i++) {
    TcnFeedState *state = g_ptr_array_index (states, i);

    g_hash_table_insert (sync->by_name, state->name, state);
  }
  mark_configured (sync, feeds, n_feeds);
  for (guint i = 0; i < states->len; i++) {
    TcnFeedState *state = g_ptr_array_index (states, i);

    if (g_hash_table_contains (sync->configured, state))
      continue;
    offer_orphan (sync, state->url, state);
    offer_orphan (sync, state->moved_url, state);
  }
  return TRUE;
}

static gboolean
insert_feed (Sync *sync, const TcnFeedRef *feed, GError **error)
{
  static const char sql[] =
      "INSERT INTO feed (name, url, added, is_silent, schedule, http_status,"
      " window_items, window_max, items_seen) VALUES (?1, ?2, ?3, ?4, '', 0, 0, 0, 0)";
  TcnFeedState *state = NULL;
  g_autoptr (TcnDbStatement) insert = NULL;

  if (!begin_change (sync, error))
    return FALSE;
  insert = tcn_db_statement (sync->db, sql, error);
  if (insert == NULL)
    return FALSE;
  tcn_db_bind_text (insert, 1, feed->name);
  tcn_db_bind_text (insert, 2, feed->url);
  tcn_db_bind_int (insert, 3, sync->now_unix);
  tcn_db_bind_int (insert, 4, sync->is_silent);
  if (!tcn_db_run (insert, error))
    return FALSE;
  state = tcn_feed_state_new (feed->name, feed->url);
  state->row = tcn_db_last_row (sync->db);
  state->added_unix = sync->now_unix;
  state->is_silent = sync->is_silent != 0;
  g_hash_table_add (sync->configured, state);
  g_hash_table_insert (sync->by_name, state->name, state);
  return TRUE;
}

/* Writes what belongs to the configuration: name, URL, whether it is in it. */
static gboolean
write_reference (Sync *sync, const TcnFeedState *state, GError **error)
{
  static const char sql[] =
      "UPDATE feed SET name = ?2, url = ?3, removed = ?4 WHERE id = ?1";
  g_autoptr (TcnDbStatement) update = NULL;

  if (!begin_change (sync, error))
    return FALSE;
  update = tcn_db_statement (sync->db, sql, error);
  if (update == NULL)
    return FALSE;
  tcn_db_bind_int (update, 1, state->row);
  tcn_db_bind_text (update, 2, state->name);
  tcn_db_bind_text (update, 3, state->url);
  tcn_db_bind_time (update, 4, state->removed_unix);
  return tcn_db_run (update, error);
}

static void
rename_state (Sync *sync, TcnFeedState *state, const char *name)
{
  g_hash_table_steal (sync->by_name, state->name);
  g_free (state->name);
  state->name = g_strdup (name);
  g_hash_table_add (sync->configured, state);
  g_hash_table_insert (sync->by_name, state->name, state);
}

static void
withdraw_orphan (Sync *sync, const char *url, const TcnFeedState *state)
{
  if (url != NULL && g_hash_table_lookup (sync->by_url, url) == state)
    g_hash_table_remove (sync->by_url, url);
}

/* What was learnt of the old address says nothing of the new one, unless the user only
 * wrote down where a permanent redirect leads. */
static void
change_address (TcnFeedState *state, const char *url)
{
  gboolean is_followed = g_strcmp0 (state->moved_url, url) == 0;

  g_free (state->url);
  state->url = g_strdup (url);
  if (is_followed) {
    g_clear_pointer (&state->moved_url, g_free);
    return;
  }
  g_clear_pointer (&state->validator_url, g_free);
  g_clear_pointer (&state->etag, g_bytes_unref);
  g_clear_pointer (&state->last_modified, g_bytes_unref);
  g_clear_pointer (&state->body_hash, g_bytes_unref);
  g_clear_pointer (&state->error, g_free);
  g_clear_pointer (&state->moved_url, g_free);
  state->http_status = 0;
  memset (&state->schedule, 0, sizeof state->schedule);
}

static gboolean
sync_feed (Sync *sync, const TcnFeedRef *feed, GError **error)
{
  TcnFeedState *state = g_hash_table_lookup (sync->by_name, feed->name);
  gboolean is_known = state != NULL;

  if (!is_known)
    state = g_hash_table_lookup (sync->by_url, feed->url);
  if (state == NULL)
    return insert_feed (sync, feed, error);
  /* Not twice: two configured names may have one URL. */
  if (!is_known) {
    withdraw_orphan (sync, state->url, state);
    withdraw_orphan (sync, state->moved_url, state);
    rename_state (sync, state, feed->name);
  }
  if (is_known && state->removed_unix == TCN_TIME_NONE &&
      g_str_equal (state->url, feed->url))
    return TRUE;
  state->removed_unix = TCN_TIME_NONE;
  if (!g_str_equal (state->url, feed->url)) {
    change_address (state, feed->url);
    if (!begin_change (sync, error) || !tcn_feeds_write (sync->db, state, error))
      return FALSE;
  }
  return write_reference (sync, state, error);
}

/* Notes which feeds left, and keeps only the others. */
static gboolean
drop_removed (Sync *sync, GError **error)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, sync->by_name);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    TcnFeedState *state = value;

    if (g_hash_table_contains (sync->configured, state))
      continue;
    if (state->removed_unix == TCN_TIME_NONE) {
      state->removed_unix = sync->now_unix;
      if (!write_reference (sync, state, error))
        return FALSE;
    }
    g_hash_table_iter_remove (&iter);
  }
  return TRUE;
}

/* The silence after a damaged state is for the feeds that may have been in it. */
static gboolean
end_silence (Sync *sync, GError **error)
{
  if (sync->is_silent == 0)
    return TRUE;
  return begin_change (sync, error) &&
         tcn_db_exec (sync->db, "DELETE FROM meta WHERE key = 'is_silent'", error);
}

static GHashTable *
new_state_table (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, NULL,
                                (GDestroyNotify) tcn_feed_state_free);
}

GHashTable *
tcn_feeds_sync (TcnStore *store, const TcnFeedRef *feeds, gsize n_feeds, gint64 now_unix,
                GError **error)
{
  g_auto (Sync) sync = { .db = tcn_store_db (store), .now_unix = now_unix };

  if (!tcn_store_commit_recording (store, error))
    return NULL;
  sync.by_name = new_state_table ();
  sync.by_url = g_hash_table_new (g_str_hash, g_str_equal);
  sync.configured = g_hash_table_new (NULL, NULL);
  if (!load_sync (&sync, feeds, n_feeds, error))
    return NULL;
  for (gsize i = 0; i < n_feeds; i++)
    if (!sync_feed (&sync, &feeds[i], error))
      return NULL;
  if (!drop_removed (&sync, error) || !end_silence (&sync, error))
    return NULL;
  if (sync.txn.db != NULL && !tcn_db_commit (&sync.txn, error))
    return NULL;
  return g_steal_pointer (&sync.by_name);
}

/* --- reading ------------------------------------------------------------------------ */

GHashTable *
tcn_feeds_load (TcnStore *store, GError **error)
{
  g_autoptr (GHashTable) table = new_state_table ();
  g_autoptr (GPtrArray) states =
      g_ptr_array_new_with_free_func ((GDestroyNotify) tcn_feed_state_free);

  if (!read_states (tcn_store_db (store),
                    "SELECT " FEED_COLUMNS " FROM feed WHERE removed IS NULL", states,
                    error))
    return NULL;
  g_ptr_array_set_free_func (states, NULL);
  for (guint i = 0; i < states->len; i++) {
    TcnFeedState *state = g_ptr_array_index (states, i);

    g_hash_table_insert (table, state->name, state);
  }
  return g_steal_pointer (&table);
}

GHashTable *
tcn_feeds_load_pauses (TcnStore *store, gint64 now_unix, GError **error)
{
  static const char sql[] = "SELECT host, until FROM host_pause WHERE until > ?1";
  g_autoptr (GHashTable) pauses =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (TcnDbStatement) select = tcn_db_statement (tcn_store_db (store), sql, error);
  gboolean has_row = FALSE;

  if (select == NULL)
    return NULL;
  tcn_db_bind_int (select, 1, now_unix);
  if (!tcn_db_step (select, &has_row, error))
    return NULL;
  while (has_row) {
    gint64 until_unix = tcn_db_int (select, 1);

    g_hash_table_insert (pauses, g_strdup (tcn_db_text (select, 0)),
                         g_memdup2 (&until_unix, sizeof until_unix));
    if (!tcn_db_step (select, &has_row, error))
      return NULL;
  }
  return g_steal_pointer (&pauses);
}
