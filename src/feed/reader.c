/* SPDX-License-Identifier: MIT */
#include "feed/reader.h"

#include <string.h>

#include "base/append.h"
#include "tocsin/limits.h"
#include "tocsin/text.h"
#include "tocsin/url.h"

#define MAX_HELD_ITEMS 64 /* in one another, and in one item */

/* --- life ------------------------------------------------------------------------------- */

TcnReader *
tcn_reader_new (const TcnParseOptions *options, TcnItemFunc func, gpointer data)
{
  TcnReader *reader = g_new0 (TcnReader, 1);

  if (options != NULL) {
    const char *location = options->content_location;

    if (location != NULL && !tcn_url_is_shady (location))
      reader->options.base_url = tcn_url_resolve (options->base_url, location);
    if (reader->options.base_url == NULL)
      reader->options.base_url = g_strdup (options->base_url);
    reader->options.max_items = options->max_items;
  }
  reader->func = func;
  reader->data = data;
  reader->frames = g_array_new (FALSE, TRUE, sizeof (TcnFrame));
  reader->text = g_string_new (NULL);
  reader->plain = g_string_new (NULL);
  reader->author = g_string_new (NULL);
  reader->feed_author = g_string_new (NULL);
  reader->source_author = g_string_new (NULL);
  tcn_draft_init (&reader->draft);
  reader->held = g_ptr_array_new_with_free_func ((GDestroyNotify) tcn_item_free);
  reader->feed = tcn_feed_new ();
  reader->feed->format = TCN_FORMAT_RSS_2_0;
  memset (reader->feed_ranks, TCN_RANK_NONE, sizeof reader->feed_ranks);
  return reader;
}

static void
clear_frame (TcnFrame *frame)
{
  g_clear_pointer (&frame->base, g_free);
  g_clear_pointer (&frame->language, g_free);
}

void
tcn_reader_free (TcnReader *reader)
{
  if (reader == NULL)
    return;
  for (guint i = 0; i < reader->frames->len; i++)
    clear_frame (&g_array_index (reader->frames, TcnFrame, i));
  g_array_unref (reader->frames);
  g_string_free (reader->text, TRUE);
  g_string_free (reader->plain, TRUE);
  g_string_free (reader->author, TRUE);
  g_string_free (reader->feed_author, TRUE);
  tcn_person_clear (&reader->person);
  tcn_feed_free (reader->feed);
  tcn_draft_clear (&reader->draft);
  g_ptr_array_unref (reader->held);
  g_string_free (reader->source_author, TRUE);
  g_free (reader->self_link);
  g_free (reader->enclosure_type);
  g_free (reader->resolved);
  g_free (reader->relative_link);
  g_free ((char *) reader->options.base_url);
  g_free (reader);
}

void
tcn_reader_warn (TcnReader *reader, guint line, const char *message)
{
  GPtrArray *warnings = reader->feed->warnings;
  g_autofree char *warning =
      line > 0 ? g_strdup_printf ("line %u: %s", line, message) : g_strdup (message);

  reader->feed->is_damaged = TRUE;
  if (warnings->len < TCN_MAX_WARNINGS &&
      !g_ptr_array_find_with_equal_func (warnings, warning, g_str_equal, NULL))
    g_ptr_array_add (warnings, g_steal_pointer (&warning));
}

static TcnFrame *
push_frame (TcnReader *reader)
{
  TcnFrame *frame;

  if (reader->frames->len == reader->depth)
    g_array_set_size (reader->frames, reader->depth + 1);
  reader->depth++;
  frame = tcn_reader_top (reader);
  frame->element = NULL;
  frame->scope = TCN_SCOPE_IGNORE;
  frame->is_field = FALSE;
  return frame;
}

static void
pop_frame (TcnReader *reader)
{
  clear_frame (tcn_reader_top (reader));
  reader->depth--;
  reader->least_depth = MIN (reader->least_depth, reader->depth);
}

/* --- text of the open field ------------------------------------------------------------- */

static void
append_escaped (GString *out, const char *s, gsize n)
{
  for (gsize i = 0; i < n; i++)
    if (s[i] == '<')
      g_string_append (out, "&lt;");
    else if (s[i] == '&')
      g_string_append (out, "&amp;");
    else
      g_string_append_c (out, s[i]);
}

/* Cuts the text at its ceiling: what would come then is not read. */
static void
limit_text (TcnReader *reader)
{
  GString *text = reader->text;

  if (text->len <= TCN_MAX_TEXT_BYTES)
    return;
  g_string_truncate (text, tcn_text_whole (text->str, text->len, TCN_MAX_TEXT_BYTES));
  reader->is_full = TRUE;
}

