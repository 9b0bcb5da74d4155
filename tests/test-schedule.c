/* SPDX-License-Identifier: MIT */
#include "tocsin/schedule.h"

#include <string.h>

#define MINUTE 60
#define HOUR 3600
#define DAY 86400
#define WEEK (7 * DAY)
#define START 1795132800 /* 2026-11-20T00:00:00Z, a Friday */

static const TcnSchedulePolicy every_hour = { .interval_s = HOUR };
static const TcnSchedulePolicy automatic = { .interval_s = 0 };

static TcnPollReport
make_report (TcnPollOutcome outcome, guint n_new)
{
  return (TcnPollReport){
    .outcome = outcome,
    .n_new = n_new,
    .fresh_for_s = -1,
    .retry_after_s = -1,
    .has_validators = TRUE,
  };
}

static TcnScheduleEvents
poll_at (TcnSchedule *schedule, const TcnPollReport *report,
         const TcnSchedulePolicy *policy, gint64 now_unix)
{
  return tcn_schedule_update (schedule, report, policy, now_unix, 0);
}

static TcnSchedule
make_polled (const TcnSchedulePolicy *policy, gint64 now_unix)
{
  const TcnPollReport report = make_report (TCN_POLL_CHANGED, 10);
  TcnSchedule schedule = { 0 };

  poll_at (&schedule, &report, policy, now_unix);
  return schedule;
}

static gint64
delay_after (const TcnPollReport *report, const TcnSchedulePolicy *policy)
{
  TcnSchedule schedule = { 0 };

  poll_at (&schedule, report, policy, START);
  return schedule.next_due_unix - START;
}

/* Polls a feed that brings an item each `gap_s`, as planned, for a while. */
static TcnSchedule
live_with (gint64 gap_s, gint64 for_s, gboolean has_validators, guint *out_polls)
{
  TcnSchedule schedule = make_polled (&automatic, START);
  gint64 seen_unix = START;

  *out_polls = 0;
  for (;;) {
    gint64 now_unix = schedule.next_due_unix;
    guint n_new = (guint) ((now_unix - START) / gap_s - (seen_unix - START) / gap_s);
    TcnPollReport report =
        make_report (n_new > 0 ? TCN_POLL_CHANGED : TCN_POLL_UNCHANGED, n_new);

    if (now_unix > START + for_s)
      return schedule;
    report.has_validators = has_validators;
    seen_unix = now_unix;
    tcn_schedule_update (&schedule, &report, &automatic, now_unix, 0.5);
    (*out_polls)++;
  }
}

/* --- intervals and floors --- */

static void
test_schedule_new_is_due (void)
{
  const TcnSchedule schedule = { 0 };

  g_assert_true (tcn_schedule_is_due (&schedule, START, FALSE));
  g_assert_cmpint (tcn_schedule_due_unix (&schedule, START), ==, 0);
  g_assert_cmpint (tcn_schedule_health (&schedule, START), ==, TCN_HEALTH_NEW);
}

static void
test_schedule_jitter_only_adds (void)
{
  const TcnPollReport report = make_report (TCN_POLL_UNCHANGED, 0);
  gint64 least = G_MAXINT64;
  gint64 most = 0;

  for (guint i = 0; i < 100; i++) {
    TcnSchedule schedule = { 0 };

    tcn_schedule_update (&schedule, &report, &every_hour, START, i / 100.0);
    least = MIN (least, schedule.next_due_unix - START);
    most = MAX (most, schedule.next_due_unix - START);
  }

  g_assert_cmpint (least, ==, HOUR);
  g_assert_cmpint (most, >, HOUR + 4 * MINUTE);
  g_assert_cmpint (most, <=, HOUR + 6 * MINUTE);
}

static void
test_schedule_is_due_to_the_second (void)
{
  const TcnSchedule schedule = make_polled (&every_hour, START);

  g_assert_false (tcn_schedule_is_due (&schedule, START + HOUR - 1, FALSE));
  g_assert_true (tcn_schedule_is_due (&schedule, START + HOUR, FALSE));
  g_assert_true (tcn_schedule_is_due (&schedule, START + 1, TRUE));
}

static void
test_schedule_hints_are_floors (void)
{
  static const struct {
    gint64 fresh_for_s;
    guint ttl_s;
    guint interval_s;
    gint64 expected_s;
  } rows[] = {
    { -1, 0, 1, 1 },
    { 0, 0, 600, 600 },
    { 600, 0, HOUR, HOUR },
    { 2 * HOUR, 0, HOUR, 2 * HOUR },
    { -1, 2 * HOUR, HOUR, 2 * HOUR },
    { 3 * HOUR, 2 * HOUR, 1, 3 * HOUR },
    { 40 * DAY, 0, HOUR, DAY },
    { -1, 40 * DAY, HOUR, DAY },
    { 40 * DAY, 0, 2 * DAY, 2 * DAY },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    TcnPollReport report = make_report (TCN_POLL_CHANGED, 0);
    const TcnSchedulePolicy policy = { .interval_s = rows[i].interval_s };
    TcnFeed *document = tcn_feed_new ();

    document->ttl_s = rows[i].ttl_s;
    report.document = document;
    report.fresh_for_s = rows[i].fresh_for_s;

    g_test_message ("row %" G_GSIZE_FORMAT, i);
    g_assert_cmpint (delay_after (&report, &policy), ==, rows[i].expected_s);
    tcn_feed_free (document);
  }
}

