/* SPDX-License-Identifier: MIT */
/* Attributes, links and enclosures. */
#include <string.h>

#include "base/append.h"
#include "base/block.h"
#include "feed/chars.h"
#include "feed/reader.h"
#include "tocsin/limits.h"
#include "tocsin/text.h"
#include "tocsin/url.h"

/* --- attributes ------------------------------------------------------------------------- */

char *
tcn_attribute_value (const TcnAttribute *attribute, TcnArena *arena)
{
  const char *s = attribute->value;
  gsize n = attribute->value_len;
  g_autoptr (GString) out = NULL;

  if (tcn_block_find_either (s, n, '&', '\n') == n)
    return tcn_arena_dup (arena, s, n);
  out = g_string_sized_new (n);
  for (gsize i = 0; i < n;) {
    gsize len = s[i] == '&' ? tcn_char_append_reference (out, s + i, n - i, FALSE) : 0;

    if (len == 0) { /* XML, 3.3.3: white space is blanks */
      tcn_append_char (out, s[i] == '\n' || s[i] == '\r' || s[i] == '\t' ? ' ' : s[i]);
      len = 1;
    }
    i += len;
  }
  return tcn_arena_dup (arena, out->str, out->len);
}

static char *
find_attribute (const TcnTag *tag, const char *prefix, const char *name)
{
  for (guint i = 0; i < tag->n_attributes; i++) {
    const TcnAttribute *attribute = &tag->attributes[i];
    gsize at = attribute->prefix_len > 0 ? attribute->prefix_len + 1 : 0;

    if ((attribute->name[at] | 0x20) == name[0] &&
        tcn_name_is (attribute->name + at, attribute->name_len - at, name) &&
        tcn_name_is (attribute->name, attribute->prefix_len, prefix))
      return tcn_attribute_value (attribute, tag->values);
  }
  return NULL;
}

char *
tcn_tag_attribute (const TcnTag *tag, const char *name)
{
  return find_attribute (tag, "", name);
}

char *
tcn_tag_prefixed_attribute (const TcnTag *tag, const char *prefix, const char *name)
{
  return find_attribute (tag, prefix, name);
}

/* --- links ------------------------------------------------------------------------------ */

/* The nearest xml:base, NULL if there is none. */
static const char *
written_base (const TcnReader *reader)
{
  for (guint i = reader->depth; i > 0; i--) {
    const TcnFrame *frame = &g_array_index (reader->frames, TcnFrame, i - 1);

    if (frame->base != NULL)
      return frame->base;
  }
  return NULL;
}

/* What relative links are relative to here. */
static const char *
find_base (const TcnReader *reader)
{
  const char *base = written_base (reader);

  if (base != NULL)
    return base;
  if (reader->options.base_url != NULL)
    return reader->options.base_url;
  return reader->self_link != NULL ? reader->self_link : reader->feed->link;
}

void
tcn_reader_set_base (TcnReader *reader, const char *written)
{
  TcnFrame *frame = tcn_reader_top (reader);

  if (written != NULL && frame->base == NULL && !tcn_url_is_shady (written))
    frame->base = tcn_url_resolve (find_base (reader), written);
}

/* Links that were escaped once too often are common, and "&amp;" means nothing in one.
 * (transfer full) (nullable: there is none) */
static char *
unescape_ampersands (const char *link)
{
  GString *out;

  if (strstr (link, "&amp;") == NULL)
    return NULL;
  out = g_string_new (link);
  g_string_replace (out, "&amp;", "&", 0);
  return g_string_free (out, FALSE);
}

/* Is a link what it would be resolved to? Most are. */
static gboolean
is_resolved (const char *link)
{
  gsize n = strlen (link);

  return n <= TCN_MAX_URL_BYTES && tcn_block_all_in (link, n, '!', '~') &&
         ((strncmp (link, "https://", 8) == 0 && link[8] != '/') ||
          (strncmp (link, "http://", 7) == 0 && link[7] != '/')) &&
         memchr (link, '&', n) == NULL;
}

const char *
tcn_reader_resolve (TcnReader *reader, const char *link)
{
  g_autofree char *unescaped = NULL;

  if (is_resolved (link))
    return link;
  unescaped = unescape_ampersands (link);
  g_free (reader->resolved);
  reader->resolved =
      tcn_url_resolve (find_base (reader), unescaped != NULL ? unescaped : link);
  if (reader->resolved == NULL || tcn_url_is_shady (reader->resolved))
    return NULL;
  return reader->resolved;
}

/* Of several pages of one RSS item or channel the last one counts, of an Atom entry the
 * first. */
static gboolean
is_better_link (const TcnReader *reader, guint8 rank, guint8 known)
{
  return rank < known || (rank == known && rank == TCN_LINK_PAGE && !reader->is_atom);
}

