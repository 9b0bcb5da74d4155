/* SPDX-License-Identifier: MIT */
#include "tocsin/config.h"

#include <string.h>

#include "config/certificates.h"
#include "config/faults.h"
#include "config/feeds.h"
#include "config/lists.h"
#include "config/rules.h"
#include "config/sinks.h"
#include "tocsin/text.h"
#include "tocsin/url.h"

#define HASTY_INTERVAL_S 300
#define BEARER "bearer "

/* What the record is inside: its public part first, so that one pointer serves for both. */
typedef struct {
  TcnConfig config;
  gatomicrefcount ref_count;
  GHashTable *feeds; /* by name; borrowed from the arrays */
  GHashTable *rules;
  GHashTable *sinks;
} Holder;

/* One load under way. */
typedef struct {
  TcnReader reader;
  const TcnKeyGroup *sink_types;
  Holder *holder;
  TcnIni *ini;
  GHashTable *groups;     /* headers that were seen, to the TcnIniGroup */
  GPtrArray *listed;      /* of TcnFeedConfig*, without names */
  GPtrArray *rule_groups; /* of TcnIniGroup*: they are read when all feeds are known */
  GPtrArray *define_groups;
  const TcnIniEntry *health; /* of [tocsin], nullable */
  TcnDefines *defines;
} Load;

/* ---- The record ---- */

static void
free_define (gpointer data)
{
  TcnDefineConfig *define = data;

  g_free (define->name);
  g_free (define->text);
  g_free (define);
}

static Holder *
create_holder (const char *path)
{
  Holder *holder = g_new0 (Holder, 1);
  TcnConfig *config = &holder->config;

  g_atomic_ref_count_init (&holder->ref_count);
  config->path = g_strdup (path);
  config->feeds = g_ptr_array_new_with_free_func ((GDestroyNotify) tcn_feed_config_free);
  config->rules = g_ptr_array_new_with_free_func ((GDestroyNotify) tcn_rule_config_free);
  config->sinks = g_ptr_array_new_with_free_func ((GDestroyNotify) tcn_sink_config_unref);
  config->defines = g_ptr_array_new_with_free_func (free_define);
  holder->feeds = g_hash_table_new (g_str_hash, g_str_equal);
  holder->rules = g_hash_table_new (g_str_hash, g_str_equal);
  holder->sinks = g_hash_table_new (g_str_hash, g_str_equal);
  return holder;
}

TcnConfig *
tcn_config_ref (TcnConfig *config)
{
  g_atomic_ref_count_inc (&((Holder *) config)->ref_count);
  return config;
}

void
tcn_config_unref (TcnConfig *config)
{
  Holder *holder = (Holder *) config;

  if (config == NULL || !g_atomic_ref_count_dec (&holder->ref_count))
    return;
  g_hash_table_unref (holder->feeds);
  g_hash_table_unref (holder->rules);
  g_hash_table_unref (holder->sinks);
  g_ptr_array_unref (config->feeds);
  g_ptr_array_unref (config->rules);
  g_ptr_array_unref (config->sinks);
  g_ptr_array_unref (config->defines);
  g_free (config->settings.state);
  g_free (config->settings.language);
  g_free (config->settings.user_agent);
  g_free (config->settings.proxy);
  g_strfreev (config->settings.health);
  g_free (config->path);
  g_free (holder);
}

const TcnFeedConfig *
tcn_config_find_feed (const TcnConfig *config, const char *name)
{
  return g_hash_table_lookup (((const Holder *) config)->feeds, name);
}

const TcnRuleConfig *
tcn_config_find_rule (const TcnConfig *config, const char *name)
{
  return g_hash_table_lookup (((const Holder *) config)->rules, name);
}

const TcnSinkConfig *
tcn_config_find_sink (const TcnConfig *config, const char *name)
{
  return g_hash_table_lookup (((const Holder *) config)->sinks, name);
}

/* ---- Group headers ---- */

static void
report_kind (Load *load, const TcnIniGroup *group)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  g_autofree char *remedy = NULL;
  TcnPlace place = group->place;

  for (const TcnKeyGroup *kind = tcn_config_key_groups (); kind->name != NULL; kind++)
    g_ptr_array_add (names, (gpointer) kind->name);
  g_ptr_array_add (names, (gpointer) "sink");
  g_ptr_array_add (names, NULL);
  remedy = tcn_key_suggest (group->kind, (const char *const *) names->pdata);
  place.end = MIN (place.end, group->name_place.end);
  tcn_place_error (&place, load->reader.faults,
                   remedy != NULL ? remedy
                                  : "there are: tocsin, feed, feeds, rule, define, sink",
                   "unknown group “[%s]”", group->kind);
}

