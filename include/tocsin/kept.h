/* SPDX-License-Identifier: MIT */
/*
 * What `add` fetched, kept for the feed's first poll, so that no server is asked for the same
 * twice. One file each in the state directory, which needs no lock. An answer that is lost
 * costs a request, nothing else.
 */
#pragma once

#include "tocsin/fetch.h"

G_BEGIN_DECLS

/* Leaves the answer (CHANGED) for the feed `url`. */
gboolean tcn_kept_leave (const char *state_dir, const char *url,
                         const TcnFetchResult *answer, gint64 now_unix,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether anything was left: without it, nobody need look for it feed by feed. */
gboolean tcn_kept_is_any (const char *state_dir);

/* Takes out what was left for `url`; NULL when nothing of use was. It is fresh while its
 * server said so, or asked to be left alone. (transfer full) (nullable) */
TcnFetchResult *tcn_kept_take (const char *state_dir, const char *url, gint64 now_unix,
                               gboolean *out_is_fresh);

G_END_DECLS
