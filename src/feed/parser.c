/* SPDX-License-Identifier: MIT */
#include "tocsin/parser.h"

#include <string.h>

#include "base/append.h"
#include "base/block.h"
#include "feed/decode.h"
#include "feed/jsonfeed.h"
#include "feed/markup.h"
#include "feed/reader.h"
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

/* Where the document begins: behind what a server or a script has said before it, which may
 * have tags of its own. */
static gsize
find_document (const char *s, gsize n)
{
  static const char *const starts[] = { "<?xml", "<rss", "<feed", "<rdf" };
  gsize first = find_first_tag (s, n);

  if (first == 0 && g_ascii_strncasecmp (s, "<br", 3) != 0 &&
      g_ascii_strncasecmp (s, "<b>", 3) != 0)
    return 0;
  for (guint k = 0; k < G_N_ELEMENTS (starts); k++)
    for (gsize i = first; i + 5 < n && i < MAX_JUNK_BYTES; i++)
      if (s[i] == '<' && g_ascii_strncasecmp (s + i, starts[k], strlen (starts[k])) == 0)
        return i;
  return first;
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

static gboolean
find_kind (TcnParser *parser, GError **error)
{
  const char *s = parser->decoded->str;
  gsize n = MIN (parser->decoded->len, HEAD_BYTES);
  gsize start;

  if (n == 0) {
    g_set_error (error, TCN_ERROR, TCN_ERROR_FORMAT, "an empty document is no feed");
    return FALSE;
  }
  if (s[0] == '{') {
    parser->kind = KIND_JSON;
    return TRUE;
  }
  start = find_document (s, n);
  if (start == n) {
    g_set_error (error, TCN_ERROR, TCN_ERROR_FORMAT, "neither XML nor JSON: no feed");
    return FALSE;
  }
  tcn_markup_set_first_line (
      parser->markup, parser->blank_lines + (guint) tcn_block_count (s, start, '\n'));
  g_string_erase (parser->decoded, 0, (gssize) start);
  parser->kind = KIND_XML;
  return TRUE;
}

static gboolean
process_text (TcnParser *parser, const char *text, gsize n, GError **error)
{
  tcn_markup_push (parser->markup, text, n);
  if (!parser->reader->is_page || parser->reader->has_root)
    return TRUE;
  g_set_error (error, TCN_ERROR, TCN_ERROR_FORMAT, "a web page, no feed");
  return FALSE;
}

/* Reads what has been decoded, once it is enough. */
static gboolean
process (TcnParser *parser, gboolean is_last, GError **error)
{
  if (parser->kind == KIND_UNKNOWN) {
    skip_blanks (parser);
    if (parser->decoded->len < HEAD_BYTES && !is_last)
      return TRUE;
    if (!find_kind (parser, error))
      return FALSE;
  }
  if (parser->kind == KIND_JSON || (parser->decoded->len < BATCH_BYTES && !is_last))
    return TRUE;
  if (!process_text (parser, parser->decoded->str, parser->decoded->len, error))
    return FALSE;
  tcn_empty (parser->decoded);
  return TRUE;
}

static gboolean
push_some (TcnParser *parser, const char *bytes, gsize n, GError **error)
{
  tcn_decoder_push (parser->decoder, bytes, n, parser->decoded);
  return process (parser, FALSE, error);
}

/* A piece that is large enough to be read without a copy, where it is clean already. */
static gboolean
push_large (TcnParser *parser, const char *bytes, gsize n, GError **error)
{
  gsize lead = 0;
  gsize plain;

  /* What waits comes first, with the end of a character that was cut. */
  while (lead < 3 && ((guchar) bytes[lead] & 0xc0) == 0x80)
    lead++;
  tcn_decoder_push (parser->decoder, bytes, lead, parser->decoded);
  if (!process_text (parser, parser->decoded->str, parser->decoded->len, error))
    return FALSE;
  tcn_empty (parser->decoded);
  plain = tcn_decoder_skip_plain (parser->decoder, bytes + lead, n - lead);
  if (plain > 0 && !process_text (parser, bytes + lead, plain, error))
    return FALSE;
  return push_some (parser, bytes + lead + plain, n - lead - plain, error);
}

gboolean
tcn_parser_push (TcnParser *parser, const char *bytes, gsize n, GError **error)
{
  gsize head = parser->kind == KIND_UNKNOWN ? MIN (n, HEAD_BYTES + 64) : 0;

  if (head > 0 && !push_some (parser, bytes, head, error))
    return FALSE;
  if (parser->kind == KIND_XML && n - head >= BATCH_BYTES)
    return push_large (parser, bytes + head, n - head, error);
  return head == n || push_some (parser, bytes + head, n - head, error);
}

TcnFeed *
tcn_parser_finish (TcnParser *parser, GError **error)
{
  TcnReader *reader = parser->reader;

  tcn_decoder_finish (parser->decoder, parser->decoded);
  if (parser->kind != KIND_XML || parser->decoded->len > 0)
    if (!process (parser, TRUE, error))
      return NULL;
  if (parser->kind == KIND_JSON)
    return tcn_json_feed_read (parser->decoded->str, parser->decoded->len,
                               &reader->options, reader->func, reader->data, error);
  tcn_markup_finish (parser->markup);
  if (!reader->has_root) {
    g_set_error (error, TCN_ERROR, TCN_ERROR_FORMAT, "XML, but no feed");
    return NULL;
  }
  if (tcn_decoder_unknown_charset (parser->decoder) != NULL) {
    g_autofree char *message =
        g_strdup_printf ("unknown charset “%s”, read as UTF-8 and windows-1252",
                         tcn_decoder_unknown_charset (parser->decoder));
    gboolean is_damaged = reader->feed->is_damaged;

    tcn_reader_warn (reader, 0, message);
    reader->feed->is_damaged = is_damaged;
  }
  return tcn_reader_finish (reader);
}

/* --- sniffing --------------------------------------------------------------------------- */

/* Skips declarations, comments and instructions before the root. Only a declaration may stand
 * behind something else: a text may speak of tags. */
static const char *
find_root (const char *p)
{
  while (g_ascii_isspace (*p))
    p++;
  if (*p != '<')
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

gboolean
tcn_parser_sniff (const char *bytes, gsize n)
{
  static const char *const roots[] = { "rss", "rdf", "feed", "entry", "channel", "item" };
  g_autoptr (TcnDecoder) decoder = tcn_decoder_new (NULL);
  g_autoptr (GString) text = g_string_new (NULL);
  const char *root;
  gsize len;

  tcn_decoder_push (decoder, bytes, MIN (n, TCN_DECODER_HEAD_BYTES), text);
  tcn_decoder_finish (decoder, text);
  if (g_str_has_prefix (text->str, "\xef\xbb\xbf"))
    g_string_erase (text, 0, 3);
  if (tcn_json_feed_sniff (text->str, text->len))
    return TRUE;
  root = find_root (text->str);
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
