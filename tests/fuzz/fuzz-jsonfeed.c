/* SPDX-License-Identifier: MIT */
/* The items of a JSON Feed: what comes is put where they stand. */
#include "fuzz.h"

#include "tocsin/parser.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GString) text =
      g_string_new ("{\"version\":\"https://jsonfeed.org/version/1.1\",\"items\":[");
  g_autoptr (GPtrArray) items = NULL;

  g_string_append_len (text, (const char *) data, (gssize) size);
  g_string_append (text, "]}");
  items = tcn_parse_bytes (text->str, text->len, NULL, NULL, NULL);
  for (guint i = 0; items != NULL && i < items->len; i++) {
    const TcnItem *item = g_ptr_array_index (items, i);

    g_assert_true (item->title == NULL || g_utf8_validate (item->title, -1, NULL));
    g_assert_true (item->content == NULL || g_utf8_validate (item->content, -1, NULL));
    g_assert_nonnull (item->keys[0]);
  }
  return 0;
}
