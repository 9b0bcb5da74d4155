/* SPDX-License-Identifier: MIT */
#include "arranger.h"

/* Shared by the thread and its owner; whoever lets go last frees it. */
struct TcnArranger {
  gatomicrefcount ref_count;
  TcnRuleset *ruleset;
  TcnWordCounts *counts;
  TcnRuleset *arranged; /* set once, by the thread; taken atomically */
};

static void
let_go (TcnArranger *arranger)
{
  if (!g_atomic_ref_count_dec (&arranger->ref_count))
    return;
  tcn_ruleset_unref (arranger->ruleset);
  tcn_ruleset_unref (arranger->arranged);
  tcn_word_counts_free (arranger->counts);
  g_free (arranger);
}

static gpointer
arrange (gpointer data)
{
  TcnArranger *arranger = data;

  g_atomic_pointer_set (&arranger->arranged,
                        tcn_ruleset_rearrange (arranger->ruleset, arranger->counts));
  let_go (arranger);
  return NULL;
}

TcnArranger *
tcn_arranger_start (TcnRuleset *ruleset, const TcnMatcher *matcher)
{
  TcnArranger *arranger = g_new0 (TcnArranger, 1);

  g_atomic_ref_count_init (&arranger->ref_count);
  g_atomic_ref_count_inc (&arranger->ref_count);
  arranger->ruleset = tcn_ruleset_ref (ruleset);
  arranger->counts = tcn_matcher_word_counts (matcher);
  g_thread_unref (g_thread_new ("arrange", arrange, arranger));
  return arranger;
}

TcnRuleset *
tcn_arranger_take (TcnArranger *arranger)
{
  TcnRuleset *arranged = g_atomic_pointer_get (&arranger->arranged);

  if (arranged != NULL)
    g_atomic_pointer_set (&arranger->arranged, NULL);
  return arranged;
}

void
tcn_arranger_free (TcnArranger *arranger)
{
  if (arranger != NULL)
    let_go (arranger);
}
