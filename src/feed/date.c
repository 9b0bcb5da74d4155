/* SPDX-License-Identifier: MIT */
#include "feed/date.h"

#include <string.h>

#include "feed/datescan.h"
#include "tocsin/item.h"
#include "tocsin/text.h"
#include "tocsin/time.h"

#define MAX_DATE_BYTES 120
#define MAX_WORD 32
#define KOREA_MINUTES 540

/* --- pieces ----------------------------------------------------------------------------- */

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

int
tcn_date_full_year (int year, guint digits)
{
  if (digits >= 4)
    return year;
  if (digits == 3)
    return year + 1900;
  return year + (year < 50 ? 2000 : 1900);
}

/* "+01:00", "-0700", "+1", "--0700", ":-0700"; p at the first sign. */
static gboolean
read_offset (TcnDateScan *scan)
{
  gboolean is_west = *scan->p == '-';
  guint digits;
  int value, hours, minutes = 0;

  while (*scan->p == '-' || *scan->p == '+')
    scan->p++;
  value = tcn_date_digits (scan->p, &digits);
  if (digits == 0 || digits > 4)
    return FALSE;
  scan->p += digits;
  hours = digits > 2 ? value / 100 : value;
  minutes = digits > 2 ? value % 100 : 0;
  if (digits <= 2 && *scan->p == ':') {
    minutes = tcn_date_digits (scan->p + 1, &digits);
    if (digits != 2)
      return FALSE;
    scan->p += 3;
    if (*scan->p == ':' && g_ascii_isdigit (scan->p[1])) { /* seconds of an offset */
      tcn_date_digits (scan->p + 1, &digits);
      scan->p += digits + 1;
    }
  }
  if (hours > 24 || minutes > 59)
    return FALSE;
  scan->zone_minutes = (hours * 60 + minutes) * (is_west ? -1 : 1);
  scan->has_zone = TRUE;
  scan->has_offset = TRUE;
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

/* "15:04", "15:04:05.123"; p at the first digit, a colon behind the first number. */
static gboolean
read_clock (TcnDateScan *scan)
{
  guint digits;
  int hour = tcn_date_digits (scan->p, &digits);
  int minute, second = 0;

  if (digits > 2)
    return FALSE;
  scan->p += digits + 1;
  minute = tcn_date_digits (scan->p, &digits);
  if (digits == 0 || digits > 2)
    return FALSE;
  scan->p += digits;
  if (*scan->p == ':' && g_ascii_isdigit (scan->p[1])) {
    second = tcn_date_digits (scan->p + 1, &digits);
    if (digits > 2)
      return FALSE;
    scan->p += digits + 1;
    if (strncmp (scan->p, ":00", 3) == 0 && !g_ascii_isdigit (scan->p[3]))
      scan->p += 3;
    else if (*scan->p == ':' && g_ascii_isdigit (scan->p[1]))
      return FALSE;
  }
  tcn_date_skip_fraction (scan);
  if (hour > 24 || minute > 59 || second > 60)
    return FALSE;
  scan->hour = hour;
  scan->minute = minute;
  scan->second = second;
  scan->has_time = TRUE;
  return TRUE;
}

/* --- words ------------------------------------------------------------------------------ */

/* The word at p in lower case and without accents, cut at MAX_WORD; p moves behind it. */
static void
read_word (TcnDateScan *scan, char *out)
{
  const char *start = scan->p;
  gsize n = 0;
  g_autofree char *folded = NULL;
  g_autofree char *bare = NULL;

  while (g_ascii_isalpha (*scan->p) || (guchar) *scan->p >= 0x80) {
    if ((guchar) *scan->p >= 0x80 &&
        tcn_text_space_length (scan->p, strlen (scan->p)) > 0)
      break;
    if (n < MAX_WORD - 1)
      out[n++] = g_ascii_tolower (*scan->p);
    scan->p++;
  }
  out[n] = '\0';
  if (n == 0)
    scan->p++; /* cannot happen for the callers, but must not stand still */
  for (gsize i = 0; i < n; i++)
    if ((guchar) out[i] >= 0x80) {
      g_autofree char *whole = g_utf8_make_valid (start, (gssize) (scan->p - start));

      bare = g_utf8_normalize (whole, -1, G_NORMALIZE_NFD);
      folded = g_utf8_strdown (bare, -1);
      break;
    }
  if (folded == NULL)
    return;
  n = 0;
  for (const char *p = folded; *p != '\0' && n < MAX_WORD - 6; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);

    if (!g_unichar_ismark (c))
      n += (gsize) g_unichar_to_utf8 (c, out + n);
  }
  out[n] = '\0';
}

