/* SPDX-License-Identifier: MIT */
/*
 * The few words of an item that an alert shows. Made once, when the alert is recorded;
 * the matched words are found in it again when it is shown.
 */
#pragma once

#include "tocsin/item.h"

G_BEGIN_DECLS

#define TCN_EXCERPT_CHARS 300

/* About TCN_EXCERPT_CHARS characters of the item's summary or content around the place
 * where most of `matches` (TcnMatch*, with byte offsets into the item's fields) stand
 * together; the beginning of the text when they all are in other fields. One line,
 * paragraphs joined by a blank, cut between words, "…" where cut. NULL when the item has
 * neither summary nor content. (transfer full) (nullable) */
char *tcn_excerpt_new (const TcnItem *item, const GPtrArray *matches);

G_END_DECLS
