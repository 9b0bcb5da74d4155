/* SPDX-License-Identifier: MIT */
#include "tocsin/url.h"

#include "tocsin/limits.h"

#define RFC_BASE "http://a/b/c/d;p?q"

/* RFC 3986, 5.4, and what feeds add to it. */
static const struct {
  const char *base, *ref, *out;
} resolve_cases[] = {
  { "http://a/b",
    "c\x7f\xe2\x80\xae"
    "d",
    "http://a/cd" },
  { RFC_BASE, "g:h", "g:h" },
  { RFC_BASE, "g", "http://a/b/c/g" },
  { RFC_BASE, "./g", "http://a/b/c/g" },
  { RFC_BASE, "g/", "http://a/b/c/g/" },
  { RFC_BASE, "/g", "http://a/g" },
  { RFC_BASE, "//g", "http://g" },
  { RFC_BASE, "?y", "http://a/b/c/d;p?y" },
  { RFC_BASE, "g?y", "http://a/b/c/g?y" },
  { RFC_BASE, "#s", "http://a/b/c/d;p?q#s" },
  { RFC_BASE, "g#s", "http://a/b/c/g#s" },
  { RFC_BASE, ";x", "http://a/b/c/;x" },
  { RFC_BASE, ".", "http://a/b/c/" },
  { RFC_BASE, "./", "http://a/b/c/" },
  { RFC_BASE, "..", "http://a/b/" },
  { RFC_BASE, "../", "http://a/b/" },
  { RFC_BASE, "../g", "http://a/b/g" },
  { RFC_BASE, "../..", "http://a/" },
  { RFC_BASE, "../../g", "http://a/g" },
  { RFC_BASE, "../../../g", "http://a/g" },
  { RFC_BASE, "/./g", "http://a/g" },
  { RFC_BASE, "/../g", "http://a/g" },
  { RFC_BASE, "g.", "http://a/b/c/g." },
  { RFC_BASE, "..g", "http://a/b/c/..g" },
  { RFC_BASE, "./g/.", "http://a/b/c/g/" },
  { RFC_BASE, "g/./h", "http://a/b/c/g/h" },
  { RFC_BASE, "g/../h", "http://a/b/c/h" },
  { RFC_BASE, "g?y/../x", "http://a/b/c/g?y/../x" },
  { "http://example.org", "page", "http://example.org/page" },
  { "http://example.org?x", "page", "http://example.org/page" },
  { "https://example.org/a", "//cdn.example.net/b", "https://cdn.example.net/b" },
  { NULL, "http://example.org/a b?c=%20", "http://example.org/a b?c=%20" },
  { NULL, " \n http://example.org/\n\tlong ", "http://example.org/long" },
  { NULL, "http://example.org/a-long-  \n    path", "http://example.org/a-long-path" },
  { NULL, "HTTP://Example.ORG", "HTTP://Example.ORG" },
  { NULL, "mailto:me@example.org", "mailto:me@example.org" },
  { NULL, "https:///example.org/a//b", "https://example.org/a//b" },
  { NULL, "http://///", "http://" },
  { NULL, "file:///a", "file:///a" },
  { NULL, "/path", NULL },
  { "relative/base", "page", NULL },
  { RFC_BASE, "  ", NULL },
  { RFC_BASE, NULL, NULL },
};

static void
test_url_resolve (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (resolve_cases); i++) {
    g_autofree char *got = tcn_url_resolve (resolve_cases[i].base, resolve_cases[i].ref);

    g_test_message ("%s", resolve_cases[i].ref);
    g_assert_cmpstr (got, ==, resolve_cases[i].out);
  }
}

static void
test_url_resolve_refuses_endless_ones (void)
{
  g_autofree char *tail = g_strnfill (TCN_MAX_URL_BYTES, 'x');
  g_autofree char *url = g_strconcat ("http://example.org/", tail, NULL);

  g_assert_null (tcn_url_resolve (NULL, url));
  g_assert_null (tcn_url_resolve ("http://example.org/", tail));
}

