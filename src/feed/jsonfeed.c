/* SPDX-License-Identifier: MIT */
#include "feed/jsonfeed.h"

#include <json-glib/json-glib.h>
#include <string.h>

#include "feed/date.h"
#include "feed/html.h"
#include "feed/reader.h"
#include "tocsin/error.h"
#include "tocsin/limits.h"
#include "tocsin/text.h"
#include "tocsin/url.h"

#define MAX_JSON_DEPTH 64 /* json-glib's parser calls itself at each bracket */

/* --- values of any type ----------------------------------------------------------------- */

static JsonNode *
find_value (JsonObject *object, const char *name)
{
  return object != NULL ? json_object_get_member (object, name) : NULL;
}

/* A string; a number is taken as written. Anything else is none. (transfer full) */
static char *
dup_string (JsonObject *object, const char *name)
{
  JsonNode *node = find_value (object, name);
  char number[G_ASCII_DTOSTR_BUF_SIZE];
  GType type = node != NULL && JSON_NODE_HOLDS_VALUE (node)
                   ? json_node_get_value_type (node)
                   : G_TYPE_INVALID;

  if (type == G_TYPE_STRING)
    return tcn_text_make_clean (json_node_get_string (node), -1);
  if (type == G_TYPE_INT64)
    return g_strdup_printf ("%" G_GINT64_FORMAT, json_node_get_int (node));
  if (type == G_TYPE_DOUBLE)
    return g_strdup (g_ascii_dtostr (number, sizeof number, json_node_get_double (node)));
  return NULL;
}

static JsonObject *
find_object (JsonObject *object, const char *name)
{
  JsonNode *node = find_value (object, name);

  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node)
                                                       : NULL;
}

static JsonArray *
find_array (JsonObject *object, const char *name)
{
  JsonNode *node = find_value (object, name);

  return node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
}

static JsonObject *
object_at (JsonArray *array, guint i)
{
  JsonNode *node = json_array_get_element (array, i);

  return JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

/* Text on one line, as long as a title at most. (transfer full) (nullable) */
static char *
make_line (const char *text)
{
  char *line = tcn_text_one_line (text);
  gsize n = TCN_MAX_TITLE_BYTES;

  if (line == NULL || strlen (line) <= n)
    return line;
  while (n > 0 && ((guchar) line[n] & 0xc0) == 0x80)
    n--;
  line[n] = '\0';
  return line;
}

/* A title: HTML only where it evidently is. (transfer full) (nullable) */
static char *
dup_title (JsonObject *object)
{
  g_autofree char *text = dup_string (object, "title");
  g_autoptr (GString) plain = NULL;

  if (text == NULL || !tcn_html_is_evident (text, strlen (text)))
    return make_line (text);
  plain = g_string_new (NULL);
  tcn_html_to_text (plain, text, strlen (text), TCN_HTML_ONE_LINE);
  return make_line (plain->str);
}

/* (transfer full) (nullable) */
static char *
dup_line (JsonObject *object, const char *name)
{
  g_autofree char *text = dup_string (object, name);

  return make_line (text);
}

/* Text with its paragraphs, from HTML or not. (transfer full) (nullable) */
static char *
dup_text (JsonObject *object, const char *name, gboolean is_html)
{
  g_autofree char *text = dup_string (object, name);
  g_autoptr (GString) plain = NULL;

  if (text == NULL)
    return NULL;
  plain = g_string_new (NULL);
  if (is_html)
    tcn_html_to_text (plain, text, strlen (text), TCN_HTML_BLOCKS);
  else
    tcn_plain_to_text (plain, text, strlen (text), TCN_HTML_BLOCKS);
  if (plain->len > TCN_MAX_TEXT_BYTES) {
    gsize n = TCN_MAX_TEXT_BYTES;

    while (n > 0 && ((guchar) plain->str[n] & 0xc0) == 0x80)
      n--;
    g_string_truncate (plain, n);
  }
  return plain->len > 0 ? g_strndup (plain->str, plain->len) : NULL;
}

/* Plain text, or HTML where it evidently is. (transfer full) (nullable) */
static char *
dup_guessed (JsonObject *object, const char *name)
{
  g_autofree char *text = dup_string (object, name);

  return text != NULL ? dup_text (object, name, tcn_html_is_evident (text, strlen (text)))
                      : NULL;
}

static gint64
read_time (JsonObject *object, const char *name)
{
  JsonNode *node = find_value (object, name);

  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node))
    return TCN_TIME_NONE;
  if (json_node_get_value_type (node) == G_TYPE_STRING)
    return tcn_date_parse (json_node_get_string (node));
  if (json_node_get_value_type (node) == G_TYPE_BOOLEAN)
    return TCN_TIME_NONE;
  return tcn_date_from_number (json_node_get_double (node));
}

