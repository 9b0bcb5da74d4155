/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "session.h"
#include "tocsin/error.h"
#include "tocsin/json.h"
#include "tocsin/outbox.h"
#include "tocsin/setup.h"
#include "tocsin/sink.h"

/* Printed in pieces, so that a history of years needs no memory. */
#define PRINT_BYTES (64 * 1024)

typedef struct {
  const TcnConfig *config;
  const TcnStyle *style;
  gboolean is_verbose;
  gint64 now_unix;
  gboolean has_any;
  GString *out;
  GError *error;
} Listing;

/* Without any in the configuration, there are those that stand for none: named after
 * their type. */
static gboolean
is_configured (const TcnConfig *config, const char *sink)
{
  if (config->sinks->len == 0)
    return tcn_sink_find_class (sink) != NULL;
  return tcn_config_find_sink (config, sink) != NULL;
}

static const char *
delivery_note (const Listing *listing, const TcnDelivery *delivery)
{
  if (delivery->state == TCN_DELIVERY_PENDING &&
      !is_configured (listing->config, delivery->sink))
    return "waits: no such sink is configured";
  return delivery->error;
}

static void
append_deliveries_json (const Listing *listing, GString *json,
                        const GPtrArray *deliveries)
{
  g_string_append_c (json, '[');
  for (guint i = 0; i < deliveries->len; i++) {
    const TcnDelivery *delivery = deliveries->pdata[i];

    g_string_append (json, i > 0 ? ",{\"sink\":" : "{\"sink\":");
    tcn_json_string (json, delivery->sink);
    g_string_append (json, ",\"state\":");
    tcn_json_string (json, tcn_delivery_state_name (delivery->state));
    g_string_append (json, ",\"attempts\":");
    tcn_json_int (json, delivery->attempts);
    g_string_append (json, ",\"time\":");
    tcn_json_time (json, delivery->time_unix);
    g_string_append (json, ",\"error\":");
    tcn_json_string (json, delivery_note (listing, delivery));
    g_string_append_c (json, '}');
  }
  g_string_append_c (json, ']');
}

static void
append_record (const Listing *listing, const TcnAlertRecord *alert)
{
  TcnRecord record;
  g_autoptr (GString) json = g_string_new (NULL);

  append_deliveries_json (listing, json, alert->deliveries);
  tcn_record_begin (&record, listing->out, listing->style->format);
  tcn_record_alert (&record, alert->alert);
  tcn_record_json (&record, "deliveries", json->str);
  tcn_record_end (&record);
}

static void
append_delivery_text (const Listing *listing, const TcnDelivery *delivery)
{
  GString *out = listing->out;
  const char *note = delivery_note (listing, delivery);

  g_string_append_printf (out, "%s: %s", delivery->sink,
                          tcn_delivery_state_name (delivery->state));
  if (delivery->state == TCN_DELIVERY_PENDING &&
      delivery->held_until_unix > listing->now_unix) {
    g_string_append (out, ", held until ");
    tcn_render_time (out, delivery->held_until_unix, listing->style);
  }
  if (delivery->attempts > 0)
    g_string_append_printf (out, ", %u attempt%s", delivery->attempts,
                            delivery->attempts == 1 ? "" : "s");
  if (note != NULL)
    g_string_append_printf (out, ": %s", note);
  g_string_append_c (out, '\n');
}

/* The block of the alert, with what has not arrived below it. */
static void
append_text (const Listing *listing, const TcnAlertRecord *alert)
{
  GString *out = listing->out;

  tcn_render_alert (out, alert->alert, listing->style);
  g_string_truncate (out, out->len - 1); /* the blank line */
  if (listing->is_verbose)
    g_string_append_printf (out, "item: %s\n", alert->alert->item);
  for (guint i = 0; i < alert->deliveries->len; i++) {
    const TcnDelivery *delivery = alert->deliveries->pdata[i];

    if (delivery->state != TCN_DELIVERY_SENT || listing->is_verbose)
      append_delivery_text (listing, delivery);
  }
  g_string_append_c (out, '\n');
}

static gboolean
on_alert (const TcnAlertRecord *record, gpointer data)
{
  Listing *listing = data;

  listing->has_any = TRUE;
  if (listing->style->format == TCN_FORMAT_TEXT)
    append_text (listing, record);
  else
    append_record (listing, record);
  if (listing->out->len < PRINT_BYTES)
    return TRUE;
  if (!tcn_command_print (listing->out, &listing->error))
    return FALSE;
  g_string_truncate (listing->out, 0);
  return TRUE;
}

