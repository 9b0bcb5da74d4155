/* SPDX-License-Identifier: MIT */
/* A date cut into numbers, words, a time of day and an offset. */
#include "feed/datescan.h"

#include <string.h>

#include "tocsin/text.h"

int
tcn_date_digits (const char *p, guint *out_digits)
{
  guint n = 0;
  int value = 0;

  while (n < 9 && g_ascii_isdigit (p[n]))
    value = value * 10 + (p[n++] - '0');
  *out_digits = n;
  return value;
}

gboolean
tcn_date_is_complete (const TcnDateScan *scan)
{
  if (scan->year != UNKNOWN && scan->month != UNKNOWN && scan->day != UNKNOWN)
    return TRUE;
  return scan->n_numbers >= 3 || (scan->month != UNKNOWN && scan->n_numbers == 2);
}

static void
set_offset (TcnDateScan *scan, int hours, int minutes, gboolean is_west)
{
  scan->zone_minutes = (hours * 60 + minutes) * (is_west ? -1 : 1);
  scan->zone_rule = TCN_DATE_FIXED;
  scan->has_zone = TRUE;
  scan->has_offset = TRUE;
}

/* "+01:00", "-0700", "+1", "- 0700", "--0700", ":-0700", "-010:00"; p at the first sign. */
static gboolean
read_offset (TcnDateScan *scan)
{
  gboolean is_west = *scan->p == '-';
  guint digits;
  int value, hours, minutes;

  while (*scan->p == '-' || *scan->p == '+' || *scan->p == ' ')
    scan->p++;
  value = tcn_date_digits (scan->p, &digits);
  if (digits == 0 || digits > 4)
    return FALSE;
  scan->p += digits;
  if (digits <= 3 && *scan->p == ':') {
    hours = value;
    minutes = tcn_date_digits (scan->p + 1, &digits);
    if (digits != 2)
      return FALSE;
    scan->p += 3;
    if (*scan->p == ':' && g_ascii_isdigit (scan->p[1])) { /* seconds of an offset */
      tcn_date_digits (scan->p + 1, &digits);
      scan->p += digits + 1;
    }
  } else {
    hours = digits > 2 ? value / 100 : value;
    minutes = digits > 2 ? value % 100 : 0;
  }
  if (hours > 23 || minutes > 59)
    return FALSE;
  set_offset (scan, hours, minutes, is_west);
  return TRUE;
}

void
tcn_date_skip_fraction (TcnDateScan *scan)
{
  if ((*scan->p != '.' && *scan->p != ',') || !g_ascii_isdigit (scan->p[1]))
    return;
  scan->p++;
  while (g_ascii_isdigit (*scan->p))
    scan->p++;
}

static gboolean
set_clock (TcnDateScan *scan, int hour, int minute, int second)
{
  if (hour > 24 || minute > 59 || second > 60)
    return FALSE;
  scan->hour = hour;
  scan->minute = minute;
  scan->second = second;
  scan->has_time = TRUE;
  return TRUE;
}

/* Behind the blanks and comments that RFC 822 lets stand between any two signs. */
static const char *
skip_comments (const char *p)
{
  for (;; p++) {
    p += strspn (p, " ");
    if (*p != '(')
      return p;
    p += strcspn (p, ")");
    if (*p == '\0')
      return p;
  }
}

/* The digits behind the colon at p, or NULL. */
static const char *
behind_colon (const char *p, char colon, gboolean is_loose)
{
  p = is_loose ? skip_comments (p) : p;
  if (*p != colon)
    return NULL;
  p = is_loose ? skip_comments (p + 1) : p + 1;
  return g_ascii_isdigit (*p) ? p : NULL;
}

/* "15:04", "15:04:05.123", "15.04", or loosely "15 : 04"; p at the first digit, `colon`
 * between them. */
