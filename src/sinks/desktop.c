/* SPDX-License-Identifier: MIT */
/*
 * Pop-ups on the desktop. The gate (bus.c) asks, without blocking, whether somebody is
 * there to show one; then libnotify does, on a thread of its own (notifier.c).
 */
#include <gio/gio.h>

#include "tocsin/error.h"
#include "tocsin/sink.h"

#include "sinks/bus.h"
#include "sinks/classes.h"
#include "sinks/notifier.h"

/* A server that has answered the gate shows a pop-up at once, or something is wrong. */
#define SHOW_LIMIT_S 5

/* More than five pop-ups in half a minute are not read one by one. */
#define BURST_SIZE 5
#define BURST_WINDOW_S 30

typedef struct {
  TcnSink base;
  TcnSinkEnv env;
  TcnBus *bus;
  char *burst_tag;

  /* the running delivery */
  TcnBatch batch;
  TcnSinkDone done;
  gpointer data;
  guint limit; /* of the pop-up, or an idle source that completes */

  TcnPopupJob *job;    /* with the library; may outlive its delivery */
  GHashTable *asked;   /* ids of the alerts of `job` */
  GHashTable *arrived; /* ids of alerts that arrived after their delivery had given up */
} Desktop;

static void
complete (Desktop *desktop, const GError *error)
{
  const TcnSinkDone done = desktop->done;

  desktop->done = NULL;
  g_clear_handle_id (&desktop->limit, g_source_remove);
  done (&desktop->base, error, desktop->data);
}

static void
on_bus_wake (gpointer data)
{
  Desktop *desktop = data;

  if (desktop->env.wake != NULL)
    desktop->env.wake (&desktop->base, desktop->env.wake_data);
}

/* The bus is found once, and named in the environment if it was not there (cron names
 * none): libnotify looks nowhere else, and GLib would start one. Sinks are opened before
 * there are threads that read the environment, but for a reload that brings the first
 * desktop sink. */
static TcnSink *
desktop_open (const TcnSinkConfig *config, const TcnSinkEnv *env, GError **error)
{
  Desktop *desktop = g_new0 (Desktop, 1);
  g_autofree char *address = tcn_bus_find_address (env);

  if (g_strcmp0 (g_getenv ("DBUS_SESSION_BUS_ADDRESS"), address) != 0)
    g_setenv ("DBUS_SESSION_BUS_ADDRESS", address, TRUE);
  desktop->env = *env;
  desktop->bus = tcn_bus_new (address, env->uid, on_bus_wake, desktop);
  desktop->arrived = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return &desktop->base;
}

/* --- a delivery that is over before it starts --- */

static gboolean
on_arrived_before (gpointer data)
{
  Desktop *desktop = data;

  desktop->limit = 0;
  for (guint i = 0; i < desktop->batch.alerts->len; i++) {
    const TcnAlert *alert = g_ptr_array_index (desktop->batch.alerts, i);

    g_hash_table_remove (desktop->arrived, alert->id);
  }
  complete (desktop, NULL);
  return G_SOURCE_REMOVE;
}

static gboolean
on_still_silent (gpointer data)
{
  g_autoptr (GError) error = g_error_new_literal (
      TCN_ERROR, TCN_ERROR_SINK_RETRY, "the notification server has not answered yet");
  Desktop *desktop = data;

  desktop->limit = 0;
  complete (desktop, error);
  return G_SOURCE_REMOVE;
}

static gboolean
have_all_arrived (const Desktop *desktop)
{
  for (guint i = 0; i < desktop->batch.alerts->len; i++) {
    const TcnAlert *alert = g_ptr_array_index (desktop->batch.alerts, i);

    if (!g_hash_table_contains (desktop->arrived, alert->id))
      return FALSE;
  }
  return TRUE;
}

/* --- showing --- */

/* The answer may come when the delivery has long given up: then the alerts are on the
 * screen all the same, and the next try need not show them again. */