/* A slip in a name must not pass for a rule that never rang. */
static void
tell_none (const TcnInvocation *invocation, const TcnConfig *config,
           const TcnAlertFilter *filter)
{
  if (filter->rule != NULL && tcn_config_find_rule (config, filter->rule) == NULL)
    g_message ("no such alerts, and no rule “%s” in %s", filter->rule, config->path);
  else if (filter->feed != NULL && tcn_config_find_feed (config, filter->feed) == NULL)
    g_message ("no such alerts, and no feed “%s” in %s", filter->feed, config->path);
  else if (!invocation->is_quiet && isatty (STDERR_FILENO))
    fputs ("No such alerts.\n", stderr);
}

static int
list (const TcnInvocation *invocation, const TcnConfig *config,
      const TcnAlertFilter *filter, const TcnStyle *style)
{
  int status;
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) out = g_string_new (NULL);
  g_autoptr (TcnStore) store = tcn_session_open_store (invocation, config, &status);
  Listing listing = {
    .config = config,
    .style = style,
    .is_verbose = invocation->is_verbose,
    .now_unix = g_get_real_time () / G_USEC_PER_SEC,
    .out = out,
  };

  if (store == NULL)
    return status;
  if (!tcn_outbox_list (store, filter, on_alert, &listing, &error))
    return tcn_command_failed (error);
  if (!listing.has_any)
    tell_none (invocation, config, filter);
  if (listing.error == NULL && tcn_command_print (out, &listing.error))
    return 0;
  g_propagate_error (&error, listing.error);
  return tcn_command_failed (error);
}

/* While another process writes, it is asked to: it takes the wish up by itself. */
static int
retry (const TcnInvocation *invocation, const TcnConfig *config,
       const TcnAlertFilter *filter)
{
  guint n = 0;
  g_autoptr (GError) error = NULL;
  g_autofree char *dir = tcn_setup_state_dir (invocation->state_dir, config);
  g_autoptr (TcnStore) store = tcn_store_open (dir, TCN_STORE_WRITE, &error);

  if (g_error_matches (error, TCN_ERROR, TCN_ERROR_LOCKED)) {
    g_clear_error (&error);
    if (!tcn_outbox_request_retry (dir, filter, &error))
      return tcn_command_failed (error);
    g_message ("another tocsin is running: it will try them again within a minute");
    return 0;
  }
  if (store == NULL ||
      !tcn_outbox_retry (store, filter, g_get_real_time () / G_USEC_PER_SEC, &n, &error))
    return tcn_command_failed (error);
  g_message ("%u deliver%s will be tried again by the next run", n, n == 1 ? "y" : "ies");
  return 0;
}

static int
run (TcnInvocation *invocation)
{
  int status;
  TcnStyle style;
  gboolean must_retry = FALSE;
  TcnAlertFilter filter = { 0 };
  g_autofree char *since = NULL, *rule = NULL, *feed = NULL, *format = NULL;
  g_auto (GStrv) rest = NULL;
  g_autoptr (TcnConfig) config = NULL;
  const GOptionEntry entries[] = {
    { "since", 0, 0, G_OPTION_ARG_FILENAME, &since, "First seen no longer ago than that",
      "DURATION" },
    { "rule", 0, 0, G_OPTION_ARG_FILENAME, &rule, "Of that rule", "RULE" },
    { "feed", 0, 0, G_OPTION_ARG_FILENAME, &feed, "Of that feed", "FEED" },
    { "pending", 0, 0, G_OPTION_ARG_NONE, &filter.is_pending,
      "With a delivery that has not arrived yet", NULL },
    { "failed", 0, 0, G_OPTION_ARG_NONE, &filter.is_failed,
      "With a delivery that failed for good", NULL },
    { "retry", 0, 0, G_OPTION_ARG_NONE, &must_retry,
      "Try what failed among them again, rather than list", NULL },
    { "format", 0, 0, G_OPTION_ARG_FILENAME, &format, "text, json or tsv", "FORMAT" },
    { NULL },
  };

  if (!tcn_command_parse (invocation, entries, &rest, &status))
    return status;
  if (*rest != NULL)
    return tcn_command_misused (invocation, "unexpected argument “%s”", *rest);
  if (!tcn_session_style (invocation, format, &style, &status) ||
      (since != NULL &&
       !tcn_session_since (invocation, since, &filter.since_unix, &status)))
    return status;
  config = tcn_session_load_config (invocation, TCN_WARNINGS_SEEN, &status);
  if (config == NULL)
    return status;
  filter.rule = rule;
  filter.feed = feed;
  return must_retry ? retry (invocation, config, &filter)
                    : list (invocation, config, &filter, &style);
}

const TcnCommand tcn_command_alerts = {
  .name = "alerts",
  .arguments = "[--since DURATION] [--rule RULE] [--feed FEED] [--pending] [--failed] "
               "[--retry] [--format FORMAT]",
  .summary = "List past alerts and what became of them",
  .description =
      "Oldest first. Below each alert stands what has not arrived; with -v, the item's id "
      "and all\ndeliveries.",
  .run = run,
};
