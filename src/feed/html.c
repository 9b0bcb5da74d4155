/* SPDX-License-Identifier: MIT */
#include "feed/html.h"

#include <string.h>

#include "base/append.h"
#include "base/block.h"
#include "feed/chars.h"
#include "tocsin/text.h"

#define MAX_TAG_NAME 12

/* What a tag does to the text around it. */
typedef enum {
  TAG_UNKNOWN,
  TAG_INLINE,
  TAG_BLOCK,
  TAG_BREAK, /* a line break */
  TAG_PRE,   /* a block whose line ends stay */
  TAG_SKIP,  /* its content is nothing to read */
  TAG_IMAGE,
} TagKind;

typedef struct {
  const char name[MAX_TAG_NAME];
  TagKind kind;
} TagRow;

/* Sorted by name. */
static const TagRow tag_rows[] = {
  { "a", TAG_INLINE },         { "abbr", TAG_INLINE },     { "acronym", TAG_INLINE },
  { "address", TAG_BLOCK },    { "applet", TAG_INLINE },   { "area", TAG_INLINE },
  { "article", TAG_BLOCK },    { "aside", TAG_BLOCK },     { "audio", TAG_INLINE },
  { "b", TAG_INLINE },         { "base", TAG_INLINE },     { "basefont", TAG_INLINE },
  { "bgsound", TAG_INLINE },   { "big", TAG_INLINE },      { "blink", TAG_INLINE },
  { "blockquote", TAG_BLOCK }, { "body", TAG_BLOCK },      { "br", TAG_BREAK },
  { "button", TAG_INLINE },    { "canvas", TAG_INLINE },   { "caption", TAG_BLOCK },
  { "center", TAG_BLOCK },     { "cite", TAG_INLINE },     { "code", TAG_INLINE },
  { "col", TAG_INLINE },       { "colgroup", TAG_INLINE }, { "dd", TAG_BLOCK },
  { "del", TAG_INLINE },       { "details", TAG_BLOCK },   { "dfn", TAG_INLINE },
  { "dialog", TAG_BLOCK },     { "dir", TAG_BLOCK },       { "div", TAG_BLOCK },
  { "dl", TAG_BLOCK },         { "dt", TAG_BLOCK },        { "em", TAG_INLINE },
  { "embed", TAG_INLINE },     { "fieldset", TAG_BLOCK },  { "figcaption", TAG_BLOCK },
  { "figure", TAG_BLOCK },     { "font", TAG_INLINE },     { "footer", TAG_BLOCK },
  { "form", TAG_BLOCK },       { "frame", TAG_INLINE },    { "frameset", TAG_INLINE },
  { "h1", TAG_BLOCK },         { "h2", TAG_BLOCK },        { "h3", TAG_BLOCK },
  { "h4", TAG_BLOCK },         { "h5", TAG_BLOCK },        { "h6", TAG_BLOCK },
  { "head", TAG_BLOCK },       { "header", TAG_BLOCK },    { "hgroup", TAG_BLOCK },
  { "hr", TAG_BLOCK },         { "html", TAG_BLOCK },      { "i", TAG_INLINE },
  { "iframe", TAG_SKIP },      { "img", TAG_IMAGE },       { "input", TAG_INLINE },
  { "ins", TAG_INLINE },       { "kbd", TAG_INLINE },      { "label", TAG_INLINE },
  { "legend", TAG_BLOCK },     { "li", TAG_BLOCK },        { "link", TAG_INLINE },
  { "main", TAG_BLOCK },       { "map", TAG_INLINE },      { "mark", TAG_INLINE },
  { "marquee", TAG_INLINE },   { "math", TAG_INLINE },     { "menu", TAG_BLOCK },
  { "meta", TAG_INLINE },      { "nav", TAG_BLOCK },       { "nobr", TAG_INLINE },
  { "noframes", TAG_INLINE },  { "noscript", TAG_INLINE }, { "object", TAG_INLINE },
  { "ol", TAG_BLOCK },         { "option", TAG_BLOCK },    { "p", TAG_BLOCK },
  { "param", TAG_INLINE },     { "picture", TAG_INLINE },  { "pre", TAG_PRE },
  { "q", TAG_INLINE },         { "rb", TAG_INLINE },       { "rp", TAG_INLINE },
  { "rt", TAG_INLINE },        { "rtc", TAG_INLINE },      { "ruby", TAG_INLINE },
  { "s", TAG_INLINE },         { "samp", TAG_INLINE },     { "script", TAG_SKIP },
  { "section", TAG_BLOCK },    { "select", TAG_INLINE },   { "small", TAG_INLINE },
  { "source", TAG_INLINE },    { "span", TAG_INLINE },     { "strike", TAG_INLINE },
  { "strong", TAG_INLINE },    { "style", TAG_SKIP },      { "sub", TAG_INLINE },
  { "summary", TAG_BLOCK },    { "sup", TAG_INLINE },      { "svg", TAG_INLINE },
  { "table", TAG_BLOCK },      { "tbody", TAG_BLOCK },     { "td", TAG_BLOCK },
  { "template", TAG_SKIP },    { "textarea", TAG_BLOCK },  { "tfoot", TAG_BLOCK },
  { "th", TAG_BLOCK },         { "thead", TAG_BLOCK },     { "time", TAG_INLINE },
  { "title", TAG_BLOCK },      { "tr", TAG_BLOCK },        { "track", TAG_INLINE },
  { "tt", TAG_INLINE },        { "u", TAG_INLINE },        { "ul", TAG_BLOCK },
  { "var", TAG_INLINE },       { "video", TAG_INLINE },    { "wbr", TAG_INLINE },
};

