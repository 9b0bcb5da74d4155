/* SPDX-License-Identifier: MIT */
#include "feed/html.h"

#include <string.h>

#include "base/append.h"
#include "base/block.h"
#include "feed/chars.h"
#include "feed/htmltags.h"
#include "tocsin/text.h"

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
  GString *scratch; /* a decoded reference; NULL until there is one */
  gboolean is_cdata;
  gboolean has_no_end[N_ENDS]; /* from here on, as has been looked for */
  guint n_unclosed;            /* of tcn_html_tag_length() */
  guint no_close;              /* of names, by their length: "</NAME" is not behind */
} Writer;

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
    tcn_append_char (writer->out, ' ');
  else
    tcn_append (writer->out, "\n\n", gap == GAP_LINE ? 1 : 2);
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

#define STEP_BYTES                                                                       \
  13 /* of a block: what begins in them is known with what is behind them */

/* Where, in so many bytes, something may have to be done. A blank between two words is no such
 * place, one before or behind anything else is. */
static guint32
find_stops (const char *s)
{
  TcnBlock block = tcn_block_load (s);
  guint32 blanks = tcn_block_is (block, ' ');
  guint32 hard = tcn_block_in (block, 0, 0x1f) | tcn_block_is_either (block, '<', '&');

  if (tcn_block_high (block) != 0)
    hard |= find_wide_spaces (block);
  return (hard | (blanks & ((blanks | hard) >> 1))) & ((1u << STEP_BYTES) - 1);
}