static void
on_shown (const GError *error, gpointer data)
{
  Desktop *desktop = data;
  g_autoptr (GHashTable) asked = g_steal_pointer (&desktop->asked);
  GHashTableIter iter;
  gpointer id = NULL;

  desktop->job = NULL;
  if (desktop->done != NULL) {
    complete (desktop, error);
    return;
  }
  if (error != NULL)
    return;
  g_hash_table_iter_init (&iter, asked);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    g_hash_table_add (desktop->arrived, g_strdup (id));
  on_bus_wake (desktop);
}

static gboolean
on_show_limit (gpointer data)
{
  g_autoptr (GError) error = g_error_new_literal (
      TCN_ERROR, TCN_ERROR_SINK_RETRY, "the notification server does not answer");
  Desktop *desktop = data;

  desktop->limit = 0;
  complete (desktop, error);
  return G_SOURCE_REMOVE;
}

static void
name_burst (Desktop *desktop)
{
  const TcnAlert *first = g_ptr_array_index (desktop->batch.alerts, 0);

  if (desktop->batch.n_before > 0 && desktop->burst_tag != NULL)
    return;
  g_free (desktop->burst_tag);
  desktop->burst_tag = g_strconcat ("burst-", first->id, NULL);
}

static void
on_gate (const char *const *capabilities, const GError *error, gpointer data)
{
  Desktop *desktop = data;
  TcnPopup *popup = NULL;
  TcnPopupTraits traits = { .is_lasting = desktop->env.is_lasting };

  if (error != NULL) {
    complete (desktop, error);
    return;
  }
  if (desktop->batch.n_items > 1)
    name_burst (desktop);
  popup = tcn_popup_new (&desktop->batch, desktop->burst_tag,
                         g_strv_contains (capabilities, "body-markup"));
  traits.has_actions = g_strv_contains (capabilities, "actions");
  desktop->asked = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < desktop->batch.alerts->len; i++) {
    const TcnAlert *alert = g_ptr_array_index (desktop->batch.alerts, i);

    g_hash_table_add (desktop->asked, g_strdup (alert->id));
  }
  desktop->limit = g_timeout_add_seconds (SHOW_LIMIT_S, on_show_limit, desktop);
  desktop->job =
      tcn_notifier_show (tcn_notifier_get (), popup, &traits, on_shown, desktop);
}

static void
desktop_deliver (TcnSink *sink, const TcnBatch *batch, TcnSinkDone done, gpointer data)
{
  Desktop *desktop = (Desktop *) sink;

  desktop->batch = *batch;
  desktop->done = done;
  desktop->data = data;
  if (have_all_arrived (desktop))
    desktop->limit = g_idle_add (on_arrived_before, desktop);
  else if (desktop->job != NULL)
    desktop->limit = g_idle_add (on_still_silent, desktop);
  else
    tcn_bus_ask (desktop->bus, on_gate);
}

static void
desktop_close (TcnSink *sink)
{
  Desktop *desktop = (Desktop *) sink;

  tcn_bus_free (desktop->bus);
  if (desktop->job != NULL)
    tcn_popup_job_disown (desktop->job);
  if (desktop->done != NULL) {
    g_autoptr (GError) error =
        g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "given up");

    complete (desktop, error);
  }
  g_clear_pointer (&desktop->asked, g_hash_table_unref);
  g_hash_table_unref (desktop->arrived);
  g_free (desktop->burst_tag);
  g_free (desktop);
}

const TcnSinkClass tcn_sink_desktop = {
  .keys = { "desktop", NULL, 0 },
  .summary = "pop-ups on the desktop",
  .groups_items = TRUE,
  .burst_size = BURST_SIZE,
  .burst_window_s = BURST_WINDOW_S,
  .open = desktop_open,
  .deliver = desktop_deliver,
  .close = desktop_close,
};
