/* SPDX-License-Identifier: MIT */
/* Whether a program holds for the item at hand, and where its parts do. */
#include <string.h>

#include "rules/matcher.h"

/* --- presence --------------------------------------------------------------------------- */

static gboolean
phrase_is_possible (const TcnMatcher *matcher, const guint32 *node)
{
  const guint32 *place = node + 3;
  guint32 covered = 0; /* places that a joined word which is there may stand for */

  for (guint i = TCN_HEAD_COUNT (node[0]); i > 0; i--) {
    guint32 term = *place++;

    if (term != TCN_PLACE_STAR && (term & TCN_PLACE_JOINED) != 0) {
      term &= ~TCN_PLACE_JOINED;
      if (tcn_matcher_has (matcher, place[0]))
        covered = place[1];
      place += 2;
    }
    if (covered > 0)
      covered--;
    else if (term != TCN_PLACE_STAR && !tcn_matcher_has (matcher, term))
      return FALSE;
  }
  return TRUE;
}

static gboolean
has_all (const TcnMatcher *matcher, const guint32 *terms, guint n)
{
  for (guint i = 0; i < n; i++)
    if (!tcn_matcher_has (matcher, terms[i]))
      return FALSE;
  return TRUE;
}

static gboolean
children_are_possible (const TcnMatcher *matcher, const guint32 *child, guint n,
                       gboolean any)
{
  for (guint i = 0; i < n; i++, child += child[1])
    if (tcn_node_is_possible (matcher, child) == any)
      return any;
  return !any;
}

gboolean
tcn_node_is_possible (const TcnMatcher *matcher, const guint32 *node)
{
  guint count = TCN_HEAD_COUNT (node[0]);

  switch (TCN_HEAD_KIND (node[0])) {
  case TCN_NODE_PHRASE:
    return phrase_is_possible (matcher, node);
  case TCN_NODE_AND:
    return children_are_possible (matcher, node + 2, count, FALSE);
  case TCN_NODE_OR:
    return children_are_possible (matcher, node + 2, count, TRUE);
  case TCN_NODE_NEAR:
    return children_are_possible (matcher, node + 3, count, FALSE);
  case TCN_NODE_NOT:
    return TRUE;
  default:
    return has_all (matcher, node + 3, count);
  }
}

/* --- spans ----------------------------------------------------------------------------- */

static gint
compare_spans (gconstpointer a, gconstpointer b)
{
  const TcnSpan *first = a;
  const TcnSpan *second = b;

  if (first->start != second->start)
    return first->start < second->start ? -1 : 1;
  return first->end < second->end ? -1 : first->end > second->end;
}

void
tcn_spans_sort (GArray *spans)
{
  guint n = 0;

  g_array_sort (spans, compare_spans);
  for (guint i = 0; i < spans->len; i++) {
    const TcnSpan *span = &g_array_index (spans, TcnSpan, i);

    if (n == 0 || compare_spans (&g_array_index (spans, TcnSpan, n - 1), span) != 0)
      g_array_index (spans, TcnSpan, n++) = *span;
  }
  g_array_set_size (spans, n);
}

/* --- hosts and languages ---------------------------------------------------------------- */

static gboolean
match_whole (TcnMatcher *matcher, const guint32 *node, GArray *spans)
{
  guint32 term = node[3];

  if (!tcn_matcher_has (matcher, term))
    return FALSE;
  for (guint32 at = matcher->presences[term].first;
       spans != NULL && at != TCN_NO_OCCURRENCE;) {
    const TcnOccurrence *occurrence = &matcher->occurrences[at];
    guint32 position = matcher->cut.words[occurrence->word].position;
    TcnSpan span = { position, position + 1, TCN_HOW_FOLDED };

    g_array_append_val (spans, span);
    at = occurrence->next;
  }
  return TRUE;
}

/* --- exact forms inside of NEAR --------------------------------------------------------- */

typedef struct {
  TcnMatcher *matcher;
  GArray *spans;
} ExactSearch;

