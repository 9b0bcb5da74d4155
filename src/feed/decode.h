/* SPDX-License-Identifier: MIT */
/*
 * The bytes of a document to clean UTF-8, piece by piece: the BOM, HTTP's charset or the
 * document's own declaration says what they are, and the bytes themselves are believed when
 * they say otherwise. What comes out is valid UTF-8 without control characters (but TAB, CR
 * and LF) and bidirectional formatting.
 */
#pragma once

#include <glib.h>

typedef struct TcnDecoder TcnDecoder;

/* `content_type` is HTTP's, nullable. */
TcnDecoder *tcn_decoder_new (const char *content_type);
void tcn_decoder_free (TcnDecoder *decoder);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcnDecoder, tcn_decoder_free)

/* Appends what can be decoded of all bytes so far. The first TCN_DECODER_HEAD_BYTES are held
 * back until they are complete. */
void tcn_decoder_push (TcnDecoder *decoder, const char *bytes, gsize n, GString *out);

/* How many of the next n bytes are text that decoding would not change: they need not be
 * pushed, if the caller takes them as they are. */
gsize tcn_decoder_skip_plain (TcnDecoder *decoder, const char *bytes, gsize n);

/* No more bytes: appends the rest. */
void tcn_decoder_finish (TcnDecoder *decoder, GString *out);

/* What is to be said of how a document was read whose charset had to be guessed; NULL if there
 * is nothing. (transfer full) (nullable) */
char *tcn_decoder_complaint (const TcnDecoder *decoder);

/* Is the document in a charset that writes ASCII with other bytes, as UTF-16 does? */
gboolean tcn_decoder_is_wide (const TcnDecoder *decoder);

/* The charset that was named but is unknown here; NULL otherwise. (transfer none) */
const char *tcn_decoder_unknown_charset (const TcnDecoder *decoder);

#define TCN_DECODER_HEAD_BYTES 4096
