/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "lib/stores.h"
#include "store/cooldown.h"
#include "store/private.h"

#define COOLDOWN_S 600

static const char *const both_sinks[] = { "screen", "desktop", NULL };

/* --- the rule of it ------------------------------------------------------------------- */

/* One alert after the other: when it comes, and until when it must be held. */
typedef struct {
  const char *name;
  struct {
    gint64 now, until;
  } alerts[8];
} Row;

static const Row rows[] = {
  { "the first rings", { { 1000, 0 } } },
  { "within it is held", { { 1000, 0 }, { 1000, 1600 }, { 1599, 1600 } } },
  { "after a quiet one rings",
    { { 1000, 0 }, { 1600, 0 }, { 2200, 0 }, { 2500, 2800 } } },
  { "the next runs from the release",
    { { 1000, 0 }, { 1500, 1600 }, { 1600, 2200 }, { 2199, 2200 }, { 2200, 2800 } } },
  { "after a quiet one that followed a release rings",
    { { 1000, 0 }, { 1500, 1600 }, { 2200, 0 }, { 2201, 2800 } } },
  { "a clock that is put back holds nothing for long",
    { { 900000, 0 }, { 1000, 0 }, { 1001, 1600 } } },
};

static void
test_cooldown_holds_and_releases (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    const Row *row = &rows[i];
    TcnCooldown cooldown = { 0 };

    for (gsize n = 0; n < G_N_ELEMENTS (row->alerts) && row->alerts[n].now > 0; n++) {
      gint64 until = tcn_cooldown_enter (&cooldown, row->alerts[n].now, COOLDOWN_S);

      if (until != row->alerts[n].until)
        g_test_message ("%s, alert %zu", row->name, n + 1);
      g_assert_cmpint (until, ==, row->alerts[n].until);
    }
  }
}

static void
test_cooldown_that_is_made_shorter_holds_no_longer (void)
{
  TcnCooldown cooldown = { 0 };

  tcn_cooldown_enter (&cooldown, 1000, 6000);

  g_assert_cmpint (tcn_cooldown_enter (&cooldown, 3000, 600), ==, 0);
  g_assert_cmpint (tcn_cooldown_enter (&cooldown, 3001, 600), ==, 3600);
}

/* --- in the store --------------------------------------------------------------------- */

typedef struct {
  char *dir;
  TcnStore *store;
  TcnLedger *ledger;
  TcnFeedState *feed;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  f->dir = stores_make_dir ();
  f->store = stores_open (f->dir);
  f->ledger = tcn_ledger_new (f->store);
  f->feed = stores_one_feed (f->store, "sohr", "https://example.org/feed");
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  tcn_feed_state_free (f->feed);
  tcn_ledger_free (f->ledger);
  tcn_store_close (f->store);
  stores_remove_dir (f->dir);
  g_free (f->dir);
}

/* An alert of `rule` on the item of that key, not yet committed. */
static void
enter (Fixture *f, const char *key, const char *rule, gint64 now_unix, gint64 cooldown_s)
{
  g_autofree char *item = tcn_item_id ("sohr", key);
  g_autoptr (TcnAlert) alert = stores_alert ("sohr", item, rule, now_unix);
  g_autoptr (GError) error = NULL;

  if (!tcn_ledger_begin_feed (f->ledger, f->feed, now_unix, 1, &error) ||
      !tcn_ledger_add_alert (f->ledger, alert, both_sinks, cooldown_s, &error) ||
      !tcn_ledger_end_feed (f->ledger, f->feed, &error))
    g_assert_no_error (error);
}

static void
ring (Fixture *f, const char *key, const char *rule, gint64 now_unix)
{
  g_autoptr (GError) error = NULL;

  enter (f, key, rule, now_unix, COOLDOWN_S);
  if (!tcn_ledger_flush (f->ledger, &error))
    g_assert_no_error (error);
}

static GPtrArray *
due (Fixture *f, const char *sink, gint64 now_unix, gboolean is_early)
{
  const TcnDueFilter filter = {
    .sink = sink,
    .now_unix = now_unix,
    .is_early = is_early,
    .limit = 100,
  };
  g_autoptr (GError) error = NULL;
  GPtrArray *pending = tcn_outbox_due (f->store, &filter, &error);

  g_assert_no_error (error);
  return pending;
}

static guint
count_due (Fixture *f, const char *sink, gint64 now_unix)
{
  g_autoptr (GPtrArray) pending = due (f, sink, now_unix, FALSE);

  return pending->len;
}

