/* SPDX-License-Identifier: MIT */
/*
 * Under which terms a rule is posted. Of an AND the rarest part will do; of an OR every
 * alternative is needed; an exclusion, a language and a star promise nothing.
 */
#include <string.h>

#include "rules/compile.h"
#include "rules/frequent.h"

#define WEIGHT_FREQUENT 1.0 /* half of all texts have it */
#define WEIGHT_SINGLE 5.0   /* a Han character */
#define WEIGHT_LETTER 1.3   /* each letter makes a word rarer, */
#define WEIGHT_MAX 16.0     /* to an end */
#define WEIGHT_SITE 8.0
#define WEIGHT_CERTAIN 0.0 /* nothing stands for it: always tried */

typedef struct {
  const TcnRuleset *ruleset;
  TcnWeightFunc weight;
  gpointer data;
} Poster;

/* The terms that can stand for a node; none: it must be tried always. */
typedef struct {
  GArray *terms; /* of guint32 */
  double weight;
} Anchor;

double
tcn_weight_by_form (const TcnRuleset *ruleset, guint32 index, gpointer data)
{
  const TcnTerm *term = &ruleset->terms[index];
  const char *text = tcn_term_text (ruleset, index);
  glong n = g_utf8_strlen (text, -1);

  if (term->kind == TCN_TERM_SITE)
    return WEIGHT_SITE;
  if (tcn_word_is_frequent (text))
    return WEIGHT_FREQUENT;
  if (n == 1)
    return (guint8) *text >= 0xe0 ? WEIGHT_SINGLE : WEIGHT_FREQUENT;
  return MIN (WEIGHT_FREQUENT + (double) n * WEIGHT_LETTER, WEIGHT_MAX);
}

double
tcn_weight_by_count (const TcnRuleset *ruleset, guint32 index, gpointer data)
{
  const TcnWordCounts *counts = data;
  double n_items = counts->n_items + 1.0;

  /* What was never seen is told apart by its form. */
  return n_items / (counts->by_term[index] + 0.5) +
         tcn_weight_by_form (ruleset, index, NULL) / WEIGHT_MAX;
}

static void
take_anchor (Anchor *best, Anchor *other)
{
  if (other->weight > best->weight) {
    Anchor old = *best;

    *best = *other;
    *other = old;
  }
  g_array_unref (other->terms);
}

static void
take_term (const Poster *poster, Anchor *best, guint32 first, guint32 second)
{
  double weight = poster->weight (poster->ruleset, first, poster->data);

  if (second != first)
    weight = MIN (weight, poster->weight (poster->ruleset, second, poster->data));
  if (weight <= best->weight)
    return;
  best->weight = weight;
  g_array_set_size (best->terms, 0);
  g_array_append_val (best->terms, first);
  if (second != first)
    g_array_append_val (best->terms, second);
}

/* A word that may be joined to its neighbours is there in parts or as one: both stand for
 * it. The places under the joined word are covered by the same pair. */
static void
anchor_phrase (const Poster *poster, Anchor *best, const guint32 *places, guint count)
{
  guint32 joined = TCN_PLACE_STAR;
  guint32 covered = 0;

  for (guint i = 0; i < count; i++) {
    guint32 term = *places++;

    if (term != TCN_PLACE_STAR && (term & TCN_PLACE_JOINED) != 0) {
      joined = *places++;
      covered = *places++;
      term &= ~TCN_PLACE_JOINED;
    }
    if (term != TCN_PLACE_STAR)
      take_term (poster, best, term, covered > 0 ? joined : term);
    if (covered > 0)
      covered--;
  }
}

static Anchor anchor_node (const Poster *poster, const guint32 *node);

