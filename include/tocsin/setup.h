/* SPDX-License-Identifier: MIT */
/*
 * What the process finds around it: the configuration's file, its loader, the state
 * directory, the terminal, the session. Everything below takes these as arguments; here
 * and in the rest of the application layer is the only place that asks the system.
 */
#pragma once

#include "tocsin/config.h"
#include "tocsin/sink.h"

G_BEGIN_DECLS

/* The file named on the command line, else $XDG_CONFIG_HOME/tocsin/tocsin.conf.
 * (transfer full) */
char *tcn_setup_config_path (const char *named);

/* Reads files and the environment of this process. Valid for ever. (transfer none) */
const TcnLoader *tcn_setup_loader (void);

/* Loads a configuration with the sinks that the program was built with. Everything that
 * is wrong or looks wrong is appended to `report` as lines for people. NULL with
 * TCN_ERROR_CONFIG (which counts the errors) when there is an error among it. May be
 * called from any thread. (transfer full) (nullable) */
TcnConfig *tcn_setup_load_config (const char *path, GString *report,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The directory named on the command line, else the configuration's, else
 * $XDG_STATE_HOME/tocsin. `config` is nullable. (transfer full) */
char *tcn_setup_state_dir (const char *named, const TcnConfig *config);

/* A random key for tcn_alerter_new() and the like. May be called from any thread. */
guint64 tcn_setup_seed (void);

/* What sinks are opened with. `output_format` is "text", "json", "tsv" or NULL: the
 * sinks' own. The strings and the zone belong to the process. */
void tcn_setup_sink_env (TcnSinkEnv *out_env, const TcnFormat *output_format);

/* How text for people is written on that file descriptor (standard output or error). */
void tcn_setup_style (TcnStyle *out_style, int fd);

G_END_DECLS
