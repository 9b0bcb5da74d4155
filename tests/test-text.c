/* SPDX-License-Identifier: MIT */
#include "tocsin/text.h"

#include <string.h>

typedef struct {
  const char *name;
  const char *in;
  const char *out;
} Case;

static const Case clean_cases[] = {
  { "plain text stays", "Saint-Étienne\tand\nmore", "Saint-Étienne\tand\nmore" },
  { "carriage returns end lines once", "a\r\nb\rc", "a\nb\nc" },
  { "line and paragraph separators end lines",
    "a\xe2\x80\xa8"
    "b\xe2\x80\xa9"
    "c",
    "a\nb\nc" },
  { "escapes vanish", "a\x1b[31mb\x07\x7f", "a[31mb" },
  { "C1 controls vanish",
    "a\xc2\x9b"
    "31mb\xc2\x85",
    "a31mb" },
  { "no-break space stays",
    "a\xc2\xa0"
    "b",
    "a\xc2\xa0"
    "b" },
  { "overrides and isolates vanish",
    "\xe2\x80\xae"
    "evil\xe2\x80\xac \xe2\x81\xa6x\xe2\x81\xa9",
    "evil x" },
  { "direction marks stay", "\xe2\x80\x8fسلام", "\xe2\x80\x8fسلام" },
  { "tag characters vanish", "a\xf3\xa0\x81\x81z", "az" },
  { "non-characters vanish", "a\xef\xbf\xbfz\xef\xb7\x90", "az" },
  { "a broken byte is marked", "caf\xe9 noir", "caf\xef\xbf\xbd noir" },
  { "a broken sequence is marked once",
    "x\xe2\x82"
    "y",
    "x\xef\xbf\xbdy" },
  { "an overlong form is marked", "\xc0\xaf", "\xef\xbf\xbd" },
  { "surrogates are marked", "\xed\xa0\x80", "\xef\xbf\xbd" },
  { "a cut end is marked", "a\xf0\x9f\x98", "a\xef\xbf\xbd" },
};

static void
test_text_clean (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (clean_cases); i++) {
    g_autofree char *got = tcn_text_make_clean (clean_cases[i].in, -1);
    g_autoptr (GString) tail = g_string_new ("\x1b=");

    g_test_message ("%s", clean_cases[i].name);
    g_assert_cmpstr (got, ==, clean_cases[i].out);
    g_assert_true (g_utf8_validate (got, -1, NULL));

    g_string_append (tail, clean_cases[i].in);
    tcn_text_clean_tail (tail, 2);
    g_assert_cmpstr (tail->str + 2, ==, clean_cases[i].out);
    g_assert_true (g_str_has_prefix (tail->str, "\x1b="));
  }
}

static void
test_text_clean_takes_nul_bytes_out (void)
{
  g_autofree char *got = tcn_text_make_clean ("a\0b\0", 4);

  g_assert_cmpstr (got, ==, "ab");
}

static void
test_text_one_line (void)
{
  g_autofree char *line = tcn_text_one_line (" \n a \t\xc2\xa0 b\xe3\x80\x80"
                                             "c\r\n");
  g_autofree char *none = tcn_text_one_line (" \xc2\xa0\n\x01 ");

  g_assert_cmpstr (line, ==, "a b c");
  g_assert_null (none);
  g_assert_null (tcn_text_one_line (NULL));
}

