/* SPDX-License-Identifier: MIT */
/*
 * Which feeds are watched, and how that changes with the configuration: their rows in the
 * state, what is kept of those that stay, when each is due then.
 */
#pragma once

#include "watched.h"

/* The states of the configured feeds, by name. (transfer full) (nullable) */
GHashTable *tcn_roster_sync (TcnStore *store, const TcnConfig *config, gint64 now_unix,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The enabled feeds of `config`, as configured there, for `watch`. One of `before` (consumed,
 * nullable) is kept, with what is under way, where it is there under the same URL; the others
 * go to `forget`, as the new ones will. (transfer full) (element-type TcnWatched) */
GPtrArray *tcn_roster_make (TcnWatch *watch, const TcnConfig *config, GHashTable *states,
                            GPtrArray *before, GDestroyNotify forget);

/* A feed whose interval was edited is planned anew; one that the process before this one
 * asked a moment ago keeps its host's gap. */
void tcn_roster_replan (GPtrArray *roster, TcnFetcher *fetcher, gint64 gap_s,
                        gint64 now_unix);
