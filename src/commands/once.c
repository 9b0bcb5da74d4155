/* SPDX-License-Identifier: MIT */
#include <glib-unix.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "session.h"
#include "tocsin/engine.h"
#include "tocsin/error.h"
#include "tocsin/outbox.h"
#include "tocsin/setup.h"

/* What is still being delivered when a signal ends the run gets so long. */
#define STOP_LIMIT_MS 5000

/* After an alert was printed the line of progress stays away for so long. */
#define PROGRESS_PAUSE_US G_USEC_PER_SEC

typedef struct {
  GMainLoop *loop;
  TcnEngine *engine;
  gboolean is_for_all; /* not for those that are due only */
  gboolean is_strict;
  gboolean shows_progress; /* standard error is a terminal */
  gboolean has_progress;   /* and a line of it stands there */
  gint64 progress_not_before_us;
  gboolean is_interrupted;
  gint64 came_unix;
  gint64 polled_unix; /* when it was last asked what is due */
  guint wait_source;  /* for feeds that are nearly due */
  int status;
} Once;

static void
clear_progress (Once *once)
{
  if (once->has_progress)
    fputs ("\r\033[K", stderr);
  once->has_progress = FALSE;
}

static void
on_polled (const TcnWatchTally *tally, gpointer data)
{
  Once *once = data;

  if (!once->shows_progress || g_get_monotonic_time () < once->progress_not_before_us)
    return;
  fprintf (stderr, "\r\033[Kpolled %u of %u feeds", tally->n_done, tally->n_started);
  once->has_progress = TRUE;
}

static void
on_recorded (gpointer data)
{
  Once *once = data;

  clear_progress (once);
  once->progress_not_before_us = g_get_monotonic_time () + PROGRESS_PAUSE_US;
}

static void
on_over (gpointer data)
{
  Once *once = data;

  g_main_loop_quit (once->loop);
}

static void on_idle (gpointer data);

static void
poll (Once *once, gboolean all)
{
  once->polled_unix = g_get_real_time () / G_USEC_PER_SEC;
  if (tcn_watch_poll_due (tcn_engine_watch (once->engine), all) == 0)
    on_idle (once);
}

static gboolean
on_soon_due (gpointer data)
{
  Once *once = data;

  once->wait_source = 0;
  poll (once, FALSE);
  return G_SOURCE_REMOVE;
}

/* A feed whose interval is that of cron is due a moment after each run has begun: by as much
 * as its answer took the last time. TRUE when there is one to wait for. */
static gboolean
wait_for_soon_due (Once *once)
{
  gint64 due_unix = tcn_watch_soon_due_unix (tcn_engine_watch (once->engine),
                                             once->came_unix, once->polled_unix);
  gint64 wait_us;

  if (due_unix == TCN_TIME_NONE)
    return FALSE;
  wait_us = due_unix * G_USEC_PER_SEC - g_get_real_time ();
  if (once->shows_progress) {
    fputs ("\r\033[Kwaiting for a feed that is nearly due", stderr);
    once->has_progress = TRUE;
  }
  once->wait_source =
      g_timeout_add ((guint) (MAX (wait_us, 0) / 1000 + 1), on_soon_due, once);
  return TRUE;
}

static void
on_idle (gpointer data)
{
  Once *once = data;

  clear_progress (once);
  if (!once->is_interrupted && !wait_for_soon_due (once))
    tcn_dispatch_drain (tcn_engine_dispatch (once->engine), on_over, once);
}

static void
on_broken (const GError *error, gpointer data)
{
  Once *once = data;

  clear_progress (once);
  once->status = tcn_command_failed (error);
  g_main_loop_quit (once->loop);
}

static gboolean
on_stop_limit (gpointer data)
{
  on_over (data);
  return G_SOURCE_REMOVE;
}

static gboolean
on_signal (gpointer data)
{
  Once *once = data;
  g_autoptr (GError) error = NULL;

  if (once->is_interrupted)
    return G_SOURCE_CONTINUE;
  clear_progress (once);
  g_clear_handle_id (&once->wait_source, g_source_remove);
  once->is_interrupted = TRUE;
  once->status = 1;
  tcn_log_failure ("interrupted: what was fetched so far is recorded");
  if (!tcn_watch_flush (tcn_engine_watch (once->engine), &error)) {
    on_broken (error, once);
  } else {
    tcn_watch_cancel (tcn_engine_watch (once->engine));
    tcn_dispatch_stop (tcn_engine_dispatch (once->engine), on_over, once);
    g_timeout_add (STOP_LIMIT_MS, on_stop_limit, once);
  }
  return G_SOURCE_CONTINUE;
}

