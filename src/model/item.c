/* SPDX-License-Identifier: MIT */
#include "tocsin/item.h"

#include <string.h>

#define ID_HEX_DIGITS 20

static const char *const format_names[] = {
  [TCN_FORMAT_RSS_2_0] = "rss2.0",   [TCN_FORMAT_RSS_1_0] = "rss1.0",
  [TCN_FORMAT_RSS_0_9X] = "rss0.9x", [TCN_FORMAT_ATOM_1_0] = "atom1.0",
  [TCN_FORMAT_ATOM_0_3] = "atom0.3", [TCN_FORMAT_JSON_1_0] = "json1.0",
  [TCN_FORMAT_JSON_1_1] = "json1.1",
};

static const char *const field_names[TCN_N_FIELDS] = {
  [TCN_FIELD_TITLE] = "title",     [TCN_FIELD_SUMMARY] = "summary",
  [TCN_FIELD_CONTENT] = "content", [TCN_FIELD_AUTHOR] = "author",
  [TCN_FIELD_FEED] = "feed",       [TCN_FIELD_URL] = "url",
  [TCN_FIELD_TAG] = "tag",         [TCN_FIELD_LANG] = "lang",
};

static const char *const why_names[] = {
  [TCN_WHY_SAME] = "same",           [TCN_WHY_FOLDED] = "folded",
  [TCN_WHY_INFLECTED] = "inflected", [TCN_WHY_JOINED] = "joined",
  [TCN_WHY_PREFIX] = "prefix",       [TCN_WHY_SUFFIX] = "suffix",
  [TCN_WHY_INSIDE] = "inside",       [TCN_WHY_EXACT] = "exact",
  [TCN_WHY_REGEX] = "regex",
};

static const char *const urgency_names[] = {
  [TCN_URGENCY_LOW] = "low",
  [TCN_URGENCY_NORMAL] = "normal",
  [TCN_URGENCY_CRITICAL] = "critical",
};

const char *
tcn_feed_format_name (TcnFeedFormat format)
{
  g_return_val_if_fail ((guint) format < G_N_ELEMENTS (format_names), NULL);
  return format_names[format];
}

const char *
tcn_field_name (TcnField field)
{
  g_return_val_if_fail ((guint) field < TCN_N_FIELDS, NULL);
  return field_names[field];
}

const char *
tcn_why_name (TcnWhy why)
{
  g_return_val_if_fail ((guint) why < G_N_ELEMENTS (why_names), NULL);
  return why_names[why];
}

const char *
tcn_urgency_name (TcnUrgency urgency)
{
  g_return_val_if_fail ((guint) urgency < G_N_ELEMENTS (urgency_names), NULL);
  return urgency_names[urgency];
}

static gpointer
copy_enclosure (gconstpointer source, gpointer unused)
{
  TcnEnclosure *copy = g_memdup2 (source, sizeof *copy);

  copy->url = g_strdup (copy->url);
  copy->type = g_strdup (copy->type);
  return copy;
}

static void
free_enclosure (TcnEnclosure *enclosure)
{
  g_free (enclosure->url);
  g_free (enclosure->type);
  g_free (enclosure);
}

TcnItem *
tcn_item_new (void)
{
  TcnItem *item = g_new0 (TcnItem, 1);

  item->published_unix = TCN_TIME_NONE;
  item->updated_unix = TCN_TIME_NONE;
  item->categories = g_ptr_array_new_with_free_func (g_free);
  item->enclosures = g_ptr_array_new_with_free_func ((GDestroyNotify) free_enclosure);
  return item;
}

static gpointer
copy_string (gconstpointer source, gpointer unused)
{
  return g_strdup (source);
}

TcnItem *
tcn_item_copy (const TcnItem *item)
{
  TcnItem *copy = tcn_item_new ();

  copy->guid = g_strdup (item->guid);
  copy->title = g_strdup (item->title);
  copy->link = g_strdup (item->link);
  copy->author = g_strdup (item->author);
  copy->published_unix = item->published_unix;
  copy->updated_unix = item->updated_unix;
  copy->summary = g_strdup (item->summary);
  copy->content = g_strdup (item->content);
  g_ptr_array_extend (copy->categories, item->categories, copy_string, NULL);
  g_ptr_array_extend (copy->enclosures, item->enclosures, copy_enclosure, NULL);
  copy->language = g_strdup (item->language);
  copy->keys = g_strdupv (item->keys);
  return copy;
}

