/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "lib/stores.h"
#include "store/private.h"
#include "tocsin/outbox.h"

static const char *const both_sinks[] = { "screen", "desktop", NULL };

/* One alert of `rule` for both sinks, first seen at `now_unix`. */
static void
ring (StoresFixture *f, const char *key, const char *rule, gint64 now_unix)
{
  g_autofree char *item = tcn_item_id ("sohr", key);
  g_autoptr (TcnAlert) alert = stores_alert ("sohr", item, rule, now_unix);
  g_autoptr (GError) error = NULL;

  if (!tcn_ledger_begin_feed (f->ledger, f->feed, now_unix, 1, &error) ||
      !tcn_ledger_add_alert (f->ledger, alert, both_sinks, 0, &error) ||
      !tcn_ledger_end_feed (f->ledger, f->feed, &error) ||
      !tcn_ledger_flush (f->ledger, &error))
    g_assert_no_error (error);
}

static GPtrArray *
due (StoresFixture *f, const char *sink, gint64 now_unix, gint64 after_seq, guint limit)
{
  const TcnDueFilter filter = {
    .sink = sink,
    .now_unix = now_unix,
    .after_seq = after_seq,
    .limit = limit,
  };
  g_autoptr (GError) error = NULL;
  GPtrArray *pending = tcn_outbox_due (f->store, &filter, &error);

  g_assert_no_error (error);
  return pending;
}

static guint
count_due (StoresFixture *f, const char *sink, gint64 now_unix)
{
  g_autoptr (GPtrArray) pending = due (f, sink, now_unix, 0, 100);

  return pending->len;
}

static gint64
next_due (StoresFixture *f, const char *sink)
{
  g_autoptr (GError) error = NULL;
  gint64 next_unix = 0;

  if (!tcn_outbox_next_due (f->store, sink, &next_unix, &error))
    g_assert_no_error (error);
  return next_unix;
}

/* One line for each alert: its rule, then each delivery's sink, state, attempts, error. */
static gboolean
describe_record (const TcnAlertRecord *record, gpointer data)
{
  GString *out = data;

  g_string_append (out, record->alert->rule);
  for (guint i = 0; i < record->deliveries->len; i++) {
    const TcnDelivery *delivery = g_ptr_array_index (record->deliveries, i);

    g_string_append_printf (out, " %s:%s:%u:%s", delivery->sink,
                            tcn_delivery_state_name (delivery->state), delivery->attempts,
                            delivery->error != NULL ? delivery->error : "");
  }
  g_string_append_c (out, '\n');
  return TRUE;
}

static char *
list (TcnStore *store, TcnAlertFilter filter)
{
  g_autoptr (GError) error = NULL;
  GString *out = g_string_new (NULL);

  if (!tcn_outbox_list (store, &filter, describe_record, out, &error))
    g_assert_no_error (error);
  return g_string_free (out, FALSE);
}

static void
test_outbox_gives_back_the_alert (StoresFixture *f, gconstpointer data)
{
  g_autofree char *item = tcn_item_id ("sohr", "a");
  g_autofree char *id = tcn_alert_id (item, "one");
  g_autoptr (GPtrArray) pending = NULL;
  const TcnAlert *alert;
  const TcnMatch *match;

  ring (f, "a", "one", T0);
  pending = due (f, "screen", T0, 0, 10);
  g_assert_cmpuint (pending->len, ==, 1);
  alert = ((TcnPending *) g_ptr_array_index (pending, 0))->alert;

  g_assert_cmpstr (alert->id, ==, id);
  g_assert_cmpint (alert->time_unix, ==, T0);
  g_assert_cmpstr (alert->rule, ==, "one");
  g_assert_cmpint (alert->urgency, ==, TCN_URGENCY_CRITICAL);
  g_assert_cmpstr (alert->feed, ==, "sohr");
  g_assert_null (alert->feed_title);
  g_assert_cmpstr (alert->item, ==, item);
  g_assert_cmpstr (alert->title, ==, "Une patrouille");
  g_assert_cmpstr (alert->link, ==, "https://example.org/1");
  g_assert_null (alert->author);
  g_assert_cmpint (alert->published_unix, ==, T0 - 60);
  g_assert_cmpstr (alert->excerpt, ==, "… une patrouille russe …");
  g_assert_cmpuint (alert->matches->len, ==, 1);
  match = g_ptr_array_index (alert->matches, 0);
  g_assert_cmpint (match->field, ==, TCN_FIELD_CONTENT);
  g_assert_cmpuint (match->start, ==, 12);
  g_assert_cmpuint (match->end_char, ==, 27);
  g_assert_cmpstr (match->term, ==, "\"patrouille russe\"");
  g_assert_cmpint (match->why, ==, TCN_WHY_FOLDED);
}

