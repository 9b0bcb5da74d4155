/* SPDX-License-Identifier: MIT */
/*
 * Feeds of all origins made into one list with unique names.
 */
#pragma once

#include "tocsin/config.h"

G_BEGIN_DECLS

TcnFeedConfig *tcn_feed_config_new (void);
void tcn_feed_config_free (TcnFeedConfig *feed);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcnFeedConfig, tcn_feed_config_free)

/* Appends `listed` feeds (of TcnFeedConfig* without names, which are taken out of the array)
 * to `feeds`, which have names. A URL that is there already is no second feed: its tags are
 * added, and its title where there is none. The others are named after their URLs; where
 * two would have one name, each gets a hash of its URL, so that no name depends on the
 * order. */
void tcn_feeds_add_listed (GPtrArray *feeds, GPtrArray *listed);

/* Appends to `*tags` those of `more` that are not among them. */
void tcn_feeds_merge_tags (GStrv *tags, GStrv more);

/* A name that `taken` (a set of names, nullable) does not hold: the short form of the URL,
 * with a hash when `needs_hash` or when it is taken. (transfer full) */
char *tcn_feeds_make_name (const char *url, GHashTable *taken, gboolean needs_hash);

G_END_DECLS
