/* SPDX-License-Identifier: MIT */
/*
 * Bytes of a feed in, items out. One parser reads one document: RSS 0.9x, 1.0 and 2.0, Atom
 * 0.3 and 1.0 as a stream of events (never a tree), JSON Feed as a whole. It touches neither
 * files nor network and keeps what the document makes it keep under the ceilings of
 * limits.h, whatever the document says. A document read in any pieces gives the same items.
 */
#pragma once

#include <glib.h>

#include "tocsin/item.h"

G_BEGIN_DECLS

typedef struct {
  const char *base_url;     /* what relative links are relative to: where it came from */
  const char *content_type; /* of HTTP, nullable */
  const char *content_location; /* of HTTP, nullable; beats base_url */
  guint max_items;              /* the first so many are delivered; 0 = all */
} TcnParseOptions;

typedef struct TcnParser TcnParser;

/* Is given each item when its end is reached, in document order. It goes when the function
 * returns: tcn_item_copy() keeps it. */
typedef void (*TcnItemFunc) (const TcnItem *item, gpointer data);

/* The options' strings are copied. */
TcnParser *tcn_parser_new (const TcnParseOptions *options, TcnItemFunc func,
                           gpointer data);
void tcn_parser_free (TcnParser *parser);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcnParser, tcn_parser_free)

/* The next piece of the document; `bytes` may be NULL if n is 0. */
void tcn_parser_push (TcnParser *parser, const char *bytes, gsize n);

/* The end of the document: delivers the items that are still held back and returns what it
 * says of the feed. A damaged document is no failure: see is_damaged and warnings.
 * NULL when it is no feed (TCN_ERROR_FORMAT). (transfer full) */
TcnFeed *tcn_parser_finish (TcnParser *parser, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Items are handed over before the feed's own data is complete. This gives an item what it
 * takes from its feed once that is known: the author, unless it is RSS. */
void tcn_item_inherit (TcnItem *item, const TcnFeed *feed);

/* Reads a whole document: items (transfer full) have inherited and have their keys. NULL and
 * TCN_ERROR_FORMAT when it is no feed. */
GPtrArray *tcn_parse_bytes (const char *bytes, gsize n, const TcnParseOptions *options,
                            TcnFeed **out_feed, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Do these first bytes of a document (4 KiB are plenty) belong to a feed, by the root element
 * or the JSON Feed version? */
gboolean tcn_parser_sniff (const char *bytes, gsize n);

G_END_DECLS
