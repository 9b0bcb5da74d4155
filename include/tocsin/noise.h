/* SPDX-License-Identifier: MIT */
/*
 * Rules tried on what was seen lately: which of them would have rung at almost anything.
 */
#pragma once

#include "tocsin/config.h"
#include "tocsin/store.h"

G_BEGIN_DECLS

/* What one noisy rule would have done. */
typedef struct {
  const TcnRuleConfig *rule; /* the configuration's */
  guint n_items;             /* of the feeds that it watches, among the newest stored */
  guint n_hits;              /* of these */
} TcnNoise;

/* Runs the rules that are in effect at `now_unix` over the newest stored items and returns
 * those that rang for more than half of the items of their feeds, in the order of the
 * configuration (of TcnNoise*, owned). Rules whose feeds have too few stored items to tell
 * are left out. `seed` is as for tcn_alerter_new(). (transfer full) (nullable) */
GPtrArray *tcn_noise_find (TcnConfig *config, TcnStore *store, gint64 now_unix,
                           guint64 seed, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
