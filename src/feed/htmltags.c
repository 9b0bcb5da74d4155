/* SPDX-License-Identifier: MIT */
#include "feed/htmltags.h"

#include <string.h>

#include "base/block.h"

#define MAX_TAG_NAME 12
#define MAX_UNCLOSED 16 /* tags of a text */

typedef struct {
  const char name[MAX_TAG_NAME];
  TcnHtmlKind kind;
} TagRow;

/* Sorted by name. */
static const TagRow tag_rows[] = {
  { "a", TCN_KIND_INLINE },         { "abbr", TCN_KIND_INLINE },
  { "acronym", TCN_KIND_INLINE },   { "address", TCN_KIND_BLOCK },
  { "applet", TCN_KIND_INLINE },    { "area", TCN_KIND_INLINE },
  { "article", TCN_KIND_BLOCK },    { "aside", TCN_KIND_BLOCK },
  { "audio", TCN_KIND_INLINE },     { "b", TCN_KIND_INLINE },
  { "base", TCN_KIND_INLINE },      { "basefont", TCN_KIND_INLINE },
  { "bgsound", TCN_KIND_INLINE },   { "big", TCN_KIND_INLINE },
  { "blink", TCN_KIND_INLINE },     { "blockquote", TCN_KIND_BLOCK },
  { "body", TCN_KIND_BLOCK },       { "br", TCN_KIND_BREAK },
  { "button", TCN_KIND_INLINE },    { "canvas", TCN_KIND_INLINE },
  { "caption", TCN_KIND_BLOCK },    { "center", TCN_KIND_BLOCK },
  { "cite", TCN_KIND_INLINE },      { "code", TCN_KIND_INLINE },
  { "col", TCN_KIND_INLINE },       { "colgroup", TCN_KIND_INLINE },
  { "dd", TCN_KIND_BLOCK },         { "del", TCN_KIND_INLINE },
  { "details", TCN_KIND_BLOCK },    { "dfn", TCN_KIND_INLINE },
  { "dialog", TCN_KIND_BLOCK },     { "dir", TCN_KIND_BLOCK },
  { "div", TCN_KIND_BLOCK },        { "dl", TCN_KIND_BLOCK },
  { "dt", TCN_KIND_BLOCK },         { "em", TCN_KIND_INLINE },
  { "embed", TCN_KIND_INLINE },     { "fieldset", TCN_KIND_BLOCK },
  { "figcaption", TCN_KIND_BLOCK }, { "figure", TCN_KIND_BLOCK },
  { "font", TCN_KIND_INLINE },      { "footer", TCN_KIND_BLOCK },
  { "form", TCN_KIND_BLOCK },       { "frame", TCN_KIND_INLINE },
  { "frameset", TCN_KIND_INLINE },  { "h1", TCN_KIND_BLOCK },
  { "h2", TCN_KIND_BLOCK },         { "h3", TCN_KIND_BLOCK },
  { "h4", TCN_KIND_BLOCK },         { "h5", TCN_KIND_BLOCK },
  { "h6", TCN_KIND_BLOCK },         { "head", TCN_KIND_BLOCK },
  { "header", TCN_KIND_BLOCK },     { "hgroup", TCN_KIND_BLOCK },
  { "hr", TCN_KIND_BLOCK },         { "html", TCN_KIND_BLOCK },
  { "i", TCN_KIND_INLINE },         { "iframe", TCN_KIND_INLINE },
  { "img", TCN_KIND_IMAGE },        { "input", TCN_KIND_INLINE },
  { "ins", TCN_KIND_INLINE },       { "kbd", TCN_KIND_INLINE },
  { "label", TCN_KIND_INLINE },     { "legend", TCN_KIND_BLOCK },
  { "li", TCN_KIND_BLOCK },         { "link", TCN_KIND_INLINE },
  { "main", TCN_KIND_BLOCK },       { "map", TCN_KIND_INLINE },
  { "mark", TCN_KIND_INLINE },      { "marquee", TCN_KIND_INLINE },
  { "math", TCN_KIND_INLINE },      { "menu", TCN_KIND_BLOCK },
  { "meta", TCN_KIND_INLINE },      { "nav", TCN_KIND_BLOCK },
  { "nobr", TCN_KIND_INLINE },      { "noframes", TCN_KIND_INLINE },
  { "noscript", TCN_KIND_INLINE },  { "object", TCN_KIND_INLINE },
  { "ol", TCN_KIND_BLOCK },         { "option", TCN_KIND_BLOCK },
  { "p", TCN_KIND_BLOCK },          { "param", TCN_KIND_INLINE },
  { "picture", TCN_KIND_INLINE },   { "pre", TCN_KIND_PRE },
  { "q", TCN_KIND_INLINE },         { "rb", TCN_KIND_INLINE },
  { "rp", TCN_KIND_INLINE },        { "rt", TCN_KIND_INLINE },
  { "rtc", TCN_KIND_INLINE },       { "ruby", TCN_KIND_INLINE },
  { "s", TCN_KIND_INLINE },         { "samp", TCN_KIND_INLINE },
  { "script", TCN_KIND_SKIP },      { "section", TCN_KIND_BLOCK },
  { "select", TCN_KIND_INLINE },    { "small", TCN_KIND_INLINE },
  { "source", TCN_KIND_INLINE },    { "span", TCN_KIND_INLINE },
  { "strike", TCN_KIND_INLINE },    { "strong", TCN_KIND_INLINE },
  { "style", TCN_KIND_SKIP },       { "sub", TCN_KIND_INLINE },
  { "summary", TCN_KIND_BLOCK },    { "sup", TCN_KIND_INLINE },
  { "svg", TCN_KIND_INLINE },       { "table", TCN_KIND_BLOCK },
  { "tbody", TCN_KIND_BLOCK },      { "td", TCN_KIND_CELL },
  { "template", TCN_KIND_SKIP },    { "textarea", TCN_KIND_BLOCK },
  { "tfoot", TCN_KIND_BLOCK },      { "th", TCN_KIND_CELL },
  { "thead", TCN_KIND_BLOCK },      { "time", TCN_KIND_INLINE },
  { "title", TCN_KIND_BLOCK },      { "tr", TCN_KIND_BLOCK },
  { "track", TCN_KIND_INLINE },     { "tt", TCN_KIND_INLINE },
  { "u", TCN_KIND_INLINE },         { "ul", TCN_KIND_BLOCK },
  { "var", TCN_KIND_INLINE },       { "video", TCN_KIND_INLINE },
  { "wbr", TCN_KIND_INLINE },
};

