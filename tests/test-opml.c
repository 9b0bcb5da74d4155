/* SPDX-License-Identifier: MIT */
#include "tocsin/opml.h"

#include <string.h>

#define HEAD                                                                             \
  "<?xml version='1.0'?>\n<opml version='2.0'><head><title>x</title></head><body>\n"
#define TAIL "</body></opml>\n"

typedef struct {
  GPtrArray *faults;
  GPtrArray *outlines;
} Reading;

static Reading
read_bytes (const char *text, gsize size)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, size);
  Reading reading;

  reading.faults =
      g_ptr_array_new_with_free_func ((GDestroyNotify) tcn_config_fault_free);
  reading.outlines = tcn_opml_read ("x.opml", bytes, reading.faults);
  return reading;
}

static void
clear (Reading *reading)
{
  g_ptr_array_unref (reading->outlines);
  g_ptr_array_unref (reading->faults);
}

/* "url|title|tag,tag@line", one a line. */
static char *
describe (const Reading *reading)
{
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < reading->outlines->len; i++) {
    const TcnOutline *outline = reading->outlines->pdata[i];
    g_autofree char *tags = g_strjoinv (",", outline->tags);

    g_string_append_printf (out, "%s%s|%s|%s@%u", i > 0 ? "\n" : "", outline->url,
                            outline->title != NULL ? outline->title : "-", tags,
                            outline->line);
  }
  return g_string_free (out, FALSE);
}

static void
assert_opml (const char *text, const char *wanted)
{
  Reading reading = read_bytes (text, strlen (text));
  g_autofree char *got = describe (&reading);

  for (guint i = 0; i < reading.faults->len; i++)
    g_test_message ("%s", ((TcnConfigFault *) reading.faults->pdata[i])->message);
  g_assert_cmpuint (reading.faults->len, ==, 0);
  g_assert_cmpstr (got, ==, wanted);
  clear (&reading);
}

static void
test_opml_reads_feeds_with_titles (void)
{
  assert_opml (HEAD
               "<outline type='rss' title='T' text='X' xmlUrl='https://a.example/f'/>\n"
               "<outline text='Y' xmlUrl='http://b.example/f'/>\n" TAIL,
               "https://a.example/f|T|@3\nhttp://b.example/f|Y|@4");
}

static void
test_opml_reads_folders_as_tags (void)
{
  assert_opml (HEAD "<outline text='syria'><outline text='ngo'>"
                    "<outline text='A' xmlUrl='https://a.example/'/></outline>"
                    "<outline text='B' xmlUrl='https://b.example/'/></outline>"
                    "<outline text='C' xmlUrl='https://c.example/'/>" TAIL,
               "https://a.example/|A|syria,ngo@3\n"
               "https://b.example/|B|syria@3\n"
               "https://c.example/|C|@3");
}

static void
test_opml_does_not_take_a_feed_for_a_folder (void)
{
  assert_opml (HEAD "<outline text='A' xmlUrl='https://a.example/'>"
                    "<outline text='B' xmlUrl='https://b.example/'/></outline>" TAIL,
               "https://a.example/|A|@3\nhttps://b.example/|B|@3");
}

static void
test_opml_decodes_references (void)
{
  assert_opml (HEAD "<outline text='A &amp; B &lt;i&gt; &#233; &amp;amp;' "
                    "xmlUrl='https://a.example/?x=1&amp;y=2'/>" TAIL,
               "https://a.example/?x=1&y=2|A & B <i> é &amp;|@3");
}

static void
test_opml_accepts_any_case_and_version_1 (void)
{
  assert_opml ("<OPML version='1.0'><body><Outline TEXT='A' xmlurl='https://a.example/'/>"
               "</body></OPML>",
               "https://a.example/|A|@1");
}

static void
test_opml_writes_schemes_in_lower_case (void)
{
  assert_opml (HEAD "<outline text='A' xmlUrl='HTTPS://A.example/X'/>"
                    "<outline text='B' xmlUrl='feed://b.example/'/>" TAIL,
               "https://A.example/X|A|@3\nhttp://b.example/|B|@3");
}

static void
test_opml_reads_other_encodings (void)
{
  assert_opml ("<?xml version='1.0' encoding='ISO-8859-1'?><opml><body>"
               "<outline text='\xe9t\xe9' xmlUrl='https://a.example/'/></body></opml>",
               "https://a.example/|été|@1");
}

static void
test_opml_keeps_feeds_beside_damaged_bytes (void)
{
  static const char text[] = "<?xml version='1.0' encoding='Shift_JIS'?><opml><body>\n"
                             "<outline text='\x81\xff' xmlUrl='https://a.example/'/>\n"
                             "<outline text='B' xmlUrl='https://b.example/\xff'/>\n"
                             "</body></opml>";
  Reading reading = read_bytes (text, strlen (text));
  g_autofree char *got = describe (&reading);
  const TcnConfigFault *fault;

  g_assert_true (g_str_has_prefix (got, "https://a.example/|"));
  g_assert_null (strstr (got, "b.example"));
  g_assert_cmpuint (reading.faults->len, ==, 1);
  fault = reading.faults->pdata[0];
  g_assert_true (fault->is_warning);
  g_assert_cmpuint (fault->line, ==, 3);
  clear (&reading);
}

