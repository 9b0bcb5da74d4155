/* SPDX-License-Identifier: MIT */
#include "rules/words.h"

#include <string.h>

#include "base/append.h"
#include "rules/chars.h"

#define MAX_PARTICLE 6 /* bytes of the longest elided particle */

/* T5; compared after ASCII folding, longest last. */
static const char *const particles[] = {
  "l",   "d",    "j",    "m",    "t",    "s",     "n",     "c",      "qu",     "un",
  "all", "dell", "nell", "dall", "sull", "quest", "jusqu", "lorsqu", "puisqu", "quoiqu",
};

void
tcn_cut_clear (TcnCut *cut)
{
  g_clear_pointer (&cut->words, g_free);
  g_clear_pointer (&cut->runs, g_free);
  memset (cut, 0, sizeof *cut);
}

static TcnRun *
add_run (TcnCut *cut)
{
  if (G_UNLIKELY (cut->n_runs == cut->runs_size)) {
    cut->runs_size = MAX (cut->runs_size * 2, 64);
    cut->runs = g_renew (TcnRun, cut->runs, cut->runs_size);
  }
  return &cut->runs[cut->n_runs++];
}

/* Makes room for the words of all runs: one for each, one as it was written, and joined
 * ones, which have two parts at least. */
static void
reserve_words (TcnCut *cut, gboolean with_raw)
{
  gsize needed =
      cut->n_words + cut->n_runs + cut->n_runs / 2 + (with_raw ? cut->n_runs : 0);

  if (needed <= cut->words_size)
    return;
  cut->words_size = MAX (needed, cut->words_size * 2);
  cut->words = g_renew (TcnWord, cut->words, cut->words_size);
}

/* --- runs ------------------------------------------------------------------------------- */

/* What stands between two runs. */
typedef struct {
  guint n_separators;
  guint8 first;
  guint8 last;
  gboolean line_is_blank; /* since the last line end */
  gboolean has_barrier;
} Gap;

static inline void
widen_gap (Gap *gap, guint8 kind)
{
  if (gap->n_separators++ == 0)
    gap->first = kind;
  gap->last = kind;
  if (kind == TCN_CHAR_NEWLINE) {
    gap->has_barrier |= gap->line_is_blank;
    gap->line_is_blank = TRUE;
  } else if (kind != TCN_CHAR_SPACE) {
    gap->line_is_blank = FALSE;
  }
}

/* The dot that ends an acronym is no obstacle to what follows: U.S.'s, J.-P. */
static inline guint8
gap_glue (const Gap *gap, const TcnRun *before)
{
  if (gap->n_separators == 1)
    return gap->last;
  if (gap->n_separators == 2 && gap->first == TCN_CHAR_DOT && before->is_one_letter &&
      gap->last != TCN_CHAR_DOT)
    return gap->last;
  return TCN_CHAR_OTHER;
}

/* Whether a character of class `klass` goes on with a run whose first one is `first`. */
static inline gboolean
run_goes_on (guint8 first, guint8 klass)
{
  guint8 kind = klass & TCN_CHAR_KIND;

  if (kind == TCN_CHAR_MARK)
    return TRUE;
  switch (first & TCN_CHAR_KIND) {
  case TCN_CHAR_SINGLE:
    return FALSE;
  case TCN_CHAR_KATAKANA:
    return kind == TCN_CHAR_KATAKANA;
  default:
    return kind == TCN_CHAR_LETTER || kind == TCN_CHAR_DIGIT;
  }
}

/* Letters and digits, as the table of characters has them too. */
static const guint8 is_ascii_word[256] = {
  ['0'] = 1, ['1'] = 1, ['2'] = 1, ['3'] = 1, ['4'] = 1, ['5'] = 1, ['6'] = 1, ['7'] = 1,
  ['8'] = 1, ['9'] = 1, ['A'] = 1, ['B'] = 1, ['C'] = 1, ['D'] = 1, ['E'] = 1, ['F'] = 1,
  ['G'] = 1, ['H'] = 1, ['I'] = 1, ['J'] = 1, ['K'] = 1, ['L'] = 1, ['M'] = 1, ['N'] = 1,
  ['O'] = 1, ['P'] = 1, ['Q'] = 1, ['R'] = 1, ['S'] = 1, ['T'] = 1, ['U'] = 1, ['V'] = 1,
  ['W'] = 1, ['X'] = 1, ['Y'] = 1, ['Z'] = 1, ['a'] = 1, ['b'] = 1, ['c'] = 1, ['d'] = 1,
  ['e'] = 1, ['f'] = 1, ['g'] = 1, ['h'] = 1, ['i'] = 1, ['j'] = 1, ['k'] = 1, ['l'] = 1,
  ['m'] = 1, ['n'] = 1, ['o'] = 1, ['p'] = 1, ['q'] = 1, ['r'] = 1, ['s'] = 1, ['t'] = 1,
  ['u'] = 1, ['v'] = 1, ['w'] = 1, ['x'] = 1, ['y'] = 1, ['z'] = 1,
};

