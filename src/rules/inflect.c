/* SPDX-License-Identifier: MIT */
#include "rules/inflect.h"

#include <libstemmer.h>
#include <string.h>

#include "rules/words.h"

#define MAX_OTHER_ENDING                                                                 \
  3 /* letters, in languages without a list of endings, and in French */
#define MAX_ENGLISH_ENDING 4 /* ning */

typedef enum {
  GUARD_LETTERS,
  GUARD_FRENCH,
  GUARD_ENGLISH,
  GUARD_NONE,
} Guard;

typedef struct {
  const char *subtag;
  const char *stemmer; /* NULL: our own */
  Guard guard;
  GUnicodeScript script;
} LanguageRow;

/* Norwegian has three subtags; rows of one stemmer are languages of their own. */
static const LanguageRow languages[] = {
  { "ar", NULL, GUARD_NONE, G_UNICODE_SCRIPT_ARABIC },
  { "ca", "catalan", GUARD_LETTERS, G_UNICODE_SCRIPT_LATIN },
  { "da", "danish", GUARD_LETTERS, G_UNICODE_SCRIPT_LATIN },
  { "de", "german", GUARD_LETTERS, G_UNICODE_SCRIPT_LATIN },
  { "el", "greek", GUARD_LETTERS, G_UNICODE_SCRIPT_GREEK },
  { "en", "english", GUARD_ENGLISH, G_UNICODE_SCRIPT_LATIN },
  { "es", "spanish", GUARD_LETTERS, G_UNICODE_SCRIPT_LATIN },
  { "eu", "basque", GUARD_LETTERS, G_UNICODE_SCRIPT_LATIN },
  { "fi", "finnish", GUARD_LETTERS, G_UNICODE_SCRIPT_LATIN },
  { "fr", "french", GUARD_FRENCH, G_UNICODE_SCRIPT_LATIN },
  { "ga", "irish", GUARD_LETTERS, G_UNICODE_SCRIPT_LATIN },
  { "hi", "hindi", GUARD_LETTERS, G_UNICODE_SCRIPT_DEVANAGARI },
  { "hu", "hungarian", GUARD_LETTERS, G_UNICODE_SCRIPT_LATIN },
  { "hy", "armenian", GUARD_LETTERS, G_UNICODE_SCRIPT_ARMENIAN },
  { "id", "indonesian", GUARD_LETTERS, G_UNICODE_SCRIPT_LATIN },
  { "it", "italian", GUARD_LETTERS, G_UNICODE_SCRIPT_LATIN },
  { "lt", "lithuanian", GUARD_LETTERS, G_UNICODE_SCRIPT_LATIN },
  { "nb", "norwegian", GUARD_LETTERS, G_UNICODE_SCRIPT_LATIN },
  { "ne", "nepali", GUARD_LETTERS, G_UNICODE_SCRIPT_DEVANAGARI },
  { "nl", "dutch", GUARD_LETTERS, G_UNICODE_SCRIPT_LATIN },
  { "nn", "norwegian", GUARD_LETTERS, G_UNICODE_SCRIPT_LATIN },
  { "no", "norwegian", GUARD_LETTERS, G_UNICODE_SCRIPT_LATIN },
  { "pt", "portuguese", GUARD_LETTERS, G_UNICODE_SCRIPT_LATIN },
  { "ro", "romanian", GUARD_LETTERS, G_UNICODE_SCRIPT_LATIN },
  { "ru", "russian", GUARD_LETTERS, G_UNICODE_SCRIPT_CYRILLIC },
  { "sr", "serbian", GUARD_LETTERS, G_UNICODE_SCRIPT_CYRILLIC },
  { "sv", "swedish", GUARD_LETTERS, G_UNICODE_SCRIPT_LATIN },
  { "ta", "tamil", GUARD_LETTERS, G_UNICODE_SCRIPT_TAMIL },
  { "tr", "turkish", GUARD_LETTERS, G_UNICODE_SCRIPT_LATIN },
  { "yi", "yiddish", GUARD_LETTERS, G_UNICODE_SCRIPT_HEBREW },
};
G_STATIC_ASSERT (G_N_ELEMENTS (languages) <= TCN_N_LANGUAGES);

static const char *const french_endings[] = {
  "",    "e",  "s",   "es", "x",  "l",  "ux",  "ne", "nes", "le",
  "les", "te", "tes", "f",  "fs", "ve", "ves", "se", "ses",
};

static const char *const english_endings[] = { "",  "s", "es",  "ed",  "d",
                                               "e", "y", "ing", "ies", "ied" };

/* Arabic: what stands before and behind a word, in the order in which it is tried (the
 * light stemmer that information retrieval settled on), in folded spelling. */
static const char *const arabic_prefixes[] = {
  "ال", "وال", "بال", "كال", "فال", "لل", "و"
};
static const char *const arabic_suffixes[] = { "ها", "ان", "ات", "ون",
                                               "ين", "يه", "ه",  "ي" };

struct TcnStemmer {
  int language;
  struct sb_stemmer *snowball; /* NULL for Arabic */
  GString *scratch;
};

int
tcn_inflect_language (const char *subtag)
{
  for (gsize i = 0; subtag != NULL && i < G_N_ELEMENTS (languages); i++)
    if (strcmp (languages[i].subtag, subtag) == 0)
      return (int) i;
  return TCN_LANGUAGE_NONE;
}

