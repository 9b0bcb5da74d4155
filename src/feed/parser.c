/* SPDX-License-Identifier: MIT */
#include "tocsin/parser.h"

#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <string.h>

#include "base/append.h"
#include "feed/decode.h"
#include "feed/jsonfeed.h"
#include "feed/markup.h"
#include "feed/mend.h"
#include "feed/reader.h"
#include "tocsin/error.h"
#include "tocsin/limits.h"

#define BATCH_BYTES 4096                 /* smaller pieces wait for more */
#define HEAD_BYTES 8192                  /* of a large piece that tell what it is */
#define MAX_JUNK_BYTES 4096              /* before the first tag */
#define MAX_TAIL_BYTES (4 * 1024 * 1024) /* of the document that can be read again */
#define CACHE_SLOTS 128
#define SPACE_SLOTS 8

typedef enum {
  KIND_UNKNOWN,
  KIND_XML,
  KIND_JSON,
} Kind;

/* What an element means, found by the addresses of its interned names. */
typedef struct {
  const xmlChar *name, *prefix, *uri;
  TcnScope scope;
  const TcnElement *element;
} CacheSlot;

/* The end of the last item: from here on the document can be read again. */
typedef struct {
  gsize offset; /* into what libxml2 was given */
  guint taken;  /* texts */
  guint depth;  /* of elements around */
} Mark;

struct TcnParser {
  Kind kind;
  TcnDecoder *decoder;
  GString *decoded; /* waits for more, or, with JSON, for the end */
  TcnReader *reader;

  TcnMarkup *markup;
  xmlParserCtxtPtr xml;
  GString *tags; /* scratch: what markup made of a piece */
  GString *mended;
  TcnMender *mender; /* set once the document was found broken */
  GString *tail;     /* what libxml2 was given since the mark */
  gsize tail_offset;
  gboolean has_tail; /* it is still complete */
  Mark mark;
  guint n_items_seen;
  guint n_reopened; /* start tags to come that only open again what is open */
  guint first_line; /* lines before the first tag */
  gboolean is_stopped;
  gboolean has_error;
  CacheSlot cache[CACHE_SLOTS];
  struct {
    const xmlChar *uri, *prefix;
    TcnSpace space; /* 0: free */
  } spaces[SPACE_SLOTS];
};

/* --- SAX handlers ----------------------------------------------------------------------- */

static TcnSpace
find_space (TcnParser *parser, const xmlChar *uri, const xmlChar *prefix)
{
  gsize slot = (((gsize) uri >> 4) ^ ((gsize) prefix >> 2)) % SPACE_SLOTS;

  if (parser->spaces[slot].space == 0 || parser->spaces[slot].uri != uri ||
      parser->spaces[slot].prefix != prefix) {
    parser->spaces[slot].uri = uri;
    parser->spaces[slot].prefix = prefix;
    parser->spaces[slot].space = tcn_space_of ((const char *) uri, (const char *) prefix);
  }
  return parser->spaces[slot].space;
}

static const TcnElement *
find_element (TcnParser *parser, const xmlChar *name, const xmlChar *prefix,
              const xmlChar *uri)
{
  TcnScope scope = tcn_reader_scope (parser->reader);
  gsize hash =
      ((gsize) name >> 3) ^ ((gsize) uri >> 4) ^ ((gsize) prefix >> 2) ^ (gsize) scope;
  CacheSlot *slot = &parser->cache[(hash ^ (hash >> 8)) % CACHE_SLOTS];

  if (slot->name != name || slot->uri != uri || slot->prefix != prefix ||
      slot->scope != scope) {
    *slot = (CacheSlot){ name, prefix, uri, scope, NULL };
    slot->element =
        tcn_element_find (find_space (parser, uri, prefix), (const char *) name, scope);
  }
  return slot->element;
}

static void
stop (TcnParser *parser, const char *message)
{
  if (!parser->is_stopped)
    tcn_reader_warn (parser->reader, 0, message);
  parser->is_stopped = TRUE;
  xmlStopParser (parser->xml);
}

