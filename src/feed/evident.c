/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/block.h"
#include "feed/chars.h"
#include "feed/html.h"
#include "feed/htmltags.h"

/* What a place says about a text of which nothing says whether it is HTML. */
typedef enum {
  SIGN_NONE,
  SIGN_HTML,
  SIGN_OTHER, /* HTML has no such thing */
} Sign;

/* Does a reference to "&" make another one with what follows it: "&amp;lt;"? */
static gboolean
is_doubled (GString *character, const char *rest, gsize n)
{
  char again[40] = "&";

  if (strcmp (character->str, "&") != 0)
    return FALSE;
  n = MIN (n, sizeof again - 1);
  memcpy (again + 1, rest, n);
  return tcn_char_append_reference (character, again, n + 1, FALSE) > 0;
}

/* The sign that the reference at s[0] == '&' is. What stays one when it is read shows no
 * HTML, but text about it. */
static Sign
judge_reference (const char *s, gsize n)
{
  g_autoptr (GString) scratch = g_string_sized_new (16);
  gsize end = 1;
  gsize len = tcn_char_append_reference (scratch, s, n, FALSE);

  if (len > 0)
    return is_doubled (scratch, s + len, n - len) ? SIGN_NONE : SIGN_HTML;
  while (end < n && g_ascii_isalnum (s[end]))
    end++;
  return end > 1 && end < n && g_ascii_isalpha (s[1]) && s[end] == ';' ? SIGN_OTHER
                                                                       : SIGN_NONE;
}

/* The sign that the tag at s[0] == '<' is. `tag_end` is the end of the last one: a "<" inside
 * of a tag ends where that does, as measuring each anew is quadratic. */
static Sign
judge_tag (const char *s, gsize n, const char **tag_end, guint *n_unclosed)
{
  gboolean is_end = n > 1 && s[1] == '/';
  gsize at = is_end ? 2 : 1;
  gsize len;
  TcnHtmlKind kind;

  if (at >= n || !g_ascii_isalpha (s[at]))
    return n > 9 && memcmp (s, "<![CDATA[", 9) == 0 ? SIGN_HTML : SIGN_NONE;
  kind = tcn_html_kind (s + at, n - at, &len);
  if (kind == TCN_KIND_UNKNOWN)
    return SIGN_OTHER;
  if (s >= *tag_end)
    *tag_end = s + tcn_html_tag_length (s, n, n_unclosed);
  len = (gsize) (*tag_end - s);
  if (s[len - 1] != '>')
    return SIGN_NONE;
  return is_end || kind == TCN_KIND_IMAGE || (len > 3 && s[len - 2] == '/') ? SIGN_HTML
                                                                            : SIGN_NONE;
}

gboolean
tcn_html_is_evident (const char *s, gsize n)
{
  const char *tag_end = s;
  gboolean is_evident = FALSE;
  guint n_unclosed = 0;

  for (gsize i = 0; (i += tcn_block_find_either (s + i, n - i, '<', '&')) < n; i++) {
    Sign sign = s[i] == '&' ? judge_reference (s + i, n - i)
                            : judge_tag (s + i, n - i, &tag_end, &n_unclosed);

    if (sign == SIGN_OTHER)
      return FALSE;
    is_evident = is_evident || sign == SIGN_HTML;
  }
  return is_evident;
}

gboolean
tcn_html_has_markup (const char *s, gsize n)
{
  g_autoptr (GString) scratch = g_string_sized_new (16);

  for (gsize i = 0; (i += tcn_block_find_either (s + i, n - i, '<', '&')) < n; i++) {
    char next = i + 1 < n ? s[i + 1] : ' ';

    if (s[i] == '<' && (g_ascii_isalpha (next) || strchr ("/!?", next) != NULL))
      return TRUE;
    if (s[i] == '&' && tcn_char_append_reference (scratch, s + i, n - i, FALSE) > 0)
      return TRUE;
  }
  return FALSE;
}
