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

/* Moves the alert at `link` into `group`, and with it all others of its item if
 * `groups_items`. */
static void
take_item (GQueue *waiting, GList *link, gboolean groups_items, GPtrArray *group)
{
  const TcnPending *first = link->data;

  g_ptr_array_add (group, link->data);
  g_queue_delete_link (waiting, link);
  for (link = groups_items ? waiting->head : NULL; link != NULL;) {
    GList *next = link->next;
    TcnPending *pending = link->data;

    if (strcmp (pending->alert->item, first->alert->item) == 0) {
      g_ptr_array_add (group, pending);
      g_queue_delete_link (waiting, link);
    }
    link = next;
  }
}

void
tcn_waiting_take (GQueue *waiting, gboolean groups_items, GPtrArray *group)
{
  take_item (waiting, waiting->head, groups_items, group);
}

/* Were both held by one cooldown? */
static gboolean
were_held_together (const TcnPending *a, const TcnPending *b)
{
  return a->held_until_unix != 0 && a->held_until_unix == b->held_until_unix &&
         strcmp (a->alert->rule, b->alert->rule) == 0;
}

guint
tcn_waiting_take_held (GQueue *waiting, gboolean groups_items, GPtrArray *group)
{
  const TcnPending *first = waiting->head->data;
  GList *link = waiting->head;
  guint n_items = 0;

  while (link != NULL) {
    take_item (waiting, link, groups_items, group);
    n_items++;
    link = waiting->head;
    while (link != NULL && !were_held_together (first, link->data))
      link = link->next;
  }
  return n_items;
}

/* What alerts that go together have in common. (transfer full) */
static char *
name_group (const TcnPending *pending)
{
  if (pending->held_until_unix == 0)
    return g_strconcat ("item ", pending->alert->item, NULL);
  return g_strdup_printf ("held %" G_GINT64_FORMAT " %s", pending->held_until_unix,
                          pending->alert->rule);
}

gboolean
tcn_waiting_has_more_groups_than (const GQueue *waiting, guint n)
{
  g_autoptr (GHashTable) groups =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (const GList *link = waiting->head; link != NULL; link = link->next) {
    g_hash_table_add (groups, name_group (link->data));
    if (g_hash_table_size (groups) > n)
      return TRUE;
  }
  return FALSE;
}
