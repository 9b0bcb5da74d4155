/* SPDX-License-Identifier: MIT */
/* How text is cut and folded, which forms inflection allows, and what a regex must contain. */
#include "rules/words.h"

#include <string.h>

#include "rules/automaton.h"
#include "rules/inflect.h"
#include "rules/leaf.h"

typedef struct {
  const char *given;
  const char *expected;
} Row;

/* Words with their positions; joined ones with "+", raw runs with "-". */
static char *
cut (const char *text)
{
  g_auto (TcnCut) cut = { 0 };
  GString *out = g_string_new (NULL);

  tcn_cut_text (&cut, text, strlen (text), 0, TRUE);
  for (gsize i = 0; i < cut.n_words; i++) {
    const TcnWord *word = &cut.words[i];

    g_string_append_printf (out, "%s%u%s", i > 0 ? " " : "",
                            word->position % TCN_WORD_BARRIER,
                            (word->flags & TCN_WORD_JOINED) != 0 ? "+"
                            : (word->flags & TCN_WORD_RAW) != 0  ? "-"
                                                                 : ":");
    tcn_word_fold (out, text + word->start, word->end - word->start);
  }
  return g_string_free (out, FALSE);
}

static const Row cuts[] = {
  { "", "" },
  { "…", "" },
  { "Une patrouille", "0:une 1:patrouille" },
  { "l’Observatoire", "0-l 0:observatoire" },
  { "Putin's army", "0:putin 1-s 1:army" },
  { "don't", "0:dont 0-don 0-t" },
  { "U.S. army", "0:us 0-u 0-s 1:army" },
  { "O'Brien", "0:o 1:brien" },
  { "aujourd’hui", "0:aujourd 1:hui" },
  { "Nord-Est", "0+nordest 0:nord 1:est" },
  { "a-b-c-d-e", "0:a 1:b 2:c 3:d 4:e" },
  { "a – b", "0:a 1:b" },
  { "Nord-Est d’Al", "0+nordest 0:nord 1:est 2-d 2:al" },
  { "d’Al-Qahtaniyah", "0-d 0+alqahtaniyah 0:al 1:qahtaniyah" },
  { "俄罗斯 x", "0:俄 1:罗 2:斯 3:x" },
  { "シリア情勢", "0:シリア 1:情 2:勢" },
  { "foo\xc2\xad"
    "bar",
    "0:foobar" },
  { "12:30", "0:12 1:30" },
  { "#free_syria", "0:free 1:syria" },
  { "x\n\ny", "0:x 1:y" },
  { "\xcc\x81"
    "a",
    "0:a" },
  { "it\xff"
    "s",
    "0:it 1:s" },
};

static void
test_words_are_cut (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cuts); i++) {
    g_autofree char *words = cut (cuts[i].given);

    g_test_message ("row: %s", cuts[i].given);
    g_assert_cmpstr (words, ==, cuts[i].expected);
  }
}

static void
test_words_paragraphs_are_far_apart (void)
{
  g_auto (TcnCut) words = { 0 };
  static const char text[] = "a\nb\n \t\nc";

  tcn_cut_text (&words, text, strlen (text), 0, FALSE);

  g_assert_cmpuint (words.n_words, ==, 3);
  g_assert_cmpuint (words.words[1].position, ==, 1);
  g_assert_cmpuint (words.words[2].position, ==, 2 + TCN_WORD_BARRIER);
}

static const Row folds[] = {
  { "CŒUR", "coeur" },      { "Straße", "strasse" }, { "İstanbulı", "istanbuli" },
  { "Łódź", "lodz" },       { "ﬁn", "fin" },         { "Ｇ２０", "g20" },
  { "ёлка", "елка" },       { "мой", "мой" },        { "її", "її" },
  { "أإآٱ", "اااا" },       { "هدنة", "هدنه" },      { "کی", "كي" },
  { "ΣΊΣΥΦΟΣ", "σισυφοσ" }, { "हिन्दी", "हिन्दी" },    { "שָׁ", "ש" },
  { "١٢۳", "123" },         { "Việt", "viet" },      { "ｶﾞ", "ガ" },
  { "𝐀𝟏", "a1" },           { "ؤئ", "ؤئ" },          { "Ꭰꭱ", "ꭰꭱ" },
};

static void
test_words_fold (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (folds); i++) {
    g_autoptr (GString) folded = g_string_new (NULL);
    g_autoptr (GString) again = g_string_new (NULL);
    g_autofree char *decomposed = g_utf8_normalize (folds[i].given, -1, G_NORMALIZE_NFD);

    tcn_word_fold (folded, folds[i].given, strlen (folds[i].given));
    g_assert_cmpstr (folded->str, ==, folds[i].expected);
    tcn_word_fold (again, decomposed, strlen (decomposed));
    g_assert_cmpstr (again->str, ==, folds[i].expected);
  }
}

/* Every character: what it folds to folds to itself, composed or not. */
static void
test_words_folding_is_stable (void)
{
  for (gunichar c = 1; c <= 0x10ffff; c++) {
    char utf8[7] = { 0 };
    g_autoptr (GString) once = g_string_new (NULL);
    g_autoptr (GString) twice = g_string_new (NULL);

    if (!g_unichar_validate (c) || !g_unichar_isalnum (c))
      continue;
    utf8[g_unichar_to_utf8 (c, utf8)] = '\0';
    tcn_word_fold (once, utf8, strlen (utf8));
    tcn_word_fold (twice, once->str, once->len);
    if (strcmp (once->str, twice->str) == 0)
      continue;
    g_test_message ("U+%04X folds to %s, and that to %s", c, once->str, twice->str);
    g_test_fail ();
  }
}

typedef struct {
  const char *language;
  const char *a;
  const char *b;
  gboolean is_allowed;
} GuardRow;

