/* SPDX-License-Identifier: MIT */
/*
 * What `add` fetched, kept for the feed's first poll, so that no server is asked twice for
 * it. One file each in the state directory, which needs no lock: a daemon that is told of
 * the feed takes it up too. An answer that is lost costs a request, nothing else.
 */
#pragma once

#include "tocsin/fetch.h"
#include "tocsin/item.h"

G_BEGIN_DECLS

/* Leaves the answer (CHANGED) for the feed `url`, whose `document` it is, to be taken as
 * fresh until a poll with the interval `interval_s` (0: auto) would have come due. */
gboolean tcn_kept_leave (const char *state_dir, const char *url,
                         const TcnFetchResult *answer, const TcnFeed *document,
                         guint interval_s, gint64 now_unix,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Takes out what was left for `url`; NULL when nothing of use was. (transfer full)
 * (nullable) */
TcnFetchResult *tcn_kept_take (const char *state_dir, const char *url, gint64 now_unix,
                               gboolean *out_is_fresh);

G_END_DECLS
