/* SPDX-License-Identifier: MIT */
/* Text as it was typed, and composed, with a map back to where each byte comes from. */
#include <string.h>

#include "rules/chars.h"
#include "rules/words.h"

static void
map_to (GArray *map, const GString *out, guint32 offset)
{
  while (map != NULL && map->len < out->len)
    g_array_append_val (map, offset);
}

/* The end of the piece that composing cannot join with what follows: before a letter that
 * is no mark and no part of a Hangul syllable. */
static const char *
piece_end (const char *p, const char *end)
{
  gunichar c;
  const char *next = tcn_next_char (p, end, &c);

  while (next < end) {
    p = tcn_next_char (next, end, &c);
    if (c < 0x300 || (tcn_char_class (c) & TCN_CHAR_COMPOSES) == 0)
      break;
    next = p;
  }
  return next;
}

/* Appends [p, end) composed, and case-folded if asked. */
static void
append_piece (GString *out, const char *p, const char *end, gboolean ignore_case)
{
  g_autofree char *composed = NULL;
  g_autofree char *cased = NULL;
  g_autofree char *again = NULL;

  if (end - p == 1 && (guint8) *p < 0x80) {
    g_string_append_c (out, ignore_case ? g_ascii_tolower (*p) : *p);
    return;
  }
  composed = g_utf8_normalize (p, end - p, G_NORMALIZE_NFC);
  if (composed == NULL) {
    g_string_append_len (out, p, end - p);
    return;
  }
  if (!ignore_case) {
    g_string_append (out, composed);
    return;
  }
  cased = g_utf8_casefold (composed, -1);
  again = g_utf8_normalize (cased, -1, G_NORMALIZE_NFC);
  g_string_append (out, again);
}

static gboolean
append_sign (GString *out, guint8 kind)
{
  switch (kind) {
  case TCN_CHAR_IGNORED:
    return TRUE;
  case TCN_CHAR_APOSTROPHE:
    g_string_append_c (out, '\'');
    return TRUE;
  case TCN_CHAR_HYPHEN:
    g_string_append_c (out, '-');
    return TRUE;
  default:
    return FALSE;
  }
}

/* Reads the white space at `p`: one space, or a line feed where a paragraph ends, which
 * nothing typed can match. */
static const char *
append_space (GString *out, const char *p, const char *end)
{
  guint n_newlines = 0;

  while (p < end) {
    gunichar c;
    const char *next = tcn_next_char (p, end, &c);
    guint8 kind = tcn_char_class (c) & TCN_CHAR_KIND;

    if (kind == TCN_CHAR_NEWLINE)
      n_newlines++;
    else if (kind != TCN_CHAR_SPACE && kind != TCN_CHAR_IGNORED)
      break;
    p = next;
  }
  g_string_append_c (out, n_newlines >= 2 ? '\n' : ' ');
  return p;
}

void
tcn_text_as_typed (GString *out, GArray *map, const char *slice, gsize length,
                   gboolean ignore_case)
{
  const char *end = slice + length;
  const char *p = slice;

  while (p < end) {
    gunichar c;
    const char *next = tcn_next_char (p, end, &c);
    guint8 kind = tcn_char_class (c) & TCN_CHAR_KIND;
    guint32 offset = (guint32) (p - slice);

    if (kind == TCN_CHAR_SPACE || kind == TCN_CHAR_NEWLINE) {
      next = append_space (out, p, end);
    } else if (!append_sign (out, kind)) {
      next = piece_end (p, end);
      append_piece (out, p, next, ignore_case);
    }
    map_to (map, out, offset);
    p = next;
  }
  if (map != NULL) {
    guint32 offset = (guint32) length;

    g_array_append_val (map, offset);
  }
}

void
tcn_text_composed (GString *out, GArray *map, const char *slice, gsize length)
{
  const char *end = slice + length;
  const char *p = slice;
  guint32 offset;

  while (p < end) {
    const char *next = piece_end (p, end);

    append_piece (out, p, next, FALSE);
    offset = (guint32) (p - slice);
    map_to (map, out, offset);
    p = next;
  }
  offset = (guint32) length;
  if (map != NULL)
    g_array_append_val (map, offset);
}

gboolean
tcn_text_is_composed (const char *slice, gsize length)
{
  /* Only marks, conjoining letters and a few compatibility characters change; the latter
   * stand above U+0340. */
  const char *end = slice + length;
  const char *p = slice;
  gboolean is_suspect = FALSE;
  g_autofree char *composed = NULL;

  while (p < end && !is_suspect) {
    gunichar c;

    p = tcn_next_char (p, end, &c);
    is_suspect = c >= 0x300 && ((tcn_char_class (c) & TCN_CHAR_COMPOSES) != 0 ||
                                c >= 0x0900 || c == 0x0340 || c == 0x0341 ||
                                c == 0x0374 || c == 0x037e || c == 0x0387);
  }
  if (!is_suspect)
    return TRUE;
  composed = g_utf8_normalize (slice, (gssize) length, G_NORMALIZE_NFC);
  return composed == NULL ||
         (strlen (composed) == length && memcmp (composed, slice, length) == 0);
}
