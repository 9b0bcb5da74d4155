/* SPDX-License-Identifier: MIT */
/* A document of any kind, whole and in pieces: the same items, and every string of them is
 * clean UTF-8. */
#include "fuzz.h"

#include <string.h>

#include "tocsin/parser.h"
#include "tocsin/text.h"

static void
check (const char *text, GString *digest)
{
  g_autofree char *clean = NULL;

  if (text == NULL) {
    g_string_append_c (digest, '-');
    return;
  }
  g_assert_true (*text != '\0');
  g_assert_true (g_utf8_validate (text, -1, NULL));
  clean = tcn_text_make_clean (text, -1);
  g_assert_cmpstr (clean, ==, text);
  g_string_append_printf (digest, "[%s]", text);
}

static void
take_item (const TcnItem *item, gpointer data)
{
  GString *digest = data;

  check (item->guid, digest);
  check (item->title, digest);
  check (item->link, digest);
  check (item->author, digest);
  check (item->summary, digest);
  check (item->content, digest);
  check (item->language, digest);
  for (guint i = 0; i < item->categories->len; i++)
    check (g_ptr_array_index (item->categories, i), digest);
  g_string_append_printf (digest, "%" G_GINT64_FORMAT " %u\n", item->published_unix,
                          item->enclosures->len);
}

static char *
digest_in_pieces (const char *bytes, gsize n, gsize piece)
{
  GString *digest = g_string_new (NULL);
  g_autoptr (TcnParser) parser = tcn_parser_new (NULL, take_item, digest);
  g_autoptr (TcnFeed) feed = NULL;

  for (gsize i = 0; i < n; i += piece)
    tcn_parser_push (parser, bytes + i, MIN (piece, n - i));
  feed = tcn_parser_finish (parser, NULL);
  if (feed != NULL) {
    check (feed->title, digest);
    check (feed->link, digest);
    check (feed->description, digest);
    check (feed->author, digest);
    check (feed->language, digest);
  }
  return g_string_free (digest, FALSE);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  const char *bytes = (const char *) data;
  g_autofree char *whole = digest_in_pieces (bytes, size, MAX (size, 1));
  g_autofree char *pieces = digest_in_pieces (bytes, size, 13);
  g_autoptr (GPtrArray) items = tcn_parse_bytes (bytes, size, NULL, NULL, NULL);

  g_assert_cmpstr (whole, ==, pieces);
  tcn_parser_sniff (bytes, size);
  return 0;
}
