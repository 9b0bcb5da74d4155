/* SPDX-License-Identifier: MIT */
/* What the parser refuses, where the caret stands, and what it accepts with a warning. */
#include "tocsin/query.h"

#include <string.h>

/* A fault in a query: `at` and `length` are bytes of it. */
typedef struct {
  const char *query;
  gsize at;
  gsize length; /* 0: not compared */
  const char *says;
} FaultRow;

static const FaultRow refused[] = {
  /* empty, nothing searchable */
  { "", 0, 0, "empty" },
  { " ", 0, 0, "empty" },
  { "\"…\"", 0, 0, "nothing here" },
  { "🔥", 0, 4, "nothing here" },
  { "a1 🔥", 3, 4, "nothing here" },
  { "a1 & b1", 3, 1, "nothing here" },
  /* exclusions only */
  { "-a1 -b1", 0, 3, "only exclusions" },
  { "-russe", 0, 6, "only exclusions" },
  { "NOT a1", 0, 6, "only exclusions" },
  { "a1 OR -b1", 6, 3, "only exclusions" },
  { "a1 (b1 OR -c1)", 10, 3, "only exclusions" },
  { "lang:fr", 0, 7, "nothing is to be found" },
  { "lang:fr -a1", 0, 7, "nothing is to be found" },
  { "lang:(fr OR en)", 0, 0, "nothing is to be found" },
  /* AND and OR mixed */
  { "syrie patrouille OR convoi", 17, 2, "mixed" },
  { "a1 OR b1 c1", 3, 2, "mixed" },
  { "a1 OR b1 OR c1 d1", 9, 2, "mixed" },
  { "a1 b1 | c1", 6, 1, "mixed" },
  { "a1 AND b1 OR c1", 10, 2, "mixed" },
  { "(a1 b1 OR c1) d1", 7, 2, "mixed" },
  /* not closed, closed twice */
  { "\"patrouille russe", 0, 1, "quote not closed" },
  { "“patrouille russe", 0, 3, "quote not closed" },
  { "(a1", 0, 1, "not closed" },
  { "(a1 (b1)", 0, 1, "not closed" },
  { "/abc", 0, 1, "not closed" },
  { "a1)", 2, 1, "closes nothing" },
  { "a1 ()", 3, 2, "nothing between" },
  { "a1 ”", 3, 3, "closes nothing" },
  /* operators without a side */
  { "a1 OR", 3, 2, "OR" },
  { "OR a1", 0, 2, "OR" },
  { "a1 OR OR b1", 3, 2, "OR" },
  { "AND a1", 0, 3, "AND" },
  { "a1 AND", 3, 3, "AND" },
  { "a1 AND AND b1", 3, 3, "AND" },
  { "a1 AND OR b1", 3, 3, "AND" },
  { "a1 NOT", 3, 3, "nothing to exclude" },
  { "a1 NOT NOT b1", 7, 3, "twice" },
  { "a1 --b1", 4, 1, "twice" },
  { "a1 -NOT b1", 4, 3, "twice" },
  { "NEAR a1", 0, 4, "left side" },
  { "a1 NEAR", 3, 4, "right side" },
  { "a1 NEAR/3 OR b1", 3, 6, "right side" },
  { "\"a1\"-b1", 4, 1, "after a space" },
  /* NEAR */
  { "a1 NEAR/ b1", 3, 5, "number" },
  { "a1 NEAR/x b1", 3, 6, "number" },
  { "a1 NEAR/101 b1", 3, 8, "100" },
  { "a1 NEAR/99999999999999999999 b1", 3, 0, "100" },
  { "a1 NEAR/3 -b1", 3, 6, "exclusion" },
  { "a1 NEAR/3 (b1 c1)", 3, 6, "AND" },
  { "(a1 b1) NEAR/3 c1", 8, 6, "AND" },
  { "a1 NEAR/3 /bcd/", 3, 6, "regular" },
  { "a1 NEAR/3 title:b1", 3, 6, "field" },
  { "title:a1 NEAR/3 b1", 9, 6, "field" },
  { "a1 NEAR/3 (b1 OR title:c1)", 3, 6, "field" },
  { "a1 NEAR(5) b1", 3, 4, "slash" },
  { "a1 AROUND (5) b1", 3, 6, "apart" },
  { "a1 AROUND/5 b1", 3, 8, "parentheses" },
  { "a1 AROUND() b1", 3, 8, "number" },
  { "a1 AROUND(x) b1", 3, 6, "number" },
  /* fields */
  { "titre:Syrie", 0, 5, "unknown field" },
  { "Title:Syrie", 0, 5, "unknown field" },
  { "title: Syrie", 6, 1, "follow the colon" },
  { "title:", 6, 1, "follow the colon" },
  { "title:-a1", 6, 1, "before the field" },
  { "title:(a1 body:b1)", 10, 4, "inside of a field" },
  { "title:body:a1", 6, 4, "inside of a field" },
  { "https://example.org/a", 0, 6, "address" },
  { "url:https://example.org", 4, 6, "address" },
  { "site:example.org/a", 5, 0, "host" },
  { "lang:français", 5, 0, "language code" },
  { "lang:fr* a1", 5, 0, "language code" },
  { "site:=example.org", 5, 12, "plain word" },
  /* stars */
  { "*", 0, 1, "star" },
  { "a1 * b1", 3, 1, "star" },
  { "pat*le", 3, 1, "middle" },
  { "sy*", 2, 1, "three letters" },
  { "*sy", 0, 1, "three letters" },
  { "\"* russe\"", 1, 1, "begin or end" },
  { "\"russe *\"", 7, 1, "begin or end" },
  { "\"a1 b*c d1\"", 5, 1, "middle" },
  { "=patr*", 5, 1, "star" },
  { "=\"a1 * b1\"", 5, 1, "star" },
  { "CVE-2026-*", 9, 1, "star" },
  /* signs of other languages */
  { "+a1", 0, 1, "means nothing" },
  { "a1~", 2, 1, "means nothing" },
  { "a1~2 b1~", 7, 1, "means nothing" },
  { "\"a1 b1\"~5", 7, 1, "means nothing" },
  { "!a1", 0, 1, "means nothing" },
  { "a1^", 2, 1, "means nothing" },
  { "a1?", 2, 1, "means nothing" },
  { "[a1", 0, 1, "means nothing" },
  { "a1]", 2, 1, "means nothing" },
  { "{a1}", 0, 1, "means nothing" },
  { "a1;", 2, 1, "means nothing" },
  { "<a1>", 0, 1, "means nothing" },
  { "a1\\", 2, 1, "means nothing" },
  { "a1 && b1", 3, 2, "means nothing" },
  { "a1 || b1", 3, 2, "means nothing" },
  { "'a1 b1'", 0, 1, "single quotes" },
  { "'a1'", 0, 1, "single quotes" },
  { "‘a1 b1’", 0, 3, "single quotes" },
  { "’a1 b1’", 0, 3, "single quotes" },
  { "c1 `a1 b1`", 3, 1, "single quotes" },
  { "´a1´", 0, 2, "single quotes" },
  /* one letter left */
  { "C++", 1, 2, "\"c\" would be left" },
  { "C#", 1, 1, "\"c\" would be left" },
  { "#c", 0, 1, "\"c\" would be left" },
  { "\"C++\"", 2, 2, "one letter" },
  { "= a1", 0, 1, "stands before nothing" },
  /* regular expressions */
  { "/(a/", 3, 1, "regular expression" },
  { "/a1/z", 4, 1, "flag" },
  { "/a1/ii", 4, 2, "flag" },
  { "/a*/", 1, 1, "nothing at all" },
  { "//", 1, 1, "nothing at all" },
  { "/(?=a)/", 1, 1, "nothing at all" },
  { "/abc\\K/", 1, 1, "nothing at all" },
  { "/abc\\Kd*/", 1, 1, "nothing at all" },
};

