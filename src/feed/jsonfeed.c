/* SPDX-License-Identifier: MIT */
#include "feed/jsonfeed.h"

#include <string.h>

#include "feed/date.h"
#include "feed/draft.h"
#include "feed/html.h"
#include "feed/jsontext.h"
#include "feed/reader.h"
#include "tocsin/error.h"
#include "tocsin/limits.h"
#include "tocsin/text.h"
#include "tocsin/url.h"

/* --- values of any type ----------------------------------------------------------------- */

/* A string, as long as a text at most; a number is taken as written. Anything else is none.
 * (transfer full) (nullable) */
static char *
dup_value (TcnJson value)
{
  g_autofree char *text = NULL;
  char *clean;

  if (tcn_json_is_number (value))
    return g_strndup (value.s, MIN (value.n, TCN_MAX_TEXT_BYTES));
  if (!tcn_json_is_string (value))
    return NULL;
  text = tcn_json_dup_string (value);
  clean = tcn_text_make_clean (text, -1);
  clean[tcn_text_whole (clean, strlen (clean), TCN_MAX_TEXT_BYTES)] = '\0';
  return clean;
}

/* (transfer full) (nullable) */
static char *
dup_string (TcnJson object, const char *name)
{
  return dup_value (tcn_json_find (object, name));
}

/* The elements of a list that are left. Some write one of them in its place. */
typedef struct {
  TcnJsonRest rest;
  gboolean is_list;
  TcnJson only;
} Elements;

static Elements
elements_of (TcnJson value)
{
  Elements elements = { .only = value };

  elements.is_list = tcn_json_enter (value, &elements.rest) && !elements.rest.is_object;
  return elements;
}

static gboolean
next_element (Elements *elements, TcnJson *out)
{
  TcnJson name;

  if (elements->is_list)
    return tcn_json_next (&elements->rest, &name, out);
  *out = elements->only;
  elements->only.s = NULL;
  return out->s != NULL;
}

/* An id, which JSON Feed wants as a string whatever its type is. (transfer full) (nullable) */
static char *
dup_id (TcnJson object)
{
  TcnJson value = tcn_json_find (object, "id");
  char *id = value.s != NULL && (*value.s == 't' || *value.s == 'f')
                 ? g_strndup (value.s, value.n)
                 : dup_string (object, "id");

  return id != NULL ? g_strstrip (id) : NULL;
}

/* Text on one line, as long as a title at most. (transfer full) (nullable) */
static char *
make_line (const char *text)
{
  char *line = tcn_text_one_line (text);

  if (line != NULL)
    line[tcn_text_whole (line, strlen (line), TCN_MAX_TITLE_BYTES)] = '\0';
  return line;
}

/* A title: HTML only where it evidently is. (transfer full) (nullable) */
static char *
dup_title (TcnJson object)
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
dup_line (TcnJson object, const char *name)
{
  g_autofree char *text = dup_string (object, name);

  return make_line (text);
}

/* Text with its paragraphs, from HTML or not. (transfer full) (nullable) */
static char *
make_text (const char *text, gboolean is_html)
{
  gsize n = text != NULL ? strlen (text) : 0;
  g_autoptr (GString) plain = g_string_new (NULL);

  if (is_html)
    tcn_html_to_text (plain, text, n, TCN_HTML_BLOCKS);
  else
    tcn_plain_to_text (plain, text, n, TCN_HTML_BLOCKS);
  n = tcn_text_whole (plain->str, plain->len, TCN_MAX_TEXT_BYTES);
  return n > 0 ? g_strndup (plain->str, n) : NULL;
}

/* (transfer full) (nullable) */
static char *
dup_text (TcnJson object, const char *name, gboolean is_html)
{
  g_autofree char *text = dup_string (object, name);

  return make_text (text, is_html);
}

/* Plain text, or HTML where it evidently is. (transfer full) (nullable) */
static char *
dup_guessed (TcnJson object, const char *name)
{
  g_autofree char *text = dup_string (object, name);

  return make_text (text, text != NULL && tcn_html_is_evident (text, strlen (text)));
}

static gint64
read_time (TcnJson object, const char *name)
{
  TcnJson value = tcn_json_find (object, name);
  g_autofree char *text = tcn_json_is_string (value) ? tcn_json_dup_string (value) : NULL;

  if (text != NULL)
    return tcn_date_parse (text);
  return tcn_json_is_number (value) ? tcn_date_from_number (tcn_json_number (value))
                                    : TCN_TIME_NONE;
}

