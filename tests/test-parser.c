/* SPDX-License-Identifier: MIT */
/* Golden files: data/feeds/NAME.xml or .json and what is seen in it, NAME.expect. Each is
 * read whole and in pieces, which must not make a difference. With TOCSIN_WRITE_EXPECT=DIR in
 * the environment, what is seen is written there instead, to be looked at by a person. */
#include "tocsin/parser.h"

#include <string.h>

#include "tocsin/error.h"
#include "tocsin/json.h"
#include "tocsin/limits.h"
#include "tocsin/page.h"

/* --- writing down what was seen ----------------------------------------------------------- */

static void
put (GString *out, const char *name, const char *value)
{
  if (value == NULL)
    return;
  g_string_append_printf (out, "  %s ", name);
  tcn_json_string (out, value);
  g_string_append_c (out, '\n');
}

static void
put_time (GString *out, const char *name, gint64 value)
{
  g_autofree char *text = tcn_time_format_utc (value);

  if (text != NULL)
    g_string_append_printf (out, "  %s %s\n", name, text);
}

static void
put_item (GString *out, const TcnItem *item)
{
  g_string_append (out, "item\n");
  put (out, "id", item->guid);
  put (out, "title", item->title);
  put (out, "link", item->link);
  put (out, "author", item->author);
  put_time (out, "published", item->published_unix);
  put_time (out, "updated", item->updated_unix);
  put (out, "summary", item->summary);
  put (out, "content", item->content);
  for (guint i = 0; i < item->categories->len; i++)
    put (out, "category", g_ptr_array_index (item->categories, i));
  for (guint i = 0; i < item->enclosures->len; i++) {
    const TcnEnclosure *enclosure = g_ptr_array_index (item->enclosures, i);

    g_string_append_printf (
        out, "  enclosure %s %s %" G_GINT64_FORMAT "\n", enclosure->url,
        enclosure->type != NULL ? enclosure->type : "-", enclosure->length);
  }
  put (out, "language", item->language);
}

static void
put_feed (GString *out, const TcnFeed *feed)
{
  g_string_append_printf (out, "feed %s\n", tcn_feed_format_name (feed->format));
  put (out, "title", feed->title);
  put (out, "link", feed->link);
  put (out, "description", feed->description);
  put (out, "language", feed->language);
  put_time (out, "updated", feed->updated_unix);
  put (out, "author", feed->author);
  if (feed->ttl_s > 0)
    g_string_append_printf (out, "  ttl %u\n", feed->ttl_s);
  if (feed->update_period_s > 0)
    g_string_append_printf (out, "  period %u\n", feed->update_period_s);
  if (feed->skip_hours != 0)
    g_string_append_printf (out, "  skip-hours %x\n", feed->skip_hours);
  if (feed->skip_days != 0)
    g_string_append_printf (out, "  skip-days %x\n", feed->skip_days);
  if (feed->is_damaged)
    g_string_append (out, "  damaged\n");
}

static void
collect (const TcnItem *item, gpointer items)
{
  g_ptr_array_add (items, tcn_item_copy (item));
}

/* What is seen when the document comes in pieces of that size. */
static char *
describe (const char *bytes, gsize n, gsize piece, const TcnParseOptions *options)
{
  g_autoptr (GPtrArray) items =
      g_ptr_array_new_with_free_func ((GDestroyNotify) tcn_item_free);
  g_autoptr (TcnParser) parser = tcn_parser_new (options, collect, items);
  g_autoptr (TcnFeed) feed = NULL;
  g_autoptr (GError) error = NULL;
  GString *out = g_string_new (NULL);

  for (gsize i = 0; i < n; i += piece)
    tcn_parser_push (parser, bytes + i, MIN (piece, n - i));
  feed = tcn_parser_finish (parser, &error);
  if (feed == NULL) {
    g_assert_error (error, TCN_ERROR, TCN_ERROR_FORMAT);
    g_string_append_printf (out, "no feed: %s\n", error->message);
    return g_string_free (out, FALSE);
  }
  put_feed (out, feed);
  g_assert_cmpuint (feed->n_items, ==, items->len);
  for (guint i = 0; i < items->len; i++) {
    tcn_item_inherit (g_ptr_array_index (items, i), feed);
    put_item (out, g_ptr_array_index (items, i));
  }
  g_assert_true (g_utf8_validate (out->str, (gssize) out->len, NULL));
  return g_string_free (out, FALSE);
}