static const GuardRow guards[] = {
  { "fr", "russe", "russes", TRUE },
  { "fr", "russe", "russie", FALSE },
  { "fr", "cheval", "chevaux", TRUE },
  { "fr", "americain", "americaines", TRUE },
  { "fr", "actif", "actives", TRUE },
  { "en", "army", "armies", TRUE },
  { "en", "stop", "stopped", TRUE },
  { "en", "stop", "stoppped", FALSE },
  { "en", "run", "running", TRUE },
  { "en", "universe", "university", FALSE },
  { "en", "internal", "international", FALSE },
  { "ru", "город", "городе", TRUE },
  { "ru", "город", "городской", FALSE },
  { "ar", "الهدنه", "هدنه", TRUE },
};

static void
test_words_guard_knows_inflections (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (guards); i++) {
    const GuardRow *row = &guards[i];
    int language = tcn_inflect_language (row->language);

    g_test_message ("row: %s %s", row->a, row->b);
    g_assert_cmpint (tcn_inflect_allows (language, row->a, row->b), ==, row->is_allowed);
    g_assert_cmpint (tcn_inflect_allows (language, row->b, row->a), ==, row->is_allowed);
  }
  g_assert_cmpint (tcn_inflect_language ("xx"), ==, TCN_LANGUAGE_NONE);
  g_assert_cmpint (tcn_inflect_language (NULL), ==, TCN_LANGUAGE_NONE);
}

static void
test_words_arabic_loses_its_article (void)
{
  static const char *const forms[] = { "هدنة", "الهدنة", "والهدنة", "بالهدنة", "هدنات" };
  g_autoptr (TcnStemmer) stemmer = tcn_stemmer_new (tcn_inflect_language ("ar"));

  for (gsize i = 0; i < G_N_ELEMENTS (forms); i++) {
    g_autoptr (GString) stem = g_string_new (NULL);

    tcn_stemmer_stem (stemmer, forms[i], strlen (forms[i]), stem);
    g_assert_cmpstr (stem->str, ==, "هدن");
  }
}

static const Row literals[] = {
  { "patrouille", "patrouille" },
  { "T-(72|90)M?", NULL },
  { "abc|def", NULL },
  { "abcd?", "abc" },
  { "abc+de", "abc" },
  { "ab{2}cde", "cde" },
  { "x{3}", NULL },
  { "(abc)def", "def" },
  { "[abc]+xyz", "xyz" },
  { "\\d+abc", "abc" },
  { "a\\.b\\.c", "a.b.c" },
  { "(?i)abc", NULL },
  { "\\Qabc\\E", NULL },
  { "(?:x|y)abcd", "abcd" },
  { "Québec", "québec" },
  { "ab{,3}c", NULL },
  { "[[:alpha:]]abc", "abc" },
  { "\\x41bcd", NULL },
  { "(a[)]b)cdef", "cdef" },
  { "(*UCP)abc", NULL },
  { "abc*?def", "def" },
};

static void
test_words_a_regex_needs_its_literal (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (literals); i++) {
    g_autofree char *literal = tcn_regex_literal (literals[i].given, FALSE);

    g_test_message ("row: %s", literals[i].given);
    g_assert_cmpstr (literal, ==, literals[i].expected);
  }
}

static void
test_words_caseless_literals_avoid_strange_letters (void)
{
  g_autofree char *plain = tcn_regex_literal ("T-90m", TRUE);
  g_autofree char *strange = tcn_regex_literal ("task", TRUE);

  g_assert_cmpstr (plain, ==, "t-90m");
  g_assert_null (strange);
}

static void
count_pattern (guint32 value, gpointer data)
{
  ((guint *) data)[value]++;
}

static void
test_words_automaton_finds_all_patterns (void)
{
  static const char *const patterns[] = { "he", "she", "his", "hers", "e", "ushers" };
  static const guint expected[] = { 2, 1, 0, 1, 2, 1 };
  static const char text[] = "ushers he";
  g_autoptr (TcnAutomaton) automaton = tcn_automaton_new ();
  guint counts[G_N_ELEMENTS (patterns)] = { 0 };
  guint32 state = TCN_AUTOMATON_START;

  g_assert_true (tcn_automaton_is_empty (automaton));
  for (guint32 i = 0; i < G_N_ELEMENTS (patterns); i++)
    tcn_automaton_add (automaton, patterns[i], strlen (patterns[i]), i);
  tcn_automaton_build (automaton);
  for (const char *p = text; *p != '\0'; p++) {
    state = tcn_automaton_step (automaton, state, (guint8) *p);
    tcn_automaton_report (automaton, state, count_pattern, counts);
  }

  for (gsize i = 0; i < G_N_ELEMENTS (patterns); i++)
    g_assert_cmpuint (counts[i], ==, expected[i]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/words/are-cut", test_words_are_cut);
  g_test_add_func ("/words/paragraphs-are-far-apart",
                   test_words_paragraphs_are_far_apart);
  g_test_add_func ("/words/fold", test_words_fold);
  g_test_add_func ("/words/folding-is-stable", test_words_folding_is_stable);
  g_test_add_func ("/words/guard-knows-inflections", test_words_guard_knows_inflections);
  g_test_add_func ("/words/arabic-loses-its-article",
                   test_words_arabic_loses_its_article);
  g_test_add_func ("/words/a-regex-needs-its-literal",
                   test_words_a_regex_needs_its_literal);
  g_test_add_func ("/words/caseless-literals-avoid-strange-letters",
                   test_words_caseless_literals_avoid_strange_letters);
  g_test_add_func ("/words/automaton-finds-all-patterns",
                   test_words_automaton_finds_all_patterns);
  return g_test_run ();
}
