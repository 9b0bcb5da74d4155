/* SPDX-License-Identifier: MIT */
#include "feed/markup.h"

#include <string.h>

#include "base/append.h"
#include "base/block.h"
#include "feed/chars.h"
#include "feed/tags.h"
#include "tocsin/limits.h"

#define MAX_TAIL_BYTES (4 * 1024 * 1024) /* of the document that can be read again */
#define JOIN_BYTES 256 /* of a piece that are joined to what the last one has left */

typedef enum {
  STATE_TEXT,
  STATE_CDATA,
  STATE_COMMENT,
  STATE_PI,   /* ends with "?>" */
  STATE_SKIP, /* ends with ">", or before "<": the XML declaration, odd "<!", a long tag */
  STATE_DOCTYPE,
} State;

struct TcnMarkup {
  TcnReader *reader;
  TcnTags *tags;
  State state;
  GString *pending; /* the beginning of what the next piece completes */
  GString *scratch;
  guint brackets;  /* STATE_DOCTYPE */
  gsize text_left; /* bytes that are text, whatever they look like */

  guint lines; /* before the piece that is being read */
  gboolean has_error;
  gboolean is_odd;     /* the tag that comes next is not well-formed */
  gboolean is_endless; /* an instruction or a document type had no end */
  gboolean is_stopped;

  /* What would have to be read again: what follows the end of the last whole item. */
  GString *tail;
  gboolean has_tail; /* it is complete */
  gboolean has_mark; /* that end is in this piece, */
  gsize mark;        /* here */
  guint mark_depth;  /* of elements around the items */
  guint n_items;
};

TcnMarkup *
tcn_markup_new (TcnReader *reader)
{
  TcnMarkup *markup = g_new0 (TcnMarkup, 1);

  markup->reader = reader;
  markup->tags = tcn_tags_new (reader);
  markup->pending = g_string_new (NULL);
  markup->scratch = g_string_new (NULL);
  markup->tail = g_string_new (NULL);
  markup->has_tail = TRUE;
  return markup;
}

void
tcn_markup_free (TcnMarkup *markup)
{
  if (markup == NULL)
    return;
  tcn_tags_free (markup->tags);
  g_string_free (markup->pending, TRUE);
  g_string_free (markup->scratch, TRUE);
  g_string_free (markup->tail, TRUE);
  g_free (markup);
}

void
tcn_markup_set_first_line (TcnMarkup *markup, guint n_lines)
{
  markup->lines = n_lines;
}

gboolean
tcn_markup_has_tags (const TcnMarkup *markup)
{
  return markup->tags->open->len > 0;
}

static guint
count_lines (const char *s, gsize n)
{
  return (guint) tcn_block_count (s, n, '\n');
}

/* --- text ------------------------------------------------------------------------------- */

/* A reference at s[0] == '&': the bytes used, 0 when more are needed to tell. */
static gsize
add_reference (GString *out, const char *s, gsize n, gboolean is_last)
{
  gsize len;

  /* The references of escaped markup. */
  if (n >= 5 && (memcmp (s, "&lt;", 4) == 0 || memcmp (s, "&gt;", 4) == 0)) {
    tcn_append_char (out, s[1] == 'l' ? '<' : '>');
    return 4;
  }
  if (n < TCN_MAX_REFERENCE_BYTES && !is_last && memchr (s, ';', n) == NULL) {
    gsize i = 1;

    while (i < n && (g_ascii_isalnum (s[i]) || s[i] == '#'))
      i++;
    if (i == n)
      return 0;
  }
  if (!is_last && tcn_char_needs_more (s, n))
    return 0;
  len = tcn_char_append_reference (out, s, n, FALSE);
  if (len > 0)
    return len;
  tcn_append_char (out, '&');
  return 1;
}

/* Appends text up to the next "<" with its references decoded; the bytes used. */
static gsize
decode_text (GString *out, const char *s, gsize n, gboolean is_last)
{
  gsize i = 0;

  while (i < n) {
    gsize plain = tcn_append_until (out, s + i, n - i, '<', '&');
    gsize len;

    i += plain;
    if (i == n || s[i] == '<')
      break;
    len = add_reference (out, s + i, n - i, is_last);
    if (len == 0)
      break;
    i += len;
  }
  return i;
}

