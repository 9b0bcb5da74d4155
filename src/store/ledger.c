/* SPDX-License-Identifier: MIT */
#include "tocsin/ledger.h"

#include <string.h>

#include "store/cooldown.h"
#include "store/feeds.h"
#include "store/identity.h"
#include "store/pack.h"
#include "store/private.h"
#include "tocsin/limits.h"

G_STATIC_ASSERT (TCN_URGENCY_LOW == 0 && TCN_URGENCY_NORMAL == 1 &&
                 TCN_URGENCY_CRITICAL == 2);

/* What the store counts of a feed. */
typedef struct {
  gint64 items_seen;
  guint window_items;
  guint window_max;
} Counts;

struct TcnLedger {
  TcnStore *store;
  TcnDb *db;

  /* The feed being recorded; feed_row is 0 between feeds. */
  gint64 feed_row;
  char *feed_name;
  gint64 now_unix;
  Counts counts;
  Counts old_counts;
};

TcnLedger *
tcn_ledger_new (TcnStore *store)
{
  TcnLedger *ledger = g_new0 (TcnLedger, 1);

  ledger->store = store;
  ledger->db = tcn_store_db (store);
  return ledger;
}

static void
leave_feed (TcnLedger *ledger)
{
  ledger->feed_row = 0;
  g_clear_pointer (&ledger->feed_name, g_free);
}

void
tcn_ledger_free (TcnLedger *ledger)
{
  if (ledger == NULL)
    return;
  tcn_store_drop_recording (ledger->store);
  leave_feed (ledger);
  g_free (ledger);
}

/* Half a record is worse than none. */
static gboolean
give_up (TcnLedger *ledger)
{
  tcn_store_drop_recording (ledger->store);
  leave_feed (ledger);
  return FALSE;
}

/* What must be durable does not join a transaction that is not. */
static gboolean
open_recording (TcnLedger *ledger, TcnDbDurability durability, gint64 now_us,
                GError **error)
{
  TcnRecording *recording = tcn_store_recording (ledger->store);

  if (recording->txn.db != NULL && durability == TCN_DB_DURABLE &&
      recording->durability != TCN_DB_DURABLE)
    tcn_store_commit_recording (ledger->store, NULL);
  if (recording->lost != NULL) {
    g_propagate_error (error, g_steal_pointer (&recording->lost));
    return FALSE;
  }
  if (recording->txn.db != NULL)
    return TRUE;
  if (!tcn_db_begin (&recording->txn, ledger->db, durability, error))
    return FALSE;
  recording->durability = durability;
  recording->opened_us = now_us;
  return TRUE;
}

/* Asked of the file and not of the caller, whose record may be older. */
static gboolean
load_counts (TcnDb *db, gint64 feed_row, Counts *out_counts, GError **error)
{
  static const char sql[] =
      "SELECT items_seen, window_items, window_max FROM feed WHERE id = ?1";
  g_autoptr (TcnDbStatement) select = tcn_db_statement (db, sql, error);
  gboolean has_row = FALSE;

  if (select == NULL)
    return FALSE;
  tcn_db_bind_int (select, 1, feed_row);
  if (!tcn_db_step (select, &has_row, error))
    return FALSE;
  if (has_row) {
    out_counts->items_seen = tcn_db_int (select, 0);
    out_counts->window_items = (guint) tcn_db_int (select, 1);
    out_counts->window_max = (guint) tcn_db_int (select, 2);
  }
  return TRUE;
}

gboolean
tcn_ledger_begin_feed (TcnLedger *ledger, const TcnFeedState *feed, gint64 now_unix,
                       gint64 now_us, GError **error)
{
  g_return_val_if_fail (ledger->feed_row == 0 && feed->row != 0, FALSE);

  if (!open_recording (ledger, TCN_DB_DURABLE, now_us, error) ||
      !load_counts (ledger->db, feed->row, &ledger->old_counts, error))
    return give_up (ledger);
  ledger->feed_row = feed->row;
  ledger->feed_name = g_strdup (feed->name);
  ledger->now_unix = now_unix;
  ledger->counts = ledger->old_counts;
  return TRUE;
}

/* --- new items ------------------------------------------------------------------------ */

/* The hexadecimal id as bytes: half the size. */
static void
pack_id (const char *id, guint8 out[TCN_STORE_ID_BYTES])
{
  for (guint i = 0; i < TCN_STORE_ID_BYTES; i++)
    out[i] = (guint8) (g_ascii_xdigit_value (id[2 * i]) << 4 |
                       g_ascii_xdigit_value (id[2 * i + 1]));
}