static GPtrArray *
new_faults (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) tcn_fault_free);
}

static void
test_query_refusals_point_at_the_fault (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (refused); i++) {
    const FaultRow *row = &refused[i];
    g_autoptr (GPtrArray) faults = new_faults ();
    g_autoptr (TcnQuery) query = tcn_query_parse (row->query, NULL, faults);
    const TcnFault *fault = NULL;

    for (guint k = 0; k < faults->len && fault == NULL; k++)
      if (!((TcnFault *) g_ptr_array_index (faults, k))->is_warning)
        fault = g_ptr_array_index (faults, k);
    if (query == NULL && fault != NULL && strstr (fault->message, row->says) != NULL &&
        fault->start == row->at &&
        (row->length == 0 || fault->end - fault->start == row->length))
      continue;
    g_test_message (
        "row %s: %s %s at %d+%d", row->query, query != NULL ? "accepted" : "refused",
        fault != NULL ? fault->message : "", fault != NULL ? (int) fault->start : -1,
        fault != NULL ? (int) (fault->end - fault->start) : -1);
    g_test_fail ();
  }
}

static const char *const accepted[] = {
  "/abc\\Kd/",
  "/abc\\\\K/",
  "a1 AROUND (b1 OR c1)",
  "’90s `a1",
  "SOHR",
  "patrouille russe",
  "a1 AND b1",
  "(a1 b1) OR c1",
  "a1 (b1 OR c1) -d1",
  "a1 -(b1 OR c1)",
  "a1 -(b1 -c1)",
  "a1 NOT \"b1 c1\"",
  "a1|b1",
  "-a1 NEAR/3 b1 c1",
  "a1 NEAR b1 ONEAR/0 c1 AROUND(5) d1",
  "a1 NEAR/100 (b1 OR \"c1 d1\" OR =E1)",
  "title:(a1 NEAR/3 b1)",
  "title:(a1 OR b1) c1",
  "title:\"a1 b1\"",
  "title:/abc/",
  "lang:fr a1",
  "lang:(fr OR en) a1",
  "site:lemonde.fr",
  "feed:monde",
  "author:smith",
  "tag:syria",
  "url:2026",
  "category:syria -inurl:video",
  "patrouill*",
  "*stan",
  "*chloroq*",
  "cyber-att*",
  "\"forces * russes\"",
  "\"patrouill* russe\"",
  "=C++",
  "=\"C++ is\"",
  "=nord-est",
  "a1 -=US",
  "/T-(72|90)M?/i",
  "/a\\/b c/",
  "meeting 12:30",
  "AT&T",
  "and/or",
  "l'Observatoire",
  "O'Brien",
  "'ndrangheta",
  "nord-est",
  "#drone",
  "@user",
  "“patrouille russe”",
  "«patrouille russe»",
  "„patrouille russe“",
  "a1 - b1",
  "俄罗*",
  "\"AND\"",
  "=AND",
  "a1 NOT(b1)",
  "\xe2\x80\x8eSOHR",
};

