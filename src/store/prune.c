/* SPDX-License-Identifier: MIT */
/* Forgetting, a slice at a time: a round walks over all items once, then over the feeds
 * that left. Where it stands is in the state, so that short runs get on with it too. */
#include "store/private.h"
#include "tocsin/feeds.h"
#include "tocsin/limits.h"

#define DAY_S (24 * 60 * 60)
#define ROUND_INTERVAL_S DAY_S
#define KEEP_IDS_S (90 * DAY_S)
#define KEEP_WINDOWS 4

/* Looking at an item costs 1 us, forgetting one 20: both bound a slice. */
#define MAX_LOOKED_AT 2000
#define MAX_FORGOTTEN 200

/* What decides over the items of a feed. */
typedef struct {
  gint64 last_success_unix;
  gint64 removed_unix;
  gint64 items_seen;
  gint64 window_max;
} Feed;

typedef struct {
  TcnDb *db;
  gint64 now_unix;
  gint64 retain_s;
  gint64 cursor;     /* the last item looked at */
  GHashTable *feeds; /* gint64* (owned) -> Feed* (owned) */
  GArray *texts;     /* of gint64: items whose text goes */
  GArray *items;     /* of gint64: items that go */
  guint n_looked_at;
} Round;

static void
clear_round (Round *round)
{
  g_clear_pointer (&round->feeds, g_hash_table_unref);
  g_clear_pointer (&round->texts, g_array_unref);
  g_clear_pointer (&round->items, g_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Round, clear_round)

/* --- where the round stands ----------------------------------------------------------- */

static gboolean
load_number (TcnDb *db, const char *key, gint64 *out_value, GError **error)
{
  g_autoptr (TcnDbStatement) select =
      tcn_db_statement (db, "SELECT value FROM meta WHERE key = ?1", error);
  gboolean has_row = FALSE;

  if (select == NULL)
    return FALSE;
  tcn_db_bind_text (select, 1, key);
  if (!tcn_db_step (select, &has_row, error))
    return FALSE;
  *out_value = has_row ? tcn_db_int (select, 0) : 0;
  return TRUE;
}

static gboolean
save_number (TcnDb *db, const char *key, gint64 value, GError **error)
{
  g_autoptr (TcnDbStatement) replace = tcn_db_statement (
      db, "INSERT OR REPLACE INTO meta (key, value) VALUES (?1, ?2)", error);

  if (replace == NULL)
    return FALSE;
  tcn_db_bind_text (replace, 1, key);
  tcn_db_bind_int (replace, 2, value);
  return tcn_db_run (replace, error);
}

/* --- what goes ------------------------------------------------------------------------ */

static gboolean
is_expired (const Round *round, const Feed *feed)
{
  return feed->removed_unix != TCN_TIME_NONE &&
         feed->removed_unix + round->retain_s < round->now_unix;
}

static Feed *
read_feed (const Round *round, TcnDbStatement *row)
{
  Feed *feed = g_new0 (Feed, 1);
  TcnSchedule schedule;

  tcn_schedule_unpack (&schedule, tcn_db_text (row, 0));
  /* A schedule that was started anew (an edited URL) says nothing. */
  feed->last_success_unix =
      schedule.last_success_unix != 0 ? schedule.last_success_unix : round->now_unix;
  feed->removed_unix = tcn_db_time (row, 1);
  feed->items_seen = tcn_db_int (row, 2);
  feed->window_max = tcn_db_int (row, 3);
  return feed;
}

/* The feed of that row, asked for once a slice: a slice meets few of them. NULL in
 * `out_feed` when there is none any more. */
static gboolean
find_feed (Round *round, gint64 feed_row, const Feed **out_feed, GError **error)
{
  static const char sql[] =
      "SELECT schedule, removed, items_seen, window_max FROM feed WHERE id = ?1";
  g_autoptr (TcnDbStatement) select = NULL;
  gboolean has_row = FALSE;
  gpointer known = NULL;

  if (g_hash_table_lookup_extended (round->feeds, &feed_row, NULL, &known)) {
    *out_feed = known;
    return TRUE;
  }
  select = tcn_db_statement (round->db, sql, error);
  if (select == NULL)
    return FALSE;
  tcn_db_bind_int (select, 1, feed_row);
  if (!tcn_db_step (select, &has_row, error))
    return FALSE;
  known = has_row ? read_feed (round, select) : NULL;
  g_hash_table_insert (round->feeds, g_memdup2 (&feed_row, sizeof feed_row), known);
  *out_feed = known;
  return TRUE;
}

/* An item that has not left its feed's window was last seen when the feed was. */
static gboolean
judge_item (Round *round, TcnDbStatement *row, GError **error)
{
  gint64 item = tcn_db_int (row, 0);
  gint64 gone_unix = tcn_db_time (row, 2);
  gint64 gone_seq = tcn_db_int (row, 3);
  gboolean has_text = tcn_db_int (row, 4) != 0;
  gboolean is_gone = gone_unix != TCN_TIME_NONE;
  const Feed *feed = NULL;
  gint64 last_seen_unix;

  if (!find_feed (round, tcn_db_int (row, 1), &feed, error))
    return FALSE;
  if (feed == NULL || is_expired (round, feed)) {
    g_array_append_val (round->items, item);
    return TRUE;
  }
  last_seen_unix = is_gone ? gone_unix : feed->last_success_unix;
  if (is_gone && gone_unix + MAX (KEEP_IDS_S, round->retain_s) < round->now_unix &&
      feed->items_seen - gone_seq >= KEEP_WINDOWS * feed->window_max)
    g_array_append_val (round->items, item);
  else if (has_text && last_seen_unix + round->retain_s < round->now_unix)
    g_array_append_val (round->texts, item);
  return TRUE;
}

static gboolean
judge_items (Round *round, GError **error)
{
  static const char sql[] = "SELECT id, feed, gone, gone_seq, has_text FROM item"
                            " WHERE id > ?1 ORDER BY id";
  g_autoptr (TcnDbStatement) select = tcn_db_statement (round->db, sql, error);
  gboolean has_row = FALSE;

  if (select == NULL)
    return FALSE;
  tcn_db_bind_int (select, 1, round->cursor);
  if (!tcn_db_step (select, &has_row, error))
    return FALSE;
  while (has_row && round->n_looked_at < MAX_LOOKED_AT &&
         round->texts->len + round->items->len < MAX_FORGOTTEN) {
    if (!judge_item (round, select, error))
      return FALSE;
    round->cursor = tcn_db_int (select, 0);
    round->n_looked_at++;
    if (!tcn_db_step (select, &has_row, error))
      return FALSE;
  }
  return TRUE;
}

/* --- forgetting ----------------------------------------------------------------------- */

static gboolean
run_for_each (TcnDb *db, const char *sql, const GArray *rows, GError **error)
{
  g_autoptr (TcnDbStatement) statement = tcn_db_statement (db, sql, error);

  if (statement == NULL)
    return FALSE;
  for (guint i = 0; i < rows->len; i++) {
    tcn_db_bind_int (statement, 1, g_array_index (rows, gint64, i));
    if (!tcn_db_run (statement, error))
      return FALSE;
  }
  return TRUE;
}

/* The keys of an item are found among those of its feed only; so they are gone through
 * once for all items that go. */
static gboolean
forget_keys (Round *round, GError **error)
{
  static const char sql[] =
      "DELETE FROM item_key WHERE feed IN"
      " (SELECT feed FROM item WHERE id IN (SELECT id FROM temp.forgotten))"
      " AND item IN (SELECT id FROM temp.forgotten)";
  g_autoptr (TcnDbStatement) delete_keys = NULL;

  if (!run_for_each (round->db, "INSERT INTO temp.forgotten (id) VALUES (?1)",
                     round->items, error))
    return FALSE;
  delete_keys = tcn_db_statement (round->db, sql, error);
  return delete_keys != NULL && tcn_db_run (delete_keys, error) &&
         tcn_db_exec (round->db, "DELETE FROM temp.forgotten", error);
}

static gboolean
forget_items (Round *round, GError **error)
{
  static const char text_sql[] =
      "UPDATE item SET has_text = 0, title = NULL, link = NULL, author = NULL,"
      " language = NULL, categories = NULL, summary = NULL, content = NULL"
      " WHERE id = ?1";

  return run_for_each (round->db, text_sql, round->texts, error) &&
         (round->items->len == 0 || forget_keys (round, error)) &&
         run_for_each (round->db, "DELETE FROM item WHERE id = ?1", round->items, error);
}

/* A pending alert is still to be sent, whatever became of its feed. */
static gboolean
forget_feed (Round *round, gint64 feed_row, GError **error)
{
  static const char *const sql[] = {
    "DELETE FROM item_key WHERE feed = ?1",
    "DELETE FROM feed_window WHERE feed = ?1",
    "DELETE FROM outbox WHERE alert IN (SELECT seq FROM alert WHERE feed ="
    " (SELECT name FROM feed WHERE id = ?1)) AND NOT EXISTS (SELECT 1 FROM outbox AS other"
    " WHERE other.alert = outbox.alert AND other.state = 0)",
    "DELETE FROM alert WHERE feed = (SELECT name FROM feed WHERE id = ?1)"
    " AND NOT EXISTS (SELECT 1 FROM outbox WHERE outbox.alert = alert.seq)",
    "DELETE FROM feed WHERE id = ?1",
  };
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (gint64));

  g_array_append_val (rows, feed_row);
  for (gsize i = 0; i < G_N_ELEMENTS (sql); i++)
    if (!run_for_each (round->db, sql[i], rows, error))
      return FALSE;
  return TRUE;
}