static void
set_item_link (TcnReader *reader, const char *link, guint8 rank)
{
  const char *resolved;

  if (!is_better_link (reader, rank, reader->ranks[TCN_DO_LINK]))
    return;
  resolved = tcn_reader_resolve (reader, link);
  if (resolved == NULL)
    return;
  reader->ranks[TCN_DO_LINK] = rank;
  tcn_reader_keep (reader, &reader->item->link, resolved, strlen (resolved));
}

static void
set_feed_link (TcnReader *reader, const char *link, guint8 rank)
{
  const char *resolved;

  if (rank == TCN_LINK_SELF && reader->self_link == NULL && tcn_url_is_openable (link))
    reader->self_link = g_strdup (link);
  if (rank > TCN_LINK_OTHER_TYPE ||
      !is_better_link (reader, rank, reader->feed_ranks[TCN_DO_LINK]))
    return;
  resolved = tcn_reader_resolve (reader, link);
  if (resolved == NULL) {
    /* What it is relative to may come yet. */
    if (reader->relative_link == NULL)
      reader->relative_link = g_strdup (link);
    return;
  }
  reader->feed_ranks[TCN_DO_LINK] = rank;
  tcn_reader_keep (reader, &reader->feed->link, resolved, strlen (resolved));
}

static void
add_enclosure (TcnReader *reader, const char *link)
{
  const char *url = tcn_reader_resolve (reader, link);

  if (url != NULL)
    tcn_draft_add_enclosure (&reader->draft, url, reader->enclosure_type,
                             reader->enclosure_length);
}

void
tcn_reader_set_link (TcnReader *reader, const char *link, guint8 rank)
{
  if (rank == TCN_LINK_ENCLOSURE)
    add_enclosure (reader, link);
  else if (reader->item != NULL)
    set_item_link (reader, link, rank);
  else
    set_feed_link (reader, link, rank);
}

gboolean
tcn_reader_read_enclosure (TcnReader *reader, const TcnTag *tag)
{
  const char *href = tcn_tag_attribute (tag, "url");
  const char *type = tcn_tag_attribute (tag, "type");
  char *length = tcn_tag_attribute (tag, "length");
  guint64 bytes;

  if (href == NULL)
    href = tcn_tag_attribute (tag, "href");
  if (href == NULL)
    href = tcn_tag_attribute (tag, "uri");
  g_free (reader->enclosure_type);
  reader->enclosure_type = tcn_text_one_line (type);
  reader->enclosure_length =
      length != NULL && g_ascii_string_to_unsigned (g_strstrip (length), 10, 0,
                                                    G_MAXINT64, &bytes, NULL)
          ? (gint64) bytes
          : -1;
  reader->link_rank = TCN_LINK_ENCLOSURE;
  if (href != NULL)
    add_enclosure (reader, href);
  return href == NULL;
}

/* rel without the address that early drafts put before it. */
static const char *
bare_relation (const char *rel)
{
  const char *slash = strrchr (rel, '/');

  return slash != NULL ? slash + 1 : rel;
}

/* Of a link rel=alternate. Of several in an Atom entry the one that says that it is HTML is
 * the page. */
static guint8
alternate_rank (const TcnReader *reader, const TcnTag *tag, const char *type)
{
  gboolean is_html =
      type != NULL && (g_ascii_strncasecmp (type, "text/html", 9) == 0 ||
                       g_ascii_strncasecmp (type, "application/xhtml", 17) == 0);

  if (type != NULL && !is_html && g_ascii_strncasecmp (type, "text/plain", 10) != 0)
    return TCN_LINK_OTHER_TYPE;
  if (!reader->is_atom)
    return tag->prefix_len > 0 ? TCN_LINK_ATOM_IN_RSS : TCN_LINK_PAGE;
  return is_html ? TCN_LINK_HTML_PAGE : TCN_LINK_PAGE;
}

gboolean
tcn_reader_read_link (TcnReader *reader, const TcnTag *tag)
{
  char *rel = tcn_tag_attribute (tag, "rel");
  const char *type = tcn_tag_attribute (tag, "type");
  const char *href = tcn_tag_attribute (tag, "href");
  const char *relation = rel != NULL ? bare_relation (g_strstrip (rel)) : "alternate";
  const gsize n = strlen (relation);
  const char *link;

  reader->link_rank = TCN_RANK_NONE;
  if (tcn_name_is (relation, n, "enclosure"))
    return reader->item != NULL && tcn_reader_read_enclosure (reader, tag);
  if (tcn_name_is (relation, n, "alternate"))
    reader->link_rank = alternate_rank (reader, tag, type);
  else if (tcn_name_is (relation, n, "self"))
    reader->link_rank = TCN_LINK_SELF;
  if (href == NULL)
    href = tcn_tag_attribute (tag, "url");
  /* An empty one is the base; without xml:base this is the feed, and no page of an item. */
  link = href != NULL && *href == '\0' ? written_base (reader) : href;
  if (link != NULL)
    tcn_reader_set_link (reader, link, reader->link_rank);
  return href == NULL && reader->link_rank != TCN_RANK_NONE;
}
