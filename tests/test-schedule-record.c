/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "tocsin/schedule.h"

static TcnSchedule
make_full (void)
{
  TcnSchedule schedule = {
    .next_due_unix = 1795000000,
    .last_poll_unix = 1794990000,
    .last_success_unix = 1794980000,
    .last_new_unix = 1794970000,
    .hold_until_unix = 1794999999,
    .interval_s = 3600,
    .failures = 3,
    .failing_since_unix = 1794900000,
    .gone_first_unix = 5,
    .is_gone = TRUE,
    .moved_first_unix = 6,
    .moved_sightings = 4,
    .moved_url_hash = "0123456789abcdef",
    .body_since_unix = 7,
    .fresh_for_s = -1,
    .ttl_s = 60,
    .update_period_s = 7200,
    .skip_hours = 0xffffff,
    .skip_days = 0x7f,
    .has_validators = TRUE,
    .is_silence_told = TRUE,
    .has_had_items = TRUE,
    .empty_since_unix = 1795132900,
    .empty_polls = 2,
    .is_emptiness_told = TRUE,
    .n_arrivals = TCN_SCHEDULE_ARRIVALS,
  };

  for (guint i = 0; i < TCN_SCHEDULE_ARRIVALS; i++)
    schedule.arrivals[i] = 1794000000 + (gint64) i * i * 100;
  return schedule;
}

static void
assert_same (const TcnSchedule *a, const TcnSchedule *b)
{
  g_autofree char *text_a = tcn_schedule_pack (a);
  g_autofree char *text_b = tcn_schedule_pack (b);

  g_assert_cmpstr (text_a, ==, text_b);
  g_assert_cmpint (a->next_due_unix, ==, b->next_due_unix);
  g_assert_cmpint (a->fresh_for_s, ==, b->fresh_for_s);
  g_assert_cmpuint (a->skip_hours, ==, b->skip_hours);
  g_assert_cmpuint (a->skip_days, ==, b->skip_days);
  g_assert_cmpint (a->is_gone, ==, b->is_gone);
  g_assert_cmpstr (a->moved_url_hash, ==, b->moved_url_hash);
  g_assert_cmpuint (a->n_arrivals, ==, b->n_arrivals);
  g_assert_cmpmem (a->arrivals, sizeof a->arrivals, b->arrivals, sizeof b->arrivals);
}

static void
test_record_survives_packing (void)
{
  TcnSchedule full = make_full ();
  TcnSchedule zero = { 0 };
  TcnSchedule back = make_full ();
  g_autofree char *packed_full = tcn_schedule_pack (&full);
  g_autofree char *packed_zero = tcn_schedule_pack (&zero);

  g_assert_true (tcn_schedule_unpack (&back, packed_zero));
  assert_same (&zero, &back);
  g_assert_true (tcn_schedule_unpack (&back, packed_full));
  assert_same (&full, &back);
}

static void
test_record_refuses_damage (void)
{
  static const char *const damaged[] = {
    "",
    "2 d5",
    "1d5",
    "1 ",
    "1 d",
    "1 d5x",
    "1 d5 ",
    "1 d-",
    "1 d--5",
    "1 d9223372036854775808",
    "1 d-9223372036854775809",
    "1 Z5",
    "1 i-1",
    "1 H",
    "1 i99999999999",
    "1 Habcdefabcdefabcdef",
    "1 a1 a1 a1 a1 a1 a1 a1 a1 a1 a1 a1 a1 a1 a1 a1 a1 a1 a1 a1 a1 a1",
    "1 a9223372036854775807 a1",
  };
  static TcnSchedule zero;

  for (gsize i = 0; i < G_N_ELEMENTS (damaged); i++) {
    TcnSchedule back = make_full ();

    g_test_message ("row: %s", damaged[i]);
    g_assert_false (tcn_schedule_unpack (&back, damaged[i]));
    g_assert_cmpmem (&back, sizeof back, &zero, sizeof zero);
  }
  g_assert_false (tcn_schedule_unpack (&zero, NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/schedule/record-survives-packing", test_record_survives_packing);
  g_test_add_func ("/schedule/record-refuses-damage", test_record_refuses_damage);
  return g_test_run ();
}
