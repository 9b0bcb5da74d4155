/* SPDX-License-Identifier: MIT */
/* Why a rule does not hold: the first condition of it that failed. */
#include "rules/matcher.h"

typedef struct {
  TcnMatcher *matcher;
  const TcnQuery *query;
} Explainer;

static char *
node_text (const Explainer *explainer, const TcnNode *node)
{
  return g_strndup (explainer->query->source + node->start, node->end - node->start);
}

static char *
explain_leaf (const Explainer *explainer, const TcnNode *node)
{
  g_autofree char *text = node_text (explainer, node);

  if (node->kind == TCN_NODE_LANG)
    return g_strdup_printf ("%s: the item's language is %s", text,
                            explainer->matcher->doc->language != NULL
                                ? explainer->matcher->doc->language
                                : "unknown");
  return g_strdup_printf ("%s is not found %s", text, tcn_node_where (node));
}

/* Tells, too, whether this very node was given up on. */
static gboolean
holds (const Explainer *explainer, const guint32 *code)
{
  explainer->matcher->is_capped = FALSE;
  return tcn_node_holds (explainer->matcher, code);
}

static char *explain_node (const Explainer *explainer, const TcnNode *node,
                           const guint32 *code);

static char *
explain_and (const Explainer *explainer, const TcnNode *node, const guint32 *child)
{
  for (guint i = 0; i < node->children->len; i++, child += child[1])
    if (!holds (explainer, child))
      return explain_node (explainer, g_ptr_array_index (node->children, i), child);
  return NULL;
}

static char *
explain_near (const Explainer *explainer, const TcnNode *node, const guint32 *code)
{
  const guint32 *child = code + 3;
  g_autofree char *text = node_text (explainer, node);

  for (guint i = 0; i < node->children->len; i++, child += child[1])
    if (!holds (explainer, child))
      return explain_node (explainer, g_ptr_array_index (node->children, i), child);
  return g_strdup_printf (
      "%s: both are there, but not %u words or less apart%s in one paragraph", text,
      node->distance, node->is_ordered ? ", in this order," : "");
}

static char *
explain_node (const Explainer *explainer, const TcnNode *node, const guint32 *code)
{
  g_autofree char *text = node_text (explainer, node);

  if (explainer->matcher->is_capped)
    return g_strdup_printf ("%s took too much work on this item and was given up on",
                            text);
  switch (node->kind) {
  case TCN_NODE_AND:
    return explain_and (explainer, node, code + 2);
  case TCN_NODE_OR:
    return g_strdup_printf ("none of the alternatives holds: %s", text);
  case TCN_NODE_NOT:
    return g_strdup_printf ("excluded by %s", text);
  case TCN_NODE_NEAR:
    return explain_near (explainer, node, code);
  default:
    return explain_leaf (explainer, node);
  }
}

static gboolean
rule_holds (TcnMatcher *matcher, guint rule_index)
{
  for (guint32 i = 0; i < matcher->hits.n; i++)
    if (matcher->ruleset->slots[matcher->hits.at[i]].rule_index == rule_index)
      return TRUE;
  return FALSE;
}

static guint
count_slots (const TcnRuleset *ruleset, guint rule_index)
{
  guint n = 0;

  for (guint32 i = 0; i < ruleset->n_slots; i++)
    n += ruleset->slots[i].rule_index == rule_index;
  return n;
}

char *
tcn_matcher_explain (TcnMatcher *matcher, guint rule_index, const TcnDocument *doc)
{
  const TcnRuleset *ruleset = matcher->ruleset;
  guint n_slots;

  tcn_matcher_run (matcher, doc, NULL, NULL);
  if (rule_holds (matcher, rule_index))
    return NULL;
  n_slots = count_slots (ruleset, rule_index);
  if (n_slots > 1)
    return g_strdup_printf ("none of its %u queries holds", n_slots);
  for (guint32 i = 0; i < ruleset->n_slots; i++) {
    const TcnRuleSlot *slot = &ruleset->slots[i];
    Explainer explainer = { .matcher = matcher, .query = slot->query };

    if (slot->rule_index != rule_index)
      continue;
    matcher->slot = i;
    matcher->n_steps = 0;
    matcher->is_capped = FALSE;
    return explain_node (&explainer, slot->query->root,
                         ruleset->programs + slot->program + 1);
  }
  return g_strdup ("there is no such rule");
}
