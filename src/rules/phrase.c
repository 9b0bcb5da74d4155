/* SPDX-License-Identifier: MIT */
/*
 * Whether the words of a phrase stand side by side, and where. A phrase is looked for around
 * the occurrences of its rarest member: one that begins with a word of every sentence costs
 * no more than its other words do.
 */
#include "rules/matcher.h"

#define MAX_MEMBERS 16 /* that are looked at: among so many one is rare */
#define FEW 8          /* occurrences that are not worth a choice */

/* Whether the word is one of the term's; *out_how is raised to how. */
static gboolean
word_is_term (const TcnMatcher *matcher, guint32 word, guint32 term, TcnHow *out_how)
{
  guint32 count;
  const guint32 *list = tcn_matcher_list (matcher, word, &count);
  guint16 flags = matcher->cut.words[word].flags;

  if ((flags & TCN_WORD_RAW) != 0)
    return FALSE;
  for (guint32 i = 0; i < count; i++) {
    TcnHow how = TCN_ENTRY_HOW (list[i]);

    if (TCN_ENTRY_TERM (list[i]) != term || how == TCN_HOW_RAW)
      continue;
    if ((flags & TCN_WORD_JOINED) != 0)
      how = MAX (how, TCN_HOW_JOINED);
    *out_how = MAX (*out_how, how);
    return TRUE;
  }
  return FALSE;
}

/* A phrase being looked for from one word on. */
typedef struct {
  TcnMatcher *matcher;
  GArray *spans; /* nullable: one is enough */
  guint32 start; /* position */
  gboolean found;
} PhraseSearch;

static void
end_phrase (PhraseSearch *search, guint32 position, TcnHow how)
{
  TcnSpan span = { search->start, position, how };

  search->found = TRUE;
  if (search->spans != NULL)
    g_array_append_val (search->spans, span);
}

static void match_places (PhraseSearch *search, const guint32 *place, guint n_left,
                          guint32 word, guint32 position, TcnHow how);

static const guint32 *
skip_places (const guint32 *place, guint n)
{
  for (; n > 0; n--)
    place += *place != TCN_PLACE_STAR && (*place & TCN_PLACE_JOINED) != 0 ? 3 : 1;
  return place;
}

/* Goes on behind `word`, which the place before was. */
static void
match_behind (PhraseSearch *search, const guint32 *place, guint n_left, guint32 word,
              TcnHow how)
{
  const TcnWord *found = &search->matcher->cut.words[word];

  match_places (search, place, n_left, word + 1, found->position + found->span, how);
}

/* Tries one word at the place, as itself and as the joined word that begins here. */
static void
match_word (PhraseSearch *search, const guint32 *place, guint n_left, guint32 word,
            TcnHow how)
{
  TcnMatcher *matcher = search->matcher;
  gboolean has_joined = *place != TCN_PLACE_STAR && (*place & TCN_PLACE_JOINED) != 0;
  guint32 term = *place == TCN_PLACE_STAR ? TCN_PLACE_STAR : *place & ~TCN_PLACE_JOINED;
  TcnHow here = how;

  if (term == TCN_PLACE_STAR) {
    if ((matcher->cut.words[word].flags & (TCN_WORD_JOINED | TCN_WORD_RAW)) == 0)
      match_behind (search, place + 1, n_left - 1, word, how);
    return;
  }
  if (word_is_term (matcher, word, term, &here))
    match_behind (search, place + (has_joined ? 3 : 1), n_left - 1, word, here);
  here = MAX (how, TCN_HOW_JOINED);
  if (has_joined && word_is_term (matcher, word, place[1], &here))
    match_behind (search, skip_places (place, place[2]), n_left - place[2], word, here);
}

/* Matches the places that are left against the words from `word` on that begin at
 * `position`. */
static void
match_places (PhraseSearch *search, const guint32 *place, guint n_left, guint32 word,
              guint32 position, TcnHow how)
{
  const TcnCut *cut = &search->matcher->cut;

  if (n_left == 0) {
    end_phrase (search, position, how);
    return;
  }
  for (; word < cut->n_words && cut->words[word].position <= position; word++) {
    if (search->found && search->spans == NULL)
      return;
    if (!tcn_matcher_take_step (search->matcher))
      return;
    if (cut->words[word].position == position)
      match_word (search, place, n_left, word, how);
  }
}

/* --- the rarest member ------------------------------------------------------------------ */

/* Goes through the words that stand for one place, in the order of the text: those of its
 * term, and those of the joined word that covers it. */
typedef struct {
  const TcnMatcher *matcher;
  guint32 at[2]; /* occurrences */
  guint32 reach; /* positions by which the phrase may begin before the word */
} Member;

