/* SPDX-License-Identifier: MIT */
#include "tocsin/query.h"

#include <string.h>

#include "rules/inflect.h"
#include "rules/syntax.h"
#include "tocsin/limits.h"

static gboolean
is_too_long (const char *text, GPtrArray *faults)
{
  const char *limit;

  if (g_utf8_strlen (text, -1) <= TCN_MAX_QUERY_CHARS)
    return FALSE;
  limit = g_utf8_offset_to_pointer (text, TCN_MAX_QUERY_CHARS);
  tcn_fault_add (
      faults, (gsize) (limit - text), (gsize) (limit - text) + 1,
      g_strdup_printf ("a rule has %d characters at most", TCN_MAX_QUERY_CHARS),
      g_strdup ("split it into several rules"));
  return TRUE;
}

static void
move_all_faults (GPtrArray *to, GPtrArray *from)
{
  for (guint i = 0; i < from->len; i++)
    g_ptr_array_add (to, g_ptr_array_index (from, i));
  g_ptr_array_set_free_func (from, NULL);
}

TcnQuery *
tcn_query_parse (const char *text, const TcnQueryOptions *options, GPtrArray *faults)
{
  static const TcnQueryOptions defaults = { 0 };
  g_autoptr (GPtrArray) found =
      g_ptr_array_new_with_free_func ((GDestroyNotify) tcn_fault_free);
  g_autoptr (GPtrArray) open = g_ptr_array_new ();
  g_autoptr (GString) source = g_string_new (NULL);
  g_autoptr (TcnNode) root = NULL;
  TcnSyntaxShared shared = { .options = options != NULL ? options : &defaults,
                             .source = source,
                             .open = open };
  gboolean is_refused;
  TcnQuery *query;

  g_return_val_if_fail (text != NULL && faults != NULL, NULL);
  if (!g_utf8_validate (text, -1, NULL)) {
    tcn_fault_add (faults, 0, 0, g_strdup ("the rule is no valid UTF-8"), NULL);
    return NULL;
  }
  if (is_too_long (text, faults))
    return NULL;
  root = tcn_syntax_text (&shared, text, 0, NULL, found);
  is_refused = tcn_syntax_first_refusal (found) != NULL;
  move_all_faults (faults, found);
  if (is_refused)
    return NULL;
  query = g_new0 (TcnQuery, 1);
  g_atomic_ref_count_init (&query->ref_count);
  query->text = g_strdup (text);
  query->source = g_strdup (source->str);
  query->language = g_strdup (shared.options->language);
  query->root = g_steal_pointer (&root);
  return query;
}

TcnQuery *
tcn_query_ref (TcnQuery *query)
{
  g_atomic_ref_count_inc (&query->ref_count);
  return query;
}

void
tcn_query_unref (TcnQuery *query)
{
  if (query == NULL || !g_atomic_ref_count_dec (&query->ref_count))
    return;
  tcn_node_free (query->root);
  g_free (query->text);
  g_free (query->source);
  g_free (query->language);
  g_free (query);
}

const char *
tcn_query_text (const TcnQuery *query)
{
  return query->text;
}

gboolean
tcn_query_is_always_tried (const TcnQuery *query)
{
  return !tcn_node_is_indexed (query->root);
}

/* --- definitions ------------------------------------------------------------------------ */

TcnDefines *
tcn_defines_new (void)
{
  TcnDefines *defines = g_new0 (TcnDefines, 1);

  defines->texts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return defines;
}

void
tcn_defines_free (TcnDefines *defines)
{
  if (defines == NULL)
    return;
  g_hash_table_unref (defines->texts);
  g_free (defines);
}

void
tcn_defines_add (TcnDefines *defines, const char *name, const char *text)
{
  g_hash_table_replace (defines->texts, g_strdup (name), g_strdup (text));
}

gboolean
tcn_query_inflects (const char *language)
{
  return tcn_inflect_language (language) != TCN_LANGUAGE_NONE;
}
