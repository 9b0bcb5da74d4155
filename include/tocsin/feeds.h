/* SPDX-License-Identifier: MIT */
/*
 * What is remembered of each feed between polls: validators, schedule, health. The record
 * is read here and written through the ledger (ledger.h), in the same transaction as the
 * items of that poll: validators are never ahead of items. State belongs to the feed's
 * name in the configuration.
 */
#pragma once

#include <glib.h>

#include "tocsin/item.h"
#include "tocsin/schedule.h"
#include "tocsin/store.h"

G_BEGIN_DECLS

/* One feed's row. Times are Unix seconds, TCN_TIME_NONE when not yet. The fields marked
 * "store" are the store's to set; the others it keeps as they are given. */
typedef struct {
  gint64 row;     /* store: key of the row, 0 while there is none */
  char *name;     /* store: as configured */
  char *url;      /* store: as configured */
  char *title;    /* of the last document, nullable */
  char *language; /* of the last document, as written, nullable */

  /* What the server is told the next time; of validator_url, and of nothing else. */
  char *validator_url;   /* nullable */
  GBytes *etag;          /* the header's bytes, nullable */
  GBytes *last_modified; /* the header's bytes, nullable */
  GBytes *body_hash;     /* of the last body that was a feed, nullable */

  gint64 first_parse_unix; /* first complete parse ("first sight") */
  TcnSchedule schedule;
  guint http_status; /* of the last poll, 0 when no answer came */
  char *error;       /* of the last poll, nullable */
  char *moved_url;   /* an accepted permanent redirect: polled instead, nullable */

  gint64 added_unix;   /* store: when the row was made */
  gint64 removed_unix; /* store: when it left the configuration */
  gboolean is_silent;  /* store: first sight behaves as `backlog = none` */
  guint window_items;  /* store: items in the last whole document */
  guint window_max;    /* store: the most there ever were */
  gint64 items_seen;   /* store: items ever recorded */
} TcnFeedState;

TcnFeedState *tcn_feed_state_new (const char *name, const char *url);
TcnFeedState *tcn_feed_state_copy (const TcnFeedState *state);
void tcn_feed_state_free (TcnFeedState *state);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcnFeedState, tcn_feed_state_free)

/* One configured feed, as far as the store needs to know it. */
typedef struct {
  const char *name;
  const char *url;
} TcnFeedRef;

/* Makes the rows agree with the configured feeds (names are unique): makes missing rows,
 * takes over the row of a configured URL that is known under a name no longer configured
 * (items included), forgets validators, schedule and move of a feed whose URL was edited,
 * notes which feeds left and which came back. Writes only where something differs. For
 * writers; commits an open recording first. Returns the states of the configured feeds,
 * keyed by their own `name`. (transfer full) (element-type utf8 TcnFeedState) */
GHashTable *tcn_feeds_sync (TcnStore *store, const TcnFeedRef *feeds, gsize n_feeds,
                            gint64 now_unix, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The states of all feeds that had not left the configuration when it was last synced; a
 * table as above. (transfer full) (element-type utf8 TcnFeedState) */
GHashTable *tcn_feeds_load (TcnStore *store, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Hosts that asked for a pause which is not over: "host:port" (char*, owned) to the time
 * it ends (gint64*, owned). (transfer full) */
GHashTable *tcn_feeds_load_pauses (TcnStore *store, gint64 now_unix,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