static char *
dup_link (TcnJson object, const char *name, const char *base)
{
  g_autofree char *text = dup_string (object, name);
  g_autofree char *link = tcn_url_resolve (base, text);

  return link != NULL && !tcn_url_is_shady (link) ? g_steal_pointer (&link) : NULL;
}

/* --- parts ------------------------------------------------------------------------------ */

/* An object, or a name alone. */
static void
add_author (GString *authors, guint8 *rank, TcnJson author)
{
  g_autofree char *text = tcn_json_is_string (author) ? dup_value (author) : NULL;
  TcnPerson person = { text != NULL ? make_line (text) : dup_line (author, "name"),
                       dup_line (author, "email") };
  g_autofree char *url = dup_line (author, "url");

  if (person.name == NULL && person.email == NULL && url != NULL &&
      g_ascii_strncasecmp (url, "mailto:", 7) == 0)
    tcn_person_parse (url, &person);
  tcn_author_add (authors, rank, &person, 0);
  tcn_person_clear (&person);
}

static void
add_authors (GString *authors, guint8 *rank, TcnJson value)
{
  Elements list = elements_of (value);
  TcnJson author;

  while (next_element (&list, &author))
    add_author (authors, rank, author);
}

/* "authors" of 1.1, else "author" of 1.0, each of which some write as the other. (transfer
 * full) (nullable) */
static char *
dup_authors (TcnJson object)
{
  g_autoptr (GString) authors = g_string_new (NULL);
  guint8 rank = TCN_RANK_NONE;

  add_authors (authors, &rank, tcn_json_find (object, "authors"));
  if (authors->len == 0)
    add_authors (authors, &rank, tcn_json_find (object, "author"));
  return authors->len > 0 ? g_strndup (authors->str, authors->len) : NULL;
}

static void
add_tags (TcnDraft *draft, TcnJson tags)
{
  Elements list = elements_of (tags);
  TcnJson tag;

  while (next_element (&list, &tag)) {
    g_autofree char *text = dup_value (tag);
    g_autofree char *line = make_line (text);

    if (line != NULL)
      tcn_draft_add_category (draft, line);
  }
}

static void
add_attachments (TcnDraft *draft, TcnJson attachments, const char *base)
{
  Elements list = elements_of (attachments);
  TcnJson attachment;

  while (next_element (&list, &attachment)) {
    g_autofree char *url = dup_link (attachment, "url", base);
    g_autofree char *type = dup_line (attachment, "mime_type");
    TcnJson size = tcn_json_find (attachment, "size_in_bytes");
    gdouble bytes = tcn_json_is_number (size) ? tcn_json_number (size) : -1;

    if (url != NULL)
      tcn_draft_add_enclosure (draft, url, type,
                               bytes >= 0 && bytes < 1e15 ? (gint64) bytes : -1);
  }
}

/* `text` (transfer full) (nullable) as a piece of the item. */
static char *
keep (TcnDraft *draft, char *text)
{
  g_autofree char *owned = text;

  return owned != NULL ? tcn_arena_dup (&draft->arena, owned, strlen (owned)) : NULL;
}

static const TcnItem *
read_item (TcnDraft *draft, TcnJson object, const char *base)
{
  TcnItem *item = tcn_draft_begin (draft);
  char *id = keep (draft, dup_id (object));

  item->guid = id != NULL && *id != '\0' ? id : NULL;
  item->title = keep (draft, dup_title (object));
  item->link = keep (draft, dup_link (object, "url", base));
  if (item->link == NULL)
    item->link = keep (draft, dup_link (object, "external_url", base));
  if (item->link == NULL && item->guid != NULL && tcn_url_is_openable (item->guid))
    item->link = item->guid;
  item->author = keep (draft, dup_authors (object));
  item->published_unix = read_time (object, "date_published");
  item->updated_unix = read_time (object, "date_modified");
  item->summary = keep (draft, dup_guessed (object, "summary"));
  item->content = keep (draft, dup_text (object, "content_html", TRUE));
  if (item->content == NULL)
    item->content = keep (draft, dup_text (object, "content_text", FALSE));
  item->language = keep (draft, dup_line (object, "language"));
  add_tags (draft, tcn_json_find (object, "tags"));
  add_attachments (draft, tcn_json_find (object, "attachments"), base);
  return item;
}

/* --- the document ----------------------------------------------------------------------- */

/* What links are relative to: where the feed came from, or says that it is. (transfer full)
 * (nullable) */
static char *
dup_base (TcnJson object, const char *base_url)
{
  char *base =
      base_url != NULL ? g_strdup (base_url) : dup_link (object, "feed_url", NULL);

  return base != NULL ? base : dup_link (object, "home_page_url", NULL);
}

