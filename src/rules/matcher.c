/* SPDX-License-Identifier: MIT */
#include "rules/matcher.h"

#include <string.h>

#include "tocsin/limits.h"
#include "tocsin/text.h"

#define PREFETCH_AHEAD 8
#define NOTE_AHEAD 6
#define TERMS_AHEAD 4
#define POSTINGS_AHEAD 8

TcnMatcher *
tcn_matcher_new (TcnRuleset *ruleset, guint64 seed)
{
  TcnMatcher *matcher = g_new0 (TcnMatcher, 1);

  matcher->ruleset = tcn_ruleset_ref (ruleset);
  matcher->seed = seed;
  matcher->memo = tcn_memo_new (ruleset, seed);
  matcher->presences = g_new0 (TcnPresence, MAX (ruleset->n_terms, 1));
  matcher->seen = g_new0 (guint32, MAX (ruleset->n_slots, 1));
  for (guint32 i = 0; i < ruleset->n_terms; i++)
    matcher->presences[i].is_anchor =
        ruleset->posting_starts[i] != ruleset->posting_starts[i + 1];
  matcher->pool = g_ptr_array_new_with_free_func ((GDestroyNotify) g_array_unref);
  return matcher;
}

static void
free_views (TcnMatcher *matcher)
{
  for (guint field = 0; field < TCN_N_FIELDS; field++)
    for (guint kind = 0; kind < TCN_N_VIEWS; kind++) {
      TcnView *view = &matcher->views[field][kind];

      if (view->text != NULL)
        g_string_free (view->text, TRUE);
      g_clear_pointer (&view->map, g_array_unref);
    }
}

void
tcn_matcher_free (TcnMatcher *matcher)
{
  if (matcher == NULL)
    return;
  free_views (matcher);
  tcn_memo_free (matcher->memo);
  tcn_cut_clear (&matcher->cut);
  g_free (matcher->presences);
  g_free (matcher->seen);
  g_free (matcher->lists);
  g_free (matcher->listed);
  g_free (matcher->occurrences);
  g_free (matcher->anchors.at);
  g_free (matcher->candidates.at);
  g_free (matcher->hits.at);
  g_ptr_array_unref (matcher->pool);
  g_clear_pointer (&matcher->match_data, pcre2_match_data_free);
  g_clear_pointer (&matcher->match_context, pcre2_match_context_free);
  g_clear_pointer (&matcher->jit_stack, pcre2_jit_stack_free);
  tcn_ruleset_unref (matcher->ruleset);
  g_free (matcher);
}

TcnWordCounts *
tcn_matcher_word_counts (const TcnMatcher *matcher)
{
  guint32 n = matcher->ruleset->n_terms;
  TcnWordCounts *counts = g_malloc (sizeof *counts + n * sizeof counts->by_term[0]);

  counts->n_items = matcher->n_items;
  for (guint32 i = 0; i < n; i++)
    counts->by_term[i] = matcher->presences[i].n_items;
  return counts;
}

void
tcn_word_counts_free (TcnWordCounts *counts)
{
  g_free (counts);
}

const TcnMatcherLimits *
tcn_matcher_limits (const TcnMatcher *matcher)
{
  return &matcher->limits;
}

const guint32 *
tcn_matcher_list (const TcnMatcher *matcher, guint32 word, guint32 *out_count)
{
  *out_count = matcher->lists[word].count;
  return tcn_memo_list (matcher->memo, matcher->lists[word].start);
}

GArray *
tcn_matcher_borrow (TcnMatcher *matcher)
{
  if (matcher->pool->len == 0)
    return g_array_new (FALSE, FALSE, sizeof (TcnSpan));
  return g_ptr_array_steal_index_fast (matcher->pool, matcher->pool->len - 1);
}

void
tcn_matcher_return (TcnMatcher *matcher, GArray *spans)
{
  g_array_set_size (spans, 0);
  g_ptr_array_add (matcher->pool, spans);
}

/* --- views ------------------------------------------------------------------------------ */

static void
forget_views (TcnMatcher *matcher)
{
  for (guint field = 0; field < TCN_N_FIELDS; field++)
    for (guint kind = 0; kind < TCN_N_VIEWS; kind++)
      matcher->views[field][kind].is_made = FALSE;
}

