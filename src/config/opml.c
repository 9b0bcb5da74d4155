/* SPDX-License-Identifier: MIT */
#include "tocsin/opml.h"

#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <limits.h>
#include <string.h>

#include "config/source.h"
#include "tocsin/limits.h"
#include "tocsin/text.h"
#include "tocsin/url.h"

#define MAX_TOLD 20 /* outlines that are left out: each costs a walk through the file */

typedef struct {
  const TcnSource *source;
  GPtrArray *faults;
  GPtrArray *outlines;
  GPtrArray
      *folders; /* of char*, one for each open outline; NULL where it is no folder */
  xmlParserCtxt *parser;
  guint n_left_out;
  gboolean has_root;
  gboolean has_failed;
  gboolean has_misfit;
} Reading;

void
tcn_outline_free (TcnOutline *outline)
{
  if (outline == NULL)
    return;
  g_free (outline->url);
  g_free (outline->title);
  g_strfreev (outline->tags);
  g_free (outline);
}

/* The place of a line and a column (from 1) of the parser's. A file that is not in an
 * encoding with single bytes for line ends has no such lines; it is pointed at as a whole. */
static TcnPlace
find_place (const TcnSource *source, int line, int column)
{
  TcnPlace place = { .source = source };
  gsize size;
  const char *text = g_bytes_get_data (source->bytes, &size);
  gsize at = 0;

  for (int i = 1; i < line; i++) {
    const char *newline = at < size ? memchr (text + at, '\n', size - at) : NULL;

    if (newline == NULL)
      return place;
    at = (gsize) (newline - text) + 1;
  }
  place.line = (guint) MAX (line, 1);
  place.line_at = at;
  place.start = (gsize) MAX (column - 1, 0);
  place.end = place.start + 1;
  return place;
}

static void
fail (Reading *reading, int line, int column, const char *message)
{
  TcnPlace place = find_place (reading->source, line, column);

  if (reading->has_failed)
    return;
  reading->has_failed = TRUE;
  tcn_place_error (&place, reading->faults, NULL, "not a readable OPML file: %s",
                   message);
  xmlStopParser (reading->parser);
}

static void
on_error (void *data, xmlError *error)
{
  Reading *reading = data;
  g_autofree char *message = tcn_text_one_line (error->message);

  /* libxml2 calls a document without its end one with extra content. */
  if (error->code == XML_ERR_DOCUMENT_END && reading->parser->nameNr > 0) {
    fail (reading, error->line, error->int2, "it ends too early");
    return;
  }
  if (error->level >= XML_ERR_ERROR && error->domain != XML_FROM_NAMESPACE)
    fail (reading, error->line, error->int2, message != NULL ? message : "unknown error");
}

/* Where bytes do not fit the encoding, libxml2 forgets whose document it reads; and it must
 * not be stopped there. */
static void
on_stray_error (void *data, xmlError *error)
{
  Reading *reading = data;

  reading->has_misfit |= error->level >= XML_ERR_ERROR;
}

/* libxml2 leaves "&" as a character reference where entities are not replaced, so that a
 * later pass could tell it from markup; there is no later pass here. */
static char *
decode_value (const xmlChar *begin, const xmlChar *end)
{
  g_autofree char *raw = g_strndup ((const char *) begin, (gsize) (end - begin));
  g_auto (GStrv) parts = g_strsplit (raw, "&#38;", -1);
  g_autofree char *whole = g_strjoinv ("&", parts);

  return tcn_text_one_line (whole);
}

/* Attributes come as groups of five: name, prefix, URI, value, its end. */
static char *
take_attribute (const xmlChar **attributes, int n, const char *name)
{
  for (int i = 0; i < n; i++)
    if (g_ascii_strcasecmp ((const char *) attributes[5 * i], name) == 0)
      return decode_value (attributes[5 * i + 3], attributes[5 * i + 4]);
  return NULL;
}

static GStrv
collect_tags (const GPtrArray *folders)
{
  g_autoptr (GPtrArray) tags = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < folders->len; i++) {
    const char *folder = folders->pdata[i];

    if (folder != NULL &&
        !g_ptr_array_find_with_equal_func (tags, folder, g_str_equal, NULL))
      g_ptr_array_add (tags, g_strdup (folder));
  }
  g_ptr_array_add (tags, NULL);
  return (GStrv) g_ptr_array_free (g_steal_pointer (&tags), FALSE);
}

