/* SPDX-License-Identifier: MIT */
#include "tocsin/time.h"

#define DAY_S 86400
#define ERA_DAYS 146097                          /* of 400 years */
#define EPOCH_SHIFT 719468                       /* days from 0000-03-01 to 1970-01-01 */
#define FIRST_S G_GINT64_CONSTANT (-62135596800) /* 0001-01-01T00:00:00Z */
#define LAST_S G_GINT64_CONSTANT (253402300799)  /* 9999-12-31T23:59:59Z */

static gint64
floor_div (gint64 a, gint64 b)
{
  return a / b - (a % b < 0 ? 1 : 0);
}

/* Years are counted from March, so that the leap day is the last one of its year. */
gint64
tcn_days_from_civil (gint year, guint month, gint64 day)
{
  gint64 y = (gint64) year - (month <= 2 ? 1 : 0);
  gint64 era = floor_div (y, 400);
  gint64 year_of_era = y - era * 400;
  gint64 day_of_year = (153 * ((gint64) month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  gint64 day_of_era =
      year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

  return era * ERA_DAYS + day_of_era - EPOCH_SHIFT;
}

guint
tcn_days_in_month (gint year, guint month)
{
  static const guint8 days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
  gboolean is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

  g_return_val_if_fail (month >= 1 && month <= 12, 0);
  return days[month - 1] + (month == 2 && is_leap ? 1u : 0u);
}

gboolean
tcn_civil_from_unix (gint64 unix_time, TcnCivil *out_civil)
{
  gint64 days, era, day_of_era, year_of_era, day_of_year, month, second;

  if (unix_time < FIRST_S || unix_time > LAST_S)
    return FALSE;
  days = floor_div (unix_time, DAY_S) + EPOCH_SHIFT;
  second = unix_time - floor_div (unix_time, DAY_S) * DAY_S;
  era = floor_div (days, ERA_DAYS);
  day_of_era = days - era * ERA_DAYS;
  year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  month = (5 * day_of_year + 2) / 153;

  out_civil->day = (guint) (day_of_year - (153 * month + 2) / 5 + 1);
  out_civil->month = (guint) (month < 10 ? month + 3 : month - 9);
  out_civil->year = (gint) (year_of_era + era * 400 + (out_civil->month <= 2 ? 1 : 0));
  out_civil->hour = (guint) (second / 3600);
  out_civil->minute = (guint) (second / 60 % 60);
  out_civil->second = (guint) (second % 60);
  return TRUE;
}
