/* SPDX-License-Identifier: MIT */
/*
 * The tree that a query is read into; shared by the parser, which makes it, and the ruleset,
 * which compiles it. Nodes are owned by their parents and never change once the parser is
 * done.
 */
#pragma once

#define PCRE2_CODE_UNIT_WIDTH 8
#include <glib.h>
#include <pcre2.h>

#include "tocsin/item.h"
#include "tocsin/query.h"

G_BEGIN_DECLS

typedef enum {
  TCN_NODE_AND,
  TCN_NODE_OR,
  TCN_NODE_NOT,
  TCN_NODE_NEAR,
  TCN_NODE_PHRASE, /* one word or several side by side */
  TCN_NODE_EXACT,
  TCN_NODE_REGEX,
  TCN_NODE_SITE,
  TCN_NODE_LANG,
  TCN_NODE_FAULTY, /* stands for an item that was refused, so that one fault stays one */
} TcnNodeKind;

typedef enum {
  TCN_FORM_WORD,
  TCN_FORM_PREFIX, /* abc* */
  TCN_FORM_SUFFIX, /* *abc */
  TCN_FORM_INSIDE, /* *abc* */
} TcnFormKind;

/* One word of a phrase as texts are compared with it. */
typedef struct {
  TcnFormKind kind;
  gboolean inflects;  /* F4 applies when a language is known */
  gboolean is_hangul; /* matches the beginning of a word (T3) */
  char *folded;
  char *lower; /* with its accents, for stemmers; NULL unless it inflects */
} TcnForm;

/* One place of a phrase. */
typedef struct {
  gboolean is_star; /* any one word; `form` is empty then */
  TcnForm form;
  TcnForm
      joined; /* the hyphenated word that begins here, as one word; folded NULL if none */
  guint joined_span; /* places it covers */
} TcnPlace;

typedef struct TcnNode TcnNode;
struct TcnNode {
  TcnNodeKind kind;
  gsize start; /* bytes of the query's text (its own and its definitions') */
  gsize end;
  gsize term_start; /* leaves: the part that reports name */
  gsize term_end;

  GPtrArray *children; /* of TcnNode*; AND, OR, NOT, NEAR */

  gboolean is_group;    /* stood in parentheses */
  gboolean is_fielded;  /* a field stood before it */
  gboolean is_bare;     /* leaves: a plain word, neither quoted nor exact */
  TcnField first_field; /* leaves: where they are searched */
  TcnField last_field;

  gboolean is_ordered; /* NEAR */
  guint distance;

  TcnPlace *places; /* PHRASE */
  guint n_places;

  char *needle;         /* EXACT as typed; SITE host; LANG code */
  gboolean ignore_case; /* EXACT, REGEX */
  pcre2_code *regex;
  char *
      literal; /* REGEX: bytes that every match contains, ASCII letters in lower case; nullable */
};

struct TcnQuery {
  gatomicrefcount ref_count;
  char *text;
  char *source;   /* the text, then the definitions it uses: what offsets refer to */
  char *language; /* nullable */
  TcnNode *root;
};

TcnNode *tcn_node_new (TcnNodeKind kind, gsize start, gsize end);
void tcn_node_free (TcnNode *node);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcnNode, tcn_node_free)

/* Whether the node is something that can be found, not only exclusions or a language (S4). */
gboolean tcn_node_is_findable (const TcnNode *node);

/* Whether some term must be in every text that the node accepts: rules are posted under
 * such terms. */
gboolean tcn_node_is_indexed (const TcnNode *node);

/* The same tree of the same words; where they stand in the query does not matter. */
gboolean tcn_node_equal (const TcnNode *a, const TcnNode *b);

/* "in the title or the text": where a leaf is searched; a static string. */
const char *tcn_node_where (const TcnNode *node);

G_END_DECLS