const TcnView *
tcn_matcher_view (TcnMatcher *matcher, TcnField field, guint kind)
{
  TcnView *view = &matcher->views[field][kind];
  const char *text = matcher->doc->text[field];

  if (view->is_made)
    return view;
  if (view->text == NULL) {
    view->text = g_string_new (NULL);
    view->map = g_array_new (FALSE, FALSE, sizeof (guint32));
  }
  g_string_truncate (view->text, 0);
  g_array_set_size (view->map, 0);
  if (kind != TCN_VIEW_COMPOSED)
    tcn_text_as_typed (view->text, view->map, text, matcher->lengths[field],
                       kind == TCN_VIEW_TYPED_FOLDED);
  else if (tcn_text_is_composed (text, matcher->lengths[field]))
    g_string_append_len (view->text, text, (gssize) matcher->lengths[field]);
  else
    tcn_text_composed (view->text, view->map, text, matcher->lengths[field]);
  view->is_made = TRUE;
  return view;
}

/* --- taking an item in ------------------------------------------------------------------ */

static inline TcnPresence *
touch (TcnMatcher *matcher, guint32 term)
{
  TcnPresence *presence = &matcher->presences[term];

  if (presence->stamp != matcher->stamp) {
    presence->stamp = matcher->stamp;
    presence->first = presence->last = TCN_NO_OCCURRENCE;
    presence->n_items++;
    if (presence->is_anchor) {
      tcn_numbers_add (&matcher->anchors, term);
      __builtin_prefetch (&matcher->ruleset->posting_starts[term]);
    }
  }
  return presence;
}

static inline void
add_occurrence (TcnMatcher *matcher, guint32 term, guint32 word)
{
  TcnPresence *presence = touch (matcher, term);
  guint32 index = matcher->n_occurrences++;

  if (G_UNLIKELY (index == matcher->occurrences_size)) {
    matcher->occurrences_size = MAX (matcher->occurrences_size * 2, 256);
    matcher->occurrences =
        g_renew (TcnOccurrence, matcher->occurrences, matcher->occurrences_size);
  }
  matcher->occurrences[index] = (TcnOccurrence){ word, TCN_NO_OCCURRENCE };
  if (presence->first == TCN_NO_OCCURRENCE)
    presence->first = index;
  else
    matcher->occurrences[presence->last].next = index;
  presence->last = index;
}

/* A run that is no word counts for exact forms only, a joined word for all but these. */
static void
note_word (TcnMatcher *matcher, guint32 index)
{
  guint16 flags = matcher->cut.words[index].flags;
  guint32 count;
  const guint32 *list = tcn_matcher_list (matcher, index, &count);

  for (guint32 i = 0; i < count; i++) {
    guint32 term = TCN_ENTRY_TERM (list[i]);

    if (TCN_ENTRY_HOW (list[i]) != TCN_HOW_RAW) {
      if ((flags & TCN_WORD_RAW) == 0)
        add_occurrence (matcher, term, index);
    } else if ((flags & TCN_WORD_MERGED) == 0) {
      touch (matcher, term);
    }
  }
}

static void
make_room (TcnMatcher *matcher)
{
  if (matcher->cut.n_words <= matcher->lists_size)
    return;
  matcher->lists_size = matcher->cut.words_size;
  matcher->lists = g_renew (TcnList, matcher->lists, matcher->lists_size);
  matcher->listed = g_renew (guint32, matcher->listed, matcher->lists_size);
}

/* The terms that a word some places ahead has are needed soon. */
static void
fetch_terms (const TcnMatcher *matcher, guint32 index)
{
  guint32 count;
  const guint32 *list = tcn_matcher_list (matcher, index, &count);

  for (guint32 i = 0; i < MIN (count, TERMS_AHEAD); i++)
    __builtin_prefetch (&matcher->presences[TCN_ENTRY_TERM (list[i])]);
}

static void
note_words (TcnMatcher *matcher, TcnField field, gsize first)
{
  gsize n = matcher->cut.n_words;
  gsize n_listed = 0;
  guint32 *listed;

  if (n == first)
    return;
  make_room (matcher);
  listed = matcher->listed;
  tcn_memo_find (matcher->memo, matcher->doc->text[field], matcher->cut.words + first,
                 n - first, matcher->language, matcher->lists + first);
  for (gsize i = first; i < n; i++)
    if (matcher->lists[i].count > 0)
      listed[n_listed++] = (guint32) i;
  for (gsize i = 0; i < n_listed; i++) {
    if (i + 2 * NOTE_AHEAD < n_listed)
      __builtin_prefetch (tcn_memo_list (
          matcher->memo, matcher->lists[listed[i + 2 * NOTE_AHEAD]].start));
    if (i + NOTE_AHEAD < n_listed)
      fetch_terms (matcher, listed[i + NOTE_AHEAD]);
    note_word (matcher, listed[i]);
  }
}

