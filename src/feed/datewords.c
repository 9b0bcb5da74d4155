/* SPDX-License-Identifier: MIT */
/* What a word of a date says. */
#include "feed/datescan.h"

#include <string.h>

#include "tocsin/text.h"

#define MAX_WORD 32

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

/* The last number turned out to be a part of its own. */
static int
take_last_number (TcnDateScan *scan)
{
  return scan->n_numbers > 0 ? scan->numbers[--scan->n_numbers].value : UNKNOWN;
}

static void
set_hour (TcnDateScan *scan, int hour)
{
  scan->hour = hour;
  scan->has_time = TRUE;
}

/* "星期一", "일요일", "周一": a day of the week; its length in bytes, or 0. */
static gsize
east_asian_week_day_length (const char *s)
{
  static const char *const before[] = { "星期", "礼拜", "周", "週" };

  if (s[0] != '\0' && g_utf8_strlen (s, 12) >= 3 && g_str_has_prefix (s + 3, "요일"))
    return 9;
  if (s[0] != '\0' && g_utf8_strlen (s, 9) >= 3 && g_str_has_prefix (s + 3, "曜日"))
    return 9;
  for (guint i = 0; i < G_N_ELEMENTS (before); i++)
    if (g_str_has_prefix (s, before[i]))
      return strlen (before[i]) +
             ((guchar) s[strlen (before[i])] >= 0xe0 ? 3 : 0); /* and the day itself */
  return 0;
}

/* What a number before one of these is, or which half of the day they are; longer ones
 * first. NFD has taken Hangul apart, so the raw text is compared. */
static const struct {
  const char *text;
  char part; /* y m d H M S; a p; or nothing */
  gboolean is_korean;
} signs[] = {
  { "년", 'y', TRUE },   { "年", 'y' },         { "월", 'm' },
  { "月", 'm' },         { "日", 'd' },         { "号", 'd' },
  { "號", 'd' },         { "일", 'd' },         { "時", 'H' },
  { "时", 'H' },         { "点", 'H' },         { "點", 'H' },
  { "시", 'H', TRUE },   { "分", 'M' },         { "분", 'M' },
  { "秒", 'S' },         { "초", 'S' },         { "上午", 'a' },
  { "午前", 'a' },       { "凌晨", 'a' },       { "清晨", 'a' },
  { "早上", 'a' },       { "오전", 'a', TRUE }, { "새벽", 'a', TRUE },
  { "아침", 'a', TRUE }, { "中午", '-' },       { "下午", 'p' },
  { "午後", 'p' },       { "傍晚", 'p' },       { "晚上", 'p' },
  { "晚間", 'p' },       { "晚间", 'p' },       { "晚", 'p' },
  { "오후", 'p', TRUE }, { "저녁", 'p', TRUE }, { "밤", 'p', TRUE },
};

static guint
find_sign (const char *text)
{
  guint i = 0;

  while (i < G_N_ELEMENTS (signs) && !g_str_has_prefix (text, signs[i].text))
    i++;
  return i;
}

static gboolean
add_number (TcnDateScan *scan, int value, guint digits)
{
  if (scan->n_numbers == TCN_DATE_NUMBERS)
    return FALSE;
  scan->numbers[scan->n_numbers++] = (TcnDateNumber){ value, digits, TCN_DATE_GLUE };
  return TRUE;
}

/* The value of a Chinese numeral at p, or -1. */
static int
numeral_at (const char *p)
{
  static const char *const numerals[] = { "〇", "一", "二", "三", "四", "五",
                                          "六", "七", "八", "九", "十", "零" };

  for (guint i = 0; i < G_N_ELEMENTS (numerals); i++)
    if (g_str_has_prefix (p, numerals[i]))
      return (int) i % 11; /* the last is another zero */
  return -1;
}

/* "二十八", "二〇二一" before a sign: a number like any other. FALSE if there is none. */
static gboolean
take_numerals (TcnDateScan *scan)
{
  const char *p = scan->p;
  guint digits = 0;
  int tens = 0, value = 0;

  for (int digit = numeral_at (p); digit >= 0 && digits < 5; digit = numeral_at (p)) {
    tens = digit == 10 ? MAX (value, 1) * 10 : tens;
    value = digit == 10 ? 0 : value * 10 + digit;
    p += strlen ("一");
    digits++;
  }
  if (digits == 0 || find_sign (p) == G_N_ELEMENTS (signs) ||
      !add_number (scan, tens + value, tens > 0 ? 2 : digits))
    return FALSE;
  scan->p = p;
  return TRUE;
}

