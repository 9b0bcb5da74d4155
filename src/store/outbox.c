/* SPDX-License-Identifier: MIT */
#include "tocsin/outbox.h"

#include "store/alerts.h"
#include "store/private.h"
#include "tocsin/limits.h"

/* The numbers of these stand in files, and `state = 0` in an index. */
G_STATIC_ASSERT (TCN_DELIVERY_PENDING == 0 && TCN_DELIVERY_SENT == 1 &&
                 TCN_DELIVERY_FAILED == 2);

void
tcn_pending_free (TcnPending *pending)
{
  if (pending == NULL)
    return;
  tcn_alert_free (pending->alert);
  g_free (pending);
}

/* --- what is due ---------------------------------------------------------------------- */

static TcnPending *
read_pending (TcnDbStatement *row)
{
  TcnPending *pending = g_new0 (TcnPending, 1);

  pending->alert = tcn_alerts_read (row, &pending->seq);
  pending->attempts = (guint) tcn_db_int (row, TCN_ALERTS_N_COLUMNS);
  pending->held_until_unix = tcn_db_int (row, TCN_ALERTS_N_COLUMNS + 1);
  return pending;
}

static void
bind_due (TcnDbStatement *select, const TcnDueFilter *filter)
{
  tcn_db_bind_text (select, 1, filter->sink);
  tcn_db_bind_int (select, 2, filter->is_early ? G_MAXINT64 : filter->now_unix);
  tcn_db_bind_int (select, 3, filter->now_unix);
  tcn_db_bind_int (select, 4, filter->after_seq);
  tcn_db_bind_int (select, 5, filter->limit);
}

/* A wait that ends at `until` is over by then; and so is one that would last longer than any
 * does (?3 is now): the clock was ahead when it began, and has been put back. */
#define IS_OVER(until, then, max)                                                        \
  "(" until " <= " then " OR " until " > ?3 + " G_STRINGIFY (max) ")"
#define RETRY_IS_DUE IS_OVER ("outbox.next_try", "?2", TCN_MAX_RETRY_WAIT_S)
#define HOLD_IS_OVER IS_OVER ("outbox.not_before", "?3", TCN_MAX_COOLDOWN_S)

GPtrArray *
tcn_outbox_due (TcnStore *store, const TcnDueFilter *filter, GError **error)
{
  static const char sql[] =
      "SELECT " TCN_ALERTS_COLUMNS ", outbox.attempts, outbox.not_before"
      " FROM outbox JOIN alert ON alert.seq = outbox.alert"
      " WHERE outbox.state = 0 AND outbox.sink = ?1 AND " RETRY_IS_DUE
      " AND " HOLD_IS_OVER " AND outbox.alert > ?4"
      " ORDER BY outbox.alert LIMIT ?5";
  g_autoptr (GPtrArray) due =
      g_ptr_array_new_with_free_func ((GDestroyNotify) tcn_pending_free);
  g_autoptr (TcnDbStatement) select = NULL;
  gboolean has_row = FALSE;

  /* An open recording is this connection's own, so that it would see it. */
  if (!tcn_store_commit_recording (store, error))
    return NULL;
  select = tcn_db_statement (tcn_store_db (store), sql, error);
  if (select == NULL)
    return NULL;
  bind_due (select, filter);
  if (!tcn_db_step (select, &has_row, error))
    return NULL;
  while (has_row) {
    g_ptr_array_add (due, read_pending (select));
    if (!tcn_db_step (select, &has_row, error))
      return NULL;
  }
  return g_steal_pointer (&due);
}

gboolean
tcn_outbox_next_due (TcnStore *store, const char *sink, gint64 *out_unix, GError **error)
{
  static const char sql[] = "SELECT min (max (next_try, not_before)) FROM outbox"
                            " WHERE state = 0 AND sink = ?1";
  g_autoptr (TcnDbStatement) select = tcn_db_statement (tcn_store_db (store), sql, error);
  gboolean has_row = FALSE;

  if (select == NULL)
    return FALSE;
  tcn_db_bind_text (select, 1, sink);
  if (!tcn_db_step (select, &has_row, error))
    return FALSE;
  *out_unix = has_row ? tcn_db_time (select, 0) : TCN_TIME_NONE;
  return TRUE;
}