static gboolean
is_one_of (const char *word, const char *const *words, guint n)
{
  for (guint i = 0; i < n; i++)
    if (strcmp (word, words[i]) == 0)
      return TRUE;
  return FALSE;
}

/* Words that say nothing. */
static gboolean
is_filler (const char *word)
{
  static const char *const fillers[] = {
    "t",   "at",   "a",  "as",   "de", "del",  "le", "la",    "las", "of", "the", "den",
    "um",  "uhr",  "kl", "klo",  "st", "nd",   "rd", "th",    "er",  "h",  "i",   "on",
    "ore", "alle", "г",  "года", "в",  "στις", "r",  "heure", "hrs", "s",  "etc",
  };
  static const char *const days[] = { "mon", "tue", "wed", "thu", "fri", "sat", "sun" };

  if (is_one_of (word, fillers, G_N_ELEMENTS (fillers)))
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (days); i++)
    if (strncmp (word, days[i], 3) == 0)
      return TRUE;
  return FALSE;
}

/* Korean feeds write no zone and mean their own. */
static void
assume_korea (TcnDateScan *scan)
{
  if (!scan->has_zone)
    scan->zone_minutes = KOREA_MINUTES;
  scan->has_zone = TRUE;
}

/* "년", "月", "오후" and their like; NFD has taken Hangul apart, so the raw text is compared.
 * TRUE if one was read. */
static gboolean
read_east_asian (TcnDateScan *scan)
{
  static const struct {
    const char *text;
    char part; /* y m d H M S: what the number before it is; a p: the half of the day */
    gboolean is_korean;
  } signs[] = {
    { "년", 'y', TRUE }, { "年", 'y' },   { "월", 'm' },         { "月", 'm' },
    { "日", 'd' },       { "号", 'd' },   { "時", 'H' },         { "时", 'H' },
    { "시", 'H' },       { "分", 'M' },   { "분", 'M' },         { "秒", 'S' },
    { "초", 'S' },       { "上午", 'a' }, { "오전", 'a', TRUE }, { "下午", 'p' },
    { "午前", 'a' },     { "午後", 'p' }, { "오후", 'p', TRUE },
  };
  int last = scan->n_numbers > 0 ? scan->numbers[scan->n_numbers - 1].value : UNKNOWN;

  /* "일" is a day, but also begins the word for Sunday. */
  if (g_str_has_prefix (scan->p, "일") && !g_str_has_prefix (scan->p, "일요일")) {
    scan->day = last;
    scan->n_numbers -= scan->n_numbers > 0 ? 1 : 0;
    scan->p += strlen ("일");
    return TRUE;
  }
  for (guint i = 0; i < G_N_ELEMENTS (signs); i++) {
    if (!g_str_has_prefix (scan->p, signs[i].text))
      continue;
    scan->p += strlen (signs[i].text);
    switch (signs[i].part) {
    case 'a':
    case 'p':
      scan->half = signs[i].part == 'a' ? 1 : 2;
      if (signs[i].is_korean)
        assume_korea (scan);
      return TRUE;
    case 'y':
      if (signs[i].is_korean)
        assume_korea (scan);
      scan->year = last;
      break;
    case 'm':
      scan->month = last;
      break;
    case 'd':
      scan->day = last;
      break;
    case 'H':
      scan->hour = last;
      scan->has_time = TRUE;
      break;
    case 'M':
      scan->minute = last;
      break;
    default:
      scan->second = last;
      break;
    }
    scan->n_numbers -= scan->n_numbers > 0 ? 1 : 0;
    return last != UNKNOWN;
  }
  return FALSE;
}

