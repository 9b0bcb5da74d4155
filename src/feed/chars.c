/* SPDX-License-Identifier: MIT */
#include "feed/chars.h"

#include <string.h>

#include "base/block.h"
#include "feed/entities.h"
#include "tocsin/text.h"

#define REPLACEMENT 0xfffd

static const guint16 high_c1[32] = {
  0x20ac,      REPLACEMENT, 0x201a, 0x0192, 0x201e, 0x2026,      0x2020, 0x2021,
  0x02c6,      0x2030,      0x0160, 0x2039, 0x0152, REPLACEMENT, 0x017d, REPLACEMENT,
  REPLACEMENT, 0x2018,      0x2019, 0x201c, 0x201d, 0x2022,      0x2013, 0x2014,
  0x02dc,      0x2122,      0x0161, 0x203a, 0x0153, REPLACEMENT, 0x017e, 0x0178,
};

/* Names that HTML accepts without a semicolon, sorted. */
static const char *const old_names[] = {
  "AElig",  "AMP",    "Aacute", "Acirc",  "Agrave", "Aring",  "Atilde", "Auml",
  "COPY",   "Ccedil", "ETH",    "Eacute", "Ecirc",  "Egrave", "Euml",   "GT",
  "Iacute", "Icirc",  "Igrave", "Iuml",   "LT",     "Ntilde", "Oacute", "Ocirc",
  "Ograve", "Oslash", "Otilde", "Ouml",   "QUOT",   "REG",    "THORN",  "Uacute",
  "Ucirc",  "Ugrave", "Uuml",   "Yacute", "aacute", "acirc",  "acute",  "aelig",
  "agrave", "amp",    "aring",  "atilde", "auml",   "brvbar", "ccedil", "cedil",
  "cent",   "copy",   "curren", "deg",    "divide", "eacute", "ecirc",  "egrave",
  "eth",    "euml",   "frac12", "frac14", "frac34", "gt",     "iacute", "icirc",
  "iexcl",  "igrave", "iquest", "iuml",   "laquo",  "lt",     "macr",   "micro",
  "middot", "nbsp",   "not",    "ntilde", "oacute", "ocirc",  "ograve", "ordf",
  "ordm",   "oslash", "otilde", "ouml",   "para",   "plusmn", "pound",  "quot",
  "raquo",  "reg",    "sect",   "shy",    "sup1",   "sup2",   "sup3",   "szlig",
  "thorn",  "times",  "uacute", "ucirc",  "ugrave", "uml",    "uuml",   "yacute",
  "yen",    "yuml",
};

gunichar
tcn_char_from_windows_1252 (guint byte)
{
  return byte >= 0x80 && byte <= 0x9f ? high_c1[byte - 0x80] : byte;
}

/* The inverse, for all of windows-1252; -1 when `c` is not in it. */
static int
to_windows_1252 (gunichar c)
{
  if (c < 0x80 || (c >= 0xa0 && c <= 0xff))
    return (int) c;
  for (guint i = 0; i < G_N_ELEMENTS (high_c1); i++)
    if (c == high_c1[i] && c != REPLACEMENT)
      return (int) i + 0x80;
  return -1;
}

static gboolean
is_unwanted (gunichar c)
{
  return (c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7f ||
         (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) ||
         (c >= 0xe0000 && c <= 0xe007f) || (c & 0xfffe) == 0xfffe ||
         (c >= 0xfdd0 && c <= 0xfdef);
}

void
tcn_char_append_number (GString *out, guint64 number)
{
  gunichar c = number > 0x10ffff ? REPLACEMENT : (gunichar) number;

  if (c >= 0x80 && c <= 0x9f)
    c = tcn_char_from_windows_1252 (c);
  if (c >= 0xd800 && c <= 0xdfff)
    c = REPLACEMENT;
  if (c == 0x2028 || c == 0x2029)
    c = '\n';
  if (!is_unwanted (c))
    g_string_append_unichar (out, c);
}

/* strcmp() of a counted and a terminated name. */
static int
compare_names (const char *a, gsize n, const char *b)
{
  int order = strncmp (a, b, n);

  return order != 0 ? order : (b[n] == '\0' ? 0 : -1);
}

/* The UTF-8 text of the HTML character named by n bytes (without "&" and ";"), NULL if there
 * is no such name. (transfer none) (nullable) */
static const char *
find_named (const char *name, gsize n)
{
  guint low = 0;
  guint high = tcn_n_entities;

  while (low < high) {
    guint middle = (low + high) / 2;
    int order = compare_names (name, n, tcn_entities[middle].name);

    if (order == 0)
      return tcn_entities[middle].text;
    if (order < 0)
      high = middle;
    else
      low = middle + 1;
  }
  return NULL;
}

/* The number that a reference at s stands for; `out_len` is its length, 0 if it is none. */
static guint64
read_number (const char *s, gsize n, gboolean is_html, gsize *out_len)
{
  gboolean is_hex = n > 2 && (s[2] == 'x' || s[2] == 'X');
  gsize first = is_hex ? 3 : 2;
  gsize i = first;
  guint64 number = 0;

  *out_len = 0;
  for (; i < n; i++) {
    int digit = is_hex ? g_ascii_xdigit_value (s[i]) : g_ascii_digit_value (s[i]);

    if (digit < 0)
      break;
    number = MIN (number * (is_hex ? 16 : 10) + (guint) digit, 0x110000);
  }
  if (i <= first || ((i == n || s[i] != ';') && !is_html))
    return 0;
  *out_len = i < n && s[i] == ';' ? i + 1 : i;
  return number;
}

static gboolean
is_high_half (guint64 number)
{
  return number >= 0xd800 && number <= 0xdbff;
}

static gsize
append_numeric (GString *out, const char *s, gsize n, gboolean is_html)
{
  gsize len, second_len;
  guint64 number = read_number (s, n, is_html, &len);
  guint64 second;

  if (len == 0)
    return 0;
  /* "&#55357;&#56832;": what counts in UTF-16 writes one character as two. */
  if (is_high_half (number) && n - len > 3 && s[len] == '&' && s[len + 1] == '#') {
    second = read_number (s + len, n - len, is_html, &second_len);
    if (second_len > 0 && second >= 0xdc00 && second <= 0xdfff) {
      number = 0x10000 + ((number - 0xd800) << 10) + (second - 0xdc00);
      len += second_len;
    }
  }
  tcn_char_append_number (out, number);
  return len;
}

gboolean
tcn_char_needs_more (const char *s, gsize n)
{
  gsize len = 0;

  if (n < 2 || s[1] != '#' || !is_high_half (read_number (s, n, FALSE, &len)))
    return FALSE;
  if (n > len && s[len] != '&')
    return FALSE;
  for (gsize i = len; i < n; i++)
    if (!g_ascii_isxdigit (s[i]) && strchr ("&#xX", s[i]) == NULL)
      return FALSE;
  return n - len < TCN_MAX_REFERENCE_BYTES;
}

/* The longest old name that n bytes begin with. */
static const char *
find_old_name (const char *s, gsize n, gsize *out_len)
{
  const char *found = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (old_names); i++) {
    gsize len = strlen (old_names[i]);

    if (len <= n && memcmp (s, old_names[i], len) == 0 &&
        (found == NULL || len > *out_len)) {
      found = old_names[i];
      *out_len = len;
    }
  }
  return found;
}

