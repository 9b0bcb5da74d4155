/* SPDX-License-Identifier: MIT */
/*
 * Writing a feed's row, for the ledger; reading is in tocsin/feeds.h.
 */
#pragma once

#include "store/db.h"
#include "tocsin/feeds.h"

G_BEGIN_DECLS

/* Writes the fields of `state` that are not the store's own. */
gboolean tcn_feeds_write (TcnDb *db, const TcnFeedState *state, GError **error);

G_END_DECLS
