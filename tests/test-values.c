/* SPDX-License-Identifier: MIT */
#include "config/values.h"

#include <string.h>

static const TcnKeyWord auto_words[] = { { "auto", 0 }, { NULL, 0 } };
static const TcnKeyWord sizes[] = { { "small", 1 }, { "large", 2 }, { NULL, 0 } };

static const TcnKey duration = { "interval", TCN_KEY_DURATION, 0,          NULL,
                                 1,          31536000,         auto_words, "" };
static const TcnKey size = { "max-body", TCN_KEY_SIZE, 0, NULL, 1024, 1 << 28, NULL, "" };
static const TcnKey count = { "n", TCN_KEY_COUNT, 0, NULL, 1, 64, NULL, "" };
static const TcnKey flag = { "f", TCN_KEY_FLAG, 0, NULL, 0, 0, NULL, "" };
static const TcnKey choice = { "c", TCN_KEY_CHOICE, 0, NULL, 0, 0, sizes, "" };
static const TcnKey date = { "until", TCN_KEY_DATE, 0, NULL, 0, 0, NULL, "" };
static const TcnKey language = { "language", TCN_KEY_LANGUAGE, 0, NULL, 0, 0, NULL, "" };
static const TcnKey list = { "tags", TCN_KEY_LIST, 0, NULL, 0, 0, NULL, "" };
static const TcnKey location = { "url", TCN_KEY_LOCATION, 0, NULL, 0, 0, NULL, "" };
static const TcnKey url = { "url", TCN_KEY_URL, 0, NULL, 0, 0, NULL, "" };
static const TcnKey proxy = { "proxy", TCN_KEY_PROXY, 0, NULL, 0, 0, NULL, "" };
static const TcnKey auth = { "auth", TCN_KEY_AUTH, 0, NULL, 0, 0, NULL, "" };
static const TcnKey headers = { "header", TCN_KEY_HEADERS, 0, NULL, 0, 0, NULL, "" };
static const TcnKey text = { "title", TCN_KEY_TEXT, 0, NULL, 0, 0, NULL, "" };

typedef struct {
  const TcnKey *key;
  const char *written;
  const char *wanted; /* as it is written again; NULL: refused */
} Row;

static const Row rows[] = {
  { &duration, "90s", "90s" },
  { &duration, "15m", "15m" },
  { &duration, "900s", "15m" },
  { &duration, "6h", "6h" },
  { &duration, "3d", "3d" },
  { &duration, "2w", "2w" },
  { &duration, "14d", "2w" },
  { &duration, "auto", "auto" },
  { &duration, "0s", NULL },
  { &duration, "15", NULL },
  { &duration, "m", NULL },
  { &duration, "", NULL },
  { &duration, "15 m", NULL },
  { &duration, "15min", NULL },
  { &duration, "1h30m", NULL },
  { &duration, "-5m", NULL },
  { &duration, "+5m", NULL },
  { &duration, "1.5h", NULL },
  { &duration, "15M", NULL },
  { &duration, "٣m", NULL },
  { &duration, "53w", NULL },
  { &duration, "9223372036854775807w", NULL },
  { &duration, "99999999999999999999s", NULL },
  { &size, "64KiB", "64KiB" },
  { &size, "8MiB", "8MiB" },
  { &size, "8192KiB", "8MiB" },
  { &size, "1500B", "1500B" },
  { &size, "1536B", "1536B" },
  { &size, "8MB", NULL },
  { &size, "8", NULL },
  { &size, "1B", NULL },
  { &size, "1GiB", NULL },
  { &count, "1", "1" },
  { &count, "64", "64" },
  { &count, "65", NULL },
  { &count, "0", NULL },
  { &count, "0x10", NULL },
  { &count, "5s", NULL },
  { &flag, "yes", "yes" },
  { &flag, "no", "no" },
  { &flag, "true", "yes" },
  { &flag, "off", "no" },
  { &flag, "Yes", NULL },
  { &flag, "1", NULL },
  { &choice, "large", "large" },
  { &choice, "huge", NULL },
  { &date, "2027-01-31", "2027-02-01T00:00:00Z" },
  { &date, "2027-01-31T18:00:00Z", "2027-01-31T18:00:00Z" },
  { &date, "2027-01-31T18:00:00+02:00", "2027-01-31T16:00:00Z" },
  { &date, "2027-02-30", NULL },
  { &date, "31/01/2027", NULL },
  { &date, "2027-01-31T18:00:00", NULL },
  { &language, "fr", "fr" },
  { &language, "FR", "fr" },
  { &language, "fr-CA", "fr" },
  { &language, "ckb", "ckb" },
  { &language, "french", NULL },
  { &language, "fr, en", NULL },
  { &language, "f", NULL },
  { &list, "a", "a" },
  { &list, "a; b c ;d;", "a; b c; d" },
  { &list, " ; ;", NULL },
  { &location, "https://example.org/feed", "https://example.org/feed" },
  { &location, "http://127.0.0.1:8080/x?y=1;2#z", "http://127.0.0.1:8080/x?y=1;2#z" },
  { &location, "file:///srv/x.xml", "file:///srv/x.xml" },
  { &location, "feeds/x.xml", "feeds/x.xml" },
  { &location, "/srv/x.xml", "/srv/x.xml" },
  { &location, "ftp://example.org/x", NULL },
  { &location, "feed:https://example.org/x", NULL },
  { &location, "javascript:alert(1)", NULL },
  { &location, "file://host/x", NULL },
  { &location, "https://", NULL },
  { &location, "https:///x", NULL },
  { &location, "https://example.org/a b", NULL },
  { &location, "\"https://example.org/\"", NULL },
  { &url, "https://example.org/", "https://example.org/" },
  { &url, "/x", NULL },
  { &url, "file:///x", NULL },
  { &proxy, "http://localhost:3128", "http://localhost:3128" },
  { &proxy, "socks5h://127.0.0.1:9050", "socks5h://127.0.0.1:9050" },
  { &proxy, "proxy.example.org:3128", "proxy.example.org:3128" },
  { &proxy, "none", "none" },
  { &proxy, "gopher://x", NULL },
  { &proxy, "http://", NULL },
  { &auth, "user:pass:word", "user:pass:word" },
  { &auth, "Bearer abc", "bearer abc" },
  { &auth, "bearer a b", NULL },
  { &auth, "user", NULL },
  { &auth, ":password", NULL },
  { &headers, "X-Key: a; b", "X-Key: a; b" },
  { &headers, "X-Key: a ;; Accept-Language: fr;q=1",
    "X-Key: a ;; Accept-Language: fr;q=1" },
  { &headers, "X Key: a", NULL },
  { &headers, "X-Key", NULL },
  { &headers, "If-None-Match: x", NULL },
  { &headers, "host: x", NULL },
  { &text, "a ; \"b\"", "a ; \"b\"" },
  { &text, "", NULL },
};