static gboolean
is_define_name (const char *name)
{
  for (; *name != '\0'; name = g_utf8_next_char (name)) {
    gunichar c = g_utf8_get_char (name);

    if (!g_unichar_isalnum (c) && !g_unichar_ismark (c) && c != '-' && c != '_')
      return FALSE;
  }
  return TRUE;
}

static gboolean
check_name (Load *load, const TcnIniGroup *group)
{
  const char *problem = tcn_key_check_name (group->name);

  if (problem == NULL && g_str_equal (group->kind, "define") &&
      !is_define_name (group->name))
    problem = "the name of a definition is letters, digits, “-” and “_”";
  if (problem != NULL)
    tcn_place_error (&group->name_place, load->reader.faults, NULL, "%s", problem);
  return problem == NULL;
}

/* Is the group one of ours, named as it should be, and the first of its name? */
static gboolean
check_header (Load *load, const TcnIniGroup *group)
{
  GPtrArray *faults = load->reader.faults;
  gboolean is_sink = g_str_equal (group->kind, "sink");
  gboolean has_name =
      !g_str_equal (group->kind, "tocsin") && !g_str_equal (group->kind, "feeds");
  g_autofree char *header =
      g_strdup_printf ("%s %s", group->kind, group->name != NULL ? group->name : "");
  const TcnIniGroup *first = g_hash_table_lookup (load->groups, header);

  if (!is_sink && tcn_key_group_find (tcn_config_key_groups (), group->kind) == NULL) {
    report_kind (load, group);
    return FALSE;
  }
  if (has_name != (group->name != NULL)) {
    g_autofree char *remedy = has_name ? g_strdup_printf ("write [%s NAME]", group->kind)
                                       : g_strdup_printf ("write [%s]", group->kind);

    tcn_place_error (&group->name_place, faults, remedy,
                     has_name ? "“[%s]” needs a name" : "“[%s]” takes no name",
                     group->kind);
    return FALSE;
  }
  if (first != NULL) {
    tcn_place_error (&group->place, faults, NULL, "the group is already in line %u",
                     first->place.line);
    return FALSE;
  }
  g_hash_table_insert (load->groups, g_steal_pointer (&header), (gpointer) group);
  return group->name == NULL || check_name (load, group);
}

/* ---- Groups ---- */

static void
open_group (Load *load, TcnGroup *out, const TcnIniGroup *ini_group, TcnGroupKind kind)
{
  tcn_group_init (out, &load->reader, load->ini, ini_group,
                  &tcn_config_key_groups ()[kind], NULL);
}

static void
warn_hasty (Load *load, const TcnIniEntry *entry, gint64 interval_s)
{
  if (entry != NULL && interval_s != TCN_INTERVAL_AUTO && interval_s < HASTY_INTERVAL_S)
    tcn_place_warn (&entry->value_place, load->reader.faults,
                    "15m is often enough for most feeds",
                    "polls less than 5 minutes apart are a burden to the server");
}

static void
read_tocsin (Load *load, const TcnIniGroup *ini_group)
{
  TcnSettings *settings = &load->holder->config.settings;
  TcnGroup group;

  open_group (load, &group, ini_group, TCN_GROUP_TOCSIN);
  tcn_group_fill (&group, settings);
  warn_hasty (load, tcn_group_entry (&group, "interval"), settings->interval_s);
  load->health = tcn_group_entry (&group, "health");
}

/* Without the group all its defaults hold. */
static void
read_defaults (Load *load, const TcnSource *source)
{
  TcnIniGroup empty = { .kind = (char *) "tocsin", .place = { .source = source } };

  read_tocsin (load, &empty);
}

/* A URL without its scheme would be looked for on the disk for ever. */
static void
warn_schemeless (Load *load, const TcnIniEntry *entry)
{
  const char *slash = strchr (entry->value, '/');
  const char *dot = strchr (entry->value, '.');
  g_autofree char *remedy = NULL;

  if (slash == NULL || dot == NULL || dot > slash ||
      strchr ("./~$", *entry->value) != NULL)
    return;
  remedy = g_strdup_printf ("write https://%s, or ./%s for a file", entry->value,
                            entry->value);
  tcn_place_warn (&entry->value_place, load->reader.faults, remedy,
                  "a URL without https:// is read as a path");
}