static void
bind_item (TcnDbStatement *insert, const TcnLedger *ledger, const TcnItem *item,
           const guint8 id[TCN_STORE_ID_BYTES], const GByteArray *categories)
{
  tcn_db_bind_int (insert, 1, ledger->feed_row);
  tcn_db_bind_int (insert, 2, ledger->now_unix);
  tcn_db_bind_blob (insert, 3, id, TCN_STORE_ID_BYTES);
  tcn_db_bind_time (insert, 4, item->published_unix);
  tcn_db_bind_time (insert, 5, item->updated_unix);
  tcn_db_bind_text (insert, 6, item->title);
  tcn_db_bind_text (insert, 7, item->link);
  tcn_db_bind_text (insert, 8, item->author);
  tcn_db_bind_text (insert, 9, item->language);
  tcn_db_bind_blob (insert, 10, categories->len > 0 ? categories->data : NULL,
                    categories->len);
  tcn_db_bind_text (insert, 11, item->summary);
  tcn_db_bind_text (insert, 12, item->content);
}

static gboolean
insert_item (TcnLedger *ledger, TcnDbStatement *insert, const TcnItem *item,
             const char *id, gint64 *out_row, GError **error)
{
  g_autoptr (GByteArray) categories = g_byte_array_new ();
  guint8 id_bytes[TCN_STORE_ID_BYTES];

  pack_id (id, id_bytes);
  tcn_pack_strings (categories, item->categories);
  bind_item (insert, ledger, item, id_bytes, categories);
  if (!tcn_db_run (insert, error))
    return FALSE;
  *out_row = tcn_db_last_row (ledger->db);
  ledger->counts.items_seen++;
  return TRUE;
}

/* --- the window ----------------------------------------------------------------------- */

static int
compare_rows (gconstpointer a, gconstpointer b)
{
  const gint64 *row_a = a;
  const gint64 *row_b = b;

  return (*row_a > *row_b) - (*row_a < *row_b);
}

static void
sort_unique (GArray *rows)
{
  guint n = 0;

  g_array_sort (rows, compare_rows);
  for (guint i = 0; i < rows->len; i++) {
    gint64 row = g_array_index (rows, gint64, i);

    if (n == 0 || g_array_index (rows, gint64, n - 1) != row)
      g_array_index (rows, gint64, n++) = row;
  }
  g_array_set_size (rows, n);
}

/* What is in `a` and not in `b`, both ascending. */
static GArray *
subtract (const GArray *a, const GArray *b)
{
  GArray *rest = g_array_new (FALSE, FALSE, sizeof (gint64));
  guint j = 0;

  for (guint i = 0; i < a->len; i++) {
    gint64 row = g_array_index (a, gint64, i);

    while (j < b->len && g_array_index (b, gint64, j) < row)
      j++;
    if (j == b->len || g_array_index (b, gint64, j) != row)
      g_array_append_val (rest, row);
  }
  return rest;
}

static GArray *
load_window (TcnLedger *ledger, GError **error)
{
  g_autoptr (TcnDbStatement) select = tcn_db_statement (
      ledger->db, "SELECT items FROM feed_window WHERE feed = ?1", error);
  gboolean has_row = FALSE;
  gconstpointer data = NULL;
  gsize n = 0;

  if (select == NULL)
    return NULL;
  tcn_db_bind_int (select, 1, ledger->feed_row);
  if (!tcn_db_step (select, &has_row, error))
    return NULL;
  if (has_row)
    data = tcn_db_blob (select, 0, &n);
  return tcn_unpack_rows (data, n);
}

static gboolean
save_window (TcnLedger *ledger, const GArray *window, GError **error)
{
  g_autoptr (TcnDbStatement) replace = tcn_db_statement (
      ledger->db, "INSERT OR REPLACE INTO feed_window (feed, items) VALUES (?1, ?2)",
      error);
  g_autoptr (GByteArray) packed = g_byte_array_new ();

  if (replace == NULL)
    return FALSE;
  tcn_pack_rows (packed, window);
  tcn_db_bind_int (replace, 1, ledger->feed_row);
  tcn_db_bind_blob (replace, 2, packed->len > 0 ? packed->data : (const guint8 *) "",
                    packed->len);
  return tcn_db_run (replace, error);
}

