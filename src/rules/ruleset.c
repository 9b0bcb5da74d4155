/* SPDX-License-Identifier: MIT */
#include "tocsin/ruleset.h"

#include <string.h>

#include "rules/compile.h"
#include "rules/index.h"

struct TcnRulesetBuilder {
  GArray *slots; /* of TcnRuleSlot, without programs yet */
};

TcnRulesetBuilder *
tcn_ruleset_builder_new (void)
{
  TcnRulesetBuilder *builder = g_new0 (TcnRulesetBuilder, 1);

  builder->slots = g_array_new (FALSE, FALSE, sizeof (TcnRuleSlot));
  return builder;
}

static void
release_queries (GArray *slots)
{
  for (guint i = 0; i < slots->len; i++)
    tcn_query_unref (g_array_index (slots, TcnRuleSlot, i).query);
}

void
tcn_ruleset_builder_free (TcnRulesetBuilder *builder)
{
  if (builder == NULL)
    return;
  release_queries (builder->slots);
  g_array_unref (builder->slots);
  g_free (builder);
}

void
tcn_ruleset_builder_add (TcnRulesetBuilder *builder, guint rule_index, TcnQuery *query)
{
  TcnRuleSlot slot = { .query = tcn_query_ref (query), .rule_index = rule_index };

  g_array_append_val (builder->slots, slot);
}

static gint
compare_slots (gconstpointer a, gconstpointer b)
{
  const TcnRuleSlot *first = a;
  const TcnRuleSlot *second = b;

  return first->rule_index < second->rule_index ? -1
                                                : first->rule_index > second->rule_index;
}

static TcnRuleset *
build (GArray *slots)
{
  TcnRuleset *ruleset = g_new0 (TcnRuleset, 1);

  g_atomic_ref_count_init (&ruleset->ref_count);
  /* Hits come out in the order of slots, so slots are in the order of rules. */
  g_array_sort (slots, compare_slots);
  ruleset->n_slots = slots->len;
  ruleset->slots =
      (TcnRuleSlot *) (gpointer) g_array_free (g_steal_pointer (&slots), FALSE);
  tcn_compile (ruleset);
  return ruleset;
}

TcnRuleset *
tcn_ruleset_builder_build (TcnRulesetBuilder *builder)
{
  TcnRuleset *ruleset = build (g_steal_pointer (&builder->slots));

  builder->slots = g_array_new (FALSE, FALSE, sizeof (TcnRuleSlot));
  tcn_ruleset_builder_free (builder);
  tcn_ruleset_post (ruleset, tcn_weight_by_form, NULL);
  return ruleset;
}

TcnRuleset *
tcn_ruleset_ref (TcnRuleset *ruleset)
{
  g_atomic_ref_count_inc (&ruleset->ref_count);
  return ruleset;
}

static void
free_dictionary (TcnDictionary *dictionary)
{
  if (dictionary == NULL)
    return;
  g_free (dictionary->slots);
  g_free (dictionary);
}

void
tcn_ruleset_unref (TcnRuleset *ruleset)
{
  if (ruleset == NULL || !g_atomic_ref_count_dec (&ruleset->ref_count))
    return;
  for (guint32 i = 0; i < ruleset->n_slots; i++)
    tcn_query_unref (ruleset->slots[i].query);
  for (guint i = 0; i < TCN_N_LANGUAGES; i++) {
    free_dictionary (ruleset->item_stems[i]);
    free_dictionary (ruleset->own_stems[i]);
  }
  tcn_automaton_free (ruleset->patterns);
  tcn_automaton_free (ruleset->literals);
  g_string_free (ruleset->arena, TRUE);
  g_free (ruleset->terms);
  g_free (ruleset->words.slots);
  g_free (ruleset->programs);
  g_free (ruleset->slots);
  g_free (ruleset->posting_starts);
  g_free (ruleset->postings);
  g_free (ruleset->always);
  g_free (ruleset);
}

guint
tcn_ruleset_n_rules (const TcnRuleset *ruleset)
{
  return ruleset->n_slots;
}

static gsize
dictionary_size (const TcnDictionary *dictionary)
{
  return dictionary == NULL || dictionary->slots == NULL
             ? 0
             : (dictionary->mask + 1) * sizeof (TcnSlot);
}

gsize
tcn_ruleset_size (const TcnRuleset *ruleset)
{
  gsize size =
      sizeof *ruleset + ruleset->arena->len + ruleset->n_terms * sizeof (TcnTerm) +
      dictionary_size (&ruleset->words) + tcn_automaton_size (ruleset->patterns) +
      tcn_automaton_size (ruleset->literals) + ruleset->programs_size * sizeof (guint32) +
      ruleset->n_slots * sizeof (TcnRuleSlot) +
      (ruleset->n_terms + 1 + ruleset->posting_starts[ruleset->n_terms] +
       ruleset->n_always) *
          sizeof (guint32);

  for (guint i = 0; i < TCN_N_LANGUAGES; i++)
    size += dictionary_size (ruleset->item_stems[i]) +
            dictionary_size (ruleset->own_stems[i]);
  return size;
}

TcnRuleset *
tcn_ruleset_rearrange (const TcnRuleset *ruleset, const TcnWordCounts *counts)
{
  GArray *slots =
      g_array_sized_new (FALSE, FALSE, sizeof (TcnRuleSlot), ruleset->n_slots);
  TcnRuleset *arranged;

  g_array_append_vals (slots, ruleset->slots, ruleset->n_slots);
  for (guint32 i = 0; i < ruleset->n_slots; i++)
    tcn_query_ref (ruleset->slots[i].query);
  /* The same queries in the same order compile to the same terms, so what was
   * counted for the old numbers holds for the new ones. */
  arranged = build (slots);
  tcn_ruleset_post (arranged, tcn_weight_by_count, (gpointer) counts);
  return arranged;
}