static gboolean
list_expired (Round *round, GArray *feed_rows, GError **error)
{
  g_autoptr (TcnDbStatement) select =
      tcn_db_statement (round->db, "SELECT id FROM feed WHERE removed + ?1 < ?2", error);
  gboolean has_row = FALSE;

  if (select == NULL)
    return FALSE;
  tcn_db_bind_int (select, 1, round->retain_s);
  tcn_db_bind_int (select, 2, round->now_unix);
  if (!tcn_db_step (select, &has_row, error))
    return FALSE;
  while (has_row) {
    gint64 feed_row = tcn_db_int (select, 0);

    g_array_append_val (feed_rows, feed_row);
    if (!tcn_db_step (select, &has_row, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
forget_feeds (Round *round, GError **error)
{
  g_autoptr (GArray) feed_rows = g_array_new (FALSE, FALSE, sizeof (gint64));

  if (!list_expired (round, feed_rows, error))
    return FALSE;
  for (guint i = 0; i < feed_rows->len; i++)
    if (!forget_feed (round, g_array_index (feed_rows, gint64, i), error))
      return FALSE;
  return TRUE;
}

/* --- a slice -------------------------------------------------------------------------- */

static gboolean
end_round (Round *round, GError **error)
{
  static const char pauses[] = "DELETE FROM host_pause WHERE until < ?1";
  static const char cooldowns[] =
      "DELETE FROM rule_cooldown WHERE until < ?1 - " G_STRINGIFY (TCN_MAX_COOLDOWN_S);
  g_autoptr (GArray) now = g_array_new (FALSE, FALSE, sizeof (gint64));

  g_array_append_val (now, round->now_unix);
  return forget_feeds (round, error) && run_for_each (round->db, pauses, now, error) &&
         run_for_each (round->db, cooldowns, now, error) &&
         save_number (round->db, "pruned", round->now_unix, error) &&
         save_number (round->db, "prune_cursor", 0, error);
}

static gboolean
prune_slice (Round *round, gboolean *out_is_done, GError **error)
{
  g_auto (TcnDbTxn) txn = { NULL };
  gboolean is_end;

  if (!tcn_db_exec (round->db,
                    "CREATE TEMP TABLE IF NOT EXISTS forgotten (id INTEGER PRIMARY KEY)",
                    error) ||
      !judge_items (round, error))
    return FALSE;
  is_end = round->n_looked_at < MAX_LOOKED_AT &&
           round->texts->len + round->items->len < MAX_FORGOTTEN;
  if (!tcn_db_begin (&txn, round->db, TCN_DB_RELAXED, error) ||
      !forget_items (round, error))
    return FALSE;
  if (is_end ? !end_round (round, error)
             : !save_number (round->db, "prune_cursor", round->cursor, error))
    return FALSE;
  *out_is_done = is_end;
  return tcn_db_commit (&txn, error);
}

gboolean
tcn_store_prune (TcnStore *store, gint64 now_unix, gint64 retain_s, gboolean *out_is_done,
                 GError **error)
{
  g_auto (Round) round = { .now_unix = now_unix, .retain_s = retain_s };
  gint64 pruned_unix = 0;

  if (!tcn_store_commit_recording (store, error))
    return FALSE;
  round.db = tcn_store_db (store);
  if (!load_number (round.db, "pruned", &pruned_unix, error) ||
      !load_number (round.db, "prune_cursor", &round.cursor, error))
    return FALSE;
  *out_is_done = TRUE;
  /* A clock that was set back must not put it off for ever. */
  if (round.cursor == 0 && pruned_unix <= now_unix &&
      now_unix - pruned_unix < ROUND_INTERVAL_S)
    return TRUE;
  round.feeds = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  round.texts = g_array_new (FALSE, FALSE, sizeof (gint64));
  round.items = g_array_new (FALSE, FALSE, sizeof (gint64));
  return prune_slice (&round, out_is_done, error);
}