/* The length of a run of text at which nothing has to be done. */
static gsize
plain_run (const char *s, gsize n)
{
  gsize i = 0;

  if (n == 0 || s[0] == ' ')
    return 0;
  while (i < n) {
    if (n - i >= TCN_BLOCK_BYTES) {
      guint32 found = find_stops (s + i);

      if (found == 0) {
        i += STEP_BYTES;
        continue;
      }
      i += tcn_block_first (found);
    }
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

/* (transfer none) */
static GString *
empty_scratch (Writer *writer)
{
  if (writer->scratch == NULL)
    writer->scratch = g_string_sized_new (16);
  tcn_empty (writer->scratch);
  return writer->scratch;
}

/* A reference at s; its length, at least 1 (a bare ampersand is text). */
static gsize
write_reference (Writer *writer, const char *s, gsize n)
{
  GString *character = empty_scratch (writer);
  gsize len = tcn_char_append_reference (character, s, n, TRUE);

  if (len == 0) {
    write_text (writer, "&", 1);
    return 1;
  }
  write_text (writer, character->str, character->len);
  return len;
}

/* The offset behind "</NAME>". Without it the tag hides nothing if it is bare, for a text may
 * tell of one; with attributes it is a script that was cut off. */
static gsize
skip_content (Writer *writer, const char *s, gsize n, const char *name, gsize name_len)
{
  const guint name_bit = 1u << name_len;
  const gsize rest = n > 0 && name[name_len] == '>' ? 0 : n;
  gsize i = 0;

  if ((writer->no_close & name_bit) != 0)
    return rest;
  while ((i += tcn_block_find_either (s + i, n - i, '<', '<')) < n) {
    if (n - i > name_len + 1 && s[i + 1] == '/' &&
        g_ascii_strncasecmp (s + i + 2, name, name_len) == 0)
      return i + tcn_html_tag_length (s + i, n - i, &writer->n_unclosed);
    i++;
  }
  writer->no_close |= name_bit;
  return rest;
}

/* The value of the alt attribute in a tag. */
static void
write_alt (Writer *writer, const char *tag, gsize n)
{
  GString *alt = empty_scratch (writer);

  for (gsize i = 1; i + 5 < n; i++) {
    char quote = tag[i + 4];
    const char *end;

    if (!g_ascii_isspace (tag[i - 1]) || g_ascii_strncasecmp (tag + i, "alt=", 4) != 0 ||
        (quote != '"' && quote != '\''))
      continue;
    end = memchr (tag + i + 5, quote, n - i - 5);
    if (end != NULL)
      tcn_html_to_text (alt, tag + i + 5, (gsize) (end - tag) - i - 5, TCN_HTML_ONE_LINE);
    write_text (writer, alt->str, alt->len);
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
  writer->scratch = inner.scratch;
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

static inline gboolean
is_space (char c)
{
  return c == ' ' || (c >= '\t' && c <= '\r');
}

static inline gboolean
is_one_of (char c, const char *characters)
{
  return c != '\0' && strchr (characters, c) != NULL;
}

static gsize
skip_name (const char *s, gsize n, gsize at)
{
  while (at < n && (g_ascii_isalnum (s[at]) || is_one_of (s[at], "-_.:")))
    at++;
  return at;
}

/* NAME="VALUE, whatever the name is made of, before another tag or the end of this one; but
 * no comparison of a program. */
static gboolean
has_quoted_value (const char *s, gsize n, gsize at)
{
  for (; at + 1 < n && s[at] != '<' && s[at] != '>'; at++)
    if (s[at] == '=' && (s[at + 1] == '"' || s[at + 1] == '\'') &&
        !is_one_of (s[at - 1], "=!<>"))
      return TRUE;
  return FALSE;
}

/* Does what comes at `at` of a tag look like attributes, or like the tag's end? The first tells,
 * and those with quotes do. Where the text is cut off it may be either. */
static gboolean
has_attribute (const char *s, gsize n, gsize at)
{
  while (at < n && is_space (s[at]))
    at++;
  if (at < n && s[at] == '/')
    at++;
  if (at == n || s[at] == '>')
    return TRUE;
  at = skip_name (s, n, at);
  while (at < n && is_space (s[at]))
    at++;
  return at == n || s[at] == '=' || has_quoted_value (s, n, at);
}

/* Is the "<" at s, before a name of that kind that ends at `at`, the beginning of a tag? People
 * write "i<n" as well. Of the tags of HTML only the name must end as one does. */
static gboolean
is_tag (const char *s, gsize n, TcnHtmlKind kind, gsize at)
{
  if (kind != TCN_KIND_UNKNOWN)
    return at == n || is_space (s[at]) || is_one_of (s[at], "/>\"'\\=");
  at = skip_name (s, n, at);
  if (at == n) /* the text was cut off in an end tag, or is about "i<n" */
    return s[1] == '/';
  if (s[at] != '>' && s[at] != '/' && !is_space (s[at]))
    return FALSE;
  return (s[at] != '/' || (at + 1 < n && s[at + 1] == '>')) && has_attribute (s, n, at);
}

/* The length of the tag at s, whose name ends at `at`; 0 if it has no ">" and is none that
 * was cut off. */
static gsize
measure_tag (Writer *writer, const char *s, gsize n, gsize at)
{
  gsize len =
      writer->has_no_end[END_TAG] ? n : tcn_html_tag_length (s, n, &writer->n_unclosed);

  if (s[len - 1] == '>' && !writer->has_no_end[END_TAG])
    return len;
  writer->has_no_end[END_TAG] = TRUE;
  return has_attribute (s, n, at) ? n : 0;
}

/* What may be a tag, at s[0] == '<' and s[1] a letter or "/": its length; 0: it is none. */
static gsize
apply_tag (Writer *writer, const char *s, gsize n)
{
  gboolean is_end = s[1] == '/';
  gsize name_at = is_end ? 2 : 1;
  gsize name_len, len;
  TcnHtmlKind kind = tcn_html_kind (s + name_at, n - name_at, &name_len);

  if (!is_tag (s, n, kind, name_at + name_len))
    return 0;
  len = measure_tag (writer, s, n, name_at + name_len);
  if (len == 0)
    return 0;
  switch (kind) {
  case TCN_KIND_BLOCK:
    owe (writer, GAP_BLOCK);
    break;
  case TCN_KIND_CELL:
    owe (writer, GAP_BLANK);
    break;
  case TCN_KIND_PRE:
    owe (writer, GAP_BLOCK);
    if (!is_end)
      writer->pre_depth++;
    else if (writer->pre_depth > 0)
      writer->pre_depth--;
    break;
  case TCN_KIND_BREAK:
    /* Two in a row are how many feeds write paragraphs; "<br></br>" is one. */
    if (!is_end || writer->gap < GAP_LINE)
      owe (writer, writer->gap >= GAP_LINE ? GAP_BLOCK : GAP_LINE);
    break;
  case TCN_KIND_SKIP:
    if (!is_end && (len < 2 || s[len - 2] != '/'))
      len += skip_content (writer, s + len, n - len, s + name_at, name_len);
    break;
  case TCN_KIND_IMAGE:
    if ((writer->flags & TCN_HTML_ALT) != 0)
      write_alt (writer, s, len);
    break;
  case TCN_KIND_INLINE:
  case TCN_KIND_UNKNOWN:
    break;
  }
  return len;
}

/* Whatever begins with "<" at s: its length, at least 1. */
static gsize
write_markup (Writer *writer, const char *s, gsize n)
{
  gsize len = 0;

  if (n > 1 && (s[1] == '!' || s[1] == '?'))
    return write_declaration (writer, s, n);
  if (n > 1 &&
      (g_ascii_isalpha (s[1]) || (s[1] == '/' && n > 2 && g_ascii_isalpha (s[2]))))
    len = apply_tag (writer, s, n);
  if (len > 0)
    return len;
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
  Writer writer = { .out = out, .start = out->len, .flags = flags };

  write_html (&writer, html, n);
  if (writer.scratch != NULL)
    g_string_free (writer.scratch, TRUE);
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
