/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "commands/session.h"
#include "tocsin/error.h"
#include "tocsin/noise.h"
#include "tocsin/setup.h"
#include "tocsin/store.h"
#include "tocsin/text.h"

static void
append_sum (GString *out, const TcnConfig *config)
{
  g_autofree char *feeds = tcn_text_counted (config->feeds->len, "feed");
  g_autofree char *rules = tcn_text_counted (config->rules->len, "rule");
  g_autofree char *sinks = tcn_text_counted (config->sinks->len, "sink");

  g_string_append_printf (
      out, "%s: %s, %s, %s\n", config->path, feeds, rules,
      config->sinks->len > 0 ? sinks : "no sink (once prints, daemon shows pop-ups)");
}

static int
print_result (const TcnInvocation *invocation, const TcnConfig *config, gboolean whole)
{
  g_autoptr (GString) out = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  if (whole)
    tcn_config_print (out, config);
  else if (!invocation->is_quiet)
    append_sum (out, config);
  return tcn_command_print (out, &error) ? 0 : tcn_command_failed (error);
}

/* As a fault of the configuration: the rule's header is what it is about. */
static void
warn_of_rule (const TcnRuleConfig *rule, const char *message, const char *remedy)
{
  g_autofree char *header = g_strdup_printf ("[rule %s]", rule->name);
  const TcnConfigFault fault = {
    .is_warning = TRUE,
    .file = rule->file,
    .line = rule->line,
    .source_line = header,
    .end = strlen (header),
    .message = (char *) message,
    .remedy = (char *) remedy,
  };
  g_autoptr (GString) out = g_string_new (NULL);

  tcn_config_fault_print (out, &fault);
  fputs (out->str, stderr);
}

static void
warn_of_noise (const TcnNoise *noise)
{
  g_autofree char *message = g_strdup_printf (
      "the rule would have rung for %u %% of the last %u items of its feeds",
      noise->n_hits * 100 / noise->n_items, noise->n_items);

  warn_of_rule (noise->rule, message, NULL);
}

static void
warn_of_ended (const TcnConfig *config, gint64 now_unix)
{
  for (guint i = 0; i < config->rules->len; i++) {
    const TcnRuleConfig *rule = config->rules->pdata[i];

    if (rule->enabled && rule->until_unix != TCN_TIME_NONE &&
        rule->until_unix <= now_unix)
      warn_of_rule (rule, "the rule's last day is over: it does not ring any more",
                    "set until to a later day, or remove the rule");
  }
}

/* A state that cannot be read is for other commands to tell of. */
static void
try_rules (const TcnInvocation *invocation, TcnConfig *config, gint64 now_unix)
{
  g_autofree char *dir = tcn_setup_state_dir (invocation->state_dir, config);
  g_autoptr (TcnStore) store = tcn_store_open (dir, TCN_STORE_READ, NULL);
  g_autoptr (GPtrArray) noisy = NULL;

  if (store != NULL)
    noisy = tcn_noise_find (config, store, now_unix, tcn_setup_seed (), NULL);
  for (guint i = 0; noisy != NULL && i < noisy->len; i++)
    warn_of_noise (noisy->pdata[i]);
}

static int
run_check (TcnInvocation *invocation)
{
  gboolean print = FALSE;
  const GOptionEntry entries[] = {
    { "print", 0, 0, G_OPTION_ARG_NONE, &print,
      "Print the configuration as it is in effect", NULL },
    { NULL },
  };
  g_auto (GStrv) rest = NULL;
  g_autoptr (TcnConfig) config = NULL;
  int status;

  if (!tcn_command_parse (invocation, entries, &rest, &status))
    return status;
  if (*rest != NULL)
    return tcn_command_misused (invocation, "unexpected argument “%s”", *rest);
  config = tcn_session_load_config (invocation, TCN_WARNINGS_TOLD, &status);
  if (config == NULL)
    return status;
  if (!invocation->is_quiet) {
    gint64 now_unix = g_get_real_time () / G_USEC_PER_SEC;

    warn_of_ended (config, now_unix);
    try_rules (invocation, config, now_unix);
  }
  return print_result (invocation, config, print);
}

const TcnCommand tcn_command_check = {
  .name = "check",
  .arguments = "[--print]",
  .summary = "Read the configuration and report every error in it",
  .description =
      "Lists, OPML files, query files and secrets that it names are read too. "
      "Rules that would\nhave rung for most of the last items, and rules whose "
      "last day is over, are warned of.",
  .run = run_check,
};
