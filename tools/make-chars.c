/* SPDX-License-Identifier: MIT */
/*
 * Run at build time: writes chars-data.inc, the tables of src/rules/chars.h, from GLib's Unicode data.
 * Both are two-stage tables: the high bits of a character choose a block, equal blocks are
 * stored once. A fold is an offset into a pool of length-prefixed strings, 0 meaning "folds
 * to itself".
 */
#include <glib.h>
#include <stdio.h>
#include <string.h>

#include "rules/chars.h"

#define N_BLOCKS 0x1100

typedef struct {
  gunichar first;
  gunichar last;
} Range;

/* T2, and enclosing marks, which are decoration (the keycap of an emoji). */
static const Range ignored[] = {
  { 0x00ad, 0x00ad },   { 0x0640, 0x0640 }, { 0x061c, 0x061c }, { 0x180b, 0x180d },
  { 0x180f, 0x180f },   { 0x200c, 0x200f }, { 0x202a, 0x202e }, { 0x2060, 0x2060 },
  { 0x2066, 0x2069 },   { 0x20d0, 0x20ff }, { 0xfe00, 0xfe0f }, { 0xfeff, 0xfeff },
  { 0xe0100, 0xe01ef },
};

/* Superscript and subscript letters: F1 keeps them apart from plain ones. */
static const Range raised[] = {
  { 0x00aa, 0x00aa }, { 0x00ba, 0x00ba }, { 0x02b0, 0x02b8 },   { 0x02e0, 0x02e4 },
  { 0x10fc, 0x10fc }, { 0x1d2c, 0x1d6a }, { 0x1d78, 0x1d78 },   { 0x1d9b, 0x1dbf },
  { 0x2071, 0x207f }, { 0x2090, 0x209c }, { 0x2c7c, 0x2c7d },   { 0x2d6f, 0x2d6f },
  { 0xa69c, 0xa69d }, { 0xa770, 0xa770 }, { 0xa7f2, 0xa7f4 },   { 0xa7f8, 0xa7f9 },
  { 0xab5c, 0xab5f }, { 0xab69, 0xab69 }, { 0x10780, 0x107ba },
};

static const gunichar apostrophes[] = {
  '\'', '`', 0x00b4, 0x02bc, 0x2018, 0x2019, 0x2032
};
static const gunichar hyphens[] = { '-', 0x2010, 0x2011 };

/* What decomposition does not give (F3). */
static const struct {
  gunichar from;
  const char *to;
} special[] = {
  { 0x00e6, "ae" },     { 0x00f0, "d" },      { 0x00f8, "o" },      { 0x00fe, "th" },
  { 0x0111, "d" },      { 0x0131, "i" },      { 0x0142, "l" },      { 0x0153, "oe" },
  { 0x03c2, "\u03c3" }, { 0x0450, "\u0435" }, { 0x0451, "\u0435" }, { 0x045d, "\u0438" },
  { 0x0622, "\u0627" }, { 0x0623, "\u0627" }, { 0x0625, "\u0627" }, { 0x0671, "\u0627" },
  { 0x0649, "\u064a" }, { 0x06cc, "\u064a" }, { 0x0629, "\u0647" }, { 0x06a9, "\u0643" },
};

static gboolean
in_ranges (gunichar c, const Range *ranges, gsize n)
{
  for (gsize i = 0; i < n; i++)
    if (c >= ranges[i].first && c <= ranges[i].last)
      return TRUE;
  return FALSE;
}

static gboolean
in_list (gunichar c, const gunichar *list, gsize n)
{
  for (gsize i = 0; i < n; i++)
    if (list[i] == c)
      return TRUE;
  return FALSE;
}

static gboolean
is_scalar (gunichar c)
{
  return c != 0 && g_unichar_validate (c);
}

