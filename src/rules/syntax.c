/* SPDX-License-Identifier: MIT */
#include "rules/syntax.h"

#include <string.h>

const TcnFault *
tcn_syntax_first_refusal (const GPtrArray *faults)
{
  for (guint i = 0; i < faults->len; i++) {
    const TcnFault *fault = g_ptr_array_index (faults, i);

    if (!fault->is_warning)
      return fault;
  }
  return NULL;
}

/* --- operators -------------------------------------------------------------------------- */

/* Why a node cannot be a side of NEAR; NULL when it can. */
static const char *
near_obstacle (const TcnNode *node)
{
  if (node->is_fielded)
    return "NEAR has no fields inside";
  switch (node->kind) {
  case TCN_NODE_NOT:
    return "NEAR has no exclusions inside";
  case TCN_NODE_AND:
    return "NEAR has no AND groups inside";
  case TCN_NODE_REGEX:
    return "NEAR has no regular expressions inside";
  case TCN_NODE_SITE:
  case TCN_NODE_LANG:
    return "NEAR speaks about words";
  case TCN_NODE_OR:
    for (guint i = 0; i < node->children->len; i++) {
      const char *obstacle = near_obstacle (g_ptr_array_index (node->children, i));

      if (obstacle != NULL)
        return obstacle;
    }
    return NULL;
  default:
    return NULL;
  }
}

static const char *
near_remedy (const char *obstacle)
{
  return strstr (obstacle, "field") != NULL
             ? "put the field before all of it: title:(a NEAR/5 b)"
             : "its sides are words, phrases, wildcards, exact forms, or (x OR y) of these";
}

static TcnNode *
parse_near_side (TcnSyntax *parser, const TcnToken *operator)
{
  const TcnToken *token = tcn_syntax_peek (parser);

  if (tcn_syntax_begins_item (token->kind))
    return tcn_syntax_item (parser);
  if (token->kind == TCN_TOKEN_NOT) {
    tcn_syntax_refuse (parser, operator->start, operator->end,
                       "NEAR has no exclusions inside",
                       "exclude from the whole item: a NEAR/5 b -c");
    while (tcn_syntax_peek (parser)->kind == TCN_TOKEN_NOT)
      tcn_syntax_take (parser);
    if (tcn_syntax_begins_item (tcn_syntax_peek (parser)->kind))
      return tcn_syntax_item (parser);
  } else {
    tcn_syntax_refuse (parser, operator->start, operator->end,
                       "this operator has no right side", NULL);
  }
  return tcn_syntax_new_faulty (parser, operator->start, operator->end);
}

static TcnNode *
parse_near (TcnSyntax *parser)
{
  TcnNode *left = tcn_syntax_item (parser);

  while (tcn_syntax_peek (parser)->kind == TCN_TOKEN_NEAR) {
    const TcnToken *operator= tcn_syntax_take (parser);
    TcnNode *right = parse_near_side (parser, operator);
    const char *obstacle = near_obstacle (left);
    TcnNode *near;

    if (obstacle == NULL)
      obstacle = near_obstacle (right);
    if (obstacle != NULL)
      tcn_syntax_refuse (parser, operator->start, operator->end, obstacle,
                         near_remedy (obstacle));
    near = tcn_node_new (TCN_NODE_NEAR, left->start, right->end);
    near->is_ordered = operator->is_ordered;
    near->distance = operator->distance;
    g_ptr_array_add (near->children, left);
    g_ptr_array_add (near->children, right);
    if (obstacle != NULL) {
      tcn_node_free (near);
      near = tcn_syntax_new_faulty (parser, operator->start, operator->end);
    }
    left = near;
  }
  return left;
}

/* Something other than an item where one must stand. */
static TcnNode *
parse_misplaced (TcnSyntax *parser)
{
  const TcnToken *token = tcn_syntax_peek (parser);

  tcn_syntax_refuse (parser, token->start, token->end, "this operator has no left side",
                     "to watch the word itself, put it in quotes");
  tcn_syntax_take (parser);
  return tcn_syntax_new_faulty (parser, token->start, token->end);
}

static TcnNode *
parse_unary (TcnSyntax *parser)
{
  const TcnToken *token = tcn_syntax_peek (parser);
  TcnNode *node;
  TcnNode *inner;

  if (tcn_syntax_begins_item (token->kind))
    return parse_near (parser);
  if (token->kind != TCN_TOKEN_NOT)
    return parse_misplaced (parser);
  tcn_syntax_take (parser);
  while (tcn_syntax_peek (parser)->kind == TCN_TOKEN_NOT) {
    const TcnToken *second = tcn_syntax_take (parser);

    tcn_syntax_refuse (parser, second->start, second->end, "excluded twice",
                       "exclude once, or not at all");
  }
  if (!tcn_syntax_begins_item (tcn_syntax_peek (parser)->kind)) {
    tcn_syntax_refuse (parser, token->start, token->end, "nothing to exclude follows",
                       NULL);
    return tcn_syntax_new_faulty (parser, token->start, token->end);
  }
  inner = parse_near (parser);
  node = tcn_node_new (TCN_NODE_NOT, parser->base + token->start, inner->end);
  g_ptr_array_add (node->children, inner);
  return node;
}

