/* SPDX-License-Identifier: MIT */
#include "feed/charset.h"

#include <string.h>

#include "tocsin/page.h"

#define MAX_NAME 40
#define MAX_DECLARATION 200 /* bytes of one in EBCDIC */
#define EBCDIC "IBM037"

void
tcn_charset_clear (TcnCharset *charset)
{
  g_clear_pointer (&charset->name, g_free);
  g_clear_pointer (&charset->unknown, g_free);
}

/* What is meant, where a name is used for a smaller charset than its users write. */
static const struct {
  const char *name;  /* lower case, without "-", "_", " " */
  const char *iconv; /* NULL: UTF-8 with windows-1252 for what is none */
} aliases[] = {
  { "utf8", NULL },
  { "usascii", NULL },
  { "ascii", NULL },
  { "ansix3.41968", NULL },
  { "iso88591", TCN_CHARSET_LATIN },
  { "latin1", TCN_CHARSET_LATIN },
  { "l1", TCN_CHARSET_LATIN },
  { "88591", TCN_CHARSET_LATIN },
  { "windows1252", TCN_CHARSET_LATIN },
  { "cp1252", TCN_CHARSET_LATIN },
  { "ansi", NULL },
  { "unicode", NULL },
  { "iso646us", NULL },
  { "iso885911987", TCN_CHARSET_LATIN },
  { "unicode11utf8", NULL },
  { "unicode20utf8", NULL },
  { "gb2312", "GB18030" },
  { "iso58gb231280", "GB18030" },
  { "isoir58", "GB18030" },
  { "gbk", "GB18030" },
  { "euccn", "GB18030" },
  { "gb231280", "GB18030" },
  { "chinese", "GB18030" },
  { "gb18030", "GB18030" },
  { "shiftjis", "CP932" },
  { "sjis", "CP932" },
  { "windows31j", "CP932" },
  { "mskanji", "CP932" },
  { "euckr", "CP949" },
  { "ksc56011987", "CP949" },
  { "ksc56011989", "CP949" },
  { "ksc5601", "CP949" },
  { "isoir149", "CP949" },
  { "korean", "CP949" },
  { "windows949", "CP949" },
  { "eucjp", "EUC-JP" },
  { "big5", "BIG5-HKSCS" },
  { "cnbig5", "BIG5-HKSCS" },
  { "iso88596e", "ISO-8859-6" },
  { "iso88596i", "ISO-8859-6" },
  { "suneugreek", "ISO-8859-7" },
  { "iso88598e", "ISO-8859-8" },
  { "iso88598i", "ISO-8859-8" },
  { "logical", "ISO-8859-8" },
  { "visual", "ISO-8859-8" },
  { "isolatin9", "ISO-8859-15" },
  { "l9", "ISO-8859-15" },
  { "iso88599", "CP1254" },
  { "latin5", "CP1254" },
  { "tis620", "CP874" },
  { "dos874", "CP874" },
  { "iso885911", "CP874" },
  { "macintosh", "MACINTOSH" },
  { "maccyrillic", "MAC-CYRILLIC" },
  { "macroman", "MACINTOSH" },
  { "macce", "MAC-CENTRALEUROPE" },
  { "macukrainian", "MAC-UK" },
  { "maclatin2", "MAC-CENTRALEUROPE" },
  { "maccentraleurope", "MAC-CENTRALEUROPE" },
  { "maciceland", "MAC-IS" },
  { "csibm861", "CP861" },
  { "cpis", "CP861" },
  { "cpgr", "CP869" },
  { "ptcp154", "PT154" },
  { "kz1048", "RK1048" },
  { "hproman8", "HP-ROMAN8" },
  { "koi8", "KOI8-R" },
  { "koi", "KOI8-R" },
  { "utf16", "UTF-16" },
  { "ucs2", "UTF-16" },
  { "iso10646ucs2", "UTF-16" },
  { "utf32", "UTF-32" },
  { "ucs4", "UTF-32" },
  { "iso10646ucs4", "UTF-32" },
};