/* --- golden files ----------------------------------------------------------------------- */

static void
check_golden (gconstpointer data)
{
  const char *name = data;
  const gsize pieces[] = { 1, 7, 4096 };
  const TcnParseOptions options = { .base_url = "http://feeds.example.org/dir/feed.xml" };
  g_autofree char *path =
      g_test_build_filename (G_TEST_DIST, "data", "feeds", name, NULL);
  g_autofree char *expect_name =
      g_strdup_printf ("%.*s.expect", (int) (strrchr (name, '.') - name), name);
  g_autofree char *expect_path =
      g_test_build_filename (G_TEST_DIST, "data", "feeds", expect_name, NULL);
  g_autofree char *bytes = NULL;
  g_autofree char *expected = NULL;
  g_autofree char *whole = NULL;
  gsize n;

  g_assert_true (g_file_get_contents (path, &bytes, &n, NULL));
  whole = describe (bytes, n, n, &options);
  if (g_getenv ("TOCSIN_WRITE_EXPECT") != NULL) {
    g_autofree char *to =
        g_build_filename (g_getenv ("TOCSIN_WRITE_EXPECT"), expect_name, NULL);

    g_assert_true (g_file_set_contents (to, whole, -1, NULL));
    return;
  }
  g_assert_true (g_file_get_contents (expect_path, &expected, NULL, NULL));
  g_assert_cmpstr (whole, ==, expected);
  for (guint i = 0; i < G_N_ELEMENTS (pieces); i++) {
    g_autofree char *pieced = describe (bytes, n, pieces[i], &options);

    g_assert_cmpstr (pieced, ==, whole);
  }
}

static void
add_golden_tests (void)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "data", "feeds", NULL);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);

  g_assert_nonnull (dir);
  for (const char *name = g_dir_read_name (dir); name != NULL;
       name = g_dir_read_name (dir)) {
    g_autofree char *test = g_strdup_printf ("/parser/golden/%s", name);

    if (!g_str_has_suffix (name, ".expect"))
      g_test_add_data_func_full (test, g_strdup (name), check_golden, g_free);
  }
}

/* --- single behaviours -------------------------------------------------------------------- */

static GPtrArray *
parse (const char *text, TcnFeed **out_feed)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *items = tcn_parse_bytes (text, strlen (text), NULL, out_feed, &error);

  g_assert_no_error (error);
  return items;
}

static void
test_parser_refuses_what_is_no_feed (void)
{
  static const char *const documents[] = {
    "",
    "  \n ",
    "plain text",
    "<!DOCTYPE html><html><head><title>x</title></head><body><rss/></body></html>",
    "<html><body><svg><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'/>"
    "</svg><item>of the page</item></body></html>",
    "<html><body></b><svg><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'/>"
    "</svg><div><item>of the page</item></div></body></html>",
    "{}",
    "{\"_extension\":1}",
    "<opml version='1.0'><body/></opml>",
    "<tv><channel id='1'><title>x</title></channel></tv>",
    "{\"version\":\"1\",\"items\":[]}",
    "{\"version\":\"1.0\",\"feed\":{\"entry\":[{\"title\":{\"$t\":\"x\"}}]}}",
    "{\"version\":",
    "{\"version\":\"https://jsonfeed.org/version/1\",\"title\":\"cut",
    "{\"version\":\"https://jsonfeed.org/version/1\",\"items\":[{\"id\":\"1\"",
    "[1,2]",
    "<",
    "<rs",
    "\xff\xfe",
  };

  for (guint i = 0; i < G_N_ELEMENTS (documents); i++) {
    g_autoptr (GError) error = NULL;
    GPtrArray *items =
        tcn_parse_bytes (documents[i], strlen (documents[i]), NULL, NULL, &error);

    g_test_message ("%s", documents[i]);
    g_assert_null (items);
    g_assert_error (error, TCN_ERROR, TCN_ERROR_FORMAT);
  }
}

