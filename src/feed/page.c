/* SPDX-License-Identifier: MIT */
#include "tocsin/page.h"

#include <string.h>

#include "feed/decode.h"
#include "feed/html.h"
#include "feed/htmltags.h"

static gboolean
starts_with (const char *s, gsize n, const char *word)
{
  gsize len = strlen (word);

  return n >= len && g_ascii_strncasecmp (s, word, len) == 0;
}

/* The offset behind the next `end` from `i` on, n if there is none. */
static gsize
find_behind (const char *s, gsize i, gsize n, const char *end)
{
  const char *found = memmem (s + i, n - i, end, strlen (end));

  return found != NULL ? (gsize) (found - s) + strlen (end) : n;
}

/* "<html", whatever its prefix. */
static gboolean
is_html_tag (const char *s, gsize n)
{
  gsize name = 1;
  gsize end = 1;

  for (; end < n && (g_ascii_isalnum (s[end]) || s[end] == ':'); end++)
    name = s[end] == ':' ? end + 1 : name;
  return n > 0 && s[0] == '<' && end - name == 4 && starts_with (s + name, 4, "html");
}

/* Skips blanks, comments and an XML declaration from `i` on. */
static gsize
skip_prolog (const char *s, gsize i, gsize n)
{
  for (;;) {
    if (i < n && g_ascii_isspace (s[i]))
      i++;
    else if (starts_with (s + i, n - i, "\xef\xbb\xbf"))
      i += 3;
    else if (starts_with (s + i, n - i, "<!--"))
      i = find_behind (s, i, n, "-->");
    else if (starts_with (s + i, n - i, "<?xml"))
      i = find_behind (s, i, n, ">");
    else
      return i;
  }
}

gboolean
tcn_page_begins (const char *s, gsize n)
{
  gsize i = skip_prolog (s, 0, n);

  return starts_with (s + i, n - i, "<!doctype html") || is_html_tag (s + i, n - i);
}

/* Behind the content of the script or style whose name, of `len` bytes, is at s[i]. */
static gsize
skip_content (const char *s, gsize i, gsize n, gsize len)
{
  const char *name = s + i;

  do
    i = find_behind (s, i, n, "</");
  while (i < n && (n - i < len || g_ascii_strncasecmp (s + i, name, len) != 0));
  return i;
}

static gboolean
is_named (const char *s, gsize len, const char *name)
{
  return len == strlen (name) && g_ascii_strncasecmp (s, name, len) == 0;
}

/* Does the tag of that name begin the body, if nothing else did? Many a page leaves out the
 * tags of head and body. */
static gboolean
begins_body (const char *s, gsize len, TcnHtmlKind kind)
{
  if (is_named (s, len, "html") || is_named (s, len, "head"))
    return FALSE;
  return kind == TCN_KIND_BLOCK || kind == TCN_KIND_PRE || is_named (s, len, "svg");
}

/* Where the title's text begins, n if the page has none. What is in comments, scripts and styles
 * is none, nor is the title of a picture in the body. */
static gsize
find_title (const char *s, gsize n)
{
  gsize i = find_behind (s, 0, n, "<");

  for (; i < n; i = find_behind (s, i, n, "<")) {
    gsize len;
    TcnHtmlKind kind = tcn_html_kind (s + i, n - i, &len);

    if (starts_with (s + i, n - i, "!--"))
      i = find_behind (s, i, n, "-->");
    else if (kind == TCN_KIND_SKIP)
      i = skip_content (s, i, n, len);
    else if (is_named (s + i, len, "title"))
      return find_behind (s, i, n, ">");
    else if (begins_body (s + i, len, kind))
      return n;
  }
  return n;
}

/* The end of a title: nothing but its end tag is markup in it, if it has one. */
static gsize
find_title_end (const char *s, gsize i, gsize n)
{
  const char *tag = memchr (s + i, '<', n - i);

  for (gsize end = i; end < n; end++)
    if (starts_with (s + end, n - end, "</title"))
      return end;
  return tag != NULL ? (gsize) (tag - s) : n;
}

/* What the root says of the language. (transfer full) (nullable) */
static char *
read_language (const char *s, gsize n)
{
  gsize i = skip_prolog (s, 0, n);
  gsize end;

  if (starts_with (s + i, n - i, "<!"))
    i = skip_prolog (s, find_behind (s, i, n, ">"), n);
  if (!is_html_tag (s + i, n - i))
    return NULL;
  end = find_behind (s, i, n, ">");
  for (i++; i + 6 < end; i++)
    if ((g_ascii_isspace (s[i - 1]) || s[i - 1] == ':') &&
        starts_with (s + i, end - i, "lang=")) {
      i += s[i + 5] == '"' || s[i + 5] == '\'' ? 6 : 5;
      return g_strndup (s + i, MIN (strcspn (s + i, "\"' \t\r\n/>"), end - i));
    }
  return NULL;
}

static TcnItem *
read_text (const char *s, gsize n)
{
  TcnItem *item = tcn_item_new ();
  g_autoptr (GString) text = g_string_new (NULL);
  gsize title = find_title (s, n);
  gsize end = find_title_end (s, title, n);

  if (title < n) {
    tcn_html_to_text (text, s + title, end - title, TCN_HTML_ONE_LINE);
    if (text->len > 0)
      item->title = g_strndup (text->str, text->len);
    g_string_truncate (text, 0);
  } else {
    end = 0;
  }
  tcn_html_to_text (text, s + end, n - end, TCN_HTML_BLOCKS);
  item->language = read_language (s, n);
  item->content = g_string_free (g_steal_pointer (&text), FALSE);
  return item;
}

TcnItem *
tcn_page_read (const char *bytes, gsize n)
{
  g_autoptr (TcnDecoder) decoder = tcn_decoder_new (NULL);
  g_autoptr (GString) html = g_string_new (NULL);

  for (gsize i = 0; i < n; i += TCN_DECODER_HEAD_BYTES) {
    tcn_decoder_push (decoder, bytes + i, MIN (n - i, TCN_DECODER_HEAD_BYTES), html);
    if (i == 0 && n > TCN_DECODER_HEAD_BYTES && !tcn_page_begins (html->str, html->len))
      return NULL;
  }
  tcn_decoder_finish (decoder, html);
  return tcn_page_begins (html->str, html->len) ? read_text (html->str, html->len) : NULL;
}