static void
test_schedule_hints_survive_a_304 (void)
{
  TcnPollReport full = make_report (TCN_POLL_CHANGED, 1);
  TcnPollReport bare = make_report (TCN_POLL_UNCHANGED, 0);
  g_autoptr (TcnFeed) document = tcn_feed_new ();
  TcnSchedule schedule = { 0 };

  document->ttl_s = 3 * HOUR;
  full.document = document;
  full.fresh_for_s = 2 * HOUR;
  poll_at (&schedule, &full, &every_hour, START);
  poll_at (&schedule, &bare, &every_hour, START + DAY);
  g_assert_cmpint (schedule.next_due_unix, ==, START + DAY + 3 * HOUR);

  bare.fresh_for_s = 5 * HOUR;
  poll_at (&schedule, &bare, &every_hour, START + 2 * DAY);
  g_assert_cmpint (schedule.next_due_unix, ==, START + 2 * DAY + 5 * HOUR);

  full.document = NULL;
  full.fresh_for_s = -1;
  poll_at (&schedule, &full, &every_hour, START + 3 * DAY);
  g_assert_cmpint (schedule.next_due_unix, ==, START + 3 * DAY + 3 * HOUR);
}

static void
test_schedule_update_period_yields_to_the_user (void)
{
  TcnPollReport report = make_report (TCN_POLL_CHANGED, 1);
  g_autoptr (TcnFeed) document = tcn_feed_new ();

  document->update_period_s = 6 * HOUR;
  document->skip_hours = 1 << 1;
  report.document = document;

  g_assert_cmpint (delay_after (&report, &every_hour), ==, HOUR);
  g_assert_cmpint (delay_after (&report, &automatic), ==, 6 * HOUR);
}

static void
test_schedule_no_validators_is_an_hour (void)
{
  TcnPollReport report = make_report (TCN_POLL_CHANGED, 1);
  const TcnSchedulePolicy minutes = { .interval_s = 10 * MINUTE };
  guint n_with, n_without;

  live_with (10 * MINUTE, DAY, TRUE, &n_with);
  live_with (10 * MINUTE, DAY, FALSE, &n_without);
  report.has_validators = FALSE;

  g_assert_cmpuint (n_with, >, 100);
  g_assert_cmpuint (n_without, <=, 24);
  g_assert_cmpint (delay_after (&report, &minutes), ==, 10 * MINUTE);
}

static void
test_schedule_skips_hours_and_days (void)
{
  TcnPollReport report = make_report (TCN_POLL_CHANGED, 1);
  g_autoptr (TcnFeed) document = tcn_feed_new ();
  TcnSchedule schedule = { 0 };

  report.document = document;
  document->skip_hours = 0x3f; /* 0 to 5 */
  poll_at (&schedule, &report, &automatic, START);
  g_assert_cmpint (schedule.next_due_unix, ==, START + 6 * HOUR);

  document->skip_hours = 0;
  document->skip_days = 1 << 5; /* Friday */
  poll_at (&schedule, &report, &automatic, START + 9 * HOUR);
  g_assert_cmpint (schedule.next_due_unix, ==, START + DAY);

  document->skip_hours = 0xffffff;
  document->skip_days = 0x7f;
  poll_at (&schedule, &report, &automatic, START);
  g_assert_cmpint (schedule.next_due_unix, >=, START + DAY);
  g_assert_cmpint (schedule.next_due_unix, <=, START + DAY + HOUR);
}

/* --- the rhythm --- */

static void
test_schedule_follows_the_rhythm (void)
{
  guint n_busy, n_hourly, n_daily, n_weekly;
  const TcnSchedule busy = live_with (10 * MINUTE, 30 * DAY, TRUE, &n_busy);
  const TcnSchedule hourly = live_with (HOUR, 30 * DAY, TRUE, &n_hourly);
  const TcnSchedule daily = live_with (DAY, 30 * DAY, TRUE, &n_daily);
  const TcnSchedule weekly = live_with (WEEK, 30 * DAY, TRUE, &n_weekly);

  g_assert_cmpuint (busy.interval_s, <, 12 * MINUTE);
  g_assert_cmpuint (hourly.interval_s, <, 30 * MINUTE);
  g_assert_cmpuint (daily.interval_s, >, HOUR);
  g_assert_cmpuint (weekly.interval_s, >, 2 * HOUR);
  g_assert_cmpuint (n_busy, >, n_hourly);
  g_assert_cmpuint (n_hourly, >, n_daily);
  g_assert_cmpuint (n_daily, >, n_weekly);
  g_assert_cmpuint (n_weekly, >, 30 * 5);
}

