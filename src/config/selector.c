/* SPDX-License-Identifier: MIT */
#include "config/selector.h"

struct TcnSelector {
  gatomicrefcount ref_count;
  GHashTable *names; /* sets of char*; NULL while empty */
  GHashTable *tags;
  GPtrArray *globs; /* of GPatternSpec*, nullable */
  GString *written;
};

TcnSelector *
tcn_selector_new (void)
{
  TcnSelector *selector = g_new0 (TcnSelector, 1);

  g_atomic_ref_count_init (&selector->ref_count);
  selector->written = g_string_new (NULL);
  return selector;
}

TcnSelector *
tcn_selector_ref (TcnSelector *selector)
{
  if (selector != NULL)
    g_atomic_ref_count_inc (&selector->ref_count);
  return selector;
}

void
tcn_selector_unref (TcnSelector *selector)
{
  if (selector == NULL || !g_atomic_ref_count_dec (&selector->ref_count))
    return;
  g_clear_pointer (&selector->names, g_hash_table_unref);
  g_clear_pointer (&selector->tags, g_hash_table_unref);
  g_clear_pointer (&selector->globs, g_ptr_array_unref);
  g_string_free (selector->written, TRUE);
  g_free (selector);
}

static void
add_word (GHashTable **set, const char *word)
{
  if (*set == NULL)
    *set = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_hash_table_add (*set, g_strdup (word));
}

static void
write_word (TcnSelector *selector, const char *prefix, const char *word)
{
  g_string_append_printf (selector->written, "%s%s%s",
                          selector->written->len > 0 ? "; " : "", prefix, word);
}

void
tcn_selector_add_name (TcnSelector *selector, const char *name)
{
  add_word (&selector->names, name);
  write_word (selector, "", name);
}

void
tcn_selector_add_tag (TcnSelector *selector, const char *tag)
{
  add_word (&selector->tags, tag);
  write_word (selector, "tag:", tag);
}

void
tcn_selector_add_glob (TcnSelector *selector, const char *glob)
{
  if (selector->globs == NULL)
    selector->globs =
        g_ptr_array_new_with_free_func ((GDestroyNotify) g_pattern_spec_free);
  g_ptr_array_add (selector->globs, g_pattern_spec_new (glob));
  write_word (selector, "", glob);
}

static gboolean
matches (const TcnSelector *selector, const TcnFeedConfig *feed)
{
  if (selector->names != NULL && g_hash_table_contains (selector->names, feed->name))
    return TRUE;
  for (char **tag = feed->tags; selector->tags != NULL && *tag != NULL; tag++)
    if (g_hash_table_contains (selector->tags, *tag))
      return TRUE;
  for (guint i = 0; selector->globs != NULL && i < selector->globs->len; i++)
    if (g_pattern_spec_match_string (selector->globs->pdata[i], feed->name))
      return TRUE;
  return FALSE;
}

char *
tcn_selector_format (const TcnSelector *selector)
{
  return g_strdup (selector->written->str);
}

gboolean
tcn_rule_applies (const TcnRuleConfig *rule, const TcnFeedConfig *feed)
{
  return (rule->feeds == NULL || matches (rule->feeds, feed)) &&
         (rule->not_feeds == NULL || !matches (rule->not_feeds, feed));
}
