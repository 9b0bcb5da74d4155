/* SPDX-License-Identifier: MIT */
#include "feed/markup.h"

#include <string.h>

#include "base/append.h"
#include "base/block.h"
#include "feed/chars.h"
#include "feed/tagshape.h"
#include "tocsin/limits.h"

#define MAX_DOCTYPE_BYTES (64 * 1024)
/* forgetting less is not worth the moving */
#define COMPACT_BYTES (64 * 1024)

typedef enum {
  STATE_TEXT,
  STATE_CDATA,
  STATE_COMMENT,
  STATE_PI,          /* ends with "?>" */
  STATE_DECLARATION, /* ends with ">": the XML declaration and odd "<!" */
  STATE_DOCTYPE,
} State;

typedef struct {
  gsize end;          /* offset into texts */
  guint hidden_lines; /* in the whole document up to here */
} Segment;

struct TcnMarkup {
  State state;
  GString *pending;  /* the beginning of what the next piece completes */
  GString *texts;    /* of all segments that are kept, and of the open one */
  GArray *segments;  /* of Segment */
  guint first;       /* the number of segments[0] */
  guint taken;       /* segments that were taken since the document's beginning */
  gsize open_start;  /* where the open segment begins in texts */
  gboolean is_blank; /* the open segment has only white space */
  guint lines;       /* hidden so far */
  guint lines_gone;  /* hidden up to the last text that was forgotten */
  GString *scratch;
  guint brackets; /* STATE_DOCTYPE */
  gsize doctype_bytes;
};

TcnMarkup *
tcn_markup_new (void)
{
  TcnMarkup *markup = g_new0 (TcnMarkup, 1);

  markup->pending = g_string_new (NULL);
  markup->texts = g_string_new (NULL);
  markup->segments = g_array_new (FALSE, FALSE, sizeof (Segment));
  markup->scratch = g_string_new (NULL);
  markup->is_blank = TRUE;
  return markup;
}

void
tcn_markup_free (TcnMarkup *markup)
{
  if (markup == NULL)
    return;
  g_string_free (markup->pending, TRUE);
  g_string_free (markup->texts, TRUE);
  g_array_unref (markup->segments);
  g_string_free (markup->scratch, TRUE);
  g_free (markup);
}

/* --- the queue of texts ------------------------------------------------------------------ */

static gsize
segment_start (const TcnMarkup *markup, guint index)
{
  return index == 0 ? 0 : g_array_index (markup->segments, Segment, index - 1).end;
}

const char *
tcn_markup_take (TcnMarkup *markup, gsize *out_len)
{
  guint index = markup->taken - markup->first;
  gsize start;

  if (index >= markup->segments->len) {
    *out_len = 0;
    return "";
  }
  start = segment_start (markup, index);
  *out_len = g_array_index (markup->segments, Segment, index).end - start;
  markup->taken++;
  return markup->texts->str + start;
}

guint
tcn_markup_taken (const TcnMarkup *markup)
{
  return markup->taken;
}

void
tcn_markup_rewind (TcnMarkup *markup, guint taken)
{
  g_return_if_fail (taken >= markup->first);
  markup->taken = taken;
}

void
tcn_markup_forget (TcnMarkup *markup, guint taken)
{
  guint n = taken - markup->first;
  gsize bytes;

  if (n == 0 || n > markup->segments->len)
    return;
  bytes = segment_start (markup, n);
  if (bytes < COMPACT_BYTES && n < markup->segments->len)
    return;
  markup->lines_gone = g_array_index (markup->segments, Segment, n - 1).hidden_lines;
  g_string_erase (markup->texts, 0, (gssize) bytes);
  g_array_remove_range (markup->segments, 0, n);
  for (guint i = 0; i < markup->segments->len; i++)
    g_array_index (markup->segments, Segment, i).end -= bytes;
  markup->open_start -= bytes;
  markup->first += n;
}

gsize
tcn_markup_kept (const TcnMarkup *markup)
{
  return markup->texts->len;
}

guint
tcn_markup_hidden_lines (const TcnMarkup *markup)
{
  guint index = markup->taken - markup->first;

  if (index == 0 || index > markup->segments->len)
    return markup->lines_gone;
  return g_array_index (markup->segments, Segment, index - 1).hidden_lines;
}

