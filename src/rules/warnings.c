/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "rules/frequent.h"
#include "rules/syntax.h"

typedef struct {
  const char *word;
  gboolean is_prefix; /* may begin what it stands in */
  gboolean has_distance;
} LowerOperator;

/* What is written for an operator, but is none: operators are upper case. */
static const LowerOperator lower_operators[] = {
  { "or", FALSE, FALSE },  { "and", FALSE, FALSE },  { "not", TRUE, FALSE },
  { "near", FALSE, TRUE }, { "onear", FALSE, TRUE }, { "ou", FALSE, FALSE },
  { "et", FALSE, FALSE },  { "sauf", TRUE, FALSE },
};

static const LowerOperator *
find_lower_operator (const char *text, const TcnToken *token)
{
  if (token->kind != TCN_TOKEN_WORD)
    return NULL;
  for (gsize i = 0; i < G_N_ELEMENTS (lower_operators); i++) {
    const LowerOperator *row = &lower_operators[i];
    gsize length = strlen (row->word), token_length = token->end - token->start;

    if (token_length >= length && memcmp (text + token->start, row->word, length) == 0 &&
        (token_length == length ||
         (row->has_distance && text[token->start + length] == '/')))
      return row;
  }
  return NULL;
}

/* Whether an operator could stand there. */
static gboolean
seems_operator (const TcnSyntax *parser, const char *text, guint at)
{
  const TcnToken *token = &g_array_index (parser->tokens, TcnToken, at);
  const LowerOperator *row = find_lower_operator (text, token);
  TcnTokenKind before = at > 0 ? token[-1].kind : TCN_TOKEN_OPEN;

  if (row == NULL ||
      !(tcn_syntax_begins_item (token[1].kind) || token[1].kind == TCN_TOKEN_NOT))
    return FALSE;
  return tcn_syntax_ends_item (before) ||
         (row->is_prefix && (before == TCN_TOKEN_OPEN || before == TCN_TOKEN_AND ||
                             before == TCN_TOKEN_OR));
}

static gboolean
is_bare_pair (const TcnSyntax *parser, const char *text, guint at)
{
  const TcnToken *one = &g_array_index (parser->tokens, TcnToken, at);

  return one->kind == TCN_TOKEN_WORD && one[1].kind == TCN_TOKEN_WORD &&
         find_lower_operator (text, one) == NULL &&
         !(at > 0 && (one[-1].kind == TCN_TOKEN_FIELD || one[-1].kind == TCN_TOKEN_NOT));
}

static void
warn_of_tokens (TcnSyntax *parser, const char *text)
{
  gboolean has_pair = FALSE;

  for (guint i = 0; i + 1 < parser->tokens->len; i++) {
    const TcnToken *token = &g_array_index (parser->tokens, TcnToken, i);

    if (seems_operator (parser, text, i))
      tcn_fault_warn (
          parser->faults, token->start, token->end,
          g_strdup ("in lower case this is an ordinary word, looked for like any other"),
          g_strdup ("operators are upper case: AND, OR, NOT, NEAR"));
    if (!has_pair && is_bare_pair (parser, text, i) &&
        !seems_operator (parser, text, i + 1)) {
      has_pair = TRUE;
      tcn_fault_warn (parser->faults, token->start, token[1].end,
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

/* Capitals tell US from us; they tell "the" from nothing. */
static char *
weak_remedy (const TcnForm *form)
{
  g_autofree char *upper = NULL;

  if (g_utf8_strlen (form->folded, -1) > 2)
    return g_strdup ("add another word");
  upper = g_utf8_strup (form->folded, -1);
  return g_strdup_printf ("add another word, or write =%s to watch capitals as they are",
                          upper);
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
        weak_remedy (&weak->places[0].form));
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
