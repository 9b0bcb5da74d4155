/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/append.h"
#include "feed/chars.h"
#include "feed/date.h"
#include "feed/html.h"
#include "feed/reader.h"
#include "tocsin/limits.h"
#include "tocsin/text.h"
#include "tocsin/url.h"

/* --- text ------------------------------------------------------------------------------- */

static TcnMode
mode_of_type (const char *type, TcnMode otherwise, gboolean *out_is_base64)
{
  *out_is_base64 = FALSE;
  if (type == NULL || *type == '\0')
    return otherwise;
  if (g_ascii_strcasecmp (type, "text") == 0 || g_ascii_strcasecmp (type, "plain") == 0 ||
      g_ascii_strncasecmp (type, "text/plain", 10) == 0)
    return TCN_MODE_LITERAL;
  if (g_ascii_strcasecmp (type, "html") == 0 ||
      g_ascii_strncasecmp (type, "text/html", 9) == 0)
    return TCN_MODE_HTML;
  if (g_ascii_strcasecmp (type, "xhtml") == 0 || g_str_has_suffix (type, "+xml") ||
      g_str_has_suffix (type, "/xml"))
    return TCN_MODE_XHTML;
  if (g_ascii_strncasecmp (type, "text/", 5) == 0)
    return TCN_MODE_LITERAL;
  if (strchr (type, '/') == NULL) /* "escaped" and other misunderstandings */
    return otherwise;
  *out_is_base64 = TRUE; /* RFC 4287, 4.1.3.3 */
  return TCN_MODE_GUESS;
}

void
tcn_field_open (TcnReader *reader, const TcnTag *tag, const TcnElement *element)
{
  static const TcnMode modes[] = {
    [TCN_TEXT_GUESS] = TCN_MODE_GUESS,
    [TCN_TEXT_LINES] = TCN_MODE_LINES,
    [TCN_TEXT_HTML] = TCN_MODE_HTML,
    [TCN_TEXT_XHTML] = TCN_MODE_XHTML,
  };
  const char *type, *mode;
  gboolean is_content =
      element->action >= TCN_DO_TITLE && element->action <= TCN_DO_CONTENT;

  reader->is_base64 = FALSE;
  reader->mode = is_content ? modes[element->kind] : TCN_MODE_LITERAL;
  if (!is_content || tag->n_attributes == 0)
    return;
  type = tcn_tag_attribute (tag, "type");
  mode = tcn_tag_attribute (tag, "mode");
  reader->mode = mode_of_type (type, reader->mode, &reader->is_base64);
  if (mode != NULL && g_ascii_strcasecmp (mode, "base64") == 0)
    reader->is_base64 = TRUE;
  else if (mode != NULL && g_ascii_strcasecmp (mode, "escaped") == 0 &&
           reader->mode == TCN_MODE_XHTML)
    reader->mode = TCN_MODE_HTML;
  if (reader->is_base64 && reader->mode == TCN_MODE_XHTML)
    reader->mode = TCN_MODE_HTML;
}

/* The collected text as it was written. */
static const char *
raw_text (const TcnReader *reader, gsize *out_len)
{
  *out_len = reader->view != NULL ? reader->view_len : reader->text->len;
  return reader->view != NULL ? reader->view : reader->text->str;
}

/* Can this be base64: its characters, with no blank but at the ends of lines? Then how many. */
static gboolean
is_base64 (const char *s, gsize *out_n)
{
  static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                 "0123456789+/=";

  *out_n = 0;
  s += strspn (s, " \t\r\n");
  while (*s != '\0') {
    gsize run = strspn (s, alphabet);
    gsize gap = strspn (s + run, " \t\r\n");

    *out_n += run;
    s += run + gap;
    if (run == 0 || (*s != '\0' && memchr (s - gap, '\n', gap) == NULL))
      return FALSE;
  }
  return TRUE;
}

