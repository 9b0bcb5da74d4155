/* SPDX-License-Identifier: MIT */
#include "feed/mend.h"

#include <libxml/tree.h>
#include <string.h>

#include "feed/markup.h"
#include "tocsin/limits.h"

#define MAX_ATTRIBUTES 64

struct TcnMender {
  GPtrArray *open;  /* of char*, names of open elements */
  guint item_depth; /* of the open item, counted from 1; 0 = none */
};

TcnMender *
tcn_mender_new (void)
{
  TcnMender *mender = g_new0 (TcnMender, 1);

  mender->open = g_ptr_array_new_with_free_func (g_free);
  return mender;
}

void
tcn_mender_free (TcnMender *mender)
{
  if (mender == NULL)
    return;
  g_ptr_array_unref (mender->open);
  g_free (mender);
}

void
tcn_mender_open (TcnMender *mender, const char *name)
{
  g_ptr_array_add (mender->open, g_strdup (name));
}

static const char *
open_name (const TcnMender *mender, guint depth)
{
  return g_ptr_array_index (mender->open, depth - 1);
}

static const char *
local_name (const char *name)
{
  const char *colon = strchr (name, ':');

  return colon != NULL ? colon + 1 : name;
}

static gboolean
is_item_name (const char *name)
{
  return g_ascii_strcasecmp (local_name (name), "item") == 0 ||
         g_ascii_strcasecmp (local_name (name), "entry") == 0;
}

/* Children of an item that never stand in one another. */
static gboolean
is_field_name (const char *name)
{
  static const char *const fields[] = {
    "title", "link",      "description", "pubdate", "guid",     "category",
    "id",    "published", "updated",     "summary", "comments", "enclosure"
  };

  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    if (g_ascii_strcasecmp (name, fields[i]) == 0)
      return TRUE;
  return FALSE;
}

/* Writes end tags down to `depth`; items among them were cut. */
static void
close_down_to (TcnMender *mender, guint depth, GString *out)
{
  while (mender->open->len > depth) {
    guint top = mender->open->len;

    if (top == mender->item_depth) {
      g_string_append (out, "<?" TCN_MEND_CUT "?>");
      mender->item_depth = 0;
    }
    g_string_append_printf (out, "</%s>", open_name (mender, top));
    g_ptr_array_set_size (mender->open, (int) top - 1);
  }
}

/* The depth of the innermost open element of that name; 0 if none is open. */
static guint
find_open (const TcnMender *mender, const char *name)
{
  for (guint depth = mender->open->len; depth > 0; depth--)
    if (g_ascii_strcasecmp (open_name (mender, depth), name) == 0)
      return depth;
  return 0;
}

static gsize
name_length (const char *s, gsize n)
{
  gsize len = 0;

  while (len < n && (guchar) s[len] > ' ' && strchr ("/>=\"'<&", s[len]) == NULL)
    len++;
  return len;
}

/* A name that libxml2 will take: what it stumbles over it skips, with the texts in it. */
static gboolean
is_good_name (const char *s, gsize n)
{
  g_autofree char *name = g_strndup (s, n);

  return xmlValidateQName ((const xmlChar *) name, 0) == 0;
}

static void
append_value (GString *out, const char *s, gsize n)
{
  g_string_append (out, "=\"");
  for (gsize i = 0; i < n; i++)
    if (s[i] == '"')
      g_string_append (out, "&quot;");
    else if (s[i] == '<')
      g_string_append (out, "&lt;");
    else
      g_string_append_c (out, s[i]);
  g_string_append_c (out, '"');
}

/* Reads "= value" at s[0]; the bytes used and where the value is. */
static gsize
read_value (const char *s, gsize n, const char **out_value, gsize *out_len)
{
  gsize i = 0;
  char quote;
  const char *end;

  *out_len = 0;
  *out_value = s;
  while (i < n && g_ascii_isspace (s[i]))
    i++;
  if (i == n || s[i] != '=')
    return 0;
  i++;
  while (i < n && g_ascii_isspace (s[i]))
    i++;
  if (i == n)
    return i;
  quote = s[i];
  *out_value = s + i;
  if (quote != '"' && quote != '\'') {
    while (i + *out_len < n && !g_ascii_isspace (s[i + *out_len]))
      (*out_len)++;
    return i + *out_len;
  }
  *out_value = s + i + 1;
  end = memchr (s + i + 1, quote, n - i - 1);
  *out_len = end != NULL ? (gsize) (end - *out_value) : n - i - 1;
  return i + 1 + *out_len + (end != NULL ? 1 : 0);
}

