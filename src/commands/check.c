/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "commands/command.h"
#include "tocsin/error.h"
#include "tocsin/setup.h"

static int
print_result (const TcnInvocation *invocation, const TcnConfig *config, gboolean whole)
{
  g_autoptr (GString) out = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  if (whole)
    tcn_config_print (out, config);
  else if (!invocation->is_quiet)
    g_string_append_printf (out, "%s: %u feeds, %u rules, %u sinks\n", config->path,
                            config->feeds->len, config->rules->len, config->sinks->len);
  return tcn_command_print (out, &error) ? 0 : tcn_command_failed (error);
}

static int
run_check (TcnInvocation *invocation)
{
  gboolean print = FALSE;
  const GOptionEntry entries[] = {
    { "print", 0, 0, G_OPTION_ARG_NONE, &print,
      "Print the configuration as it is in effect", NULL },
    { NULL },
  };
  g_auto (GStrv) rest = NULL;
  g_autoptr (GString) report = g_string_new (NULL);
  g_autoptr (TcnConfig) config = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;
  int status;

  if (!tcn_command_parse (invocation, entries, &rest, &status))
    return status;
  if (*rest != NULL)
    return tcn_command_misused (invocation, "unexpected argument '%s'", *rest);
  path = tcn_setup_config_path (invocation->config_path);
  config = tcn_setup_load_config (path, report, &error);
  if (config == NULL || !invocation->is_quiet)
    fputs (report->str, stderr);
  return config != NULL ? print_result (invocation, config, print)
                        : tcn_command_failed (error);
}

const TcnCommand tcn_command_check = {
  .name = "check",
  .arguments = "[--print]",
  .summary = "Read the configuration and report every error in it",
  .description = "Lists, OPML files, query files and secrets that it names are read too.",
  .run = run_check,
};