/* What is owed before the next character is written. */
typedef enum {
  GAP_NONE,
  GAP_BLANK,
  GAP_LINE,
  GAP_BLOCK,
} Gap;

/* What ends a declaration. */
enum {
  END_CDATA,
  END_COMMENT,
  END_TAG,
  N_ENDS,
};

typedef struct {
  GString *out;
  gsize start; /* of this text in `out` */
  TcnHtmlFlags flags;
  Gap gap;
  guint pre_depth;
  GString *scratch; /* a decoded reference */
  gboolean is_cdata;
  gboolean has_no_end[N_ENDS]; /* from here on, as has been looked for */
} Writer;

/* The kind of the tag whose name begins at s; `out_len` is the length of the name. */
static TagKind
find_tag (const char *s, gsize n, gsize *out_len)
{
  char name[MAX_TAG_NAME];
  gsize len = 0;
  guint low, high;

  while (len < n && (g_ascii_isalnum (s[len]) || s[len] == ':' || s[len] == '-'))
    len++;
  *out_len = len;
  if (len == 0 || len >= sizeof name)
    return TAG_UNKNOWN;
  for (gsize i = 0; i < len; i++)
    name[i] = g_ascii_tolower (s[i]);
  name[len] = '\0';
  low = 0;
  high = G_N_ELEMENTS (tag_rows);
  while (low < high) {
    guint middle = (low + high) / 2;
    int order = name[0] - tag_rows[middle].name[0];

    if (order == 0)
      order = strcmp (name, tag_rows[middle].name);
    if (order == 0)
      return tag_rows[middle].kind;
    if (order < 0)
      high = middle;
    else
      low = middle + 1;
  }
  return TAG_UNKNOWN;
}

static void
owe (Writer *writer, Gap gap)
{
  writer->gap = MAX (writer->gap, gap);
}

/* Writes the gap that is owed, unless nothing stands before it. */
static void
settle (Writer *writer)
{
  Gap gap = writer->gap;

  writer->gap = GAP_NONE;
  if (gap == GAP_NONE || writer->out->len == writer->start)
    return;
  if ((writer->flags & TCN_HTML_ONE_LINE) != 0 || gap == GAP_BLANK)
    g_string_append_c (writer->out, ' ');
  else
    g_string_append (writer->out, gap == GAP_LINE ? "\n" : "\n\n");
}

