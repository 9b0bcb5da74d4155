/* SPDX-License-Identifier: MIT */
#include "tocsin/schedule.h"

#include <stdlib.h>
#include <string.h>

#define MINUTE 60
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)

/* The rhythm: see choose_rhythm_s(). */
#define MIN_AUTO_S (5 * MINUTE)
#define MAX_AUTO_S (4 * HOUR)
#define UNKNOWN_MIN_AUTO_S (30 * MINUTE)
#define UNKNOWN_MAX_AUTO_S (2 * HOUR)
#define NO_VALIDATORS_S HOUR
#define EAGERNESS_S (7 * MINUTE)
#define MAX_STRETCH 16
#define IDLE_DIVISOR 17
#define SLEEPING_AFTER_S (60 * DAY)

#define MAX_HINT_S DAY /* caches are told years; nobody means it */
#define MAX_HOLD_S (7 * DAY)
#define MAX_JITTER_S (10 * MINUTE)
#define MAX_PATIENCE_S 30

#define MIN_BACKOFF_S MINUTE
#define MAX_BACKOFF_S DAY
#define MAX_BACKOFF_STEPS 12
#define OFFLINE_S (5 * MINUTE)
#define GONE_PROBE_S (7 * DAY)

/* How long a state must last before it is told. */
#define FAILING_TIMES 3
#define FAILING_FOR_S (3 * HOUR)
#define GONE_APART_S DAY
#define MOVED_TIMES 5
#define MOVED_FOR_S (2 * DAY)
#define STALE_AFTER_S (8 * DAY)
#define SILENT_MIN_ARRIVALS 5
#define SILENT_MIN_S (3 * DAY)

/* A plan or a last poll this far off comes from another clock. */
#define MAX_PLAN_S (8 * DAY)
#define CLOCK_SLACK_S (5 * MINUTE)

/* A clock that shows less has not been set: small machines start in 1970. What it says is no
 * measure of how long something lasts. */
#define CLOCK_SET_UNIX 1767225600 /* 2026-01-01 */

/* --- rhythm --- */

static int
compare_gaps (const void *a, const void *b)
{
  gint64 x = *(const gint64 *) a;
  gint64 y = *(const gint64 *) b;

  return x < y ? -1 : x > y;
}

/* The gaps between the polls that brought something, in order of length; how many. */
static guint
sort_gaps (const TcnSchedule *schedule, gint64 *gaps)
{
  guint n = MIN (schedule->n_arrivals, TCN_SCHEDULE_ARRIVALS);

  for (guint i = 1; i < n; i++)
    gaps[i - 1] = MAX (schedule->arrivals[i] - schedule->arrivals[i - 1], 0);
  if (n < 2)
    return 0;
  qsort (gaps, n - 1, sizeof gaps[0], compare_gaps);
  return n - 1;
}

static gint64
take_root (gint64 square)
{
  gint64 root = 0;

  for (gint64 bit = G_GINT64_CONSTANT (1) << 30; bit > 0; bit >>= 1) {
    if ((root + bit) * (root + bit) <= square)
      root += bit;
  }
  return root;
}

/* With so many requests to spend, items wait least in all when a feed's interval goes with
 * the root of its gap, not with the gap: hence the mean of 7 minutes and the gap. As a
 * silence outgrows the gap (nights, week-ends) it takes the gap's place, and whatever the
 * rhythm, a feed that was silent for a day can wait for an hour more. The constants are those
 * that beat hourly polling at every point for no more requests (bench-schedule). */