static void
test_values_are_read_or_refused (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    const Row *row = &rows[i];
    g_auto (TcnValue) value = { 0 };
    g_auto (TcnSlip) slip = { 0 };
    gboolean is_read = tcn_value_parse (row->key, row->written, &value, &slip);
    g_autofree char *got = is_read ? tcn_value_format (row->key, &value) : NULL;

    g_test_message ("%s = %s", row->key->name, row->written);
    g_assert_cmpstr (got, ==, row->wanted);
    g_assert_true (is_read == (slip.message == NULL));
    g_assert_cmpuint (slip.end, <=, strlen (row->written));
    g_assert_cmpuint (slip.start, <=, slip.end);
  }
}

static void
test_values_are_read_back_as_printed (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_auto (TcnValue) value = { 0 };
    g_auto (TcnSlip) slip = { 0 };
    g_autofree char *again = NULL;

    if (rows[i].wanted == NULL)
      continue;
    g_test_message ("%s = %s", rows[i].key->name, rows[i].wanted);
    g_assert_true (tcn_value_parse (rows[i].key, rows[i].wanted, &value, &slip));
    again = tcn_value_format (rows[i].key, &value);
    g_assert_cmpstr (again, ==, rows[i].wanted);
  }
}

static void
assert_slip (const TcnKey *key, const char *written, gsize start, gsize end,
             const char *message)
{
  g_auto (TcnValue) value = { 0 };
  g_auto (TcnSlip) slip = { 0 };

  g_assert_false (tcn_value_parse (key, written, &value, &slip));
  g_assert_cmpstr (slip.message, ==, message);
  g_assert_cmpuint (slip.start, ==, start);
  g_assert_cmpuint (slip.end, ==, end);
}

static void
test_values_point_at_the_fault (void)
{
  assert_slip (&duration, "15min", 2, 5, "unknown unit after the number");
  assert_slip (&duration, "15", 0, 2, "a unit is missing after the number");
  assert_slip (&duration, "53w", 0, 3, "“interval” is at least 1s and at most 365d");
  assert_slip (&location, "ftp://x/", 0, 4, "feeds are not read from “ftp:”");
  assert_slip (&headers, "A: b ;; Host: c", 8, 15,
               "“Host” is written by the program itself");
}

static void
test_values_never_repeat_credentials (void)
{
  g_auto (TcnValue) value = { 0 };
  g_auto (TcnSlip) slip = { 0 };

  g_assert_false (tcn_value_parse (&auth, "hunter2", &value, &slip));

  g_assert_null (strstr (slip.message, "hunter2"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/values/are-read-or-refused", test_values_are_read_or_refused);
  g_test_add_func ("/values/are-read-back-as-printed",
                   test_values_are_read_back_as_printed);
  g_test_add_func ("/values/point-at-the-fault", test_values_point_at_the_fault);
  g_test_add_func ("/values/never-repeat-credentials",
                   test_values_never_repeat_credentials);
  return g_test_run ();
}
