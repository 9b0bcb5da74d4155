/* SPDX-License-Identifier: MIT */
#include "config/keys.h"

#include <stddef.h>
#include <string.h>

#include "tocsin/limits.h"
#include "tocsin/text.h"

#define MINUTE_S 60
#define HOUR_S (60 * MINUTE_S)
#define DAY_S (24 * HOUR_S)
#define CENTURY_S (36500LL * DAY_S)
#define KIB 1024LL
#define MIB (1024 * KIB)

static const TcnKeyWord interval_words[] = { { "auto", TCN_INTERVAL_AUTO }, { NULL, 0 } };
static const TcnKeyWord backlog_words[] = { { "all", TCN_BACKLOG_ALL },
                                            { "none", TCN_BACKLOG_NONE },
                                            { NULL, 0 } };
static const TcnKeyWord urgency_words[] = {
  { "low", TCN_URGENCY_LOW },
  { "normal", TCN_URGENCY_NORMAL },
  { "critical", TCN_URGENCY_CRITICAL },
  { NULL, 0 },
};

#define SETTING(member) .offset = offsetof (TcnSettings, member)
static const TcnKey tocsin_keys[] = {
  { "interval", TCN_KEY_DURATION, 0, "auto", 1, 365LL * DAY_S, interval_words,
    "how often feeds are polled", SETTING (interval_s) },
  { "backlog", TCN_KEY_DURATION, 0, "1d", 0, CENTURY_S, backlog_words,
    "the age up to which items alert when a feed is first seen", SETTING (backlog_s) },
  { "max-transfers", TCN_KEY_COUNT, 0, "64", 1, 1024, NULL, "transfers at once, in all",
    SETTING (max_transfers) },
  { "host-transfers", TCN_KEY_COUNT, 0, "1", 1, 64, NULL, "transfers at once to one host",
    SETTING (host_transfers) },
  { "host-gap", TCN_KEY_DURATION, 0, "1s", 0, HOUR_S, NULL,
    "the least time between two starts to one host", SETTING (host_gap_s) },
  { "timeout", TCN_KEY_DURATION, 0, "60s", 1, HOUR_S, NULL, "one feed, all in all",
    SETTING (timeout_s) },
  { "max-body", TCN_KEY_SIZE, 0, "8MiB", KIB, 256 * MIB, NULL,
    "decoded bytes of one feed", SETTING (max_body) },
  { "retain", TCN_KEY_DURATION, 0, "90d", 0, CENTURY_S, NULL,
    "how long an item's text stays in the archive", SETTING (retain_s) },
  { "state", TCN_KEY_PATH, TCN_KEY_EXPANDS, NULL, 0, 0, NULL,
    "the directory of the state", SETTING (state) },
  { "language", TCN_KEY_LANGUAGE, 0, NULL, 0, 0, NULL,
    "the language of items that no feed tells", SETTING (language) },
  { "user-agent", TCN_KEY_TEXT, 0, NULL, 0, 0, NULL, "the name given to servers",
    SETTING (user_agent) },
  { "proxy", TCN_KEY_PROXY, TCN_KEY_EXPANDS, NULL, 0, 0, NULL, "the proxy of all feeds",
    SETTING (proxy) },
  { "private-networks", TCN_KEY_FLAG, 0, "no", 0, 0, NULL,
    "whether redirects may lead to private addresses", SETTING (private_networks) },
  { "health", TCN_KEY_LIST, 0, NULL, 0, 0, NULL,
    "where it is told when a feed fails, is empty, recovers, moves, is gone or silent",
    SETTING (health) },
};
#undef SETTING

#define FEED(member) .offset = offsetof (TcnFeedConfig, member)
static const TcnKey feed_keys[] = {
  { "url", TCN_KEY_LOCATION, TCN_KEY_EXPANDS | TCN_KEY_REQUIRED, NULL, 0, 0, NULL,
    "where the feed is", FEED (url) },
  { "title", TCN_KEY_TEXT, 0, NULL, 0, 0, NULL, "shown in place of the feed's own title",
    FEED (title) },
  { "tags", TCN_KEY_LIST, 0, NULL, 0, 0, NULL, "words that rules select feeds by",
    FEED (tags) },
  { "interval", TCN_KEY_DURATION, 0, NULL, 1, 365LL * DAY_S, interval_words,
    "how often it is polled", FEED (interval_s) },
  { "language", TCN_KEY_LANGUAGE, 0, NULL, 0, 0, NULL,
    "the language of its items, whatever it says itself", FEED (language) },
  { "auth", TCN_KEY_AUTH, TCN_KEY_EXPANDS | TCN_KEY_SECRET, NULL, 0, 0, NULL,
    "credentials for its host", FEED (auth) },
  { "header", TCN_KEY_HEADERS, TCN_KEY_EXPANDS | TCN_KEY_SECRET, NULL, 0, 0, NULL,
    "request headers for its host", FEED (headers) },
  { "proxy", TCN_KEY_PROXY, TCN_KEY_EXPANDS, NULL, 0, 0, NULL, "its proxy",
    FEED (proxy) },
  { "netrc", TCN_KEY_FLAG, 0, "yes", 0, 0, NULL,
    "whether a login for its host is taken from ~/.netrc", FEED (netrc) },
  { "tls-ca", TCN_KEY_PATH, TCN_KEY_EXPANDS, NULL, 0, 0, NULL,
    "a file of certificates that its host's is checked against", FEED (tls_ca) },
  { "tls-cert", TCN_KEY_PATH, TCN_KEY_EXPANDS, NULL, 0, 0, NULL,
    "the certificate shown to its host", FEED (tls_cert) },
  { "tls-key", TCN_KEY_PATH, TCN_KEY_EXPANDS, NULL, 0, 0, NULL,
    "the private key of that certificate", FEED (tls_key) },
  { "insecure-tls", TCN_KEY_FLAG, 0, "no", 0, 0, NULL,
    "whether its certificate may be wrong", FEED (insecure_tls) },
  { "enabled", TCN_KEY_FLAG, 0, "yes", 0, 0, NULL, "whether it is polled",
    FEED (enabled) },
};
#undef FEED

