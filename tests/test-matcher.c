/* SPDX-License-Identifier: MIT */
/* What a matcher reports, explains and refuses to spend. */
#include <string.h>

#include "tocsin/limits.h"
#include "tocsin/ruleset.h"

static TcnQuery *
parse_in (const char *text, const char *language, gboolean no_inflect)
{
  g_autoptr (GPtrArray) faults =
      g_ptr_array_new_with_free_func ((GDestroyNotify) tcn_fault_free);
  TcnQueryOptions options = { .language = language, .no_inflect = no_inflect };
  TcnQuery *query = tcn_query_parse (text, &options, faults);

  g_assert_nonnull (query);
  return query;
}

static TcnRuleset *
build (const char *text)
{
  g_autoptr (TcnQuery) query = parse_in (text, NULL, FALSE);
  TcnRulesetBuilder *builder = tcn_ruleset_builder_new ();

  tcn_ruleset_builder_add (builder, 7, query);
  return tcn_ruleset_builder_build (builder);
}

static void
write_matches (guint rule_index, const TcnHit *hit, gpointer data)
{
  g_autoptr (GPtrArray) matches = tcn_hit_matches (hit);
  GString *out = data;

  for (guint i = 0; i < matches->len; i++) {
    const TcnMatch *match = g_ptr_array_index (matches, i);

    g_string_append_printf (out, "%s %u-%u %s|%s %s\n", tcn_field_name (match->field),
                            match->start_char, match->end_char, match->text, match->term,
                            tcn_why_name (match->why));
  }
}

static void
assert_report (const char *query, const TcnDocument *doc, const char *expected)
{
  g_autoptr (TcnRuleset) ruleset = build (query);
  g_autoptr (TcnMatcher) matcher = tcn_matcher_new (ruleset, 1);
  g_autoptr (GString) out = g_string_new (NULL);

  tcn_matcher_run (matcher, doc, write_matches, out);
  g_assert_cmpstr (out->str, ==, expected);
}

static void
test_matcher_tells_where_and_why (void)
{
  TcnDocument doc = { .language = "fr" };

  doc.text[TCN_FIELD_TITLE] = "Les patrouilles à Québec";
  doc.text[TCN_FIELD_CONTENT] = "Une cyber-attaque, Patrouille C++ T-72.";
  doc.text[TCN_FIELD_URL] = "https://www.example.org/a";

  assert_report ("patrouille", &doc,
                 "title 4-15 patrouilles|patrouille inflected\n"
                 "content 19-29 Patrouille|patrouille folded\n");
  assert_report ("Québec", &doc, "title 18-24 Québec|Québec same\n");
  assert_report ("\"a Quebec\"", &doc, "title 16-24 à Québec|a Quebec folded\n");
  assert_report ("cyberattaque", &doc,
                 "content 4-17 cyber-attaque|cyberattaque joined\n");
  assert_report ("patrouill*", &doc,
                 "title 4-15 patrouilles|patrouill* prefix\n"
                 "content 19-29 Patrouille|patrouill* prefix\n");
  assert_report ("*becque OR *ébec", &doc, "title 18-24 Québec|*ébec suffix\n");
  assert_report ("*trouill*", &doc,
                 "title 4-15 patrouilles|*trouill* inside\n"
                 "content 19-29 Patrouille|*trouill* inside\n");
  assert_report ("=C++", &doc, "content 30-33 C++|=C++ exact\n");
  assert_report ("/T-\\d+/", &doc, "content 34-38 T-72|/T-\\d+/ regex\n");
  assert_report ("site:example.org", &doc, "url 12-23 example.org|example.org same\n");
  assert_report ("une lang:fr -absent", &doc,
                 "content 0-3 Une|une folded\nlang 0-2 fr|fr same\n");
}

/* Composing joins a letter and its marks; an expression that speaks of the letter alone is
 * found in all of them. */
