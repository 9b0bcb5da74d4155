/* SPDX-License-Identifier: MIT */
#include "tocsin/discover.h"

#include <string.h>
#include <time.h>

#define PAGE "https://site.example/blog/post.html"

/* The URLs found, declared ones as they are, linked ones after a "~", those that are only
 * labelled as feeds after a "?". */
static char *
discover (const char *html)
{
  g_autoptr (GPtrArray) found = tcn_discover_links (html, strlen (html), PAGE);
  GString *out = g_string_new ("");

  for (guint i = 0; i < found->len; i++) {
    const TcnCandidate *candidate = g_ptr_array_index (found, i);

    g_string_append_printf (out, "%s%s%s", i > 0 ? " " : "",
                            candidate->source == TCN_CANDIDATE_LINKED     ? "~"
                            : candidate->source == TCN_CANDIDATE_LABELLED ? "?"
                                                                          : "",
                            candidate->url);
  }
  return g_string_free (out, FALSE);
}

typedef struct {
  const char *html;
  const char *expected;
} Row;

/* Of processor time: others may be at work too. */
static gdouble
spent_seconds (void)
{
  struct timespec spent;

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &spent);
  return (gdouble) spent.tv_sec + (gdouble) spent.tv_nsec / 1e9;
}

/* Eight megabytes are what a page may have. */
static void
test_discover_ends_soon (void)
{
  g_autoptr (GString) html = g_string_new ("<link rel=alternate href='");
  gdouble start = spent_seconds ();
  g_autofree char *found = NULL;

  while (html->len < 8 << 20)
    g_string_append (html, "&amp;");
  g_string_append (html, "' type=application/rss+xml><a href=/feed>");
  found = discover (html->str);

  g_assert_cmpstr (found, ==, "~https://site.example/feed");
  g_string_truncate (html, 0);
  while (html->len < 8 << 20)
    g_string_append (html, "<a href=/x>\n");
  g_free (found);
  found = discover (html->str);

  g_assert_cmpstr (found, ==, "");
  g_assert_cmpfloat (spent_seconds () - start, <, 5.0);
}

