/* SPDX-License-Identifier: MIT */
/*
 * The grammar: from tokens to a tree. Items (leaves, groups, fields, definitions) are in
 * items.c, operators and alternatives in syntax.c, what is accepted with a warning in
 * warnings.c.
 */
#pragma once

#include <string.h>

#include "rules/lexer.h"
#include "rules/tree.h"

G_BEGIN_DECLS

struct TcnDefines {
  GHashTable *texts; /* name -> text */
};

/* A field and its aliases. */
typedef struct {
  const char *name;
  TcnField first;
  TcnField last;
} TcnFieldRow;

/* What a query and the definitions it uses have in common while they are read. */
typedef struct {
  const TcnQueryOptions *options;
  GString *source; /* the query, then each definition used, a line each */
  GPtrArray *open; /* of const char*: names of the definitions being read */
  guint n_words;
  gboolean has_overrun; /* words or depth: said once, then reading stops */
} TcnSyntaxShared;

/* One text being read: the query or a definition. */
typedef struct {
  TcnSyntaxShared *shared;
  GArray *tokens;
  guint at;
  gsize base;        /* of the text in the source */
  GPtrArray *faults; /* offsets of the text */
  guint depth;
  const TcnFieldRow *field; /* the one around the group being read */
} TcnSyntax;

/* Reads a whole text: the query, or a definition. Always returns a node. */
TcnNode *tcn_syntax_text (TcnSyntaxShared *shared, const char *text, guint depth,
                          const TcnFieldRow *field, GPtrArray *faults);
TcnNode *tcn_syntax_or (TcnSyntax *parser);
TcnNode *tcn_syntax_item (TcnSyntax *parser);

/* Notes what is accepted, but seldom meant. */
void tcn_syntax_warn (TcnSyntax *parser, const char *text, const TcnNode *root);

/* The first of `faults` that is no warning; NULL when there is none. */
const TcnFault *tcn_syntax_first_refusal (const GPtrArray *faults);

/* --- what both halves of the grammar are written in ------------------------------------- */

static inline const TcnToken *
tcn_syntax_peek (const TcnSyntax *parser)
{
  return &g_array_index (parser->tokens, TcnToken, parser->at);
}

static inline const TcnToken *
tcn_syntax_take (TcnSyntax *parser)
{
  const TcnToken *token = tcn_syntax_peek (parser);

  if (token->kind != TCN_TOKEN_END)
    parser->at++;
  return token;
}

static inline gboolean
tcn_syntax_begins_item (TcnTokenKind kind)
{
  return kind == TCN_TOKEN_OPEN || kind >= TCN_TOKEN_FIELD;
}

static inline gboolean
tcn_syntax_ends_item (TcnTokenKind kind)
{
  return kind == TCN_TOKEN_CLOSE || kind > TCN_TOKEN_FIELD;
}

static inline void
tcn_syntax_refuse (TcnSyntax *parser, gsize start, gsize end, const char *message,
                   const char *remedy)
{
  tcn_fault_add (parser->faults, start, end, g_strdup (message), g_strdup (remedy));
}

/* Offsets of the text of a node that may come from a definition: those are at fault where
 * the definition is used, which the caller knows better. */
static inline gsize
tcn_syntax_local_offset (const TcnSyntax *parser, gsize offset)
{
  return offset >= parser->base ? offset - parser->base : 0;
}

static inline TcnNode *
tcn_syntax_new_faulty (const TcnSyntax *parser, gsize start, gsize end)
{
  return tcn_node_new (TCN_NODE_FAULTY, parser->base + start, parser->base + end);
}

static inline char *
tcn_syntax_source_text (const TcnSyntax *parser, gsize start, gsize end)
{
  return g_strndup (parser->shared->source->str + start, end - start);
}

static inline gboolean
tcn_syntax_is_field (const TcnSyntax *parser, const char *name)
{
  return parser->field != NULL && strcmp (parser->field->name, name) == 0;
}

G_END_DECLS
