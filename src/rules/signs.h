/* SPDX-License-Identifier: MIT */
/* Signs at the edge of a word: those that mean something elsewhere, and those that a word
 * would be nothing without. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Notes the fault of the word [start, end) of `text`, if its signs are one. */
gboolean tcn_sign_refuse (const char *text, gsize start, gsize end, GPtrArray *faults);

/* Whether the word is nothing but dashes. */
gboolean tcn_sign_is_dash (const char *word, gsize length);

G_END_DECLS