/* A name behind the time that is no known zone still is one, if it looks it. */
static gboolean
looks_like_zone (const char *raw, gsize n)
{
  for (gsize i = 0; i < n; i++)
    if (!g_ascii_isupper (raw[i]))
      return FALSE;
  return n >= 2 && n <= 5;
}

/* A word at p; FALSE if there is no place for it in a date. */
static gboolean
take_word (TcnDateScan *scan)
{
  char word[MAX_WORD];
  const char *raw = scan->p;
  int minutes = 0;
  guint month;
  gboolean is_first = scan->n_words == 0 && scan->n_numbers == 0;

  if ((guchar) *scan->p >= 0xe0 && read_east_asian (scan))
    return TRUE;
  read_word (scan, word);
  scan->n_words++;
  if (strcmp (word, "am") == 0 || strcmp (word, "pm") == 0) {
    scan->half = word[0] == 'a' ? 1 : 2;
    return TRUE;
  }
  if ((word[0] == 'a' || word[0] == 'p') && word[1] == '\0' &&
      g_ascii_strncasecmp (scan->p, ".m", 2) == 0) {
    scan->half = word[0] == 'a' ? 1 : 2;
    scan->p += 2;
    return TRUE;
  }
  month = scan->month == UNKNOWN ? tcn_date_month (word) : 0;
  if (month != 0 && !(scan->has_time && strlen (word) == 3 && looks_like_zone (raw, 3))) {
    scan->month = (int) month;
    return TRUE;
  }
  if (scan->has_time && tcn_date_zone (word, &minutes)) {
    if (!scan->has_offset)
      scan->zone_minutes = minutes;
    scan->has_zone = TRUE;
    return TRUE;
  }
  if (is_filler (word) || is_first)
    return TRUE;
  return scan->has_time && looks_like_zone (raw, (gsize) (scan->p - raw));
}

/* --- the whole -------------------------------------------------------------------------- */

static gboolean
take_number (TcnDateScan *scan, char before)
{
  guint digits;
  int value = tcn_date_digits (scan->p, &digits);

  if (scan->p[digits] == ':' && g_ascii_isdigit (scan->p[digits + 1]))
    return read_clock (scan);
  if (scan->n_numbers == TCN_DATE_NUMBERS || digits > 4)
    return FALSE;
  scan->numbers[scan->n_numbers].value = value;
  scan->numbers[scan->n_numbers].digits = digits;
  scan->numbers[scan->n_numbers].before = before;
  scan->n_numbers++;
  scan->p += digits;
  return TRUE;
}

/* Is the sign at p that of an offset, and no separator of a date? */
static gboolean
is_offset_sign (const TcnDateScan *scan, char before)
{
  guint digits;

  if (*scan->p == '+')
    return TRUE;
  if (*scan->p != '-' || (!g_ascii_isdigit (scan->p[1]) && scan->p[1] != '-'))
    return FALSE;
  if (scan->has_time)
    return TRUE;
  tcn_date_digits (scan->p + 1, &digits);
  return before == ' ' && digits == 4 && scan->n_numbers >= 3;
}

