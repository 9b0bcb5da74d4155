/* SPDX-License-Identifier: MIT */
#include "tocsin/schedule.h"

#include <stddef.h>
#include <string.h>

/* The first character of a packed record; another layout gets another one. */
#define RECORD_VERSION '1'

typedef enum {
  KIND_INT64,
  KIND_UINT,
  KIND_UINT8,
  KIND_FLAG,
} Kind;

/* A tag is never given another meaning: records outlive programs. Zeros are left out. */
static const struct {
  char tag;
  Kind kind;
  gsize offset;
} numbers[] = {
  { 'd', KIND_INT64, offsetof (TcnSchedule, next_due_unix) },
  { 'p', KIND_INT64, offsetof (TcnSchedule, last_poll_unix) },
  { 's', KIND_INT64, offsetof (TcnSchedule, last_success_unix) },
  { 'n', KIND_INT64, offsetof (TcnSchedule, last_new_unix) },
  { 'h', KIND_INT64, offsetof (TcnSchedule, hold_until_unix) },
  { 'i', KIND_UINT, offsetof (TcnSchedule, interval_s) },
  { 'f', KIND_UINT, offsetof (TcnSchedule, failures) },
  { 'F', KIND_INT64, offsetof (TcnSchedule, failing_since_unix) },
  { 'g', KIND_INT64, offsetof (TcnSchedule, gone_first_unix) },
  { 'G', KIND_FLAG, offsetof (TcnSchedule, is_gone) },
  { 'm', KIND_INT64, offsetof (TcnSchedule, moved_first_unix) },
  { 'M', KIND_UINT, offsetof (TcnSchedule, moved_sightings) },
  { 'b', KIND_INT64, offsetof (TcnSchedule, body_since_unix) },
  { 'c', KIND_INT64, offsetof (TcnSchedule, fresh_for_s) },
  { 't', KIND_UINT, offsetof (TcnSchedule, ttl_s) },
  { 'u', KIND_UINT, offsetof (TcnSchedule, update_period_s) },
  { 'k', KIND_UINT, offsetof (TcnSchedule, skip_hours) },
  { 'K', KIND_UINT8, offsetof (TcnSchedule, skip_days) },
  { 'v', KIND_FLAG, offsetof (TcnSchedule, has_validators) },
  { 'q', KIND_FLAG, offsetof (TcnSchedule, is_silence_told) },
  { 'w', KIND_FLAG, offsetof (TcnSchedule, is_failure_told) },
  { 'e', KIND_FLAG, offsetof (TcnSchedule, is_fixed) },
  { 'o', KIND_FLAG, offsetof (TcnSchedule, has_had_items) },
  { 'x', KIND_INT64, offsetof (TcnSchedule, empty_since_unix) },
  { 'X', KIND_UINT, offsetof (TcnSchedule, empty_polls) },
  { 'y', KIND_FLAG, offsetof (TcnSchedule, is_emptiness_told) },
};

#define TAG_MOVED_HASH 'H'
#define TAG_ARRIVAL 'a'

/* --- packing -------------------------------------------------------------------------- */

static gint64
get_number (const TcnSchedule *schedule, guint i)
{
  const char *at = (const char *) schedule + numbers[i].offset;

  switch (numbers[i].kind) {
  case KIND_INT64:
    return *(const gint64 *) at;
  case KIND_UINT:
    return *(const guint *) at;
  case KIND_UINT8:
    return *(const guint8 *) at;
  case KIND_FLAG:
    return *(const gboolean *) at != FALSE;
  }
  return 0;
}

/* Room for everything: each number has a blank, a tag, a sign and 19 digits at most. */
#define MAX_NUMBER 22
#define MAX_RECORD                                                                       \
  (2 + (G_N_ELEMENTS (numbers) + TCN_SCHEDULE_ARRIVALS) * MAX_NUMBER + 2 +               \
   sizeof ((TcnSchedule *) NULL)->moved_url_hash)

/* By hand: printf would be most of what an unchanged poll costs in the store. Returns where
 * the record goes on. */
static char *
put_number (char *out, char tag, gint64 value)
{
  char digits[MAX_NUMBER];
  guint64 rest = value < 0 ? -(guint64) value : (guint64) value;
  gsize at = sizeof digits;

  do {
    digits[--at] = (char) ('0' + rest % 10);
    rest /= 10;
  } while (rest != 0);
  if (value < 0)
    digits[--at] = '-';
  digits[--at] = tag;
  digits[--at] = ' ';
  memcpy (out, digits + at, sizeof digits - at);
  return out + sizeof digits - at;
}