/* The first word of the field that does not begin before `byte`. */
static guint32
first_word_from (const TcnMatcher *matcher, TcnField field, gsize byte)
{
  guint32 low = matcher->word_starts[field];
  guint32 high = matcher->word_starts[field + 1];

  while (low < high) {
    guint32 middle = low + (high - low) / 2;

    if (matcher->cut.words[middle].start < byte)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

/* The positions of the words that the place touches; where it touches none (an elided
 * particle), the empty span before the next word. */
static gboolean
add_exact_span (TcnField field, gsize start, gsize end, gpointer data)
{
  ExactSearch *search = data;
  const TcnMatcher *matcher = search->matcher;
  guint32 first = matcher->word_starts[field];
  guint32 last = matcher->word_starts[field + 1];
  guint32 word = first_word_from (matcher, field, start);
  TcnSpan span = { 0, 0, TCN_HOW_FOLDED };
  gboolean found = FALSE;

  /* The place may begin inside of a word: of U.S., after the dot. Its runs, which may stand
   * behind it, are no words. */
  while (word > first && ((matcher->cut.words[word - 1].flags & TCN_WORD_RAW) != 0 ||
                          matcher->cut.words[word - 1].end > start))
    word--;
  for (; word < last && !(found && matcher->cut.words[word].start >= end); word++) {
    const TcnWord *here = &matcher->cut.words[word];

    if (here->span != 1 || (here->flags & TCN_WORD_JOINED) != 0 || here->end <= start)
      continue;
    if (!found)
      span.start = span.end = here->position;
    found = TRUE;
    if (here->start < end)
      span.end = here->position + 1;
  }
  if (found)
    g_array_append_val (search->spans, span);
  return TRUE;
}

static gboolean
stop_at_first (TcnField field, gsize start, gsize end, gpointer data)
{
  *(gboolean *) data = TRUE;
  return FALSE;
}

/* --- NEAR ------------------------------------------------------------------------------- */

/* Whether two spans are apart by at most `distance` words, in order if asked. */
static gboolean
are_near (const TcnSpan *left, const TcnSpan *right, guint32 distance,
          gboolean is_ordered)
{
  if (left->end <= right->start)
    return right->start - left->end <= distance;
  return !is_ordered && right->end <= left->start && left->start - right->end <= distance;
}

/* Merges two lists in the order of their starts; a word of the right list stays in view
 * until the left one has left it behind. */
static gboolean
pair_up (TcnMatcher *matcher, const GArray *lefts, const GArray *rights, guint32 limit,
         TcnPairFunc func, gpointer data)
{
  guint32 distance = limit & ~TCN_NEAR_ORDERED;
  gboolean is_ordered = (limit & TCN_NEAR_ORDERED) != 0;
  guint32 longest = 0;
  guint from = 0;

  for (guint i = 0; i < rights->len; i++) {
    const TcnSpan *right = &g_array_index (rights, TcnSpan, i);

    longest = MAX (longest, right->end - right->start);
  }
  for (guint i = 0; i < lefts->len; i++) {
    const TcnSpan *left = &g_array_index (lefts, TcnSpan, i);

    while (from < rights->len &&
           g_array_index (rights, TcnSpan, from).start + longest + distance < left->start)
      from++;
    for (guint k = from; k < rights->len; k++) {
      const TcnSpan *right = &g_array_index (rights, TcnSpan, k);

      if (!tcn_matcher_take_step (matcher))
        return FALSE;
      if (right->start > left->end + distance)
        break;
      if (are_near (left, right, distance, is_ordered) && !func (left, right, data))
        return TRUE;
    }
  }
  return TRUE;
}

static gboolean
add_union (const TcnSpan *left, const TcnSpan *right, gpointer data)
{
  TcnSpan span = { MIN (left->start, right->start), MAX (left->end, right->end),
                   MAX (left->how, right->how) };

  g_array_append_val ((GArray *) data, span);
  return TRUE;
}

void
tcn_near_pairs (TcnMatcher *matcher, const guint32 *node, TcnPairFunc func, gpointer data)
{
  const guint32 *left = node + 3;
  GArray *lefts = tcn_matcher_borrow (matcher);
  GArray *rights = tcn_matcher_borrow (matcher);

  tcn_node_spans (matcher, left, lefts);
  if (lefts->len > 0)
    tcn_node_spans (matcher, left + left[1], rights);
  pair_up (matcher, lefts, rights, node[2], func, data);
  tcn_matcher_return (matcher, lefts);
  tcn_matcher_return (matcher, rights);
}

static gboolean
stop_at_pair (const TcnSpan *left, const TcnSpan *right, gpointer data)
{
  *(gboolean *) data = TRUE;
  return FALSE;
}

/* --- nodes ------------------------------------------------------------------------------ */

void
tcn_node_spans (TcnMatcher *matcher, const guint32 *node, GArray *spans)
{
  const guint32 *child = node + 2;

  switch (TCN_HEAD_KIND (node[0])) {
  case TCN_NODE_PHRASE:
    tcn_phrase_match (matcher, node, spans);
    break;
  case TCN_NODE_SITE:
  case TCN_NODE_LANG:
    match_whole (matcher, node, spans);
    break;
  case TCN_NODE_EXACT: {
    ExactSearch search = { matcher, spans };

    if (tcn_node_is_possible (matcher, node))
      tcn_exact_find (matcher, tcn_matcher_leaf (matcher, node), add_exact_span, &search);
    break;
  }
  case TCN_NODE_OR:
    for (guint i = TCN_HEAD_COUNT (node[0]); i > 0; i--, child += child[1])
      tcn_node_spans (matcher, child, spans);
    tcn_spans_sort (spans);
    break;
  case TCN_NODE_NEAR:
    tcn_near_pairs (matcher, node, add_union, spans);
    tcn_spans_sort (spans);
    break;
  default:
    break;
  }
}

static gboolean
found_by (TcnMatcher *matcher, const guint32 *node,
          void (*find) (TcnMatcher *, const TcnNode *, TcnPlaceFunc, gpointer))
{
  gboolean found = FALSE;

  if (tcn_node_is_possible (matcher, node))
    find (matcher, tcn_matcher_leaf (matcher, node), stop_at_first, &found);
  return found;
}

/* Whether a node is cheap to try: no exclusion, no exact form, no regex. */
static gboolean
is_cheap (const guint32 *node)
{
  TcnNodeKind kind = TCN_HEAD_KIND (node[0]);

  return kind == TCN_NODE_PHRASE || kind == TCN_NODE_SITE || kind == TCN_NODE_LANG;
}

static gboolean
all_hold (TcnMatcher *matcher, const guint32 *first, guint n)
{
  for (guint pass = 0; pass < 2; pass++) {
    const guint32 *child = first;

    for (guint i = 0; i < n; i++, child += child[1])
      if (is_cheap (child) == (pass == 0) && !tcn_node_holds (matcher, child))
        return FALSE;
  }
  return TRUE;
}

static gboolean
any_holds (TcnMatcher *matcher, const guint32 *child, guint n)
{
  for (guint i = 0; i < n; i++, child += child[1])
    if (tcn_node_holds (matcher, child))
      return TRUE;
  return FALSE;
}

/* What was given up on may well be there. */
static gboolean
is_certainly_absent (TcnMatcher *matcher, const guint32 *node)
{
  gboolean was_capped = matcher->is_capped;
  gboolean is_absent;

  matcher->is_capped = FALSE;
  is_absent = !tcn_node_holds (matcher, node) && !matcher->is_capped;
  matcher->is_capped |= was_capped;
  return is_absent;
}

gboolean
tcn_node_holds (TcnMatcher *matcher, const guint32 *node)
{
  guint count = TCN_HEAD_COUNT (node[0]);
  gboolean found = FALSE;

  switch (TCN_HEAD_KIND (node[0])) {
  case TCN_NODE_AND:
    return all_hold (matcher, node + 2, count);
  case TCN_NODE_OR:
    return any_holds (matcher, node + 2, count);
  case TCN_NODE_NOT:
    return is_certainly_absent (matcher, node + 2);
  case TCN_NODE_NEAR:
    if (tcn_node_is_possible (matcher, node))
      tcn_near_pairs (matcher, node, stop_at_pair, &found);
    return found;
  case TCN_NODE_PHRASE:
    return tcn_phrase_match (matcher, node, NULL);
  case TCN_NODE_EXACT:
    return found_by (matcher, node, tcn_exact_find);
  case TCN_NODE_REGEX:
    return found_by (matcher, node, tcn_regex_find);
  case TCN_NODE_SITE:
  case TCN_NODE_LANG:
    return match_whole (matcher, node, NULL);
  default:
    return FALSE;
  }
}