/* Items that left are dated; those that came back are so no more. */
static gboolean
date_items (TcnLedger *ledger, const GArray *rows, gboolean is_gone, GError **error)
{
  static const char sql[] = "UPDATE item SET gone = ?2, gone_seq = ?3 WHERE id = ?1";
  g_autoptr (TcnDbStatement) update = tcn_db_statement (ledger->db, sql, error);

  if (update == NULL)
    return FALSE;
  tcn_db_bind_time (update, 2, is_gone ? ledger->now_unix : TCN_TIME_NONE);
  tcn_db_bind_time (update, 3, is_gone ? ledger->counts.items_seen : TCN_TIME_NONE);
  for (guint i = 0; i < rows->len; i++) {
    tcn_db_bind_int (update, 1, g_array_index (rows, gint64, i));
    if (!tcn_db_run (update, error))
      return FALSE;
  }
  return TRUE;
}

/* A feed that only ever sends differences would pile up a window without end. */
static void
join_windows (GArray *window, const GArray *old)
{
  g_array_append_vals (window, old->data, old->len);
  sort_unique (window);
  if (window->len > TCN_MAX_FEED_ITEMS)
    g_array_remove_range (window, 0, window->len - TCN_MAX_FEED_ITEMS);
}

/* `window` are the rows of the document; `first_new` is the lowest row made for it, so
 * that what is not below it never was away. */
static gboolean
move_window (TcnLedger *ledger, GArray *window, gint64 first_new, gboolean is_whole,
             GError **error)
{
  g_autoptr (GArray) old = load_window (ledger, error);
  g_autoptr (GArray) left = NULL;
  g_autoptr (GArray) came = NULL;

  if (old == NULL)
    return FALSE;
  sort_unique (window);
  if (!is_whole)
    join_windows (window, old);
  left = subtract (old, window);
  came = subtract (window, old);
  while (came->len > 0 && g_array_index (came, gint64, came->len - 1) >= first_new)
    g_array_set_size (came, came->len - 1);
  ledger->counts.window_items = window->len;
  ledger->counts.window_max = MAX (ledger->counts.window_max, window->len);
  if (window->len == old->len && left->len == 0)
    return TRUE;
  return date_items (ledger, left, TRUE, error) &&
         date_items (ledger, came, FALSE, error) && save_window (ledger, window, error);
}

/* --- telling new from known ----------------------------------------------------------- */

/* Settles item `i`: its row goes to `window`, its id to `ids` if it is new. */
static gboolean
see_item (TcnLedger *ledger, TcnIdentity *identity, TcnDbStatement *insert,
          const TcnItem *item, guint i, GArray *window, GPtrArray *ids, GError **error)
{
  g_autofree char *id = NULL;
  gint64 row = 0;

  if (!tcn_identity_find (identity, i, &row, error))
    return FALSE;
  if (row == 0) {
    id = tcn_item_id (ledger->feed_name, item->keys[0]);
    if (!insert_item (ledger, insert, item, id, &row, error))
      return FALSE;
  }
  if (!tcn_identity_record (identity, i, row, error))
    return FALSE;
  g_array_append_val (window, row);
  g_ptr_array_add (ids, g_steal_pointer (&id));
  return TRUE;
}

static gboolean
see_items (TcnLedger *ledger, const GPtrArray *items, GArray *window, GPtrArray *ids,
           GError **error)
{
  static const char sql[] =
      "INSERT INTO item (feed, first_seen, has_text, public_id, published, updated,"
      " title, link, author, language, categories, summary, content)"
      " VALUES (?1, ?2, 1, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)";
  g_autoptr (TcnDbStatement) insert = tcn_db_statement (ledger->db, sql, error);
  g_autoptr (TcnIdentity) identity = NULL;

  if (insert == NULL)
    return FALSE;
  identity = tcn_identity_new (ledger->db, ledger->feed_row,
                               ledger->counts.items_seen == 0, items, error);
  if (identity == NULL)
    return FALSE;
  for (guint i = 0; i < items->len; i++)
    if (!see_item (ledger, identity, insert, g_ptr_array_index (items, i), i, window, ids,
                   error))
      return FALSE;
  return TRUE;
}

static gboolean
last_item_row (TcnLedger *ledger, gint64 *out_row, GError **error)
{
  return tcn_db_get_int (ledger->db, "SELECT max(id) FROM item", out_row, error);
}