static void
count_lines (TcnMarkup *markup, const char *s, gsize n)
{
  gsize i = 0;

  for (; i + TCN_BLOCK_BYTES <= n; i += TCN_BLOCK_BYTES) {
    guint32 newlines = tcn_block_is (tcn_block_load (s + i), '\n');

    if (newlines != 0)
      markup->lines += tcn_block_count (newlines);
  }
  for (; i < n; i++)
    markup->lines += s[i] == '\n';
}

static gboolean
is_white (const char *s, gsize n)
{
  for (gsize i = 0; i < n; i++)
    if ((guchar) s[i] > ' ')
      return FALSE;
  return TRUE;
}

/* Adds to the open segment, up to the ceiling of a text. */
static void
add_counted (TcnMarkup *markup, const char *s, gsize n)
{
  gsize open = markup->texts->len - markup->open_start;

  if (markup->is_blank)
    markup->is_blank = is_white (s, n);
  if (open + n > TCN_MAX_TEXT_BYTES) {
    n = open < TCN_MAX_TEXT_BYTES ? TCN_MAX_TEXT_BYTES - open : 0;
    while (n > 0 && ((guchar) s[n] & 0xc0) == 0x80)
      n--;
  }
  tcn_append (markup->texts, s, n);
}

static void
add_text (TcnMarkup *markup, const char *s, gsize n)
{
  count_lines (markup, s, n);
  add_counted (markup, s, n);
}

/* Where the first of two bytes is, or n. Counts the line ends before it. */
static gsize
find_either (const char *s, gsize n, char first, char second, guint *lines)
{
  gsize i = 0;

  for (; i + TCN_BLOCK_BYTES <= n; i += TCN_BLOCK_BYTES) {
    TcnBlock block = tcn_block_load (s + i);
    guint32 found =
        tcn_block_is (block, (guint8) first) | tcn_block_is (block, (guint8) second);
    guint32 newlines = tcn_block_is (block, '\n');

    if (found != 0) {
      guint at = tcn_block_first (found);

      *lines += tcn_block_count (newlines & ((1u << at) - 1));
      return i + at;
    }
    if (newlines != 0)
      *lines += tcn_block_count (newlines);
  }
  for (; i < n && s[i] != first && s[i] != second; i++)
    *lines += s[i] == '\n';
  return i;
}

/* A tag follows: the open segment is complete. */
static void
close_segment (TcnMarkup *markup, GString *xml)
{
  gsize n = markup->texts->len - markup->open_start;
  Segment segment;

  if (n == 0)
    return;
  if (markup->is_blank) {
    const char *blank = markup->texts->str + markup->open_start;

    for (const char *p = blank; p < blank + n; p++)
      markup->lines -= *p == '\n' ? 1 : 0; /* libxml2 will see them */
    tcn_append (xml, blank, n);
    g_string_truncate (markup->texts, markup->open_start);
    return;
  }
  segment = (Segment){ markup->texts->len, markup->lines };
  g_array_append_val (markup->segments, segment);
  tcn_append_char (xml, TCN_TEXT_MARK);
  markup->open_start = markup->texts->len;
  markup->is_blank = TRUE;
}

/* --- text ------------------------------------------------------------------------------- */

/* A reference at s[0] == '&': the bytes used, 0 when more are needed to tell. */
static gsize
add_reference (TcnMarkup *markup, const char *s, gsize n, gboolean is_last)
{
  gsize len;

  /* The references of escaped markup. */
  if (n >= 5 && markup->texts->len - markup->open_start < TCN_MAX_TEXT_BYTES &&
      (memcmp (s, "&lt;", 4) == 0 || memcmp (s, "&gt;", 4) == 0 ||
       memcmp (s, "&amp;", 5) == 0)) {
    markup->is_blank = FALSE;
    tcn_append (markup->texts, s[1] == 'l' ? "<" : s[1] == 'g' ? ">" : "&", 1);
    return s[1] == 'a' ? 5 : 4;
  }
  if (n < TCN_MAX_REFERENCE_BYTES && !is_last && memchr (s, ';', n) == NULL) {
    gsize i = 1;

    while (i < n && (g_ascii_isalnum (s[i]) || s[i] == '#'))
      i++;
    if (i == n)
      return 0;
  }
  tcn_empty (markup->scratch);
  len = tcn_char_append_reference (markup->scratch, s, n, FALSE);
  if (len == 0) {
    add_text (markup, "&", 1);
    return 1;
  }
  add_text (markup, markup->scratch->str, markup->scratch->len);
  return len;
}