char *
tcn_schedule_pack (const TcnSchedule *schedule)
{
  char record[MAX_RECORD];
  char *out = record;
  guint n_arrivals = MIN (schedule->n_arrivals, TCN_SCHEDULE_ARRIVALS);
  gint64 last = 0;

  *out++ = RECORD_VERSION;
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++) {
    gint64 value = get_number (schedule, i);

    if (value != 0)
      out = put_number (out, numbers[i].tag, value);
  }
  if (schedule->moved_url_hash[0] != '\0') {
    *out++ = ' ';
    *out++ = TAG_MOVED_HASH;
    out = g_stpcpy (out, schedule->moved_url_hash);
  }
  for (guint i = 0; i < n_arrivals; i++) {
    out = put_number (out, TAG_ARRIVAL, schedule->arrivals[i] - last);
    last = schedule->arrivals[i];
  }
  return g_strndup (record, (gsize) (out - record));
}

/* --- unpacking ------------------------------------------------------------------------ */

/* `hint` is where the last one was found: they come in the order of the table. */
static gboolean
set_number (TcnSchedule *schedule, char tag, gint64 value, guint *hint)
{
  for (guint n = 0; n < G_N_ELEMENTS (numbers); n++) {
    guint i = (*hint + n) % G_N_ELEMENTS (numbers);
    char *at = (char *) schedule + numbers[i].offset;

    if (numbers[i].tag != tag)
      continue;
    *hint = i;
    if (numbers[i].kind == KIND_INT64)
      *(gint64 *) at = value;
    else if (value < 0 || value > G_MAXUINT)
      return FALSE;
    else if (numbers[i].kind == KIND_UINT)
      *(guint *) at = (guint) value;
    else if (numbers[i].kind == KIND_UINT8)
      *(guint8 *) at = (guint8) value;
    else
      *(gboolean *) at = value != 0;
    return TRUE;
  }
  return FALSE;
}

static gboolean
add_arrival (TcnSchedule *schedule, gint64 difference)
{
  guint n = schedule->n_arrivals;
  gint64 last = n > 0 ? schedule->arrivals[n - 1] : 0;

  if (n == TCN_SCHEDULE_ARRIVALS ||
      __builtin_add_overflow (last, difference, &schedule->arrivals[n]))
    return FALSE;
  schedule->n_arrivals++;
  return TRUE;
}

/* Nineteen digits do not overflow what is unsigned. */
static gboolean
read_number (const char *p, const char *end, gint64 *out_value)
{
  gboolean is_negative = p < end && *p == '-';
  guint64 value = 0;

  p += is_negative;
  if (p == end || end - p > 19)
    return FALSE;
  for (; p < end; p++) {
    if (!g_ascii_isdigit (*p))
      return FALSE;
    value = value * 10 + (guint64) (*p - '0');
  }
  if (value > (guint64) G_MAXINT64 + is_negative)
    return FALSE;
  *out_value = (gint64) (is_negative ? -value : value);
  return TRUE;
}

/* One " TVALUE"; moves `at` behind it. */
static gboolean
unpack_one (TcnSchedule *schedule, const char **at, guint *hint)
{
  const char *p = *at;
  char tag = '\0';
  gint64 value = 0;
  gsize n;

  if (*p++ != ' ' || *p == '\0')
    return FALSE;
  tag = *p++;
  n = (gsize) (strchrnul (p, ' ') - p);
  *at = p + n;
  if (tag == TAG_MOVED_HASH) {
    if (n == 0 || n >= sizeof schedule->moved_url_hash)
      return FALSE;
    memcpy (schedule->moved_url_hash, p, n);
    return TRUE;
  }
  if (!read_number (p, *at, &value))
    return FALSE;
  return tag == TAG_ARRIVAL ? add_arrival (schedule, value)
                            : set_number (schedule, tag, value, hint);
}

gboolean
tcn_schedule_unpack (TcnSchedule *schedule, const char *packed)
{
  const char *at = packed;
  guint hint = 0;

  memset (schedule, 0, sizeof *schedule);
  if (packed == NULL || *at++ != RECORD_VERSION)
    return FALSE;
  while (*at != '\0')
    if (!unpack_one (schedule, &at, &hint)) {
      memset (schedule, 0, sizeof *schedule);
      return FALSE;
    }
  return TRUE;
}

const char *
tcn_health_name (TcnHealth health)
{
  static const char *const names[] = {
    "new", "ok", "failing", "gone", "silent", "paused"
  };

  g_return_val_if_fail (health < G_N_ELEMENTS (names), "?");
  return names[health];
}
