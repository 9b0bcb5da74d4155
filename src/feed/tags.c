/* SPDX-License-Identifier: MIT */
#include "feed/tags.h"

#include <string.h>

#include "base/append.h"
#include "base/block.h"
#include "feed/tagshape.h"
#include "tocsin/limits.h"

#define N_SLOTS 128
#define MAX_SLOT_NAME 27  /* longer names mean nothing anyway */
#define MAX_SHOWN_NAME 40 /* of a name in a message */
#define MAX_BINDINGS 256  /* of namespaces in force: each is looked at for a new prefix */
#define NO_BINDING (-1)
#define MAX_NAMES_BYTES (1024 * 1024)

/* What an element means, found by its name as it is written. */
struct TcnTagSlot {
  char name[MAX_SLOT_NAME];
  guint8 name_len; /* 0: free */
  guint16 space;
  guint16 scope;
  guint generation; /* of a name with a prefix */
  const TcnElement *element;
};

typedef struct {
  char *prefix; /* "" for names without one */
  char *uri;
  TcnSpace space;
  int outer_default; /* of one without a prefix: the one around it */
} Binding;

/* Makes a binding that of names without a prefix. */
static void
set_default (TcnTags *tags, int index)
{
  tags->default_binding = index;
  tags->default_space = index != NO_BINDING
                            ? g_array_index (tags->bindings, Binding, index).space
                            : TCN_SPACE_CORE;
}

static void
clear_binding (gpointer data)
{
  Binding *binding = data;

  g_free (binding->prefix);
  g_free (binding->uri);
}

TcnTags *
tcn_tags_new (TcnReader *reader)
{
  TcnTags *tags = g_new0 (TcnTags, 1);

  tags->reader = reader;
  tags->open = g_array_new (FALSE, FALSE, sizeof (TcnOpenTag));
  tags->names = g_string_new (NULL);
  tags->bindings = g_array_new (FALSE, FALSE, sizeof (Binding));
  g_array_set_clear_func (tags->bindings, clear_binding);
  set_default (tags, NO_BINDING);
  tags->slots = g_new0 (TcnTagSlot, N_SLOTS);
  return tags;
}

void
tcn_tags_free (TcnTags *tags)
{
  if (tags == NULL)
    return;
  g_array_unref (tags->open);
  g_string_free (tags->names, TRUE);
  g_array_unref (tags->bindings);
  g_free (tags->slots);
  tcn_arena_clear (&tags->values);
  g_free (tags->problem);
  g_free (tags);
}

/* --- namespaces ------------------------------------------------------------------------- */

/* What a prefix stands for here; NULL if nothing was said. */
static const Binding *
find_binding (const TcnTags *tags, const char *prefix, gsize n)
{
  for (guint i = tags->bindings->len; i > 0; i--) {
    const Binding *binding = &g_array_index (tags->bindings, Binding, i - 1);

    if (strncmp (binding->prefix, prefix, n) == 0 && binding->prefix[n] == '\0')
      return binding;
  }
  return NULL;
}

/* Is it a whole feed or item, or the page around a feed? */
static gboolean
is_whole (const TcnTag *tag)
{
  static const char *const names[] = { "rss",  "rdf",   "feed", "channel",
                                       "item", "entry", "html" };
  gsize at = tag->prefix_len > 0 ? tag->prefix_len + 1 : 0;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (tcn_name_is (tag->name + at, tag->name_len - at, names[i]))
      return TRUE;
  return FALSE;
}

/* What a namespace that is bound by `tag` is taken for. That of a module is not meant where a
 * whole feed or item is in it: somebody forgot the prefix, or made one up for the root. */
static TcnSpace
bound_space (const TcnTags *tags, const TcnTag *tag, const Binding *binding)
{
  const gsize n = strlen (binding->prefix);
  TcnSpace space = tcn_space_of (binding->uri, n > 0 ? binding->prefix : NULL);
  gboolean is_own = n == tag->prefix_len && memcmp (binding->prefix, tag->name, n) == 0 &&
                    (n == 0 || tags->depth == 0);

  return is_own && space != TCN_SPACE_ATOM && is_whole (tag) ? TCN_SPACE_CORE : space;
}

