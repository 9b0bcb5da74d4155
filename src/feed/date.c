/* SPDX-License-Identifier: MIT */
#include "feed/date.h"

#include <string.h>

#include "feed/datescan.h"
#include "feed/html.h"
#include "tocsin/item.h"
#include "tocsin/text.h"
#include "tocsin/time.h"

#define MAX_DATE_BYTES 120
#define MAX_MARKED_BYTES 1000 /* with the tags that some systems put around a date */
#define KOREA_MINUTES 540
#define DIGITS "0123456789"

int
tcn_date_full_year (int year, guint digits)
{
  if (digits >= 4)
    return year;
  if (digits == 3)
    return year + 1900;
  return year + (year < 50 ? 2000 : 1900);
}

/* --- which number is what --------------------------------------------------------------- */

static gboolean
is_day (int year, int month, int day)
{
  return year >= 1 && year <= 9999 && month >= 1 && month <= 12 && day >= 1 &&
         day <= (int) tcn_days_in_month (year, (guint) month);
}

/* The year is the number with most digits, or the second. */
static guint
find_year (const TcnDateScan *scan)
{
  for (guint digits = 4; digits >= 3; digits--)
    for (guint i = 0; i < scan->n_numbers; i++)
      if (scan->numbers[i].digits == digits)
        return i;
  return 1;
}

/* The month is a word: a day and a year are left, in some order. */
static gboolean
place_around_month (TcnDateScan *scan)
{
  guint n = scan->n_numbers;
  guint year_at = find_year (scan);
  guint day_at = G_MAXUINT;

  if (scan->year != UNKNOWN || n == 0) {
    if (scan->day == UNKNOWN && !scan->has_time)
      scan->day = 1;
    return scan->year != UNKNOWN && scan->day != UNKNOWN;
  }
  /* A leading month and another word where one could be: the first was a day, perhaps, or
   * some word of prose. */
  if (year_at >= n || n > 3 ||
      scan->is_month_leading + scan->is_doubtful + scan->is_month_doubtful > 1)
    return FALSE;
  scan->year =
      tcn_date_full_year (scan->numbers[year_at].value, scan->numbers[year_at].digits);
  if (scan->era < 0 && scan->year > 2400)
    scan->year += scan->era;
  /* "Article 12, 18 March 2020": of two numbers before the month the nearer is the day. */
  if (scan->month_at == 2 && year_at == 2 && scan->numbers[1].before == ' ')
    day_at = 1;
  for (guint i = 0; i < n && day_at == G_MAXUINT; i++)
    if (i != year_at && scan->numbers[i].digits <= 2)
      day_at = i;
  if (day_at == G_MAXUINT) {
    scan->day = 1;
    return !scan->has_time;
  }
  scan->day = scan->numbers[day_at].value;
  if (n == 3 && !scan->has_time && scan->numbers[2].value < 24 && year_at != 2) {
    scan->hour = scan->numbers[2].value; /* "02 Jan 2006 15 -0700" */
    scan->has_time = TRUE;
  }
  return TRUE;
}

/* Sets the date if the numbers, in the order that `order` names, are one; a day of the week
 * that was read has to agree if `is_exact`. */
static gboolean
try_order (TcnDateScan *scan, const char *order, gboolean is_exact)
{
  int year = UNKNOWN, month = UNKNOWN, day = UNKNOWN;

  for (guint i = 0; i < 3; i++)
    if (order[i] == 'y')
      year = tcn_date_full_year (scan->numbers[i].value, scan->numbers[i].digits);
    else if (order[i] == 'm')
      month = scan->numbers[i].value;
    else
      day = scan->numbers[i].value;
  if (!is_day (year, month, day))
    return FALSE;
  /* 1970-01-01 was a Thursday. */
  if (is_exact &&
      ((tcn_days_from_civil (year, (guint) month, day) + 3) % 7 + 7) % 7 + 1 !=
          scan->week_day)
    return FALSE;
  scan->year = year;
  scan->month = month;
  scan->day = day;
  return TRUE;
}

