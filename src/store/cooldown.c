/* SPDX-License-Identifier: MIT */
#include "store/cooldown.h"

gint64
tcn_cooldown_enter (TcnCooldown *cooldown, gint64 now_unix, gint64 length_s)
{
  /* An end that lies further ahead than any cooldown that has begun comes from a clock
   * that was put back since, or from a longer cooldown in the configuration then. */
  const gboolean is_sound = cooldown->until_unix <= now_unix + length_s;

  if (is_sound && now_unix < cooldown->until_unix) {
    cooldown->is_holding = TRUE;
    return cooldown->until_unix;
  }
  /* What was held has arrived at that end, and the next cooldown runs from there. */
  if (is_sound && cooldown->is_holding && now_unix < cooldown->until_unix + length_s) {
    cooldown->until_unix += length_s;
    return cooldown->until_unix;
  }
  cooldown->until_unix = now_unix + length_s;
  cooldown->is_holding = FALSE;
  return 0;
}

static gboolean
load (TcnDb *db, const char *rule, TcnCooldown *out_cooldown, GError **error)
{
  static const char sql[] = "SELECT until, is_holding FROM rule_cooldown WHERE rule = ?1";
  g_autoptr (TcnDbStatement) select = tcn_db_statement (db, sql, error);
  gboolean has_row = FALSE;

  if (select == NULL)
    return FALSE;
  tcn_db_bind_text (select, 1, rule);
  if (!tcn_db_step (select, &has_row, error))
    return FALSE;
  if (has_row) {
    out_cooldown->until_unix = tcn_db_int (select, 0);
    out_cooldown->is_holding = tcn_db_int (select, 1) != 0;
  }
  return TRUE;
}

static gboolean
save (TcnDb *db, const char *rule, const TcnCooldown *cooldown, GError **error)
{
  static const char sql[] = "INSERT OR REPLACE INTO rule_cooldown (rule, until,"
                            " is_holding) VALUES (?1, ?2, ?3)";
  g_autoptr (TcnDbStatement) replace = tcn_db_statement (db, sql, error);

  if (replace == NULL)
    return FALSE;
  tcn_db_bind_text (replace, 1, rule);
  tcn_db_bind_int (replace, 2, cooldown->until_unix);
  tcn_db_bind_int (replace, 3, cooldown->is_holding);
  return tcn_db_run (replace, error);
}

gboolean
tcn_cooldown_enter_rule (TcnDb *db, const char *rule, gint64 now_unix, gint64 length_s,
                         gint64 *out_held_until_unix, GError **error)
{
  TcnCooldown cooldown = { 0 };
  gint64 held_until_unix;

  if (!load (db, rule, &cooldown, error))
    return FALSE;
  held_until_unix = tcn_cooldown_enter (&cooldown, now_unix, length_s);
  if (!save (db, rule, &cooldown, error))
    return FALSE;
  *out_held_until_unix = held_until_unix;
  return TRUE;
}
