/* SPDX-License-Identifier: MIT */
#include "tocsin/excerpt.h"

#include <string.h>

static GPtrArray *
matches_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) tcn_match_free);
}

/* Adds the match of the `nth` (from 0) occurrence of `words` in the field. */
static void
add_match (GPtrArray *matches, const TcnItem *item, TcnField field, const char *words,
           guint nth)
{
  const char *text = field == TCN_FIELD_TITLE     ? item->title
                     : field == TCN_FIELD_SUMMARY ? item->summary
                                                  : item->content;
  const char *at = strstr (text, words);
  TcnMatch match = { .field = field, .text = (char *) words, .term = (char *) words };

  for (guint i = 0; i < nth; i++)
    at = strstr (at + 1, words);
  g_assert_nonnull (at);
  match.start = (gsize) (at - text);
  match.end = match.start + strlen (words);
  match.start_char = (guint) g_utf8_strlen (text, (gssize) match.start);
  match.end_char = match.start_char + (guint) g_utf8_strlen (words, -1);
  g_ptr_array_add (matches, tcn_match_copy (&match));
}

static char *
repeated (const char *piece, guint n)
{
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    g_string_append (out, piece);
  return g_string_free (out, FALSE);
}

static void
test_excerpt_short_text_is_whole (void)
{
  g_autoptr (TcnItem) item = tcn_item_new ();
  g_autoptr (GPtrArray) matches = matches_new ();
  g_autofree char *excerpt = NULL;

  item->content = g_strdup ("Un titre\n\nUne patrouille russe\n\tà  l'aube.");
  add_match (matches, item, TCN_FIELD_CONTENT, "patrouille russe", 0);
  excerpt = tcn_excerpt_new (item, matches);

  g_assert_cmpstr (excerpt, ==, "Un titre Une patrouille russe à l'aube.");
}

static void
test_excerpt_is_cut_between_words_around_the_match (void)
{
  g_autoptr (TcnItem) item = tcn_item_new ();
  g_autoptr (GPtrArray) matches = matches_new ();
  g_autofree char *before = repeated ("avant ", 100);
  g_autofree char *after = repeated ("après ", 100);
  g_autofree char *excerpt = NULL;

  item->content = g_strconcat (before, "patrouille russe ", after, NULL);
  add_match (matches, item, TCN_FIELD_CONTENT, "patrouille russe", 0);
  excerpt = tcn_excerpt_new (item, matches);

  g_assert_true (g_str_has_prefix (excerpt, "… avant avant "));
  g_assert_true (g_str_has_suffix (excerpt, " après après …"));
  g_assert_nonnull (strstr (excerpt, " avant patrouille russe après "));
  g_assert_cmpint (g_utf8_strlen (excerpt, -1), <=, TCN_EXCERPT_CHARS + 4);
  g_assert_cmpint (g_utf8_strlen (excerpt, -1), >=, TCN_EXCERPT_CHARS - 20);
}

static void
test_excerpt_takes_the_densest_place (void)
{
  g_autoptr (TcnItem) item = tcn_item_new ();
  g_autoptr (GPtrArray) matches = matches_new ();
  g_autofree char *filler = repeated ("mot ", 200);
  g_autofree char *excerpt = NULL;

  item->summary = g_strdup ("SOHR, SOHR et SOHR.");
  item->content = g_strconcat ("SOHR SOHR ", filler, "un drone pour SOHR", filler, NULL);
  for (guint i = 0; i < 3; i++)
    add_match (matches, item, TCN_FIELD_SUMMARY, "SOHR", i);
  for (guint i = 0; i < 2; i++)
    add_match (matches, item, TCN_FIELD_CONTENT, "SOHR", i);
  add_match (matches, item, TCN_FIELD_CONTENT, "drone", 0);
  add_match (matches, item, TCN_FIELD_CONTENT, "SOHR", 2);
  excerpt = tcn_excerpt_new (item, matches);

  g_assert_nonnull (strstr (excerpt, "un drone pour SOHR"));
}

