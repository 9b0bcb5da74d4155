/* SPDX-License-Identifier: MIT */
#include "delivery.h"

#include <gio/gio.h>
#include <string.h>

#define LIMIT_S 40

typedef struct {
  guint n_completions;
  gboolean is_started;
  GError *error;
  GMainLoop *loop;
} Run;

GPtrArray *
delivery_alerts_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) tcn_alert_free);
}

TcnAlert *
delivery_alert_new (guint n, const char *item, const char *rule)
{
  TcnAlert *alert = tcn_alert_new ();
  const char *words = "patrouille russe";
  const TcnMatch match = { .field = TCN_FIELD_CONTENT,
                           .start = 6,
                           .end = 6 + strlen (words),
                           .start_char = 6,
                           .end_char = 22,
                           .text = (char *) words,
                           .term = (char *) words };

  alert->id = g_strdup_printf ("alert-%u", n);
  alert->time_unix = 1795356429 + n;
  alert->rule = g_strdup (rule);
  alert->feed = g_strdup ("sohr");
  alert->feed_title = g_strdup ("SOHR & co");
  alert->item = g_strdup (item);
  alert->title = g_strdup_printf ("Titre %u", n);
  alert->link = g_strdup_printf ("https://example.org/%u", n);
  alert->excerpt = g_strdup_printf ("… une patrouille russe, la %ue …", n);
  g_ptr_array_add (alert->matches, tcn_match_copy (&match));
  return alert;
}

static void
on_done (TcnSink *sink, const GError *error, gpointer data)
{
  Run *run = data;

  g_assert_true (run->is_started);
  run->n_completions++;
  if (error != NULL)
    run->error = g_error_copy (error);
  if (run->loop != NULL)
    g_main_loop_quit (run->loop);
}

static gboolean
on_limit (gpointer data)
{
  g_error ("a delivery did not complete within %d s", LIMIT_S);
  return G_SOURCE_REMOVE;
}

GError *
delivery_run (TcnSink *sink, const GPtrArray *alerts, guint n_items, guint n_before)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  const TcnBatch batch = { .alerts = alerts, .n_items = n_items, .n_before = n_before };
  const guint limit = g_timeout_add_seconds (LIMIT_S, on_limit, NULL);
  Run run = { .loop = loop };

  tcn_sink_deliver (sink, &batch, on_done, &run);
  run.is_started = TRUE;
  g_main_loop_run (loop);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_source_remove (limit);

  g_assert_cmpuint (run.n_completions, ==, 1);
  return run.error;
}

TcnSink *
delivery_open (const char *type, const TcnSinkEnv *env)
{
  const TcnSinkClass *class = tcn_sink_find_class (type);
  g_autoptr (TcnSinkConfig) config = NULL;
  g_autoptr (GError) error = NULL;
  TcnSink *sink = NULL;

  g_assert_nonnull (class);
  config = tcn_sink_config_new ("tested", &class->keys);
  sink = tcn_sink_open (config, env, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (sink->name, ==, "tested");
  return sink;
}

void
delivery_check_close_cancels (TcnSink *sink)
{
  g_autoptr (GPtrArray) alerts = delivery_alerts_new ();
  const TcnBatch batch = { .alerts = alerts, .n_items = 1 };
  Run run = { .is_started = FALSE };

  g_ptr_array_add (alerts, delivery_alert_new (1, "item", "rule"));
  tcn_sink_deliver (sink, &batch, on_done, &run);
  run.is_started = TRUE;
  tcn_sink_close (sink);
  while (g_main_context_iteration (NULL, FALSE))
    ;

  g_assert_cmpuint (run.n_completions, ==, 1);
  g_assert_error (run.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&run.error);
}