static void
test_text_one_line_ascii (void)
{
  static const struct {
    const char *text;
    const char *line;
  } rows[] = {
    { "a b", "a b" },  { " a", "a" },    { "a ", "a" }, { "a  b", "a b" },
    { "a\tb", "a b" }, { "a\x7f", "a" }, { " ", NULL }, { "", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *line = tcn_text_one_line (rows[i].text);

    g_test_message ("row: \"%s\"", rows[i].text);
    g_assert_cmpstr (line, ==, rows[i].line);
  }
}

static void
test_text_graphemes (void)
{
  const char *accents = "e\xcc\x81te\xcc\x81";
  const char *family = "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa7!";

  g_assert_cmpuint (tcn_text_graphemes ("plain", 5), ==, 5);
  g_assert_cmpuint (tcn_text_graphemes (accents, strlen (accents)), ==, 3);
  g_assert_cmpuint (tcn_text_graphemes (accents, 3), ==, 1);
  g_assert_cmpuint (tcn_text_graphemes (family, strlen (family)), ==, 2);
  g_assert_cmpuint (tcn_text_graphemes ("", 0), ==, 0);
}

static void
test_text_width (void)
{
  g_assert_cmpuint (tcn_text_width ("abc", 3), ==, 3);
  g_assert_cmpuint (tcn_text_width ("日本", 6), ==, 4);
  g_assert_cmpuint (tcn_text_width ("e\xcc\x81", 3), ==, 1);
}

static void
test_text_caret_stands_under_the_place (void)
{
  g_autoptr (GString) out = g_string_new (NULL);

  tcn_text_caret (out, "日本\tfoo bar", 7, 10);

  g_assert_cmpstr (out->str, ==, "    日本 foo bar\n         ^~~\n");
}

static void
test_text_caret_of_an_empty_place_is_one_column (void)
{
  g_autoptr (GString) out = g_string_new (NULL);

  tcn_text_caret (out, "ab", 2, 2);
  tcn_text_caret (out, "ab", 9, 99);

  g_assert_cmpstr (out->str, ==, "    ab\n      ^\n    ab\n      ^\n");
}

static void
test_text_caret_of_a_long_line_shows_its_neighbourhood (void)
{
  g_autofree char *e = g_strnfill (1000, 'e');
  g_autofree char *line = g_strconcat (e, "öX", e, NULL);
  g_autoptr (GString) out = g_string_new (NULL);
  g_auto (GStrv) rows = NULL;

  tcn_text_caret (out, line, 1002, 1003);
  rows = g_strsplit (out->str, "\n", -1);

  g_assert_true (g_str_has_prefix (rows[0], "    …e"));
  g_assert_true (g_str_has_suffix (rows[0], "e…"));
  g_assert_cmpint (strlen (rows[0]), <, 420);
  g_assert_cmpint (tcn_text_width (rows[0], strstr (rows[0], "X") - rows[0]), ==,
                   strstr (rows[1], "^") - rows[1]);

  g_string_truncate (out, 0);
  tcn_text_caret (out, line, 1161, 1162); /* the cut would fall into the ö */
  g_assert_true (g_str_has_prefix (out->str, "    …öXe"));
}

static void
test_text_cut_on_grapheme_borders (void)
{
  g_autofree char *cut = tcn_text_cut ("e\xcc\x81te\xcc\x81s", 3);
  g_autofree char *whole = tcn_text_cut ("été", 3);
  g_autofree char *none = tcn_text_cut ("été", 0);
  g_autofree char *blank = tcn_text_cut ("one two", 5);

  g_assert_cmpstr (cut, ==, "e\xcc\x81t…");
  g_assert_cmpstr (whole, ==, "été");
  g_assert_cmpstr (none, ==, "");
  g_assert_cmpstr (blank, ==, "one…");
}

static void
test_text_whole_characters (void)
{
  static const struct {
    const char *text;
    gsize max, whole;
  } rows[] = { { "abc", 4, 3 }, { "abc", 3, 3 }, { "abc", 2, 2 }, { "abc", 0, 0 },
               { "aéb", 2, 1 }, { "aéb", 3, 3 }, { "é", 1, 0 },   { "", 0, 0 },
               { "a😀", 4, 1 },  { "a😀", 5, 5 } };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmpuint (tcn_text_whole (rows[i].text, strlen (rows[i].text), rows[i].max),
                      ==, rows[i].whole);
}

static void
test_text_nearest (void)
{
  static const char *const words[] = { "interval", "timeout", "max-body", "url", NULL };

  g_assert_cmpstr (tcn_text_nearest ("intervall", words), ==, "interval");
  g_assert_cmpstr (tcn_text_nearest ("TIMEUOT", words), ==, "timeout");
  g_assert_cmpstr (tcn_text_nearest ("ulr", words), ==, "url");
  g_assert_null (tcn_text_nearest ("colour", words));
  g_assert_null (tcn_text_nearest ("", words));
}

static void
test_text_counted (void)
{
  g_autofree char *none = tcn_text_counted (0, "feed");
  g_autofree char *one = tcn_text_counted (1, "feed");
  g_autofree char *many = tcn_text_counted (21, "feed");

  g_assert_cmpstr (none, ==, "0 feeds");
  g_assert_cmpstr (one, ==, "1 feed");
  g_assert_cmpstr (many, ==, "21 feeds");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/text/clean", test_text_clean);
  g_test_add_func ("/text/clean-takes-nul-bytes-out",
                   test_text_clean_takes_nul_bytes_out);
  g_test_add_func ("/text/one-line", test_text_one_line);
  g_test_add_func ("/text/one-line-ascii", test_text_one_line_ascii);
  g_test_add_func ("/text/graphemes", test_text_graphemes);
  g_test_add_func ("/text/width", test_text_width);
  g_test_add_func ("/text/caret-stands-under-the-place",
                   test_text_caret_stands_under_the_place);
  g_test_add_func ("/text/caret-of-an-empty-place-is-one-column",
                   test_text_caret_of_an_empty_place_is_one_column);
  g_test_add_func ("/text/caret-of-a-long-line-shows-its-neighbourhood",
                   test_text_caret_of_a_long_line_shows_its_neighbourhood);
  g_test_add_func ("/text/cut-on-grapheme-borders", test_text_cut_on_grapheme_borders);
  g_test_add_func ("/text/whole-characters", test_text_whole_characters);
  g_test_add_func ("/text/nearest", test_text_nearest);
  g_test_add_func ("/text/counted", test_text_counted);
  return g_test_run ();
}
