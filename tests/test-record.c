/* SPDX-License-Identifier: MIT */
/* One poll of one feed, from the answer to the ledger, over days of made-up time. */
#include "app/record.h"

#include <string.h>

#include "lib/stores.h"
#include "tocsin/error.h"
#include "tocsin/setup.h"

#define HOUR 3600
#define URL "https://a.example/feed"

typedef struct {
  char *dir;
  TcnStore *store;
  TcnLedger *ledger;
  TcnConfig *config;
  TcnAlerter *alerter;
  TcnFeedState *state;
  gint64 now_unix;
} Fixture;

static TcnConfig *
load_config (const char *text)
{
  g_autofree TcnKeyGroup *types = tcn_sink_key_groups ();
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  g_autoptr (GPtrArray) faults =
      g_ptr_array_new_with_free_func ((GDestroyNotify) tcn_config_fault_free);
  TcnConfig *config =
      tcn_config_load_bytes ("/tocsin.conf", bytes, tcn_setup_loader (), types, faults);

  g_assert_nonnull (config);
  return config;
}

static void
set_up (Fixture *f, gconstpointer text)
{
  f->dir = stores_make_dir ();
  f->store = stores_open (f->dir);
  f->ledger = tcn_ledger_new (f->store);
  f->config = load_config (text);
  f->alerter = tcn_alerter_new (f->config, 1);
  f->state = stores_one_feed (f->store, "a", URL);
  f->now_unix = T0;
}

static void
tear_down (Fixture *f, gconstpointer text)
{
  tcn_feed_state_free (f->state);
  tcn_alerter_free (f->alerter);
  tcn_config_unref (f->config);
  tcn_ledger_free (f->ledger);
  tcn_store_close (f->store);
  stores_remove_dir (f->dir);
  g_free (f->dir);
}

static TcnPollSummary
record (Fixture *f, const TcnFetchResult *result)
{
  static const char *const every_sink[] = { "out", NULL };
  TcnPollSummary summary;
  g_autoptr (GError) error = NULL;
  const TcnPoll poll = {
    .ledger = f->ledger,
    .alerter = f->alerter,
    .config = f->config,
    .every_sink = every_sink,
    .feed = f->config->feeds->pdata[0],
    .state = f->state,
    .result = result,
    .now_unix = f->now_unix,
    .now_us = f->now_unix * G_USEC_PER_SEC,
  };
  gboolean is_recorded =
      tcn_record_poll (&poll, &summary, &error) && tcn_ledger_flush (f->ledger, &error);

  g_assert_no_error (error);
  g_assert_true (is_recorded);
  return summary;
}

static TcnPollSummary
record_failure (Fixture *f, int code)
{
  g_autoptr (GError) failure = g_error_new (TCN_ERROR, code, "the server says no");
  const TcnFetchResult result = {
    .kind = TCN_FETCH_FAILED,
    .failure = TCN_FAILURE_HTTP,
    .error = failure,
    .http_status = 500,
    .fresh_for_s = -1,
    .retry_after_s = -1,
  };

  return record (f, &result);
}

/* `items` is what stands in the channel. */
static TcnPollSummary
record_feed (Fixture *f, const char *items, const char *etag)
{
  g_autofree char *text = g_strconcat ("<rss version=\"2.0\"><channel><title>A</title>",
                                       items, "</channel></rss>", NULL);
  g_autoptr (GBytes) body = g_bytes_new (text, strlen (text));
  g_autoptr (GBytes) tag = etag != NULL ? g_bytes_new (etag, strlen (etag)) : NULL;
  const TcnFetchResult result = {
    .kind = TCN_FETCH_CHANGED,
    .http_status = 200,
    .effective_url = (char *) URL,
    .etag = tag,
    .body = body,
    .body_hash = g_str_hash (text),
    .fresh_for_s = -1,
    .retry_after_s = -1,
  };

  return record (f, &result);
}

static gboolean
append_title (const TcnAlertRecord *alert, gpointer data)
{
  g_string_append_printf (data, "%s: %s\n", alert->alert->rule, alert->alert->title);
  return TRUE;
}

static char *
list_alerts (Fixture *f)
{
  const TcnAlertFilter filter = { 0 };
  GString *titles = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  if (!tcn_outbox_list (f->store, &filter, append_title, titles, &error))
    g_assert_no_error (error);
  return g_string_free (titles, FALSE);
}

static const char plain[] = "[tocsin]\nbacklog = 1d\n[feed a]\nurl = " URL "\n"
                            "[rule bell]\nquery = bell\n[sink out]\ntype = stdout\n";
static const char healthy[] = "[tocsin]\nhealth = out\n[feed a]\nurl = " URL "\n"
                              "[rule bell]\nquery = bell\n[sink out]\ntype = stdout\n";