static void
test_parser_takes_no_body_for_an_empty_one (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) items = tcn_parse_bytes (NULL, 0, NULL, NULL, &error);

  g_assert_null (items);
  g_assert_error (error, TCN_ERROR, TCN_ERROR_FORMAT);
}

static void
test_parser_sniffs_roots (void)
{
  static const struct {
    const char *text;
    gboolean is_feed;
    gsize n; /* 0: up to the NUL */
    gboolean is_page;
  } cases[] = {
    { "<?xml version='1.0'?><!-- <html> --><rss version='2.0'>", TRUE },
    { "\xef\xbb\xbf \n<RDF:RDF xmlns:RDF='x'>", TRUE },
    { "<feed xmlns='http://www.w3.org/2005/Atom'/>", TRUE },
    { "<item><title>", FALSE }, /* of anything */
    { "<br />\n<b>Notice</b>: x<br />\n<?xml version='1.0'?><rss>", TRUE },
    { "<b>A text</b> about <rss> and <feed>.", FALSE },
    { "<!DOCTYPE rss SYSTEM 'x'><rss>", TRUE },
    { "{ \"version\": \"https://jsonfeed.org/version/1.1\"", TRUE },
    { "{ \"version\": \"https:\\/\\/jsonfeed.org\\/version\\/1\"", TRUE },
    { "<\0r\0s\0s\0>\0", TRUE, 10 },
    { "<html><rss>", FALSE, 0, TRUE },
    { "<?xml version='1.0'?><!DOCTYPE html><h:HTML lang='is'>", FALSE, 0, TRUE },
    { "<!-- <rss> --><!doctype HTML><p>", FALSE, 0, TRUE },
    { "<htmlish>", FALSE },
    { "<html", FALSE, 0, TRUE },
    { "<h:htm", FALSE },
    { "A text about <rss> and <feed>.", FALSE },
    { "{ \"feed\": 1 }", FALSE },
    { "", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    gsize n = cases[i].n > 0 ? cases[i].n : strlen (cases[i].text);

    g_test_message ("%s", cases[i].text);
    g_assert_cmpint (tcn_parser_sniff (cases[i].text, n), ==, cases[i].is_feed);
    g_assert_cmpint (tcn_page_begins (cases[i].text, n), ==, cases[i].is_page);
  }
}

static void
ignore_item (const TcnItem *item, gpointer data)
{
}

static void
test_parser_says_what_is_no_feed (void)
{
  static const struct {
    const char *bytes;
    gsize n;
    const char *message;
  } cases[] = {
    { "", 0, "an empty document is no feed" },
    { "<html><p>x</html>", 17, "a web page, no feed" },
    { "<list><a/></list>", 17, "XML, but no feed" },
    { "words", 5, "neither XML nor JSON: no feed" },
    { "\xfe\xff\0<\0a\0/\0>", 10, "XML, but no feed" },
    { "\0\0\0\x18"
      "ftypmp42<a>",
      15, "binary data: no feed" },
    { "BZh91AY&SY<ab>", 14,
      "compressed (bzip2): unpack it first, as in bzcat FILE | tocsin parse -" },
    { "\xfd"
      "7zXZ\0<ab>",
      10, "compressed (xz): unpack it first, as in xzcat FILE | tocsin parse -" },
    { "\x89PNG\r\n\x1a\n<ab>", 12, "a picture (PNG), neither a feed nor text" },
    { "\x7f"
      "ELF\2<ab>",
      9, "a program (ELF), neither a feed nor text" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    for (gsize piece = 1; piece < 20; piece += 18) {
      g_autoptr (TcnParser) parser = tcn_parser_new (NULL, ignore_item, NULL);
      g_autoptr (GError) error = NULL;

      for (gsize k = 0; k < cases[i].n; k += piece)
        tcn_parser_push (parser, cases[i].bytes + k, MIN (piece, cases[i].n - k));
      g_assert_null (tcn_parser_finish (parser, &error));
      g_assert_error (error, TCN_ERROR, TCN_ERROR_FORMAT);
      g_assert_cmpstr (error->message, ==, cases[i].message);
    }
}

/* What the feed says of itself behind the items is still read. */
static void
assert_stops (const char *items, guint max)
{
  const TcnParseOptions options = { .max_items = max };
  g_autofree char *text =
      g_strconcat ("<rss><channel>", items, "<title>T</title></channel></rss>", NULL);
  g_autoptr (TcnFeed) feed = NULL;
  g_autoptr (GPtrArray) read =
      tcn_parse_bytes (text, strlen (text), &options, &feed, NULL);

  g_assert_cmpuint (read->len, ==, max);
  g_assert_cmpstr (((TcnItem *) read->pdata[max - 1])->title, ==, "last");
  g_assert_cmpstr (feed->title, ==, "T");
}

static void
test_parser_stops_at_the_ceiling_of_items (void)
{
  assert_stops ("<item><title>1</title></item><item><title>last</title></item>"
                "<item><title>3</title></item>",
                2);
  assert_stops ("<item><title>last</title><item><title>2</title></item></item>"
                "<item><title>3</title></item>",
                1);
}

static void
test_parser_resolves_against_what_there_is (void)
{
  g_autoptr (TcnFeed) feed = NULL;
  g_autoptr (GPtrArray) items =
      parse ("<rss xmlns:atom='http://www.w3.org/2005/Atom'><channel><link>/news</link>"
             "<atom:link rel='self' href='http://self.example/d/rss'/>"
             "<item><link>one</link></item></channel></rss>",
             &feed);
  g_autoptr (TcnFeed) site = NULL;
  g_autoptr (GPtrArray) site_items =
      parse ("<rss><channel><link>http://site.example/d/</link>"
             "<item><link>one</link></item></channel></rss>",
             &site);
  g_autoptr (GPtrArray) lost = parse ("<rss><item><link>one</link></item></rss>", NULL);

  g_assert_cmpstr (feed->link, ==, "http://self.example/news");
  g_assert_cmpstr (((TcnItem *) items->pdata[0])->link, ==, "http://self.example/d/one");
  g_assert_cmpstr (((TcnItem *) site_items->pdata[0])->link, ==,
                   "http://site.example/d/one");
  g_assert_null (((TcnItem *) lost->pdata[0])->link);
}

static void
test_parser_takes_a_location_for_the_base_unless_it_is_none (void)
{
  static const struct {
    const char *location, *link;
  } rows[] = {
    { NULL, "http://kiosk.example/press/sheet" },
    { "/archive/today", "http://kiosk.example/archive/sheet" },
    { "javascript:print()", "http://kiosk.example/press/sheet" },
  };
  const char *text =
      "<feed xmlns='http://www.w3.org/2005/Atom'><link href='sheet'/></feed>";

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    TcnParseOptions options = { .base_url = "http://kiosk.example/press/feed",
                                .content_location = rows[i].location };
    g_autoptr (TcnFeed) feed = NULL;
    g_autoptr (GPtrArray) items =
        tcn_parse_bytes (text, strlen (text), &options, &feed, NULL);

    g_assert_nonnull (items);
    g_assert_cmpstr (feed->link, ==, rows[i].link);
  }
}

static void
test_parser_says_where_a_document_is_broken (void)
{
  g_autoptr (TcnFeed) feed = NULL;
  g_autoptr (GPtrArray) items = parse (
      "<rss><channel>\n<item><title>two\nlines</title></item>\n<!-- a\nb -->\n"
      "<item><title>x</titel></item>\n<item><title>y</title></item></channel></rss>",
      &feed);

  g_assert_cmpuint (items->len, ==, 3);
  g_assert_true (feed->is_damaged);
  g_assert_true (g_str_has_prefix (g_ptr_array_index (feed->warnings, 0), "line 6: "));
}

static void
test_parser_counts_whole_items_only (void)
{
  static const struct {
    const char *name, *text;
    const char *titles[4];
  } cases[] = {
    { "truncated in an item",
      "<rss><channel><item><title>1</title></item><item><title>2</title>",
      { "1" } },
    { "truncated in a text",
      "<rss><channel><item><title>1</title></item><item><title>2</ti",
      { "1" } },
    { "an end tag of an item is missing",
      "<rss><channel><item><title>1</title><item><title>2</title></item></channel></rss>",
      { "2" } },
    { "the last end tag of an item is missing",
      "<rss><channel><item><title>1</title></item><item><title>2</title></channel></rss>",
      { "1" } },
    { "an end tag of a field is missing",
      "<rss><channel><item><title>1<link>http://x.example/</link></item>"
      "<item><title>2</title></item></channel></rss>",
      { "1", "2" } },
    { "an end tag too many",
      "<rss><channel><item><title>1</title></b></item><item><title>2</title></item>"
      "</channel></rss>",
      { "1", "2" } },
    { "an end tag twice",
      "<rss><channel><item><title>1</title></title><id>x</id></item></item><item>"
      "<title>2</title></item></channel></rss>",
      { "1", "2" } },
    { "inline tags cross",
      "<rss><channel><item><title>1</title><description><b>x<i>y</b>z</i></description></item>"
      "<item><title>2</title></item></channel></rss>",
      { "1", "2" } },
    { "case of tags differs",
      "<rss><channel><Item><Title>1</title></item><item><title>2</title></item></channel></rss>",
      { "1", "2" } },
    { "attributes without quotes",
      "<rss><channel><item><guid isPermaLink=false>7</guid><title>1</title></item>"
      "</channel></rss>",
      { "1" } },
    { "a second root",
      "<rss><channel><item><title>1</title></item></channel></rss>"
      "<rss><channel><item><title>2</title></item></channel></rss>",
      { "1", "2" } },
    { "items behind the end",
      "<rss><channel><item><title>1</title></item></channel></rss><item><title>2</title></item>"
      "<item><title>3</title></item>",
      { "1", "2", "3" } },
    { "the end of the root comes early",
      "<feed><entry><title>1</title></entry></feed><entry><title>2</title></entry></feed>",
      { "1", "2" } },
    { "the end of the root comes before that of the channel",
      "<rss><channel><item><title>1</title></item></rss><item><title>2</title></item></channel>",
      { "1", "2" } },
    { "behind the end of the root, within a field that has none",
      "<rss><channel></channel></rss><description>x<item><title>1</title></item>",
      { "1" } },
    { "an empty element in an item",
      "<rss><channel></b><item><y/><title>1</title></item></channel></rss>",
      { "1" } },
    { "the end of another field",
      "<rss><channel></b><item><title>1</link>2</title></item></channel></rss>",
      { "12" } },
    { "a tag that begins in the next one",
      "<rss><channel><item<title>1</title></item></channel></rss>",
      { "1" } },
    { "an item without an end, with an empty one in it",
      "<rss><channel></b><item><title>1</title><item/><item><title>2</title></item>"
      "</channel></rss>",
      { "2" } },
    { "the end tags of links that are empty",
      "<feed></b><entry><source><link href='x'></link><title>no</title></source>"
      "<title>1</title></entry><entry><related><link href='y'></link><title>no</title>"
      "</related><title>2</title></entry></feed>",
      { "1", "2" } },
    { "end tags that close nothing, in what is no item's",
      "<feed xmlns='http://www.w3.org/2005/Atom'></b><entry><source></title><title>no</title></source><title>1</title></entry>"
      "<entry><related></b><title>no</title></related><title>2</title></entry></feed>",
      { "1", "2" } },
    { "a picture without an end",
      "<rss></b><item><media:thumbnail url='x'><title>1</title></item></rss>",
      { "1" } },
    { "a tag in a text that begins in the next one",
      "<rss></b><item><title>1 <w <b>2</b></title></item></rss>",
      { "1 <w 2" } },
    { "misspelled tags",
      "<rss><channel></b><item><tilte>no</title><title>1</title></item></channel></rss>",
      { "1" } },
    { "the end of the root comes early, within a field that has none",
      "<rss><channel><description>x</rss><item><title>1</title></item></channel>",
      { "1" } },
    { "a document type without an end",
      "<!DOCTYPE rss [<rss><channel><item><title>1</title></item></channel></rss>",
      { "1" } },
    { "an instruction without an end, and one in an item",
      "<rss><channel><item><title>1</title></item><item><?page 2<title>2</title></item>"
      "<?page 3<item><title>3</title></item></channel></rss>",
      { "1", "2", "3" } },
    { "entries without a root",
      "<entry><title>1</title></entry><entry><title>2</title></entry>",
      { "1", "2" } },
    { "a page behind the end",
      "<rss><channel><item><title>1</title></item></channel></rss><html><title>no</title></html>",
      { "1" } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (TcnFeed) feed = NULL;
    g_autoptr (GPtrArray) items = parse (cases[i].text, &feed);
    guint n = 0;

    g_test_message ("%s", cases[i].name);
    for (; n < 4 && cases[i].titles[n] != NULL; n++) {
      g_assert_cmpuint (n, <, items->len);
      g_assert_cmpstr (((TcnItem *) g_ptr_array_index (items, n))->title, ==,
                       cases[i].titles[n]);
    }
    g_assert_cmpuint (items->len, ==, n);
    g_assert_true (feed->is_damaged);
    g_assert_cmpuint (feed->warnings->len, >, 0);
  }
}

/* What is too much of one thing does not cost the items behind it; nor does it matter in
 * which pieces it comes. */
static void
test_parser_reads_on_behind_too_much (void)
{
  static const struct {
    const char *before, *much, *after;
  } cases[] = {
    /* a picture in a page, a value that is not looked at, and one around others */
    { "<content type=\"xhtml\"><p>a</p><img src=\"data:", "AAAA",
      "\"/><p>b</p></content>" },
    { "<content>a\n\nb</content><x v='", "AAAA", "'/>" },
    { "<content>a\n\nb</content><x v='", "AAAA", "'><y>c</y></x>" },
    /* elements in one another, closed and not */
    { "<content type=\"xhtml\"><p>a</p><p>b</p>", "<i>", "</content>" },
    { "<content type=\"xhtml\"><p>a</p><p>b</p>", "<i>", "</i></content><z>c</z>" },
  };
  const TcnParseOptions options = { 0 };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GString) text = g_string_new ("<feed><entry><title>1</title>");
    g_autofree char *whole = NULL;
    g_autofree char *pieced = NULL;

    g_string_append (text, cases[i].before);
    for (guint k = 0; k < 30000; k++)
      g_string_append (text, cases[i].much);
    g_string_append_printf (text, "%s</entry><entry><title>2</title></entry></feed>",
                            cases[i].after);
    whole = describe (text->str, text->len, text->len, &options);
    pieced = describe (text->str, text->len, 4099, &options);

    g_assert_nonnull (strstr (whole, "title \"1\""));
    g_assert_nonnull (strstr (whole, "content \"a\\n\\nb\""));
    g_assert_nonnull (strstr (whole, "title \"2\""));
    g_assert_nonnull (strstr (whole, "damaged"));
    g_assert_cmpstr (pieced, ==, whole);
  }
}

/* Nor does what is said before the document, be it text or a comment that speaks of tags. */
static void
test_parser_reads_on_behind_much_before_the_document (void)
{
  static const struct {
    const char *before, *much, *after;
  } cases[] = {
    { "", "Notice: no such index in feed.php\n", "" },
    { "", "Notice: no such index in feed.php\n", "<?xml version=\"1.0\"?>" },
    { "<br><b>Warning</b> <!--", " made by <rss> of <item>s\n", "-->" },
  };
  const TcnParseOptions options = { 0 };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GString) text = g_string_new (cases[i].before);
    g_autofree char *whole = NULL;
    g_autofree char *pieced = NULL;

    for (guint k = 0; k < 1000; k++)
      g_string_append (text, cases[i].much);
    g_string_append_printf (
        text,
        "%s<rss><channel><title>T</title><item><title>1</title></item>"
        "</channel></rss>",
        cases[i].after);
    whole = describe (text->str, text->len, text->len, &options);
    pieced = describe (text->str, text->len, 4099, &options);

    g_assert_nonnull (strstr (whole, "title \"T\""));
    g_assert_nonnull (strstr (whole, "item\n  title \"1\""));
    g_assert_cmpstr (pieced, ==, whole);
  }
}

