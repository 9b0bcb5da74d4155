/* SPDX-License-Identifier: MIT */
#include "tocsin/daemon.h"

#include <gio/gio.h>
#include <glib-unix.h>
#include <stdio.h>

#include "service.h"
#include "tocsin/engine.h"
#include "tocsin/error.h"
#include "tocsin/setup.h"
#include "tocsin/text.h"

/* The monotonic clock stands still in suspend: look at the other one so often. */
#define LONGEST_SLEEP_S 60

/* The wall clock ran so far ahead of the monotonic one, or behind it: we slept, or it was
 * set. Either way much may be due at once. */
#define JUMP_S 60

/* After a signal to end, deliveries under way get so long. */
#define STOP_LIMIT_MS 5000

/* A state that cannot be written (a full disk) is tried again, twice as late each time. */
#define FIRST_PAUSE_S 30
#define LAST_PAUSE_S 3600

#define PRUNE_EVERY_S G_GINT64_CONSTANT (3600)
#define REPLAN_MS 500

typedef struct {
  GMainLoop *loop;
  TcnEngine *engine;
  char *config_path;
  GPtrArray *sources; /* of GSource*, for as long as the daemon runs */
  guint wake_source;
  guint replan_source;
  guint prune_source;
  gint64 wall_us; /* both clocks at the last look */
  gint64 monotonic_us;
  gint64 prune_after_us;
  guint pause_s; /* how long the state has been left alone last, 0: it works */
  gboolean is_reloading;
  gboolean must_reload; /* another SIGHUP came meanwhile */
  gboolean is_stopping;
  gboolean is_drained; /* while stopping: no delivery runs any more */
  GError *failure;     /* what ends the daemon */
} Daemon;

static void plan_wake (Daemon *self);

/* --- polling ----------------------------------------------------------------------------- */

static gboolean
has_jumped (Daemon *self)
{
  gint64 wall_us = g_get_real_time ();
  gint64 monotonic_us = g_get_monotonic_time ();
  gint64 ahead_us = (wall_us - self->wall_us) - (monotonic_us - self->monotonic_us);

  self->wall_us = wall_us;
  self->monotonic_us = monotonic_us;
  return ABS (ahead_us) > JUMP_S * G_USEC_PER_SEC;
}

static void
fail (Daemon *self, const GError *error)
{
  if (self->failure == NULL)
    self->failure = g_error_copy (error);
  g_main_loop_quit (self->loop);
}

static gboolean
on_wake (gpointer data)
{
  Daemon *self = data;
  TcnWatch *watch = tcn_engine_watch (self->engine);
  g_autoptr (GError) error = NULL;

  self->wake_source = 0;
  if (self->pause_s > 0 && !tcn_watch_resync (watch, &error)) {
    self->pause_s = MIN (self->pause_s * 2, LAST_PAUSE_S);
  } else {
    if (self->pause_s > 0)
      g_message ("the state can be used again");
    self->pause_s = 0;
    if (has_jumped (self))
      tcn_watch_spread_due (watch);
    if (!tcn_engine_take_requests (self->engine, &error))
      g_warning ("%s", error->message);
    tcn_watch_poll_due (watch, FALSE);
  }
  plan_wake (self);
  return G_SOURCE_REMOVE;
}

static void
plan_wake (Daemon *self)
{
  gint64 wait_s = LONGEST_SLEEP_S;

  g_clear_handle_id (&self->wake_source, g_source_remove);
  if (self->is_stopping)
    return;
  if (self->pause_s > 0) {
    wait_s = self->pause_s;
  } else {
    gint64 due_unix = tcn_watch_next_due_unix (tcn_engine_watch (self->engine));
    gint64 now_unix = g_get_real_time () / G_USEC_PER_SEC;

    if (due_unix != TCN_TIME_NONE)
      wait_s = CLAMP (due_unix - now_unix, 0, LONGEST_SLEEP_S);
  }
  /* A quarter late rather than a moment early: the due time is a whole second. */
  self->wake_source =
      g_timeout_add (wait_s > 0 ? (guint) wait_s * 1000 + 250 : 0, on_wake, self);
}

static gboolean
on_prune (gpointer data)
{
  Daemon *self = data;
  gboolean is_done = TRUE;
  g_autoptr (GError) error = NULL;
  gint64 retain_s = tcn_engine_config (self->engine)->settings.retain_s;

  if (tcn_watch_n_under_way (tcn_engine_watch (self->engine)) == 0 &&
      !tcn_store_prune (tcn_engine_store (self->engine),
                        g_get_real_time () / G_USEC_PER_SEC, retain_s, &is_done, &error))
    g_warning ("%s", error->message);
  if (!is_done)
    return G_SOURCE_CONTINUE;
  self->prune_source = 0;
  return G_SOURCE_REMOVE;
}

