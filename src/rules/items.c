/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "rules/leaf.h"
#include "rules/syntax.h"
#include "tocsin/limits.h"
#include "tocsin/text.h"

static const TcnFieldRow fields[] = {
  { "title", TCN_FIELD_TITLE, TCN_FIELD_TITLE },
  { "body", TCN_FIELD_SUMMARY, TCN_FIELD_CONTENT },
  { "text", TCN_FIELD_TITLE, TCN_FIELD_CONTENT },
  { "author", TCN_FIELD_AUTHOR, TCN_FIELD_AUTHOR },
  { "feed", TCN_FIELD_FEED, TCN_FIELD_FEED },
  { "url", TCN_FIELD_URL, TCN_FIELD_URL },
  { "site", TCN_FIELD_URL, TCN_FIELD_URL },
  { "tag", TCN_FIELD_TAG, TCN_FIELD_TAG },
  { "lang", TCN_FIELD_LANG, TCN_FIELD_LANG },
  { "intitle", TCN_FIELD_TITLE, TCN_FIELD_TITLE },
  { "inurl", TCN_FIELD_URL, TCN_FIELD_URL },
  { "summary", TCN_FIELD_SUMMARY, TCN_FIELD_CONTENT },
  { "content", TCN_FIELD_SUMMARY, TCN_FIELD_CONTENT },
  { "source", TCN_FIELD_FEED, TCN_FIELD_FEED },
  { "link", TCN_FIELD_URL, TCN_FIELD_URL },
  { "category", TCN_FIELD_TAG, TCN_FIELD_TAG },
};

/* --- leaves ----------------------------------------------------------------------------- */

/* Leaves read the source and note faults in its offsets; those belong to this text. */
static void
move_faults (TcnSyntax *parser, GPtrArray *faults)
{
  for (guint i = 0; i < faults->len; i++) {
    TcnFault *fault = g_ptr_array_index (faults, i);

    fault->start = tcn_syntax_local_offset (parser, fault->start);
    fault->end = tcn_syntax_local_offset (parser, fault->end);
    g_ptr_array_add (parser->faults, fault);
  }
  g_ptr_array_set_free_func (faults, NULL);
  g_ptr_array_set_size (faults, 0);
}

static TcnNode *
read_leaf (TcnSyntax *parser, TcnLeafReader *reader, const TcnToken *token)
{
  gsize start = parser->base + token->inner_start;
  gsize end = parser->base + token->inner_end;
  gboolean is_plain = token->kind == TCN_TOKEN_WORD || token->kind == TCN_TOKEN_PHRASE ||
                      token->kind == TCN_TOKEN_NAMED;

  if ((tcn_syntax_is_field (parser, "site") || tcn_syntax_is_field (parser, "lang")) &&
      !is_plain) {
    tcn_fault_add (reader->faults, reader->item_start, reader->item_end,
                   g_strdup_printf ("%s: takes a plain word", parser->field->name), NULL);
    return tcn_node_new (TCN_NODE_FAULTY, start, end);
  }
  if (tcn_syntax_is_field (parser, "site"))
    return tcn_leaf_site (reader, start, end);
  if (tcn_syntax_is_field (parser, "lang"))
    return tcn_leaf_lang (reader, start, end);
  if (token->kind == TCN_TOKEN_EXACT)
    return tcn_leaf_exact (reader, start, end);
  if (token->kind == TCN_TOKEN_REGEX)
    return tcn_leaf_regex (reader, start, end, token->ignore_case);
  return tcn_leaf_words (reader, start, end, token->kind == TCN_TOKEN_PHRASE);
}

static void
check_words (TcnSyntax *parser, const TcnToken *token)
{
  if (parser->shared->n_words <= TCN_MAX_QUERY_WORDS || parser->shared->has_overrun)
    return;
  parser->shared->has_overrun = TRUE;
  tcn_fault_add (parser->faults, token->start, token->end,
                 g_strdup_printf ("a rule has %d words at most", TCN_MAX_QUERY_WORDS),
                 g_strdup ("split it into several rules"));
}