/* Bytes at which plain text may end: white space, markup, and the first bytes of white space
 * beyond ASCII. */
static const guint8 stops[256] = {
  [0] = 1,    [1] = 1,    [2] = 1,    [3] = 1,    [4] = 1,   [5] = 1,   [6] = 1,
  [7] = 1,    [8] = 1,    [9] = 1,    [10] = 1,   [11] = 1,  [12] = 1,  [13] = 1,
  [14] = 1,   [15] = 1,   [16] = 1,   [17] = 1,   [18] = 1,  [19] = 1,  [20] = 1,
  [21] = 1,   [22] = 1,   [23] = 1,   [24] = 1,   [25] = 1,  [26] = 1,  [27] = 1,
  [28] = 1,   [29] = 1,   [30] = 1,   [31] = 1,   [' '] = 1, ['<'] = 1, ['&'] = 1,
  [0xc2] = 1, [0xe1] = 1, [0xe2] = 1, [0xe3] = 1,
};

static inline gsize
space_length (const char *s, gsize n)
{
  return stops[(guchar) *s] != 0 ? tcn_text_space_length (s, n) : 0;
}

/* White space beyond ASCII in sixteen bytes, by its first byte; now and then a character
 * that is none. */
static guint32
find_wide_spaces (TcnBlock block)
{
  guint32 after_c2, after_e2;
  guint32 spaces = 0;

  if (tcn_block_is_or_in (block, 0xc2, 0xe1, 0xe3) == 0)
    return 0;
  after_c2 = tcn_block_is (block, 0xc2) << 1;
  after_e2 = tcn_block_is (block, 0xe2) << 1;
  if (after_c2 != 0)
    spaces |= (after_c2 & (tcn_block_is (block, 0xa0) | tcn_block_is (block, 0x85))) >> 1;
  if (after_e2 != 0)
    spaces |= (((after_e2 & tcn_block_in (block, 0x80, 0x81)) << 1) &
               (tcn_block_in (block, 0x80, 0x8a) | tcn_block_is (block, 0x9f) |
                tcn_block_in (block, 0xa8, 0xaf))) >>
              2;
  return spaces | ((tcn_block_is (block, 0xe1) << 1) & tcn_block_is (block, 0x9a)) >> 1 |
         ((tcn_block_is (block, 0xe3) << 1) & tcn_block_is (block, 0x80)) >> 1;
}

/* How many of sixteen bytes are text at which nothing has to be done. A blank between two
 * words is such text, one before or behind anything else is not. */
static guint
plain_block_length (const char *s)
{
  TcnBlock block = tcn_block_load (s);
  guint32 blanks = tcn_block_is (block, ' ');
  guint32 hard = tcn_block_in (block, 0, 0x1f) | tcn_block_is_either (block, '<', '&');
  guint length = TCN_BLOCK_BYTES;
  guint32 stop;

  if (tcn_block_high (block) != 0) {
    hard |= find_wide_spaces (block);
    /* A character that the next block completes is left to it. */
    if ((guchar) s[TCN_BLOCK_BYTES - 1] >= 0xc0)
      length = TCN_BLOCK_BYTES - 1;
    else if ((guchar) s[TCN_BLOCK_BYTES - 2] >= 0xe0)
      length = TCN_BLOCK_BYTES - 2;
  }
  if (s[length - 1] == ' ') /* what follows it is not known here */
    length--;
  stop = hard | (blanks & ((blanks | hard) >> 1));
  return stop == 0 ? length : MIN (length, tcn_block_first (stop));
}

