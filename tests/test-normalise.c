/* SPDX-License-Identifier: MIT */
#include "tocsin/parser.h"

#include <string.h>

/* The keys of all items of an RSS document with these items, "|" between items. */
static GPtrArray *
read_items (const char *xml)
{
  g_autofree char *text = g_strconcat ("<rss><channel><link>http://home.example/</link>",
                                       xml, "</channel></rss>", NULL);
  g_autoptr (GError) error = NULL;
  GPtrArray *items = tcn_parse_bytes (text, strlen (text), NULL, NULL, &error);

  g_assert_no_error (error);
  for (guint i = 0; i < items->len; i++) {
    const TcnItem *item = g_ptr_array_index (items, i);

    g_assert_nonnull (item->keys);
    g_assert_nonnull (item->keys[0]);
  }
  return items;
}

/* Would item `b` be taken for item `a`, because one of its keys is known from it? */
static gboolean
is_same (const GPtrArray *a, guint i, const GPtrArray *b, guint k)
{
  const TcnItem *old = g_ptr_array_index (a, i);
  const TcnItem *new = g_ptr_array_index (b, k);

  for (char **key = new->keys; *key != NULL; key++)
    if (g_strv_contains ((const char *const *) old->keys, *key))
      return TRUE;
  return FALSE;
}

static const struct {
  const char *name, *before, *after;
  gboolean is_same;
} cases[] = {
  { "the same guid", "<item><guid>1</guid><title>a</title></item>",
    "<item><guid>1</guid><title>b</title><link>http://x.example/b</link></item>", TRUE },
  { "another guid on the same page and title",
    "<item><guid>1</guid><title>a</title><link>http://x.example/a</link></item>",
    "<item><guid>2</guid><title>a</title><link>http://x.example/a</link></item>", TRUE },
  { "another guid and title on the same page",
    "<item><guid>1</guid><title>a</title><link>http://x.example/a</link></item>",
    "<item><guid>2</guid><title>b</title><link>http://x.example/a</link></item>", FALSE },
  { "a permalink that becomes https, with another title",
    "<item><guid>http://x.example/a</guid><title>a</title></item>",
    "<item><guid>https://x.example/a</guid><title>b</title></item>", TRUE },
  { "a guid that goes away",
    "<item><guid>1</guid><title>a</title><link>http://x.example/a</link></item>",
    "<item><title>a</title><link>http://x.example/a</link></item>", TRUE },
  { "tracking in a link without guid",
    "<item><title>a</title><link>http://x.example/a?id=1</link></item>",
    "<item><title>b</title><link>https://www.x.example/a/?utm_source=rss&amp;id=1#xtor=RSS-1</link></item>",
    TRUE },
  { "other parameters in a link",
    "<item><title>a</title><link>http://x.example/a?id=1</link></item>",
    "<item><title>a</title><link>http://x.example/a?id=2</link></item>", FALSE },
  { "new guids that all point home",
    "<item><guid>1</guid><title>Status</title><link>http://home.example/</link><description>a</description></item>",
    "<item><guid>2</guid><title>Status</title><link>http://home.example/</link><description>b</description></item>",
    FALSE },
  { "parts of one page",
    "<item><guid>1</guid><title>Release</title><link>http://x.example/log#v1</link><description>a</description></item>",
    "<item><guid>2</guid><title>Release</title><link>http://x.example/log#v2</link><description>b</description></item>",
    FALSE },
  { "no guid, no link, another date",
    "<item><title>a</title><description>text</description><pubDate>2026-01-01</pubDate></item>",
    "<item><title>a</title><description>text</description><pubDate>2026-01-02</pubDate></item>",
    TRUE },
  { "a title alone on another day",
    "<item><title>a</title><pubDate>2026-01-01</pubDate></item>",
    "<item><title>a</title><pubDate>2026-01-02</pubDate></item>", FALSE },
};

static void
test_normalise_what_is_the_same_item (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GPtrArray) before = read_items (cases[i].before);
    g_autoptr (GPtrArray) after = read_items (cases[i].after);

    g_test_message ("%s", cases[i].name);
    g_assert_cmpint (is_same (before, 0, after, 0), ==, cases[i].is_same);
  }
}

static void
test_normalise_a_shared_guid_identifies_nothing (void)
{
  const char *a =
      "<item><guid>1</guid><title>a</title><link>http://x.example/a</link></item>";
  const char *b =
      "<item><guid>1</guid><title>b</title><link>http://x.example/b</link></item>";
  const char *c =
      "<item><guid>1</guid><title>c</title><link>http://x.example/c</link></item>";
  g_autofree char *first = g_strconcat (a, b, NULL);
  g_autofree char *second = g_strconcat (c, b, a, NULL);
  g_autoptr (GPtrArray) before = read_items (first);
  g_autoptr (GPtrArray) after = read_items (second);

  g_assert_false (is_same (before, 0, before, 1));
  g_assert_false (is_same (before, 0, after, 0));
  g_assert_false (is_same (before, 1, after, 0));
  g_assert_true (is_same (before, 1, after, 1));
  g_assert_true (is_same (before, 0, after, 2));
}

static void
test_normalise_order_makes_no_difference (void)
{
  const char *a =
      "<item><guid>1</guid><title>a</title><link>http://x.example/s</link></item>";
  const char *b = "<item><title>b</title><link>http://x.example/s</link></item>";
  g_autofree char *ab = g_strconcat (a, b, NULL);
  g_autofree char *ba = g_strconcat (b, a, NULL);
  g_autoptr (GPtrArray) first = read_items (ab);
  g_autoptr (GPtrArray) second = read_items (ba);

  g_assert_true (g_strv_equal (
      (const char *const *) ((TcnItem *) g_ptr_array_index (first, 0))->keys,
      (const char *const *) ((TcnItem *) g_ptr_array_index (second, 1))->keys));
  g_assert_false (is_same (first, 0, first, 1));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/normalise/what-is-the-same-item",
                   test_normalise_what_is_the_same_item);
  g_test_add_func ("/normalise/a-shared-guid-identifies-nothing",
                   test_normalise_a_shared_guid_identifies_nothing);
  g_test_add_func ("/normalise/order-makes-no-difference",
                   test_normalise_order_makes_no_difference);
  return g_test_run ();
}
