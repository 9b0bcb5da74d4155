/* SPDX-License-Identifier: MIT */
/* A query told back: how it was read, and whether two were read alike. */
#include <string.h>

#include "rules/tree.h"

static const struct {
  TcnField first;
  TcnField last;
  const char *words;
} ranges[] = {
  { TCN_FIELD_TITLE, TCN_FIELD_CONTENT, "in the title or the text" },
  { TCN_FIELD_TITLE, TCN_FIELD_TITLE, "in the title" },
  { TCN_FIELD_SUMMARY, TCN_FIELD_CONTENT, "in the text" },
  { TCN_FIELD_AUTHOR, TCN_FIELD_AUTHOR, "in the author's name" },
  { TCN_FIELD_FEED, TCN_FIELD_FEED, "in the feed's title" },
  { TCN_FIELD_URL, TCN_FIELD_URL, "in the address" },
  { TCN_FIELD_TAG, TCN_FIELD_TAG, "in the tags" },
  { TCN_FIELD_LANG, TCN_FIELD_LANG, "in the language" },
};

const char *
tcn_node_where (const TcnNode *node)
{
  for (gsize i = 0; i < G_N_ELEMENTS (ranges); i++)
    if (ranges[i].first == node->first_field && ranges[i].last == node->last_field)
      return ranges[i].words;
  return ranges[0].words;
}

static const char *
form_words (const TcnForm *form)
{
  switch (form->kind) {
  case TCN_FORM_PREFIX:
    return "a word that begins so";
  case TCN_FORM_SUFFIX:
    return "a word that ends so";
  case TCN_FORM_INSIDE:
    return "a word with this inside";
  default:
    if (form->is_hangul)
      return "this word, or a word that begins so";
    return form->inflects ? "this word, in any of its forms"
                          : "this word, in this form only";
  }
}

static gboolean
any_inflects (const TcnNode *node)
{
  for (guint i = 0; i < node->n_places; i++)
    if (node->places[i].form.inflects)
      return TRUE;
  return FALSE;
}

static const char *
leaf_words (const TcnNode *node)
{
  switch (node->kind) {
  case TCN_NODE_EXACT:
    return node->ignore_case ? "exactly as typed, in any case" : "exactly as typed";
  case TCN_NODE_REGEX:
    return node->ignore_case ? "a regular expression, in any case"
                             : "a regular expression";
  case TCN_NODE_SITE:
    return "the host, or one under it";
  case TCN_NODE_LANG:
    return "the item's language";
  default:
    if (node->n_places == 1)
      return form_words (&node->places[0].form);
    return any_inflects (node) ? "these words side by side, in any of their forms"
                               : "these words side by side";
  }
}

static void
describe_leaf (GString *out, const TcnQuery *query, const TcnNode *node)
{
  g_string_append_len (out, query->source + node->term_start,
                       (gssize) (node->term_end - node->term_start));
  g_string_append_printf (out, "   (%s", leaf_words (node));
  if (any_inflects (node))
    g_string_append_printf (
        out, " in %s", query->language != NULL ? query->language : "the item's language");
  if (node->kind != TCN_NODE_SITE && node->kind != TCN_NODE_LANG)
    g_string_append_printf (out, ", %s", tcn_node_where (node));
  g_string_append (out, ")\n");
}

static void
describe (GString *out, const TcnQuery *query, const TcnNode *node, guint depth)
{
  for (guint i = 0; i < depth; i++)
    g_string_append (out, "  ");
  switch (node->kind) {
  case TCN_NODE_AND:
    g_string_append (out, "all of:\n");
    break;
  case TCN_NODE_OR:
    g_string_append (out, "any of:\n");
    break;
  case TCN_NODE_NOT:
    g_string_append (out, "none of:\n");
    break;
  case TCN_NODE_NEAR:
    g_string_append_printf (out, "at most %u words between, %s:\n", node->distance,
                            node->is_ordered ? "in this order" : "in either order");
    break;
  default:
    describe_leaf (out, query, node);
    return;
  }
  for (guint i = 0; i < node->children->len; i++)
    describe (out, query, g_ptr_array_index (node->children, i), depth + 1);
}

char *
tcn_query_describe (const TcnQuery *query)
{
  GString *out = g_string_new (NULL);

  describe (out, query, query->root, 0);
  return g_string_free (out, FALSE);
}

/* --- equality --------------------------------------------------------------------------- */

static gboolean
forms_are_equal (const TcnForm *a, const TcnForm *b)
{
  return a->kind == b->kind && a->inflects == b->inflects &&
         g_strcmp0 (a->folded, b->folded) == 0 && g_strcmp0 (a->lower, b->lower) == 0;
}

static gboolean
places_are_equal (const TcnNode *a, const TcnNode *b)
{
  if (a->n_places != b->n_places)
    return FALSE;
  for (guint i = 0; i < a->n_places; i++) {
    const TcnPlace *one = &a->places[i];
    const TcnPlace *other = &b->places[i];

    if (one->is_star != other->is_star || one->joined_span != other->joined_span ||
        !forms_are_equal (&one->form, &other->form) ||
        !forms_are_equal (&one->joined, &other->joined))
      return FALSE;
  }
  return TRUE;
}

gboolean
tcn_node_equal (const TcnNode *a, const TcnNode *b)
{
  guint n = a->children != NULL ? a->children->len : 0;

  if (a->kind != b->kind || a->first_field != b->first_field ||
      a->last_field != b->last_field || a->is_ordered != b->is_ordered ||
      a->distance != b->distance || a->ignore_case != b->ignore_case ||
      g_strcmp0 (a->needle, b->needle) != 0 || !places_are_equal (a, b) ||
      n != (b->children != NULL ? b->children->len : 0))
    return FALSE;
  for (guint i = 0; i < n; i++)
    if (!tcn_node_equal (g_ptr_array_index (a->children, i),
                         g_ptr_array_index (b->children, i)))
      return FALSE;
  return TRUE;
}

gboolean
tcn_query_equal (const TcnQuery *a, const TcnQuery *b)
{
  return g_strcmp0 (a->language, b->language) == 0 && tcn_node_equal (a->root, b->root);
}
