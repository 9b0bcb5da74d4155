/* SPDX-License-Identifier: MIT */
#include "tocsin/engine.h"

#include <string.h>

#include "tocsin/error.h"
#include "tocsin/outbox.h"
#include "tocsin/setup.h"

struct TcnEngine {
  TcnConfig *config;
  char *implicit_sink;
  TcnSinkEnv env;
  TcnEngineEvents events;
  gpointer data;
  TcnStore *store;
  TcnFetcher *fetcher;
  TcnWatch *watch;
  TcnDispatch *dispatch;
};

static TcnFetchSettings
fetch_settings (const TcnConfig *config)
{
  const TcnSettings *settings = &config->settings;

  return (TcnFetchSettings){
    .user_agent = settings->user_agent,
    .proxy = settings->proxy,
    .max_transfers = (guint) settings->max_transfers,
    .host_transfers = (guint) settings->host_transfers,
    .host_gap_ms = (guint) (settings->host_gap_s * 1000),
    .private_networks = settings->private_networks,
  };
}

/* The sinks of the configuration, or the one that stands for none. (element-type
 * TcnSinkConfig) */
static GPtrArray *
list_sinks (const TcnEngine *engine, const TcnConfig *config, GError **error)
{
  g_autoptr (GPtrArray) sinks =
      g_ptr_array_new_with_free_func ((GDestroyNotify) tcn_sink_config_unref);
  const TcnSinkClass *implicit = tcn_sink_find_class (engine->implicit_sink);

  for (guint i = 0; i < config->sinks->len; i++)
    g_ptr_array_add (sinks, tcn_sink_config_ref (config->sinks->pdata[i]));
  if (sinks->len == 0 && implicit == NULL) {
    g_set_error (error, TCN_ERROR, TCN_ERROR_CONFIG,
                 "%s has no [sink], and this program was built without “%s”: add one, "
                 "for example [sink screen] with type = stdout",
                 config->path, engine->implicit_sink);
    return NULL;
  }
  if (sinks->len == 0)
    g_ptr_array_add (sinks, tcn_sink_config_new (engine->implicit_sink, &implicit->keys));
  return g_steal_pointer (&sinks);
}

static void
on_recorded (gpointer data)
{
  TcnEngine *engine = data;

  tcn_dispatch_kick (engine->dispatch);
  if (engine->events.watch.recorded != NULL)
    engine->events.watch.recorded (engine->data);
}

static void
on_polled (const TcnWatchTally *tally, gpointer data)
{
  TcnEngine *engine = data;

  if (engine->events.watch.polled != NULL)
    engine->events.watch.polled (tally, engine->data);
}

static void
on_idle (gpointer data)
{
  TcnEngine *engine = data;

  if (engine->events.watch.idle != NULL)
    engine->events.watch.idle (engine->data);
}

static void
on_watch_broken (const GError *error, gpointer data)
{
  TcnEngine *engine = data;

  if (engine->events.watch.broken != NULL)
    engine->events.watch.broken (error, engine->data);
}

static void
on_dispatch_broken (const GError *error, gpointer data)
{
  TcnEngine *engine = data;

  if (engine->events.broken != NULL)
    engine->events.broken (error, engine->data);
}

/* The dispatcher goes back to the configuration that stays, if there was one. */
static void
restore_sinks (TcnEngine *engine)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) sinks = NULL;

  if (engine->config == NULL)
    return;
  sinks = list_sinks (engine, engine->config, &error);
  if (sinks == NULL || !tcn_dispatch_set_sinks (engine->dispatch, sinks, &error))
    g_warning ("%s", error->message);
}

gboolean
tcn_engine_reconfigure (TcnEngine *engine, TcnConfig *config, TcnAlerter *alerter,
                        GError **error)
{
  const TcnFetchSettings settings = fetch_settings (config);
  g_autoptr (TcnAlerter) owned = alerter;
  g_autoptr (GPtrArray) sinks = list_sinks (engine, config, error);

  if (sinks == NULL || !tcn_dispatch_set_sinks (engine->dispatch, sinks, error))
    return FALSE;
  if (engine->env.is_lasting)
    tcn_alerter_set_lasting (alerter);
  if (!tcn_watch_configure (engine->watch, config, g_steal_pointer (&owned), sinks,
                            error)) {
    restore_sinks (engine);
    return FALSE;
  }
  tcn_fetcher_configure (engine->fetcher, &settings);
  tcn_config_ref (config);
  g_clear_pointer (&engine->config, tcn_config_unref);
  engine->config = config;
  return TRUE;
}

gboolean
tcn_engine_take_requests (TcnEngine *engine, GError **error)
{
  guint n = 0;

  if (!tcn_outbox_take_requests (engine->store, g_get_real_time () / G_USEC_PER_SEC, &n,
                                 error))
    return FALSE;
  if (n > 0)
    tcn_dispatch_kick (engine->dispatch);
  return TRUE;
}

/* A daemon goes on without it; a single run ends with this failure. */
static void
on_output_lost (const GError *error, gpointer data)
{
  g_warning ("%s; its alerts wait", error->message);
}

TcnEngine *
tcn_engine_new (TcnConfig *config, const TcnEngineOptions *options,
                const TcnEngineEvents *events, gpointer data, GError **error)
{
  const TcnFetchSettings settings = fetch_settings (config);
  const TcnWatchEvents watch_events = { on_polled, on_recorded, on_idle,
                                        on_watch_broken };
  g_autoptr (TcnEngine) engine = g_new0 (TcnEngine, 1);

  engine->implicit_sink = g_strdup (options->implicit_sink);
  engine->events = *events;
  engine->data = data;
  engine->store = tcn_store_open (options->state_dir, TCN_STORE_WRITE, error);
  if (engine->store == NULL)
    return NULL;

  tcn_setup_sink_env (&engine->env, options->output_format);
  engine->env.is_lasting = options->is_lasting;
  const TcnDispatchOptions dispatch_options = {
    .env = &engine->env,
    .on_broken = on_dispatch_broken,
    .on_output_error = options->is_lasting ? on_output_lost : NULL,
    .data = engine,
  };
  engine->dispatch = tcn_dispatch_new (engine->store, &dispatch_options);
  engine->fetcher = tcn_fetcher_new (NULL, &settings);
  engine->watch = tcn_watch_new (engine->store, engine->fetcher, &watch_events, engine);
  if (!tcn_engine_reconfigure (engine, config,
                               tcn_alerter_new (config, tcn_setup_seed ()), error) ||
      !tcn_engine_take_requests (engine, error))
    return NULL;
  return g_steal_pointer (&engine);
}

void
tcn_engine_free (TcnEngine *engine)
{
  if (engine == NULL)
    return;
  tcn_watch_free (engine->watch);
  g_clear_pointer (&engine->fetcher, tcn_fetcher_free);
  g_clear_pointer (&engine->dispatch, tcn_dispatch_free);
  g_clear_pointer (&engine->store, tcn_store_close);
  g_clear_pointer (&engine->config, tcn_config_unref);
  g_free (engine->implicit_sink);
  g_free (engine);
}

const TcnConfig *
tcn_engine_config (const TcnEngine *engine)
{
  return engine->config;
}

TcnStore *
tcn_engine_store (TcnEngine *engine)
{
  return engine->store;
}

TcnWatch *
tcn_engine_watch (TcnEngine *engine)
{
  return engine->watch;
}

TcnDispatch *
tcn_engine_dispatch (TcnEngine *engine)
{
  return engine->dispatch;
}
