/* SPDX-License-Identifier: MIT */
#include "net/pace.h"

#define SECOND G_USEC_PER_SEC
#define JOB(n) GUINT_TO_POINTER (n)

static TcnPace *
make_pace (guint max, guint per_host, gint64 gap_us)
{
  const TcnPaceLimits limits = { max, per_host, gap_us };

  return tcn_pace_new (&limits);
}

static guint
pop (TcnPace *pace, gint64 now_us)
{
  gint64 wake_us;

  return GPOINTER_TO_UINT (tcn_pace_pop (pace, now_us, &wake_us));
}

static gint64
next_wake (TcnPace *pace, gint64 now_us)
{
  gint64 wake_us = 0;

  g_assert_null (tcn_pace_pop (pace, now_us, &wake_us));
  return wake_us;
}

static void
test_pace_one_at_a_time (void)
{
  g_autoptr (TcnPace) pace = make_pace (64, 1, 0);

  for (guint i = 1; i <= 3; i++)
    tcn_pace_push (pace, "a", JOB (i), FALSE);

  g_assert_cmpuint (pop (pace, 0), ==, 1);
  g_assert_cmpint (next_wake (pace, 0), ==, -1);
  tcn_pace_end (pace, "a");
  g_assert_cmpuint (pop (pace, 0), ==, 2);
  tcn_pace_end (pace, "a");
  g_assert_cmpuint (pop (pace, 0), ==, 3);
  g_assert_cmpuint (tcn_pace_n_running (pace), ==, 1);
  g_assert_cmpuint (tcn_pace_n_queued (pace), ==, 0);
}

static void
test_pace_keeps_the_gap (void)
{
  g_autoptr (TcnPace) pace = make_pace (64, 2, SECOND);

  for (guint i = 1; i <= 3; i++)
    tcn_pace_push (pace, "a", JOB (i), FALSE);

  g_assert_cmpuint (pop (pace, 100), ==, 1);
  g_assert_cmpint (next_wake (pace, 100), ==, 100 + SECOND);
  g_assert_cmpuint (pop (pace, 99 + SECOND), ==, 0);
  g_assert_cmpuint (pop (pace, 100 + SECOND), ==, 2);
  tcn_pace_end (pace, "a");
  tcn_pace_end (pace, "a");
  g_assert_cmpint (next_wake (pace, 100 + SECOND), ==, 100 + 2 * SECOND);
}

/* The gap is between starts: a host that was forgotten in between would not know. */
static void
test_pace_gap_outlives_the_queue (void)
{
  g_autoptr (TcnPace) pace = make_pace (1000, 1, SECOND);

  tcn_pace_push (pace, "a", JOB (1), FALSE);
  g_assert_cmpuint (pop (pace, 0), ==, 1);
  tcn_pace_end (pace, "a");
  for (guint i = 0; i < 500; i++) {
    g_autofree char *host = g_strdup_printf ("host%u", i);

    tcn_pace_push (pace, host, JOB (7), FALSE);
    g_assert_cmpuint (pop (pace, SECOND / 2), ==, 7);
    tcn_pace_end (pace, host);
  }
  tcn_pace_push (pace, "a", JOB (2), FALSE);

  g_assert_cmpint (next_wake (pace, SECOND / 2), ==, SECOND);
}

static void
test_pace_hosts_do_not_wait_for_each_other (void)
{
  g_autoptr (TcnPace) pace = make_pace (64, 1, SECOND);

  tcn_pace_push (pace, "a", JOB (1), FALSE);
  tcn_pace_push (pace, "a", JOB (2), FALSE);
  tcn_pace_push (pace, "b", JOB (3), FALSE);

  g_assert_cmpuint (pop (pace, 0), ==, 1);
  g_assert_cmpuint (pop (pace, 0), ==, 3);
  g_assert_cmpuint (pop (pace, 0), ==, 0);
}

static void
test_pace_ceiling_for_all (void)
{
  g_autoptr (TcnPace) pace = make_pace (2, 1, 0);

  tcn_pace_push (pace, "a", JOB (1), FALSE);
  tcn_pace_push (pace, "b", JOB (2), FALSE);
  tcn_pace_push (pace, "c", JOB (3), FALSE);

  g_assert_cmpuint (pop (pace, 0), ==, 1);
  g_assert_cmpuint (pop (pace, 0), ==, 2);
  g_assert_cmpint (next_wake (pace, 0), ==, -1);
  tcn_pace_end (pace, "a");
  g_assert_cmpuint (pop (pace, 0), ==, 3);
}

static void
test_pace_hops_go_first (void)
{
  g_autoptr (TcnPace) pace = make_pace (64, 1, 0);

  tcn_pace_push (pace, "a", JOB (1), FALSE);
  tcn_pace_push (pace, "a", JOB (2), TRUE);

  g_assert_cmpuint (pop (pace, 0), ==, 2);
}

static void
test_pace_withdraws (void)
{
  g_autoptr (TcnPace) pace = make_pace (64, 1, 0);

  tcn_pace_push (pace, "a", JOB (1), FALSE);
  tcn_pace_push (pace, "a", JOB (2), FALSE);

  g_assert_true (tcn_pace_withdraw (pace, "a", JOB (1)));
  g_assert_false (tcn_pace_withdraw (pace, "a", JOB (1)));
  g_assert_false (tcn_pace_withdraw (pace, "b", JOB (1)));
  g_assert_cmpuint (pop (pace, 0), ==, 2);
  g_assert_false (tcn_pace_withdraw (pace, "a", JOB (2)));
}