/* The length of a run of text at which nothing has to be done. */
static gsize
plain_run (const char *s, gsize n)
{
  gsize i = 0;

  if (n == 0 || s[0] == ' ')
    return 0;
  while (i < n) {
    gsize length = n - i >= TCN_BLOCK_BYTES ? plain_block_length (s + i) : 0;

    i += length;
    if (length >= TCN_BLOCK_BYTES - 3)
      continue;
    while (i < n && stops[(guchar) s[i]] == 0)
      i++;
    if (i == n)
      return n;
    if (s[i] == ' ') {
      /* A single blank between two words needs nothing. */
      if (i + 1 == n || stops[(guchar) s[i + 1]] != 0)
        return i;
    } else if ((guchar) s[i] < 0x80 || tcn_text_space_length (s + i, n - i) > 0) {
      return i;
    }
    i++;
  }
  return n;
}

/* Text in which only white space is to be looked after. */
static void
write_text (Writer *writer, const char *s, gsize n)
{
  gsize i = 0;

  while (i < n) {
    gsize space = space_length (s + i, n - i);
    gsize run;

    if (space > 0) {
      owe (writer, s[i] == '\n' && writer->pre_depth > 0 ? GAP_LINE : GAP_BLANK);
      i += space;
      continue;
    }
    settle (writer);
    run = MAX (plain_run (s + i, n - i), 1);
    tcn_append (writer->out, s + i, run);
    i += run;
  }
}

/* A reference at s; its length, at least 1 (a bare ampersand is text). */
static gsize
write_reference (Writer *writer, const char *s, gsize n)
{
  gsize len;

  g_string_truncate (writer->scratch, 0);
  len = tcn_char_append_reference (writer->scratch, s, n, TRUE);
  if (len == 0) {
    write_text (writer, "&", 1);
    return 1;
  }
  write_text (writer, writer->scratch->str, writer->scratch->len);
  return len;
}

/* The offset behind the ">" that ends the tag at s[0] == '<'; quotes hide one. */
static gsize
tag_length (const char *s, gsize n)
{
  const char *plain_end = memchr (s, '>', n);
  const char *p;
  char quote = '\0';

  if (plain_end == NULL)
    return n;
  p = memchr (s, '=', (gsize) (plain_end - s));
  if (p == NULL) /* no attributes, no quotes */
    return (gsize) (plain_end - s) + 1;
  for (p++; p < s + n; p++) {
    if (quote != '\0') {
      if (*p == quote)
        quote = '\0';
    } else if (*p == '>') {
      return (gsize) (p - s) + 1;
    } else if ((*p == '"' || *p == '\'') && p[-1] == '=') {
      quote = *p;
    }
  }
  return (gsize) (plain_end - s) + 1; /* an unclosed quote hides nothing */
}

/* The offset behind "</NAME>", or n. */
static gsize
skip_content (const char *s, gsize n, const char *name, gsize name_len)
{
  gsize i = 0;

  while (i < n) {
    const char *open = memchr (s + i, '<', n - i);

    if (open == NULL)
      return n;
    i = (gsize) (open - s);
    if (n - i > name_len + 1 && s[i + 1] == '/' &&
        g_ascii_strncasecmp (s + i + 2, name, name_len) == 0)
      return i + tag_length (s + i, n - i);
    i++;
  }
  return n;
}

/* The value of the alt attribute in a tag. */
static void
write_alt (Writer *writer, const char *tag, gsize n)
{
  for (gsize i = 1; i + 5 < n; i++) {
    char quote = tag[i + 4];
    const char *end;

    if (!g_ascii_isspace (tag[i - 1]) || g_ascii_strncasecmp (tag + i, "alt=", 4) != 0 ||
        (quote != '"' && quote != '\''))
      continue;
    end = memchr (tag + i + 5, quote, n - i - 5);
    if (end != NULL)
      tcn_html_to_text (writer->scratch, tag + i + 5, (gsize) (end - tag) - i - 5,
                        TCN_HTML_ONE_LINE);
    write_text (writer, writer->scratch->str, writer->scratch->len);
    return;
  }
}

static void write_html (Writer *writer, const char *html, gsize n);

