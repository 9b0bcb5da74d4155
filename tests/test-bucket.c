/* SPDX-License-Identifier: MIT */
#include "app/bucket.h"

#define SECOND G_USEC_PER_SEC

static void
test_bucket_gives_so_many_at_once (void)
{
  TcnBucket bucket;

  tcn_bucket_init (&bucket, 5, 30);
  g_assert_cmpuint (tcn_bucket_tokens (&bucket, 100 * SECOND), ==, 5);
  for (guint i = 0; i < 5; i++)
    tcn_bucket_take (&bucket, 100 * SECOND);

  g_assert_cmpuint (tcn_bucket_tokens (&bucket, 100 * SECOND), ==, 0);
  g_assert_cmpint (tcn_bucket_wait_us (&bucket, 100 * SECOND), ==, 6 * SECOND);
}

static void
test_bucket_refills_evenly (void)
{
  TcnBucket bucket;

  tcn_bucket_init (&bucket, 5, 30);
  for (guint i = 0; i < 5; i++)
    tcn_bucket_take (&bucket, 100 * SECOND);

  g_assert_cmpuint (tcn_bucket_tokens (&bucket, 106 * SECOND - 1), ==, 0);
  g_assert_cmpint (tcn_bucket_wait_us (&bucket, 106 * SECOND - 1), ==, 1);
  g_assert_cmpuint (tcn_bucket_tokens (&bucket, 106 * SECOND), ==, 1);
  g_assert_cmpint (tcn_bucket_wait_us (&bucket, 106 * SECOND), ==, 0);
  g_assert_cmpuint (tcn_bucket_tokens (&bucket, 129 * SECOND), ==, 4);
  g_assert_cmpuint (tcn_bucket_tokens (&bucket, 130 * SECOND), ==, 5);
  g_assert_cmpuint (tcn_bucket_tokens (&bucket, 1000 * SECOND), ==, 5);
}

static void
test_bucket_may_be_in_debt (void)
{
  TcnBucket bucket;

  tcn_bucket_init (&bucket, 2, 10);
  for (guint i = 0; i < 3; i++)
    tcn_bucket_take (&bucket, 0);

  g_assert_cmpuint (tcn_bucket_tokens (&bucket, 5 * SECOND), ==, 0);
  g_assert_cmpint (tcn_bucket_wait_us (&bucket, 0), ==, 10 * SECOND);
  g_assert_cmpuint (tcn_bucket_tokens (&bucket, 10 * SECOND), ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/bucket/gives-so-many-at-once", test_bucket_gives_so_many_at_once);
  g_test_add_func ("/bucket/refills-evenly", test_bucket_refills_evenly);
  g_test_add_func ("/bucket/may-be-in-debt", test_bucket_may_be_in_debt);
  return g_test_run ();
}
