/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "commands/command.h"
#include "tocsin/text.h"

#define TRY_HELP "Try 'tocsin --help'."

/* In the order of the help. A command is a file in src/commands/ and a row here. */
/* clang-format off */
static const TcnCommand *const commands[] = {
  &tcn_command_once,
  &tcn_command_daemon,
  &tcn_command_check,
  &tcn_command_add,
  &tcn_command_feeds,
  &tcn_command_alerts,
  &tcn_command_match,
  &tcn_command_why,
  &tcn_command_parse_feed,
  &tcn_command_test_sink,
  &tcn_command_import,
  &tcn_command_export,
  NULL,
};
/* clang-format on */

static const TcnCommand *
find_command (const char *name)
{
  for (const TcnCommand *const *row = commands; *row != NULL; row++)
    if (strcmp ((*row)->name, name) == 0)
      return *row;
  return NULL;
}

static void
print_program_help (void)
{
  puts ("Usage: tocsin [-c FILE] [-s DIR] [-v|-q] COMMAND [ARGS]\n"
        "\n"
        "Watches RSS, Atom and JSON feeds and rings when a new item says what you watch "
        "for.\n"
        "\n"
        "Commands:");
  for (const TcnCommand *const *row = commands; *row != NULL; row++)
    printf ("  %-10s %s\n", (*row)->name, (*row)->summary);
  puts ("\n"
        "Options, before or after the command:\n"
        "  -c, --config=FILE  The configuration ($XDG_CONFIG_HOME/tocsin/tocsin.conf)\n"
        "  -s, --state=DIR    The state directory ($XDG_STATE_HOME/tocsin)\n"
        "  -v, --verbose      Say more\n"
        "  -q, --quiet        Say only what makes the exit status non-zero\n"
        "  -h, --help         Show this help; with a command, the command's\n"
        "      --version      Show the version\n"
        "\n"
        "'tocsin COMMAND --help' tells more of a command, tocsin(1) everything.");
}

/* The options before the command. FALSE when the program ends here with `*out_status`. */
static gboolean
parse_globals (TcnInvocation *invocation, GStrv *words, int *out_status)
{
  gboolean help = FALSE, version = FALSE;
  g_autoptr (GError) error = NULL;
  const GOptionEntry entries[] = {
    { "config", 'c', 0, G_OPTION_ARG_FILENAME, &invocation->config_path, NULL, NULL },
    { "state", 's', 0, G_OPTION_ARG_FILENAME, &invocation->state_dir, NULL, NULL },
    { "verbose", 'v', 0, G_OPTION_ARG_NONE, &invocation->is_verbose, NULL, NULL },
    { "quiet", 'q', 0, G_OPTION_ARG_NONE, &invocation->is_quiet, NULL, NULL },
    { "help", 'h', 0, G_OPTION_ARG_NONE, &help, NULL, NULL },
    { "version", 0, 0, G_OPTION_ARG_NONE, &version, NULL, NULL },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);

  g_option_context_set_help_enabled (context, FALSE);
  g_option_context_set_strict_posix (context, TRUE);
  g_option_context_add_main_entries (context, entries, NULL);
  *out_status = 2;
  if (!g_option_context_parse_strv (context, words, &error)) {
    tcn_log_failure ("%s\n" TRY_HELP, error->message);
    return FALSE;
  }
  if (help) {
    print_program_help ();
    *out_status = 0;
  } else if (version) {
    tcn_command_print_version ();
    *out_status = 0;
  } else if ((*words)[1] == NULL) {
    tcn_log_failure ("no command\n" TRY_HELP);
  } else {
    return TRUE;
  }
  return FALSE;
}

static void
tell_unknown_command (const char *word)
{
  const char *names[G_N_ELEMENTS (commands)] = { NULL };
  const char *nearest;

  for (guint i = 0; commands[i] != NULL; i++)
    names[i] = commands[i]->name;
  nearest = tcn_text_nearest (word, names);
  if (nearest != NULL)
    tcn_log_failure ("unknown command “%s”: did you mean %s?\n" TRY_HELP, word, nearest);
  else
    tcn_log_failure ("unknown command “%s”\n" TRY_HELP, word);
}

static int
run (int argc, char **argv)
{
  int status;
  TcnInvocation invocation = { 0 };
  g_auto (GStrv) words = g_strdupv (argv);

  if (!parse_globals (&invocation, &words, &status))
    return status;
  invocation.command = find_command (words[1]);
  if (invocation.command == NULL) {
    tell_unknown_command (words[1]);
    status = 2;
  } else {
    invocation.words = words + 1;
    status = invocation.command->run (&invocation);
  }
  g_free (invocation.config_path);
  g_free (invocation.state_dir);
  return status;
}

/* A standard descriptor that was closed would be the next file that is opened, and results
 * would be written into that. One that cannot be written to takes its place, so that
 * writing fails as it would have. */
static void
hold_standard_descriptors (void)
{
  for (int fd = 0; fd <= 2; fd++)
    if (fcntl (fd, F_GETFD) < 0 && open ("/dev/null", O_RDONLY) != fd)
      _exit (1);
}

int
main (int argc, char **argv)
{
  int status;

  hold_standard_descriptors ();
  setlocale (LC_TIME, "");
  signal (SIGPIPE, SIG_IGN);
  tcn_log_init ();
  status = run (argc, argv);
  if (fflush (stdout) != 0 && status == 0) {
    tcn_log_failure ("cannot write to standard output");
    status = 1;
  }
  return status;
}
