/* SPDX-License-Identifier: MIT */
/* JSON Feed 1.0 and 1.1. */
#pragma once

#include "tocsin/parser.h"

/* Reads a whole document of clean UTF-8. NULL and TCN_ERROR_FORMAT when it is none.
 * (transfer full) */
TcnFeed *tcn_json_feed_read (const char *text, gsize n, const TcnParseOptions *options,
                             TcnItemFunc func, gpointer data, GError **error);

/* Does this beginning of a document name JSON Feed's version? */
gboolean tcn_json_feed_sniff (const char *text, gsize n);
