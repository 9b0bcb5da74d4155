/* SPDX-License-Identifier: MIT */
/*
 * What the tests of the store share: a directory that goes away with them, and short ways
 * to make feeds, items and alerts.
 */
#pragma once

#include "tocsin/feeds.h"
#include "tocsin/item.h"
#include "tocsin/ledger.h"
#include "tocsin/outbox.h"
#include "tocsin/store.h"

/* A moment of 2026 from which the tests count. */
#define T0 G_GINT64_CONSTANT (1795000000)
#define DAY (24 * 60 * 60)

/* An empty state directory of its own; its path does not exist yet. (transfer full) */
char *stores_make_dir (void);

/* The directory `dir` and all that is in it. */
void stores_remove_dir (const char *dir);

/* Opens it to write or to read; fails the test when that fails. (transfer full) */
TcnStore *stores_open (const char *dir);
TcnStore *stores_open_read (const char *dir);

/* Syncs the store with one feed and gives its state. (transfer full) */
TcnFeedState *stores_one_feed (TcnStore *store, const char *name, const char *url);

/* A state directory with one feed in it, open to write. */
typedef struct {
  char *dir;
  TcnStore *store;
  TcnLedger *ledger;
  TcnFeedState *feed; /* "sohr" */
} StoresFixture;

void stores_set_up (StoresFixture *fixture, gconstpointer data);
void stores_tear_down (StoresFixture *fixture, gconstpointer data);

/* An item with the keys given, ending in NULL. (transfer full) */
TcnItem *stores_item (const char *title, const char *key, ...) G_GNUC_NULL_TERMINATED;

/* Records a poll of `feed` that brought `items` (taken), and flushes. The ids of the new
 * items as tcn_ledger_see() gives them. (transfer full) */
GPtrArray *stores_poll (TcnLedger *ledger, TcnFeedState *feed, GPtrArray *items,
                        gboolean is_whole, gint64 now_unix);

/* How many of `ids` stand for a new item. */
guint stores_count_new (const GPtrArray *ids);

/* Items from pairs of title and key; ends in NULL. (transfer full) */
GPtrArray *stores_items (const char *title, ...) G_GNUC_NULL_TERMINATED;

/* An alert of `rule` on the item `item_id`, with one match. (transfer full) */
TcnAlert *stores_alert (const char *feed, const char *item_id, const char *rule,
                        gint64 now_unix);
