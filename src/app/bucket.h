/* SPDX-License-Identifier: MIT */
/*
 * A token bucket: so many at once, refilled evenly over a window. Pure; the time is an
 * argument (monotonic microseconds).
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct {
  guint size;
  gint64 refill_us;  /* one token */
  gint64 full_at_us; /* when it is, or was, full again */
} TcnBucket;

/* A full bucket. `size` tokens come back in `window_s` seconds. */
void tcn_bucket_init (TcnBucket *bucket, guint size, guint window_s);

/* Whole tokens in it now. */
guint tcn_bucket_tokens (const TcnBucket *bucket, gint64 now_us);

/* Takes one, which may leave a debt: then it is longer until the next one. */
void tcn_bucket_take (TcnBucket *bucket, gint64 now_us);

/* How long until there is a token; 0 when there is one. */
gint64 tcn_bucket_wait_us (const TcnBucket *bucket, gint64 now_us);

G_END_DECLS