/* Takes base64 off, if what is in it is text. What cannot be base64 is text already. */
static void
decode_base64 (TcnReader *reader)
{
  g_autofree guchar *bytes = NULL;
  g_autofree char *clean = NULL;
  gsize n_chars, n;

  tcn_reader_settle (reader);
  if (!is_base64 (reader->text->str, &n_chars))
    return;
  if (n_chars % 4 != 0)
    g_string_append (reader->text, "=="); /* GLib leaves out what is not filled up */
  bytes = g_base64_decode (reader->text->str, &n);
  if (n == 0 || !g_utf8_validate ((const char *) bytes, (gssize) n, NULL)) {
    /* Bytes come in fours; what does not is a word. */
    g_string_truncate (reader->text, n_chars % 4 == 0 ? 0 : reader->text->len - 2);
    return;
  }
  clean = tcn_text_make_clean ((const char *) bytes, (gssize) n);
  g_string_assign (reader->text, clean);
}

/* The collected text as a person reads it, in `plain`. */
static void
convert_text (TcnReader *reader, TcnHtmlFlags flags)
{
  gsize n;
  const char *raw;
  gboolean is_html;

  if (reader->is_base64)
    decode_base64 (reader);
  raw = raw_text (reader, &n);
  is_html = reader->mode == TCN_MODE_HTML || reader->mode == TCN_MODE_XHTML ||
            (reader->mode == TCN_MODE_GUESS && tcn_html_is_evident (raw, n)) ||
            (reader->mode == TCN_MODE_LINES && tcn_html_has_markup (raw, n));
  tcn_empty (reader->plain);
  if (is_html)
    tcn_html_to_text (reader->plain, raw, n, flags);
  else
    tcn_plain_to_text (reader->plain, raw, n, flags);
  tcn_char_undo_double_encoding (reader->plain);
}

/* The collected text on one line, in `plain`. (transfer none) (nullable) */
static const char *
line_text (TcnReader *reader, gsize max)
{
  GString *plain = reader->plain;

  convert_text (reader, TCN_HTML_ONE_LINE);
  g_string_truncate (plain, tcn_text_whole (plain->str, plain->len, max));
  return plain->len > 0 ? plain->str : NULL;
}

void
tcn_reader_keep (TcnReader *reader, char **slot, const char *s, gsize n)
{
  g_autofree char *old = NULL;

  if (reader->item != NULL) {
    *slot = tcn_arena_dup (&reader->draft.arena, s, n);
    return;
  }
  old = *slot;
  *slot = tcn_dup (s, n); /* it may be the old one */
}

/* The collected text as it is, trimmed; without markup that is in it. It stands in `plain`.
 * (transfer none) */
static const char *
word_text (TcnReader *reader)
{
  gsize n;
  const char *raw = raw_text (reader, &n);

  if (reader->mode == TCN_MODE_XHTML) {
    convert_text (reader, TCN_HTML_ONE_LINE);
    return reader->plain->str;
  }
  while (n > 0 && tcn_text_space_length (raw, n) > 0) {
    gsize space = tcn_text_space_length (raw, n);

    raw += space;
    n -= space;
  }
  while (n > 0 && g_ascii_isspace (raw[n - 1]))
    n--;
  tcn_empty (reader->plain);
  tcn_append (reader->plain, raw, n);
  return reader->plain->str;
}

/* Sets a language as it is written, but for blanks. */
static void
keep_language (TcnReader *reader, char **slot, const char *written)
{
  g_autofree char *language = tcn_text_one_line (written);

  if (language != NULL)
    tcn_reader_keep (reader, slot, language, strlen (language));
}

/* An item is in the language of its content, else of its summary, else of its title: what such
 * a text says of itself beats what stands around the item, but no element of the item's own
 * that names its language. Those have the ranks below. */
#define TEXT_LANGUAGE_RANK 2

static void
set_text_language (TcnReader *reader, const TcnElement *element)
{
  guint8 rank = TEXT_LANGUAGE_RANK + (TCN_DO_CONTENT - element->action);
  const char *written = tcn_reader_top (reader)->language;

  if (rank > reader->ranks[TCN_DO_LANGUAGE])
    return;
  reader->ranks[TCN_DO_LANGUAGE] = rank;
  reader->item->language = NULL; /* that around the item */
  if (written != NULL)
    keep_language (reader, &reader->item->language, written);
}

