/* SPDX-License-Identifier: MIT */
/*
 * What only tests of the fetcher need.
 */
#pragma once

#include "tocsin/fetch.h"

G_BEGIN_DECLS

/* How often running transfers are looked at; three looks in a row with next to nothing
 * received since the one before end a transfer. 5 s by default. */
void tcn_fetcher_set_patience (TcnFetcher *fetcher, guint look_ms);

/* How long connections stay open that nothing uses; 90 s by default. */
void tcn_fetcher_set_idle_close (TcnFetcher *fetcher, guint ms);

/* A connection that served less than so long ago is not closed for being idle; 2 s by
 * default. */
void tcn_fetcher_set_brisk (TcnFetcher *fetcher, guint ms);

/* Makes a name known without asking anybody: "NAME:PORT:ADDRESS". */
void tcn_fetcher_add_host (TcnFetcher *fetcher, const char *entry);

G_END_DECLS
