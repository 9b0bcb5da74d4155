/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "config/feeds.h"
#include "config/keys.h"
#include "tocsin/error.h"
#include "tocsin/text.h"
#include "tocsin/url.h"

struct TcnConfigEdit {
  GString *text;
  const char *newline; /* as the file has it */
  GHashTable *names;   /* set of char*, owned */
  GHashTable *urls;    /* to the names of their feeds */
};

TcnConfigEdit *
tcn_config_edit_new (GBytes *text, const TcnConfig *config)
{
  TcnConfigEdit *edit = g_new0 (TcnConfigEdit, 1);
  gsize size;
  const char *bytes = g_bytes_get_data (text, &size);

  edit->text = g_string_new_len (bytes, (gssize) size);
  edit->newline = size > 0 && memmem (bytes, size, "\r\n", 2) != NULL ? "\r\n" : "\n";
  edit->names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  edit->urls = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  for (guint i = 0; config != NULL && i < config->feeds->len; i++) {
    const TcnFeedConfig *feed = config->feeds->pdata[i];

    g_hash_table_add (edit->names, g_strdup (feed->name));
    g_hash_table_insert (edit->urls, g_strdup (feed->url), g_strdup (feed->name));
  }
  return edit;
}

void
tcn_config_edit_free (TcnConfigEdit *edit)
{
  if (edit == NULL)
    return;
  g_string_free (edit->text, TRUE);
  g_hash_table_unref (edit->names);
  g_hash_table_unref (edit->urls);
  g_free (edit);
}

static gboolean
check_url (const TcnConfigEdit *edit, const char *url, GError **error)
{
  g_autofree char *shown = tcn_url_redacted (url);
  const char *known = g_hash_table_lookup (edit->urls, url);

  if (known != NULL) {
    g_set_error (error, TCN_ERROR, TCN_ERROR_CONFIG, "“%s” is already the feed “%s”",
                 shown, known);
    return FALSE;
  }
  return TRUE;
}

/* --- the judge: what is written must load, and mean what it was written for --- */

static GBytes *
read_no_file (const char *path, gboolean *out_is_public, gpointer data, GError **error)
{
  g_set_error (error, TCN_ERROR, TCN_ERROR_CONFIG, "there is no “%s”", path);
  return NULL;
}

static const char *
get_no_variable (const char *name, gpointer data)
{
  return NULL;
}

static gboolean
is_as_meant (const TcnConfig *config, const char *name, const char *url)
{
  const TcnFeedConfig *feed = config->feeds->len == 1 ? config->feeds->pdata[0] : NULL;

  return feed != NULL && config->rules->len == 0 && config->sinks->len == 0 &&
         g_str_equal (feed->name, name) && g_str_equal (feed->url, url);
}

static const char *
first_error (const GPtrArray *faults)
{
  for (guint i = 0; i < faults->len; i++) {
    const TcnConfigFault *fault = faults->pdata[i];

    if (!fault->is_warning)
      return fault->message;
  }
  return "it would be read as something else";
}

/* Loads the group alone, as a file would be loaded. */
static gboolean
judge_group (const char *group, const char *name, const char *url, GError **error)
{
  static const TcnLoader nothing_else = { .read_file = read_no_file,
                                          .get_variable = get_no_variable,
                                          .current_dir = "/" };
  static const TcnKeyGroup no_sinks[] = { { .name = NULL } };
  g_autoptr (GBytes) bytes = g_bytes_new (group, strlen (group));
  g_autoptr (GPtrArray) faults =
      g_ptr_array_new_with_free_func ((GDestroyNotify) tcn_config_fault_free);
  g_autoptr (TcnConfig) config =
      tcn_config_load_bytes ("", bytes, &nothing_else, no_sinks, faults);
  g_autofree char *shown = NULL;

  if (config != NULL && is_as_meant (config, name, url))
    return TRUE;
  shown = tcn_url_redacted (url);
  g_set_error (error, TCN_ERROR, TCN_ERROR_CONFIG, "“%s” cannot be written: %s", shown,
               first_error (faults));
  return FALSE;
}

/* (transfer full) (nullable) */
static char *
choose_name (const TcnConfigEdit *edit, const TcnFeedEntry *entry, GError **error)
{
  const char *problem;

  if (entry->name == NULL)
    return tcn_feeds_make_name (entry->url, edit->names, FALSE);
  problem = tcn_key_check_name (entry->name);
  if (problem != NULL) {
    g_set_error (error, TCN_ERROR, TCN_ERROR_CONFIG, "“%s”: %s", entry->name, problem);
    return NULL;
  }
  if (g_hash_table_contains (edit->names, entry->name)) {
    g_set_error (error, TCN_ERROR, TCN_ERROR_CONFIG, "there is a feed “%s” already",
                 entry->name);
    return NULL;
  }
  return g_strdup (entry->name);
}

static void
append_line (TcnConfigEdit *edit, const char *key, const char *value)
{
  g_string_append_printf (edit->text, "%s = %s%s", key, value, edit->newline);
}

static void
append_tags (TcnConfigEdit *edit, const char *const *tags)
{
  g_autoptr (GString) joined = g_string_new (NULL);

  for (; tags != NULL && *tags != NULL; tags++) {
    g_autofree char *tag = tcn_text_one_line (*tags);

    if (tag != NULL)
      g_string_append_printf (joined, "%s%s", joined->len > 0 ? "; " : "",
                              g_strdelimit (tag, ";", ','));
  }
  if (joined->len > 0)
    append_line (edit, "tags", joined->str);
}

/* A blank line stands before the group, and the last line is ended first. */
static void
append_header (TcnConfigEdit *edit, const char *name)
{
  if (edit->text->len > 0 && edit->text->str[edit->text->len - 1] != '\n')
    g_string_append (edit->text, edit->newline);
  if (edit->text->len > 0)
    g_string_append (edit->text, edit->newline);
  g_string_append_printf (edit->text, "[feed %s]%s", name, edit->newline);
}

const char *
tcn_config_edit_add_feed (TcnConfigEdit *edit, const TcnFeedEntry *entry, GError **error)
{
  g_autofree char *title = tcn_text_one_line (entry->title);
  g_autofree char *name = NULL;
  gsize before = edit->text->len;

  if (!check_url (edit, entry->url, error))
    return NULL;
  name = choose_name (edit, entry, error);
  if (name == NULL)
    return NULL;
  append_header (edit, name);
  append_line (edit, "url", entry->url);
  if (title != NULL)
    append_line (edit, "title", title);
  append_tags (edit, entry->tags);
  if (!judge_group (edit->text->str + before, name, entry->url, error)) {
    g_string_truncate (edit->text, before);
    return NULL;
  }
  g_hash_table_insert (edit->urls, g_strdup (entry->url), g_strdup (name));
  g_hash_table_add (edit->names, name);
  return g_steal_pointer (&name);
}

GBytes *
tcn_config_edit_get_bytes (const TcnConfigEdit *edit)
{
  return g_bytes_new (edit->text->str, edit->text->len);
}