static gboolean
loses_marks (GUnicodeScript script)
{
  return script == G_UNICODE_SCRIPT_LATIN || script == G_UNICODE_SCRIPT_GREEK ||
         script == G_UNICODE_SCRIPT_HEBREW || script == G_UNICODE_SCRIPT_ARABIC ||
         script == G_UNICODE_SCRIPT_COMMON || script == G_UNICODE_SCRIPT_INHERITED;
}

static guint8
classify_letter (gunichar c, GUnicodeScript script)
{
  guint8 flags = loses_marks (script) ? 0 : TCN_CHAR_KEEPS_MARKS;

  switch (script) {
  case G_UNICODE_SCRIPT_HAN:
  case G_UNICODE_SCRIPT_HIRAGANA:
  case G_UNICODE_SCRIPT_THAI:
  case G_UNICODE_SCRIPT_LAO:
  case G_UNICODE_SCRIPT_KHMER:
  case G_UNICODE_SCRIPT_MYANMAR:
    return TCN_CHAR_SINGLE | TCN_CHAR_KEEPS_MARKS;
  case G_UNICODE_SCRIPT_KATAKANA:
    return TCN_CHAR_KATAKANA | TCN_CHAR_KEEPS_MARKS;
  case G_UNICODE_SCRIPT_CYRILLIC:
    return TCN_CHAR_LETTER | flags | TCN_CHAR_CYRILLIC;
  case G_UNICODE_SCRIPT_HANGUL:
    if (c >= 0xac00 && c <= 0xd7a3)
      return TCN_CHAR_LETTER | flags | TCN_CHAR_HANGUL;
    return TCN_CHAR_LETTER | flags | TCN_CHAR_COMPOSES;
  default:
    /* The long-vowel sign belongs to no script, but stands in Katakana. */
    if (c == 0x30fc || c == 0xff70)
      return TCN_CHAR_KATAKANA | TCN_CHAR_KEEPS_MARKS;
    return TCN_CHAR_LETTER | flags;
  }
}

static guint8
classify_mark (gunichar c, GUnicodeScript script)
{
  guint8 flags = TCN_CHAR_COMPOSES;

  if (script == G_UNICODE_SCRIPT_INHERITED && c != 0x3099 && c != 0x309a)
    flags |= TCN_CHAR_GENERIC;
  if (c == 0x300 || c == 0x301)
    flags |= TCN_CHAR_STRESS;
  return TCN_CHAR_MARK | flags;
}

static guint8
classify (gunichar c)
{
  GUnicodeScript script;

  if (!is_scalar (c))
    return TCN_CHAR_OTHER;
  if (c == '\n' || c == 0x2029)
    return TCN_CHAR_NEWLINE;
  if (c == '.')
    return TCN_CHAR_DOT;
  if (in_list (c, apostrophes, G_N_ELEMENTS (apostrophes)))
    return TCN_CHAR_APOSTROPHE;
  if (in_list (c, hyphens, G_N_ELEMENTS (hyphens)))
    return TCN_CHAR_HYPHEN;
  if (in_ranges (c, ignored, G_N_ELEMENTS (ignored)))
    return TCN_CHAR_IGNORED;
  if (g_unichar_isspace (c))
    return TCN_CHAR_SPACE;
  if (c == 0xff9e || c == 0xff9f)
    return TCN_CHAR_MARK | TCN_CHAR_COMPOSES;
  script = g_unichar_get_script (c);
  switch (g_unichar_type (c)) {
  case G_UNICODE_UPPERCASE_LETTER:
  case G_UNICODE_LOWERCASE_LETTER:
  case G_UNICODE_TITLECASE_LETTER:
  case G_UNICODE_MODIFIER_LETTER:
  case G_UNICODE_OTHER_LETTER:
  case G_UNICODE_LETTER_NUMBER:
    return classify_letter (c, script);
  case G_UNICODE_DECIMAL_NUMBER:
    return TCN_CHAR_DIGIT;
  case G_UNICODE_NON_SPACING_MARK:
  case G_UNICODE_SPACING_MARK:
    return classify_mark (c, script);
  case G_UNICODE_ENCLOSING_MARK:
    return TCN_CHAR_IGNORED;
  default:
    return TCN_CHAR_OTHER;
  }
}