/* Where that end is, at s or behind; NULL if it is missing. */
static const char *
find_end (Writer *writer, guint end, const char *s, gsize n)
{
  static const char *const ends[] = { "]]>", "-->", ">" };
  const char *found =
      writer->has_no_end[end] ? NULL : g_strstr_len (s, (gssize) n, ends[end]);

  writer->has_no_end[end] = found == NULL;
  return found;
}

/* A CDATA section that was escaped with what is in it. */
static gsize
write_cdata (Writer *writer, const char *s, gsize n)
{
  const gsize open = strlen ("<![CDATA[");
  const char *end = find_end (writer, END_CDATA, s + open, n - open);
  Writer inner = *writer;

  if (end == NULL)
    return open;
  inner.is_cdata = TRUE; /* and none in it */
  write_html (&inner, s + open, (gsize) (end - s) - open);
  writer->gap = inner.gap;
  writer->pre_depth = inner.pre_depth;
  return (gsize) (end - s) + strlen ("]]>");
}

/* "<!-- -->", "<!DOCTYPE>", "<?pi>": nothing to read. A comment that does not end is ended
 * by a ">", as one that hides the rest of an article helps nobody. */
static gsize
write_declaration (Writer *writer, const char *s, gsize n)
{
  gboolean is_comment = n >= 4 && memcmp (s, "<!--", 4) == 0;
  const char *end;

  if (n >= 9 && !writer->is_cdata && memcmp (s, "<![CDATA[", 9) == 0)
    return write_cdata (writer, s, n);
  end = is_comment ? find_end (writer, END_COMMENT, s + 2, n - 2) : NULL;
  if (end != NULL) /* "<!-->" is a whole comment */
    return (gsize) (end - s) + 3;
  end = find_end (writer, END_TAG, s, n);
  if (end != NULL)
    return (gsize) (end - s) + 1;
  if (is_comment)
    return n;
  write_text (writer, "<", 1);
  return 1;
}

/* A tag that begins at s[0] == '<' and s[1] a letter or "/": its length. */
static gsize
apply_tag (Writer *writer, const char *s, gsize n)
{
  gboolean is_end = s[1] == '/';
  gsize name_at = is_end ? 2 : 1;
  gsize len = tag_length (s, n);
  gsize name_len;

  switch (find_tag (s + name_at, n - name_at, &name_len)) {
  case TAG_BLOCK:
    owe (writer, GAP_BLOCK);
    break;
  case TAG_PRE:
    owe (writer, GAP_BLOCK);
    if (!is_end)
      writer->pre_depth++;
    else if (writer->pre_depth > 0)
      writer->pre_depth--;
    break;
  case TAG_BREAK:
    /* Two in a row are how many feeds write paragraphs; "<br></br>" is one. */
    if (!is_end || writer->gap < GAP_LINE)
      owe (writer, writer->gap >= GAP_LINE ? GAP_BLOCK : GAP_LINE);
    break;
  case TAG_SKIP:
    if (!is_end && (len < 2 || s[len - 2] != '/'))
      len += skip_content (s + len, n - len, s + name_at, name_len);
    break;
  case TAG_IMAGE:
    g_string_truncate (writer->scratch, 0);
    if ((writer->flags & TCN_HTML_ALT) != 0)
      write_alt (writer, s, len);
    break;
  case TAG_INLINE:
  case TAG_UNKNOWN:
    break;
  }
  return len;
}

/* Whatever begins with "<" at s: its length, at least 1. */
static gsize
write_markup (Writer *writer, const char *s, gsize n)
{
  if (n < 2) {
    write_text (writer, s, n);
    return n;
  }
  if (s[1] == '!' || s[1] == '?')
    return write_declaration (writer, s, n);
  if (g_ascii_isalpha (s[1]) || (s[1] == '/' && n > 2 && g_ascii_isalpha (s[2])))
    return apply_tag (writer, s, n);
  write_text (writer, "<", 1);
  return 1;
}

