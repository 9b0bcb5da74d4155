/* SPDX-License-Identifier: MIT */
/*
 * [rule NAME] and [define NAME] groups: queries are compiled, feeds, tags and sinks looked
 * up.
 */
#pragma once

#include "config/reader.h"
#include "tocsin/query.h"

G_BEGIN_DECLS

/* What rules refer to. `defines` is set by whoever has them. */
typedef struct {
  TcnReader *reader;
  const TcnIni *ini;
  const TcnConfig *config; /* its feeds and sinks are complete */
  const TcnDefines *defines;
  GHashTable *headers;   /* set of "KIND NAME": also those of groups with faults */
  GHashTable *tags;      /* the set of all */
  GHashTable *selectors; /* by what is written: rules that say the same share one */
  GHashTable *said;      /* what rules do, to the TcnRuleConfig that does it */
  guint n_always;        /* queries of enabled rules that are tried on every item */
  GPtrArray *feed_names; /* for suggestions, ended by NULL */
  GPtrArray *sink_names;
} TcnRuleReader;

void tcn_rule_reader_init (TcnRuleReader *rules, TcnReader *reader, const TcnIni *ini,
                           const TcnConfig *config, GHashTable *headers);
void tcn_rule_reader_clear (TcnRuleReader *rules);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TcnRuleReader, tcn_rule_reader_clear)

/* Reads one group. Whatever is wrong is reported; the result is then not whole.
 * (transfer full) */
TcnRuleConfig *tcn_rule_config_read (TcnRuleReader *rules, const TcnIniGroup *ini_group);
void tcn_rule_config_free (TcnRuleConfig *rule);

/* Reports names in the list `entry` (nullable) that no sink has. */
void tcn_rule_check_sinks (TcnRuleReader *rules, const TcnIniEntry *entry);

/* Reports the faults of a [define NAME]'s own query. */
void tcn_rule_check_define (TcnRuleReader *rules, const TcnIniGroup *ini_group);

G_END_DECLS