static void
test_matcher_marks_a_letter_with_its_marks (void)
{
  TcnDocument doc = { .text[TCN_FIELD_CONTENT] = "e\xcc\x81 x\xd6\xb4y x" };

  assert_report ("/x/", &doc,
                 "content 3-5 x\xd6\xb4|/x/ regex\ncontent 7-8 x|/x/ regex\n");
  assert_report ("/xy*/", &doc,
                 "content 3-5 x\xd6\xb4|/xy*/ regex\ncontent 7-8 x|/xy*/ regex\n");
  assert_report ("/é x/", &doc, "content 0-5 e\xcc\x81 x\xd6\xb4|/é x/ regex\n");
}

static void
test_matcher_reports_only_what_holds (void)
{
  TcnDocument doc = { 0 };

  doc.text[TCN_FIELD_CONTENT] = "a1 x x x x b1 x a1 c1";

  assert_report ("a1 NEAR/1 b1", &doc,
                 "content 11-13 b1|b1 same\ncontent 16-18 a1|a1 same\n");
  assert_report ("c1 OR (a1 d1)", &doc, "content 19-21 c1|c1 same\n");
  assert_report (
      "a1 ONEAR/5 (b1 OR d1) ONEAR/5 c1", &doc,
      "content 0-2 a1|a1 same\ncontent 11-13 b1|b1 same\ncontent 19-21 c1|c1 same\n");
}

static void
test_matcher_reports_a_hundred_at_most (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (TcnRuleset) ruleset = build ("a1");
  g_autoptr (TcnMatcher) matcher = tcn_matcher_new (ruleset, 1);
  g_autoptr (GString) out = g_string_new (NULL);
  TcnDocument doc = { 0 };
  guint n_lines = 0;

  for (guint i = 0; i < 1000; i++)
    g_string_append (text, "a1 ");
  doc.text[TCN_FIELD_CONTENT] = text->str;
  tcn_matcher_run (matcher, &doc, write_matches, out);

  for (const char *p = out->str; *p != '\0'; p++)
    n_lines += *p == '\n';
  g_assert_cmpuint (n_lines, ==, TCN_MAX_MATCHES);
}

static gboolean
matches_in (const char *query, const char *language, gboolean no_inflect,
            const char *text, const char *text_language)
{
  g_autoptr (TcnQuery) parsed = parse_in (query, language, no_inflect);
  TcnRulesetBuilder *builder = tcn_ruleset_builder_new ();
  g_autoptr (TcnRuleset) ruleset = NULL;
  g_autoptr (TcnMatcher) matcher = NULL;
  TcnDocument doc = { .language = text_language };

  tcn_ruleset_builder_add (builder, 0, parsed);
  ruleset = tcn_ruleset_builder_build (builder);
  matcher = tcn_matcher_new (ruleset, 1);
  doc.text[TCN_FIELD_CONTENT] = text;
  return tcn_matcher_run (matcher, &doc, NULL, NULL) > 0;
}

static void
test_matcher_inflects_in_the_language_of_the_rule (void)
{
  g_assert_true (matches_in ("cheval", "fr", FALSE, "des chevaux", "en"));
  g_assert_true (matches_in ("cheval", "fr", FALSE, "des chevaux", NULL));
  g_assert_false (matches_in ("cheval", "en", FALSE, "des chevaux", "fr"));
  g_assert_false (matches_in ("cheval", NULL, FALSE, "des chevaux", NULL));
  g_assert_false (matches_in ("cheval", "fr", TRUE, "des chevaux", "fr"));
  g_assert_false (matches_in ("cheval", "xx", FALSE, "des chevaux", "fr"));
}

static void
note_index (guint rule_index, const TcnHit *hit, gpointer data)
{
  g_string_append_printf (data, "%u ", rule_index);
}