static void
test_schedule_slows_down_in_a_silence (void)
{
  const TcnPollReport nothing = make_report (TCN_POLL_UNCHANGED, 0);
  guint n_polls;
  TcnSchedule schedule = live_with (10 * MINUTE, DAY, TRUE, &n_polls);
  gint64 fell_silent_unix = schedule.last_poll_unix;
  guint last_s = schedule.interval_s;

  while (schedule.next_due_unix < fell_silent_unix + 12 * HOUR) {
    poll_at (&schedule, &nothing, &automatic, schedule.next_due_unix);
    g_assert_cmpuint (schedule.interval_s, >=, last_s);
    last_s = schedule.interval_s;
  }

  g_assert_cmpuint (last_s, >=, 30 * MINUTE);
  g_assert_cmpuint (last_s, <=, HOUR);
}

static void
test_schedule_falls_asleep (void)
{
  const TcnPollReport nothing = make_report (TCN_POLL_UNCHANGED, 0);
  TcnSchedule schedule = make_polled (&automatic, START);

  poll_at (&schedule, &nothing, &automatic, START + 15 * DAY);
  g_assert_cmpuint (schedule.interval_s, ==, 4 * HOUR);
  poll_at (&schedule, &nothing, &automatic, START + 70 * DAY);
  g_assert_cmpuint (schedule.interval_s, ==, DAY);
}

static void
test_schedule_first_sight_is_no_rhythm (void)
{
  const TcnSchedule schedule = make_polled (&automatic, START);

  g_assert_cmpuint (schedule.n_arrivals, ==, 0);
}

/* --- failures --- */

static void
test_schedule_backs_off_and_never_gives_up (void)
{
  const TcnPollReport failure = make_report (TCN_POLL_FAILED, 0);
  const TcnPollReport success = make_report (TCN_POLL_UNCHANGED, 0);
  TcnSchedule schedule = make_polled (&every_hour, START);
  gint64 now_unix = START;
  gint64 last_s = 0;

  for (guint i = 0; i < 100; i++) {
    gint64 delay_s;

    now_unix = schedule.next_due_unix;
    poll_at (&schedule, &failure, &every_hour, now_unix);
    delay_s = schedule.next_due_unix - now_unix;
    g_assert_cmpint (delay_s, >=, MIN (MAX (2 * last_s, HOUR), DAY));
    g_assert_cmpint (delay_s, <=, DAY);
    g_assert_cmpuint (schedule.failures, ==, i + 1);
    last_s = delay_s;
  }
  g_assert_cmpint (last_s, ==, DAY);
  g_assert_cmpint (tcn_schedule_health (&schedule, now_unix), ==, TCN_HEALTH_FAILING);

  poll_at (&schedule, &success, &every_hour, now_unix + DAY);
  g_assert_cmpuint (schedule.failures, ==, 0);
  g_assert_cmpint (schedule.next_due_unix, ==, now_unix + DAY + HOUR);
}

static void
test_schedule_long_interval_is_no_ceiling_for_failures (void)
{
  const TcnSchedulePolicy weekly = { .interval_s = WEEK };
  const TcnPollReport failure = make_report (TCN_POLL_FAILED, 0);
  TcnSchedule schedule = { 0 };

  poll_at (&schedule, &failure, &weekly, START);

  g_assert_cmpint (schedule.next_due_unix, ==, START + WEEK);
}

static void
test_schedule_tells_failing_once (void)
{
  const TcnPollReport failure = make_report (TCN_POLL_FAILED, 0);
  const TcnPollReport success = make_report (TCN_POLL_UNCHANGED, 0);
  TcnSchedule schedule = make_polled (&every_hour, START);
  guint n_told = 0;

  for (guint i = 0; i < 20; i++)
    n_told += (poll_at (&schedule, &failure, &every_hour, START + i * HOUR) &
               TCN_EVENT_FAILING) != 0;

  g_assert_cmpuint (n_told, ==, 1);
  g_assert_cmpint (poll_at (&schedule, &success, &every_hour, START + DAY), ==,
                   TCN_EVENT_RECOVERED);
  g_assert_cmpint (poll_at (&schedule, &success, &every_hour, START + 2 * DAY), ==,
                   TCN_EVENT_NONE);
}

static void
test_schedule_one_failure_is_not_told (void)
{
  const TcnPollReport failure = make_report (TCN_POLL_FAILED, 0);
  const TcnPollReport success = make_report (TCN_POLL_UNCHANGED, 0);
  TcnSchedule schedule = make_polled (&every_hour, START);

  g_assert_cmpint (poll_at (&schedule, &failure, &every_hour, START + HOUR), ==,
                   TCN_EVENT_NONE);
  g_assert_cmpint (poll_at (&schedule, &success, &every_hour, START + 2 * HOUR), ==,
                   TCN_EVENT_NONE);
}

static void
test_schedule_offline_is_nobodys_fault (void)
{
  const TcnPollReport offline = make_report (TCN_POLL_OFFLINE, 0);
  TcnSchedule schedule = make_polled (&every_hour, START);

  poll_at (&schedule, &offline, &every_hour, START + HOUR);

  g_assert_cmpuint (schedule.failures, ==, 0);
  g_assert_cmpint (schedule.next_due_unix, <=, START + HOUR + 15 * MINUTE);
  g_assert_cmpint (tcn_schedule_health (&schedule, START + HOUR), ==, TCN_HEALTH_OK);
}