/* What the polls as a whole say about the exit status. */
static int
judge (const Once *once)
{
  const TcnWatchTally *tally = tcn_watch_tally (tcn_engine_watch (once->engine));
  guint n_asked = tally->n_done - tally->n_postponed;
  const GError *lost_output =
      tcn_dispatch_output_error (tcn_engine_dispatch (once->engine));

  if (once->status != 0)
    return once->status;
  if (lost_output != NULL)
    return tcn_command_failed (lost_output);
  if (once->is_strict && tally->n_failed > 0) {
    tcn_log_failure ("%u of %u feeds failed; see 'tocsin feeds'", tally->n_failed,
                     n_asked);
    return 3;
  }
  if (n_asked > 0 && tally->n_failed == n_asked) {
    tcn_log_failure (n_asked == 1 ? "the feed failed; see 'tocsin feeds'"
                                  : "all %u feeds failed; see 'tocsin feeds'",
                     n_asked);
    return 1;
  }
  return 0;
}

/* Who sees a feed for the first time must not think that the rules are wrong. */
static void
say_silent_items (const TcnWatchTally *tally, guint n_read)
{
  fprintf (stderr, "%u new item%s in %u feed%s, ", tally->n_new_items,
           tally->n_new_items == 1 ? "" : "s", n_read, n_read == 1 ? "" : "s");
  if (tally->n_old_items == 0)
    fputs ("none that a rule asks for.\n", stderr);
  else
    fprintf (stderr,
             "none that rings; %u %s too old or undated (see 'backlog' in "
             "tocsin.conf(5)).\n",
             tally->n_old_items, tally->n_old_items == 1 ? "is" : "are");
}

static void
say_quiet_outcome (const Once *once)
{
  const TcnWatchTally *tally = tcn_watch_tally (tcn_engine_watch (once->engine));
  guint n_read = tally->n_done - tally->n_postponed - tally->n_failed;

  if (!once->shows_progress || tally->n_alerts > 0)
    return;
  if (tally->n_started == 0 && once->is_for_all)
    fputs ("No feed may be polled now; see 'tocsin feeds'.\n", stderr);
  else if (tally->n_started == 0)
    fputs ("Nothing new: no feed is due. --all polls them all.\n", stderr);
  else if (tally->n_new_items == 0 && n_read > 0)
    fprintf (stderr, "Nothing new in %u feed%s.\n", n_read, n_read == 1 ? "" : "s");
  else if (n_read > 0)
    say_silent_items (tally, n_read);
}

/* Nobody else tells a person of a sink that is not there. */
static void
say_waiting (const Once *once)
{
  const GPtrArray *sinks = tcn_engine_config (once->engine)->sinks;

  for (guint i = 0; once->shows_progress && i < sinks->len; i++) {
    const char *name = tcn_sink_config_name (sinks->pdata[i]);
    g_autoptr (GError) error = NULL;
    guint n = 0;

    if (!tcn_outbox_count_waiting (tcn_engine_store (once->engine), name,
                                   g_get_real_time () / G_USEC_PER_SEC, &n, &error)) {
      g_warning ("%s", error->message);
      return;
    }
    if (n > 0)
      fprintf (stderr,
               "%u alert%s for the sink “%s”; 'tocsin alerts --pending' lists %s.\n", n,
               n == 1 ? " waits" : "s wait", name, n == 1 ? "it" : "them");
  }
}

/* Housekeeping, while there is nothing else to do. */
static int
prune (const Once *once)
{
  gboolean is_done = FALSE;
  g_autoptr (GError) error = NULL;
  gint64 retain_s = tcn_engine_config (once->engine)->settings.retain_s;

  while (!is_done) {
    if (!tcn_store_prune (tcn_engine_store (once->engine),
                          g_get_real_time () / G_USEC_PER_SEC, retain_s, &is_done,
                          &error))
      return tcn_command_failed (error);
  }
  return 0;
}