GPtrArray *
tcn_ledger_see (TcnLedger *ledger, const GPtrArray *items, gboolean is_whole,
                GError **error)
{
  g_autoptr (GPtrArray) ids = g_ptr_array_new_full (items->len, g_free);
  g_autoptr (GArray) window = g_array_new (FALSE, FALSE, sizeof (gint64));
  gint64 last_row = 0;

  g_return_val_if_fail (ledger->feed_row != 0, NULL);

  if (!last_item_row (ledger, &last_row, error) ||
      !see_items (ledger, items, window, ids, error) ||
      !move_window (ledger, window, last_row + 1, is_whole, error)) {
    give_up (ledger);
    return NULL;
  }
  return g_steal_pointer (&ids);
}

/* --- alerts --------------------------------------------------------------------------- */

static void
bind_alert (TcnDbStatement *insert, const TcnAlert *alert, const GByteArray *matches)
{
  tcn_db_bind_text (insert, 1, alert->id);
  tcn_db_bind_int (insert, 2, alert->time_unix);
  tcn_db_bind_text (insert, 3, alert->rule);
  tcn_db_bind_int (insert, 4, alert->urgency);
  tcn_db_bind_text (insert, 5, alert->feed);
  tcn_db_bind_text (insert, 6, alert->feed_title);
  tcn_db_bind_text (insert, 7, alert->item);
  tcn_db_bind_text (insert, 8, alert->title);
  tcn_db_bind_text (insert, 9, alert->link);
  tcn_db_bind_text (insert, 10, alert->author);
  tcn_db_bind_time (insert, 11, alert->published_unix);
  tcn_db_bind_text (insert, 12, alert->language);
  tcn_db_bind_text (insert, 13, alert->excerpt);
  tcn_db_bind_blob (insert, 14, matches->data, matches->len);
  tcn_db_bind_text (insert, 15, alert->rule_title);
}

/* `out_is_new` is FALSE when an alert of this id is there already. */
static gboolean
insert_alert (TcnLedger *ledger, const TcnAlert *alert, gboolean *out_is_new,
              GError **error)
{
  static const char sql[] =
      "INSERT OR IGNORE INTO alert (id, time, rule, urgency, feed, feed_title, item,"
      " title, link, author, published, language, excerpt, matches, rule_title)"
      " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)";
  g_autoptr (GByteArray) matches = g_byte_array_new ();
  g_autoptr (TcnDbStatement) insert = tcn_db_statement (ledger->db, sql, error);

  if (insert == NULL)
    return FALSE;
  tcn_pack_matches (matches, alert->matches);
  bind_alert (insert, alert, matches);
  if (!tcn_db_run (insert, error))
    return FALSE;
  *out_is_new = tcn_db_changes (ledger->db) == 1;
  return TRUE;
}

