/* SPDX-License-Identifier: MIT */
/*
 * The engine stems only what can be a form of some rule's word, once for each form. Here
 * each form is held against each word by stemmer and guard alone: the answers are the same.
 */
#include "rules/inflect.h"

#include <string.h>

#include "rules/words.h"
#include "tocsin/ruleset.h"

#define MAX_PARTS 20

typedef struct {
  const char *language;
  const char *beginnings[MAX_PARTS]; /* besides none */
  const char *stems[MAX_PARTS];
  const char *endings[MAX_PARTS]; /* besides none */
} Row;

/* With languages in which words change at their beginning, too. */
static const Row rows[] = {
  { "fr",
    { "ré" },
    { "patrouill", "chev", "russ", "réfugi", "nation", "grand", "act", "oe", "œuvr" },
    { "e", "es", "al", "aux", "é", "ée", "ées", "er", "ant", "ement", "if", "ive", "ie",
      "s" } },
  { "en",
    { "un" },
    { "patrol", "run", "stop", "univers", "organ", "arm", "internation", "fly", "is" },
    { "s", "ed", "ing", "ning", "ped", "e", "es", "y", "ies", "al", "ity", "ization" } },
  { "ru",
    { "по" },
    { "патрул", "город", "войн", "путин", "ёлк", "й" },
    { "а", "и", "ы", "ь", "я", "ом", "ами", "ах", "ый", "ого", "ского" } },
  { "ar",
    { "ال", "و", "وال", "بال", "لل" },
    { "هدن", "روس", "قوا", "أمر", "كتاب" },
    { "ة", "ات", "ين", "ون", "ي", "ه", "ها", "ية" } },
  { "id",
    { "me", "ber", "di", "pe" },
    { "ajar", "main", "tulis", "kata" },
    { "kan", "an", "i", "nya", "lah" } },
  { "ga",
    { "h", "t" },
    { "bean", "bhean", "mbean", "athair", "fear", "bhfear" },
    { "a", "e", "í", "ach", "anna" } },
  { "de",
    { "ge", "ver" },
    { "mann", "männ", "haus", "häus", "straß", "fahr" },
    { "e", "en", "er", "ern", "es", "s", "t", "ung" } },
  { "tr",
    { "" },
    { "ev", "kitap", "kitab", "şehir", "ısı", "istanbul" },
    { "ler", "lar", "in", "ın", "ı", "de", "da", "ler", "im" } },
  { "hu",
    { "" },
    { "ház", "járőr", "katona", "katoná" },
    { "ak", "ok", "ban", "ból", "t", "k", "val", "ért" } },
  { "fi",
    { "" },
    { "talo", "partio", "sota", "soda", "kaupunki", "kaupungi" },
    { "n", "ssa", "sta", "t", "t", "ja", "lla", "ksi" } },
};

static void
add_forms (GPtrArray *forms, const Row *row, const char *beginning)
{
  for (gsize i = 0; i < MAX_PARTS && row->stems[i] != NULL; i++) {
    g_ptr_array_add (forms, g_strconcat (beginning, row->stems[i], NULL));
    for (gsize k = 0; k < MAX_PARTS && row->endings[k] != NULL; k++)
      g_ptr_array_add (forms,
                       g_strconcat (beginning, row->stems[i], row->endings[k], NULL));
  }
}

static GPtrArray *
list_forms (const Row *row)
{
  GPtrArray *forms = g_ptr_array_new_with_free_func (g_free);

  add_forms (forms, row, "");
  for (gsize i = 0; i < MAX_PARTS && row->beginnings[i] != NULL; i++)
    add_forms (forms, row, row->beginnings[i]);
  return forms;
}

static TcnRuleset *
build_rules (const GPtrArray *forms)
{
  TcnRulesetBuilder *builder = tcn_ruleset_builder_new ();

  for (guint i = 0; i < forms->len; i++) {
    g_autoptr (GPtrArray) faults =
        g_ptr_array_new_with_free_func ((GDestroyNotify) tcn_fault_free);
    g_autoptr (TcnQuery) query = tcn_query_parse (forms->pdata[i], NULL, faults);

    g_assert_nonnull (query);
    tcn_ruleset_builder_add (builder, i, query);
  }
  return tcn_ruleset_builder_build (builder);
}

/* A form in all that it is compared by. */
typedef struct {
  GString *folded;
  GString *stem;
  GString *folded_stem;
} Shape;

static void
shape_init (Shape *shape, TcnStemmer *stemmer, const char *form)
{
  g_autoptr (GString) lower = g_string_new (NULL);

  shape->folded = g_string_new (NULL);
  shape->stem = g_string_new (NULL);
  shape->folded_stem = g_string_new (NULL);
  tcn_word_fold (shape->folded, form, strlen (form));
  tcn_word_lower (lower, form, strlen (form));
  tcn_stemmer_stem (stemmer, lower->str, lower->len, shape->stem);
  tcn_stemmer_stem (stemmer, shape->folded->str, shape->folded->len, shape->folded_stem);
}

