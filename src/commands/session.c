/* SPDX-License-Identifier: MIT */
#include "session.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tocsin/error.h"
#include "tocsin/setup.h"

#define READ_BYTES 65536

/* What a load reported. An error that is not in the report speaks for itself. */
static void
tell (const TcnInvocation *invocation, TcnWarnings warnings, const GString *report,
      const GError *error, int *out_status)
{
  gboolean is_wanted =
      warnings == TCN_WARNINGS_TOLD || invocation->is_verbose || isatty (STDERR_FILENO);

  if (error != NULL || (is_wanted && !invocation->is_quiet))
    fputs (report->str, stderr);
  if (error != NULL)
    *out_status =
        report->len > 0 ? tcn_error_exit_status (error) : tcn_command_failed (error);
}

TcnConfig *
tcn_session_load_config (const TcnInvocation *invocation, TcnWarnings warnings,
                         int *out_status)
{
  g_autofree char *path = tcn_setup_config_path (invocation->config_path);
  g_autoptr (GString) report = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  TcnConfig *config = tcn_setup_load_config (path, report, &error);

  tell (invocation, warnings, report, error, out_status);
  return config;
}

TcnConfigFile *
tcn_session_open_config_file (const TcnInvocation *invocation, int *out_status)
{
  g_autofree char *path = tcn_setup_config_path (invocation->config_path);
  g_autoptr (GString) report = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  TcnConfigFile *file = tcn_config_file_open (path, report, &error);

  tell (invocation, TCN_WARNINGS_SEEN, report, error, out_status);
  return file;
}

gboolean
tcn_session_tell_running (const TcnInvocation *invocation, const TcnConfig *config)
{
  g_autofree char *dir = tcn_setup_state_dir (invocation->state_dir, config);

  if (!tcn_store_is_held (dir))
    return FALSE;
  g_message ("a running daemon reads it again on SIGHUP ('systemctl --user reload "
             "tocsin')");
  return TRUE;
}

static GBytes *
read_stdin (GError **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  gssize n = 1;

  while (n > 0) {
    guint before = bytes->len;

    g_byte_array_set_size (bytes, before + READ_BYTES);
    do
      n = read (STDIN_FILENO, bytes->data + before, READ_BYTES);
    while (n < 0 && errno == EINTR);
    g_byte_array_set_size (bytes, before + (guint) MAX (n, 0));
  }
  if (n == 0)
    return g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
  g_set_error (error, G_FILE_ERROR, (gint) g_file_error_from_errno (errno),
               "cannot read standard input: %s", g_strerror (errno));
  return NULL;
}

GBytes *
tcn_session_read_input (const char *path, GError **error)
{
  char *contents;
  gsize length;

  if (strcmp (path, "-") == 0)
    return read_stdin (error);
  if (!g_file_get_contents (path, &contents, &length, error))
    return NULL;
  return g_bytes_new_take (contents, length);
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
      tcn_command_misused (invocation, "“%s” is no format: text, json or tsv", word);
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
      invocation, "“%s” is no duration: write 90s, 15m, 6h, 7d or 2w", word);
  return FALSE;
}
