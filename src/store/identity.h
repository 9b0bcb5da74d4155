/* SPDX-License-Identifier: MIT */
/*
 * Which items of a document are known: their keys looked up among those of the feed, and
 * recorded. The text of items is the ledger's.
 */
#pragma once

#include "store/db.h"
#include "tocsin/item.h"

G_BEGIN_DECLS

/* The items of one document while they are sorted out. */
typedef struct TcnIdentity TcnIdentity;

/* `is_fresh`: the feed has no keys yet. `items` is borrowed. NULL on failure. (transfer
 * full) */
TcnIdentity *tcn_identity_new (TcnDb *db, gint64 feed_row, gboolean is_fresh,
                               const GPtrArray *items, GError **error);
void tcn_identity_free (TcnIdentity *identity);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcnIdentity, tcn_identity_free)

/* The row of the item `i`, 0 when it is new. Asked in the order of the document: it
 * settles which row the item stands for. */
gboolean tcn_identity_find (TcnIdentity *identity, guint i, gint64 *out_row,
                            GError **error);

/* Records the keys of the item `i` as names of the row `row`, unless they have an owner. */
gboolean tcn_identity_record (TcnIdentity *identity, guint i, gint64 row, GError **error);

G_END_DECLS