/* Text up to the next "<"; the bytes used. */
static gsize
read_text (TcnMarkup *markup, const char *s, gsize n, gboolean is_last)
{
  GString *out;
  gsize used;

  if (!tcn_reader_wants_text (markup->reader))
    return tcn_block_find_either (s, n, '<', '<');
  used = tcn_block_find_either (s, n, '<', '&');
  if (used == n || s[used] == '<') {
    tcn_reader_text (markup->reader, s, used);
    return used;
  }
  out = tcn_reader_text_buffer (markup->reader);
  if (out != NULL) {
    used = decode_text (out, s, n, is_last);
    tcn_reader_settle (markup->reader);
    return used;
  }
  tcn_empty (markup->scratch);
  used = decode_text (markup->scratch, s, n, is_last);
  tcn_reader_text (markup->reader, markup->scratch->str, markup->scratch->len);
  return used;
}

static void
add_text (TcnMarkup *markup, const char *s, gsize n)
{
  if (tcn_reader_wants_text (markup->reader))
    tcn_reader_text (markup->reader, s, n);
}

/* Where the next "]" is, or, in a field that a tag may end, the next "<"; n if there is none. */
static inline gsize
next_sign (const char *s, gsize n, gboolean is_in_field)
{
  const char *bracket;

  if (is_in_field)
    return tcn_block_find_either (s, n, ']', '<');
  bracket = memchr (s, ']', n);
  return bracket != NULL ? (gsize) (bracket - s) : n;
}

/* The length of the text of a section, up to its end or to what may become one. In a broken
 * document the end tag of the field that it stands in ends it as well: that its own end is
 * missing may be what broke it. */
static gsize
section_length (const TcnTags *tags, const char *s, gsize n, gboolean is_last,
                gboolean *out_is_ended)
{
  gsize len = 0;
  const char *name = tags->is_mending && tcn_mend_is_in_field (tags)
                         ? tcn_tags_open_name (tags, tags->depth, &len)
                         : NULL;

  *out_is_ended = FALSE;
  for (gsize i = 0;; i++) {
    gsize need;

    i += next_sign (s + i, n - i, name != NULL);
    if (i == n)
      return n;
    need = s[i] == ']' ? strlen ("]]>") : strlen ("</") + len;
    if (n - i < need && !is_last)
      return i;
    if (n - i >= need)
      *out_is_ended = s[i] == ']' ? s[i + 1] == ']' && s[i + 2] == '>'
                                  : name != NULL && s[i + 1] == '/' &&
                                        memcmp (s + i + 2, name, len) == 0;
    if (*out_is_ended)
      return i;
  }
}

static gsize
read_cdata (TcnMarkup *markup, const char *s, gsize n, gboolean is_last)
{
  gboolean is_ended;
  gsize len = section_length (markup->tags, s, n, is_last, &is_ended);

  add_text (markup, s, len);
  if (!is_ended)
    return len;
  markup->state = STATE_TEXT;
  return s[len] == ']' ? len + strlen ("]]>") : len;
}

/* --- what is skipped -------------------------------------------------------------------- */

/* Skips to behind `end`; the bytes used. Keeps back what may be its beginning. */
static gsize
skip_until (TcnMarkup *markup, const char *s, gsize n, const char *end)
{
  gsize len = strlen (end);
  const char *found = memmem (s, n, end, len);

  if (found == NULL)
    return n >= len ? n - (len - 1) : 0;
  markup->state = STATE_TEXT;
  return (gsize) (found - s) + len;
}

/* A tag that is not read; where it has no end, it ends before the next one. The bytes used, 0
 * if that is here. */
static gsize
skip_tag (TcnMarkup *markup, const char *s, gsize n)
{
  gsize i = tcn_block_find_either (s, n, '<', '>');

  if (i == n)
    return n;
  markup->state = STATE_TEXT;
  return s[i] == '>' ? i + 1 : i;
}

/* A document type, with what it may hold between brackets: gone. */
static gsize
skip_doctype (TcnMarkup *markup, const char *s, gsize n)
{
  for (gsize i = 0; i < n; i++) {
    if (markup->brackets == 0 && (s[i] == '<' || s[i] == '>'))
      return skip_tag (markup, s + i, n - i) + i;
    if (s[i] == '[')
      markup->brackets++;
    else if (s[i] == ']' && markup->brackets > 0)
      markup->brackets--;
  }
  return n;
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
    markup->state = markup->is_endless ? STATE_SKIP : STATE_DOCTYPE;
    markup->brackets = 0;
    return 2;
  }
  markup->state = STATE_SKIP;
  return 2;
}

/* --- tags ------------------------------------------------------------------------------- */

/* After a tag: was it the end of an item? Then what comes before need not be read again. */
static void
look_for_mark (TcnMarkup *markup, gsize end)
{
  TcnReader *reader = markup->reader;

  if (reader->n_items == markup->n_items)
    return;
  markup->n_items = reader->n_items;
  markup->has_mark = TRUE;
  markup->mark = end;
  markup->mark_depth = reader->depth;
  reader->least_depth = reader->depth;
}