static void
test_matcher_calls_once_a_rule_in_their_order (void)
{
  static const char *const queries[] = { "b1", "zz", "a1", "a1 OR b1", "a1" };
  static const guint numbers[] = { 9, 5, 5, 2, 2 };
  TcnRulesetBuilder *builder = tcn_ruleset_builder_new ();
  g_autoptr (TcnRuleset) ruleset = NULL;
  g_autoptr (TcnMatcher) matcher = NULL;
  g_autoptr (GString) out = g_string_new (NULL);
  TcnDocument doc = { 0 };

  for (guint i = 0; i < G_N_ELEMENTS (queries); i++) {
    g_autoptr (TcnQuery) query = parse_in (queries[i], NULL, FALSE);

    tcn_ruleset_builder_add (builder, numbers[i], query);
  }
  ruleset = tcn_ruleset_builder_build (builder);
  matcher = tcn_matcher_new (ruleset, 1);
  doc.text[TCN_FIELD_TITLE] = "a1 b1";

  g_assert_cmpuint (tcn_matcher_run (matcher, &doc, note_index, out), ==, 3);
  g_assert_cmpstr (out->str, ==, "2 5 9 ");
}

static void
assert_reason (const char *query, const char *text, const char *expected)
{
  g_autoptr (TcnRuleset) ruleset = build (query);
  g_autoptr (TcnMatcher) matcher = tcn_matcher_new (ruleset, 1);
  TcnDocument doc = { .language = "fr" };
  g_autofree char *reason = NULL;

  doc.text[TCN_FIELD_CONTENT] = text;
  reason = tcn_matcher_explain (matcher, 7, &doc);
  g_assert_cmpstr (reason, ==, expected);
}

static char *
repeat (const char *text, guint n)
{
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    g_string_append (out, text);
  return g_string_free (out, FALSE);
}

static void
test_matcher_explains_the_first_failure (void)
{
  g_autofree char *long_word = repeat ("a", 5000);

  assert_reason ("a1 b1", "a1", "b1 is not found in the title or the text");
  assert_reason ("a1 title:b1", "a1 b1", "title:b1 is not found in the title");
  assert_reason ("a1 -\"b1 c1\"", "a1 b1 c1", "excluded by -\"b1 c1\"");
  assert_reason ("a1 (b1 OR c1)", "a1", "none of the alternatives holds: (b1 OR c1)");
  assert_reason (
      "a1 NEAR/1 b1", "a1 x x b1",
      "a1 NEAR/1 b1: both are there, but not 1 words or less apart in one paragraph");
  assert_reason ("a1 lang:en", "a1", "lang:en: the item's language is fr");
  assert_reason ("a1", "a1", NULL);
  assert_reason ("aaa* /(a+)+(a+)+[bc]/", long_word,
                 "/(a+)+(a+)+[bc]/ took too much work on this item and was given up on");
}

/* --- what it does not spend ------------------------------------------------------------- */

static TcnMatcherLimits
run_limited (const char *query, const char *text, guint *out_n)
{
  g_autoptr (TcnRuleset) ruleset = build (query);
  g_autoptr (TcnMatcher) matcher = tcn_matcher_new (ruleset, 1);
  TcnDocument doc = { 0 };
  gint64 start = g_get_monotonic_time ();

  doc.text[TCN_FIELD_CONTENT] = text;
  *out_n = tcn_matcher_run (matcher, &doc, NULL, NULL);
  g_assert_cmpint (g_get_monotonic_time () - start, <, 5 * G_USEC_PER_SEC);
  return *tcn_matcher_limits (matcher);
}

static void
test_matcher_gives_up_on_a_regex_that_explodes (void)
{
  g_autofree char *text = repeat ("a", 5000);
  guint n;
  TcnMatcherLimits limits = run_limited ("/(a+)+(a+)+[bc]/", text, &n);

  g_assert_cmpuint (n, ==, 0);
  g_assert_cmpuint (limits.n_capped, ==, 1);
  g_assert_cmpuint (limits.first_capped_rule, ==, 7);
}

static void
test_matcher_lets_an_honest_regex_run (void)
{
  g_autofree char *text = repeat ("(ab) ", 2000);
  g_autofree char *found = g_strconcat (text, "end", NULL);
  guint n;
  TcnMatcherLimits limits = run_limited ("/^(?:\\((a|b)+\\) )+end/", found, &n);

  g_assert_cmpuint (n, ==, 1);
  g_assert_cmpuint (limits.n_capped, ==, 0);
}