static void
on_start (void *data, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri,
          int n_namespaces, const xmlChar **namespaces, int n_attributes, int n_defaulted,
          const xmlChar **attributes)
{
  TcnParser *parser = data;
  TcnTag tag = { (const char *) name,  (const char *) prefix,
                 (const char *) uri,   (const char **) namespaces,
                 (guint) n_namespaces, (const char **) attributes,
                 (guint) n_attributes };

  if (parser->n_reopened > 0) {
    parser->n_reopened--;
    return;
  }
  tcn_reader_start (parser->reader, &tag, find_element (parser, name, prefix, uri));
  if (parser->reader->is_too_deep)
    stop (parser, "elements are nested too deep: the rest was not read");
}

static void
on_end (void *data, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
  TcnParser *parser = data;
  TcnReader *reader = parser->reader;

  tcn_reader_end (reader, (const char *) name);
  if (reader->n_items == parser->n_items_seen)
    return;
  parser->n_items_seen = reader->n_items;
  parser->mark.offset = (gsize) MAX (xmlByteConsumed (parser->xml), 0);
  parser->mark.taken = tcn_markup_taken (parser->markup);
  parser->mark.depth = reader->depth;
  reader->least_depth = reader->depth;
}

static void
on_characters (void *data, const xmlChar *text, int n)
{
  TcnParser *parser = data;
  const char *p = (const char *) text;
  const char *end = p + n;

  while (p < end) {
    const char *mark = memchr (p, TCN_TEXT_MARK, (gsize) (end - p));
    const char *waiting;
    gsize len;

    if (mark != p) {
      tcn_reader_text (parser->reader, p, (gsize) ((mark != NULL ? mark : end) - p));
      tcn_reader_settle (parser->reader); /* this memory does not outlive the call */
    }
    if (mark == NULL)
      return;
    waiting = tcn_markup_take (parser->markup, &len);
    tcn_reader_text (parser->reader, waiting, len);
    p = mark + 1;
  }
}

static void
on_instruction (void *data, const xmlChar *target, const xmlChar *content)
{
  TcnParser *parser = data;

  if (strcmp ((const char *) target, TCN_MEND_CUT) == 0)
    parser->reader->is_cut = TRUE;
}

static void
on_error (void *data, xmlErrorPtr error)
{
  TcnParser *parser = data;
  g_autofree char *message = NULL;

  if (error->level != XML_ERR_FATAL || parser->has_error || parser->is_stopped)
    return;
  parser->has_error = TRUE;
  message =
      g_strchomp (g_utf8_make_valid (error->message != NULL ? error->message : "?", -1));
  tcn_reader_warn (parser->reader,
                   parser->first_line + (guint) MAX (error->line, 1) +
                       tcn_markup_hidden_lines (parser->markup),
                   message);
}

static void
open_xml (TcnParser *parser, int options)
{
  xmlSAXHandler handlers = {
    .initialized = XML_SAX2_MAGIC,
    .startElementNs = on_start,
    .endElementNs = on_end,
    .characters = on_characters,
    .ignorableWhitespace = on_characters,
    .cdataBlock = on_characters,
    .processingInstruction = on_instruction,
    .serror = (xmlStructuredErrorFunc) on_error,
  };

  if (parser->xml != NULL)
    xmlFreeParserCtxt (parser->xml);
  memset (parser->cache, 0, sizeof parser->cache);
  memset (parser->spaces, 0, sizeof parser->spaces);
  parser->xml = xmlCreatePushParserCtxt (&handlers, parser, NULL, 0, NULL);
  g_assert (parser->xml != NULL);
  xmlCtxtUseOptions (parser->xml, XML_PARSE_NONET | options);
}

/* --- life ------------------------------------------------------------------------------- */

TcnParser *
tcn_parser_new (const TcnParseOptions *options, TcnItemFunc func, gpointer data)
{
  TcnParser *parser = g_new0 (TcnParser, 1);

  g_return_val_if_fail (func != NULL, NULL);
  xmlInitParser ();
  parser->decoder = tcn_decoder_new (options != NULL ? options->content_type : NULL);
  parser->decoded = g_string_new (NULL);
  parser->reader = tcn_reader_new (options, func, data);
  parser->markup = tcn_markup_new ();
  parser->tags = g_string_new (NULL);
  parser->mended = g_string_new (NULL);
  parser->tail = g_string_new (NULL);
  parser->has_tail = TRUE;
  return parser;
}

