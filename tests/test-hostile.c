/* SPDX-License-Identifier: MIT */
/* Documents that are made to hurt: each must end soon, in bounded memory, and leave what
 * stood before the trouble. Times are the processor's,
 * far above what is needed, and far below what an attack would take. */
#include "tocsin/parser.h"

#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "tocsin/limits.h"

#define MAX_SECONDS 5.0

typedef struct {
  guint n_items;
  gsize longest;
} Tally;

static void
count_item (const TcnItem *item, gpointer data)
{
  Tally *tally = data;

  tally->n_items++;
  if (item->title != NULL)
    tally->longest = MAX (tally->longest, strlen (item->title));
  if (item->summary != NULL)
    tally->longest = MAX (tally->longest, strlen (item->summary));
}

static gdouble
spent_seconds (void)
{
  struct timespec spent;

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &spent);
  return (gdouble) spent.tv_sec + (gdouble) spent.tv_nsec / 1e9;
}

/* Reads before + n times middle + after. */
static Tally
read_repeated (const char *before, const char *middle, guint n, const char *after)
{
  Tally tally = { 0, 0 };
  g_autoptr (TcnParser) parser = tcn_parser_new (NULL, count_item, &tally);
  g_autoptr (TcnFeed) feed = NULL;
  g_autoptr (GString) block = g_string_new (NULL);
  gdouble start = spent_seconds ();

  tcn_parser_push (parser, before, strlen (before));
  for (guint i = 0; i < n; i++) {
    g_string_append (block, middle);
    if (block->len > 65536 || i + 1 == n) {
      tcn_parser_push (parser, block->str, block->len);
      g_string_truncate (block, 0);
    }
  }
  tcn_parser_push (parser, after, strlen (after));
  feed = tcn_parser_finish (parser, NULL);
  g_assert_cmpfloat (spent_seconds () - start, <, MAX_SECONDS);
  return tally;
}

#define HEAD "<rss><channel><item><title>first</title></item>"
#define TAIL "</channel></rss>"
#define JSON_HEAD "{\"version\":\"https://jsonfeed.org/version/1\",\"items\":[{"

static void
test_hostile_entities_are_not_expanded (void)
{
  Tally tally = read_repeated (
      "<!DOCTYPE rss [<!ENTITY a 'xxxxxxxxxxxxxxxxxxxx'><!ENTITY b '&a;&a;&a;&a;'>"
      "<!ENTITY x SYSTEM 'file:///etc/passwd'>]><rss><channel><item><title>",
      "&b;&x;", 10000, "</title></item>" TAIL);

  g_assert_cmpuint (tally.n_items, ==, 1);
  g_assert_cmpuint (tally.longest, <=, TCN_MAX_TITLE_BYTES);
}

static void
test_hostile_depth (void)
{
  g_assert_cmpuint (read_repeated (HEAD, "<a>", 1000000, "").n_items, ==, 1);
  g_assert_cmpuint (
      read_repeated (HEAD "<item><description>", "<a>", 1000000, "").n_items, ==, 1);
  g_assert_cmpuint (read_repeated (HEAD "<item><description><![CDATA[", "<div>", 1000000,
                                   "]]></description></item>" TAIL)
                        .n_items,
                    ==, 2);
}

static void
test_hostile_attributes (void)
{
  g_assert_cmpuint (read_repeated (HEAD "<item ", "a='>' ", 200000, ">" TAIL).n_items, ==,
                    1);
  g_assert_cmpuint (
      read_repeated (HEAD "<item a='", "xxxxxxxxxxxxxxxx", 2000000, "'>" TAIL).n_items,
      ==, 1);
}

static void
test_hostile_texts_are_cut (void)
{
  Tally tally = read_repeated (HEAD "<item><description>", "0123456789 ", 3000000,
                               "</description></item>" TAIL);

  g_assert_cmpuint (tally.n_items, ==, 2);
  g_assert_cmpuint (tally.longest, <=, TCN_MAX_TEXT_BYTES);
  g_assert_cmpuint (tally.longest, >, TCN_MAX_TEXT_BYTES / 2);
}

static void
test_hostile_unclosed_things (void)
{
  static const char *const openings[] = { "<![CDATA[", "<!--",    "<!DOCTYPE [",
                                          "<?x ",      "<a b=\"", "</",
                                          "<!x ",      "&",       "<" };

  for (guint i = 0; i < G_N_ELEMENTS (openings); i++) {
    g_autofree char *before = g_strconcat (HEAD, openings[i], NULL);

    g_test_message ("%s", openings[i]);
    g_assert_cmpuint (read_repeated (before, "abc ]] -- ? ", 500000, "").n_items, ==, 1);
    g_assert_cmpuint (read_repeated (HEAD, openings[i], 200000, "").n_items, ==, 1);
  }
}