static void
test_matcher_gives_up_on_too_much_work (void)
{
  g_autofree char *text = repeat ("a1 a1 a1 a1 a1 a1 a1 a1 a1 a1 b1 ", 20000);
  guint n;
  TcnMatcherLimits limits = run_limited ("a1 c1", text, &n);

  g_assert_cmpuint (limits.n_capped, ==, 0);
  limits = run_limited ("\"a1 b1 a1 b1\"", text, &n);
  g_assert_cmpuint (n, ==, 0);
  g_assert_cmpuint (limits.n_capped, ==, 1);
  limits = run_limited ("a1 NEAR/100 a1 NEAR/0 \"b1 b1\"", text, &n);
  g_assert_cmpuint (n, ==, 0);
  g_assert_cmpuint (limits.n_capped, ==, 1);
}

static void
test_matcher_finds_a_phrase_by_its_rarest_word (void)
{
  static const char *const queries[] = { "\"a1 a1 b1 a1\"", "\"a1 a1 * a1\" b1",
                                         "\"a1-b1\"", "\"a1 a1-b1\"", "a1b1" };
  g_autofree char *most = repeat ("a1 ", 170000);
  g_autofree char *text = g_strconcat (most, "b1 ", most, "a1-b1", NULL);
  guint n;

  for (guint i = 0; i < G_N_ELEMENTS (queries); i++) {
    TcnMatcherLimits limits = run_limited (queries[i], text, &n);

    g_test_message ("%s", queries[i]);
    g_assert_cmpuint (n, ==, 1);
    g_assert_cmpuint (limits.n_capped, ==, 0);
  }
}

static void
test_matcher_takes_nothing_for_absent_that_it_gave_up_on (void)
{
  g_autofree char *text = repeat ("a1 a1 a1 a1 a1 a1 a1 a1 a1 a1 b1 c1 ", 20000);
  g_autofree char *letters = repeat ("a", 5000);
  guint n;
  TcnMatcherLimits limits = run_limited ("c1 -\"a1 b1 a1 b1\"", text, &n);

  g_assert_cmpuint (n, ==, 0);
  g_assert_cmpuint (limits.n_capped, ==, 1);
  limits = run_limited ("aaa* -/(a+)+(a+)+[bc]/", letters, &n);
  g_assert_cmpuint (n, ==, 0);
  g_assert_cmpuint (limits.n_capped, ==, 1);
  limits = run_limited ("/(a+)+(a+)+[bc]/ OR aaa*", letters, &n);
  g_assert_cmpuint (n, ==, 1);
  limits = run_limited ("c1 -\"b1 a1 a1\"", text, &n);
  g_assert_cmpuint (n, ==, 1);
  g_assert_cmpuint (limits.n_capped, ==, 0);
}

static void
test_matcher_searches_a_megabyte (void)
{
  g_autofree char *most = repeat ("lorem ipsum ", TCN_MAX_TEXT_BYTES / 12 - 10);
  g_autofree char *found = g_strconcat (most, "needle", NULL);
  g_autofree char *more = repeat ("lorem ipsum ", 200);
  g_autofree char *lost = g_strconcat (most, more, "needle", NULL);
  guint n;
  TcnMatcherLimits limits = run_limited ("needle", found, &n);

  g_assert_cmpuint (n, ==, 1);
  g_assert_false (limits.text_was_cut);
  limits = run_limited ("needle", lost, &n);
  g_assert_cmpuint (n, ==, 0);
  g_assert_true (limits.text_was_cut);
}

static void
test_matcher_bears_a_long_word (void)
{
  g_autofree char *word = repeat ("patrouille", 10000);
  g_autofree char *hyphens = repeat ("ab-", 100000);
  guint n;

  run_limited ("*trouillepatrouille*", word, &n);
  g_assert_cmpuint (n, ==, 1);
  run_limited ("\"ab-ab\"", hyphens, &n);
  g_assert_cmpuint (n, ==, 1);
}

static void
test_matcher_bears_the_largest_rule (void)
{
  g_autofree char *words = repeat ("ab OR ", 680);
  g_autofree char *query = g_strconcat (words, "cd", NULL);
  g_autofree char *text = repeat ("ab cd ", 1000);
  guint n;

  run_limited (query, text, &n);
  g_assert_cmpuint (n, ==, 1);
}

