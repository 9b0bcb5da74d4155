/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "rules/frequent.h"
#include "rules/syntax.h"

static gboolean
is_lower_operator (const char *text, const TcnToken *token)
{
  static const char *const words[] = { "or", "and", "not", "ou", "et", "sauf" };

  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    if (token->kind == TCN_TOKEN_WORD && strlen (words[i]) == token->end - token->start &&
        memcmp (text + token->start, words[i], token->end - token->start) == 0)
      return TRUE;
  return FALSE;
}

static void
warn_of_tokens (TcnSyntax *parser, const char *text)
{
  gboolean has_pair = FALSE;

  for (guint i = 1; i < parser->tokens->len; i++) {
    const TcnToken *before = &g_array_index (parser->tokens, TcnToken, i - 1);
    const TcnToken *token = before + 1;

    if (is_lower_operator (text, token) && tcn_syntax_ends_item (before->kind) &&
        i + 1 < parser->tokens->len &&
        (tcn_syntax_begins_item (token[1].kind) || token[1].kind == TCN_TOKEN_NOT)) {
      tcn_fault_warn (
          parser->faults, token->start, token->end,
          g_strdup ("in lower case this is an ordinary word, looked for like any other"),
          g_strdup ("operators are upper case: AND, OR, NOT"));
    } else if (!has_pair && before->kind == TCN_TOKEN_WORD &&
               token->kind == TCN_TOKEN_WORD && !is_lower_operator (text, before) &&
               !(i >= 2 && (before[-1].kind == TCN_TOKEN_FIELD ||
                            before[-1].kind == TCN_TOKEN_NOT))) {
      has_pair = TRUE;
      tcn_fault_warn (parser->faults, before->start, token->end,
                      g_strdup ("both words are looked for anywhere in the item"),
                      g_strdup ("quote them to require them side by side"));
    }
  }
}

static gboolean
is_weak_form (const TcnForm *form)
{
  return form->kind == TCN_FORM_WORD &&
         (g_utf8_strlen (form->folded, -1) <= 2 || tcn_word_is_frequent (form->folded));
}

/* The leaf because of which a node is found in most texts; NULL if it is not. */
static const TcnNode *
find_weak (const TcnNode *node)
{
  const TcnNode *weak = NULL;

  if (node->kind == TCN_NODE_PHRASE)
    return node->n_places == 1 && is_weak_form (&node->places[0].form) &&
                   node->last_field <= TCN_FIELD_CONTENT
               ? node
               : NULL;
  if (node->kind != TCN_NODE_AND && node->kind != TCN_NODE_OR &&
      node->kind != TCN_NODE_NEAR)
    return NULL;
  for (guint i = 0; i < node->children->len; i++) {
    const TcnNode *child = g_ptr_array_index (node->children, i);
    const TcnNode *found = find_weak (child);

    if (found != NULL && node->kind == TCN_NODE_OR)
      return found;
    if (found == NULL && node->kind != TCN_NODE_OR && tcn_node_is_findable (child))
      return NULL;
    weak = weak != NULL ? weak : found;
  }
  return weak;
}

static void
warn_of_weak (TcnSyntax *parser, const TcnNode *root)
{
  const TcnNode *weak = find_weak (root);

  if (weak != NULL && weak->start >= parser->base)
    tcn_fault_warn (
        parser->faults, tcn_syntax_local_offset (parser, weak->start),
        tcn_syntax_local_offset (parser, weak->end),
        g_strdup ("a word this short or this common is found in very many items"),
        g_strdup ("add another word, or write =US to watch capitals as they are"));
}

/* Two conditions of one AND that no item meets together: the same thing asked for and
 * excluded, or two languages. */
static gboolean
contradict (const TcnNode *one, const TcnNode *other)
{
  if (one->kind == TCN_NODE_LANG && other->kind == TCN_NODE_LANG)
    return g_strcmp0 (one->needle, other->needle) != 0;
  return other->kind == TCN_NODE_NOT && one->kind != TCN_NODE_NOT &&
         tcn_node_equal (one, g_ptr_array_index (other->children, 0));
}

static gboolean
has_contradiction (const GPtrArray *conditions, guint index)
{
  const TcnNode *node = g_ptr_array_index (conditions, index);

  for (guint i = 0; i < conditions->len; i++) {
    const TcnNode *other = g_ptr_array_index (conditions, i);

    if (i != index && contradict (other, node) &&
        (node->kind == TCN_NODE_NOT || i < index))
      return TRUE;
  }
  return FALSE;
}

static void
warn_of_contradictions (TcnSyntax *parser, const TcnNode *node)
{
  for (guint i = 0; node->children != NULL && i < node->children->len; i++) {
    const TcnNode *child = g_ptr_array_index (node->children, i);

    warn_of_contradictions (parser, child);
    if (node->kind == TCN_NODE_AND && child->start >= parser->base &&
        has_contradiction (node->children, i))
      tcn_fault_warn (
          parser->faults, tcn_syntax_local_offset (parser, child->start),
          tcn_syntax_local_offset (parser, child->end),
          g_strdup ("this can never match together with what stands beside it"),
          g_strdup ("drop one of the two, or write OR between them"));
  }
}

void
tcn_syntax_warn (TcnSyntax *parser, const char *text, const TcnNode *root)
{
  warn_of_tokens (parser, text);
  warn_of_weak (parser, root);
  warn_of_contradictions (parser, root);
}
