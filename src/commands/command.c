/* SPDX-License-Identifier: MIT */
#include "command.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "tocsin/error.h"

/* What is asked for in the place of the command's work. */
typedef struct {
  gboolean help;
  gboolean version;
} Wish;

/* `taken` gets what stands after the command: it may repeat what stood before it. */
static GOptionContext *
make_context (const TcnCommand *command, TcnInvocation *taken,
              const GOptionEntry *entries, Wish *wish, GStrv *rest)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  const char *description = command->description;
  g_autofree char *head = g_strconcat (
      command->summary, description != NULL ? ".\n\n" : ".", description, NULL);
  const GOptionEntry common[] = {
    { "config", 'c', 0, G_OPTION_ARG_FILENAME, &taken->config_path, "The configuration",
      "FILE" },
    { "state", 's', 0, G_OPTION_ARG_FILENAME, &taken->state_dir, "The state directory",
      "DIR" },
    { "verbose", 'v', 0, G_OPTION_ARG_NONE, &taken->is_verbose, "Say more", NULL },
    { "quiet", 'q', 0, G_OPTION_ARG_NONE, &taken->is_quiet,
      "Say only what makes the exit status non-zero", NULL },
    { "help", 'h', 0, G_OPTION_ARG_NONE, &wish->help, "Show this help", NULL },
    { "version", 0, 0, G_OPTION_ARG_NONE, &wish->version, "Show the version", NULL },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, rest, NULL, NULL },
    { NULL },
  };

  g_option_context_set_help_enabled (context, FALSE);
  g_option_context_set_summary (context, head);
  if (entries != NULL)
    g_option_context_add_main_entries (context, entries, NULL);
  g_option_context_add_main_entries (context, common, NULL);
  return g_steal_pointer (&context);
}

static void
print_help (const TcnCommand *command, GOptionContext *context)
{
  g_autofree char *help = g_option_context_get_help (context, TRUE, NULL);
  const char *body = strstr (help, "\n\n");

  /* GOption's first lines name the program, not the command: ours replace them. */
  printf ("Usage: tocsin [-c FILE] [-s DIR] [-v|-q] %s%s%s%s", command->name,
          *command->arguments != '\0' ? " " : "", command->arguments,
          body != NULL ? body : "\n");
}

void
tcn_command_print_version (void)
{
  puts ("tocsin " PACKAGE_VERSION);
}

static void
replace (char **value, char *later)
{
  if (later == NULL)
    return;
  g_free (*value);
  *value = later;
}

/* As an unset variable of a script leaves it: no name of a file. */
static gboolean
is_empty (const char *name)
{
  return name != NULL && *name == '\0';
}

gboolean
tcn_command_parse (TcnInvocation *invocation, const GOptionEntry *entries,
                   GStrv *out_rest, int *out_status)
{
  Wish wish = { FALSE, FALSE };
  TcnInvocation taken = { 0 };
  g_auto (GStrv) rest = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GOptionContext) context =
      make_context (invocation->command, &taken, entries, &wish, &rest);
  g_auto (GStrv) words = g_strdupv (invocation->words);

  gboolean is_parsed = g_option_context_parse_strv (context, &words, &error);

  replace (&invocation->config_path, taken.config_path);
  replace (&invocation->state_dir, taken.state_dir);
  invocation->is_verbose |= taken.is_verbose;
  invocation->is_quiet |= taken.is_quiet;
  if (!is_parsed) {
    *out_status = tcn_command_misused (invocation, "%s", error->message);
    return FALSE;
  }
  if (wish.help || wish.version) {
    if (wish.help)
      print_help (invocation->command, context);
    else
      tcn_command_print_version ();
    *out_status = 0;
    return FALSE;
  }
  if (is_empty (invocation->config_path) || is_empty (invocation->state_dir)) {
    *out_status =
        tcn_command_misused (invocation, "%s without a name",
                             is_empty (invocation->config_path) ? "--config" : "--state");
    return FALSE;
  }
  tcn_log_set_verbosity (invocation->is_quiet     ? TCN_LOG_QUIET
                         : invocation->is_verbose ? TCN_LOG_VERBOSE
                                                  : TCN_LOG_NORMAL);
  *out_rest = rest != NULL ? g_steal_pointer (&rest) : g_new0 (char *, 1);
  return TRUE;
}

int
tcn_command_misused (const TcnInvocation *invocation, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  g_autofree char *message = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  tcn_log_failure ("%s\nTry 'tocsin %s --help'.", message, invocation->command->name);
  return 2;
}

int
tcn_command_failed (const GError *error)
{
  g_return_val_if_fail (error != NULL, 1);
  tcn_log_failure ("%s", error->message);
  return tcn_error_exit_status (error);
}

gboolean
tcn_command_print (const GString *text, GError **error)
{
  if (fwrite (text->str, 1, text->len, stdout) == text->len && fflush (stdout) == 0)
    return TRUE;
  g_set_error (error, TCN_ERROR, TCN_ERROR_OUTPUT, "cannot write to standard output: %s",
               g_strerror (errno));
  return FALSE;
}
