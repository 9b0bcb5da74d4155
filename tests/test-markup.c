/* SPDX-License-Identifier: MIT */
/* The golden documents, and every beginning of them, given to markup.c itself in small pieces:
 * the parser above it gathers more before it looks. */
#include "feed/markup.h"

#include <string.h>

#include "feed/decode.h"

static void
take_item (const TcnItem *item, gpointer data)
{
  GString *seen = data;

  g_string_append_printf (seen, "[%s|%s|%s|%s|%s|%u|%u]\n", item->guid, item->title,
                          item->link, item->summary, item->content, item->categories->len,
                          item->enclosures->len);
}

/* What is seen of a document in pieces of that size, its warnings included. Each piece is in
 * memory of its own, and gone when the next one comes. */
static char *
read_in_pieces (const char *text, gsize n, gsize piece)
{
  GString *seen = g_string_new (NULL);
  g_autoptr (TcnReader) reader = tcn_reader_new (NULL, take_item, seen);
  g_autoptr (TcnMarkup) markup = tcn_markup_new (reader);
  g_autoptr (TcnFeed) feed = NULL;

  for (gsize i = 0; i < n; i += piece) {
    gsize len = MIN (piece, n - i);
    g_autofree char *part = g_memdup2 (text + i, len);

    tcn_markup_push (markup, part, len);
  }
  tcn_markup_finish (markup);
  feed = tcn_reader_finish (reader);
  g_string_append_printf (seen, "%s|%s|%s\n", feed->title, feed->link, feed->language);
  for (guint i = 0; i < feed->warnings->len; i++)
    g_string_append_printf (seen, "%s\n", (char *) g_ptr_array_index (feed->warnings, i));
  return g_string_free (seen, FALSE);
}

static void
check_pieces (const char *name, const char *text, gsize n, gsize piece)
{
  g_autofree char *whole = read_in_pieces (text, n, n);
  g_autofree char *pieced = read_in_pieces (text, n, piece);

  if (strcmp (whole, pieced) != 0)
    g_error ("%s, %" G_GSIZE_FORMAT " bytes in pieces of %" G_GSIZE_FORMAT
             ":\n%s\ninstead of\n%s",
             name, n, piece, pieced, whole);
}

static void
test_markup_pieces_make_no_difference (void)
{
  const gsize pieces[] = { 1, 2, 3, 7, 16, 61 };
  g_autofree char *directory = g_test_build_filename (G_TEST_DIST, "data", "feeds", NULL);
  g_autoptr (GDir) names = g_dir_open (directory, 0, NULL);

  g_assert_nonnull (names);
  for (const char *name = g_dir_read_name (names); name != NULL;
       name = g_dir_read_name (names)) {
    g_autofree char *path = g_build_filename (directory, name, NULL);
    g_autoptr (TcnDecoder) decoder = tcn_decoder_new (NULL);
    g_autoptr (GString) text = g_string_new (NULL);
    g_autofree char *bytes = NULL;
    gsize n;

    if (!g_str_has_suffix (name, ".xml"))
      continue;
    g_assert_true (g_file_get_contents (path, &bytes, &n, NULL));
    tcn_decoder_push (decoder, bytes, n, text);
    tcn_decoder_finish (decoder, text);
    for (guint i = 0; i < G_N_ELEMENTS (pieces); i++)
      check_pieces (name, text->str, text->len, pieces[i]);
    for (gsize cut = 1; cut < text->len; cut += text->len / 200 + 1)
      check_pieces (name, text->str, cut, 1);
  }
}

static void
test_markup_mends_behind_a_long_stretch_without_items (void)
{
  g_autoptr (GString) text = g_string_new ("<rss><channel><item><title>0</title><!--");
  g_autofree char *whole = NULL;

  for (guint i = 0; i < 5 * 1024; i++)
    g_string_append_printf (text, "%1024u", i);
  g_string_append (text,
                   "--></item><item><title>1</title></item><item><title>2</b></title>"
                   "</item><item><title>3</title></item></channel></rss>");
  whole = read_in_pieces (text->str, text->len, text->len);

  g_assert_nonnull (strstr (whole, "|0|"));
  g_assert_nonnull (strstr (whole, "|2|"));
  g_assert_nonnull (strstr (whole, "|3|"));
  /* small enough for the end of an item and the fault behind it to come apart */
  check_pieces ("a long comment", text->str, text->len, 32);
}

static void
test_markup_takes_prefixes_for_what_they_are_here (void)
{
  static const char text[] =
      "<rss xmlns:a='http://www.w3.org/2005/Atom' xmlns:x='http://unknown.example/'><channel>"
      "<item><x:title>no</x:title><title>1</title></item>"
      "<item xmlns:x='http://www.w3.org/2005/Atom'><x:title>2</x:title></item>"
      "<item><x:title>no</x:title><title>3</title></item>"
      "<item xmlns='http://www.w3.org/2005/Atom'><title>4</title></item>"
      "<item><title>5</title></item></channel></rss>";
  g_autofree char *seen = read_in_pieces (text, strlen (text), strlen (text));

  for (char title = '1'; title <= '5'; title++) {
    const char part[] = { '|', title, '|', '\0' };

    g_assert_nonnull (strstr (seen, part));
  }
  g_assert_null (strstr (seen, "|no|"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/markup/pieces-make-no-difference",
                   test_markup_pieces_make_no_difference);
  g_test_add_func ("/markup/mends-behind-a-long-stretch-without-items",
                   test_markup_mends_behind_a_long_stretch_without_items);
  g_test_add_func ("/markup/takes-prefixes-for-what-they-are-here",
                   test_markup_takes_prefixes_for_what_they_are_here);
  return g_test_run ();
}
