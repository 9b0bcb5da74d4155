/* SPDX-License-Identifier: MIT */
/*
 * Alerts that were read from the outbox and wait for their sink (a queue of TcnPending*,
 * oldest first), and how those of one item, and those that one cooldown held, find together.
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

/* The same for sinks that count alerts together: if a cooldown held the oldest one, all
 * that it held go with it. Returns how many items that makes. */
guint tcn_waiting_take_held (GQueue *waiting, gboolean groups_items, GPtrArray *group);

/* Does it take more than `n` deliveries of tcn_waiting_take_held() until none waits? One
 * item of two such deliveries may make that one too many. */
gboolean tcn_waiting_has_more_groups_than (const GQueue *waiting, guint n);

G_END_DECLS