/* The orders in which three numbers may be a date, likeliest first. */
static const char *
find_orders (const TcnDateScan *scan)
{
  char separator = scan->numbers[1].before;
  gboolean is_american =
      separator == '/' && (scan->half != 0 || scan->zone_rule == TCN_DATE_AMERICAN ||
                           scan->zone_rule == TCN_DATE_US);

  if (scan->numbers[0].digits == 4)
    return "ymd";
  if (scan->numbers[0].digits > 2 || scan->numbers[2].digits == 3)
    return "";
  if (scan->numbers[2].digits <= 2 && separator == '-')
    return "ymd dmy mdy";
  if (scan->numbers[2].digits == 1 || scan->numbers[0].value > 31)
    return "ymd";
  return is_american ? "mdy dmy" : "dmy mdy";
}

/* "01/2021", "2021.01": the first of a month. */
static gboolean
place_two_numbers (TcnDateScan *scan)
{
  guint year_at = scan->numbers[0].digits == 4 ? 0 : 1;
  const TcnDateNumber *month = &scan->numbers[1 - year_at];

  if (scan->has_time || strchr ("/.-", scan->numbers[1].before) == NULL ||
      scan->numbers[year_at].digits != 4 || month->digits > 2)
    return FALSE;
  scan->year = scan->numbers[year_at].value;
  scan->month = month->value;
  scan->day = 1;
  return TRUE;
}

/* Numbers only: the separator, the count of digits and the day of the week tell the order. */
static gboolean
place_numbers (TcnDateScan *scan)
{
  const char *orders;

  if (scan->n_numbers == 4 && !scan->has_time && scan->numbers[3].digits <= 2 &&
      scan->numbers[3].value < 24 && scan->numbers[3].before != '-') {
    scan->hour = scan->numbers[3].value;
    scan->has_time = TRUE;
  } else if (scan->n_numbers != 3) {
    return scan->n_numbers == 2 && place_two_numbers (scan);
  }
  if (scan->is_doubtful)
    return FALSE;
  orders = find_orders (scan);
  for (int is_exact = scan->week_day != 0; is_exact >= 0; is_exact--)
    for (gsize at = 0; at < strlen (orders); at += 4)
      if (try_order (scan, orders + at, is_exact))
        return TRUE;
  return FALSE;
}

/* Finds the year, the month and the day among the numbers; FALSE if that cannot be done. */
static gboolean
place (TcnDateScan *scan)
{
  char separator = scan->numbers[1].before;

  /* "mar., 01/12/2020", "mis à jour le 01/12/2020": the word was no month. In
   * "2020-Dec-18 -07:00" it stands between them, and is. */
  if (scan->n_numbers >= 3 && (scan->month_at == 0 || scan->month_at > 2) &&
      strchr ("/.-", separator) != NULL && scan->numbers[2].before == separator)
    return place_numbers (scan);
  return scan->month != UNKNOWN ? place_around_month (scan) : place_numbers (scan);
}

gint64
tcn_date_finish (TcnDateScan *scan, gboolean is_iso)
{
  int zone_minutes = scan->zone_minutes;
  gint64 days, time;
  int seconds;

  if (!is_day (scan->year, scan->month, scan->day))
    return TCN_TIME_NONE;
  if (scan->hour < 0 || scan->hour > 24 || scan->minute < 0 || scan->minute > 59 ||
      scan->second < 0 || scan->second > 60)
    return TCN_TIME_NONE;
  if (scan->half != 0 && (!scan->has_time || (scan->hour > 12 && scan->half == 1)))
    return TCN_TIME_NONE;
  if (scan->half != 0 && scan->hour <= 12)
    scan->hour = scan->hour % 12 + (scan->half == 2 ? 12 : 0);
  /* ISO's 24:00 is the day's end; elsewhere hour 24 is a slip for the first. */
  if (scan->hour == 24 && !(is_iso && scan->minute == 0 && scan->second == 0))
    scan->hour = 0;
  days = tcn_days_from_civil (scan->year, (guint) scan->month, scan->day) +
         scan->week_day_shift;
  seconds = scan->hour * 3600 + scan->minute * 60 + scan->second;
  if (scan->is_korean && scan->has_time && !scan->has_zone)
    zone_minutes = KOREA_MINUTES;
  if (scan->zone_rule > TCN_DATE_AMERICAN &&
      tcn_date_is_summer (scan->zone_rule, zone_minutes, days, seconds))
    zone_minutes += 60;
  time = days * 86400 + seconds - (gint64) zone_minutes * 60;
  return tcn_civil_from_unix (time, &(TcnCivil){ 0 }) ? time : TCN_TIME_NONE;
}

