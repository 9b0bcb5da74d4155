/* SPDX-License-Identifier: MIT */
/*
 * What most commands begin with: the configuration and the state of this invocation, with
 * failures told to the user.
 */
#pragma once

#include "command.h"
#include "tocsin/config.h"
#include "tocsin/configfile.h"
#include "tocsin/render.h"
#include "tocsin/store.h"

/* What a command makes of warnings; -q leaves them out in any case. */
typedef enum {
  TCN_WARNINGS_SEEN, /* for a person at a terminal and for -v, not for every run of cron */
  TCN_WARNINGS_TOLD, /* they are what the command is about, or go to a daemon's log */
} TcnWarnings;

/* Loads the configuration and says what is wrong with it. NULL with the exit status when
 * it cannot be used. (transfer full) (nullable) */
TcnConfig *tcn_session_load_config (const TcnInvocation *invocation, TcnWarnings warnings,
                                    int *out_status);

/* Opens the configuration's file for changes, as the above. (transfer full) (nullable) */
TcnConfigFile *tcn_session_open_config_file (const TcnInvocation *invocation,
                                             int *out_status);

/* After a change of the configuration: says how a running daemon gets to know of it, if one
 * holds the state of `config` (nullable). Whether one does. */
gboolean tcn_session_tell_running (const TcnInvocation *invocation,
                                   const TcnConfig *config);

/* The whole of a file, or of standard input for "-". (transfer full) (nullable) */
GBytes *tcn_session_read_input (const char *path,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Opens the invocation's state to read; `config` is nullable. NULL with the exit status
 * when it cannot be used. (transfer full) (nullable) */
TcnStore *tcn_session_open_store (const TcnInvocation *invocation,
                                  const TcnConfig *config, int *out_status);

/* `word` as --format takes it (nullable: text), with the reader's terminal and time zone on
 * standard output. FALSE, said on standard error, when it is no format. */
gboolean tcn_session_style (const TcnInvocation *invocation, const char *word,
                            TcnStyle *out_style, int *out_status);

/* "7d" and the like as a time before now: --since. FALSE, said on standard error, when
 * `word` is no duration. */
gboolean tcn_session_since (const TcnInvocation *invocation, const char *word,
                            gint64 *out_unix, int *out_status);
