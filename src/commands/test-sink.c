/* SPDX-License-Identifier: MIT */
#include "commands/session.h"
#include "tocsin/error.h"
#include "tocsin/setup.h"
#include "tocsin/sink.h"
#include "tocsin/text.h"

#define SAMPLE_WORDS "alerts arrive"

typedef struct {
  GMainLoop *loop;
  int status;
} Test;

static TcnAlert *
sample_alert_new (void)
{
  const TcnMatch match = {
    .field = TCN_FIELD_CONTENT,
    .start = 22,
    .end = 35,
    .start_char = 22,
    .end_char = 35,
    .text = (char *) SAMPLE_WORDS,
    .term = (char *) SAMPLE_WORDS,
  };
  TcnAlert *alert = tcn_alert_new ();

  alert->time_unix = g_get_real_time () / G_USEC_PER_SEC;
  alert->rule = g_strdup ("test-sink");
  alert->feed = g_strdup ("tocsin");
  alert->feed_title = g_strdup ("tocsin");
  alert->item = tcn_item_id (alert->feed, "test-sink");
  alert->id = tcn_alert_id (alert->item, alert->rule);
  alert->title = g_strdup ("A sample alert");
  alert->link = g_strdup ("https://example.org/");
  alert->published_unix = alert->time_unix;
  alert->language = g_strdup ("en");
  alert->excerpt = g_strdup ("If you can read this, " SAMPLE_WORDS " here.");
  g_ptr_array_add (alert->matches, tcn_match_copy (&match));
  return alert;
}

static void
on_delivered (TcnSink *sink, const GError *error, gpointer data)
{
  Test *test = data;

  if (error != NULL) {
    tcn_log_failure ("sink “%s”: %s", sink->name, error->message);
    test->status = tcn_error_exit_status (error);
  } else {
    g_message ("sink “%s”: the sample alert was delivered", sink->name);
  }
  g_main_loop_quit (test->loop);
}

static int
send_sample (const TcnSinkConfig *config)
{
  TcnSinkEnv env;
  g_autoptr (GError) error = NULL;
  g_autoptr (TcnSink) sink = NULL;
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GPtrArray) alerts =
      g_ptr_array_new_with_free_func ((GDestroyNotify) tcn_alert_free);
  const TcnBatch batch = { .alerts = alerts, .n_items = 1 };
  Test test = { .loop = loop };

  tcn_setup_sink_env (&env, NULL);
  sink = tcn_sink_open (config, &env, &error);
  if (sink == NULL)
    return tcn_command_failed (error);
  g_ptr_array_add (alerts, sample_alert_new ());
  tcn_sink_deliver (sink, &batch, on_delivered, &test);
  g_main_loop_run (loop);
  return test.status;
}

/* The sink of that name; without any in the configuration, the ones that then stand for
 * it in `once` and `daemon`, which are named after their type. */
static TcnSinkConfig *
find_sink (const TcnConfig *config, const char *name)
{
  const TcnSinkClass *class = tcn_sink_find_class (name);

  if (config->sinks->len == 0)
    return class != NULL ? tcn_sink_config_new (name, &class->keys) : NULL;
  for (guint i = 0; i < config->sinks->len; i++) {
    TcnSinkConfig *sink = g_ptr_array_index (config->sinks, i);

    if (g_strcmp0 (tcn_sink_config_name (sink), name) == 0)
      return tcn_sink_config_ref (sink);
  }
  return NULL;
}

static int
refuse_name (const TcnConfig *config, const char *name)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  const char *nearest = NULL;

  for (guint i = 0; i < config->sinks->len; i++)
    g_ptr_array_add (
        names, (char *) tcn_sink_config_name (g_ptr_array_index (config->sinks, i)));
  if (config->sinks->len == 0)
    for (const TcnSinkClass *const *row = tcn_sink_classes (); *row != NULL; row++)
      g_ptr_array_add (names, (char *) (*row)->keys.name);
  g_ptr_array_add (names, NULL);
  nearest = tcn_text_nearest (name, (const char *const *) names->pdata);
  if (nearest != NULL) {
    tcn_log_failure ("%s has no sink “%s”; did you mean “%s”?", config->path, name,
                     nearest);
  } else {
    g_autofree char *list = g_strjoinv (", ", (char **) names->pdata);

    tcn_log_failure ("%s has no sink “%s”; it has: %s", config->path, name, list);
  }
  return 2;
}

static int
run (TcnInvocation *invocation)
{
  int status = 0;
  g_auto (GStrv) rest = NULL;
  g_autoptr (TcnConfig) config = NULL;
  g_autoptr (TcnSinkConfig) sink = NULL;

  if (!tcn_command_parse (invocation, NULL, &rest, &status))
    return status;
  if (rest[0] == NULL)
    return tcn_command_misused (invocation, "no sink is named");
  if (rest[1] != NULL)
    return tcn_command_misused (invocation, "unexpected argument “%s”", rest[1]);
  config = tcn_session_load_config (invocation, TCN_WARNINGS_SEEN, &status);
  if (config == NULL)
    return status;
  sink = find_sink (config, rest[0]);
  return sink != NULL ? send_sample (sink) : refuse_name (config, rest[0]);
}

const TcnCommand tcn_command_test_sink = {
  .name = "test-sink",
  .arguments = "NAME",
  .summary = "Send a sample alert to a sink, and show the failure if any",
  .description =
      "NAME is what follows 'sink' in the configuration; without any [sink] group there "
      "are\n'stdout' and 'desktop'. The status is 1 when the alert did not arrive, be it "
      "for an\nabsent desktop.",
  .run = run,
};
