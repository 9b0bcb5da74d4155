/* SPDX-License-Identifier: MIT */
/*
 * A trial of rules on items, as `match` makes it: which rules, what was found, how it is
 * shown. Private to the commands.
 */
#pragma once

#include "command.h"
#include "tocsin/config.h"
#include "tocsin/render.h"
#include "tocsin/ruleset.h"

G_BEGIN_DECLS

/* A rule on trial: the query of the command line, or a configured one. */
typedef struct {
  char *label;               /* the query as written, or the rule's name */
  const TcnRuleConfig *rule; /* NULL: the query of the command line */
} TcnTrialRule;

typedef struct {
  TcnConfig *config; /* nullable */
  TcnStyle style;
  const char *language; /* --language, which beats all others; nullable */
  GArray *rules;        /* of TcnTrialRule; places are the numbers of the ruleset */
  TcnRuleset *ruleset;
  TcnMatcher *matcher;
  GString *out;
  guint limit;     /* matches that are shown; the others are only counted */
  guint n_matches; /* items and rules that matched */
  gboolean has_met_unknown_language; /* an item whose words have no other forms */
  GError *error;                     /* of standard output: ends the trial */
} TcnTrial;

void tcn_trial_clear (TcnTrial *trial);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TcnTrial, tcn_trial_clear)

/* Puts rules on trial: a query, the rule named, or all enabled ones. Say what is wrong on
 * standard error; FALSE then, with the exit status. */
gboolean tcn_trial_add_query (TcnTrial *trial, TcnRulesetBuilder *builder,
                              const TcnInvocation *invocation, const char *text,
                              int *out_status);
gboolean tcn_trial_add_rule (TcnTrial *trial, TcnRulesetBuilder *builder,
                             const TcnInvocation *invocation, const char *name,
                             int *out_status);
void tcn_trial_add_all (TcnTrial *trial, TcnRulesetBuilder *builder);

/* An item on trial; all borrowed. */
typedef struct {
  const TcnItem *item;
  const char *source_key;    /* "file" or "item" */
  const char *source;        /* the path, or the item's id */
  const char *place;         /* what people are shown: the path, or the feed's name */
  const char *feed_title;    /* nullable */
  const char *feed_language; /* its document's; nullable */
  const TcnFeedConfig *feed; /* rules that do not speak about it are left out; nullable */
} TcnTrialItem;

/* Runs the rules on the item and shows what matched. Returns how many rules did. */
guint tcn_trial_run (TcnTrial *trial, const TcnTrialItem *item);

/* Runs them on the archive and adds it up: how many, from which feeds, how many a day. */
int tcn_trial_run_archive (TcnTrial *trial, const TcnInvocation *invocation,
                           const char *since);

G_END_DECLS