static void
test_query_accepts_what_the_language_has (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (accepted); i++) {
    g_autoptr (GPtrArray) faults = new_faults ();
    g_autoptr (TcnQuery) query = tcn_query_parse (accepted[i], NULL, faults);
    g_autofree char *description = NULL;

    for (guint k = 0; k < faults->len; k++)
      g_test_message ("%s: %s", accepted[i],
                      ((TcnFault *) g_ptr_array_index (faults, k))->message);
    if (query == NULL) {
      g_test_fail ();
      continue;
    }
    g_assert_cmpstr (tcn_query_text (query), ==, accepted[i]);
    description = tcn_query_describe (query);
    g_assert_cmpuint (strlen (description), >, 0);
  }
}

static const FaultRow warned[] = {
  { "war or peace", 4, 2, "ordinary word" },
  { "guerre et paix", 7, 2, "ordinary word" },
  { "alpha sauf bravo", 6, 4, "ordinary word" },
  { "alpha near bravo", 6, 4, "ordinary word" },
  { "alpha onear/5 bravo", 6, 7, "ordinary word" },
  { "not alpha", 0, 3, "ordinary word" },
  { "alpha AND (sauf bravo)", 11, 4, "ordinary word" },
  { "alpha bravo", 0, 11, "anywhere" },
  { "alpha - bravo", 6, 1, "dash" },
  { "alpha – bravo", 6, 3, "dash" },
  { "US", 0, 2, "short" },
  { "les", 0, 3, "common" },
  { "les OR alpha", 0, 3, "common" },
  { "/[abc]+x/", 1, 7, "every item" },
  { "lang:fr-FR AND alpha", 5, 5, "lang:fr" },
  { "alpha -alpha", 6, 6, "never match" },
  { "(bravo -bravo) OR alpha", 7, 6, "never match" },
  { "lang:fr AND lang:de AND alpha", 12, 7, "never match" },
};