static void
on_idle (gpointer data)
{
  Daemon *self = data;
  gint64 now_us = g_get_monotonic_time ();

  if (self->prune_source == 0 && now_us >= self->prune_after_us && !self->is_stopping) {
    self->prune_after_us = now_us + PRUNE_EVERY_S * G_USEC_PER_SEC;
    self->prune_source = g_idle_add_full (G_PRIORITY_LOW, on_prune, self, NULL);
  }
  plan_wake (self);
}

static gboolean
on_replan (gpointer data)
{
  Daemon *self = data;

  self->replan_source = 0;
  plan_wake (self);
  return G_SOURCE_REMOVE;
}

/* Thousands may end together, and planning looks at every feed: now and then will do. */
static void
on_polled (const TcnWatchTally *tally, gpointer data)
{
  Daemon *self = data;

  if (self->replan_source == 0)
    self->replan_source = g_timeout_add (REPLAN_MS, on_replan, self);
}

static void
on_watch_broken (const GError *error, gpointer data)
{
  Daemon *self = data;

  if (g_error_matches (error, TCN_ERROR, TCN_ERROR_STORE_CORRUPT)) {
    fail (self, error);
    return;
  }
  self->pause_s = FIRST_PAUSE_S;
  g_warning ("%s; nothing is polled until it can be written, the first try is in %u s",
             error->message, self->pause_s);
  plan_wake (self);
}

static void
on_dispatch_broken (const GError *error, gpointer data)
{
  fail (data, error);
}

/* --- reloading --------------------------------------------------------------------------- */

/* A configuration and its index, made on a thread of their own. */
typedef struct {
  TcnConfig *config;
  TcnAlerter *alerter;
  GString *report;
} Loaded;

static void
loaded_free (Loaded *loaded)
{
  g_clear_pointer (&loaded->config, tcn_config_unref);
  tcn_alerter_free (loaded->alerter);
  g_string_free (loaded->report, TRUE);
  g_free (loaded);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Loaded, loaded_free)

static void
load (GTask *task, gpointer source, gpointer path, GCancellable *cancellable)
{
  GError *error = NULL;
  Loaded *loaded = g_new0 (Loaded, 1);

  loaded->report = g_string_new (NULL);
  loaded->config = tcn_setup_load_config (path, loaded->report, &error);
  if (loaded->config != NULL)
    loaded->alerter = tcn_alerter_new (loaded->config, tcn_setup_seed ());
  g_clear_error (&error); /* the report says it */
  g_task_return_pointer (task, loaded, (GDestroyNotify) loaded_free);
}

static void
say_status (Daemon *self)
{
  const TcnConfig *config = tcn_engine_config (self->engine);
  g_autofree char *feeds = tcn_text_counted (config->feeds->len, "feed");
  g_autofree char *rules = tcn_text_counted (config->rules->len, "rule");
  g_autofree char *status = g_strdup_printf ("watching %s with %s", feeds, rules);

  tcn_service_ready (status);
  g_info ("%s", status);
}

static void
take_over (Daemon *self, Loaded *loaded)
{
  g_autoptr (GError) error = NULL;

  fputs (loaded->report->str, stderr);
  if (loaded->config == NULL) {
    g_warning ("%s is not taken over; the configuration read before goes on",
               self->config_path);
    return;
  }
  if (!tcn_engine_reconfigure (self->engine, loaded->config,
                               g_steal_pointer (&loaded->alerter), &error)) {
    g_warning ("%s is not taken over: %s", self->config_path, error->message);
    return;
  }
  g_message ("%s was read again", self->config_path);
}

static void start_reload (Daemon *self);
static void quit_if_over (Daemon *self);

static void
on_loaded (GObject *source, GAsyncResult *result, gpointer data)
{
  Daemon *self = data;
  g_autoptr (Loaded) loaded = g_task_propagate_pointer (G_TASK (result), NULL);

  self->is_reloading = FALSE;
  if (self->is_stopping) {
    quit_if_over (self);
    return;
  }
  take_over (self, loaded);
  if (self->must_reload) {
    start_reload (self);
    return;
  }
  say_status (self);
  plan_wake (self);
}

static void
start_reload (Daemon *self)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, on_loaded, self);

  self->is_reloading = TRUE;
  self->must_reload = FALSE;
  tcn_service_reloading (g_get_monotonic_time ());
  g_task_set_task_data (task, g_strdup (self->config_path), g_free);
  g_task_run_in_thread (task, load);
}

/* --- signals ----------------------------------------------------------------------------- */

