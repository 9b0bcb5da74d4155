/* SPDX-License-Identifier: MIT */
/*
 * bench-schedule [FEEDS] [DAYS]: what polling by rhythm is worth. Feeds with real-looking
 * lives (a few news wires, many blogs, nights, week-ends, batches) are polled by a fixed
 * interval, by Miniflux's formula and by plan/schedule; printed are the latency of an item
 * from publication to poll and the requests of a feed and day. The first week is not
 * counted: everybody learns.
 */
#include <glib.h>
#include <math.h>
#include <stdlib.h>

#include "tocsin/schedule.h"

#define DAY 86400
#define START (1795132800 - 1795132800 % (7 * DAY))
#define LEARNING (7 * DAY)

typedef struct {
  GArray *items; /* of gint64: when they were published */
} Life;

typedef struct {
  const char *name;
  GArray *latencies; /* of gint64 */
  guint64 n_polls;
} Score;

static double
draw_normal (GRand *random)
{
  double a = g_rand_double_range (random, 1e-9, 1);
  double b = g_rand_double (random);

  return sqrt (-2 * log (a)) * cos (2 * G_PI * b);
}

/* How lively the feed is at this hour of its own day, 1 on average. */
static double
weigh_hour (gint64 at, gint64 phase_s, gboolean rests)
{
  gint64 local = at + phase_s;
  guint hour = (guint) (local / 3600 % 24);
  guint day = (guint) (local / DAY % 7);
  double weight = hour < 6 ? 0.1 : hour < 8 ? 0.8 : hour < 19 ? 1.7 : 0.9;

  return day >= 5 && rests ? weight * 0.2 : weight;
}

static Life
live (GRand *random, guint days)
{
  Life life = { g_array_new (FALSE, FALSE, sizeof (gint64)) };
  double per_day = MIN (1.5 * exp (1.8 * draw_normal (random)), 400);
  gint64 phase_s = g_rand_int_range (random, 0, DAY);
  gboolean rests = g_rand_boolean (random);
  guint batch =
      g_rand_int_range (random, 0, 5) == 0 ? (guint) g_rand_int_range (random, 2, 8) : 1;

  for (gint64 at = START; at < START + (gint64) days * DAY; at += 300) {
    double expected = per_day / 288 * weigh_hour (at, phase_s, rests) / batch;

    if (g_rand_double (random) < expected) {
      gint64 when = at + g_rand_int_range (random, 0, 300);

      for (guint i = 0; i < batch; i++)
        g_array_append_val (life.items, when);
    }
  }
  return life;
}

/* --- ways to poll: when next, given the items up to now --- */

typedef struct {
  TcnSchedule schedule;
  gint64 interval_s;
} Poller;

typedef gint64 (*NextFunc) (Poller *poller, const Life *life, guint n_before, guint n_now,
                            gint64 now, double dice);

static gint64
next_fixed (Poller *poller, const Life *life, guint n_before, guint n_now, gint64 now,
            double dice)
{
  return now + poller->interval_s;
}

/* w = ceil (week / mean gap of the entries of the last week); the interval is a week / w,
 * from 5 minutes to a day. */
static gint64
next_miniflux (Poller *poller, const Life *life, guint n_before, guint n_now, gint64 now,
               double dice)
{
  guint first = n_now;
  double gap;
  double weekly;

  while (first > 0 && g_array_index (life->items, gint64, first - 1) > now - 7 * DAY)
    first--;
  if (n_now - first < 2)
    return now + DAY;
  gap = (double) (g_array_index (life->items, gint64, n_now - 1) -
                  g_array_index (life->items, gint64, first)) /
        (n_now - first - 1);
  weekly = gap > 0 ? ceil (7.0 * DAY / gap) : 10080;
  return now + (gint64) CLAMP (7.0 * DAY / weekly, 300, DAY);
}

static gint64
next_tocsin (Poller *poller, const Life *life, guint n_before, guint n_now, gint64 now,
             double dice)
{
  const TcnSchedulePolicy automatic = { 0 };
  const TcnPollReport report = {
    .outcome = n_now > n_before ? TCN_POLL_CHANGED : TCN_POLL_UNCHANGED,
    .n_new = n_now - n_before,
    .fresh_for_s = -1,
    .retry_after_s = -1,
    .has_validators = TRUE,
  };

  tcn_schedule_update (&poller->schedule, &report, &automatic, now, dice);
  return poller->schedule.next_due_unix;
}

static void
poll_life (Score *score, const Life *life, guint days, NextFunc next, gint64 interval_s,
           GRand *random)
{
  Poller poller = { .interval_s = interval_s };
  gint64 end = START + (gint64) days * DAY;
  gint64 now = START + g_rand_int_range (random, 0, 3600);
  guint n_before = 0;

  while (now < end) {
    guint n_now = n_before;

    for (; n_now < life->items->len; n_now++) {
      gint64 published = g_array_index (life->items, gint64, n_now);
      gint64 latency = now - published;

      if (published > now)
        break;
      if (published >= START + LEARNING)
        g_array_append_val (score->latencies, latency);
    }
    score->n_polls += now >= START + LEARNING;
    now = next (&poller, life, n_before, n_now, now, g_rand_double (random));
    n_before = n_now;
  }
}

static int
compare (const void *a, const void *b)
{
  gint64 x = *(const gint64 *) a;
  gint64 y = *(const gint64 *) b;

  return x < y ? -1 : x > y;
}

static double
minutes_at (const Score *score, double part)
{
  guint n = score->latencies->len;

  return n == 0 ? 0
                : (double) g_array_index (score->latencies, gint64,
                                          (guint) (part * (n - 1))) /
                      60;
}

int
main (int argc, char **argv)
{
  static const struct {
    const char *name;
    NextFunc next;
    gint64 interval_s;
  } ways[] = {
    { "every 15 minutes", next_fixed, 900 },
    { "every 60 minutes", next_fixed, 3600 },
    { "Miniflux's formula", next_miniflux, 0 },
    { "tocsin, auto", next_tocsin, 0 },
  };
  guint64 n_feeds = 10000;
  guint64 days = 30;

  if (argc > 1 && !g_ascii_string_to_unsigned (argv[1], 10, 1, 1000000, &n_feeds, NULL))
    return 2;
  if (argc > 2 && !g_ascii_string_to_unsigned (argv[2], 10, 8, 1000, &days, NULL))
    return 2;
  g_print ("%-20s %10s %10s %10s %16s\n", "", "median min", "p95 min", "mean min",
           "requests a day");
  for (guint i = 0; i < G_N_ELEMENTS (ways); i++) {
    g_autoptr (GRand) lives = g_rand_new_with_seed (1);
    g_autoptr (GRand) random = g_rand_new_with_seed (2);
    Score score = { ways[i].name, g_array_new (FALSE, FALSE, sizeof (gint64)), 0 };
    double sum = 0;

    for (guint64 k = 0; k < n_feeds; k++) {
      Life life = live (lives, (guint) days);

      poll_life (&score, &life, (guint) days, ways[i].next, ways[i].interval_s, random);
      g_array_unref (life.items);
    }
    g_array_sort (score.latencies, compare);
    for (guint k = 0; k < score.latencies->len; k++)
      sum += (double) g_array_index (score.latencies, gint64, k) / 60;
    g_print ("%-20s %10.1f %10.1f %10.1f %16.1f\n", score.name, minutes_at (&score, 0.5),
             minutes_at (&score, 0.95), sum / MAX (score.latencies->len, 1),
             (double) score.n_polls / (double) n_feeds / (double) (days - 7));
    g_array_unref (score.latencies);
  }
  return 0;
}
