/* SPDX-License-Identifier: MIT */
/*
 * The state: one SQLite file in the state directory, with a lock file beside it. One
 * process at a time opens it to write and holds the lock for as long; any number of
 * others read beside it, and never write, migrate or checkpoint. What is in it is written
 * and read through feeds.h, ledger.h, outbox.h and archive.h; this header opens and tends
 * it. Invariant: whatever moment the process ends at, the file holds whole transactions
 * only.
 *
 * A store belongs to one thread at a time. Calls block for the time SQLite takes.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct TcnStore TcnStore;

typedef enum {
  TCN_STORE_READ,
  TCN_STORE_WRITE,
} TcnStoreMode;

/* Opens the state in the directory `dir`. To write: makes the directory (0700) and the
 * file (0600) when missing, takes the lock, migrates an older schema. To read: an absent
 * state is an empty one. Fails with TCN_ERROR_LOCKED         another process writes;
 *   TCN_ERROR_STORE_CORRUPT  the file is damaged. Opened to write it has been moved
 * aside, with its path in the message, and the next opening starts a new state in which
 * the feeds of its first tcn_feeds_sync() are is_silent (no backlog); TCN_ERROR_STORE it
 * cannot be read or written, or is newer than the program. Damage found later, by any
 * other call, gives the same STORE_CORRUPT, and every call after it fails. (transfer
 * full) */
TcnStore *tcn_store_open (const char *dir, TcnStoreMode mode,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether another process has the state in `dir` open to write. */
gboolean tcn_store_is_held (const char *dir);

/* Rolls back what is not committed, closes the file and gives up the lock. */
void tcn_store_close (TcnStore *store);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcnStore, tcn_store_close)

/* The path of the state's file. (transfer none) */
const char *tcn_store_path (const TcnStore *store);

/* Forgets what is old, a few milliseconds' worth at a call: the text of items last seen
 * more than `retain_s` ago; the identity of items absent for 90 days and for four windows
 * of their feed; feeds that left the configuration more than `retain_s` ago, with their
 * history. Nothing is done when the last round ended less than a day ago. `out_is_done`
 * says that nothing is left to do now; while it is FALSE, call again from an idle moment.
 * Commits an open recording first. */
gboolean tcn_store_prune (TcnStore *store, gint64 now_unix, gint64 retain_s,
                          gboolean *out_is_done,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