static gboolean
on_hangup (gpointer data)
{
  Daemon *self = data;

  if (self->is_reloading)
    self->must_reload = TRUE;
  else if (!self->is_stopping)
    start_reload (self);
  return G_SOURCE_CONTINUE;
}

static gboolean
on_poll_all (gpointer data)
{
  Daemon *self = data;
  g_autoptr (GError) error = NULL;

  if (self->is_stopping || self->pause_s > 0)
    return G_SOURCE_CONTINUE;
  if (!tcn_engine_take_requests (self->engine, &error))
    g_warning ("%s", error->message);
  tcn_watch_poll_due (tcn_engine_watch (self->engine), TRUE);
  plan_wake (self);
  return G_SOURCE_CONTINUE;
}

/* Both are waited for: a delivery that was cut off would be repeated, and the thread that
 * reads a configuration reports to us. */
static void
quit_if_over (Daemon *self)
{
  if (self->is_drained && !self->is_reloading)
    g_main_loop_quit (self->loop);
}

static void
on_stopped (gpointer data)
{
  Daemon *self = data;

  self->is_drained = TRUE;
  quit_if_over (self);
}

static gboolean
on_stop_limit (gpointer data)
{
  Daemon *self = data;

  g_main_loop_quit (self->loop);
  return G_SOURCE_CONTINUE;
}

static void
remove_timers (Daemon *self)
{
  g_clear_handle_id (&self->wake_source, g_source_remove);
  g_clear_handle_id (&self->replan_source, g_source_remove);
  g_clear_handle_id (&self->prune_source, g_source_remove);
}

static gboolean
on_terminate (gpointer data)
{
  Daemon *self = data;
  g_autoptr (GError) error = NULL;

  if (self->is_stopping)
    return G_SOURCE_CONTINUE;
  self->is_stopping = TRUE;
  tcn_service_stopping ();
  remove_timers (self);
  if (!tcn_watch_flush (tcn_engine_watch (self->engine), &error))
    g_warning ("%s", error->message);
  tcn_watch_cancel (tcn_engine_watch (self->engine));
  tcn_dispatch_stop (tcn_engine_dispatch (self->engine), on_stopped, self);
  g_ptr_array_add (self->sources,
                   GUINT_TO_POINTER (g_timeout_add (STOP_LIMIT_MS, on_stop_limit, self)));
  return G_SOURCE_CONTINUE;
}

static gboolean
on_alive (gpointer data)
{
  tcn_service_alive ();
  return G_SOURCE_CONTINUE;
}

static void
add_sources (Daemon *self)
{
  guint alive_ms = tcn_service_alive_interval_ms ();
  const guint ids[] = {
    g_unix_signal_add (SIGHUP, on_hangup, self),
    g_unix_signal_add (SIGUSR1, on_poll_all, self),
    g_unix_signal_add (SIGTERM, on_terminate, self),
    g_unix_signal_add (SIGINT, on_terminate, self),
  };

  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    g_ptr_array_add (self->sources, GUINT_TO_POINTER (ids[i]));
  if (alive_ms > 0)
    g_ptr_array_add (self->sources,
                     GUINT_TO_POINTER (g_timeout_add (alive_ms, on_alive, self)));
}

/* --- life -------------------------------------------------------------------------------- */

static void
remove_source (gpointer id)
{
  g_source_remove (GPOINTER_TO_UINT (id));
}

static void
run_loop (Daemon *self)
{
  self->wall_us = g_get_real_time ();
  self->monotonic_us = g_get_monotonic_time ();
  add_sources (self);
  say_status (self);
  tcn_dispatch_kick (tcn_engine_dispatch (self->engine));
  plan_wake (self);
  g_main_loop_run (self->loop);
}

gboolean
tcn_daemon_run (TcnConfig *config, const char *config_path, const char *state_dir,
                GError **error)
{
  Daemon self = {
    .loop = g_main_loop_new (NULL, FALSE),
    .config_path = g_strdup (config_path),
    .sources = g_ptr_array_new_with_free_func (remove_source),
  };
  const TcnEngineOptions options = { state_dir, "desktop", NULL, TRUE };
  const TcnEngineEvents events = {
    .watch = { on_polled, NULL, on_idle, on_watch_broken },
    .broken = on_dispatch_broken,
  };

  self.engine = tcn_engine_new (config, &options, &events, &self, error);
  if (self.engine != NULL)
    run_loop (&self);
  remove_timers (&self);
  g_ptr_array_unref (self.sources);

  gboolean is_begun = self.engine != NULL;
  tcn_engine_free (self.engine);
  g_main_loop_unref (self.loop);
  g_free (self.config_path);
  if (self.failure != NULL)
    g_propagate_error (error, self.failure);
  return is_begun && self.failure == NULL;
}