static gint64
choose_rhythm_s (const TcnSchedule *schedule, gint64 now_unix)
{
  gint64 gaps[TCN_SCHEDULE_ARRIVALS];
  guint n_gaps = sort_gaps (schedule, gaps);
  gint64 idle_s = schedule->last_new_unix >= CLOCK_SET_UNIX
                      ? MAX (now_unix - schedule->last_new_unix, 0)
                      : 0;
  gint64 rhythm_s = CLAMP (idle_s / 3, UNKNOWN_MIN_AUTO_S, UNKNOWN_MAX_AUTO_S);

  if (idle_s >= SLEEPING_AFTER_S)
    return DAY;
  if (n_gaps > 0) {
    gint64 gap_s = MAX (gaps[n_gaps / 2], MINUTE);

    rhythm_s =
        take_root (EAGERNESS_S * CLAMP (idle_s * 2 / 3, gap_s, MAX_STRETCH * gap_s));
  }
  return CLAMP (MAX (rhythm_s, idle_s / IDLE_DIVISOR), MIN_AUTO_S, MAX_AUTO_S);
}

static gint64
choose_base_s (const TcnSchedule *schedule, const TcnSchedulePolicy *policy,
               gint64 now_unix)
{
  return policy->interval_s > 0 ? policy->interval_s
                                : choose_rhythm_s (schedule, now_unix);
}

static void
note_arrival (TcnSchedule *schedule, gint64 now_unix)
{
  if (schedule->n_arrivals >= TCN_SCHEDULE_ARRIVALS) {
    schedule->n_arrivals = TCN_SCHEDULE_ARRIVALS - 1;
    memmove (schedule->arrivals, schedule->arrivals + 1,
             schedule->n_arrivals * sizeof schedule->arrivals[0]);
  }
  schedule->arrivals[schedule->n_arrivals++] = now_unix;
}

/* --- floors --- */

/* What the publisher asks for. sy: says how often a feed changes, not how often it may be
 * asked; hence it yields to the user's interval. */
static gint64
choose_floor_s (const TcnSchedule *schedule, const TcnSchedulePolicy *policy,
                gint64 fresh_for_s)
{
  gint64 floor_s = MAX (fresh_for_s, (gint64) schedule->ttl_s);

  if (policy->interval_s == 0) {
    floor_s = MAX (floor_s, (gint64) schedule->update_period_s);
    if (!schedule->has_validators && schedule->last_success_unix > 0)
      floor_s = MAX (floor_s, NO_VALIDATORS_S);
  }
  return CLAMP (floor_s, 0, MAX_HINT_S);
}

gint64
tcn_schedule_interval_s (const TcnSchedule *schedule, const TcnSchedulePolicy *policy)
{
  gint64 base_s = policy->interval_s > 0 ? policy->interval_s : schedule->interval_s;

  if (base_s == 0)
    return 0;
  return MAX (base_s, choose_floor_s (schedule, policy, schedule->fresh_for_s));
}

static gboolean
is_skipped (const TcnSchedule *schedule, gint64 unix_time)
{
  gint64 hours = unix_time / HOUR;
  guint hour = (guint) (hours % 24);
  guint day = (guint) ((hours / 24 + 4) % 7); /* 1970-01-01 was a Thursday */

  return (schedule->skip_hours >> hour & 1) != 0 || (schedule->skip_days >> day & 1) != 0;
}

/* The first moment from `due_unix` on that is not skipped; a day later at most, so that
 * skipping everything skips nothing. */
static gint64
pass_skipped (const TcnSchedule *schedule, gint64 due_unix)
{
  if (due_unix < 0 || (schedule->skip_hours == 0 && schedule->skip_days == 0))
    return due_unix;
  for (gint64 at = due_unix; at <= due_unix + DAY; at = (at / HOUR + 1) * HOUR) {
    if (!is_skipped (schedule, at))
      return at;
  }
  return due_unix + DAY;
}

static gint64
most_jitter_s (gint64 delay_s)
{
  return MIN (delay_s / 10, MAX_JITTER_S);
}

static gint64
add_jitter (gint64 delay_s, double dice)
{
  return delay_s + (gint64) ((double) most_jitter_s (delay_s) * dice);
}

static void
plan_regular (TcnSchedule *schedule, const TcnSchedulePolicy *policy, gint64 from_unix,
              double dice)
{
  gint64 delay_s = tcn_schedule_interval_s (schedule, policy);
  gint64 due_unix = from_unix + add_jitter (delay_s, dice);

  schedule->next_due_unix =
      policy->interval_s == 0 ? pass_skipped (schedule, due_unix) : due_unix;
}

