/* SPDX-License-Identifier: MIT */
#include "roster.h"

#include <string.h>

GHashTable *
tcn_roster_sync (TcnStore *store, const TcnConfig *config, gint64 now_unix,
                 GError **error)
{
  g_autofree TcnFeedRef *refs = g_new0 (TcnFeedRef, config->feeds->len);

  for (guint i = 0; i < config->feeds->len; i++) {
    const TcnFeedConfig *feed = config->feeds->pdata[i];

    refs[i] = (TcnFeedRef){ .name = feed->name, .url = feed->url };
  }
  return tcn_feeds_sync (store, refs, config->feeds->len, now_unix, error);
}

/* By name; they are in the table only from then on. (transfer full) */
static GHashTable *
index_by_name (GPtrArray *roster, GDestroyNotify forget)
{
  GHashTable *table = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, forget);

  for (guint i = 0; i < roster->len; i++) {
    TcnWatched *one = roster->pdata[i];

    g_hash_table_insert (table, one->config->name, one);
  }
  g_ptr_array_set_free_func (roster, NULL);
  g_ptr_array_unref (roster);
  return table;
}

static TcnWatched *
keep_or_make (TcnWatch *watch, const TcnFeedConfig *feed, GHashTable *before)
{
  TcnWatched *known = before != NULL ? g_hash_table_lookup (before, feed->name) : NULL;

  if (known == NULL || strcmp (known->config->url, feed->url) != 0)
    return tcn_watched_new (watch);
  g_hash_table_steal (before, feed->name);
  tcn_fetch_options_unref (known->options);
  return known;
}

GPtrArray *
tcn_roster_make (TcnWatch *watch, const TcnConfig *config, GHashTable *states,
                 GPtrArray *before, GDestroyNotify forget)
{
  GPtrArray *roster = g_ptr_array_new_with_free_func (forget);
  g_autoptr (GHashTable) known = before != NULL ? index_by_name (before, forget) : NULL;

  for (guint i = 0; i < config->feeds->len; i++) {
    const TcnFeedConfig *feed = config->feeds->pdata[i];
    TcnWatched *watched = NULL;

    if (!feed->enabled)
      continue;
    watched = keep_or_make (watch, feed, known);
    watched->config = feed;
    watched->state = g_hash_table_lookup (states, feed->name);
    watched->options = tcn_watched_options (feed);
    g_ptr_array_add (roster, watched);
  }
  return roster;
}

void
tcn_roster_replan (GPtrArray *roster, TcnFetcher *fetcher, gint64 gap_s, gint64 now_unix)
{
  for (guint i = 0; i < roster->len; i++) {
    TcnWatched *watched = roster->pdata[i];
    const TcnSchedulePolicy policy = tcn_watched_policy (watched);

    tcn_schedule_replan (&watched->state->schedule, &policy, now_unix,
                         g_random_double ());
    tcn_watched_keep_gap (watched, fetcher, gap_s, now_unix);
  }
}