static gboolean
read_clock (TcnDateScan *scan, char colon, gboolean is_loose)
{
  guint digits;
  int hour = tcn_date_digits (scan->p, &digits);
  const char *next = behind_colon (scan->p + digits, colon, is_loose);
  int minute, second = 0;
  gboolean has_seconds = FALSE;

  if (digits > 2 || next == NULL)
    return FALSE;
  minute = tcn_date_digits (next, &digits);
  if (digits > 2)
    return FALSE;
  scan->p = next + digits;
  next = behind_colon (scan->p, colon, is_loose);
  if (next != NULL) {
    second = tcn_date_digits (next, &digits);
    if (digits > 2)
      return FALSE;
    has_seconds = TRUE;
    scan->p = next + digits;
    if (*scan->p == ':' && g_ascii_isdigit (scan->p[1])) {
      int odd = tcn_date_digits (scan->p + 1, &digits);

      if (digits != 3 && (digits != 2 || odd != 0)) /* ":00" and milliseconds were seen */
        return FALSE;
      scan->p += digits + 1;
    }
  }
  tcn_date_skip_fraction (scan);
  /* An offset whose "+" got lost as a blank, as it does in URLs. */
  if (scan->has_seconds && !has_seconds && !scan->has_zone && hour <= 14 &&
      minute <= 59) {
    set_offset (scan, hour, minute, FALSE);
    return TRUE;
  }
  scan->has_seconds = has_seconds;
  return set_clock (scan, hour, minute, second);
}

/* "min 09", "m09" behind the minutes: where it ends, or p if it is none. */
static const char *
read_seconds (const char *p, int *out_second)
{
  const char *digit = p + strspn (p, "min ");
  guint digits;
  int value = tcn_date_digits (digit, &digits);

  if (*p != 'm' || digits == 0 || digits > 2)
    return p;
  *out_second = value;
  return digit + digits;
}

/* "14h30", "14 h 30", "14h", "14u30", "14h30m05s" with `value` read and `behind` where its
 * digits end; FALSE if this is none. */
static gboolean
read_hour_word (TcnDateScan *scan, int value, const char *behind)
{
  guint digits;
  int minute, second = 0;

  if (*behind == ' ')
    behind++;
  if (strchr ("hHuU", *behind) == NULL || *behind == '\0' || value > 24)
    return FALSE;
  behind++;
  if (g_ascii_isalpha (*behind) || (guchar) *behind >= 0x80)
    return FALSE;
  minute = tcn_date_digits (behind + (*behind == ' ' ? 1 : 0), &digits);
  if (digits == 2) {
    behind += digits + (*behind == ' ' ? 1 : 0);
    behind = read_seconds (behind, &second);
    if (!set_clock (scan, value, minute, second))
      return FALSE;
  } else {
    set_clock (scan, value, 0, 0);
  }
  scan->p = behind;
  return TRUE;
}

/* Is this "14.30" behind a date? Digits and a point may go on to be another date. */
static gboolean
is_dotted_clock (const TcnDateScan *scan, const char *behind)
{
  if (scan->has_time || !tcn_date_is_complete (scan))
    return FALSE;
  if (*behind != '.' || !g_ascii_isdigit (behind[1]) || !g_ascii_isdigit (behind[2]))
    return FALSE;
  return !g_ascii_isdigit (behind[3]);
}

/* Does a whole date end here, with a year that can be nothing else? */
static gboolean
is_behind_date (const TcnDateScan *scan)
{
  if (scan->n_numbers == 0)
    return scan->n_words == 0 && scan->year != UNKNOWN;
  return scan->numbers[scan->n_numbers - 1].digits == 4 && tcn_date_is_complete (scan);
}

/* "25/Nov/2019:10:30:00", "2019-11-25:10:30": is a number before a colon the last of a log
 * file's date? */
static gboolean
is_log_date (const TcnDateScan *scan, guint digits, char before)
{
  return digits == 4 ||
         (scan->month == UNKNOWN && scan->n_numbers == 2 &&
          scan->numbers[0].digits == 4 && before == scan->numbers[1].before &&
          strchr ("/-", before) != NULL);
}

