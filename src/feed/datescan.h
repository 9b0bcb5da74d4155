/* SPDX-License-Identifier: MIT */
/* The state of reading a date, shared by the files that read one. */
#pragma once

#include "feed/date.h"

#define TCN_DATE_NUMBERS 5
#define UNKNOWN (-1)

/* What stands before a piece where no separator does: a number, or another piece. */
#define TCN_DATE_NUMBER '0'
#define TCN_DATE_GLUE 'x'

typedef struct {
  int value;
  guint digits;
  char before; /* the separator that it stands behind */
} TcnDateNumber;

/* What has been read of a date so far. */
typedef struct {
  const char *p;
  int year, month, day; /* UNKNOWN until read */
  int week_day_shift;   /* days after `day` (week dates) */
  int hour, minute, second;
  int era;      /* years to be added to those of an East Asian date */
  int half;     /* 0 none, 1 a.m., 2 p.m. */
  int week_day; /* 1 Monday to 7; 0 unknown */
  gboolean has_time;
  gboolean has_seconds;
  gboolean has_zone;
  gboolean has_offset; /* a number: beats a name */
  int zone_minutes;
  TcnDateRule zone_rule;
  gboolean is_korean;         /* Korean feeds write no zone and mean their own */
  gboolean is_month_first;    /* the month stands before all numbers */
  gboolean is_month_leading;  /* the month was the first word: it may be a day ("mar") */
  gboolean is_doubtful;       /* words that say nothing stand between the numbers */
  gboolean is_month_doubtful; /* they stand behind such a month, before a number */
  TcnDateNumber numbers[TCN_DATE_NUMBERS];
  guint n_numbers;
  guint n_words;
  guint month_at; /* the numbers that stand before the month, if a word is one */
} TcnDateScan;

/* Digits at p, at most 9; the number read, with their count. */
int tcn_date_digits (const char *p, guint *out_digits);

/* The year that two, three or four digits stand for. */
int tcn_date_full_year (int year, guint digits);

void tcn_date_skip_fraction (TcnDateScan *scan);

/* Splits the rest of the text into numbers, words, a time and an offset; FALSE if there is
 * something that has no place in a date. */
gboolean tcn_date_scan (TcnDateScan *scan);

/* Are day, month and year there, as far as can be told before the end? */
gboolean tcn_date_is_complete (const TcnDateScan *scan);

/* A word at p; `before` is the separator that it stands behind. FALSE if there is no place
 * for it in a date. */
gboolean tcn_date_take_word (TcnDateScan *scan, char before);

/* The time that was read, or TCN_TIME_NONE. */
gint64 tcn_date_finish (TcnDateScan *scan, gboolean is_iso);

/* ISO 8601, whole or in parts. */
gint64 tcn_date_parse_iso (const char *text);