static void
bind_namespaces (TcnTags *tags, const TcnTag *tag)
{
  for (guint i = 0; i < tag->n_attributes; i++) {
    const TcnAttribute *attribute = &tag->attributes[i];
    Binding binding = { .outer_default = tags->default_binding };
    gsize at = MIN (strlen ("xmlns:"), attribute->name_len);

    if (!tcn_is_namespace_name (attribute->name, attribute->name_len) ||
        tags->bindings->len >= MAX_BINDINGS)
      continue;
    binding.prefix = g_strndup (attribute->name + at, attribute->name_len - at);
    binding.uri = g_strdup (g_strstrip (tcn_attribute_value (attribute, tag->values)));
    binding.space = bound_space (tags, tag, &binding);
    g_array_append_val (tags->bindings, binding);
    if (*binding.prefix == '\0')
      set_default (tags, (int) tags->bindings->len - 1);
  }
  tags->generation++;
}

/* Forgets all bindings but the outer n. */
static void
unbind_namespaces (TcnTags *tags, guint n)
{
  if (tags->bindings->len == n)
    return;
  while (tags->default_binding >= (int) n)
    set_default (
        tags,
        g_array_index (tags->bindings, Binding, tags->default_binding).outer_default);
  g_array_set_size (tags->bindings, n);
  tags->generation++;
}

static TcnSpace
space_of (const TcnTags *tags, const TcnTag *tag)
{
  const Binding *binding;
  g_autofree char *prefix = NULL;

  if (tag->prefix_len == 0)
    return tags->default_space;
  binding = find_binding (tags, tag->name, tag->prefix_len);
  if (binding != NULL)
    return binding->space;
  prefix = g_strndup (tag->name, tag->prefix_len);
  return tcn_space_of (NULL, prefix);
}

/* The namespaces themselves matter for what a document is, and so for its root only. */
static void
set_uris (const TcnTags *tags, TcnTag *tag)
{
  const Binding *own;

  if (tags->default_binding != NO_BINDING)
    tag->default_uri = g_array_index (tags->bindings, Binding, tags->default_binding).uri;
  own = tag->prefix_len > 0 ? find_binding (tags, tag->name, tag->prefix_len) : NULL;
  tag->uri = tag->prefix_len == 0 ? tag->default_uri : (own != NULL ? own->uri : NULL);
}

/* --- elements --------------------------------------------------------------------------- */

static const TcnElement *
look_up (const TcnTags *tags, const TcnTag *tag, TcnScope scope)
{
  gsize at = tag->prefix_len > 0 ? tag->prefix_len + 1 : 0;

  return tcn_element_find (space_of (tags, tag), tag->name + at, tag->name_len - at,
                           scope);
}

static const TcnElement *
find_element (TcnTags *tags, const TcnTag *tag, TcnScope scope)
{
  const guchar *name = (const guchar *) tag->name;
  gsize n = tag->name_len;
  guint hash = name[0] + 31u * name[n / 2] + 61u * name[n - 1] + 7u * (guint) n;
  TcnTagSlot *slot = &tags->slots[(hash ^ (guint) scope) % N_SLOTS];

  if (n > MAX_SLOT_NAME)
    return look_up (tags, tag, scope);
  if (slot->name_len != n || slot->scope != scope ||
      (tag->prefix_len > 0 ? slot->generation != tags->generation
                           : slot->space != tags->default_space) ||
      memcmp (slot->name, name, n) != 0) {
    memcpy (slot->name, name, n);
    slot->name_len = (guint8) n;
    slot->scope = (guint16) scope;
    slot->space = (guint16) tags->default_space;
    slot->generation = tags->generation;
    slot->element = look_up (tags, tag, scope);
  }
  return slot->element;
}

const char *
tcn_tags_open_name (const TcnTags *tags, guint depth, gsize *out_len)
{
  const TcnOpenTag *open = &g_array_index (tags->open, TcnOpenTag, depth - 1);

  *out_len = open->name_len;
  return tags->names->str + open->name_at;
}

const char *
tcn_tags_open_local_name (const TcnTags *tags, guint depth, gsize *out_len)
{
  const TcnOpenTag *open = &g_array_index (tags->open, TcnOpenTag, depth - 1);
  gsize at = open->prefix_len > 0 ? open->prefix_len + 1 : 0;

  *out_len = open->name_len - at;
  return tags->names->str + open->name_at + at;
}

