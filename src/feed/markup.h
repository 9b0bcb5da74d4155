/* SPDX-License-Identifier: MIT */
/*
 * Between the decoder and libxml2. Character data is taken out of the document here: what
 * goes on to the XML parser are the tags, and one byte TCN_TEXT_MARK in the place of each
 * run of text, whose characters (references decoded, CDATA sections unwrapped) wait in order
 * to be taken by the parser's handlers. So entities, comments, processing instructions and
 * document types never reach libxml2, text is not scanned twice, and a bare "&" or "<" in it
 * is no error. White space between tags is passed on.
 */
#pragma once

#include <glib.h>

/* U+007F: an XML character that the decoder lets nobody else use. */
#define TCN_TEXT_MARK '\x7f'

typedef struct TcnMarkup TcnMarkup;

TcnMarkup *tcn_markup_new (void);
void tcn_markup_free (TcnMarkup *markup);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcnMarkup, tcn_markup_free)

/* Reads the next piece of clean UTF-8 and appends whole tags, marks and white space to `xml`.
 * FALSE when a ceiling was reached: nothing more can be read. */
gboolean tcn_markup_push (TcnMarkup *markup, const char *text, gsize n, GString *xml);

/* The end of the document. TRUE if it ended between constructs. */
gboolean tcn_markup_finish (TcnMarkup *markup, GString *xml);

/* The text of the next mark, valid until the next push or forget. (transfer none) */
const char *tcn_markup_take (TcnMarkup *markup, gsize *out_len);

/* How many texts have been taken so far; the number that tcn_markup_rewind() takes. */
guint tcn_markup_taken (const TcnMarkup *markup);

/* Makes text number `taken` the next one again; it must not be forgotten. */
void tcn_markup_rewind (TcnMarkup *markup, guint taken);

/* Texts before number `taken` are not needed any more. */
void tcn_markup_forget (TcnMarkup *markup, guint taken);

/* The bytes of the texts that are kept. */
gsize tcn_markup_kept (const TcnMarkup *markup);

/* Line ends that libxml2 has not seen, up to the text that was taken last. */
guint tcn_markup_hidden_lines (const TcnMarkup *markup);
