/* SPDX-License-Identifier: MIT */
#include "trial.h"

#include <stdio.h>
#include <string.h>

#include "tocsin/alerter.h"
#include "tocsin/excerpt.h"
#include "tocsin/query.h"
#include "tocsin/text.h"

void
tcn_trial_clear (TcnTrial *trial)
{
  for (guint i = 0; trial->rules != NULL && i < trial->rules->len; i++)
    g_free (g_array_index (trial->rules, TcnTrialRule, i).label);
  g_clear_pointer (&trial->rules, g_array_unref);
  g_clear_pointer (&trial->matcher, tcn_matcher_free);
  g_clear_pointer (&trial->ruleset, tcn_ruleset_unref);
  g_clear_pointer (&trial->config, tcn_config_unref);
  if (trial->out != NULL)
    g_string_free (trial->out, TRUE);
  trial->out = NULL;
  g_clear_error (&trial->error);
}

/* --- rules ------------------------------------------------------------------------------ */

static void
add_label (TcnTrial *trial, const char *label, const TcnRuleConfig *rule)
{
  TcnTrialRule row = { g_strdup (label), rule };

  g_array_append_val (trial->rules, row);
}

static void
print_faults (const char *text, const GPtrArray *faults, gboolean with_warnings)
{
  g_autofree char *line = g_utf8_make_valid (text, -1);
  TcnFaultPlace place = { .place = "query:1", .line = line };
  g_autoptr (GString) out = g_string_new (NULL);

  for (guint i = 0; i < faults->len; i++) {
    const TcnFault *fault = g_ptr_array_index (faults, i);

    if (with_warnings || !fault->is_warning)
      tcn_fault_print (out, fault, &place);
  }
  fputs (out->str, stderr);
}

static TcnDefines *
configured_defines (const TcnConfig *config)
{
  TcnDefines *defines = tcn_defines_new ();

  for (guint i = 0; config != NULL && i < config->defines->len; i++) {
    const TcnDefineConfig *define = g_ptr_array_index (config->defines, i);

    tcn_defines_add (defines, define->name, define->text);
  }
  return defines;
}

static void
describe (TcnTrial *trial, const TcnInvocation *invocation, const TcnQuery *query)
{
  g_autofree char *reading = tcn_query_describe (query);

  if (!invocation->is_verbose)
    return;
  /* Where records are wanted the reading is not one of them. */
  if (trial->style.format == TCN_FORMAT_TEXT)
    g_string_append_printf (trial->out, "%s\n", reading);
  else
    fputs (reading, stderr);
}

gboolean
tcn_trial_add_query (TcnTrial *trial, TcnRulesetBuilder *builder,
                     const TcnInvocation *invocation, const char *text, int *out_status)
{
  g_autoptr (GPtrArray) faults =
      g_ptr_array_new_with_free_func ((GDestroyNotify) tcn_fault_free);
  g_autoptr (TcnDefines) defines = configured_defines (trial->config);
  TcnQueryOptions options = { .defines = defines };
  g_autoptr (TcnQuery) query = tcn_query_parse (text, &options, faults);

  print_faults (text, faults, !invocation->is_quiet);
  if (query == NULL) {
    *out_status = 2;
    return FALSE;
  }
  describe (trial, invocation, query);
  tcn_ruleset_builder_add (builder, trial->rules->len, query);
  add_label (trial, text, NULL);
  return TRUE;
}

static void
add_configured (TcnTrial *trial, TcnRulesetBuilder *builder, const TcnRuleConfig *rule)
{
  for (guint i = 0; i < rule->queries->len; i++)
    tcn_ruleset_builder_add (builder, trial->rules->len,
                             g_ptr_array_index (rule->queries, i));
  add_label (trial, rule->name, rule);
}

gboolean
tcn_trial_add_rule (TcnTrial *trial, TcnRulesetBuilder *builder,
                    const TcnInvocation *invocation, const char *name, int *out_status)
{
  const TcnRuleConfig *rule = tcn_config_find_rule (trial->config, name);

  if (rule == NULL) {
    *out_status =
        tcn_command_misused (invocation, "no rule “%s” in %s", name, trial->config->path);
    return FALSE;
  }
  for (guint i = 0; i < rule->queries->len; i++)
    describe (trial, invocation, g_ptr_array_index (rule->queries, i));
  add_configured (trial, builder, rule);
  return TRUE;
}

