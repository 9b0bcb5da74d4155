/* SPDX-License-Identifier: MIT */
#include "config/feeds.h"

#include <string.h>

#include "tocsin/text.h"
#include "tocsin/url.h"

#define HASH_DIGITS 6

TcnFeedConfig *
tcn_feed_config_new (void)
{
  TcnFeedConfig *feed = g_new0 (TcnFeedConfig, 1);

  feed->tags = g_new0 (char *, 1);
  feed->headers = g_new0 (char *, 1);
  feed->netrc = TRUE;
  feed->enabled = TRUE;
  return feed;
}

void
tcn_feed_config_free (TcnFeedConfig *feed)
{
  if (feed == NULL)
    return;
  g_free (feed->name);
  g_free (feed->url);
  g_free (feed->title);
  g_strfreev (feed->tags);
  g_free (feed->language);
  g_free (feed->auth);
  g_free (feed->user);
  g_free (feed->password);
  g_free (feed->bearer);
  g_strfreev (feed->headers);
  g_free (feed->proxy);
  g_free (feed->tls_ca);
  g_free (feed->tls_cert);
  g_free (feed->tls_key);
  g_free (feed->file);
  g_free (feed);
}

/* ';' stands between names in a rule's `feeds`. */
static char *
make_short_name (const char *url)
{
  g_autofree char *raw = tcn_url_short_name (url);
  char *name = tcn_text_one_line (raw);

  if (name == NULL)
    return g_strdup ("feed");
  return strchr (name, ';') != NULL ? g_strdelimit (name, ";", ',') : name;
}

static char *
make_unique (const char *short_name, const char *url, GHashTable *taken,
             gboolean needs_hash)
{
  g_autofree char *hash = NULL;
  char *name;

  if (!needs_hash && (taken == NULL || !g_hash_table_contains (taken, short_name)))
    return g_strdup (short_name);
  hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256, url, -1);
  name = g_strdup_printf ("%s#%.*s", short_name, HASH_DIGITS, hash);
  if (taken == NULL || !g_hash_table_contains (taken, name))
    return name;
  g_free (name);
  return g_strdup_printf ("%s#%s", short_name, hash);
}

char *
tcn_feeds_make_name (const char *url, GHashTable *taken, gboolean needs_hash)
{
  g_autofree char *short_name = make_short_name (url);

  return make_unique (short_name, url, taken, needs_hash);
}

void
tcn_feeds_merge_tags (GStrv *tags, GStrv more)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new ();

  for (char **tag = *tags; *tag != NULL; tag++)
    g_ptr_array_add (all, *tag);
  for (char **tag = more; *tag != NULL; tag++)
    if (!g_strv_contains ((const char *const *) *tags, *tag))
      g_ptr_array_add (all, g_strdup (*tag));
  g_ptr_array_add (all, NULL);
  g_free (*tags);
  *tags = (GStrv) g_ptr_array_free (g_steal_pointer (&all), FALSE);
}

/* Takes the listed feeds that are new; merges the others into those there are. Returns the
 * index of the first new one. */
static guint
take_new (GPtrArray *feeds, GPtrArray *listed)
{
  g_autoptr (GHashTable) by_url = g_hash_table_new (g_str_hash, g_str_equal);
  guint first_new = feeds->len;

  for (guint i = 0; i < feeds->len; i++) {
    TcnFeedConfig *feed = feeds->pdata[i];

    if (!g_hash_table_contains (by_url, feed->url))
      g_hash_table_insert (by_url, feed->url, feed);
  }
  for (guint i = 0; i < listed->len; i++) {
    TcnFeedConfig *feed = listed->pdata[i];
    TcnFeedConfig *known = g_hash_table_lookup (by_url, feed->url);

    if (known == NULL) {
      g_hash_table_insert (by_url, feed->url, feed);
      g_ptr_array_add (feeds, feed);
      continue;
    }
    tcn_feeds_merge_tags (&known->tags, feed->tags);
    if (known->title == NULL)
      known->title = g_steal_pointer (&feed->title);
    tcn_feed_config_free (feed);
  }
  g_ptr_array_set_free_func (listed, NULL);
  g_ptr_array_set_size (listed, 0);
  return first_new;
}

void
tcn_feeds_add_listed (GPtrArray *feeds, GPtrArray *listed)
{
  g_autoptr (GHashTable) taken = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GHashTable) repeated = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GPtrArray) short_names = g_ptr_array_new_with_free_func (g_free);
  guint first_new = take_new (feeds, listed);

  for (guint i = 0; i < first_new; i++)
    g_hash_table_add (taken, ((TcnFeedConfig *) feeds->pdata[i])->name);
  for (guint i = first_new; i < feeds->len; i++) {
    char *name = make_short_name (((TcnFeedConfig *) feeds->pdata[i])->url);

    g_ptr_array_add (short_names, name);
    if (!g_hash_table_add (seen, name))
      g_hash_table_add (repeated, name);
  }
  for (guint i = first_new; i < feeds->len; i++) {
    TcnFeedConfig *feed = feeds->pdata[i];
    const char *name = short_names->pdata[i - first_new];
    gboolean is_repeated =
        g_hash_table_size (repeated) > 0 && g_hash_table_contains (repeated, name);

    feed->name = make_unique (name, feed->url, taken, is_repeated);
    g_hash_table_add (taken, feed->name);
  }
}
