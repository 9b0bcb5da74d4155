/* SPDX-License-Identifier: MIT */
/*
 * What matching costs: a corpus of 1 KB items in French, English, Russian and Arabic (made
 * up words, real shapes: Zipf frequencies, inflected endings, elisions, hyphens) against 10,
 * 1,000 and 100,000 rules, alone and after the index was arranged by what it saw. Planted
 * rules must all be found.
 *
 *   bench-match [ITEMS]                  its own corpus
 *   bench-match CORPUS.tsv RULES.txt [PLANTED.tsv]
 *     language, title, body; language, words; pairs of an item and a rule that it has
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "tocsin/ruleset.h"

#define N_LANGUAGES 4
#define N_STEMS 12000
#define N_RULES 100000
#define SAMPLE 3000

typedef struct {
  const char *code;
  guint share; /* of a hundred items */
  const char *const *onsets;
  const char *const *vowels;
  const char *const *endings;
} Language;

static const char *const latin_onsets[] = { "b",  "d",  "f",  "g", "l", "m",  "n",
                                            "p",  "r",  "s",  "t", "v", "br", "tr",
                                            "pl", "ch", "st", "c", NULL };
static const char *const latin_vowels[] = { "a",  "e",  "i",  "o",  "u", "é",
                                            "ai", "ou", "an", "on", NULL };
static const char *const english_vowels[] = { "a",  "e",  "i",  "o",  "u", "ea",
                                              "ar", "or", "in", "en", NULL };
static const char *const french_endings[] = { "", "s", "e", "es", "x", NULL };
static const char *const english_endings[] = { "", "s", "ed", "ing", "er", NULL };
static const char *const russian_onsets[] = { "б",  "д",  "к", "л", "м", "н",
                                              "п",  "р",  "с", "т", "в", "гр",
                                              "пр", "ст", "з", "ч", NULL };
static const char *const russian_vowels[] = { "а", "е",  "и",  "о",  "у", "ы",
                                              "я", "ой", "ен", "ар", NULL };
static const char *const russian_endings[] = { "", "а", "ы", "ом", "ами", NULL };
static const char *const arabic_onsets[] = { "ب", "د", "ر", "س", "ع", "ف", "ق", "ك",
                                             "ل", "م", "ن", "ه", "ح", "ش", NULL };
static const char *const arabic_vowels[] = { "ا", "و", "ي", "", "", NULL };
static const char *const arabic_endings[] = { "", "ة", "ات", "ين", "ها", NULL };

static const Language languages[N_LANGUAGES] = {
  { "fr", 40, latin_onsets, latin_vowels, french_endings },
  { "en", 25, latin_onsets, english_vowels, english_endings },
  { "ru", 20, russian_onsets, russian_vowels, russian_endings },
  { "ar", 15, arabic_onsets, arabic_vowels, arabic_endings },
};

typedef struct {
  char *language;
  char *title;
  char *body;
} Item;

typedef struct {
  GPtrArray *stems[N_LANGUAGES];
  double *cumulative; /* Zipf, shared by all */
  GRand *random;
  GPtrArray *items;
  GPtrArray *rules; /* of char*: queries */
  GArray *planted;  /* of guint64: item << 32 | rule */
} Corpus;

static void
free_item (gpointer data)
{
  Item *item = data;

  g_free (item->language);
  g_free (item->title);
  g_free (item->body);
  g_free (item);
}

/* --- a made-up corpus ------------------------------------------------------------------- */

static const char *
pick (GRand *random, const char *const *list)
{
  return list[g_rand_int_range (random, 0, (gint32) g_strv_length ((GStrv) list))];
}

static GPtrArray *
make_stems (GRand *random, const Language *language)
{
  GPtrArray *stems = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  while (stems->len < N_STEMS) {
    g_autoptr (GString) stem = g_string_new (NULL);

    for (gint n = g_rand_int_range (random, 1, 5); n > 0; n--)
      g_string_append_printf (stem, "%s%s", pick (random, language->onsets),
                              pick (random, language->vowels));
    g_string_append (stem, pick (random, language->onsets));
    if (g_hash_table_contains (seen, stem->str))
      continue;
    g_ptr_array_add (stems, g_strdup (stem->str));
    g_hash_table_add (seen, g_ptr_array_index (stems, stems->len - 1));
  }
  return stems;
}