static void
test_schedule_gone_after_two_days_running (void)
{
  const TcnPollReport gone = make_report (TCN_POLL_GONE, 0);
  const TcnPollReport success = make_report (TCN_POLL_CHANGED, 1);
  TcnSchedule schedule = make_polled (&every_hour, START);

  g_assert_cmpint (poll_at (&schedule, &gone, &every_hour, START + HOUR), ==, 0);
  g_assert_cmpint (schedule.next_due_unix, ==, START + HOUR + DAY);
  g_assert_cmpint (poll_at (&schedule, &gone, &every_hour, START + 2 * HOUR), ==, 0);
  g_assert_false (schedule.is_gone);
  g_assert_true (poll_at (&schedule, &gone, &every_hour, START + HOUR + DAY) &
                 TCN_EVENT_GONE);
  g_assert_cmpint (schedule.next_due_unix, ==, START + HOUR + DAY + WEEK);
  g_assert_cmpint (tcn_schedule_health (&schedule, START + 3 * DAY), ==, TCN_HEALTH_GONE);
  g_assert_cmpint (poll_at (&schedule, &gone, &every_hour, START + 9 * DAY), ==, 0);
  g_assert_true (poll_at (&schedule, &success, &every_hour, START + 17 * DAY) &
                 TCN_EVENT_RECOVERED);
  g_assert_false (schedule.is_gone);
}

/* --- Retry-After --- */

static void
test_schedule_retry_after_always_holds (void)
{
  TcnPollReport refused = make_report (TCN_POLL_FAILED, 0);
  TcnSchedule schedule = make_polled (&every_hour, START);
  gint64 now_unix = START + HOUR;

  refused.retry_after_s = 5 * HOUR;
  poll_at (&schedule, &refused, &every_hour, now_unix);

  g_assert_false (tcn_schedule_is_due (&schedule, now_unix + 5 * HOUR - 1, TRUE));
  g_assert_true (tcn_schedule_is_due (&schedule, now_unix + 5 * HOUR, TRUE));
  g_assert_cmpint (schedule.next_due_unix, >=, now_unix + 5 * HOUR);
  g_assert_cmpint (tcn_schedule_health (&schedule, now_unix), ==, TCN_HEALTH_PAUSED);
}

static void
test_schedule_retry_after_is_clamped (void)
{
  TcnPollReport refused = make_report (TCN_POLL_FAILED, 0);
  TcnSchedule schedule = make_polled (&every_hour, START);

  refused.retry_after_s = G_MAXINT64;
  poll_at (&schedule, &refused, &every_hour, START);
  g_assert_cmpint (schedule.hold_until_unix, ==, START + WEEK);
  g_assert_true (tcn_schedule_is_due (&schedule, START + WEEK, FALSE));

  refused.retry_after_s = 0;
  schedule = make_polled (&every_hour, START);
  poll_at (&schedule, &refused, &every_hour, START + HOUR);
  g_assert_cmpint (schedule.hold_until_unix, ==, 0);
  g_assert_cmpint (schedule.next_due_unix, >=, START + 2 * HOUR);
}

static void
test_schedule_postponed_is_no_poll (void)
{
  TcnPollReport postponed = make_report (TCN_POLL_POSTPONED, 0);
  TcnSchedule schedule = make_polled (&every_hour, START);

  postponed.retry_after_s = 2 * HOUR;
  poll_at (&schedule, &postponed, &every_hour, START + HOUR);

  g_assert_cmpint (schedule.last_poll_unix, ==, START);
  g_assert_cmpuint (schedule.failures, ==, 0);
  g_assert_false (tcn_schedule_is_due (&schedule, START + 3 * HOUR - 1, TRUE));
  g_assert_true (tcn_schedule_is_due (&schedule, START + 3 * HOUR + 15 * MINUTE, FALSE));
}

/* --- for who comes by a clock of his own --- */

static gint64
visit_after (const TcnPollReport *report, const TcnSchedulePolicy *policy)
{
  TcnSchedule schedule = { 0 };

  tcn_schedule_update (&schedule, report, policy, START, 0.9);
  return tcn_schedule_visit_unix (&schedule, policy, START) - START;
}

/* The jitter is not for him; what the server asks for is, and so is the rhythm. */
static void
test_schedule_visit_is_when_the_interval_is_over (void)
{
  TcnPollReport report = make_report (TCN_POLL_CHANGED, 1);

  g_assert_cmpint (visit_after (&report, &every_hour), ==, HOUR);
  g_assert_cmpint (visit_after (&report, &automatic), >, 30 * MINUTE);
  report.fresh_for_s = 2 * HOUR;
  g_assert_cmpint (visit_after (&report, &every_hour), ==, 2 * HOUR);
  report.retry_after_s = 3 * HOUR;
  g_assert_cmpint (visit_after (&report, &every_hour), ==, 3 * HOUR);
}

