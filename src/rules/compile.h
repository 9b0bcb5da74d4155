/* SPDX-License-Identifier: MIT */
/* From trees to terms, programs and postings. */
#pragma once

#include "rules/index.h"

G_BEGIN_DECLS

/* Fills the terms, dictionaries, automata and programs of a ruleset that has its slots. */
void tcn_compile (TcnRuleset *ruleset);

/* How rare a term is likely to be, by its length and language, or by what a matcher has
 * counted (`data`). Greater is rarer; at least 0. */
double tcn_weight_by_form (const TcnRuleset *ruleset, guint32 index, gpointer data);
double tcn_weight_by_count (const TcnRuleset *ruleset, guint32 index, gpointer data);

G_END_DECLS
