/* SPDX-License-Identifier: MIT */
#include "config/rules.h"

#include <string.h>

#include "config/selector.h"
#include "tocsin/limits.h"

#define TAG_PREFIX "tag:"

/* The sinks that stand in where the file has none; see tocsin.conf(5). */
static const char *const implicit_sinks[] = { "stdout", "desktop", NULL };

/* A word that differs from every name is compared with all of them: not worth it for the
 * thousandth fault. */
#define MAX_SUGGESTIONS 50

void
tcn_rule_config_free (TcnRuleConfig *rule)
{
  if (rule == NULL)
    return;
  g_free (rule->name);
  g_ptr_array_unref (rule->queries);
  g_ptr_array_unref (rule->texts);
  g_free (rule->query_file);
  g_free (rule->language);
  tcn_selector_unref (rule->feeds);
  tcn_selector_unref (rule->not_feeds);
  g_strfreev (rule->sinks);
  g_free (rule->title);
  g_free (rule->file);
  g_free (rule);
}

static GHashTable *
collect_tags (const GPtrArray *feeds)
{
  GHashTable *tags = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < feeds->len; i++)
    for (char **tag = ((TcnFeedConfig *) feeds->pdata[i])->tags; *tag != NULL; tag++)
      g_hash_table_add (tags, *tag);
  return tags;
}

void
tcn_rule_reader_init (TcnRuleReader *rules, TcnReader *reader, const TcnIni *ini,
                      const TcnConfig *config, GHashTable *headers)
{
  *rules = (TcnRuleReader){
    .reader = reader,
    .ini = ini,
    .config = config,
    .headers = headers,
    .tags = collect_tags (config->feeds),
    .selectors = g_hash_table_new_full (g_str_hash, g_str_equal, NULL,
                                        (GDestroyNotify) tcn_selector_unref),
    .said = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL),
    .feed_names = g_ptr_array_new (),
    .sink_names = g_ptr_array_new (),
  };
  for (guint i = 0; i < config->feeds->len; i++)
    g_ptr_array_add (rules->feed_names,
                     ((TcnFeedConfig *) config->feeds->pdata[i])->name);
  g_ptr_array_add (rules->feed_names, NULL);
  for (guint i = 0; i < config->sinks->len; i++)
    g_ptr_array_add (rules->sink_names,
                     (gpointer) tcn_sink_config_name (config->sinks->pdata[i]));
  for (guint i = 0; config->sinks->len == 0 && implicit_sinks[i] != NULL; i++)
    g_ptr_array_add (rules->sink_names, (gpointer) implicit_sinks[i]);
  g_ptr_array_add (rules->sink_names, NULL);
}

void
tcn_rule_reader_clear (TcnRuleReader *rules)
{
  g_clear_pointer (&rules->tags, g_hash_table_unref);
  g_clear_pointer (&rules->selectors, g_hash_table_unref);
  g_clear_pointer (&rules->said, g_hash_table_unref);
  g_clear_pointer (&rules->feed_names, g_ptr_array_unref);
  g_clear_pointer (&rules->sink_names, g_ptr_array_unref);
}

/* ---- Names of feeds and sinks ---- */

static char *
suggest (const TcnRuleReader *rules, const char *word, const GPtrArray *candidates)
{
  return rules->reader->faults->len < MAX_SUGGESTIONS
             ? tcn_key_suggest (word, (const char *const *) candidates->pdata)
             : NULL;
}

static char *
suggest_tag (const TcnRuleReader *rules, const char *word)
{
  g_autofree char **tags = (char **) g_hash_table_get_keys_as_array (rules->tags, NULL);

  return rules->reader->faults->len < MAX_SUGGESTIONS
             ? tcn_key_suggest (word, (const char *const *) tags)
             : NULL;
}

static char *
suggest_feed (const TcnRuleReader *rules, const char *word)
{
  if (g_hash_table_contains (rules->tags, word))
    return g_strdup_printf ("did you mean “" TAG_PREFIX "%s”?", word);
  if (strchr (word, ',') != NULL)
    return g_strdup ("write “;” between names");
  return suggest (rules, word, rules->feed_names);
}