static void
test_hostile_html (void)
{
  static const char *const middles[] = { "&lt;",
                                         "&lt;b ",
                                         "&lt;script&gt;",
                                         "&lt;!--",
                                         "&amp;",
                                         "&lt;a b=\"",
                                         "&lt;/",
                                         "&#1;",
                                         "&lt;!",
                                         "&lt;![CDATA[",
                                         "&lt;![CDATA[&lt;!--&gt;]]&gt;" };

  for (guint i = 0; i < G_N_ELEMENTS (middles); i++) {
    g_test_message ("%s", middles[i]);
    g_assert_cmpuint (read_repeated (HEAD "<item><description>", middles[i], 100000,
                                     "</description></item>" TAIL)
                          .n_items,
                      ==, 2);
  }
}

/* One ">" at the end makes a tag of all that begins before it. */
static void
test_hostile_html_in_one_tag (void)
{
  g_assert_cmpuint (
      read_repeated (HEAD "<item><title>", "&lt;b ", 340000, "&gt;</title></item>" TAIL)
          .n_items,
      ==, 2);
}

/* Quotes that hide every ">": each tag looks for its end in all that follows. */
static void
test_hostile_html_with_hidden_ends (void)
{
  g_assert_cmpuint (read_repeated (HEAD "<item><description><![CDATA[", "<a =\">\" ",
                                   130000, "]]></description></item>" TAIL)
                        .n_items,
                    ==, 2);
  g_assert_cmpuint (
      read_repeated (JSON_HEAD "\"content_html\":\"", "<a ='>' ", 1000000, "\"}]}")
          .n_items,
      ==, 1);
}

static void
test_hostile_dates (void)
{
  g_assert_cmpuint (
      read_repeated (JSON_HEAD "\"date_published\":\"", "          ", 800000, "\"}]}")
          .n_items,
      ==, 1);
  g_assert_cmpuint (
      read_repeated (HEAD "<item lastmod='", "          ", 6500, "'/>" TAIL).n_items, ==,
      2);
}

/* Short names that are looked for in what is as long as authors get. */
static void
test_hostile_repeated_authors (void)
{
  g_autofree char *name = g_strnfill (8000, 'a');
  g_autofree char *xml = g_strconcat (HEAD "<item><author>x", name, "</author><author>y",
                                      name, "</author>", NULL);
  g_autofree char *json = g_strconcat (JSON_HEAD "\"authors\":[{\"name\":\"x", name,
                                       "\"},{\"name\":\"y", name, "\"}", NULL);
  g_autoptr (GString) many = g_string_new (HEAD "<item>");

  g_assert_cmpuint (
      read_repeated (xml, "<author>a</author>", 50000, "</item>" TAIL).n_items, ==, 2);
  g_assert_cmpuint (read_repeated (json, ",{\"name\":\"a\"}", 50000, "]}]}").n_items, ==,
                    1);
  for (guint i = 0; i < 2700; i++)
    g_string_append_printf (many, "<author>%04u</author>", i);
  g_assert_cmpuint (
      read_repeated (many->str, "<author>2699</author>", 60000, "</item>" TAIL).n_items,
      ==, 2);
}

static void
test_hostile_authors (void)
{
  g_autoptr (GString) authors = g_string_new (HEAD "<item><title>t</title>");

  for (guint i = 0; i < 200000; i++)
    g_string_append_printf (authors, "<author>n%u</author>", i);
  g_assert_cmpuint (read_repeated (authors->str, "", 1, "</item>" TAIL).n_items, ==, 2);
}

static void
test_hostile_broken_tags (void)
{
  g_assert_cmpuint (
      read_repeated (HEAD "</x>", "<item><b><i></b></item>", 20000, TAIL).n_items, ==,
      20001);
  g_assert_cmpuint (read_repeated (HEAD "</x>", "<item>", 100000, TAIL).n_items, ==, 1);
}

/* A tag that hides the starts of others in its quotes, and ends nowhere. */
static void
test_hostile_starts_in_quotes (void)
{
  g_autoptr (GString) tag = g_string_new ("<a b=\"");

  for (guint i = 0; i < 5000; i++)
    g_string_append (tag, "<a c='\" d=\"");
  g_string_append (tag, " < ");
  g_assert_cmpuint (read_repeated (HEAD, tag->str, 20, TAIL).n_items, ==, 1);
}

