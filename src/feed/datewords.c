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

/* "년", "月", "오후" and their like; NFD has taken Hangul apart, so the raw text is compared.
 * `out_is_sign` tells whether there was one; FALSE if it has no place. */
static gboolean
read_east_asian (TcnDateScan *scan, gboolean *out_is_sign)
{
  static const struct {
    const char *text;
    char part; /* y m d H M S: what the number before it is; a p: the half of the day */
    gboolean is_korean;
  } signs[] = {
    { "년", 'y', TRUE },   { "年", 'y' },   { "월", 'm' },
    { "月", 'm' },         { "日", 'd' },   { "号", 'd' },
    { "일", 'd' },         { "時", 'H' },   { "时", 'H' },
    { "点", 'H' },         { "點", 'H' },   { "시", 'H', TRUE },
    { "分", 'M' },         { "분", 'M' },   { "秒", 'S' },
    { "초", 'S' },         { "上午", 'a' }, { "午前", 'a' },
    { "오전", 'a', TRUE }, { "下午", 'p' }, { "午後", 'p' },
    { "오후", 'p', TRUE },
  };
  gsize week_day = east_asian_week_day_length (scan->p);
  int last;

  *out_is_sign = TRUE;
  scan->p += week_day;
  if (week_day > 0)
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (signs); i++) {
    if (!g_str_has_prefix (scan->p, signs[i].text))
      continue;
    scan->p += strlen (signs[i].text);
    scan->is_korean |= signs[i].is_korean;
    if (signs[i].part == 'a' || signs[i].part == 'p') {
      scan->half = signs[i].part == 'a' ? 1 : 2;
      return TRUE;
    }
    last = take_last_number (scan);
    if (last == UNKNOWN && scan->year == UNKNOWN)
      return TRUE; /* a day of the week: the moon's, the sun's */
    switch (signs[i].part) {
    case 'y':
      scan->year = last;
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
    return last != UNKNOWN;
  }
  *out_is_sign = FALSE;
  return TRUE;
}

/* "p.m.", "p. m.", "pm", "μ.μ.", the Arabic letters; p moves behind it. */
static gboolean
read_half (TcnDateScan *scan, const char *word)
{
  static const struct {
    const char *first, *whole;
    int half;
  } halves[] = {
    { "a", "am", 1 }, { "p", "pm", 2 }, { "π", "πμ", 1 },
    { "μ", "μμ", 2 }, { "ص", "ص", 1 },  { "م", "م", 2 },
  };
  const char *p = scan->p;
  gsize m;

  for (guint i = 0; i < G_N_ELEMENTS (halves); i++) {
    if (strcmp (word, halves[i].whole) == 0) {
      scan->half = halves[i].half;
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
    return TRUE;
  }
  return FALSE;
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
    if (tcn_date_zone (word, &minutes, &rule)) {
      set_zone (scan, minutes, rule);
      return TRUE;
    }
  }
  return scan->has_time && (is_capital || (n == 1 && g_ascii_isupper (*raw)));
}

static gboolean
take_month (TcnDateScan *scan, const char *word, const char *raw)
{
  guint month;

  if (scan->month != UNKNOWN && !scan->is_month_leading)
    return FALSE;
  if (scan->has_time && tcn_date_is_complete (scan) && looks_like_zone (raw, 3))
    return FALSE;
  month = tcn_date_month (word);
  if (month == 0)
    return FALSE;
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
  gboolean is_week_day = strcmp (word, "thu") == 0 && (guchar) raw[2] >= 0x80;
  const char *number = scan->p + strspn (scan->p, " ");
  guint digits;
  int value = tcn_date_digits (number, &digits);

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
  static const char *const glued[] = { "t",  "st", "nd", "rd", "th", "er", "e",
                                       "re", "h",  "º",  "°",  "ª",  "de", "r",
                                       "s",  "o",  "a",  "г",  "min" };
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
    scan->is_doubtful = TRUE;
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
  if (read_half (scan, word)) {
    take_hour_before_half (scan);
    return TRUE;
  }
  if (take_counted (scan, word, raw) || take_month (scan, word, raw) ||
      take_zone (scan, word, raw))
    return TRUE;
  week_day = tcn_date_week_day (word);
  if (week_day != 0 && !is_glued (before)) {
    scan->week_day = scan->week_day != 0 ? scan->week_day : (int) week_day;
    return TRUE;
  }
  return pass_over (scan, word, before);
}