void
tcn_reader_settle (TcnReader *reader)
{
  if (reader->view != NULL)
    tcn_append (reader->text, reader->view, reader->view_len);
  reader->view = NULL;
  limit_text (reader);
}

GString *
tcn_reader_text_buffer (TcnReader *reader)
{
  tcn_reader_settle (reader);
  return reader->mode == TCN_MODE_XHTML ? NULL : reader->text;
}

void
tcn_reader_text (TcnReader *reader, const char *text, gsize n)
{
  if (reader->mode == TCN_MODE_XHTML) {
    append_escaped (reader->text, text, n);
    limit_text (reader);
    return;
  }
  if (reader->view != NULL || reader->text->len > 0)
    tcn_reader_settle (reader);
  if (reader->text->len == 0 && n <= TCN_MAX_TEXT_BYTES) {
    reader->view = text;
    reader->view_len = n;
    return;
  }
  tcn_append (reader->text, text, n);
  limit_text (reader);
}

/* The part of a name behind its prefix. */
static const char *
local_part (const char *name, gsize *n)
{
  const char *colon = memchr (name, ':', *n);

  if (colon == NULL)
    return name;
  *n -= (gsize) (colon + 1 - name);
  return colon + 1;
}

/* A tag inside a text: from now on it is markup, and what was read before stays text. */
static void
append_inline_tag (TcnReader *reader, const char *before, const char *name, gsize n)
{
  const char *local = local_part (name, &n);

  tcn_reader_settle (reader);
  if (reader->mode == TCN_MODE_LITERAL || reader->mode == TCN_MODE_GUESS) {
    g_autofree char *so_far = g_strndup (reader->text->str, reader->text->len);

    g_string_truncate (reader->text, 0);
    append_escaped (reader->text, so_far, strlen (so_far));
    reader->mode = TCN_MODE_XHTML;
  }
  if (reader->is_full)
    return;
  g_string_append (reader->text, before);
  tcn_append (reader->text, local, n);
  tcn_append_char (reader->text, '>');
}

static void
reset_text (TcnReader *reader)
{
  tcn_empty (reader->text);
  reader->is_full = FALSE;
  reader->view = NULL;
  reader->view_len = 0;
}

/* --- roots and items -------------------------------------------------------------------- */

static TcnFeedFormat
atom_format (const TcnTag *tag)
{
  const char *version = tcn_tag_attribute (tag, "version");

  if (tag->uri != NULL && strstr (tag->uri, "2005/Atom") != NULL)
    return TCN_FORMAT_ATOM_1_0;
  if (version != NULL && g_str_has_prefix (version, "0."))
    return TCN_FORMAT_ATOM_0_3;
  return tag->uri != NULL && strstr (tag->uri, "purl.org") != NULL ? TCN_FORMAT_ATOM_0_3
                                                                   : TCN_FORMAT_ATOM_1_0;
}

static TcnFeedFormat
rss_format (const TcnTag *tag)
{
  char *version = tcn_tag_attribute (tag, "version");

  if (version != NULL)
    g_strstrip (version);
  return version != NULL && g_str_has_prefix (version, "0") ? TCN_FORMAT_RSS_0_9X
                                                            : TCN_FORMAT_RSS_2_0;
}

/* RSS 0.90 differs from 1.0 by its namespace alone. */
static TcnFeedFormat
rdf_format (const TcnTag *tag)
{
  return tag->default_uri != NULL &&
                 strstr (tag->default_uri, "netscape.com/rdf/simple/0.9") != NULL
             ? TCN_FORMAT_RSS_0_9X
             : TCN_FORMAT_RSS_1_0;
}

/* What follows a feed in a page belongs to it too, as what follows one does everywhere. */
static void
open_page (TcnReader *reader)
{
  for (guint i = 0; i < reader->depth; i++) {
    TcnFrame *frame = &g_array_index (reader->frames, TcnFrame, i);

    if (frame->scope == TCN_SCOPE_PAGE)
      frame->scope = TCN_SCOPE_FEED;
  }
}

static void
open_root (TcnReader *reader, const TcnTag *tag, const TcnElement *element)
{
  TcnFrame *frame = tcn_reader_top (reader);

  if (!reader->has_root && element->action != TCN_DO_CHANNEL) {
    reader->is_atom = element->action == TCN_DO_FEED || element->action == TCN_DO_ENTRY;
    reader->feed->format = reader->is_atom                 ? atom_format (tag)
                           : element->action == TCN_DO_RDF ? rdf_format (tag)
                                                           : rss_format (tag);
  } else if (!reader->has_root) { /* CDF */
    reader->feed->format = TCN_FORMAT_RSS_0_9X;
  }
  reader->has_root = TRUE;
  frame->scope = TCN_SCOPE_FEED;
  if (reader->is_page && element->action != TCN_DO_RDF) /* which pictures have, too */
    open_page (reader);
  if (frame->language != NULL && *frame->language != '\0' &&
      reader->feed_ranks[TCN_DO_LANGUAGE] == TCN_RANK_NONE) {
    reader->feed_ranks[TCN_DO_LANGUAGE] = TCN_RANK_NONE - 1;
    reader->feed->language = tcn_text_one_line (frame->language);
  }
  tcn_field_attributes (reader, tag, element);
}