/* --- the forms that nearly all have ----------------------------------------------------- */

/* Two digits at p, or -1. */
static int
two_digits (const char *p)
{
  return g_ascii_isdigit (p[0]) && g_ascii_isdigit (p[1]) ? (p[0] - '0') * 10 + p[1] - '0'
                                                          : -1;
}

static int
short_month (const char *p)
{
  static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

  for (int i = 0; i < 12; i++)
    if (memcmp (names + (gsize) i * 3, p, 3) == 0)
      return i + 1;
  return UNKNOWN;
}

/* "+0100", and with a colon if that is given. */
static gboolean
read_plain_offset (TcnDateScan *scan, const char *s, gboolean has_colon)
{
  int hours = two_digits (s + 1);
  int minutes = two_digits (s + (has_colon ? 4 : 3));

  if ((*s != '+' && *s != '-') || (has_colon && s[3] != ':') || hours < 0 || hours > 23 ||
      minutes < 0 || minutes > 59)
    return FALSE;
  scan->zone_minutes = (hours * 60 + minutes) * (*s == '-' ? -1 : 1);
  return TRUE;
}

/* "GMT", "EST": the name of a zone in n capitals. */
static gboolean
read_plain_zone (TcnDateScan *scan, const char *s, gsize n)
{
  char name[6];

  if (n < 2 || n >= sizeof name)
    return FALSE;
  for (gsize i = 0; i < n; i++) {
    if (!g_ascii_isupper (s[i]))
      return FALSE;
    name[i] = g_ascii_tolower (s[i]);
  }
  name[n] = '\0';
  return tcn_date_zone (name, &scan->zone_minutes, &scan->zone_rule);
}

/* "Thu, 19 Nov 2026 06:12:46 GMT" or "+0100". FALSE sends everything else to the patient
 * reader. */
static gboolean
read_mail_form (TcnDateScan *scan, const char *s, gsize n)
{
  int century = n >= 28 ? two_digits (s + 12) : -1;

  if (century < 0 || s[3] != ',' || s[4] != ' ' || s[7] != ' ' || s[11] != ' ' ||
      s[16] != ' ' || s[19] != ':' || s[22] != ':' || s[25] != ' ')
    return FALSE;
  if (n == 31 && !g_ascii_isupper (s[26]) ? !read_plain_offset (scan, s + 26, FALSE)
                                          : !read_plain_zone (scan, s + 26, n - 26))
    return FALSE;
  scan->day = two_digits (s + 5);
  scan->month = short_month (s + 8);
  scan->year = century * 100 + two_digits (s + 14);
  scan->hour = two_digits (s + 17);
  scan->minute = two_digits (s + 20);
  scan->second = two_digits (s + 23);
  return two_digits (s + 14) >= 0 && scan->day > 0 && scan->month > 0 &&
         scan->hour >= 0 && scan->minute >= 0 && scan->second >= 0;
}

