/* SPDX-License-Identifier: MIT */
/*
 * Values of HTTP headers that say when to come back, and how a body is coded. Pure. What
 * cannot be understood says nothing (-1), and nothing absurd overflows.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How long an answer says that it stays fresh: max-age less Age, else Expires less Date
 * (the server's clock against itself; ours, `now_unix`, where it sends no Date). 0 for
 * no-cache, no-store and what has expired. -1 when nothing is said. All but the time
 * nullable. */
gint64 tcn_httpvalue_fresh_for_s (const char *cache_control, const char *age,
                                  const char *expires, const char *date, gint64 now_unix);

/* Retry-After as seconds or as a date (against Date, else `now_unix`); -1 when absent,
 * negative or senseless. */
gint64 tcn_httpvalue_retry_after_s (const char *text, const char *date, gint64 now_unix);

/* How many codings a Content-Encoding names, "identity" not counted. */
guint tcn_httpvalue_count_codings (const char *text, gsize n);

G_END_DECLS
