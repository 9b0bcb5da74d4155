/* SPDX-License-Identifier: MIT */
/* The tags of HTML, as far as text is concerned. */
#pragma once

#include <glib.h>

/* What a tag does to the text around it. */
typedef enum {
  TCN_KIND_UNKNOWN,
  TCN_KIND_INLINE,
  TCN_KIND_BLOCK,
  TCN_KIND_CELL,  /* beside others in a row: words apart, not paragraphs */
  TCN_KIND_BREAK, /* a line break */
  TCN_KIND_PRE,   /* a block whose line ends stay */
  TCN_KIND_SKIP,  /* its content is nothing to read */
  TCN_KIND_IMAGE,
} TcnHtmlKind;

/* The kind of the tag whose name begins at s, in any case; `out_len` is the length of the
 * name. */
TcnHtmlKind tcn_html_kind (const char *s, gsize n, gsize *out_len);

/* The offset behind the ">" that ends the tag at s[0] == '<', n if there is none. Quotes hide
 * one, unless many tags of the text, which `n_unclosed` counts, have had no end then: to look
 * for it takes the whole text each time. */
gsize tcn_html_tag_length (const char *s, gsize n, guint *n_unclosed);