/* "2026-11-19T06:12:46Z", with a fraction, or with "+01:00". */
static gboolean
read_web_form (TcnDateScan *scan, const char *s, gsize n)
{
  int century = n >= 20 ? two_digits (s) : -1;
  gsize at = 19;

  if (century < 0 || s[4] != '-' || s[7] != '-' || s[10] != 'T' || s[13] != ':' ||
      s[16] != ':')
    return FALSE;
  if (s[at] == '.')
    while (++at < n && g_ascii_isdigit (s[at]))
      continue;
  if (n - at == 6 ? !read_plain_offset (scan, s + at, TRUE) : n - at != 1 || s[at] != 'Z')
    return FALSE;
  scan->year = century * 100 + two_digits (s + 2);
  scan->month = two_digits (s + 5);
  scan->day = two_digits (s + 8);
  scan->hour = two_digits (s + 11);
  scan->minute = two_digits (s + 14);
  scan->second = two_digits (s + 17);
  return two_digits (s + 2) >= 0 && scan->month > 0 && scan->day > 0 && scan->hour >= 0 &&
         scan->hour < 24 && scan->minute >= 0 && scan->second >= 0;
}

/* --- the whole -------------------------------------------------------------------------- */

/* "20210128200509", "202101282005", and "210128200509Z", with a zone or without. */
static gint64
parse_run_together (const char *text, gsize n_digits)
{
  gboolean has_zone = text[n_digits] != '\0';
  gint64 time = TCN_TIME_NONE;

  /* The digits of a date and of a time: a year of two digits wants a zone behind. */
  for (gsize n_date = 8; time == TCN_TIME_NONE && n_date >= 6; n_date -= 2) {
    gsize n_time = n_digits - n_date;
    g_autofree char *date = NULL;

    if ((n_time != 6 && n_time != 4) || (n_date == 6 && !has_zone))
      continue;
    date = g_strdup_printf ("%.*sT%s", (int) n_date, text, text + n_date);
    time = tcn_date_parse_iso (date);
  }
  return time;
}

/* Only digits: 14 or 12 are a date and time, 9 to 11, 13 or 12 others a Unix time. */
static gint64
parse_digits (const char *text)
{
  gsize n = strspn (text, DIGITS);
  gint64 time;

  if (n == 9 || n == 10 || n == 11 || n == 13)
    return tcn_date_from_number (g_ascii_strtod (text, NULL));
  if (text[n] != '\0')
    return TCN_TIME_NONE;
  if (n != 14 && n != 12)
    return tcn_date_parse_iso (text);
  time = parse_run_together (text, n);
  return time == TCN_TIME_NONE && n == 12
             ? tcn_date_from_number (g_ascii_strtod (text, NULL))
             : time;
}

gint64
tcn_date_from_number (gdouble number)
{
  gint64 time;

  if (!(number > -1e15 && number < 1e15)) /* nor when it is not a number */
    return TCN_TIME_NONE;
  time = (gint64) (number > 1e11 || number < -1e11 ? number / 1000 : number);
  return tcn_civil_from_unix (time, &(TcnCivil){ 0 }) ? time : TCN_TIME_NONE;
}

/* A year before the first: what PHP makes of a date of zeros. */
static gboolean
is_before_christ (const char *text)
{
  return text[0] == '-' && text[1] == '0' && strspn (text + 1, DIGITS) == 4 &&
         text[5] == '-';
}

/* A text without the brackets that stand around all of it. (transfer full) */
static char *
dup_inside (const char *text)
{
  gsize n = strlen (text);
  char close = text[0] == '(' ? ')' : (text[0] == '[' ? ']' : '\0');

  return close != '\0' && strchr (text, close) == text + n - 1
             ? g_strndup (text + 1, n - 2)
             : g_strndup (text, n);
}

/* "2021:01:28 20:05:09", as cameras write it, gets its hyphens. */
static void
mend_colons (char *text)
{
  if (strspn (text, DIGITS) == 4 && text[4] == ':' && strspn (text + 5, DIGITS) == 2 &&
      text[7] == ':' && strspn (text + 8, DIGITS) == 2)
    text[4] = text[7] = '-';
}