void
tcn_item_free (TcnItem *item)
{
  if (item == NULL)
    return;
  g_free (item->guid);
  g_free (item->title);
  g_free (item->link);
  g_free (item->author);
  g_free (item->summary);
  g_free (item->content);
  g_ptr_array_unref (item->categories);
  g_ptr_array_unref (item->enclosures);
  g_free (item->language);
  g_strfreev (item->keys);
  g_free (item);
}

TcnFeed *
tcn_feed_new (void)
{
  TcnFeed *feed = g_new0 (TcnFeed, 1);

  feed->updated_unix = TCN_TIME_NONE;
  feed->warnings = g_ptr_array_new_with_free_func (g_free);
  return feed;
}

void
tcn_feed_free (TcnFeed *feed)
{
  if (feed == NULL)
    return;
  g_free (feed->title);
  g_free (feed->link);
  g_free (feed->description);
  g_free (feed->language);
  g_free (feed->author);
  g_ptr_array_unref (feed->warnings);
  g_free (feed);
}

TcnMatch *
tcn_match_copy (const TcnMatch *match)
{
  TcnMatch *copy = g_memdup2 (match, sizeof *match);

  copy->text = g_strdup (match->text);
  copy->term = g_strdup (match->term);
  return copy;
}

void
tcn_match_free (TcnMatch *match)
{
  if (match == NULL)
    return;
  g_free (match->text);
  g_free (match->term);
  g_free (match);
}

TcnAlert *
tcn_alert_new (void)
{
  TcnAlert *alert = g_new0 (TcnAlert, 1);

  alert->published_unix = TCN_TIME_NONE;
  alert->urgency = TCN_URGENCY_NORMAL;
  alert->matches = g_ptr_array_new_with_free_func ((GDestroyNotify) tcn_match_free);
  return alert;
}

const char *
tcn_alert_rule_shown (const TcnAlert *alert)
{
  return alert->rule_title != NULL ? alert->rule_title : alert->rule;
}

void
tcn_alert_free (TcnAlert *alert)
{
  if (alert == NULL)
    return;
  g_free (alert->id);
  g_free (alert->rule);
  g_free (alert->rule_title);
  g_free (alert->feed);
  g_free (alert->feed_title);
  g_free (alert->item);
  g_free (alert->title);
  g_free (alert->link);
  g_free (alert->author);
  g_free (alert->language);
  g_free (alert->excerpt);
  g_ptr_array_unref (alert->matches);
  g_free (alert);
}

/* Two parts with a NUL between them: no pair can pass for another one. */
static char *
hash_pair (const char *first, const char *second)
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);

  g_checksum_update (sum, (const guchar *) first, (gssize) strlen (first) + 1);
  g_checksum_update (sum, (const guchar *) second, (gssize) strlen (second));
  return g_strndup (g_checksum_get_string (sum), ID_HEX_DIGITS);
}

char *
tcn_item_id (const char *feed_name, const char *first_key)
{
  g_return_val_if_fail (feed_name != NULL && first_key != NULL, NULL);
  return hash_pair (feed_name, first_key);
}

char *
tcn_alert_id (const char *item_id, const char *rule_name)
{
  g_return_val_if_fail (item_id != NULL && rule_name != NULL, NULL);
  return hash_pair (item_id, rule_name);
}

char *
tcn_language_primary (const char *tag)
{
  gsize n = 0;

  if (tag == NULL)
    return NULL;
  while (g_ascii_isspace (*tag))
    tag++;
  while (g_ascii_isalpha (tag[n]))
    n++;
  if (n < 2 || n > 8 ||
      (tag[n] != '\0' && tag[n] != '-' && tag[n] != '_' && !g_ascii_isspace (tag[n])))
    return NULL;
  return g_ascii_strdown (tag, (gssize) n);
}
