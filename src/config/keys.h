/* SPDX-License-Identifier: MIT */
/*
 * The table of keys, and looking things up in it.
 */
#pragma once

#include "tocsin/config.h"

G_BEGIN_DECLS

/* No kind of group has more keys. */
#define TCN_MAX_GROUP_KEYS 32

/* The rows of the groups of this layer, in the order of tcn_config_key_groups(). */
typedef enum {
  TCN_GROUP_TOCSIN,
  TCN_GROUP_FEED,
  TCN_GROUP_FEEDS,
  TCN_GROUP_RULE,
  TCN_GROUP_DEFINE,
  TCN_N_GROUPS,
} TcnGroupKind;

/* Records that exist only while the file is read. */
typedef struct {
  GStrv opml;
  GStrv list;
} TcnListsGroup;

typedef struct {
  char *query;
  char *query_file;
  char *title;
  char *language;
  gboolean inflect;
  GStrv feeds;
  GStrv not_feeds;
  int urgency;
  GStrv sinks;
  gboolean enabled;
  gint64 until_unix;
  gint64 cooldown_s;
} TcnRuleGroup;

/* The one with that name in an array that ends with a nameless one; NULL if there is none. */
const TcnKeyGroup *tcn_key_group_find (const TcnKeyGroup *groups, const char *name);

/* The row of a key; -1 if there is none. */
int tcn_key_find (const TcnKey *keys, gsize n_keys, const char *name);

/* "did you mean “interval”?" for what looks like a slip for one of the candidates (ended by
 * NULL); else NULL. (transfer full) (nullable) */
char *tcn_key_suggest (const char *word, const char *const *candidates);

/* Why a group may not have that name, as a message; NULL when it may. */
const char *tcn_key_check_name (const char *name);

G_END_DECLS
