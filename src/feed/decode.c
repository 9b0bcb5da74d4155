/* SPDX-License-Identifier: MIT */
#include "feed/decode.h"

#include <errno.h>
#include <string.h>

#include "base/append.h"
#include "base/block.h"
#include "feed/chars.h"
#include "feed/charset.h"

#define MAX_CARRY 16 /* an unfinished character of any charset */
#define PROOF_BYTES                                                                      \
  4096 /* of text that is looked at to see whether it is UTF-8 after all */
#define CONVERT_BYTES 8192

/* Text that is no UTF-8 is worth a word if it is more than a few accents that were pasted into a
 * document that is UTF-8 otherwise. */
#define MIN_ODD_BYTES 10
#define MIN_ODD_PERCENT 1 /* of the bytes beyond ASCII */

struct TcnDecoder {
  char *content_type;
  TcnCharset charset;
  gboolean is_open;   /* the head has been looked at */
  gboolean is_proven; /* ASCII_LIKE: it has been settled that it is not UTF-8 */
  GIConv conversion;
  gunichar *upper;        /* instead of a conversion: the characters above ASCII */
  GString *held;          /* raw bytes: the head, a proof, or an unfinished character */
  GString *carry;         /* an unfinished character of UTF-8 */
  gboolean is_guessed;    /* the charset is one that nobody names */
  gsize n_odd;            /* bytes that are no UTF-8, read as windows-1252 */
  gsize n_wide;           /* bytes beyond ASCII, from the first of those on */
  gboolean is_after_wide; /* what came last was a whole character beyond ASCII */
};

TcnDecoder *
tcn_decoder_new (const char *content_type)
{
  TcnDecoder *decoder = g_new0 (TcnDecoder, 1);

  decoder->content_type = g_strdup (content_type);
  decoder->conversion = (GIConv) -1;
  decoder->held = g_string_new (NULL);
  decoder->carry = g_string_new (NULL);
  return decoder;
}

void
tcn_decoder_free (TcnDecoder *decoder)
{
  if (decoder == NULL)
    return;
  g_free (decoder->content_type);
  tcn_charset_clear (&decoder->charset);
  if (decoder->conversion != (GIConv) -1)
    g_iconv_close (decoder->conversion);
  g_free (decoder->upper);
  g_string_free (decoder->held, TRUE);
  g_string_free (decoder->carry, TRUE);
  g_free (decoder);
}

const char *
tcn_decoder_unknown_charset (const TcnDecoder *decoder)
{
  return decoder->charset.unknown;
}

char *
tcn_decoder_complaint (const TcnDecoder *decoder)
{
  static const char remedy[] =
      "“tocsin parse --content-type 'text/xml; charset=NAME'” tries another";
  const TcnCharset *charset = &decoder->charset;
  const char *read_as = decoder->is_guessed ? charset->name : "windows-1252";

  if (charset->unknown != NULL)
    return g_strdup_printf ("unknown charset “%s”, read as %s", charset->unknown,
                            decoder->is_guessed ? read_as : "UTF-8 and windows-1252");
  if (!decoder->is_guessed && (charset->name != NULL || decoder->n_odd < MIN_ODD_BYTES ||
                               decoder->n_odd * 100 < decoder->n_wide * MIN_ODD_PERCENT))
    return NULL;
  return g_strdup_printf ("%s, read as %s; %s",
                          charset->is_named ? "not in the charset that is named"
                                            : "no UTF-8, and no charset is named",
                          read_as, remedy);
}

gboolean
tcn_decoder_is_wide (const TcnDecoder *decoder)
{
  return decoder->charset.kind == TCN_CHARSET_WIDE;
}

/* --- UTF-8 ------------------------------------------------------------------------------ */

static gboolean
is_trail (guchar c)
{
  return (c & 0xc0) == 0x80;
}

