/* SPDX-License-Identifier: MIT */
/*
 * Alerts and their deliveries: what waits for a sink, what became of it, and the listing
 * of past alerts. One row stands for one (alert, sink); the ledger makes it, this module
 * changes it. A row whose sink is not configured any more stays as it is.
 *
 * Marks commit an open recording first and are then committed themselves, so that they
 * outlive the process at once, but reach the disk with the next flush: a power cut may
 * repeat the last deliveries, a killed process only the one between sending and marking.
 */
#pragma once

#include <glib.h>

#include "tocsin/item.h"
#include "tocsin/store.h"

G_BEGIN_DECLS

typedef enum {
  TCN_DELIVERY_PENDING,
  TCN_DELIVERY_SENT,
  TCN_DELIVERY_FAILED,
} TcnDeliveryState;

/* "pending", "sent", "failed"; a static string. */
const char *tcn_delivery_state_name (TcnDeliveryState state);

/* --- delivering
 * ------------------------------------------------------------------------- */

/* An alert that waits for one sink. `seq` grows in the order in which alerts were
 * recorded. */
typedef struct {
  gint64 seq;
  TcnAlert *alert;
  guint attempts;         /* made so far */
  gint64 held_until_unix; /* by its rule's cooldown, which is over; 0: it was not held.
                             Alerts of one rule that were held until the same time are to
                             arrive together */
} TcnPending;

void tcn_pending_free (TcnPending *pending);

/* Which pending deliveries are wanted. */
typedef struct {
  const char *sink;
  gint64 now_unix;
  gboolean is_early; /* also what is to be tried again only later */
  gint64 after_seq;  /* alerts behind that one; 0: from the first */
  guint limit;       /* so many at most */
} TcnDueFilter;

/* What is due for a sink, oldest alert first. What a cooldown holds is not, for anybody;
 * what would wait longer than anything may is, since the clock was put back. Sees only
 * what is committed. (transfer full) (element-type TcnPending) */
GPtrArray *tcn_outbox_due (TcnStore *store, const TcnDueFilter *filter,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* When the next pending row of `sink` falls due, TCN_TIME_NONE when none is pending. */
gboolean tcn_outbox_next_due (TcnStore *store, const char *sink, gint64 *out_unix,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* How many alerts wait for `sink`, but for those that a cooldown holds. */
gboolean tcn_outbox_count_waiting (TcnStore *store, const char *sink, gint64 now_unix,
                                   guint *out_n,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Before a delivery: keeps room on the disk for its mark. */
gboolean tcn_outbox_prepare (TcnStore *store, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The deliveries of the alerts `seqs` to `sink` succeeded; failed for now, to be tried
 * again at `next_unix`; failed for good; or were no attempt, since the destination is
 * absent (the message is kept, attempts and due time are not touched). */
gboolean tcn_outbox_mark_sent (TcnStore *store, const char *sink, const gint64 *seqs,
                               gsize n, gint64 now_unix,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean tcn_outbox_mark_retry (TcnStore *store, const char *sink, const gint64 *seqs,
                                gsize n, gint64 now_unix, gint64 next_unix,
                                const char *message,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean tcn_outbox_mark_failed (TcnStore *store, const char *sink, const gint64 *seqs,
                                 gsize n, gint64 now_unix, const char *message,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean tcn_outbox_mark_absent (TcnStore *store, const char *sink, const gint64 *seqs,
                                 gsize n, gint64 now_unix, const char *message,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* --- listing
 * ---------------------------------------------------------------------------- */

typedef struct {
  char *sink;
  TcnDeliveryState state;
  guint attempts;
  gint64 time_unix; /* of the last attempt or outcome, TCN_TIME_NONE before the first */
  gint64 next_unix; /* when a pending one is due */
  gint64 held_until_unix; /* by its rule's cooldown; 0: it is not and was not held */
  char *error;            /* of the last attempt, nullable */
} TcnDelivery;

typedef struct {
  gint64 seq;
  TcnAlert *alert;
  GPtrArray *deliveries; /* of TcnDelivery*, by sink name */
} TcnAlertRecord;

/* Which alerts; what is not set does not narrow. */
typedef struct {
  gint64 since_unix;   /* first seen then or later; 0 or TCN_TIME_NONE: ever */
  const char *rule;    /* nullable */
  const char *feed;    /* nullable */
  gboolean is_pending; /* with a pending delivery */
  gboolean is_failed;  /* with a failed one; with both set, either will do */
} TcnAlertFilter;

/* `record` is borrowed for the call. Returns FALSE to stop. */
typedef gboolean (*TcnAlertFunc) (const TcnAlertRecord *record, gpointer data);

/* Calls `func` for each alert that passes, oldest first. */
gboolean tcn_outbox_list (TcnStore *store, const TcnAlertFilter *filter,
                          TcnAlertFunc func, gpointer data,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* --- trying again
 * ----------------------------------------------------------------------- */

/* Makes failed deliveries of the alerts that pass pending again, with no attempts, and
 * those to be tried again due now; what a cooldown holds stays held. `out_n` (nullable):
 * how many deliveries. */
gboolean tcn_outbox_retry (TcnStore *store, const TcnAlertFilter *filter, gint64 now_unix,
                           guint *out_n, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* While another process writes: leaves the wish in the state directory. The file appears
 * whole, under a name that ends in ".request". */
gboolean tcn_outbox_request_retry (const char *dir, const TcnAlertFilter *filter,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The writer takes up the wishes left so far, as tcn_outbox_retry. */
gboolean tcn_outbox_take_requests (TcnStore *store, gint64 now_unix, guint *out_n,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
