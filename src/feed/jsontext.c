/* SPDX-License-Identifier: MIT */
#include "feed/jsontext.h"

#include <string.h>

#include "base/append.h"

#define MAX_DEPTH                                                                        \
  64 /* the bits of a word: one for the kind of each bracket that is open */
#define MAX_NUMBER_BYTES 64

/* Blanks, and what stands between values. */
static gsize
skip_blanks (const char *s, gsize n)
{
  gsize i = 0;

  while (i < n && s[i] != '\0' && strchr (" \t\r\n,:", s[i]) != NULL)
    i++;
  return i;
}

/* The length of the string at s[0] == '"'; 0 if it does not end. */
static gsize
string_length (const char *s, gsize n)
{
  for (gsize i = 1; i < n; i++)
    if (s[i] == '\\')
      i++;
    else if (s[i] == '"')
      return i + 1;
  return 0;
}

/* The length of what the bracket at s[0] encloses, with its brackets; 0 if it does not end. */
static gsize
bracket_length (const char *s, gsize n)
{
  guint64 kinds = 0; /* one bit for each that is open, the innermost last: is it "{"? */
  guint depth = 0;

  for (gsize i = 0; i < n; i++) {
    switch (s[i]) {
    case '"': {
      gsize len = string_length (s + i, n - i);

      if (len == 0)
        return 0;
      i += len - 1;
      break;
    }
    case '{':
    case '[':
      if (depth == MAX_DEPTH)
        return 0;
      kinds = kinds << 1 | (s[i] == '{' ? 1 : 0);
      depth++;
      break;
    case '}':
    case ']':
      if ((kinds & 1) != (s[i] == '}' ? 1 : 0))
        return 0;
      kinds >>= 1;
      depth--;
      if (depth == 0)
        return i + 1;
      break;
    default:
      break;
    }
  }
  return 0;
}

/* A number, or true, false, null. */
static gsize
word_length (const char *s, gsize n)
{
  gsize i = 0;

  while (i < n && (g_ascii_isalnum (s[i]) || s[i] == '-' || s[i] == '+' || s[i] == '.'))
    i++;
  return i;
}

TcnJson
tcn_json_read (const char *text, gsize n)
{
  gsize i = skip_blanks (text, n);
  const char *s = text + i;
  gsize len = 0;

  n -= i;
  if (n > 0 && *s == '"')
    len = string_length (s, n);
  else if (n > 0 && (*s == '{' || *s == '['))
    len = bracket_length (s, n);
  else
    len = word_length (s, n);
  return len > 0 ? (TcnJson){ s, len } : (TcnJson){ NULL, 0 };
}

gboolean
tcn_json_enter (TcnJson value, TcnJsonRest *out)
{
  if (value.s == NULL || (*value.s != '{' && *value.s != '['))
    return FALSE;
  *out = (TcnJsonRest){ value.s + 1, value.n - 1, *value.s == '{' };
  return TRUE;
}

static gboolean
next_value (TcnJsonRest *rest, TcnJson *out)
{
  gsize used;

  *out = tcn_json_read (rest->s, rest->n);
  if (out->s == NULL)
    return FALSE;
  used = (gsize) (out->s - rest->s) + out->n;
  rest->s += used;
  rest->n -= used;
  return TRUE;
}

gboolean
tcn_json_next (TcnJsonRest *rest, TcnJson *out_name, TcnJson *out_value)
{
  *out_name = (TcnJson){ NULL, 0 };
  if (rest->is_object &&
      (!next_value (rest, out_name) || !tcn_json_is_string (*out_name)))
    return FALSE;
  return next_value (rest, out_value);
}

static gboolean
is_name (TcnJson string, const char *name)
{
  g_autofree char *plain = NULL;

  if (memchr (string.s, '\\', string.n) == NULL)
    return string.n == strlen (name) + 2 &&
           g_ascii_strncasecmp (string.s + 1, name, string.n - 2) == 0;
  plain = tcn_json_dup_string (string);
  return g_ascii_strcasecmp (plain, name) == 0;
}

