/* SPDX-License-Identifier: MIT */
#include "config/faults.h"

void
tcn_config_fault_free (TcnConfigFault *fault)
{
  if (fault == NULL)
    return;
  g_free (fault->file);
  g_free (fault->source_line);
  g_free (fault->message);
  g_free (fault->remedy);
  g_free (fault);
}

gboolean
tcn_faults_have_error (const GPtrArray *faults, guint from)
{
  for (guint i = from; i < faults->len; i++)
    if (!((const TcnConfigFault *) faults->pdata[i])->is_warning)
      return TRUE;
  return FALSE;
}

static int
compare_faults (gconstpointer a, gconstpointer b, gpointer data)
{
  const TcnConfigFault *first = *(const TcnConfigFault *const *) a;
  const TcnConfigFault *second = *(const TcnConfigFault *const *) b;
  guint first_file = GPOINTER_TO_UINT (g_hash_table_lookup (data, first->file));
  guint second_file = GPOINTER_TO_UINT (g_hash_table_lookup (data, second->file));

  if (first_file != second_file)
    return first_file < second_file ? -1 : 1;
  if (first->line != second->line)
    return first->line < second->line ? -1 : 1;
  return (first->start > second->start) - (first->start < second->start);
}

void
tcn_faults_sort (GPtrArray *faults, const char *first_file)
{
  g_autoptr (GHashTable) order = g_hash_table_new (g_str_hash, g_str_equal);

  g_hash_table_insert (order, (gpointer) first_file, GUINT_TO_POINTER (1));
  for (guint i = 0; i < faults->len; i++) {
    char *file = ((TcnConfigFault *) faults->pdata[i])->file;

    if (!g_hash_table_contains (order, file))
      g_hash_table_insert (order, file, GUINT_TO_POINTER (g_hash_table_size (order) + 1));
  }
  g_ptr_array_sort_with_data (faults, compare_faults, order);
}