/* Some forget the version, or write the bare number where the address belongs, as others do
 * in other JSON: then a list of objects that is called "items" must do, */
static gboolean
has_items (TcnJson root)
{
  TcnJsonRest rest;
  TcnJson name, item;

  return tcn_json_enter_open (root, "items", &rest) && !rest.is_object &&
         tcn_json_next (&rest, &name, &item) && *item.s == '{';
}

/* or that all names are those of JSON Feed, or of extensions: what a server says of an error
 * has others. */
static gboolean
has_only_own_names (TcnJson root)
{
  static const char *const own[] = { "title",       "home_page_url", "feed_url",
                                     "description", "next_url",      "user_comment",
                                     "icon",        "favicon",       "author",
                                     "authors",     "language",      "expired",
                                     "hubs",        "items",         NULL };
  TcnJsonRest rest;
  TcnJson name, value;
  guint n = 0;

  if (!tcn_json_enter (root, &rest))
    return FALSE;
  while (tcn_json_next (&rest, &name, &value)) {
    g_autofree char *text = tcn_json_dup_string (name);

    if (g_strv_contains (own, text))
      n++;
    else if (text[0] != '_' && strcmp (text, "version") != 0) /* that is no text */
      return FALSE;
  }
  return n > 0;
}

static gboolean
is_json_feed (TcnJson root, const char *version)
{
  if (version == NULL || strcmp (version, "1.0") == 0 || strcmp (version, "1.1") == 0)
    return has_items (root) || has_only_own_names (root);
  return strstr (version, "jsonfeed.org/version/") != NULL;
}

static TcnFeed *
read_feed (TcnJson object, const char *version, const char *base)
{
  TcnFeed *feed = tcn_feed_new ();

  feed->format = version != NULL && strstr (version, "1.1") == NULL ? TCN_FORMAT_JSON_1_0
                                                                    : TCN_FORMAT_JSON_1_1;
  feed->title = dup_title (object);
  feed->link = dup_link (object, "home_page_url", base);
  feed->description = dup_guessed (object, "description");
  feed->language = dup_line (object, "language");
  feed->author = dup_authors (object);
  feed->updated_unix = read_time (object, "date_modified");
  return feed;
}

/* Says that the text breaks off, or goes wrong, in what was not read of it. */
static void
warn (TcnFeed *feed, const char *text, const TcnJsonRest *rest)
{
  const char *end = rest->s + rest->n;
  guint line = 1;

  for (const char *p = text;
       p < rest->s || (p < end && (g_ascii_isspace (*p) || *p == ',')); p++)
    line += *p == '\n' ? 1 : 0;
  feed->is_damaged = TRUE;
  g_ptr_array_add (
      feed->warnings,
      g_strdup_printf ("line %u: the document is broken, or breaks off", line));
}

TcnFeed *
tcn_json_feed_read (const char *text, gsize n, const TcnParseOptions *options,
                    TcnItemFunc func, gpointer data, GError **error)
{
  const char *start = memchr (text, '{', n);
  const TcnJson root = { start, start != NULL ? n - (gsize) (start - text) : 0 };
  const gboolean is_whole = tcn_json_read (root.s, root.n).s != NULL;
  g_autofree char *version = dup_string (root, "version");
  g_autofree char *base = NULL;
  g_autoptr (TcnFeed) feed = NULL;
  TcnJsonRest rest;
  TcnJson name, item;
  TcnDraft draft;

  if (!is_json_feed (root, version)) {
    g_set_error (error, TCN_ERROR, TCN_ERROR_FORMAT, "%s",
                 is_whole ? "JSON, but no feed: it has no version of JSON Feed"
                          : "not JSON, or broken before it says that it is a feed");
    return NULL;
  }
  base = dup_base (root, options->base_url);
  feed = read_feed (root, version, base);
  if (tcn_json_enter_open (root, "items", &rest) && !rest.is_object) {
    tcn_draft_init (&draft);
    while ((options->max_items == 0 || feed->n_items < options->max_items) &&
           tcn_json_next (&rest, &name, &item))
      if (*item.s == '{') {
        feed->n_items++;
        func (read_item (&draft, item, base), data);
      }
    tcn_draft_clear (&draft);
  }
  if (!is_whole && feed->n_items == 0) {
    g_set_error (error, TCN_ERROR, TCN_ERROR_FORMAT,
                 "JSON that is broken, or breaks off, before an item has ended");
    return NULL;
  }
  if (!is_whole)
    warn (feed, text, &rest);
  return g_steal_pointer (&feed);
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