/* The name of an era, from whose beginning the years that follow are counted. */
static gboolean
take_era (TcnDateScan *scan)
{
  static const struct {
    const char *name;
    int before; /* the year before its first */
  } eras[] = {
    { "令和", 2018 }, { "平成", 1988 }, { "昭和", 1925 },
    { "民國", 1911 }, { "民国", 1911 }, { "中華民國", 1911 },
  };
  static const char first[] = "元"; /* the first year of one is not called 1 */

  for (guint i = 0; i < G_N_ELEMENTS (eras); i++) {
    if (!g_str_has_prefix (scan->p, eras[i].name))
      continue;
    scan->p += strlen (eras[i].name);
    scan->era = eras[i].before;
    if (g_str_has_prefix (scan->p, first) && add_number (scan, 1, 1))
      scan->p += strlen (first);
    return TRUE;
  }
  return FALSE;
}

/* The last number is what the sign says; FALSE if there is none. */
static gboolean
set_part (TcnDateScan *scan, char part)
{
  int last = take_last_number (scan);

  if (last == UNKNOWN)
    return scan->year == UNKNOWN; /* a day of the week: the moon's, the sun's */
  switch (part) {
  case 'y':
    scan->year = scan->era > 0
                     ? scan->era + last
                     : tcn_date_full_year (last, scan->numbers[scan->n_numbers].digits);
    break;
  case 'm':
    scan->month = last;
    break;
  case 'd':
    scan->day = last;
    break;
  case 'H':
    set_hour (scan, last);
    break;
  case 'M':
    scan->minute = last;
    break;
  default:
    scan->second = last;
    break;
  }
  return TRUE;
}

/* What East Asia writes behind numbers, or for the half of the day. `out_is_sign` tells
 * whether there was something; FALSE if it has no place. */
static gboolean
read_east_asian (TcnDateScan *scan, gboolean *out_is_sign)
{
  gsize week_day = east_asian_week_day_length (scan->p);
  guint i;

  *out_is_sign = TRUE;
  scan->p += week_day;
  if (week_day > 0 || take_numerals (scan) || take_era (scan))
    return TRUE;
  i = find_sign (scan->p);
  *out_is_sign = i < G_N_ELEMENTS (signs);
  if (!*out_is_sign)
    return TRUE;
  scan->p += strlen (signs[i].text);
  scan->is_korean |= signs[i].is_korean;
  if (signs[i].part == 'a' || signs[i].part == 'p')
    scan->half = signs[i].part == 'a' ? 1 : 2;
  return strchr ("ap-", signs[i].part) != NULL || set_part (scan, signs[i].part);
}

/* "5 pm": the number before is the hour, if it is not needed for the day. */
static void
take_hour_before_half (TcnDateScan *scan)
{
  guint n = scan->n_numbers;
  gboolean is_free =
      n == 1 ? scan->month == UNKNOWN : n > (scan->month == UNKNOWN ? 3 : 2);

  if (!scan->has_time && n > 0 && is_free && scan->numbers[n - 1].digits <= 2 &&
      scan->numbers[n - 1].value <= 12)
    set_hour (scan, take_last_number (scan));
}

/* Does a time of day follow, and nothing stand before? Otherwise "am 3. Mai" is German. */
static gboolean
is_half_wanted (const TcnDateScan *scan)
{
  const char *clock = scan->p + strspn (scan->p, ". ");
  guint digits;

  tcn_date_digits (clock, &digits);
  return scan->has_time || scan->n_numbers > 0 || clock[digits] == ':';
}

/* "p.m.", "p. m.", "pm", "μ.μ.", the Arabic letters; p moves behind it. */
static gboolean
read_half (TcnDateScan *scan, const char *word)
{
  static const struct {
    const char *first, *whole;
    int half;
    int hour; /* what it is alone, or 0 */
  } halves[] = {
    { "a", "am", 1 },          { "p", "pm", 2 },
    { "π", "πμ", 1 },          { "μ", "μμ", 2 },
    { "ص", "ص", 1 },           { "م", "م", 2 },
    { "pg", "pg", 1 },         { "ptg", "ptg", 2 },
    { "noon", "noon", 2, 12 }, { "midnight", "midnight", 1, 24 },
  };
  const char *p = scan->p;
  gsize m;

  for (guint i = 0; i < G_N_ELEMENTS (halves); i++) {
    if (strcmp (word, halves[i].whole) == 0 && is_half_wanted (scan)) {
      scan->half = halves[i].half;
      take_hour_before_half (scan);
      if (halves[i].hour > 0)
        set_hour (scan, halves[i].hour % 24);
      return TRUE;
    }
    if (strcmp (word, halves[i].first) != 0)
      continue;
    p += strspn (p, ". ");
    m = g_ascii_tolower (*p) == 'm' ? 1 : (g_str_has_prefix (p, "μ") ? strlen ("μ") : 0);
    if (m == 0 || p == scan->p || g_ascii_isalpha (p[m]) || (guchar) p[m] >= 0x80)
      return FALSE;
    scan->p = p + m;
    scan->half = halves[i].half;
    take_hour_before_half (scan);
    return TRUE;
  }
  return FALSE;
}

