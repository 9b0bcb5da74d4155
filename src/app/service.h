/* SPDX-License-Identifier: MIT */
/*
 * What the daemon tells the service manager (sd_notify(3), Type=notify). Without one,
 * every call does nothing.
 */
#pragma once

#include <glib.h>

/* Says that the service runs, with one line of status for people. */
void tcn_service_ready (const char *status);

/* Says that the configuration is being read anew, from `now_us` (CLOCK_MONOTONIC) on; to be
 * followed by tcn_service_ready(). */
void tcn_service_reloading (gint64 now_us);

void tcn_service_stopping (void);

/* How often tcn_service_alive() is to be called, in ms; 0: never. */
guint tcn_service_alive_interval_ms (void);
void tcn_service_alive (void);