/* Adds a word that is none: a host, a language. */
static void
note_whole (TcnMatcher *matcher, guint32 term, gsize start, gsize end, guint32 position)
{
  TcnCut *cut = &matcher->cut;
  TcnWord word = {
    .start = (guint32) start, .end = (guint32) end, .position = position, .span = 1
  };

  if (cut->n_words == cut->words_size) {
    cut->words_size = MAX (cut->words_size * 2, 16);
    cut->words = g_renew (TcnWord, cut->words, cut->words_size);
  }
  cut->words[cut->n_words++] = word;
  make_room (matcher);
  matcher->lists[cut->n_words - 1] = (TcnList){ 0, 0 };
  add_occurrence (matcher, term, (guint32) cut->n_words - 1);
}

typedef struct {
  const TcnMatcher *matcher;
  TcnTermKind kind;
  const char *text;
  guint32 found;
} WholeSearch;

static void
compare_whole (guint32 term, gpointer data)
{
  WholeSearch *search = data;
  const TcnRuleset *ruleset = search->matcher->ruleset;

  if (ruleset->terms[term].kind == search->kind &&
      strcmp (tcn_term_text (ruleset, term), search->text) == 0)
    search->found = term;
}

static guint32
find_whole (const TcnMatcher *matcher, TcnTermKind kind, const char *text)
{
  WholeSearch search = { matcher, kind, text, G_MAXUINT32 };

  tcn_dictionary_find (&matcher->ruleset->words, tcn_hash_bytes (text, strlen (text), 0),
                       compare_whole, &search);
  return search.found;
}

/* Where the host stands in an address: behind "//" and a user's name, before a port. */
static gboolean
find_host (const char *url, gsize length, gsize *out_start, gsize *out_end)
{
  const char *start = g_strstr_len (url, (gssize) length, "://");
  gsize n;
  const char *at;

  if (start == NULL)
    return FALSE;
  start += 3;
  n = strcspn (start, "/?#");
  at = memchr (start, '@', n);
  if (at != NULL) {
    n -= (gsize) (at + 1 - start);
    start = at + 1;
  }
  *out_start = (gsize) (start - url);
  *out_end = *out_start + strcspn (start, ":/?#");
  return *out_end <= length;
}

/* Each suffix of the host that begins behind a dot. */
static guint32
note_hosts (TcnMatcher *matcher, guint32 position)
{
  const char *url = matcher->doc->text[TCN_FIELD_URL];
  gsize start, end;

  if (!matcher->ruleset->has_sites ||
      !find_host (url, matcher->lengths[TCN_FIELD_URL], &start, &end))
    return position;
  while (start < end) {
    g_autofree char *host = g_utf8_casefold (url + start, (gssize) (end - start));
    guint32 term = find_whole (matcher, TCN_TERM_SITE, host);
    const char *dot = memchr (url + start, '.', end - start);

    if (term != G_MAXUINT32) {
      position += TCN_WORD_BARRIER;
      note_whole (matcher, term, start, end, position);
    }
    start = dot != NULL ? (gsize) (dot - url) + 1 : end;
  }
  return position;
}

static guint32
take_field (TcnMatcher *matcher, TcnField field, guint32 position)
{
  const char *text = matcher->doc->text[field];
  gsize first = matcher->cut.n_words;

  if (field == TCN_FIELD_LANG) {
    guint32 term = matcher->doc->language != NULL
                       ? find_whole (matcher, TCN_TERM_LANG, matcher->doc->language)
                       : G_MAXUINT32;

    if (term != G_MAXUINT32)
      note_whole (matcher, term, 0, strlen (matcher->doc->language), position);
    return position + TCN_WORD_BARRIER;
  }
  if (matcher->lengths[field] == 0)
    return position;
  position = tcn_cut_text (&matcher->cut, text, matcher->lengths[field], position,
                           matcher->ruleset->has_raw);
  note_words (matcher, field, first);
  if (field == TCN_FIELD_URL)
    position = note_hosts (matcher, position);
  return position + TCN_WORD_BARRIER;
}

static void
note_literal (guint32 term, gpointer data)
{
  touch (data, term);
}