static void
pop (TcnTags *tags)
{
  const TcnOpenTag open = g_array_index (tags->open, TcnOpenTag, tags->depth - 1);

  tags->depth--;
  tags->names->len = open.name_at;
  unbind_namespaces (tags, open.n_bindings);
}

void
tcn_tags_close (TcnTags *tags)
{
  gsize n;
  const char *name = tcn_tags_open_name (tags, tags->depth, &n);

  if (tags->depth == tags->item_depth)
    tags->item_depth = 0;
  tcn_reader_end (tags->reader, name, n);
  pop (tags);
  tags->has_ended = tags->depth == 0 && tags->reader->has_root;
}

static void
open_element (TcnTags *tags, TcnTag *tag, gboolean is_empty)
{
  TcnReader *reader = tags->reader;
  TcnScope scope = tcn_reader_scope (reader);
  const TcnOpenTag open = { tags->names->len, tag->name_len, tag->prefix_len,
                            tags->bindings->len };
  const TcnElement *element = NULL;

  if (tag->n_attributes > 0)
    tcn_arena_empty (&tags->values);
  if (tags->depth >= TCN_MAX_XML_DEPTH ||
      tags->names->len + tag->name_len > MAX_NAMES_BYTES) {
    if (!is_empty && tags->n_beyond++ == 0)
      tcn_reader_warn (reader, 0,
                       "elements are nested too deep: only their text is read");
    return;
  }
  if (tag->has_namespaces)
    bind_namespaces (tags, tag);
  if (scope != TCN_SCOPE_INLINE && scope != TCN_SCOPE_IGNORE) {
    element = find_element (tags, tag, scope);
    if (element != NULL &&
        (scope & (TCN_SCOPE_TOP | TCN_SCOPE_WRAP | TCN_SCOPE_PAGE)) != 0)
      set_uris (tags, tag);
  }
  tcn_reader_start (reader, tag, element);
  if (tags->depth == tags->open->len)
    g_array_set_size (tags->open, tags->depth + 1);
  g_array_index (tags->open, TcnOpenTag, tags->depth++) = open;
  tcn_append (tags->names, tag->name, tag->name_len);
  if (is_empty)
    tcn_tags_close (tags);
}

void
tcn_tags_mend (TcnTags *tags, guint depth)
{
  while (tags->depth > depth)
    pop (tags);
  tags->n_beyond = 0;
  tags->has_ended = FALSE;
  tags->is_mending = TRUE;
}

/* --- the inside of a tag ---------------------------------------------------------------- */

#define NAME_START 1 /* may begin a name */
#define NAME_CHAR 2  /* may go on in one */
#define SPACE 4

/* What a byte is in a tag: ASCII as XML says, all else is part of names. */
static const guint8 kinds[256] = {
  ['\t'] = SPACE,
  ['\n'] = SPACE,
  ['\r'] = SPACE,
  [' '] = SPACE,
  ['-' ... '.'] = NAME_CHAR,
  ['0' ... '9'] = NAME_CHAR,
  [':'] = NAME_START | NAME_CHAR,
  ['A' ... 'Z'] = NAME_START | NAME_CHAR,
  ['_'] = NAME_START | NAME_CHAR,
  ['a' ... 'z'] = NAME_START | NAME_CHAR,
  [0x80 ... 0xff] = NAME_START | NAME_CHAR,
};

static inline gboolean
is_space (char c)
{
  return (kinds[(guchar) c] & SPACE) != 0;
}

gsize
tcn_tags_read_name (const char *s, gsize n, guint *out_prefix_len)
{
  const char *colon;
  gsize i = 0;

  *out_prefix_len = 0;
  if (n == 0 || (kinds[(guchar) s[0]] & NAME_START) == 0)
    return 0;
  if (n >= TCN_BLOCK_BYTES) { /* most names at once */
    TcnBlock block = tcn_block_load (s);
    guint32 end = TCN_BLOCK_ALL & ~tcn_block_name_chars (block);

    if (end != 0) {
      guint32 colons = tcn_block_is (block, ':') & (((end & -end) - 1) & ~1u);

      i = tcn_block_first (end);
      if (colons != 0 && tcn_block_first (colons) + 1 < i)
        *out_prefix_len = tcn_block_first (colons);
      return i;
    }
  }
  while (i < n && (kinds[(guchar) s[i]] & NAME_CHAR) != 0)
    i++;
  colon = memchr (s + 1, ':', i - 1);
  if (colon != NULL && colon + 1 < s + i)
    *out_prefix_len = (guint) (colon - s);
  return i;
}

