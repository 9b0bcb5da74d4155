/* SPDX-License-Identifier: MIT */
/*
 * The inside of a matcher: what is known of the item at hand. matcher.c fills it, evaluate.c
 * asks it whether a program holds, report.c tells where and why.
 */
#pragma once

#include "rules/index.h"
#include "rules/words.h"
#include "tocsin/limits.h"

G_BEGIN_DECLS

/* How a word form is a term's; the order is that of how much has to be explained. */
typedef enum {
  TCN_HOW_FOLDED,
  TCN_HOW_JOINED,
  TCN_HOW_INFLECTED,
  TCN_HOW_PREFIX,
  TCN_HOW_SUFFIX,
  TCN_HOW_INSIDE,
  TCN_HOW_RAW,
} TcnHow;

/* A member of a word form's list: a term and how. */
#define TCN_ENTRY(term, how) ((guint32) (term) << 3 | (guint32) (how))
#define TCN_ENTRY_TERM(entry) ((entry) >> 3)
#define TCN_ENTRY_HOW(entry) ((TcnHow) ((entry) &7))

#define TCN_NO_OCCURRENCE G_MAXUINT32

/* One term in the item at hand; valid when the stamp is the item's. */
typedef struct {
  guint32 stamp;
  guint32 first; /* occurrences, in the order of the text */
  guint32 last;
  guint32 n_items : 31;  /* that had the term so far; never reset */
  guint32 is_anchor : 1; /* rules are posted under it */
} TcnPresence;

typedef struct {
  guint32 word; /* index */
  guint32 next;
} TcnOccurrence;

/* The list of a word of the item. */
typedef struct {
  guint32 start; /* in the lists */
  guint32 count;
} TcnList;

typedef struct {
  guint32 *at;
  guint32 n;
  guint32 size;
} TcnNumbers;

static inline void
tcn_numbers_add (TcnNumbers *numbers, guint32 number)
{
  if (G_UNLIKELY (numbers->n == numbers->size)) {
    numbers->size = MAX (numbers->size * 2, 64);
    numbers->at = g_renew (guint32, numbers->at, numbers->size);
  }
  numbers->at[numbers->n++] = number;
}

/* Words [start, end), by positions. */
typedef struct {
  guint32 start;
  guint32 end;
  guint32 how;
} TcnSpan;

/* A field's text in another form, made when first asked for. */
typedef struct {
  GString *text;
  GArray
      *map; /* guint32: where each byte comes from; NULL: the text is the field's own */
  gboolean is_made;
} TcnView;

enum {
  TCN_VIEW_TYPED,
  TCN_VIEW_TYPED_FOLDED,
  TCN_VIEW_COMPOSED,
  TCN_N_VIEWS,
};

typedef struct TcnMemo TcnMemo;

struct TcnMatcher {
  TcnRuleset *ruleset;
  guint64 seed;
  TcnMemo *memo;
  guint32 stamp;
  guint32 n_items;
  TcnPresence *presences; /* by term */
  guint32 *seen;          /* by slot: the stamp of the item it was tried on */

  /* The item at hand. */
  const TcnDocument *doc;
  int language;
  gsize lengths[TCN_N_FIELDS];
  TcnCut cut;
  guint32 word_starts[TCN_N_FIELDS + 1];
  TcnList *lists; /* by word */
  gsize lists_size;
  guint32 *listed; /* words of the field at hand that have a list */
  TcnOccurrence *occurrences;
  guint32 n_occurrences;
  guint32 occurrences_size;
  TcnNumbers anchors;    /* terms that rules are posted under */
  TcnNumbers candidates; /* programs */
  TcnNumbers hits;       /* slots */
  TcnView views[TCN_N_FIELDS][TCN_N_VIEWS];
  guint32 n_steps;    /* of the rule at hand */
  gboolean is_capped; /* its work was cut short */
  guint32 slot;       /* the rule at hand */
  TcnMatcherLimits limits;
  GPtrArray *pool; /* of GArray*: spare arrays of spans */
  pcre2_match_data *match_data;
  pcre2_match_context *match_context;
  pcre2_jit_stack *jit_stack;
};