static const TcnKey feeds_keys[] = {
  { "opml", TCN_KEY_PATHS, TCN_KEY_EXPANDS, NULL, 0, 0, NULL, "OPML files",
    .offset = offsetof (TcnListsGroup, opml) },
  { "list", TCN_KEY_PATHS, TCN_KEY_EXPANDS, NULL, 0, 0, NULL, "plain lists of URLs",
    .offset = offsetof (TcnListsGroup, list) },
};

/* The record of a rule while it is read: what needs the feeds, the sinks or the rule
 * language stays in the file's own words. */
#define RULE(member) .offset = offsetof (TcnRuleGroup, member)
static const TcnKey rule_keys[] = {
  { "query", TCN_KEY_QUERY, 0, NULL, 0, 0, NULL, "what to watch for", RULE (query) },
  { "query-file", TCN_KEY_PATH, TCN_KEY_EXPANDS, NULL, 0, 0, NULL,
    "a file of queries, one a line, any of which may match", RULE (query_file) },
  { "title", TCN_KEY_TEXT, 0, NULL, 0, 0, NULL, "shown in place of the rule's name",
    RULE (title) },
  { "language", TCN_KEY_LANGUAGE, 0, NULL, 0, 0, NULL,
    "the language of its words, whatever the item says", RULE (language) },
  { "inflect", TCN_KEY_FLAG, 0, "yes", 0, 0, NULL,
    "whether other forms of its words match", RULE (inflect) },
  { "feeds", TCN_KEY_LIST, 0, NULL, 0, 0, NULL,
    "the feeds it watches: names, tag:NAME, globs; all when left out", RULE (feeds) },
  { "not-feeds", TCN_KEY_LIST, 0, NULL, 0, 0, NULL, "the feeds it does not watch",
    RULE (not_feeds) },
  { "urgency", TCN_KEY_CHOICE, 0, "normal", 0, 0, urgency_words, "of its alerts",
    RULE (urgency) },
  { "sinks", TCN_KEY_LIST, 0, NULL, 0, 0, NULL,
    "where its alerts go; everywhere when left out", RULE (sinks) },
  { "enabled", TCN_KEY_FLAG, 0, "yes", 0, 0, NULL, "whether it rings", RULE (enabled) },
  { "until", TCN_KEY_DATE, 0, NULL, 0, 0, NULL, "the last day on which it rings",
    RULE (until_unix) },
  { "cooldown", TCN_KEY_DURATION, 0, "0s", 0, TCN_MAX_COOLDOWN_S, NULL,
    "how long further alerts are held, to arrive together", RULE (cooldown_s) },
};
#undef RULE

static const TcnKey define_keys[] = {
  { "query", TCN_KEY_QUERY, TCN_KEY_REQUIRED, NULL, 0, 0, NULL,
    "what @NAME stands for in queries", .offset = 0 },
};

static const TcnKeyGroup key_groups[] = {
  [TCN_GROUP_TOCSIN] = { "tocsin", tocsin_keys, G_N_ELEMENTS (tocsin_keys) },
  [TCN_GROUP_FEED] = { "feed", feed_keys, G_N_ELEMENTS (feed_keys) },
  [TCN_GROUP_FEEDS] = { "feeds", feeds_keys, G_N_ELEMENTS (feeds_keys) },
  [TCN_GROUP_RULE] = { "rule", rule_keys, G_N_ELEMENTS (rule_keys) },
  [TCN_GROUP_DEFINE] = { "define", define_keys, G_N_ELEMENTS (define_keys) },
  [TCN_N_GROUPS] = { NULL, NULL, 0 },
};

G_STATIC_ASSERT (G_N_ELEMENTS (tocsin_keys) <= TCN_MAX_GROUP_KEYS);
G_STATIC_ASSERT (G_N_ELEMENTS (feed_keys) <= TCN_MAX_GROUP_KEYS);
G_STATIC_ASSERT (G_N_ELEMENTS (rule_keys) <= TCN_MAX_GROUP_KEYS);

const TcnKeyGroup *
tcn_config_key_groups (void)
{
  return key_groups;
}

const TcnKeyGroup *
tcn_key_group_find (const TcnKeyGroup *groups, const char *name)
{
  for (const TcnKeyGroup *group = groups; group->name != NULL; group++)
    if (g_str_equal (group->name, name))
      return group;
  return NULL;
}

int
tcn_key_find (const TcnKey *keys, gsize n_keys, const char *name)
{
  for (gsize i = 0; i < n_keys; i++)
    if (g_str_equal (keys[i].name, name))
      return (int) i;
  return -1;
}

char *
tcn_key_suggest (const char *word, const char *const *candidates)
{
  const char *nearest = tcn_text_nearest (word, candidates);

  return nearest != NULL ? g_strdup_printf ("did you mean “%s”?", nearest) : NULL;
}

/* Names are printed, and feeds and sinks are chosen by them in lists. */
const char *
tcn_key_check_name (const char *name)
{
  g_autofree char *clean = tcn_text_one_line (name);

  if (clean == NULL || !g_str_equal (clean, name))
    return "a name holds single blanks and no invisible characters";
  if (strchr (name, ';') != NULL)
    return "a name holds no “;”, which stands between names";
  if (g_str_has_prefix (name, "tag:"))
    return "a name does not begin with “tag:”, by which tags are told from names";
  return NULL;
}