static void
read_feed (Load *load, const TcnIniGroup *ini_group)
{
  GPtrArray *feeds = load->holder->config.feeds;
  TcnFeedConfig *feed = tcn_feed_config_new ();
  const TcnIniEntry *url, *interval;
  TcnGroup group;

  open_group (load, &group, ini_group, TCN_GROUP_FEED);
  g_clear_pointer (&feed->tags, g_strfreev);
  g_clear_pointer (&feed->headers, g_strfreev);
  tcn_group_fill (&group, feed);
  if (feed->tags == NULL)
    feed->tags = g_new0 (char *, 1);
  if (feed->headers == NULL)
    feed->headers = g_new0 (char *, 1);
  feed->name = g_strdup (ini_group->name);
  feed->file = g_strdup (ini_group->place.source->path);
  feed->line = ini_group->place.line;
  url = tcn_group_entry (&group, "url");
  interval = tcn_group_entry (&group, "interval");
  feed->has_own_interval = interval != NULL;
  if (feed->url == NULL)
    feed->url = g_strdup ("");
  else if (url != NULL && tcn_reader_is_path (feed->url))
    warn_schemeless (load, url);
  else
    warn_hasty (load, interval, feed->interval_s);
  tcn_certificates_check (&group, feed);
  g_ptr_array_add (feeds, feed);
}

/* Each path of the key: opened, and read by `read`. */
static void
read_lists (Load *load, const TcnGroup *group, const char *key, GStrv paths,
            void (*read) (TcnReader *, const TcnSource *, GPtrArray *))
{
  const TcnIniEntry *entry = tcn_group_entry (group, key);
  gsize cursor = 0, start = 0, end = 0;

  for (char **path = paths; path != NULL && *path != NULL; path++) {
    const TcnSource *source = NULL;
    TcnPlace place = entry->value_place;
    g_auto (TcnSlip) slip = { 0 };
    g_autofree char *full = NULL;

    if (strstr (entry->value, "${") == NULL && g_str_equal (entry->key, key) &&
        tcn_list_next (entry->value, ";", &cursor, &start, &end)) {
      place.end = place.start + end;
      place.start += start;
    }
    full = tcn_reader_expand_path (&load->reader, *path, place.source->directory, &slip);
    if (full == NULL)
      tcn_place_error (&place, load->reader.faults, slip.remedy, "%s", slip.message);
    else
      source = tcn_reader_open (&load->reader, full, &place);
    if (source != NULL)
      read (&load->reader, source, load->listed);
  }
}

static void
read_feeds (Load *load, const TcnIniGroup *ini_group)
{
  TcnListsGroup lists = { 0 };
  TcnGroup group;

  open_group (load, &group, ini_group, TCN_GROUP_FEEDS);
  tcn_group_fill (&group, &lists);
  read_lists (load, &group, "opml", lists.opml, tcn_list_read_opml);
  read_lists (load, &group, "list", lists.list, tcn_list_read);
  g_strfreev (lists.opml);
  g_strfreev (lists.list);
}

static void
read_define (Load *load, const TcnIniGroup *ini_group)
{
  TcnDefineConfig *define;
  TcnValue value = { 0 };
  TcnGroup group;

  open_group (load, &group, ini_group, TCN_GROUP_DEFINE);
  g_ptr_array_add (load->define_groups, (gpointer) ini_group);
  if (!tcn_group_get (&group, 0, &value))
    return;
  define = g_new0 (TcnDefineConfig, 1);
  define->name = g_strdup (ini_group->name);
  define->text = value.text;
  g_ptr_array_add (load->holder->config.defines, define);
  tcn_defines_add (load->defines, define->name, define->text);
}

static void
read_group (Load *load, const TcnIniGroup *group)
{
  TcnSinkConfig *sink;

  if (!check_header (load, group))
    return;
  if (g_str_equal (group->kind, "tocsin")) {
    read_tocsin (load, group);
  } else if (g_str_equal (group->kind, "feed")) {
    read_feed (load, group);
  } else if (g_str_equal (group->kind, "feeds")) {
    read_feeds (load, group);
  } else if (g_str_equal (group->kind, "rule")) {
    g_ptr_array_add (load->rule_groups, (gpointer) group);
  } else if (g_str_equal (group->kind, "define")) {
    read_define (load, group);
  } else {
    sink = tcn_sink_config_read (&load->reader, load->ini, group, load->sink_types);
    if (sink != NULL)
      g_ptr_array_add (load->holder->config.sinks, sink);
  }
}

/* ---- All together ---- */

/* Two names for one URL are polled twice and ring twice. */
static void
warn_doubles (Load *load, const GPtrArray *feeds)
{
  g_autoptr (GHashTable) by_url = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < feeds->len; i++) {
    TcnFeedConfig *feed = feeds->pdata[i];
    const TcnFeedConfig *first = g_hash_table_lookup (by_url, feed->url);
    g_autofree char *header = g_strconcat ("feed ", feed->name, NULL);
    const TcnIniGroup *group = g_hash_table_lookup (load->groups, header);

    if (*feed->url == '\0')
      continue;
    if (first == NULL)
      g_hash_table_insert (by_url, feed->url, feed);
    else if (group != NULL)
      tcn_place_warn (&group->place, load->reader.faults, NULL,
                      "the feed “%s” has the same URL: it is polled twice", first->name);
  }
}