/* Text up to the next "<"; the bytes used. */
static gsize
read_text (TcnMarkup *markup, const char *s, gsize n, gboolean is_last)
{
  gsize i = 0;

  while (i < n && s[i] != '<') {
    gsize plain = find_either (s + i, n - i, '<', '&', &markup->lines);
    gsize len;

    if (plain > 0)
      add_counted (markup, s + i, plain);
    i += plain;
    if (i == n || s[i] == '<')
      break;
    len = add_reference (markup, s + i, n - i, is_last);
    if (len == 0)
      break;
    i += len;
  }
  return i;
}

/* --- tags ------------------------------------------------------------------------------- */

/* A reference in a tag, as XML knows it. The bytes used. */
static gsize
copy_reference (TcnMarkup *markup, const char *s, gsize n, GString *xml)
{
  gsize len;

  tcn_empty (markup->scratch);
  len = tcn_char_append_reference (markup->scratch, s, n, FALSE);
  if (len == 0) {
    g_string_append (xml, "&amp;");
    return 1;
  }
  for (const char *p = markup->scratch->str; *p != '\0'; p++)
    if (strchr ("<>&\"'", *p) != NULL)
      g_string_append_printf (xml, "&#%d;", *p);
    else
      g_string_append_c (xml, *p);
  return len;
}

static void
copy_tag (TcnMarkup *markup, const char *s, gsize n, GString *xml)
{
  if (memchr (s, '&', n) == NULL && memchr (s + 1, '<', n - 1) == NULL) {
    tcn_append (xml, s, n);
    return;
  }
  g_string_append_c (xml, '<');
  for (gsize i = 1; i < n;) {
    if (s[i] == '&') {
      i += copy_reference (markup, s + i, n - i, xml);
      continue;
    }
    if (s[i] == '<')
      g_string_append (xml, "&lt;");
    else
      g_string_append_c (xml, s[i]);
    i++;
  }
}

static gboolean
is_name_start (guchar c)
{
  return g_ascii_isalpha ((char) c) || c == '_' || c >= 0x80;
}

/* "<!...": the state that it begins. Needs nine bytes, or fewer at the end. */
static gsize
open_declaration (TcnMarkup *markup, const char *s, gsize n)
{
  if (n >= 9 && memcmp (s, "<![CDATA[", 9) == 0) {
    markup->state = STATE_CDATA;
    return 9;
  }
  if (n >= 4 && memcmp (s, "<!--", 4) == 0) {
    markup->state = STATE_COMMENT;
    return 4;
  }
  if (n >= 9 && g_ascii_strncasecmp (s, "<!DOCTYPE", 9) == 0) {
    markup->state = STATE_DOCTYPE;
    markup->brackets = 0;
    markup->doctype_bytes = 0;
    return 9;
  }
  markup->state = STATE_DECLARATION;
  return 2;
}

/* What begins with "<" at s. Returns the bytes used, 0 when more are needed; `out_ok` becomes
 * FALSE at the ceiling. */
static gsize
read_angle (TcnMarkup *markup, const char *s, gsize n, gboolean is_last, GString *xml,
            gboolean *out_ok)
{
  gsize len = 0;

  if (n < 9 && !is_last && (n < 2 || s[1] == '!' || s[1] == '?'))
    return 0;
  if (n >= 2 && s[1] == '!')
    return open_declaration (markup, s, n);
  if (n >= 2 && s[1] == '?') {
    markup->state =
        n >= 5 && g_ascii_strncasecmp (s, "<?xml", 5) == 0 ? STATE_DECLARATION : STATE_PI;
    return 2;
  }
  if (n >= 2 && (is_name_start ((guchar) s[1]) || (s[1] == '/' && n > 2)))
    switch (tcn_tag_measure (s, MIN (n, TCN_MAX_START_TAG_BYTES + 1), &len)) {
    case TCN_TAG_WHOLE:
      close_segment (markup, xml);
      copy_tag (markup, s, len, xml);
      return len;
    case TCN_TAG_CUT:
      *out_ok = n <= TCN_MAX_START_TAG_BYTES;
      return 0;
    case TCN_TAG_NONE:
      break;
    }
  else if (n == 2 && s[1] == '/' && !is_last)
    return 0;
  add_text (markup, "<", 1);
  return 1;
}

/* --- what is skipped -------------------------------------------------------------------- */

/* Skips to behind `end`; the bytes used. Keeps back what may be its beginning. */
static gsize
skip_until (TcnMarkup *markup, const char *s, gsize n, const char *end)
{
  gsize len = strlen (end);
  const char *found = memmem (s, n, end, len);
  gsize used = found != NULL ? (gsize) (found - s) + len : (n >= len ? n - (len - 1) : 0);

  count_lines (markup, s, used);
  if (found != NULL)
    markup->state = STATE_TEXT;
  return used;
}