static void
test_opml_refuses_encodings_that_it_does_not_know (void)
{
  static const char text[] = "<?xml version='1.0' encoding='x-martian'?><opml><body>"
                             "<outline text='A' xmlUrl='https://a.example/'/>"
                             "</body></opml>";
  Reading reading = read_bytes (text, strlen (text));

  g_assert_cmpuint (reading.faults->len, ==, 1);
  g_assert_nonnull (
      strstr (((TcnConfigFault *) reading.faults->pdata[0])->message, "x-martian"));
  clear (&reading);
}

static void
test_opml_joins_folders_of_one_name (void)
{
  assert_opml (HEAD "<outline text='a; b'><outline text='a; b'>"
                    "<outline xmlUrl='https://a.example/'/></outline></outline>" TAIL,
               "https://a.example/|-|a, b@3");
}

static void
test_opml_takes_no_name_for_a_title (void)
{
  g_autofree char *hash =
      g_compute_checksum_for_string (G_CHECKSUM_SHA256, "http://b.example/f?1", -1);
  g_autofree char *text = g_strdup_printf (
      HEAD "<outline text='a.example/f' xmlUrl='https://www.a.example/f'/>"
           "<outline text='b.example/f#%.6s' xmlUrl='http://b.example/f?1'/>"
           "<outline text='c.example' xmlUrl='http://c.example/f'/>" TAIL,
      hash);

  assert_opml (text, "https://www.a.example/f|-|@3\nhttp://b.example/f?1|-|@3\n"
                     "http://c.example/f|c.example|@3");
}

static void
test_opml_gives_a_feed_of_several_folders_the_tags_of_all (void)
{
  assert_opml (HEAD "<outline text='ports'><outline text='A' xmlUrl='http://a.example/'/>"
                    "<outline xmlUrl='http://b.example/'/></outline>\n"
                    "<outline text='ships'><outline text='ports'>"
                    "<outline text='Z' xmlUrl='HTTP://a.example/'/></outline></outline>"
                    "<outline text='B' xmlUrl='http://b.example/'/>" TAIL,
               "http://a.example/|A|ports,ships@3\nhttp://b.example/|B|ports@3");
}

/* A file from elsewhere: told soon, and in few words. */
static void
test_opml_tells_of_few_outlines_one_by_one (void)
{
  g_autoptr (GString) text = g_string_new (HEAD);
  g_autoptr (GTimer) timer = g_timer_new ();
  const TcnConfigFault *last;
  Reading reading;

  for (guint i = 0; i < 200000; i++)
    g_string_append (text, "<outline xmlUrl='ftp://a.example/'/>\n");
  g_string_append (text, "<outline xmlUrl='http://a.example/'/>" TAIL);
  reading = read_bytes (text->str, text->len);

  g_assert_cmpuint (reading.outlines->len, ==, 1);
  g_assert_cmpuint (reading.faults->len, ==, 21);
  last = reading.faults->pdata[20];
  g_assert_true (last->is_warning);
  g_assert_cmpstr (last->message, ==, "199980 more are left out");
  g_assert_cmpfloat (g_timer_elapsed (timer, NULL), <, 5.0);
  clear (&reading);
}

static void
test_opml_leaves_out_other_urls_with_a_warning (void)
{
  static const char text[] =
      HEAD "<outline text='A' xmlUrl='file:///etc/passwd'/>\n"
           "<outline text='B' xmlUrl='exec:rm -rf ~'/>\n"
           "<outline text='E' xmlUrl=' '/>\n"
           "<outline text='C' xmlUrl='https://c.example/'/>\n" TAIL;
  Reading reading = read_bytes (text, strlen (text));
  g_autofree char *got = describe (&reading);

  g_assert_cmpstr (got, ==, "https://c.example/|C|@6");
  g_assert_cmpstr (((TcnConfigFault *) reading.faults->pdata[1])->message, ==,
                   "left out “exec:rm -rf ~”: only http and https URLs are taken from "
                   "OPML files");
  g_assert_cmpstr (((TcnConfigFault *) reading.faults->pdata[2])->message, ==,
                   "left out “E”: its URL is empty");
  g_assert_cmpuint (reading.faults->len, ==, 3);
  for (guint i = 0; i < 3; i++) {
    g_assert_true (((TcnConfigFault *) reading.faults->pdata[i])->is_warning);
    g_assert_cmpuint (((TcnConfigFault *) reading.faults->pdata[i])->line, ==, 3 + i);
  }
  clear (&reading);
}