/* Three bytes that are a character to be kept as it is. */
static gboolean
is_plain_three (const guchar *p)
{
  if (!is_trail (p[1]) || !is_trail (p[2]))
    return FALSE;
  switch (p[0]) {
  case 0xe0:
    return p[1] >= 0xa0;
  case 0xed:
    return p[1] < 0xa0;
  case 0xe2:
    return !((p[1] == 0x80 && p[2] >= 0xa8 && p[2] <= 0xae) ||
             (p[1] == 0x81 && p[2] >= 0xa6 && p[2] <= 0xa9));
  case 0xef:
    return !(p[1] == 0xb7 && p[2] >= 0x90 && p[2] <= 0xaf) &&
           !(p[1] == 0xbf && p[2] >= 0xbe);
  default:
    return TRUE;
  }
}

/* Four bytes that are a character, and none of the tags and non-characters. */
static gboolean
is_plain_four (const guchar *p)
{
  if (!is_trail (p[1]) || !is_trail (p[2]) || !is_trail (p[3]))
    return FALSE;
  if ((p[0] == 0xf0 && p[1] < 0x90) || (p[0] == 0xf4 && p[1] > 0x8f) || p[0] > 0xf4)
    return FALSE;
  if (p[0] == 0xf3 && p[1] == 0xa0 && p[2] <= 0x81)
    return FALSE;
  return !((p[1] & 0x0f) == 0x0f && p[2] == 0xbf && p[3] >= 0xbe);
}

/* One character that is kept as it is: its length, else 0. */
static inline gsize
plain_length (const guchar *p, gsize n)
{
  guchar c = *p;

  if (c < 0x80)
    return (c < 0x20 && c != '\n' && c != '\t' && c != '\r') || c == 0x7f ? 0 : 1;
  if (c < 0xe0)
    return n < 2 || c < 0xc2 || !is_trail (p[1]) || (c == 0xc2 && p[1] < 0xa0) ? 0 : 2;
  if (c < 0xf0)
    return n < 3 || !is_plain_three (p) ? 0 : 3;
  return n < 4 || !is_plain_four (p) ? 0 : 4;
}

/* Skips blocks of common characters that are kept, which may be cut where a block ends; where
 * the one begins that needs a closer look. No block waits for what was found in the one before
 * it, but for the few bits that reach over. */
static const guchar *
skip_blocks (const guchar *p, const guchar *end)
{
  guint32 owed = 0;     /* the bytes that characters are still to be completed by, */
  guint32 may_c1 = 0;   /* those that may end a control, */
  guint32 may_bidi = 0; /* and those that may end a bidi override */

  for (; end - p >= TCN_BLOCK_BYTES; p += TCN_BLOCK_BYTES) {
    TcnBlock block = tcn_block_load ((const char *) p);
    guint32 plain =
        tcn_block_in (block, ' ', '~') | tcn_block_is_or_in (block, '\r', '\t', '\n');
    guint32 two, three, trails, expected;

    if (plain == TCN_BLOCK_ALL && owed == 0)
      continue;
    two = tcn_block_in (block, 0xc2, 0xdf);
    three = tcn_block_in (block, 0xe1, 0xee) & ~tcn_block_is (block, 0xed);
    trails = tcn_block_in (block, 0x80, 0xbf);
    expected = owed | ((two | three) << 1) | (three << 2);
    may_c1 |= tcn_block_is (block, 0xc2) << 1;
    may_bidi |= tcn_block_is (block, 0xe2) << 2;
    if ((plain | two | three | trails) != TCN_BLOCK_ALL ||
        (expected & TCN_BLOCK_ALL) != trails ||
        ((may_c1 & tcn_block_in (block, 0x80, 0x9f)) |
         (may_bidi & tcn_block_in (block, 0xa6, 0xae))) != 0)
      break;
    owed = expected >> TCN_BLOCK_BYTES;
    may_c1 >>= TCN_BLOCK_BYTES;
    may_bidi >>= TCN_BLOCK_BYTES;
  }
  while (owed != 0 && is_trail (*--p))
    ;
  return p;
}

