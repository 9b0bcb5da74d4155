/* SPDX-License-Identifier: MIT */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "tocsin/text.h"

#include <pcre2.h>
#include <string.h>

#include "base/block.h"

#define ELLIPSIS "…"
#define CARET_INDENT "    "

G_DEFINE_AUTOPTR_CLEANUP_FUNC (pcre2_code, pcre2_code_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (pcre2_match_data, pcre2_match_data_free)

/* --- cleaning --------------------------------------------------------------------------- */

/* What is done with a character. */
typedef enum {
  FATE_KEEP,
  FATE_DROP,
  FATE_LINE_END,
} Fate;

static Fate
judge (gunichar c)
{
  if (c == '\r' || c == 0x2028 || c == 0x2029)
    return FATE_LINE_END;
  if ((c < 0x20 && c != '\t' && c != '\n') || (c >= 0x7f && c < 0xa0))
    return FATE_DROP;
  if ((c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069))
    return FATE_DROP;
  if ((c >= 0xe0000 && c <= 0xe007f) || (c & 0xfffe) == 0xfffe ||
      (c >= 0xfdd0 && c <= 0xfdef))
    return FATE_DROP;
  return FATE_KEEP;
}

/* Could a character that is not kept begin with this byte? */
static gboolean
is_suspect (guchar c)
{
  if (c >= 0x20 && c < 0x7f)
    return FALSE;
  return (c < 0x20 && c != '\t' && c != '\n') || c == 0x7f || c == 0xc2 || c == 0xe2 ||
         c == 0xef || c >= 0xf0;
}

/* The offset of the first byte at which `s` is not clean, or `n`. */
static gsize
find_dirt (const char *s, gsize n)
{
  const char *end;
  gsize valid;

  if (tcn_block_all_in (s, n, ' ', '~')) /* most are */
    return n;
  g_utf8_validate_len (s, n, &end);
  valid = (gsize) (end - s);
  for (gsize i = 0; i < valid; i++)
    if (is_suspect ((guchar) s[i]) && judge (g_utf8_get_char (s + i)) != FATE_KEEP)
      return i;
  return valid;
}

/* Appends the cleaned form of n bytes. */
static void
append_clean (GString *out, const char *s, gsize n)
{
  gsize i = 0;

  while (i < n) {
    gsize run = find_dirt (s + i, n - i);
    gunichar c;

    g_string_append_len (out, s + i, (gssize) run);
    i += run;
    if (i == n)
      break;
    c = g_utf8_get_char_validated (s + i, (gssize) (n - i));
    if (s[i] == '\0') {
      i++;
    } else if (c == (gunichar) -1 || c == (gunichar) -2) {
      g_string_append (out, "\xef\xbf\xbd");
      i++;
      while (i < n &&
             ((guchar) s[i] & 0xc0) == 0x80) /* one mark for one broken character */
        i++;
    } else {
      gboolean is_crlf = c == '\r' && i + 1 < n && s[i + 1] == '\n';

      if (judge (c) == FATE_LINE_END && !is_crlf)
        g_string_append_c (out, '\n');
      i += (gsize) g_utf8_skip[(guchar) s[i]];
    }
  }
}

char *
tcn_text_make_clean (const char *s, gssize len)
{
  gsize n = len < 0 ? strlen (s) : (gsize) len;
  GString *out;

  if (find_dirt (s, n) == n)
    return g_strndup (s, n);
  out = g_string_sized_new (n);
  append_clean (out, s, n);
  return g_string_free (out, FALSE);
}

void
tcn_text_clean_tail (GString *text, gsize from)
{
  gsize clean = from + find_dirt (text->str + from, text->len - from);
  g_autofree char *dirty = NULL;
  gsize n = text->len - clean;

  if (n == 0)
    return;
  dirty = g_memdup2 (text->str + clean, n);
  g_string_truncate (text, clean);
  append_clean (text, dirty, n);
}

gsize
tcn_text_space_length (const char *s, gsize n)
{
  guchar c = n > 0 ? (guchar) s[0] : 'x';

  if (c < 0x80)
    return c == ' ' || (c >= '\t' && c <= '\r') ? 1 : 0;
  if (c == 0xc2)
    return n > 1 && ((guchar) s[1] == 0xa0 || (guchar) s[1] == 0x85) ? 2 : 0;
  if (n < 3 || (c != 0xe1 && c != 0xe2 && c != 0xe3))
    return 0;
  return g_unichar_isspace (g_utf8_get_char (s)) ? 3 : 0;
}

/* Printable ASCII with single blanks inside: most names and titles are one line already. */
static gboolean
is_one_line (const char *s)
{
  gsize i = 0;

  for (; s[i] != '\0'; i++)
    if (s[i] < ' ' || s[i] > '~' || (s[i] == ' ' && (i == 0 || s[i - 1] == ' ')))
      return FALSE;
  return i > 0 && s[i - 1] != ' ';
}

char *
tcn_text_one_line (const char *s)
{
  g_autofree char *clean = NULL;
  GString *out;
  gsize n;

  if (s == NULL)
    return NULL;
  if (is_one_line (s))
    return g_strdup (s);
  clean = tcn_text_make_clean (s, -1);
  n = strlen (clean);
  out = g_string_sized_new (n);
  for (gsize i = 0; i < n;) {
    gsize space = tcn_text_space_length (clean + i, n - i);

    if (space == 0) {
      g_string_append_c (out, clean[i++]);
      continue;
    }
    if (out->len > 0 && out->str[out->len - 1] != ' ')
      g_string_append_c (out, ' ');
    i += space;
  }
  if (out->len > 0 && out->str[out->len - 1] == ' ')
    g_string_truncate (out, out->len - 1);
  return g_string_free (out, out->len == 0);
}

gsize
tcn_text_whole (const char *s, gsize n, gsize max)
{
  if (n <= max)
    return n;
  while (max > 0 && ((guchar) s[max] & 0xc0) == 0x80)
    max--;
  return max;
}

/* --- counting --------------------------------------------------------------------------- */

static gboolean
is_ascii (const char *s, gsize bytes)
{
  for (gsize i = 0; i < bytes; i++)
    if ((guchar) s[i] >= 0x80 || s[i] == '\r')
      return FALSE;
  return TRUE;
}

/* Walks over at most `max` graphemes; the number walked, and the offset behind the last. */
static guint
walk_graphemes (const char *s, gsize bytes, guint max, gsize *out_offset)
{
  g_autoptr (pcre2_code) code = NULL;
  g_autoptr (pcre2_match_data) data = NULL;
  int error = 0;
  PCRE2_SIZE where = 0;
  gsize offset = 0;
  guint n = 0;

  if (is_ascii (s, bytes)) {
    *out_offset = MIN (bytes, max);
    return (guint) *out_offset;
  }
  code = pcre2_compile ((PCRE2_SPTR) "\\X", 2, PCRE2_UTF | PCRE2_ANCHORED, &error, &where,
                        NULL);
  g_assert (code != NULL);
  data = pcre2_match_data_create (1, NULL);
  while (offset < bytes && n < max &&
         pcre2_match (code, (PCRE2_SPTR) s, bytes, offset, PCRE2_NO_UTF_CHECK, data,
                      NULL) > 0) {
    offset = pcre2_get_ovector_pointer (data)[1];
    n++;
  }
  *out_offset = offset;
  return n;
}

guint
tcn_text_graphemes (const char *s, gsize bytes)
{
  gsize offset;

  return walk_graphemes (s, bytes, G_MAXUINT, &offset);
}

guint
tcn_text_width (const char *s, gsize bytes)
{
  guint width = 0;

  for (const char *p = s; p < s + bytes; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);

    if (!g_unichar_iszerowidth (c))
      width += g_unichar_iswide (c) ? 2 : 1;
  }
  return width;
}