/* A feed is in the language of its title or description only where nothing else names one. */
static void
set_feed_text_language (TcnReader *reader)
{
  const char *written = tcn_reader_top (reader)->language;

  if (written == NULL || reader->feed_ranks[TCN_DO_LANGUAGE] != TCN_RANK_NONE)
    return;
  reader->feed_ranks[TCN_DO_LANGUAGE] = TCN_RANK_NONE - 1;
  keep_language (reader, &reader->feed->language, written);
}

static void
set_text (TcnReader *reader, const TcnElement *element)
{
  gboolean is_title = element->action == TCN_DO_TITLE;
  guint8 *ranks = reader->item != NULL ? reader->ranks : reader->feed_ranks;
  const GString *plain = reader->plain;
  char **slot;

  if (element->rank >= ranks[element->action])
    return;
  convert_text (reader, is_title ? TCN_HTML_ONE_LINE : TCN_HTML_BLOCKS);
  if (plain->len == 0)
    return;
  ranks[element->action] = element->rank;
  if (reader->item == NULL)
    slot = is_title ? &reader->feed->title : &reader->feed->description;
  else
    slot = is_title                            ? &reader->item->title
           : element->action == TCN_DO_SUMMARY ? &reader->item->summary
                                               : &reader->item->content;
  tcn_reader_keep (reader, slot, plain->str,
                   tcn_text_whole (plain->str, plain->len,
                                   is_title ? TCN_MAX_TITLE_BYTES : TCN_MAX_TEXT_BYTES));
  if (reader->item != NULL)
    set_text_language (reader, element);
  else
    set_feed_text_language (reader);
}

/* --- dates, persons and categories ------------------------------------------------------- */

static void
set_time (guint8 *rank, guint8 own_rank, gint64 time, gint64 *slot)
{
  if (own_rank >= *rank || time == TCN_TIME_NONE)
    return;
  *rank = own_rank;
  *slot = time;
}

static void
set_date (TcnReader *reader, const TcnElement *element)
{
  const char *text = word_text (reader);
  gint64 time = tcn_date_parse (text);

  if (reader->item == NULL) {
    set_time (&reader->feed_ranks[TCN_DO_UPDATED], element->rank, time,
              &reader->feed->updated_unix);
    return;
  }
  if (element->action != TCN_DO_UPDATED)
    set_time (&reader->ranks[TCN_DO_PUBLISHED], element->rank, time,
              &reader->item->published_unix);
  if (element->action != TCN_DO_PUBLISHED)
    set_time (&reader->ranks[TCN_DO_UPDATED], element->rank, time,
              &reader->item->updated_unix);
}

static void
add_category (TcnReader *reader, const char *written)
{
  g_autofree char *name = tcn_text_one_line (written);

  if (name != NULL)
    tcn_draft_add_category (&reader->draft, name);
}

static void
add_keywords (TcnReader *reader)
{
  const char *text = line_text (reader, TCN_MAX_TEXT_BYTES);
  g_auto (GStrv) words = text != NULL ? g_strsplit (text, ",", TCN_MAX_CATEGORIES) : NULL;

  for (guint i = 0; words != NULL && words[i] != NULL; i++)
    add_category (reader, words[i]);
}

static gboolean
read_category_attributes (TcnReader *reader, const TcnTag *tag, const TcnElement *element)
{
  const char *name =
      tcn_tag_attribute (tag, element->action == TCN_DO_CATEGORY_TEXT ? "text" : "term");

  if (name == NULL || *name == '\0')
    name = tcn_tag_attribute (tag, "label");
  if (name != NULL)
    add_category (reader, name);
  return name == NULL && element->action == TCN_DO_CATEGORY;
}

static void
set_language (TcnReader *reader, const TcnElement *element)
{
  guint8 *rank = reader->item != NULL ? &reader->ranks[TCN_DO_LANGUAGE]
                                      : &reader->feed_ranks[TCN_DO_LANGUAGE];
  char **slot = reader->item != NULL ? &reader->item->language : &reader->feed->language;
  const char *text = word_text (reader);

  if (*text == '\0' || element->rank >= *rank)
    return;
  *rank = element->rank;
  keep_language (reader, slot, text);
}