/* The first byte at which something has to be done, or `end`. */
static const guchar *
skip_plain (const guchar *p, const guchar *end)
{
  while (p < end) {
    const guchar *next;

    p = skip_blocks (p, end);
    next = p + MIN (end - p, TCN_BLOCK_BYTES);
    while (p < next) {
      gsize len = plain_length (p, (gsize) (end - p));

      if (len == 0)
        return p;
      p += len;
    }
  }
  return p;
}

/* Does a character begin at p that only the next piece can complete? */
static gboolean
is_unfinished (const guchar *p, const guchar *end)
{
  gsize n = (gsize) (end - p);
  gsize need = *p >= 0xf0 ? 4 : (*p >= 0xe0 ? 3 : 2);

  if (*p < 0xc2 || *p > 0xf4 || n >= need)
    return FALSE;
  for (gsize i = 1; i < n; i++)
    if (!is_trail (p[i]))
      return FALSE;
  return TRUE;
}

/* The bytes that are left of a character that somebody cut, 0 if it is whole or none. */
static gsize
cut_length (const guchar *p, const guchar *end)
{
  gsize need = *p >= 0xf0 ? 4 : (*p >= 0xe0 ? 3 : 2);
  gsize n = 1;

  if (*p < 0xc2 || *p > 0xf4)
    return 0;
  while (n < need && p + n < end && is_trail (p[n]))
    n++;
  return n < need ? n : 0;
}

/* What is done at a byte that skip_plain() stopped at; the bytes used. A cut character is
 * one only in a text whose other characters are UTF-8; elsewhere "é»" is what it looks. */
static gsize
append_odd (TcnDecoder *decoder, const guchar *p, const guchar *end, GString *out)
{
  gsize cut = decoder->is_after_wide ? cut_length (p, end) : 0;
  gunichar c;

  decoder->is_after_wide = cut > 0;
  if (*p < 0x80)
    return 1; /* a control: gone */
  if (cut > 0) {
    g_string_append_unichar (out, 0xfffd);
    return cut;
  }
  c = g_utf8_get_char_validated ((const char *) p, end - p);
  if (c == (gunichar) -1 || c == (gunichar) -2) {
    g_string_append_unichar (out, tcn_char_from_windows_1252 (*p));
    decoder->n_odd++;
    decoder->n_wide++;
    return 1;
  }
  tcn_char_append_number (out, c);
  return (gsize) g_utf8_skip[*p];
}

/* Text that was taken as it is. */
static void
note_plain (TcnDecoder *decoder, const guchar *p, const guchar *stop)
{
  if (stop > p)
    decoder->is_after_wide = stop[-1] >= 0x80;
  for (; decoder->n_odd > 0 && p < stop; p++)
    decoder->n_wide += *p >> 7;
}

static void
append_utf8 (TcnDecoder *decoder, const char *bytes, gsize n, gboolean is_last,
             GString *out)
{
  g_autofree char *joined = NULL;
  const guchar *p = (const guchar *) bytes;
  const guchar *end;

  if (decoder->carry->len > 0) {
    g_string_append_len (decoder->carry, bytes, (gssize) n);
    n = decoder->carry->len;
    joined = g_memdup2 (decoder->carry->str, n);
    p = (const guchar *) joined;
    g_string_truncate (decoder->carry, 0);
  }
  end = p + n;
  while (p < end) {
    const guchar *stop = skip_plain (p, end);

    tcn_append (out, (const char *) p, (gsize) (stop - p));
    note_plain (decoder, p, stop);
    p = stop;
    if (p == end)
      break;
    if (!is_last && is_unfinished (p, end)) {
      g_string_append_len (decoder->carry, (const char *) p, end - p);
      break;
    }
    p += append_odd (decoder, p, end, out);
  }
}

/* --- other charsets --------------------------------------------------------------------- */

/* The bytes that make up the least that a charset can be cut into. */
static gsize
unit_length (const char *charset)
{
  if (g_str_has_prefix (charset, "UTF-32"))
    return 4;
  return g_str_has_prefix (charset, "UTF-16") ? 2 : 1;
}