static void
leave_out (Reading *reading, int line)
{
  TcnPlace place;

  if (++reading->n_left_out > MAX_TOLD)
    return;
  place = find_place (reading->source, line, 1);
  tcn_place_warn (&place, reading->faults, NULL,
                  "left out: only http and https URLs are taken from OPML files");
}

static void
tell_rest (const Reading *reading)
{
  const TcnPlace whole = { .source = reading->source };

  if (reading->n_left_out > MAX_TOLD)
    tcn_place_warn (&whole, reading->faults, NULL, "%u more are left out",
                    reading->n_left_out - MAX_TOLD);
}

static void
add_feed (Reading *reading, char *url, char *title)
{
  int line = xmlSAX2GetLineNumber (reading->parser);
  TcnOutline *outline;

  if (!tcn_url_is_openable (url) || strlen (url) > TCN_MAX_URL_BYTES) {
    leave_out (reading, line);
    g_free (url);
    g_free (title);
    return;
  }
  outline = g_new0 (TcnOutline, 1);
  outline->url = url;
  outline->title = title;
  outline->tags = collect_tags (reading->folders);
  outline->line = (guint) MAX (line, 0);
  g_ptr_array_add (reading->outlines, outline);
}

static void
on_start (void *data, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri,
          int n_namespaces, const xmlChar **namespaces, int n_attributes, int n_defaulted,
          const xmlChar **attributes)
{
  Reading *reading = data;
  char *url, *title;

  if (!reading->has_root && g_ascii_strcasecmp ((const char *) name, "opml") != 0) {
    fail (reading, xmlSAX2GetLineNumber (reading->parser), 1,
          "the root element is not “opml”");
    return;
  }
  reading->has_root = TRUE;
  if (g_ascii_strcasecmp ((const char *) name, "outline") != 0)
    return;
  if (reading->folders->len >= TCN_MAX_XML_DEPTH) {
    fail (reading, xmlSAX2GetLineNumber (reading->parser), 1,
          "the outlines are nested too deeply");
    return;
  }
  url = take_attribute (attributes, n_attributes, "xmlUrl");
  title = take_attribute (attributes, n_attributes, "title");
  if (title == NULL)
    title = take_attribute (attributes, n_attributes, "text");
  if (url != NULL) {
    add_feed (reading, url, title);
    title = NULL;
  }
  if (title != NULL)
    g_strdelimit (title, ";", ',');
  g_ptr_array_add (reading->folders, title);
}

static void
on_end (void *data, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
  Reading *reading = data;

  if (g_ascii_strcasecmp ((const char *) name, "outline") == 0 &&
      reading->folders->len > 0)
    g_ptr_array_set_size (reading->folders, (int) reading->folders->len - 1);
}

/* With no handlers for declarations there are no entities but the five of XML: a reference
 * to any other is an error, whatever the document declares. That holds only while the user
 * data is not the parser itself: then libxml2 would fall back to its own handlers. */
static void
parse (Reading *reading)
{
  xmlSAXHandler handler = {
    .initialized = XML_SAX2_MAGIC,
    .startElementNs = on_start,
    .endElementNs = on_end,
    .serror = on_error,
  };
  xmlStructuredErrorFunc former = xmlStructuredError;
  void *former_data = xmlStructuredErrorContext;
  gsize size;
  const char *text = g_bytes_get_data (reading->source->bytes, &size);

  xmlSetStructuredErrorFunc (reading, (xmlStructuredErrorFunc) on_stray_error);
  reading->parser = xmlCreatePushParserCtxt (&handler, reading, NULL, 0, NULL);
  xmlCtxtUseOptions (reading->parser, XML_PARSE_NONET);
  if (size > INT_MAX)
    fail (reading, 1, 1, "it is too large");
  else
    xmlParseChunk (reading->parser, text, (int) size, 1);
  if (reading->has_misfit)
    fail (reading, 1, 1, "its bytes do not fit its encoding");
  /* The library keeps an internal subset's declarations in a document of its own making. */
  xmlFreeDoc (reading->parser->myDoc);
  xmlFreeParserCtxt (reading->parser);
  xmlSetStructuredErrorFunc (former_data, former);
}