/* What is shown is what is kept. */
static void
test_schedule_interval_has_the_floors (void)
{
  TcnPollReport report = make_report (TCN_POLL_CHANGED, 1);
  TcnSchedule schedule = { 0 };

  g_assert_cmpint (tcn_schedule_interval_s (&schedule, &automatic), ==, 0);
  g_assert_cmpint (tcn_schedule_interval_s (&schedule, &every_hour), ==, HOUR);
  tcn_schedule_update (&schedule, &report, &automatic, START, 0);
  g_assert_cmpint (tcn_schedule_interval_s (&schedule, &automatic), <, HOUR);
  report.has_validators = FALSE;
  tcn_schedule_update (&schedule, &report, &automatic, START, 0);
  g_assert_cmpint (tcn_schedule_interval_s (&schedule, &automatic), ==, HOUR);
  g_assert_cmpint (schedule.next_due_unix, ==, START + HOUR);
  report.fresh_for_s = 2 * HOUR;
  tcn_schedule_update (&schedule, &report, &every_hour, START, 0);
  g_assert_cmpint (tcn_schedule_interval_s (&schedule, &every_hour), ==, 2 * HOUR);
}

static void
test_schedule_visit_undercuts_nothing_else (void)
{
  const TcnPollReport failed = make_report (TCN_POLL_FAILED, 0);
  const TcnPollReport unchanged = make_report (TCN_POLL_UNCHANGED, 0);
  const TcnPollReport offline = make_report (TCN_POLL_OFFLINE, 0);
  const TcnSchedulePolicy every_minute = { .interval_s = MINUTE };
  TcnPollReport postponed = make_report (TCN_POLL_POSTPONED, 0);
  TcnSchedule schedule = make_polled (&every_hour, START);

  postponed.retry_after_s = 5 * HOUR;
  poll_at (&schedule, &postponed, &every_hour, START + HOUR);
  g_assert_cmpint (tcn_schedule_visit_unix (&schedule, &every_hour, START + HOUR), ==,
                   START + 6 * HOUR);
  poll_at (&schedule, &unchanged, &every_hour, START + 6 * HOUR);
  poll_at (&schedule, &failed, &every_hour, START + 7 * HOUR);
  poll_at (&schedule, &failed, &every_hour, START + 8 * HOUR);
  g_assert_cmpint (tcn_schedule_visit_unix (&schedule, &every_hour, START + 8 * HOUR), ==,
                   tcn_schedule_due_unix (&schedule, START + 8 * HOUR));
  schedule = make_polled (&every_minute, START);
  poll_at (&schedule, &offline, &every_minute, START + MINUTE);
  g_assert_cmpint (tcn_schedule_visit_unix (&schedule, &every_minute, START + MINUTE), ==,
                   tcn_schedule_due_unix (&schedule, START + MINUTE));
  schedule = (TcnSchedule){ 0 };
  g_assert_cmpint (tcn_schedule_visit_unix (&schedule, &every_hour, START), ==, 0);
}

/* --- moves, stale caches, silence --- */

static void
test_schedule_believes_a_move_in_time (void)
{
  TcnPollReport moved = make_report (TCN_POLL_CHANGED, 0);
  const TcnPollReport plain = make_report (TCN_POLL_CHANGED, 0);
  TcnSchedule schedule = make_polled (&every_hour, START);

  moved.permanent_url = "https://new.example/feed";
  for (guint i = 0; i < 48; i++)
    g_assert_cmpint (poll_at (&schedule, &moved, &every_hour, START + i * HOUR), ==, 0);
  g_assert_cmpint (poll_at (&schedule, &moved, &every_hour, START + 2 * DAY), ==,
                   TCN_EVENT_MOVED);
  g_assert_cmpint (poll_at (&schedule, &moved, &every_hour, START + 2 * DAY + HOUR), ==,
                   0);

  schedule = make_polled (&every_hour, START);
  for (guint i = 0; i < 4; i++)
    g_assert_cmpint (poll_at (&schedule, &moved, &every_hour, START + i * DAY), ==, 0);
  g_assert_cmpint (poll_at (&schedule, &plain, &every_hour, START + 4 * DAY), ==, 0);
  g_assert_cmpint (poll_at (&schedule, &moved, &every_hour, START + 5 * DAY), ==, 0);
  moved.permanent_url = "https://other.example/feed";
  for (guint i = 6; i < 10; i++)
    g_assert_cmpint (poll_at (&schedule, &moved, &every_hour, START + i * DAY), ==, 0);
}

static void
test_schedule_doubts_a_304_without_end (void)
{
  const TcnPollReport unchanged = make_report (TCN_POLL_UNCHANGED, 0);
  TcnSchedule schedule = make_polled (&every_hour, START);
  guint n_stale = 0;

  for (guint i = 1; i <= 9 * 24; i++)
    n_stale += (poll_at (&schedule, &unchanged, &every_hour, START + i * HOUR) &
                TCN_EVENT_STALE) != 0;

  g_assert_cmpuint (n_stale, ==, 1);
}

/* A month without anything new: how often its silence is told. */
static guint
count_silences (TcnSchedule *schedule, gint64 from_unix)
{
  const TcnPollReport nothing = make_report (TCN_POLL_UNCHANGED, 0);
  guint n_told = 0;

  for (guint i = 0; i < 30; i++)
    n_told += (poll_at (schedule, &nothing, &every_hour, from_unix + i * DAY) &
               TCN_EVENT_SILENT) != 0;
  return n_told;
}