/* The tests count from November 2026. */
static const char dated[] = "[feed a]\nurl = " URL "\n"
                            "[rule over]\nquery = bell\nuntil = 2026-10-31\n"
                            "[rule lasting]\nquery = bell\nuntil = 2026-12-31\n"
                            "[sink out]\ntype = stdout\n";

static void
test_record_tells_a_failing_feed_once_and_its_recovery (Fixture *f, gconstpointer text)
{
  g_autofree char *alerts = NULL;

  record_feed (f, "", NULL);
  for (guint i = 0; i < 48; i++) {
    f->now_unix += HOUR;
    record_failure (f, TCN_ERROR_FETCH_RETRY);
  }
  for (guint i = 0; i < 3; i++) {
    f->now_unix += HOUR;
    record_feed (f, "", NULL);
  }
  alerts = list_alerts (f);

  g_assert_cmpstr (alerts, ==,
                   "health: Feed a keeps failing\nhealth: Feed a works again\n");
}

static void
test_record_tells_nothing_unless_asked (Fixture *f, gconstpointer text)
{
  g_autofree char *alerts = NULL;

  for (guint i = 0; i < 48; i++) {
    f->now_unix += HOUR;
    record_failure (f, TCN_ERROR_FETCH_RETRY);
  }
  alerts = list_alerts (f);

  g_assert_cmpstr (alerts, ==, "");
}

static void
test_record_tells_that_a_feed_is_gone (Fixture *f, gconstpointer text)
{
  g_autofree char *alerts = NULL;

  record_feed (f, "", NULL);
  for (guint i = 0; i < 10; i++) {
    f->now_unix += DAY;
    record_failure (f, TCN_ERROR_FETCH_GONE);
  }
  alerts = list_alerts (f);

  g_assert_nonnull (strstr (alerts, "health: Feed a is gone\n"));
  g_assert_cmpuint (tcn_schedule_health (&f->state->schedule, f->now_unix), ==,
                    TCN_HEALTH_GONE);
}

static void
test_record_keeps_old_and_undated_items_silent_at_first_sight (Fixture *f,
                                                               gconstpointer text)
{
  TcnPollSummary summary;
  g_autofree char *alerts = NULL;
  g_autoptr (GDateTime) fresh = g_date_time_new_from_unix_utc (f->now_unix - HOUR);
  g_autoptr (GDateTime) future = g_date_time_new_from_unix_utc (f->now_unix + HOUR);
  g_autofree char *fresh_date = g_date_time_format (fresh, "%a, %d %b %Y %H:%M:%S GMT");
  g_autofree char *future_date = g_date_time_format (future, "%a, %d %b %Y %H:%M:%S GMT");
  g_autofree char *items =
      g_strconcat ("<item><title>Fresh bell</title><guid>1</guid><pubDate>", fresh_date,
                   "</pubDate></item>"
                   "<item><title>Old bell</title><guid>2</guid>"
                   "<pubDate>Thu, 01 Jan 2026 00:00:00 GMT</pubDate></item>"
                   "<item><title>Epoch bell</title><guid>3</guid>"
                   "<pubDate>Thu, 01 Jan 1970 00:00:01 GMT</pubDate></item>"
                   "<item><title>Future bell</title><guid>4</guid><pubDate>",
                   future_date, "</pubDate></item>",
                   "<item><title>Undated bell</title><guid>5</guid></item>", NULL);

  summary = record_feed (f, items, NULL);
  alerts = list_alerts (f);

  g_assert_cmpuint (summary.n_new, ==, 5);
  g_assert_cmpstr (alerts, ==, "bell: Fresh bell\n");
}

/* Of two clocks one is slow. */
static void
test_record_takes_the_next_minute_for_now (Fixture *f, gconstpointer text)
{
  g_autofree char *alerts = NULL;
  g_autoptr (GDateTime) soon = g_date_time_new_from_unix_utc (f->now_unix + 60);
  g_autofree char *date = g_date_time_format (soon, "%a, %d %b %Y %H:%M:%S GMT");
  g_autofree char *items =
      g_strconcat ("<item><title>Prompt bell</title><guid>1</guid><pubDate>", date,
                   "</pubDate></item>", NULL);

  record_feed (f, items, NULL);
  alerts = list_alerts (f);

  g_assert_cmpstr (alerts, ==, "bell: Prompt bell\n");
}

static void
test_record_rings_for_any_new_item_after_first_sight (Fixture *f, gconstpointer text)
{
  g_autofree char *alerts = NULL;

  record_feed (f, "<item><title>Known bell</title><guid>1</guid></item>", NULL);
  f->now_unix += HOUR;
  record_feed (f,
               "<item><title>Known bell</title><guid>1</guid></item>"
               "<item><title>New bell</title><guid>2</guid></item>",
               NULL);
  alerts = list_alerts (f);

  g_assert_cmpstr (alerts, ==, "bell: New bell\n");
}