static gint64
next_due (Fixture *f, const char *sink)
{
  g_autoptr (GError) error = NULL;
  gint64 next_unix = 0;

  if (!tcn_outbox_next_due (f->store, sink, &next_unix, &error))
    g_assert_no_error (error);
  return next_unix;
}

static void
mark_all_sent (Fixture *f, const char *sink, gint64 now_unix)
{
  g_autoptr (GPtrArray) pending = due (f, sink, now_unix, FALSE);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < pending->len; i++) {
    const TcnPending *one = g_ptr_array_index (pending, i);

    if (!tcn_outbox_mark_sent (f->store, sink, &one->seq, 1, now_unix, &error))
      g_assert_no_error (error);
  }
}

static void
test_cooldown_holds_for_every_sink (Fixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) released = NULL;
  const TcnPending *first, *last;

  ring (f, "a", "one", T0);
  ring (f, "b", "one", T0 + 10);
  ring (f, "c", "one", T0 + 20);
  g_assert_cmpuint (count_due (f, "screen", T0 + 599), ==, 1);
  g_assert_cmpuint (count_due (f, "desktop", T0 + 599), ==, 1);
  mark_all_sent (f, "screen", T0 + 20);
  g_assert_cmpint (next_due (f, "screen"), ==, T0 + 600);
  released = due (f, "screen", T0 + 600, FALSE);

  g_assert_cmpuint (released->len, ==, 2);
  first = g_ptr_array_index (released, 0);
  last = g_ptr_array_index (released, 1);
  g_assert_cmpint (first->held_until_unix, ==, T0 + 600);
  g_assert_cmpint (last->held_until_unix, ==, T0 + 600);
}

static void
test_cooldown_is_of_one_rule (Fixture *f, gconstpointer data)
{
  ring (f, "a", "one", T0);
  ring (f, "a", "two", T0 + 1);
  enter (f, "a", "none", T0 + 2, 0);
  enter (f, "b", "none", T0 + 2, 0);

  g_assert_cmpuint (count_due (f, "screen", T0 + 2), ==, 4);
}

static void
test_cooldown_is_not_for_early_tries (Fixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) first = NULL;
  g_autoptr (GPtrArray) early = NULL;
  g_autoptr (GError) error = NULL;
  const TcnPending *head;

  ring (f, "a", "one", T0);
  ring (f, "b", "one", T0);
  first = due (f, "screen", T0, TRUE);
  g_assert_cmpuint (first->len, ==, 1);
  head = g_ptr_array_index (first, 0);
  if (!tcn_outbox_mark_retry (f->store, "screen", &head->seq, 1, T0, T0 + 60, "no",
                              &error))
    g_assert_no_error (error);

  /* What failed may be tried early, what is held not. */
  g_assert_cmpuint (count_due (f, "screen", T0 + 1), ==, 0);
  early = due (f, "screen", T0 + 1, TRUE);
  g_assert_cmpuint (early->len, ==, 1);
  g_assert_cmpint (next_due (f, "screen"), ==, T0 + 60);
}

static void
test_cooldown_outlasts_a_wish_to_retry (Fixture *f, gconstpointer data)
{
  const TcnAlertFilter everything = { 0 };
  g_autoptr (GError) error = NULL;
  guint n = 9;

  ring (f, "a", "one", T0);
  ring (f, "b", "one", T0);
  if (!tcn_outbox_retry (f->store, &everything, T0 + 1, &n, &error))
    g_assert_no_error (error);

  g_assert_cmpuint (n, ==, 0);
  g_assert_cmpuint (count_due (f, "screen", T0 + 1), ==, 1);
}

static void
test_cooldown_is_not_touched_by_a_known_alert (Fixture *f, gconstpointer data)
{
  ring (f, "a", "one", T0);
  ring (f, "a", "one", T0 + 10);
  g_assert_cmpint (next_due (f, "screen"), ==, 0);
  ring (f, "a", "one", T0 + 600);
  ring (f, "b", "one", T0 + 601);

  /* It neither held nor rang: the other alert comes after a quiet cooldown. */
  g_assert_cmpuint (count_due (f, "screen", T0 + 601), ==, 2);
}

static void
test_cooldown_outlasts_the_process (Fixture *f, gconstpointer data)
{
  ring (f, "a", "one", T0);
  tcn_ledger_free (f->ledger);
  tcn_store_close (f->store);
  f->store = stores_open (f->dir);
  f->ledger = tcn_ledger_new (f->store);
  ring (f, "b", "one", T0 + 10);

  g_assert_cmpuint (count_due (f, "screen", T0 + 10), ==, 1);
}