static void
test_outbox_goes_by_sink_and_order (StoresFixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) first = NULL;
  g_autoptr (GPtrArray) rest = NULL;
  const TcnPending *head;

  ring (f, "a", "one", T0);
  ring (f, "b", "two", T0 - 60);
  ring (f, "c", "three", T0 + 60);
  first = due (f, "screen", T0, 0, 1);
  g_assert_cmpuint (first->len, ==, 1);
  head = g_ptr_array_index (first, 0);
  g_assert_cmpstr (head->alert->rule, ==, "one");
  rest = due (f, "screen", T0, head->seq, 10);

  g_assert_cmpuint (rest->len, ==, 2);
  head = g_ptr_array_index (rest, 1);
  g_assert_cmpstr (head->alert->rule, ==, "three");
  g_assert_cmpuint (count_due (f, "nobody", T0), ==, 0);
}

static void
test_outbox_sends_once (StoresFixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) pending = NULL;
  g_autoptr (GError) error = NULL;
  const TcnPending *head;
  g_autofree char *text = NULL;

  ring (f, "a", "one", T0);
  pending = due (f, "screen", T0, 0, 10);
  head = g_ptr_array_index (pending, 0);
  if (!tcn_outbox_mark_sent (f->store, "screen", &head->seq, 1, T0 + 1, &error))
    g_assert_no_error (error);

  g_assert_cmpuint (count_due (f, "screen", G_MAXINT64), ==, 0);
  g_assert_cmpuint (count_due (f, "desktop", G_MAXINT64), ==, 1);
  g_assert_cmpint (next_due (f, "screen"), ==, TCN_TIME_NONE);
  text = list (f->store, (TcnAlertFilter){ 0 });
  g_assert_cmpstr (text, ==, "one desktop:pending:0: screen:sent:1:\n");
}

static void
test_outbox_waits_before_a_retry (StoresFixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) pending = NULL;
  g_autoptr (GError) error = NULL;
  const TcnPending *head;
  g_autofree char *text = NULL;

  ring (f, "a", "one", T0);
  pending = due (f, "screen", T0, 0, 10);
  head = g_ptr_array_index (pending, 0);
  if (!tcn_outbox_mark_retry (f->store, "screen", &head->seq, 1, T0, T0 + 300, "no route",
                              &error))
    g_assert_no_error (error);

  g_assert_cmpuint (count_due (f, "screen", T0 + 299), ==, 0);
  g_assert_cmpuint (count_due (f, "screen", T0 + 300), ==, 1);
  g_assert_cmpuint (count_due (f, "screen", G_MAXINT64), ==, 1);
  g_assert_cmpint (next_due (f, "screen"), ==, T0 + 300);
  text = list (f->store, (TcnAlertFilter){ .is_pending = TRUE });
  g_assert_cmpstr (text, ==, "one desktop:pending:0: screen:pending:1:no route\n");
}

static void
test_outbox_waits_for_no_clock_that_was_put_back (StoresFixture *f, gconstpointer data)
{
  const gint64 ahead_unix = T0 + G_GINT64_CONSTANT (10) * 365 * DAY;
  g_autoptr (GPtrArray) pending = NULL;
  g_autoptr (GError) error = NULL;
  const TcnPending *head;

  ring (f, "a", "one", ahead_unix);
  pending = due (f, "screen", ahead_unix, 0, 10);
  head = g_ptr_array_index (pending, 0);
  if (!tcn_outbox_mark_retry (f->store, "screen", &head->seq, 1, ahead_unix,
                              ahead_unix + 300, "no route", &error))
    g_assert_no_error (error);

  g_assert_cmpuint (count_due (f, "screen", ahead_unix), ==, 0);
  g_assert_cmpuint (count_due (f, "screen", T0), ==, 1);
}