/* Converts what is in `held`; the beginning of an unfinished character stays there. */
static void
convert (TcnDecoder *decoder, gboolean is_last, GString *out)
{
  char buffer[CONVERT_BYTES];
  char *in = decoder->held->str;
  gsize in_left = decoder->held->len;

  while (in_left > 0) {
    char *to = buffer;
    gsize to_left = sizeof buffer;
    gsize status = g_iconv (decoder->conversion, &in, &in_left, &to, &to_left);
    int error = status == (gsize) -1 ? errno : 0;

    append_utf8 (decoder, buffer, (gsize) (to - buffer), FALSE, out);
    if (error == EINVAL && !is_last && in_left <= MAX_CARRY)
      break;
    if (error == EILSEQ || error == EINVAL) {
      gsize unit = MIN (unit_length (decoder->charset.name), in_left);

      append_utf8 (decoder, "\xef\xbf\xbd", 3, FALSE, out);
      in += unit;
      in_left -= unit;
      g_iconv (decoder->conversion, NULL, NULL, NULL, NULL);
    }
  }
  g_string_erase (decoder->held, 0, (gssize) (decoder->held->len - in_left));
}

/* Is this text UTF-8 although it was called something else? A few characters beyond ASCII are
 * asked for, as two bytes of another charset can look like one. */
static gboolean
is_really_utf8 (const char *text, gsize n)
{
  const char *end;
  guint weight = 0;

  g_utf8_validate_len (text, n, &end);
  if ((gsize) (end - text) + 4 <= n || ((gsize) (end - text) < n && (guchar) *end < 0xc2))
    return FALSE;
  for (const char *p = text; p < end; p = g_utf8_next_char (p))
    if ((guchar) *p >= 0x80)
      weight += (guchar) *p >= 0xe0 ? 3 : 1;
  return weight >= 3;
}

/* The same for what was called Latin-1, in which any two bytes may be meant, but few pairs of
 * UTF-8 make sense: "É»" does, "Ã©" does not. Here a byte that is no UTF-8 proves nothing. */
static gboolean
is_rather_utf8 (const guchar *text, gsize n)
{
  guint for_it = 0;
  guint against_it = 0;

  for (gsize i = 0; i < n;) {
    gsize len = text[i] < 0x80 ? 1 : plain_length (text + i, n - i);

    if (len > 1)
      for_it += len > 2 || text[i] == 0xc3 ? 3 : 1;
    else if (text[i] >= 0x80)
      against_it += 2;
    i += MAX (len, 1);
  }
  return for_it >= 3 && for_it > against_it;
}

/* Holds text back until it is clear whether it is what it was called. */
static gboolean
settle_proof (TcnDecoder *decoder, gboolean is_last, GString *out)
{
  gboolean is_utf8;
  gsize first = 0;
  gsize n;

  while (first < decoder->held->len && (guchar) decoder->held->str[first] < 0x80)
    first++;
  append_utf8 (decoder, decoder->held->str, first, FALSE, out);
  g_string_erase (decoder->held, 0, (gssize) first);
  if (decoder->held->len < PROOF_BYTES && !is_last)
    return FALSE;
  decoder->is_proven = TRUE;
  n = MIN (decoder->held->len, PROOF_BYTES);
  is_utf8 = strcmp (decoder->charset.name, TCN_CHARSET_LATIN) == 0
                ? is_rather_utf8 ((const guchar *) decoder->held->str, n)
                : is_really_utf8 (decoder->held->str, n);
  if (is_utf8)
    decoder->charset.kind = TCN_CHARSET_UTF8;
  return TRUE;
}

/* The same for what a table says. */
static void
convert_by_table (TcnDecoder *decoder, GString *out)
{
  for (gsize i = 0; i < decoder->held->len; i++) {
    guchar c = (guchar) decoder->held->str[i];
    char utf8[6];
    gint n = g_unichar_to_utf8 (c < 0x80 ? c : decoder->upper[c - 0x80], utf8);

    append_utf8 (decoder, utf8, (gsize) n, FALSE, out);
  }
  g_string_truncate (decoder->held, 0);
}