/* Charsets of one byte a character that iconv does not know: what 0x80 to 0xff are. */
/* clang-format off */
static const struct {
  const char *name; /* as above */
  const char *upper;
} pages[] = {
  { "macgreek",
    "Ä¹²É³ÖÜ΅àâä΄¨çéèêë£™îï•½‰ôö¦€ùûü"
    "†ΓΔΘΛΞΠß®©ΣΪ§≠°·Α±≤≥¥ΒΕΖΗΙΚΜΦΫΨΩ"
    "άΝ¬ΟΡ≈Τ«»…\xc2\xa0""ΥΧΆΈœ–―“”‘’÷ΉΊΌΎέήίόΏ"
    "ύαβψδεφγηιξκλμνοπώρστθωςχυζϊϋΐΰ\xc2\xad" },
  { "macturkish",
    "ÄÅÇÉÑÖÜáàâäãåçéèêëíìîïñóòôöõúùûü"
    "†°¢£§•¶ß®©™´¨≠ÆØ∞±≤≥¥µ∂∑∏π∫ªºΩæø"
    "¿¡¬√ƒ≈∆«»…\xc2\xa0""ÀÃÕŒœ–—“”‘’÷◊ÿŸĞğİıŞş"
    "‡·‚„‰ÂÊÁËÈÍÎÏÌÓÔ\xef\xa3\xbf""ÒÚÛÙ\xef\xbf\xbd""ˆ˜¯˘˙˚¸˝˛ˇ" },
};
/* clang-format on */

/* Those that write other characters with the bytes of ASCII. */
static gboolean
is_shifting (const char *name)
{
  return g_ascii_strncasecmp (name, "utf-7", 5) == 0 ||
         strstr (name, "2022") != NULL || /* ISO-2022-JP, iso2022jp, csISO2022KR */
         g_ascii_strncasecmp (name, "hz", 2) == 0;
}

static gboolean
iconv_knows (const char *name)
{
  GIConv conversion = g_iconv_open ("UTF-8", name);

  if (conversion == (GIConv) -1)
    return FALSE;
  g_iconv_close (conversion);
  return TRUE;
}

/* Does a document in this charset begin with these bytes, if it begins with a declaration? */
static gboolean
begins_with (const char *name, const char *bytes, gsize n)
{
  g_autofree char *text = g_convert (bytes, (gssize) n, "UTF-8", name, NULL, NULL, NULL);

  return text != NULL && g_str_has_prefix (text, "<?xm");
}

/* Behind the "x" of a private name, the "cs" of a registered one; NULL for others. */
static const char *
skip_prefix (const char *name)
{
  if (name[0] == 'x')
    return name + 1;
  return g_str_has_prefix (name, "cs") ? name + 2 : NULL;
}

/* The name by which iconv knows the charset that is called `written`, and `plain` without
 * signs between. FALSE if it does not. */
static gboolean
find_iconv_name (const char *written, const char *plain, char **out_name)
{
  g_autofree char *hyphened = g_strdelimit (g_strdup (written), "_ ", '-');
  g_autofree char *page = g_strconcat ("CP", plain, NULL);
  const char *bare = plain;
  const char *const spellings[] = { written, hyphened, plain, page };

  for (; bare != NULL; bare = skip_prefix (bare))
    for (guint i = 0; i < G_N_ELEMENTS (aliases); i++)
      if (strcmp (bare, aliases[i].name) == 0) {
        *out_name = g_strdup (aliases[i].iconv);
        return TRUE;
      }
  for (guint i = 0; i < G_N_ELEMENTS (spellings); i++)
    if (iconv_knows (spellings[i])) {
      *out_name = g_strdup (spellings[i]);
      return TRUE;
    }
  bare = skip_prefix (plain);
  if (bare == NULL || !iconv_knows (bare))
    return FALSE;
  *out_name = g_strdup (bare);
  return TRUE;
}

/* What the bytes above ASCII are in the charset called `plain`, "x" or not before it; NULL if it
 * is none of the pages. */
static const char *
find_page (const char *plain)
{
  for (guint i = 0; i < G_N_ELEMENTS (pages); i++)
    if (g_str_has_suffix (plain, pages[i].name) &&
        strlen (plain) <= strlen (pages[i].name) + 1)
      return pages[i].upper;
  return NULL;
}

/* Turns a charset's name as written into what to do. */
static void
set_by_name (TcnCharset *out, const char *name, gsize n)
{
  char plain[MAX_NAME];
  g_autofree char *written = g_strndup (name, n);
  gsize len = 0;

  g_strstrip (written);
  for (const char *p = written; *p != '\0' && len < sizeof plain - 1; p++)
    if (*p != '-' && *p != '_' && *p != ' ')
      plain[len++] = g_ascii_tolower (*p);
  plain[len] = '\0';
  out->kind = TCN_CHARSET_UTF8;
  out->upper = find_page (plain);
  if (out->upper != NULL) {
    out->kind = TCN_CHARSET_ASCII_LIKE;
    out->name = g_strdup (plain);
    return;
  }
  if (len > 0 && !find_iconv_name (written, plain, &out->name))
    out->unknown = g_strdup (written);
  if (out->name != NULL)
    out->kind = is_shifting (out->name) || !begins_with (out->name, "<?xm", 4)
                    ? TCN_CHARSET_WIDE
                    : TCN_CHARSET_ASCII_LIKE;
}