static void
test_schedule_tells_silence_once (void)
{
  const TcnPollReport item = make_report (TCN_POLL_CHANGED, 1);
  TcnSchedule schedule = make_polled (&every_hour, START);
  gint64 now_unix = START;

  for (guint i = 0; i < 10; i++, now_unix += DAY)
    g_assert_cmpint (poll_at (&schedule, &item, &every_hour, now_unix), ==, 0);

  g_assert_cmpuint (count_silences (&schedule, now_unix), ==, 1);
  now_unix += 30 * DAY;
  g_assert_cmpint (tcn_schedule_health (&schedule, now_unix), ==, TCN_HEALTH_SILENT);
  g_assert_true (poll_at (&schedule, &item, &every_hour, now_unix) & TCN_EVENT_SPEAKS);
  g_assert_cmpint (tcn_schedule_health (&schedule, now_unix), ==, TCN_HEALTH_OK);
}

/* An item that came while the clock was years ahead. */
static void
test_schedule_tells_silence_after_a_wrong_clock (void)
{
  const TcnPollReport item = make_report (TCN_POLL_CHANGED, 1);
  TcnSchedule schedule = make_polled (&every_hour, START);
  gint64 now_unix = START;

  for (guint i = 0; i < 10; i++, now_unix += DAY)
    poll_at (&schedule, &item, &every_hour, now_unix);
  poll_at (&schedule, &item, &every_hour, now_unix + 1000 * DAY);

  g_assert_cmpuint (count_silences (&schedule, now_unix), ==, 1);
}

/* Some machines begin in 1970, and poll before somebody tells them the time. */
static void
test_schedule_takes_no_measure_by_a_clock_not_set (void)
{
  const TcnPollReport item = make_report (TCN_POLL_CHANGED, 1);
  const TcnPollReport nothing = make_report (TCN_POLL_UNCHANGED, 0);
  const TcnPollReport failed = make_report (TCN_POLL_FAILED, 0);
  const TcnPollReport *const reports[] = { &item, &nothing, &failed };

  for (guint i = 0; i < G_N_ELEMENTS (reports); i++) {
    TcnSchedule schedule = make_polled (&automatic, START);
    gint64 now_unix = START;
    guint interval_s;

    for (guint day = 0; day < 10; day++, now_unix += DAY)
      poll_at (&schedule, &item, &automatic, now_unix);
    poll_at (&schedule, &nothing, &automatic, now_unix);
    interval_s = schedule.interval_s;
    poll_at (&schedule, reports[i], &automatic, HOUR);

    g_test_message ("report %u", i);
    g_assert_cmpint (poll_at (&schedule, &nothing, &automatic, now_unix + HOUR), ==,
                     TCN_EVENT_NONE);
    g_assert_cmpuint (schedule.interval_s, <, 2 * interval_s);
  }
}

static TcnScheduleEvents
poll_items (TcnSchedule *schedule, TcnPollItems items, gint64 now_unix)
{
  TcnPollReport report = make_report (TCN_POLL_CHANGED, 0);

  report.items = items;
  return poll_at (schedule, &report, &every_hour, now_unix);
}

static void
test_schedule_tells_emptiness_once (void)
{
  const TcnPollReport unchanged = make_report (TCN_POLL_UNCHANGED, 0);
  TcnSchedule schedule = make_polled (&every_hour, START);
  gint64 now_unix = START + HOUR;

  poll_items (&schedule, TCN_ITEMS_SOME, now_unix);
  for (guint i = 1; i <= 3; i++)
    g_assert_cmpint (poll_items (&schedule, TCN_ITEMS_NONE, now_unix + i * HOUR), ==, 0);
  now_unix += 4 * HOUR;
  g_assert_cmpint (poll_at (&schedule, &unchanged, &every_hour, now_unix), ==,
                   TCN_EVENT_EMPTY);
  for (guint i = 1; i <= 30; i++)
    g_assert_cmpint (poll_items (&schedule, TCN_ITEMS_NONE, now_unix + i * HOUR), ==, 0);
  now_unix += 31 * HOUR;
  g_assert_cmpint (poll_items (&schedule, TCN_ITEMS_UNKNOWN, now_unix), ==, 0);
  g_assert_cmpint (poll_items (&schedule, TCN_ITEMS_SOME, now_unix), ==,
                   TCN_EVENT_RECOVERED);
  g_assert_cmpint (poll_items (&schedule, TCN_ITEMS_SOME, now_unix), ==, 0);
}

/* It failed in between, and the first answer after that has no items either. */
static void
test_schedule_an_empty_answer_is_no_recovery (void)
{
  const TcnPollReport failed = make_report (TCN_POLL_FAILED, 0);
  TcnSchedule schedule = make_polled (&every_hour, START);
  TcnScheduleEvents told = TCN_EVENT_NONE;
  gint64 now_unix = START + HOUR;

  poll_items (&schedule, TCN_ITEMS_SOME, now_unix);
  for (guint i = 0; i < 6; i++)
    told |= poll_items (&schedule, TCN_ITEMS_NONE, now_unix += HOUR);
  g_assert_cmpint (told, ==, TCN_EVENT_EMPTY);
  for (guint i = 0; i < 6; i++)
    told |= poll_at (&schedule, &failed, &every_hour, now_unix += HOUR);
  g_assert_cmpint (told, ==, TCN_EVENT_EMPTY | TCN_EVENT_FAILING);
  for (guint i = 0; i < 6; i++)
    g_assert_cmpint (poll_items (&schedule, TCN_ITEMS_NONE, now_unix += HOUR), ==, 0);
  g_assert_cmpint (poll_items (&schedule, TCN_ITEMS_SOME, now_unix += HOUR), ==,
                   TCN_EVENT_RECOVERED);
}