static void
test_outbox_absence_is_no_attempt (StoresFixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) pending = NULL;
  g_autoptr (GError) error = NULL;
  const TcnPending *head;
  g_autofree char *text = NULL;
  guint n = 0;

  ring (f, "a", "one", T0);
  pending = due (f, "desktop", T0, 0, 10);
  head = g_ptr_array_index (pending, 0);
  for (guint i = 0; i < 3; i++)
    if (!tcn_outbox_mark_absent (f->store, "desktop", &head->seq, 1, T0 + i, "no server",
                                 &error))
      g_assert_no_error (error);

  g_assert_cmpuint (count_due (f, "desktop", T0), ==, 1);
  if (!tcn_outbox_count_waiting (f->store, "desktop", T0, &n, &error))
    g_assert_no_error (error);
  g_assert_cmpuint (n, ==, 1);
  if (!tcn_outbox_count_waiting (f->store, "other", T0, &n, &error))
    g_assert_no_error (error);
  g_assert_cmpuint (n, ==, 0);
  text = list (f->store, (TcnAlertFilter){ 0 });
  g_assert_cmpstr (text, ==, "one desktop:pending:0:no server screen:pending:0:\n");
}

static void
fail_all (StoresFixture *f, const char *sink)
{
  g_autoptr (GPtrArray) pending = due (f, sink, G_MAXINT64, 0, 100);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < pending->len; i++) {
    const TcnPending *one = g_ptr_array_index (pending, i);

    if (!tcn_outbox_mark_failed (f->store, sink, &one->seq, 1, T0, "refused", &error))
      g_assert_no_error (error);
  }
}

static void
test_outbox_retries_what_failed (StoresFixture *f, gconstpointer data)
{
  TcnAlertFilter filter = { .rule = "two" };
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  guint n = 0;

  ring (f, "a", "one", T0);
  ring (f, "b", "two", T0);
  fail_all (f, "screen");
  g_assert_cmpuint (count_due (f, "screen", G_MAXINT64), ==, 0);
  text = list (f->store, (TcnAlertFilter){ .is_failed = TRUE, .rule = "one" });
  g_assert_cmpstr (text, ==, "one desktop:pending:0: screen:failed:1:refused\n");

  if (!tcn_outbox_retry (f->store, &filter, T0, &n, &error))
    g_assert_no_error (error);
  g_assert_cmpuint (n, ==, 1);
  g_assert_cmpuint (count_due (f, "screen", T0), ==, 1);
}

static void
test_outbox_lists_by_filter (StoresFixture *f, gconstpointer data)
{
  g_autofree char *since = NULL;
  g_autofree char *feed = NULL;
  g_autofree char *none = NULL;
  g_autofree char *failed = NULL;

  ring (f, "a", "one", T0);
  ring (f, "b", "two", T0 + DAY);
  fail_all (f, "screen");
  fail_all (f, "desktop");
  ring (f, "c", "three", T0 + 2 * DAY);
  since = list (f->store, (TcnAlertFilter){ .since_unix = T0 + DAY });
  feed = list (f->store, (TcnAlertFilter){ .feed = "other" });
  none = list (f->store, (TcnAlertFilter){ .rule = "one", .is_pending = TRUE });
  failed = list (f->store, (TcnAlertFilter){ .is_pending = TRUE, .is_failed = TRUE });

  g_assert_true (g_str_has_prefix (since, "two "));
  g_assert_nonnull (strstr (since, "\nthree "));
  g_assert_cmpstr (feed, ==, "");
  g_assert_cmpstr (none, ==, "");
  g_assert_nonnull (strstr (failed, "one "));
  g_assert_nonnull (strstr (failed, "three "));
}

static gboolean
stop_at_once (const TcnAlertRecord *record, gpointer data)
{
  guint *n = data;

  (*n)++;
  return FALSE;
}

static void
test_outbox_listing_stops (StoresFixture *f, gconstpointer data)
{
  TcnAlertFilter filter = { 0 };
  guint n = 0;

  ring (f, "a", "one", T0);
  ring (f, "b", "two", T0);

  g_assert_true (tcn_outbox_list (f->store, &filter, stop_at_once, &n, NULL));
  g_assert_cmpuint (n, ==, 1);
}

