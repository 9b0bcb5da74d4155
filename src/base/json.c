/* SPDX-License-Identifier: MIT */
#include "tocsin/json.h"

#include <string.h>

#include "base/append.h"
#include "tocsin/time.h"

/* Bytes that may not stand in a JSON string as they are. */
static gboolean
needs_escape (guchar c)
{
  return c < 0x20 || c == '"' || c == '\\' || c == 0x7f;
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

static void
append_string (GString *out, const char *s, gsize len)
{
  gsize done = 0;
  gsize i = 0;

  g_string_append_c (out, '"');
  while (i < len) {
    if (i + 8 <= len) {
      guint64 word = tcn_load_word (s + i);

      if ((tcn_word_below (word, 0x20) | tcn_word_has (word, '"') |
           tcn_word_has (word, '\\') | tcn_word_has (word, 0x7f)) == 0) {
        i += 8;
        continue;
      }
    }
    if (needs_escape ((guchar) s[i])) {
      tcn_append (out, s + done, i - done);
      append_escape (out, (guchar) s[i]);
      done = i + 1;
    }
    i++;
  }
  tcn_append (out, s + done, len - done);
  g_string_append_c (out, '"');
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

/* Writes the 20 characters of a time; FALSE if it has no such form. */
static gboolean
write_time (char *to, gint64 unix_time)
{
  TcnCivil civil;
  static const guint at[] = { 0, 5, 8, 11, 14, 17 };
  static const char separators[] = "--T::Z";
  guint values[G_N_ELEMENTS (at)];

  if (!tcn_civil_from_unix (unix_time, &civil))
    return FALSE;
  values[0] = (guint) civil.year;
  values[1] = civil.month;
  values[2] = civil.day;
  values[3] = civil.hour;
  values[4] = civil.minute;
  values[5] = civil.second;
  for (guint i = 0; i < G_N_ELEMENTS (values); i++) {
    guint width = i == 0 ? 4 : 2;

    for (guint k = width; k > 0; k--) {
      to[at[i] + k - 1] = (char) ('0' + values[i] % 10);
      values[i] /= 10;
    }
    to[at[i] + width] = separators[i];
  }
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
  g_string_append_c (out, '"');
  tcn_append (out, text, sizeof text);
  g_string_append_c (out, '"');
}

char *
tcn_time_format_utc (gint64 unix_time)
{
  char text[20];

  return write_time (text, unix_time) ? g_strndup (text, sizeof text) : NULL;
}