/* As many namespaces as can be in force, and elements that each might be in one. */
static void
test_hostile_namespaces (void)
{
  g_autoptr (GString) head = g_string_new (HEAD);

  for (guint i = 0; i < 66; i++) {
    g_string_append (head, "<w");
    for (guint j = 0; j < 62; j++)
      g_string_append_printf (head, " xmlns:p%u_%u='u'", i, j);
    g_string_append_c (head, '>');
  }
  g_assert_cmpuint (read_repeated (head->str, "<a/>", 400000, "").n_items, ==, 1);
  g_assert_cmpuint (read_repeated (head->str, "<a xmlns:x=''/>", 200000, "").n_items, ==,
                    1);
}

/* Long names that are open, and ends that are of none of them. */
static void
test_hostile_ends_of_nothing (void)
{
  g_autofree char *name = g_strnfill (64000, 'a');
  g_autoptr (GString) head = g_string_new (HEAD "</x>");

  for (guint i = 0; i < 15; i++)
    g_string_append_printf (head, "<n%s>", name);
  g_assert_cmpuint (read_repeated (head->str, "</z>", 400000, "").n_items, ==, 1);
}

static void
test_hostile_json (void)
{
  g_assert_cmpuint (
      read_repeated ("{\"version\":\"https://jsonfeed.org/version/1\",\"items\":", "[",
                     1000000, "")
          .n_items,
      ==, 0);
}

static void
test_hostile_json_titles_are_cut (void)
{
  Tally tally = read_repeated (
      "{\"version\":\"https://jsonfeed.org/version/1\",\"items\":[{\"title\":\"", "é",
      100000, "\"}]}");

  g_assert_cmpuint (tally.n_items, ==, 1);
  g_assert_cmpuint (tally.longest, ==, TCN_MAX_TITLE_BYTES);
}

static long
peak_kib (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

/* First in this program: the peak is the process's own. */
static void
test_hostile_many_items_need_little_memory (void)
{
  const char *item =
      "<item><title>A title of usual length for an item</title>"
      "<link>http://x.example/2026/11/22/a-page-with-a-long-name.html</link>"
      "<description>&lt;p&gt;Some text that stands for more.&lt;/p&gt;</description></item>\n";
  long before = peak_kib ();

  g_assert_cmpuint (read_repeated ("<rss><channel>", item, 100000, TAIL).n_items, ==,
                    100000);
#if !defined(__SANITIZE_ADDRESS__)
  g_assert_cmpint (peak_kib () - before, <, 16 * 1024);
#endif
}

static void
test_hostile_many_values_of_json_need_little_memory (void)
{
  const char *head = "{\"version\":\"https://jsonfeed.org/version/1\",\"items\":[";
  long before = peak_kib ();

  g_assert_cmpuint (read_repeated (head, "0,", 2000000, "0]}").n_items, ==, 0);
  g_assert_cmpuint (read_repeated (head, "{\"a\":[{}]},", 200000, "0]}").n_items, ==,
                    200000);
#if !defined(__SANITIZE_ADDRESS__)
  g_assert_cmpint (peak_kib () - before, <, 32 * 1024);
#endif
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/hostile/a-many-items-need-little-memory",
                   test_hostile_many_items_need_little_memory);
  g_test_add_func ("/hostile/a-many-values-of-json-need-little-memory",
                   test_hostile_many_values_of_json_need_little_memory);
  g_test_add_func ("/hostile/attributes", test_hostile_attributes);
  g_test_add_func ("/hostile/authors", test_hostile_authors);
  g_test_add_func ("/hostile/broken-tags", test_hostile_broken_tags);
  g_test_add_func ("/hostile/dates", test_hostile_dates);
  g_test_add_func ("/hostile/depth", test_hostile_depth);
  g_test_add_func ("/hostile/ends-of-nothing", test_hostile_ends_of_nothing);
  g_test_add_func ("/hostile/entities-are-not-expanded",
                   test_hostile_entities_are_not_expanded);
  g_test_add_func ("/hostile/html", test_hostile_html);
  g_test_add_func ("/hostile/html-in-one-tag", test_hostile_html_in_one_tag);
  g_test_add_func ("/hostile/html-with-hidden-ends", test_hostile_html_with_hidden_ends);
  g_test_add_func ("/hostile/json", test_hostile_json);
  g_test_add_func ("/hostile/json-titles-are-cut", test_hostile_json_titles_are_cut);
  g_test_add_func ("/hostile/namespaces", test_hostile_namespaces);
  g_test_add_func ("/hostile/repeated-authors", test_hostile_repeated_authors);
  g_test_add_func ("/hostile/starts-in-quotes", test_hostile_starts_in_quotes);
  g_test_add_func ("/hostile/texts-are-cut", test_hostile_texts_are_cut);
  g_test_add_func ("/hostile/unclosed-things", test_hostile_unclosed_things);
  return g_test_run ();
}