static char *
dup_link (JsonObject *object, const char *name, const char *base)
{
  g_autofree char *text = dup_string (object, name);
  g_autofree char *link = tcn_url_resolve (base, text);

  return link != NULL && !tcn_url_is_shady (link) ? g_steal_pointer (&link) : NULL;
}

/* --- parts ------------------------------------------------------------------------------ */

static void
add_author (GString *authors, guint8 *rank, JsonObject *author)
{
  g_autofree char *name = dup_line (author, "name");
  g_autofree char *email = dup_line (author, "email");
  TcnPerson person = { name, email };

  tcn_author_add (authors, rank, &person, 0);
}

/* "authors" of 1.1, which some write as one object, else "author" of 1.0. (transfer full)
 * (nullable) */
static char *
dup_authors (JsonObject *object)
{
  JsonArray *array = find_array (object, "authors");
  g_autoptr (GString) authors = g_string_new (NULL);
  guint8 rank = TCN_RANK_NONE;

  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    add_author (authors, &rank, object_at (array, i));
  if (authors->len == 0)
    add_author (authors, &rank, find_object (object, "authors"));
  if (authors->len == 0)
    add_author (authors, &rank, find_object (object, "author"));
  return authors->len > 0 ? g_strndup (authors->str, authors->len) : NULL;
}

static void
add_tags (TcnItem *item, JsonArray *tags)
{
  for (guint i = 0; tags != NULL && i < json_array_get_length (tags); i++) {
    JsonNode *node = json_array_get_element (tags, i);
    char *tag =
        JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING
            ? make_line (json_node_get_string (node))
            : NULL;

    tcn_category_take (item, tag);
  }
}

static void
add_attachments (TcnItem *item, JsonArray *attachments, const char *base)
{
  for (guint i = 0; attachments != NULL && i < json_array_get_length (attachments); i++) {
    JsonObject *object = object_at (attachments, i);
    g_autofree char *url = dup_link (object, "url", base);
    g_autofree char *type = dup_line (object, "mime_type");
    JsonNode *size = find_value (object, "size_in_bytes");
    gdouble bytes = size != NULL && JSON_NODE_HOLDS_VALUE (size) &&
                            json_node_get_value_type (size) != G_TYPE_STRING
                        ? json_node_get_double (size)
                        : -1;

    if (url != NULL)
      tcn_enclosure_add (item, url, type,
                         bytes >= 0 && bytes < 1e15 ? (gint64) bytes : -1);
  }
}

static TcnItem *
read_item (JsonObject *object, const char *base)
{
  TcnItem *item = tcn_item_new ();
  g_autofree char *id = dup_string (object, "id");

  item->guid = id != NULL && *g_strstrip (id) != '\0' ? g_steal_pointer (&id) : NULL;
  item->title = dup_title (object);
  item->link = dup_link (object, "url", base);
  if (item->link == NULL)
    item->link = dup_link (object, "external_url", base);
  if (item->link == NULL && item->guid != NULL && tcn_url_is_openable (item->guid))
    item->link = g_strdup (item->guid);
  item->author = dup_authors (object);
  item->published_unix = read_time (object, "date_published");
  item->updated_unix = read_time (object, "date_modified");
  item->summary = dup_guessed (object, "summary");
  item->content = dup_text (object, "content_html", TRUE);
  if (item->content == NULL)
    item->content = dup_text (object, "content_text", FALSE);
  item->language = dup_line (object, "language");
  add_tags (item, find_array (object, "tags"));
  add_attachments (item, find_array (object, "attachments"), base);
  return item;
}

/* --- the document ----------------------------------------------------------------------- */

