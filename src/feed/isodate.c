/* SPDX-License-Identifier: MIT */
/* ISO 8601 and its profiles: calendar, ordinal and week dates, with and without hyphens. */
#include "feed/datescan.h"

#include <string.h>

#include "tocsin/item.h"
#include "tocsin/time.h"

/* The day of the year as month and day. */
static gboolean
set_ordinal (TcnDateScan *scan, int year, int ordinal)
{
  if (ordinal < 1 || ordinal > 337 + (int) tcn_days_in_month (year, 2))
    return FALSE;
  scan->year = year;
  scan->month = 1;
  scan->day = 1;
  scan->week_day_shift = ordinal - 1;
  return TRUE;
}

/* "2003-W52-3", "2003W523"; p at the W. */
static gboolean
read_week (TcnDateScan *scan, int year)
{
  guint digits;
  int number = tcn_date_digits (scan->p + 1, &digits);
  int week = digits == 3 ? number / 10 : number;
  int day = digits == 3 ? number % 10 : 1;
  gint64 first, shift;

  if (digits < 2 || digits > 3)
    return FALSE;
  scan->p += 1 + digits;
  if (digits == 2 && scan->p[0] == '-' && g_ascii_isdigit (scan->p[1])) {
    day = scan->p[1] - '0';
    scan->p += 2;
  }
  if (week < 1 || week > 53 || day < 1 || day > 7)
    return FALSE;
  first =
      tcn_days_from_civil (year, 1, 4); /* always in week 1; 1970-01-01 was a Thursday */
  shift = (week - 1) * 7 - ((first + 3) % 7 + 7) % 7;
  /* A week belongs to the year that has its Thursday. */
  if (first + shift + 3 >= tcn_days_from_civil (year + 1, 1, 1))
    return FALSE;
  scan->year = year;
  scan->month = 1;
  scan->day = 4;
  scan->week_day_shift = (int) shift + day - 1;
  return TRUE;
}

/* "-08-05-09": a time in the name of a file, which may have no colons. */
static gboolean
has_hyphen_clock (const char *p)
{
  for (guint i = 0; i < 9; i++)
    if (i % 3 == 0 ? strchr (i > 0 ? "-" : "Tt-_ ", p[i]) == NULL || p[i] == '\0'
                   : !g_ascii_isdigit (p[i]))
      return FALSE;
  return TRUE;
}

/* What follows a year of four digits and a hyphen. */
static gboolean
read_after_year (TcnDateScan *scan, int year)
{
  guint digits;
  int number;

  if (scan->p[0] == '-' && (scan->p[1] == 'W' || scan->p[1] == 'w')) {
    scan->p++;
    return read_week (scan, year);
  }
  if (scan->p[0] == 'W')
    return read_week (scan, year);
  if (scan->p[0] != '-' || !g_ascii_isdigit (scan->p[1])) {
    scan->year = year;
    scan->month = 1;
    scan->day = 1;
    return scan->p[0] == '\0';
  }
  number = tcn_date_digits (scan->p + 1, &digits);
  scan->p += 1 + digits;
  if (digits == 3 && scan->p[0] != '-')
    return set_ordinal (scan, year, number);
  scan->year = year;
  scan->month = number;
  scan->day = 1;
  if (scan->p[0] == '-' && g_ascii_isdigit (scan->p[1])) {
    scan->day = tcn_date_digits (scan->p + 1, &digits);
    scan->p += 1 + digits;
    if (digits > 2 || (scan->p[0] == '-' && g_ascii_isdigit (scan->p[1]) &&
                       !has_hyphen_clock (scan->p)))
      return FALSE;
  }
  return TRUE;
}

/* Digits without separators. */
static gboolean
read_compact (TcnDateScan *scan, int number, guint digits)
{
  scan->p += digits;
  scan->day = 1;
  switch (digits) {
  case 8:
    scan->year = number / 10000;
    scan->month = number / 100 % 100;
    scan->day = number % 100;
    return TRUE;
  case 7:
    return set_ordinal (scan, number / 1000, number % 1000);
  case 6:
    scan->year = tcn_date_full_year (number / 10000, 2);
    scan->month = number / 100 % 100;
    scan->day = number % 100;
    return TRUE;
  case 5: /* without the zero it is a number of five digits like any other */
    return *(scan->p - digits) == '0' &&
           set_ordinal (scan, tcn_date_full_year (number / 1000, 2), number % 1000);
  case 4:
    return read_after_year (scan, number);
  default:
    return FALSE;
  }
}

/* "-0312", "-03-12". */
static gboolean
read_short_month (TcnDateScan *scan)
{
  guint digits, more = 0;
  int number = tcn_date_digits (scan->p + 1, &digits);

  scan->p += 1 + digits;
  scan->day = 1;
  if (digits == 4) {
    scan->year = tcn_date_full_year (number / 100, 2);
    scan->month = number % 100;
    return TRUE;
  }
  scan->year = tcn_date_full_year (number, digits);
  scan->month = scan->p[0] == '-' ? tcn_date_digits (scan->p + 1, &more) : UNKNOWN;
  scan->p += scan->p[0] == '-' ? 1 + more : 0;
  return digits == 2;
}

/* A time without colons behind a date: "20031231T101455", "20031231 101455",
 * "2003-12-31T10-14-55". */
static gboolean
read_compact_clock (TcnDateScan *scan)
{
  guint digits;
  int number;

  if (has_hyphen_clock (scan->p)) {
    scan->hour = tcn_date_digits (scan->p + 1, &digits);
    scan->minute = tcn_date_digits (scan->p + 4, &digits);
    scan->second = tcn_date_digits (scan->p + 7, &digits);
    scan->has_time = TRUE;
    scan->p += 9;
    return TRUE;
  }
  if (*scan->p == '\0' || strchr ("Tt -_", *scan->p) == NULL)
    return TRUE;
  number = tcn_date_digits (scan->p + 1, &digits);
  if ((digits != 2 && digits != 4 && digits != 6) || scan->p[1 + digits] == ':' ||
      (digits < 6 && g_ascii_tolower (*scan->p) != 't'))
    return TRUE;
  number *= digits == 2 ? 10000 : (digits == 4 ? 100 : 1);
  scan->hour = number / 10000;
  scan->minute = number / 100 % 100;
  scan->second = number % 100;
  scan->has_time = TRUE;
  scan->p += 1 + digits;
  tcn_date_skip_fraction (scan);
  return scan->hour <= 24 && scan->minute <= 59 && scan->second <= 60;
}

gint64
tcn_date_parse_iso (const char *text)
{
  TcnDateScan scan = { .p = text, .year = UNKNOWN, .month = UNKNOWN, .day = UNKNOWN };
  guint digits;
  int number = tcn_date_digits (text, &digits);
  gboolean is_date = FALSE;
  TcnDateScan rest;

  if (text[0] == '-')
    is_date = read_short_month (&scan);
  else if (digits >= 4)
    is_date = read_compact (&scan, number, digits);
  if (!is_date || !read_compact_clock (&scan))
    return TCN_TIME_NONE;
  if (g_ascii_tolower (scan.p[0]) == 'z' && scan.p[1] == '\0') /* XML Schema's date */
    scan.p++;
  if (*scan.p != '\0' && strchr ("Tt ,", *scan.p) == NULL && !scan.has_time)
    return TCN_TIME_NONE;
  rest = scan;
  if (!tcn_date_scan (&rest) || rest.n_numbers > 0 || rest.month != scan.month ||
      rest.day != scan.day)
    return TCN_TIME_NONE;
  return tcn_date_finish (&rest, TRUE);
}
