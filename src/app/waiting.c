/* SPDX-License-Identifier: MIT */
#include "app/waiting.h"

#include <string.h>

void
tcn_waiting_drop_cut_item (GPtrArray *due)
{
  const TcnPending *last = g_ptr_array_index (due, due->len - 1);
  guint keep = due->len;

  while (keep > 0) {
    const TcnPending *pending = g_ptr_array_index (due, keep - 1);

    if (strcmp (pending->alert->item, last->alert->item) != 0)
      break;
    keep--;
  }
  if (keep > 0)
    g_ptr_array_set_size (due, (gint) keep);
}

void
tcn_waiting_take (GQueue *waiting, gboolean groups_items, GPtrArray *group)
{
  TcnPending *first = g_queue_pop_head (waiting);

  g_ptr_array_add (group, first);
  if (!groups_items)
    return;
  for (GList *link = waiting->head; link != NULL;) {
    GList *next = link->next;
    TcnPending *pending = link->data;

    if (strcmp (pending->alert->item, first->alert->item) == 0) {
      g_ptr_array_add (group, pending);
      g_queue_delete_link (waiting, link);
    }
    link = next;
  }
}

gboolean
tcn_waiting_has_more_items_than (const GQueue *waiting, guint n)
{
  g_autoptr (GHashTable) items = g_hash_table_new (g_str_hash, g_str_equal);

  for (const GList *link = waiting->head; link != NULL; link = link->next) {
    const TcnPending *pending = link->data;

    g_hash_table_add (items, pending->alert->item);
    if (g_hash_table_size (items) > n)
      return TRUE;
  }
  return FALSE;
}