static void
write_html (Writer *writer, const char *html, gsize n)
{
  gsize i = 0;

  while (i < n) {
    gsize run;

    if (html[i] == '<') {
      i += write_markup (writer, html + i, n - i);
      continue;
    }
    if (html[i] == '&') {
      i += write_reference (writer, html + i, n - i);
      continue;
    }
    run = plain_run (html + i, n - i);
    if (run > 0) {
      settle (writer);
      tcn_append (writer->out, html + i, run);
    } else {
      run = tcn_text_space_length (html + i, n - i);
      run = MAX (run, 1);
      write_text (writer, html + i, run);
    }
    i += run;
  }
}

void
tcn_html_to_text (GString *out, const char *html, gsize n, TcnHtmlFlags flags)
{
  g_autoptr (GString) scratch = g_string_sized_new (16);
  Writer writer = { .out = out, .start = out->len, .flags = flags, .scratch = scratch };

  write_html (&writer, html, n);
}

/* The same for text: "<" and "&" are characters like others. */
static gsize
word_run (const char *s, gsize n)
{
  gsize i = 0;

  while (i < n) {
    i += plain_run (s + i, n - i);
    if (i == n || (s[i] != '<' && s[i] != '&'))
      break;
    i++;
  }
  return i;
}

void
tcn_plain_to_text (GString *out, const char *text, gsize n, TcnHtmlFlags flags)
{
  Writer writer = { .out = out, .start = out->len, .flags = flags };
  gsize i = 0;

  while (i < n) {
    gsize run = word_run (text + i, n - i);
    guint n_lines = 0;
    gsize space;

    if (run > 0) {
      settle (&writer);
      tcn_append (out, text + i, run);
      i += run;
      continue;
    }
    space = MAX (space_length (text + i, n - i), 1);
    for (; space > 0; space = i < n ? space_length (text + i, n - i) : 0) {
      n_lines += text[i] == '\n' ? 1 : 0;
      i += space;
    }
    /* An empty line is a paragraph's end. */
    owe (&writer, n_lines > 1 ? GAP_BLOCK : GAP_BLANK);
  }
}

gboolean
tcn_html_is_evident (const char *s, gsize n)
{
  gboolean has_sign = FALSE;
  gsize tag_end = 0; /* of the last tag that was measured */
  g_autoptr (GString) scratch = NULL;

  if (memchr (s, '<', n) == NULL && memchr (s, '&', n) == NULL)
    return FALSE;

  for (gsize i = 0; i < n; i++) {
    gsize len;

    if (s[i] == '<' && n - i > 9 && memcmp (s + i, "<![CDATA[", 9) == 0) {
      has_sign = TRUE;
    } else if (s[i] == '&') {
      if (scratch == NULL)
        scratch = g_string_new (NULL);
      len = tcn_char_append_reference (scratch, s + i, n - i, FALSE);
      if (len == 0 && i + 1 < n && g_ascii_isalpha (s[i + 1])) {
        gsize end = i + 1;

        while (end < n && g_ascii_isalnum (s[end]))
          end++;
        if (end < n && s[end] == ';')
          return FALSE; /* a name that HTML does not know */
      }
      has_sign = has_sign || len > 0;
    } else if (s[i] == '<' && i + 1 < n) {
      gboolean is_end = s[i + 1] == '/';
      gsize at = i + (is_end ? 2 : 1);
      TagKind kind;

      if (at >= n || !g_ascii_isalpha (s[at]))
        continue;
      kind = find_tag (s + at, n - at, &len);
      if (kind == TAG_UNKNOWN)
        return FALSE;
      /* A "<" inside of a tag ends where that does: measuring each anew is quadratic. */
      if (i >= tag_end)
        tag_end = i + tag_length (s + i, n - i);
      len = tag_end - i;
      has_sign = has_sign || (is_end && s[i + len - 1] == '>') ||
                 (len > 3 && s[i + len - 1] == '>' && s[i + len - 2] == '/') ||
                 (kind == TAG_IMAGE && s[i + len - 1] == '>');
    }
  }
  return has_sign;
}
