/* SPDX-License-Identifier: MIT */
#include "tocsin/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "tocsin/text.h"

/* The log belongs to the process, and so does this: set before any thread is started. */
static TcnVerbosity log_verbosity = TCN_LOG_NORMAL;

gboolean
tcn_log_shows (GLogLevelFlags level)
{
  switch (level & G_LOG_LEVEL_MASK) {
  case G_LOG_LEVEL_ERROR:
  case G_LOG_LEVEL_CRITICAL:
    return TRUE;
  case G_LOG_LEVEL_WARNING:
  case G_LOG_LEVEL_MESSAGE:
    return log_verbosity >= TCN_LOG_NORMAL;
  case G_LOG_LEVEL_INFO:
    return log_verbosity >= TCN_LOG_VERBOSE;
  default:
    return g_getenv ("G_MESSAGES_DEBUG") != NULL;
  }
}

static const char *
level_word (GLogLevelFlags level)
{
  switch (level & G_LOG_LEVEL_MASK) {
  case G_LOG_LEVEL_ERROR:
  case G_LOG_LEVEL_CRITICAL:
    return "internal error: ";
  case G_LOG_LEVEL_WARNING:
    return "warning: ";
  default:
    return "";
  }
}

/* Messages quote names and answers of others, which may hold what a terminal obeys. */
static void
print (const char *word, const char *message)
{
  g_autofree char *clean = tcn_text_make_clean (message, -1);

  fprintf (stderr, "tocsin: %s%s\n", word, clean);
}

static GLogWriterOutput
write_line (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer data)
{
  const char *message = NULL;

  if (!tcn_log_shows (level))
    return G_LOG_WRITER_HANDLED;
  for (gsize i = 0; i < n_fields; i++)
    if (strcmp (fields[i].key, "MESSAGE") == 0)
      message = fields[i].value;
  if (message != NULL)
    print (level_word (level), message);
  return G_LOG_WRITER_HANDLED;
}

void
tcn_log_init (void)
{
  g_log_set_writer_func (write_line, NULL, NULL);
}

void
tcn_log_set_verbosity (TcnVerbosity verbosity)
{
  log_verbosity = verbosity;
}

void
tcn_log_failure (const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  g_autofree char *message = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  print ("", message);
}