static const char *
special_fold (gunichar c)
{
  for (gsize i = 0; i < G_N_ELEMENTS (special); i++)
    if (special[i].from == c)
      return special[i].to;
  return NULL;
}

/* Appends `c` of an already composed and case-folded string without its accents. */
static void
append_bare (GString *out, gunichar c)
{
  gunichar parts[G_UNICHAR_MAX_DECOMPOSITION_LENGTH];
  GUnicodeScript script = g_unichar_get_script (c);
  gsize n = 1;

  /* GLib folds the cases of Cherokee each into the other. */
  parts[0] = g_unichar_tolower (c);
  if (script == G_UNICODE_SCRIPT_LATIN || script == G_UNICODE_SCRIPT_GREEK ||
      script == G_UNICODE_SCRIPT_HEBREW)
    n = g_unichar_fully_decompose (c, FALSE, parts, G_N_ELEMENTS (parts));
  for (gsize i = 0; i < n; i++) {
    const char *to = special_fold (parts[i]);

    if (to != NULL)
      g_string_append (out, to);
    else if (g_unichar_isdigit (parts[i]))
      g_string_append_c (out, (char) ('0' + g_unichar_digit_value (parts[i])));
    else if (tcn_char_is_word (classify (parts[i])))
      g_string_append_unichar (out, parts[i]);
    else if ((classify (parts[i]) & TCN_CHAR_KIND) == TCN_CHAR_MARK &&
             !loses_marks (g_unichar_get_script (parts[i])))
      g_string_append_unichar (out, parts[i]);
  }
}

/* A mark by itself: Hebrew points and Arabic harakat go; what becomes of the others is
 * decided by the letter before them. */
static char *
fold_mark (gunichar c)
{
  GUnicodeScript script = g_unichar_get_script (c);
  char utf8[7] = { 0 };

  if (script == G_UNICODE_SCRIPT_HEBREW || script == G_UNICODE_SCRIPT_ARABIC ||
      (c >= 0x064b && c <= 0x0655) || c == 0x0670)
    return g_strdup ("");
  if (c == 0xff9e || c == 0xff9f)
    return g_strdup (c == 0xff9e ? "\u3099" : "\u309a");
  g_unichar_to_utf8 (c, utf8);
  return g_strdup (utf8);
}

static char *
fold (gunichar c)
{
  g_autoptr (GString) bare = g_string_new (NULL);
  g_autofree char *cased = NULL;
  g_autofree char *compatible = NULL;
  g_autofree char *recased = NULL;
  g_autofree char *composed = NULL;
  char utf8[7] = { 0 };

  g_unichar_to_utf8 (c, utf8);
  if (in_ranges (c, raised, G_N_ELEMENTS (raised)))
    return g_utf8_casefold (utf8, -1);
  cased = g_utf8_casefold (utf8, -1);
  compatible = g_utf8_normalize (cased, -1, G_NORMALIZE_NFKC);
  recased = g_utf8_casefold (compatible, -1);
  composed = g_utf8_normalize (recased, -1, G_NORMALIZE_NFC);
  for (const char *p = composed; *p != '\0'; p = g_utf8_next_char (p))
    append_bare (bare, g_utf8_get_char (p));
  return g_utf8_normalize (bare->str, (gssize) bare->len, G_NORMALIZE_NFC);
}

/* "" for what is no part of a word. */
static char *
fold_any (gunichar c, guint8 klass)
{
  if ((klass & TCN_CHAR_KIND) == TCN_CHAR_MARK)
    return fold_mark (c);
  if (!tcn_char_is_word (klass))
    return g_strdup ("");
  return fold (c);
}

typedef struct {
  GHashTable *offsets; /* fold -> offset in the pool */
  GByteArray *pool;
} Pool;

