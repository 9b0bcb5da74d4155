/* SPDX-License-Identifier: MIT */
/* An OPML file. What was read of it is written as OPML and read again: the same feeds. */
#include "fuzz.h"

#include <string.h>

#include "tocsin/opml.h"
#include "tocsin/url.h"

static GPtrArray *
read_bytes (const char *text, gsize size, guint *out_n_faults)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, size);
  g_autoptr (GPtrArray) faults =
      g_ptr_array_new_with_free_func ((GDestroyNotify) tcn_config_fault_free);
  GPtrArray *outlines = tcn_opml_read ("x.opml", bytes, faults);

  *out_n_faults = faults->len;
  return outlines;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  guint n_faults = 0;
  g_autoptr (GPtrArray) first = read_bytes ((const char *) data, size, &n_faults);
  g_autoptr (GPtrArray) feeds = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) second = NULL;
  g_autoptr (GString) out = g_string_new (NULL);

  for (guint i = 0; i < first->len; i++) {
    const TcnOutline *outline = first->pdata[i];
    TcnFeedConfig *feed = g_new0 (TcnFeedConfig, 1);

    g_assert_true (tcn_url_is_openable (outline->url));
    feed->name = feed->url = outline->url;
    feed->title = outline->title;
    feed->tags = outline->tags;
    g_ptr_array_add (feeds, feed);
  }
  g_assert_cmpuint (tcn_opml_write (out, feeds), ==, first->len);
  second = read_bytes (out->str, out->len, &n_faults);
  g_assert_cmpuint (n_faults, ==, 0);
  g_assert_cmpuint (second->len, ==, first->len);
  return 0;
}