static void
decode (TcnDecoder *decoder, const char *bytes, gsize n, gboolean is_last, GString *out)
{
  if (decoder->charset.kind == TCN_CHARSET_UTF8) {
    append_utf8 (decoder, bytes, n, is_last, out);
    return;
  }
  g_string_append_len (decoder->held, bytes, (gssize) n);
  if (decoder->charset.kind == TCN_CHARSET_ASCII_LIKE && !decoder->is_proven &&
      !settle_proof (decoder, is_last, out))
    return;
  if (decoder->charset.kind == TCN_CHARSET_UTF8) {
    append_utf8 (decoder, decoder->held->str, decoder->held->len, is_last, out);
    g_string_truncate (decoder->held, 0);
    return;
  }
  if (decoder->upper != NULL)
    convert_by_table (decoder, out);
  else
    convert (decoder, is_last, out);
}

/* Is the head, which was read as UTF-8, rather something that nobody names? Then it is to be
 * read again. */
static gboolean
guess_charset (TcnDecoder *decoder, const char *head, gsize n)
{
  if (decoder->n_odd == 0 || decoder->charset.name != NULL ||
      decoder->charset.skip_bytes > 0 || !tcn_charset_guess (&decoder->charset, head, n))
    return FALSE;
  decoder->conversion = g_iconv_open ("UTF-8", decoder->charset.name);
  decoder->is_guessed = TRUE;
  decoder->is_proven = TRUE;
  decoder->is_after_wide = FALSE;
  decoder->n_odd = 0;
  g_string_truncate (decoder->carry, 0);
  return TRUE;
}

/* The head is there: finds the charset and decodes it. */
static void
open_document (TcnDecoder *decoder, gboolean is_last, GString *out)
{
  g_autofree char *head = g_memdup2 (decoder->held->str, decoder->held->len + 1);
  gsize n = decoder->held->len;
  gsize before = out->len;

  decoder->is_open = TRUE;
  tcn_charset_detect (&decoder->charset, head, n, decoder->content_type);
  if (decoder->charset.upper != NULL)
    decoder->upper = g_utf8_to_ucs4_fast (decoder->charset.upper, -1, NULL);
  else if (decoder->charset.kind != TCN_CHARSET_UTF8)
    decoder->conversion = g_iconv_open ("UTF-8", decoder->charset.name);
  if (decoder->conversion == (GIConv) -1 && decoder->upper == NULL)
    decoder->charset.kind = TCN_CHARSET_UTF8;
  g_string_truncate (decoder->held, 0);
  decode (decoder, head + decoder->charset.skip_bytes, n - decoder->charset.skip_bytes,
          is_last, out);
  if (!guess_charset (decoder, head, n))
    return;
  g_string_truncate (out, before);
  decode (decoder, head, n, is_last, out);
}

void
tcn_decoder_push (TcnDecoder *decoder, const char *bytes, gsize n, GString *out)
{
  gsize missing;

  if (decoder->is_open) {
    decode (decoder, bytes, n, FALSE, out);
    return;
  }
  missing = MIN (n, TCN_DECODER_HEAD_BYTES - decoder->held->len);
  g_string_append_len (decoder->held, bytes, (gssize) missing);
  if (decoder->held->len < TCN_DECODER_HEAD_BYTES)
    return;
  open_document (decoder, FALSE, out);
  decode (decoder, bytes + missing, n - missing, FALSE, out);
}

gsize
tcn_decoder_skip_plain (TcnDecoder *decoder, const char *bytes, gsize n)
{
  const guchar *start = (const guchar *) bytes;
  const guchar *stop;

  if (!decoder->is_open || decoder->charset.kind != TCN_CHARSET_UTF8 ||
      decoder->carry->len > 0)
    return 0;
  stop = skip_plain (start, start + n);
  note_plain (decoder, start, stop);
  return (gsize) (stop - start);
}

void
tcn_decoder_finish (TcnDecoder *decoder, GString *out)
{
  if (!decoder->is_open)
    open_document (decoder, TRUE, out);
  else
    decode (decoder, "", 0, TRUE, out);
  append_utf8 (decoder, "", 0, TRUE, out);
}