static void
deliver_item (TcnReader *reader, const TcnItem *item)
{
  reader->feed->n_items++;
  reader->func (item, reader->data);
}

/* Ends the open item where another one begins in it; but its own end must come yet. */
static void
hold_item (TcnReader *reader)
{
  for (guint i = reader->depth - 1; i > 0; i--) {
    TcnFrame *frame = &g_array_index (reader->frames, TcnFrame, i - 1);

    if (frame->scope != TCN_SCOPE_ITEM)
      break;
    frame->scope = TCN_SCOPE_WRAP;
  }
  tcn_field_close_item (reader);
  g_ptr_array_add (reader->held, tcn_item_copy (reader->item));
  reader->item = NULL;
  reader->n_outer++;
}

/* The end of an item in which others were. */
static void
close_outer_item (TcnReader *reader)
{
  reader->n_outer--;
  if (reader->n_outer > 0)
    return;
  for (guint i = 0; i < reader->held->len && !reader->is_cut; i++)
    deliver_item (reader, g_ptr_array_index (reader->held, i));
  g_ptr_array_set_size (reader->held, 0);
  reader->n_items++;
}

static void
open_item (TcnReader *reader, const TcnTag *tag, const TcnElement *element)
{
  if (reader->held->len >= MAX_HELD_ITEMS)
    return;
  if (reader->item != NULL)
    hold_item (reader);
  if (reader->options.max_items > 0 &&
      reader->feed->n_items + reader->held->len >= reader->options.max_items)
    return;
  if (element->action == TCN_DO_ENTRY)
    open_root (reader, tag, element);
  tcn_reader_top (reader)->scope = TCN_SCOPE_ITEM;
  reader->has_root = TRUE;
  reader->is_cut = FALSE;
  reader->item = tcn_draft_begin (&reader->draft);
  memset (reader->ranks, TCN_RANK_NONE, sizeof reader->ranks);
  tcn_empty (reader->author);
  tcn_empty (reader->source_author);
  reader->source_rank = TCN_RANK_NONE;
  tcn_field_attributes (reader, tag, element);
}

static void
close_item (TcnReader *reader)
{
  if (reader->is_cut) {
    reader->is_cut = FALSE;
  } else {
    tcn_field_close_item (reader);
    if (reader->n_outer > 0)
      g_ptr_array_add (reader->held, tcn_item_copy (reader->item));
    else
      deliver_item (reader, reader->item);
  }
  reader->item = NULL;
  if (reader->n_outer == 0)
    reader->n_items++;
}

/* --- events ----------------------------------------------------------------------------- */

/* An element without a meaning: its content has none either, except where a feed may be
 * wrapped in something, and where a person is. */
static void
open_unknown (TcnReader *reader, const TcnTag *tag, TcnScope scope)
{
  TcnFrame *frame = tcn_reader_top (reader);

  if (scope == TCN_SCOPE_TOP && tag->name_len == 4 &&
      g_ascii_strncasecmp (tag->name, "html", 4) == 0) {
    reader->is_page = TRUE;
    frame->scope = TCN_SCOPE_PAGE;
  } else if (scope == TCN_SCOPE_PAGE) {
    frame->scope = TCN_SCOPE_PAGE;
  } else if (scope == TCN_SCOPE_TOP || scope == TCN_SCOPE_FEED ||
             scope == TCN_SCOPE_WRAP) {
    frame->scope = TCN_SCOPE_WRAP;
  } else if (scope == TCN_SCOPE_PERSON) {
    frame->scope = TCN_SCOPE_PERSON;
    frame->is_field = tag->prefix_len == 0; /* a name in markup */
  }
}

static void
open_person (TcnReader *reader, TcnFrame *frame)
{
  tcn_person_clear (&reader->person);
  reset_text (reader);
  reader->mode = TCN_MODE_GUESS;
  reader->is_base64 = FALSE;
  frame->scope = TCN_SCOPE_PERSON;
  frame->is_field = TRUE;
}