/* What began at a time that is now the future has begun now. */
static void
test_schedule_clock_set_back_mutes_nobody (void)
{
  static const struct {
    TcnPollReport report;
    TcnScheduleEvents event;
  } rows[] = {
    { { .outcome = TCN_POLL_FAILED }, TCN_EVENT_FAILING },
    { { .outcome = TCN_POLL_GONE }, TCN_EVENT_GONE },
    { { .outcome = TCN_POLL_CHANGED, .items = TCN_ITEMS_NONE }, TCN_EVENT_EMPTY },
    { { .outcome = TCN_POLL_UNCHANGED, .permanent_url = "https://new.example/" },
      TCN_EVENT_MOVED },
    { { .outcome = TCN_POLL_UNCHANGED, .has_validators = TRUE }, TCN_EVENT_STALE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    TcnSchedule schedule = make_polled (&every_hour, START + 365 * DAY);
    TcnScheduleEvents told = TCN_EVENT_NONE;

    poll_items (&schedule, TCN_ITEMS_SOME, START + 365 * DAY);
    poll_at (&schedule, &rows[i].report, &every_hour, START + 365 * DAY);
    for (guint hour = 0; hour < 10 * 24; hour++)
      told |= poll_at (&schedule, &rows[i].report, &every_hour, START + hour * HOUR);

    g_test_message ("event %u", rows[i].event);
    g_assert_cmpint (told & rows[i].event, ==, rows[i].event);
  }
}

static void
test_schedule_another_address_is_asked_soon (void)
{
  const TcnPollReport gone = make_report (TCN_POLL_GONE, 0);
  TcnSchedule schedule = make_polled (&every_hour, START);

  poll_at (&schedule, &gone, &every_hour, START + HOUR);
  g_assert_true (poll_at (&schedule, &gone, &every_hour, START + 2 * DAY) &
                 TCN_EVENT_GONE);
  g_assert_false (tcn_schedule_is_due (&schedule, START + 3 * DAY, FALSE));
  tcn_schedule_change_address (&schedule, START + 2 * DAY, 0.9);

  g_assert_true (tcn_schedule_is_due (&schedule, START + 2 * DAY + 2 * MINUTE, FALSE));
  g_assert_cmpint (tcn_schedule_health (&schedule, START + 2 * DAY), ==,
                   TCN_HEALTH_FAILING);
  g_assert_cmpint (poll_at (&schedule, &gone, &every_hour, START + 2 * DAY + HOUR) &
                       TCN_EVENT_GONE,
                   ==, 0);
}

static void
test_schedule_empty_for_a_moment_is_not_told (void)
{
  TcnSchedule schedule = make_polled (&every_hour, START);
  TcnScheduleEvents events = TCN_EVENT_NONE;

  for (guint i = 1; i <= 60; i++)
    events |= poll_items (&schedule, i % 3 == 0 ? TCN_ITEMS_SOME : TCN_ITEMS_NONE,
                          START + i * HOUR);

  g_assert_cmpint (events, ==, 0);
}

static void
test_schedule_always_empty_is_not_told (void)
{
  TcnSchedule schedule = make_polled (&every_hour, START);
  TcnScheduleEvents events = TCN_EVENT_NONE;

  for (guint i = 1; i <= 60; i++)
    events |= poll_items (&schedule, TCN_ITEMS_NONE, START + i * HOUR);

  g_assert_cmpint (events, ==, 0);
}

static void
test_schedule_tells_a_certificate_in_place_of_failing (void)
{
  TcnPollReport refused = make_report (TCN_POLL_FAILED, 0);
  const TcnPollReport good = make_report (TCN_POLL_UNCHANGED, 0);
  TcnSchedule schedule = make_polled (&every_hour, START);
  guint n_told = 0;

  refused.is_certificate = TRUE;
  for (guint i = 1; i <= 48; i++) {
    TcnScheduleEvents events =
        poll_at (&schedule, &refused, &every_hour, START + i * HOUR);

    g_assert_false (events & TCN_EVENT_FAILING);
    n_told += (events & TCN_EVENT_CERTIFICATE) != 0;
  }

  g_assert_cmpuint (n_told, ==, 1);
  g_assert_cmpint (poll_at (&schedule, &good, &every_hour, START + 50 * HOUR), ==,
                   TCN_EVENT_RECOVERED);
}

/* --- clocks and reloads --- */

static void
test_schedule_clock_set_back (void)
{
  const TcnSchedule schedule = make_polled (&every_hour, START + 30 * DAY);

  g_assert_true (tcn_schedule_is_due (&schedule, START, FALSE));
  g_assert_cmpint (tcn_schedule_due_unix (&schedule, START), <=, START);
  g_assert_false (tcn_schedule_is_due (&schedule, START + 30 * DAY - 5, FALSE));
}

static void
test_schedule_clock_set_back_under_retry_after (void)
{
  TcnPollReport refused = make_report (TCN_POLL_FAILED, 0);
  TcnSchedule schedule = { 0 };

  refused.retry_after_s = WEEK;
  poll_at (&schedule, &refused, &every_hour, START + 365 * DAY);

  g_assert_true (tcn_schedule_is_due (&schedule, START, FALSE));
}

static void
test_schedule_spreads_the_due (void)
{
  g_assert_cmpuint (tcn_schedule_spread_s (1000, 0), <, 10);
  g_assert_cmpuint (tcn_schedule_spread_s (1000, 0.99), >, 120);
  g_assert_cmpuint (tcn_schedule_spread_s (1000000, 0.99), <=, 10 * MINUTE);
  g_assert_cmpuint (tcn_schedule_spread_s (1, 0.99), <, 30);
}

static void
test_schedule_replans_only_another_interval (void)
{
  const TcnSchedulePolicy minutes = { .interval_s = 10 * MINUTE };
  TcnSchedule schedule = make_polled (&every_hour, START);
  TcnSchedule never = { 0 };

  tcn_schedule_replan (&schedule, &every_hour, START + MINUTE, 0.9);
  g_assert_cmpint (schedule.next_due_unix, ==, START + HOUR);
  tcn_schedule_replan (&schedule, &minutes, START + MINUTE, 0);
  g_assert_cmpint (schedule.next_due_unix, ==, START + 10 * MINUTE);
  g_assert_cmpuint (schedule.interval_s, ==, 10 * MINUTE);
  tcn_schedule_replan (&schedule, &automatic, START + MINUTE, 0);
  g_assert_cmpint (schedule.next_due_unix, ==, START + 30 * MINUTE);
  tcn_schedule_replan (&schedule, &automatic, START + 20 * MINUTE, 0.9);
  g_assert_cmpint (schedule.next_due_unix, ==, START + 30 * MINUTE);
  tcn_schedule_replan (&never, &minutes, START, 0.5);
  g_assert_cmpint (never.next_due_unix, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function) g_test_add_func ("/schedule/" name, test_schedule_##function)
  ADD ("new-is-due", new_is_due);
  ADD ("jitter-only-adds", jitter_only_adds);
  ADD ("is-due-to-the-second", is_due_to_the_second);
  ADD ("hints-are-floors", hints_are_floors);
  ADD ("hints-survive-a-304", hints_survive_a_304);
  ADD ("update-period-yields-to-the-user", update_period_yields_to_the_user);
  ADD ("no-validators-is-an-hour", no_validators_is_an_hour);
  ADD ("skips-hours-and-days", skips_hours_and_days);
  ADD ("follows-the-rhythm", follows_the_rhythm);
  ADD ("slows-down-in-a-silence", slows_down_in_a_silence);
  ADD ("falls-asleep", falls_asleep);
  ADD ("first-sight-is-no-rhythm", first_sight_is_no_rhythm);
  ADD ("backs-off-and-never-gives-up", backs_off_and_never_gives_up);
  ADD ("long-interval-is-no-ceiling-for-failures",
       long_interval_is_no_ceiling_for_failures);
  ADD ("tells-failing-once", tells_failing_once);
  ADD ("one-failure-is-not-told", one_failure_is_not_told);
  ADD ("offline-is-nobodys-fault", offline_is_nobodys_fault);
  ADD ("gone-after-two-days-running", gone_after_two_days_running);
  ADD ("retry-after-always-holds", retry_after_always_holds);
  ADD ("retry-after-is-clamped", retry_after_is_clamped);
  ADD ("postponed-is-no-poll", postponed_is_no_poll);
  ADD ("believes-a-move-in-time", believes_a_move_in_time);
  ADD ("doubts-a-304-without-end", doubts_a_304_without_end);
  ADD ("visit-is-when-the-interval-is-over", visit_is_when_the_interval_is_over);
  ADD ("interval-has-the-floors", interval_has_the_floors);
  ADD ("visit-undercuts-nothing-else", visit_undercuts_nothing_else);
  ADD ("tells-silence-once", tells_silence_once);
  ADD ("tells-silence-after-a-wrong-clock", tells_silence_after_a_wrong_clock);
  ADD ("takes-no-measure-by-a-clock-not-set", takes_no_measure_by_a_clock_not_set);
  ADD ("tells-emptiness-once", tells_emptiness_once);
  ADD ("an-empty-answer-is-no-recovery", an_empty_answer_is_no_recovery);
  ADD ("clock-set-back-mutes-nobody", clock_set_back_mutes_nobody);
  ADD ("another-address-is-asked-soon", another_address_is_asked_soon);
  ADD ("empty-for-a-moment-is-not-told", empty_for_a_moment_is_not_told);
  ADD ("always-empty-is-not-told", always_empty_is_not_told);
  ADD ("tells-a-certificate-in-place-of-failing",
       tells_a_certificate_in_place_of_failing);
  ADD ("clock-set-back", clock_set_back);
  ADD ("clock-set-back-under-retry-after", clock_set_back_under_retry_after);
  ADD ("spreads-the-due", spreads_the_due);
  ADD ("replans-only-another-interval", replans_only_another_interval);
  return g_test_run ();
}