static gint64
parse_plain (const char *whole)
{
  g_autofree char *text = dup_inside (whole);
  TcnDateScan scan = { .p = text, .year = UNKNOWN, .month = UNKNOWN, .day = UNKNOWN };
  gsize n_digits = strspn (text, DIGITS);
  gint64 time;

  if (strspn (text, DIGITS ".") == strlen (text) && strcspn (text, ".") >= 4) {
    time = parse_digits (text);
    if (time != TCN_TIME_NONE || strchr (text, '.') == NULL)
      return time;
  }
  mend_colons (text);
  time = n_digits == 14 || n_digits == 12 ? parse_run_together (text, n_digits)
                                          : tcn_date_parse_iso (text);
  if (time != TCN_TIME_NONE)
    return time;
  if (is_before_christ (text) || !tcn_date_scan (&scan) || !place (&scan))
    return TCN_TIME_NONE;
  return tcn_date_finish (&scan, FALSE);
}

/* Digits and signs of other scripts become those of ASCII. */
static void
append_plain (GString *out, const char *text)
{
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);

    if (c >= 0x80 && g_unichar_digit_value (c) >= 0)
      g_string_append_c (out, (char) ('0' + g_unichar_digit_value (c)));
    else if (c >= 0xff01 && c <= 0xff5e)
      g_string_append_c (out, (char) (c - 0xff01 + '!'));
    else if (c == 0x2212 || (c >= 0x2010 && c <= 0x2015))
      g_string_append_c (out, '-');
    else if (c >= 0x80 && g_unichar_ispunct (c))
      g_string_append_c (out, ',');
    else if (g_unichar_type (c) != G_UNICODE_FORMAT)
      g_string_append_unichar (out, c);
  }
}

/* The moment that a "time" element says in its attribute, or TCN_TIME_NONE. */
static gint64
parse_time_element (const char *text)
{
  const char *value = strstr (text, "datetime=");
  g_autofree char *date = NULL;

  if (value == NULL || strlen (value) < 11)
    return TCN_TIME_NONE;
  value += strlen ("datetime=");
  date = g_strndup (value + 1, strcspn (value + 1, "\"'<>"));
  return strchr (date, '<') == NULL && strlen (date) < MAX_DATE_BYTES ? parse_plain (date)
                                                                      : TCN_TIME_NONE;
}

/* What is not only ASCII text is made so, as far as a date needs it. */
static gint64
parse_odd (const char *text, gsize n)
{
  g_autoptr (GString) bare = g_string_new (NULL);
  g_autoptr (GString) plain = g_string_new (NULL);
  g_autofree char *valid = g_utf8_make_valid (text, (gssize) n);
  gint64 time = TCN_TIME_NONE;

  if (memchr (text, '<', n) != NULL)
    time = parse_time_element (valid);
  if (time != TCN_TIME_NONE)
    return time;
  tcn_html_to_text (bare, valid, strlen (valid), TCN_HTML_ONE_LINE);
  append_plain (plain, bare->str);
  return plain->len < MAX_DATE_BYTES ? parse_plain (plain->str) : TCN_TIME_NONE;
}

static gboolean
is_odd (const char *text, gsize n)
{
  for (gsize i = 0; i < n; i++)
    if ((guchar) text[i] >= 0x80 || text[i] == '<' || text[i] == '&')
      return TRUE;
  return FALSE;
}

gint64
tcn_date_parse (const char *text)
{
  TcnDateScan scan = { 0 };
  char buffer[MAX_DATE_BYTES];
  gsize n = strlen (text);

  for (gsize space; (space = tcn_text_space_length (text, n)) > 0; n -= space)
    text += space;
  while (n > 0 && g_ascii_isspace (text[n - 1]))
    n--;
  if (read_mail_form (&scan, text, n) || read_web_form (&scan, text, n))
    return tcn_date_finish (&scan, FALSE);
  if (n == 0 || n >= MAX_MARKED_BYTES)
    return TCN_TIME_NONE;
  if (is_odd (text, n))
    return parse_odd (text, n);
  if (n >= sizeof buffer)
    return TCN_TIME_NONE;
  memcpy (buffer, text, n);
  buffer[n] = '\0';
  return parse_plain (buffer);
}
