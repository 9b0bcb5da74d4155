/* SPDX-License-Identifier: MIT */
#include "commands/session.h"
#include "tocsin/opml.h"
#include "tocsin/text.h"

static int
run_export (TcnInvocation *invocation)
{
  g_auto (GStrv) rest = NULL;
  g_autoptr (GString) out = g_string_new (NULL);
  g_autoptr (TcnConfig) config = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *left_out = NULL;
  guint n_written;
  int status;

  if (!tcn_command_parse (invocation, NULL, &rest, &status))
    return status;
  if (*rest != NULL)
    return tcn_command_misused (invocation, "unexpected argument “%s”", *rest);
  config = tcn_session_load_config (invocation, TCN_WARNINGS_SEEN, &status);
  if (config == NULL)
    return status;
  n_written = tcn_opml_write (out, config->feeds);
  left_out = tcn_text_counted (config->feeds->len - n_written, "feed");
  if (n_written < config->feeds->len)
    g_message ("left out: %s of this machine's files", left_out);
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