struct TcnHit {
  TcnMatcher *matcher;
  const guint32 *slots; /* those of one rule that hold */
  guint n_slots;
};

static inline gboolean
tcn_matcher_has (const TcnMatcher *matcher, guint32 term)
{
  return matcher->presences[term].stamp == matcher->stamp;
}

/* Counts work; FALSE when the rule has had its share. */
static inline gboolean
tcn_matcher_take_step (TcnMatcher *matcher)
{
  if (G_LIKELY (++matcher->n_steps <= TCN_MAX_RULE_STEPS))
    return TRUE;
  matcher->is_capped = TRUE;
  return FALSE;
}

/* Whether the word stands in a field that the node speaks about. */
static inline gboolean
tcn_matcher_is_in_fields (const TcnMatcher *matcher, const guint32 *node, guint32 word)
{
  return word >= matcher->word_starts[TCN_HEAD_FIRST (node[0])] &&
         word < matcher->word_starts[TCN_HEAD_LAST (node[0]) + 1];
}

/* The list of terms of a word; for the item's words it was looked up when they were cut. */
const guint32 *tcn_matcher_list (const TcnMatcher *matcher, guint32 word,
                                 guint32 *out_count);

/* A field in another form. */
const TcnView *tcn_matcher_view (TcnMatcher *matcher, TcnField field, guint kind);

/* --- the memo: from word forms to lists of terms ---------------------------------------- */

TcnMemo *tcn_memo_new (TcnRuleset *ruleset, guint64 seed);
void tcn_memo_free (TcnMemo *memo);

/* Makes room at an item boundary: what a list's place means holds until the next call. */
void tcn_memo_tidy (TcnMemo *memo);

/* The lists of the words of a text in a language. */
void tcn_memo_find (TcnMemo *memo, const char *text, const TcnWord *words, gsize n,
                    int language, TcnList *out_lists);

const guint32 *tcn_memo_list (const TcnMemo *memo, guint32 start);

/* --- programs --------------------------------------------------------------------------- */

/* Whether the node holds for the item at hand. */
gboolean tcn_node_holds (TcnMatcher *matcher, const guint32 *node);

/* Whether the item has every term that the node cannot do without. */
gboolean tcn_node_is_possible (const TcnMatcher *matcher, const guint32 *node);

/* Whether a phrase is in the item; appends all its occurrences to `spans` (nullable), in the
 * order of their starts. */
gboolean tcn_phrase_match (TcnMatcher *matcher, const guint32 *node, GArray *spans);

/* Sorts spans that come from several sources and drops those that are there twice. */
void tcn_spans_sort (GArray *spans);

/* Appends the occurrences of a phrase, exact form, NEAR or OR to `spans`, in the order of
 * their starts. */
void tcn_node_spans (TcnMatcher *matcher, const guint32 *node, GArray *spans);

/* Calls `func` for each pair of occurrences that makes a NEAR hold, until it returns
 * FALSE. */
typedef gboolean (*TcnPairFunc) (const TcnSpan *left, const TcnSpan *right,
                                 gpointer data);
void tcn_near_pairs (TcnMatcher *matcher, const guint32 *node, TcnPairFunc func,
                     gpointer data);

/* An empty array of TcnSpan from the pool, and back to it. */
GArray *tcn_matcher_borrow (TcnMatcher *matcher);
void tcn_matcher_return (TcnMatcher *matcher, GArray *spans);

/* Where an exact form or a regex is found in a field: calls `func` for each place, in bytes
 * of the field, until it returns FALSE. */
typedef gboolean (*TcnPlaceFunc) (TcnField field, gsize start, gsize end, gpointer data);
void tcn_exact_find (TcnMatcher *matcher, const TcnNode *leaf, TcnPlaceFunc func,
                     gpointer data);
void tcn_regex_find (TcnMatcher *matcher, const TcnNode *leaf, TcnPlaceFunc func,
                     gpointer data);

/* The tree's leaf behind a leaf of a program; needs the slot at hand. */
const TcnNode *tcn_matcher_leaf (const TcnMatcher *matcher, const guint32 *node);

G_END_DECLS