gboolean
tcn_outbox_count_waiting (TcnStore *store, const char *sink, gint64 now_unix,
                          guint *out_n, GError **error)
{
  static const char sql[] =
      "SELECT count(*) FROM outbox WHERE state = 0 AND sink = ?1 AND " HOLD_IS_OVER;
  g_autoptr (TcnDbStatement) select = tcn_db_statement (tcn_store_db (store), sql, error);
  gboolean has_row = FALSE;

  if (select == NULL)
    return FALSE;
  tcn_db_bind_text (select, 1, sink);
  tcn_db_bind_int (select, 3, now_unix);
  if (!tcn_db_step (select, &has_row, error))
    return FALSE;
  *out_n = has_row ? (guint) tcn_db_int (select, 0) : 0;
  return TRUE;
}

/* --- marks ---------------------------------------------------------------------------- */

/* One transaction for all of `seqs`; `update` has its other parameters bound, ?1 is the
 * alert. */
static gboolean
try_mark (TcnStore *store, TcnDbStatement *update, const gint64 *seqs, gsize n,
          GError **error)
{
  g_auto (TcnDbTxn) txn = { NULL };

  if (!tcn_store_commit_recording (store, error) ||
      !tcn_db_begin (&txn, tcn_store_db (store), TCN_DB_RELAXED, error))
    return FALSE;
  for (gsize i = 0; i < n; i++) {
    tcn_db_bind_int (update, 1, seqs[i]);
    if (!tcn_db_run (update, error))
      return FALSE;
  }
  return tcn_db_commit (&txn, error);
}

static gboolean
mark (TcnStore *store, TcnDbStatement *update, const gint64 *seqs, gsize n,
      GError **error)
{
  g_autoptr (GError) failure = NULL;

  if (try_mark (store, update, seqs, n, &failure))
    return TRUE;
  if (tcn_store_spend_reserve (store))
    return try_mark (store, update, seqs, n, error);
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

gboolean
tcn_outbox_mark_sent (TcnStore *store, const char *sink, const gint64 *seqs, gsize n,
                      gint64 now_unix, GError **error)
{
  static const char sql[] = "UPDATE outbox SET state = 1, attempts = attempts + 1,"
                            " time = ?3, error = NULL WHERE alert = ?1 AND sink = ?2";
  g_autoptr (TcnDbStatement) update = tcn_db_statement (tcn_store_db (store), sql, error);

  if (update == NULL)
    return FALSE;
  tcn_db_bind_text (update, 2, sink);
  tcn_db_bind_int (update, 3, now_unix);
  return mark (store, update, seqs, n, error);
}

gboolean
tcn_outbox_mark_retry (TcnStore *store, const char *sink, const gint64 *seqs, gsize n,
                       gint64 now_unix, gint64 next_unix, const char *message,
                       GError **error)
{
  static const char sql[] =
      "UPDATE outbox SET state = 0, attempts = attempts + 1, time = ?3, next_try = ?4,"
      " error = ?5 WHERE alert = ?1 AND sink = ?2";
  g_autoptr (TcnDbStatement) update = tcn_db_statement (tcn_store_db (store), sql, error);

  if (update == NULL)
    return FALSE;
  tcn_db_bind_text (update, 2, sink);
  tcn_db_bind_int (update, 3, now_unix);
  tcn_db_bind_int (update, 4, next_unix);
  tcn_db_bind_text (update, 5, message);
  return mark (store, update, seqs, n, error);
}

gboolean
tcn_outbox_mark_failed (TcnStore *store, const char *sink, const gint64 *seqs, gsize n,
                        gint64 now_unix, const char *message, GError **error)
{
  static const char sql[] = "UPDATE outbox SET state = 2, attempts = attempts + 1,"
                            " time = ?3, error = ?4 WHERE alert = ?1 AND sink = ?2";
  g_autoptr (TcnDbStatement) update = tcn_db_statement (tcn_store_db (store), sql, error);

  if (update == NULL)
    return FALSE;
  tcn_db_bind_text (update, 2, sink);
  tcn_db_bind_int (update, 3, now_unix);
  tcn_db_bind_text (update, 4, message);
  return mark (store, update, seqs, n, error);
}

gboolean
tcn_outbox_mark_absent (TcnStore *store, const char *sink, const gint64 *seqs, gsize n,
                        gint64 now_unix, const char *message, GError **error)
{
  static const char sql[] =
      "UPDATE outbox SET time = ?3, error = ?4"
      " WHERE alert = ?1 AND sink = ?2 AND state = 0 AND error IS NOT ?4";
  g_autoptr (TcnDbStatement) update = tcn_db_statement (tcn_store_db (store), sql, error);

  if (update == NULL)
    return FALSE;
  tcn_db_bind_text (update, 2, sink);
  tcn_db_bind_int (update, 3, now_unix);
  tcn_db_bind_text (update, 4, message);
  return mark (store, update, seqs, n, error);
}