static gboolean
ends_alternative (TcnTokenKind kind)
{
  return kind == TCN_TOKEN_END || kind == TCN_TOKEN_CLOSE || kind == TCN_TOKEN_OR;
}

static void
take_and (TcnSyntax *parser, gboolean has_left)
{
  const TcnToken *token = tcn_syntax_take (parser);
  TcnTokenKind next = tcn_syntax_peek (parser)->kind;

  if (!has_left)
    tcn_syntax_refuse (parser, token->start, token->end, "AND has no left side",
                       "to watch the word itself, put it in quotes");
  else if (ends_alternative (next) || next == TCN_TOKEN_AND)
    tcn_syntax_refuse (parser, token->start, token->end, "AND has no right side",
                       "to watch the word itself, put it in quotes");
}

/* One alternative; NULL when nothing stands there. */
static TcnNode *
parse_and (TcnSyntax *parser)
{
  g_autoptr (TcnNode) node = tcn_node_new (TCN_NODE_AND, 0, 0);
  GPtrArray *children = node->children;

  while (!ends_alternative (tcn_syntax_peek (parser)->kind)) {
    if (tcn_syntax_peek (parser)->kind == TCN_TOKEN_AND)
      take_and (parser, children->len > 0);
    else
      g_ptr_array_add (children, parse_unary (parser));
  }
  if (children->len == 0)
    return NULL;
  if (children->len == 1)
    return g_ptr_array_steal_index (children, 0);
  node->start = ((TcnNode *) g_ptr_array_index (children, 0))->start;
  node->end = ((TcnNode *) g_ptr_array_index (children, children->len - 1))->end;
  return g_steal_pointer (&node);
}

/* --- alternatives ----------------------------------------------------------------------- */

static gboolean
is_open_and (const TcnNode *node)
{
  return node->kind == TCN_NODE_AND && !node->is_group;
}

static void
append_alternative (GString *out, const TcnSyntax *parser, const TcnNode *node)
{
  g_autofree char *text = tcn_syntax_source_text (parser, node->start, node->end);

  if (out->len > 0)
    g_string_append (out, " OR ");
  g_string_append_printf (out, is_open_and (node) ? "(%s)" : "%s", text);
}

/* "(syrie patrouille) OR convoi, or syrie (patrouille OR convoi)". */
static char *
mix_remedy (const TcnSyntax *parser, const GPtrArray *alternatives)
{
  g_autoptr (GString) first = g_string_new (NULL);
  const TcnNode *left = g_ptr_array_index (alternatives, 0);
  const TcnNode *right = g_ptr_array_index (alternatives, 1);
  const TcnNode *last_of_left = left;
  const TcnNode *first_of_right = right;
  g_autofree char *before = NULL;
  g_autofree char *middle = NULL;
  g_autofree char *after = NULL;

  for (guint i = 0; i < alternatives->len; i++)
    append_alternative (first, parser, g_ptr_array_index (alternatives, i));
  if (alternatives->len > 2)
    return g_strdup_printf ("write %s", first->str);
  if (is_open_and (left))
    last_of_left = g_ptr_array_index (left->children, left->children->len - 1);
  if (is_open_and (right))
    first_of_right = g_ptr_array_index (right->children, 0);
  before = tcn_syntax_source_text (parser, left->start, last_of_left->start);
  middle = tcn_syntax_source_text (parser, last_of_left->start, first_of_right->end);
  after = tcn_syntax_source_text (parser, first_of_right->end, right->end);
  return g_strdup_printf ("write %s, or %s(%s)%s", first->str, before, middle, after);
}

static void
check_mix (TcnSyntax *parser, const GPtrArray *alternatives, const GArray *operators)
{
  for (guint i = 0; alternatives->len > 1 && i < alternatives->len; i++) {
    const TcnToken *operator;

    if (!is_open_and (g_ptr_array_index (alternatives, i)))
      continue;
    operator= & g_array_index (operators, TcnToken, MIN (i, operators->len - 1));
    tcn_fault_add (parser->faults, operator->start, operator->end,
                   g_strdup ("AND and OR are mixed without parentheses"),
                   mix_remedy (parser, alternatives));
    return;
  }
}

static const TcnNode *
first_exclusion (const TcnNode *node)
{
  if (node->kind == TCN_NODE_AND)
    return g_ptr_array_index (node->children, 0);
  return node;
}