static void
test_record_waits_for_a_whole_document_as_first_sight (Fixture *f, gconstpointer text)
{
  g_autofree char *alerts = NULL;

  record_feed (f, "<item><title>First bell</title><guid>1</guid></item><item><tit",
               "\"x\"");
  g_assert_null (f->state->etag);
  g_assert_cmpint (f->state->first_parse_unix, ==, TCN_TIME_NONE);

  f->now_unix += HOUR;
  record_feed (f,
               "<item><title>First bell</title><guid>1</guid></item>"
               "<item><title>Second bell</title><guid>2</guid></item>",
               "\"y\"");
  alerts = list_alerts (f);

  g_assert_cmpstr (alerts, ==, "");
  g_assert_nonnull (f->state->etag);
  g_assert_cmpint (f->state->first_parse_unix, ==, f->now_unix);
}

static void
test_record_replaces_and_clears_validators (Fixture *f, gconstpointer text)
{
  record_feed (f, "<item><title>1</title></item>", "\"one\"");
  g_assert_cmpmem (g_bytes_get_data (f->state->etag, NULL), 5, "\"one\"", 5);

  f->now_unix += HOUR;
  record_failure (f, TCN_ERROR_FETCH_RETRY);
  g_assert_nonnull (f->state->etag);

  f->now_unix += HOUR;
  record_feed (f, "<item><title>2</title></item>", NULL);
  g_assert_null (f->state->etag);
}

/* What was fetched before is as old as it is: the next poll is no later for it. */
static void
test_record_plans_from_when_it_was_answered (Fixture *f, gconstpointer text)
{
  g_autoptr (GBytes) body = g_bytes_new_static ("<rss><channel/></rss>", 21);
  const TcnFetchResult result = {
    .kind = TCN_FETCH_CHANGED,
    .http_status = 200,
    .effective_url = (char *) URL,
    .body = body,
    .fresh_for_s = 4 * HOUR,
    .retry_after_s = -1,
    .answered_unix = f->now_unix - HOUR,
  };

  record (f, &result);

  g_assert_cmpint (f->state->schedule.last_poll_unix, ==, f->now_unix - HOUR);
  g_assert_cmpint (f->state->schedule.next_due_unix, ==, f->now_unix + 3 * HOUR);
}

static TcnPollSummary
record_unchanged (Fixture *f, const char *etag)
{
  g_autoptr (GBytes) tag = etag != NULL ? g_bytes_new (etag, strlen (etag)) : NULL;
  const TcnFetchResult result = {
    .kind = TCN_FETCH_UNCHANGED,
    .http_status = 304,
    .effective_url = (char *) URL,
    .etag = tag,
    .fresh_for_s = -1,
    .retry_after_s = -1,
  };

  return record (f, &result);
}

static void
test_record_keeps_the_validators_that_a_304_leaves_out (Fixture *f, gconstpointer text)
{
  record_feed (f, "<item><title>1</title></item>", "\"one\"");
  f->state->last_modified = g_bytes_new_static ("Thu", 3);

  f->now_unix += HOUR;
  record_unchanged (f, "\"two\"");
  g_assert_cmpmem (g_bytes_get_data (f->state->etag, NULL), 5, "\"two\"", 5);
  g_assert_nonnull (f->state->last_modified);

  f->now_unix += HOUR;
  record_unchanged (f, NULL);
  g_assert_nonnull (f->state->etag);
  g_assert_nonnull (f->state->last_modified);
}

static void
test_record_asks_again_for_the_whole_of_a_damaged_document (Fixture *f,
                                                            gconstpointer text)
{
  record_feed (f, "<item><title>1</title></item>", "\"one\"");
  f->now_unix += HOUR;
  record_feed (f, "<item><title>2</title></item><item><tit", "\"two\"");

  g_assert_null (f->state->etag);
  g_assert_null (f->state->validator_url);
}

/* The same bytes twice were not cut off on their way. */
static void
test_record_takes_a_document_that_is_always_damaged_as_it_is (Fixture *f,
                                                              gconstpointer text)
{
  static const char old[] = "<item><title>Old bell</title><guid>1</guid></item></broken>";
  static const char both[] =
      "<item><title>Old bell</title><guid>1</guid></item>"
      "<item><title>New bell</title><guid>2</guid></item></broken>";
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;

  record_feed (f, old, "\"one\"");
  g_assert_null (f->state->etag);
  f->now_unix += HOUR;
  record_feed (f, old, "\"one\"");
  g_assert_cmpmem (g_bytes_get_data (f->state->etag, NULL), 5, "\"one\"", 5);
  before = list_alerts (f);
  f->now_unix += HOUR;
  record_feed (f, both, "\"two\"");
  after = list_alerts (f);

  g_assert_cmpstr (before, ==, "");
  g_assert_cmpstr (after, ==, "bell: New bell\n");
}