static void
open_known (TcnReader *reader, const TcnTag *tag, const TcnElement *element)
{
  TcnFrame *frame = tcn_reader_top (reader);

  frame->element = element;
  switch (element->action) {
  case TCN_DO_RSS:
  case TCN_DO_RDF:
  case TCN_DO_FEED:
  case TCN_DO_CHANNEL:
    open_root (reader, tag, element);
    return;
  case TCN_DO_ITEM:
  case TCN_DO_ENTRY:
    open_item (reader, tag, element);
    return;
  case TCN_DO_CATEGORY_TEXT: /* may hold others */
    tcn_field_attributes (reader, tag, element);
    frame->scope = TCN_SCOPE_ITEM;
    return;
  case TCN_DO_GROUP:
    frame->scope = TCN_SCOPE_ITEM;
    return;
  case TCN_DO_SKIP:
    frame->scope = TCN_SCOPE_SKIP;
    return;
  case TCN_DO_SOURCE:
    frame->scope = TCN_SCOPE_SOURCE;
    return;
  case TCN_DO_IGNORE:
    return;
  case TCN_DO_PERSON:
    open_person (reader, frame);
    return;
  default:
    break;
  }
  reset_text (reader);
  tcn_field_open (reader, tag, element);
  if (!tcn_field_attributes (reader, tag, element))
    return;
  frame->is_field = TRUE;
  frame->scope = TCN_SCOPE_INLINE;
}

/* Most tags have no attributes, and most others none with a prefix. */
static gboolean
has_prefixed_attribute (const TcnTag *tag)
{
  for (guint i = 0; i < tag->n_attributes; i++)
    if (tag->attributes[i].prefix_len > 0)
      return TRUE;
  return FALSE;
}

void
tcn_reader_start (TcnReader *reader, const TcnTag *tag, const TcnElement *element)
{
  TcnScope scope = tcn_reader_scope (reader);
  TcnFrame *frame;

  frame = push_frame (reader);
  if (scope == TCN_SCOPE_IGNORE)
    return;
  if (scope == TCN_SCOPE_INLINE) {
    frame->scope = TCN_SCOPE_INLINE;
    append_inline_tag (reader, "<", tag->name, tag->name_len);
    return;
  }
  if (has_prefixed_attribute (tag)) {
    tcn_reader_set_base (reader, tcn_tag_prefixed_attribute (tag, "xml", "base"));
    frame->language = g_strdup (tcn_tag_prefixed_attribute (tag, "xml", "lang"));
  }
  if (element != NULL)
    open_known (reader, tag, element);
  else
    open_unknown (reader, tag, scope);
}

static gboolean
is_line_break (const char *name, gsize n)
{
  const char *local = local_part (name, &n);

  return n == 2 && g_ascii_strncasecmp (local, "br", 2) == 0;
}

void
tcn_reader_end (TcnReader *reader, const char *name, gsize n)
{
  TcnFrame *frame;

  if (reader->depth == 0)
    return;
  frame = tcn_reader_top (reader);
  if (frame->element == NULL) {
    /* HTML takes the end of a line break for another one. */
    if (frame->scope == TCN_SCOPE_INLINE && !is_line_break (name, n))
      append_inline_tag (reader, "</", name, n);
  } else if (frame->element->action == TCN_DO_PERSON) {
    tcn_field_close_person (reader, frame->element);
  } else if (frame->is_field) {
    tcn_field_close (reader, frame->element);
  } else if (frame->element->action == TCN_DO_ITEM ||
             frame->element->action == TCN_DO_ENTRY) {
    if (frame->scope == TCN_SCOPE_ITEM)
      close_item (reader);
    else if (frame->scope == TCN_SCOPE_WRAP)
      close_outer_item (reader);
  }
  pop_frame (reader);
}

void
tcn_reader_rewind (TcnReader *reader, guint depth)
{
  reader->item = NULL;
  g_ptr_array_set_size (reader->held, 0);
  reader->n_outer = 0;
  while (reader->depth > depth)
    pop_frame (reader);
  reset_text (reader);
  reader->is_cut = FALSE;
  if (reader->n_items == 0) /* the root is read again */
    reader->has_root = FALSE;
}

TcnFeed *
tcn_reader_finish (TcnReader *reader)
{
  TcnFeed *feed = reader->feed;

  if (feed->link == NULL && reader->relative_link != NULL)
    feed->link = g_strdup (tcn_reader_resolve (reader, reader->relative_link));
  if (reader->feed_author->len > 0)
    feed->author = g_strndup (reader->feed_author->str, reader->feed_author->len);
  if (reader->period_s > 0)
    feed->update_period_s = reader->period_s / MAX (reader->frequency, 1);
  reader->feed = tcn_feed_new ();
  return feed;
}