/* Splits `auth`, and fills in what feeds take from [tocsin]. */
static void
complete_feed (TcnFeedConfig *feed, const TcnSettings *settings)
{
  if (!feed->has_own_interval)
    feed->interval_s = settings->interval_s;
  if (feed->proxy == NULL)
    feed->proxy = g_strdup (settings->proxy);
  if (feed->auth == NULL)
    return;
  if (g_str_has_prefix (feed->auth, BEARER)) {
    feed->bearer = g_strdup (feed->auth + strlen (BEARER));
  } else {
    const char *colon = strchr (feed->auth, ':');

    feed->user = g_strndup (feed->auth, (gsize) (colon - feed->auth));
    feed->password = g_strdup (colon + 1);
  }
}

static void
complete_feeds (Load *load)
{
  TcnConfig *config = &load->holder->config;

  warn_doubles (load, config->feeds);
  tcn_feeds_add_listed (config->feeds, load->listed);
  for (guint i = 0; i < config->feeds->len; i++) {
    TcnFeedConfig *feed = config->feeds->pdata[i];

    complete_feed (feed, &config->settings);
    g_hash_table_insert (load->holder->feeds, feed->name, feed);
  }
  for (guint i = 0; i < config->sinks->len; i++)
    g_hash_table_insert (load->holder->sinks,
                         (gpointer) tcn_sink_config_name (config->sinks->pdata[i]),
                         config->sinks->pdata[i]);
}

static void
read_rules (Load *load)
{
  TcnConfig *config = &load->holder->config;
  g_auto (TcnRuleReader) rules = { 0 };

  tcn_rule_reader_init (&rules, &load->reader, load->ini, config, load->groups);
  rules.defines = load->defines;
  tcn_rule_check_sinks (&rules, load->health);
  for (guint i = 0; i < load->define_groups->len; i++)
    tcn_rule_check_define (&rules, load->define_groups->pdata[i]);
  for (guint i = 0; i < load->rule_groups->len; i++) {
    TcnRuleConfig *rule = tcn_rule_config_read (&rules, load->rule_groups->pdata[i]);

    g_ptr_array_add (config->rules, rule);
    g_hash_table_insert (load->holder->rules, rule->name, rule);
  }
}

static void
read_all (Load *load, const TcnSource *source)
{
  GArray *groups;

  load->ini = tcn_ini_scan (source, load->reader.faults);
  groups = load->ini->groups;
  for (guint i = 0; i < groups->len; i++)
    read_group (load, &g_array_index (groups, TcnIniGroup, i));
  if (!g_hash_table_contains (load->groups, "tocsin "))
    read_defaults (load, source);
  complete_feeds (load);
  read_rules (load);
}

static void
clear_load (Load *load)
{
  g_hash_table_unref (load->groups);
  g_ptr_array_unref (load->listed);
  g_ptr_array_unref (load->rule_groups);
  g_ptr_array_unref (load->define_groups);
  tcn_defines_free (load->defines);
  tcn_ini_free (load->ini);
  tcn_reader_clear (&load->reader);
}

/* `bytes` is NULL for a file that is still to be read. */
static TcnConfig *
load_source (const char *path, GBytes *bytes, const TcnLoader *loader,
             const TcnKeyGroup *sink_types, GPtrArray *faults)
{
  guint n_before = faults->len;
  g_autoptr (GBytes) nothing = g_bytes_new_static ("", 0);
  g_autoptr (TcnSource) named =
      tcn_source_new (path, bytes != NULL ? bytes : nothing, FALSE);
  TcnPlace whole = { .source = named };
  const TcnSource *source = named;
  g_autoptr (TcnConfig) config = NULL;
  Load load = {
    .sink_types = sink_types,
    .holder = create_holder (path),
    .groups = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL),
    .listed = g_ptr_array_new (),
    .rule_groups = g_ptr_array_new (),
    .define_groups = g_ptr_array_new (),
    .defines = tcn_defines_new (),
  };

  config = &load.holder->config;
  tcn_reader_init (&load.reader, loader, faults);
  if (bytes == NULL)
    source = tcn_reader_open (&load.reader, path, &whole);
  if (source != NULL)
    read_all (&load, source);
  clear_load (&load);
  tcn_faults_sort (faults, path);
  return tcn_faults_have_error (faults, n_before) ? NULL : g_steal_pointer (&config);
}

TcnConfig *
tcn_config_load (const char *path, const TcnLoader *loader, const TcnKeyGroup *sink_types,
                 GPtrArray *faults)
{
  return load_source (path, NULL, loader, sink_types, faults);
}

TcnConfig *
tcn_config_load_bytes (const char *path, GBytes *bytes, const TcnLoader *loader,
                       const TcnKeyGroup *sink_types, GPtrArray *faults)
{
  return load_source (path, bytes, loader, sink_types, faults);
}