/* A "<" that begins no tag, and what is known to be text behind it: a tag that could begin in
 * it would have been measured again, and again. The bytes used. */
static gsize
read_text_left (TcnMarkup *markup, const char *s, gsize n, gboolean is_last)
{
  gsize used = 1;

  if (*s == '<')
    add_text (markup, s, 1);
  else
    used = read_text (markup, s, n, is_last);
  markup->text_left -= MIN (used, markup->text_left);
  return used;
}

static gboolean
may_begin_tag (const char *s, gsize n)
{
  return g_ascii_isalpha (s[1]) || s[1] == '_' || (guchar) s[1] >= 0x80 ||
         (s[1] == '/' && n > 2);
}

/* "<?...": sets the state that it begins. FALSE for a text: a blank behind the mark is that of
 * a sentence, or of a script that nobody has run, but before "xml". Looks at nine bytes: more
 * may not be there yet. */
static gboolean
opens_instruction (TcnMarkup *markup, const char *s, gsize n)
{
  gsize i = 2;

  n = MIN (n, 9);
  while (i < n && s[i] == ' ')
    i++;
  if (n - i >= 3 && g_ascii_strncasecmp (s + i, "xml", 3) == 0)
    markup->state = STATE_SKIP;
  else if (i == 2 && (g_ascii_isalpha (s[2]) || s[2] == '_' || (guchar) s[2] >= 0x80))
    markup->state = markup->is_endless ? STATE_SKIP : STATE_PI;
  return markup->state != STATE_TEXT;
}

/* What begins with "<" at s[at]. Returns the bytes used, 0 when more are needed. */
static gsize
read_angle (TcnMarkup *markup, const char *s, gsize at, gsize n, gboolean is_last)
{
  const char *tag = s + at;
  gsize rest = n - at;
  gsize len;

  if (rest < 9 && !is_last && (rest < 3 || tag[1] == '!' || tag[1] == '?'))
    return 0;
  if (rest >= 2 && tag[1] == '!')
    return open_declaration (markup, tag, rest);
  if (rest >= 3 && tag[1] == '?' && opens_instruction (markup, tag, rest))
    return 2;
  if (rest < 2 || !may_begin_tag (tag, rest))
    return read_text_left (markup, tag, rest, is_last);
  switch (
      tcn_tags_read (markup->tags, tag, MIN (rest, TCN_MAX_START_TAG_BYTES + 1), &len)) {
  case TCN_TAG_READ:
    look_for_mark (markup, at + len);
    return len;
  case TCN_TAG_CUT:
    if (rest <= TCN_MAX_START_TAG_BYTES)
      return 0;
    /* A picture within a page, mostly. */
    tcn_reader_warn (markup->reader, 0, "a tag is too long: it was not read");
    markup->state = STATE_SKIP;
    return 1;
  case TCN_TAG_ODD:
    markup->is_odd = TRUE;
    return 0;
  case TCN_TAG_TEXT:
    markup->text_left = len;
    break;
  }
  return read_text_left (markup, tag, rest, is_last);
}

/* --- the whole -------------------------------------------------------------------------- */

/* One construct or run of text at s[at]; the bytes used, 0 when more are needed. */
static gsize
step (TcnMarkup *markup, const char *s, gsize at, gsize n, gboolean is_last)
{
  gsize used;

  switch (markup->state) {
  case STATE_CDATA:
    used = read_cdata (markup, s + at, n - at, is_last);
    if (used > 0 || markup->state == STATE_CDATA)
      return used;
    break; /* an end tag begins here */
  case STATE_COMMENT:
    return skip_until (markup, s + at, n - at, "-->");
  case STATE_PI:
    return skip_until (markup, s + at, n - at, "?>");
  case STATE_SKIP:
  case STATE_DOCTYPE:
    used = markup->state == STATE_SKIP ? skip_tag (markup, s + at, n - at)
                                       : skip_doctype (markup, s + at, n - at);
    if (used > 0)
      return used;
    break; /* a tag begins here */
  case STATE_TEXT:
    break;
  }
  if (markup->text_left > 0)
    return read_text_left (markup, s + at, n - at, is_last);
  if (s[at] == '<')
    return read_angle (markup, s, at, n, is_last);
  return read_text (markup, s + at, n - at, is_last);
}

/* Reads what can be read; the bytes used. */
static gsize
run (TcnMarkup *markup, const char *s, gsize n, gboolean is_last)
{
  gsize i = 0;

  while (i < n && !markup->is_stopped) {
    gsize used = step (markup, s, i, n, is_last);

    if (used == 0)
      break;
    i += used;
  }
  tcn_reader_settle (markup->reader);
  return i;
}