/* Makes what stands in `plain` the id, unless a better one is known. */
static void
keep_id (TcnReader *reader, guint8 rank)
{
  const GString *plain = reader->plain;

  if (plain->len == 0 || rank >= reader->ranks[TCN_DO_GUID])
    return;
  reader->ranks[TCN_DO_GUID] = rank;
  tcn_text_clean_tail (reader->plain, 0);
  reader->item->guid = tcn_arena_dup (&reader->draft.arena, plain->str, plain->len);
}

static void
set_id (TcnReader *reader, const TcnElement *element)
{
  const char *text = word_text (reader);

  if (*text == '\0')
    return;
  if (element->action == TCN_DO_ID) {
    if (tcn_url_is_openable (text))
      tcn_reader_set_link (reader, text, TCN_LINK_ID);
  } else if (reader->is_permalink &&
             (reader->is_explicit_permalink || tcn_url_is_openable (text))) {
    tcn_reader_set_link (reader, text, TCN_LINK_PERMALINK);
  }
  keep_id (reader, element->rank);
}

static void
read_guid_attributes (TcnReader *reader, const TcnTag *tag)
{
  const char *permalink = tcn_tag_attribute (tag, "ispermalink");

  reader->is_permalink = permalink == NULL || g_ascii_strcasecmp (permalink, "true") == 0;
  reader->is_explicit_permalink = permalink != NULL && reader->is_permalink;
}

/* The name that RDF knows an item by is its id where nothing better is. It is no link: whether
 * it is an address, nobody says. */
#define ABOUT_RANK 3

static void
set_about (TcnReader *reader, const char *about)
{
  tcn_empty (reader->plain);
  tcn_append (reader->plain, about, strlen (about));
  keep_id (reader, ABOUT_RANK);
}

/* Those of CDF, and RDF's name of an item. */
static void
read_item_attributes (TcnReader *reader, const TcnTag *tag)
{
  const char *href = tcn_tag_attribute (tag, "href");
  const char *changed = tcn_tag_attribute (tag, "lastmod");
  char *about = tcn_tag_prefixed_attribute (tag, "rdf", "about");
  gint64 time = changed != NULL ? tcn_date_parse (changed) : TCN_TIME_NONE;

  tcn_reader_set_base (reader, tcn_tag_attribute (tag, "base"));
  if (href != NULL)
    tcn_reader_set_link (reader, href, TCN_LINK_OTHER_TYPE);
  if (reader->item != NULL) {
    set_time (&reader->ranks[TCN_DO_UPDATED], 4, time, &reader->item->updated_unix);
    if (about != NULL)
      set_about (reader, g_strstrip (about));
  } else {
    set_time (&reader->feed_ranks[TCN_DO_UPDATED], 4, time, &reader->feed->updated_unix);
  }
}

static void
read_player_attributes (TcnReader *reader, const TcnTag *tag)
{
  const char *url = tcn_tag_attribute (tag, "url");

  if (url != NULL)
    tcn_reader_set_link (reader, url, TCN_LINK_PLAYER);
}

gboolean
tcn_field_attributes (TcnReader *reader, const TcnTag *tag, const TcnElement *element)
{
  switch (element->action) {
  case TCN_DO_LINK:
    return tcn_reader_read_link (reader, tag);
  case TCN_DO_ENCLOSURE:
    return tcn_reader_read_enclosure (reader, tag);
  case TCN_DO_CATEGORY:
  case TCN_DO_CATEGORY_TEXT:
    return read_category_attributes (reader, tag, element);
  case TCN_DO_GUID:
    read_guid_attributes (reader, tag);
    return TRUE;
  case TCN_DO_PLAYER:
    read_player_attributes (reader, tag);
    return FALSE;
  case TCN_DO_ITEM:
  case TCN_DO_CHANNEL:
    if (tag->n_attributes > 0)
      read_item_attributes (reader, tag);
    return FALSE;
  default:
    return TRUE;
  }
}

