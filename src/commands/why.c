/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "commands/session.h"
#include "tocsin/alerter.h"
#include "tocsin/archive.h"
#include "tocsin/error.h"
#include "tocsin/query.h"
#include "tocsin/ruleset.h"

typedef struct {
  const TcnConfig *config;
  TcnStyle style;
  GString *out;
} Inquiry;

/* What is known of the stored item. */
typedef struct {
  const TcnDocument *document;
  const TcnFeedConfig *feed; /* nullable: no longer configured */
} Subject;

static void
keep_matches (guint rule_index, const TcnHit *hit, gpointer data)
{
  *(GPtrArray **) data = tcn_hit_matches (hit);
}

/* Builds the one rule, and runs it. Matches (transfer full) if it holds, else why not. */
static GPtrArray *
try_rule (const TcnRuleConfig *rule, const TcnDocument *document, char **out_reason)
{
  g_autoptr (TcnRulesetBuilder) builder = tcn_ruleset_builder_new ();
  g_autoptr (TcnRuleset) ruleset = NULL;
  g_autoptr (TcnMatcher) matcher = NULL;
  GPtrArray *matches = NULL;

  for (guint i = 0; i < rule->queries->len; i++)
    tcn_ruleset_builder_add (builder, 0, g_ptr_array_index (rule->queries, i));
  ruleset = tcn_ruleset_builder_build (g_steal_pointer (&builder));
  matcher = tcn_matcher_new (ruleset, 0);
  tcn_matcher_run (matcher, document, keep_matches, &matches);
  if (matches == NULL)
    *out_reason = tcn_matcher_explain (matcher, 0, document);
  return matches;
}

static void
append_record (Inquiry *inquiry, const char *rule, const GPtrArray *matches,
               const char *reason)
{
  TcnRecord record;

  tcn_record_begin (&record, inquiry->out, inquiry->style.format);
  tcn_record_string (&record, "rule", rule);
  tcn_record_string (&record, "reason", reason);
  if (matches != NULL)
    tcn_record_matches (&record, matches);
  else
    tcn_record_null (&record, "matches");
  tcn_record_end (&record);
}

static void
append_text (Inquiry *inquiry, const char *rule, const GPtrArray *matches,
             const char *reason)
{
  GString *out = inquiry->out;

  if (matches == NULL) {
    g_string_append_printf (out, "%s: no: %s\n", rule, reason);
    return;
  }
  g_string_append_printf (out, "%s: yes\n", rule);
  for (guint i = 0; i < matches->len; i++) {
    const TcnMatch *match = g_ptr_array_index (matches, i);

    g_string_append_printf (out, "  %s %u-%u: %s (%s, by %s)\n",
                            tcn_field_name (match->field), match->start_char,
                            match->end_char, match->text, tcn_why_name (match->why),
                            match->term);
  }
}

/* What keeps a rule from being tried on the item at all; NULL if nothing does. */
static const char *
find_hindrance (const TcnRuleConfig *rule, const Subject *subject)
{
  if (!rule->enabled)
    return "is not enabled";
  if (rule->until_unix != TCN_TIME_NONE &&
      rule->until_unix <= g_get_real_time () / G_USEC_PER_SEC)
    return "is over: its until is past";
  if (subject->feed != NULL && !tcn_rule_applies (rule, subject->feed))
    return "does not watch this feed";
  return NULL;
}

static void
explain_rule (Inquiry *inquiry, const TcnRuleConfig *rule, const Subject *subject)
{
  g_autofree char *reason = g_strdup (find_hindrance (rule, subject));
  g_autoptr (GPtrArray) matches =
      reason == NULL ? try_rule (rule, subject->document, &reason) : NULL;

  if (inquiry->style.format == TCN_FORMAT_TEXT)
    append_text (inquiry, rule->name, matches, reason);
  else
    append_record (inquiry, rule->name, matches, reason);
}

static gboolean
explain_item (const TcnArchived *archived, gpointer data)
{
  Inquiry *inquiry = data;
  const TcnConfig *config = inquiry->config;
  const TcnFeedConfig *feed = tcn_config_find_feed (config, archived->feed);
  g_autofree char *language = tcn_alerter_language (
      config, feed, archived->item->language, archived->feed_language);
  const char *title =
      feed != NULL && feed->title != NULL ? feed->title : archived->feed_title;
  g_auto (TcnDocument) document = { 0 };
  Subject subject = { &document, feed };

  tcn_document_set_item (&document, archived->item, title, language);
  if (inquiry->style.format == TCN_FORMAT_TEXT)
    g_string_append_printf (inquiry->out, "%s\n%s\n\n", archived->feed,
                            archived->item->title != NULL ? archived->item->title
                                                          : "(no title)");
  for (guint i = 0; i < config->rules->len; i++)
    explain_rule (inquiry, g_ptr_array_index (config->rules, i), &subject);
  return TRUE;
}

static int
explain (const TcnInvocation *invocation, const char *id, Inquiry *inquiry)
{
  int status = 1;
  gboolean is_found = FALSE;
  g_autoptr (TcnStore) store =
      tcn_session_open_store (invocation, inquiry->config, &status);
  g_autoptr (GError) error = NULL;

  if (store == NULL)
    return status;
  if (!tcn_archive_find (store, id, explain_item, inquiry, &is_found, &error))
    return tcn_command_failed (error);
  if (!is_found) {
    tcn_log_failure ("no stored item “%s”; alerts -v prints the ids of items", id);
    return 1;
  }
  return tcn_command_print (inquiry->out, &error) ? 0 : tcn_command_failed (error);
}

static int
run_why (TcnInvocation *invocation)
{
  g_autofree char *format = NULL;
  const GOptionEntry entries[] = {
    { "format", 0, 0, G_OPTION_ARG_FILENAME, &format, "text, json or tsv", "FORMAT" },
    { NULL },
  };
  g_auto (GStrv) rest = NULL;
  g_autoptr (TcnConfig) config = NULL;
  g_autoptr (GString) out = g_string_new (NULL);
  Inquiry inquiry = { .out = out };
  int status;

  if (!tcn_command_parse (invocation, entries, &rest, &status))
    return status;
  if (g_strv_length (rest) != 1)
    return tcn_command_misused (invocation, "no ITEM: the id that alerts -v prints");
  if (!tcn_session_style (invocation, format, &inquiry.style, &status))
    return status;
  config = tcn_session_load_config (invocation, TCN_WARNINGS_SEEN, &status);
  if (config == NULL)
    return status;
  inquiry.config = config;
  return explain (invocation, rest[0], &inquiry);
}

const TcnCommand tcn_command_why = {
  .name = "why",
  .arguments = "[--format FORMAT] ITEM",
  .summary = "Tell why each rule matched a stored item, or did not",
  .description =
      "ITEM is the id that alerts -v and every --format json print as \"item\".",
  .run = run_why,
};
