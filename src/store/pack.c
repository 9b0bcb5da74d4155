/* SPDX-License-Identifier: MIT */
#include "store/pack.h"

#include <string.h>

/* Of the packed matches; another layout gets another number. */
#define MATCHES_VERSION 1

/* The numbers of these stand in files: they are never given another meaning. */
G_STATIC_ASSERT (TCN_FIELD_TITLE == 0 && TCN_FIELD_SUMMARY == 1 &&
                 TCN_FIELD_CONTENT == 2 && TCN_FIELD_AUTHOR == 3 && TCN_FIELD_FEED == 4 &&
                 TCN_FIELD_URL == 5 && TCN_FIELD_TAG == 6 && TCN_FIELD_LANG == 7);
G_STATIC_ASSERT (TCN_WHY_SAME == 0 && TCN_WHY_FOLDED == 1 && TCN_WHY_INFLECTED == 2 &&
                 TCN_WHY_JOINED == 3 && TCN_WHY_PREFIX == 4 && TCN_WHY_SUFFIX == 5 &&
                 TCN_WHY_INSIDE == 6 && TCN_WHY_EXACT == 7 && TCN_WHY_REGEX == 8);

/* Seven bits a byte, lowest first; the top bit says that another byte follows. */
void
tcn_pack_uint (GByteArray *out, guint64 value)
{
  guint8 bytes[10];
  guint n = 0;

  do {
    bytes[n] = (guint8) ((value & 0x7f) | (value > 0x7f ? 0x80 : 0));
    value >>= 7;
    n++;
  } while (value != 0);
  g_byte_array_append (out, bytes, n);
}

/* The length and one, so that zero can stand for NULL. */
void
tcn_pack_string (GByteArray *out, const char *s)
{
  gsize n = s != NULL ? strlen (s) : 0;

  tcn_pack_uint (out, s != NULL ? n + 1 : 0);
  g_byte_array_append (out, (const guint8 *) s, (guint) n);
}

TcnUnpack
tcn_unpack_begin (gconstpointer data, gsize n)
{
  const guint8 *bytes = data;

  return (TcnUnpack){ .at = bytes, .end = bytes + (bytes != NULL ? n : 0) };
}

guint64
tcn_unpack_uint (TcnUnpack *in)
{
  guint64 value = 0;

  for (guint shift = 0; shift < 64 && in->at < in->end; shift += 7) {
    guint8 byte = *in->at++;

    value |= (guint64) (byte & 0x7f) << shift;
    if ((byte & 0x80) == 0)
      return value;
  }
  in->is_bad = TRUE;
  in->at = in->end;
  return 0;
}

char *
tcn_unpack_string (TcnUnpack *in)
{
  guint64 n = tcn_unpack_uint (in);
  const char *start = (const char *) in->at;

  if (n == 0)
    return NULL;
  n--;
  if (n > (guint64) (in->end - in->at) || !g_utf8_validate_len (start, n, NULL)) {
    in->is_bad = TRUE;
    in->at = in->end;
    return NULL;
  }
  in->at += n;
  return g_strndup (start, n);
}

void
tcn_pack_rows (GByteArray *out, const GArray *rows)
{
  gint64 last = 0;

  for (guint i = 0; i < rows->len; i++) {
    gint64 row = g_array_index (rows, gint64, i);

    tcn_pack_uint (out, (guint64) (row - last));
    last = row;
  }
}

GArray *
tcn_unpack_rows (gconstpointer data, gsize n)
{
  GArray *rows = g_array_new (FALSE, FALSE, sizeof (gint64));
  TcnUnpack in = tcn_unpack_begin (data, n);
  guint64 last = 0;

  while (in.at < in.end) {
    last += tcn_unpack_uint (&in);
    if (in.is_bad)
      break;
    g_array_append_vals (rows, &last, 1);
  }
  return rows;
}

void
tcn_pack_matches (GByteArray *out, const GPtrArray *matches)
{
  tcn_pack_uint (out, MATCHES_VERSION);
  for (guint i = 0; i < matches->len; i++) {
    const TcnMatch *match = g_ptr_array_index (matches, i);

    tcn_pack_uint (out, match->field);
    tcn_pack_uint (out, match->start);
    tcn_pack_uint (out, match->end);
    tcn_pack_uint (out, match->start_char);
    tcn_pack_uint (out, match->end_char);
    tcn_pack_string (out, match->text);
    tcn_pack_string (out, match->term);
    tcn_pack_uint (out, match->why);
  }
}

static TcnMatch *
unpack_match (TcnUnpack *in)
{
  TcnMatch *match = g_new0 (TcnMatch, 1);

  match->field = (TcnField) tcn_unpack_uint (in);
  match->start = tcn_unpack_uint (in);
  match->end = tcn_unpack_uint (in);
  match->start_char = (guint) tcn_unpack_uint (in);
  match->end_char = (guint) tcn_unpack_uint (in);
  match->text = tcn_unpack_string (in);
  match->term = tcn_unpack_string (in);
  match->why = (TcnWhy) tcn_unpack_uint (in);
  return match;
}

static gboolean
is_sound (const TcnMatch *match)
{
  return (guint) match->field < TCN_N_FIELDS && (guint) match->why <= TCN_WHY_REGEX &&
         match->text != NULL && match->term != NULL;
}

void
tcn_unpack_matches (gconstpointer data, gsize n, GPtrArray *matches)
{
  TcnUnpack in = tcn_unpack_begin (data, n);

  if (tcn_unpack_uint (&in) != MATCHES_VERSION)
    return;
  while (in.at < in.end) {
    TcnMatch *match = unpack_match (&in);

    if (in.is_bad || !is_sound (match)) {
      tcn_match_free (match);
      return;
    }
    g_ptr_array_add (matches, match);
  }
}

void
tcn_pack_strings (GByteArray *out, const GPtrArray *strings)
{
  for (guint i = 0; i < strings->len; i++)
    tcn_pack_string (out, g_ptr_array_index (strings, i));
}

void
tcn_unpack_strings (gconstpointer data, gsize n, GPtrArray *strings)
{
  TcnUnpack in = tcn_unpack_begin (data, n);

  while (in.at < in.end) {
    char *s = tcn_unpack_string (&in);

    if (s == NULL)
      return;
    g_ptr_array_add (strings, s);
  }
}
