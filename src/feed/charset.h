/* SPDX-License-Identifier: MIT */
/* Which charset the first bytes of a document and what HTTP says of it point to. */
#pragma once

#include <glib.h>

typedef enum {
  TCN_CHARSET_UTF8,       /* UTF-8; single bytes that are none are windows-1252 */
  TCN_CHARSET_ASCII_LIKE, /* iconv, or `upper`; ASCII bytes are themselves */
  TCN_CHARSET_WIDE,       /* iconv; ASCII bytes may mean something else */
} TcnCharsetKind;

/* What is called ISO 8859-1 or windows-1252: seldom more than that, often UTF-8. */
#define TCN_CHARSET_LATIN "CP1252"

typedef struct {
  TcnCharsetKind kind;
  char *name;        /* iconv's, NULL for UTF8 */
  gsize skip_bytes;  /* of a BOM */
  char *unknown;     /* the name that was not understood, NULL */
  gboolean is_named; /* somebody says what it is */
  const char *upper; /* the characters above ASCII that iconv does not know, NULL */
} TcnCharset;

void tcn_charset_clear (TcnCharset *charset);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TcnCharset, tcn_charset_clear)

/* What is no UTF-8, though nobody says that it is something else, is mostly in a language of the
 * West; sets the charset and returns TRUE if the beginning of this document is in Cyrillic. */
gboolean tcn_charset_guess (TcnCharset *charset, const char *head, gsize n);

/* `head` is the beginning of the document. BOM, then HTTP's charset, then the declaration (of
 * a web page also its <meta>), then UTF-8 (RFC 7303); but HTTP's UTF-8 over what is none gives
 * way to the declaration. */
void tcn_charset_detect (TcnCharset *out, const char *head, gsize n,
                         const char *content_type);
