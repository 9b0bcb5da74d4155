/* SPDX-License-Identifier: MIT */
#include "feed/tagshape.h"

#include <string.h>

/* Is the quote at s[i] that of an attribute's value? */
static gboolean
opens_value (const char *s, gsize i)
{
  do
    i--;
  while (i > 0 && (guchar) s[i] <= ' ');
  return s[i] == '=';
}

/* The value whose quote is at s[i]. TCN_TAG_SHAPE_NONE: it is closed, at `out_at`;
 * TCN_TAG_SHAPE_WHOLE: it never is, and the tag ends there. */
static TcnTagShape
measure_value (const char *s, gsize n, gsize i, gsize *out_at)
{
  const char *from = s + i + 1;
  const char *close = memchr (from, s[i], n - i - 1);
  gsize len = close != NULL ? (gsize) (close - from) : n - i - 1;
  const char *end = memchr (from, '>', len);

  if (end != NULL && memchr (end, '<', len - (gsize) (end - from)) != NULL) {
    *out_at = (gsize) (end - s) + 1;
    return TCN_TAG_SHAPE_WHOLE;
  }
  *out_at = i + 1 + len;
  return close != NULL ? TCN_TAG_SHAPE_NONE : TCN_TAG_SHAPE_CUT;
}

TcnTagShape
tcn_tag_measure (const char *s, gsize n, gsize *out_len)
{
  for (gsize i = 1; i < n; i++) {
    TcnTagShape shape;

    switch (s[i]) {
    case '>':
      *out_len = i + 1;
      return TCN_TAG_SHAPE_WHOLE;
    case '<':
      *out_len = i;
      return TCN_TAG_SHAPE_NONE;
    case '"':
    case '\'':
      if (!opens_value (s, i))
        break;
      shape = measure_value (s, n, i, &i);
      *out_len = i;
      if (shape != TCN_TAG_SHAPE_NONE)
        return shape;
      break;
    default:
      break;
    }
  }
  return TCN_TAG_SHAPE_CUT;
}