static void
test_record_rings_no_rule_that_is_over (Fixture *f, gconstpointer text)
{
  g_autofree char *alerts = NULL;

  record_feed (f, "", NULL);
  f->now_unix += HOUR;
  record_feed (f, "<item><title>New bell</title><guid>1</guid></item>", NULL);
  alerts = list_alerts (f);

  g_assert_cmpstr (alerts, ==, "lasting: New bell\n");
}

static void
test_record_treats_the_same_body_as_unchanged (Fixture *f, gconstpointer text)
{
  TcnPollSummary summary;

  record_feed (f, "<item><title>1</title></item>", "\"one\"");
  f->now_unix += HOUR;
  summary = record_feed (f, "<item><title>1</title></item>", "\"two\"");

  g_assert_cmpint (summary.outcome, ==, TCN_POLL_UNCHANGED);
  g_assert_cmpmem (g_bytes_get_data (f->state->etag, NULL), 5, "\"two\"", 5);
}

static void
test_record_stores_no_validators_of_what_is_no_feed (Fixture *f, gconstpointer text)
{
  g_autoptr (GBytes) body = g_bytes_new_static ("<html><body>Oops</body></html>", 30);
  g_autoptr (GBytes) etag = g_bytes_new_static ("\"junk\"", 6);
  const TcnFetchResult result = {
    .kind = TCN_FETCH_CHANGED,
    .http_status = 200,
    .effective_url = (char *) URL,
    .etag = etag,
    .body = body,
    .body_hash = 7,
    .fresh_for_s = -1,
    .retry_after_s = -1,
  };
  TcnPollSummary summary = record (f, &result);

  g_assert_cmpint (summary.outcome, ==, TCN_POLL_FAILED);
  g_assert_null (f->state->etag);
  g_assert_nonnull (f->state->error);
}

/* The one that it moved to is gone; the one that is configured may not be. */
static void
test_record_asks_the_old_address_soon (Fixture *f, gconstpointer text)
{
  g_autofree char *alerts = NULL;

  record_feed (f, "", NULL);
  f->state->moved_url = g_strdup ("https://new.example/feed");
  f->now_unix += HOUR;
  record_failure (f, TCN_ERROR_FETCH_GONE);
  g_assert_nonnull (f->state->moved_url);
  f->now_unix += 2 * DAY;
  record_failure (f, TCN_ERROR_FETCH_GONE);
  alerts = list_alerts (f);

  g_assert_null (f->state->moved_url);
  g_assert_true (tcn_schedule_is_due (&f->state->schedule, f->now_unix + 15 * 60, FALSE));
  g_assert_cmpstr (alerts, ==, "");
}

#define ADD(name, text, function)                                                        \
  g_test_add ("/record/" name, Fixture, text, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("tells-a-failing-feed-once-and-its-recovery", healthy,
       test_record_tells_a_failing_feed_once_and_its_recovery);
  ADD ("tells-nothing-unless-asked", plain, test_record_tells_nothing_unless_asked);
  ADD ("tells-that-a-feed-is-gone", healthy, test_record_tells_that_a_feed_is_gone);
  ADD ("asks-the-old-address-soon", healthy, test_record_asks_the_old_address_soon);
  ADD ("keeps-old-and-undated-items-silent-at-first-sight", plain,
       test_record_keeps_old_and_undated_items_silent_at_first_sight);
  ADD ("takes-the-next-minute-for-now", plain, test_record_takes_the_next_minute_for_now);
  ADD ("rings-for-any-new-item-after-first-sight", plain,
       test_record_rings_for_any_new_item_after_first_sight);
  ADD ("waits-for-a-whole-document-as-first-sight", plain,
       test_record_waits_for_a_whole_document_as_first_sight);
  ADD ("replaces-and-clears-validators", plain,
       test_record_replaces_and_clears_validators);
  ADD ("plans-from-when-it-was-answered", plain,
       test_record_plans_from_when_it_was_answered);
  ADD ("keeps-the-validators-that-a-304-leaves-out", plain,
       test_record_keeps_the_validators_that_a_304_leaves_out);
  ADD ("takes-a-document-that-is-always-damaged-as-it-is", plain,
       test_record_takes_a_document_that_is_always_damaged_as_it_is);
  ADD ("asks-again-for-the-whole-of-a-damaged-document", plain,
       test_record_asks_again_for_the_whole_of_a_damaged_document);
  ADD ("rings-no-rule-that-is-over", dated, test_record_rings_no_rule_that_is_over);
  ADD ("treats-the-same-body-as-unchanged", plain,
       test_record_treats_the_same_body_as_unchanged);
  ADD ("stores-no-validators-of-what-is-no-feed", plain,
       test_record_stores_no_validators_of_what_is_no_feed);
  return g_test_run ();
}