static void
shape_clear (Shape *shape)
{
  g_string_free (shape->folded, TRUE);
  g_string_free (shape->stem, TRUE);
  g_string_free (shape->folded_stem, TRUE);
}

static gboolean
is_form_of (int language, const Shape *word, const Shape *form)
{
  if (g_string_equal (word->folded, form->folded))
    return TRUE;
  return tcn_inflect_has_script (language, word->folded->str) &&
         tcn_inflect_has_script (language, form->folded->str) &&
         tcn_inflect_allows (language, word->folded->str, form->folded->str) &&
         (g_string_equal (word->stem, form->stem) ||
          g_string_equal (word->folded_stem, form->stem));
}

static void
note_hit (guint rule_index, const TcnHit *hit, gpointer data)
{
  ((gboolean *) data)[rule_index] = TRUE;
}

static guint
compare_form (TcnMatcher *matcher, const Row *row, const GPtrArray *forms,
              const Shape *shapes, guint form)
{
  int language = tcn_inflect_language (row->language);
  g_autofree gboolean *hits = g_new0 (gboolean, forms->len);
  TcnDocument doc = { .language = row->language };
  guint n_inflected = 0;

  doc.text[TCN_FIELD_TITLE] = forms->pdata[form];
  tcn_matcher_run (matcher, &doc, note_hit, hits);
  for (guint i = 0; i < forms->len; i++) {
    gboolean expected = is_form_of (language, &shapes[i], &shapes[form]);

    n_inflected += expected && !g_string_equal (shapes[i].folded, shapes[form].folded);
    if (hits[i] == expected)
      continue;
    g_test_message ("%s: %s %s %s", row->language, (const char *) forms->pdata[i],
                    expected ? "does not find" : "finds",
                    (const char *) forms->pdata[form]);
    g_test_fail ();
  }
  return n_inflected;
}

static void
test_inflect_finds_what_stemmer_and_guard_allow (gconstpointer data)
{
  const Row *row = data;
  int language = tcn_inflect_language (row->language);
  g_autoptr (GPtrArray) forms = list_forms (row);
  g_autofree Shape *shapes = g_new (Shape, forms->len);
  g_autoptr (TcnStemmer) stemmer = tcn_stemmer_new (language);
  g_autoptr (TcnRuleset) ruleset = build_rules (forms);
  g_autoptr (TcnMatcher) matcher = tcn_matcher_new (ruleset, 1);
  guint n_inflected = 0;

  for (guint i = 0; i < forms->len; i++)
    shape_init (&shapes[i], stemmer, forms->pdata[i]);
  for (guint i = 0; i < forms->len; i++)
    n_inflected += compare_form (matcher, row, forms, shapes, i);
  for (guint i = 0; i < forms->len; i++)
    shape_clear (&shapes[i]);

  g_assert_cmpuint (n_inflected, >, 0);
}

/* One word alone leaves little that may be a form of it. */
static void
test_inflect_finds_the_same_for_one_word_alone (gconstpointer data)
{
  const Row *row = data;
  int language = tcn_inflect_language (row->language);
  g_autoptr (GPtrArray) forms = list_forms (row);
  g_autoptr (TcnStemmer) stemmer = tcn_stemmer_new (language);

  for (guint i = 0; i < forms->len; i += 7) {
    g_autoptr (GPtrArray) one = g_ptr_array_new ();
    g_autoptr (TcnRuleset) ruleset = NULL;
    g_autoptr (TcnMatcher) matcher = NULL;
    Shape word;

    g_ptr_array_add (one, forms->pdata[i]);
    ruleset = build_rules (one);
    matcher = tcn_matcher_new (ruleset, 1);
    shape_init (&word, stemmer, forms->pdata[i]);
    for (guint k = 0; k < forms->len; k++) {
      TcnDocument doc = { .language = row->language };
      Shape form;

      doc.text[TCN_FIELD_TITLE] = forms->pdata[k];
      shape_init (&form, stemmer, forms->pdata[k]);
      g_assert_cmpuint (tcn_matcher_run (matcher, &doc, NULL, NULL), ==,
                        is_form_of (language, &word, &form));
      shape_clear (&form);
    }
    shape_clear (&word);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *all = g_strdup_printf (
        "/inflect/finds-what-stemmer-and-guard-allow/%s", rows[i].language);
    g_autofree char *alone = g_strdup_printf (
        "/inflect/finds-the-same-for-one-word-alone/%s", rows[i].language);

    g_test_add_data_func (all, &rows[i], test_inflect_finds_what_stemmer_and_guard_allow);
    g_test_add_data_func (alone, &rows[i],
                          test_inflect_finds_the_same_for_one_word_alone);
  }
  return g_test_run ();
}
