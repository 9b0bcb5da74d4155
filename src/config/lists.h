/* SPDX-License-Identifier: MIT */
/*
 * Plain lists of feeds: one URL a line, then tags.
 */
#pragma once

#include "config/reader.h"

G_BEGIN_DECLS

/* Appends the feeds of a list to `feeds` (of TcnFeedConfig*), without names. */
void tcn_list_read (TcnReader *reader, const TcnSource *source, GPtrArray *feeds);

/* The same of an OPML file, whose folders become tags. */
void tcn_list_read_opml (TcnReader *reader, const TcnSource *source, GPtrArray *feeds);

G_END_DECLS