/* The value of charset= in a media type. */
static const char *
find_http_charset (const char *content_type, gsize *out_len)
{
  const char *p = content_type;

  for (p = strchr (p, ';'); p != NULL; p = strchr (p, ';')) {
    p++;
    while (g_ascii_isspace (*p))
      p++;
    if (g_ascii_strncasecmp (p, "charset", 7) != 0)
      continue;
    p += 7;
    while (g_ascii_isspace (*p))
      p++;
    if (*p++ != '=')
      return NULL;
    while (g_ascii_isspace (*p) || *p == '"' || *p == '\'')
      p++;
    *out_len = strcspn (p, "\"'; \t");
    return *out_len > 0 ? p : NULL;
  }
  return NULL;
}

/* The value of encoding= in an XML declaration, which may stand behind junk. */
static const char *
find_declared_charset (const char *head, gsize n, gsize *out_len)
{
  const char *start = g_strstr_len (head, (gssize) n, "<?xml");
  const char *end, *p;

  if (start == NULL)
    return NULL;
  end = memchr (start, '>', n - (gsize) (start - head));
  if (end == NULL)
    end = head + n;
  p = g_strstr_len (start, end - start, "encoding");
  if (p == NULL)
    return NULL;
  p += strlen ("encoding");
  while (p < end && (g_ascii_isspace (*p) || *p == '='))
    p++;
  if (p >= end || (*p != '"' && *p != '\''))
    return NULL;
  start = ++p;
  while (p < end && *p != '"' && *p != '\'' && !g_ascii_isspace (*p))
    p++;
  *out_len = (gsize) (p - start);
  return *out_len > 0 ? start : NULL;
}

/* What a web page says in a <meta>, of the one kind or the other. */
static const char *
find_meta_charset (const char *head, gsize n, gsize *out_len)
{
  const char *end = head + n;

  if (!tcn_page_begins (head, n))
    return NULL;
  for (const char *p = memchr (head, '<', n); p != NULL;
       p = memchr (p, '<', (gsize) (end - p))) {
    const char *tag_end = memchr (p, '>', (gsize) (end - p));

    if (tag_end == NULL)
      return NULL;
    if (g_ascii_strncasecmp (++p, "meta", 4) != 0)
      continue;
    while (p < tag_end && g_ascii_strncasecmp (p, "charset", 7) != 0)
      p++;
    p += p < tag_end ? 7 : 0;
    while (p < tag_end && (g_ascii_isspace (*p) || strchr ("=\"'", *p) != NULL))
      p++;
    *out_len = strcspn (p, "\"'; \t\r\n/>");
    if (*out_len > 0 && p < tag_end)
      return p;
  }
  return NULL;
}