static void
test_excerpt_of_a_title_match_is_the_beginning (void)
{
  g_autoptr (TcnItem) item = tcn_item_new ();
  g_autoptr (GPtrArray) matches = matches_new ();
  g_autofree char *filler = repeated ("mot ", 200);
  g_autofree char *from_content = NULL;
  g_autofree char *from_summary = NULL;

  item->title = g_strdup ("SOHR");
  item->content = g_strconcat ("Début. ", filler, NULL);
  add_match (matches, item, TCN_FIELD_TITLE, "SOHR", 0);
  from_content = tcn_excerpt_new (item, matches);
  item->summary = g_strdup ("Résumé.");
  from_summary = tcn_excerpt_new (item, matches);

  g_assert_true (g_str_has_prefix (from_content, "Début. mot "));
  g_assert_true (g_str_has_suffix (from_content, " mot …"));
  g_assert_cmpstr (from_summary, ==, "Résumé.");
}

static void
test_excerpt_of_nothing_is_null (void)
{
  g_autoptr (TcnItem) item = tcn_item_new ();
  g_autoptr (GPtrArray) matches = matches_new ();

  item->title = g_strdup ("SOHR");
  add_match (matches, item, TCN_FIELD_TITLE, "SOHR", 0);

  g_assert_null (tcn_excerpt_new (item, matches));
}

static void
test_excerpt_cuts_text_without_blanks_between_characters (void)
{
  g_autoptr (TcnItem) item = tcn_item_new ();
  g_autoptr (GPtrArray) matches = matches_new ();
  g_autofree char *before = repeated ("かか\u3099", 300);
  g_autofree char *after = repeated ("かかい\u3099い", 300);
  g_autofree char *excerpt = NULL;

  item->content = g_strconcat (before, "巡回", after, NULL);
  add_match (matches, item, TCN_FIELD_CONTENT, "巡回", 0);
  excerpt = tcn_excerpt_new (item, matches);

  g_assert_true (g_utf8_validate (excerpt, -1, NULL));
  g_assert_true (g_str_has_prefix (excerpt, "…かか\u3099か"));
  g_assert_true (g_str_has_suffix (excerpt, "いかか…"));
  g_assert_nonnull (strstr (excerpt, "か\u3099巡回かかい\u3099"));
}

static void
test_excerpt_keeps_single_no_break_spaces (void)
{
  g_autoptr (TcnItem) item = tcn_item_new ();
  g_autoptr (GPtrArray) matches = matches_new ();
  g_autofree char *excerpt = NULL;

  item->summary = g_strdup ("La patrouille\u00a0russe\u202f: \u00a0 fin");
  add_match (matches, item, TCN_FIELD_SUMMARY, "patrouille\u00a0russe", 0);
  excerpt = tcn_excerpt_new (item, matches);

  g_assert_cmpstr (excerpt, ==, "La patrouille\u00a0russe\u202f: fin");
}

static void
test_excerpt_cuts_a_match_that_is_longer_than_it (void)
{
  g_autoptr (TcnItem) item = tcn_item_new ();
  g_autoptr (GPtrArray) matches = matches_new ();
  g_autofree char *long_text = repeated ("mot ", 200);
  g_autofree char *excerpt = NULL;

  item->summary = g_strconcat ("début ", long_text, "fin", NULL);
  g_strchomp (long_text);
  add_match (matches, item, TCN_FIELD_SUMMARY, long_text, 0);
  excerpt = tcn_excerpt_new (item, matches);

  g_assert_true (g_str_has_prefix (excerpt, "… mot mot "));
  g_assert_true (g_str_has_suffix (excerpt, " mot …"));
  g_assert_cmpint (g_utf8_strlen (excerpt, -1), <=, TCN_EXCERPT_CHARS + 44);
}

