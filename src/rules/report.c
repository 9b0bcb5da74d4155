/* SPDX-License-Identifier: MIT */
/* Where a rule that holds was found, and why one that does not was not. */
#include <string.h>

#include "rules/matcher.h"
#include "tocsin/limits.h"

/* One occurrence of one leaf, before it is made a TcnMatch. */
typedef struct {
  TcnField field;
  gsize start;
  gsize end;
  const TcnQuery *query;
  const TcnNode *leaf;
  TcnWhy why;
} Place;

typedef struct {
  TcnMatcher *matcher;
  GArray *places; /* of Place */
  const TcnQuery *query;
  const TcnNode *leaf;
  TcnWhy why;
} Report;

static void report_node (Report *report, const guint32 *node, const GArray *used);

const TcnNode *
tcn_matcher_leaf (const TcnMatcher *matcher, const guint32 *node)
{
  return tcn_query_leaf (matcher->ruleset->slots[matcher->slot].query, node[2]);
}

/* The word at a position, an index into cut.words; joined words and runs are none. */
static guint32
word_at (const TcnMatcher *matcher, guint32 position)
{
  const TcnCut *cut = &matcher->cut;
  guint32 low = 0;
  guint32 high = (guint32) cut->n_words;

  while (low < high) {
    guint32 middle = low + (high - low) / 2;

    if (cut->words[middle].position < position)
      low = middle + 1;
    else
      high = middle;
  }
  while (low < cut->n_words && cut->words[low].position == position &&
         (cut->words[low].flags & (TCN_WORD_JOINED | TCN_WORD_RAW)) != 0)
    low++;
  return low;
}

static TcnField
field_of_word (const TcnMatcher *matcher, guint32 word)
{
  guint field = 0;

  while (field + 1 < TCN_N_FIELDS && word >= matcher->word_starts[field + 1])
    field++;
  return field;
}

/* --- collecting places ------------------------------------------------------------------ */

static gboolean
add_place (TcnField field, gsize start, gsize end, gpointer data)
{
  Report *report = data;
  Place place = { field, start, end, report->query, report->leaf, report->why };

  /* More than are reported, because they are not in order yet; but not without end. */
  if (report->places->len >= TCN_MAX_MATCHES * 20)
    return FALSE;
  g_array_append_val (report->places, place);
  return TRUE;
}

static const char *
field_text (const TcnMatcher *matcher, TcnField field)
{
  return field == TCN_FIELD_LANG ? matcher->doc->language : matcher->doc->text[field];
}

static TcnWhy
why_of (const Report *report, guint32 how, TcnField field, gsize start, gsize end)
{
  static const TcnWhy whys[] = {
    [TCN_HOW_FOLDED] = TCN_WHY_FOLDED,       [TCN_HOW_JOINED] = TCN_WHY_JOINED,
    [TCN_HOW_INFLECTED] = TCN_WHY_INFLECTED, [TCN_HOW_PREFIX] = TCN_WHY_PREFIX,
    [TCN_HOW_SUFFIX] = TCN_WHY_SUFFIX,       [TCN_HOW_INSIDE] = TCN_WHY_INSIDE,
  };
  const TcnNode *leaf = report->leaf;
  gsize n = leaf->term_end - leaf->term_start;

  if (how == TCN_HOW_FOLDED && n == end - start &&
      memcmp (report->query->source + leaf->term_start,
              field_text (report->matcher, field) + start, n) == 0)
    return TCN_WHY_SAME;
  return whys[how];
}

static void
add_span (Report *report, const TcnSpan *span)
{
  const TcnMatcher *matcher = report->matcher;
  guint32 first = word_at (matcher, span->start);
  guint32 last = span->end > span->start ? word_at (matcher, span->end - 1) : first;
  TcnField field = field_of_word (matcher, first);
  gsize start, end;

  if (last >= matcher->cut.n_words)
    return;
  start = matcher->cut.words[first].start;
  end = matcher->cut.words[last].end;
  report->why = why_of (report, span->how, field, start, end);
  add_place (field, start, end, report);
}

static gboolean
is_used (const GArray *used, const TcnSpan *span)
{
  for (guint i = 0; used != NULL && i < used->len; i++) {
    const TcnSpan *other = &g_array_index (used, TcnSpan, i);

    if (other->start == span->start && other->end == span->end)
      return TRUE;
  }
  return used == NULL;
}

static void
report_leaf (Report *report, const guint32 *node, const GArray *used)
{
  TcnMatcher *matcher = report->matcher;
  TcnNodeKind kind = TCN_HEAD_KIND (node[0]);
  GArray *spans;

  report->leaf = tcn_matcher_leaf (matcher, node);
  report->why = kind == TCN_NODE_REGEX ? TCN_WHY_REGEX : TCN_WHY_EXACT;
  if (kind == TCN_NODE_REGEX) {
    tcn_regex_find (matcher, report->leaf, add_place, report);
    return;
  }
  if (kind == TCN_NODE_EXACT && used == NULL) {
    tcn_exact_find (matcher, report->leaf, add_place, report);
    return;
  }
  spans = tcn_matcher_borrow (matcher);
  tcn_node_spans (matcher, node, spans);
  for (guint i = 0; i < spans->len; i++) {
    if (!is_used (used, &g_array_index (spans, TcnSpan, i)))
      continue;
    add_span (report, &g_array_index (spans, TcnSpan, i));
    if (kind == TCN_NODE_EXACT && report->places->len > 0)
      g_array_index (report->places, Place, report->places->len - 1).why = TCN_WHY_EXACT;
  }
  tcn_matcher_return (matcher, spans);
}

