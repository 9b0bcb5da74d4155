/* SPDX-License-Identifier: MIT */
/*
 * From an item to its alerts: one generation of the configuration's rules as an index, and
 * the matcher that runs items against it. A reload makes a new one.
 */
#pragma once

#include "tocsin/config.h"
#include "tocsin/item.h"

G_BEGIN_DECLS

typedef struct TcnAlerter TcnAlerter;

/* Builds the index of the enabled rules of `config` (which it keeps a reference to). Takes
 * as long as there are rules and may be called from any thread; the result belongs to one
 * thread at a time. `seed` is random: it keys the hashes of words that strangers write.
 * (transfer full) */
TcnAlerter *tcn_alerter_new (TcnConfig *config, guint64 seed);
void tcn_alerter_free (TcnAlerter *alerter);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcnAlerter, tcn_alerter_free)

/* Says that many items will come: of very many rules the index is then arranged anew, once,
 * by how often their words were in the first thousands of items. That takes a thread of its
 * own and changes no answer. */
void tcn_alerter_set_lasting (TcnAlerter *alerter);

/* Whether the index will not change any more. */
gboolean tcn_alerter_is_settled (const TcnAlerter *alerter);

/* An item and where it comes from; all borrowed. */
typedef struct {
  const TcnItem *item;
  const char *item_id;
  const TcnFeedConfig *feed;
  const char *feed_title;    /* the document's, nullable; the configured one beats it */
  const char *feed_language; /* the document's, nullable */
  gint64 now_unix;           /* when the item was first seen */
} TcnSighting;

/* Receives one alert and the rule that rings, which says where the alert goes; both
 * (transfer none). */
typedef void (*TcnAlertedFunc) (const TcnAlert *alert, const TcnRuleConfig *rule,
                                gpointer data);

/* Calls `func` for each rule that speaks about the feed, is not over and matches the item,
 * in the order of the configuration. */
void tcn_alerter_run (TcnAlerter *alerter, const TcnSighting *sighting,
                      TcnAlertedFunc func, gpointer data);

/* The language of an item, the first of these that is known: of the feed in the
 * configuration, of the item, of the feed's document, of [tocsin]. All are nullable. A
 * lower-case primary subtag. (transfer full) (nullable) */
char *tcn_alerter_language (const TcnConfig *config, const TcnFeedConfig *feed,
                            const char *item_language, const char *feed_language);

G_END_DECLS