static void
close_name (TcnReader *reader, const TcnElement *element)
{
  const char *text = line_text (reader, TCN_MAX_TITLE_BYTES);
  char **slot = element->action == TCN_DO_PERSON_NAME ? &reader->person.name
                                                      : &reader->person.email;

  if (text != NULL && *slot == NULL)
    *slot = g_strdup (text);
  g_string_truncate (reader->text, 0);
  reader->view = NULL;
}

static void
close_link (TcnReader *reader, guint8 rank)
{
  const char *text = word_text (reader);

  if (*text != '\0')
    tcn_reader_set_link (reader, text, rank);
}

static void
close_category (TcnReader *reader)
{
  const char *name;

  if (reader->mode == TCN_MODE_LITERAL)
    reader->mode = TCN_MODE_GUESS;
  name = line_text (reader, TCN_MAX_TITLE_BYTES);
  if (name != NULL)
    tcn_draft_add_category (&reader->draft, name);
}

void
tcn_field_close (TcnReader *reader, const TcnElement *element)
{
  switch (element->action) {
  case TCN_DO_TITLE:
  case TCN_DO_SUMMARY:
  case TCN_DO_CONTENT:
    set_text (reader, element);
    break;
  case TCN_DO_PUBLISHED:
  case TCN_DO_UPDATED:
  case TCN_DO_DATE:
    set_date (reader, element);
    break;
  case TCN_DO_LINK:
  case TCN_DO_ENCLOSURE:
    close_link (reader, reader->link_rank);
    break;
  case TCN_DO_ORIGINAL_LINK:
    close_link (reader, TCN_LINK_ORIGINAL);
    break;
  case TCN_DO_GUID:
  case TCN_DO_ID:
    set_id (reader, element);
    break;
  case TCN_DO_CATEGORY:
    close_category (reader);
    break;
  case TCN_DO_KEYWORDS:
    add_keywords (reader);
    break;
  case TCN_DO_LANGUAGE:
    set_language (reader, element);
    break;
  case TCN_DO_PERSON_NAME:
  case TCN_DO_PERSON_EMAIL:
    close_name (reader, element);
    break;
  default:
    tcn_reader_set_hint (reader, element, word_text (reader));
    break;
  }
}

void
tcn_field_close_person (TcnReader *reader, const TcnElement *element)
{
  gboolean is_source =
      reader->depth > 1 &&
      g_array_index (reader->frames, TcnFrame, reader->depth - 2).scope ==
          TCN_SCOPE_SOURCE;

  if (reader->person.name == NULL && reader->person.email == NULL) {
    const char *text = line_text (reader, TCN_MAX_TITLE_BYTES);

    if (text != NULL)
      tcn_person_parse (text, &reader->person);
  }
  if (is_source)
    tcn_author_add (reader->source_author, &reader->source_rank, &reader->person,
                    element->rank);
  else if (reader->item != NULL)
    tcn_author_add (reader->author, &reader->ranks[TCN_DO_PERSON], &reader->person,
                    element->rank);
  else
    tcn_author_add (reader->feed_author, &reader->feed_ranks[TCN_DO_PERSON],
                    &reader->person, element->rank);
}

void
tcn_field_close_item (TcnReader *reader)
{
  TcnItem *item = reader->item;
  const GString *author =
      reader->author->len > 0 ? reader->author : reader->source_author;

  if (item->link == NULL && item->enclosures->len > 0)
    item->link = ((const TcnEnclosure *) g_ptr_array_index (item->enclosures, 0))->url;
  if (author->len > 0)
    tcn_reader_keep (reader, &item->author, author->str, author->len);
  for (guint i = reader->depth; i > 0 && item->language == NULL; i--) {
    const TcnFrame *frame = &g_array_index (reader->frames, TcnFrame, i - 1);

    if (frame->language == NULL)
      continue;
    keep_language (reader, &item->language, frame->language);
    break; /* an empty one takes back what stands around it */
  }
}
