/* SPDX-License-Identifier: MIT */
/*
 * What a command is: a row of the table in main.c. A command's file exports one
 * `const TcnCommand tcn_command_NAME` and keeps everything else to itself.
 *
 * Arguments are taken as the bytes they are (G_OPTION_ARG_FILENAME, never _STRING, which
 * would convert from the locale and fail in the C locale): queries and names are UTF-8.
 */
#pragma once

#include <glib.h>

#include "tocsin/log.h"

G_BEGIN_DECLS

typedef struct TcnCommand TcnCommand;

/* One run of the program: the global options, and the words that are left for the
 * command. */
typedef struct {
  const TcnCommand *command;
  char *config_path; /* -c, or NULL: the default one */
  char *state_dir;   /* -s, or NULL */
  gboolean is_verbose;
  gboolean is_quiet;
  GStrv words; /* argv from the command's name on */
} TcnInvocation;

struct TcnCommand {
  const char *name;
  const char *arguments;   /* what follows the name in the synopsis, "" for nothing */
  const char *summary;     /* one line, no full stop */
  const char *description; /* paragraphs below the synopsis, nullable */
  int (*run) (TcnInvocation *invocation); /* returns the exit status */
};

/* Parses the command's own options (`entries`, ended by an empty one) and the global
 * ones, which are taken after the command too. `out_rest` gets the other arguments, never
 * NULL. FALSE when the command is to end at once with `*out_status`: help or the version
 * was asked for (0) or the line was wrong (2, said on standard error). */
gboolean tcn_command_parse (TcnInvocation *invocation, const GOptionEntry *entries,
                            GStrv *out_rest, int *out_status) G_GNUC_WARN_UNUSED_RESULT;

/* Prints the name of the program and its version. */
void tcn_command_print_version (void);

/* Says what is wrong with the command line and points to the command's help. Returns 2.
 */
int tcn_command_misused (const TcnInvocation *invocation, const char *format, ...)
    G_GNUC_PRINTF (2, 3);

/* Says why the command fails and returns the exit status that stands for `error`. */
int tcn_command_failed (const GError *error);

/* Writes `text` to standard output. FALSE with TCN_ERROR_OUTPUT when it is closed or
 * full. */
gboolean tcn_command_print (const GString *text,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The commands, in the order of the help; main.c has the table. */
extern const TcnCommand tcn_command_once;
extern const TcnCommand tcn_command_daemon;
extern const TcnCommand tcn_command_feeds;
extern const TcnCommand tcn_command_alerts;
extern const TcnCommand tcn_command_check;
extern const TcnCommand tcn_command_add;
extern const TcnCommand tcn_command_import;
extern const TcnCommand tcn_command_export;
extern const TcnCommand tcn_command_match;
extern const TcnCommand tcn_command_why;
extern const TcnCommand tcn_command_test_sink;
extern const TcnCommand tcn_command_parse_feed;

G_END_DECLS
