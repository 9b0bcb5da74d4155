/* SPDX-License-Identifier: MIT */
/*
 * The characters of an XML document, piece by piece: text goes to the reader with its
 * references decoded and CDATA sections unwrapped, tags go to tags.c; comments, processing
 * instructions and document types go nowhere, so that an entity is never declared. A bare "&"
 * or "<" in text is no error. Where the tags turn out not to nest, what follows the last whole
 * item is read again and mended. Private to the feed layer.
 */
#pragma once

#include "feed/reader.h"

typedef struct TcnMarkup TcnMarkup;

/* `reader` must outlive it. */
TcnMarkup *tcn_markup_new (TcnReader *reader);
void tcn_markup_free (TcnMarkup *markup);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcnMarkup, tcn_markup_free)

/* Lines before the first piece, for warnings. */
void tcn_markup_set_first_line (TcnMarkup *markup, guint n_lines);

/* Reads the next piece of clean UTF-8; the reader keeps no view of it. What comes after a
 * ceiling is not read. */
void tcn_markup_push (TcnMarkup *markup, const char *text, gsize n);

/* Was there a tag? */
gboolean tcn_markup_has_tags (const TcnMarkup *markup);

/* The end of the document. */
void tcn_markup_finish (TcnMarkup *markup);