static guint16
pool_offset (Pool *pool, const char *text)
{
  gpointer known = g_hash_table_lookup (pool->offsets, text);
  gsize length = strlen (text);
  guint8 prefix = (guint8) length;
  guint at = pool->pool->len;

  if (known != NULL)
    return (guint16) GPOINTER_TO_UINT (known);
  g_assert (length < 256 && at + length + 1 < 65536);
  g_byte_array_append (pool->pool, &prefix, 1);
  g_byte_array_append (pool->pool, (const guint8 *) text, (guint) length);
  g_hash_table_insert (pool->offsets, g_strdup (text), GUINT_TO_POINTER (at));
  return (guint16) at;
}

/* The number of the block equal to `block`, which is kept in `blocks` if it is new. */
static guint
block_number (GPtrArray *blocks, const void *block, gsize size)
{
  for (guint i = 0; i < blocks->len; i++)
    if (memcmp (g_ptr_array_index (blocks, i), block, size) == 0)
      return i;
  g_ptr_array_add (blocks, g_memdup2 (block, size));
  g_assert (blocks->len <= 256);
  return blocks->len - 1;
}

static void
print_numbers (const char *head, const guint32 *numbers, gsize n)
{
  printf ("%s{", head);
  for (gsize i = 0; i < n; i++)
    printf ("%s%u,", i % 20 == 0 ? "\n" : "", numbers[i]);
  printf ("}");
}

static void
print_index (const char *name, const guint32 *index)
{
  g_autofree char *head = g_strdup_printf ("const guint8 %s[0x1100] = ", name);

  print_numbers (head, index, N_BLOCKS);
  printf (";\n");
}

static void
print_blocks (const char *type, const char *name, GPtrArray *blocks)
{
  printf ("const %s %s[][256] = {\n", type, name);
  for (guint i = 0; i < blocks->len; i++) {
    print_numbers ("", g_ptr_array_index (blocks, i), 256);
    printf (",\n");
  }
  printf ("};\n");
}

int
main (void)
{
  g_autoptr (GPtrArray) class_blocks = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) fold_blocks = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GHashTable) offsets =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autofree guint32 *class_index = g_new0 (guint32, N_BLOCKS);
  g_autofree guint32 *fold_index = g_new0 (guint32, N_BLOCKS);
  g_autofree guint32 *pool_numbers = NULL;
  Pool pool = { offsets, bytes };

  g_byte_array_append (bytes, (const guint8 *) "", 1);
  for (gunichar high = 0; high < N_BLOCKS; high++) {
    guint32 classes[256] = { 0 };
    guint32 folds[256] = { 0 };

    for (gunichar low = 0; low < 256; low++) {
      gunichar c = high << 8 | low;
      g_autofree char *folded = NULL;
      char utf8[7] = { 0 };

      classes[low] = classify (c);
      if (!is_scalar (c))
        continue;
      folded = fold_any (c, (guint8) classes[low]);
      g_unichar_to_utf8 (c, utf8);
      folds[low] = strcmp (folded, utf8) == 0 ? 0 : pool_offset (&pool, folded);
    }
    class_index[high] = block_number (class_blocks, classes, sizeof classes);
    fold_index[high] = block_number (fold_blocks, folds, sizeof folds);
  }
  pool_numbers = g_new (guint32, bytes->len);
  for (guint i = 0; i < bytes->len; i++)
    pool_numbers[i] = bytes->data[i];
  printf ("/* Made by make-chars; do not edit. */\n");
  print_index ("tcn_char_class_index", class_index);
  print_blocks ("guint8", "tcn_char_class_blocks", class_blocks);
  print_index ("tcn_char_fold_index", fold_index);
  print_blocks ("guint16", "tcn_char_fold_blocks", fold_blocks);
  print_numbers ("const guint8 tcn_char_fold_pool[] = ", pool_numbers, bytes->len);
  printf (";\n");
  return fflush (stdout) == 0 ? 0 : 1;
}