static gboolean
insert_deliveries (TcnLedger *ledger, gint64 seq, const char *const *sinks,
                   gint64 held_until_unix, GError **error)
{
  static const char sql[] =
      "INSERT OR IGNORE INTO outbox (alert, sink, state, attempts, next_try, not_before)"
      " VALUES (?1, ?2, 0, 0, 0, ?3)";
  g_autoptr (TcnDbStatement) insert = tcn_db_statement (ledger->db, sql, error);

  if (insert == NULL)
    return FALSE;
  tcn_db_bind_int (insert, 1, seq);
  tcn_db_bind_int (insert, 3, held_until_unix);
  for (gsize i = 0; sinks[i] != NULL; i++) {
    tcn_db_bind_text (insert, 2, sinks[i]);
    if (!tcn_db_run (insert, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
enter_alert (TcnLedger *ledger, const TcnAlert *alert, const char *const *sinks,
             gint64 cooldown_s, GError **error)
{
  gint64 held_until_unix = 0;
  gboolean is_new = FALSE;
  gint64 seq;

  if (!insert_alert (ledger, alert, &is_new, error))
    return FALSE;
  if (!is_new)
    return TRUE;
  seq = tcn_db_last_row (ledger->db);
  return (cooldown_s == 0 ||
          tcn_cooldown_enter_rule (ledger->db, alert->rule, alert->time_unix, cooldown_s,
                                   &held_until_unix, error)) &&
         insert_deliveries (ledger, seq, sinks, held_until_unix, error);
}

gboolean
tcn_ledger_add_alert (TcnLedger *ledger, const TcnAlert *alert, const char *const *sinks,
                      gint64 cooldown_s, GError **error)
{
  g_return_val_if_fail (tcn_store_recording (ledger->store)->txn.db != NULL, FALSE);

  return enter_alert (ledger, alert, sinks, cooldown_s, error) || give_up (ledger);
}

/* --- the feed's row ------------------------------------------------------------------- */

static gboolean
save_counts (TcnLedger *ledger, GError **error)
{
  static const char sql[] = "UPDATE feed SET items_seen = ?2, window_items = ?3,"
                            " window_max = ?4 WHERE id = ?1";
  const Counts *counts = &ledger->counts;
  g_autoptr (TcnDbStatement) update = NULL;

  if (counts->items_seen == ledger->old_counts.items_seen &&
      counts->window_items == ledger->old_counts.window_items)
    return TRUE;
  update = tcn_db_statement (ledger->db, sql, error);
  if (update == NULL)
    return FALSE;
  tcn_db_bind_int (update, 1, ledger->feed_row);
  tcn_db_bind_int (update, 2, counts->items_seen);
  tcn_db_bind_int (update, 3, counts->window_items);
  tcn_db_bind_int (update, 4, counts->window_max);
  return tcn_db_run (update, error);
}

gboolean
tcn_ledger_end_feed (TcnLedger *ledger, TcnFeedState *state, GError **error)
{
  g_return_val_if_fail (ledger->feed_row != 0 && ledger->feed_row == state->row, FALSE);

  if (!tcn_feeds_write (ledger->db, state, error) || !save_counts (ledger, error))
    return give_up (ledger);
  state->items_seen = ledger->counts.items_seen;
  state->window_items = ledger->counts.window_items;
  state->window_max = ledger->counts.window_max;
  leave_feed (ledger);
  tcn_store_recording (ledger->store)->n_feeds++;
  return TRUE;
}

static gboolean
put_row (TcnLedger *ledger, TcnDbDurability durability, const TcnFeedState *state,
         gint64 now_us, GError **error)
{
  g_return_val_if_fail (ledger->feed_row == 0 && state->row != 0, FALSE);

  if (!open_recording (ledger, durability, now_us, error) ||
      !tcn_feeds_write (ledger->db, state, error))
    return give_up (ledger);
  tcn_store_recording (ledger->store)->n_feeds++;
  return TRUE;
}

gboolean
tcn_ledger_put_feed (TcnLedger *ledger, const TcnFeedState *state, gint64 now_us,
                     GError **error)
{
  return put_row (ledger, TCN_DB_DURABLE, state, now_us, error);
}

gboolean
tcn_ledger_put_unchanged (TcnLedger *ledger, const TcnFeedState *state, gint64 now_us,
                          GError **error)
{
  return put_row (ledger, TCN_DB_RELAXED, state, now_us, error);
}

gboolean
tcn_ledger_put_pause (TcnLedger *ledger, const char *host, gint64 until_unix,
                      gint64 now_us, GError **error)
{
  static const char sql[] =
      "INSERT OR REPLACE INTO host_pause (host, until) VALUES (?1, ?2)";
  g_autoptr (TcnDbStatement) replace = NULL;

  if (!open_recording (ledger, TCN_DB_DURABLE, now_us, error))
    return FALSE;
  replace = tcn_db_statement (ledger->db, sql, error);
  if (replace == NULL)
    return give_up (ledger);
  tcn_db_bind_text (replace, 1, host);
  tcn_db_bind_int (replace, 2, until_unix);
  return tcn_db_run (replace, error) || give_up (ledger);
}

/* --- committing ----------------------------------------------------------------------- */

gboolean
tcn_ledger_is_full (const TcnLedger *ledger)
{
  const TcnRecording *recording = tcn_store_recording (ledger->store);

  return recording->durability == TCN_DB_DURABLE &&
         recording->n_feeds >= TCN_MAX_TXN_FEEDS;
}

gint64
tcn_ledger_due_us (const TcnLedger *ledger)
{
  const TcnRecording *recording = tcn_store_recording (ledger->store);

  if (recording->lost != NULL)
    return 1;
  if (recording->txn.db == NULL)
    return 0;
  return recording->opened_us + TCN_MAX_TXN_AGE_MS * G_TIME_SPAN_MILLISECOND;
}

gboolean
tcn_ledger_flush (TcnLedger *ledger, GError **error)
{
  TcnRecording *recording = tcn_store_recording (ledger->store);

  g_return_val_if_fail (ledger->feed_row == 0, FALSE);

  if (recording->lost == NULL && tcn_store_commit_recording (ledger->store, NULL))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&recording->lost));
  return FALSE;
}