TcnStemmer *
tcn_stemmer_new (int language)
{
  TcnStemmer *stemmer = g_new0 (TcnStemmer, 1);

  stemmer->language = language;
  stemmer->scratch = g_string_new (NULL);
  if (languages[language].stemmer != NULL)
    stemmer->snowball = sb_stemmer_new (languages[language].stemmer, "UTF_8");
  return stemmer;
}

void
tcn_stemmer_free (TcnStemmer *stemmer)
{
  if (stemmer == NULL)
    return;
  if (stemmer->snowball != NULL)
    sb_stemmer_delete (stemmer->snowball);
  g_string_free (stemmer->scratch, TRUE);
  g_free (stemmer);
}

/* --- Arabic ----------------------------------------------------------------------------- */

/* A prefix goes if at least two letters stay, the lone "and" only if three do. */
static gboolean
loses_prefix (const char *word, glong n_letters, const char *prefix)
{
  glong n = g_utf8_strlen (prefix, -1);

  return g_str_has_prefix (word, prefix) && n_letters >= (n == 1 ? 4 : n + 2);
}

static void
stem_arabic (GString *out, gsize from)
{
  glong n_letters = g_utf8_strlen (out->str + from, -1);

  for (gsize i = 0; i < G_N_ELEMENTS (arabic_prefixes); i++) {
    if (!loses_prefix (out->str + from, n_letters, arabic_prefixes[i]))
      continue;
    g_string_erase (out, (gssize) from, (gssize) strlen (arabic_prefixes[i]));
    n_letters -= g_utf8_strlen (arabic_prefixes[i], -1);
    break;
  }
  for (gsize i = 0; i < G_N_ELEMENTS (arabic_suffixes); i++) {
    glong n = g_utf8_strlen (arabic_suffixes[i], -1);

    if (n_letters < n + 2 || !g_str_has_suffix (out->str + from, arabic_suffixes[i]))
      continue;
    g_string_truncate (out, out->len - strlen (arabic_suffixes[i]));
    n_letters -= n;
  }
}

/* --- stems ------------------------------------------------------------------------------ */

void
tcn_stemmer_stem (TcnStemmer *stemmer, const char *lower, gsize length, GString *out)
{
  gsize from = out->len;
  const sb_symbol *stem = NULL;

  if (stemmer->snowball != NULL && length <= G_MAXINT)
    stem = sb_stemmer_stem (stemmer->snowball, (const sb_symbol *) lower, (int) length);
  if (stem != NULL) {
    tcn_word_fold (out, (const char *) stem,
                   (gsize) sb_stemmer_length (stemmer->snowball));
    return;
  }
  tcn_word_fold (out, lower, length);
  if (stemmer->snowball == NULL)
    stem_arabic (out, from);
}

gboolean
tcn_inflect_has_script (int language, const char *folded)
{
  GUnicodeScript script = g_unichar_get_script (g_utf8_get_char (folded));

  /* Serbian is written in both. */
  return script == languages[language].script ||
         (script == G_UNICODE_SCRIPT_LATIN &&
          strcmp (languages[language].subtag, "sr") == 0);
}

guint
tcn_inflect_reach (int language)
{
  switch (languages[language].guard) {
  case GUARD_ENGLISH:
    return MAX_ENGLISH_ENDING;
  case GUARD_NONE:
    return G_MAXUINT;
  default:
    return MAX_OTHER_ENDING;
  }
}

/* --- the guard -------------------------------------------------------------------------- */

static gboolean
is_listed (const char *ending, const char *const *endings, gsize n)
{
  for (gsize i = 0; i < n; i++)
    if (strcmp (ending, endings[i]) == 0)
      return TRUE;
  return FALSE;
}

/* The n of running, the p of stopped. */
static gboolean
is_doubled (const char *ending, char last_common)
{
  return last_common != '\0' && *ending == last_common &&
         strchr ("aeiouy", last_common) == NULL &&
         (strcmp (ending + 1, "ed") == 0 || strcmp (ending + 1, "ing") == 0);
}

static gboolean
allows_ending (Guard guard, const char *ending, char last_common)
{
  switch (guard) {
  case GUARD_FRENCH:
    return is_listed (ending, french_endings, G_N_ELEMENTS (french_endings));
  case GUARD_ENGLISH:
    return is_listed (ending, english_endings, G_N_ELEMENTS (english_endings)) ||
           is_doubled (ending, last_common);
  case GUARD_LETTERS:
    return g_utf8_strlen (ending, -1) <= MAX_OTHER_ENDING;
  default:
    return TRUE;
  }
}

gboolean
tcn_inflect_allows (int language, const char *a, const char *b)
{
  Guard guard = languages[language].guard;
  gsize common = 0;
  char last;

  while (a[common] != '\0' && a[common] == b[common])
    common++;
  /* Not in the middle of a character. */
  while (common > 0 &&
         (((guint8) a[common] & 0xc0) == 0x80 || ((guint8) b[common] & 0xc0) == 0x80))
    common--;
  last = common > 0 ? a[common - 1] : '\0';
  return allows_ending (guard, a + common, last) &&
         allows_ending (guard, b + common, last);
}