static void
note_literals (TcnMatcher *matcher)
{
  const TcnAutomaton *literals = matcher->ruleset->literals;

  if (tcn_automaton_is_empty (literals))
    return;
  for (guint field = 0; field < TCN_FIELD_LANG; field++) {
    const TcnView *view;
    guint32 state = TCN_AUTOMATON_START;

    if (matcher->lengths[field] == 0)
      continue;
    view = tcn_matcher_view (matcher, field, TCN_VIEW_COMPOSED);
    for (gsize i = 0; i < view->text->len; i++) {
      state = tcn_automaton_step (literals, state,
                                  (guint8) g_ascii_tolower (view->text->str[i]));
      if (state != TCN_AUTOMATON_START)
        tcn_automaton_report (literals, state, note_literal, matcher);
    }
  }
}

/* The bytes of each field that are searched: all fields together have a limit. */
static void
measure_fields (TcnMatcher *matcher)
{
  gsize left = TCN_MAX_TEXT_BYTES;

  for (guint field = 0; field < TCN_N_FIELDS; field++) {
    const char *text = matcher->doc->text[field];
    gsize length = text != NULL ? strlen (text) : 0;

    matcher->limits.text_was_cut = matcher->limits.text_was_cut || length > left;
    matcher->lengths[field] = tcn_text_whole (text, length, left);
    left -= matcher->lengths[field];
  }
}

static void
take_item (TcnMatcher *matcher, const TcnDocument *doc)
{
  guint32 position = 0;

  matcher->doc = doc;
  matcher->language = tcn_inflect_language (doc->language);
  memset (&matcher->limits, 0, sizeof matcher->limits);
  if (++matcher->stamp == 0) {
    /* The stamps of four thousand million items ago are not those of this one. */
    for (guint32 i = 0; i < matcher->ruleset->n_terms; i++)
      matcher->presences[i].stamp = 0;
    memset (matcher->seen, 0, matcher->ruleset->n_slots * sizeof (guint32));
    matcher->stamp = 1;
  }
  matcher->n_items++;
  matcher->cut.n_words = 0;
  matcher->n_occurrences = 0;
  matcher->anchors.n = 0;
  forget_views (matcher);
  tcn_memo_tidy (matcher->memo);
  measure_fields (matcher);
  for (guint field = 0; field < TCN_N_FIELDS; field++) {
    matcher->word_starts[field] = (guint32) matcher->cut.n_words;
    position = take_field (matcher, field, position);
  }
  matcher->word_starts[TCN_N_FIELDS] = (guint32) matcher->cut.n_words;
  note_literals (matcher);
}

/* --- trying rules ----------------------------------------------------------------------- */

static void
try_program (TcnMatcher *matcher, guint32 program)
{
  guint32 header = matcher->ruleset->programs[program];
  guint32 slot = header & ~TCN_PROGRAM_MULTIPLE;
  const guint32 *root = matcher->ruleset->programs + program + 1;

  if (slot != header) {
    if (matcher->seen[slot] == matcher->stamp)
      return;
    matcher->seen[slot] = matcher->stamp;
  }
  matcher->slot = slot;
  matcher->n_steps = 0;
  matcher->is_capped = FALSE;
  if (tcn_node_is_possible (matcher, root) && tcn_node_holds (matcher, root)) {
    __builtin_prefetch (&matcher->ruleset->slots[slot]);
    tcn_numbers_add (&matcher->hits, slot);
  }
  if (matcher->is_capped && matcher->limits.n_capped++ == 0)
    matcher->limits.first_capped_rule = matcher->ruleset->slots[slot].rule_index;
}

static void
collect_candidates (TcnMatcher *matcher)
{
  const TcnRuleset *ruleset = matcher->ruleset;
  const guint32 *starts = ruleset->posting_starts;
  const TcnNumbers *anchors = &matcher->anchors;

  matcher->candidates.n = 0;
  for (guint32 i = 0; i < ruleset->n_always; i++)
    tcn_numbers_add (&matcher->candidates, ruleset->always[i]);
  for (guint32 i = 0; i < anchors->n; i++) {
    if (i + POSTINGS_AHEAD < anchors->n)
      __builtin_prefetch (&ruleset->postings[starts[anchors->at[i + POSTINGS_AHEAD]]]);
    for (guint32 k = starts[anchors->at[i]]; k < starts[anchors->at[i] + 1]; k++)
      tcn_numbers_add (&matcher->candidates, ruleset->postings[k]);
  }
}

