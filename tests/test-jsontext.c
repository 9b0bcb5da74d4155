/* SPDX-License-Identifier: MIT */
/* JSON as slices of its text. */
#include "feed/jsontext.h"

#include <string.h>

static TcnJson
read_text (const char *text)
{
  return tcn_json_read (text, strlen (text));
}

static void
test_jsontext_values_are_whole_or_none (void)
{
  static const struct {
    const char *text;
    const char *value; /* NULL for none */
  } rows[] = {
    { " \n\"a\" b", "\"a\"" },
    { "\"a\\\"b\" c", "\"a\\\"b\"" },
    { "\"a\\\\\" c", "\"a\\\\\"" },
    { "-1.5e+3,", "-1.5e+3" },
    { "null}", "null" },
    { "[1,[2,{\"]\":3}]] x", "[1,[2,{\"]\":3}]]" },
    { "{} ", "{}" },
    { "\"a", NULL },
    { "\"a\\", NULL },
    { "[1", NULL },
    { "[\"]", NULL },
    { "{]", NULL },
    { "[}", NULL },
    { "]", NULL },
    { "", NULL },
    { "  ", NULL },
    { "'a'", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    TcnJson value = read_text (rows[i].text);
    g_autofree char *text = g_strndup (value.s, value.n);

    g_assert_cmpstr (text, ==, rows[i].value);
  }
}

static void
test_jsontext_depth_has_a_ceiling (void)
{
  for (guint depth = 63; depth < 67; depth++) {
    g_autofree char *open = g_strnfill (depth, '[');
    g_autofree char *close = g_strnfill (depth, ']');
    g_autofree char *text = g_strconcat (open, close, NULL);

    g_assert_cmpint (read_text (text).s != NULL, ==, depth <= 64);
  }
}

static void
test_jsontext_strings_lose_their_escapes (void)
{
  static const struct {
    const char *text, *plain;
  } rows[] = {
    { "\"\"", "" },
    { "\"plain é\"", "plain é" },
    { "\"a\\\"b\\\\c\\/d\"", "a\"b\\c/d" },
    { "\"\\b\\f\\n\\r\\t\"", "\b\f\n\r\t" },
    { "\"\\u00e9\\u20AC\"", "é€" },
    { "\"\\ud83d\\ude00\"", "😀" },
    { "\"\\ud83d x\"", "\xef\xbf\xbd x" },
    { "\"\\ud83d\\u0041\"", "\xef\xbf\xbd"
                            "A" },
    { "\"\\ude00\\u0000\"", "\xef\xbf\xbd\xef\xbf\xbd" },
    { "\"\\u12\"", "\xef\xbf\xbd"
                   "12" },
    { "\"\\x\"", "x" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *plain = tcn_json_dup_string (read_text (rows[i].text));

    g_assert_cmpstr (plain, ==, rows[i].plain);
  }
}

static void
test_jsontext_members_are_found (void)
{
  const TcnJson object = read_text ("{\"a\":1,\"b\":{\"a\":2},\"a\":3,\"\\u0063\":[4],}");

  g_assert_cmpfloat (tcn_json_number (tcn_json_find (object, "a")), ==, 3);
  g_assert_cmpfloat (tcn_json_number (tcn_json_find (tcn_json_find (object, "b"), "a")),
                     ==, 2);
  g_assert_cmpint (*tcn_json_find (object, "c").s, ==, '[');
  g_assert_cmpint (*tcn_json_find (object, "C").s, ==, '[');
  g_assert_null (tcn_json_find (object, "d").s);
  g_assert_null (tcn_json_find (tcn_json_find (object, "c"), "a").s);
  g_assert_null (tcn_json_find ((TcnJson){ NULL, 0 }, "a").s);
}

static void
test_jsontext_broken_text_is_read_up_to_there (void)
{
  const char *text = "{\"a\":1,\"b\":[2,3,{\"c\":4},{\"c\":";
  const TcnJson object = { text, strlen (text) };
  TcnJsonRest rest;
  TcnJson name, value;
  guint n = 0;

  g_assert_nonnull (tcn_json_find (object, "a").s);
  g_assert_null (tcn_json_find (object, "b").s);
  g_assert_true (tcn_json_enter_open (object, "b", &rest));
  while (tcn_json_next (&rest, &name, &value))
    n++;

  g_assert_cmpuint (n, ==, 3);
  g_assert_false (tcn_json_enter_open (object, "c", &rest));
}

/* What a string or a word would be when it was whole is not known. */
static void
test_jsontext_only_brackets_are_entered_open (void)
{
  static const char *const texts[] = { "{\"a\":1,\"b\":\"", "{\"b\":\"x", "{\"b\":\"x\"",
                                       "{\"b\":1",          "{\"b\":",    "{\"b\"",
                                       "[\"b\",[" };
  TcnJsonRest rest;

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    const TcnJson object = { texts[i], strlen (texts[i]) };

    g_test_message ("%s", texts[i]);
    g_assert_false (tcn_json_enter_open (object, "b", &rest));
  }
}

static void
test_jsontext_arrays_end (void)
{
  TcnJsonRest rest;
  TcnJson name, value;

  g_assert_true (tcn_json_enter (read_text ("[ 1 , ]"), &rest));
  g_assert_true (tcn_json_next (&rest, &name, &value));
  g_assert_null (name.s);
  g_assert_false (tcn_json_next (&rest, &name, &value));
  g_assert_false (tcn_json_enter (read_text ("1"), &rest));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/jsontext/values-are-whole-or-none",
                   test_jsontext_values_are_whole_or_none);
  g_test_add_func ("/jsontext/depth-has-a-ceiling", test_jsontext_depth_has_a_ceiling);
  g_test_add_func ("/jsontext/strings-lose-their-escapes",
                   test_jsontext_strings_lose_their_escapes);
  g_test_add_func ("/jsontext/members-are-found", test_jsontext_members_are_found);
  g_test_add_func ("/jsontext/broken-text-is-read-up-to-there",
                   test_jsontext_broken_text_is_read_up_to_there);
  g_test_add_func ("/jsontext/only-brackets-are-entered-open",
                   test_jsontext_only_brackets_are_entered_open);
  g_test_add_func ("/jsontext/arrays-end", test_jsontext_arrays_end);
  return g_test_run ();
}