static void
test_outbox_takes_requests_of_others (StoresFixture *f, gconstpointer data)
{
  TcnAlertFilter one = { .rule = "one", .since_unix = T0 };
  TcnAlertFilter late = { .since_unix = T0 + DAY };
  g_autoptr (GError) error = NULL;
  g_autofree char *junk = g_build_filename (f->dir, "retry-junk.request", NULL);
  guint n = 0;

  ring (f, "a", "one", T0);
  ring (f, "b", "two", T0);
  fail_all (f, "screen");
  g_assert_true (g_file_set_contents (junk, "\xff\xff\xff", 3, NULL));
  g_assert_true (tcn_outbox_request_retry (f->dir, &one, &error));
  g_assert_true (tcn_outbox_request_retry (f->dir, &late, &error));
  g_assert_true (tcn_outbox_take_requests (f->store, T0, &n, &error));

  g_assert_no_error (error);
  g_assert_cmpuint (n, ==, 1);
  g_assert_cmpuint (count_due (f, "screen", T0), ==, 1);
  g_assert_false (g_file_test (junk, G_FILE_TEST_EXISTS));
  g_assert_true (tcn_outbox_take_requests (f->store, T0, &n, &error));
  g_assert_cmpuint (n, ==, 0);
}

static void
test_outbox_marks_commit_what_is_recorded (StoresFixture *f, gconstpointer data)
{
  g_autofree char *item = tcn_item_id ("sohr", "b");
  g_autoptr (TcnAlert) alert = stores_alert ("sohr", item, "two", T0);
  g_autoptr (GPtrArray) pending = NULL;
  g_autoptr (GError) error = NULL;
  const TcnPending *head;

  ring (f, "a", "one", T0);
  pending = due (f, "screen", T0, 0, 10);
  head = g_ptr_array_index (pending, 0);
  if (!tcn_ledger_begin_feed (f->ledger, f->feed, T0, 1, &error) ||
      !tcn_ledger_add_alert (f->ledger, alert, both_sinks, 0, &error) ||
      !tcn_ledger_end_feed (f->ledger, f->feed, &error) ||
      !tcn_outbox_mark_sent (f->store, "screen", &head->seq, 1, T0, &error))
    g_assert_no_error (error);

  g_assert_cmpint (tcn_ledger_due_us (f->ledger), ==, 0);
  g_assert_cmpuint (count_due (f, "screen", T0), ==, 1);
  g_assert_cmpuint (count_due (f, "desktop", T0), ==, 2);
}

/* The pragma that decides whether a commit reaches the disk. */
static gint64
synchronous (StoresFixture *f)
{
  gint64 value = -1;

  g_assert_true (
      tcn_db_get_int (tcn_store_db (f->store), "PRAGMA synchronous", &value, NULL));
  return value;
}

static void
test_outbox_marks_are_relaxed_and_records_are_not (StoresFixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) pending = NULL;
  const TcnPending *head;

  ring (f, "a", "one", T0);
  g_assert_cmpint (synchronous (f), ==, 2);
  pending = due (f, "screen", T0, 0, 10);
  head = g_ptr_array_index (pending, 0);
  g_assert_true (tcn_outbox_mark_sent (f->store, "screen", &head->seq, 1, T0, NULL));
  g_assert_cmpint (synchronous (f), ==, 1);
  ring (f, "b", "two", T0);
  g_assert_cmpint (synchronous (f), ==, 2);
}

int
main (int argc, char **argv)
{
#define ADD(path, func)                                                                  \
  g_test_add ("/outbox/" path, StoresFixture, NULL, stores_set_up, func, stores_tear_down)

  g_test_init (&argc, &argv, NULL);
  ADD ("gives-back-the-alert", test_outbox_gives_back_the_alert);
  ADD ("goes-by-sink-and-order", test_outbox_goes_by_sink_and_order);
  ADD ("sends-once", test_outbox_sends_once);
  ADD ("waits-before-a-retry", test_outbox_waits_before_a_retry);
  ADD ("waits-for-no-clock-that-was-put-back",
       test_outbox_waits_for_no_clock_that_was_put_back);
  ADD ("absence-is-no-attempt", test_outbox_absence_is_no_attempt);
  ADD ("retries-what-failed", test_outbox_retries_what_failed);
  ADD ("lists-by-filter", test_outbox_lists_by_filter);
  ADD ("listing-stops", test_outbox_listing_stops);
  ADD ("takes-requests-of-others", test_outbox_takes_requests_of_others);
  ADD ("marks-commit-what-is-recorded", test_outbox_marks_commit_what_is_recorded);
  ADD ("marks-are-relaxed-and-records-are-not",
       test_outbox_marks_are_relaxed_and_records_are_not);
  return g_test_run ();
}