/* Brackets that are open at once, outside of strings. */
static guint
measure_depth (const char *text, gsize n)
{
  guint depth = 0;
  guint most = 0;
  gboolean is_string = FALSE;

  for (gsize i = 0; i < n; i++) {
    char c = text[i];

    if (is_string) {
      if (c == '\\')
        i++;
      else if (c == '"')
        is_string = FALSE;
    } else if (c == '"') {
      is_string = TRUE;
    } else if (c == '{' || c == '[') {
      depth++;
      most = MAX (most, depth);
    } else if ((c == '}' || c == ']') && depth > 0) {
      depth--;
    }
  }
  return most;
}

static JsonObject *
load (JsonParser *parser, const char *text, gsize n, GError **error)
{
  g_autoptr (GError) cause = NULL;
  JsonNode *root;

  if (measure_depth (text, n) > MAX_JSON_DEPTH) {
    g_set_error (error, TCN_ERROR, TCN_ERROR_FORMAT, "JSON is nested too deep");
    return NULL;
  }
  if (!json_parser_load_from_data (parser, text, (gssize) n, &cause)) {
    g_set_error (error, TCN_ERROR, TCN_ERROR_FORMAT, "not JSON: %s", cause->message);
    return NULL;
  }
  root = json_parser_get_root (parser);
  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root)) {
    g_set_error (error, TCN_ERROR, TCN_ERROR_FORMAT, "JSON without an object");
    return NULL;
  }
  return json_node_get_object (root);
}

/* What links are relative to: where the feed came from, or says that it is. (transfer full)
 * (nullable) */
static char *
dup_base (JsonObject *object, const char *base_url)
{
  char *base =
      base_url != NULL ? g_strdup (base_url) : dup_link (object, "feed_url", NULL);

  return base != NULL ? base : dup_link (object, "home_page_url", NULL);
}

/* Some write the bare number where the address belongs. */
static gboolean
is_version (const char *version)
{
  return version != NULL &&
         (strstr (version, "jsonfeed.org/version/") != NULL ||
          strcmp (version, "1.0") == 0 || strcmp (version, "1.1") == 0);
}

static TcnFeed *
read_feed (JsonObject *object, const char *version, const char *base)
{
  TcnFeed *feed = tcn_feed_new ();

  feed->format =
      strstr (version, "1.1") != NULL ? TCN_FORMAT_JSON_1_1 : TCN_FORMAT_JSON_1_0;
  feed->title = dup_title (object);
  feed->link = dup_link (object, "home_page_url", base);
  feed->description = dup_guessed (object, "description");
  feed->language = dup_line (object, "language");
  feed->author = dup_authors (object);
  feed->updated_unix = read_time (object, "date_modified");
  return feed;
}

TcnFeed *
tcn_json_feed_read (const char *text, gsize n, const TcnParseOptions *options,
                    TcnItemFunc func, gpointer data, GError **error)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  JsonObject *object = load (parser, text, n, error);
  g_autofree char *version = dup_string (object, "version");
  g_autofree char *base = NULL;
  guint max = options->max_items > 0 ? options->max_items : G_MAXUINT;
  TcnFeed *feed;
  JsonArray *items;

  if (object == NULL)
    return NULL;
  if (!is_version (version)) {
    g_set_error (error, TCN_ERROR, TCN_ERROR_FORMAT,
                 "JSON, but no feed: its version is not one of JSON Feed");
    return NULL;
  }
  base = dup_base (object, options->base_url);
  feed = read_feed (object, version, base);
  items = find_array (object, "items");
  for (guint i = 0; items != NULL && i < MIN (json_array_get_length (items), max); i++)
    if (object_at (items, i) != NULL) {
      feed->n_items++;
      func (read_item (object_at (items, i), base), data);
    }
  return feed;
}

gboolean
tcn_json_feed_sniff (const char *text, gsize n)
{
  gsize i = 0;

  while (i < n && g_ascii_isspace (text[i]))
    i++;
  if (i == n || text[i] != '{')
    return FALSE;
  return g_strstr_len (text, (gssize) n, "jsonfeed.org/version/") != NULL ||
         g_strstr_len (text, (gssize) n, "jsonfeed.org\\/version\\/") != NULL;
}
