/* SPDX-License-Identifier: MIT */
/*
 * What the files of the store share: the open state itself.
 */
#pragma once

#include "store/db.h"
#include "tocsin/store.h"

G_BEGIN_DECLS

/* Names inside the state directory. */
#define TCN_STORE_FILE "state.db"
#define TCN_STORE_LOCK "state.lock"
#define TCN_STORE_RESERVE "state.reserve"

/* An item's id as it is stored: its hexadecimal digits as bytes. */
#define TCN_STORE_ID_BYTES 10

/* The connection. (transfer none) */
TcnDb *tcn_store_db (TcnStore *store);

/* The state directory. (transfer none) */
const char *tcn_store_dir (const TcnStore *store);

/* The transaction in which polls are recorded, open or not. It is the ledger's; whoever
 * else writes commits it first. */
typedef struct {
  TcnDbTxn txn;
  TcnDbDurability durability; /* of the open transaction */
  guint n_feeds;
  gint64 opened_us;
  GError *lost; /* why a commit failed that the ledger did not ask for: told next */
} TcnRecording;

TcnRecording *tcn_store_recording (TcnStore *store);

/* Commits what is recorded, if anything is. A failure is kept for the ledger too, whose
 * caller's records are ahead of the file then. */
gboolean tcn_store_commit_recording (TcnStore *store, GError **error);

/* Drops it. */
void tcn_store_drop_recording (TcnStore *store);

/* Gives up the room that tcn_outbox_prepare() keeps; FALSE when there was none. */
gboolean tcn_store_spend_reserve (TcnStore *store);

G_END_DECLS