/* Capitals only, as the names of zones have them? */
static gboolean
looks_like_zone (const char *raw, gsize n)
{
  for (gsize i = 0; i < n; i++)
    if (!g_ascii_isupper (raw[i]))
      return FALSE;
  return n >= 2 && n <= 5;
}

static void
set_zone (TcnDateScan *scan, int minutes, TcnDateRule rule)
{
  if (!scan->has_zone) {
    scan->zone_minutes = minutes;
    scan->zone_rule = rule;
  }
  scan->has_zone = TRUE;
}

/* "/Los_Angeles" behind an area. An unknown place is as good as none. */
static void
read_place (TcnDateScan *scan)
{
  const char *start = scan->p;
  g_autofree char *name = NULL;
  int minutes = 0;
  TcnDateRule rule = TCN_DATE_FIXED;

  while (*scan->p == '/' || *scan->p == '_' || g_ascii_isalpha (*scan->p)) {
    if (*scan->p == '/')
      start = scan->p + 1;
    scan->p++;
  }
  name = g_ascii_strdown (start, (gssize) (scan->p - start));
  tcn_date_zone (name, &minutes, &rule);
  set_zone (scan, minutes, rule);
}

/* "Central European Time" is not America's. */
static const char *
european_zone (const TcnDateScan *scan, const char *word)
{
  static const char *const names[][2] = { { "central", "cet" }, { "eastern", "eet" } };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (strcmp (word, names[i][0]) == 0 && g_str_has_prefix (scan->p, " Europe"))
      return names[i][1];
  return word;
}

static gboolean
take_zone (TcnDateScan *scan, const char *word, const char *raw)
{
  int minutes = 0;
  TcnDateRule rule = TCN_DATE_FIXED;
  gsize n = (gsize) (scan->p - raw);
  gboolean is_capital = looks_like_zone (raw, n);

  if (!scan->has_time && (!tcn_date_is_complete (scan) || !is_capital || n < 3))
    return FALSE;
  if (*scan->p == '/' && g_ascii_isalpha (scan->p[1])) {
    read_place (scan);
    return TRUE;
  }
  /* Short names are words in some languages; a letter alone is any zone, and so none. */
  if (n > 2 || is_capital || n == 1) {
    if (tcn_date_zone (european_zone (scan, word), &minutes, &rule)) {
      set_zone (scan, minutes, rule);
      return TRUE;
    }
  }
  return scan->has_time && (is_capital || (n == 1 && g_ascii_isupper (*raw)));
}

/* Does the word that was read stand within one date, as in "3-juil.-20"? */
static gboolean
is_within_date (const TcnDateScan *scan, char before)
{
  const char *behind = scan->p + (*scan->p == '.' ? 1 : 0);

  return strchr ("/-", before) != NULL && *behind == before;
}

/* May a word be the name of the month, if it is one? A word of prose, or a day of the week,
 * that stands before the date may have begun as a month does: then the later one holds. */
static gboolean
is_month_wanted (const TcnDateScan *scan, const char *raw, char before)
{
  gboolean is_zone = scan->has_time && looks_like_zone (raw, 3);

  if (scan->month == UNKNOWN)
    return !is_zone || !tcn_date_is_complete (scan);
  if (is_zone || !scan->is_month_first || scan->n_numbers > 1)
    return FALSE;
  if (scan->n_numbers == 1 && is_within_date (scan, before))
    return TRUE;
  /* "June 2020, by John Martin" has its year already. */
  return strchr ("/-", before) == NULL &&
         (scan->n_numbers == 0 || scan->numbers[0].digits <= 2);
}