/* Splits the rest of the text into numbers, words, a time and an offset. */
gboolean
tcn_date_scan (TcnDateScan *scan)
{
  char before = ' ';

  while (*scan->p != '\0') {
    char c = *scan->p;
    gboolean is_taken = TRUE;

    if (c == '(') { /* a comment, as RFC 822 has it */
      const char *end = strchr (scan->p, ')');

      scan->p = end != NULL ? end + 1 : scan->p + strlen (scan->p);
    } else if (g_ascii_isdigit (c)) {
      is_taken = take_number (scan, before);
    } else if (is_offset_sign (scan, before)) {
      is_taken = read_offset (scan);
    } else if (g_ascii_isalpha (c) ||
               ((guchar) c >= 0x80 &&
                tcn_text_space_length (scan->p, strlen (scan->p)) == 0)) {
      is_taken = take_word (scan);
    } else if (strchr (" ,.-/:;'\t\n\r", c) != NULL || (guchar) c >= 0x80) {
      before = c;
      scan->p += MAX (tcn_text_space_length (scan->p, strlen (scan->p)), 1);
      continue;
    } else {
      return FALSE;
    }
    if (!is_taken)
      return FALSE;
    before = 'x';
  }
  return TRUE;
}

static int
pick (TcnDateScan *scan, guint i)
{
  return scan->numbers[i].value;
}

/* The month is a word: a day and a year are left, in some order. */
static gboolean
place_around_month (TcnDateScan *scan)
{
  guint year_at = G_MAXUINT;
  guint n = scan->n_numbers;

  if (scan->year != UNKNOWN || n == 0)
    return scan->year != UNKNOWN && scan->day != UNKNOWN;
  for (guint i = 0; i < n && year_at == G_MAXUINT; i++)
    if (scan->numbers[i].digits >= 3)
      year_at = i;
  if (year_at == G_MAXUINT && n >= 2)
    year_at = 1;
  if (year_at == G_MAXUINT)
    return FALSE;
  scan->year = tcn_date_full_year (pick (scan, year_at), scan->numbers[year_at].digits);
  scan->day = n >= 2 ? pick (scan, year_at == 0 ? 1 : 0) : 1;
  if (n >= 3 && !scan->has_time && pick (scan, 2) < 24) { /* "02 Jan 2006 15 -0700" */
    scan->hour = pick (scan, 2);
    scan->has_time = TRUE;
  }
  return TRUE;
}

/* Numbers only: the separator and the count of digits tell the order. */
static gboolean
place_numbers (TcnDateScan *scan)
{
  char separator;
  gboolean is_month_first;

  if (scan->n_numbers != 3)
    return FALSE;
  separator = scan->numbers[1].before;
  if (scan->numbers[0].digits == 4 ||
      (separator == '-' && scan->numbers[2].digits <= 2)) {
    scan->year = tcn_date_full_year (pick (scan, 0), scan->numbers[0].digits);
    scan->month = pick (scan, 1);
    scan->day = pick (scan, 2);
    return TRUE;
  }
  if (scan->numbers[2].digits != 4 && scan->numbers[2].digits != 2)
    return FALSE;
  is_month_first = (separator == '/' && scan->half != 0) || pick (scan, 1) > 12;
  if (is_month_first && pick (scan, 0) > 12)
    is_month_first = FALSE;
  scan->year = tcn_date_full_year (pick (scan, 2), scan->numbers[2].digits);
  scan->month = pick (scan, is_month_first ? 0 : 1);
  scan->day = pick (scan, is_month_first ? 1 : 0);
  return TRUE;
}

gint64
tcn_date_finish (TcnDateScan *scan, gboolean is_iso)
{
  gint64 days, seconds, time;

  if (scan->year < 1 || scan->year > 9999 || scan->month < 1 || scan->month > 12 ||
      scan->day < 1 ||
      scan->day > (int) tcn_days_in_month (scan->year, (guint) scan->month))
    return TCN_TIME_NONE;
  if (scan->hour > 24 || scan->minute > 59 || scan->second > 60)
    return TCN_TIME_NONE;
  if (scan->half != 0 && (scan->hour > 12 && scan->half == 1))
    return TCN_TIME_NONE;
  if (scan->half != 0 && scan->hour <= 12)
    scan->hour = scan->hour % 12 + (scan->half == 2 ? 12 : 0);
  /* ISO's 24:00 is the day's end; elsewhere hour 24 is a slip for the first. */
  if (scan->hour == 24 && !(is_iso && scan->minute == 0 && scan->second == 0))
    scan->hour = 0;
  days = tcn_days_from_civil (scan->year, (guint) scan->month, scan->day) +
         scan->week_day_shift;
  seconds = (gint64) scan->hour * 3600 + (gint64) scan->minute * 60 + scan->second;
  time = days * 86400 + seconds - (gint64) scan->zone_minutes * 60;
  return tcn_civil_from_unix (time, &(TcnCivil){ 0 }) ? time : TCN_TIME_NONE;
}