static void
test_query_warnings_accept (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (warned); i++) {
    const FaultRow *row = &warned[i];
    g_autoptr (GPtrArray) faults = new_faults ();
    g_autoptr (TcnQuery) query = tcn_query_parse (row->query, NULL, faults);
    gboolean found = FALSE;

    g_test_message ("row: %s", row->query);
    g_assert_nonnull (query);
    for (guint k = 0; k < faults->len; k++) {
      const TcnFault *fault = g_ptr_array_index (faults, k);

      g_assert_true (fault->is_warning);
      found |= fault->start == row->at && fault->end - fault->start == row->length &&
               strstr (fault->message, row->says) != NULL;
    }
    g_assert_true (found);
  }
}

static const char *const unremarkable[] = {
  "-alpha bravo",
  "title:alpha bravo",
  "alpha -\"alpha bravo\"",
  "lang:fr AND alpha -lang:de",
  "alpha AND les",
  "\"de la\"",
  "=US",
  "alpha OR bravo",
  "/alpha[0-9]/",
  "title:alpha -les",
  "title:alpha nearby -bravo",
};

static void
test_query_says_nothing_without_need (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (unremarkable); i++) {
    g_autoptr (GPtrArray) faults = new_faults ();
    g_autoptr (TcnQuery) query = tcn_query_parse (unremarkable[i], NULL, faults);

    g_test_message ("row: %s", unremarkable[i]);
    g_assert_nonnull (query);
    g_assert_cmpuint (faults->len, ==, 0);
  }
}

static char *
print_first (const char *text, const TcnFaultPlace *place)
{
  g_autoptr (GPtrArray) faults = new_faults ();
  g_autoptr (TcnQuery) query = tcn_query_parse (text, NULL, faults);
  GString *out = g_string_new (NULL);

  g_assert_null (query);
  tcn_fault_print (out, g_ptr_array_index (faults, 0), place);
  return g_string_free (out, FALSE);
}

static void
test_query_faults_print_line_caret_and_remedy (void)
{
  const char *text = "syrie patrouille OR convoi";
  TcnFaultPlace place = { .place = "query:1", .line = text };
  g_autofree char *out = print_first (text, &place);

  g_assert_cmpstr (
      out, ==,
      "query:1:18: AND and OR are mixed without parentheses\n"
      "    syrie patrouille OR convoi\n"
      "                     ^~\n"
      "  write (syrie patrouille) OR convoi, or syrie (patrouille OR convoi)\n");
}

static void
test_query_faults_of_a_file_count_its_columns (void)
{
  TcnFaultPlace place = {
    .place = "a.conf:7", .subject = "rule é", .line = "query = é +b1", .offset = 8
  };
  g_autofree char *out = print_first ("é +b1", &place);

  g_assert_true (g_str_has_prefix (out, "a.conf:7:11: rule é: \"+\" means nothing here\n"
                                        "    query = é +b1\n"
                                        "              ^\n"));
}

static void
test_query_reports_every_fault (void)
{
  g_autoptr (GPtrArray) faults = new_faults ();
  g_autoptr (TcnQuery) query = tcn_query_parse ("titre:x1 +a1 (b1 sy*", NULL, faults);

  g_assert_null (query);
  g_assert_cmpuint (faults->len, ==, 4);
  for (guint i = 1; i < faults->len; i++)
    g_assert_cmpuint (((TcnFault *) g_ptr_array_index (faults, i - 1))->start, <=,
                      ((TcnFault *) g_ptr_array_index (faults, i))->start);
}