static TcnNode *
parse_leaf (TcnSyntax *parser, const TcnToken *token)
{
  g_autoptr (GPtrArray) faults =
      g_ptr_array_new_with_free_func ((GDestroyNotify) tcn_fault_free);
  TcnLeafReader reader = {
    .text = parser->shared->source->str,
    .faults = faults,
    .no_inflect = parser->shared->options->no_inflect,
    .n_words = parser->shared->n_words,
    .item_start = parser->base + token->start,
    .item_end = parser->base + token->end,
    .first_field = parser->field != NULL ? parser->field->first : TCN_FIELD_TITLE,
    .last_field = parser->field != NULL ? parser->field->last : TCN_FIELD_CONTENT,
  };
  TcnNode *node = read_leaf (parser, &reader, token);

  parser->shared->n_words = reader.n_words;
  check_words (parser, token);
  move_faults (parser, faults);
  node->is_bare = token->kind == TCN_TOKEN_WORD;
  node->start = parser->base + token->start;
  node->end = parser->base + token->end;
  /* Reports name a phrase by its words, everything else as it was written. */
  if (token->kind == TCN_TOKEN_EXACT || token->kind == TCN_TOKEN_REGEX) {
    node->term_start = node->start;
    node->term_end = node->end;
  }
  return node;
}

/* --- definitions ------------------------------------------------------------------------ */

static const char *
find_define (const TcnSyntax *parser, const char *name)
{
  const TcnDefines *defines = parser->shared->options->defines;

  return defines != NULL ? g_hash_table_lookup (defines->texts, name) : NULL;
}

static void
warn_of_near_name (TcnSyntax *parser, const TcnToken *token, const char *name)
{
  const TcnDefines *defines = parser->shared->options->defines;
  g_autofree const char **names = NULL;
  const char *nearest;

  if (defines == NULL)
    return;
  names = (const char **) g_hash_table_get_keys_as_array (defines->texts, NULL);
  nearest = tcn_text_nearest (name, names);
  if (nearest != NULL)
    tcn_fault_warn (parser->faults, token->start, token->end,
                    g_strdup_printf ("no definition \"%s\": read as the word", name),
                    g_strdup_printf ("did you mean @%s ?", nearest));
}

static TcnNode *
expand_define (TcnSyntax *parser, const TcnToken *token, const char *name,
               const char *text)
{
  g_autoptr (GPtrArray) faults =
      g_ptr_array_new_with_free_func ((GDestroyNotify) tcn_fault_free);
  GPtrArray *open = parser->shared->open;
  const TcnFault *refusal;
  TcnNode *node;

  if (g_ptr_array_find_with_equal_func (open, name, g_str_equal, NULL)) {
    tcn_fault_add (parser->faults, token->start, token->end,
                   g_strdup_printf ("the definition of @%s leads back to itself", name),
                   NULL);
    return tcn_syntax_new_faulty (parser, token->start, token->end);
  }
  g_ptr_array_add (open, (gpointer) name);
  node = tcn_syntax_text (parser->shared, text, parser->depth + 1, parser->field, faults);
  g_ptr_array_set_size (open, (gint) open->len - 1);
  node->is_group = TRUE;
  /* To the text around it, it stands where it is used. */
  node->start = parser->base + token->start;
  node->end = parser->base + token->end;
  refusal = tcn_syntax_first_refusal (faults);
  if (refusal != NULL)
    tcn_fault_add (
        parser->faults, token->start, token->end,
        g_strdup_printf ("in the definition of @%s: %s", name, refusal->message),
        g_strdup (refusal->remedy));
  return node;
}

static TcnNode *
parse_named (TcnSyntax *parser, const TcnToken *token)
{
  g_autofree char *name = tcn_syntax_source_text (
      parser, parser->base + token->inner_start, parser->base + token->inner_end);
  const char *text = find_define (parser, name);

  if (text != NULL && !parser->shared->has_overrun)
    return expand_define (parser, token, name, text);
  warn_of_near_name (parser, token, name);
  return parse_leaf (parser, token);
}

/* --- groups and fields ------------------------------------------------------------------ */

static TcnNode *
parse_group (TcnSyntax *parser)
{
  const TcnToken *open = tcn_syntax_take (parser);
  gsize open_start = open->start;
  TcnNode *node;

  if (parser->depth >= TCN_MAX_QUERY_DEPTH) {
    if (!parser->shared->has_overrun)
      tcn_fault_add (
          parser->faults, open->start, open->end,
          g_strdup_printf ("parentheses nest %d deep at most", TCN_MAX_QUERY_DEPTH),
          NULL);
    parser->shared->has_overrun = TRUE;
    parser->at = parser->tokens->len - 1;
    return tcn_syntax_new_faulty (parser, open_start, open_start + 1);
  }
  if (tcn_syntax_peek (parser)->kind == TCN_TOKEN_CLOSE) {
    gsize end = tcn_syntax_take (parser)->end;

    tcn_syntax_refuse (parser, open_start, end, "nothing between the parentheses", NULL);
    return tcn_syntax_new_faulty (parser, open_start, end);
  }
  parser->depth++;
  node = tcn_syntax_or (parser);
  parser->depth--;
  node->is_group = TRUE;
  node->start = parser->base + open_start;
  if (tcn_syntax_peek (parser)->kind == TCN_TOKEN_CLOSE)
    node->end = parser->base + tcn_syntax_take (parser)->end;
  else if (!parser->shared->has_overrun)
    tcn_syntax_refuse (parser, open_start, open_start + 1, "parenthesis not closed",
                       NULL);
  return node;
}