/* A BOM, or the zeros that a wide charset puts around the first "<". */
static gboolean
set_by_shape (TcnCharset *out, const char *head, gsize n)
{
  static const struct {
    const char *bytes;
    gsize n;
    const char *name;
    gboolean is_bom;
  } shapes[] = {
    { "\0\0\xfe\xff", 4, "UTF-32BE", TRUE }, { "\xff\xfe\0\0", 4, "UTF-32LE", TRUE },
    { "\xef\xbb\xbf", 3, NULL, TRUE },       { "\xfe\xff", 2, "UTF-16BE", TRUE },
    { "\xff\xfe", 2, "UTF-16LE", TRUE },     { "\0\0\0<", 4, "UTF-32BE", FALSE },
    { "<\0\0\0", 4, "UTF-32LE", FALSE },     { "\0<\0", 3, "UTF-16BE", FALSE },
    { "<\0", 2, "UTF-16LE", FALSE },         { "\0{\0", 3, "UTF-16BE", FALSE },
    { "{\0", 2, "UTF-16LE", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (shapes); i++)
    if (n >= shapes[i].n && memcmp (head, shapes[i].bytes, shapes[i].n) == 0) {
      out->kind = shapes[i].name != NULL ? TCN_CHARSET_WIDE : TCN_CHARSET_UTF8;
      out->name = g_strdup (shapes[i].name);
      out->skip_bytes = shapes[i].is_bom ? shapes[i].n : 0;
      return TRUE;
    }
  return FALSE;
}

/* EBCDIC, whose pages are one for the letters of a declaration. */
static gboolean
set_by_ebcdic (TcnCharset *out, const char *head, gsize n)
{
  g_autofree char *text = NULL;
  const char *name;
  gsize len = 0;

  if (n < 4 || memcmp (head, "\x4c\x6f\xa7\x94", 4) != 0)
    return FALSE;
  text = g_convert (head, (gssize) MIN (n, MAX_DECLARATION), "UTF-8", EBCDIC, NULL, NULL,
                    NULL);
  name = text != NULL ? find_declared_charset (text, strlen (text), &len) : NULL;
  if (name != NULL)
    set_by_name (out, name, len);
  if (out->name == NULL || !begins_with (out->name, head, 4)) {
    tcn_charset_clear (out);
    out->name = g_strdup (EBCDIC);
  }
  out->kind = TCN_CHARSET_WIDE;
  return TRUE;
}

/* "UTF-8" is what many servers say of everything. The last character may be cut. */
static gboolean
is_wrongly_utf8 (const char *name, const char *head, gsize n)
{
  const char *end;

  return g_ascii_strncasecmp (name, "utf", 3) == 0 &&
         !g_utf8_validate_len (head, n, &end) && (gsize) (end - head) + 4 <= n;
}

void
tcn_charset_detect (TcnCharset *out, const char *head, gsize n, const char *content_type)
{
  const char *name;
  gsize len = 0;

  *out = (TcnCharset){ .kind = TCN_CHARSET_UTF8 };
  if (set_by_shape (out, head, n) || set_by_ebcdic (out, head, n)) {
    out->is_named = TRUE;
    return;
  }
  name = content_type != NULL ? find_http_charset (content_type, &len) : NULL;
  out->is_named = name != NULL;
  if (name != NULL)
    set_by_name (out, name, len);
  if (name == NULL || out->unknown != NULL ||
      (out->kind == TCN_CHARSET_UTF8 && is_wrongly_utf8 (name, head, n))) {
    name = find_declared_charset (head, n, &len);
    if (name == NULL)
      name = find_meta_charset (head, n, &len);
    if (name != NULL) {
      tcn_charset_clear (out);
      set_by_name (out, name, len);
      out->is_named = TRUE;
    }
  }
  /* Neither XML nor JSON is written without a zero byte in "UTF-16": that is a lie. */
  if (out->kind == TCN_CHARSET_WIDE && !is_shifting (out->name) &&
      memchr (head, '\0', MIN (n, 64)) == NULL) {
    g_clear_pointer (&out->name, g_free);
    out->kind = TCN_CHARSET_UTF8;
  }
}

/* --- what nobody names ------------------------------------------------------------------ */

#define MIN_LETTERS 40 /* beyond ASCII: fewer may be the names of one sentence */

/* What a byte may be in windows-1251 and KOI8, whose letters stand in the same places but for
 * their case. */
typedef enum {
  BYTE_ASCII,
  BYTE_SIGN, /* and the letters that Russian does not have */
  BYTE_LOW,  /* a letter: a capital in windows-1251, a small one in KOI8 */
  BYTE_HIGH, /* the other way round */
  N_BYTES,
} Byte;

static Byte
class_of_byte (guchar c)
{
  if (c < 0x80)
    return BYTE_ASCII;
  return c < 0xc0 ? BYTE_SIGN : c < 0xe0 ? BYTE_LOW : BYTE_HIGH;
}

/* Are words in small letters, some with a capital before and hardly any with one inside? So
 * are those of no other script with these bytes: Greek has its accents where the capitals
 * would be, Hebrew no capitals, and what takes two bytes a character no order at all. */
static gboolean
is_cased (guint pairs[N_BYTES][N_BYTES], Byte small, Byte capital)
{
  guint inside = pairs[small][small];

  return inside > 3 * pairs[capital][capital] && pairs[small][capital] * 50 <= inside &&
         pairs[capital][small] * 100 >= inside;
}

gboolean
tcn_charset_guess (TcnCharset *charset, const char *head, gsize n)
{
  guint pairs[N_BYTES][N_BYTES] = { { 0 } };
  guint counts[N_BYTES] = { 0 };
  Byte before = BYTE_ASCII;
  guint letters, joined;
  const char *name = NULL;

  for (gsize i = 0; i < n; i++) {
    Byte byte = class_of_byte ((guchar) head[i]);

    counts[byte]++;
    pairs[before][byte]++;
    before = byte;
  }
  letters = counts[BYTE_LOW] + counts[BYTE_HIGH];
  joined = pairs[BYTE_LOW][BYTE_LOW] + pairs[BYTE_LOW][BYTE_HIGH] +
           pairs[BYTE_HIGH][BYTE_LOW] + pairs[BYTE_HIGH][BYTE_HIGH];
  if (letters < MIN_LETTERS || joined * 5 < letters * 3 ||
      counts[BYTE_SIGN] > letters / 5)
    return FALSE;
  if (is_cased (pairs, BYTE_HIGH, BYTE_LOW))
    name = "windows-1251";
  else if (is_cased (pairs, BYTE_LOW, BYTE_HIGH))
    name = "KOI8-U"; /* KOI8-R with the letters of Ukrainian */
  if (name == NULL)
    return FALSE;
  charset->kind = TCN_CHARSET_ASCII_LIKE;
  charset->name = g_strdup (name);
  return TRUE;
}
