/* SPDX-License-Identifier: MIT */
#include "rules/leaf.h"

#include <string.h>

#include "rules/chars.h"
#include "rules/lexer.h"
#include "rules/words.h"

#define MIN_STARRED 3     /* letters of a wildcard, */
#define MIN_STARRED_CJK 2 /* and in scripts where two say as much */
#define MIN_HANGUL 2      /* syllables of a word that matches beginnings (T3) */

static TcnNode *
refuse (TcnLeafReader *reader, gsize start, gsize end, const char *message,
        const char *remedy)
{
  tcn_fault_add (reader->faults, start, end, g_strdup (message), g_strdup (remedy));
  return tcn_node_new (TCN_NODE_FAULTY, start, end);
}

static TcnNode *
new_leaf (const TcnLeafReader *reader, TcnNodeKind kind, gsize start, gsize end)
{
  TcnNode *node = tcn_node_new (kind, start, end);

  node->first_field = reader->first_field;
  node->last_field = reader->last_field;
  return node;
}

/* --- words and phrases ------------------------------------------------------------------ */

/* The phrase that is being read: its cut text, and which stars touch which word. */
typedef struct {
  TcnLeafReader *reader;
  const char *slice;
  gsize start;
  gsize length;
  TcnCut *cut;
  gboolean *has_lead;  /* for each word: a star before it, */
  gboolean *has_trail; /* behind it */
  GArray *stars;       /* gsize: offsets of those that stand alone */
} Phrase;

static void
refuse_star (Phrase *phrase, gsize at, const char *message, const char *remedy)
{
  gsize from = phrase->start + at;

  tcn_fault_add (phrase->reader->faults, from, from + 1, g_strdup (message),
                 g_strdup (remedy));
}

static gboolean
is_blank_or_edge (const Phrase *phrase, gsize at, gboolean before)
{
  const char *p = phrase->slice + at;
  gunichar c;
  guint8 kind;

  if (before ? at == 0 : at >= phrase->length)
    return TRUE;
  c = g_utf8_get_char (before ? g_utf8_prev_char (p) : p);
  kind = tcn_char_class (c) & TCN_CHAR_KIND;
  return kind == TCN_CHAR_SPACE || kind == TCN_CHAR_NEWLINE;
}

/* Notes what the star at `at` does. */
static gboolean
place_star (Phrase *phrase, gsize at, gboolean is_quoted)
{
  gboolean ends = FALSE;
  gboolean begins = FALSE;

  for (gsize i = 0; i < phrase->cut->n_words; i++) {
    gboolean trails = phrase->cut->words[i].end == at;
    gboolean leads = phrase->cut->words[i].start == at + 1;

    phrase->has_trail[i] |= trails;
    phrase->has_lead[i] |= leads;
    ends |= trails;
    begins |= leads;
  }
  if (ends && begins) {
    refuse_star (phrase, at, "a star cannot stand in the middle of a word",
                 "write the beginning or the end of it: abc*, *abc");
    return FALSE;
  }
  if (ends || begins)
    return TRUE;
  if (!is_quoted || !is_blank_or_edge (phrase, at, TRUE) ||
      !is_blank_or_edge (phrase, at + 1, FALSE)) {
    refuse_star (phrase, at, "a star needs letters at its side",
                 is_quoted ? "put blanks around it for any one word"
                           : "write abc*, *abc or *abc*");
    return FALSE;
  }
  g_array_append_val (phrase->stars, at);
  return TRUE;
}

static gboolean
place_stars (Phrase *phrase, gboolean is_quoted)
{
  for (const char *star = memchr (phrase->slice, '*', phrase->length); star != NULL;
       star = memchr (star + 1, '*', phrase->length - (gsize) (star + 1 - phrase->slice)))
    if (!place_star (phrase, (gsize) (star - phrase->slice), is_quoted))
      return FALSE;
  return TRUE;
}

/* Counts the letters and digits of a word and looks for what decides about inflection. */
typedef struct {
  guint n_letters;
  guint n_capitals;
  guint n_digits;
  guint n_hangul;
  guint n_katakana;
} Census;

static Census
count_chars (const char *p, gsize length)
{
  const char *end = p + length;
  Census census = { 0 };

  while (p < end) {
    gunichar c;
    guint8 klass;

    p = tcn_next_char (p, end, &c);
    klass = tcn_char_class (c);
    if (!tcn_char_is_word (klass))
      continue;
    census.n_letters++;
    census.n_capitals += g_unichar_isupper (c) || g_unichar_istitle (c);
    census.n_digits += (klass & TCN_CHAR_KIND) == TCN_CHAR_DIGIT;
    census.n_hangul += (klass & TCN_CHAR_HANGUL) != 0;
    census.n_katakana += (klass & TCN_CHAR_KIND) == TCN_CHAR_KATAKANA;
  }
  return census;
}

