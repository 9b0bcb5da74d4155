/* SPDX-License-Identifier: MIT */
/*
 * The calendar: civil dates in UTC to seconds since the epoch and back, by arithmetic (the
 * proleptic Gregorian calendar, no leap seconds). Nothing here asks for the time.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct {
  gint year;   /* 1 to 9999 */
  guint month; /* 1 to 12 */
  guint day;   /* 1 to 31 */
  guint hour;
  guint minute;
  guint second;
} TcnCivil;

/* Days from 1970-01-01 to the given day; the day may lie outside of its month. */
gint64 tcn_days_from_civil (gint year, guint month, gint64 day);

guint tcn_days_in_month (gint year, guint month);

/* FALSE for times outside of the years 1 to 9999. */
gboolean tcn_civil_from_unix (gint64 unix_time, TcnCivil *out_civil);

G_END_DECLS