/* --- outcomes --- */

static void
take_hints (TcnSchedule *schedule, const TcnPollReport *report)
{
  const TcnFeed *document = report->document;

  if (report->outcome == TCN_POLL_CHANGED || report->fresh_for_s >= 0)
    schedule->fresh_for_s = report->fresh_for_s;
  schedule->has_validators = report->has_validators;
  if (document == NULL)
    return;
  schedule->ttl_s = document->ttl_s;
  schedule->update_period_s = document->update_period_s;
  schedule->skip_hours = document->skip_hours;
  schedule->skip_days = document->skip_days;
}

static TcnScheduleEvents
take_new_items (TcnSchedule *schedule, const TcnPollReport *report,
                gboolean is_first_sight, gint64 now_unix)
{
  TcnScheduleEvents events = TCN_EVENT_NONE;

  now_unix = MAX (now_unix, schedule->last_new_unix); /* by a clock that is not set */
  if (is_first_sight)
    schedule->last_new_unix =
        now_unix; /* even of nothing: silence is counted from here */
  if (report->n_new == 0)
    return TCN_EVENT_NONE;
  if (schedule->is_silence_told)
    events = TCN_EVENT_SPEAKS;
  schedule->is_silence_told = FALSE;
  schedule->last_new_unix = now_unix;
  /* All of a feed is new at first sight: that says nothing of its rhythm. */
  if (!is_first_sight)
    note_arrival (schedule, now_unix);
  return events;
}

/* How long something has been so: from now on, if not from before, or from a time that a
 * clock set back has made the future. */
static gint64
lasted_s (gint64 *since_unix, gint64 now_unix)
{
  if (now_unix < CLOCK_SET_UNIX)
    return 0;
  if (*since_unix == 0 || *since_unix > now_unix)
    *since_unix = now_unix;
  return now_unix - *since_unix;
}

/* Silence is told when it is long by the feed's own measure, its longest recent gap above
 * all: many feeds are silent for every week-end. */
static TcnScheduleEvents
watch_silence (TcnSchedule *schedule, gint64 now_unix)
{
  gint64 gaps[TCN_SCHEDULE_ARRIVALS];
  guint n_gaps = sort_gaps (schedule, gaps);
  gint64 limit_s;

  if (schedule->is_silence_told || schedule->n_arrivals < SILENT_MIN_ARRIVALS)
    return TCN_EVENT_NONE;
  limit_s = MAX (MAX (5 * gaps[n_gaps / 2], 2 * gaps[n_gaps - 1]), SILENT_MIN_S);
  if (now_unix - schedule->last_new_unix < limit_s)
    return TCN_EVENT_NONE;
  schedule->is_silence_told = TRUE;
  return TCN_EVENT_SILENT;
}

/* A URL is only believed to have moved when it says so again and again: redirects that were
 * permanent for an afternoon are common. */
static TcnScheduleEvents
watch_move (TcnSchedule *schedule, const char *permanent_url, gint64 now_unix)
{
  g_autofree char *hash = NULL;

  if (permanent_url == NULL) {
    schedule->moved_sightings = 0;
    schedule->moved_first_unix = 0;
    schedule->moved_url_hash[0] = '\0';
    return TCN_EVENT_NONE;
  }
  hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256, permanent_url, -1);
  hash[sizeof schedule->moved_url_hash - 1] = '\0';
  if (!g_str_equal (hash, schedule->moved_url_hash)) {
    memcpy (schedule->moved_url_hash, hash, sizeof schedule->moved_url_hash);
    schedule->moved_first_unix = 0;
    schedule->moved_sightings = 0;
  }
  schedule->moved_sightings++;
  if (lasted_s (&schedule->moved_first_unix, now_unix) < MOVED_FOR_S ||
      schedule->moved_sightings < MOVED_TIMES)
    return TCN_EVENT_NONE;
  watch_move (schedule, NULL, now_unix);
  return TCN_EVENT_MOVED;
}

