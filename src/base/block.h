/* SPDX-License-Identifier: MIT */
/*
 * Sixteen bytes of text at once: which of them are what, as bits of a mask, the first byte
 * being the lowest bit. With SSE2 each question is a few instructions; elsewhere it is a loop
 * that says the same.
 */
#pragma once

#include <glib.h>
#include <string.h>

#define TCN_BLOCK_BYTES 16
#define TCN_BLOCK_ALL 0xffffu /* every byte of a block */

#if defined __SSE2__ && !defined TCN_PLAIN_BLOCKS
#include <emmintrin.h>

typedef __m128i TcnBlock;

static inline TcnBlock
tcn_block_load (const char *s)
{
  return _mm_loadu_si128 ((const __m128i *) s);
}

/* Bytes that are `byte`. */
static inline guint32
tcn_block_is (TcnBlock block, guint8 byte)
{
  return (guint32) _mm_movemask_epi8 (
      _mm_cmpeq_epi8 (block, _mm_set1_epi8 ((char) byte)));
}

/* Bytes from `low` to `high`. */
static inline guint32
tcn_block_in (TcnBlock block, guint8 low, guint8 high)
{
  TcnBlock above = _mm_sub_epi8 (block, _mm_set1_epi8 ((char) low));
  TcnBlock span = _mm_set1_epi8 ((char) (high - low));

  return (guint32) _mm_movemask_epi8 (_mm_cmpeq_epi8 (_mm_min_epu8 (above, span), above));
}

/* Bytes that are not ASCII. */
static inline guint32
tcn_block_high (TcnBlock block)
{
  return (guint32) _mm_movemask_epi8 (block);
}

/* Bytes that are one of two. */
static inline guint32
tcn_block_is_either (TcnBlock block, guint8 first, guint8 second)
{
  return (guint32) _mm_movemask_epi8 (
      _mm_or_si128 (_mm_cmpeq_epi8 (block, _mm_set1_epi8 ((char) first)),
                    _mm_cmpeq_epi8 (block, _mm_set1_epi8 ((char) second))));
}

/* Bytes that are `byte`, or from `low` to `high`. */
static inline guint32
tcn_block_is_or_in (TcnBlock block, guint8 byte, guint8 low, guint8 high)
{
  TcnBlock above = _mm_sub_epi8 (block, _mm_set1_epi8 ((char) low));
  TcnBlock span = _mm_set1_epi8 ((char) (high - low));

  return (guint32) _mm_movemask_epi8 (
      _mm_or_si128 (_mm_cmpeq_epi8 (_mm_min_epu8 (above, span), above),
                    _mm_cmpeq_epi8 (block, _mm_set1_epi8 ((char) byte))));
}

/* Bytes that may stand in a name of XML; none of ASCII but letters, digits and "-._:". */
static inline guint32
tcn_block_name_chars (TcnBlock block)
{
  TcnBlock lower = _mm_or_si128 (block, _mm_set1_epi8 (0x20));
  TcnBlock letter = _mm_sub_epi8 (lower, _mm_set1_epi8 ('a'));
  TcnBlock digit = _mm_sub_epi8 (block, _mm_set1_epi8 ('0')); /* or ':' */
  TcnBlock dash = _mm_sub_epi8 (block, _mm_set1_epi8 ('-'));  /* or '.' */
  TcnBlock found = _mm_cmpeq_epi8 (block, _mm_set1_epi8 ('_'));

  found = _mm_or_si128 (
      found, _mm_cmpeq_epi8 (_mm_min_epu8 (letter, _mm_set1_epi8 (25)), letter));
  found = _mm_or_si128 (found,
                        _mm_cmpeq_epi8 (_mm_min_epu8 (digit, _mm_set1_epi8 (10)), digit));
  found =
      _mm_or_si128 (found, _mm_cmpeq_epi8 (_mm_min_epu8 (dash, _mm_set1_epi8 (1)), dash));
  return (guint32) _mm_movemask_epi8 (_mm_or_si128 (found, block));
}

/* How often a byte is in at most 255 blocks. */
static inline gsize
tcn_blocks_count (const char *s, gsize n_blocks, guint8 byte)
{
  const TcnBlock wanted = _mm_set1_epi8 ((char) byte);
  TcnBlock sums = _mm_setzero_si128 ();

#pragma GCC unroll 4
  for (gsize i = 0; i < n_blocks; i++)
    sums = _mm_sub_epi8 (
        sums, _mm_cmpeq_epi8 (tcn_block_load (s + i * TCN_BLOCK_BYTES), wanted));
  sums = _mm_sad_epu8 (sums, _mm_setzero_si128 ());
  return (gsize) _mm_cvtsi128_si32 (sums) +
         (gsize) _mm_cvtsi128_si32 (_mm_srli_si128 (sums, 8));
}

