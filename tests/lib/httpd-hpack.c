/* SPDX-License-Identifier: MIT */
/* Header blocks of HTTP/2 (RFC 7541): what a client sends read, what we send written. */
#include <string.h>

#include "httpd-h2.h"

#define N_STATIC 61

/* Those of the fixed table that requests of ours can have. */
static const struct {
  guint index;
  const char *name;
  const char *value;
} fixed[] = {
  { 1, ":authority", "" },
  { 2, ":method", "GET" },
  { 4, ":path", "/" },
  { 5, ":path", "/index.html" },
  { 6, ":scheme", "http" },
  { 7, ":scheme", "https" },
  { 16, "accept-encoding", "gzip, deflate" },
  { 19, "accept", "" },
  { 23, "authorization", "" },
  { 32, "cookie", "" },
  { 40, "if-modified-since", "" },
  { 41, "if-none-match", "" },
  { 51, "referer", "" },
  { 58, "user-agent", "" },
};

/* How many bits the code of each character has. Codes follow each other by length, then by
 * character; the longest are of bytes that a client does not write in this way. */
static const guint8 code_bits[128] = {
  13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28, /**/
  28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28, /**/
  6,  10, 10, 12, 13, 6,  8,  11, 10, 10, 8,  11, 8,  6,  6,  6,  /**/
  5,  5,  5,  6,  6,  6,  6,  6,  6,  6,  7,  8,  15, 6,  12, 10, /**/
  13, 6,  7,  7,  7,  7,  7,  7,  7,  7,  7,  7,  7,  7,  7,  7,  /**/
  7,  7,  7,  7,  7,  7,  7,  7,  8,  7,  8,  13, 19, 13, 14, 6,  /**/
  15, 5,  6,  5,  6,  5,  6,  6,  6,  5,  7,  7,  6,  6,  6,  5,  /**/
  6,  7,  6,  5,  5,  6,  7,  7,  7,  7,  7,  15, 11, 14, 13, 28, /**/
};
#define MAX_CODE_BITS 19

typedef struct {
  const guint8 *at;
  const guint8 *end;
  gboolean is_bad;
} Block;

/* --- reading -------------------------------------------------------------------------- */

static guint8
read_byte (Block *block)
{
  if (block->at < block->end)
    return *block->at++;
  block->is_bad = TRUE;
  return 0;
}

/* An integer whose first `bits` bits stand in the byte that was read already. */
static gsize
read_integer (Block *block, guint8 first, guint bits)
{
  gsize value = first & ((1u << bits) - 1);
  guint8 byte = 0x80;

  if (value < (1u << bits) - 1)
    return value;
  for (guint shift = 0; (byte & 0x80) != 0 && shift < 28; shift += 7) {
    byte = read_byte (block);
    value += (gsize) (byte & 0x7f) << shift;
  }
  return value;
}

/* The character whose code of `bits` bits is `code`; -1 when there is none. */
static int
find_character (guint32 code, guint bits)
{
  guint32 next = 0;

  for (guint length = 1; length <= bits; length++) {
    next <<= 1;
    for (guint c = 0; c < G_N_ELEMENTS (code_bits); c++) {
      if (code_bits[c] != length)
        continue;
      if (length == bits && code == next)
        return (int) c;
      next++;
    }
  }
  return -1;
}

static char *
decode_huffman (Block *block, const guint8 *bytes, gsize n)
{
  GString *text = g_string_new (NULL);
  guint32 code = 0;
  guint bits = 0;

  for (gsize i = 0; i < n * 8; i++) {
    int c;

    code = code << 1 | (bytes[i / 8] >> (7 - i % 8) & 1);
    bits++;
    c = bits <= MAX_CODE_BITS ? find_character (code, bits) : -1;
    if (c < 0)
      continue;
    g_string_append_c (text, (char) c);
    code = 0;
    bits = 0;
  }
  block->is_bad |= bits > 7; /* more than the padding */
  return g_string_free (text, FALSE);
}

/* (transfer full) */
static char *
read_string (Block *block)
{
  guint8 first = read_byte (block);
  gsize n = read_integer (block, first, 7);
  const guint8 *bytes = block->at;

  if (n > (gsize) (block->end - block->at)) {
    block->is_bad = TRUE;
    return g_strdup ("");
  }
  block->at += n;
  return (first & 0x80) != 0 ? decode_huffman (block, bytes, n)
                             : g_strndup ((const char *) bytes, n);
}

/* "name: value", of the fixed table or of what this connection has said. */
static char *
look_up (Block *block, const GPtrArray *said, gsize index)
{
  for (gsize i = 0; i < G_N_ELEMENTS (fixed); i++)
    if (fixed[i].index == index)
      return g_strdup_printf ("%s: %s", fixed[i].name, fixed[i].value);
  if (index > N_STATIC && index - N_STATIC <= said->len)
    return g_strdup (said->pdata[index - N_STATIC - 1]);
  block->is_bad = TRUE;
  return g_strdup ("?: ?");
}

/* A header with a value of its own, whose name may be known by its number. */
static char *
read_literal (Block *block, const GPtrArray *said, gsize index)
{
  g_autofree char *known = index > 0 ? look_up (block, said, index) : NULL;
  g_autofree char *name = known != NULL
                              ? g_strndup (known, (gsize) (strstr (known, ": ") - known))
                              : read_string (block);
  g_autofree char *value = read_string (block);

  return g_strdup_printf ("%s: %s", name, value);
}

gboolean
hpack_read (GPtrArray *said, const guint8 *bytes, gsize n, GPtrArray *headers)
{
  Block block = { bytes, bytes + n, FALSE };

  while (block.at < block.end && !block.is_bad) {
    guint8 first = read_byte (&block);

    if ((first & 0x80) != 0) {
      g_ptr_array_add (headers, look_up (&block, said, read_integer (&block, first, 7)));
    } else if ((first & 0x40) != 0) {
      char *header = read_literal (&block, said, read_integer (&block, first, 6));

      g_ptr_array_add (headers, header);
      g_ptr_array_insert (said, 0, g_strdup (header));
    } else if ((first & 0x20) != 0) {
      /* As small as we ask for: it starts anew. */
      read_integer (&block, first, 5);
      g_ptr_array_set_size (said, 0);
    } else {
      g_ptr_array_add (headers,
                       read_literal (&block, said, read_integer (&block, first, 4)));
    }
  }
  return !block.is_bad;
}

/* --- writing -------------------------------------------------------------------------- */

static void
write_string (GByteArray *out, const char *text)
{
  gsize n = strlen (text);
  guint8 byte = (guint8) MIN (n, 0x7f);

  g_byte_array_append (out, &byte, 1);
  for (gsize left = n - MIN (n, 0x7f); n >= 0x7f; left >>= 7) {
    byte = (guint8) ((left & 0x7f) | (left > 0x7f ? 0x80 : 0));
    g_byte_array_append (out, &byte, 1);
    if (left <= 0x7f)
      break;
  }
  g_byte_array_append (out, (const guint8 *) text, (guint) n);
}

void
hpack_write (GByteArray *out, const char *name, const char *value)
{
  static const guint8 literal = 0;

  g_byte_array_append (out, &literal, 1);
  write_string (out, name);
  write_string (out, value);
}
