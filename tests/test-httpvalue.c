/* SPDX-License-Identifier: MIT */
#include "net/httpvalue.h"

#include <string.h>

#define NOW 1795132800 /* 2026-11-20T00:00:00Z */
#define NOW_TEXT "Fri, 20 Nov 2026 00:00:00 GMT"
#define HOUR_LATER "Fri, 20 Nov 2026 01:00:00 GMT"

typedef struct {
  const char *cache_control, *age, *expires, *date;
  gint64 expected;
} FreshRow;

static void
test_httpvalue_freshness (void)
{
  static const FreshRow rows[] = {
    { NULL, NULL, NULL, NULL, -1 },
    { "public", NULL, NULL, NULL, -1 },
    { "max-age=600", NULL, NULL, NULL, 600 },
    { "public, MAX-AGE = 600, must-revalidate", NULL, NULL, NULL, 600 },
    { "max-age=\"600\"", NULL, NULL, NULL, 600 },
    { "s-maxage=900", NULL, NULL, NULL, -1 },
    { "s-maxage=900, max-age=60", NULL, NULL, NULL, 60 },
    { "x-max-age=900", NULL, NULL, NULL, -1 },
    { "max-age=600", "100", NULL, NULL, 500 },
    { "max-age=600", "900", NULL, NULL, 0 },
    { "max-age=600", "junk", NULL, NULL, 600 },
    { "max-age=junk", NULL, HOUR_LATER, NOW_TEXT, 3600 },
    { "max-age=99999999999999999999", NULL, NULL, NULL, 100LL * 365 * 86400 },
    { "max-age=-5", NULL, NULL, NULL, -1 },
    { "no-cache, max-age=600", NULL, NULL, NULL, 0 },
    { "no-store", NULL, HOUR_LATER, NOW_TEXT, 0 },
    { "max-age=60", NULL, HOUR_LATER, NOW_TEXT, 60 },
    { NULL, NULL, HOUR_LATER, NOW_TEXT, 3600 },
    { NULL, NULL, HOUR_LATER, NULL, 3600 },
    { NULL, NULL, "Fri, 20 Nov 2020 01:00:00 GMT", "Fri, 20 Nov 2020 00:00:00 GMT",
      3600 },
    { NULL, NULL, NOW_TEXT, HOUR_LATER, 0 },
    { NULL, NULL, "0", NULL, 0 },
    { NULL, NULL, "never", NULL, 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_test_message ("row %" G_GSIZE_FORMAT, i);
    g_assert_cmpint (tcn_httpvalue_fresh_for_s (rows[i].cache_control, rows[i].age,
                                                rows[i].expires, rows[i].date, NOW),
                     ==, rows[i].expected);
  }
}

static void
test_httpvalue_retry_after (void)
{
  g_assert_cmpint (tcn_httpvalue_retry_after_s (NULL, NULL, NOW), ==, -1);
  g_assert_cmpint (tcn_httpvalue_retry_after_s ("120", NULL, NOW), ==, 120);
  g_assert_cmpint (tcn_httpvalue_retry_after_s (" 120 ", NULL, NOW), ==, 120);
  g_assert_cmpint (tcn_httpvalue_retry_after_s ("0", NULL, NOW), ==, 0);
  g_assert_cmpint (tcn_httpvalue_retry_after_s ("-5", NULL, NOW), ==, -1);
  g_assert_cmpint (tcn_httpvalue_retry_after_s ("soon", NULL, NOW), ==, -1);
  g_assert_cmpint (tcn_httpvalue_retry_after_s ("", NULL, NOW), ==, -1);
  g_assert_cmpint (tcn_httpvalue_retry_after_s ("1e9", NULL, NOW), ==, -1);
  g_assert_cmpint (tcn_httpvalue_retry_after_s ("99999999999999999999", NULL, NOW), ==,
                   100LL * 365 * 86400);
  g_assert_cmpint (tcn_httpvalue_retry_after_s (HOUR_LATER, NULL, NOW), ==, 3600);
  g_assert_cmpint (tcn_httpvalue_retry_after_s (HOUR_LATER, NOW_TEXT, 5), ==, 3600);
  g_assert_cmpint (tcn_httpvalue_retry_after_s (NOW_TEXT, HOUR_LATER, NOW), ==, -1);
}

static void
test_httpvalue_codings (void)
{
  static const struct {
    const char *text;
    guint n;
  } rows[] = {
    { "", 0 },    { " gzip\r\n", 1 }, { "gzip, gzip", 2 },     { "gzip,,br", 2 },
    { ", ,", 0 }, { "identity", 0 },  { "Identity, gzip", 1 }, { "zstd ; q=1", 1 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_test_message ("%s", rows[i].text);
    g_assert_cmpuint (tcn_httpvalue_count_codings (rows[i].text, strlen (rows[i].text)),
                      ==, rows[i].n);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/httpvalue/freshness", test_httpvalue_freshness);
  g_test_add_func ("/httpvalue/retry-after", test_httpvalue_retry_after);
  g_test_add_func ("/httpvalue/codings", test_httpvalue_codings);
  return g_test_run ();
}