static void
test_cooldown_is_dropped_with_its_record (Fixture *f, gconstpointer data)
{
  enter (f, "a", "one", T0, COOLDOWN_S);
  tcn_ledger_free (f->ledger);
  f->ledger = tcn_ledger_new (f->store);
  ring (f, "b", "one", T0 + 10);

  g_assert_cmpuint (count_due (f, "screen", T0 + 10), ==, 1);
}

static gboolean
count_pending (const TcnAlertRecord *record, gpointer data)
{
  const TcnDelivery *delivery = g_ptr_array_index (record->deliveries, 0);

  g_string_append_printf (data, "%s %s %+d\n", record->alert->id,
                          tcn_delivery_state_name (delivery->state),
                          (int) (delivery->held_until_unix - T0));
  g_assert_cmpint (delivery->next_unix, ==, delivery->held_until_unix);
  return TRUE;
}

static void
test_cooldown_shows_in_the_listing (Fixture *f, gconstpointer data)
{
  const TcnAlertFilter pending = { .rule = "one", .is_pending = TRUE };
  g_autoptr (GString) out = g_string_new (NULL);
  g_autofree char *item = tcn_item_id ("sohr", "b");
  g_autofree char *id = tcn_alert_id (item, "one");
  g_autofree char *wanted = g_strdup_printf ("%s pending +600\n", id);
  g_autoptr (GError) error = NULL;

  ring (f, "a", "one", T0);
  mark_all_sent (f, "screen", T0);
  mark_all_sent (f, "desktop", T0);
  ring (f, "b", "one", T0 + 10);
  if (!tcn_outbox_list (f->store, &pending, count_pending, out, &error))
    g_assert_no_error (error);

  g_assert_cmpstr (out->str, ==, wanted);
}

/* How SQLite goes about it, in its own words. */
static void
append_plan (Fixture *f, const char *sql, GString *out)
{
  g_autofree char *explain = g_strconcat ("EXPLAIN QUERY PLAN ", sql, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (TcnDbStatement) plan =
      tcn_db_statement (tcn_store_db (f->store), explain, &error);
  gboolean has_row = FALSE;

  g_assert_no_error (error);
  while (tcn_db_step (plan, &has_row, &error) && has_row)
    g_string_append_printf (out, "%s\n", tcn_db_text (plan, 3));
  g_assert_no_error (error);
}

static void
test_cooldown_is_served_by_the_index (Fixture *f, gconstpointer data)
{
  g_autoptr (GString) next = g_string_new (NULL);
  g_autoptr (GString) page = g_string_new (NULL);

  append_plan (f,
               "SELECT min (max (next_try, not_before)) FROM outbox"
               " WHERE state = 0 AND sink = 'screen'",
               next);
  append_plan (f,
               "SELECT alert FROM outbox WHERE state = 0 AND sink = 'screen'"
               " AND next_try <= 1 AND not_before <= 1 AND alert > 1"
               " ORDER BY alert LIMIT 9",
               page);

  g_assert_nonnull (strstr (next->str, "COVERING INDEX outbox_pending (sink=?)"));
  g_assert_nonnull (
      strstr (page->str, "COVERING INDEX outbox_pending (sink=? AND alert>?)"));
  g_assert_null (strstr (page->str, "TEMP B-TREE"));
}

int
main (int argc, char **argv)
{
#define ADD(path, func)                                                                  \
  g_test_add ("/cooldown/" path, Fixture, NULL, set_up, func, tear_down)

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cooldown/holds-and-releases", test_cooldown_holds_and_releases);
  g_test_add_func ("/cooldown/that-is-made-shorter-holds-no-longer",
                   test_cooldown_that_is_made_shorter_holds_no_longer);
  ADD ("holds-for-every-sink", test_cooldown_holds_for_every_sink);
  ADD ("is-of-one-rule", test_cooldown_is_of_one_rule);
  ADD ("is-not-for-early-tries", test_cooldown_is_not_for_early_tries);
  ADD ("outlasts-a-wish-to-retry", test_cooldown_outlasts_a_wish_to_retry);
  ADD ("is-not-touched-by-a-known-alert", test_cooldown_is_not_touched_by_a_known_alert);
  ADD ("outlasts-the-process", test_cooldown_outlasts_the_process);
  ADD ("is-dropped-with-its-record", test_cooldown_is_dropped_with_its_record);
  ADD ("shows-in-the-listing", test_cooldown_shows_in_the_listing);
  ADD ("is-served-by-the-index", test_cooldown_is_served_by_the_index);
  return g_test_run ();
}
