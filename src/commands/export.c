/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "commands/command.h"
#include "tocsin/opml.h"
#include "tocsin/setup.h"

static int
run_export (TcnInvocation *invocation)
{
  g_auto (GStrv) rest = NULL;
  g_autoptr (GString) report = g_string_new (NULL);
  g_autoptr (GString) out = g_string_new (NULL);
  g_autoptr (TcnConfig) config = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;
  guint n_written;
  int status;

  if (!tcn_command_parse (invocation, NULL, &rest, &status))
    return status;
  if (*rest != NULL)
    return tcn_command_misused (invocation, "unexpected argument '%s'", *rest);
  path = tcn_setup_config_path (invocation->config_path);
  config = tcn_setup_load_config (path, report, &error);
  if (config == NULL || !invocation->is_quiet)
    fputs (report->str, stderr);
  if (config == NULL)
    return tcn_command_failed (error);
  n_written = tcn_opml_write (out, config->feeds);
  if (n_written < config->feeds->len)
    g_message ("%u feeds of this machine's files were left out",
               config->feeds->len - n_written);
  return tcn_command_print (out, &error) ? 0 : tcn_command_failed (error);
}

const TcnCommand tcn_command_export = {
  .name = "export",
  .arguments = "",
  .summary = "Write the configured feeds as OPML",
  .description =
      "Tags become folders. User names and passwords of URLs are left out, and so "
      "are feeds that\nare read from files.",
  .run = run_export,
};
