/* SPDX-License-Identifier: MIT */
/*
 * The way of a feed through the house: due, fetched, parsed, matched, recorded. A watch
 * polls the feeds of one configuration at a time over one fetcher and one ledger, on the
 * main loop; `once` and `daemon` differ only in when they ask it to.
 *
 * Invariant: what a poll brings is in one transaction, and nothing of it is told to
 * `recorded` before that is committed.
 */
#pragma once

#include "tocsin/alerter.h"
#include "tocsin/config.h"
#include "tocsin/fetch.h"
#include "tocsin/store.h"

G_BEGIN_DECLS

typedef struct TcnWatch TcnWatch;

/* What became of the polls since the watch was made. */
typedef struct {
  guint n_started;
  guint n_done;
  guint n_failed;
  guint n_postponed; /* not asked: their hosts are paused */
  guint n_unchanged;
  guint n_new_items;
  guint n_old_items; /* of these, too old to ring at first sight of their feed */
  guint n_alerts;
} TcnWatchTally;

/* All are called from the main loop and may be NULL. */
typedef struct {
  void (*polled) (const TcnWatchTally *tally, gpointer data); /* one more is done */
  void (*recorded) (gpointer data);                           /* alerts were committed */
  void (*idle) (gpointer data); /* no poll is under way and all is recorded */
  void (*broken) (const GError *error, gpointer data); /* the state failed: no poll
                     is under way any more; what was not committed will be polled again */
} TcnWatchEvents;

/* `store` is open to write; both outlive the watch. */
TcnWatch *tcn_watch_new (TcnStore *store, TcnFetcher *fetcher,
                         const TcnWatchEvents *events, gpointer data);
/* Ends polls that are under way and rolls back what is not flushed. */
void tcn_watch_free (TcnWatch *watch);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcnWatch, tcn_watch_free)

/* Watches the feeds of `config` from now on. Polls under way go on if their feed is still
 * there under the same URL. `alerter` (transfer full) is of the same configuration; `sinks`
 * (TcnSinkConfig*) are those that a rule which names none alerts. On failure
 * (TCN_ERROR_STORE) the watch goes on with what it had; if what was recorded before is what
 * failed, `broken` was told, too. */
gboolean tcn_watch_configure (TcnWatch *watch, TcnConfig *config, TcnAlerter *alerter,
                              const GPtrArray *sinks,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Reads the feeds' rows again, after `broken`. */
gboolean tcn_watch_resync (TcnWatch *watch, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The process is started by a clock that is not ours, and ends again: what is due is told by
 * tcn_schedule_visit_unix(). */
void tcn_watch_set_visiting (TcnWatch *watch);

/* Starts a poll of every feed that is due and not under way (`all`: but for those under
 * Retry-After, of every one). Returns how many were started. */
guint tcn_watch_poll_due (TcnWatch *watch, gboolean all);

/* Delays the feeds that are due, each by another little while, so that they do not burst:
 * after a sleep, a jump of the clock, or the return of the network. */
void tcn_watch_spread_due (TcnWatch *watch);

/* Ends every poll that is under way. What they would have brought is polled again. */
void tcn_watch_cancel (TcnWatch *watch);

/* When the next feed falls due, Unix time; TCN_TIME_NONE when there is none. Feeds under
 * way do not count. */
gint64 tcn_watch_next_due_unix (const TcnWatch *watch);

/* When the first of those feeds falls due for which a visitor who came at `came_unix` waits,
 * and which were not due at `polled_unix`; no poll is under way. TCN_TIME_NONE when there is
 * none. */
gint64 tcn_watch_soon_due_unix (const TcnWatch *watch, gint64 came_unix,
                                gint64 polled_unix);

guint tcn_watch_n_under_way (const TcnWatch *watch);
const TcnWatchTally *tcn_watch_tally (const TcnWatch *watch);

/* Commits what is recorded so far. */
gboolean tcn_watch_flush (TcnWatch *watch, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
