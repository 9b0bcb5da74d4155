/* SPDX-License-Identifier: MIT */
#include "tocsin/json.h"

#include "tocsin/item.h"
#include "tocsin/time.h"

static void
test_json_strings_are_escaped (void)
{
  g_autoptr (GString) out = g_string_new (NULL);

  tcn_json_string (out, "a\"b\\c\n\t\r\x01\x7f é/");
  tcn_json_string (out, "");
  tcn_json_string (out, NULL);

  g_assert_cmpstr (out->str, ==, "\"a\\\"b\\\\c\\n\\t\\r\\u0001\\u007f é/\"\"\"null");
}

static void
test_json_strings_of_any_length_are_escaped (void)
{
  for (gsize n = 1; n < 70; n++)
    for (gsize at = 0; at < n; at++) {
      g_autofree char *text = g_strnfill (n, 'x');
      g_autofree char *before = g_strnfill (at, 'x');
      g_autofree char *behind = g_strnfill (n - at - 1, 'x');
      g_autofree char *expected = g_strdup_printf ("\"%s\\n%s\"", before, behind);
      g_autoptr (GString) out = g_string_new (NULL);

      text[at] = '\n';
      tcn_json_string (out, text);
      g_assert_cmpstr (out->str, ==, expected);
    }
}

static void
test_json_integers (void)
{
  g_autoptr (GString) out = g_string_new (NULL);

  tcn_json_int (out, 0);
  g_string_append_c (out, ' ');
  tcn_json_int (out, G_MAXINT64);
  g_string_append_c (out, ' ');
  tcn_json_int (out, G_MININT64);

  g_assert_cmpstr (out->str, ==, "0 9223372036854775807 -9223372036854775808");
}

static void
test_json_times (void)
{
  static const struct {
    gint64 time;
    const char *text;
  } cases[] = {
    { 0, "\"1970-01-01T00:00:00Z\"" },
    { 1795356429, "\"2026-11-22T14:07:09Z\"" },
    { -1, "\"1969-12-31T23:59:59Z\"" },
    { 951782400, "\"2000-02-29T00:00:00Z\"" },
    { G_GINT64_CONSTANT (-62135596800), "\"0001-01-01T00:00:00Z\"" },
    { G_GINT64_CONSTANT (253402300799), "\"9999-12-31T23:59:59Z\"" },
    { G_GINT64_CONSTANT (253402300800), "null" },
    { TCN_TIME_NONE, "null" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GString) out = g_string_new (NULL);

    tcn_json_time (out, cases[i].time);
    g_assert_cmpstr (out->str, ==, cases[i].text);
  }
  g_assert_null (tcn_time_format_utc (TCN_TIME_NONE));
}

static void
test_json_calendar_goes_there_and_back (void)
{
  for (gint64 day = -200000; day < 200000; day += 7) {
    TcnCivil civil;

    g_assert_true (tcn_civil_from_unix (day * 86400 + 3661, &civil));
    g_assert_cmpint (tcn_days_from_civil (civil.year, civil.month, civil.day), ==, day);
    g_assert_cmpuint (civil.day, <=, tcn_days_in_month (civil.year, civil.month));
    g_assert_cmpuint (civil.hour, ==, 1);
    g_assert_cmpuint (civil.minute, ==, 1);
    g_assert_cmpuint (civil.second, ==, 1);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/json/strings-are-escaped", test_json_strings_are_escaped);
  g_test_add_func ("/json/strings-of-any-length-are-escaped",
                   test_json_strings_of_any_length_are_escaped);
  g_test_add_func ("/json/integers", test_json_integers);
  g_test_add_func ("/json/times", test_json_times);
  g_test_add_func ("/json/calendar-goes-there-and-back",
                   test_json_calendar_goes_there_and_back);
  return g_test_run ();
}