void
tcn_trial_add_all (TcnTrial *trial, TcnRulesetBuilder *builder)
{
  for (guint i = 0; i < trial->config->rules->len; i++) {
    const TcnRuleConfig *rule = g_ptr_array_index (trial->config->rules, i);

    if (rule->enabled)
      add_configured (trial, builder, rule);
  }
}

/* --- what matched ----------------------------------------------------------------------- */

typedef struct {
  TcnTrial *trial;
  const TcnTrialItem *item;
  guint n_matches;
} ItemRun;

static void
append_record (TcnTrial *trial, const TcnTrialItem *item, const TcnTrialRule *rule,
               const GPtrArray *matches)
{
  TcnRecord record;
  g_autofree char *source = tcn_text_make_clean (item->source, -1);

  tcn_record_begin (&record, trial->out, trial->style.format);
  tcn_record_string (&record, rule->rule != NULL ? "rule" : "query", rule->label);
  tcn_record_string (&record, item->source_key, source);
  tcn_record_string (&record, "title", item->item->title);
  tcn_record_string (&record, "link", item->item->link);
  tcn_record_matches (&record, matches);
  tcn_record_end (&record);
}

/* What was found where an excerpt does not show it. */
static void
append_elsewhere (TcnTrial *trial, const GPtrArray *matches)
{
  for (guint i = 0; i < matches->len; i++) {
    const TcnMatch *match = g_ptr_array_index (matches, i);

    if (match->field > TCN_FIELD_CONTENT)
      g_string_append_printf (trial->out, "%s: %s\n", tcn_field_name (match->field),
                              match->text);
  }
}

static void
append_text (TcnTrial *trial, const TcnTrialItem *item, const TcnTrialRule *rule,
             const GPtrArray *matches)
{
  g_autofree char *place = tcn_text_one_line (item->place);
  g_autofree char *excerpt = tcn_excerpt_new (item->item, matches);
  GString *out = trial->out;

  g_string_append (out, place != NULL ? place : "");
  if (rule->rule != NULL)
    g_string_append_printf (out, "  %s", rule->label);
  g_string_append_c (out, '\n');
  if (item->item->title != NULL) {
    tcn_render_marked (out, item->item->title, TRUE, matches, &trial->style);
    g_string_append_c (out, '\n');
  }
  if (excerpt != NULL) {
    tcn_render_marked (out, excerpt, FALSE, matches, &trial->style);
    g_string_append_c (out, '\n');
  }
  append_elsewhere (trial, matches);
  if (item->item->link != NULL)
    g_string_append_printf (out, "%s\n", item->item->link);
  g_string_append_c (out, '\n');
}

static void
on_hit (guint rule_index, const TcnHit *hit, gpointer data)
{
  ItemRun *run = data;
  TcnTrial *trial = run->trial;
  const TcnTrialRule *rule = &g_array_index (trial->rules, TcnTrialRule, rule_index);
  g_autoptr (GPtrArray) matches = NULL;

  if (rule->rule != NULL && run->item->feed != NULL &&
      !tcn_rule_applies (rule->rule, run->item->feed))
    return;
  run->n_matches++;
  if (trial->n_matches++ >= trial->limit)
    return;
  matches = tcn_hit_matches (hit);
  if (trial->style.format == TCN_FORMAT_TEXT)
    append_text (trial, run->item, rule, matches);
  else
    append_record (trial, run->item, rule, matches);
}

static void
report_limits (const TcnTrial *trial, const TcnTrialItem *item)
{
  const TcnMatcherLimits *limits = tcn_matcher_limits (trial->matcher);

  if (limits->text_was_cut)
    g_warning ("%s: an item's text is too long to be searched to its end", item->place);
  if (limits->n_capped > 0)
    g_warning (
        "%s: “%s” took too much work on an item and was given up on it; make it simpler",
        item->place,
        g_array_index (trial->rules, TcnTrialRule, limits->first_capped_rule).label);
}

guint
tcn_trial_run (TcnTrial *trial, const TcnTrialItem *item)
{
  g_auto (TcnDocument) document = { 0 };
  ItemRun run = { trial, item, 0 };
  g_autofree char *language =
      trial->language != NULL
          ? g_strdup (trial->language)
          : tcn_alerter_language (trial->config, item->feed, item->item->language,
                                  item->feed_language);

  trial->has_met_unknown_language |= language == NULL;
  tcn_document_set_item (&document, item->item, item->feed_title, language);
  tcn_matcher_run (trial->matcher, &document, on_hit, &run);
  report_limits (trial, item);
  if (trial->error == NULL && tcn_command_print (trial->out, &trial->error))
    g_string_truncate (trial->out, 0);
  return run.n_matches;
}
