/* SPDX-License-Identifier: MIT */
/* The tags of HTML, as far as text is concerned. */
#pragma once

#include <glib.h>

/* What a tag does to the text around it. */
typedef enum {
  TCN_KIND_UNKNOWN,
  TCN_KIND_INLINE,
  TCN_KIND_BLOCK,
  TCN_KIND_BREAK, /* a line break */
  TCN_KIND_PRE,   /* a block whose line ends stay */
  TCN_KIND_SKIP,  /* its content is nothing to read */
  TCN_KIND_IMAGE,
} TcnHtmlKind;

/* The kind of the tag whose name begins at s, in any case; `out_len` is the length of the
 * name. */
TcnHtmlKind tcn_html_kind (const char *s, gsize n, gsize *out_len);
