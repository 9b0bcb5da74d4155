/* SPDX-License-Identifier: MIT */
#include "store/alerts.h"

#include <string.h>

#include "store/pack.h"
#include "store/private.h"
#include "tocsin/outbox.h"

static const char *const state_names[] = {
  [TCN_DELIVERY_PENDING] = "pending",
  [TCN_DELIVERY_SENT] = "sent",
  [TCN_DELIVERY_FAILED] = "failed",
};

const char *
tcn_delivery_state_name (TcnDeliveryState state)
{
  g_return_val_if_fail ((guint) state < G_N_ELEMENTS (state_names), NULL);
  return state_names[state];
}

TcnAlert *
tcn_alerts_read (TcnDbStatement *row, gint64 *out_seq)
{
  TcnAlert *alert = tcn_alert_new ();
  gconstpointer matches = NULL;
  gsize n = 0;

  *out_seq = tcn_db_int (row, 0);
  alert->id = g_strdup (tcn_db_text (row, 1));
  alert->time_unix = tcn_db_int (row, 2);
  alert->rule = g_strdup (tcn_db_text (row, 3));
  alert->urgency =
      (TcnUrgency) CLAMP (tcn_db_int (row, 4), TCN_URGENCY_LOW, TCN_URGENCY_CRITICAL);
  alert->feed = g_strdup (tcn_db_text (row, 5));
  alert->feed_title = g_strdup (tcn_db_text (row, 6));
  alert->item = g_strdup (tcn_db_text (row, 7));
  alert->title = g_strdup (tcn_db_text (row, 8));
  alert->link = g_strdup (tcn_db_text (row, 9));
  alert->author = g_strdup (tcn_db_text (row, 10));
  alert->published_unix = tcn_db_time (row, 11);
  alert->language = g_strdup (tcn_db_text (row, 12));
  alert->excerpt = g_strdup (tcn_db_text (row, 13));
  matches = tcn_db_blob (row, 14, &n);
  tcn_unpack_matches (matches, n, alert->matches);
  alert->rule_title = g_strdup (tcn_db_text (row, 15));
  return alert;
}

/* --- the listing ---------------------------------------------------------------------- */

static void
free_delivery (gpointer data)
{
  TcnDelivery *delivery = data;

  g_free (delivery->sink);
  g_free (delivery->error);
  g_free (delivery);
}

