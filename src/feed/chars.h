/* SPDX-License-Identifier: MIT */
/*
 * Characters that a document names instead of writing them: by number, by an HTML name, or
 * by a byte of windows-1252 where something else was meant.
 */
#pragma once

#include <glib.h>

/* What byte 0x80 to 0x9F is in windows-1252; U+FFFD for the five that are nothing. */
gunichar tcn_char_from_windows_1252 (guint byte);

/* The whole string in place: undoes UTF-8 that was read as windows-1252 and encoded again
 * ("Ã©"), if everything beyond ASCII in it is such, and hardly by chance. */
void tcn_char_undo_double_encoding (GString *text);

/* Appends a character that was written as a number: 0x80 to 0x9F stand for windows-1252,
 * control and bidirectional formatting characters vanish, what is none becomes U+FFFD. */
void tcn_char_append_number (GString *out, guint64 number);

/* Reads a reference at s[0] == '&' and appends what it stands for. Returns its length, or 0
 * when it is none (nothing is appended). HTML's old names need no semicolon if `is_html`. */
gsize tcn_char_append_reference (GString *out, const char *s, gsize n, gboolean is_html);

/* Is the numeric reference at s the first half of a pair, whose second half may lie behind the
 * n bytes? */
gboolean tcn_char_needs_more (const char *s, gsize n);

/* The longest reference, "&" and ";" included. */
#define TCN_MAX_REFERENCE_BYTES 34
