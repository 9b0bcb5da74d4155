/* SPDX-License-Identifier: MIT */
/*
 * An index arranged anew on a thread of its own, by what its matcher has seen: the one in
 * use goes on until the other is there.
 */
#pragma once

#include "tocsin/ruleset.h"

G_BEGIN_DECLS

typedef struct TcnArranger TcnArranger;

/* Begins to arrange `ruleset` by what `matcher` has counted so far. */
TcnArranger *tcn_arranger_start (TcnRuleset *ruleset, const TcnMatcher *matcher);

/* The other index, once it is there; NULL before and after. Never waits. (transfer full)
 * (nullable) */
TcnRuleset *tcn_arranger_take (TcnArranger *arranger);

/* Whatever the thread still does is for nobody; it is not waited for. */
void tcn_arranger_free (TcnArranger *arranger);

G_END_DECLS