static void
test_pace_pauses_and_drains (void)
{
  g_autoptr (TcnPace) pace = make_pace (64, 1, 0);
  g_autoptr (GList) drained = NULL;

  tcn_pace_push (pace, "a", JOB (1), FALSE);
  tcn_pace_push (pace, "a", JOB (2), FALSE);
  tcn_pace_push (pace, "b", JOB (3), FALSE);
  tcn_pace_pause (pace, "a", 10 * SECOND);
  tcn_pace_pause (pace, "a", 5 * SECOND);
  drained = tcn_pace_drain (pace, "a");

  g_assert_cmpuint (g_list_length (drained), ==, 2);
  g_assert_cmpuint (pop (pace, 0), ==, 3);
  g_assert_cmpuint (pop (pace, 0), ==, 0);
  g_assert_cmpuint (tcn_pace_n_queued (pace), ==, 0);
  g_assert_cmpint (tcn_pace_paused_until_us (pace, "a", 0), ==, 10 * SECOND);
  g_assert_cmpint (tcn_pace_paused_until_us (pace, "a", 10 * SECOND), ==, 0);
  g_assert_cmpint (tcn_pace_paused_until_us (pace, "b", 0), ==, 0);
  tcn_pace_pause (pace, "a", 0);
  g_assert_cmpint (tcn_pace_paused_until_us (pace, "a", 0), ==, 0);
}

static void
test_pace_takes_new_limits (void)
{
  g_autoptr (TcnPace) pace = make_pace (64, 1, 0);
  const TcnPaceLimits wider = { 64, 3, 0 };

  for (guint i = 1; i <= 4; i++)
    tcn_pace_push (pace, "a", JOB (i), FALSE);
  g_assert_cmpuint (pop (pace, 0), ==, 1);
  g_assert_cmpuint (pop (pace, 0), ==, 0);
  tcn_pace_configure (pace, &wider);

  g_assert_cmpuint (pop (pace, 0), ==, 2);
  g_assert_cmpuint (pop (pace, 0), ==, 3);
  g_assert_cmpuint (pop (pace, 0), ==, 0);
}

/* Random pushes, starts and ends; the limits are checked by an account of its own. */
static void
test_pace_never_breaks_its_limits (void)
{
  static const char *const hosts[] = { "a", "b", "c", "d", "e" };
  g_autoptr (GRand) random = g_rand_new_with_seed (7);
  g_autoptr (TcnPace) pace = make_pace (6, 2, SECOND);
  guint running[G_N_ELEMENTS (hosts)] = { 0 };
  gint64 last_start_us[G_N_ELEMENTS (hosts)];
  guint n_started = 0;
  guint n_running = 0;

  for (guint i = 0; i < G_N_ELEMENTS (hosts); i++)
    last_start_us[i] = -SECOND;
  for (gint64 now_us = 0; now_us < 2000 * SECOND; now_us += SECOND / 5) {
    guint i = (guint) g_rand_int_range (random, 0, G_N_ELEMENTS (hosts));

    if (g_rand_boolean (random))
      tcn_pace_push (pace, hosts[i], (gpointer) hosts[i], FALSE);
    if (running[i] > 0 && g_rand_boolean (random)) {
      tcn_pace_end (pace, hosts[i]);
      running[i]--;
      n_running--;
    }
    for (;;) {
      gint64 wake_us;
      const char *host = tcn_pace_pop (pace, now_us, &wake_us);
      guint k = host != NULL ? (guint) (host[0] - 'a') : 0;

      if (host == NULL)
        break;
      g_assert_cmpuint (++running[k], <=, 2);
      g_assert_cmpuint (++n_running, <=, 6);
      g_assert_cmpint (now_us - last_start_us[k], >=, SECOND);
      last_start_us[k] = now_us;
      n_started++;
    }
    g_assert_cmpuint (tcn_pace_n_running (pace), ==, n_running);
  }

  g_assert_cmpuint (n_started, >, 1000);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pace/one-at-a-time", test_pace_one_at_a_time);
  g_test_add_func ("/pace/keeps-the-gap", test_pace_keeps_the_gap);
  g_test_add_func ("/pace/gap-outlives-the-queue", test_pace_gap_outlives_the_queue);
  g_test_add_func ("/pace/hosts-do-not-wait-for-each-other",
                   test_pace_hosts_do_not_wait_for_each_other);
  g_test_add_func ("/pace/ceiling-for-all", test_pace_ceiling_for_all);
  g_test_add_func ("/pace/hops-go-first", test_pace_hops_go_first);
  g_test_add_func ("/pace/withdraws", test_pace_withdraws);
  g_test_add_func ("/pace/pauses-and-drains", test_pace_pauses_and_drains);
  g_test_add_func ("/pace/takes-new-limits", test_pace_takes_new_limits);
  g_test_add_func ("/pace/never-breaks-its-limits", test_pace_never_breaks_its_limits);
  return g_test_run ();
}
