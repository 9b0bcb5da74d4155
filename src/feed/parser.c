/* SPDX-License-Identifier: MIT */
#include "tocsin/parser.h"

#include <string.h>

#include "base/append.h"
#include "base/block.h"
#include "feed/decode.h"
#include "feed/jsonfeed.h"
#include "feed/markup.h"
#include "feed/reader.h"
#include "tocsin/binary.h"
#include "tocsin/error.h"
#include "tocsin/limits.h"

#define BATCH_BYTES 4096                 /* smaller pieces wait for more */
#define MAX_JUNK_BYTES 4096              /* before the first tag */
#define HEAD_BYTES (MAX_JUNK_BYTES + 64) /* that tell what it is: always as many */

typedef enum {
  KIND_UNKNOWN,
  KIND_XML,
  KIND_JSON,
} Kind;

struct TcnParser {
  Kind kind;
  char head[TCN_BINARY_BYTES]; /* the first bytes as they came */
  gsize head_len;
  TcnDecoder *decoder;
  GString *decoded;  /* waits for more, or, with JSON, for the end */
  guint blank_lines; /* before the document's first character */
  TcnReader *reader;
  TcnMarkup *markup;
};

/* --- life ------------------------------------------------------------------------------- */

TcnParser *
tcn_parser_new (const TcnParseOptions *options, TcnItemFunc func, gpointer data)
{
  TcnParser *parser = g_new0 (TcnParser, 1);

  g_return_val_if_fail (func != NULL, NULL);
  parser->decoder = tcn_decoder_new (options != NULL ? options->content_type : NULL);
  parser->decoded = g_string_new (NULL);
  parser->reader = tcn_reader_new (options, func, data);
  parser->markup = tcn_markup_new (parser->reader);
  return parser;
}

void
tcn_parser_free (TcnParser *parser)
{
  if (parser == NULL)
    return;
  tcn_decoder_free (parser->decoder);
  tcn_markup_free (parser->markup);
  tcn_reader_free (parser->reader);
  g_string_free (parser->decoded, TRUE);
  g_free (parser);
}

/* --- the document ----------------------------------------------------------------------- */

/* Where the first tag begins; n if there is none. */
static gsize
find_first_tag (const char *s, gsize n)
{
  for (gsize i = 0; i + 1 < n && i < MAX_JUNK_BYTES; i++)
    if (s[i] == '<' && (g_ascii_isalpha (s[i + 1]) || strchr ("_!?", s[i + 1]) != NULL))
      return i;
  return n;
}

static gboolean
begins_document (const char *s)
{
  static const char *const starts[] = { "<?xml", "<rss", "<feed", "<rdf" };

  for (guint i = 0; i < G_N_ELEMENTS (starts); i++)
    if (g_ascii_strncasecmp (s, starts[i], strlen (starts[i])) == 0)
      return TRUE;
  return FALSE;
}

/* Does it look like what PHP says? */
static gboolean
begins_message (const char *s)
{
  return g_ascii_strncasecmp (s, "<br", 3) == 0 || g_ascii_strncasecmp (s, "<b>", 3) == 0;
}

/* Where the document begins: behind what a server or a script has said before it, which may
 * have tags of its own. */
static gsize
find_document (const char *s, gsize n)
{
  gsize first = find_first_tag (s, n);
  gsize i = first;

  if (first == 0 && !begins_message (s))
    return 0;
  while (i + 5 < n && i < MAX_JUNK_BYTES && !begins_document (s + i)) {
    const char *end =
        memcmp (s + i, "<!--", 4) == 0 ? g_strstr_len (s + i, n - i, "-->") : s + i + 1;

    if (end == NULL)
      return first;
    i = (gsize) (end - s);
  }
  return i + 5 < n && i < MAX_JUNK_BYTES ? i : first;
}