static gboolean
parses (const char *text)
{
  g_autoptr (GPtrArray) faults = new_faults ();
  g_autoptr (TcnQuery) query = tcn_query_parse (text, NULL, faults);

  return query != NULL;
}

static char *
repeat (const char *before, const char *text, guint n, const char *after)
{
  GString *out = g_string_new (before);

  for (guint i = 0; i < n; i++)
    g_string_append (out, text);
  return g_string_free (g_string_append (out, after), FALSE);
}

static void
test_query_limits_are_held (void)
{
  g_autofree char *long_ok = repeat ("", "a", 4096, "");
  g_autofree char *too_long = repeat ("", "a", 4097, "");
  g_autofree char *words_ok = repeat ("", "a1 ", 1000, "");
  g_autofree char *too_many = repeat ("", "a1 ", 1001, "");
  g_autofree char *opens = repeat ("", "(", 32, "a1");
  g_autofree char *deep_ok = repeat (opens, ")", 32, "");
  g_autofree char *opens_more = repeat ("", "(", 33, "a1");
  g_autofree char *too_deep = repeat (opens_more, ")", 33, "");
  g_autofree char *abyss = repeat ("", "(", 4000, "a1");

  g_assert_true (parses (long_ok));
  g_assert_false (parses (too_long));
  g_assert_true (parses (words_ok));
  g_assert_false (parses (too_many));
  g_assert_true (parses (deep_ok));
  g_assert_false (parses (too_deep));
  g_assert_false (parses (abyss));
}

static void
test_query_definitions_stand_for_their_query (void)
{
  g_autoptr (GPtrArray) faults = new_faults ();
  g_autoptr (TcnDefines) defines = tcn_defines_new ();
  TcnQueryOptions options = { .defines = defines };
  g_autoptr (TcnQuery) query = NULL;
  g_autoptr (TcnQuery) spelled = NULL;

  tcn_defines_add (defines, "zone", "Idlib OR Alep");
  tcn_defines_add (defines, "tout", "@zone OR Homs");

  query = tcn_query_parse ("patrouille AND @tout", &options, faults);
  spelled = tcn_query_parse ("patrouille AND ((Idlib OR Alep) OR Homs)", NULL, faults);

  g_assert_nonnull (query);
  g_assert_cmpuint (faults->len, ==, 0);
  g_assert_true (tcn_query_equal (query, spelled));
}

static void
test_query_definitions_stand_where_they_are_used (void)
{
  g_autoptr (GPtrArray) faults = new_faults ();
  g_autoptr (TcnDefines) defines = tcn_defines_new ();
  TcnQueryOptions options = { .defines = defines };
  g_autoptr (TcnQuery) query = NULL;
  const TcnFault *fault;

  tcn_defines_add (defines, "zone", "Idlib OR Alep");

  query = tcn_query_parse ("patrouille OR @zone russe", &options, faults);

  g_assert_null (query);
  fault = g_ptr_array_index (faults, 0);
  g_assert_cmpuint (fault->start, ==, 11);
  g_assert_cmpstr (fault->remedy, ==,
                   "write patrouille OR (@zone russe), or (patrouille OR @zone) russe");
}

static void
test_query_definitions_do_not_nest_in_circles (void)
{
  g_autoptr (GPtrArray) faults = new_faults ();
  g_autoptr (TcnDefines) defines = tcn_defines_new ();
  TcnQueryOptions options = { .defines = defines };
  g_autoptr (TcnQuery) query = NULL;

  tcn_defines_add (defines, "a", "x1 OR @b");
  tcn_defines_add (defines, "b", "y1 OR @a");

  query = tcn_query_parse ("z1 AND @a", &options, faults);

  g_assert_null (query);
  g_assert_cmpuint (((TcnFault *) g_ptr_array_index (faults, 0))->start, ==, 7);
}