static void
test_url_tidy_scheme (void)
{
  static const struct {
    const char *url, *tidy;
  } rows[] = {
    { "", "" },
    { "http://a.example/X", "http://a.example/X" },
    { "HTTP://A.example/X", "http://A.example/X" },
    { "hTTps://a.example", "https://a.example" },
    { "FILE:///srv/X.xml", "file:///srv/X.xml" },
    { "/Srv/X.xml", "/Srv/X.xml" },
    { "feed://a.example/x", "http://a.example/x" },
    { "Feed://me:word@a.example:81/x", "http://me:word@a.example:81/x" },
    { "feed:https://a.example/x", "https://a.example/x" },
    { "feed:HTTP://a.example/x", "http://a.example/x" },
    { "feed://https://a.example/x", "https://a.example/x" },
    { "feed:javascript:x", "feed:javascript:x" },
    { "feed:file:///etc/passwd", "feed:file:///etc/passwd" },
    { "feed:", "feed:" },
    { "feedback://a.example/", "feedback://a.example/" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *tidy = tcn_url_tidy_scheme (rows[i].url);

    g_assert_cmpstr (tidy, ==, rows[i].tidy);
  }
}

static void
test_url_openable (void)
{
  g_assert_true (tcn_url_is_openable ("http://example.org"));
  g_assert_true (tcn_url_is_openable ("HTTPS://user@example.org:8080/x"));
  g_assert_false (tcn_url_is_openable ("http:///x"));
  g_assert_false (tcn_url_is_openable ("http:x"));
  g_assert_false (tcn_url_is_openable ("ftp://example.org/"));
  g_assert_false (tcn_url_is_openable ("http://example.org/a b"));
  g_assert_false (tcn_url_is_openable ("http://example.org/\x1b"));
  g_assert_false (tcn_url_is_openable ("example.org"));
}

static void
test_url_shady (void)
{
  g_assert_true (tcn_url_is_shady ("javascript:alert(1)"));
  g_assert_true (tcn_url_is_shady (" JavaScript:alert(1)"));
  g_assert_true (tcn_url_is_shady ("java\nscript:alert(1)"));
  g_assert_true (tcn_url_is_shady ("\x01"
                                   "data:text/html,x"));
  g_assert_true (tcn_url_is_shady ("vbscript:x"));
  g_assert_true (tcn_url_is_shady ("file:///etc/passwd"));
  g_assert_false (tcn_url_is_shady ("https://example.org/javascript:x"));
  g_assert_false (tcn_url_is_shady ("mailto:me@example.org"));
  g_assert_false (tcn_url_is_shady ("database/page"));
}

static const struct {
  const char *in, *out;
} canonical_cases[] = {
  { "http://Example.ORG:80/A/?b=1", "https://example.org/A?b=1" },
  { "https://www.example.org/#top", "https://example.org" },
  { "https://example.org:8443/x/", "https://example.org:8443/x" },
  { "http://example.org/x?utm_source=rss&id=7&fbclid=q#xtor=RSS-1",
    "https://example.org/x?id=7" },
  { "http://example.org/x?UTM_medium=feed", "https://example.org/x" },
  { "http://u:p@example.org/x", "https://example.org/x" },
  { "http://[::1]:80/x", "https://[::1]/x" },
  { " urn:uuid:7 ", "urn:uuid:7" },
};

static void
test_url_canonical (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (canonical_cases); i++) {
    g_autofree char *got = tcn_url_canonical (canonical_cases[i].in);

    g_assert_cmpstr (got, ==, canonical_cases[i].out);
  }
}

static void
test_url_redacted_hides_credentials (void)
{
  g_autofree char *with = tcn_url_redacted ("https://me:s3cret@ss@example.org:1/x?y#z");
  g_autofree char *without = tcn_url_redacted ("https://example.org/@x");
  g_autofree char *path = tcn_url_redacted ("/home/me/feed.xml");

  g_assert_cmpstr (with, ==, "https://example.org:1/x?y#z");
  g_assert_cmpstr (without, ==, "https://example.org/@x");
  g_assert_cmpstr (path, ==, "/home/me/feed.xml");
}

static void
test_url_host (void)
{
  g_autofree char *plain = tcn_url_host ("https://WWW.Example.org:80/x");
  g_autofree char *literal = tcn_url_host ("http://u@[2001:DB8::1]:8080/");

  g_assert_cmpstr (plain, ==, "www.example.org");
  g_assert_cmpstr (literal, ==, "2001:db8::1");
  g_assert_null (tcn_url_host ("/path"));
  g_assert_null (tcn_url_host ("http:///x"));
}

static void
test_url_short_name (void)
{
  static const struct {
    const char *in, *out;
  } cases[] = {
    { "https://www.example.org/en/feed/?x=1", "example.org/en/feed" },
    { "http://example.org:8080/", "example.org:8080" },
    { "http://u:p@example.org/rss.xml", "example.org/rss.xml" },
    { "/home/me/feeds/one.xml", "feeds/one.xml" },
    { "file:///srv/one.xml", "srv/one.xml" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *got = tcn_url_short_name (cases[i].in);

    g_assert_cmpstr (got, ==, cases[i].out);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/url/resolve", test_url_resolve);
  g_test_add_func ("/url/resolve-refuses-endless-ones",
                   test_url_resolve_refuses_endless_ones);
  g_test_add_func ("/url/tidy-scheme", test_url_tidy_scheme);
  g_test_add_func ("/url/openable", test_url_openable);
  g_test_add_func ("/url/shady", test_url_shady);
  g_test_add_func ("/url/canonical", test_url_canonical);
  g_test_add_func ("/url/redacted-hides-credentials",
                   test_url_redacted_hides_credentials);
  g_test_add_func ("/url/host", test_url_host);
  g_test_add_func ("/url/short-name", test_url_short_name);
  return g_test_run ();
}
