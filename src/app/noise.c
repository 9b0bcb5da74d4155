/* SPDX-License-Identifier: MIT */
#include "tocsin/noise.h"

#include "tocsin/alerter.h"
#include "tocsin/archive.h"

#define MAX_ITEMS 1000 /* the newest so many say what is usual now */
#define MIN_ITEMS 100  /* of fewer nothing can be said */

typedef struct {
  const TcnConfig *config;
  TcnAlerter *alerter;
  gint64 now_unix;
  guint n_items;
  GHashTable *items; /* TcnFeedConfig to the number of its items */
  GHashTable *hits;  /* TcnRuleConfig to the number of its hits */
} Run;

static void
count (GHashTable *table, gconstpointer key)
{
  guint n = GPOINTER_TO_UINT (g_hash_table_lookup (table, key));

  g_hash_table_insert (table, (gpointer) key, GUINT_TO_POINTER (n + 1));
}

static void
on_alert (const TcnAlert *alert, const TcnRuleConfig *rule, gpointer data)
{
  Run *run = data;

  count (run->hits, rule);
}

static gboolean
on_item (const TcnArchived *archived, gpointer data)
{
  Run *run = data;
  const TcnFeedConfig *feed = tcn_config_find_feed (run->config, archived->feed);
  const TcnSighting sighting = {
    .item = archived->item,
    .item_id = archived->id,
    .feed = feed,
    .feed_title = archived->feed_title,
    .feed_language = archived->feed_language,
    .now_unix = run->now_unix,
  };

  if (feed == NULL)
    return TRUE;
  count (run->items, feed);
  tcn_alerter_run (run->alerter, &sighting, on_alert, run);
  return ++run->n_items < MAX_ITEMS;
}

/* How many of the items were of feeds that the rule watches. */
static guint
count_watched (const Run *run, const TcnRuleConfig *rule)
{
  GHashTableIter iter;
  gpointer feed, n;
  guint sum = 0;

  g_hash_table_iter_init (&iter, run->items);
  while (g_hash_table_iter_next (&iter, &feed, &n))
    if (tcn_rule_applies (rule, feed))
      sum += GPOINTER_TO_UINT (n);
  return sum;
}

static GPtrArray *
pick_noisy (const Run *run)
{
  GPtrArray *noisy = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < run->config->rules->len; i++) {
    const TcnRuleConfig *rule = run->config->rules->pdata[i];
    TcnNoise noise = { .rule = rule };

    noise.n_hits = GPOINTER_TO_UINT (g_hash_table_lookup (run->hits, rule));
    if (noise.n_hits <= MIN_ITEMS / 2)
      continue;
    noise.n_items = count_watched (run, rule);
    if (noise.n_items >= MIN_ITEMS && noise.n_hits > noise.n_items / 2)
      g_ptr_array_add (noisy, g_memdup2 (&noise, sizeof noise));
  }
  return noisy;
}

GPtrArray *
tcn_noise_find (TcnConfig *config, TcnStore *store, gint64 now_unix, guint64 seed,
                GError **error)
{
  const TcnArchiveFilter filter = { .is_newest_first = TRUE };
  g_autoptr (TcnAlerter) alerter = tcn_alerter_new (config, seed);
  g_autoptr (GHashTable) items = g_hash_table_new (NULL, NULL);
  g_autoptr (GHashTable) hits = g_hash_table_new (NULL, NULL);
  Run run = {
    .config = config,
    .alerter = alerter,
    .now_unix = now_unix,
    .items = items,
    .hits = hits,
  };

  return tcn_archive_each (store, &filter, on_item, &run, error) ? pick_noisy (&run)
                                                                 : NULL;
}
