/* SPDX-License-Identifier: MIT */
/* How the tags of a broken document are made to nest: end tags that are missing are added,
 * those that close nothing passed over, and an item whose own end tag was not there is not
 * taken for a whole one. */
#include <string.h>

#include "feed/tags.h"

static gboolean
is_same_name (const char *a, gsize a_len, const char *b, gsize b_len)
{
  return a_len == b_len && g_ascii_strncasecmp (a, b, a_len) == 0;
}

/* Where the name behind a prefix begins. */
static gsize
local_part (const char *name, gsize n)
{
  const char *colon = memchr (name, ':', n);

  return colon != NULL ? (gsize) (colon - name) + 1 : 0;
}

static gboolean
is_item_name (const char *name, gsize n)
{
  gsize at = local_part (name, n);

  return tcn_name_is (name + at, n - at, "item") ||
         tcn_name_is (name + at, n - at, "entry");
}

static gboolean
is_one_of (const char *name, gsize n, const char *const *names)
{
  for (; *names != NULL; names++)
    if (tcn_name_is (name, n, *names))
      return TRUE;
  return FALSE;
}

/* Children of an item or a feed that never stand in one another. */
static gboolean
is_field_name (const char *name, gsize n)
{
  static const char *const fields[] = { "title",
                                        "link",
                                        "description",
                                        "pubdate",
                                        "guid",
                                        "category",
                                        "id",
                                        "author",
                                        "published",
                                        "updated",
                                        "summary",
                                        "comments",
                                        "enclosure",
                                        "dc:date",
                                        "dc:creator",
                                        "dc:subject",
                                        "content",
                                        "content:encoded",
                                        "language",
                                        "managingeditor",
                                        "webmaster",
                                        "generator",
                                        "lastbuilddate",
                                        "copyright",
                                        "docs",
                                        "ttl",
                                        "subtitle",
                                        "tagline",
                                        "modified",
                                        "issued",
                                        "rights",
                                        "itunes:author",
                                        NULL };

  return is_one_of (name, n, fields);
}

/* Fields that stand in nothing but items: what is open around them in one has no end. */
static gboolean
is_item_field (const char *name, gsize n)
{
  static const char *const fields[] = { "pubdate",         "guid",    "comments",
                                        "enclosure",       "dc:date", "dc:creator",
                                        "content:encoded", NULL };

  return is_one_of (name, n, fields);
}

/* Elements of pages that are left open where they should not stand at all. */
static gboolean
is_page_name (const char *name, gsize n)
{
  static const char *const page[] = {
    "p",    "div",    "span", "b",  "i",  "u",      "a",
    "font", "center", "em",   "ul", "li", "strong", NULL
  };

  return is_one_of (name, n, page);
}

gboolean
tcn_mend_is_of_feed (const char *name, gsize n)
{
  return is_item_name (name, n) || is_field_name (name, n);
}

gboolean
tcn_mend_is_in_field (const TcnTags *tags)
{
  gsize n;
  const char *name;

  if (tags->depth == 0)
    return FALSE;
  name = tcn_tags_open_name (tags, tags->depth, &n);
  return is_field_name (name, n);
}

/* Ends elements down to `depth`; an item among them was cut. */
static void
close_down_to (TcnTags *tags, guint depth)
{
  tags->n_beyond = 0;
  while (tags->depth > depth) {
    if (tags->depth == tags->item_depth)
      tags->reader->is_cut = TRUE;
    tcn_tags_close (tags);
  }
}

/* The depth of the open item, or of what items stand in; behind the end of the root that is 0.
 * FALSE within a page: nothing there ends because of a name. */
static gboolean
find_container (const TcnTags *tags, guint *out_depth)
{
  *out_depth = tags->item_depth;
  if (tags->item_depth > 0)
    return TRUE;
  for (*out_depth = tags->depth; *out_depth > 0; (*out_depth)--) {
    TcnScope scope = g_array_index (tags->reader->frames, TcnFrame, *out_depth - 1).scope;

    if (scope == TCN_SCOPE_FEED || scope == TCN_SCOPE_WRAP)
      return TRUE;
    if (scope == TCN_SCOPE_PAGE)
      return FALSE;
  }
  return TRUE;
}

/* Is it an element that holds nothing, wherever it ends: one of pages, or one that has said all
 * in an attribute? */
static gboolean
is_void (const TcnTag *tag)
{
  static const char *const voids[] = { "br", "hr", "img", "wbr", NULL };
  static const struct {
    const char *name, *attribute;
  } sayings[] = { { "link", "href" },
                  { "enclosure", "url" },
                  { "thumbnail", "url" },
                  { "image", "href" } };
  const gsize at = local_part (tag->name, tag->name_len);

  if (is_one_of (tag->name, tag->name_len, voids))
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (sayings); i++)
    if (tcn_name_is (tag->name + at, tag->name_len - at, sayings[i].name))
      return tcn_tag_attribute (tag, sayings[i].attribute) != NULL;
  return FALSE;
}

