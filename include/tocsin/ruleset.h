/* SPDX-License-Identifier: MIT */
/*
 * Many queries as one index, and the engine that runs items against it. A ruleset is
 * immutable and may be read from every thread; a matcher is the scratch memory of one
 * thread. Its invariant: the index decides what is tried, never what matches; an item
 * matches a rule of a ruleset of a hundred thousand exactly if it matches that rule alone.
 */
#pragma once

#include <glib.h>

#include "tocsin/item.h"
#include "tocsin/query.h"

G_BEGIN_DECLS

typedef struct TcnRuleset TcnRuleset;
typedef struct TcnRulesetBuilder TcnRulesetBuilder;

TcnRulesetBuilder *tcn_ruleset_builder_new (void);
void tcn_ruleset_builder_free (TcnRulesetBuilder *builder);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcnRulesetBuilder, tcn_ruleset_builder_free)

/* Adds a query under the caller's number of its rule; numbers need be neither dense nor
 * ordered. A rule of several queries matches where any of them does. Keeps a reference to
 * the query. */
void tcn_ruleset_builder_add (TcnRulesetBuilder *builder, guint rule_index,
                              TcnQuery *query);

/* Makes the index and frees the builder. (transfer full) */
TcnRuleset *
tcn_ruleset_builder_build (TcnRulesetBuilder *builder) G_GNUC_WARN_UNUSED_RESULT;

TcnRuleset *tcn_ruleset_ref (TcnRuleset *ruleset);
void tcn_ruleset_unref (TcnRuleset *ruleset);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcnRuleset, tcn_ruleset_unref)

guint tcn_ruleset_n_rules (const TcnRuleset *ruleset);
/* Bytes of the index, without the queries' own texts. */
gsize tcn_ruleset_size (const TcnRuleset *ruleset);

/* What is searched: the plain text of each field (NULL when empty) and the item's language.
 * All is borrowed and must stay until the matcher's call returns, but for what
 * tcn_document_set_item() makes. */
typedef struct {
  const char *text[TCN_N_FIELDS];
  const char *language; /* lower-case primary subtag; NULL when unknown */
  char *own_tags;
  char *own_language;
} TcnDocument;

/* Fills `doc` from an item: the feed's title for feed: (nullable), and the language that
 * the caller decided on (any tag, nullable). Borrows from all three. */
void tcn_document_set_item (TcnDocument *doc, const TcnItem *item, const char *feed_title,
                            const char *language);
void tcn_document_clear (TcnDocument *doc);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TcnDocument, tcn_document_clear)

typedef struct TcnMatcher TcnMatcher;

/* A matcher over `ruleset` (which it keeps a reference to). `seed` keys its hashes: give a
 * random one where texts come from strangers. */
TcnMatcher *tcn_matcher_new (TcnRuleset *ruleset, guint64 seed);
void tcn_matcher_free (TcnMatcher *matcher);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcnMatcher, tcn_matcher_free)

/* One rule that holds for the document at hand; valid during the callback only. */
typedef struct TcnHit TcnHit;

/* Called once for each rule that matches, in the order of the rules' numbers. */
typedef void (*TcnHitFunc) (guint rule_index, const TcnHit *hit, gpointer data);

/* The occurrences: (transfer full) an array that owns its TcnMatch*, in the order of fields
 * and positions, TCN_MAX_MATCHES at most. Costs nothing unless called. */
GPtrArray *tcn_hit_matches (const TcnHit *hit);

/* Runs the document against all rules. `func` may be NULL. Returns the number of rules that
 * matched. */
guint tcn_matcher_run (TcnMatcher *matcher, const TcnDocument *doc, TcnHitFunc func,
                       gpointer data);

/* What the last run could not do in full; never silent, so callers report it. */
typedef struct {
  gboolean
      text_was_cut; /* the item's text is longer than TCN_MAX_TEXT_BYTES: the rest was not searched */
  guint n_capped; /* rules whose work hit TCN_MAX_RULE_STEPS or a limit of PCRE2 */
  guint first_capped_rule; /* the number of the first of them */
} TcnMatcherLimits;

const TcnMatcherLimits *tcn_matcher_limits (const TcnMatcher *matcher);

/* Why the rule does not hold for the document: the first condition of it that failed, as a
 * phrase for people, where it has one query; NULL when the rule matches. (transfer full)
 * (nullable) */
char *tcn_matcher_explain (TcnMatcher *matcher, guint rule_index, const TcnDocument *doc);

/* How often the words of a ruleset occurred in what a matcher has run so far: a copy, to be
 * worked on by another thread. */
typedef struct TcnWordCounts TcnWordCounts;

TcnWordCounts *tcn_matcher_word_counts (const TcnMatcher *matcher);
void tcn_word_counts_free (TcnWordCounts *counts);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcnWordCounts, tcn_word_counts_free)

/* A ruleset with the same rules whose index is arranged by what was counted for `ruleset`;
 * faster, never different. Takes as long as building it did. (transfer full) */
TcnRuleset *tcn_ruleset_rearrange (const TcnRuleset *ruleset,
                                   const TcnWordCounts *counts) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
