/* SPDX-License-Identifier: MIT */
/*
 * The daemon: polls on schedule until it is told to stop, reads its configuration anew
 * when asked and keeps the last good one, and tells the service manager. Signals: HUP
 * reloads, USR1 polls every feed, TERM and INT drain and end.
 */
#pragma once

#include "tocsin/config.h"

G_BEGIN_DECLS

/* Runs in the foreground until a signal ends it. `config_path` is what a reload reads.
 * FALSE when it cannot begin or cannot go on (the reason in `error`): another process has
 * the state (TCN_ERROR_LOCKED), the state failed for good, a sink cannot be opened. */
gboolean tcn_daemon_run (TcnConfig *config, const char *config_path,
                         const char *state_dir, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