/* A glob that matches nothing is as wrong as a name that is none. */
static gboolean
matches_any (const GPtrArray *feeds, const char *glob)
{
  g_autoptr (GPatternSpec) pattern = g_pattern_spec_new (glob);

  for (guint i = 0; i < feeds->len; i++)
    if (g_pattern_spec_match_string (pattern, ((TcnFeedConfig *) feeds->pdata[i])->name))
      return TRUE;
  return FALSE;
}

static void
add_tag (TcnRuleReader *rules, TcnSelector *selector, const char *tag,
         const TcnPlace *place)
{
  g_autofree char *remedy = NULL;

  tcn_selector_add_tag (selector, tag);
  if (g_hash_table_contains (rules->tags, tag))
    return;
  remedy = suggest_tag (rules, tag);
  tcn_place_error (place, rules->reader->faults, remedy, "no feed has the tag “%s”", tag);
}

static void
add_choice (TcnRuleReader *rules, TcnSelector *selector, const char *word,
            const TcnPlace *place)
{
  GPtrArray *faults = rules->reader->faults;
  g_autofree char *remedy = NULL;

  if (tcn_config_find_feed (rules->config, word) != NULL) {
    tcn_selector_add_name (selector, word);
  } else if (g_str_has_prefix (word, TAG_PREFIX)) {
    const char *tag = word + strlen (TAG_PREFIX);

    add_tag (rules, selector, tag + strspn (tag, " \t"), place);
  } else if (strpbrk (word, "*?") != NULL) {
    tcn_selector_add_glob (selector, word);
    if (!matches_any (rules->config->feeds, word))
      tcn_place_error (place, faults, NULL, "no feed's name matches “%s”", word);
  } else {
    remedy = suggest_feed (rules, word);
    tcn_place_error (place, faults, remedy, "there is no feed “%s”", word);
  }
}

/* The choice that a key of the rule makes; NULL without that key. (transfer full) */
static TcnSelector *
read_selector (TcnRuleReader *rules, const TcnIniEntry *entry)
{
  TcnSelector *known =
      entry != NULL ? g_hash_table_lookup (rules->selectors, entry->value) : NULL;
  gsize cursor = 0, start = 0, end = 0;
  guint n_faults = rules->reader->faults->len;
  TcnSelector *selector;

  if (entry == NULL || known != NULL)
    return tcn_selector_ref (known);
  selector = tcn_selector_new ();
  while (tcn_list_next (entry->value, ";", &cursor, &start, &end)) {
    g_autofree char *word = g_strndup (entry->value + start, end - start);
    TcnPlace place = entry->value_place;

    place.end = place.start + end;
    place.start += start;
    add_choice (rules, selector, word, &place);
  }
  /* One with a fault is not shared: each place has it reported. */
  if (rules->reader->faults->len == n_faults)
    g_hash_table_insert (rules->selectors, entry->value, tcn_selector_ref (selector));
  return selector;
}

/* A sink with a fault of its own is there, all the same. */
static gboolean
has_sink (const TcnRuleReader *rules, const char *name)
{
  g_autofree char *header = g_strconcat ("sink ", name, NULL);

  if (g_hash_table_contains (rules->headers, header))
    return TRUE;
  return rules->config->sinks->len == 0 && g_strv_contains (implicit_sinks, name);
}

void
tcn_rule_check_sinks (TcnRuleReader *rules, const TcnIniEntry *entry)
{
  gsize cursor = 0, start = 0, end = 0;

  while (entry != NULL && tcn_list_next (entry->value, ";", &cursor, &start, &end)) {
    g_autofree char *word = g_strndup (entry->value + start, end - start);
    g_autofree char *remedy = NULL;
    TcnPlace place = entry->value_place;

    if (has_sink (rules, word))
      continue;
    place.end = place.start + end;
    place.start += start;
    remedy = suggest (rules, word, rules->sink_names);
    tcn_place_error (&place, rules->reader->faults, remedy, "there is no sink “%s”",
                     word);
  }
}

/* ---- Queries ---- */

