/* SPDX-License-Identifier: MIT */
#include "session.h"

#include <stdio.h>
#include <unistd.h>

#include "tocsin/error.h"
#include "tocsin/setup.h"

TcnConfig *
tcn_session_load_config (const TcnInvocation *invocation, gboolean is_service,
                         int *out_status)
{
  g_autofree char *path = tcn_setup_config_path (invocation->config_path);
  g_autoptr (GString) report = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  TcnConfig *config = tcn_setup_load_config (path, report, &error);

  gboolean is_wanted = is_service || invocation->is_verbose || isatty (STDERR_FILENO);

  if (config == NULL || (is_wanted && !invocation->is_quiet))
    fputs (report->str, stderr);
  if (config == NULL)
    *out_status = tcn_error_exit_status (error);
  return config;
}

TcnStore *
tcn_session_open_store (const TcnInvocation *invocation, const TcnConfig *config,
                        int *out_status)
{
  g_autofree char *dir = tcn_setup_state_dir (invocation->state_dir, config);
  g_autoptr (GError) error = NULL;
  TcnStore *store = tcn_store_open (dir, TCN_STORE_READ, &error);

  if (store == NULL)
    *out_status = tcn_command_failed (error);
  return store;
}

gboolean
tcn_session_style (const TcnInvocation *invocation, const char *word, TcnStyle *out_style,
                   int *out_status)
{
  tcn_setup_style (out_style, STDOUT_FILENO);
  if (word == NULL || tcn_format_parse (word, &out_style->format))
    return TRUE;
  *out_status =
      tcn_command_misused (invocation, "'%s' is no format: text, json or tsv", word);
  return FALSE;
}

gboolean
tcn_session_since (const TcnInvocation *invocation, const char *word, gint64 *out_unix,
                   int *out_status)
{
  gint64 seconds;

  if (tcn_duration_parse (word, &seconds)) {
    *out_unix = g_get_real_time () / G_USEC_PER_SEC - seconds;
    return TRUE;
  }
  *out_status = tcn_command_misused (
      invocation, "'%s' is no duration: write 90s, 15m, 6h, 7d or 2w", word);
  return FALSE;
}