void
tcn_parser_free (TcnParser *parser)
{
  if (parser == NULL)
    return;
  if (parser->xml != NULL)
    xmlFreeParserCtxt (parser->xml);
  tcn_decoder_free (parser->decoder);
  tcn_reader_free (parser->reader);
  tcn_markup_free (parser->markup);
  tcn_mender_free (parser->mender);
  g_string_free (parser->decoded, TRUE);
  g_string_free (parser->tags, TRUE);
  g_string_free (parser->mended, TRUE);
  g_string_free (parser->tail, TRUE);
  g_free (parser);
}

/* --- XML -------------------------------------------------------------------------------- */

static void
parse_chunk (TcnParser *parser, const char *s, gsize n)
{
  while (n > 0 && !parser->is_stopped) {
    gsize len = MIN (n, G_MAXINT / 2);

    xmlParseChunk (parser->xml, s, (int) len, 0);
    s += len;
    n -= len;
  }
}

static void
parse_mended (TcnParser *parser, const char *s, gsize n)
{
  g_string_truncate (parser->mended, 0);
  tcn_mender_push (parser->mender, s, n, parser->mended);
  parse_chunk (parser, parser->mended->str, parser->mended->len);
}

/* Forgets what lies before the mark. */
static void
trim_tail (TcnParser *parser)
{
  gsize done = parser->mark.offset - parser->tail_offset;

  g_string_erase (parser->tail, 0, (gssize) MIN (done, parser->tail->len));
  parser->tail_offset = parser->mark.offset;
}

/* The document is broken: reads what follows the last whole item again, mended and with a
 * parser that carries on. */
static void
start_mending (TcnParser *parser)
{
  TcnReader *reader = parser->reader;
  g_autoptr (GString) tail = NULL;

  /* What is behind the end of the elements around the items is no part of the feed. */
  if (!parser->has_tail || reader->least_depth < parser->mark.depth) {
    parser->is_stopped = TRUE;
    return;
  }
  tcn_reader_rewind (reader, parser->mark.depth);
  tcn_markup_rewind (parser->markup, parser->mark.taken);
  open_xml (parser, XML_PARSE_RECOVER);
  parser->mender = tcn_mender_new ();
  parser->n_reopened = reader->depth;
  for (guint i = 0; i < reader->depth; i++) {
    const TcnFrame *frame = &g_array_index (reader->frames, TcnFrame, i);

    if (frame->start_tag == NULL) {
      parser->is_stopped = TRUE;
      return;
    }
    tcn_mender_open (parser->mender, frame->name);
    parse_chunk (parser, frame->start_tag, strlen (frame->start_tag));
  }
  trim_tail (parser);
  tail = g_steal_pointer (&parser->tail);
  parser->tail = g_string_new (NULL);
  parse_mended (parser, tail->str, tail->len);
}

/* Keeps what would have to be read again, as long as it is not too much. */
static void
keep_tail (TcnParser *parser)
{
  trim_tail (parser);
  if (parser->tail->len + tcn_markup_kept (parser->markup) <= MAX_TAIL_BYTES)
    return;
  parser->has_tail = FALSE;
  g_string_truncate (parser->tail, 0);
}

/* Gives libxml2 what markup has made. */
static void
parse_tags (TcnParser *parser)
{
  if (parser->mender != NULL) {
    parse_mended (parser, parser->tags->str, parser->tags->len);
  } else {
    if (parser->has_tail)
      tcn_append (parser->tail, parser->tags->str, parser->tags->len);
    parse_chunk (parser, parser->tags->str, parser->tags->len);
    if (!parser->xml->wellFormed && !parser->is_stopped)
      start_mending (parser);
    else if (parser->has_tail)
      keep_tail (parser);
  }
  tcn_reader_settle (parser->reader);
  tcn_markup_forget (parser->markup, parser->mender == NULL && parser->has_tail
                                         ? parser->mark.taken
                                         : tcn_markup_taken (parser->markup));
}

