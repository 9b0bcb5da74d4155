/* SPDX-License-Identifier: MIT */
#include "net/target.h"

#include <string.h>

#include "net/proxy.h"
#include "tocsin/fetch.h"

typedef struct {
  const char *url;
  const char *key;  /* NULL: refused */
  const char *sent; /* the URL as it is asked for; NULL: as given */
} Row;

static void
test_target_reads_urls (void)
{
  static const Row rows[] = {
    { "http://example.org/feed", "example.org:80", NULL },
    { "https://example.org/feed?a=b&c=%20d", "example.org:443", NULL },
    { "http://example.org:8080/", "example.org:8080", NULL },
    { "http://example.org", "example.org:80", "http://example.org/" },
    { "HTTP://Example.ORG/Feed", "example.org:80", "http://Example.ORG/Feed" },
    { "http://me:secret@example.org/f", "example.org:80", "http://example.org/f" },
    { "http://example.org/f#part", "example.org:80", "http://example.org/f" },
    { "http://127.0.0.1:99/", "127.0.0.1:99", NULL },
    { "http://2130706433/", "127.0.0.1:80", "http://127.0.0.1/" },
    { "http://0x7f.1/", "127.0.0.1:80", "http://127.0.0.1/" },
    { "http://127.1/", "127.0.0.1:80", "http://127.0.0.1/" },
    { "http://[::1]:8080/", "[::1]:8080", NULL },
    { "http://example.org/a/../b", "example.org:80", "http://example.org/b" },
    { "http://example.org:0/", NULL, NULL },
    { "http://example.org:99999/", NULL, NULL },
    { "http://a b/", NULL, NULL },
    { "ftp://example.org/", NULL, NULL },
    { "javascript://example.org/", NULL, NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (TcnTarget) target = tcn_target_new (rows[i].url, &error);

    g_test_message ("%s", rows[i].url);
    g_assert_cmpstr (target != NULL ? target->key : NULL, ==, rows[i].key);
    g_assert_true ((target == NULL) == (error != NULL));
    if (target != NULL)
      g_assert_cmpstr (target->url, ==,
                       rows[i].sent != NULL ? rows[i].sent : rows[i].url);
  }
}

static void
test_target_takes_logins_out (void)
{
  g_autoptr (TcnTarget) target =
      tcn_target_new ("https://m%40e:p%3Aw@example.org/", NULL);

  g_assert_cmpstr (target->user, ==, "m@e");
  g_assert_cmpstr (target->password, ==, "p:w");
  g_assert_null (strstr (target->url, "@"));
}

static void
test_target_knows_files (void)
{
  g_autoptr (TcnTarget) path = tcn_target_new ("/a/b c.xml", NULL);
  g_autoptr (TcnTarget) url = tcn_target_new ("file:///a/b%20c.xml", NULL);
  g_autoptr (TcnTarget) bad = tcn_target_new ("file://", NULL);

  g_assert_cmpstr (path->path, ==, "/a/b c.xml");
  g_assert_cmpstr (url->path, ==, "/a/b c.xml");
  g_assert_true (bad == NULL || bad->path != NULL);
  g_assert_true (tcn_fetch_is_local ("feeds/x.xml"));
  g_assert_false (tcn_fetch_is_local ("https://x/"));
  g_assert_null (tcn_fetch_host_key ("/a/b"));
}

static void
test_target_secrets_have_one_place (void)
{
  static const struct {
    const char *named, *target;
    gboolean may_know;
  } rows[] = {
    { "http://a.org/", "http://a.org/x", TRUE },
    { "http://a.org/", "https://a.org/x", TRUE },
    { "https://a.org/", "http://a.org/x", FALSE },
    { "http://a.org/", "http://a.org:81/x", FALSE },
    { "http://a.org:81/", "https://a.org/x", FALSE },
    { "http://a.org/", "https://a.org:444/x", FALSE },
    { "http://a.org/", "http://b.a.org/x", FALSE },
    { "http://a.org/", "http://A.ORG/x", TRUE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (TcnTarget) named = tcn_target_new (rows[i].named, NULL);
    g_autoptr (TcnTarget) target = tcn_target_new (rows[i].target, NULL);

    g_test_message ("%s to %s", rows[i].named, rows[i].target);
    g_assert_cmpint (tcn_target_may_know (named, target), ==, rows[i].may_know);
  }
}

static void
test_target_refuses_without_the_login (void)
{
  static const char *const urls[] = { "http://u:s3cret@host.example:99999/",
                                      "gopher://u:s3cret@host.example/",
                                      "http://u:s3cret@/x" };

  for (guint i = 0; i < G_N_ELEMENTS (urls); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (TcnTarget) target = tcn_target_new (urls[i], &error);

    g_assert_null (target);
    g_assert_error (error, TCN_ERROR, TCN_ERROR_FETCH_RETRY);
    g_assert_null (strstr (error->message, "s3cret"));
  }
}

static void
test_target_reads_proxies (void)
{
  g_assert_cmpuint (tcn_proxy_port ("http://p.example:3128", "http"), ==, 3128);
  g_assert_cmpuint (tcn_proxy_port ("p.example:3128", "http"), ==, 3128);
  g_assert_cmpuint (tcn_proxy_port ("socks5h://127.0.0.1:9050", "https"), ==, 9050);
  g_assert_cmpuint (tcn_proxy_port ("socks5://127.0.0.1", "https"), ==, 1080);
  g_assert_cmpuint (tcn_proxy_port ("https://p.example", "https"), ==, 443);
  g_assert_cmpuint (tcn_proxy_port ("", "https"), ==, 0);
  g_assert_cmpuint (tcn_proxy_port (NULL, "https"), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_unsetenv ("https_proxy");
  g_unsetenv ("HTTPS_PROXY");
  g_unsetenv ("all_proxy");
  g_unsetenv ("ALL_PROXY");
  g_test_add_func ("/target/reads-urls", test_target_reads_urls);
  g_test_add_func ("/target/takes-logins-out", test_target_takes_logins_out);
  g_test_add_func ("/target/knows-files", test_target_knows_files);
  g_test_add_func ("/target/secrets-have-one-place", test_target_secrets_have_one_place);
  g_test_add_func ("/target/refuses-without-the-login",
                   test_target_refuses_without_the_login);
  g_test_add_func ("/target/reads-proxies", test_target_reads_proxies);
  return g_test_run ();
}