static void
init_member (Member *member, const TcnMatcher *matcher, guint32 term, guint32 joined)
{
  const guint32 terms[] = { term, joined };

  member->matcher = matcher;
  for (guint i = 0; i < G_N_ELEMENTS (terms); i++)
    member->at[i] = terms[i] != TCN_PLACE_STAR && tcn_matcher_has (matcher, terms[i])
                        ? matcher->presences[terms[i]].first
                        : TCN_NO_OCCURRENCE;
}

static gboolean
next_word (Member *member, guint32 *out_word)
{
  const TcnOccurrence *occurrences = member->matcher->occurrences;
  guint32 first = member->at[0];
  guint32 second = member->at[1];
  gboolean takes_second =
      second != TCN_NO_OCCURRENCE &&
      (first == TCN_NO_OCCURRENCE || occurrences[second].word < occurrences[first].word);
  guint32 *at = &member->at[takes_second];

  if (*at == TCN_NO_OCCURRENCE)
    return FALSE;
  *out_word = occurrences[*at].word;
  *at = occurrences[*at].next;
  return TRUE;
}

static gboolean
has_at_most (Member member, guint n)
{
  guint32 word;

  while (next_word (&member, &word))
    if (n-- == 0)
      return FALSE;
  return TRUE;
}

/* The members of a phrase, as far as they are looked at. A place under a joined word of the
 * rule may be there in that word only. */
static guint
list_members (const TcnMatcher *matcher, const guint32 *node, Member *members)
{
  const guint32 *place = node + 3;
  guint32 joined = TCN_PLACE_STAR;
  guint32 n_covered = 0;
  guint n = 0;

  for (guint i = 0; i < TCN_HEAD_COUNT (node[0]) && n < MAX_MEMBERS; i++) {
    guint32 term = *place++;

    if (term != TCN_PLACE_STAR && (term & TCN_PLACE_JOINED) != 0) {
      term &= ~TCN_PLACE_JOINED;
      joined = *place++;
      n_covered = *place++;
    }
    if (term != TCN_PLACE_STAR) {
      init_member (&members[n], matcher, term, n_covered > 0 ? joined : TCN_PLACE_STAR);
      members[n++].reach = i * TCN_WORD_MAX_PARTS;
    }
    if (n_covered > 0)
      n_covered--;
  }
  return n;
}

/* The member that costs least: each of its words is a window of words to try. */
static const Member *
pick_member (const Member *members, guint n)
{
  if (n == 1)
    return members;
  for (guint limit = FEW;; limit *= FEW)
    for (guint i = 0; i < n; i++)
      if (has_at_most (members[i], limit / (members[i].reach + 1)))
        return &members[i];
}

/* Tries the phrase at each word from which the member can be reached. */
static void
match_around (PhraseSearch *search, const guint32 *node, Member member)
{
  TcnMatcher *matcher = search->matcher;
  const TcnWord *words = matcher->cut.words;
  guint32 next = 0; /* the words before were tried */
  guint32 word;

  while (next_word (&member, &word)) {
    guint32 first = word;

    while (member.reach > 0 && first > next &&
           words[first - 1].position + member.reach >= words[word].position)
      first--;
    for (next = MAX (next, first); next <= word; next++) {
      if (!tcn_matcher_take_step (matcher))
        return;
      if (!tcn_matcher_is_in_fields (matcher, node, next))
        continue;
      search->start = words[next].position;
      match_word (search, node + 3, TCN_HEAD_COUNT (node[0]), next, TCN_HOW_FOLDED);
      if (search->found && search->spans == NULL)
        return;
    }
  }
}

/* Whether one word of the term stands in the fields: most of what is asked. */
static gboolean
has_word (const TcnMatcher *matcher, const guint32 *node)
{
  const TcnPresence *presence = &matcher->presences[node[3]];

  if (presence->stamp != matcher->stamp)
    return FALSE;
  for (guint32 at = presence->first; at != TCN_NO_OCCURRENCE;
       at = matcher->occurrences[at].next)
    if (tcn_matcher_is_in_fields (matcher, node, matcher->occurrences[at].word))
      return TRUE;
  return FALSE;
}

gboolean
tcn_phrase_match (TcnMatcher *matcher, const guint32 *node, GArray *spans)
{
  PhraseSearch search = { .matcher = matcher, .spans = spans };
  guint before = spans != NULL ? spans->len : 0;
  Member members[MAX_MEMBERS];
  guint n;

  if (spans == NULL && TCN_HEAD_COUNT (node[0]) == 1)
    return has_word (matcher, node);
  n = list_members (matcher, node, members);
  match_around (&search, node, *pick_member (members, n));
  if (spans != NULL && before == 0 && (node[3] & TCN_PLACE_JOINED) != 0)
    tcn_spans_sort (spans);
  return search.found;
}