static gpointer
run_on_thread (gpointer data)
{
  g_autoptr (TcnMatcher) matcher = tcn_matcher_new (data, 3);
  static const char *const tags[] = { "fr", "en", "ru", "ar" };
  guint n = 0;

  for (guint i = 0; i < 2000; i++) {
    TcnDocument doc = { .language = tags[i % 4] };

    doc.text[TCN_FIELD_TITLE] = i % 2 == 0 ? "les patrouilles" : "une patrouille";
    n += tcn_matcher_run (matcher, &doc, NULL, NULL);
  }
  return GUINT_TO_POINTER (n);
}

static void
test_matcher_shares_a_ruleset_between_threads (void)
{
  g_autoptr (TcnRuleset) ruleset = build ("patrouilles OR patrouille");
  GThread *threads[4];

  for (guint i = 0; i < 4; i++)
    threads[i] = g_thread_new ("match", run_on_thread, ruleset);
  for (guint i = 0; i < 4; i++)
    g_assert_cmpuint (GPOINTER_TO_UINT (g_thread_join (threads[i])), ==, 2000);
}

static void
test_matcher_without_rules_matches_nothing (void)
{
  g_autoptr (TcnRuleset) ruleset = tcn_ruleset_builder_build (tcn_ruleset_builder_new ());
  g_autoptr (TcnMatcher) matcher = tcn_matcher_new (ruleset, 1);
  TcnDocument doc = { .language = "fr" };

  doc.text[TCN_FIELD_TITLE] = "une patrouille";
  doc.text[TCN_FIELD_URL] = "https://example.org/";
  g_assert_cmpuint (tcn_matcher_run (matcher, &doc, NULL, NULL), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/matcher/tells-where-and-why", test_matcher_tells_where_and_why);
  g_test_add_func ("/matcher/reports-only-what-holds",
                   test_matcher_reports_only_what_holds);
  g_test_add_func ("/matcher/reports-a-hundred-at-most",
                   test_matcher_reports_a_hundred_at_most);
  g_test_add_func ("/matcher/inflects-in-the-language-of-the-rule",
                   test_matcher_inflects_in_the_language_of_the_rule);
  g_test_add_func ("/matcher/calls-once-a-rule-in-their-order",
                   test_matcher_calls_once_a_rule_in_their_order);
  g_test_add_func ("/matcher/explains-the-first-failure",
                   test_matcher_explains_the_first_failure);
  g_test_add_func ("/matcher/marks-a-letter-with-its-marks",
                   test_matcher_marks_a_letter_with_its_marks);
  g_test_add_func ("/matcher/gives-up-on-a-regex-that-explodes",
                   test_matcher_gives_up_on_a_regex_that_explodes);
  g_test_add_func ("/matcher/lets-an-honest-regex-run",
                   test_matcher_lets_an_honest_regex_run);
  g_test_add_func ("/matcher/gives-up-on-too-much-work",
                   test_matcher_gives_up_on_too_much_work);
  g_test_add_func ("/matcher/finds-a-phrase-by-its-rarest-word",
                   test_matcher_finds_a_phrase_by_its_rarest_word);
  g_test_add_func ("/matcher/takes-nothing-for-absent-that-it-gave-up-on",
                   test_matcher_takes_nothing_for_absent_that_it_gave_up_on);
  g_test_add_func ("/matcher/searches-a-megabyte", test_matcher_searches_a_megabyte);
  g_test_add_func ("/matcher/bears-a-long-word", test_matcher_bears_a_long_word);
  g_test_add_func ("/matcher/bears-the-largest-rule",
                   test_matcher_bears_the_largest_rule);
  g_test_add_func ("/matcher/shares-a-ruleset-between-threads",
                   test_matcher_shares_a_ruleset_between_threads);
  g_test_add_func ("/matcher/without-rules-matches-nothing",
                   test_matcher_without_rules_matches_nothing);
  return g_test_run ();
}