/* Whether a letter of two bytes stands at `p`. */
static inline gboolean
is_wide_letter (const char *p, const char *end)
{
  gunichar c;

  if (end - p < 2 || ((guint8) *p & 0xe0) != 0xc0 || ((guint8) p[1] & 0xc0) != 0x80)
    return FALSE;
  c = (gunichar) ((guint8) *p & 0x1f) << 6 | ((guint8) p[1] & 0x3f);
  return c >= 0x80 && (tcn_char_class (c) & TCN_CHAR_KIND) == TCN_CHAR_LETTER;
}

/* Skips letters and digits of one byte and letters of two, which most are. */
static inline const char *
skip_letters (const char *p, const char *end)
{
  for (;;) {
    while (p < end && is_ascii_word[(guint8) *p])
      p++;
    if (!is_wide_letter (p, end))
      return p;
    do
      p += 2;
    while (is_wide_letter (p, end));
  }
}

/* Reads the run that begins with `first`; returns where to go on. */
static const char *
read_run (TcnRun *run, const char *text, const char *p, const char *end, guint8 first)
{
  const char *run_end = p;
  guint n_letters = 1;

  if (G_LIKELY ((first & TCN_CHAR_KIND) <= TCN_CHAR_DIGIT)) {
    run_end = skip_letters (p, end);
    n_letters += (guint) (run_end - p);
    p = run_end;
  }
  /* What ends most runs is one byte, too. */
  while (p < end && ((guint8) *p >= 0x80 || is_ascii_word[(guint8) *p])) {
    gunichar c;
    const char *next = tcn_next_char (p, end, &c);
    guint8 klass = tcn_char_class (c);
    guint8 kind = klass & TCN_CHAR_KIND;

    if (kind != TCN_CHAR_IGNORED) {
      if (!run_goes_on (first, klass))
        break;
      n_letters += kind != TCN_CHAR_MARK;
      run_end = next;
    }
    p = next;
  }
  run->end = (guint32) (run_end - text);
  run->flags = (first & TCN_CHAR_KIND) == TCN_CHAR_SINGLE ? TCN_WORD_SINGLE : 0;
  run->is_one_letter = n_letters == 1 && (first & TCN_CHAR_KIND) == TCN_CHAR_LETTER;
  return p;
}

static void
cut_runs (TcnCut *cut, const char *text, gsize length)
{
  const char *end = text + length;
  const char *p = text;
  TcnRun none = { 0 };
  Gap gap = { 0 };

  cut->n_runs = 0;
  while (p < end) {
    gunichar c;
    const char *next = tcn_next_char (p, end, &c);
    guint8 klass = tcn_char_class (c);
    guint8 kind = klass & TCN_CHAR_KIND;
    TcnRun *run;

    if (kind < TCN_CHAR_LETTER) {
      /* A mark without a letter is a stray. */
      if (kind < TCN_CHAR_IGNORED)
        widen_gap (&gap, kind);
      p = next;
      continue;
    }
    run = add_run (cut);
    run->start = (guint32) (p - text);
    run->glue = gap_glue (&gap, cut->n_runs > 1 ? run - 1 : &none);
    run->has_barrier = gap.has_barrier;
    p = read_run (run, text, next, end, klass);
    memset (&gap, 0, sizeof gap);
  }
}

/* --- words ------------------------------------------------------------------------------ */

static gboolean
run_is (const TcnRun *run, const char *text, const char *word)
{
  gsize n = run->end - run->start;

  return strlen (word) == n && g_ascii_strncasecmp (text + run->start, word, n) == 0;
}

static gboolean
is_particle (const TcnRun *run, const char *text)
{
  if (run->end - run->start > MAX_PARTICLE)
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (particles); i++)
    if (run_is (run, text, particles[i]))
      return TRUE;
  return FALSE;
}