/* In the Levant the names of four months are two words; p moves behind the second. */
static guint
take_second_word (TcnDateScan *scan, const char *word, guint month)
{
  static const struct {
    const char *first, *second;
    guint month;
  } rows[] = {
    { "كانون", " الثاني", 1 },  { "كانون", " الأول", 12 }, { "كانون", " الاول", 12 },
    { "تشرين", " الثاني", 11 }, { "تشرين", " الأول", 10 }, { "تشرين", " الاول", 10 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    if (strcmp (word, rows[i].first) == 0 && g_str_has_prefix (scan->p, rows[i].second)) {
      scan->p += strlen (rows[i].second);
      return rows[i].month;
    }
  return month;
}

static gboolean
take_month (TcnDateScan *scan, const char *word, const char *raw, char before)
{
  static const char in_thai[] = "\xe0\xb8"; /* what its letters begin with */
  gboolean is_wanted = is_month_wanted (scan, raw, before);
  guint month = is_wanted ? take_second_word (scan, word, tcn_date_month (word)) : 0;

  if (month == 0)
    return FALSE;
  if (g_str_has_prefix (raw, in_thai))
    scan->era = -543; /* Buddha's years */
  scan->month_at = scan->n_numbers;
  scan->is_month_first = scan->n_numbers == 0;
  scan->is_month_doubtful = FALSE;
  /* In several languages Tuesday begins as March does. */
  scan->is_month_leading = scan->n_words == 1 && scan->n_numbers == 0;
  if (scan->is_month_leading)
    scan->week_day = (int) tcn_date_week_day (word);
  scan->month = (int) month;
  return TRUE;
}

/* Vietnamese has numbers for months and days of the week: "Thứ 7, 05 tháng 1 2019". */
static gboolean
take_counted (TcnDateScan *scan, const char *word, const char *raw)
{
  gboolean is_month = strcmp (word, "thang") == 0 || strcmp (word, "thg") == 0;
  const char *number = scan->p + strspn (scan->p, " ");
  guint digits;
  int value = tcn_date_digits (number, &digits);
  gboolean is_week_day = (strcmp (word, "thu") == 0 && (guchar) raw[2] >= 0x80) ||
                         (strcmp (word, "th") == 0 && number[digits] == ',');

  if ((!is_month && !is_week_day) || digits == 0 || digits > 2)
    return FALSE;
  if (is_month)
    scan->month = value;
  scan->p = number + digits;
  return TRUE;
}

static gboolean
is_glued (char before)
{
  return before == TCN_DATE_NUMBER || before == TCN_DATE_GLUE;
}

/* A word that says nothing: is there a place for it? */
static gboolean
pass_over (TcnDateScan *scan, const char *word, char before)
{
  static const char *const glued[] = { "t",  "st", "nd", "rd", "th",  "er",  "e",
                                       "re", "h",  "º",  "°",  "ª",   "de",  "r",
                                       "s",  "o",  "a",  "г",  "min", "hrs", "uhr" };
  static const char *const between[] = { "nam", "de", "del", "the", "of" };

  if (is_glued (before))
    return is_one_of (word, glued, G_N_ELEMENTS (glued));
  if (strcmp (word, "t") == 0)
    return TRUE;
  if (g_ascii_isdigit (*scan->p))
    return FALSE;
  if (scan->n_numbers == 0 && scan->month == UNKNOWN)
    return TRUE;
  if (!tcn_date_is_complete (scan) && !scan->has_time &&
      !is_one_of (word, between, G_N_ELEMENTS (between)))
    *(scan->n_numbers > 0 ? &scan->is_doubtful : &scan->is_month_doubtful) = TRUE;
  return strchr (" ,.;'\"", before) != NULL;
}

gboolean
tcn_date_take_word (TcnDateScan *scan, char before)
{
  char word[MAX_WORD];
  const char *raw = scan->p;
  gboolean is_sign = FALSE;
  gboolean is_placed = TRUE;
  guint week_day;

  if ((guchar) *scan->p >= 0xe0)
    is_placed = read_east_asian (scan, &is_sign);
  if (is_sign)
    return is_placed;
  read_word (scan, word);
  scan->n_words++;
  if (read_half (scan, word) || take_counted (scan, word, raw) ||
      take_month (scan, word, raw, before) || take_zone (scan, word, raw))
    return TRUE;
  week_day = tcn_date_week_day (word);
  if (week_day != 0 && !is_glued (before)) {
    scan->week_day = scan->week_day != 0 ? scan->week_day : (int) week_day;
    return TRUE;
  }
  return pass_over (scan, word, before);
}