static gsize
read_cdata (TcnMarkup *markup, const char *s, gsize n, gboolean is_last)
{
  gsize from = 0;

  for (;;) {
    const char *bracket = memchr (s + from, ']', n - from);
    gsize at = bracket != NULL ? (gsize) (bracket - s) : n;

    if (n - at < 3) {
      gsize used = is_last ? n : at;

      add_text (markup, s, used);
      return used;
    }
    if (s[at + 1] == ']' && s[at + 2] == '>') {
      add_text (markup, s, at);
      markup->state = STATE_TEXT;
      return at + 3;
    }
    from = at + 1;
  }
}

/* A document type, with what it may hold between brackets: gone. */
static gsize
skip_doctype (TcnMarkup *markup, const char *s, gsize n, gboolean *out_ok)
{
  for (gsize i = 0; i < n; i++) {
    if (s[i] == '[') {
      markup->brackets++;
    } else if (s[i] == ']' && markup->brackets > 0) {
      markup->brackets--;
    } else if (s[i] == '>' && markup->brackets == 0) {
      markup->state = STATE_TEXT;
      n = i + 1;
    }
  }
  count_lines (markup, s, n);
  markup->doctype_bytes += n;
  *out_ok = markup->doctype_bytes <= MAX_DOCTYPE_BYTES;
  return n;
}

/* --- the whole -------------------------------------------------------------------------- */

/* The length of white space that fills the place between two tags. */
static gsize
blank_before_tag (const char *s, gsize n)
{
  gsize i = 0;

  while (i < n && (s[i] == '\n' || s[i] == ' ' || s[i] == '\t' || s[i] == '\r'))
    i++;
  return i + 1 < n && s[i] == '<' && s[i + 1] != '!' && s[i + 1] != '?' ? i : 0;
}

/* One construct or run of text; the bytes used, 0 when more are needed. */
static gsize
step (TcnMarkup *markup, const char *s, gsize n, gboolean is_last, GString *xml,
      gboolean *out_ok)
{
  gsize blank;

  switch (markup->state) {
  case STATE_TEXT:
    if (s[0] == '<')
      return read_angle (markup, s, n, is_last, xml, out_ok);
    blank = markup->texts->len == markup->open_start ? blank_before_tag (s, n) : 0;
    if (blank > 0) {
      tcn_append (xml, s, blank);
      return blank;
    }
    return read_text (markup, s, n, is_last);
  case STATE_CDATA:
    return read_cdata (markup, s, n, is_last);
  case STATE_COMMENT:
    return skip_until (markup, s, n, "-->");
  case STATE_PI:
    return skip_until (markup, s, n, "?>");
  case STATE_DECLARATION:
    return skip_until (markup, s, n, ">");
  case STATE_DOCTYPE:
    return skip_doctype (markup, s, n, out_ok);
  }
  g_assert_not_reached ();
}

static gboolean
run (TcnMarkup *markup, const char *s, gsize n, gboolean is_last, GString *xml,
     gsize *out_used)
{
  gboolean is_ok = TRUE;
  gsize i = 0;

  while (i < n && is_ok) {
    gsize used = step (markup, s + i, n - i, is_last, xml, &is_ok);

    if (used == 0)
      break;
    i += used;
  }
  *out_used = i;
  return is_ok;
}

gboolean
tcn_markup_push (TcnMarkup *markup, const char *text, gsize n, GString *xml)
{
  gsize used = 0;
  gboolean is_ok;

  if (markup->pending->len == 0) {
    is_ok = run (markup, text, n, FALSE, xml, &used);
    g_string_append_len (markup->pending, text + used, (gssize) (n - used));
    return is_ok;
  }
  g_string_append_len (markup->pending, text, (gssize) n);
  is_ok = run (markup, markup->pending->str, markup->pending->len, FALSE, xml, &used);
  g_string_erase (markup->pending, 0, (gssize) used);
  return is_ok;
}

gboolean
tcn_markup_finish (TcnMarkup *markup, GString *xml)
{
  gsize used = 0;
  gboolean is_ok =
      run (markup, markup->pending->str, markup->pending->len, TRUE, xml, &used);

  is_ok = is_ok && used == markup->pending->len && markup->state == STATE_TEXT;
  close_segment (markup, xml);
  g_string_truncate (markup->pending, 0);
  return is_ok;
}
