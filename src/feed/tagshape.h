/* SPDX-License-Identifier: MIT */
/* Where a tag ends, in documents that forget quotes and angle brackets. Private to the feed
 * layer. */
#pragma once

#include <glib.h>

typedef enum {
  TCN_TAG_SHAPE_WHOLE,
  TCN_TAG_SHAPE_CUT,  /* its end is not there yet */
  TCN_TAG_SHAPE_NONE, /* a "<" that is text */
} TcnTagShape;

/* The length of the tag at s[0] == '<'. A quote that is never closed hides no ">", and a "<"
 * before any ">" shows that the first one was text, and where that ends. */
TcnTagShape tcn_tag_measure (const char *s, gsize n, gsize *out_len);