static gboolean
take_number (TcnDateScan *scan, char before)
{
  guint digits;
  int value = tcn_date_digits (scan->p, &digits);
  const char *behind = scan->p + digits;

  if (*behind == ':' && g_ascii_isdigit (behind[1])) {
    if (!is_log_date (scan, digits, before))
      return read_clock (scan, ':', FALSE);
  } else if (digits <= 2 && !scan->has_time && tcn_date_is_complete (scan) &&
             behind_colon (behind, ':', TRUE) != NULL) {
    return read_clock (scan, ':', TRUE);
  } else if (digits <= 2 && is_dotted_clock (scan, behind)) {
    return read_clock (scan, '.', FALSE);
  }
  if (digits <= 2 && !scan->has_time && read_hour_word (scan, value, behind))
    return TRUE;
  if (digits == 4 && scan->has_time && !scan->has_zone && value <= 1400 &&
      value % 100 <= 59 && tcn_date_is_complete (scan)) {
    set_offset (scan, value / 100, value % 100, FALSE); /* its sign got lost */
    scan->p = behind;
    return TRUE;
  }
  if (digits == 4 && before == ' ' && !scan->has_time && is_behind_date (scan) &&
      set_clock (scan, value / 100, value % 100, 0)) {
    scan->p = behind; /* "2005" */
    return TRUE;
  }
  if (scan->n_numbers == TCN_DATE_NUMBERS || digits > 4)
    return FALSE;
  scan->numbers[scan->n_numbers++] = (TcnDateNumber){ value, digits, before };
  scan->p = behind;
  return TRUE;
}

/* Is the sign at p that of an offset, and no separator of a date? */
static gboolean
is_offset_sign (const TcnDateScan *scan, char before)
{
  guint digits;

  if (*scan->p == '+')
    return TRUE;
  if (*scan->p != '-')
    return FALSE;
  if (scan->has_time && scan->p[1] == ' ') {
    tcn_date_digits (scan->p + 2, &digits);
    return digits == 4 && tcn_date_is_complete (scan);
  }
  if (before == TCN_DATE_NUMBER && !tcn_date_is_complete (scan))
    return FALSE; /* "10:30 2020-03-18" */
  if (!g_ascii_isdigit (scan->p[1]) && scan->p[1] != '-')
    return FALSE;
  if (scan->has_time)
    return TRUE;
  tcn_date_digits (scan->p + 1, &digits);
  return before == ' ' && digits == 4 && scan->n_numbers >= 3;
}

/* A year before the first, as "Nov -0001": the zero date of a database. */
static gboolean
is_negative_year (const TcnDateScan *scan, char before)
{
  return *scan->p == '-' && before == ' ' && scan->p[1] == '0' && !scan->has_time &&
         scan->month != UNKNOWN && scan->n_numbers == 1;
}

/* A comment, as RFC 822 has it; p moves behind it, or into it if it names the zone. */
static void
take_comment (TcnDateScan *scan)
{
  const char *end = strchr (scan->p, *scan->p == '(' ? ')' : ']');
  gsize n = strcspn (scan->p + 1, ")]+- ");
  g_autofree char *name = g_ascii_strdown (scan->p + 1, (gssize) n);
  int minutes;
  TcnDateRule rule;

  if (scan->has_time && !scan->has_zone &&
      (tcn_date_zone (name, &minutes, &rule) || strchr ("+-", scan->p[1]) != NULL))
    scan->p++;
  else
    scan->p = end != NULL ? end + 1 : scan->p + strlen (scan->p);
}

gboolean
tcn_date_scan (TcnDateScan *scan)
{
  char before = ' ';

  while (*scan->p != '\0') {
    char c = *scan->p;
    gsize space = tcn_text_space_length (scan->p, strlen (scan->p));
    guint n_numbers = scan->n_numbers;
    gboolean is_taken = TRUE;

    if (c == '(' || c == '[') {
      take_comment (scan);
      before = ' ';
      continue;
    }
    if (is_negative_year (scan, before))
      return FALSE;
    if (g_ascii_isdigit (c)) {
      is_taken = take_number (scan, before);
    } else if (is_offset_sign (scan, before)) {
      is_taken = read_offset (scan);
    } else if (g_ascii_isalpha (c) || ((guchar) c >= 0x80 && space == 0)) {
      is_taken = tcn_date_take_word (scan, before);
    } else { /* whatever else stands there separates */
      before = space > 0 ? ' ' : c;
      scan->p += MAX (space, 1);
      continue;
    }
    if (!is_taken)
      return FALSE;
    before = scan->n_numbers > n_numbers ? TCN_DATE_NUMBER : TCN_DATE_GLUE;
  }
  return TRUE;
}