static void
assert_broken (const char *text, guint line)
{
  Reading reading = read_bytes (text, strlen (text));

  g_assert_cmpuint (reading.faults->len, ==, 1);
  g_test_message ("%s", ((TcnConfigFault *) reading.faults->pdata[0])->message);
  g_assert_false (((TcnConfigFault *) reading.faults->pdata[0])->is_warning);
  g_assert_cmpuint (((TcnConfigFault *) reading.faults->pdata[0])->line, ==, line);
  clear (&reading);
}

static void
test_opml_reports_what_is_broken (void)
{
  assert_broken ("", 1);
  assert_broken ("not xml\n", 1);
  assert_broken ("<opml><body>\n<outline text='a & b'/>\n</body></opml>", 2);
  assert_broken ("<opml><body>\n<outline text='a'>\n", 2);
  assert_broken ("<html>\n<body/></html>", 1);
}

static void
test_opml_expands_no_entities (void)
{
  assert_broken (
      "<!DOCTYPE opml [<!ENTITY a SYSTEM 'file:///etc/passwd'>\n"
      "<!ENTITY b 'bb'>]>\n"
      "<opml><body><outline text='&b;' xmlUrl='https://a.example/'/></body></opml>",
      3);
}

static void
test_opml_bounds_the_depth (void)
{
  g_autoptr (GString) text = g_string_new ("<opml><body>");

  for (int i = 0; i < 100000; i++)
    g_string_append (text, "<outline text='a'>");
  assert_broken (text->str, 1);
}

static TcnFeedConfig
make_feed (const char *name, const char *url, const char *title, const char *const *tags)
{
  return (TcnFeedConfig){
    .name = (char *) name,
    .url = (char *) url,
    .title = (char *) title,
    .tags = (GStrv) tags,
  };
}

static void
test_opml_writes_what_it_reads (void)
{
  const char *const none[] = { NULL };
  const char *const one[] = { "syria", NULL };
  const char *const two[] = { "syria", "a < \"b\"", NULL };
  TcnFeedConfig feeds[] = {
    make_feed ("a.example", "https://a.example/?x=1&y=2", NULL, none),
    make_feed ("deep", "https://b.example/", "B & <B>", two),
    make_feed ("local", "/srv/x.xml", "L", none),
    make_feed ("file", "file:///srv/x.xml", "L", none),
    make_feed ("shallow", "http://c.example/", "C", one),
    make_feed ("secret", "https://me:word@d.example/", "D", two),
  };
  g_autoptr (GPtrArray) array = g_ptr_array_new ();
  g_autoptr (GString) out = g_string_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (feeds); i++)
    g_ptr_array_add (array, &feeds[i]);
  g_assert_cmpuint (tcn_opml_write (out, array), ==, 4);

  g_assert_null (strstr (out->str, "word"));
  g_assert_nonnull (strstr (out->str, "text=\"a.example\" xmlUrl="));
  g_assert_nonnull (strstr (out->str, "text=\"C\" title=\"C\" xmlUrl="));
  assert_opml (out->str, "https://a.example/?x=1&y=2|-|@7\n"
                         "http://c.example/|C|syria@9\n"
                         "https://b.example/|B & <B>|syria,a < \"b\"@11\n"
                         "https://d.example/|D|syria,a < \"b\"@12");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define CASE(name, function) g_test_add_func ("/opml/" name, test_opml_##function)
  CASE ("reads-feeds-with-titles", reads_feeds_with_titles);
  CASE ("reads-folders-as-tags", reads_folders_as_tags);
  CASE ("does-not-take-a-feed-for-a-folder", does_not_take_a_feed_for_a_folder);
  CASE ("decodes-references", decodes_references);
  CASE ("accepts-any-case-and-version-1", accepts_any_case_and_version_1);
  CASE ("writes-schemes-in-lower-case", writes_schemes_in_lower_case);
  CASE ("reads-other-encodings", reads_other_encodings);
  CASE ("keeps-feeds-beside-damaged-bytes", keeps_feeds_beside_damaged_bytes);
  CASE ("refuses-encodings-that-it-does-not-know",
        refuses_encodings_that_it_does_not_know);
  CASE ("joins-folders-of-one-name", joins_folders_of_one_name);
  CASE ("takes-no-name-for-a-title", takes_no_name_for_a_title);
  CASE ("gives-a-feed-of-several-folders-the-tags-of-all",
        gives_a_feed_of_several_folders_the_tags_of_all);
  CASE ("tells-of-few-outlines-one-by-one", tells_of_few_outlines_one_by_one);
  CASE ("leaves-out-other-urls-with-a-warning", leaves_out_other_urls_with_a_warning);
  CASE ("reports-what-is-broken", reports_what_is_broken);
  CASE ("expands-no-entities", expands_no_entities);
  CASE ("bounds-the-depth", bounds_the_depth);
  CASE ("writes-what-it-reads", writes_what_it_reads);
  return g_test_run ();
}