static void
test_discover_finds_links (void)
{
  static const Row rows[] = {
    { "", "" },
    { "<link", "" },
    { "<link rel=alternate type=application/rss+xml href=/feed>",
      "https://site.example/feed" },
    { "<LINK REL='Alternate' TYPE=\"application/atom+xml\" HREF='a.atom'/>",
      "https://site.example/blog/a.atom" },
    { "<link href='//cdn.example/f' type='application/feed+json; charset=utf-8' "
      "rel='me alternate'>",
      "https://cdn.example/f" },
    { "<link rel=\"feed\" href=\"https://other.example/x\">", "https://other.example/x" },
    { "<link rel=alternate type=application/rss+xml href='/f?a=1&amp;b=2&#38;c=3'>",
      "https://site.example/f?a=1&b=2&c=3" },
    { "<link rel=feed href='/f?a=1&copy=2&reg=3&para;'>",
      "https://site.example/f?a=1&copy=2&reg=3\xc2\xb6" },
    { "<link rel=' feed ' href=' /f '>", "https://site.example/f" },
    { "<link rel=alternate type=' application/rss+xml' href=/f>",
      "https://site.example/f" },
    { "<link rel=alternate type='\n\tApplication/Atom+XML ; charset=x' href=/f>",
      "https://site.example/f" },
    { "<link rel=alternate hreflang=fr href=/fr>", "" },
    { "<link rel=alternate type=text/html href=/m>", "" },
    { "<link rel='alternate stylesheet' type=text/xml href=/s>", "" },
    { "<link rel=alternate type=application/json href=/wp-json/x>", "" },
    { "<link rel=alternate type=application/json href=/feed.json>",
      "https://site.example/feed.json" },
    { "<link rel=alternate type=application/rss+xml href=javascript:x>", "" },
    { "<link rel=alternate type=application/rss+xml href=file:///etc/passwd>", "" },
    { "<link rel=feed href=HTTP://a.example/><link rel=feed href=feed://b.example/x>",
      "http://a.example/ http://b.example/x" },
    { "<!-- <link rel=feed href=/no> --><link rel=feed href=/yes>",
      "https://site.example/yes" },
    { "<script>'<link rel=feed href=/no>'</script><link rel=feed href=/yes>",
      "https://site.example/yes" },
    { "<script>'<link rel=feed href=/no>'", "" },
    { "<!-- <link rel=feed href=/no>", "" },
    { "<base href='https://base.example/dir/'><link rel=feed href=f>",
      "https://base.example/dir/f" },
    { "<link title='a > b' rel=feed href=/f>", "https://site.example/f" },
    { "<link rel=feed href=/f><link rel=feed href=/f>", "https://site.example/f" },
    { "<a href=/news/feed/>feed</a>", "~https://site.example/news/feed/" },
    { "<a href='x.rss'>", "~https://site.example/blog/x.rss" },
    { "<a href='/?feed=rss2'>", "~https://site.example/?feed=rss2" },
    { "<a href='/feedback'> <a href='/press'> <a href='/atomic'>", "" },
    { "<a href=/index.xml>first</a><link rel=feed href=/second>",
      "https://site.example/second ~https://site.example/index.xml" },
    { "<a type=application/rss+xml href=/x>", "~https://site.example/x" },
    { "<a\nhref\n=\n'/feed'\n>", "~https://site.example/feed" },
    { "<a href=/main.xml>RSS</a>", "?https://site.example/main.xml" },
    { "<a href=/main.xml\n><b>Our <i>Feed</i></b>&nbsp;</A>",
      "?https://site.example/main.xml" },
    { "<a href=/main.xml><img src=i.png alt='[RSS]'></a>",
      "?https://site.example/main.xml" },
    { "<a href=/n>Flux RSS 2.0</a><a href=/f.rss>x</a><link rel=feed href=/d>",
      "https://site.example/d ~https://site.example/f.rss ?https://site.example/n" },
    { "<a href=/n>Feedback</a><a href=/n>Xmlrpc</a><a href=/n class=rss>x</a>", "" },
    { "<a href=/n>How a feed reader changed my life, and yours</a>", "" },
    { "<a href='#rss'>RSS</a><a name=rss>RSS</a><a href=javascript:x>RSS</a>", "" },
    { "<a href=/n>open <a href=/m>RSS</a>", "?https://site.example/m" },
    { "<a href=/n>RSS", "" },
    { "<a href=/n>RSS<", "" },
    { "<a href>", "" },
    { "<a href=", "" },
    { "<a href='/feed", "~https://site.example/feed" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *found = discover (rows[i].html);

    g_test_message ("%s", rows[i].html);
    g_assert_cmpstr (found, ==, rows[i].expected);
  }
}

static void
assert_title (const char *written, const char *wanted)
{
  g_autofree char *html = g_strdup_printf ("<link rel=feed href=/f title='%s'>", written);
  g_autoptr (GPtrArray) found = tcn_discover_links (html, strlen (html), PAGE);
  const TcnCandidate *candidate = g_ptr_array_index (found, 0);

  g_assert_cmpstr (candidate->title, ==, wanted);
}

static void
test_discover_cleans_titles (void)
{
  assert_title (" Le \xc2\x9b journal\n &amp; plus ", "Le journal & plus");
  assert_title ("Harbour &raquo; Feed", "Harbour » Feed");
  assert_title ("Harbour &#187; Feed &#xbb;", "Harbour » Feed »");
  assert_title ("Les march&eacute;s &eacutetroits", "Les marchés &eacutetroits");
  assert_title ("R&D &amp;eacute; &nosuch; &", "R&D &eacute; &nosuch; &");
  assert_title ("a&#10;b&#27;[1mc", "a b[1mc");
}

static void
test_discover_has_a_ceiling (void)
{
  g_autoptr (GString) html = g_string_new ("");
  g_autoptr (GPtrArray) found = NULL;

  for (guint i = 0; i < 10000; i++)
    g_string_append_printf (html, "<a href=/%u.rss><link rel=feed href=/%u>", i, i);
  for (guint i = 0; i < 100; i++)
    g_string_append_printf (html, "<a href=/n%u>RSS</a>", i);
  found = tcn_discover_links (html->str, html->len, PAGE);

  g_assert_cmpuint (found->len, ==, 110);
}

/* Whatever the bytes: it ends, and reads no byte beyond them. */
static void
test_discover_survives_any_bytes (void)
{
  static const char pieces[] = "<>='\"!-/ alinkbsehrfsyc&;#\0\xff\n";
  g_autoptr (GRand) random = g_rand_new_with_seed (3);

  for (guint i = 0; i < 20000; i++) {
    gsize n = (gsize) g_rand_int_range (random, 0, 60);
    g_autofree char *html = g_malloc (MAX (n, 1));
    g_autoptr (GPtrArray) found = NULL;

    for (gsize k = 0; k < n; k++)
      html[k] = pieces[g_rand_int_range (random, 0, sizeof pieces - 1)];
    found = tcn_discover_links (html, n, PAGE);
    g_assert_nonnull (found);
  }
}

static void
test_discover_guesses_near_the_page (void)
{
  g_autoptr (GPtrArray) guesses = tcn_discover_guesses (PAGE);
  const TcnCandidate *first = g_ptr_array_index (guesses, 0);
  const TcnCandidate *second = g_ptr_array_index (guesses, 1);

  g_assert_cmpstr (first->url, ==, "https://site.example/blog/feed");
  g_assert_cmpstr (second->url, ==, "https://site.example/feed");
  g_assert_cmpuint (guesses->len, <, 12);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/discover/finds-links", test_discover_finds_links);
  g_test_add_func ("/discover/cleans-titles", test_discover_cleans_titles);
  g_test_add_func ("/discover/has-a-ceiling", test_discover_has_a_ceiling);
  g_test_add_func ("/discover/survives-any-bytes", test_discover_survives_any_bytes);
  g_test_add_func ("/discover/guesses-near-the-page",
                   test_discover_guesses_near_the_page);
  g_test_add_func ("/discover/ends-soon", test_discover_ends_soon);
  return g_test_run ();
}