static void
clear_record (TcnAlertRecord *record)
{
  g_clear_pointer (&record->alert, tcn_alert_free);
  g_clear_pointer (&record->deliveries, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TcnAlertRecord, clear_record)

static TcnDelivery *
read_delivery (TcnDbStatement *row)
{
  TcnDelivery *delivery = g_new0 (TcnDelivery, 1);

  delivery->sink = g_strdup (tcn_db_text (row, 0));
  delivery->state = (TcnDeliveryState) CLAMP (tcn_db_int (row, 1), TCN_DELIVERY_PENDING,
                                              TCN_DELIVERY_FAILED);
  delivery->attempts = (guint) tcn_db_int (row, 2);
  delivery->held_until_unix = tcn_db_int (row, 4);
  delivery->next_unix = MAX (tcn_db_int (row, 3), delivery->held_until_unix);
  delivery->time_unix = tcn_db_time (row, 5);
  delivery->error = g_strdup (tcn_db_text (row, 6));
  return delivery;
}

static gboolean
read_deliveries (TcnDbStatement *select, TcnAlertRecord *record, GError **error)
{
  gboolean has_row = FALSE;

  record->deliveries = g_ptr_array_new_with_free_func (free_delivery);
  tcn_db_bind_int (select, 1, record->seq);
  if (!tcn_db_step (select, &has_row, error))
    return FALSE;
  while (has_row) {
    g_ptr_array_add (record->deliveries, read_delivery (select));
    if (!tcn_db_step (select, &has_row, error))
      return FALSE;
  }
  return TRUE;
}

/* Which alerts pass a filter: ?1 since, ?2 rule, ?3 feed, ?4 pending, ?5 failed. */
#define FILTER                                                                           \
  " WHERE alert.time >= ?1 AND (?2 IS NULL OR alert.rule = ?2)"                          \
  " AND (?3 IS NULL OR alert.feed = ?3)"                                                 \
  " AND ((NOT ?4 AND NOT ?5)"                                                            \
  " OR EXISTS (SELECT 1 FROM outbox WHERE outbox.alert = alert.seq"                      \
  " AND ((?4 AND outbox.state = 0) OR (?5 AND outbox.state = 2))))"

static void
bind_filter (TcnDbStatement *statement, const TcnAlertFilter *filter)
{
  tcn_db_bind_int (statement, 1, filter->since_unix);
  tcn_db_bind_text (statement, 2, filter->rule);
  tcn_db_bind_text (statement, 3, filter->feed);
  tcn_db_bind_int (statement, 4, filter->is_pending);
  tcn_db_bind_int (statement, 5, filter->is_failed);
}

static gboolean
list_rows (TcnDbStatement *alerts, TcnDbStatement *deliveries, TcnAlertFunc func,
           gpointer data, GError **error)
{
  gboolean has_row = FALSE;

  if (!tcn_db_step (alerts, &has_row, error))
    return FALSE;
  while (has_row) {
    g_auto (TcnAlertRecord) record = { 0 };

    record.alert = tcn_alerts_read (alerts, &record.seq);
    if (!read_deliveries (deliveries, &record, error))
      return FALSE;
    if (!func (&record, data))
      return TRUE;
    if (!tcn_db_step (alerts, &has_row, error))
      return FALSE;
  }
  return TRUE;
}

gboolean
tcn_outbox_list (TcnStore *store, const TcnAlertFilter *filter, TcnAlertFunc func,
                 gpointer data, GError **error)
{
  static const char alerts_sql[] =
      "SELECT " TCN_ALERTS_COLUMNS " FROM alert" FILTER " ORDER BY alert.seq";
  static const char deliveries_sql[] =
      "SELECT sink, state, attempts, next_try, not_before, time, error FROM outbox"
      " WHERE alert = ?1 ORDER BY sink";
  TcnDb *db = tcn_store_db (store);
  g_autoptr (TcnDbStatement) alerts = tcn_db_statement (db, alerts_sql, error);
  g_autoptr (TcnDbStatement) deliveries = NULL;

  if (alerts == NULL)
    return FALSE;
  deliveries = tcn_db_statement (db, deliveries_sql, error);
  if (deliveries == NULL)
    return FALSE;
  bind_filter (alerts, filter);
  return list_rows (alerts, deliveries, func, data, error);
}

/* --- trying again --------------------------------------------------------------------- */

gboolean
tcn_outbox_retry (TcnStore *store, const TcnAlertFilter *filter, gint64 now_unix,
                  guint *out_n, GError **error)
{
  static const char sql[] =
      "UPDATE outbox SET attempts = CASE state WHEN 2 THEN 0 ELSE attempts END,"
      " next_try = min (next_try, ?6), state = 0"
      " WHERE (state = 2 OR (state = 0 AND next_try > ?6))"
      " AND alert IN (SELECT seq FROM alert" FILTER ")";
  TcnDb *db = tcn_store_db (store);
  g_auto (TcnDbTxn) txn = { NULL };
  g_autoptr (TcnDbStatement) update = NULL;
  guint n;

  if (!tcn_store_commit_recording (store, error) ||
      !tcn_db_begin (&txn, db, TCN_DB_DURABLE, error))
    return FALSE;
  update = tcn_db_statement (db, sql, error);
  if (update == NULL)
    return FALSE;
  bind_filter (update, filter);
  tcn_db_bind_int (update, 6, now_unix);
  if (!tcn_db_run (update, error))
    return FALSE;
  n = tcn_db_changes (db);
  if (!tcn_db_commit (&txn, error))
    return FALSE;
  if (out_n != NULL)
    *out_n = n;
  return TRUE;
}
