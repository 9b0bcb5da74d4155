/* SPDX-License-Identifier: MIT */
/*
 * From a word form to the terms that it is: folding, stemming, the guard and the wildcards
 * are paid once for each distinct form, not for each word. Bounded; when it is full it is
 * dropped as a whole between two items.
 */
#include <string.h>

#include "rules/matcher.h"

#define INITIAL_SLOTS 1024
#define MAX_SLOTS (1u << 19)
#define MAX_LISTS (1u << 20)    /* numbers in all lists; at least so many are had */
#define MAX_INFLECTED_BYTES 255 /* a longer word is a word in no language */
#define EMPTY_COUNT G_MAXUINT32
#define FIND_AHEAD 16

typedef struct {
  guint64 hash; /* keyed, of the form's bytes and the language: stands for both */
  TcnList list; /* count EMPTY_COUNT: a free slot */
} MemoSlot;

struct TcnMemo {
  TcnRuleset *ruleset;
  guint64 seed;
  MemoSlot *slots;
  gsize mask;
  gsize n_used;
  GArray *lists; /* of guint32 */
  TcnStemmer *stemmers[TCN_N_LANGUAGES];

  /* The form being looked up. */
  GString *folded;
  GString *lower;
  GString *stem;
  guint list_start;
  int language; /* of the stem at hand */
};

static void
reset_slots (TcnMemo *memo, gsize size)
{
  g_free (memo->slots);
  memo->slots = g_new0 (MemoSlot, size);
  memo->mask = size - 1;
  memo->n_used = 0;
  for (gsize i = 0; i < size; i++)
    memo->slots[i].list.count = EMPTY_COUNT;
}

TcnMemo *
tcn_memo_new (TcnRuleset *ruleset, guint64 seed)
{
  TcnMemo *memo = g_new0 (TcnMemo, 1);

  memo->ruleset = ruleset;
  memo->seed = seed;
  memo->lists = g_array_sized_new (FALSE, FALSE, sizeof (guint32), 64);
  memo->folded = g_string_new (NULL);
  memo->lower = g_string_new (NULL);
  memo->stem = g_string_new (NULL);
  reset_slots (memo, INITIAL_SLOTS);
  return memo;
}

void
tcn_memo_free (TcnMemo *memo)
{
  if (memo == NULL)
    return;
  for (guint i = 0; i < TCN_N_LANGUAGES; i++)
    tcn_stemmer_free (memo->stemmers[i]);
  g_string_free (memo->folded, TRUE);
  g_string_free (memo->lower, TRUE);
  g_string_free (memo->stem, TRUE);
  g_array_unref (memo->lists);
  g_free (memo->slots);
  g_free (memo);
}

void
tcn_memo_tidy (TcnMemo *memo)
{
  if (memo->n_used < MAX_SLOTS / 2 + MAX_SLOTS / 8 && memo->lists->len < MAX_LISTS)
    return;
  reset_slots (memo, INITIAL_SLOTS);
  g_array_set_size (memo->lists, 0);
}

const guint32 *
tcn_memo_list (const TcnMemo *memo, guint32 start)
{
  return &g_array_index (memo->lists, guint32, start);
}

/* --- looking a form up ------------------------------------------------------------------ */

static gboolean
list_has (const TcnMemo *memo, guint32 term)
{
  for (guint i = memo->list_start; i < memo->lists->len; i++)
    if (TCN_ENTRY_TERM (g_array_index (memo->lists, guint32, i)) == term)
      return TRUE;
  return FALSE;
}

static void
add_entry (TcnMemo *memo, guint32 term, TcnHow how)
{
  guint32 entry = TCN_ENTRY (term, how);

  if (!list_has (memo, term))
    g_array_append_val (memo->lists, entry);
}

static void
take_same (guint32 term, gpointer data)
{
  TcnMemo *memo = data;
  TcnTermKind kind = memo->ruleset->terms[term].kind;

  if ((kind == TCN_TERM_WORD || kind == TCN_TERM_RAW) &&
      strcmp (tcn_term_text (memo->ruleset, term), memo->folded->str) == 0)
    add_entry (memo, term, kind == TCN_TERM_RAW ? TCN_HOW_RAW : TCN_HOW_FOLDED);
}

/* The hash stands for the stem. */
static void
take_inflected (guint32 index, gpointer data)
{
  TcnMemo *memo = data;

  if (tcn_inflect_allows (memo->language, tcn_term_text (memo->ruleset, index),
                          memo->folded->str))
    add_entry (memo, index, TCN_HOW_INFLECTED);
}

/* The hash of the form's stem in a language; 0 where no rule can have another form of it. */
static guint64
stem_hash (TcnMemo *memo, const TcnDictionary *stems, int language, const char *slice,
           gsize length)
{
  guint64 hash;

  if (stems->slots == NULL || !tcn_inflect_has_script (language, memo->folded->str) ||
      !tcn_ruleset_may_inflect (memo->ruleset, language, memo->folded->str))
    return 0;
  if (memo->lower->len == 0)
    tcn_word_lower (memo->lower, slice, length);
  if (memo->stemmers[language] == NULL)
    memo->stemmers[language] = tcn_stemmer_new (language);
  g_string_truncate (memo->stem, 0);
  tcn_stemmer_stem (memo->stemmers[language], memo->lower->str, memo->lower->len,
                    memo->stem);
  hash = tcn_hash_bytes (memo->stem->str, memo->stem->len, 0);
  tcn_dictionary_fetch (stems, hash);
  return hash;
}