/* Drops what no document begins with: blanks, and marks of the byte order. */
static void
skip_blanks (TcnParser *parser)
{
  const char *s = parser->decoded->str;
  gsize n = parser->decoded->len;
  gsize i = 0;

  while (i < n && (g_ascii_isspace (s[i]) ||
                   (n - i >= 3 && memcmp (s + i, "\xef\xbb\xbf", 3) == 0))) {
    parser->blank_lines += s[i] == '\n' ? 1 : 0;
    i += g_ascii_isspace (s[i]) ? 1 : 3;
  }
  g_string_erase (parser->decoded, 0, (gssize) i);
}

/* Is it JSON, perhaps behind a header, a comment or the name of a function? */
static gboolean
begins_json (const char *s, gsize n)
{
  const char *brace = memchr (s, '{', n);
  gsize before = brace != NULL ? (gsize) (brace - s) : n;

  return before == 0 || (before < n && memchr (s, '<', before) == NULL &&
                         tcn_json_feed_sniff (brace, n - before));
}

static void
find_kind (TcnParser *parser)
{
  const char *s = parser->decoded->str;
  gsize n = MIN (parser->decoded->len, HEAD_BYTES);
  gsize start;

  if (n == 0)
    return;
  if (begins_json (s, n)) {
    parser->kind = KIND_JSON;
    return;
  }
  start = find_document (s, n);
  if (start == n) /* so much was said before it */
    start = 0;
  tcn_markup_set_first_line (
      parser->markup, parser->blank_lines + (guint) tcn_block_count (s, start, '\n'));
  g_string_erase (parser->decoded, 0, (gssize) start);
  parser->kind = KIND_XML;
}

/* Reads what has been decoded, once it is enough. */
static void
process (TcnParser *parser, gboolean is_last)
{
  if (parser->kind == KIND_UNKNOWN) {
    skip_blanks (parser);
    if (parser->decoded->len < HEAD_BYTES && !is_last)
      return;
    find_kind (parser);
  }
  if (parser->kind == KIND_JSON || (parser->decoded->len < BATCH_BYTES && !is_last))
    return;
  tcn_markup_push (parser->markup, parser->decoded->str, parser->decoded->len);
  tcn_empty (parser->decoded);
}

static void
push_some (TcnParser *parser, const char *bytes, gsize n)
{
  tcn_decoder_push (parser->decoder, bytes, n, parser->decoded);
  process (parser, FALSE);
}

/* A piece that is large enough to be read without a copy, where it is clean already. */
static void
push_large (TcnParser *parser, const char *bytes, gsize n)
{
  gsize lead = 0;
  gsize plain;

  /* What waits comes first, with the end of a character that was cut. */
  while (lead < 3 && ((guchar) bytes[lead] & 0xc0) == 0x80)
    lead++;
  tcn_decoder_push (parser->decoder, bytes, lead, parser->decoded);
  tcn_markup_push (parser->markup, parser->decoded->str, parser->decoded->len);
  tcn_empty (parser->decoded);
  plain = tcn_decoder_skip_plain (parser->decoder, bytes + lead, n - lead);
  if (plain > 0)
    tcn_markup_push (parser->markup, bytes + lead, plain);
  push_some (parser, bytes + lead + plain, n - lead - plain);
}

static void
keep_head (TcnParser *parser, const char *bytes, gsize n)
{
  gsize missing = MIN (n, sizeof parser->head - parser->head_len);

  memcpy (parser->head + parser->head_len, bytes, missing);
  parser->head_len += missing;
}

void
tcn_parser_push (TcnParser *parser, const char *bytes, gsize n)
{
  gsize head = parser->kind == KIND_UNKNOWN ? MIN (n, HEAD_BYTES + 64) : 0;

  if (n == 0) /* no body has no bytes either */
    return;
  keep_head (parser, bytes, n);
  if (head > 0)
    push_some (parser, bytes, head);
  if (parser->kind == KIND_XML && n - head >= BATCH_BYTES)
    push_large (parser, bytes + head, n - head);
  else if (head < n)
    push_some (parser, bytes + head, n - head);
}

/* Text has no zeros, unless it is in a wide charset. */
static gboolean
is_binary (const TcnParser *parser)
{
  return memchr (parser->head, '\0', parser->head_len) != NULL &&
         !tcn_decoder_is_wide (parser->decoder);
}

/* Was there a feed in what was no JSON? A page may have the elements of one in a picture, or in
 * its source; but not its items. */
