/* SPDX-License-Identifier: MIT */
/* Dates as feeds write them: RFC 822, RFC 3339, ISO 8601, asctime and what people type. */
#pragma once

#include <glib.h>

/* Seconds since the epoch; TCN_TIME_NONE when `text` is no date, or an impossible one. A date
 * without a zone is taken as UTC, one without a time as midnight. Where day and month can be
 * told neither by their values nor by a day of the week, the day is first, but for "/" beside
 * a.m., p.m. or an American zone. */
gint64 tcn_date_parse (const char *text);

/* A number as JSON has it: seconds or milliseconds since the epoch. */
gint64 tcn_date_from_number (gdouble number);

/* The month (1 to 12) that a word in one of the languages known here begins with; 0 if none.
 * The word is in lower case, without accents. */
guint tcn_date_month (const char *word);

/* The day of the week (1 Monday to 7 Sunday) of such a word; 0 if none. */
guint tcn_date_week_day (const char *word);

/* When a zone has summer time. */
typedef enum {
  TCN_DATE_FIXED,
  TCN_DATE_AMERICAN, /* never, and people there write the month first */
  TCN_DATE_US,
  TCN_DATE_EU,
  TCN_DATE_AU,
  TCN_DATE_NZ,
} TcnDateRule;

/* The offset from UTC of a named zone, in minutes, and what summer does to it; FALSE if it is
 * unknown. `name` is in lower case: an abbreviation, or the last part of "Area/City". */
gboolean tcn_date_zone (const char *name, int *out_minutes, TcnDateRule *out_rule);

/* Is it summer time under `rule` at the local time that is `seconds` after the day's begin?
 * `days` counts from 1970-01-01. */
gboolean tcn_date_is_summer (TcnDateRule rule, int zone_minutes, gint64 days,
                             int seconds);
