/* SPDX-License-Identifier: MIT */
/*
 * The delivery guarantee. What one poll of a feed brings (new items, their alerts, one
 * outbox row for each sink of an alert, the feed's own row with its validators) goes into
 * one transaction; a transaction may hold several feeds. Nothing may be sent before the
 * transaction is committed, and dispatch sees nothing before it either.
 *
 * The caller drives it. For a poll that brought a document:
 *     tcn_ledger_begin_feed, tcn_ledger_see, tcn_ledger_add_alert..., tcn_ledger_end_feed
 * without returning to the main loop between; for any other poll tcn_ledger_put_feed.
 * Then tcn_ledger_flush at once when tcn_ledger_is_full, else by a timer at
 * tcn_ledger_due_us.
 *
 * When any of these fails, everything since the last flush is rolled back, and the states
 * in memory are ahead of the file: read them again with tcn_feeds_load() before another
 * poll. A failure to commit that another module met (one that reads the outbox commits
 * what is open) is told by the next call here.
 */
#pragma once

#include <glib.h>

#include "tocsin/feeds.h"
#include "tocsin/item.h"
#include "tocsin/store.h"

G_BEGIN_DECLS

typedef struct TcnLedger TcnLedger;

/* `store` is open to write and outlives the ledger; one ledger a store. (transfer full)
 */
TcnLedger *tcn_ledger_new (TcnStore *store);

/* Rolls back what was not flushed. */
void tcn_ledger_free (TcnLedger *ledger);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcnLedger, tcn_ledger_free)

/* Begins the record of one poll of `feed` (its row exists: tcn_feeds_sync). `now_unix` is
 * the time its items are first seen; `now_us` is monotonic. */
gboolean tcn_ledger_begin_feed (TcnLedger *ledger, const TcnFeedState *feed,
                                gint64 now_unix, gint64 now_us,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Tells new items from known ones and records both. `items` (of TcnItem*, each with keys)
 * are those of the whole document in its order. An item is known if one of its keys was
 * seen in this feed before, unless that key's item stands in this document under its own
 * first key (feeds whose items share one link); all keys of a known item are recorded as
 * aliases of it. `is_whole`: the items make the feed's window, and what is not among them
 * has left it; FALSE for a partial answer or a document that broke off: then nothing
 * leaves. Returns, item for item, the id of a new one and NULL for a known one. (transfer
 * full) (element-type utf8) */
GPtrArray *tcn_ledger_see (TcnLedger *ledger, const GPtrArray *items, gboolean is_whole,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Records an alert and a pending delivery to each of `sinks` (NULL-terminated names),
 * within the record of a feed or right after tcn_ledger_put_feed(). With a cooldown
 * (`cooldown_s` of its rule, 0: none), one that comes (alert->time_unix) within it after
 * another of its rule is held until it is over. One whose id is known already is left as
 * it is, and its rule's cooldown too. */
gboolean tcn_ledger_add_alert (TcnLedger *ledger, const TcnAlert *alert,
                               const char *const *sinks, gint64 cooldown_s,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Ends the record of this feed with its new row. Fills the fields of `state` that the
 * store keeps (window_items, window_max, items_seen). */
gboolean tcn_ledger_end_feed (TcnLedger *ledger, TcnFeedState *state,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* A poll without a document (unchanged, failed): writes the feed's row and nothing else;
 * its items count as present for as long as it succeeds. */
gboolean tcn_ledger_put_feed (TcnLedger *ledger, const TcnFeedState *state, gint64 now_us,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The same for a poll that brought nothing new, which the disk is not waited for: it
 * survives the process's end, and the power's too once something durable came after it.
 * What is lost is a poll that will be made again. */
gboolean tcn_ledger_put_unchanged (TcnLedger *ledger, const TcnFeedState *state,
                                   gint64 now_us,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Remembers that the host ("host:port") asked not to be called before `until_unix`. */
gboolean tcn_ledger_put_pause (TcnLedger *ledger, const char *host, gint64 until_unix,
                               gint64 now_us, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* TRUE when the open transaction holds TCN_MAX_TXN_FEEDS feeds: flush now. One that is only of
 * polls that brought nothing ends by its age alone: a row of each is small, and the pages they
 * stand on are written once for all. */
gboolean tcn_ledger_is_full (const TcnLedger *ledger);

/* The monotonic time by which to flush: TCN_MAX_TXN_AGE_MS after the transaction's first
 * record, at once after a failure; 0 when nothing is open. */
gint64 tcn_ledger_due_us (const TcnLedger *ledger);

/* Commits, and returns when the record has reached the disk, unless all of it is of polls
 * that brought nothing. Does nothing when nothing is open. */
gboolean tcn_ledger_flush (TcnLedger *ledger, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