static void
test_excerpt_begins_with_a_paragraph_near_by (void)
{
  g_autoptr (TcnItem) item = tcn_item_new ();
  g_autoptr (GPtrArray) matches = matches_new ();
  g_autofree char *filler = repeated ("mot ", 200);
  g_autofree char *excerpt = NULL;

  item->content = g_strconcat (filler, "fin.\n\nUne patrouille russe ", filler, NULL);
  add_match (matches, item, TCN_FIELD_CONTENT, "patrouille russe", 0);
  excerpt = tcn_excerpt_new (item, matches);

  g_assert_true (g_str_has_prefix (excerpt, "… Une patrouille russe mot "));
  g_assert_cmpint (g_utf8_strlen (excerpt, -1), >=, TCN_EXCERPT_CHARS - 20);
}

static void
test_excerpt_goes_back_at_the_end_of_the_text (void)
{
  g_autoptr (TcnItem) item = tcn_item_new ();
  g_autoptr (GPtrArray) matches = matches_new ();
  g_autofree char *filler = repeated ("mot ", 200);
  g_autofree char *excerpt = NULL;

  item->content = g_strconcat (filler, "fin.\n\nUne patrouille russe", NULL);
  add_match (matches, item, TCN_FIELD_CONTENT, "patrouille russe", 0);
  excerpt = tcn_excerpt_new (item, matches);

  g_assert_true (g_str_has_prefix (excerpt, "… mot mot "));
  g_assert_true (g_str_has_suffix (excerpt, " fin. Une patrouille russe"));
  g_assert_cmpint (g_utf8_strlen (excerpt, -1), >=, TCN_EXCERPT_CHARS - 20);
}

/* Two matches as far from each other as they may be leave little before the first one,
 * and that is all within its word. */
static void
test_excerpt_cuts_no_word_that_a_match_is_part_of (void)
{
  g_autoptr (TcnItem) item = tcn_item_new ();
  g_autoptr (GPtrArray) matches = matches_new ();
  g_autofree char *filler = repeated ("mot ", 57);
  g_autofree char *around = repeated ("mot ", 200);
  g_autofree char *prefix = g_strnfill (45, 'y');
  g_autofree char *expected = g_strconcat ("… ", prefix, "-SOHR mot mot ", NULL);
  g_autofree char *excerpt = NULL;

  item->content = g_strconcat (around, prefix, "-SOHR ", filler, "drone ", around, NULL);
  add_match (matches, item, TCN_FIELD_CONTENT, "SOHR", 0);
  add_match (matches, item, TCN_FIELD_CONTENT, "drone", 0);
  excerpt = tcn_excerpt_new (item, matches);

  g_assert_true (g_str_has_prefix (excerpt, expected));
  g_assert_nonnull (strstr (excerpt, " drone mot "));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/excerpt/short-text-is-whole", test_excerpt_short_text_is_whole);
  g_test_add_func ("/excerpt/is-cut-between-words-around-the-match",
                   test_excerpt_is_cut_between_words_around_the_match);
  g_test_add_func ("/excerpt/takes-the-densest-place",
                   test_excerpt_takes_the_densest_place);
  g_test_add_func ("/excerpt/of-a-title-match-is-the-beginning",
                   test_excerpt_of_a_title_match_is_the_beginning);
  g_test_add_func ("/excerpt/of-nothing-is-null", test_excerpt_of_nothing_is_null);
  g_test_add_func ("/excerpt/cuts-text-without-blanks-between-characters",
                   test_excerpt_cuts_text_without_blanks_between_characters);
  g_test_add_func ("/excerpt/keeps-single-no-break-spaces",
                   test_excerpt_keeps_single_no_break_spaces);
  g_test_add_func ("/excerpt/cuts-a-match-that-is-longer-than-it",
                   test_excerpt_cuts_a_match_that_is_longer_than_it);
  g_test_add_func ("/excerpt/begins-with-a-paragraph-near-by",
                   test_excerpt_begins_with_a_paragraph_near_by);
  g_test_add_func ("/excerpt/goes-back-at-the-end-of-the-text",
                   test_excerpt_goes_back_at_the_end_of_the_text);
  g_test_add_func ("/excerpt/cuts-no-word-that-a-match-is-part-of",
                   test_excerpt_cuts_no_word_that_a_match_is_part_of);
  return g_test_run ();
}