static int
poll_once (Once *once, gboolean all)
{
  TcnWatch *watch = tcn_engine_watch (once->engine);
  guint signals[] = {
    g_unix_signal_add (SIGINT, on_signal, once),
    g_unix_signal_add (SIGTERM, on_signal, once),
  };

  tcn_dispatch_kick (tcn_engine_dispatch (once->engine));
  tcn_watch_set_visiting (watch);
  poll (once, all);
  g_main_loop_run (once->loop);
  for (guint i = 0; i < G_N_ELEMENTS (signals); i++)
    g_source_remove (signals[i]);
  g_clear_handle_id (&once->wait_source, g_source_remove);
  clear_progress (once);

  once->status = judge (once);
  if (once->status == 0)
    once->status = prune (once);
  if (once->status == 0)
    say_quiet_outcome (once);
  say_waiting (once);
  return once->status;
}

static gboolean
has_stdout_sink (const TcnConfig *config)
{
  for (guint i = 0; i < config->sinks->len; i++)
    if (strcmp (tcn_sink_config_type (config->sinks->pdata[i]), "stdout") == 0)
      return TRUE;
  return config->sinks->len == 0;
}

static int
open_and_poll (TcnInvocation *invocation, TcnConfig *config, const TcnFormat *format,
               gboolean all, gboolean is_strict)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autofree char *state_dir = tcn_setup_state_dir (invocation->state_dir, config);
  Once once = {
    .loop = loop,
    .is_for_all = all,
    .is_strict = is_strict,
    .came_unix = g_get_real_time () / G_USEC_PER_SEC,
    .shows_progress = !invocation->is_quiet && isatty (STDERR_FILENO),
  };
  const TcnEngineEvents events = {
    .watch = { on_polled, on_recorded, on_idle, on_broken },
    .broken = on_broken,
  };
  const TcnEngineOptions options = { state_dir, "stdout", format, FALSE };
  g_autoptr (TcnEngine) engine =
      tcn_engine_new (config, &options, &events, &once, &error);

  if (engine == NULL && g_error_matches (error, TCN_ERROR, TCN_ERROR_LOCKED)) {
    g_info ("%s", error->message);
    return 0;
  }
  if (engine == NULL)
    return tcn_command_failed (error);
  once.engine = engine;
  return poll_once (&once, all);
}

static int
run (TcnInvocation *invocation)
{
  int status;
  gboolean all = FALSE, is_strict = FALSE;
  g_autofree char *format_word = NULL;
  TcnFormat format = TCN_FORMAT_TEXT;
  g_auto (GStrv) rest = NULL;
  g_autoptr (TcnConfig) config = NULL;
  const GOptionEntry entries[] = {
    { "all", 'a', 0, G_OPTION_ARG_NONE, &all,
      "Poll every feed, due or not, but for those under Retry-After", NULL },
    { "strict", 0, 0, G_OPTION_ARG_NONE, &is_strict, "Exit with 3 if any feed failed",
      NULL },
    { "format", 0, 0, G_OPTION_ARG_FILENAME, &format_word,
      "Write alerts as text, json or tsv, whatever the stdout sink says", "FORMAT" },
    { NULL },
  };

  if (!tcn_command_parse (invocation, entries, &rest, &status))
    return status;
  if (*rest != NULL)
    return tcn_command_misused (invocation, "unexpected argument “%s”", *rest);
  if (format_word != NULL && !tcn_format_parse (format_word, &format))
    return tcn_command_misused (invocation, "“%s” is no format: text, json or tsv",
                                format_word);
  config = tcn_session_load_config (invocation, TCN_WARNINGS_SEEN, &status);
  if (config == NULL)
    return status;
  if (format_word != NULL && !has_stdout_sink (config))
    return tcn_command_misused (invocation,
                                "--format speaks of a sink of type stdout, and "
                                "%s has none",
                                config->path);
  return open_and_poll (invocation, config, format_word != NULL ? &format : NULL, all,
                        is_strict);
}

const TcnCommand tcn_command_once = {
  .name = "once",
  .arguments = "[--all] [--strict] [--format FORMAT]",
  .summary = "Poll the feeds that are due, send what is pending, and end",
  .description =
      "For cron, or by hand. Ends with 0 whether there were alerts or not, when nothing was "
      "due and\nwhen another run is under way; with 1 when all feeds failed or the state "
      "cannot be used.",
  .run = run,
};