/* Keeps what would have to be read again, as long as it is not too much. */
static void
keep_tail (TcnMarkup *markup, const char *s, gsize used)
{
  gsize from = markup->has_mark ? markup->mark : 0;

  if (markup->has_mark) {
    tcn_empty (markup->tail);
    markup->has_tail = TRUE;
  }
  if (!markup->has_tail || markup->tags->is_mending)
    return;
  tcn_append (markup->tail, s + from, used - from);
  if (markup->tail->len <= MAX_TAIL_BYTES)
    return;
  markup->has_tail = FALSE;
  tcn_empty (markup->tail);
}

/* The document is broken behind `at` bytes of this piece: reads what follows the last whole
 * item again, mended. The bytes of the piece that were used. */
static gsize
start_mending (TcnMarkup *markup, const char *s, gsize at, gsize n, gboolean is_last)
{
  TcnReader *reader = markup->reader;
  gsize from = markup->has_mark ? markup->mark : 0;
  gsize kept = markup->has_mark ? 0 : markup->tail->len;
  guint depth = MIN (reader->least_depth, markup->mark_depth);
  g_autoptr (GString) again = NULL;
  gsize used;

  markup->is_odd = FALSE;
  markup->has_error = TRUE;
  tcn_reader_warn (reader, markup->lines + count_lines (s, at) + 1,
                   markup->tags->problem);
  if (!markup->has_tail && !markup->has_mark) {
    markup->is_stopped = TRUE;
    return n;
  }
  again = g_string_new_len (markup->tail->str, (gssize) kept);
  g_string_append_len (again, s + from, (gssize) (n - from));
  /* Where elements around the items have ended since, they stay so. */
  tcn_reader_rewind (reader, depth);
  tcn_tags_mend (markup->tags, depth);
  markup->state = STATE_TEXT;
  markup->text_left = 0;
  tcn_empty (markup->tail);
  used = run (markup, again->str, again->len, is_last);
  return markup->is_stopped ? n : from + used - kept;
}

/* Reads a piece; the bytes used. */
static gsize
process (TcnMarkup *markup, const char *s, gsize n, gboolean is_last)
{
  gsize used;

  markup->has_mark = FALSE;
  used = run (markup, s, n, is_last);
  if (markup->is_odd)
    used = start_mending (markup, s, used, n, is_last);
  else
    keep_tail (markup, s, used);
  markup->lines += count_lines (s, used);
  return used;
}

/* Completes what the last piece has left, with as little of this one as it takes; the bytes
 * used of it. */
static gsize
complete_pending (TcnMarkup *markup, const char *text, gsize n)
{
  gsize done = 0;

  while (markup->pending->len > 0 && done < n && !markup->is_stopped) {
    gsize before = markup->pending->len;
    gsize taken = MIN (n - done, MAX (before, JOIN_BYTES));
    gsize used;

    g_string_append_len (markup->pending, text + done, (gssize) taken);
    used = process (markup, markup->pending->str, markup->pending->len, FALSE);
    if (used >= before) {
      tcn_empty (markup->pending);
      return done + used - before;
    }
    g_string_erase (markup->pending, 0, (gssize) used);
    done += taken;
  }
  return done;
}

void
tcn_markup_push (TcnMarkup *markup, const char *text, gsize n)
{
  gsize done = complete_pending (markup, text, n);

  if (done < n && !markup->is_stopped)
    done += process (markup, text + done, n - done, FALSE);
  if (!markup->is_stopped)
    g_string_append_len (markup->pending, text + done, (gssize) (n - done));
}

/* What the document ends within, if it hides what comes behind it; else NULL. */
static const char *
endless_construct (const TcnMarkup *markup)
{
  switch (markup->state) {
  case STATE_PI:
    return "<?";
  case STATE_DOCTYPE:
    return "<!DOCTYPE";
  default:
    return NULL;
  }
}

void
tcn_markup_finish (TcnMarkup *markup)
{
  gsize n = markup->pending->len;
  gboolean is_whole = process (markup, markup->pending->str, n, TRUE) == n;
  const char *begun = endless_construct (markup);

  if ((markup->tags->depth > 0 || begun != NULL) && !markup->is_stopped &&
      !markup->tags->is_mending) {
    tcn_tags_refuse_end (markup->tags, begun);
    markup->is_endless = begun != NULL;
    markup->has_mark = FALSE;
    start_mending (markup, "", 0, 0, TRUE);
  }
  if ((!is_whole || markup->state != STATE_TEXT) && !markup->has_error &&
      !markup->is_stopped)
    tcn_reader_warn (markup->reader, 0, "the document breaks off");
}