gboolean
tcn_mend_make_room (TcnTags *tags, const TcnTag *tag, gboolean is_empty)
{
  const char *name = tag->name;
  const gsize n = tag->name_len;
  gboolean is_item = is_item_name (name, n);
  guint around;

  /* No item ends because an empty one stands in it. */
  if (is_item && is_empty && tags->item_depth > 0)
    return TRUE;
  is_empty |= is_void (tag);
  /* It will not be kept either: all that is open need not be looked through for it. */
  if (tags->n_beyond > 0 && !is_item && !is_field_name (name, n))
    return is_empty;
  if (is_item && tags->item_depth > 0)
    close_down_to (tags, tags->item_depth - 1);
  if (find_container (tags, &around) && tags->depth > around) {
    gsize len;
    const char *child = tcn_tags_open_name (tags, around + 1, &len);

    if (is_item ||
        (is_field_name (name, n) &&
         (is_field_name (child, len) || is_page_name (child, len))) ||
        (tags->item_depth > 0 && is_item_field (name, n)))
      close_down_to (tags, around);
  }
  if (is_item)
    tags->item_depth = tags->depth + 1;
  return is_empty;
}

/* The depth of the innermost open element of that name; 0 if none is open. */
static guint
find_open (const TcnTags *tags, const char *name, gsize n, gboolean is_local)
{
  for (guint depth = tags->depth; depth > 0; depth--) {
    gsize len;
    const char *open = is_local ? tcn_tags_open_local_name (tags, depth, &len)
                                : tcn_tags_open_name (tags, depth, &len);

    if (is_same_name (open, len, name, n))
      return depth;
  }
  return 0;
}

/* The depth of an element without a meaning that a field's end tag stands behind, as when its
 * own tag was misspelled: <tilte>x</title>; 0 if there is none. That of a link may belong to
 * one that was taken for empty. */
static guint
find_misspelled (const TcnTags *tags, const char *name, gsize n)
{
  static const char *const empty[] = { "link", "enclosure", NULL };
  const TcnFrame *frame = tags->depth > 0 ? tcn_reader_top (tags->reader) : NULL;
  guint around;

  if (frame == NULL || !find_container (tags, &around) || tags->depth != around + 1 ||
      frame->element != NULL || !is_field_name (name, n) || is_one_of (name, n, empty))
    return 0;
  return tags->depth;
}

void
tcn_mend_close (TcnTags *tags, const char *name, gsize n)
{
  gsize at = local_part (name, n);
  guint depth = find_open (tags, name, n, FALSE);

  if (depth == 0) /* <atom:title> that ends with </title> */
    depth = find_open (tags, name + at, n - at, TRUE);
  if (depth == 0)
    depth = find_misspelled (tags, name, n);
  /* What is around an item may end too early; should the item's own end not come, it is cut. */
  if (depth == 0 || depth < tags->item_depth)
    return;
  close_down_to (tags, depth);
  tcn_tags_close (tags);
}

/* The length of the sign that s begins with, if it is one that some write for a quote, else 0:
 * those of books, and those that were escaped once too often. */
static gsize
odd_quote_length (const char *s, gsize n)
{
  static const char *const quotes[] = { "“", "”", "„", "‘", "’", "″", "\\\"", "&quot;" };

  for (guint i = 0; i < G_N_ELEMENTS (quotes); i++)
    if (n >= strlen (quotes[i]) && memcmp (s, quotes[i], strlen (quotes[i])) == 0)
      return strlen (quotes[i]);
  return 0;
}

/* The length of what ends a value at s[i], 0 if it goes on; s begins with `open` bytes of a
 * quote. */
static gsize
end_length (const char *s, gsize i, gsize n, gsize open)
{
  if (open == 0)
    return g_ascii_isspace (s[i]) ? 1 : 0;
  if (open == 1)
    return s[i] == s[0] ? 1 : 0;
  return odd_quote_length (s + i, n - i);
}

/* Puts the value that s begins with into `attribute`: the bytes used. */
static gsize
read_quoted (TcnAttribute *attribute, const char *s, gsize n)
{
  gsize open = s[0] == '"' || s[0] == '\'' ? 1 : odd_quote_length (s, n);
  gsize i = open;

  while (i < n && end_length (s, i, n, open) == 0)
    i++;
  attribute->value = s + open;
  attribute->value_len = i - open;
  return i < n ? i + end_length (s, i, n, open) : n;
}

/* "= value" at s[0]: the bytes used; the value goes into `attribute`. */
static gsize
read_value (TcnAttribute *attribute, const char *s, gsize n)
{
  gsize i = 0;

  while (i < n && g_ascii_isspace (s[i]))
    i++;
  if (i == n || s[i] != '=')
    return 0;
  i++;
  while (i < n && g_ascii_isspace (s[i]))
    i++;
  return i == n ? i : i + read_quoted (attribute, s + i, n - i);
}

void
tcn_mend_attributes (TcnTag *tag, const char *s, gsize n)
{
  gsize i = 0;

  while (i < n && tag->n_attributes < TCN_MAX_ATTRIBUTES) {
    TcnAttribute *attribute = &tag->attributes[tag->n_attributes];
    guint prefix_len;
    gsize len = tcn_tags_read_name (s + i, n - i, &prefix_len);

    if (len == 0) {
      i++;
      continue;
    }
    *attribute = (TcnAttribute){
      .name = s + i, .name_len = (guint) len, .prefix_len = prefix_len, .value = ""
    };
    if (tcn_is_namespace_name (s + i, len))
      tag->has_namespaces = TRUE;
    i += len;
    i += read_value (attribute, s + i, n - i);
    tag->n_attributes++;
  }
}