static gsize
skip_space (const char *s, gsize i, gsize n)
{
  while (i < n && is_space (s[i]))
    i++;
  return i;
}

/* A well-formed attribute at s[i]: where it ends; 0 if it is not one, or not whole. */
static gsize
read_attribute (TcnTag *tag, const char *s, gsize i, gsize n)
{
  guint prefix_len;
  gsize len = tcn_tags_read_name (s + i, n - i, &prefix_len);
  gsize at = skip_space (s, i + len, n);
  const char *value;
  gsize value_len;

  if (len == 0 || at + 1 >= n || s[at] != '=')
    return 0;
  at = skip_space (s, at + 1, n);
  if (at + 1 >= n || (s[at] != '"' && s[at] != '\''))
    return 0;
  value = s + at + 1;
  value_len = tcn_block_find_either (value, n - at - 1, s[at], '<');
  if (at + 1 + value_len == n || value[value_len] == '<')
    return 0;
  if (tag->n_attributes < TCN_MAX_ATTRIBUTES)
    tag->attributes[tag->n_attributes++] =
        (TcnAttribute){ s + i, (guint) len, prefix_len, value, value_len };
  if (tcn_is_namespace_name (s + i, len))
    tag->has_namespaces = TRUE;
  return at + 1 + value_len + 1;
}

/* A well-formed start tag: its length, else 0. */
static gsize
read_start (TcnTag *tag, const char *s, gsize n, gboolean *out_is_empty)
{
  gsize len = tcn_tags_read_name (s + 1, n - 1, &tag->prefix_len);
  gsize i = 1 + len;

  if (len == 0)
    return 0;
  tag->name = s + 1;
  tag->name_len = (guint) len;
  tag->has_namespaces = FALSE;
  tag->n_attributes = 0;
  tag->uri = NULL;
  tag->default_uri = NULL;
  while (i < n) {
    if (s[i] == '>') {
      *out_is_empty = FALSE;
      return i + 1;
    }
    if (s[i] == '/' && i + 1 < n && s[i + 1] == '>') {
      *out_is_empty = TRUE;
      return i + 2;
    }
    if (is_space (s[i])) {
      i++;
      continue;
    }
    i = read_attribute (tag, s, i, n);
    if (i == 0)
      return 0;
  }
  return 0;
}

/* Says what is wrong with the tag at s. */
static TcnTagResult
refuse (TcnTags *tags, const char *what, const char *name, gsize n)
{
  g_autofree char *part = g_strndup (name, MIN (n, MAX_SHOWN_NAME));
  g_autofree char *shown = g_utf8_make_valid (part, -1);

  g_free (tags->problem);
  tags->problem = g_strdup_printf ("%s “%s”", what, shown);
  return TCN_TAG_ODD;
}

/* A tag of n bytes that is not well-formed. */
static TcnTagResult
take_odd_tag (TcnTags *tags, const char *s, gsize n)
{
  gboolean is_end = s[1] == '/';
  gsize at = is_end ? 2 : 1;
  guint prefix_len;
  gsize len;
  gboolean is_empty = s[n - 2] == '/';
  TcnTag tag;

  if (!tags->is_mending)
    return refuse (tags, "cannot read the tag", s, n);
  if (is_end) /* "</ item>" */
    at = skip_space (s, at, n);
  len = tcn_tags_read_name (s + at, n - at, &prefix_len);
  if (len == 0)
    return TCN_TAG_READ;
  if (is_end) {
    tcn_mend_close (tags, s + at, len);
    return TCN_TAG_READ;
  }
  tag = (TcnTag){ .values = &tags->values,
                  .name = s + at,
                  .name_len = (guint) len,
                  .prefix_len = prefix_len };
  if (s[n - 1] == '>')
    tcn_mend_attributes (&tag, s + at + len, n - at - len - (is_empty ? 2 : 1));
  is_empty = tcn_mend_make_room (tags, &tag, is_empty);
  open_element (tags, &tag, is_empty);
  return TCN_TAG_READ;
}