/* The first eight characters of a name, by which they differ, as a number: a search without
 * branches, which no processor could guess. */
static inline guint64
order_of (const char *name)
{
  guint64 order;

  memcpy (&order, name, sizeof order);
  return GUINT64_FROM_BE (order);
}

TcnHtmlKind
tcn_html_kind (const char *s, gsize n, gsize *out_len)
{
  char name[MAX_TAG_NAME] = "";
  const TagRow *row = tag_rows;
  gsize len = 0;
  guint64 wanted;

  while (len < n && (g_ascii_isalnum (s[len]) || s[len] == ':' || s[len] == '-'))
    len++;
  *out_len = len;
  if (len == 0 || len >= sizeof name)
    return TCN_KIND_UNKNOWN;
  for (gsize i = 0; i < len; i++)
    name[i] = (char) (s[i] | 0x20);
  wanted = order_of (name);
  for (guint rows = G_N_ELEMENTS (tag_rows); rows > 1; rows -= rows / 2)
    row += order_of (row[rows / 2].name) <= wanted ? rows / 2 : 0;
  return memcmp (name, row->name, sizeof name) == 0 ? row->kind : TCN_KIND_UNKNOWN;
}

gsize
tcn_html_tag_length (const char *s, gsize n, guint *n_unclosed)
{
  gsize i = 0;
  const char *plain_end;

  while (*n_unclosed < MAX_UNCLOSED) {
    const char *close;

    i += tcn_block_find_either (s + i, n - i, '>', '=');
    if (i == n)
      break;
    if (s[i++] == '>')
      return i;
    while (i < n && g_ascii_isspace (s[i]))
      i++;
    if (i == n || (s[i] != '"' && s[i] != '\''))
      continue;
    close = memchr (s + i + 1, s[i], n - i - 1);
    if (close == NULL)
      break;
    i = (gsize) (close - s) + 1;
  }
  plain_end = memchr (s, '>', n);
  if (plain_end == NULL)
    return n;
  *n_unclosed += 1;
  return (gsize) (plain_end - s) + 1; /* an unclosed quote hides nothing */
}
