/* SPDX-License-Identifier: MIT */
/*
 * The words that stand in most texts, folded: what a rule made of nothing else would fire
 * on, and what an index must not be keyed on before it has seen a text.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean tcn_word_is_frequent (const char *folded);

G_END_DECLS