/* Servers have been seen to answer 304 for ever after a mistake of theirs. */
static TcnScheduleEvents
watch_staleness (TcnSchedule *schedule, const TcnPollReport *report, gint64 now_unix)
{
  if (report->outcome == TCN_POLL_CHANGED) {
    schedule->body_since_unix = 0;
    return TCN_EVENT_NONE;
  }
  if (lasted_s (&schedule->body_since_unix, now_unix) < STALE_AFTER_S ||
      !schedule->has_validators)
    return TCN_EVENT_NONE;
  schedule->body_since_unix = now_unix;
  return TCN_EVENT_STALE;
}

/* While a feed is said to be empty, only items are its recovery. */
static TcnScheduleEvents
forget_trouble (TcnSchedule *schedule)
{
  gboolean is_told = schedule->is_failure_told || schedule->is_gone;
  TcnScheduleEvents events =
      is_told && !schedule->is_emptiness_told ? TCN_EVENT_RECOVERED : TCN_EVENT_NONE;

  schedule->failures = 0;
  schedule->failing_since_unix = 0;
  schedule->is_failure_told = FALSE;
  schedule->gone_first_unix = 0;
  schedule->is_gone = FALSE;
  return events;
}

/* Some servers give a feed without items for an hour when what they draw on is down. */
static TcnScheduleEvents
watch_emptiness (TcnSchedule *schedule, const TcnPollReport *report, gint64 now_unix)
{
  gboolean is_still_empty =
      report->items == TCN_ITEMS_NONE ||
      (schedule->empty_polls > 0 && report->outcome == TCN_POLL_UNCHANGED);

  if (report->items == TCN_ITEMS_SOME) {
    TcnScheduleEvents events =
        schedule->is_emptiness_told ? TCN_EVENT_RECOVERED : TCN_EVENT_NONE;

    schedule->has_had_items = TRUE;
    schedule->empty_since_unix = 0;
    schedule->empty_polls = 0;
    schedule->is_emptiness_told = FALSE;
    return events;
  }
  if (!is_still_empty || !schedule->has_had_items || schedule->is_emptiness_told)
    return TCN_EVENT_NONE;
  schedule->empty_polls++;
  if (lasted_s (&schedule->empty_since_unix, now_unix) < FAILING_FOR_S ||
      schedule->empty_polls < FAILING_TIMES)
    return TCN_EVENT_NONE;
  schedule->is_emptiness_told = TRUE;
  return TCN_EVENT_EMPTY;
}

static TcnScheduleEvents
take_success (TcnSchedule *schedule, const TcnPollReport *report,
              const TcnSchedulePolicy *policy, gint64 now_unix, double dice)
{
  gboolean is_first_sight = schedule->last_success_unix == 0;
  TcnScheduleEvents events = forget_trouble (schedule);

  schedule->last_success_unix = now_unix;
  take_hints (schedule, report);
  events |= take_new_items (schedule, report, is_first_sight, now_unix);
  events |= watch_silence (schedule, now_unix);
  events |= watch_emptiness (schedule, report, now_unix);
  events |= watch_move (schedule, report->permanent_url, now_unix);
  events |= watch_staleness (schedule, report, now_unix);
  schedule->interval_s = (guint) choose_base_s (schedule, policy, now_unix);
  plan_regular (schedule, policy, now_unix, dice);
  return events;
}

static void
plan_backoff (TcnSchedule *schedule, const TcnPollReport *report,
              const TcnSchedulePolicy *policy, gint64 now_unix, double dice)
{
  gint64 floor_s = choose_floor_s (schedule, policy, report->fresh_for_s);
  gint64 base_s = MAX (choose_base_s (schedule, policy, now_unix), MIN_BACKOFF_S);
  guint steps = MIN (schedule->failures - 1, MAX_BACKOFF_STEPS);
  gint64 delay_s = MIN (base_s << steps, MAX (base_s, MAX_BACKOFF_S));

  schedule->interval_s = (guint) choose_base_s (schedule, policy, now_unix);
  schedule->next_due_unix = now_unix + add_jitter (MAX (delay_s, floor_s), dice);
}