static void
find_inflected (TcnMemo *memo, const TcnDictionary *stems, int language, guint64 hash)
{
  memo->language = language;
  if (hash != 0)
    tcn_dictionary_find (stems, hash, take_inflected, memo);
}

static void
find_own_inflected (TcnMemo *memo, const char *slice, gsize length)
{
  guint32 own = memo->ruleset->own_languages;

  for (int i = 0; own != 0; i++, own >>= 1) {
    const TcnDictionary *stems = memo->ruleset->own_stems[i];

    if ((own & 1) != 0)
      find_inflected (memo, stems, i, stem_hash (memo, stems, i, slice, length));
  }
}

static void
take_pattern (guint32 term, gpointer data)
{
  static const TcnHow hows[] = {
    [TCN_TERM_WORD] = TCN_HOW_PREFIX,
    [TCN_TERM_PREFIX] = TCN_HOW_PREFIX,
    [TCN_TERM_SUFFIX] = TCN_HOW_SUFFIX,
    [TCN_TERM_INSIDE] = TCN_HOW_INSIDE,
  };
  TcnMemo *memo = data;

  add_entry (memo, term, hows[memo->ruleset->terms[term].kind]);
}

static void
find_patterns (TcnMemo *memo)
{
  const TcnAutomaton *patterns = memo->ruleset->patterns;
  guint32 state;

  if (tcn_automaton_is_empty (patterns))
    return;
  state = tcn_automaton_step (patterns, TCN_AUTOMATON_START, '\1');
  for (gsize i = 0; i <= memo->folded->len; i++) {
    guint8 byte = i < memo->folded->len ? (guint8) memo->folded->str[i] : '\2';

    state = tcn_automaton_step (patterns, state, byte);
    tcn_automaton_report (patterns, state, take_pattern, memo);
  }
}

static TcnList
look_up (TcnMemo *memo, const char *slice, gsize length, int language)
{
  const TcnDictionary *words = &memo->ruleset->words;
  const TcnDictionary *stems = NULL;
  gboolean can_inflect = length <= MAX_INFLECTED_BYTES;
  TcnList list = { memo->lists->len, 0 };
  guint64 hash, stem = 0;

  memo->list_start = memo->lists->len;
  g_string_truncate (memo->folded, 0);
  g_string_truncate (memo->lower, 0);
  tcn_word_fold (memo->folded, slice, length);
  if (memo->folded->len == 0)
    return list;
  /* Both dictionaries are asked for before either is read. */
  hash = tcn_hash_bytes (memo->folded->str, memo->folded->len, 0);
  tcn_dictionary_fetch (words, hash);
  if (can_inflect && language != TCN_LANGUAGE_NONE) {
    stems = tcn_ruleset_item_stems (memo->ruleset, language);
    stem = stem_hash (memo, stems, language, slice, length);
  }
  tcn_dictionary_find (words, hash, take_same, memo);
  find_inflected (memo, stems, language, stem);
  if (can_inflect)
    find_own_inflected (memo, slice, length);
  find_patterns (memo);
  list.count = memo->lists->len - list.start;
  return list;
}

/* --- slots ------------------------------------------------------------------------------ */

static void
grow (TcnMemo *memo)
{
  MemoSlot *old = g_steal_pointer (&memo->slots);
  gsize old_size = memo->mask + 1;

  reset_slots (memo, old_size * 2);
  for (gsize i = 0; i < old_size; i++) {
    gsize at = old[i].hash & memo->mask;

    if (old[i].list.count == EMPTY_COUNT)
      continue;
    while (memo->slots[at].list.count != EMPTY_COUNT)
      at = (at + 1) & memo->mask;
    memo->slots[at] = old[i];
    memo->n_used++;
  }
  g_free (old);
}

static TcnList
find (TcnMemo *memo, guint64 hash, const char *slice, gsize length, int language)
{
  gsize at = hash & memo->mask;
  TcnList list;

  while (memo->slots[at].list.count != EMPTY_COUNT) {
    if (memo->slots[at].hash == hash)
      return memo->slots[at].list;
    at = (at + 1) & memo->mask;
  }
  list = look_up (memo, slice, length, language);
  /* An item of nothing but new forms may pass the bound; it is put right before the next. */
  if (memo->n_used * 8 > memo->mask * 5) {
    grow (memo);
    for (at = hash & memo->mask; memo->slots[at].list.count != EMPTY_COUNT;)
      at = (at + 1) & memo->mask;
  }
  memo->slots[at] = (MemoSlot){ hash, list };
  memo->n_used++;
  return list;
}

void
tcn_memo_find (TcnMemo *memo, const char *text, const TcnWord *words, gsize n,
               int language, TcnList *out_lists)
{
  guint64 seed = memo->seed + (guint64) (language + 1);
  guint64 hashes[FIND_AHEAD];

  /* Memory is slow: a slot is asked for some words before it is read. */
  for (gsize i = 0; i < n + FIND_AHEAD; i++) {
    guint64 *hash = &hashes[i % FIND_AHEAD];

    if (i >= FIND_AHEAD) {
      const TcnWord *word = &words[i - FIND_AHEAD];
      const char *slice = text + word->start;
      gsize length = word->end - word->start;

      /* Few joined words come twice. */
      out_lists[i - FIND_AHEAD] = G_UNLIKELY ((word->flags & TCN_WORD_JOINED) != 0)
                                      ? look_up (memo, slice, length, language)
                                      : find (memo, *hash, slice, length, language);
    }
    if (i < n) {
      *hash = tcn_hash_bytes (text + words[i].start, words[i].end - words[i].start, seed);
      __builtin_prefetch (&memo->slots[*hash & memo->mask]);
    }
  }
}