static void
anchor_children (const Poster *poster, Anchor *anchor, const guint32 *child, guint count,
                 gboolean is_or)
{
  for (guint i = 0; i < count; i++, child += child[1]) {
    Anchor other;

    if (!is_or) {
      other = anchor_node (poster, child);
      take_anchor (anchor, &other);
      continue;
    }
    other = anchor_node (poster, child);
    g_array_append_vals (anchor->terms, other.terms->data, other.terms->len);
    anchor->weight = i == 0 ? other.weight : MIN (anchor->weight, other.weight);
    g_array_unref (other.terms);
  }
  /* One alternative that is always tried makes all of it so. */
  if (is_or && anchor->weight <= WEIGHT_CERTAIN)
    g_array_set_size (anchor->terms, 0);
}

static Anchor
anchor_node (const Poster *poster, const guint32 *node)
{
  Anchor anchor = { g_array_new (FALSE, FALSE, sizeof (guint32)), WEIGHT_CERTAIN };
  guint count = TCN_HEAD_COUNT (node[0]);

  switch (TCN_HEAD_KIND (node[0])) {
  case TCN_NODE_AND:
  case TCN_NODE_OR:
    anchor_children (poster, &anchor, node + 2, count,
                     TCN_HEAD_KIND (node[0]) == TCN_NODE_OR);
    break;
  case TCN_NODE_NEAR:
    anchor_children (poster, &anchor, node + 3, count, FALSE);
    break;
  case TCN_NODE_PHRASE:
    anchor_phrase (poster, &anchor, node + 3, count);
    break;
  case TCN_NODE_EXACT:
  case TCN_NODE_REGEX:
  case TCN_NODE_SITE:
    for (guint i = 0; i < count; i++)
      take_term (poster, &anchor, node[3 + i], node[3 + i]);
    break;
  default:
    break;
  }
  return anchor;
}

typedef struct {
  guint32 term;
  guint32 program;
} Posting;

static gint
compare_postings (gconstpointer a, gconstpointer b)
{
  const Posting *first = a;
  const Posting *second = b;

  if (first->term != second->term)
    return first->term < second->term ? -1 : 1;
  return first->program < second->program ? -1 : first->program > second->program;
}

static void
post_slot (const Poster *poster, TcnRuleset *ruleset, guint32 program, GArray *postings,
           GArray *always)
{
  Anchor anchor = anchor_node (poster, ruleset->programs + program + 1);

  if (anchor.terms->len == 0)
    g_array_append_val (always, program);
  if (anchor.terms->len > 1)
    ruleset->programs[program] |= TCN_PROGRAM_MULTIPLE;
  for (guint i = 0; i < anchor.terms->len; i++) {
    Posting posting = { g_array_index (anchor.terms, guint32, i), program };

    g_array_append_val (postings, posting);
  }
  g_array_unref (anchor.terms);
}

void
tcn_ruleset_post (TcnRuleset *ruleset, TcnWeightFunc weight, gpointer data)
{
  Poster poster = { ruleset, weight, data };
  g_autoptr (GArray) postings =
      g_array_sized_new (FALSE, FALSE, sizeof (Posting), ruleset->n_slots);
  GArray *always = g_array_new (FALSE, FALSE, sizeof (guint32));
  guint32 at = 0;

  for (guint32 i = 0; i < ruleset->n_slots; i++)
    post_slot (&poster, ruleset, ruleset->slots[i].program, postings, always);
  g_array_sort (postings, compare_postings);
  ruleset->posting_starts = g_new (guint32, ruleset->n_terms + 1);
  ruleset->postings = g_new (guint32, MAX (postings->len, 1));
  for (guint32 term = 0; term < ruleset->n_terms; term++) {
    ruleset->posting_starts[term] = at;
    for (; at < postings->len && g_array_index (postings, Posting, at).term == term; at++)
      ruleset->postings[at] = g_array_index (postings, Posting, at).program;
  }
  ruleset->posting_starts[ruleset->n_terms] = at;
  ruleset->n_always = always->len;
  ruleset->always = (guint32 *) (gpointer) g_array_free (always, FALSE);
}