static TcnFormKind
form_kind (const Phrase *phrase, gsize i)
{
  /* A character that is a word of its own has no beginning or end to match. */
  if ((phrase->cut->words[i].flags & TCN_WORD_SINGLE) != 0)
    return TCN_FORM_WORD;
  if (phrase->has_lead[i] && phrase->has_trail[i])
    return TCN_FORM_INSIDE;
  if (phrase->has_lead[i])
    return TCN_FORM_SUFFIX;
  return phrase->has_trail[i] ? TCN_FORM_PREFIX : TCN_FORM_WORD;
}

static void
fill_form (TcnForm *form, const Phrase *phrase, gsize i)
{
  const TcnWord *word = &phrase->cut->words[i];
  const char *slice = phrase->slice + word->start;
  gsize length = word->end - word->start;
  Census census = count_chars (slice, length);
  g_autoptr (GString) folded = g_string_new (NULL);

  tcn_word_fold (folded, slice, length);
  form->kind = form_kind (phrase, i);
  form->is_hangul = form->kind == TCN_FORM_WORD && census.n_hangul >= MIN_HANGUL &&
                    census.n_hangul == census.n_letters;
  form->inflects = form->kind == TCN_FORM_WORD && !phrase->reader->no_inflect &&
                   census.n_digits == 0 && (word->flags & TCN_WORD_SINGLE) == 0 &&
                   !(census.n_letters >= 2 && census.n_capitals == census.n_letters);
  form->folded = g_strdup (folded->str);
  if (form->inflects) {
    g_autoptr (GString) lower = g_string_new (NULL);

    tcn_word_lower (lower, slice, length);
    form->lower = g_strdup (lower->str);
  }
}

/* How many characters in a row, words of their own, the word at `i` stands among. */
static guint
count_singles (const TcnCut *cut, gsize i)
{
  gsize first = i;
  gsize last = i;

  while (first > 0 && cut->words[first - 1].flags & TCN_WORD_SINGLE &&
         cut->words[first - 1].end == cut->words[first].start)
    first--;
  while (last + 1 < cut->n_words && cut->words[last + 1].flags & TCN_WORD_SINGLE &&
         cut->words[last + 1].start == cut->words[last].end)
    last++;
  return (guint) (last - first + 1);
}

static gboolean
star_has_letters (const Phrase *phrase, gsize i)
{
  const TcnWord *word = &phrase->cut->words[i];
  Census census = count_chars (phrase->slice + word->start, word->end - word->start);

  if ((word->flags & TCN_WORD_SINGLE) != 0)
    return count_singles (phrase->cut, i) >= MIN_STARRED_CJK;
  if (census.n_hangul + census.n_katakana >= MIN_STARRED_CJK)
    return TRUE;
  return census.n_letters >= MIN_STARRED;
}

static gboolean
check_starred (Phrase *phrase)
{
  for (gsize i = 0; i < phrase->cut->n_words; i++) {
    const TcnWord *word = &phrase->cut->words[i];

    if ((word->flags & TCN_WORD_JOINED) != 0 ||
        (!phrase->has_lead[i] && !phrase->has_trail[i]) || star_has_letters (phrase, i))
      continue;
    refuse_star (phrase, phrase->has_trail[i] ? word->end : word->start - 1,
                 "a star needs three letters at its side", NULL);
    return FALSE;
  }
  return TRUE;
}

static gboolean
refuse_edge_stars (Phrase *phrase)
{
  const TcnCut *cut = phrase->cut;
  gsize first = cut->words[0].start;
  gsize last = cut->words[cut->n_words - 1].end;

  for (guint i = 0; i < phrase->stars->len; i++) {
    gsize at = g_array_index (phrase->stars, gsize, i);

    if (at > first && at < last)
      continue;
    refuse_star (phrase, at, "a phrase cannot begin or end with a star",
                 "leave it out, or glue it to a word: abc*");
    return TRUE;
  }
  return FALSE;
}

/* Puts the words and the lone stars in the order of the text. */
static void
fill_places (TcnNode *node, const Phrase *phrase)
{
  guint star = 0;
  gsize joined = G_MAXSIZE;

  node->places = g_new0 (TcnPlace, phrase->cut->n_words + phrase->stars->len);
  for (gsize i = 0; i < phrase->cut->n_words; i++) {
    const TcnWord *word = &phrase->cut->words[i];
    TcnPlace *place;

    if ((word->flags & TCN_WORD_JOINED) != 0) {
      joined = i;
      continue;
    }
    for (; star < phrase->stars->len &&
           g_array_index (phrase->stars, gsize, star) < word->start;
         star++)
      node->places[node->n_places++].is_star = TRUE;
    place = &node->places[node->n_places++];
    fill_form (&place->form, phrase, i);
    if (joined != G_MAXSIZE) {
      fill_form (&place->joined, phrase, joined);
      place->joined_span = phrase->cut->words[joined].span;
      joined = G_MAXSIZE;
    }
  }
}

static gboolean
holds_one_letter_and_signs (const Phrase *phrase)
{
  const TcnWord *word = &phrase->cut->words[0];

  return phrase->cut->n_words == 1 && word->end < phrase->length &&
         strchr ("+#", phrase->slice[word->end]) != NULL &&
         count_chars (phrase->slice + word->start, word->end - word->start).n_letters ==
             1 &&
         count_chars (phrase->slice + word->start, word->end - word->start).n_digits == 0;
}

