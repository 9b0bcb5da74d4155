/* SPDX-License-Identifier: MIT */
#include "rules/tree.h"

#include <string.h>

#include "rules/words.h"

TcnNode *
tcn_node_new (TcnNodeKind kind, gsize start, gsize end)
{
  TcnNode *node = g_new0 (TcnNode, 1);

  node->kind = kind;
  node->start = node->term_start = start;
  node->end = node->term_end = end;
  node->first_field = TCN_FIELD_TITLE;
  node->last_field = TCN_FIELD_CONTENT;
  if (kind <= TCN_NODE_NEAR)
    node->children = g_ptr_array_new_with_free_func ((GDestroyNotify) tcn_node_free);
  return node;
}

static void
clear_form (TcnForm *form)
{
  g_free (form->folded);
  g_free (form->lower);
}

void
tcn_node_free (TcnNode *node)
{
  if (node == NULL)
    return;
  g_clear_pointer (&node->children, g_ptr_array_unref);
  for (guint i = 0; i < node->n_places; i++) {
    clear_form (&node->places[i].form);
    clear_form (&node->places[i].joined);
  }
  g_free (node->places);
  g_free (node->needle);
  g_free (node->literal);
  g_clear_pointer (&node->regex, pcre2_code_free);
  g_free (node);
}

static gboolean
any_findable (const GPtrArray *nodes)
{
  for (guint i = 0; i < nodes->len; i++)
    if (tcn_node_is_findable (g_ptr_array_index (nodes, i)))
      return TRUE;
  return FALSE;
}

gboolean
tcn_node_is_findable (const TcnNode *node)
{
  switch (node->kind) {
  case TCN_NODE_NOT:
  case TCN_NODE_LANG:
    return FALSE;
  case TCN_NODE_AND:
  case TCN_NODE_OR:
    return any_findable (node->children);
  default:
    return TRUE;
  }
}

static gboolean
has_runs (const char *needle)
{
  g_auto (TcnCut) cut = { 0 };

  tcn_cut_text (&cut, needle, strlen (needle), 0, TRUE);
  return cut.n_words > 0;
}

/* Whether all or any of the children are. */
static gboolean
children_are_indexed (const GPtrArray *children, gboolean all)
{
  for (guint i = 0; i < children->len; i++)
    if (tcn_node_is_indexed (g_ptr_array_index (children, i)) != all)
      return !all;
  return all;
}

gboolean
tcn_node_is_indexed (const TcnNode *node)
{
  switch (node->kind) {
  case TCN_NODE_NOT:
  case TCN_NODE_LANG:
    return FALSE;
  case TCN_NODE_AND:
  case TCN_NODE_NEAR:
    return children_are_indexed (node->children, FALSE);
  case TCN_NODE_OR:
    return children_are_indexed (node->children, TRUE);
  case TCN_NODE_REGEX:
    return node->literal != NULL;
  case TCN_NODE_EXACT:
    return has_runs (node->needle);
  default:
    return TRUE;
  }
}
