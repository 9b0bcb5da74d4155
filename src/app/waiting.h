/* SPDX-License-Identifier: MIT */
/*
 * Alerts that were read from the outbox and wait for their sink (a queue of TcnPending*,
 * oldest first), and how those of one item find together.
 */
#pragma once

#include "tocsin/outbox.h"

G_BEGIN_DECLS

/* Drops from what was read (at its limit, of TcnPending*) the alerts of the last item: more
 * of them may stand behind it, and one item is delivered as a whole. Keeps them if there is
 * no other item. */
void tcn_waiting_drop_cut_item (GPtrArray *due);

/* Moves the oldest alert into `group`, and with it all others of its item if
 * `groups_items`. The queue is not empty. */
void tcn_waiting_take (GQueue *waiting, gboolean groups_items, GPtrArray *group);

/* Do more items wait than `n`? */
gboolean tcn_waiting_has_more_items_than (const GQueue *waiting, guint n);

G_END_DECLS