static guint
pick_rank (const Corpus *corpus)
{
  double x = g_rand_double (corpus->random) * corpus->cumulative[N_STEMS - 1];
  guint low = 0;
  guint high = N_STEMS - 1;

  while (low < high) {
    guint middle = (low + high) / 2;

    if (corpus->cumulative[middle] < x)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

static void
append_word (GString *out, const Corpus *corpus, guint language, guint rank)
{
  static const char *const elided[] = { "l’", "d’", "l'", "qu’", NULL };
  gboolean is_elided = language == 0 && g_rand_int_range (corpus->random, 0, 100) < 4;

  g_string_append_printf (
      out, "%s%s%s", is_elided ? pick (corpus->random, elided) : "",
      (const char *) g_ptr_array_index (corpus->stems[language], rank),
      pick (corpus->random, languages[language].endings));
}

static void
append_sentence (GString *out, const Corpus *corpus, guint language, gint n_words,
                 const char *planted)
{
  gint plant_at = n_words / 2;

  for (gint i = 0; i < n_words; i++) {
    if (i > 0)
      g_string_append (out, g_rand_int_range (corpus->random, 0, 50) == 0 ? "-" : " ");
    if (i == plant_at && planted != NULL)
      g_string_append_printf (out, " %s ", planted);
    append_word (out, corpus, language, pick_rank (corpus));
    if (i % 9 == 8)
      g_string_append (out, ",");
  }
  g_string_append (out, ". ");
}

static guint
pick_language (GRand *random)
{
  guint x = (guint) g_rand_int_range (random, 0, 100);
  guint i = 0;

  while (x >= languages[i].share)
    x -= languages[i++].share;
  return i;
}

static char *
make_rule (const Corpus *corpus, guint language)
{
  g_autoptr (GString) words = g_string_new (NULL);
  double x = g_rand_double (corpus->random);
  gint n = x < 0.25 ? 1 : x < 0.85 ? 2 : 3;
  gint lowest = n == 1 ? N_STEMS / 6 : 300;

  for (gint i = 0; i < n; i++)
    g_string_append_printf (
        words, "%s%s", i > 0 ? " " : "",
        (const char *) g_ptr_array_index (
            corpus->stems[language], g_rand_int_range (corpus->random, lowest, N_STEMS)));
  return n == 2 ? g_strdup_printf ("\"%s\"", words->str) : g_strdup (words->str);
}

static void
make_items (Corpus *corpus, guint n_items, const GArray *rule_languages)
{
  for (guint i = 0; i < n_items; i++) {
    Item *item = g_new0 (Item, 1);
    guint language = pick_language (corpus->random);
    g_autoptr (GString) title = g_string_new (NULL);
    g_autoptr (GString) body = g_string_new (NULL);
    guint rule =
        (guint) g_rand_int_range (corpus->random, 0, (gint32) corpus->rules->len);
    g_autofree char *planted = NULL;

    if (i % 3 == 0 && g_array_index (rule_languages, guint, rule) == language) {
      guint64 pair = (guint64) i << 32 | rule;

      planted =
          g_strdelimit (g_strdup (g_ptr_array_index (corpus->rules, rule)), "\"", ' ');
      g_array_append_val (corpus->planted, pair);
    }
    append_sentence (title, corpus, language, g_rand_int_range (corpus->random, 6, 15),
                     NULL);
    for (gint n = g_rand_int_range (corpus->random, 2, 8); n > 0; n--)
      append_sentence (body, corpus, language, g_rand_int_range (corpus->random, 8, 28),
                       n == 1 ? planted : NULL);
    item->language = g_strdup (languages[language].code);
    item->title = g_strdup (title->str);
    item->body = g_strdup (body->str);
    g_ptr_array_add (corpus->items, item);
  }
}

static void
make_corpus (Corpus *corpus, guint n_items)
{
  g_autoptr (GArray) rule_languages = g_array_new (FALSE, FALSE, sizeof (guint));
  double sum = 0;

  corpus->cumulative = g_new (double, N_STEMS);
  for (guint i = 0; i < N_STEMS; i++)
    corpus->cumulative[i] = sum += 1.0 / (i + 2.7);
  for (guint i = 0; i < N_LANGUAGES; i++)
    corpus->stems[i] = make_stems (corpus->random, &languages[i]);
  for (guint i = 0; i < N_RULES; i++) {
    guint language = pick_language (corpus->random);

    g_ptr_array_add (corpus->rules, make_rule (corpus, language));
    g_array_append_val (rule_languages, language);
  }
  make_items (corpus, n_items, rule_languages);
}

/* --- a corpus from files ---------------------------------------------------------------- */

static char **
read_lines (const char *path)
{
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  if (!g_file_get_contents (path, &text, NULL, &error))
    g_error ("%s", error->message);
  return g_strsplit (text, "\n", -1);
}

/* Some lines of a list of words are no word: a stroke that lengthens Arabic letters. */
static gboolean
is_refused (const char *rule)
{
  g_autoptr (GPtrArray) faults =
      g_ptr_array_new_with_free_func ((GDestroyNotify) tcn_fault_free);
  g_autoptr (TcnQuery) query = tcn_query_parse (rule, NULL, faults);

  return query == NULL;
}

static void
read_planted (Corpus *corpus, const char *path)
{
  g_auto (GStrv) lines = read_lines (path);

  for (char **line = lines; *line != NULL; line++) {
    char *rest;
    guint64 item = g_ascii_strtoull (*line, &rest, 10);
    guint64 rule = g_ascii_strtoull (rest, NULL, 10);
    guint64 pair = item << 32 | rule;

    if (*rest != '\t' || rule >= corpus->rules->len ||
        is_refused (g_ptr_array_index (corpus->rules, rule)))
      continue;
    g_array_append_val (corpus->planted, pair);
  }
}

static void
read_corpus (Corpus *corpus, const char *items_path, const char *rules_path)
{
  g_auto (GStrv) items = read_lines (items_path);
  g_auto (GStrv) rules = read_lines (rules_path);

  for (char **line = items; *line != NULL; line++) {
    g_auto (GStrv) cells = g_strsplit (*line, "\t", 3);
    Item *item;

    if (g_strv_length (cells) != 3)
      continue;
    item = g_new0 (Item, 1);
    item->language = g_strdup (cells[0]);
    item->title = g_strdup (cells[1]);
    item->body = g_strdup (cells[2]);
    g_ptr_array_add (corpus->items, item);
  }
  for (char **line = rules; *line != NULL; line++) {
    const char *words = strchr (*line, '\t');
    guint n_blanks = 0;

    if (words == NULL)
      continue;
    for (const char *p = words; *p != '\0'; p++)
      n_blanks += *p == ' ';
    g_ptr_array_add (corpus->rules, n_blanks == 1 ? g_strdup_printf ("\"%s\"", words + 1)
                                                  : g_strdup (words + 1));
  }
}

/* --- measuring -------------------------------------------------------------------------- */

static double
cpu_seconds (void)
{
  struct timespec now;

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &now);
  return (double) now.tv_sec + (double) now.tv_nsec * 1e-9;
}

static TcnRuleset *
build_rules (const Corpus *corpus, guint n_rules, gboolean phrases_only,
             double *out_seconds)
{
  TcnRulesetBuilder *builder = tcn_ruleset_builder_new ();
  g_autoptr (GPtrArray) faults =
      g_ptr_array_new_with_free_func ((GDestroyNotify) tcn_fault_free);
  double start = cpu_seconds ();
  TcnRuleset *ruleset;
  guint n = 0;

  for (guint i = 0; i < corpus->rules->len && n < n_rules; i++) {
    const char *text = g_ptr_array_index (corpus->rules, i);
    g_autoptr (TcnQuery) query = NULL;

    if (phrases_only && *text != '"')
      continue;
    query = tcn_query_parse (text, NULL, faults);
    if (query == NULL)
      continue;
    tcn_ruleset_builder_add (builder, i, query);
    n++;
  }
  ruleset = tcn_ruleset_builder_build (builder);
  *out_seconds = cpu_seconds () - start;
  return ruleset;
}

typedef struct {
  GHashTable *wanted; /* guint64: item << 32 | rule; NULL: not checked */
  guint64 item;
} Check;

static void
cross_off (guint rule_index, const TcnHit *hit, gpointer data)
{
  Check *check = data;
  guint64 pair = check->item << 32 | rule_index;

  if (check->wanted != NULL)
    g_hash_table_remove (check->wanted, &pair);
}

static guint64
run_items (const Corpus *corpus, TcnMatcher *matcher, guint n_items, GHashTable *wanted)
{
  Check check = { wanted, 0 };
  guint64 n_hits = 0;

  for (guint i = 0; i < n_items; i++) {
    const Item *item = g_ptr_array_index (corpus->items, i);
    TcnDocument doc = { .language = item->language };

    doc.text[TCN_FIELD_TITLE] = item->title;
    doc.text[TCN_FIELD_SUMMARY] = item->body;
    check.item = i;
    n_hits += tcn_matcher_run (matcher, &doc, cross_off, &check);
  }
  return n_hits;
}

static GHashTable *
wanted_pairs (const Corpus *corpus, guint n_rules)
{
  GHashTable *wanted = g_hash_table_new (g_int64_hash, g_int64_equal);

  for (guint i = 0; i < corpus->planted->len; i++) {
    guint64 *pair = &g_array_index (corpus->planted, guint64, i);

    if ((*pair & G_MAXUINT32) < n_rules)
      g_hash_table_add (wanted, pair);
  }
  return wanted;
}

static double
time_items (const Corpus *corpus, TcnMatcher *matcher, guint64 *out_hits)
{
  double start;

  run_items (corpus, matcher, MIN (SAMPLE, corpus->items->len), NULL);
  start = cpu_seconds ();
  *out_hits = run_items (corpus, matcher, corpus->items->len, NULL);
  return cpu_seconds () - start;
}

static void
measure (const Corpus *corpus, guint n_rules, gboolean phrases_only)
{
  double compile_seconds, seconds, arranged_seconds;
  guint64 n_hits, arranged_hits;
  g_autoptr (TcnRuleset) ruleset =
      build_rules (corpus, n_rules, phrases_only, &compile_seconds);
  g_autoptr (TcnMatcher) sampler = tcn_matcher_new (ruleset, 42);
  g_autoptr (GHashTable) wanted = phrases_only
                                      ? g_hash_table_new (g_int64_hash, g_int64_equal)
                                      : wanted_pairs (corpus, n_rules);
  guint n_planted = g_hash_table_size (wanted);
  g_autoptr (TcnWordCounts) counts = NULL;
  g_autoptr (TcnRuleset) arranged = NULL;
  g_autoptr (TcnMatcher) matcher = NULL;
  g_autoptr (TcnMatcher) second = NULL;
  double n = corpus->items->len;

  matcher = tcn_matcher_new (ruleset, 42);
  seconds = time_items (corpus, matcher, &n_hits);
  run_items (corpus, sampler, MIN (SAMPLE, corpus->items->len), NULL);
  counts = tcn_matcher_word_counts (sampler);
  arranged = tcn_ruleset_rearrange (ruleset, counts);
  second = tcn_matcher_new (arranged, 42);
  arranged_seconds = time_items (corpus, second, &arranged_hits);
  /* Beside the clock: looking each hit up costs more than finding it. */
  run_items (corpus, second, corpus->items->len, wanted);
  printf ("%7u %-7s %7.1f us %8.1f us %9.2f %8.0f B %7.2f s   %u of %u\n",
          tcn_ruleset_n_rules (ruleset), phrases_only ? "phrases" : "mix",
          seconds / n * 1e6, arranged_seconds / n * 1e6, (double) n_hits / n,
          (double) tcn_ruleset_size (arranged) / tcn_ruleset_n_rules (arranged),
          compile_seconds, n_planted - g_hash_table_size (wanted), n_planted);
  if (n_hits != arranged_hits || g_hash_table_size (wanted) != 0)
    g_error ("matches were lost: %" G_GUINT64_FORMAT " and %" G_GUINT64_FORMAT " hits",
             n_hits, arranged_hits);
}

int
main (int argc, char **argv)
{
  Corpus corpus = { .random = g_rand_new_with_seed (20261122) };
  guint64 n_items = 50000;
  gsize n_bytes = 0;

  corpus.items = g_ptr_array_new_with_free_func (free_item);
  corpus.rules = g_ptr_array_new_with_free_func (g_free);
  corpus.planted = g_array_new (FALSE, FALSE, sizeof (guint64));
  if (argc == 2 && !g_ascii_string_to_unsigned (argv[1], 10, 1, 1000000, &n_items, NULL))
    g_error ("the number of items is between 1 and a million");
  if (argc >= 3)
    read_corpus (&corpus, argv[1], argv[2]);
  else
    make_corpus (&corpus, (guint) n_items);
  if (argc == 4)
    read_planted (&corpus, argv[3]);
  for (guint i = 0; i < corpus.items->len; i++) {
    const Item *item = g_ptr_array_index (corpus.items, i);

    n_bytes += strlen (item->title) + strlen (item->body);
  }
  printf ("%u items of %.0f bytes\n", corpus.items->len,
          (double) n_bytes / corpus.items->len);
  printf ("  rules          an item   arranged hits/item   a rule  compile   planted\n");
  measure (&corpus, 10, FALSE);
  measure (&corpus, 1000, FALSE);
  measure (&corpus, N_RULES, FALSE);
  measure (&corpus, N_RULES, TRUE);

  for (guint i = 0; i < N_LANGUAGES; i++)
    g_clear_pointer (&corpus.stems[i], g_ptr_array_unref);
  g_free (corpus.cumulative);
  g_rand_free (corpus.random);
  g_ptr_array_unref (corpus.items);
  g_ptr_array_unref (corpus.rules);
  g_array_unref (corpus.planted);
  return 0;
}