static gboolean
is_feed (const TcnParser *parser, GError **error)
{
  const TcnReader *reader = parser->reader;
  const char *what = NULL;

  if (parser->kind == KIND_UNKNOWN)
    what = "an empty document is no feed";
  else if (reader->is_page && reader->feed->n_items == 0)
    what = "a web page, no feed";
  else if (!reader->has_root)
    what = is_binary (parser)                     ? "binary data: no feed"
           : tcn_markup_has_tags (parser->markup) ? "XML, but no feed"
                                                  : "neither XML nor JSON: no feed";
  if (what != NULL) {
    g_autofree char *binary =
        tcn_binary_describe (parser->head, parser->head_len, "parse -");

    g_set_error_literal (error, TCN_ERROR, TCN_ERROR_FORMAT,
                         binary != NULL ? binary : what);
  }
  return what == NULL;
}

static TcnFeed *
read_to_the_end (TcnParser *parser, GError **error)
{
  TcnReader *reader = parser->reader;

  if (parser->kind == KIND_JSON)
    return tcn_json_feed_read (parser->decoded->str, parser->decoded->len,
                               &reader->options, reader->func, reader->data, error);
  tcn_markup_finish (parser->markup);
  return is_feed (parser, error) ? tcn_reader_finish (reader) : NULL;
}

TcnFeed *
tcn_parser_finish (TcnParser *parser, GError **error)
{
  TcnFeed *feed;
  char *complaint;

  tcn_decoder_finish (parser->decoder, parser->decoded);
  if (parser->kind != KIND_XML || parser->decoded->len > 0)
    process (parser, TRUE);
  feed = read_to_the_end (parser, error);
  complaint = feed != NULL ? tcn_decoder_complaint (parser->decoder) : NULL;
  /* What was read all the same is not damaged by that. */
  if (complaint != NULL)
    g_ptr_array_add (feed->warnings, complaint);
  return feed;
}

/* --- sniffing --------------------------------------------------------------------------- */

/* Skips declarations, comments and instructions before the root. Only a declaration may stand
 * behind something else: a text may speak of tags. */
static const char *
find_root (const char *p)
{
  while (g_ascii_isspace (*p))
    p++;
  if (*p != '<' || begins_message (p))
    p = strstr (p, "<?xml");
  if (p == NULL)
    return NULL;
  for (p = strchr (p, '<'); p != NULL; p = strchr (p, '<')) {
    if (g_str_has_prefix (p, "<!--")) {
      p = strstr (p, "-->");
      if (p == NULL)
        return NULL;
    } else if (p[1] == '!' || p[1] == '?') {
      p++;
    } else {
      return p + 1;
    }
  }
  return NULL;
}

/* Has the root the name of a feed's, whatever its prefix? */
static gboolean
has_feed_root (const char *text)
{
  static const char *const roots[] = { "rss", "rdf", "feed", "entry", "channel" };
  const char *root = find_root (text);
  gsize len;

  if (root == NULL)
    return FALSE;
  len = strcspn (root, " \t\r\n/>");
  if (memchr (root, ':', len) != NULL) {
    const char *colon = memchr (root, ':', len);

    len -= (gsize) (colon + 1 - root);
    root = colon + 1;
  }
  for (guint i = 0; i < G_N_ELEMENTS (roots); i++)
    if (len == strlen (roots[i]) && g_ascii_strncasecmp (root, roots[i], len) == 0)
      return TRUE;
  return FALSE;
}

gboolean
tcn_parser_sniff (const char *bytes, gsize n)
{
  g_autoptr (TcnDecoder) decoder = tcn_decoder_new (NULL);
  g_autoptr (GString) text = g_string_new (NULL);

  tcn_decoder_push (decoder, bytes, MIN (n, TCN_DECODER_HEAD_BYTES), text);
  tcn_decoder_finish (decoder, text);
  if (g_str_has_prefix (text->str, "\xef\xbb\xbf"))
    g_string_erase (text, 0, 3);
  return tcn_json_feed_sniff (text->str, text->len) || has_feed_root (text->str);
}
