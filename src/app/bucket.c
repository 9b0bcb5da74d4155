/* SPDX-License-Identifier: MIT */
#include "app/bucket.h"

void
tcn_bucket_init (TcnBucket *bucket, guint size, guint window_s)
{
  g_return_if_fail (size > 0);

  *bucket = (TcnBucket){
    .size = size,
    .refill_us = window_s * G_USEC_PER_SEC / size,
    .full_at_us = G_MININT64,
  };
}

guint
tcn_bucket_tokens (const TcnBucket *bucket, gint64 now_us)
{
  gint64 missing = 0;

  if (bucket->full_at_us <= now_us)
    return bucket->size;
  missing = (bucket->full_at_us - now_us + bucket->refill_us - 1) / bucket->refill_us;
  return missing >= bucket->size ? 0 : bucket->size - (guint) missing;
}

void
tcn_bucket_take (TcnBucket *bucket, gint64 now_us)
{
  bucket->full_at_us = MAX (bucket->full_at_us, now_us) + bucket->refill_us;
}

gint64
tcn_bucket_wait_us (const TcnBucket *bucket, gint64 now_us)
{
  const gint64 one_at_us =
      bucket->full_at_us - (gint64) (bucket->size - 1) * bucket->refill_us;

  if (bucket->full_at_us <= now_us || one_at_us <= now_us)
    return 0;
  return one_at_us - now_us;
}