static TcnNode *
refuse_wordless (TcnLeafReader *reader, gsize start, gsize end)
{
  const char *star = memchr (reader->text + start, '*', end - start);

  if (star != NULL)
    return refuse (reader, (gsize) (star - reader->text),
                   (gsize) (star - reader->text) + 1, "a star needs letters at its side",
                   "write abc*, *abc or *abc*");
  return refuse (reader, reader->item_start, reader->item_end,
                 "nothing here can be searched",
                 "a rule needs a letter or a digit; write =… to watch signs");
}

TcnNode *
tcn_leaf_words (TcnLeafReader *reader, gsize start, gsize end, gboolean is_quoted)
{
  g_auto (TcnCut) cut = { 0 };
  g_autofree gboolean *lead = NULL;
  g_autofree gboolean *trail = NULL;
  g_autoptr (GArray) stars = g_array_new (FALSE, FALSE, sizeof (gsize));
  Phrase phrase = { .reader = reader,
                    .slice = reader->text + start,
                    .start = start,
                    .length = end - start,
                    .cut = &cut,
                    .stars = stars };
  TcnNode *node;

  tcn_cut_text (&cut, phrase.slice, phrase.length, 0, FALSE);
  if (cut.n_words == 0)
    return refuse_wordless (reader, start, end);
  phrase.has_lead = lead = g_new0 (gboolean, cut.n_words);
  phrase.has_trail = trail = g_new0 (gboolean, cut.n_words);
  if (!place_stars (&phrase, is_quoted) || refuse_edge_stars (&phrase) ||
      !check_starred (&phrase))
    return tcn_node_new (TCN_NODE_FAULTY, start, end);
  if (is_quoted && holds_one_letter_and_signs (&phrase))
    return refuse (reader, start + cut.words[0].end, end, "only one letter would be left",
                   "put = before the quote to watch the signs too");
  node = new_leaf (reader, TCN_NODE_PHRASE, start, end);
  fill_places (node, &phrase);
  reader->n_words += node->n_places;
  return node;
}

/* --- exact forms ------------------------------------------------------------------------ */

static gboolean
has_capital (const char *text)
{
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    if (g_unichar_isupper (g_utf8_get_char (p)) ||
        g_unichar_istitle (g_utf8_get_char (p)))
      return TRUE;
  return FALSE;
}

TcnNode *
tcn_leaf_exact (TcnLeafReader *reader, gsize start, gsize end)
{
  const char *slice = reader->text + start;
  const char *star = memchr (slice, '*', end - start);
  g_autoptr (GString) typed = g_string_new (NULL);
  gboolean ignore_case;
  TcnNode *node;

  if (star != NULL)
    return refuse (reader, start + (gsize) (star - slice),
                   start + (gsize) (star - slice) + 1, "an exact form takes no star",
                   "leave = out, or use a regex: /…/");
  tcn_text_as_typed (typed, NULL, slice, end - start, FALSE);
  ignore_case = !has_capital (typed->str);
  if (ignore_case) {
    g_string_truncate (typed, 0);
    tcn_text_as_typed (typed, NULL, slice, end - start, TRUE);
  }
  g_strdelimit (typed->str, "\n", ' ');
  g_strstrip (typed->str);
  if (*typed->str == '\0')
    return refuse (reader, reader->item_start, reader->item_end,
                   "nothing here can be searched", NULL);
  node = new_leaf (reader, TCN_NODE_EXACT, start, end);
  node->ignore_case = ignore_case;
  node->needle = g_strdup (typed->str);
  reader->n_words++;
  return node;
}

/* --- hosts and languages ---------------------------------------------------------------- */

TcnNode *
tcn_leaf_site (TcnLeafReader *reader, gsize start, gsize end)
{
  g_autofree char *host = g_utf8_casefold (reader->text + start, (gssize) (end - start));
  const char *bare = host;
  TcnNode *node;

  while (*bare == '.')
    bare++;
  if (*bare == '\0' || strpbrk (bare, "/:*?#@ \t") != NULL)
    return refuse (reader, start, end, "site: takes the name of a host",
                   "write site:lemonde.fr; url: searches the words of the address");
  node = new_leaf (reader, TCN_NODE_SITE, start, end);
  node->needle = g_strdup (bare);
  reader->n_words++;
  return node;
}

TcnNode *
tcn_leaf_lang (TcnLeafReader *reader, gsize start, gsize end)
{
  g_autofree char *tag = g_strndup (reader->text + start, end - start);
  g_autofree char *primary = tcn_language_primary (tag);
  TcnNode *node;

  if (primary == NULL)
    return refuse (reader, start, end, "lang: takes a language code", "write lang:fr");
  if (strlen (primary) != strlen (tag))
    tcn_fault_warn (
        reader->faults, start, end,
        g_strdup_printf ("regions are not told apart: read as lang:%s", primary), NULL);
  node = new_leaf (reader, TCN_NODE_LANG, start, end);
  node->needle = g_steal_pointer (&primary);
  reader->n_words++;
  return node;
}