static TcnScheduleEvents
take_failure (TcnSchedule *schedule, const TcnPollReport *report,
              const TcnSchedulePolicy *policy, gint64 now_unix, double dice)
{
  schedule->failures += schedule->failures < G_MAXUINT;
  plan_backoff (schedule, report, policy, now_unix, dice);
  if (lasted_s (&schedule->failing_since_unix, now_unix) < FAILING_FOR_S ||
      schedule->failures < FAILING_TIMES || schedule->is_failure_told ||
      schedule->is_gone)
    return TCN_EVENT_NONE;
  schedule->is_failure_told = TRUE;
  return report->is_certificate ? TCN_EVENT_CERTIFICATE : TCN_EVENT_FAILING;
}

static TcnScheduleEvents
take_gone (TcnSchedule *schedule, const TcnPollReport *report,
           const TcnSchedulePolicy *policy, gint64 now_unix, double dice)
{
  TcnScheduleEvents events = take_failure (schedule, report, policy, now_unix, dice);

  if (lasted_s (&schedule->gone_first_unix, now_unix) >= GONE_APART_S &&
      !schedule->is_gone) {
    schedule->is_gone = TRUE;
    events |= TCN_EVENT_GONE;
  }
  schedule->next_due_unix =
      now_unix + add_jitter (schedule->is_gone ? GONE_PROBE_S : GONE_APART_S, dice);
  return events;
}

/* Not a word about the feed: only another time. */
static void
put_off (TcnSchedule *schedule, const TcnPollReport *report, gint64 now_unix, double dice)
{
  gint64 delay_s = OFFLINE_S;

  if (report->outcome == TCN_POLL_POSTPONED)
    delay_s = CLAMP (report->retry_after_s, MINUTE, MAX_HOLD_S);
  schedule->next_due_unix = now_unix + add_jitter (delay_s, dice);
}

static void
take_hold (TcnSchedule *schedule, const TcnPollReport *report, gint64 now_unix)
{
  if (report->retry_after_s <= 0)
    return;
  schedule->hold_until_unix = now_unix + MIN (report->retry_after_s, MAX_HOLD_S);
  schedule->next_due_unix = MAX (schedule->next_due_unix, schedule->hold_until_unix);
}

/* What came on a day that has not come, by a clock since put right, came now: else a silence
 * would be counted from that day on. */
static void
pull_back (TcnSchedule *schedule, gint64 now_unix)
{
  if (now_unix < CLOCK_SET_UNIX)
    return;
  schedule->last_new_unix = MIN (schedule->last_new_unix, now_unix);
  for (guint i = 0; i < schedule->n_arrivals; i++)
    schedule->arrivals[i] = MIN (schedule->arrivals[i], now_unix);
}

TcnScheduleEvents
tcn_schedule_update (TcnSchedule *schedule, const TcnPollReport *report,
                     const TcnSchedulePolicy *policy, gint64 now_unix, double dice)
{
  TcnScheduleEvents events = TCN_EVENT_NONE;

  pull_back (schedule, now_unix);
  if (report->outcome != TCN_POLL_POSTPONED)
    schedule->last_poll_unix = now_unix;
  schedule->is_fixed = policy->interval_s > 0;
  switch (report->outcome) {
  case TCN_POLL_CHANGED:
  case TCN_POLL_UNCHANGED:
    events = take_success (schedule, report, policy, now_unix, dice);
    break;
  case TCN_POLL_FAILED:
    events = take_failure (schedule, report, policy, now_unix, dice);
    break;
  case TCN_POLL_GONE:
    events = take_gone (schedule, report, policy, now_unix, dice);
    break;
  case TCN_POLL_OFFLINE:
  case TCN_POLL_POSTPONED:
    put_off (schedule, report, now_unix, dice);
    break;
  }
  take_hold (schedule, report, now_unix);
  return events;
}

