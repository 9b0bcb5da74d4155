/* SPDX-License-Identifier: MIT */
#include "tocsin/json.h"

#include <string.h>

#include "base/append.h"
#include "base/block.h"
#include "tocsin/time.h"

/* Bytes that may not stand in a JSON string as they are. */
static gboolean
needs_escape (guchar c)
{
  return c < 0x20 || c == '"' || c == '\\' || c == 0x7f;
}

static guint32
find_escapes (const char *s)
{
  TcnBlock block = tcn_block_load (s);

  return tcn_block_is_or_in (block, 0x7f, 0, 0x1f) |
         tcn_block_is_either (block, '"', '\\');
}

static void
append_escape (GString *out, guchar c)
{
  static const char hex[] = "0123456789abcdef";

  switch (c) {
  case '"':
    tcn_append_literal (out, "\\\"");
    return;
  case '\\':
    g_string_append (out, "\\\\");
    return;
  case '\n':
    tcn_append_literal (out, "\\n");
    return;
  case '\t':
    g_string_append (out, "\\t");
    return;
  case '\r':
    g_string_append (out, "\\r");
    return;
  default:
    g_string_append (out, "\\u00");
    g_string_append_c (out, hex[c >> 4]);
    g_string_append_c (out, hex[c & 15]);
  }
}

/* Appends what comes before the first byte that has to be escaped; how many bytes that are. */
static gsize
append_plain (GString *out, const char *s, gsize n)
{
  char *to;
  gsize i = 0;

  tcn_reserve (out, n);
  to = out->str + out->len;
  while (n < TCN_BLOCK_BYTES && i < n && !needs_escape ((guchar) s[i])) {
    to[i] = s[i];
    i++;
  }
  while (n >= TCN_BLOCK_BYTES && i < n) {
    gsize at =
        MIN (i, n - TCN_BLOCK_BYTES); /* the last block begins in the one before it */
    guint32 escapes = find_escapes (s + at) >> (i - at);

    memcpy (to + at, s + at, TCN_BLOCK_BYTES);
    if (escapes != 0) {
      i += tcn_block_first (escapes);
      break;
    }
    i = at + TCN_BLOCK_BYTES;
  }
  out->len += i;
  return i;
}

static void
append_string (GString *out, const char *s, gsize n)
{
  gsize i = 0;

  tcn_append_char (out, '"');
  while (i < n) {
    i += append_plain (out, s + i, n - i);
    if (i < n)
      append_escape (out, (guchar) s[i++]);
  }
  tcn_append_char (out, '"');
}

void
tcn_json_string (GString *out, const char *s)
{
  if (s == NULL)
    tcn_append_literal (out, "null");
  else
    append_string (out, s, strlen (s));
}

void
tcn_json_int (GString *out, gint64 value)
{
  char digits[24];
  gsize at = sizeof digits;
  guint64 rest = value < 0 ? (guint64) 0 - (guint64) value : (guint64) value;

  do {
    digits[--at] = (char) ('0' + rest % 10);
    rest /= 10;
  } while (rest != 0);
  if (value < 0)
    digits[--at] = '-';
  g_string_append_len (out, digits + at, (gssize) (sizeof digits - at));
}

static void
put_two_digits (char *to, guint value)
{
  to[0] = (char) ('0' + value / 10);
  to[1] = (char) ('0' + value % 10);
}

/* Writes the 20 characters of a time; FALSE if it has no such form. */
static gboolean
write_time (char *to, gint64 unix_time)
{
  TcnCivil civil;

  if (!tcn_civil_from_unix (unix_time, &civil))
    return FALSE;
  to[4] = to[7] = '-';
  to[10] = 'T';
  to[13] = to[16] = ':';
  to[19] = 'Z';
  put_two_digits (to, (guint) civil.year / 100);
  put_two_digits (to + 2, (guint) civil.year % 100);
  put_two_digits (to + 5, civil.month);
  put_two_digits (to + 8, civil.day);
  put_two_digits (to + 11, civil.hour);
  put_two_digits (to + 14, civil.minute);
  put_two_digits (to + 17, civil.second);
  return TRUE;
}

void
tcn_json_time (GString *out, gint64 unix_time)
{
  char text[20];

  if (!write_time (text, unix_time)) {
    tcn_append_literal (out, "null");
    return;
  }
  tcn_append_char (out, '"');
  tcn_append (out, text, sizeof text);
  tcn_append_char (out, '"');
}

char *
tcn_time_format_utc (gint64 unix_time)
{
  char text[20];

  return write_time (text, unix_time) ? g_strndup (text, sizeof text) : NULL;
}
