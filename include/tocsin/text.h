/* SPDX-License-Identifier: MIT */
/*
 * Text that people read: cleaning what comes from outside, counting it as a person sees it,
 * and pointing at a place in it. Functions that count or cut take valid UTF-8.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Any bytes (`len` of them, or up to the NUL when -1) to valid UTF-8 that is safe on a
 * terminal and in a notification: wrong bytes become U+FFFD; CR LF, CR, U+2028 and U+2029
 * become LF; control characters but TAB and LF, bidirectional embeddings, overrides and
 * isolates, tag characters and non-characters vanish. (transfer full) */
char *tcn_text_make_clean (const char *s, gssize len);

/* The same on a buffer that is appended to: cleans what stands in `text` from `from` on. */
void tcn_text_clean_tail (GString *text, gsize from);

/* Clean, white space (no-break spaces too) collapsed to one blank and trimmed; NULL for NULL
 * or when nothing is left. (transfer full) (nullable) */
char *tcn_text_one_line (const char *s);

/* The number of bytes of white space (Unicode's, no-break spaces included) that `s` begins
 * with; 0 when it begins with something else. Looks at most at `n` bytes. */
gsize tcn_text_space_length (const char *s, gsize n);

/* User-perceived characters (extended grapheme clusters) in the first `bytes` bytes. */
guint tcn_text_graphemes (const char *s, gsize bytes);

/* Terminal columns of the first `bytes` bytes: wide characters take two, marks none. */
guint tcn_text_width (const char *s, gsize bytes);

/* Appends `line` and, below it, a caret under bytes [start, end):
 *     "    LINE\n"
 *     "         ^~~~\n"
 * The line's TABs and control characters are shown as single blanks; an empty range points
 * at one column. Offsets beyond the line point behind its end. Of a long line the
 * neighbourhood of the place is shown, between "…". */
void tcn_text_caret (GString *out, const char *line, gsize start, gsize end);

/* How many of n bytes are at most `max` and end with a whole character. */
gsize tcn_text_whole (const char *s, gsize n, gsize max);

/* At most `max_graphemes` user-perceived characters, the last of which is "…" if something
 * was cut off. (transfer full) */
char *tcn_text_cut (const char *s, guint max_graphemes);

/* "1 feed", "2 feeds": of a noun whose plural ends in s. (transfer full) */
char *tcn_text_counted (guint n, const char *noun);

/* The candidate (of a NULL-ended array) that `word` is most likely a slip for; NULL if none
 * is close. (transfer none) (nullable) */
const char *tcn_text_nearest (const char *word, const char *const *candidates);

G_END_DECLS