/* --- showing ---------------------------------------------------------------------------- */

/* The line as it can be shown: every character that takes no part in a line is a blank, so
 * that what is counted is what is printed. */
static char *
flatten (const char *line)
{
  g_autofree char *valid = g_utf8_make_valid (line, -1);
  GString *out = g_string_sized_new (strlen (valid));

  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);

    if (c == '\t' || judge (c) != FATE_KEEP || c == '\n')
      g_string_append_c (out, ' ');
    else
      g_string_append_unichar (out, c);
  }
  return g_string_free (out, FALSE);
}

/* Some files are one line: what is far from the place is left out. */
#define CARET_BEFORE 160
#define CARET_AFTER 240

static gsize
character_start (const char *line, gsize at)
{
  while (at > 0 && (line[at] & 0xc0) == 0x80)
    at--;
  return at;
}

void
tcn_text_caret (GString *out, const char *line, gsize start, gsize end)
{
  gsize n = strlen (line);
  gsize from = MIN (start, n);
  gsize first = from > CARET_BEFORE ? character_start (line, from - CARET_BEFORE) : 0;
  gsize last = n - from > CARET_AFTER ? character_start (line, from + CARET_AFTER) : n;
  gsize to = CLAMP (end, from, last);
  g_autofree char *piece = g_strndup (line + first, last - first);
  g_autofree char *before = g_strndup (line + first, from - first);
  g_autofree char *pointed = g_strndup (line + from, to - from);
  g_autofree char *flat_line = flatten (piece);
  g_autofree char *flat_before = flatten (before);
  g_autofree char *shown_pointed = flatten (pointed);
  g_autofree char *shown_before = g_strconcat (first > 0 ? "…" : "", flat_before, NULL);
  g_autofree char *shown_line =
      g_strconcat (first > 0 ? "…" : "", flat_line, last < n ? "…" : "", NULL);
  guint pad = tcn_text_width (shown_before, strlen (shown_before));
  guint width = tcn_text_width (shown_pointed, strlen (shown_pointed));

  g_string_append_printf (out, CARET_INDENT "%s\n" CARET_INDENT "%*s^", shown_line,
                          (int) pad, "");
  for (guint i = 1; i < width; i++)
    g_string_append_c (out, '~');
  g_string_append_c (out, '\n');
}