static void
test_query_definitions_cannot_explode (void)
{
  g_autoptr (GPtrArray) faults = new_faults ();
  g_autoptr (TcnDefines) defines = tcn_defines_new ();
  TcnQueryOptions options = { .defines = defines };
  g_autoptr (TcnQuery) query = NULL;

  tcn_defines_add (defines, "d0", "x1");
  for (guint i = 1; i < 40; i++) {
    g_autofree char *name = g_strdup_printf ("d%u", i);
    g_autofree char *text = g_strdup_printf ("@d%u @d%u @d%u", i - 1, i - 1, i - 1);

    tcn_defines_add (defines, name, text);
  }

  query = tcn_query_parse ("@d39", &options, faults);

  g_assert_null (query);
}

static void
test_query_warns_of_a_definition_that_comes_close (void)
{
  g_autoptr (GPtrArray) faults = new_faults ();
  g_autoptr (TcnDefines) defines = tcn_defines_new ();
  TcnQueryOptions options = { .defines = defines };
  g_autoptr (TcnQuery) query = NULL;

  tcn_defines_add (defines, "zone", "Idlib");

  query = tcn_query_parse ("@zones", &options, faults);

  g_assert_nonnull (query);
  g_assert_cmpuint (faults->len, ==, 1);
}

static void
test_query_knows_what_is_tried_always (void)
{
  static const struct {
    const char *text;
    gboolean expected;
  } rows[] = {
    { "sohr", FALSE },
    { "/[0-9]+/", TRUE },
    { "/[0-9]+ tons/", FALSE },
    { "sohr /[0-9]+/", FALSE },
    { "sohr OR /[0-9]+/", TRUE },
    { "sohr OR (idlib /[0-9]+/)", FALSE },
    { "/[0-9]+/ -sohr lang:fr", TRUE },
    { "site:x.org", FALSE },
    { "=+++", TRUE },
    { "=+1", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GPtrArray) faults = new_faults ();
    g_autoptr (TcnQuery) query = tcn_query_parse (rows[i].text, NULL, faults);

    g_test_message ("%s", rows[i].text);
    g_assert_cmpint (tcn_query_is_always_tried (query), ==, rows[i].expected);
  }
}

static void
test_query_describes_its_reading (void)
{
  g_autoptr (GPtrArray) faults = new_faults ();
  g_autoptr (TcnQuery) query =
      tcn_query_parse ("\"patrouille russe\" -title:=US", NULL, faults);
  g_autofree char *description = tcn_query_describe (query);

  g_assert_cmpstr (
      description, ==,
      "all of:\n"
      "  patrouille russe   (these words side by side, in any of their forms in the "
      "item's language, in the title or the text)\n"
      "  none of:\n"
      "    =US   (exactly as typed, in the title)\n");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/query/refusals-point-at-the-fault",
                   test_query_refusals_point_at_the_fault);
  g_test_add_func ("/query/accepts-what-the-language-has",
                   test_query_accepts_what_the_language_has);
  g_test_add_func ("/query/knows-what-is-tried-always",
                   test_query_knows_what_is_tried_always);
  g_test_add_func ("/query/warnings-accept", test_query_warnings_accept);
  g_test_add_func ("/query/says-nothing-without-need",
                   test_query_says_nothing_without_need);
  g_test_add_func ("/query/faults-print-line-caret-and-remedy",
                   test_query_faults_print_line_caret_and_remedy);
  g_test_add_func ("/query/faults-of-a-file-count-its-columns",
                   test_query_faults_of_a_file_count_its_columns);
  g_test_add_func ("/query/reports-every-fault", test_query_reports_every_fault);
  g_test_add_func ("/query/limits-are-held", test_query_limits_are_held);
  g_test_add_func ("/query/definitions-stand-for-their-query",
                   test_query_definitions_stand_for_their_query);
  g_test_add_func ("/query/definitions-stand-where-they-are-used",
                   test_query_definitions_stand_where_they_are_used);
  g_test_add_func ("/query/definitions-do-not-nest-in-circles",
                   test_query_definitions_do_not_nest_in_circles);
  g_test_add_func ("/query/definitions-cannot-explode",
                   test_query_definitions_cannot_explode);
  g_test_add_func ("/query/warns-of-a-definition-that-comes-close",
                   test_query_warns_of_a_definition_that_comes_close);
  g_test_add_func ("/query/describes-its-reading", test_query_describes_its_reading);
  return g_test_run ();
}