/* S4: each alternative must contain something to find. */
static void
check_findable (TcnSyntax *parser, GPtrArray *alternatives)
{
  if (tcn_syntax_is_field (parser, "lang"))
    return;
  for (guint i = 0; i < alternatives->len; i++) {
    TcnNode *node = g_ptr_array_index (alternatives, i);
    const TcnNode *exclusion = first_exclusion (node);
    gsize start = tcn_syntax_local_offset (parser, exclusion->start);
    gsize end = tcn_syntax_local_offset (parser, exclusion->end);

    if (tcn_node_is_findable (node))
      continue;
    if (exclusion->kind != TCN_NODE_NOT)
      tcn_syntax_refuse (parser, start, end,
                         "lang: only narrows what is found; nothing is to be found here",
                         "add a word, or (a OR b)");
    else
      tcn_syntax_refuse (
          parser, start, end,
          alternatives->len == 1
              ? "a rule must contain something to find, not only exclusions"
              : "each alternative must contain something to find, not only exclusions",
          "add what is to be found, then exclude from it: word -other");
    alternatives->pdata[i] = tcn_syntax_new_faulty (parser, start, end);
    tcn_node_free (node);
  }
}

static TcnNode *
parse_alternative (TcnSyntax *parser, const TcnToken *operator)
{
  TcnNode *node = parse_and (parser);

  if (node != NULL)
    return node;
  if (operator== NULL)
    operator= tcn_syntax_peek (parser);
  if (operator->kind == TCN_TOKEN_OR)
    tcn_syntax_refuse (parser, operator->start, operator->end,
                       "OR has nothing on one side",
                       "to watch the word itself, put it in quotes");
  return tcn_syntax_new_faulty (parser, operator->start, operator->end);
}

TcnNode *
tcn_syntax_or (TcnSyntax *parser)
{
  g_autoptr (TcnNode) node = tcn_node_new (TCN_NODE_OR, 0, 0);
  g_autoptr (GArray) operators = g_array_new (FALSE, FALSE, sizeof (TcnToken));
  GPtrArray *alternatives = node->children;

  g_ptr_array_add (alternatives, parse_alternative (parser, NULL));
  while (tcn_syntax_peek (parser)->kind == TCN_TOKEN_OR) {
    const TcnToken *operator= tcn_syntax_take (parser);

    g_array_append_val (operators, *operator);
    g_ptr_array_add (alternatives, parse_alternative (parser, operator));
  }
  check_findable (parser, alternatives);
  check_mix (parser, alternatives, operators);
  if (alternatives->len == 1)
    return g_ptr_array_steal_index (alternatives, 0);
  node->start = ((TcnNode *) g_ptr_array_index (alternatives, 0))->start;
  node->end = ((TcnNode *) g_ptr_array_index (alternatives, alternatives->len - 1))->end;
  return g_steal_pointer (&node);
}

/* --- whole texts ------------------------------------------------------------------------ */

static gint
compare_faults (gconstpointer a, gconstpointer b)
{
  const TcnFault *first = *(const TcnFault *const *) a;
  const TcnFault *second = *(const TcnFault *const *) b;

  if (first->start != second->start)
    return first->start < second->start ? -1 : 1;
  return first->is_warning - second->is_warning;
}

static TcnNode *
parse_tokens (TcnSyntax *parser, const char *text)
{
  TcnNode *root;

  if (tcn_syntax_peek (parser)->kind == TCN_TOKEN_END) {
    if (tcn_syntax_first_refusal (parser->faults) == NULL)
      tcn_syntax_refuse (parser, 0, strlen (text), "an empty rule watches nothing", NULL);
    return tcn_syntax_new_faulty (parser, 0, strlen (text));
  }
  root = tcn_syntax_or (parser);
  while (tcn_syntax_peek (parser)->kind == TCN_TOKEN_CLOSE) {
    const TcnToken *close = tcn_syntax_take (parser);

    tcn_syntax_refuse (parser, close->start, close->end,
                       "this parenthesis closes nothing", NULL);
    if (!ends_alternative (tcn_syntax_peek (parser)->kind))
      tcn_node_free (tcn_syntax_or (parser));
  }
  return root;
}

TcnNode *
tcn_syntax_text (TcnSyntaxShared *shared, const char *text, guint depth,
                 const TcnFieldRow *field, GPtrArray *faults)
{
  g_autoptr (GArray) tokens = g_array_new (FALSE, FALSE, sizeof (TcnToken));
  TcnSyntax parser = { .shared = shared,
                       .tokens = tokens,
                       .base = shared->source->len,
                       .faults = faults,
                       .depth = depth,
                       .field = field };
  TcnNode *root;

  g_string_append (shared->source, text);
  g_string_append_c (shared->source, '\n');
  tcn_lex (text, tokens, faults);
  root = parse_tokens (&parser, text);
  if (tcn_syntax_first_refusal (faults) == NULL)
    tcn_syntax_warn (&parser, text, root);
  g_ptr_array_sort (faults, compare_faults);
  return root;
}