static const TcnFieldRow *
find_field (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (fields); i++)
    if (strcmp (fields[i].name, name) == 0)
      return &fields[i];
  return NULL;
}

static void
refuse_field (TcnSyntax *parser, const TcnToken *token, const char *name)
{
  const char *names[G_N_ELEMENTS (fields) + 1] = { NULL };
  g_autofree char *lower = g_utf8_strdown (name, -1);
  const char *nearest;

  for (gsize i = 0; i < G_N_ELEMENTS (fields); i++)
    names[i] = fields[i].name;
  nearest = find_field (lower) != NULL ? lower : tcn_text_nearest (lower, names);
  tcn_fault_add (
      parser->faults, token->start, token->inner_end,
      g_strdup_printf ("unknown field \"%s\"", name),
      nearest != NULL
          ? g_strdup_printf ("did you mean %s: ?", nearest)
          : g_strdup_printf ("to watch the words, write \"%s …\" in quotes", name));
}

/* What stands after a field's colon, in that field. */
static TcnNode *
parse_field_value (TcnSyntax *parser, const TcnToken *token, const TcnFieldRow *row)
{
  const TcnToken *value = tcn_syntax_peek (parser);
  const TcnFieldRow *outer = parser->field;
  TcnNode *node;

  if (value->start != token->end ||
      !(tcn_syntax_begins_item (value->kind) || value->kind == TCN_TOKEN_NOT)) {
    tcn_fault_add (parser->faults, token->end, token->end + 1,
                   g_strdup ("the value must follow the colon at once"),
                   g_strdup_printf ("write %s:word, %s:\"some words\" or %s:(a OR b)",
                                    row->name, row->name, row->name));
    return tcn_syntax_begins_item (value->kind)
               ? tcn_syntax_item (parser)
               : tcn_syntax_new_faulty (parser, token->start, token->end);
  }
  if (value->kind == TCN_TOKEN_NOT) {
    tcn_fault_add (parser->faults, value->start, value->end,
                   g_strdup ("an exclusion stands before the field"),
                   g_strdup_printf ("write -%s:…", row->name));
    tcn_syntax_take (parser);
    return tcn_syntax_begins_item (tcn_syntax_peek (parser)->kind)
               ? tcn_syntax_item (parser)
               : tcn_syntax_new_faulty (parser, token->start, token->end);
  }
  parser->field = row;
  node = tcn_syntax_item (parser);
  parser->field = outer;
  return node;
}

static TcnNode *
parse_field (TcnSyntax *parser)
{
  const TcnToken *token = tcn_syntax_take (parser);
  g_autofree char *name = tcn_syntax_source_text (
      parser, parser->base + token->inner_start, parser->base + token->inner_end);
  const TcnFieldRow *row = find_field (name);
  TcnNode *node;

  if (row == NULL) {
    refuse_field (parser, token, name);
    if (tcn_syntax_peek (parser)->start == token->end &&
        tcn_syntax_begins_item (tcn_syntax_peek (parser)->kind))
      tcn_node_free (tcn_syntax_item (parser));
    return tcn_syntax_new_faulty (parser, token->start, token->end);
  }
  if (parser->field != NULL)
    tcn_syntax_refuse (parser, token->start, token->inner_end,
                       "a field inside of a field",
                       "close the first one before the second begins");
  node = parse_field_value (parser, token, row);
  node->is_fielded = TRUE;
  node->start = parser->base + token->start;
  return node;
}

TcnNode *
tcn_syntax_item (TcnSyntax *parser)
{
  const TcnToken *token = tcn_syntax_peek (parser);

  switch (token->kind) {
  case TCN_TOKEN_OPEN:
    return parse_group (parser);
  case TCN_TOKEN_FIELD:
    return parse_field (parser);
  case TCN_TOKEN_NAMED:
    return parse_named (parser, tcn_syntax_take (parser));
  case TCN_TOKEN_FAULTY:
    tcn_syntax_take (parser);
    return tcn_syntax_new_faulty (parser, token->start, token->end);
  default:
    return parse_leaf (parser, tcn_syntax_take (parser));
  }
}