/* Attributes between a tag's name and its end, each name once, all values in quotes. */
static void
append_attributes (GString *out, const char *s, gsize n)
{
  const char *names[MAX_ATTRIBUTES];
  gsize lengths[MAX_ATTRIBUTES];
  guint n_names = 0;
  gsize i = 0;

  while (i < n && n_names < MAX_ATTRIBUTES) {
    gsize len = name_length (s + i, n - i);
    const char *name = s + i;
    const char *value;
    gsize value_len;
    gboolean is_new = TRUE;

    if (len == 0) {
      i++;
      continue;
    }
    i += len;
    i += read_value (s + i, n - i, &value, &value_len);
    for (guint k = 0; k < n_names; k++)
      if (lengths[k] == len && memcmp (names[k], name, len) == 0)
        is_new = FALSE;
    if (!is_new || !is_good_name (name, len))
      continue;
    names[n_names] = name;
    lengths[n_names++] = len;
    g_string_append_c (out, ' ');
    g_string_append_len (out, name, (gssize) len);
    append_value (out, value, value_len);
  }
}

/* Ends what cannot contain an element of that name. */
static void
make_room (TcnMender *mender, const char *name, GString *out)
{
  if (mender->item_depth == 0)
    return;
  if (is_item_name (name))
    close_down_to (mender, mender->item_depth - 1, out);
  else if (is_field_name (name) && mender->open->len > mender->item_depth &&
           is_field_name (open_name (mender, mender->item_depth + 1)))
    close_down_to (mender, mender->item_depth, out);
}

static void
push_start_tag (TcnMender *mender, const char *s, gsize n, GString *out)
{
  gsize len = name_length (s + 1, n - 2);
  g_autofree char *name = g_strndup (s + 1, len);
  gboolean is_empty = s[n - 2] == '/';
  gsize end = n - (is_empty ? 2 : 1);

  if (!is_good_name (name, len) || mender->open->len >= 4 * TCN_MAX_XML_DEPTH)
    return;
  make_room (mender, name, out);
  g_string_append_c (out, '<');
  g_string_append (out, name);
  append_attributes (out, s + 1 + len, end - 1 - len);
  g_string_append (out, is_empty ? "/>" : ">");
  if (is_empty)
    return;
  if (is_item_name (name))
    mender->item_depth = mender->open->len + 1;
  g_ptr_array_add (mender->open, g_steal_pointer (&name));
}

static void
push_end_tag (TcnMender *mender, const char *s, gsize n, GString *out)
{
  g_autofree char *name = g_strndup (s + 2, name_length (s + 2, n - 3));
  guint depth = find_open (mender, name);

  if (depth == 0)
    return;
  close_down_to (mender, depth, out);
  if (depth == mender->item_depth)
    mender->item_depth = 0;
  g_string_append_printf (out, "</%s>", open_name (mender, depth));
  g_ptr_array_set_size (mender->open, (int) depth - 1);
}

/* The end of the tag at s[0] == '<'. markup.c leaves a "<" only where a tag begins, and
 * between two tags only white space and marks: the tag ends at the last ">" before those,
 * whatever its quotes pretend. */
static gsize
tag_end (const char *s, gsize n)
{
  const char *next = memchr (s + 1, '<', n - 1);
  const char *mark = memchr (s, TCN_TEXT_MARK, next != NULL ? (gsize) (next - s) : n);
  gsize end = mark != NULL ? (gsize) (mark - s) : (next != NULL ? (gsize) (next - s) : n);

  while (end > 1 && s[end - 1] != '>')
    end--;
  return end > 1 ? end : n;
}

void
tcn_mender_push (TcnMender *mender, const char *xml, gsize n, GString *out)
{
  gsize i = 0;

  while (i < n) {
    const char *angle = memchr (xml + i, '<', n - i);
    gsize plain = angle != NULL ? (gsize) (angle - xml) - i : n - i;
    gsize len;

    g_string_append_len (out, xml + i, (gssize) plain);
    i += plain;
    if (i == n)
      break;
    len = tag_end (xml + i, n - i);
    if (len >= 3 && xml[i + 1] == '/')
      push_end_tag (mender, xml + i, len, out);
    else if (len >= 3)
      push_start_tag (mender, xml + i, len, out);
    i += len;
  }
}