static gboolean
follows_by (const TcnCut *cut, gsize i, guint8 glue)
{
  return i + 1 < cut->n_runs && cut->runs[i + 1].glue == glue;
}

/* The 's of Putin's. */
static gboolean
is_possessive (const TcnCut *cut, gsize i, const char *text)
{
  return i > 0 && cut->runs[i].glue == TCN_CHAR_APOSTROPHE &&
         run_is (&cut->runs[i], text, "s");
}

static gboolean
is_elided (const TcnCut *cut, gsize i, const char *text)
{
  return follows_by (cut, i, TCN_CHAR_APOSTROPHE) && is_particle (&cut->runs[i], text) &&
         !is_possessive (cut, i + 1, text);
}

/* The don of don't. */
static gboolean
takes_nt (const TcnCut *cut, gsize i, const char *text)
{
  const TcnRun *run = &cut->runs[i];

  return follows_by (cut, i, TCN_CHAR_APOSTROPHE) && run->end - run->start >= 2 &&
         g_ascii_tolower (text[run->end - 1]) == 'n' && run_is (run + 1, text, "t");
}

static gsize
count_acronym (const TcnCut *cut, gsize i)
{
  gsize n = 1;

  if (!cut->runs[i].is_one_letter)
    return 1;
  while (i + n < cut->n_runs && cut->runs[i + n].is_one_letter &&
         cut->runs[i + n].glue == TCN_CHAR_DOT)
    n++;
  return n;
}

static void
add_raw_runs (TcnCut *cut, gsize first, gsize n, guint32 position)
{
  for (gsize i = first; i < first + n; i++) {
    const TcnRun *run = &cut->runs[i];

    cut->words[cut->n_words++] = (TcnWord){
      run->start, run->end, position, 0, run->flags | TCN_WORD_RAW,
    };
  }
}

/* The hyphenated word that is being read. */
typedef struct {
  gsize first;    /* index of its first part among the words */
  gsize n_parts;  /* 0: none is being read */
  gsize last_run; /* the run that ended its last part */
} Chain;

/* Puts the joined form before the parts of a chain. */
static void
join_parts (TcnCut *cut, const Chain *chain)
{
  gsize n_words = cut->n_words - chain->first;
  TcnWord joined = cut->words[chain->first];

  /* A particle behind the chain may have been added as it was written. */
  for (gsize i = chain->first; i < cut->n_words; i++)
    if ((cut->words[i].flags & TCN_WORD_RAW) == 0)
      joined.end = MAX (joined.end, cut->words[i].end);
  joined.span = (guint16) chain->n_parts;
  joined.flags = TCN_WORD_JOINED | TCN_WORD_MERGED;
  memmove (&cut->words[chain->first + 1], &cut->words[chain->first],
           n_words * sizeof (TcnWord));
  cut->words[chain->first] = joined;
  cut->n_words++;
}

static inline void
close_chain (TcnCut *cut, Chain *chain)
{
  if (chain->n_parts >= 2 && chain->n_parts <= TCN_WORD_MAX_PARTS)
    join_parts (cut, chain);
  chain->n_parts = 0;
}

/* Adds the word made of the runs [i, i + n). */
static inline void
add_unit (TcnCut *cut, Chain *chain, gsize i, gsize n, guint32 position)
{
  const TcnRun *first = &cut->runs[i];
  gboolean can_join = (first->flags & TCN_WORD_SINGLE) == 0;

  if (!(first->glue == TCN_CHAR_HYPHEN && can_join && chain->last_run + 1 == i))
    close_chain (cut, chain);
  if (chain->n_parts == 0)
    chain->first = cut->n_words;
  cut->words[cut->n_words++] = (TcnWord){
    first->start,
    cut->runs[i + n - 1].end,
    position,
    1,
    n > 1 ? TCN_WORD_MERGED : first->flags,
  };
  if (can_join) {
    chain->n_parts++;
    chain->last_run = i + n - 1;
  }
}