/* Only digits: 14 or 12 are a date and time, 9 to 11 or 13 a Unix time. */
static gint64
parse_digits (const char *text)
{
  gsize n = strlen (text);
  g_autofree char *date = NULL;

  if (n == 14 || n == 12) {
    date = g_strdup_printf ("%.8sT%s", text, text + 8);
    return tcn_date_parse_iso (date);
  }
  if (n == 9 || n == 10 || n == 11 || n == 13)
    return tcn_date_from_number (g_ascii_strtod (text, NULL));
  return tcn_date_parse_iso (text);
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

/* The form that nearly all have: "Thu, 19 Nov 2026 06:12:46 GMT" or "+0100". FALSE sends
 * everything else to the patient reader. */
static gboolean
read_common_form (TcnDateScan *scan, const char *s, gsize n)
{
  int century = n >= 29 ? two_digits (s + 12) : -1;
  int offset = 0;

  if (century < 0 || s[3] != ',' || s[4] != ' ' || s[7] != ' ' || s[11] != ' ' ||
      s[16] != ' ' || s[19] != ':' || s[22] != ':' || s[25] != ' ')
    return FALSE;
  if (n == 31 && (s[26] == '+' || s[26] == '-')) {
    int hours = two_digits (s + 27);
    int minutes = two_digits (s + 29);

    if (hours < 0 || hours > 24 || minutes < 0 || minutes > 59)
      return FALSE;
    offset = (hours * 60 + minutes) * (s[26] == '-' ? -1 : 1);
  } else if (n != 29 || memcmp (s + 26, "GMT", 3) != 0) {
    return FALSE;
  }
  scan->day = two_digits (s + 5);
  scan->month = short_month (s + 8);
  scan->year = century * 100 + two_digits (s + 14);
  scan->hour = two_digits (s + 17);
  scan->minute = two_digits (s + 20);
  scan->second = two_digits (s + 23);
  scan->zone_minutes = offset;
  return two_digits (s + 14) >= 0 && scan->day > 0 && scan->month > 0 &&
         scan->hour >= 0 && scan->minute >= 0 && scan->second >= 0;
}

gint64
tcn_date_parse (const char *text)
{
  TcnDateScan scan = { .year = UNKNOWN, .month = UNKNOWN, .day = UNKNOWN };
  TcnDateScan common = { 0 };
  char buffer[MAX_DATE_BYTES];
  gsize n;
  gint64 time;

  while (*text != '\0' && tcn_text_space_length (text, strlen (text)) > 0)
    text += tcn_text_space_length (text, strlen (text));
  n = strlen (text);
  while (n > 0 && g_ascii_isspace (text[n - 1]))
    n--;
  if (n == 0 || n >= sizeof buffer)
    return TCN_TIME_NONE;
  if (read_common_form (&common, text, n))
    return tcn_date_finish (&common, FALSE);
  memcpy (buffer, text, n);
  buffer[n] = '\0';
  if (strspn (buffer, "0123456789") == n)
    return parse_digits (buffer);
  time = tcn_date_parse_iso (buffer);
  if (time != TCN_TIME_NONE)
    return time;
  scan.p = buffer;
  if (!tcn_date_scan (&scan))
    return TCN_TIME_NONE;
  if (scan.month != UNKNOWN ? !place_around_month (&scan) : !place_numbers (&scan))
    return TCN_TIME_NONE;
  return tcn_date_finish (&scan, FALSE);
}