GPtrArray *
tcn_opml_read (const char *path, GBytes *bytes, GPtrArray *faults)
{
  g_autoptr (TcnSource) source = tcn_source_new (path, bytes, FALSE);
  g_autoptr (GPtrArray) folders = g_ptr_array_new_with_free_func (g_free);
  Reading reading = {
    .source = source,
    .faults = faults,
    .folders = folders,
    .outlines = g_ptr_array_new_with_free_func ((GDestroyNotify) tcn_outline_free),
  };

  parse (&reading);
  tell_rest (&reading);
  return reading.outlines;
}

/* ---- Out ---- */

/* A folder while it is written: its own feeds come before the folders in it. */
typedef struct Folder {
  const char *name;
  GPtrArray *feeds;    /* of TcnFeedConfig*, borrowed */
  GPtrArray *folders;  /* of Folder*, in the order in which they were needed */
  GHashTable *by_name; /* the same, borrowed */
} Folder;

static void
free_folder (gpointer data)
{
  Folder *folder = data;

  g_ptr_array_unref (folder->feeds);
  g_ptr_array_unref (folder->folders);
  g_hash_table_unref (folder->by_name);
  g_free (folder);
}

static Folder *
create_folder (const char *name)
{
  Folder *folder = g_new0 (Folder, 1);

  folder->name = name;
  folder->feeds = g_ptr_array_new ();
  folder->folders = g_ptr_array_new_with_free_func (free_folder);
  folder->by_name = g_hash_table_new (g_str_hash, g_str_equal);
  return folder;
}

/* Reading takes the folders around a feed as its tags: so each tag opens one. */
static void
sort_in (Folder *root, const TcnFeedConfig *feed)
{
  Folder *folder = root;

  for (char **tag = feed->tags; *tag != NULL; tag++) {
    Folder *inner = g_hash_table_lookup (folder->by_name, *tag);

    if (inner == NULL) {
      inner = create_folder (*tag);
      g_ptr_array_add (folder->folders, inner);
      g_hash_table_insert (folder->by_name, (gpointer) inner->name, inner);
    }
    folder = inner;
  }
  g_ptr_array_add (folder->feeds, (gpointer) feed);
}

static void
write_feed (GString *out, const TcnFeedConfig *feed, int indent)
{
  g_autofree char *url = tcn_url_redacted (feed->url);
  g_autofree char *line =
      g_markup_printf_escaped ("<outline type=\"rss\" text=\"%s\" xmlUrl=\"%s\"/>\n",
                               feed->title != NULL ? feed->title : feed->name, url);

  g_string_append_printf (out, "%*s%s", indent, "", line);
}

static void
write_folder (GString *out, const Folder *folder, int indent)
{
  for (guint i = 0; i < folder->feeds->len; i++)
    write_feed (out, folder->feeds->pdata[i], indent);
  for (guint i = 0; i < folder->folders->len; i++) {
    const Folder *inner = folder->folders->pdata[i];
    g_autofree char *name = g_markup_escape_text (inner->name, -1);

    g_string_append_printf (out, "%*s<outline text=\"%s\">\n", indent, "", name);
    write_folder (out, inner, indent + 2);
    g_string_append_printf (out, "%*s</outline>\n", indent, "");
  }
}

guint
tcn_opml_write (GString *out, const GPtrArray *feeds)
{
  Folder *root = create_folder ("");
  guint n = 0;

  for (guint i = 0; i < feeds->len; i++) {
    const TcnFeedConfig *feed = feeds->pdata[i];

    if (!tcn_url_is_openable (feed->url))
      continue;
    sort_in (root, feed);
    n++;
  }
  g_string_append (out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                        "<opml version=\"2.0\">\n"
                        "  <head>\n"
                        "    <title>tocsin</title>\n"
                        "  </head>\n"
                        "  <body>\n");
  write_folder (out, root, 4);
  g_string_append (out, "  </body>\n</opml>\n");
  free_folder (root);
  return n;
}