/* `subject` is "rule NAME" or "define NAME". (transfer full) (nullable) */
static TcnQuery *
compile (const TcnRuleReader *rules, const TcnQueryOptions *options,
         const TcnPlace *place, const char *subject)
{
  g_autofree char *text = g_strndup (tcn_place_text (place), place->end - place->start);
  g_autoptr (GPtrArray) faults =
      g_ptr_array_new_with_free_func ((GDestroyNotify) tcn_fault_free);
  TcnQuery *query = tcn_query_parse (text, options, faults);

  for (guint i = 0; i < faults->len; i++) {
    const TcnFault *fault = faults->pdata[i];
    TcnPlace where = *place;

    where.start = place->start + fault->start;
    where.end = place->start + fault->end;
    if (fault->is_warning)
      tcn_place_warn (&where, rules->reader->faults, fault->remedy, "%s: %s", subject,
                      fault->message);
    else
      tcn_place_error (&where, rules->reader->faults, fault->remedy, "%s: %s", subject,
                       fault->message);
  }
  return query;
}

static void
add_query (TcnRuleReader *rules, TcnRuleConfig *rule, const TcnPlace *place,
           const char *subject)
{
  TcnQueryOptions options = {
    .language = rule->language,
    .no_inflect = !rule->inflect,
    .defines = rules->defines,
  };
  TcnQuery *query = compile (rules, &options, place, subject);

  if (query == NULL)
    return;
  if (rule->enabled && tcn_query_is_always_tried (query) &&
      ++rules->n_always == TCN_MAX_ALWAYS_QUERIES + 1)
    tcn_place_error (
        place, rules->reader->faults,
        "give regular expressions three letters in a row that each match has",
        "%s: more than %u queries are tried on every item", subject,
        TCN_MAX_ALWAYS_QUERIES);
  g_ptr_array_add (rule->queries, query);
  g_ptr_array_add (rule->texts,
                   g_strndup (tcn_place_text (place), place->end - place->start));
}

/* A query on each line; the rule rings for any of them. */
static void
read_query_file (TcnRuleReader *rules, TcnRuleConfig *rule, const char *path,
                 const TcnPlace *place, const char *subject)
{
  const TcnSource *source = tcn_reader_open (rules->reader, path, place);
  gboolean is_empty = TRUE;
  TcnLines lines;
  TcnPlace line;

  if (source == NULL)
    return;
  tcn_lines_init (&lines, source, rules->reader->faults);
  while (tcn_lines_next (&lines, "#", &line)) {
    is_empty = FALSE;
    add_query (rules, rule, &line, subject);
  }
  if (is_empty)
    tcn_place_error (place, rules->reader->faults, NULL, "there is no query in “%s”",
                     path);
}

static void
read_queries (TcnRuleReader *rules, TcnRuleConfig *rule, const TcnGroup *group,
              const TcnRuleGroup *raw)
{
  const TcnIniEntry *query = tcn_group_entry (group, "query");
  const TcnIniEntry *file = tcn_group_entry (group, "query-file");
  g_autofree char *subject = g_strdup_printf ("rule %s", rule->name);

  if (query == NULL && file == NULL && !tcn_group_is_misspelt (group, "query"))
    tcn_place_error (&group->ini_group->place, rules->reader->faults, NULL,
                     "“query” is missing");
  if (query != NULL && file != NULL)
    tcn_place_error (&file->key_place, rules->reader->faults, "keep one of them",
                     "both “query” and “query-file”");
  if (query != NULL && raw->query != NULL)
    add_query (rules, rule, &query->value_place, subject);
  else if (file != NULL && raw->query_file != NULL)
    read_query_file (rules, rule, raw->query_file, &file->value_place, subject);
}

void
tcn_rule_check_define (TcnRuleReader *rules, const TcnIniGroup *ini_group)
{
  TcnQueryOptions options = { .defines = rules->defines };
  g_autofree char *subject = g_strdup_printf ("define %s", ini_group->name);

  for (guint i = 0; i < ini_group->n_entries; i++) {
    const TcnIniEntry *entry =
        &g_array_index (rules->ini->entries, TcnIniEntry, ini_group->first_entry + i);

    if (g_str_equal (entry->key, "query") && *entry->value != '\0')
      tcn_query_unref (compile (rules, &options, &entry->value_place, subject));
  }
}

/* ---- The group ---- */

