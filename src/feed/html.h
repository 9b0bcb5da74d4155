/* SPDX-License-Identifier: MIT */
/*
 * HTML to the text that a person reads. A scanner, no tree: its work is linear in the input
 * whatever the tags do. Input and output are valid UTF-8.
 */
#pragma once

#include <glib.h>

typedef enum {
  TCN_HTML_BLOCKS = 0,        /* br is "\n", a block element stands between blank lines */
  TCN_HTML_ONE_LINE = 1 << 0, /* everything on one line */
  TCN_HTML_ALT = 1 << 1,      /* the alt text of images counts as text */
} TcnHtmlFlags;

/* Appends the text of n bytes of HTML: tags stripped, references decoded, white space
 * collapsed and trimmed, without scripts, styles and comments. */
void tcn_html_to_text (GString *out, const char *html, gsize n, TcnHtmlFlags flags);

/* The same for plain text: nothing is decoded; a blank line stays one. */
void tcn_plain_to_text (GString *out, const char *text, gsize n, TcnHtmlFlags flags);

/* Is this, although nothing says so, evidently HTML? It has a closing or empty tag or a
 * character reference, and every tag and reference in it is one that HTML knows. */
gboolean tcn_html_is_evident (const char *s, gsize n);

/* Would anything in it be read as a tag or a reference if it were HTML? */
gboolean tcn_html_has_markup (const char *s, gsize n);