static TcnTagResult
take_start (TcnTags *tags, TcnTag *tag, gboolean is_empty)
{
  if (tags->has_ended && !tags->is_mending)
    return refuse (tags, "something follows the end of the document:", tag->name,
                   tag->name_len);
  if (tags->is_mending)
    is_empty = tcn_mend_make_room (tags, tag, is_empty);
  open_element (tags, tag, is_empty);
  return TCN_TAG_READ;
}

static TcnTagResult
take_end (TcnTags *tags, const char *name, gsize n)
{
  gsize open_len = 0;
  const char *open_name =
      tags->depth > 0 ? tcn_tags_open_name (tags, tags->depth, &open_len) : "";

  if (tags->n_beyond > 0 && !(tags->is_mending && tcn_mend_is_of_feed (name, n)))
    tags->n_beyond--;
  else if (tags->is_mending)
    tcn_mend_close (tags, name, n);
  else if (open_len == n && memcmp (open_name, name, n) == 0)
    tcn_tags_close (tags);
  else if (open_len == 0)
    return refuse (tags, "an end tag closes nothing:", name, n);
  else
    return refuse (tags, "missing end tag of", open_name, open_len);
  return TCN_TAG_READ;
}

void
tcn_tags_refuse_end (TcnTags *tags, const char *begun)
{
  gsize n;
  const char *name;

  if (begun != NULL) {
    refuse (tags, "missing end of", begun, strlen (begun));
    return;
  }
  name = tcn_tags_open_name (tags, tags->depth, &n);
  refuse (tags, "missing end tag of", name, n);
}

/* A well-formed end tag: its length, else 0. */
static gsize
read_end (const char *s, gsize n, gsize *out_name_len)
{
  guint prefix_len;
  gsize i;

  *out_name_len = tcn_tags_read_name (s + 2, n - 2, &prefix_len);
  i = skip_space (s, 2 + *out_name_len, n);
  return *out_name_len > 0 && i < n && s[i] == '>' ? i + 1 : 0;
}

/* "</title", or "<item", with another tag behind it: where that begins; 0 if it is not so. */
static gsize
unclosed_length (const char *s, gsize n)
{
  const gsize at = n > 2 && s[1] == '/' ? 2 : 1;
  guint prefix_len;
  gsize len = tcn_tags_read_name (s + at, n - at, &prefix_len);
  gsize i = skip_space (s, at + len, n);

  return len > 0 && i < n && s[i] == '<' && (at == 2 || tcn_mend_is_of_feed (s + at, len))
             ? i
             : 0;
}

/* Anything but a whole, well-formed tag. */
static TcnTagResult
read_odd (TcnTags *tags, const char *s, gsize n, gsize *out_len)
{
  gsize end;

  switch (tcn_tag_measure (s, n, out_len)) {
  case TCN_TAG_SHAPE_CUT:
    return TCN_TAG_CUT;
  case TCN_TAG_SHAPE_NONE:
    end = unclosed_length (s, n);
    if (end == 0)
      return TCN_TAG_TEXT;
    *out_len = end;
    break;
  case TCN_TAG_SHAPE_WHOLE:
    break;
  }
  return take_odd_tag (tags, s, *out_len);
}

TcnTagResult
tcn_tags_read (TcnTags *tags, const char *s, gsize n, gsize *out_len)
{
  gboolean is_empty = FALSE;
  gsize name_len;
  TcnTag tag; /* too large to be cleared for each */

  if (n > 2 && s[1] == '/') {
    *out_len = read_end (s, n, &name_len);
    if (*out_len > 0)
      return take_end (tags, s + 2, name_len);
  } else {
    tag.values = &tags->values;
    *out_len = read_start (&tag, s, n, &is_empty);
    if (*out_len > 0)
      return take_start (tags, &tag, is_empty);
  }
  return read_odd (tags, s, n, out_len);
}