TcnJson
tcn_json_find (TcnJson object, const char *name)
{
  TcnJson found = { NULL, 0 };
  TcnJson key, value;
  TcnJsonRest rest;

  if (!tcn_json_enter (object, &rest) || !rest.is_object)
    return found;
  while (tcn_json_next (&rest, &key, &value))
    if (is_name (key, name))
      found = value;
  return found;
}

gboolean
tcn_json_enter_open (TcnJson object, const char *name, TcnJsonRest *out)
{
  TcnJson found = tcn_json_find (object, name);
  TcnJson key, value;
  TcnJsonRest rest;
  gsize blanks;

  if (found.s != NULL || !tcn_json_enter (object, &rest) || !rest.is_object)
    return tcn_json_enter (found, out);
  while (tcn_json_next (&rest, &key, &value))
    ;
  blanks = skip_blanks (rest.s, rest.n);
  if (tcn_json_is_string (key) && blanks < rest.n && is_name (key, name))
    found = (TcnJson){ rest.s + blanks, rest.n - blanks };
  return tcn_json_enter (found, out);
}

gboolean
tcn_json_is_string (TcnJson value)
{
  return value.s != NULL && *value.s == '"';
}

gboolean
tcn_json_is_number (TcnJson value)
{
  return value.s != NULL && (*value.s == '-' || g_ascii_isdigit (*value.s));
}

/* --- what stands in strings -------------------------------------------------------------- */

/* Four hexadecimal digits; -1 if they are none. */
static int
read_hex (const char *s, gsize n)
{
  int unit = 0;

  if (n < 4)
    return -1;
  for (guint i = 0; i < 4; i++) {
    int digit = g_ascii_xdigit_value (s[i]);

    if (digit < 0)
      return -1;
    unit = unit * 16 + digit;
  }
  return unit;
}

/* "\uXXXX", or two of them that are one character: the bytes used. */
static gsize
append_unicode (GString *out, const char *s, gsize n)
{
  int unit = read_hex (s + 2, n - 2);
  int low = n >= 12 && s[6] == '\\' && s[7] == 'u' ? read_hex (s + 8, n - 8) : -1;

  if (unit >= 0xd800 && unit < 0xdc00 && low >= 0xdc00 && low < 0xe000) {
    g_string_append_unichar (out, 0x10000 + ((gunichar) (unit - 0xd800) << 10) +
                                      (gunichar) (low - 0xdc00));
    return 12;
  }
  if (unit > 0 && (unit < 0xd800 || unit >= 0xe000))
    g_string_append_unichar (out, (gunichar) unit);
  else
    g_string_append (out, "\xef\xbf\xbd");
  return unit >= 0 ? 6 : 2;
}

/* The escape at s[0] == '\\', behind which something stands: the bytes used. */
static gsize
append_escape (GString *out, const char *s, gsize n)
{
  static const char names[] = { 'b', 'f', 'n', 'r', 't' };
  static const char meanings[] = { '\b', '\f', '\n', '\r', '\t' };
  const char *found = memchr (names, s[1], sizeof names);

  if (s[1] == 'u')
    return append_unicode (out, s, n);
  g_string_append_c (out, found != NULL ? meanings[found - names] : s[1]);
  return 2;
}

char *
tcn_json_dup_string (TcnJson string)
{
  const char *s = string.s + 1;
  gsize n = string.n - 2;
  GString *out = g_string_sized_new (n);

  while (n > 0) {
    const char *slash = memchr (s, '\\', n);
    gsize plain = slash != NULL ? (gsize) (slash - s) : n;
    gsize escape;

    tcn_append (out, s, plain);
    s += plain;
    n -= plain;
    escape = n > 1 ? append_escape (out, s, n) : n;
    s += escape;
    n -= escape;
  }
  return g_string_free (out, FALSE);
}

gdouble
tcn_json_number (TcnJson value)
{
  char text[MAX_NUMBER_BYTES];

  if (!tcn_json_is_number (value) || value.n >= sizeof text)
    return 0;
  memcpy (text, value.s, value.n);
  text[value.n] = '\0';
  return g_ascii_strtod (text, NULL);
}
