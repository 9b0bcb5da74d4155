/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "config/keys.h"
#include "config/selector.h"
#include "config/sinks.h"
#include "tocsin/query.h"
#include "tocsin/text.h"
#include "tocsin/url.h"

#define HIDDEN "***"

/* ---- Faults ---- */

void
tcn_config_fault_print (GString *out, const TcnConfigFault *fault)
{
  g_autofree char *name = g_filename_display_name (fault->file);
  g_autofree char *place = g_strdup_printf ("%s:%u", name, fault->line);
  TcnFaultPlace where = { .place = place, .line = fault->source_line };
  TcnFault what = {
    .start = fault->start,
    .end = fault->end,
    .is_warning = fault->is_warning,
    .message = fault->message,
    .remedy = fault->remedy,
  };

  const gsize from = out->len;

  if (fault->line > 0) {
    tcn_fault_print (out, &what, &where);
  } else {
    g_string_append_printf (out, "%s: %s%s\n", name, fault->is_warning ? "warning: " : "",
                            fault->message);
    if (fault->remedy != NULL)
      g_string_append_printf (out, "  %s\n", fault->remedy);
  }
  /* A list from elsewhere may hold what a terminal obeys. */
  tcn_text_clean_tail (out, from);
}

/* ---- The effective configuration ---- */

/* Of headers the names are kept: they are no secret, and one wants to see them. */
static char *
hide_headers (GStrv headers)
{
  GString *out = g_string_new (NULL);

  for (char **header = headers; header != NULL && *header != NULL; header++)
    g_string_append_printf (out, "%s%.*s: " HIDDEN, out->len > 0 ? " ;; " : "",
                            (int) strcspn (*header, ":"), *header);
  return g_string_free (out, FALSE);
}

static void
print_value (GString *out, const TcnKey *key, const TcnValue *value)
{
  g_autofree char *text = tcn_value_format (key, value);

  if (text == NULL)
    return;
  if (key->type == TCN_KEY_HEADERS) {
    g_free (text);
    text = hide_headers (value->list);
  } else if ((key->flags & TCN_KEY_SECRET) != 0) {
    g_free (text);
    text = g_strdup (HIDDEN);
  } else if (tcn_key_is_text (key) && strstr (text, "://") != NULL &&
             key->type != TCN_KEY_QUERY) {
    char *redacted = tcn_url_redacted (text);

    g_free (text);
    text = redacted;
  }
  g_string_append_printf (out, "%s = %s\n", key->name, text);
}

/* Every key of the group that has a value in the record. */
static void
print_record (GString *out, TcnGroupKind kind, gconstpointer record)
{
  const TcnKeyGroup *group = &tcn_config_key_groups ()[kind];

  for (gsize row = 0; row < group->n_keys; row++) {
    const TcnKey *key = &group->keys[row];
    gconstpointer member = G_STRUCT_MEMBER_P (record, key->offset);
    TcnValue value = { 0 };

    if (tcn_key_is_list (key))
      value.list = *(const GStrv *) member;
    else if (tcn_key_is_text (key))
      value.text = *(char *const *) member;
    else if (key->type == TCN_KEY_FLAG || key->type == TCN_KEY_CHOICE)
      value.number = *(const int *) member;
    else
      value.number = *(const gint64 *) member;
    print_value (out, key, &value);
  }
}

static GStrv
list_selector (const TcnSelector *selector)
{
  g_autofree char *written = selector != NULL ? tcn_selector_format (selector) : NULL;

  return written != NULL ? g_strsplit (written, "; ", -1) : NULL;
}

static void
print_rule (GString *out, const TcnRuleConfig *rule)
{
  g_auto (GStrv) feeds = list_selector (rule->feeds);
  g_auto (GStrv) not_feeds = list_selector (rule->not_feeds);
  TcnRuleGroup record = {
    .query = rule->query_file == NULL ? rule->texts->pdata[0] : NULL,
    .query_file = rule->query_file,
    .title = rule->title,
    .language = rule->language,
    .inflect = rule->inflect,
    .feeds = feeds,
    .not_feeds = not_feeds,
    .urgency = (int) rule->urgency,
    .sinks = rule->sinks,
    .enabled = rule->enabled,
    .until_unix = rule->until_unix,
    .cooldown_s = rule->cooldown_s,
  };

  g_string_append_printf (out, "\n[rule %s]\n", rule->name);
  print_record (out, TCN_GROUP_RULE, &record);
}

static void
print_sink (GString *out, const TcnSinkConfig *sink)
{
  const TcnKeyGroup *type = tcn_sink_config_keys (sink);

  g_string_append_printf (out, "\n[sink %s]\ntype = %s\n", tcn_sink_config_name (sink),
                          type->name);
  for (gsize row = 0; row < type->n_keys; row++) {
    const TcnValue *value = tcn_sink_config_value (sink, row);

    if (value != NULL)
      print_value (out, &type->keys[row], value);
  }
}

void
tcn_config_print (GString *out, const TcnConfig *config)
{
  g_string_append (out, "[tocsin]\n");
  print_record (out, TCN_GROUP_TOCSIN, &config->settings);
  for (guint i = 0; i < config->feeds->len; i++) {
    const TcnFeedConfig *feed = config->feeds->pdata[i];

    g_string_append_printf (out, "\n[feed %s]\n", feed->name);
    print_record (out, TCN_GROUP_FEED, feed);
  }
  for (guint i = 0; i < config->defines->len; i++) {
    const TcnDefineConfig *define = config->defines->pdata[i];

    g_string_append_printf (out, "\n[define %s]\nquery = %s\n", define->name,
                            define->text);
  }
  for (guint i = 0; i < config->rules->len; i++)
    print_rule (out, config->rules->pdata[i]);
  for (guint i = 0; i < config->sinks->len; i++)
    print_sink (out, config->sinks->pdata[i]);
  if (config->sinks->len == 0)
    g_string_append (out, "\n# no [sink]: stdout for `once`, desktop for `daemon`\n");
}
