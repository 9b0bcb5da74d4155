/* SPDX-License-Identifier: MIT */
/*
 * When the alerts of a rule may ring. After one has rung, those that come within the
 * rule's cooldown are held until it is over and arrive together then, from when the next
 * one runs; once nothing came during a cooldown, the next alert rings at once.
 */
#pragma once

#include "store/db.h"

G_BEGIN_DECLS

/* Where a rule stands; all zero: it has not rung yet. */
typedef struct {
  gint64 until_unix;   /* the end of the cooldown that ran last */
  gboolean is_holding; /* alerts were held during it, and arrive at its end */
} TcnCooldown;

/* Enters one alert of a rule whose cooldown is `length_s` long (more than 0). Returns until
 * when it is held; 0: it rings at once. Pure. */
gint64 tcn_cooldown_enter (TcnCooldown *cooldown, gint64 now_unix, gint64 length_s);

/* The same on the state that the file keeps for the rule, within the open transaction. */
gboolean tcn_cooldown_enter_rule (TcnDb *db, const char *rule, gint64 now_unix,
                                  gint64 length_s, gint64 *out_held_until_unix,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