/* The sides of the pairs that make up the used spans of a NEAR. */
typedef struct {
  const GArray *used;
  GArray *lefts;
  GArray *rights;
} Sides;

static gboolean
add_sides (const TcnSpan *left, const TcnSpan *right, gpointer data)
{
  Sides *sides = data;
  TcnSpan whole = { MIN (left->start, right->start), MAX (left->end, right->end), 0 };

  if (!is_used (sides->used, &whole))
    return TRUE;
  g_array_append_val (sides->lefts, *left);
  g_array_append_val (sides->rights, *right);
  return sides->lefts->len < TCN_MAX_MATCHES * 2;
}

static void
report_near (Report *report, const guint32 *node, const GArray *used)
{
  TcnMatcher *matcher = report->matcher;
  const guint32 *left = node + 3;
  Sides sides = { used, tcn_matcher_borrow (matcher), tcn_matcher_borrow (matcher) };

  tcn_near_pairs (matcher, node, add_sides, &sides);
  report_node (report, left, sides.lefts);
  report_node (report, left + left[1], sides.rights);
  tcn_matcher_return (matcher, sides.lefts);
  tcn_matcher_return (matcher, sides.rights);
}

/* Adds the places of a node that holds; with `used`, only those. */
static void
report_node (Report *report, const guint32 *node, const GArray *used)
{
  const guint32 *child = node + 2;
  TcnNodeKind kind = TCN_HEAD_KIND (node[0]);

  if (kind == TCN_NODE_NOT)
    return;
  if (kind == TCN_NODE_NEAR) {
    report_near (report, node, used);
    return;
  }
  if (kind != TCN_NODE_AND && kind != TCN_NODE_OR) {
    report_leaf (report, node, used);
    return;
  }
  for (guint i = TCN_HEAD_COUNT (node[0]); i > 0; i--, child += child[1])
    if (kind == TCN_NODE_AND || tcn_node_holds (report->matcher, child))
      report_node (report, child, used);
}

/* --- from places to matches ------------------------------------------------------------- */

static gint
compare_places (gconstpointer a, gconstpointer b)
{
  const Place *first = a;
  const Place *second = b;

  if (first->field != second->field)
    return first->field < second->field ? -1 : 1;
  if (first->start != second->start)
    return first->start < second->start ? -1 : 1;
  if (first->end != second->end)
    return first->end > second->end ? -1 : 1;
  return 0;
}

static gboolean
same_term (const Place *a, const Place *b)
{
  gsize n = a->leaf->term_end - a->leaf->term_start;

  return n == b->leaf->term_end - b->leaf->term_start &&
         memcmp (a->query->source + a->leaf->term_start,
                 b->query->source + b->leaf->term_start, n) == 0;
}

/* Whether one of the places kept so far has all of this one, for the same term. */
static gboolean
is_covered (const GArray *places, guint n_kept, const Place *place)
{
  for (guint i = n_kept; i-- > 0;) {
    const Place *other = &g_array_index (places, Place, i);

    if (other->field != place->field)
      return FALSE;
    if (other->end >= place->end && same_term (other, place))
      return TRUE;
  }
  return FALSE;
}

static guint
drop_covered (GArray *places)
{
  guint n = 0;

  for (guint i = 0; i < places->len && n < TCN_MAX_MATCHES; i++) {
    Place place = g_array_index (places, Place, i);

    if (!is_covered (places, n, &place))
      g_array_index (places, Place, n++) = place;
  }
  return n;
}

static TcnMatch *
new_match (const TcnMatcher *matcher, const Place *place)
{
  const char *text = field_text (matcher, place->field);
  TcnMatch *match = g_new0 (TcnMatch, 1);

  match->field = place->field;
  match->start = place->start;
  match->end = place->end;
  match->start_char = (guint) g_utf8_strlen (text, (gssize) place->start);
  match->end_char =
      match->start_char +
      (guint) g_utf8_strlen (text + place->start, (gssize) (place->end - place->start));
  match->text = g_strndup (text + place->start, place->end - place->start);
  match->term = g_strndup (place->query->source + place->leaf->term_start,
                           place->leaf->term_end - place->leaf->term_start);
  match->why = place->why;
  return match;
}

GPtrArray *
tcn_hit_matches (const TcnHit *hit)
{
  TcnMatcher *matcher = hit->matcher;
  GPtrArray *matches = g_ptr_array_new_with_free_func ((GDestroyNotify) tcn_match_free);
  g_autoptr (GArray) places = g_array_new (FALSE, FALSE, sizeof (Place));
  Report report = { .matcher = matcher, .places = places };
  guint n;

  for (guint i = 0; i < hit->n_slots; i++) {
    const TcnRuleSlot *slot = &matcher->ruleset->slots[hit->slots[i]];

    matcher->slot = hit->slots[i];
    matcher->n_steps = 0;
    report.query = slot->query;
    report_node (&report, matcher->ruleset->programs + slot->program + 1, NULL);
  }
  g_array_sort (places, compare_places);
  n = drop_covered (places);
  for (guint i = 0; i < n; i++)
    g_ptr_array_add (matches, new_match (matcher, &g_array_index (places, Place, i)));
  return matches;
}