static gsize
append_named (GString *out, const char *s, gsize n, gboolean is_html)
{
  gsize len = 0;
  const char *text = NULL;

  while (1 + len < n && len < TCN_MAX_REFERENCE_BYTES && g_ascii_isalnum (s[1 + len]))
    len++;
  if (1 + len < n && s[1 + len] == ';') {
    text = find_named (s + 1, len);
    if (text != NULL) {
      g_string_append (out, text);
      return len + 2;
    }
  }
  if (!is_html || find_old_name (s + 1, len, &len) == NULL)
    return 0;
  g_string_append (out, find_named (s + 1, len));
  return len + 1;
}

gsize
tcn_char_append_reference (GString *out, const char *s, gsize n, gboolean is_html)
{
  if (n < 3)
    return 0;
  /* The common ones first. */
  if (s[1] == 'a' && n >= 5 && memcmp (s, "&amp;", 5) == 0) {
    g_string_append_c (out, '&');
    return 5;
  }
  if ((s[1] == 'l' || s[1] == 'g') && n >= 4 && s[2] == 't' && s[3] == ';') {
    g_string_append_c (out, s[1] == 'l' ? '<' : '>');
    return 4;
  }
  if (s[1] == '#')
    return append_numeric (out, s, n, is_html);
  return append_named (out, s, n, is_html);
}

/* Is it likely that these bytes, valid UTF-8, are what was meant? Each pair of letter and sign
 * gives some character: "Spaß…" is no NKo letter, but "Ã©" is no word either. */
static gboolean
is_likely (const guchar *bytes, gsize n)
{
  guint weight = 0;

  for (gsize i = 0; i < n; i++)
    if (bytes[i] >= 0xe0 || bytes[i] == 0xc3)
      weight += 3;
    else if (bytes[i] >= 0xc2)
      weight++;
  return weight >= 3;
}

void
tcn_char_undo_double_encoding (GString *text)
{
  g_autofree char *bytes = NULL;
  const char *first = text->str;
  guint32 high = 0;
  gsize n = 0;

  while (high == 0 && first + TCN_BLOCK_BYTES <= text->str + text->len) {
    high = tcn_block_high (tcn_block_load (first));
    first += high != 0 ? tcn_block_first (high) : TCN_BLOCK_BYTES;
  }
  while (*first != '\0' && (guchar) *first < 0x80)
    first++;
  /* What was a lead byte of UTF-8 is now U+00C2 to U+00F4, and something non-ASCII follows. */
  if ((guchar) first[0] != 0xc3 || (guchar) first[1] < 0x82 || (guchar) first[2] < 0xc2)
    return;
  bytes = g_malloc (text->len);
  for (const char *p = text->str; *p != '\0'; p = g_utf8_next_char (p)) {
    int byte = to_windows_1252 (g_utf8_get_char (p));

    if (byte < 0)
      return;
    bytes[n++] = (char) byte;
  }
  if (!g_utf8_validate (bytes, (gssize) n, NULL) ||
      !is_likely ((const guchar *) bytes, n))
    return;
  g_string_truncate (text, 0);
  g_string_append_len (text, bytes, (gssize) n);
  tcn_text_clean_tail (text, 0);
}