/* The terms that a program asks about first. */
static void
fetch_first_terms (const TcnMatcher *matcher, const guint32 *program)
{
  const guint32 *node = program + 1;
  gboolean has_leaves = TCN_HEAD_KIND (node[0]) != TCN_NODE_PHRASE;

  for (guint32 i = 0; i < MIN (TCN_HEAD_COUNT (node[0]), TERMS_AHEAD); i++) {
    /* Of an AND of words, each is a node of four numbers. */
    guint32 at = has_leaves ? 2 + 4 * i + 3 : 3 + i;

    if (at < node[1] && node[at] < matcher->ruleset->n_terms)
      __builtin_prefetch (&matcher->presences[node[at]]);
  }
}

static void
try_candidates (TcnMatcher *matcher)
{
  const guint32 *programs = matcher->ruleset->programs;
  const guint32 *candidates = matcher->candidates.at;
  guint32 n = matcher->candidates.n;

  matcher->hits.n = 0;
  for (guint32 i = 0; i < n; i++) {
    if (i + 2 * PREFETCH_AHEAD < n)
      __builtin_prefetch (programs + candidates[i + 2 * PREFETCH_AHEAD]);
    if (i + PREFETCH_AHEAD < n)
      fetch_first_terms (matcher, programs + candidates[i + PREFETCH_AHEAD]);
    try_program (matcher, candidates[i]);
  }
}

/* Few, and nearly in order. */
static void
sort_numbers (TcnNumbers *numbers)
{
  static const guint32 gaps[] = { 65731, 29215, 12984, 5771, 2565, 1140, 507,
                                  225,   100,   44,    19,   8,    3,    1 };

  for (gsize k = 0; k < G_N_ELEMENTS (gaps); k++)
    for (guint32 i = gaps[k]; i < numbers->n; i++) {
      guint32 number = numbers->at[i];
      guint32 at = i;

      for (; at >= gaps[k] && numbers->at[at - gaps[k]] > number; at -= gaps[k])
        numbers->at[at] = numbers->at[at - gaps[k]];
      numbers->at[at] = number;
    }
}

guint
tcn_matcher_run (TcnMatcher *matcher, const TcnDocument *doc, TcnHitFunc func,
                 gpointer data)
{
  const TcnRuleSlot *slots = matcher->ruleset->slots;
  const guint32 *hits;
  guint n_rules = 0;

  take_item (matcher, doc);
  collect_candidates (matcher);
  try_candidates (matcher);
  sort_numbers (&matcher->hits);
  hits = matcher->hits.at;
  for (guint i = 0, n; i < matcher->hits.n; i += n, n_rules++) {
    guint32 rule_index = slots[hits[i]].rule_index;
    TcnHit hit = { matcher, hits + i, 0 };

    for (n = 1; i + n < matcher->hits.n && slots[hits[i + n]].rule_index == rule_index;)
      n++;
    hit.n_slots = n;
    if (func != NULL)
      func (rule_index, &hit, data);
  }
  return n_rules;
}

/* --- documents -------------------------------------------------------------------------- */

void
tcn_document_set_item (TcnDocument *doc, const TcnItem *item, const char *feed_title,
                       const char *language)
{
  g_autoptr (GString) tags = g_string_new (NULL);

  memset (doc, 0, sizeof *doc);
  for (guint i = 0; i < item->categories->len; i++)
    g_string_append_printf (tags, "%s%s", i > 0 ? "\n\n" : "",
                            (const char *) g_ptr_array_index (item->categories, i));
  doc->own_tags = tags->len > 0 ? g_string_free (g_steal_pointer (&tags), FALSE) : NULL;
  doc->own_language = tcn_language_primary (language);
  doc->language = doc->own_language;
  doc->text[TCN_FIELD_TITLE] = item->title;
  doc->text[TCN_FIELD_SUMMARY] = item->summary;
  doc->text[TCN_FIELD_CONTENT] = item->content;
  doc->text[TCN_FIELD_AUTHOR] = item->author;
  doc->text[TCN_FIELD_FEED] = feed_title;
  doc->text[TCN_FIELD_URL] = item->link;
  doc->text[TCN_FIELD_TAG] = doc->own_tags;
  doc->text[TCN_FIELD_LANG] = doc->language;
}

void
tcn_document_clear (TcnDocument *doc)
{
  g_clear_pointer (&doc->own_tags, g_free);
  g_clear_pointer (&doc->own_language, g_free);
}
