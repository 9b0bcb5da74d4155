/* SPDX-License-Identifier: MIT */
#include "feed/draft.h"

static void
test_draft_keeps_pieces_of_any_length (void)
{
  TcnArena arena = { 0 };
  g_autofree char *large = g_strnfill (100000, 'x');
  const char *small = tcn_arena_dup (&arena, "small", 5);
  const char *copy = tcn_arena_dup (&arena, large, 100000);
  void *aligned = tcn_arena_take (&arena, 24);

  for (guint i = 0; i < 10000; i++)
    tcn_arena_dup (&arena, "another", 7);

  g_assert_cmpstr (small, ==, "small");
  g_assert_cmpstr (copy, ==, large);
  g_assert_cmpuint (GPOINTER_TO_SIZE (aligned) % 16, ==, 0);
  tcn_arena_clear (&arena);
}

static void
test_draft_takes_the_same_memory_again (void)
{
  TcnArena arena = { 0 };
  const char *first = tcn_arena_dup (&arena, "first", 5);

  for (guint i = 0; i < 3; i++) {
    tcn_arena_take (&arena, 100000);
    tcn_arena_dup (&arena, "behind", 6);
    tcn_arena_empty (&arena);
    g_assert_true (tcn_arena_dup (&arena, "again", 5) == first);
  }
  tcn_arena_clear (&arena);
}

static void
test_draft_begins_with_nothing (void)
{
  TcnDraft draft;
  TcnItem *item;

  tcn_draft_init (&draft);
  item = tcn_draft_begin (&draft);
  item->title = tcn_arena_dup (&draft.arena, "one", 3);
  tcn_draft_add_category (&draft, "c");
  tcn_draft_add_enclosure (&draft, "u", NULL, 7);
  item = tcn_draft_begin (&draft);

  g_assert_null (item->title);
  g_assert_cmpint (item->published_unix, ==, TCN_TIME_NONE);
  g_assert_cmpuint (item->categories->len, ==, 0);
  g_assert_cmpuint (item->enclosures->len, ==, 0);
  tcn_draft_clear (&draft);
}

static void
test_draft_names_nothing_twice (void)
{
  TcnDraft draft;
  TcnItem *item;

  tcn_draft_init (&draft);
  item = tcn_draft_begin (&draft);
  for (guint i = 0; i < 2; i++) {
    tcn_draft_add_category (&draft, "a");
    tcn_draft_add_category (&draft, "b");
    tcn_draft_add_enclosure (&draft, "u", "audio/mpeg", 1);
    tcn_draft_add_enclosure (&draft, "u", NULL, 1);
  }

  g_assert_cmpuint (item->categories->len, ==, 2);
  g_assert_cmpuint (item->enclosures->len, ==, 2);
  tcn_draft_clear (&draft);
}

static void
test_draft_a_copy_outlives_it (void)
{
  TcnDraft draft;
  TcnItem *item;
  g_autoptr (TcnItem) copy = NULL;
  const TcnEnclosure *enclosure;

  tcn_draft_init (&draft);
  item = tcn_draft_begin (&draft);
  item->title = tcn_arena_dup (&draft.arena, "title", 5);
  item->updated_unix = 5;
  tcn_draft_add_category (&draft, "category");
  tcn_draft_add_enclosure (&draft, "u", "audio/mpeg", 7);
  copy = tcn_item_copy (item);
  tcn_draft_clear (&draft);

  enclosure = g_ptr_array_index (copy->enclosures, 0);
  g_assert_cmpstr (copy->title, ==, "title");
  g_assert_null (copy->content);
  g_assert_cmpint (copy->updated_unix, ==, 5);
  g_assert_cmpstr (g_ptr_array_index (copy->categories, 0), ==, "category");
  g_assert_cmpstr (enclosure->url, ==, "u");
  g_assert_cmpstr (enclosure->type, ==, "audio/mpeg");
  g_assert_cmpint (enclosure->length, ==, 7);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/draft/keeps-pieces-of-any-length",
                   test_draft_keeps_pieces_of_any_length);
  g_test_add_func ("/draft/takes-the-same-memory-again",
                   test_draft_takes_the_same_memory_again);
  g_test_add_func ("/draft/begins-with-nothing", test_draft_begins_with_nothing);
  g_test_add_func ("/draft/names-nothing-twice", test_draft_names_nothing_twice);
  g_test_add_func ("/draft/a-copy-outlives-it", test_draft_a_copy_outlives_it);
  return g_test_run ();
}