/* --- when --- */

static gboolean
is_held (const TcnSchedule *schedule, gint64 now_unix)
{
  return schedule->hold_until_unix > now_unix &&
         schedule->hold_until_unix <= now_unix + MAX_HOLD_S + CLOCK_SLACK_S;
}

static gboolean
is_from_another_clock (const TcnSchedule *schedule, gint64 now_unix)
{
  return schedule->last_poll_unix > now_unix + CLOCK_SLACK_S ||
         schedule->next_due_unix > now_unix + MAX_PLAN_S;
}

gboolean
tcn_schedule_is_due (const TcnSchedule *schedule, gint64 now_unix, gboolean all)
{
  if (is_held (schedule, now_unix))
    return FALSE;
  return all || schedule->next_due_unix <= now_unix ||
         is_from_another_clock (schedule, now_unix);
}

gint64
tcn_schedule_due_unix (const TcnSchedule *schedule, gint64 now_unix)
{
  gint64 due_unix = schedule->next_due_unix;

  if (is_from_another_clock (schedule, now_unix))
    due_unix = MIN (due_unix, now_unix);
  return is_held (schedule, now_unix) ? MAX (due_unix, schedule->hold_until_unix)
                                      : due_unix;
}

/* A plan further off than jitter takes it is not that of the interval: the host was paused,
 * the network down. */
gint64
tcn_schedule_visit_unix (const TcnSchedule *schedule, const TcnSchedulePolicy *policy,
                         gint64 now_unix)
{
  gint64 due_unix = tcn_schedule_due_unix (schedule, now_unix);
  gint64 delay_s = tcn_schedule_interval_s (schedule, policy);
  gint64 over_unix = schedule->last_poll_unix + delay_s;

  if (policy->interval_s == 0 || schedule->failures > 0 || is_held (schedule, now_unix) ||
      due_unix - over_unix > most_jitter_s (delay_s))
    return due_unix;
  return MIN (due_unix, over_unix);
}

guint
tcn_schedule_patience_s (const TcnSchedulePolicy *policy)
{
  return MIN (policy->interval_s / 20, MAX_PATIENCE_S);
}

void
tcn_schedule_replan (TcnSchedule *schedule, const TcnSchedulePolicy *policy,
                     gint64 now_unix, double dice)
{
  gboolean is_fixed = policy->interval_s > 0;

  if (schedule->last_poll_unix == 0 ||
      (is_fixed == schedule->is_fixed &&
       (!is_fixed || policy->interval_s == schedule->interval_s)))
    return;
  schedule->is_fixed = is_fixed;
  schedule->interval_s = (guint) choose_base_s (schedule, policy, now_unix);
  if (schedule->failures > 0 || schedule->is_gone)
    return;
  plan_regular (schedule, policy, schedule->last_poll_unix, dice);
  schedule->next_due_unix = MAX (schedule->next_due_unix, schedule->hold_until_unix);
}

void
tcn_schedule_change_address (TcnSchedule *schedule, gint64 now_unix, double dice)
{
  schedule->gone_first_unix = 0;
  schedule->is_gone = FALSE;
  schedule->next_due_unix = now_unix + add_jitter (MIN_BACKOFF_S, dice);
}

guint
tcn_schedule_spread_s (guint n_due, double dice)
{
  guint window_s = CLAMP (n_due, 10, 5 * MINUTE);

  return 2 + (guint) (dice * window_s);
}

/* --- health --- */

TcnHealth
tcn_schedule_health (const TcnSchedule *schedule, gint64 now_unix)
{
  if (schedule->is_gone)
    return TCN_HEALTH_GONE;
  if (is_held (schedule, now_unix))
    return TCN_HEALTH_PAUSED;
  if (schedule->failures > 0)
    return TCN_HEALTH_FAILING;
  if (schedule->last_success_unix == 0)
    return TCN_HEALTH_NEW;
  return schedule->is_silence_told ? TCN_HEALTH_SILENT : TCN_HEALTH_OK;
}