char *
tcn_text_cut (const char *s, guint max_graphemes)
{
  gsize n = strlen (s);
  gsize whole, shorter;

  walk_graphemes (s, n, max_graphemes, &whole);
  if (whole == n)
    return g_strdup (s);
  if (max_graphemes == 0)
    return g_strdup ("");
  walk_graphemes (s, n, max_graphemes - 1, &shorter);
  while (shorter > 0 && g_ascii_isspace (s[shorter - 1]))
    shorter--;
  return g_strdup_printf ("%.*s" ELLIPSIS, (int) shorter, s);
}

/* --- slips ------------------------------------------------------------------------------ */

#define MAX_SLIP_WORD 40

/* The number of letters to insert, drop, change or swap with their neighbour. */
static guint
slip_distance (const char *a, const char *b)
{
  guint rows[3][MAX_SLIP_WORD + 1];
  gsize n_a = strlen (a);
  gsize n_b = strlen (b);

  if (n_a > MAX_SLIP_WORD || n_b > MAX_SLIP_WORD)
    return G_MAXUINT;
  for (guint j = 0; j <= n_b; j++)
    rows[0][j] = j;
  for (gsize i = 1; i <= n_a; i++) {
    guint *row = rows[i % 3];
    const guint *above = rows[(i + 2) % 3];
    const guint *above2 = rows[(i + 1) % 3];

    row[0] = (guint) i;
    for (gsize j = 1; j <= n_b; j++) {
      gboolean is_same = g_ascii_tolower (a[i - 1]) == g_ascii_tolower (b[j - 1]);

      row[j] = MIN (MIN (above[j], row[j - 1]) + 1, above[j - 1] + (is_same ? 0 : 1));
      if (i > 1 && j > 1 && g_ascii_tolower (a[i - 1]) == g_ascii_tolower (b[j - 2]) &&
          g_ascii_tolower (a[i - 2]) == g_ascii_tolower (b[j - 1]))
        row[j] = MIN (row[j], above2[j - 2] + 1);
    }
  }
  return rows[n_a % 3][n_b];
}

const char *
tcn_text_nearest (const char *word, const char *const *candidates)
{
  const char *nearest = NULL;
  guint least = MAX (1, (guint) strlen (word) / 3) + 1;

  for (guint i = 0; candidates[i] != NULL; i++) {
    guint distance = slip_distance (word, candidates[i]);

    if (distance < least && distance < strlen (candidates[i])) {
      least = distance;
      nearest = candidates[i];
    }
  }
  return nearest;
}

char *
tcn_text_counted (guint n, const char *noun)
{
  return g_strdup_printf ("%u %s%s", n, noun, n == 1 ? "" : "s");
}