static void
parse_text (TcnParser *parser, const char *text, gsize n)
{
  gboolean is_ok;

  if (parser->is_stopped)
    return;
  g_string_truncate (parser->tags, 0);
  is_ok = tcn_markup_push (parser->markup, text, n, parser->tags);
  parse_tags (parser);
  if (!is_ok)
    stop (parser, "a tag is too long: the rest was not read");
}

static void
finish_xml (TcnParser *parser)
{
  gboolean is_whole;

  if (parser->is_stopped)
    return;
  g_string_truncate (parser->tags, 0);
  is_whole = tcn_markup_finish (parser->markup, parser->tags);
  parse_tags (parser);
  if (!parser->is_stopped)
    xmlParseChunk (parser->xml, NULL, 0, 1);
  if (parser->mender == NULL && !parser->xml->wellFormed && !parser->is_stopped) {
    start_mending (parser);
    if (!parser->is_stopped)
      xmlParseChunk (parser->xml, NULL, 0, 1);
  }
  if (!is_whole && !parser->has_error)
    tcn_reader_warn (parser->reader, 0, "the document breaks off");
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

static gboolean
find_kind (TcnParser *parser, GError **error)
{
  const char *s = parser->decoded->str;
  gsize n = parser->decoded->len;
  gsize i = 0;

  while (i < n && (g_ascii_isspace (s[i]) ||
                   (n - i >= 3 && memcmp (s + i, "\xef\xbb\xbf", 3) == 0)))
    i += g_ascii_isspace (s[i]) ? 1 : 3;
  if (i == n) {
    g_set_error (error, TCN_ERROR, TCN_ERROR_FORMAT, "an empty document is no feed");
    return FALSE;
  }
  if (s[i] == '{') {
    parser->kind = KIND_JSON;
    return TRUE;
  }
  i += find_document (s + i, n - i);
  if (i == n) {
    g_set_error (error, TCN_ERROR, TCN_ERROR_FORMAT, "neither XML nor JSON: no feed");
    return FALSE;
  }
  for (gsize k = 0; k < i; k++)
    parser->first_line += s[k] == '\n' ? 1 : 0;
  g_string_erase (parser->decoded, 0, (gssize) i);
  parser->kind = KIND_XML;
  open_xml (parser, 0);
  return TRUE;
}

static gboolean
process_text (TcnParser *parser, const char *text, gsize n, GError **error)
{
  parse_text (parser, text, n);
  if (!parser->reader->is_page || parser->reader->has_root)
    return TRUE;
  g_set_error (error, TCN_ERROR, TCN_ERROR_FORMAT, "a web page, no feed");
  return FALSE;
}

/* Reads what has been decoded. */
static gboolean
process (TcnParser *parser, GError **error)
{
  if (parser->kind == KIND_UNKNOWN && !find_kind (parser, error))
    return FALSE;
  if (parser->kind == KIND_JSON)
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
  if (parser->decoded->len < BATCH_BYTES)
    return TRUE;
  return process (parser, error);
}

gboolean
tcn_parser_push (TcnParser *parser, const char *bytes, gsize n, GError **error)
{
  gsize head = parser->kind == KIND_UNKNOWN ? MIN (n, HEAD_BYTES) : 0;
  gsize plain = 0;

  if (head > 0 && !push_some (parser, bytes, head, error))
    return FALSE;
  /* What is clean already needs no copy. */
  if (parser->kind == KIND_XML && parser->decoded->len == 0 && n - head >= BATCH_BYTES)
    plain = tcn_decoder_skip_plain (parser->decoder, bytes + head, n - head);
  if (plain > 0 && !process_text (parser, bytes + head, plain, error))
    return FALSE;
  head += plain;
  return head == n || push_some (parser, bytes + head, n - head, error);
}

TcnFeed *
tcn_parser_finish (TcnParser *parser, GError **error)
{
  TcnReader *reader = parser->reader;

  tcn_decoder_finish (parser->decoder, parser->decoded);
  if (parser->kind != KIND_XML || parser->decoded->len > 0)
    if (!process (parser, error))
      return NULL;
  if (parser->kind == KIND_JSON)
    return tcn_json_feed_read (parser->decoded->str, parser->decoded->len,
                               &reader->options, reader->func, reader->data, error);
  finish_xml (parser);
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
  static const char *const roots[] = { "rss", "rdf", "feed", "entry", "channel" };
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
