/* SPDX-License-Identifier: MIT */
#include "tocsin/opml.h"

#include <string.h>

#include "config/feeds.h"
#include "config/source.h"
#include "feed/decode.h"
#include "tocsin/limits.h"
#include "tocsin/text.h"
#include "tocsin/url.h"

#define MAX_SHOWN 60 /* characters of an outline's URL */
#define MAX_TOLD 20  /* outlines that are left out: each costs a walk through the file */
#define REPLACEMENT "\xef\xbf\xbd"

typedef struct {
  const TcnSource *source;
  GPtrArray *faults;
  GPtrArray *outlines;
  GHashTable *by_url; /* the same; borrowed */
  GPtrArray
      *folders; /* of char*, one for each open outline; NULL where it is no folder */
  guint line;   /* that is being read, from 1 */
  guint n_left_out;
  gboolean has_root;
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

/* --- places ----------------------------------------------------------------------------- */

/* The beginning of a line, counted from 1. A file that is not in an encoding with single bytes
 * for line ends has no such lines; it is pointed at as a whole. */
static TcnPlace
find_place (const TcnSource *source, guint line)
{
  TcnPlace place = { .source = source };
  gsize size;
  const char *text = g_bytes_get_data (source->bytes, &size);
  gsize at = 0;

  for (guint i = 1; i < line; i++) {
    const char *newline = at < size ? memchr (text + at, '\n', size - at) : NULL;

    if (newline == NULL)
      return place;
    at = (gsize) (newline - text) + 1;
  }
  place.line = MAX (line, 1);
  place.line_at = at;
  while (at < size && (text[at] == ' ' || text[at] == '\t'))
    at++;
  place.start = at - place.line_at;
  place.end = place.start + 1;
  return place;
}

/* --- outlines --------------------------------------------------------------------------- */

static const char *
find_attribute (const char **names, const char **values, const char *name)
{
  for (guint i = 0; names[i] != NULL; i++)
    if (g_ascii_strcasecmp (names[i], name) == 0)
      return values[i];
  return NULL;
}

static char *
take_attribute (const char **names, const char **values, const char *name)
{
  return tcn_text_one_line (find_attribute (names, values, name));
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
leave_out (Reading *reading, const char *url, const char *why)
{
  g_autofree char *redacted = tcn_url_redacted (url);
  g_autofree char *shown = tcn_text_cut (redacted, MAX_SHOWN);
  TcnPlace place;

  if (++reading->n_left_out > MAX_TOLD)
    return;
  place = find_place (reading->source, reading->line);
  tcn_place_warn (&place, reading->faults, NULL, "left out “%s”: %s", shown, why);
}

static void
tell_rest (const Reading *reading)
{
  const TcnPlace whole = { .source = reading->source };

  if (reading->n_left_out > MAX_TOLD)
    tcn_place_warn (&whole, reading->faults, NULL, "%u more are left out",
                    reading->n_left_out - MAX_TOLD);
}

static const char *
why_not (const char *url)
{
  if (!tcn_url_is_openable (url))
    return "only http and https URLs are taken from OPML files";
  if (strlen (url) > TCN_MAX_URL_BYTES)
    return "its URL is too long";
  if (strstr (url, REPLACEMENT) != NULL)
    return "its URL has bytes that do not fit the file's encoding";
  return NULL;
}

/* One more place of a feed: what it adds to the first. */
static void
add_place (const Reading *reading, TcnOutline *outline, char *title)
{
  g_auto (GStrv) tags = collect_tags (reading->folders);

  tcn_feeds_merge_tags (&outline->tags, tags);
  if (outline->title == NULL)
    outline->title = g_steal_pointer (&title);
  g_free (title);
}

static void
add_feed (Reading *reading, char *url, char *title)
{
  const char *why = why_not (url);
  TcnOutline *outline;

  if (why != NULL) {
    leave_out (reading, url, why);
    g_free (url);
    g_free (title);
    return;
  }
  outline = g_hash_table_lookup (reading->by_url, url);
  if (outline != NULL) {
    add_place (reading, outline, title);
    g_free (url);
    return;
  }
  outline = g_new0 (TcnOutline, 1);
  outline->url = url;
  outline->title = title;
  outline->tags = collect_tags (reading->folders);
  outline->line = reading->line;
  g_ptr_array_add (reading->outlines, outline);
  g_hash_table_insert (reading->by_url, outline->url, outline);
}

/* Is it what a feed of that URL is called anyway? Then it is no title. */
static gboolean
is_name (const char *text, const char *url)
{
  g_autofree char *name = tcn_feeds_make_name (url, NULL, FALSE);
  g_autofree char *long_name = tcn_feeds_make_name (url, NULL, TRUE);

  return g_str_equal (text, name) || g_str_equal (text, long_name);
}

static void
open_outline (Reading *reading, const char **names, const char **values)
{
  g_autofree char *written = take_attribute (names, values, "xmlUrl");
  char *url = written != NULL ? tcn_url_tidy_scheme (written) : NULL;
  char *title = take_attribute (names, values, "title");

  if (title == NULL)
    title = take_attribute (names, values, "text");
  if (url != NULL && title != NULL && is_name (title, url))
    g_clear_pointer (&title, g_free);
  if (url == NULL && find_attribute (names, values, "xmlUrl") != NULL)
    leave_out (reading, title != NULL ? title : "", "its URL is empty");
  if (url != NULL) {
    add_feed (reading, url, title);
    title = NULL;
  }
  if (title != NULL)
    g_strdelimit (title, ";", ',');
  g_ptr_array_add (reading->folders, title);
}

/* --- the document ----------------------------------------------------------------------- */

static void
on_start (GMarkupParseContext *parser, const char *name, const char **names,
          const char **values, gpointer data, GError **error)
{
  Reading *reading = data;

  if (!reading->has_root && g_ascii_strcasecmp (name, "opml") != 0) {
    g_set_error_literal (error, G_MARKUP_ERROR, G_MARKUP_ERROR_UNKNOWN_ELEMENT,
                         "the root element is not “opml”");
    return;
  }
  reading->has_root = TRUE;
  if (g_ascii_strcasecmp (name, "outline") != 0)
    return;
  if (reading->folders->len >= TCN_MAX_XML_DEPTH) {
    g_set_error_literal (error, G_MARKUP_ERROR, G_MARKUP_ERROR_PARSE,
                         "the outlines are nested too deeply");
    return;
  }
  open_outline (reading, names, values);
}

static void
on_end (GMarkupParseContext *parser, const char *name, gpointer data, GError **error)
{
  Reading *reading = data;

  if (g_ascii_strcasecmp (name, "outline") == 0 && reading->folders->len > 0)
    g_ptr_array_set_size (reading->folders, (int) reading->folders->len - 1);
}

static GString *
decode (const TcnSource *source, GError **error)
{
  g_autoptr (TcnDecoder) decoder = tcn_decoder_new (NULL);
  g_autoptr (GString) text = g_string_new (NULL);
  gsize size;
  const char *bytes = g_bytes_get_data (source->bytes, &size);

  tcn_decoder_push (decoder, bytes, size, text);
  tcn_decoder_finish (decoder, text);
  if (tcn_decoder_unknown_charset (decoder) != NULL) {
    g_set_error (error, G_MARKUP_ERROR, G_MARKUP_ERROR_BAD_UTF8,
                 "its encoding “%s” is not known", tcn_decoder_unknown_charset (decoder));
    return NULL;
  }
  return g_steal_pointer (&text);
}

/* There are no entities but the five of XML, whatever the document declares. Line by line:
 * GMarkup's own count is of where it looks ahead to. */
static void
parse (Reading *reading, GMarkupParseContext *parser, GError **error)
{
  g_autoptr (GString) text = decode (reading->source, error);
  const char *next;

  if (text == NULL)
    return;
  for (const char *p = text->str, *end = p + text->len; p < end; p = next) {
    const char *newline = memchr (p, '\n', (gsize) (end - p));

    reading->line++;
    next = newline != NULL ? newline + 1 : end;
    if (!g_markup_parse_context_parse (parser, p, next - p, error))
      return;
  }
  g_markup_parse_context_end_parse (parser, error);
}

/* GMarkup puts the place before its message. */
static const char *
bare_message (const GError *error)
{
  const char *rest = strstr (error->message, ": ");

  return error->code != G_MARKUP_ERROR_UNKNOWN_ELEMENT && rest != NULL ? rest + 2
                                                                       : error->message;
}

GPtrArray *
tcn_opml_read (const char *path, GBytes *bytes, GPtrArray *faults)
{
  static const GMarkupParser handler = { .start_element = on_start,
                                         .end_element = on_end };
  g_autoptr (TcnSource) source = tcn_source_new (path, bytes, FALSE);
  g_autoptr (GPtrArray) folders = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GHashTable) by_url = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GError) error = NULL;
  Reading reading = {
    .source = source,
    .faults = faults,
    .folders = folders,
    .by_url = by_url,
    .outlines = g_ptr_array_new_with_free_func ((GDestroyNotify) tcn_outline_free),
  };
  g_autoptr (GMarkupParseContext) parser =
      g_markup_parse_context_new (&handler, 0, &reading, NULL);

  parse (&reading, parser, &error);
  if (error != NULL) {
    TcnPlace place = find_place (source, reading.line);

    tcn_place_error (&place, faults, NULL, "not a readable OPML file: %s",
                     bare_message (error));
  }
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
  g_autofree char *place = g_markup_printf_escaped (" xmlUrl=\"%s\"/>\n", url);
  g_autofree char *text =
      g_markup_printf_escaped ("<outline type=\"rss\" text=\"%s\"",
                               feed->title != NULL ? feed->title : feed->name);
  g_autofree char *title =
      g_markup_printf_escaped (" title=\"%s\"", feed->title != NULL ? feed->title : "");

  g_string_append_printf (out, "%*s%s%s%s", indent, "", text,
                          feed->title != NULL ? title : "", place);
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