/* A language of which no other forms are known has no effect. */
static void
check_language (TcnRuleReader *rules, const TcnRuleConfig *rule, const TcnIniEntry *entry)
{
  if (rule->language != NULL && rule->inflect && !tcn_query_inflects (rule->language))
    tcn_place_warn (&entry->value_place, rules->reader->faults, NULL,
                    "no other forms of words are known in the language “%s”",
                    rule->language);
}

/* Can the rule ring at all? What is chosen alone is known to be something. */
static void
check_choice (TcnRuleReader *rules, const TcnRuleConfig *rule, const TcnIniEntry *entry)
{
  const GPtrArray *feeds = rules->config->feeds;

  if (entry == NULL)
    return;
  for (guint i = 0; i < feeds->len; i++)
    if (tcn_rule_applies (rule, feeds->pdata[i]))
      return;
  tcn_place_warn (&entry->value_place, rules->reader->faults, NULL,
                  "this leaves no feed that the rule watches");
}

static char *
get_value (const TcnGroup *group, const char *key)
{
  const TcnIniEntry *entry = tcn_group_entry (group, key);

  return entry != NULL ? entry->value : (char *) "";
}

/* Two rules that do the same ring twice for each item. */
static void
check_repeated (TcnRuleReader *rules, TcnRuleConfig *rule, const TcnGroup *group)
{
  static const char *const keys[] = { "query", "query-file", "language", "inflect",
                                      "feeds", "not-feeds",  "urgency",  "sinks",
                                      "until", "cooldown",   NULL };
  GString *all = g_string_new (NULL);
  const TcnRuleConfig *first;

  for (const char *const *key = keys; *key != NULL; key++)
    g_string_append_printf (all, "%s\n", get_value (group, *key));
  first = g_hash_table_lookup (rules->said, all->str);
  if (first == NULL) {
    g_hash_table_insert (rules->said, g_string_free (all, FALSE), rule);
    return;
  }
  g_string_free (all, TRUE);
  if (first->enabled && rule->enabled)
    tcn_place_warn (&group->ini_group->place, rules->reader->faults, NULL,
                    "the rule “%s” does the same", first->name);
}

TcnRuleConfig *
tcn_rule_config_read (TcnRuleReader *rules, const TcnIniGroup *ini_group)
{
  TcnRuleConfig *rule = g_new0 (TcnRuleConfig, 1);
  TcnRuleGroup raw = { .until_unix = TCN_TIME_NONE };
  TcnGroup group;

  tcn_group_init (&group, rules->reader, rules->ini, ini_group,
                  &tcn_config_key_groups ()[TCN_GROUP_RULE], NULL);
  tcn_group_fill (&group, &raw);
  rule->name = g_strdup (ini_group->name);
  rule->queries = g_ptr_array_new_with_free_func ((GDestroyNotify) tcn_query_unref);
  rule->texts = g_ptr_array_new_with_free_func (g_free);
  rule->language = g_steal_pointer (&raw.language);
  rule->inflect = raw.inflect;
  rule->feeds = read_selector (rules, tcn_group_entry (&group, "feeds"));
  rule->not_feeds = read_selector (rules, tcn_group_entry (&group, "not-feeds"));
  rule->urgency = (TcnUrgency) raw.urgency;
  tcn_rule_check_sinks (rules, tcn_group_entry (&group, "sinks"));
  rule->sinks = g_steal_pointer (&raw.sinks);
  rule->enabled = raw.enabled;
  rule->until_unix = raw.until_unix;
  rule->cooldown_s = raw.cooldown_s;
  rule->title = g_steal_pointer (&raw.title);
  rule->file = g_strdup (ini_group->place.source->path);
  rule->line = ini_group->place.line;
  read_queries (rules, rule, &group, &raw);
  check_language (rules, rule, tcn_group_entry (&group, "language"));
  check_choice (rules, rule, tcn_group_entry (&group, "not-feeds"));
  if (rule->queries->len > 0)
    check_repeated (rules, rule, &group);
  g_free (raw.query);
  rule->query_file = g_steal_pointer (&raw.query_file);
  g_strfreev (raw.feeds);
  g_strfreev (raw.not_feeds);
  return rule;
}
