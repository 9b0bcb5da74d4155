/* SPDX-License-Identifier: MIT */
/*
 * Where diagnostics go: one line each on standard error, "tocsin: ...". The level says
 * who must act: g_warning, the user should mend something; g_message, the state of a
 * daemon changed; g_info, one line a poll (with -v); g_debug, developers. Results never
 * go here.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum {
  TCN_LOG_QUIET = -1,  /* only what makes the exit status non-zero */
  TCN_LOG_NORMAL = 0,  /* warnings and messages */
  TCN_LOG_VERBOSE = 1, /* and one line a poll */
} TcnVerbosity;

/* Takes over GLib's log for the whole process. Call once, before any thread is started. */
void tcn_log_init (void);

/* TCN_LOG_NORMAL until this is called. */
void tcn_log_set_verbosity (TcnVerbosity verbosity);

/* Whether a message of this level is written: spares making one that is not. */
gboolean tcn_log_shows (GLogLevelFlags level);

/* Says why a command fails: always shown, whatever the verbosity. The text may have
 * several lines; "tocsin: " stands before the first. */
void tcn_log_failure (const char *format, ...) G_GNUC_PRINTF (1, 2);

G_END_DECLS