/* The end of what is looked at first falls into the root, too. */
static void
test_parser_reads_on_behind_a_message_of_any_length (void)
{
  for (guint n = 4000; n < 4200; n++) {
    g_autofree char *message = g_strnfill (n, 'x');
    g_autofree char *text =
        g_strconcat (message, "<rss><channel><title>T</title></channel></rss>", NULL);
    g_autoptr (TcnFeed) feed = NULL;
    g_autoptr (GPtrArray) items = parse (text, &feed);

    g_assert_cmpstr (feed->title, ==, "T");
  }
}

static void
test_parser_knows_what_stands_before_a_document (void)
{
  static const struct {
    const char *text;
    TcnFeedFormat format;
  } rows[] = {
    { "<br>Notice<rss><channel/></rss>", TCN_FORMAT_RSS_2_0 },
    { "<br>Notice<feed></feed>", TCN_FORMAT_ATOM_1_0 },
    { "<br>Notice<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'/>",
      TCN_FORMAT_RSS_1_0 },
    { "<rss><channel><title>{\"version\":\"https://jsonfeed.org/version/1\"}</title>"
      "</channel></rss>",
      TCN_FORMAT_RSS_2_0 },
    { "<html><feed xmlns='http://purl.org/atom/ns#'><entry/></feed></html>",
      TCN_FORMAT_ATOM_0_3 },
    { "{\"kind\":\"list\",\"items\":[{\"id\":\"1\"}]}", TCN_FORMAT_JSON_1_1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (TcnFeed) feed = NULL;
    g_autoptr (GPtrArray) items = parse (rows[i].text, &feed);

    g_test_message ("%s", rows[i].text);
    g_assert_cmpint (feed->format, ==, rows[i].format);
    g_assert_false (feed->is_damaged);
  }
}

static void
test_parser_says_what_it_says_once (void)
{
  g_autoptr (GString) text = g_string_new ("<feed>");
  g_autoptr (TcnFeed) feed = NULL;
  g_autoptr (GPtrArray) items = NULL;

  for (guint i = 0; i < 3; i++) {
    g_string_append (text, "<entry>");
    for (guint k = 0; k < TCN_MAX_XML_DEPTH; k++)
      g_string_append (text, "<x>");
    for (guint k = 0; k < TCN_MAX_XML_DEPTH; k++)
      g_string_append (text, "</x>");
    g_string_append (text, "</entry>");
  }
  g_string_append (text, "</feed>");
  items = parse (text->str, &feed);

  g_assert_cmpuint (items->len, ==, 3);
  g_assert_cmpuint (feed->warnings->len, ==, 1);
}

/* Brackets side by side are not brackets within brackets. */
static void
test_parser_reads_json_feeds_of_many_items (void)
{
  g_autoptr (GString) text = g_string_new (
      "{\"version\":\"https://jsonfeed.org/version/1.1\",\"title\":\"T\",\"items\":[");
  g_autoptr (TcnFeed) feed = NULL;
  g_autoptr (GPtrArray) items = NULL;

  for (guint i = 0; i < 500; i++)
    g_string_append_printf (text,
                            "%s{\"id\":\"%u\",\"content_text\":\"x\",\"attachments\":"
                            "[{\"url\":\"https://example.org/%u\"}]}",
                            i > 0 ? "," : "", i, i);
  g_string_append (text, "]}");
  items = parse (text->str, &feed);

  g_assert_nonnull (items);
  g_assert_cmpuint (items->len, ==, 500);
}

/* A page of them, as templates leave behind. */
static void
test_parser_skips_blanks_before_the_document (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  const TcnParseOptions options = { 0 };
  g_autofree char *whole = NULL;
  g_autofree char *pieced = NULL;

  for (guint i = 0; i < 3000; i++)
    g_string_append (text, "\n ");
  g_string_append (text, "<rss><channel><title>T</title><item><title>1</title></b></item>"
                         "</channel></rss>");
  whole = describe (text->str, text->len, text->len, &options);
  pieced = describe (text->str, text->len, 100, &options);

  g_assert_nonnull (strstr (whole, "title \"1\""));
  g_assert_cmpstr (pieced, ==, whole);
}

/* The texts before the fault have been forgotten when it is found. */
static void
test_parser_a_warning_knows_its_line_behind_whole_items (void)
{
  g_autoptr (TcnParser) parser = tcn_parser_new (NULL, ignore_item, NULL);
  g_autoptr (TcnFeed) feed = NULL;
  g_autoptr (GString) text = g_string_new ("<rss><channel>\n");
  static const char rest[] = "<i\xc2\xb2m a='b'></item></channel></rss>";

  for (guint i = 0; i < 100; i++)
    g_string_append_printf (text,
                            "<item><title>a title %u</title>"
                            "<description>one\ntwo\nthree</description></item>\n",
                            i);
  g_string_truncate (text, text->len - 1);
  tcn_parser_push (parser, text->str, text->len);
  tcn_parser_push (parser, rest, strlen (rest));
  feed = tcn_parser_finish (parser, NULL);

  g_assert_nonnull (feed);
  g_assert_cmpuint (feed->warnings->len, >, 0);
  g_assert_true (g_str_has_prefix (feed->warnings->pdata[0], "line 301: "));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/parser/says-what-is-no-feed", test_parser_says_what_is_no_feed);
  add_golden_tests ();
  g_test_add_func ("/parser/refuses-what-is-no-feed",
                   test_parser_refuses_what_is_no_feed);
  g_test_add_func ("/parser/takes-no-body-for-an-empty-one",
                   test_parser_takes_no_body_for_an_empty_one);
  g_test_add_func ("/parser/sniffs-roots", test_parser_sniffs_roots);
  g_test_add_func ("/parser/stops-at-the-ceiling-of-items",
                   test_parser_stops_at_the_ceiling_of_items);
  g_test_add_func ("/parser/resolves-against-what-there-is",
                   test_parser_resolves_against_what_there_is);
  g_test_add_func ("/parser/takes-a-location-for-the-base-unless-it-is-none",
                   test_parser_takes_a_location_for_the_base_unless_it_is_none);
  g_test_add_func ("/parser/says-where-a-document-is-broken",
                   test_parser_says_where_a_document_is_broken);
  g_test_add_func ("/parser/counts-whole-items-only",
                   test_parser_counts_whole_items_only);
  g_test_add_func ("/parser/reads-on-behind-too-much",
                   test_parser_reads_on_behind_too_much);
  g_test_add_func ("/parser/reads-on-behind-much-before-the-document",
                   test_parser_reads_on_behind_much_before_the_document);
  g_test_add_func ("/parser/reads-on-behind-a-message-of-any-length",
                   test_parser_reads_on_behind_a_message_of_any_length);
  g_test_add_func ("/parser/knows-what-stands-before-a-document",
                   test_parser_knows_what_stands_before_a_document);
  g_test_add_func ("/parser/says-what-it-says-once", test_parser_says_what_it_says_once);
  g_test_add_func ("/parser/reads-json-feeds-of-many-items",
                   test_parser_reads_json_feeds_of_many_items);
  g_test_add_func ("/parser/skips-blanks-before-the-document",
                   test_parser_skips_blanks_before_the_document);
  g_test_add_func ("/parser/a-warning-knows-its-line-behind-whole-items",
                   test_parser_a_warning_knows_its_line_behind_whole_items);
  return g_test_run ();
}
