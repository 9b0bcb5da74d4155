/* SPDX-License-Identifier: MIT */
/* HTML to text: clean, trimmed UTF-8 that stays as it is when it is read as text again. */
#include "fuzz.h"

#include <string.h>

#include "feed/chars.h"
#include "feed/html.h"
#include "tocsin/text.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *html = tcn_text_make_clean ((const char *) data, (gssize) size);
  TcnHtmlFlags flags = size % 2 != 0 ? TCN_HTML_ONE_LINE | TCN_HTML_ALT : TCN_HTML_BLOCKS;
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GString) again = g_string_new (NULL);
  g_autofree char *clean = NULL;

  tcn_html_to_text (text, html, strlen (html), flags);
  clean = tcn_text_make_clean (text->str, -1);
  g_assert_cmpstr (clean, ==, text->str);
  g_assert_null (strstr (text->str, "  "));
  g_assert_null (strstr (text->str, "\n\n\n"));
  tcn_plain_to_text (again, text->str, text->len, TCN_HTML_ONE_LINE);
  if ((flags & TCN_HTML_ONE_LINE) != 0)
    g_assert_cmpstr (again->str, ==, text->str);
  tcn_html_is_evident (html, strlen (html));
  tcn_char_undo_double_encoding (text);
  g_assert_true (g_utf8_validate (text->str, (gssize) text->len, NULL));
  return 0;
}
