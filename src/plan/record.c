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

/* By hand: printf would be most of what an unchanged poll costs in the store. */
static void
append_number (GString *out, char tag, gint64 value)
{
  char digits[24];
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
  g_string_append_len (out, digits + at, (gssize) (sizeof digits - at));
}

char *
tcn_schedule_pack (const TcnSchedule *schedule)
{
  GString *out = g_string_sized_new (256);
  guint n_arrivals = MIN (schedule->n_arrivals, TCN_SCHEDULE_ARRIVALS);
  gint64 last = 0;

  g_string_append_c (out, RECORD_VERSION);
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++) {
    gint64 value = get_number (schedule, i);

    if (value != 0)
      append_number (out, numbers[i].tag, value);
  }
  if (schedule->moved_url_hash[0] != '\0') {
    g_string_append_c (out, ' ');
    g_string_append_c (out, TAG_MOVED_HASH);
    g_string_append (out, schedule->moved_url_hash);
  }
  for (guint i = 0; i < n_arrivals; i++) {
    append_number (out, TAG_ARRIVAL, schedule->arrivals[i] - last);
    last = schedule->arrivals[i];
  }
  return g_string_free (out, FALSE);
}

/* --- unpacking ------------------------------------------------------------------------ */

static gboolean
set_number (TcnSchedule *schedule, char tag, gint64 value)
{
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++) {
    char *at = (char *) schedule + numbers[i].offset;

    if (numbers[i].tag != tag)
      continue;
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

static gboolean
read_number (const char *p, const char *end, gint64 *out_value)
{
  gboolean is_negative = p < end && *p == '-';
  gint64 value = 0;

  p += is_negative;
  if (p == end)
    return FALSE;
  for (; p < end; p++)
    if (!g_ascii_isdigit (*p) || __builtin_mul_overflow (value, 10, &value) ||
        __builtin_sub_overflow (value, *p - '0', &value))
      return FALSE;
  if (!is_negative && value == G_MININT64)
    return FALSE;
  *out_value = is_negative ? value : -value;
  return TRUE;
}

/* One " TVALUE"; moves `at` behind it. */
static gboolean
unpack_one (TcnSchedule *schedule, const char **at)
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
                            : set_number (schedule, tag, value);
}

gboolean
tcn_schedule_unpack (TcnSchedule *schedule, const char *packed)
{
  const char *at = packed;

  memset (schedule, 0, sizeof *schedule);
  if (packed == NULL || *at++ != RECORD_VERSION)
    return FALSE;
  while (*at != '\0')
    if (!unpack_one (schedule, &at)) {
      memset (schedule, 0, sizeof *schedule);
      return FALSE;
    }
  return TRUE;
}