#else

typedef struct {
  guint8 bytes[TCN_BLOCK_BYTES];
} TcnBlock;

static inline TcnBlock
tcn_block_load (const char *s)
{
  TcnBlock block;

  memcpy (block.bytes, s, sizeof block.bytes);
  return block;
}

static inline guint32
tcn_block_in (TcnBlock block, guint8 low, guint8 high)
{
  guint32 mask = 0;

  for (guint i = 0; i < TCN_BLOCK_BYTES; i++)
    mask |= (guint32) (block.bytes[i] >= low && block.bytes[i] <= high) << i;
  return mask;
}

static inline guint32
tcn_block_is (TcnBlock block, guint8 byte)
{
  return tcn_block_in (block, byte, byte);
}

static inline guint32
tcn_block_high (TcnBlock block)
{
  return tcn_block_in (block, 0x80, 0xff);
}

static inline guint32
tcn_block_is_either (TcnBlock block, guint8 first, guint8 second)
{
  return tcn_block_is (block, first) | tcn_block_is (block, second);
}

static inline guint32
tcn_block_is_or_in (TcnBlock block, guint8 byte, guint8 low, guint8 high)
{
  return tcn_block_is (block, byte) | tcn_block_in (block, low, high);
}

static inline guint32
tcn_block_name_chars (TcnBlock block)
{
  return tcn_block_in (block, 'a', 'z') | tcn_block_in (block, 'A', 'Z') |
         tcn_block_in (block, '0', ':') | tcn_block_in (block, '-', '.') |
         tcn_block_is (block, '_') | tcn_block_high (block);
}

static inline gsize
tcn_blocks_count (const char *s, gsize n_blocks, guint8 byte)
{
  gsize count = 0;

  for (gsize i = 0; i < n_blocks * TCN_BLOCK_BYTES; i++)
    count += (guint8) s[i] == byte ? 1 : 0;
  return count;
}

#endif

/* The number of the first byte in a mask that is not empty. */
static inline guint
tcn_block_first (guint32 mask)
{
  return (guint) __builtin_ctz (mask);
}

/* Are all of n bytes from `low` to `high`? */
static inline gboolean
tcn_block_all_in (const char *s, gsize n, guint8 low, guint8 high)
{
  gsize i = 0;

  for (; i + TCN_BLOCK_BYTES <= n; i += TCN_BLOCK_BYTES)
    if (tcn_block_in (tcn_block_load (s + i), low, high) != TCN_BLOCK_ALL)
      return FALSE;
  if (i > 0) /* the rest, with some of the last block */
    return tcn_block_in (tcn_block_load (s + n - TCN_BLOCK_BYTES), low, high) ==
           TCN_BLOCK_ALL;
  while (i < n && (guint8) s[i] >= low && (guint8) s[i] <= high)
    i++;
  return i == n;
}

/* Where the first of two bytes is in n bytes, or n. */
static inline gsize
tcn_block_find_either (const char *s, gsize n, char first, char second)
{
  gsize i = 0;

  for (; i + TCN_BLOCK_BYTES <= n; i += TCN_BLOCK_BYTES) {
    TcnBlock block = tcn_block_load (s + i);
    guint32 found = tcn_block_is_either (block, (guint8) first, (guint8) second);

    if (found != 0)
      return i + tcn_block_first (found);
  }
  if (i > 0 && i < n) { /* the rest, with some of the last block */
    gsize at = n - TCN_BLOCK_BYTES;
    guint32 found =
        tcn_block_is_either (tcn_block_load (s + at), (guint8) first, (guint8) second);

    return found != 0 ? at + tcn_block_first (found) : n;
  }
  while (i < n && s[i] != first && s[i] != second)
    i++;
  return i;
}

/* How often a byte is in n bytes. */
static inline gsize
tcn_block_count (const char *s, gsize n, guint8 byte)
{
  gsize count = 0;

  while (n >= TCN_BLOCK_BYTES) {
    gsize n_blocks = MIN (n / TCN_BLOCK_BYTES, 255);

    count += tcn_blocks_count (s, n_blocks, byte);
    s += n_blocks * TCN_BLOCK_BYTES;
    n -= n_blocks * TCN_BLOCK_BYTES;
  }
  for (gsize i = 0; i < n; i++)
    count += (guint8) s[i] == byte ? 1 : 0;
  return count;
}
