/* SPDX-License-Identifier: MIT */
/* What an item takes from its feed, and what identifies it. */
#include "tocsin/parser.h"

#include <string.h>

#include "tocsin/url.h"

#define KEY_TEXT_BYTES 256 /* of the text that takes part in a key */

void
tcn_item_inherit (TcnItem *item, const TcnFeed *feed)
{
  /* The editor of an RSS channel need not have written what is in it. */
  gboolean is_rss = feed->format == TCN_FORMAT_RSS_2_0 ||
                    feed->format == TCN_FORMAT_RSS_1_0 ||
                    feed->format == TCN_FORMAT_RSS_0_9X;

  if (item->author == NULL && !is_rss)
    item->author = g_strdup (feed->author);
}

/* --- keys ------------------------------------------------------------------------------- */

typedef struct {
  GHashTable *guids; /* the number of items with each */
  GHashTable *links; /* the same for canonical links */
  char *home;        /* the feed's own link, canonical; nullable */
} Census;

static guint
count (GHashTable *table, const char *key)
{
  return GPOINTER_TO_UINT (g_hash_table_lookup (table, key));
}

static void
add_one (GHashTable *table, const char *key)
{
  g_hash_table_insert (table, g_strdup (key), GUINT_TO_POINTER (count (table, key) + 1));
}

static void
take_census (Census *census, const GPtrArray *items, GPtrArray *links,
             const TcnFeed *feed)
{
  census->guids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  census->links = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  census->home = feed->link != NULL ? tcn_url_canonical (feed->link) : NULL;
  for (guint i = 0; i < items->len; i++) {
    const TcnItem *item = g_ptr_array_index (items, i);
    char *link = item->link != NULL ? tcn_url_canonical (item->link) : NULL;

    g_ptr_array_add (links, link);
    if (item->guid != NULL)
      add_one (census->guids, item->guid);
    if (link != NULL)
      add_one (census->links, link);
  }
}

/* A fragment that names a part of a page, and not who sent the reader there. */
static gboolean
has_own_fragment (const char *link)
{
  const char *hash = strchr (link, '#');

  return hash != NULL && hash[1] != '\0' && strchr (hash, '=') == NULL &&
         g_ascii_strcasecmp (hash + 1, "rss") != 0 &&
         g_ascii_strcasecmp (hash + 1, "comments") != 0 &&
         g_ascii_strcasecmp (hash + 1, "respond") != 0;
}

/* Does this link belong to one item only? A page that several items point to, or the feed's
 * home page, does not. */
static gboolean
is_own_link (const Census *census, const TcnItem *item, const char *canonical)
{
  const char *host = strstr (canonical, "://");

  if (!tcn_url_is_openable (canonical) || host == NULL ||
      strpbrk (host + 3, "/?") == NULL)
    return FALSE;
  if (census->home != NULL && strcmp (census->home, canonical) == 0)
    return FALSE;
  return count (census->links, canonical) == 1 && !has_own_fragment (item->link);
}

static char *
text_key (const TcnItem *item, const char *canonical)
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  const char *text = item->content != NULL ? item->content : item->summary;
  const char *const parts[] = { item->title, canonical };

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++) {
    const char *part = parts[i] != NULL ? parts[i] : "";

    g_checksum_update (sum, (const guchar *) part, (gssize) strlen (part) + 1);
  }
  if (text != NULL) {
    g_checksum_update (sum, (const guchar *) text,
                       (gssize) strnlen (text, KEY_TEXT_BYTES));
  } else { /* nothing but a title: the same one on another day is another item */
    g_autofree char *time = g_strdup_printf ("%" G_GINT64_FORMAT, item->published_unix);

    g_checksum_update (sum, (const guchar *) time, -1);
  }
  return g_strconcat ("text:", g_checksum_get_string (sum), NULL);
}

/* A key that is known makes the whole item known, so that a changed guid or title alone does
 * not ring again; hence each key must be one that no other item will have. */
static void
set_keys (TcnItem *item, const Census *census, const char *link)
{
  g_autoptr (GPtrArray) keys = g_ptr_array_new ();
  gboolean has_guid = item->guid != NULL && count (census->guids, item->guid) == 1;
  gboolean has_link = link != NULL && is_own_link (census, item, link);
  g_autofree char *guid_link = has_guid ? tcn_url_canonical (item->guid) : NULL;

  if (has_guid)
    g_ptr_array_add (keys, g_strconcat ("guid:", item->guid, NULL));
  if (has_link && (!has_guid || strcmp (guid_link, link) == 0))
    g_ptr_array_add (keys, g_strconcat ("link:", link, NULL));
  if (has_link && item->title != NULL)
    g_ptr_array_add (keys, g_strconcat ("page:", link, "\n", item->title, NULL));
  if (!has_link)
    g_ptr_array_add (keys, text_key (item, link));
  g_ptr_array_add (keys, NULL);
  g_strfreev (item->keys);
  item->keys = (GStrv) g_ptr_array_free (g_steal_pointer (&keys), FALSE);
}

/* Sets the identity keys of all items of one document, strongest first. Takes them together,
 * because a guid or a link that several of them share identifies none of them. */
static void
identify (const GPtrArray *items, const TcnFeed *feed)
{
  g_autoptr (GPtrArray) links = g_ptr_array_new_with_free_func (g_free);
  Census census;

  take_census (&census, items, links, feed);
  for (guint i = 0; i < items->len; i++)
    set_keys (g_ptr_array_index (items, i), &census, g_ptr_array_index (links, i));
  g_hash_table_unref (census.guids);
  g_hash_table_unref (census.links);
  g_free (census.home);
}

/* --- a whole document ------------------------------------------------------------------- */

static void
collect_item (const TcnItem *item, gpointer items)
{
  g_ptr_array_add (items, tcn_item_copy (item));
}

GPtrArray *
tcn_parse_bytes (const char *bytes, gsize n, const TcnParseOptions *options,
                 TcnFeed **out_feed, GError **error)
{
  g_autoptr (GPtrArray) items =
      g_ptr_array_new_with_free_func ((GDestroyNotify) tcn_item_free);
  g_autoptr (TcnParser) parser = tcn_parser_new (options, collect_item, items);
  g_autoptr (TcnFeed) feed = NULL;

  tcn_parser_push (parser, bytes, n);
  feed = tcn_parser_finish (parser, error);
  if (feed == NULL)
    return NULL;
  for (guint i = 0; i < items->len; i++)
    tcn_item_inherit (g_ptr_array_index (items, i), feed);
  identify (items, feed);
  if (out_feed != NULL)
    *out_feed = g_steal_pointer (&feed);
  return g_steal_pointer (&items);
}