guint32
tcn_cut_text (TcnCut *cut, const char *text, gsize length, guint32 position,
              gboolean with_raw)
{
  Chain chain = { 0 };
  gsize n;

  cut_runs (cut, text, length);
  reserve_words (cut, with_raw);
  for (gsize i = 0; i < cut->n_runs; i += n) {
    const TcnRun *run = &cut->runs[i];

    n = 1;
    if (run->has_barrier)
      position += TCN_WORD_BARRIER;
    if (G_UNLIKELY (run->is_one_letter || run->glue == TCN_CHAR_APOSTROPHE ||
                    follows_by (cut, i, TCN_CHAR_APOSTROPHE))) {
      if (is_possessive (cut, i, text) || is_elided (cut, i, text)) {
        if (with_raw)
          add_raw_runs (cut, i, 1, position);
        continue;
      }
      n = takes_nt (cut, i, text) ? 2 : count_acronym (cut, i);
    }
    add_unit (cut, &chain, i, n, position);
    if (n > 1 && with_raw)
      add_raw_runs (cut, i, n, position);
    position++;
  }
  close_chain (cut, &chain);
  return position;
}

/* --- folding ---------------------------------------------------------------------------- */

/* Whether the mark `klass` on a letter of class `base` is an accent that folding removes. */
static gboolean
is_accent (guint8 klass, guint8 base)
{
  if ((klass & TCN_CHAR_GENERIC) == 0)
    return FALSE;
  if ((base & TCN_CHAR_KEEPS_MARKS) == 0)
    return TRUE;
  return (base & TCN_CHAR_CYRILLIC) != 0 && (klass & TCN_CHAR_STRESS) != 0;
}

/* Folds composed text; returns whether what came out may need composing again. */
static gboolean
fold_chars (GString *out, const char *p, const char *end)
{
  gboolean composes = FALSE;
  guint8 base = 0;

  while (p < end) {
    gunichar c;
    const char *next;
    guint8 klass;
    gsize n = 0;
    const char *folded;
    gboolean is_mark;

    if (is_ascii_word[(guint8) *p]) {
      tcn_append_char (out, g_ascii_tolower (*p++));
      base = TCN_CHAR_LETTER;
      continue;
    }
    next = tcn_next_char (p, end, &c);
    klass = tcn_char_class (c);
    folded = tcn_char_fold (c, &n);
    is_mark = (klass & TCN_CHAR_KIND) == TCN_CHAR_MARK;

    if (!is_mark && tcn_char_is_word (klass))
      base = klass;
    if (folded != NULL)
      tcn_append (out, folded, n);
    else if (!is_mark || !is_accent (klass, base))
      tcn_append (out, p, (gsize) (next - p));
    composes |= is_mark;
    p = next;
  }
  return composes;
}

/* Whether a mark or letter of the slice may change with what stands before it. Arabic vowel
 * marks never do, and folding drops them. */
static gboolean
needs_composing (const char *p, const char *end)
{
  /* What a byte below 0xcc begins or goes on with stands before U+0300. */
  for (; p < end; p++) {
    gunichar c;

    if ((guint8) *p < 0xcc)
      continue;
    tcn_next_char (p, end, &c);
    if ((tcn_char_class (c) & TCN_CHAR_COMPOSES) != 0 && !(c >= 0x064b && c <= 0x0652))
      return TRUE;
  }
  return FALSE;
}

void
tcn_word_fold (GString *out, const char *slice, gsize length)
{
  gsize before = out->len;
  g_autofree char *composed = NULL;
  g_autofree char *again = NULL;

  if (G_LIKELY (!needs_composing (slice, slice + length))) {
    fold_chars (out, slice, slice + length);
    return;
  }
  composed = g_utf8_normalize (slice, (gssize) length, G_NORMALIZE_NFC);
  if (composed == NULL) {
    fold_chars (out, slice, slice + length);
    return;
  }
  if (!fold_chars (out, composed, composed + strlen (composed)))
    return;
  again =
      g_utf8_normalize (out->str + before, (gssize) (out->len - before), G_NORMALIZE_NFC);
  if (again != NULL) {
    g_string_truncate (out, before);
    g_string_append (out, again);
  }
}

void
tcn_word_lower (GString *out, const char *slice, gsize length)
{
  g_autofree char *composed = NULL;
  const char *p = slice;
  const char *end = slice + length;

  if (needs_composing (slice, end))
    composed = g_utf8_normalize (slice, (gssize) length, G_NORMALIZE_NFC);
  if (composed != NULL) {
    p = composed;
    end = composed + strlen (composed);
  }
  while (p < end) {
    const char *here = p;
    gunichar c, lower;

    p = tcn_next_char (p, end, &c);
    if ((tcn_char_class (c) & TCN_CHAR_KIND) < TCN_CHAR_MARK)
      continue;
    lower = g_unichar_tolower (c);
    if (lower == c)
      tcn_append (out, here, (gsize) (p - here));
    else
      g_string_append_unichar (out, lower);
  }
}
