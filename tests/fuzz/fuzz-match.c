/* SPDX-License-Identifier: MIT */
/* A query, then behind the first line end a title, an address and a body, a line each, run
 * against each other. Places must lie in their texts; the query among others, and with the
 * index arranged anew, must give the same as alone. */
#include "fuzz.h"

#include <string.h>

#include "tocsin/ruleset.h"

static const char *const companions[] = { "the OR \"a * b\"", "*abc*", "/a+b/", "=A",
                                          "x1 NEAR/2 y1" };

typedef struct {
  const TcnDocument *doc;
  gboolean is_hit; /* the query itself, number 0 */
} Outcome;

static TcnQuery *
parse (const char *text)
{
  g_autoptr (GPtrArray) faults =
      g_ptr_array_new_with_free_func ((GDestroyNotify) tcn_fault_free);

  return tcn_query_parse (text, NULL, faults);
}

static void
check_hit (guint rule_index, const TcnHit *hit, gpointer data)
{
  Outcome *outcome = data;
  g_autoptr (GPtrArray) matches = tcn_hit_matches (hit);

  outcome->is_hit |= rule_index == 0;
  for (guint i = 0; i < matches->len; i++) {
    const TcnMatch *match = g_ptr_array_index (matches, i);
    const char *text = match->field == TCN_FIELD_LANG ? outcome->doc->language
                                                      : outcome->doc->text[match->field];

    g_assert (match->start < match->end && match->end <= strlen (text));
    g_assert (memcmp (text + match->start, match->text, match->end - match->start) == 0);
    g_assert (g_utf8_validate (match->text, -1, NULL));
  }
}

static gboolean
run (TcnRuleset *ruleset, const TcnDocument *doc, TcnRuleset **out_arranged)
{
  g_autoptr (TcnMatcher) matcher = tcn_matcher_new (ruleset, 7);
  Outcome outcome = { .doc = doc };
  g_autofree char *reason = NULL;

  tcn_matcher_run (matcher, doc, check_hit, &outcome);
  reason = tcn_matcher_explain (matcher, 0, doc);
  g_assert ((reason == NULL) == outcome.is_hit);
  if (out_arranged != NULL) {
    g_autoptr (TcnWordCounts) counts = tcn_matcher_word_counts (matcher);

    *out_arranged = tcn_ruleset_rearrange (ruleset, counts);
  }
  return outcome.is_hit;
}

static TcnRuleset *
build (TcnQuery *query, gboolean with_companions)
{
  TcnRulesetBuilder *builder = tcn_ruleset_builder_new ();

  tcn_ruleset_builder_add (builder, 0, query);
  for (guint i = 0; with_companions && i < G_N_ELEMENTS (companions); i++) {
    g_autoptr (TcnQuery) companion = parse (companions[i]);

    tcn_ruleset_builder_add (builder, i + 1, companion);
  }
  return tcn_ruleset_builder_build (builder);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static const char *const tags[] = { NULL, "fr", "en", "ar", "ru", "ja" };
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_auto (GStrv) lines = g_strsplit (text, "\n", 4);
  g_autoptr (TcnQuery) query = NULL;
  g_autoptr (TcnRuleset) alone = NULL;
  g_autoptr (TcnRuleset) together = NULL;
  g_autoptr (TcnRuleset) arranged = NULL;
  TcnDocument doc = { 0 };
  gboolean is_hit;

  if (g_strv_length (lines) < 4 || !g_utf8_validate (text, -1, NULL))
    return 0;
  query = parse (lines[0]);
  if (query == NULL)
    return 0;
  doc.language = tags[size % G_N_ELEMENTS (tags)];
  doc.text[TCN_FIELD_TITLE] = lines[1];
  doc.text[TCN_FIELD_URL] = lines[2];
  doc.text[TCN_FIELD_CONTENT] = lines[3];
  alone = build (query, FALSE);
  together = build (query, TRUE);
  is_hit = run (alone, &doc, NULL);
  g_assert (run (together, &doc, &arranged) == is_hit);
  g_assert (run (arranged, &doc, NULL) == is_hit);
  return 0;
}
